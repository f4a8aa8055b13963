"""From files of several years to a release: ratios of two periods and persons followed, against figures made by hand.

Expected values come from plain Python over the same files; errors from the twins of tests/properties/test_over_years.
"""

from __future__ import annotations

import json
from datetime import UTC, datetime
from typing import Any

import numpy as np
import pyarrow as pa
import pytest
from typer.testing import CliRunner

from tests.pipeline.surveys import MAPPED, faults, folder, text_of
from zaragoza.catalogue.monitor import load_monitor
from zaragoza.cli import app
from zaragoza.pipeline import run
from zaragoza.synthetic import Sampler, make_country, persons_before

INDICATORS = (
    "employment_rate", "naturalisation_rate", "unemployment_to_employment_rate", "persistent_at_risk_of_poverty_rate",
)  # fmt: skip
VARIABLES = (*MAPPED, "naturalisation_year", "former_citizenship", "disposable_income")
READ = (*VARIABLES[:2], *VARIABLES[5:], "years_of_stay")
YEARS = '[estimation]\nlonely_psu = "adjust"\n' + "".join(
    f'\n[[earlier]]\nperiod = "20{year}"\nfiles = ["{year}.parquet"]\n' for year in (20, 21, 22)
)


@pytest.fixture(scope="module")
def years() -> dict[str, pa.Table]:
    """All four years of the persons of a sample, and three of four districts in the reference year."""
    sampler = Sampler(make_country(20_000, seed=4), READ)
    everybody = sampler.persons
    drawn = sampler.draw(6_000, seed=5, per_district=60)
    design = drawn.select(["person", "weight", "stratum", "psu"])
    found = {"survey.parquet": drawn.filter(pa.array(drawn["psu"].to_numpy() % 4 != 0))}
    for back in (1, 2, 3):
        persons = persons_before(everybody, back, seed=6)
        found[f"{23 - back}.parquet"] = persons.join(design, "person", join_type="inner").sort_by("person")
    return found


def text(variables=VARIABLES, more: str = YEARS) -> str:
    made = text_of(more, by=(("sex",), ("citizen_group",)), variables=variables)
    return made.replace('["employment_rate", "unemployment_rate"]', json.dumps(INDICATORS))


@pytest.fixture(scope="module")
def released(years, tmp_path_factory):
    where = folder(tmp_path_factory.mktemp("over_years"), text(), years)
    assert faults(where) == ()
    return run(load_monitor(where), now=datetime(2024, 5, 1, tzinfo=UTC))


def persons(table: pa.Table) -> dict[int, dict[str, Any]]:
    return {row["person"]: row for row in table.to_pylist()}


def level(release, indicator: str, **by: str) -> dict[str, Any]:
    where = {"sex": "_T", "citizen_group": "_T"} | by
    (row,) = (
        row
        for row in release.observations.to_pylist()
        if row["indicator"] == indicator
        and row["statistic"] == "level"
        and all(row[k] == v for k, v in where.items())
    )
    return row


@pytest.mark.parametrize("sex", ["_T", "F", "M"])
def test_naturalised_in_the_year_over_the_foreigners_of_the_year_before(years, released, sex):
    def weight(table: pa.Table, where) -> list[float]:
        return [row["weight"] for row in table.to_pylist() if sex in ("_T", row["sex"]) and where(row)]

    top = weight(years["survey.parquet"], lambda row: row["naturalisation_year"] == 2023)
    below = weight(years["22.parquet"], lambda row: row["citizenship"] not in (None, "XZ"))
    row = level(released, "naturalisation_rate", sex=sex)
    assert row["reason"] in ("published", "unreliable")
    assert row["value"] == pytest.approx(sum(top) / sum(below), rel=1e-9)
    assert (row["n"], row["n_hat"]) == (len(below), pytest.approx(sum(below)))


def test_by_citizenship_the_numerator_is_shown_by_the_former_one(years, released):
    """The reference group cannot be naturalised, and whoever was is in the group of before."""
    members = set(
        load_monitor(released.path.parents[1]).classification("citizen_group").categories[1].when.split("'")
    )
    row = level(released, "naturalisation_rate", citizen_group="NEU27_2020_FOR")
    now = [r for r in years["survey.parquet"].to_pylist() if r["naturalisation_year"] == 2023]
    top = sum(r["weight"] for r in now if r["former_citizenship"] not in members)
    before = [r for r in years["22.parquet"].to_pylist() if r["citizenship"] not in (None, "XZ")]
    below = [r["weight"] for r in before if r["citizenship"] not in members]
    assert row["value"] == pytest.approx(top / sum(below), rel=1e-9)
    assert row["n"] == len(below)
    assert level(released, "naturalisation_rate", citizen_group="NAT")["reason"] == "not_measured"


def test_transitions_follow_persons(years, released):
    now, before = persons(years["survey.parquet"]), persons(years["22.parquet"])
    among = [
        row
        for key, row in now.items()
        if 20 <= row["age"] <= 64
        and row["activity"] is not None
        and before.get(key, {}).get("activity") == "unemployed"
    ]
    employed = sum(row["weight"] for row in among if row["activity"] == "employed")
    row = level(released, "unemployment_to_employment_rate")
    assert row["value"] == pytest.approx(employed / sum(r["weight"] for r in among), rel=1e-9)
    assert row["n"] == len(among)
    assert row["ci_low"] < row["value"] < row["ci_high"]


def test_persistent_poverty_takes_the_threshold_of_each_year(years, released):
    poor = [poverty(years[name]) for name in ("survey.parquet", "22.parquet", "21.parquet", "20.parquet")]
    weights = {key: row["weight"] for key, row in persons(years["survey.parquet"]).items()}
    among = set.intersection(*(set(year) for year in poor))
    persistent = [key for key in among if poor[0][key] and sum(year[key] for year in poor[1:]) >= 2]
    row = level(released, "persistent_at_risk_of_poverty_rate")
    assert row["n"] == len(among)
    expected = sum(weights[key] for key in persistent) / sum(weights[key] for key in among)
    assert row["value"] == pytest.approx(expected, rel=1e-9)


def poverty(table: pa.Table) -> dict[int, bool]:
    """Who is poor: household income over equivalent adults, below 60 % of the weighted median."""
    rows = table.to_pylist()
    adults: dict[int, float] = {}
    for row in rows:
        adults[row["household"]] = adults.get(row["household"], 0.5) + (0.5 if row["age"] >= 14 else 0.3)
    incomes = {r["person"]: r["disposable_income"] / adults[r["household"]] for r in rows}
    order = sorted(rows, key=lambda row: incomes[row["person"]])
    cumulated = np.cumsum([row["weight"] for row in order]) / sum(row["weight"] for row in order)
    line = 0.6 * incomes[order[int(np.searchsorted(cumulated, 0.5))]["person"]]
    return {person: income < line for person, income in incomes.items()}


def test_a_longitudinal_weight_is_that_of_who_was_followed(years, tmp_path):
    """Twice the weight for women in the panel, none for men: the rate is that of women."""
    survey = years["survey.parquet"]
    weight = [
        2.0 * w if s == "F" else None
        for w, s in zip(survey["weight"].to_pylist(), survey["sex"].to_pylist(), strict=True)
    ]
    more = years | {
        "survey.parquet": survey.append_column("longitudinal_weight", pa.array(weight, pa.float64()))
    }
    for name in ("20", "21", "22"):
        table = more[f"{name}.parquet"]
        more[f"{name}.parquet"] = table.append_column("longitudinal_weight", table["weight"])
    release = run(load_monitor(folder(tmp_path, text(variables=(*VARIABLES, "longitudinal_weight")), more)))
    women = level(release, "unemployment_to_employment_rate", sex="F")
    everybody = level(release, "unemployment_to_employment_rate")
    assert everybody["value"] == women["value"]
    assert (everybody["n"], women["n"]) == (women["n"], women["n"])
    now, before = persons(survey), persons(years["22.parquet"])
    n = sum(
        row["sex"] == "F"
        and 20 <= row["age"] <= 64
        and row["activity"] is not None
        and before.get(key, {}).get("activity") == "unemployed"
        for key, row in now.items()
    )
    assert everybody["n"] == n


def test_changes_are_of_what_one_period_gives(released):
    changed = {row["indicator"] for row in released.observations.to_pylist() if row["statistic"] == "change"}
    assert changed == {"employment_rate"}


def test_without_the_former_citizenship_that_breakdown_is_left_out(years, tmp_path):
    variables = tuple(name for name in VARIABLES if name != "former_citizenship")
    release = run(load_monitor(folder(tmp_path, text(variables=variables), years)))
    rows = [row for row in release.observations.to_pylist() if row["indicator"] == "naturalisation_rate"]
    assert {row["citizen_group"] for row in rows} == {"_T"}
    assert {row["sex"] for row in rows} == {"_T", "F", "M"}
    page = (release.path / "en" / "naturalisation_rate.html").read_text(encoding="utf-8")
    assert "Not available from this source: " in page
    assert "Citizenship" in page.split("Not available from this source: ")[1][:60]


def test_the_pages_say_which_sources_and_dates(released):
    page = (
        (released.path / "en" / "naturalisation_rate.html").read_text(encoding="utf-8").replace("\xa0", " ")
    )
    quality = (released.path / "en" / "quality.html").read_text(encoding="utf-8").replace("\xa0", " ")
    for told in (page, quality):
        assert (
            "Numerator: persons of 2023, with ages and durations on 31 December 2023 (survey.parquet)."
            in told
        )
        assert "Denominator: persons of the period before, 2022, on 31 December 2022 (22.parquet);" in told
        assert "the numerator is shown by former citizenship, the denominator by citizenship" in told
    assert "years_since_naturalisation = 0" in page
    dutch = (released.path / "nl" / "quality.html").read_text(encoding="utf-8").replace("\xa0", " ")
    assert "Volgt dezelfde personen in de bestanden van 2020 (20.parquet), 2021 (21.parquet)" in dutch
    assert {year["period"] for year in released.manifest["earlier"]} == {"2020", "2021", "2022"}


def test_a_monitor_of_such_figures_alone(years, tmp_path):
    more = '[estimation]\nlonely_psu = "adjust"\n[[earlier]]\nperiod = "2022"\nfiles = ["22.parquet"]\n'
    alone = text(more=more).replace(json.dumps(INDICATORS), json.dumps(INDICATORS[1:3]))
    release = run(load_monitor(folder(tmp_path, alone, years)))
    assert {row["indicator"] for row in release.observations.to_pylist()} == set(INDICATORS[1:3])
    assert {row["statistic"] for row in release.observations.to_pylist()} == {"level", "difference", "ratio"}


def test_a_register_is_divided_in_the_same_way(years, tmp_path):
    """Everybody counts once; both numbers of people are at least ten, or the figure is hidden."""
    everybody = Sampler(make_country(20_000, seed=4), READ).persons
    tables = {"survey.parquet": everybody, "22.parquet": persons_before(everybody, 1, seed=6)}
    variables = [name for name in VARIABLES if name not in ("weight", "stratum", "psu")]
    register = text(variables=variables, more='\n[[earlier]]\nperiod = "2022"\nfiles = ["22.parquet"]\n')
    register = register.replace('kind = "survey"', 'kind = "register"')
    register = register.replace(json.dumps(INDICATORS), json.dumps(INDICATORS[:3]))
    release = run(load_monitor(folder(tmp_path, register, tables)))
    foreign = sum(c not in (None, "XZ") for c in tables["22.parquet"]["citizenship"].to_pylist())
    acquired = sum(year == 2023 for year in everybody["naturalisation_year"].to_pylist())
    row = level(release, "naturalisation_rate")
    assert (row["n"], row["value"]) == (foreign, pytest.approx(acquired / foreign))
    shown = [
        r
        for r in release.observations.to_pylist()
        if r["indicator"] == "naturalisation_rate" and r["statistic"] == "level" and r["value"] is not None
    ]
    assert all(r["n"] >= 10 and (r["value"] == 0 or round(r["value"] * r["n"]) >= 10) for r in shown)


def test_without_the_year_before_run_says_what_is_missing(years, tmp_path):
    where = folder(tmp_path, text(more='[estimation]\nlonely_psu = "adjust"\n'), years)
    found = {fault.found for fault in faults(where)}
    assert "`naturalisation_rate`, which needs the persons of the period before, 2022" in found
    done = CliRunner().invoke(app, ["run", str(where)])
    assert done.exit_code != 0
    assert not (where / "releases").exists()


def test_an_audit_with_the_monitor_finds_it_safe(released):
    done = CliRunner().invoke(app, ["audit", str(released.path), "--monitor", str(released.path.parents[1])])
    assert done.exit_code == 0, done.output
