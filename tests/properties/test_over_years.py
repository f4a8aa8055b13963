"""Ratios of two periods and panels with estimated thresholds, against plain Python on random overlapping samples."""

from __future__ import annotations

import math
from collections import defaultdict
from collections.abc import Iterator

import pyarrow as pa
import pytest
from hypothesis import given
from hypothesis import strategies as st

import zaragoza as z
from tests.properties.designs import ENGINE, random
from tests.reference import incomes, poverty, quantiles
from tests.reference.survey import Row
from tests.reference.years import Part, is_combined_error
from zaragoza.compute import Sampled, Threshold, compute_panels, compute_ratios
from zaragoza.compute.estimates import Options
from zaragoza.model.classification import Breakdown, Category, Classification
from zaragoza.model.design import Design
from zaragoza.model.indicator import Indicator
from zaragoza.model.text import Text

WORDS = Text("made up", "verzonnen")
GROUPS = Classification(
    id="g", title=WORDS, source="made up", groups=True, reference="a",
    categories=tuple(Category(code, WORDS, "TRUE") for code in "abc"),
)  # fmt: skip
DESIGN = Design("w", "h", ("u",))
SAME = ("value", "standard_error", "ci_low", "ci_high", "degrees_of_freedom", "n", "n_hat", "reason")
CALL = {"classifications": [GROUPS], "breakdowns": [Breakdown(("g",))], "geo": "XZ", "options": Options()}


def indicator(kind: str, of: str, over: str | None = None, among: str | None = None) -> Indicator:
    return Indicator(
        id="x", area="employment", kind=kind, title=WORDS, definition=WORDS, source="made up", direction="neutral",
        of=of, over=over, among=among,
    )  # fmt: skip


def table(rows: list[dict[str, object]]) -> Sampled:
    columns = {name: [row[name] for row in rows] for name in rows[0]}
    columns["u"] = [str(value) for value in columns["u"]]
    types = {"y": pa.float64(), "before": pa.float64()}
    made = pa.table({n: pa.array(v, types.get(n)) for n, v in columns.items()})
    return Sampled("2023", ENGINE.table(made), DESIGN)


@st.composite
def sample(draw) -> list[dict[str, object]]:
    """Persons in units of two strata; units come and go between samples because each draws its own."""
    rows = []
    for stratum in ("h0", "h1"):
        for unit in draw(st.lists(st.integers(0, 5), min_size=2, max_size=5, unique=True)):
            for _ in range(draw(st.integers(1, 4))):
                rows.append(
                    {
                        "w": draw(st.sampled_from([1.0, 2.5, 10.0])), "h": stratum, "u": unit,
                        "g": draw(st.sampled_from("abc")), "in": draw(st.sampled_from([True, False, None])),
                        "y": draw(st.one_of(st.none(), st.integers(1, 40).map(float))),
                        "before": draw(st.one_of(st.none(), st.integers(1, 40).map(float))),
                    }
                )  # fmt: skip
    return rows


def units(rows: list[dict[str, object]]) -> list[tuple[str, str]]:
    return sorted({(row["h"], str(row["u"])) for row in rows})


def by_unit(rows: list[dict[str, object]], values: list[float]) -> dict[tuple[str, str], float]:
    totals: dict[tuple[str, str], float] = defaultdict(float)
    for row, value in zip(rows, values, strict=True):
        totals[row["h"], str(row["u"])] += value
    return totals


def scaled(parts: list[Part], factor: float) -> list[Part]:
    return [Part(part.year, part.totals, factor * part.slope) for part in parts]


def compared(of: dict[str, tuple[float, list[Part]]]) -> Iterator[tuple[str, str, float, list[Part]]]:
    """Levels, and gaps and ratios to group a: statistic, group, value, totals with their slopes."""
    for group, (value, parts) in of.items():
        yield "level", group, value, parts
        if group not in ("a", "_T") and "a" in of:
            base, other = of["a"]
            yield "difference", group, value - base, [*parts, *scaled(other, -1.0)]
            if base:
                yield (
                    "ratio",
                    group,
                    value / base,
                    [*scaled(parts, 1 / base), *scaled(other, -value / base**2)],
                )


def check(found: pa.Table, expected: dict[str, tuple[float, list[Part]]], samples: list[list]) -> None:
    rows = {(row["statistic"], row["g"]): row for row in found.to_pylist()}
    for statistic, group, value, parts in compared(expected):
        row = rows[statistic, group]
        assert row["value"] == pytest.approx(value, rel=1e-9, abs=1e-12)
        if row["standard_error"] is not None:
            units_of = [units(rows_of) for rows_of in samples]
            assert is_combined_error(row["standard_error"], units_of, parts, value), row


@random(25)
@given(sample(), sample())
def test_a_ratio_of_two_periods(before, now):
    """R = Y/X with the slopes 1/X and -Y/X^2, each total from its own sample."""
    expected = {}
    for group in ("_T", "a", "b", "c"):

        def weights(rows: list[dict], where, group=group) -> list[float]:
            inside = (group in ("_T", row["g"]) and where(row) for row in rows)
            return [row["w"] if flag else 0.0 for row, flag in zip(rows, inside, strict=True)]

        y = weights(now, lambda row: row["in"] is True)
        x = weights(before, lambda row: row["in"] is False)
        top, bottom = math.fsum(y), math.fsum(x)
        if bottom:
            parts = [
                Part(1, by_unit(now, y), 1 / bottom), Part(0, by_unit(before, x), -top / bottom**2),
            ]  # fmt: skip
            expected[group] = (top / bottom, parts)
    found = compute_ratios(
        table(before), table(now), [indicator("two_source_ratio", '"in"', 'NOT "in"')], **CALL
    )
    check(found, expected, [before, now])
    counts = {row["g"]: row for row in found.to_pylist() if row["statistic"] == "level"}
    for group, row in counts.items():
        assert row["n"] == sum(group in ("_T", r["g"]) and r["in"] is False for r in before)
        assert row["n_numerator"] == sum(group in ("_T", r["g"]) and r["in"] is True for r in now)
        assert row["value"] is None or group in expected
    check_api(before, now, found)


def check_api(before: list[dict], now: list[dict], found: pa.Table) -> None:
    """A notebook has the levels and gaps of a release, without the whole."""
    rows = {(row["statistic"], row["g"]): row for row in found.to_pylist()}
    data = [table(rows_of).persons.arrow() for rows_of in (now, before)]
    pairs = {"x": ('"in"', 'NOT "in"')}
    call = {"design": DESIGN, "engine": ENGINE}
    told = z.two_source_ratio(*data, pairs, by="g", **call).to_pylist()
    assert [row["g"] for row in told] == sorted(
        g for statistic, g in rows if statistic == "level" and g != "_T"
    )
    if "a" in {row["g"] for row in told}:
        told += z.two_source_ratio(*data, pairs, group="g", reference="a", **call).to_pylist()
    for row in told:
        statistic = {"gap": "difference"}.get(row["statistic"], row["statistic"])
        theirs = rows[statistic, row["g"]]
        for name in SAME:
            number = isinstance(theirs[name], float)  # but for the order in which sums are made
            assert row[name] == (pytest.approx(theirs[name], rel=1e-12) if number else theirs[name])


@random(25)
@given(sample(), sample())
def test_a_share_of_those_followed_with_thresholds_of_two_years(now, earlier):
    """z = z_R + sum of dR/dT_k z_T_k; the derivative is a difference quotient over sqrt(3) S/N^(1/5) on either side."""
    years = [now, earlier]
    lines = [line(rows) for rows in years]
    if any(one is None for one in lines):
        return
    expected = {}
    for group in ("_T", "a", "b", "c"):
        among = [group in ("_T", r["g"]) and None not in (r["y"], r["before"]) for r in now]
        size = math.fsum(r["w"] for r, flag in zip(now, among, strict=True) if flag)
        if not size:
            continue

        def rate(thresholds: list[float], among=among, size=size) -> tuple[float, list[bool]]:
            poor = [
                flag and r["y"] < thresholds[0] and r["before"] < thresholds[1]
                for r, flag in zip(now, among, strict=True)
            ]
            return math.fsum(r["w"] for r, p in zip(now, poor, strict=True) if p) / size, poor

        values = [one.value for one, _ in lines]
        value, poor = rate(values)
        top = [r["w"] if p else 0.0 for r, p in zip(now, poor, strict=True)]
        all_ = [r["w"] if flag else 0.0 for r, flag in zip(now, among, strict=True)]
        parts = [Part(0, by_unit(now, top), 1 / size), Part(0, by_unit(now, all_), -value / size)]
        for number, (one, reach) in enumerate(lines):
            moved = [[v + side * reach * (n == number) for n, v in enumerate(values)] for side in (1, -1)]
            slope = (rate(moved[0])[0] - rate(moved[1])[0]) / (2 * reach)
            if slope:
                parts.append(Part(number + 1, by_unit(years[number], one.scores), slope))
        expected[group] = (value, parts)
    found = compute_panels(
        table(now),
        {"line": Threshold(table(now), "y"), "line_before": Threshold(table(earlier), "y")},
        [
            indicator(
                "panel", "y < line AND before < line_before", among="y IS NOT NULL AND before IS NOT NULL"
            )
        ],
        **CALL,
    )
    check(found, expected, [now, now, earlier])


def line(rows: list[dict]) -> tuple[poverty.Line, float] | None:
    """The threshold of a sample and how far its derivative reaches; None where nothing can be made of it."""
    persons = [Row(r["w"], r["h"], (r["u"],), (), r["g"], r["y"], None) for r in rows]
    values, weights = incomes.picked(persons, [True] * len(persons))
    if len(set(values)) < 2:
        return None
    found = poverty.poverty_threshold(persons, [True] * len(persons), "school")
    return found, math.sqrt(3) * quantiles.bandwidth(values, weights)
