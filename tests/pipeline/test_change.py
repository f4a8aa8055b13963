"""Change between two overlapping survey years: that of `change`, protected by both years' levels."""

from __future__ import annotations

import re
from datetime import UTC, datetime

import numpy as np
import pyarrow as pa
import pytest

import zaragoza as z
from tests.pipeline.surveys import faults, folder, rows, text_of
from zaragoza.catalogue import load_catalogue
from zaragoza.catalogue.monitor import load_monitor
from zaragoza.model.design import Design
from zaragoza.pipeline import run
from zaragoza.synthetic import Sampler, make_country

LONELY = '[estimation]\nlonely_psu = "adjust"\n'
EARLIER = LONELY + '\n[[earlier]]\nperiod = "2022"\nfiles = ["before.parquet"]\n'
OVERRIDES = '[earlier.variables.sex]\ncolumn = "geslacht"\n[earlier.variables.sex.codes]\n1 = "M"\n2 = "F"\n'
DESIGN = Design("weight", "stratum", "psu")
EMPLOYED = {"e": z.share("activity = 'employed'", among="age BETWEEN 20 AND 64")}


@pytest.fixture(scope="module")
def years() -> dict[str, pa.Table]:
    """A panel's two years: three of four districts of each year are in both, and some people lost their work before."""
    survey = Sampler(make_country(12_000, seed=3)).draw(1_600, seed=5)
    districts = np.unique(survey["psu"].to_numpy())
    place = np.searchsorted(districts, survey["psu"].to_numpy()) % 5
    later, before = survey.filter(pa.array(place != 0)), survey.filter(pa.array(place != 1))
    chance = np.random.default_rng(2).random(len(before))
    activity = before["activity"].cast(pa.string()).to_pylist()
    lost = [
        "unemployed" if a == "employed" and c < 0.06 else a for a, c in zip(activity, chance, strict=True)
    ]
    at = before.column_names.index("activity")
    return {"survey.parquet": later, "before.parquet": before.set_column(at, "activity", pa.array(lost))}


@pytest.fixture(scope="module")
def released(years, tmp_path_factory):
    where = folder(tmp_path_factory.mktemp("years"), text_of(EARLIER), years)
    assert faults(where) == ()
    return run(load_monitor(where), now=datetime(2024, 5, 1, tzinfo=UTC))


def changes(release, column: str) -> dict[str, dict[str, object]]:
    return rows(release.observations, "employment_rate", column, "change")


def expected(years, **options):
    data = {"2022": years["before.parquet"], "2023": years["survey.parquet"]}
    return z.change(data, EMPLOYED, design=DESIGN, lonely_psu="adjust", **options).to_pylist()


def test_changes_are_those_of_the_api(years, released):
    found = changes(released, "sex")
    for row in (*expected(years, by="sex"), *(r | {"sex": "_T"} for r in expected(years))):
        ours = found[row["sex"]]
        assert (ours["period"], ours["reference"], ours["reason"]) == ("2023", "2022", "published")
        for name in ("value", "standard_error", "ci_low", "ci_high", "n"):
            assert ours[name] == pytest.approx(row[name], rel=1e-9), name


def test_the_overlap_makes_the_change_surer_than_two_samples_would(years, released):
    errors = []
    for table in years.values():
        (row,) = z.estimate(table, EMPLOYED, design=DESIGN, lonely_psu="adjust").to_pylist()
        errors.append(row["standard_error"])
    assert changes(released, "sex")["_T"]["standard_error"] < 0.8 * np.hypot(*errors)


def test_every_level_has_its_change(released):
    table = released.observations.to_pylist()
    keys = [
        {(r["indicator"], r["citizen_group"], r["sex"]) for r in table if r["statistic"] == statistic}
        for statistic in ("level", "change")
    ]
    assert keys[0] <= keys[1]


def test_no_change_gives_a_hidden_level_of_either_year_away(years, tmp_path):
    """Few persons from the EU are in one year's file: level minus change is nothing that the year itself would hide."""
    by = (("birth_group", "sex"),)
    variables = ("person", "household", "weight", "stratum", "psu", "age", "sex", "activity", "birth_country")
    few = years | {"before.parquet": thinned(years["before.parquet"])}
    text = text_of(EARLIER, by=by, variables=variables)
    now = run(load_monitor(folder(tmp_path / "now", text, few))).observations.to_pylist()
    text = text_of(LONELY, by=by, variables=variables, files=("before.parquet",), period=2022)
    before = run(load_monitor(folder(tmp_path / "before", text, few))).observations.to_pylist()
    hidden = [
        {cell(row) for row in table if row["statistic"] == "level" and row["value"] is None}
        for table in (now, before)
    ]
    changed = {cell(row): row for row in now if row["statistic"] == "change"}
    assert hidden[1] - hidden[0]
    for each in (hidden[0] | hidden[1]) & changed.keys():
        assert changed[each]["value"] is changed[each]["standard_error"] is changed[each]["n"] is None
        assert changed[each]["obs_status"] in ("Q", "M")
    assert {cell(row) for row in changed.values() if row["value"] is None} <= hidden[0] | hidden[1]
    assert any(row["value"] is not None for row in changed.values())


def cell(row: dict[str, object]) -> tuple[object, ...]:
    return row["indicator"], row["birth_group"], row["sex"]


def thinned(table: pa.Table) -> pa.Table:
    """One in eight of the persons from other countries of the EU."""
    countries = table["birth_country"].cast(pa.string()).to_pylist()
    members = set(load_catalogue().country_sets["eu27_2020"])
    keep = [c not in members or place % 8 == 0 for place, c in enumerate(countries)]
    return table.filter(pa.array(keep))


def test_a_release_of_the_earlier_year_is_heeded(years, released, tmp_path):
    """What an earlier release of that year hid, under stricter rules, no change gives away now."""
    strict = text_of(LONELY + "[protection]\nmin_count = 500\n", files=("before.parquet",), period=2022)
    where = folder(tmp_path, strict, years)
    hidden = {
        (r["citizen_group"], r["sex"])
        for r in run(load_monitor(where)).observations.to_pylist()
        if r["statistic"] == "level" and r["indicator"] == "employment_rate" and r["value"] is None
    }
    (where / "monitor.toml").write_text(text_of(EARLIER), encoding="utf-8")
    found = [
        r
        for r in run(load_monitor(where)).observations.to_pylist()
        if r["statistic"] == "change" and r["indicator"] == "employment_rate"
    ]
    assert hidden
    assert all(r["value"] is None for r in found if (r["citizen_group"], r["sex"]) in hidden)
    free = [
        r for r in released.observations.to_pylist() if r["statistic"] == "change" and r["value"] is not None
    ]
    assert any((r["citizen_group"], r["sex"]) in hidden for r in free)


def test_the_page_says_it_in_words(released):
    english = (released.path / "en" / "employment_rate.html").read_text(encoding="utf-8").replace("\xa0", " ")
    dutch = (released.path / "nl" / "employment_rate.html").read_text(encoding="utf-8").replace("\xa0", " ")
    number = r"[+−]?\d+[.,]\d"
    assert re.search(rf"Everyone: \+\d\.\d points since 2022 \({number} to {number}\)", english)
    assert re.search(rf"Iedereen: \+\d,\d procentpunt sinds 2022 \({number} tot {number}\)", dutch)
    assert '<th scope="col">Change since 2022</th>' in english
    assert '<th scope="col">Verandering sinds 2022</th>' in dutch


def test_the_manifest_names_both_sources(released):
    (year,) = released.manifest["earlier"]
    assert (year["period"], year["break"], year["source"]["files"][0]["name"]) == (
        "2022",
        None,
        "before.parquet",
    )
    log = {entry["indicator"]: entry for entry in released.manifest["protection"]["log"]}
    assert sum(log["employment_rate"]["changes"].values()) == sum(
        row["indicator"] == "employment_rate" and row["statistic"] == "change"
        for row in released.observations.to_pylist()
    )


def test_a_break_is_said(years, tmp_path):
    broken = EARLIER + 'break = { en = "New questionnaire.", nl = "Nieuwe vragenlijst." }\n'
    release = run(load_monitor(folder(tmp_path, text_of(broken), years)))
    row = changes(release, "sex")["_T"]
    assert (row["obs_status"], row["conf_status"], row["reason"]) == ("B", "F", "break")
    assert row["value"] is not None
    english = (release.path / "en" / "employment_rate.html").read_text(encoding="utf-8")
    assert "Not comparable with 2022: New questionnaire." in english
    assert "not comparable with earlier" in english
    dutch = (release.path / "nl" / "employment_rate.html").read_text(encoding="utf-8")
    assert "Niet vergelijkbaar met 2022: Nieuwe vragenlijst." in dutch
    assert release.manifest["earlier"][0]["break"] == {
        "en": "New questionnaire.",
        "nl": "Nieuwe vragenlijst.",
    }


def test_an_earlier_file_with_other_columns_and_codes(years, released, tmp_path):
    before = years["before.parquet"]
    recoded = [{"F": "2", "M": "1"}.get(code) for code in before["sex"].cast(pa.string()).to_pylist()]
    before = before.set_column(before.column_names.index("sex"), "geslacht", pa.array(recoded))
    text = text_of(EARLIER + OVERRIDES)
    where = folder(tmp_path, text, years | {"before.parquet": before})
    assert faults(where) == ()
    again = run(load_monitor(where))
    drop = ["release"]
    assert again.observations.drop(drop).equals(released.observations.drop(drop))


def test_check_looks_at_the_earlier_files(years, tmp_path):
    before = years["before.parquet"]
    weights = before["weight"].to_numpy().copy()
    weights[:2] = -1
    spoiled = before.set_column(before.column_names.index("weight"), "weight", pa.array(weights))
    where = folder(tmp_path, text_of(EARLIER), years | {"before.parquet": spoiled})
    (fault,) = faults(where)
    assert (fault.where, fault.found) == ("survey-2022", "negative weights on 2 rows")
