"""The example of the European Union, run in one command on the published files beside the repository.

Figures by country of birth are those that the Joint Assessment Framework stores of single Eurostat tables; its
catalogue names table and codes. They are written as SDMX-CSV, as Eurostat would send them.
"""

from __future__ import annotations

import csv
import gzip
import io
import json
import re
import shutil
from pathlib import Path

import pyarrow.parquet as pq
import pytest
from typer.testing import CliRunner

from tests.support import ROOT, SHARED, needs_shared
from zaragoza.catalogue import load_catalogue
from zaragoza.catalogue.published_monitor import load_published_monitor
from zaragoza.cli import app
from zaragoza.errors import DefinitionError, InputError
from zaragoza.model.observation import STATUS

EXAMPLE = ROOT / "examples" / "europe"
_TABLE = re.compile(r"(\w+)\[([^\]]*)\]")
DATA = SHARED / "data" if SHARED else Path()


def rows_of(path: Path) -> list[dict[str, str]]:
    data = path.read_bytes()
    text = (gzip.decompress(data) if path.suffix == ".gz" else data).decode("utf-8")
    return list(csv.DictReader(io.StringIO(text, newline="")))


def framework(day: str) -> dict[str, list[list[str]]]:
    """Table -> rows of SDMX-CSV, of the indicators that are one cell of one table by birth or citizenship."""
    cells: dict[str, tuple[str, dict[str, str]]] = {}
    for row in rows_of(DATA / "scoreboard" / "jaf_indicator_catalogue.csv"):
        found = _TABLE.fullmatch(row["eurostat_source"])
        if found:
            codes = dict(re.findall(r"(\w+) = ([\w-]+)", found[2]))
            if len(codes) == len(found[2].split(", ")) and {"c_birth", "citizen"} & set(codes):
                cells[row["JAF_KEY"]] = (found[1].lower(), codes)
    tables: dict[str, dict[tuple[str, ...], list[str]]] = {}
    for row in rows_of(DATA / "scoreboard" / f"jaf_all_{day}.csv.gz"):
        if row["JAF_KEY"] in cells:
            table, codes = cells[row["JAF_KEY"]]
            names = sorted(codes)
            head = ["DATAFLOW", "freq", *names, "geo", "TIME_PERIOD", "OBS_VALUE", "OBS_FLAG"]
            lines = tables.setdefault(table, {("head",): head})
            assert lines[("head",)] == head
            key = (*(codes[name] for name in names), row["geo"], row["time"])
            lines[key] = [f"ESTAT:{table.upper()}(1.0)", "A", *key, row["value"], row["flags"]]
    return {table: list(lines.values()) for table, lines in tables.items()}


def by_birth(variable: str, table: str) -> list[list[str]]:
    """Activity and unemployment rates at 15 to 64 by country of birth, until 2019, with Eurostat's flags."""
    lines = [
        ["DATAFLOW", "freq", "unit", "age", "c_birth", "sex", "geo", "TIME_PERIOD", "OBS_VALUE", "OBS_FLAG"]
    ]
    for row in rows_of(
        DATA / "eurostat_processed" / "lfs_by_country_of_birth_activity_unemployment_overqual.csv.gz"
    ):
        if row["variable"] == variable:
            assert row["eurostat_table"] == table
            codes = ["A", "PC", "Y15-64", row["c_birth"], row["sex"], row["country"], row["year"]]
            lines.append([f"ESTAT:{table}(1.0)", *codes, row["value"], row["flag"]])
    return lines


def population() -> list[list[str]]:
    lines = [["DATAFLOW", "freq", "age", "sex", "geo", "TIME_PERIOD", "OBS_VALUE", "OBS_FLAG"]]
    for row in rows_of(DATA / "geo" / "ping_meta_populationxcountry.csv"):
        for name, value in row.items():
            if name.startswith("Y") and value.isdigit():
                lines.append(["ESTAT:DEMO_PJAN(1.0)", "A", "TOTAL", "T", row["GEO"], name[1:], value, ""])
    return lines


def written(path: Path, lines: list[list[str]]) -> None:
    text = io.StringIO(newline="")
    csv.writer(text).writerows(lines)
    path.write_text(text.getvalue(), encoding="utf-8")


@pytest.fixture(scope="module")
def release(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("europe") / "europe"
    shutil.copytree(EXAMPLE, folder)
    place = folder / "published" / "eurostat"
    place.mkdir(parents=True)
    known = load_catalogue().source_tables
    for table, lines in framework("2025-06-03").items():
        if table in known:
            written(place / f"{table}.csv", lines)
    for file in ("sdg_08_30a.csv", "lfsa_ergan_y15-64.csv.gz"):
        shutil.copy(DATA / "eurostat_sdmx_csv" / file, place / f"z_{file}")
    written(place / "y_argacob.csv", by_birth("lfp", "LFSA_ARGACOB"))
    written(place / "demo_pjan", population())
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
def test_means_of_the_union_against_a_plain_sum(release: Path) -> None:
    """Employment rates at 15 to 64 by citizenship: the file has no aggregates. Weights: population until 2017."""
    weights = {(line[4], line[5]): float(line[6]) for line in population()[1:]}
    members = load_catalogue().country_sets["eu27_2020"]
    rows = [
        r for r in figures(release) if r["indicator"] == "employment_rate_15_64" and r["statistic"] == "level"
    ]
    made = [row for row in rows if row["geo"] == "EU27_2020"]
    assert made
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


def test_the_monitor_of_the_example_is_right() -> None:
    monitor = load_published_monitor(EXAMPLE)
    assert (len(monitor.places), monitor.union) == (27, "EU27_2020")
    assert monitor.references == {"birth_group": "NAT", "citizen_group": "NAT"}
    assert "no faults" in CliRunner().invoke(app, ["check", str(EXAMPLE)], catch_exceptions=False).output


def test_faults_of_a_monitor_are_told_together(tmp_path: Path) -> None:
    (tmp_path / "monitor.toml").write_text(
        '[monitor]\nid = "x"\nnaam = "y"\n[source]\nkind = "published"\nday = "soon"\n[places]\nmembers = "eu"\n'
    )
    with pytest.raises(DefinitionError) as caught:
        load_published_monitor(tmp_path)
    fields = {fault.field for fault in caught.value.faults}
    assert fields == {
        "monitor.naam", "monitor.title", "source.files", "source.day", "places.union", "places.members",
    }  # fmt: skip


def test_a_run_without_what_was_to_be_fetched_is_told(tmp_path: Path) -> None:
    shutil.copytree(EXAMPLE, tmp_path / "europe")
    result = CliRunner().invoke(app, ["run", str(tmp_path / "europe")])
    assert isinstance(result.exception, InputError)
    assert "Fetch the dataset" in str(result.exception)
    assert not list((tmp_path / "europe").glob("releases/*"))
