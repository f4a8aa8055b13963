"""Cells against the plain-Python twin on random designs."""

from __future__ import annotations

import math

import pyarrow as pa
from hypothesis import given
from hypothesis import strategies as st

import zaragoza as z
from tests.properties.designs import ENGINE, as_table, random, same, samples
from tests.properties.designs import check as check_row
from tests.reference import survey
from tests.reference.survey import Row

MEASURES = {"mean": z.mean("y"), "ratio": z.ratio("y", "x"), "total": z.total("y")}
RANDOM = random(50)


def check(ours: dict, value: float | None, scores: survey.Scores, rows: list[Row], *domains: str) -> None:
    error = math.sqrt(max(0.0, survey.variance(rows, scores)))
    check_row(ours, value, error, rows, *domains, kind=ours["measure"])


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
