"""Change and averages of years whose samples overlap, against the plain-Python twin on random samples."""

from __future__ import annotations

import math
from collections import defaultdict
from dataclasses import replace

import pyarrow as pa
from hypothesis import given
from hypothesis import strategies as st

import zaragoza as z
from tests.properties.designs import ENGINE, NUMBERS, as_table, random, same
from tests.reference import incomes, inequality, poverty, survey
from tests.reference.survey import Row
from tests.reference.years import Part, is_combined_error

MEASURES = {
    "mean": z.mean("y"), "ratio": z.ratio("y", "x"), "share": z.share("y > 20"), "total": z.total("y"),
    "rate": z.poverty_rate("y"), "gini": z.gini("y"),
}  # fmt: skip
DESIGN = z.Design("w", "h", ("u0",))
Years = list[list[Row]]


@st.composite
def panels(draw, years: int | None = None) -> Years:
    """Years of samples in which units come and go, of other sizes each year; a stratum may appear or disappear."""
    found = []
    for _ in range(years or draw(st.integers(2, 3))):
        rows = []
        for stratum in draw(st.sampled_from([("h0",), ("h0", "h1"), ("h1",)])):
            for psu in draw(st.lists(st.integers(0, 5), min_size=2, max_size=5, unique=True)):
                for _ in range(draw(st.integers(1, 3))):
                    rows.append(
                        Row(
                            draw(st.sampled_from([0.0, 1.0, 2.5, 10.0])), stratum, (psu,), (),
                            draw(st.sampled_from("abc")), draw(NUMBERS), draw(NUMBERS),
                        )
                    )  # fmt: skip
        found.append(rows)
    return found


def tables(years: Years) -> dict[str, pa.Table]:
    return {str(2020 + number): as_table(rows)[0] for number, rows in enumerate(years)}


def units(rows: list[Row]) -> list[tuple[str, str]]:
    return sorted({(row.stratum, str(row.units[0])) for row in rows})


def by_unit(rows: list[Row], values: list[float]) -> dict[tuple[str, str], float]:
    totals = defaultdict(float)
    for row, value in zip(rows, values, strict=True):
        totals[row.stratum, str(row.units[0])] += value
    return totals


def level(
    rows: list[Row], year: int, domain: str, name: str, factor: float
) -> tuple[float | None, list[Part]]:
    """Value, and the totals it depends on: numerator and denominator of a ratio, else the linearised value."""
    if name == "share":
        rows = [replace(row, y=None if row.y is None else float(row.y > 20)) for row in rows]
    kind = {"share": "mean"}.get(name, name)
    inside = [row.domain == domain for row in rows]
    if name in ("rate", "gini"):
        try:
            value, scores = linearised(rows, inside, name)
        except ZeroDivisionError:  # no density
            return (None if name == "gini" else math.nan), []
        return value, [Part(year, by_unit(rows, scores), factor)]
    value, scores = survey.level(rows, domain, kind)
    if name == "total" or value is None:
        return value, [Part(year, by_unit(rows, scores), factor)]
    used = [flag and survey.present(row, kind) for row, flag in zip(rows, inside, strict=True)]
    top = [row.weight * row.y if flag else 0.0 for row, flag in zip(rows, used, strict=True)]
    bottom = [
        row.weight * (row.x if kind == "ratio" else 1.0) if flag else 0.0
        for row, flag in zip(rows, used, strict=True)
    ]
    size = sum(bottom)
    return value, [
        Part(year, by_unit(rows, top), factor / size),
        Part(year, by_unit(rows, bottom), -factor * value / size),
    ]


def linearised(rows: list[Row], inside: list[bool], name: str) -> incomes.Estimate:
    values, weights = incomes.picked(rows, inside)
    if name == "gini":
        received = sum(y * w for y, w in zip(values, weights, strict=True))
        return inequality.gini(rows, inside) if received > 0 else (None, [0.0] * len(rows))
    if not any(weights):
        return None, [0.0] * len(rows)
    return poverty.poverty_rate(rows, inside, poverty.poverty_threshold(rows, [True] * len(rows), "school"))


def check_combination(
    ours: dict, years: Years, factors: dict[int, float], reference: str | None = None
) -> None:
    """The row against the sum of factor times level (or gap) of the years."""
    value, parts, estimable = 0.0, [], True
    for year, factor in factors.items():
        for sign, domain in ((1, ours["g"]), *(((-1, reference),) if reference else ())):
            found, own = level(years[year], year, domain, ours["measure"], sign * factor)
            if found is None:
                assert (ours["value"], ours["standard_error"]) == (None, None)
                assert ours["reason"] in ("no_members", "not_estimable")
                return
            value += sign * factor * found
            parts += own
            kind = "ratio" if ours["measure"] == "ratio" else "mean"
            estimable &= bool(own) and survey.estimable(years[year], domain, kind)
    if not estimable:
        assert (ours["standard_error"], ours["reason"]) == (None, "not_estimable")
        return
    assert same(ours["value"], value)
    assert is_combined_error(ours["standard_error"], [units(rows) for rows in years], parts, value), ours


@given(panels())
@random(25)
def test_change_is_that_of_the_twin(years):
    """From each year to the next; what happens in a third year does not count."""
    found = z.change(tables(years), MEASURES, by="g", design=DESIGN, engine=ENGINE).to_pylist()
    assert {row["period"] for row in found} == {str(2021 + number) for number in range(len(years) - 1)}
    for ours in found:
        later = int(ours["period"]) - 2020
        assert ours["reference"] == str(2019 + later)
        check_combination(ours, years, {later - 1: -1.0, later: 1.0})


@given(panels())
@random(12)
def test_averages_are_those_of_the_twin(years):
    factors = dict.fromkeys(range(len(years)), 1 / len(years))
    for ours in z.average(tables(years), MEASURES, by="g", design=DESIGN, engine=ENGINE).to_pylist():
        assert ours["period"] == f"2020/{2019 + len(years)}"
        check_combination(ours, years, factors)


@given(panels(years=2))
@random(12)
def test_change_of_gaps_is_that_of_the_twin(years):
    if not any(row.domain == "a" for rows in years for row in rows):
        return
    more = {"group": "g", "reference": "a", "design": DESIGN, "engine": ENGINE}
    for ours in z.change(tables(years), MEASURES, **more).to_pylist():
        assert ours["g"] != "a"
        check_combination(ours, years, {0: -1.0, 1: 1.0}, "a")


@given(panels(years=2))
@random(10)
def test_other_units_are_independent_samples(years):
    """With no unit in common the variances add up."""
    years[1] = [replace(row, units=(row.units[0] + 10,)) for row in years[1]]
    data = tables(years)
    levels = [
        {
            (row["measure"], row["g"]): row["standard_error"]
            for row in z.estimate(one, MEASURES, by="g", design=DESIGN, engine=ENGINE).to_pylist()
        }
        for one in data.values()
    ]
    for row in z.change(data, MEASURES, by="g", design=DESIGN, engine=ENGINE).to_pylist():
        if row["standard_error"] is not None:
            expected = math.hypot(*(level[row["measure"], row["g"]] for level in levels))
            assert same(row["standard_error"], expected, 1e3)


@given(panels(years=2))
@random(10)
def test_the_same_sample_twice_has_not_changed(years):
    once = as_table(years[0])[0]
    twice = {"2020": once, "2021": once}
    for row in z.change(twice, MEASURES, by="g", design=DESIGN, engine=ENGINE).to_pylist():
        if row["value"] is not None:
            assert same(row["value"], 0.0)
            assert row["standard_error"] is None or same(row["standard_error"], 0.0, 1e3)
