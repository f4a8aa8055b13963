"""Every file of published statistics beside the repository: data that come out as they are, or a clear refusal.

Expected figures: a second, plain reading of each file (tests/reference/published.py), sdmx1, pysdmx. The manifest says
which files are data, which describe data, and which are to be refused, with what the error says it found.
"""

from __future__ import annotations

import csv
from collections import Counter
from dataclasses import replace
from pathlib import Path

import pyarrow.compute as pc
import pyarrow.parquet as pq
import pytest

from tests.reference import published as plain
from tests.support import SHARED, needs_shared
from zaragoza.collect.published import read
from zaragoza.errors import InputError

FOLDERS = (
    "eurostat_sdmx_csv",
    "eurostat_tsv_bulk",
    "eurostat_data_explorer",
    "oecd",
    "unhcr",
    "cbs",
    "formats",
)
MANIFEST = Path(__file__).with_name("published_files.csv")
ENTRIES = list(csv.DictReader(MANIFEST.read_text(encoding="utf-8").splitlines()))
DATA = [entry["file"] for entry in ENTRIES if entry["kind"] == "data"]
REFUSED = [(entry["file"], entry["found"]) for entry in ENTRIES if entry["kind"] != "data"]
LARGE = (
    "unhcr/asylum_decisions.csv.gz",
    "unhcr/asylum_applications.csv.gz",
    "eurostat_tsv_bulk/migr_imm8.tsv.gz",
)
PARQUET = [file for file in DATA if file.endswith(".parquet")]


def shared(file: str) -> Path:
    assert SHARED is not None
    return SHARED / "data" / file


@needs_shared
def test_the_manifest_lists_every_file() -> None:
    assert SHARED is not None
    data = SHARED / "data"
    there = {
        str(path.relative_to(data))
        for folder in FOLDERS
        for path in (data / folder).rglob("*")
        if path.is_file()
    }
    assert {entry["file"] for entry in ENTRIES} == there
    assert {entry["kind"] for entry in ENTRIES} == {"data", "structure", "refused"}


@needs_shared
@pytest.mark.parametrize("file", [file for file in DATA if file not in PARQUET])
def test_figures_flags_and_dimensions_come_out_as_they_are(file: str) -> None:
    """Of the largest files the years that end in 5 are compared one by one, and all figures by their number."""
    parts, expected = read(shared(file)), plain.reader(file)(shared(file))
    if file in LARGE:
        expected = list(expected)
        assert sum(part.table.num_rows for part in parts) == len(expected)
        parts = [
            replace(part, table=part.table.filter(pc.ends_with(part.table["period"], "5"))) for part in parts
        ]
        expected = [
            one for one in expected if any(key == plain.TIME and str(of).endswith("5") for key, of in one)
        ]
    found = Counter(
        one
        for part in parts
        for one in plain.as_figures(part.table.to_pylist(), part.dimensions + part.attributes)
    )
    counted = Counter(expected)
    assert counted.total() > 0
    assert found == counted


@needs_shared
def test_a_statline_table_in_parquet_comes_out_as_it_is() -> None:
    (file,) = PARQUET
    source = pq.read_table(shared(file))
    (part,) = read(shared(file))
    assert part.dimensions == ("WijkenEnBuurten", "Measure")
    table = part.table
    for name in source.column_names[2:]:
        rows = table.filter(pc.equal(table["Measure"], name))
        assert rows["WijkenEnBuurten"].to_pylist() == [
            code.strip() for code in source["WijkenEnBuurten"].to_pylist()
        ]
        given = source[name].to_pylist()
        if all(value is None or isinstance(value, int | float) for value in given):
            assert rows["value"].to_pylist() == given
        else:
            words = [
                one if one is not None else flag
                for one, flag in zip(rows["text"].to_pylist(), rows["flag"].to_pylist(), strict=True)
            ]
            assert [
                value if value is not None else word
                for value, word in zip(rows["value"].to_pylist(), words, strict=True)
            ] == [
                plain.number(cell.strip()) if plain.number(cell.strip()) is not None else cell.strip()
                for cell in given
            ]
    country = table.filter(
        pc.and_(pc.equal(table["WijkenEnBuurten"], "NL00"), pc.equal(table["Measure"], "AantalInwoners_5"))
    )
    assert country["value"].to_pylist() == [17407585.0]  # CBS, population on 1 January 2020


@needs_shared
@pytest.mark.parametrize(("file", "found"), REFUSED)
def test_what_is_no_data_is_refused_and_named(file: str, found: str) -> None:
    with pytest.raises(InputError) as caught:
        read(shared(file))
    (fault,) = caught.value.faults
    assert fault.where == Path(file).name
    assert fault.found == found
    assert fault.way_out


@needs_shared
def test_the_employment_rates_of_nationals_and_others_in_2019() -> None:
    """Eurostat, SDG_08_30A: 73.8 for nationals, 60.0 for citizens of non-EU countries."""
    (part,) = read(shared("eurostat_sdmx_csv/sdg_08_30a.csv"))
    rates = {
        row["citizen"]: row["value"]
        for row in part.table.to_pylist()
        if row["geo"] == "EU27_2020" and row["period"] == "2019"
    }
    assert rates == {"NAT": 73.8, "EU27_2020_FOR": 75.5, "NEU27_2020_FOR": 60.0}
    assert set(part.table["updated"].to_pylist()) == {"2022-03-04T23:00:00"}


@needs_shared
def test_statuses_of_a_table_with_every_kind_of_flag() -> None:
    """Counts of flags by `cut` and `sort`: 1397 without, b 158, bp 3, bu 15, c 2, u 221."""
    (part,) = read(shared("eurostat_sdmx_csv/sdg_08_30a.csv"))
    flags = Counter(part.table["flag"].to_pylist())
    assert flags == {"": 1397, "b": 158, "bp": 3, "bu": 15, "c": 2, "u": 221}
    hidden = [row for row in part.table.to_pylist() if row["flag"] == "c"]
    assert {(row["reason"], row["obs_status"], row["conf_status"], row["value"]) for row in hidden} == {
        ("confidential", "Q", "C", None)
    }
    assert {row["reason"] for row in part.table.to_pylist() if row["flag"] == "bu"} <= {
        "unreliable",
        "too_uncertain",
    }
    assert {row["reason"] for row in part.table.to_pylist() if row["flag"] == "bp"} == {"break"}


@needs_shared
def test_an_empty_value_flagged_u_is_kept_back_for_its_uncertainty() -> None:
    """ILC_DI15: the row stays, its status says why there is no figure."""
    (part,) = read(shared("eurostat_sdmx_csv/ilc_di15_median_income.csv.gz"))
    empty = [row for row in part.table.to_pylist() if row["value"] is None and row["flag"] == "u"]
    assert empty
    assert {(row["reason"], row["obs_status"]) for row in empty} == {("too_uncertain", "Q")}
    assert not part.coded


@needs_shared
def test_sdmx_json_says_the_same_as_sdmx1() -> None:
    """An independent reader, on a message of version 1.0 without series; the OECD's flags are counted by hand."""
    file = shared("formats/sdmx/ECB_EXR/flat.json")
    (part,) = read(file)
    found = plain.as_figures(part.table.to_pylist(), part.dimensions + part.attributes)
    assert Counter(found) == Counter(plain.by_sdmx1(file))
    (part,) = read(shared("formats/sdmx/OECD/data-PART2-all-all.json"))
    assert Counter(part.table["flag"].to_pylist()) == {"": 4, "x": 1, "w": 1, "y": 1}


@needs_shared
def test_a_structure_says_what_is_a_dimension() -> None:
    """Without it UNIT of a structure-specific message passes for one; the ECB has five and the time."""
    message, structure = (
        shared("formats/sdmx/v3/xml/ECB_EXR0.xml"),
        shared("formats/sdmx/v3/xml/ECB_EXR1.xml"),
    )
    (alone,), (told,) = read(message), read(message, structure)
    assert told.dimensions == ("FREQ", "CURRENCY", "CURRENCY_DENOM", "EXR_TYPE", "EXR_SUFFIX")
    assert alone.dimensions == (*told.dimensions, "UNIT")
    assert told.table["value"].to_pylist() == alone.table["value"].to_pylist()


@needs_shared
def test_a_structure_that_pysdmx_cannot_read_is_told() -> None:
    message, structure = (
        shared("formats/sdmx/ECB_EXR/ng-flat-ss.xml"),
        shared("formats/sdmx/ECB_EXR/ng-structure.xml"),
    )
    with pytest.raises(InputError, match="pysdmx cannot read"):
        read(message, structure)
