"""`zaragoza audit` on releases of a small made-up register: safe, planted unsafe, altered, and of other data."""

from __future__ import annotations

import hashlib
import json
import shutil
from collections.abc import Callable, Mapping
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from typer.testing import CliRunner

from tests.pipeline.surveys import folder, text_of
from zaragoza.cli import app
from zaragoza.demo import make_demo
from zaragoza.model.observation import NUMBER_FIELDS
from zaragoza.publish.manifest import checksum


def invoke(*arguments: object):
    return CliRunner().invoke(app, [str(each) for each in arguments])


@pytest.fixture(scope="module")
def released(tmp_path_factory) -> tuple[Path, Path]:
    """The monitor of the demonstration's registers, and its release."""
    folder = tmp_path_factory.mktemp("audit")
    make_demo(folder, 20_000, 2023)
    monitor = folder / "registers" / "monitor"
    done = invoke("run", monitor)
    assert done.exit_code == 0, done.output
    (release,) = (monitor / "releases").glob("2*")
    return monitor, release


def altered(
    release: Path, to: Path, change: Callable[[list[dict[str, object]]], None], **facts: object
) -> Path:
    """A copy of a release with other observations or facts, whose checksums hold: somebody else's release."""
    copy = to / release.name
    to.mkdir(exist_ok=True)
    shutil.copytree(release, copy)
    for path in [copy, *copy.rglob("*")]:
        path.chmod(0o755 if path.is_dir() else 0o644)
    table = pq.ParquetFile(copy / "observations.parquet").read()
    rows = table.to_pylist()
    change(rows)
    pq.write_table(pa.Table.from_pylist(rows, table.schema), copy / "observations.parquet")
    manifest = json.loads((copy / "manifest.json").read_text(encoding="utf-8"))
    content = (copy / "observations.parquet").read_bytes()
    manifest["files"]["observations.parquet"] = hashlib.sha256(content).hexdigest()
    manifest["protection"].update(facts)
    manifest["checksum"] = checksum(manifest)
    (copy / "manifest.json").write_text(json.dumps(manifest), encoding="utf-8")
    return copy


def planted(rows: list[dict[str, object]]) -> None:
    """A group's level hidden alone in its line, with all that is derived from it."""
    for row in rows:
        if row["birth_group"] == "NAT" and row["generation"] == row["duration_of_stay"] == row["sex"] == "_T":
            row.update(dict.fromkeys(NUMBER_FIELDS))
            row.update(reason="too_few", obs_status="Q", conf_status="A")


def test_a_release_of_ours_is_safe(released):
    monitor, release = released
    for beside in ((), (release,)):
        done = invoke("audit", release, *beside, "--monitor", monitor)
        assert done.exit_code == 0, done.output
        assert done.output.rstrip().endswith("safe")
        # What the rules on largest contributions ask of mean incomes that are hidden is in no release.
        alone = invoke("audit", release, *beside)
        assert alone.exit_code == 3, alone.output
        assert "hidden sums of amounts" in alone.output.replace("\n", " ")
        assert alone.output.count("cannot tell:") == 1


def test_as_json(released):
    monitor, release = released
    found = json.loads(invoke("audit", release, "--monitor", monitor, "--format", "json").output)
    assert (found["verdict"], found["exposures"], found["doubts"]) == ("safe", [], [])
    assert found["min_count"] == 10
    assert sum(found["certified"].values()) > 0


def test_a_planted_release_is_unsafe_and_tells_the_bounds(released, tmp_path):
    _, release = released
    unsafe = altered(release, tmp_path, planted)
    done = invoke("audit", unsafe, "--format", "json")
    assert done.exit_code == 2
    found = json.loads(done.output)
    true = {
        row["indicator"]: row["value"] * row["n_hat"]
        for row in pq.ParquetFile(release / "observations.parquet").read().to_pylist()
        if row["statistic"] == "level" and row["value"] is not None
        if row["birth_group"] == "NAT" and row["generation"] == row["duration_of_stay"] == row["sex"] == "_T"
    }
    bounds = {
        one["indicator"]: (one["low"], one["high"])
        for one in found["exposures"]
        if one["by"] == "numerator" and one["birth_group"] == "NAT" and one["sex"] == "_T"
    }
    # Where another group was hidden as well, the two protect each other.
    assert bounds
    for name, found_bounds in bounds.items():
        assert found_bounds == pytest.approx((true[name], true[name]), abs=1e-3)
    assert "unsafe" in invoke("audit", unsafe).output


# In the class: nobody of five, 10 of 60 and half of 400 (tests/properties/test_reasons.py).
CLASSES = {"MA": (5, 0), "DE": (60, 10), "XZ": (400, 200)}


def classes(where: Path) -> Path:
    """A register's release, by an office whose minimum count is 1."""
    size = [n for n, _ in CLASSES.values()]
    table = pa.table(
        {
            "person": [f"id{i}" for i in range(sum(size))],
            "age": [40] * sum(size),
            "citizenship": [code for code, (n, _) in CLASSES.items() for _ in range(n)],
            "activity": [
                "employed" if i < positive else "other_inactive"
                for n, positive in CLASSES.values()
                for i in range(n)
            ],
        }
    )
    lenient = '\n[protection]\nmin_count = 1\nreason = "a test"\n'
    text = text_of(lenient, files=("p.parquet",), variables=table.column_names, by=(("citizen_group",),))
    text = text.replace('kind = "survey"', 'kind = "register"').replace(', "unemployment_rate"', "")
    monitor = folder(where, text, {"p.parquet": table})
    assert invoke("run", monitor).exit_code == 0
    (release,) = monitor.glob("releases/2*")
    return release


def test_what_reasons_tell_of_classes_is_used_without_the_monitor(tmp_path):
    def hide(rows: list[dict[str, object]]) -> None:
        reasons = {"NEU27_2020_FOR": "too_few", "EU27_2020_FOR": "secondary"}
        for row in rows:
            reason = reasons.get(str(row["citizen_group"]))
            n, positive = CLASSES["XZ"] if row["citizen_group"] == "NAT" else (465, 210)
            row.update(dict.fromkeys(NUMBER_FIELDS), reason=reason or "secondary")
            if row["statistic"] == "level" and not reason:
                row.update(value=positive / n, n=n, n_hat=float(n), reason="published")

    rules = ["minimum_count", "minimum_count_of_numerator", "group_disclosure", "secondary_suppression"]
    copy = altered(classes(tmp_path / "m"), tmp_path / "copy", hide, min_count=10, rules=rules)
    done = invoke("audit", copy, "--format", "json")
    assert done.exit_code == 2, done.output
    (one,) = json.loads(done.output)["exposures"]
    assert (one["citizen_group"], one["by"], one["low"], one["high"]) == ("NEU27_2020_FOR", "numerator", 0, 0)


def of_register(where: Path, persons: pa.Table, indicator: str, by: str, own: str = "") -> tuple[Path, Path]:
    """A register's monitor of one indicator, maybe its own, by a classification and sex, and its release."""
    text = text_of(files=("p.parquet",), variables=persons.column_names, by=((by, "sex"),))
    text = text.replace('kind = "survey"', 'kind = "register"')
    text = text.replace('"employment_rate", "unemployment_rate"', f'"{indicator}"')
    monitor = folder(where / "m", text, {"p.parquet": persons})
    if own:
        (monitor / "catalogue" / "indicators").mkdir(parents=True)
        (monitor / "catalogue" / "indicators" / "own.yaml").write_text(own, encoding="utf-8")
    done = invoke("run", monitor)
    assert done.exit_code == 0, done.output
    (release,) = monitor.glob("releases/2*")
    return monitor, release


PEOPLE_15_74 = """
- id: people_15_74
  area: employment
  kind: total
  title: {en: People of 15 to 74, nl: Mensen van 15 tot en met 74}
  definition: {en: How many of all people are 15 to 74., nl: Hoeveel van alle mensen 15 tot en met 74 zijn.}
  of: CASE WHEN age BETWEEN 15 AND 74 THEN 1 WHEN age IS NOT NULL THEN 0 END
  ages: 0+
  unit: persons
  direction: neutral
  source: a test
"""


def of_15_to_74(
    where: Path, ages: Mapping[str, Mapping[int, int]]
) -> tuple[Path, Path, dict[tuple[str, str], str]]:
    """A register's monitor and release: how many are 15 to 74, by age group and sex; and the reasons of its figures.

    Args:
        where: the folder.
        ages: how many people, by sex and age.
    """
    persons = [(age, sex) for sex, by in ages.items() for age, n in by.items() for _ in range(n)]
    age, sex = map(list, zip(*persons, strict=True))
    table = pa.table({"person": [f"id{i}" for i in range(len(age))], "age": age, "sex": sex})
    monitor, release = of_register(where, table, "people_15_74", "age_group", PEOPLE_15_74)
    rows = pq.ParquetFile(release / "observations.parquet").read().to_pylist()
    return monitor, release, {(row["age_group"], row["sex"]): row["reason"] for row in rows}


def test_a_total_of_0_is_shown_where_the_definition_tells_it(tmp_path):
    # Nobody under 15 is one of the people of 15 to 74, by definition. That no woman of 65 and over is one, tells
    # how old all of them are.
    ages = {"F": {5: 60, 20: 70, 80: 50}, "M": {5: 60, 20: 70, 70: 50, 80: 40}}
    monitor, release, reasons = of_15_to_74(tmp_path, ages)
    assert {reasons["Y_LT15", sex] for sex in ("F", "M", "_T")} <= {"published", "secondary"}
    assert reasons["Y_LT15", "_T"] == "published"
    assert [at for at, reason in reasons.items() if reason == "too_few"] == [("Y_GE65", "F")]
    for more in ((), ("--monitor", monitor)):
        done = invoke("audit", release, *more)
        assert done.exit_code == 0, done.output

    def show(rows: list[dict[str, object]]) -> None:
        for row in rows:
            if (row["age_group"], row["sex"]) == ("Y_GE65", "F"):
                row.update(value=0.0, n=50, n_hat=50.0, reason="published", obs_status="A", conf_status="F")

    done = invoke(
        "audit", altered(release, tmp_path / "copy", show), "--monitor", monitor, "--format", "json"
    )
    assert done.exit_code == 2, done.output
    shown = [one for one in json.loads(done.output)["exposures"] if one["by"] == "shown"]
    assert [(one["age_group"], one["sex"]) for one in shown] == [("Y_GE65", "F")]


def test_what_definitions_tell_of_hidden_figures_is_used(tmp_path):
    # Of 180 women 176 are 15 to 74. By definition all from 15 to 54 are, and nobody under 15: so four are under 15. Of
    # all ages they are too few who are not 15 to 74.
    ages = {"F": {5: 4, 20: 96, 40: 80}, "M": {5: 60, 20: 70, 40: 50}}
    monitor, release, reasons = of_15_to_74(tmp_path, ages)
    assert {at for at, reason in reasons.items() if reason == "too_few"} == {("_T", "F"), ("Y_LT15", "F")}
    assert reasons["_T", "M"] == "secondary"
    (log,) = json.loads((release / "manifest.json").read_text(encoding="utf-8"))["protection"]["log"]
    assert log["binary"] is True
    for more in ((), ("--monitor", monitor)):
        done = invoke("audit", release, *more)
        assert done.exit_code == 0, done.output

    def show(rows: list[dict[str, object]]) -> None:
        for row in rows:
            if row["age_group"] == "_T" and (by := ages.get(str(row["sex"]))):
                n, young = float(sum(by.values())), by[5]
                row.update(value=n - young, n=int(n), n_hat=n)
                row.update(reason="published", obs_status="A", conf_status="F")

    copy = altered(release, tmp_path / "copy", show)
    for more in ((), ("--monitor", monitor)):
        done = invoke("audit", copy, *more, "--format", "json")
        assert done.exit_code == 2, done.output
        found = json.loads(done.output)["exposures"]
        shown = [(one["age_group"], one["sex"]) for one in found if one["by"] == "shown"]
        assert shown == ([("_T", "F")] if more else [])
        found = [one for one in found if one["by"] != "shown"]
        assert {(one["age_group"], one["sex"], one["by"]) for one in found} == {
            ("Y_LT15", "F", "n"),
            ("Y_LT15", "F", "n_hat"),
        }
        assert [one[bound] for one in found for bound in ("low", "high")] == pytest.approx([4] * 4)


# By country of birth and sex: people, all born abroad but those born in the country.
BORN = {"F": {"XZ": 60, "DE": 80, "MA": 70}, "M": {"XZ": 60, "DE": 70, "MA": 50}}
NATIVE, EU, NON_EU = "NAT", "EU27_2020_FOR", "NEU27_2020_FOR"


def by_birth(where: Path, born: Mapping[str, Mapping[str, int]]) -> tuple[Path, Path]:
    """A register's monitor and release: the share born abroad, which files do not hold, by group of birth and sex."""
    persons = [(country, sex) for sex, by in born.items() for country, n in by.items() for _ in range(n)]
    country, sex = map(list, zip(*persons, strict=True))
    table = pa.table({"person": [f"id{i}" for i in range(len(sex))], "birth_country": country, "sex": sex})
    return of_register(where, table, "foreign_born_share", "birth_group")


def test_what_a_variable_was_derived_from_tells_who_is_in_the_class(tmp_path):
    monitor, release = by_birth(tmp_path, BORN)
    rows = pq.ParquetFile(release / "observations.parquet").read().to_pylist()
    assert {row["reason"] for row in rows if row["statistic"] == "level"} == {"published"}
    told = json.loads((release / "manifest.json").read_text(encoding="utf-8"))["derived"]
    of = "CAST(NOT COALESCE(birth_country, NULL) IN ('XZ', 'NAT') AS BOOLEAN)"
    assert told == {"foreign_born": of, "birth_country_group": "NULL"}
    for more in ((), ("--monitor", monitor)):
        done = invoke("audit", release, *more)
        assert done.exit_code == 0, done.output


def test_what_no_file_holds_is_known_to_be_unknown(tmp_path):
    # Rules of citizenship read the country first; without it the group alone says who is a national.
    groups = [
        (group, sex) for sex in "FM" for group, n in ((NATIVE, 60), (EU, 80), (NON_EU, 70)) for _ in range(n)
    ]
    group, sex = map(list, zip(*groups, strict=True))
    table = pa.table({"person": [f"id{i}" for i in range(len(sex))], "citizenship_group": group, "sex": sex})
    monitor, release = of_register(tmp_path, table, "foreign_nationals_share", "citizen_group")
    rows = pq.ParquetFile(release / "observations.parquet").read().to_pylist()
    levels = [row for row in rows if row["statistic"] == "level"]
    assert {row["reason"] for row in levels} == {"published"}
    expected = {NATIVE: 0.0, EU: 1.0, NON_EU: 1.0, "_T": 150 / 210}
    assert {row["citizen_group"]: row["value"] for row in levels} == pytest.approx(expected)
    for more in ((), ("--monitor", monitor)):
        done = invoke("audit", release, *more)
        assert done.exit_code == 0, done.output


def test_people_who_follow_from_what_a_variable_was_derived_from(tmp_path):
    # Of 154 women 150 are born abroad; all groups but that of the native-born are: so four are native-born.
    born = {"F": {"XZ": 4, "DE": 80, "MA": 70}, "M": BORN["M"]}
    monitor, release = by_birth(tmp_path, born)
    for more in ((), ("--monitor", monitor)):
        done = invoke("audit", release, *more)
        assert done.exit_code == 0, done.output

    def show(rows: list[dict[str, object]]) -> None:
        for row in rows:
            by = born.get(str(row["sex"]))
            if row["statistic"] == "level" and row["birth_group"] == "_T" and by:
                n = sum(by.values())
                row.update(value=(n - by["XZ"]) / n, n=n, n_hat=float(n))
                row.update(reason="published", obs_status="A", conf_status="F")
            elif row["statistic"] == "level" and row["birth_group"] in (NATIVE, EU):
                row.update(dict.fromkeys(NUMBER_FIELDS), reason="secondary", obs_status="Q", conf_status="D")
                if (row["birth_group"], row["sex"]) == (NATIVE, "F"):
                    row.update(reason="too_few", conf_status="A")

    copy = altered(release, tmp_path / "copy", show)
    for more in ((), ("--monitor", monitor)):
        done = invoke("audit", copy, *more, "--format", "json")
        assert done.exit_code == 2, done.output
        found = json.loads(done.output)["exposures"]
        four = {
            one["by"]
            for one in found
            if (one["birth_group"], one["sex"]) == (NATIVE, "F") and one["high"] == 4
        }
        assert four >= {"n", "n_hat"}
    # An early release does not tell how variables were derived, and can be read all the same.
    manifest = json.loads((copy / "manifest.json").read_text(encoding="utf-8"))
    del manifest["derived"]
    manifest["checksum"] = checksum(manifest)
    (copy / "manifest.json").write_text(json.dumps(manifest), encoding="utf-8")
    early = json.loads(invoke("audit", copy, "--format", "json").output)["exposures"]
    assert not any(one["birth_group"] == NATIVE and one["by"] == "n" for one in early)


def test_two_releases_of_which_one_shows_what_the_other_hides(released, tmp_path):
    _, release = released
    done = invoke("audit", altered(release, tmp_path, planted), release, "--format", "json")
    assert done.exit_code == 2
    assert "release" in {one["by"] for one in json.loads(done.output)["exposures"]}


def test_rules_that_are_not_known_leave_doubt(released, tmp_path):
    _, release = released
    rules = json.loads((release / "manifest.json").read_text(encoding="utf-8"))["protection"]["rules"]
    noise = [*rules, "some_other_noise"]
    done = invoke("audit", altered(release, tmp_path, lambda rows: None, rules=noise))
    assert done.exit_code == 3
    assert "some_other_noise" in done.output
    # Sums of such numbers say nothing; a gap beside a shown level does, and an adjusted gap that it is a part of.
    other = altered(release, tmp_path / "planted", planted, rules=noise)
    found = json.loads(invoke("audit", other, "--format", "json").output)
    assert "derived" in {one["by"] for one in found["exposures"]} <= {"derived", "adjusted"}


def test_what_numbers_have_no_places_for_leaves_doubt(released, monkeypatch):
    monkeypatch.setattr("zaragoza.protect.Attacked.rounded", 3)  # the numbers here are small
    done = invoke("audit", released[1], "--monitor", released[0])
    assert (done.exit_code, "cannot tell: 3 hidden quantities lie beside" in done.output) == (3, True)


def test_what_the_whole_policy_forbids_is_found_with_the_monitor(released, tmp_path):
    monitor, release = released
    stricter = tmp_path / "monitor"
    shutil.copytree(monitor, stricter, ignore=shutil.ignore_patterns("releases", "snapshots"))
    text = (
        (stricter / "monitor.toml")
        .read_text(encoding="utf-8")
        .replace("../data", str(monitor.parent / "data"))
    )
    text = text.replace("../../data", str(monitor.parent.parent / "data"))
    (stricter / "monitor.toml").write_text(f"{text}\n[protection]\nmin_count = 200\n", encoding="utf-8")
    done = invoke("audit", release, "--monitor", stricter, "--format", "json")
    assert done.exit_code == 2, done.output
    shown = [one for one in json.loads(done.output)["exposures"] if one["by"] == "shown"]
    assert shown
    assert all(one["low"] is one["high"] is None for one in shown)  # no true number


def test_an_altered_release_and_no_release(released, tmp_path):
    _, release = released
    copy = tmp_path / release.name
    shutil.copytree(release, copy)
    (copy / "observations.csv").chmod(0o644)
    (copy / "observations.csv").write_text("n\n1\n", encoding="utf-8")
    assert invoke("audit", copy).exception.exit_code == 7
    assert invoke("audit", tmp_path).exception.exit_code == 7
