"""One call reports twenty faults of one monitor, and none of them shows anything of a person."""

from __future__ import annotations

import csv
from collections.abc import Callable
from pathlib import Path

import pytest

from zaragoza.check import all_faults
from zaragoza.engine import Engine
from zaragoza.errors import Fault

# Values that stand in the data and nowhere else; none may be in a fault. The first column of faults below is what the
# office wrote itself.
CANARIES = (
    "canary-person-7319", "canaryage", "canarycode", "canary surname", "40417.31", "-8765.25", "canarystratum",
    "canarypsu", "31337", "canarycomma", "canarybytes",
)  # fmt: skip
MONITOR = """\
[monitor]
id = "twenty"
title = { en = "Twenty faults", nl = "Twintig fouten" }
country = "NL"
period = "2023"
periode = "2023"
indicators = ["employment_rate", "employment_rat"]

[source]
kind = "survey"
files = ["persons.csv", "absent.csv", "commas.csv", "bytes.csv"]
delimiter = ";"
encoding = "utf-8"

[source.variables]
person = "pid"
weight = "w"
stratum = "region_code"
psu = "place"
population_size = "places"
age = "age"
urbanisation = { column = "degree", file = "persons.csv" }
disposable_income = { column = "income", file = "absent.csv" }
rooms = { column = "rooms", file = "commas.csv" }
housing_cost = { column = "cost", file = "bytes.csv" }

[source.variables.sex]
column = "sex"
[source.variables.sex.codes]
m = "M"
f = "F"
m = "F"

[source.variables.activity]
column = "status"
[source.variables.activity.codes]
1 = "employed"
2 = "unemployed"

[source.variables.citizenship]
column = "nationality"

[[breakdowns]]
by = ["citizen_group", "sex"]

[[breakdowns]]
by = ["citizen_grup", "sex"]

[reference]
citizen_group = "DUTCH"

[protection]
min_count = 3

[output]
folder = "occupied/releases"
"""
OWN = """\
own_rate:
  area: employment
  kind: share
  title: {{en: Own rate, nl: Eigen cijfer}}
  definition: {{en: Our own., nl: Eigen cijfer.}}
  of: {of}
  direction: neutral
  source: this office
"""
OTHER = OWN.replace("own_rate", "other_rate")
COLUMNS = (
    "pid",
    "w",
    "region_code",
    "place",
    "places",
    "age",
    "sex",
    "status",
    "nationality",
    "surname",
    "amount",
)


def persons() -> list[dict[str, object]]:
    """Sixty persons in six places of two regions, some of them wrong."""
    rows = [
        {
            "pid": f"p{n}",
            "w": 100.5,
            "region_code": "north" if n < 30 else "south",
            "place": f"place{n // 10}",
            "places": 50,
            "age": 20 + n % 40,
            "sex": "mf"[n % 2],
            "status": 1 + n % 2,
            "nationality": ["NL", "TR"][n % 2],
            "surname": "canary surname",
            "amount": 40417.31,
        }
        for n in range(60)
    ]
    rows[0]["pid"] = rows[1]["pid"] = "canary-person-7319"  # a person twice
    rows[2]["w"] = -8765.25
    rows[3]["w"] = ""
    rows[4]["age"] = "canaryage"
    rows[5]["status"] = "canarycode"
    for n in (6, 36):  # one place in two regions
        rows[n]["place"] = "canarypsu"
    for n in range(10, 13):  # three persons of a region with two places drawn of one that there is
        rows[n] |= {"region_code": "canarystratum", "place": f"single{n % 2}", "places": 1}
    return rows


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("twenty")
    (folder / "monitor.toml").write_text(MONITOR, encoding="utf-8")
    with (folder / "persons.csv").open("w", newline="", encoding="utf-8") as file:
        writer = csv.DictWriter(file, COLUMNS, delimiter=";")
        writer.writeheader()
        writer.writerows(persons())
    (folder / "commas.csv").write_text("pid,rooms\np9,canarycomma\np8,31337\n", encoding="utf-8")
    (folder / "bytes.csv").write_bytes("pid;cost\np9;canarybytes\u20ac\n".encode("cp1252"))
    (folder / "occupied").write_text("", encoding="ascii")
    secret = folder / "secret.key"
    secret.touch(mode=0o600)
    secret.write_text("5f" * 32, encoding="ascii")
    own = folder / "catalogue" / "indicators"
    own.mkdir(parents=True)
    definitions = OWN.format(of="activty = 'employed'") + OTHER.format(of="read_text(sex) = 'x'")
    (own / "own.yaml").write_text(definitions, encoding="utf-8")
    return folder


@pytest.fixture(scope="module")
def faults(folder: Path) -> tuple[Fault, ...]:
    with Engine(threads=1) as engine:
        return all_faults(folder, engine)


def says(where: str = "", field: str = "", text: str = "") -> Callable[[Fault], bool]:
    """A fault in a place, with a field that begins so, and a word of what is expected or found."""
    return lambda f: where in f.where and f.field.startswith(field) and text in f"{f.expected} {f.found}"


TWENTY = {
    "unknown key": says("monitor.toml, line 6", "monitor.periode", "unknown key"),
    "missing file": says("absent.csv", text="no such file"),
    "wrong delimiter": says("commas.csv", "delimiter"),
    "undecodable bytes": says("bytes.csv", "encoding", "utf-8"),
    "missing column": says("persons.csv", "urbanisation", "no such column"),
    "wrong type": says("persons.csv", "age", "whole numbers"),
    "unmapped code": says("persons.csv", "activity", "1 code on 1 row"),
    "code mapped twice": says("monitor.toml, line 32", "source.variables.sex.codes.m", "mapped twice"),
    "duplicate person": says("persons.csv", "person", "2 rows"),
    "negative weight": says(field="weight", text="negative weight"),
    "missing weight": says(field="weight", text="none on 1 row"),
    "PSU in two strata": says(field="psu", text="every sampling unit in one stratum"),
    "population size below sample size": says(field="population_size", text="no smaller than the sample"),
    "expression with an unknown variable": says("own.yaml, line 1", "own_rate.of", "`activty`"),
    "expression with a forbidden function": says("own.yaml, line 9", "other_rate.of", "READ_TEXT"),
    "unknown indicator": says("monitor.toml, line 7", "monitor.indicators", "`employment_rat`"),
    "unknown classification": says("monitor.toml, line 47", "breakdowns.1.by", "`citizen_grup`"),
    "reference group that does not occur": says(
        "monitor.toml, line 50", "reference.citizen_group", "`DUTCH`"
    ),
    "minimum count lowered without a reason": says("monitor.toml, line 53", "protection.min_count", "reason"),
    "output folder that cannot be written": says("monitor.toml, line 56", "output.folder", "written"),
}


def test_there_are_twenty() -> None:
    assert len(TWENTY) == 20


@pytest.mark.parametrize("kind", TWENTY)
def test_one_call_reports(faults: tuple[Fault, ...], kind: str) -> None:
    found = [fault for fault in faults if TWENTY[kind](fault)]
    assert len(found) == 1
    assert found[0].way_out


def test_no_fault_is_reported_beside_them(faults: tuple[Fault, ...]) -> None:
    """A fault that follows from another one would hide the twenty."""
    assert [str(fault) for fault in faults if not any(fits(fault) for fits in TWENTY.values())] == []


def test_no_fault_shows_anything_of_a_person(folder: Path, faults: tuple[Fault, ...]) -> None:
    data = "".join(path.read_text(encoding="cp1252") for path in folder.glob("*.csv"))
    text = "\n".join(f"{fault} {fault!r}" for fault in faults).lower()
    for canary in CANARIES:
        assert canary in data
        assert canary not in text


def test_nothing_is_written(folder: Path, faults: tuple[Fault, ...]) -> None:
    assert faults
    assert {path.name for path in folder.iterdir()} == {
        "monitor.toml", "persons.csv", "commas.csv", "bytes.csv", "occupied", "secret.key", "catalogue",
    }  # fmt: skip


RIGHT = (
    MONITOR.replace('periode = "2023"\n', "")
    .replace(', "employment_rat"', "")
    .replace(', "absent.csv", "commas.csv", "bytes.csv"', "")
    .replace('urbanisation = { column = "degree", file = "persons.csv" }\n', "")
    .replace('disposable_income = { column = "income", file = "absent.csv" }\n', "")
    .replace('rooms = { column = "rooms", file = "commas.csv" }\n', "")
    .replace('housing_cost = { column = "cost", file = "bytes.csv" }\n', "")
    .replace('m = "F"\n', "")
    .replace('[[breakdowns]]\nby = ["citizen_grup", "sex"]\n', "")
    .replace("DUTCH", "NAT")
    .replace("min_count = 3", "min_count = 30")
    .replace("occupied/releases", "releases")
)


@pytest.mark.parametrize(("nationality", "expected"), [("NL", []), ("TR", ["reference.citizen_group"])])
def test_a_reference_group_needs_people(tmp_path: Path, nationality: str, expected: list[str]) -> None:
    """A monitor without the twenty faults has none; without nationals there is nobody to compare others with."""
    (tmp_path / "monitor.toml").write_text(RIGHT, encoding="utf-8")
    secret = tmp_path / "secret.key"
    secret.touch(mode=0o600)
    secret.write_text("5f" * 32, encoding="ascii")
    rows = [
        {**row, "pid": f"p{n}", "w": 1, "age": 30, "status": 1, "place": f"place{n // 10}", "places": 50,
         "region_code": "north" if n < 30 else "south", "nationality": nationality if n % 2 else "DE"}
        for n, row in enumerate(persons())
    ]  # fmt: skip
    with (tmp_path / "persons.csv").open("w", newline="", encoding="utf-8") as file:
        writer = csv.DictWriter(file, COLUMNS, delimiter=";")
        writer.writeheader()
        writer.writerows(rows)
    with Engine(threads=1) as engine:
        assert [fault.field for fault in all_faults(tmp_path, engine)] == expected
