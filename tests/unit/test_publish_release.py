"""Releases: whole or not there, never changed, checked when read, and closed to hidden numbers."""

from __future__ import annotations

import csv
import hashlib
import json
import os
import subprocess
import sys
from dataclasses import replace
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from tests.support import ROOT
from tests.web.definitions import LOG
from tests.web.made_up import COLUMNS, monitor, observations
from tests.web.releases import FEW, HIDDEN, write
from zaragoza.errors import ReleaseError
from zaragoza.model.classification import Breakdown, Classification
from zaragoza.model.observation import KEY_FIELDS, NUMBER_FIELDS, OBSERVATION_FIELDS
from zaragoza.model.text import Text
from zaragoza.publish import Release, read_release, read_releases


@pytest.fixture(scope="module")
def release(tmp_path_factory: pytest.TempPathFactory) -> Release:
    return write(tmp_path_factory.mktemp("release"))


def contents(folder: Path) -> dict[str, bytes]:
    files = [path for path in folder.rglob("*") if path.is_file()]
    return {path.relative_to(folder).as_posix(): path.read_bytes() for path in files}


def test_a_release_holds_data_manifest_and_pages_in_both_languages(release: Release) -> None:
    assert release.id == "2023-r1"
    pages = {f"{language}/{page}.html" for language in ("en", "nl") for page in ("index", "quality", "neet")}
    assert set(contents(release.path)) == pages | {
        "index.html",
        "manifest.json",
        "observations.csv",
        "observations.parquet",
    }


def test_observations_have_the_columns_of_the_model_in_its_order(release: Release) -> None:
    kinds = {"string": pa.string(), "float64": pa.float64(), "int64": pa.int64()}
    expected = [(name, pa.string()) for name in (*KEY_FIELDS, *COLUMNS)]
    expected += [(name, kinds[kind]) for name, kind in OBSERVATION_FIELDS]
    found = release.observations.schema
    assert list(zip(found.names, found.types, strict=True)) == expected
    assert set(release.observations["release"].to_pylist()) == {"2023-r1"}
    assert set(release.observations["source"].to_pylist()) == {"made_up_survey (made-up data)"}
    assert set(release.observations["unit"].to_pylist()) == {"proportion"}


def test_every_row_is_there_once_and_in_the_order_of_the_definitions(release: Release) -> None:
    rows = release.observations.to_pylist()
    keys = [tuple(row[name] for name in (*KEY_FIELDS, *COLUMNS, "statistic")) for row in rows]
    before = observations(FEW).to_pylist()
    assert sorted(keys) == sorted(
        tuple(row[name] for name in (*KEY_FIELDS, *COLUMNS, "statistic")) for row in before
    )
    levels = [
        row["birth_group"]
        for row in rows
        if row["statistic"] == "level" and all(row[column] == "_T" for column in COLUMNS[1:])
    ]
    assert levels == ["_T", "NAT", "EU27_2020_FOR", "NEU27_2020_FOR", "_U"]


def test_numbers_are_those_that_came_in(release: Release) -> None:
    def keyed(table: pa.Table) -> dict[tuple[object, ...], tuple[object, ...]]:
        names = (*KEY_FIELDS, *COLUMNS, "statistic")
        return {
            tuple(row[n] for n in names): tuple(row[n] for n in NUMBER_FIELDS) for row in table.to_pylist()
        }

    assert keyed(release.observations) == keyed(observations(FEW))


def test_the_csv_says_the_same_as_the_parquet(release: Release) -> None:
    text = (release.path / "observations.csv").read_bytes()
    assert text.count(b"\r\n") == text.count(b"\n") == release.observations.num_rows + 1  # RFC 4180
    rows = list(csv.DictReader(text.decode("utf-8").splitlines()))
    for written, row in zip(rows, release.observations.to_pylist(), strict=True):
        for name, value in row.items():
            kind = dict(OBSERVATION_FIELDS).get(name, "string")
            read = {"string": str, "float64": float, "int64": int}[kind]
            assert (None if written[name] == "" else read(written[name])) == value


def test_areas_have_the_titles_of_the_catalogue_or_their_ids(tmp_path: Path) -> None:
    """For whom a monitor is made by hand, without an office's own list."""
    (one,) = monitor(tmp_path, FEW).indicators
    for area, title in (("education", "Education and training"), ("night_school", "Night school")):
        made = replace(monitor(tmp_path / area, (replace(one, area=area),)), areas={})
        told = write(tmp_path / area, monitor=made).manifest["areas"]
        assert {name: each["en"] for name, each in told.items()} == {area: title}


def test_hidden_rows_are_empty_in_every_file(release: Release) -> None:
    rows = [row for row in release.observations.to_pylist() if row["reason"] in HIDDEN]
    assert {row["reason"] for row in rows} >= {"too_few", "secondary", "dominance"}
    assert all(row[name] is None for row in rows for name in NUMBER_FIELDS)


def test_the_manifest_tells_what_is_needed_to_trust_and_quote(release: Release) -> None:
    facts = json.loads((release.path / "manifest.json").read_text("utf-8"))
    assert facts == release.manifest
    assert facts["release"] == "2023-r1"
    assert facts["follows"] is None
    assert facts["created_at"] == "2025-09-29T08:30:00+00:00"
    assert (facts["period"], facts["monitor"]["id"], facts["monitor"]["country"]) == ("2023", "made_up", "NL")
    assert facts["synthetic"] is True
    assert facts["mark"] == {"en": "made-up data", "nl": "verzonnen gegevens"}
    assert facts["sources"][0]["title"]["nl"] == "Verzonnen enquête van Voorbeeldland"
    assert facts["sources"][0]["files"][0]["sha256"] == "ab" * 32
    assert facts["design"]["weight"] == "weight"
    assert facts["design"]["psu"] == ["psu"]
    assert facts["indicators"][0]["of"] == "activity = 'employed'"
    assert facts["classifications"][0]["reference"] == "NAT"
    assert {each["area"] for each in facts["indicators"]} == {"education"}
    assert facts["areas"] == {"education": {"en": "Education", "nl": "Onderwijs"}}
    assert facts["breakdowns"] == [["birth_group", "sex"], ["citizen_group"], ["urbanisation"]]
    assert facts["quality"]["items"][0] == {
        "variable": "activity",
        "valid": 12790,
        "missing": None,
        "out_of_list": None,
        "missing_rate": 0.0078,
        "missing_rate_weighted": 0.0081,
        "few": ["out_of_list"],
    }
    assert facts["protection"]["log"] == [dict(entry) for entry in LOG]
    assert facts["made_with"]["zaragoza"]
    assert facts["made_with"]["duckdb"]


def test_the_manifest_says_that_rules_are_used_but_not_their_secret_numbers(release: Release) -> None:
    protection = release.manifest["protection"]
    assert protection["min_count"] == 20
    assert {"minimum_count", "dominance", "group_disclosure", "secondary_suppression"} <= set(
        protection["rules"]
    )
    assert set(protection) == {"method", "rounding_base", "min_count", "rules", "reason_for_own_rules", "log"}
    text = (release.path / "manifest.json").read_text("utf-8")
    assert "dominance_share" not in text
    assert "largest_share" not in text
    assert "all_but" not in text


def test_checksums_are_those_of_the_files(release: Release) -> None:
    files = contents(release.path)
    del files["manifest.json"]
    assert release.manifest["files"] == {
        name: hashlib.sha256(content).hexdigest() for name, content in sorted(files.items())
    }


def test_the_same_input_gives_the_same_bytes_in_another_process(release: Release, tmp_path: Path) -> None:
    code = (
        "import sys; from pathlib import Path; from tests.web.releases import write;write(Path(sys.argv[1]))"
    )
    environment = {**os.environ, "PYTHONHASHSEED": "1", "TZ": "Asia/Tokyo", "PYTHONPATH": str(ROOT)}
    subprocess.run([sys.executable, "-c", code, str(tmp_path)], cwd=tmp_path, env=environment, check=True)
    assert contents(tmp_path / "releases" / "2023-r1") == contents(release.path)


def test_reading_gives_what_was_written(release: Release) -> None:
    read = read_release(release.path)
    assert read == release
    assert read.observations.equals(pq.read_table(release.path / "observations.parquet"))
    assert str(read.period) == "2023"


def test_a_second_release_leaves_the_first_alone(tmp_path: Path) -> None:
    first = write(tmp_path)
    before = contents(first.path)
    second = write(tmp_path)
    assert (second.id, second.manifest["follows"]) == ("2023-r2", "2023-r1")
    assert contents(first.path) == before
    assert [each.id for each in read_releases(tmp_path / "releases")] == ["2023-r1", "2023-r2"]


def test_no_folder_means_no_releases(tmp_path: Path) -> None:
    assert read_releases(tmp_path / "nothing") == ()


def copy(release: Release, folder: Path) -> Path:
    for name, content in contents(release.path).items():
        path = folder / release.id / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(content)
    return folder / release.id


@pytest.mark.parametrize("name", ["observations.csv", "en/index.html", "manifest.json"])
def test_a_changed_file_is_noticed(release: Release, tmp_path: Path, name: str) -> None:
    path = copy(release, tmp_path)
    read_release(path)  # the copy itself is fine
    file = path / name
    file.write_bytes(file.read_bytes().replace(b"e", b"a", 1))
    with pytest.raises(ReleaseError) as caught:
        read_release(path)
    assert any(fault.field == name for fault in caught.value.faults)
    with pytest.raises(ReleaseError):
        read_releases(tmp_path)


def test_a_changed_manifest_does_not_pass_by_hiding_a_changed_file(release: Release, tmp_path: Path) -> None:
    path = copy(release, tmp_path)
    (path / "observations.csv").write_bytes(b"indicator\r\n")
    facts = json.loads((path / "manifest.json").read_text("utf-8"))
    facts["files"]["observations.csv"] = hashlib.sha256(b"indicator\r\n").hexdigest()
    (path / "manifest.json").write_text(json.dumps(facts), "utf-8")
    with pytest.raises(ReleaseError):
        read_release(path)


def test_missing_and_added_files_are_all_named(release: Release, tmp_path: Path) -> None:
    path = copy(release, tmp_path)
    (path / "nl" / "neet.html").unlink()
    (path / "notes.txt").write_text("mine")
    with pytest.raises(ReleaseError) as caught:
        read_release(path)
    assert {fault.field for fault in caught.value.faults} == {"nl/neet.html", "notes.txt"}


def test_a_renamed_release_is_noticed(release: Release, tmp_path: Path) -> None:
    path = copy(release, tmp_path).rename(tmp_path / "2023-r7")
    with pytest.raises(ReleaseError):
        read_release(path)


def test_a_folder_without_a_manifest_is_no_release(tmp_path: Path) -> None:
    with pytest.raises(ReleaseError):
        read_release(tmp_path)


def test_unit_source_and_release_are_filled_where_they_are_missing(tmp_path: Path) -> None:
    bare = observations(FEW).drop_columns(["unit", "source", "release"])
    assert write(tmp_path, bare).observations.equals(write(tmp_path / "other").observations)


def test_an_open_classification_is_published_with_the_codes_that_occur(tmp_path: Path) -> None:
    made = monitor(tmp_path, FEW)
    region = Classification(
        id="urbanisation", title=Text("Region", "Regio"), source="NUTS 2021", column="region"
    )
    others = tuple(each for each in made.classifications if each.id != "urbanisation")
    open_list = replace(made, classifications=(*others, region), breakdowns=(Breakdown(("urbanisation",)),))
    release = write(tmp_path, monitor=open_list)
    codes = [category["code"] for category in release.manifest["classifications"][-1]["categories"]]
    assert codes == ["DEG1", "DEG2", "DEG3"]
    assert "DEG2" in (release.path / "en" / "neet.html").read_text("utf-8")
