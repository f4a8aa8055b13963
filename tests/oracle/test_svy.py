"""A second opinion on designs that the fixed rows of R do not have: the Python package svy, on the made-up country."""

from __future__ import annotations

import warnings

import polars as pl
import pytest

import zaragoza as z
from zaragoza.synthetic import draw_survey, make_country

COLUMNS = ["weight", "stratum", "psu", "ssu", "population_size", "population_size_2"]
DESIGNS = {
    "clusters": (z.Design("weight", "stratum", "psu"), {}),
    "two stages": (
        z.Design("weight", "stratum", ("psu", "ssu"), ("population_size", "population_size_2")),
        {"ssu": "ssu", "two": True},
    ),
}


@pytest.fixture(scope="module")
def survey() -> pl.DataFrame:
    sample = draw_survey(make_country(20_000, seed=7), 1_500, seed=7)
    frame = pl.from_arrow(sample.select([*COLUMNS, "sex", "age", "earnings", "disposable_income"]))
    return frame.with_columns(
        pl.col("stratum", "sex").cast(pl.String), (pl.col("age") >= 65).cast(pl.Int8).alias("old")
    )


@pytest.mark.parametrize("name", DESIGNS)
def test_means_totals_and_ratios_agree(survey, name):
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # theirs, of their libraries
        import svy
    ours, theirs = DESIGNS[name]
    design = {"stratum": "stratum", "psu": "psu", "wgt": "weight"}
    if theirs:
        design |= {"ssu": "ssu", "pop_size": svy.PopSize(psu="population_size", ssu="population_size_2")}
    sample = svy.Sample(survey, svy.Design(**design))
    measures = {"mean": z.mean("old"), "total": z.total("age"), "ratio": z.ratio("age", "old + 1")}
    found = {r["measure"]: r for r in z.estimate(survey, measures, design=ours).to_pylist()}
    survey = survey.with_columns((pl.col("old") + 1).alias("over"))
    sample = svy.Sample(survey, svy.Design(**design))
    pairs = [
        ("mean", sample.estimation.mean("old")),
        ("total", sample.estimation.total("age")),
        ("ratio", sample.estimation.ratio("age", "over")),
    ]
    for measure, estimate in pairs:
        row = estimate.to_polars().row(0, named=True)
        assert found[measure]["value"] == pytest.approx(row["est"], rel=1e-9)
        assert found[measure]["standard_error"] == pytest.approx(row["se"], rel=1e-9)


def test_domains_agree(survey):
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        import svy
    sample = svy.Sample(survey, svy.Design(stratum="stratum", psu="psu", wgt="weight"))
    theirs = sample.estimation.mean("old", by="sex").to_polars()
    ours = z.estimate(survey, {"m": z.mean("old")}, by="sex", design=DESIGNS["clusters"][0]).to_pylist()
    for row, other in zip(ours, theirs.sort("sex").iter_rows(named=True), strict=True):
        assert row["sex"] == other["sex"]
        assert row["value"] == pytest.approx(other["est"], rel=1e-9)
        assert row["standard_error"] == pytest.approx(other["se"], rel=1e-9)
