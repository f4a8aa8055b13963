"""Cells against the plain-Python twin on random designs."""

from __future__ import annotations

import math

import pyarrow as pa
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

import zaragoza as z
from tests.reference import survey
from tests.reference.survey import Row
from zaragoza.engine import Engine

ENGINE = Engine(threads=1)
NUMBERS = st.one_of(st.none(), st.integers(-5, 50).map(float))


@st.composite
def samples(draw):
    """Strata, one or two stages, population sizes or none, empty domains, missing values, zero weights."""
    stages = draw(st.integers(1, 2))
    sized = draw(st.integers(0, stages))
    rows = []
    for stratum in range(draw(st.integers(1, 3))):
        psus = draw(st.integers(2, 4))
        size = float(psus + draw(st.integers(0, 6)))
        for psu in range(psus):
            ssus = draw(st.integers(2, 3)) if stages == 2 else 1
            inner = float(ssus + draw(st.integers(0, 5)))
            for ssu in range(ssus):
                for _ in range(draw(st.integers(1, 2))):
                    rows.append(
                        Row(
                            weight=draw(st.sampled_from([0.0, 1.0, 2.5, 10.0])),
                            stratum=f"h{stratum}",
                            units=(psu, ssu)[:stages],
                            sizes=(size, inner)[:sized],
                            domain=draw(st.sampled_from("abc")),
                            y=draw(NUMBERS),
                            x=draw(NUMBERS),
                        )
                    )
    return rows


def as_table(rows: list[Row]) -> tuple[pa.Table, z.Design]:
    stages, sized = len(rows[0].units), len(rows[0].sizes)
    columns = {
        "w": [r.weight for r in rows], "h": [r.stratum for r in rows], "g": [r.domain for r in rows],
        "y": pa.array([r.y for r in rows], pa.float64()), "x": pa.array([r.x for r in rows], pa.float64()),
    }  # fmt: skip
    columns |= {f"u{i}": [r.units[i] for r in rows] for i in range(stages)}
    columns |= {f"N{i}": [r.sizes[i] for r in rows] for i in range(sized)}
    sizes = tuple(f"N{i}" for i in range(sized)) or None
    return pa.table(columns), z.Design("w", "h", tuple(f"u{i}" for i in range(stages)), sizes)


MEASURES = {"mean": z.mean("y"), "ratio": z.ratio("y", "x"), "total": z.total("y")}
RANDOM = settings(max_examples=50, deadline=None, suppress_health_check=[HealthCheck.too_slow])


def same(ours: float | None, theirs: float | None, scale: float = 1.0) -> bool:
    if ours is None or theirs is None:
        return ours is theirs
    return math.isclose(ours, theirs, rel_tol=1e-9, abs_tol=1e-9 * max(1.0, scale))


def check(ours: dict, value: float | None, scores: survey.Scores, rows: list[Row], *domains: str) -> None:
    assert same(ours["value"], value)
    if value is not None and all(survey.estimable(rows, d, ours["measure"]) for d in domains):
        expected = math.sqrt(max(0.0, survey.variance(rows, scores)))
        assert same(ours["standard_error"], expected, scale=abs(value))
        assert ours["reason"] is None or (ours["reason"] == "no_interval" and ours["ci_low"] is None)
    else:
        assert ours["standard_error"] is None
        assert ours["reason"] in ("not_estimable", "no_members")


@given(samples())
@RANDOM
def test_levels_are_those_of_the_twin(rows):
    data, design = as_table(rows)
    for ours in z.estimate(data, MEASURES, by="g", design=design, engine=ENGINE).to_pylist():
        value, scores = survey.level(rows, ours["g"], ours["measure"])
        check(ours, value, scores, rows, ours["g"])


@given(samples())
@RANDOM
def test_gaps_are_those_of_the_twin(rows):
    data, design = as_table(rows)
    if "a" not in {r.domain for r in rows}:
        return
    twin = {"gap": survey.gap, "ratio": survey.quotient}
    for ours in z.gaps(data, MEASURES, group="g", reference="a", design=design, engine=ENGINE).to_pylist():
        value, scores = twin[ours["statistic"]](rows, ours["g"], "a", ours["measure"])
        check(ours, value, scores, rows, ours["g"], "a")


@given(samples(), st.floats(0.1, 1000))
@RANDOM
def test_the_unit_of_weights_does_not_matter_to_means(rows, factor):
    data, design = as_table(rows)
    scaled = data.set_column(0, "w", pa.array([r.weight * factor for r in rows]))
    pairs = zip(
        z.estimate(data, {"m": z.mean("y")}, by="g", design=design, engine=ENGINE).to_pylist(),
        z.estimate(scaled, {"m": z.mean("y")}, by="g", design=design, engine=ENGINE).to_pylist(),
        strict=True,
    )
    for first, second in pairs:
        assert same(first["value"], second["value"])
        assert same(first["standard_error"], second["standard_error"])
