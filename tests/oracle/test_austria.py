"""The catalogue's income indicators on the mapped Austrian files, against laeken and linearised errors (oracle 10, 11).

The file goes the way that an office's file goes: `init` with the example's answers, collect, derive. The oracle counts
people of all ages, so an indicator is compared without its condition on age; with it, it is compared where that is the
domain. Neither file asks for deprivation or months of work: of AROPE they hold the poverty risk alone.
"""

from __future__ import annotations

from dataclasses import replace
from functools import cache

import pyarrow as pa
import pyarrow.compute as pc
import pytest
from typer.testing import CliRunner

import zaragoza as z
from tests.oracle.comparison import differences, estimated
from tests.oracle.designs import rows
from tests.support import ROOT, SHARED, needs_shared
from zaragoza.catalogue import load_catalogue
from zaragoza.catalogue.monitor import load_monitor
from zaragoza.catalogue.monitor_output import load_secret
from zaragoza.cli import app
from zaragoza.collect import collect
from zaragoza.derive import derive
from zaragoza.engine import Engine
from zaragoza.model.design import Design

INDICATORS = load_catalogue().indicators
OF_ALL_AGES = {
    "arpr": "at_risk_of_poverty_rate",
    "rmpg": "relative_poverty_gap",
    "qsr": "income_quintile_ratio",  # of sums there
    "qsr_ratio_of_means": "income_quintile_ratio",
    "gini": "gini_coefficient",
    "weighted_mean:eqIncome": "mean_equivalised_income",
    "median:eqIncome": "median_equivalised_income",
}
FILES = {"austria-2006": "eusilc_at2006_synthetic", "austria-2013": "eusilc_at2013_puf_synthetic"}
# Columns of the oracle's domains and what they are called once the file is mapped.
SEXES, CITIZENS = (
    {"M": "male", "F": "female"},
    {"NAT": "AT", "EU27_2020_FOR": "EU", "NEU27_2020_FOR": "Other"},
)
AGES = ((0, "0-15"), (16, "16-24"), (25, "25-49"), (50, "50-64"), (65, "65+"))


@pytest.fixture(scope="module")
def mapped(tmp_path_factory):
    """The persons of an example, as the pipeline hands them on to compute."""

    @cache
    def of(name: str) -> pa.Table:
        folder = tmp_path_factory.mktemp(name)
        data = SHARED / "data" / "microdata" / f"{FILES[name]}.csv.gz"
        answers = ROOT / "examples" / name / "answers.toml"
        done = CliRunner().invoke(app, ["init", str(folder / "m"), str(data), "--answers", str(answers)])
        assert done.exit_code == 0, done.output
        monitor = load_monitor(folder / "m")
        variables = {variable.id: variable for variable in monitor.variables}
        with Engine(threads=1) as engine:
            held = collect(monitor.source, monitor.folder, variables, load_secret(monitor), engine, folder)
            return derive(held.table, monitor.variables).arrow()

    return of


def with_domains(persons: pa.Table) -> pa.Table:
    """Adds the columns of the oracle's domains; a child whose age is coded -1 is of the youngest group there."""
    words = [SEXES[code] for code in persons["sex"].to_pylist()]
    citizen = [CITIZENS.get(code) for code in persons["citizenship_group"].to_pylist()]
    age = persons["age"].fill_null(0).to_pylist()
    group = [next(word for low, word in reversed(AGES) if one >= low) for one in age]
    columns = {
        "rb090": words, "pb220a": citizen, "agegrp": group, "hsize": persons["household_size"],
        "db040": persons["region"],
    }  # fmt: skip
    for name, values in columns.items():
        persons = persons.append_column(
            name, values if isinstance(values, pa.ChunkedArray) else pa.array(values)
        )
    return persons


def measure_of(row: dict) -> object:
    measure = replace(INDICATORS[OF_ALL_AGES[row["statistic"]]].measure, among=None)
    return replace(measure, variant="sums") if row["statistic"] == "qsr" else measure


@needs_shared
@pytest.mark.parametrize("domain", ["all", "rb090", "agegrp", "pb220a", "hsize", "db040"])
def test_points_of_laeken(mapped, domain):
    """The poverty rate of 14.44 % and its like, in every domain whose column the mapping keeps."""
    found = [
        row
        for case in ("P01", "P02")
        for row in rows("10_laeken")[case, "eusilc_point"]
        if row["statistic"] in OF_ALL_AGES and row["domain"].split("=")[0] == domain
    ]
    assert len(found) >= (6 if domain == "all" else 8)
    pairs = estimated(found, with_domains(mapped("austria-2006")), Design(weight="weight"), measure_of)
    assert differences(pairs, 1e-9, ["value"]) == []


@needs_shared
def test_errors_of_linearisation(mapped):
    """With persons as sampling units, as in the oracle's design without strata."""
    found = [row for row in rows("11_linearised")["P07", "eusilc_w"] if row["statistic"] in OF_ALL_AGES]
    assert {row["statistic"] for row in found} == {"arpr", "rmpg", "gini", "qsr", "qsr_ratio_of_means"}
    pairs = estimated(found, with_domains(mapped("austria-2006")), Design(weight="weight"), measure_of)
    assert differences(pairs, 1e-9) == []


@needs_shared
@pytest.mark.parametrize("domain", ["all", "rb090", "agegrp", "pb220a", "db040"])
def test_errors_with_households_as_units(mapped, domain):
    """The design that an office would use, in every domain whose column the mapping keeps."""
    found = [
        row
        for row in rows("11_linearised")["P07", "eusilc_hh"]
        if row["statistic"] in OF_ALL_AGES and row["domain"].split("=")[0] == domain
    ]
    assert len(found) >= (4 if domain == "all" else 8)
    design = Design(weight="weight", stratum="region", psu="household")
    pairs = estimated(found, with_domains(mapped("austria-2006")), design, measure_of)
    assert differences(pairs, 1e-9) == []


@needs_shared
def test_the_rule_of_quantiles_makes_no_difference_here(mapped):
    """No share of weights hits one half exactly, so laeken's rule and ours find the same median and threshold."""
    persons = mapped("austria-2006")
    ours = INDICATORS["at_risk_of_poverty_rate"].measure
    both = {rule: replace(ours, among=None, rule=rule) for rule in ("school", "laeken")}
    found = {
        row["measure"]: row["value"]
        for row in z.estimate(persons, both, design=Design(weight="weight")).to_pylist()
    }
    assert found["school"] == found["laeken"] == pytest.approx(0.144442181675336, rel=1e-12)


@needs_shared
@pytest.mark.parametrize(("name", "least"), [("austria-2006", 0.10), ("austria-2013", 0.05)])
def test_rates_with_their_ages_row_by_row(mapped, name, least):
    """Adults, children and old people below 60 % of the median of everybody, counted in plain Python."""
    persons = mapped(name)
    weight, income, age = (persons[c].to_pylist() for c in ("weight", "equivalised_income", "age"))
    known = sorted((y, w) for y, w in zip(income, weight, strict=True) if y is not None)
    half, below, median = sum(w for _, w in known) / 2, 0.0, None
    for y, w in known:
        below += w
        if median is None and below >= half:
            median = y
    asked = {
        "at_risk_of_poverty_rate": range(18, 121),
        "child_at_risk_of_poverty_rate": range(18),
        "older_at_risk_of_poverty_rate": range(65, 121),
    }
    measures = {indicator: INDICATORS[indicator].measure for indicator in asked}
    result = {
        row["measure"]: row
        for row in z.estimate(persons, measures, design=Design(weight="weight")).to_pylist()
    }
    for indicator, ages in asked.items():
        inside = [
            (w, y < 0.6 * median)
            for y, w, a in zip(income, weight, age, strict=True)
            if y is not None and a is not None and a in ages
        ]
        rate = sum(w for w, poor in inside if poor) / sum(w for w, _ in inside)
        assert result[indicator]["value"] == pytest.approx(rate, rel=1e-12)
        assert result[indicator]["n"] == len(inside)
        assert rate > least
    assert pc.count(persons["equivalised_income"]).as_py() == len(known)


@needs_shared
def test_every_row_of_these_statistics_is_compared():
    """All rows of files 10 (points) and 11 on what the catalogue has as indicators, by the domains above."""
    points = [row for case in ("P01", "P02") for row in rows("10_laeken")[case, "eusilc_point"]]
    errors = rows("11_linearised")["P07", "eusilc_hh"]
    for found, domains in (
        (points, {"all", "rb090", "agegrp", "pb220a", "hsize", "db040"}),
        (errors, {"all", "rb090", "agegrp", "pb220a", "db040"}),
    ):
        listed = {row["domain"].split("=")[0] for row in found if row["statistic"] in OF_ALL_AGES}
        assert listed == domains
