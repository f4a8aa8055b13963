"""The example of the European Union, run in one command on the published files beside the repository."""

from __future__ import annotations

import csv
import hashlib
import json
import shutil
import statistics
from pathlib import Path

import numpy as np
import pyarrow.parquet as pq
import pytest
from typer.testing import CliRunner

from tests.pipeline.europe import EXAMPLE, by_citizenship, folder_of_the_example, population
from tests.support import needs_shared
from zaragoza.catalogue import load_catalogue
from zaragoza.catalogue.published_monitor import load_published_monitor
from zaragoza.cli import app
from zaragoza.errors import DefinitionError, InputError
from zaragoza.model.observation import STATUS


@pytest.fixture(scope="module")
def release(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("europe") / "europe"
    folder_of_the_example(folder)
    result = CliRunner().invoke(app, ["run", str(folder)], catch_exceptions=False)
    assert result.exit_code == 0, result.output
    (made,) = (folder / "releases").glob("*-r1")
    return made


def figures(release: Path) -> list[dict[str, object]]:
    return pq.ParquetFile(release / "observations.parquet").read().to_pylist()


@needs_shared
def test_figures_of_the_union_by_birth_and_citizenship(release: Path) -> None:
    """Checks of shared/data/README: non-EU-born 2019 64.4, 2024 67.9; nationals 73.8 in 2019; early leavers 21.6."""
    found = {
        (row["indicator"], row["period"], row["birth_group"], row["citizen_group"]): row["value"]
        for row in figures(release)
        if row["geo"] == "EU27_2020" and row["sex"] == "_T" and row["statistic"] == "level"
    }
    assert round(found["employment_rate", "2019", "NEU27_2020_FOR", "_T"], 3) == 0.644
    assert round(found["employment_rate", "2024", "NEU27_2020_FOR", "_T"], 3) == 0.679
    assert found["employment_rate", "2019", "_T", "NAT"] == 0.738
    assert round(found["early_leavers_rate", "2023", "NEU27_2020_FOR", "_T"], 3) == 0.216
    assert round(found["at_risk_of_poverty_or_exclusion_rate", "2024", "NEU27_2020_FOR", "_T"], 3) == 0.382


@needs_shared
def test_all_member_states_and_a_gap_for_each_pair_of_figures(release: Path) -> None:
    rows = figures(release)
    members = set(load_catalogue().country_sets["eu27_2020"])
    assert {row["geo"] for row in rows} == members | {"EU27_2020"}
    levels = {
        (r["indicator"], r["period"], r["geo"], r["sex"], r["citizen_group"]): r
        for r in rows
        if r["statistic"] == "level" and r["birth_group"] == "_T"
    }
    gaps = [r for r in rows if r["statistic"] == "difference" and r["birth_group"] == "_T"]
    assert len(gaps) > 1000
    for gap in gaps:
        key = (gap["indicator"], gap["period"], gap["geo"], gap["sex"])
        group, reference = levels[*key, gap["citizen_group"]], levels[*key, "NAT"]
        if group["value"] is None or reference["value"] is None:
            assert gap["value"] is None
        else:
            assert gap["value"] == pytest.approx(group["value"] - reference["value"])
    for row in rows:
        assert (row["value"] is None) == (not STATUS[str(row["reason"])].shown)


@needs_shared
def test_a_gap_by_birth(release: Path) -> None:
    """Austria 1995, women aged 15 to 64: 7.3 % of those born abroad were unemployed, 4.6 % of the others."""
    (row,) = [
        row
        for row in figures(release)
        if (row["indicator"], row["geo"], row["period"]) == ("unemployment_rate_15_64", "AT", "1995")
        and (row["birth_group"], row["sex"], row["statistic"]) == ("FOR", "F", "difference")
    ]
    assert row["value"] == pytest.approx(0.027)


@needs_shared
def test_means_of_the_union_against_a_plain_sum(release: Path) -> None:
    """Employment rates at 15 to 64 by citizenship: the file has no aggregates."""
    weights = {(line[4], line[5]): float(line[6]) for line in population()[1:]}
    members = load_catalogue().country_sets["eu27_2020"]
    rows = [
        r for r in figures(release) if r["indicator"] == "employment_rate_15_64" and r["statistic"] == "level"
    ]
    made = [
        row
        for row in rows
        if row["geo"] == "EU27_2020" and str(row["source"]).startswith("mean of the members")
    ]
    assert {row["citizen_group"] for row in made} == {"NAT", "FOR"}
    for row in made:
        same = ("period", "birth_group", "citizen_group", "sex")
        there = [
            r
            for r in rows
            if r["geo"] in members and r["value"] is not None and all(r[k] == row[k] for k in same)
        ]
        whole = sum(weights[geo, str(row["period"])] for geo in members)
        covered = sum(weights[str(r["geo"]), str(r["period"])] for r in there)
        if covered / whole >= 0.7:
            mean = sum(weights[str(r["geo"]), str(r["period"])] * r["value"] for r in there) / covered
            assert (row["value"], row["reason"]) == (pytest.approx(mean), "estimated")
        else:
            assert (row["value"], row["reason"]) == (None, "not_measured")


@needs_shared
def test_distances_and_sources(release: Path) -> None:
    with (release / "distances.csv").open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file))
    union = {
        row["citizen_group"]: (round(float(row["distance"]), 3), row["reached"])
        for row in rows
        if row["target"] == "emp_rate_target" and row["geo"] == "EU27_2020" and row["period"] == "2019"
        and row["indicator"] == "employment_rate" and row["sex"] == "_T" and row["birth_group"] == "_T"
    }  # fmt: skip
    assert union == {
        "_T": (-0.023, "False"),
        "NAT": (-0.012, "False"),
        "EU27_2020_FOR": (0.005, "True"),
        "NEU27_2020_FOR": (-0.15, "False"),
    }
    manifest = json.loads((release / "manifest.json").read_text(encoding="utf-8"))
    assert {source["dataset"] for source in manifest["sources"]} >= {
        "SDG_08_30A",
        "LFSA_ERGACOB",
        "DEMO_PJAN",
    }
    assert all(len(source["checksum"]) == 64 for source in manifest["sources"])


def table(release: Path, name: str) -> list[dict[str, str]]:
    with (release / f"{name}.csv").open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


@needs_shared
@pytest.mark.parametrize(
    ("geo", "level_score", "change_score", "category"),
    [  # methods/07 section 5, from the same file: gaps of foreign citizens aged 15 to 64 in 2024
        ("BG", 2.350, 1.166, -3),
        ("NL", 1.127, -0.191, -3),
        ("SE", 0.935, -0.656, -2),
        ("SK", -0.206, 3.958, -2),
        ("DK", -0.096, -1.626, 2),
        ("SI", -0.659, 0.158, 2),
        ("PL", -1.373, -1.083, 3),
    ],
)
def test_the_scoreboard_of_gaps(
    release: Path, geo: str, level_score: float, change_score: float, category: int
) -> None:
    """The paper counts every change; the release none across a break, so change scores are held where it has none."""
    rows = [
        row
        for row in table(release, "ratings")
        if row["indicator"] == "employment_rate_15_64" and row["citizen_group"] == "FOR"
        and row["statistic"] == "difference" and row["sex"] == "_T" and row["peers"] == "_T"
    ]  # fmt: skip
    (row,) = [row for row in rows if row["geo"] == geo]
    assert (row["period"], row["since"], row["reference"]) == ("2024", "2023", "NAT")
    assert float(row["level_score"]) == pytest.approx(level_score, abs=5e-4)
    assert all(other["reason"] != "break_in_series" for other in rows)
    assert float(row["change_score"]) == pytest.approx(change_score, abs=5e-4)
    assert int(row["category"]) == category
    assert (row["unreliable"] == "True") == (geo == "BG")
    assert 0 < float(row["probability"]) <= 1
    assert float(row["rank_low"]) <= float(row["rank_high"])


@needs_shared
def test_every_rating_is_that_of_the_figures(release: Path) -> None:
    """Level scores against `statistics`, for every figure and among all places; categories are those of the rule."""
    directions = {one.id: one.direction for one in load_catalogue().indicators.values()}
    keys = ("indicator", "birth_group", "citizen_group", "sex", "statistic", "reference")
    boards: dict[tuple[str, ...], list[dict[str, str]]] = {}
    for row in table(release, "ratings"):
        if row["peers"] == "_T":
            boards.setdefault(tuple(row[key] for key in keys), []).append(row)
    assert len(boards) > 50
    assert {key[4] for key in boards} == {"level", "difference"}
    levels = {
        (*(str(row[key] or "") for key in keys), row["geo"], row["period"]): row["value"]
        for row in figures(release)
    }
    for key, rows in boards.items():
        members = [row for row in rows if row["geo"] != "EU27_2020"]
        values = [float(row["level"]) for row in members]
        sign = -1 if directions[key[0]] == "higher_is_better" else 1
        for row, value in zip(members, values, strict=True):
            assert value == levels[*key, row["geo"], row["period"]]
            score = sign * (value - statistics.mean(values)) / statistics.pstdev(values)
            assert float(row["level_score"]) == pytest.approx(score, abs=1e-9)
        assert all(row["category"] == row["rank"] == "" for row in rows if row["geo"] == "EU27_2020")


@needs_shared
def test_errors_are_modelled_where_the_size_of_a_group_is_known(release: Path) -> None:
    """Spain 2024: population 48,619,695 and 4.7 million citizens of non-EU countries, by the file of populations."""
    sizes = {row[0]: float(row[2]) for row in by_citizenship("Total") if row[1] == "2024"}
    groups = {
        row[0]: float(row[2])
        for row in by_citizenship("Non-EU27 countries (from 2020) nor reporting country")
        if row[1] == "2024"
    }
    row = next(
        row
        for row in table(release, "ratings")
        if row["indicator"] == "unemployment_rate" and row["citizen_group"] == "NEU27_2020_FOR"
        and row["statistic"] == "level" and row["sex"] == row["peers"] == "_T" and row["geo"] == "ES"
    )  # fmt: skip
    size = (7800 * (sizes["ES"] / 1e6) ** 0.5 - 4500) * groups["ES"] / sizes["ES"]
    share = float(row["level"])
    assert float(row["level_se"]) == pytest.approx((share * (1 - share) / size) ** 0.5)
    by_birth = [row for row in table(release, "ratings") if row["birth_group"] != "_T" and row["category"]]
    assert {(row["probability"], row["level_se"]) for row in by_birth} == {("", "")}
    assert {row["standard_error"] for row in figures(release)} == {
        None
    }  # none is published as if it were theirs
    assert json.loads((release / "manifest.json").read_text())["errors"]["model"] == "required"


@needs_shared
def test_a_trend_begins_after_the_last_break(release: Path) -> None:
    """Slopes against numpy, on figures of the release and breaks of the flags in its source."""
    rows = [row for row in table(release, "trends") if row["pace"]]
    series: dict[tuple[str, ...], dict[int, tuple[float, str]]] = {}
    keys = ("indicator", "birth_group", "citizen_group", "sex", "statistic", "geo")
    for row in figures(release):
        if row["value"] is not None:
            of = series.setdefault(tuple(str(row[key]) for key in keys), {})
            of[int(str(row["period"]))] = (float(str(row["value"])), str(row["flag"] or ""))
    broken = 0
    for row in rows:
        known = series[tuple(row[key] for key in keys)]
        breaks = [year for year, (_, flag) in sorted(known.items()) if "b" in flag]
        assert row["breaks"] == " ".join(map(str, breaks))
        since = max(breaks, default=min(known))
        years = [year for year in sorted(known) if year >= since]
        slope = np.polyfit(years, [known[year][0] for year in years], 1)[0]
        assert (int(row["first"]), int(row["last"])) == (years[0], years[-1])
        assert float(row["pace"]) == pytest.approx(slope, abs=1e-9)
        broken += bool(breaks)
        if row["year_closed"]:
            assert row["closing"] == "closing"
            assert float(row["year_low"]) <= float(row["year_closed"]) <= float(row["year_high"])
    assert broken > 100
    assert {row["closing"] for row in rows if row["statistic"] == "difference"} >= {
        "closing",
        "no_clear_change",
    }


@needs_shared
def test_pages_name_categories_in_words_in_both_languages(release: Path) -> None:
    words = {"en": "critical situations", "nl": "kritieke situatie"}
    for language, name in words.items():
        page = (release / language / "employment_rate.html").read_text(encoding="utf-8")
        assert f'<span class="tone red">{name}</span>' in page
        overview = (release / language / "index.html").read_text(encoding="utf-8")
        assert name in overview
        assert "employment_rate.html" in overview
    manifest = json.loads((release / "manifest.json").read_text(encoding="utf-8"))
    there = {str(path.relative_to(release)) for path in release.rglob("*") if path.is_file()}
    assert there == {*manifest["files"], "manifest.json"}
    for file, checksum in manifest["files"].items():
        assert hashlib.sha256((release / file).read_bytes()).hexdigest() == checksum


def test_the_monitor_of_the_example_is_right() -> None:
    monitor = load_published_monitor(EXAMPLE)
    assert (len(monitor.places), monitor.union) == (27, "EU27_2020")
    assert monitor.references == {"birth_group": "NAT", "citizen_group": "NAT"}


def test_check_tells_every_file_that_is_not_there(tmp_path: Path) -> None:
    """Three lists of files are named; before anything is fetched none of them stands for a file."""
    shutil.copytree(EXAMPLE, tmp_path / "europe")
    result = CliRunner().invoke(app, ["check", str(tmp_path / "europe")])
    assert result.exit_code == InputError.exit_code
    for name in ("[!dm]*", "demo_pjan", "migr_pop*"):
        assert f"published/eurostat/{name}" in result.output
    assert not (tmp_path / "europe" / "releases").exists()


@needs_shared
def test_check_finds_no_fault_where_a_run_finds_none(release: Path) -> None:
    result = CliRunner().invoke(app, ["check", str(release.parent.parent)], catch_exceptions=False)
    assert "no faults" in result.output


def test_faults_of_a_monitor_are_told_together(tmp_path: Path) -> None:
    (tmp_path / "monitor.toml").write_text(
        '[monitor]\nid = "x"\nnaam = "y"\n[source]\nkind = "published"\nday = "soon"\n[places]\nmembers = "eu"\n'
    )
    with pytest.raises(DefinitionError) as caught:
        load_published_monitor(tmp_path)
    fields = {fault.field for fault in caught.value.faults}
    assert fields == {
        "monitor.naam", "monitor.title", "source.day", "places.union", "places.members",
    }  # fmt: skip


def test_a_run_without_what_was_to_be_fetched_is_told(tmp_path: Path) -> None:
    shutil.copytree(EXAMPLE, tmp_path / "europe")
    result = CliRunner().invoke(app, ["run", str(tmp_path / "europe")])
    assert isinstance(result.exception, InputError)
    assert "Fetch the dataset" in str(result.exception)
    assert not list((tmp_path / "europe").glob("releases/*"))
