"""Random samples for the property tests, as rows of the twins and as a table with its design."""

from __future__ import annotations

import math
from dataclasses import replace

import pyarrow as pa
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st

import zaragoza as z
from tests.reference import survey
from tests.reference.survey import Row
from zaragoza.engine import Engine

ENGINE = Engine(threads=1)
NUMBERS = st.one_of(st.none(), st.integers(-5, 50).map(float))


def random(examples: int) -> settings:
    """Settings of a test that runs the engine on so many examples."""
    slow = [HealthCheck.too_slow, HealthCheck.filter_too_much]
    return settings(max_examples=examples, deadline=None, suppress_health_check=slow)


@st.composite
def samples(draw, *, stages: int = 2, sized: bool = True, psus: tuple[int, int] = (2, 4), rows: int = 2):
    """Strata, one or two stages, population sizes or none, empty domains, missing values, zero weights.

    Args:
        draw: of Hypothesis.
        stages: at most so many.
        sized: whether there may be population sizes.
        psus: the least and the greatest number of primary units of a stratum.
        rows: at most so many in a unit of the last stage.
    """
    stages = draw(st.integers(1, stages))
    sizes = draw(st.integers(0, stages)) if sized else 0
    found = []
    for stratum in range(draw(st.integers(1, 3))):
        units = draw(st.integers(*psus))
        size = float(units + draw(st.integers(0, 6)))
        for psu in range(units):
            ssus = draw(st.integers(2, 3)) if stages == 2 else 1
            inner = float(ssus + draw(st.integers(0, 5)))
            for ssu in range(ssus):
                for _ in range(draw(st.integers(1, rows))):
                    found.append(
                        Row(
                            weight=draw(st.sampled_from([0.0, 1.0, 2.5, 10.0])),
                            stratum=f"h{stratum}",
                            units=(psu, ssu)[:stages],
                            sizes=(size, inner)[:sizes],
                            domain=draw(st.sampled_from("abc")),
                            y=draw(NUMBERS),
                            x=draw(NUMBERS),
                        )
                    )
    return found


def as_table(rows: list[Row]) -> tuple[pa.Table, z.Design]:
    """The rows as columns w, h, g (the domain), y, x, u0, u1 and N0, N1."""
    stages, sized = len(rows[0].units), len(rows[0].sizes)
    columns = {
        "w": [r.weight for r in rows], "h": [r.stratum for r in rows], "g": [r.domain for r in rows],
        "y": pa.array([r.y for r in rows], pa.float64()), "x": pa.array([r.x for r in rows], pa.float64()),
    }  # fmt: skip
    columns |= {f"u{i}": [r.units[i] for r in rows] for i in range(stages)}
    columns |= {f"N{i}": [r.sizes[i] for r in rows] for i in range(sized)}
    sizes = tuple(f"N{i}" for i in range(sized)) or None
    return pa.table(columns), z.Design("w", "h", tuple(f"u{i}" for i in range(stages)), sizes)


def renamed(rows: list[Row]) -> list[Row]:
    """Other labels, in another order, for strata, units and categories; the sample is the same."""
    categories = dict(zip("abc", "zyx", strict=True))
    return [
        replace(
            row,
            stratum=f"{9 - int(row.stratum[1:])} north",
            units=tuple(100 - 7 * unit for unit in row.units),
            domain=categories[row.domain],
        )
        for row in rows
    ]


def same(ours: float | None, theirs: float | None, scale: float = 1.0) -> bool:
    """Equal to 1e-9 of the number, or of the scale where it is near 0."""
    if ours is None or theirs is None:
        return ours is theirs
    return math.isclose(ours, theirs, rel_tol=1e-9, abs_tol=1e-9 * max(1.0, scale))


def check(
    ours: dict, value: float | None, error: float | None, rows: list[Row], *domains: str, kind: str = "mean"
) -> None:
    """Value, standard error and reason are the twin's; its error is None where it has none."""
    assert same(ours["value"], value), (ours, value)
    there = value is not None and all(survey.estimable(rows, domain, kind) for domain in domains)
    if there and error is not None:
        assert same(ours["standard_error"], error, scale=abs(value)), (ours, error)
        assert ours["reason"] is None or (ours["reason"] == "no_interval" and ours["ci_low"] is None)
    else:
        assert ours["standard_error"] is None, (ours, error)
        assert ours["reason"] in ("not_estimable", "no_members"), (ours, value, error)
