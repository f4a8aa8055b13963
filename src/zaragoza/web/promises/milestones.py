"""Milestones from a table: what an editor keeps in a spreadsheet, taken in whole or not at all."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import date, datetime

from zaragoza.errors import Fault, InputError
from zaragoza.model.text import Text
from zaragoza.web.promises import models
from zaragoza.web.promises.people import add_milestone, reach_milestone
from zaragoza.web.promises.revision import writing

COLUMNS = ("commitment", "title_en", "title_nl", "source", "due", "reached_on")
_WORDS, _DAYS = COLUMNS[:4], COLUMNS[4:]


@dataclass(frozen=True)
class TakenIn:
    """How many rows of a table did what."""

    added: int = 0
    reached: int = 0
    unchanged: int = 0


def take_in(content: bytes, at: datetime | None = None) -> TakenIn:
    """Adds the milestones of a table, and tells which were reached; taking a table in twice changes nothing.

    A row is the milestone that is shown of the same commitment, title and source, if there is one.

    Args:
        content: CSV in UTF-8 with COLUMNS; days as in 2026-12-31, or empty.
        at: when they are published; None stands for now.

    Raises:
        InputError: with everything that is wrong in all rows; nothing was written.
    """
    rows = list(_rows(content))
    faults: list[Fault] = []
    done = []
    with writing():
        for where, row in rows:
            wrong = list(_faults(where, row))
            if not wrong:
                try:
                    done.append(_take_in(row, at))
                except InputError as error:
                    wrong = [replace(fault, where=where) for fault in error.faults]
            faults += wrong
        if faults:
            raise InputError(faults)
    return TakenIn(done.count("added"), done.count("reached"), done.count("unchanged"))


def _rows(content: bytes) -> Iterator[tuple[str, Mapping[str, str]]]:
    try:
        reader = csv.DictReader(io.StringIO(content.decode("utf-8-sig"), newline=""))
        named = tuple(reader.fieldnames or ())
        if sorted(named) != sorted(COLUMNS):
            found = ", ".join(named)[:100] or "nothing"
            way_out = "Name each column once, in the first line."
            raise InputError(Fault("line 1", "columns", ", ".join(COLUMNS), found, way_out))
        for row in reader:
            yield (
                f"line {reader.line_num}",
                {name: (row.get(name) or "").strip() for name in COLUMNS} | _too_many(row),
            )
    except (UnicodeDecodeError, csv.Error):
        way_out = "Save it as CSV in UTF-8."
        raise InputError(Fault("file", "form", "CSV in UTF-8", "something else", way_out)) from None


def _too_many(row: Mapping[str | None, object]) -> dict[str, str]:
    return {"more": "more"} if row.get(None) else {}


def _faults(where: str, row: Mapping[str, str]) -> Iterator[Fault]:
    if "more" in row:
        yield Fault(where, "columns", f"{len(COLUMNS)} cells", "more", "Quote cells that hold a comma.")
    for name in _WORDS:
        if not row[name]:
            yield Fault(where, name, "a text", "nothing", "Write it.")
    for name in _DAYS:
        try:
            _day(row[name])
        except ValueError:
            yield Fault(where, name, "a day such as 2026-12-31, or nothing", "another text", "Write the day.")


def _take_in(row: Mapping[str, str], at: datetime | None) -> str:
    title = Text(row["title_en"], row["title_nl"])
    reached = _day(row["reached_on"])
    there = models.Milestone.objects.filter(
        commitment_id=row["commitment"],
        title_en=title.en,
        title_nl=title.nl,
        source=row["source"],
        due=_day(row["due"]),
        withdrawn_at=None,
    ).first()
    if there is not None and there.reached_on == reached:
        return "unchanged"
    known = (
        add_milestone(row["commitment"], title=title, source=row["source"], due=_day(row["due"]), at=at)
        if there is None
        else there
    )
    if reached is not None:
        reach_milestone(known.id, on=reached, at=at)
    elif there is not None:
        way_out = "Write the day, or withdraw the milestone."
        raise InputError(Fault("milestone", "reached_on", "the day on which it was reached", "none", way_out))
    return "added" if there is None else "reached"


def _day(text: str) -> date | None:
    return date.fromisoformat(text) if text else None
