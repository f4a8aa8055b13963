"""Milestones from an editor's table: whole or not at all, and twice is once."""

from __future__ import annotations

from datetime import UTC, date, datetime
from pathlib import Path

import pytest
from django.core.management import call_command
from django.core.management.base import CommandError

from zaragoza.errors import InputError
from zaragoza.web.promises.milestones import COLUMNS, TakenIn, take_in
from zaragoza.web.promises.models import Milestone
from zaragoza.web.promises.state import state

AT = datetime(2021, 3, 1, tzinfo=UTC)
HEAD = ",".join(COLUMNS)
ROWS = 'P1-1,Law sent to parliament,Wet naar de Kamer,"Letter, page 2",2021-06-30,\nP1-1,Budget,Begroting,Letter,,\n'
STEP = 'P1-1,Law sent to parliament,Wet naar de Kamer,"Letter, page 2",2021-06-30,2021-05-01\n'


def table(rows: str) -> bytes:
    return f"\ufeff{HEAD}\n{rows}".encode()


def test_a_table_is_taken_in_once_and_tells_what_was_reached(loaded: None) -> None:
    assert take_in(table(ROWS), AT) == TakenIn(added=2)
    assert take_in(table(ROWS), AT) == TakenIn(unchanged=2)
    shown = state(date(2021, 3, 2)).tracked["P1-1"].milestones
    assert [(each.title.nl, each.due, each.reached_on) for each in shown] == [
        ("Wet naar de Kamer", date(2021, 6, 30), None),
        ("Begroting", None, None),
    ]
    later = datetime(2021, 5, 2, tzinfo=UTC)
    assert take_in(table(STEP), later) == TakenIn(reached=1)
    assert take_in(table(STEP), later) == TakenIn(unchanged=1)
    (reached,) = (each for each in state(date(2021, 5, 3)).tracked["P1-1"].milestones if each.reached_on)
    assert reached.reached_on == date(2021, 5, 1)


@pytest.mark.parametrize(
    ("rows", "wrong"),
    [
        ("P9-9,A,B,C,,\n", {("line 2", "commitment")}),
        ("P1-1,A,,C,soon,\nP1-1,,B,,,\n", {("line 2", "title_nl"), ("line 2", "due"), ("line 3", "title_en"),
                                            ("line 3", "source")}),
        ("P1-1,A,B,C,,2031-01-01\n", {("line 2", "reached_on")}),
        ("P1-1,A,B,C,,,D\n", {("line 2", "columns")}),
    ],
)  # fmt: skip
def test_faults_of_all_rows_are_told_and_nothing_is_written(
    loaded: None, rows: str, wrong: set[tuple[str, str]]
) -> None:
    with pytest.raises(InputError) as told:
        take_in(table("P1-1,Good,Goed,Letter,,\n" + rows), AT)
    shifted = {(f"line {int(where.split()[1]) + 1}", field) for where, field in wrong}
    assert {(fault.where, fault.field) for fault in told.value.faults} == shifted
    assert not Milestone.objects.exists()


def test_other_files_are_refused(loaded: None, tmp_path: Path) -> None:
    for content in (b"commitment,title\n", b"\xff\xfe", b""):
        with pytest.raises(InputError):
            take_in(content)
    path = tmp_path / "milestones.csv"
    path.write_bytes(table(ROWS))
    call_command("add_milestones", path)
    assert Milestone.objects.count() == 2
    with pytest.raises(CommandError, match="no such file"):
        call_command("add_milestones", tmp_path / "nothing.csv")
