"""Export, wipe, import: the same content; and a file with something wrong in it is refused whole."""

from __future__ import annotations

import io
import json
from collections.abc import Callable
from dataclasses import replace
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from django.core.management import CommandError, call_command
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests.promises.conftest import Content
from tests.promises.made_up import EVIDENCE, at, commitment, plans, words
from zaragoza.errors import InputError
from zaragoza.model.plan import STATUSES, Organisation
from zaragoza.model.progress import Evidence
from zaragoza.web.promises import people, revision
from zaragoza.web.promises.entries import KINDS, stated
from zaragoza.web.promises.export import exported, header
from zaragoza.web.promises.load import load
from zaragoza.web.promises.restore import _clear, restore
from zaragoza.web.promises.state import state
from zaragoza.web.promises.taken_down import take_away

pytestmark = pytest.mark.django_db
DAY = date(2022, 1, 1)


@pytest.fixture
def filled(loaded: None) -> bytes:
    """A database in which every kind of row stands, and its file."""
    full = Evidence(
        title="Jaarverslag “2021”",
        address="https://office.example/é",
        published_on=date(2021, 2, 1),
        passage="p. 3\nand 4",
    )
    first = people.report_progress(
        "P1-1", status="limited", text="Begun.\r\nSlowly.", language="nl", reported_on=date(2021, 3, 1),
        evidence=(full, EVIDENCE), organisation="cities", at=at(2021, 3, 2),
    )  # fmt: skip
    people.report_progress(
        "P1-1", status="no_evidence", text="?", language="en", reported_on=date(2021, 4, 1), at=at(2021, 4, 2)
    )
    people.withdraw_report(first.id, at(2021, 9, 1))
    gone = people.report_progress(
        "P1-1", status="limited", text="Jan did.", language="en", reported_on=date(2021, 2, 1), evidence=(full,),
        at=at(2021, 2, 2),
    )  # fmt: skip
    take_away("report", str(gone.id), "personal_data", at(2021, 9, 2))
    step = people.add_milestone(
        "P1-1", title=words("A law"), source="Letter", due=date(2021, 5, 1), at=at(2021, 3, 1)
    )
    people.add_milestone("P1-1", title=words("Another"), source="Letter", at=at(2021, 3, 1))
    people.reach_milestone(step.id, on=date(2021, 6, 1), at=at(2021, 6, 2))
    partner = Organisation(id="partner", title=words("Partner"))
    people.add_entry(KINDS["organisation"], partner, at(2021, 5, 1))
    other = commitment("P1-2", funds=("F1",), objectives=("O1",))
    load(plans(commitment(title=words("Changed")), other), at(2021, 10, 1))
    load(plans(commitment(title=words("Changed"))), at(2021, 11, 1))
    return exported()


def test_export_wipe_import_gives_the_same_content(filled: bytes) -> None:
    before, shown, kept = Content.now(), stated(), revision.current()
    standing = state(DAY)
    with revision.writing():
        _clear()
    assert Content.now() != before
    assert not stated().commitments
    restore(filled)
    assert Content.now() == before
    assert exported() == filled
    assert stated() == shown
    assert state(DAY) == standing
    assert revision.current() != kept  # what was kept of the database before it was wiped is not of this one


def test_every_kind_of_line_is_there(filled: bytes) -> None:
    first, *lines = map(json.loads, filled.splitlines())
    assert first["lines"] == len(lines)
    told = [(each["line"], each.get("kind"), each["id"]) for each in lines if each["line"] == "entry"]
    assert told == [
        ("entry", "plan", "P1"), ("entry", "organisation", "cities"), ("entry", "organisation", "ministry"),
        ("entry", "organisation", "partner"), ("entry", "objective", "O1"), ("entry", "fund", "F1"),
        ("entry", "call", "C1"), ("entry", "commitment", "P1-1"), ("entry", "commitment", "P1-2"),
        ("entry", "practice", "PR1"),
    ]  # fmt: skip
    assert [each["line"] for each in lines[len(told) :]] == ["report"] * 3 + ["milestone"] * 2 + [
        "taken_down"
    ]
    removed, empty = lines[-1], next(each for each in lines if each["id"] == lines[-1]["id"])
    assert (removed["kind"], removed["ground"]) == ("report", "personal_data")
    assert (empty["status"], empty["text"], empty["evidence"][0]["title"]) == ("limited", "–", "–")
    withdrawn = next(each for each in lines if each["id"] == "P1-2")
    assert [said["content"] is None for said in withdrawn["versions"]] == [False, True]


def test_importing_again_changes_nothing(filled: bytes) -> None:
    before = Content.now()
    restore(filled, replace=True)
    assert Content.now() == before


def test_what_people_added_is_not_lost_by_mistake(filled: bytes) -> None:
    before = Content.now()
    with pytest.raises(InputError, match="reports, milestones, organisations"):
        restore(filled)
    assert Content.now() == before


def test_a_catalogue_alone_is_replaced(filled: bytes) -> None:
    """As on a new machine, whose site has loaded its catalogue already."""
    with revision.writing():
        _clear()
    load(plans(commitment("P1-9")), at(2026, 1, 1))
    restore(filled)
    assert exported() == filled


TEXTS = st.text(st.characters(exclude_characters="\0", exclude_categories=["Cs"]), min_size=1).filter(
    str.strip
)


@settings(max_examples=25, deadline=None, suppress_health_check=list(HealthCheck))
@given(
    told=st.lists(
        st.tuples(st.sampled_from(STATUSES), TEXTS, st.dates(date(2020, 1, 1), date(2021, 1, 1)), TEXTS),
        max_size=4,
    )
)
def test_any_reports_round_trip(loaded: None, told: list[tuple[Any, str, date, str]]) -> None:
    with revision.writing():
        _clear()
    load(plans(), at(2020, 1, 2))
    for status, text, day, passage in told:
        evidence = (replace(EVIDENCE, passage=passage),) * 2
        people.report_progress(
            "P1-1",
            status=status,
            text=text,
            language="en",
            reported_on=day,
            evidence=evidence,
            at=at(2021, 1, 2),
        )
    before, file = Content.now(), exported()
    restore(file, replace=True)
    assert (Content.now(), exported()) == (before, file)


# Refused whole.

Lines = list[dict[str, Any]]


def _of(lines: Lines, line: str, id: str | None = None) -> dict[str, Any]:
    return next(each for each in lines if each["line"] == line and id in (None, each["id"]))


def no_evidence(lines: Lines) -> None:
    next(each for each in lines if each.get("status") == "limited")["evidence"] = []


def nobody(lines: Lines) -> None:
    next(each for each in lines if each.get("organisation") == "cities")["organisation"] = "nobody"


def no_plan(lines: Lines) -> None:
    lines.remove(_of(lines, "entry", "P1"))


def strange_status(lines: Lines) -> None:
    _of(lines, "report")["status"] = "done"


def strange_kind(lines: Lines) -> None:
    _of(lines, "entry", "PR1")["kind"] = "promise"


def twice(lines: Lines) -> None:
    lines.append(_of(lines, "milestone"))


def entry_twice(lines: Lines) -> None:
    lines.append(_of(lines, "entry", "PR1"))


def no_zone(lines: Lines) -> None:
    _of(lines, "report")["published_at"] = "2021-03-02T12:00:00"


def no_content(lines: Lines) -> None:
    _of(lines, "entry", "F1")["versions"][0]["content"] = None


def another_order(lines: Lines) -> None:
    _of(lines, "entry", "P1-1")["versions"].reverse()


def no_title(lines: Lines) -> None:
    del _of(lines, "entry", "F1")["versions"][0]["content"]["title"]


def strange_field(lines: Lines) -> None:
    _of(lines, "milestone")["reached_by"] = "somebody"


def no_id(lines: Lines) -> None:
    _of(lines, "milestone")["id"] = "1"


def long_id(lines: Lines) -> None:
    _of(lines, "entry", "C1")["id"] = "C" * 101


def strange_ground(lines: Lines) -> None:
    _of(lines, "taken_down")["ground"] = "because"


def strange_removal(lines: Lines) -> None:
    _of(lines, "taken_down")["kind"] = "commitment"


def no_removal(lines: Lines) -> None:
    _of(lines, "taken_down")["id"] = "1"


def removal_twice(lines: Lines) -> None:
    lines.append(_of(lines, "taken_down"))


def removal_without_zone(lines: Lines) -> None:
    _of(lines, "taken_down")["at"] = "2021-09-02T12:00:00"


def no_line(lines: Lines) -> None:
    lines[0]["line"] = ["entry"]


@pytest.mark.parametrize(
    ("wrong", "told"),
    [
        (no_evidence, "evidence: expected at least one, as the status is limited; found none"),
        (nobody, "organisation: expected the id of one of 3; found `nobody`"),
        (no_plan, "commitment P1-1: plan: expected the id of one of the plans; found `P1`"),
        (
            strange_status,
            "status: expected 'no_evidence', 'not_started', 'limited', 'substantial' or 'complete'",
        ),
        (strange_kind, "kind: expected one of plan, organisation, objective"),
        (twice, "id: expected every id once"),
        (entry_twice, "id: expected every entry once"),
        (no_zone, "published_at: expected a time with its zone"),
        (no_content, "versions: expected a first version with content"),
        (another_order, "versions: expected the earlier versions first"),
        (no_title, "version 1: title: expected this key; found nothing"),
        (strange_field, "reached_by: expected a key that is known here"),
        (no_id, "id: expected"),
        (long_id, "id: expected one of at most 100 characters"),
        (strange_ground, "ground: expected 'personal_data', 'law', 'wrong' or 'asked'"),
        (strange_removal, "kind: expected one of report, practice, call"),
        (no_removal, "id: expected the id of a report or an entry"),
        (removal_twice, "id: expected every id once"),
        (removal_without_zone, "at: expected a time with its zone"),
        (no_line, "line: expected JSON with a `line` that is one of entry, report, milestone"),
    ],
)
def test_a_file_with_a_fault_is_refused_whole(
    filled: bytes, wrong: Callable[[Lines], None], told: str
) -> None:
    lines = [json.loads(line) for line in filled.splitlines()[1:]]
    wrong(lines)
    body = "".join(f"{json.dumps(line)}\n" for line in lines).encode()
    before, kept = Content.now(), revision.current()
    with pytest.raises(InputError) as refused:
        restore(header(body) + body, replace=True)
    assert told in str(refused.value)
    assert (Content.now(), revision.current()) == (before, kept)


def test_every_fault_is_told_at_once(filled: bytes) -> None:
    lines = [json.loads(line) for line in filled.splitlines()[1:]]
    for wrong in (no_evidence, no_title, no_id):
        wrong(lines)
    body = "".join(f"{json.dumps(line)}\n" for line in lines).encode() + b'NaN\n{"line":\n\xff\n'
    with pytest.raises(InputError) as refused:
        restore(body.partition(b"\n")[2], replace=True)
    fields = [fault.field for fault in refused.value.faults]
    assert fields[0] == "header"
    assert {"evidence", "title", "id"} <= set(fields)
    assert fields.count("line") == 3


@pytest.mark.parametrize("cut", [0, 100, -1])
def test_a_file_that_was_cut_or_altered_is_refused(filled: bytes, cut: int) -> None:
    for content in (filled[:cut], filled.replace(b"Begun.", b"Ended.")):
        with pytest.raises(InputError, match="header of a whole file"):
            restore(content, replace=True)


def test_the_commands(filled: bytes, tmp_path: Path) -> None:
    path = tmp_path / "promises.jsonl"
    call_command("export_promises", path)
    assert path.read_bytes() == filled
    assert [each.name for each in tmp_path.iterdir()] == ["promises.jsonl"]
    with pytest.raises(CommandError, match="people have added nothing"):
        call_command("import_promises", path)
    call_command("import_promises", path, "--replace")
    assert exported() == filled
    with pytest.raises(CommandError, match="no such file"):
        call_command("import_promises", tmp_path / "nothing")
    with pytest.raises(CommandError, match="no such file"):
        call_command("export_promises", tmp_path / "none" / "promises.jsonl")


def test_the_command_that_loads_tells_what_it_did(db: None) -> None:
    told = io.StringIO()
    call_command("load_catalogue", stdout=told)
    assert "327 commitments added: " in told.getvalue()
    told = io.StringIO()
    call_command("load_catalogue", stdout=told)
    assert told.getvalue().endswith(" entries unchanged\n")
    assert "added" not in told.getvalue()
