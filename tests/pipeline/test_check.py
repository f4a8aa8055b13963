"""What `check` tells before `run` stumbles over it, and the exit codes of both."""

from __future__ import annotations

import csv
import sys
from collections.abc import Callable, Iterable
from contextlib import nullcontext
from pathlib import Path

import pytest

from zaragoza import cli
from zaragoza.catalogue.monitor import load_monitor
from zaragoza.check import STAGES, all_faults
from zaragoza.engine import Engine
from zaragoza.errors import DesignError, Fault, InputError
from zaragoza.pipeline import run

MONITOR = """\
[monitor]
id = "small"
title = { en = "Small", nl = "Klein" }
country = "NL"
period = "2023"
indicators = ["employment_rate"]

[source]
kind = "survey"
files = ["persons.csv"]
delimiter = ";"

[source.variables]
person = "pid"
weight = "w"
stratum = "region"
psu = "place"
age = "age"
activity = "status"
citizenship = "nationality"

[[breakdowns]]
by = ["citizen_group"]
"""
SIZE = ('psu = "place"', 'psu = "place"\npopulation_size = "places"')
COLUMNS = ("pid", "w", "region", "place", "places", "age", "status", "nationality")
Row = dict[str, object]


def persons() -> list[Row]:
    """Four strata of two places with forty persons each."""
    return [
        {
            "pid": f"p{n}",
            "w": 100,
            "region": f"r{n // 80}",
            "place": f"place{n // 40}",
            "places": 9,
            "age": 30,
            "status": "employed" if n % 3 else "unemployed",
            "nationality": "NL" if n % 2 else "TR",
        }
        for n in range(320)
    ]


def folder(where: Path, rows: Iterable[Row], *changes: tuple[str, str], more: str = "") -> Path:
    where.mkdir(exist_ok=True)
    text = MONITOR + more
    for old, new in changes:
        assert old in text
        text = text.replace(old, new)
    (where / "monitor.toml").write_text(text, encoding="utf-8")
    secret = where / "secret.key"
    secret.touch(mode=0o600)
    secret.write_text("5f" * 32, encoding="ascii")
    with (where / "persons.csv").open("w", newline="", encoding="utf-8") as file:
        writer = csv.DictWriter(file, COLUMNS, delimiter=";")
        writer.writeheader()
        writer.writerows(rows)
    return where


def faults(where: Path) -> tuple[Fault, ...]:
    with Engine(threads=1) as engine:
        return all_faults(where, engine)


def without(*places: str) -> list[Row]:
    return [row for row in persons() if row["place"] not in places]


# --- strata with one sampling unit, by the definition: one unit of the whole sample, and not all that there are


def test_a_sound_monitor_has_no_fault_and_runs(tmp_path: Path) -> None:
    where = folder(tmp_path, persons())
    assert faults(where) == ()
    assert run(load_monitor(where)).id == "2023-r1"


def test_lonely_strata_are_told_as_run_tells_them(tmp_path: Path) -> None:
    where = folder(tmp_path, without("place1", "place6"))
    (fault,) = faults(where)
    assert (fault.where, fault.field, fault.kind) == ("design", "stage 1", DesignError)
    assert fault.found == "2 strata with one"
    assert "lonely_psu" in fault.way_out
    with pytest.raises(DesignError) as caught:
        run(load_monitor(where))
    assert caught.value.faults == (fault,)


@pytest.mark.parametrize("rule", ["adjust", "average", "certainty", "remove"])
def test_a_monitor_that_says_how_to_treat_them_has_no_fault(tmp_path: Path, rule: str) -> None:
    assert faults(folder(tmp_path, without("place1"), more=f'[estimation]\nlonely_psu = "{rule}"\n')) == ()


@pytest.mark.parametrize(("places", "lonely"), [(1, False), (2, True)])
def test_a_stratum_that_was_taken_whole_is_not_lonely(tmp_path: Path, places: int, lonely: bool) -> None:
    rows = [row | {"places": places} if row["place"] == "place0" else row for row in without("place1")]
    assert [fault.found for fault in faults(folder(tmp_path, rows, SIZE))] == ["1 strata with one"] * lonely


def test_units_count_whatever_they_weigh_and_whoever_is_in_them(tmp_path: Path) -> None:
    """The second unit of the stratum weighs nothing, and holds nobody of the indicator's ages."""
    rows = [row | {"w": 0, "age": 5} if row["place"] == "place1" else row for row in persons()]
    assert faults(folder(tmp_path, rows)) == ()


def test_lonely_strata_are_told_beside_other_faults(tmp_path: Path) -> None:
    rows = without("place1")
    rows[0]["status"], rows[1]["w"] = "asleep", -1
    said = {fault.field.split()[0] for fault in faults(folder(tmp_path, rows))}
    assert said == {"activity", "weight", "stage"}


def test_faults_of_the_frame_itself_bring_no_others(tmp_path: Path) -> None:
    rows = without("place1")
    rows[0]["region"] = ""
    assert [fault.field for fault in faults(folder(tmp_path, rows))] == ["stratum (column region)"]


# --- a release that was altered


def test_an_altered_release_is_told_before_the_work(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    where = folder(tmp_path, persons())
    release = run(load_monitor(where))
    page = release.path / "index.html"
    page.chmod(0o644)
    page.write_text("other", encoding="utf-8")
    (fault,) = faults(where)
    assert (fault.where, fault.field) == ("2023-r1", "index.html")
    monkeypatch.setattr("zaragoza.pipeline.collect", None)  # it never comes to that
    assert code(monkeypatch, "run", where) == 7
    assert code(monkeypatch, "check", where) == 7


# --- exit codes


def code(monkeypatch: pytest.MonkeyPatch, *words: object) -> int:
    """What the command ends with."""
    monkeypatch.setattr(sys, "argv", ["zaragoza", *map(str, words)])
    with pytest.raises(SystemExit) as ended:
        cli.main()
    return int(ended.value.code or 0)


def spoiled(name: str) -> Callable[[Row], Row]:
    return lambda row: row | {name: "asleep" if name == "status" else -1} if row["pid"] == "p0" else row


UNKNOWN, LOWERED = ('"employment_rate"', '"employment_rat"'), "[protection]\nmin_count = 5\n"
KINDS = {
    "nothing wrong": (0, "", (), ""),
    "definition": (3, "", (UNKNOWN,), ""),
    "data": (4, "status", (), ""),
    "design": (5, "w", (), ""),
    "disclosure": (6, "", (), LOWERED),
    "release": (7, "", (), '[output]\nfolder = "persons.csv"\n'),
    "data and disclosure": (4, "status", (), LOWERED),
    "definition and data": (3, "status", (UNKNOWN,), ""),
}


@pytest.mark.parametrize("kind", KINDS)
def test_the_exit_code_of_check_and_run_is_that_of_what_comes_first(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, kind: str
) -> None:
    expected, column, changes, more = KINDS[kind]
    rows = map(spoiled(column), persons()) if column else persons()
    where = folder(tmp_path, rows, *changes, more=more)
    assert code(monkeypatch, "check", where) == expected
    if kind not in ("data and disclosure", "definition and data"):  # run stops before it reads the data
        assert code(monkeypatch, "run", where) == expected


# --- at the terminal


def test_check_tells_its_stages(tmp_path: Path) -> None:
    seen: list[str] = []

    def stage(name: str) -> nullcontext[None]:
        seen.append(name)
        return nullcontext()

    with Engine(threads=1) as engine:
        all_faults(folder(tmp_path, persons()), engine, stage)
    assert tuple(seen) == STAGES


# --- which definition it was

OWN = """\
- id: too_large
  area: employment
  kind: mean
  title: {en: Too large, nl: Te groot}
  definition: {en: Grows beyond a number., nl: Groeit voorbij een getal.}
  of: age * 9223372036854775807
  direction: neutral
  unit: number
  source: this office
"""


def test_an_expression_that_overflows_is_named(tmp_path: Path) -> None:
    indicators = ('"employment_rate"', '"employment_rate", "too_large"')
    where = folder(tmp_path, persons(), indicators)
    own = where / "catalogue" / "indicators"
    own.mkdir(parents=True)
    (own / "own.yaml").write_text(OWN, encoding="utf-8")
    with pytest.raises(InputError) as caught:
        run(load_monitor(where))
    (fault,) = caught.value.faults
    assert (fault.where, fault.field) == ("indicator too_large", "number")
    assert "30" not in str(caught.value)
    assert caught.value.__cause__ is None
