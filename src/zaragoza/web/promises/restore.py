"""An exported file into the database: whole, in one transaction, or not at all and with everything that is wrong."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from itertools import pairwise
from typing import Any

from zaragoza.catalogue.build import build
from zaragoza.errors import Fault, InputError
from zaragoza.model.progress import Milestone, Report, TakenDown
from zaragoza.web.promises import models
from zaragoza.web.promises.check import LONGEST_ID, Known, is_uuid, milestone_faults, report_faults
from zaragoza.web.promises.entries import KINDS, dangling, made
from zaragoza.web.promises.export import FORMAT, LINES, Exported, header
from zaragoza.web.promises.revision import writing
from zaragoza.web.promises.taken_down import OF_PEOPLE, REPORT, keep_down

_EXPORT_AGAIN = "Export it again."


@dataclass
class _File:
    """What was read of a file: by line, and what is wrong with it."""

    entries: dict[str, Exported] = field(default_factory=dict)
    reports: dict[str, Report] = field(default_factory=dict)
    milestones: dict[str, Milestone] = field(default_factory=dict)
    taken_down: dict[str, TakenDown] = field(default_factory=dict)
    nouns: dict[tuple[str, str], Any] = field(default_factory=dict)  # by kind and id, as they are now
    faults: list[Fault] = field(default_factory=list)


def restore(content: bytes, *, replace: bool = False) -> None:
    """Makes the database hold what an exported file holds; what was taken down here or there stays so.

    Args:
        content: bytes of the file.
        replace: also where people have added something to the database, which is lost where the file lacks it.

    Raises:
        InputError: with everything that is wrong with the file; or the database holds what people added. Nothing was
            written.
    """
    file = _read(content)
    if file.faults:
        raise InputError(file.faults)
    with writing():
        if not replace:
            _refuse_loss()
        _clear()
        _fill(file)


def _read(content: bytes) -> _File:
    first, newline, body = content.partition(b"\n")
    file = _File()
    if first + newline != header(body):
        expected = f"the header of a whole file of the form {FORMAT}"
        file.faults.append(Fault("line 1", "header", expected, "another", f"{_EXPORT_AGAIN} Do not edit it."))
    for number, line in enumerate(body.splitlines(), start=2):
        _read_line(f"line {number}", line, file)
    _check(file)
    return file


def _read_line(where: str, line: bytes, file: _File) -> None:
    try:
        data = json.loads(line, parse_constant=_no_number)
        name = data.pop("line")
        kind = LINES[name]
    except (ValueError, KeyError, TypeError, AttributeError, RecursionError):
        expected = f"JSON with a `line` that is one of {', '.join(LINES)}"
        file.faults.append(Fault(where, "line", expected, "something else", _EXPORT_AGAIN))
        return
    noun, faults = build(kind, data, where)
    file.faults += faults
    if isinstance(noun, Exported):
        file.entries[where] = noun
    elif isinstance(noun, Report):
        file.reports[where] = noun
    elif isinstance(noun, Milestone):
        file.milestones[where] = noun
    elif isinstance(noun, TakenDown):
        file.taken_down[where] = noun


def _no_number(word: str) -> None:
    raise ValueError(word)  # NaN and Infinity are Python's, not JSON's


def _check(file: _File) -> None:
    for where, entry in file.entries.items():
        file.faults += _entry_faults(where, entry, file)
    ids = {name: {id for kind, id in file.nouns if kind == name} for name in KINDS}
    for (name, id), noun in file.nouns.items():
        file.faults += dangling(f"{name} {id}", KINDS[name], noun, ids.__getitem__)
    known = Known(ids["commitment"], ids["organisation"])
    for where, report in file.reports.items():
        file.faults += list(_without_zone(where, report)) or report_faults(where, report, known)
    for where, milestone in file.milestones.items():
        file.faults += list(_without_zone(where, milestone)) or milestone_faults(where, milestone, known)
    for where, told in file.taken_down.items():
        file.faults += [*_without_zone(where, told), *_taken_down_faults(where, told)]
    file.faults += [*_twice(file.reports), *_twice(file.milestones), *_twice(file.taken_down)]


def _entry_faults(where: str, entry: Exported, file: _File) -> Iterator[Fault]:
    kind = KINDS.get(entry.kind)
    if kind is None:
        yield Fault(where, "kind", f"one of {', '.join(KINDS)}", "another", _EXPORT_AGAIN)
        return
    if (entry.kind, entry.id) in file.nouns:
        yield Fault(where, "id", "every entry once", f"`{entry.id}` again", _EXPORT_AGAIN)
    if not 0 < len(entry.id) <= LONGEST_ID:
        yield Fault(where, "id", f"one of at most {LONGEST_ID} characters", "another", _EXPORT_AGAIN)
    if not entry.versions or entry.versions[0].content is None:
        yield Fault(where, "versions", "a first version with content", "none", _EXPORT_AGAIN)
    if any(before.since > after.since for before, after in pairwise(entry.versions)):
        yield Fault(where, "versions", "the earlier versions first", "another order", _EXPORT_AGAIN)
    for number, said in enumerate(entry.versions):
        if said.content is not None:
            noun, faults = made(kind, entry.id, dict(said.content), f"{where}, version {number + 1}")
            yield from faults
            file.nouns[entry.kind, entry.id] = noun


def _taken_down_faults(where: str, told: TakenDown) -> Iterator[Fault]:
    if told.kind not in OF_PEOPLE:
        yield Fault(where, "kind", f"one of {', '.join(OF_PEOPLE)}", "another", _EXPORT_AGAIN)
    if not 0 < len(told.id) <= LONGEST_ID or (told.kind == REPORT and not is_uuid(told.id)):
        yield Fault(where, "id", "the id of a report or an entry", "another text", _EXPORT_AGAIN)


def _without_zone(where: str, noun: Report | Milestone | TakenDown) -> Iterator[Fault]:
    for name, value in vars(noun).items():
        if isinstance(value, datetime) and value.tzinfo is None:
            yield Fault(where, name, "a time with its zone", "one without", _EXPORT_AGAIN)


def _twice(
    nouns: Mapping[str, Report] | Mapping[str, Milestone] | Mapping[str, TakenDown],
) -> Iterator[Fault]:
    first: dict[object, str] = {}
    for where, noun in nouns.items():
        if first.setdefault(noun.id, where) != where:
            yield Fault(where, "id", "every id once", f"that of {first[noun.id]}", _EXPORT_AGAIN)


def _refuse_loss() -> None:
    added: dict[str, Callable[[], bool]] = {
        "reports": models.ProgressReport.objects.exists,
        "milestones": models.Milestone.objects.exists,
        **{
            kind.held_as: kind.model._default_manager.filter(in_catalogue=False).exists
            for kind in KINDS.values()
        },
    }
    found = [name for name, exists in added.items() if exists()]
    if found:
        way_out = "Export it first; then say that it may be replaced."
        expected, held = "a database to which people have added nothing", ", ".join(found)
        raise InputError(Fault("database", "content", expected, held, way_out))


def _clear() -> None:
    for model in (models.ProgressReport, models.Milestone, models.Version):
        model._default_manager.all().delete()
    for kind in KINDS.values():
        kind.model._default_manager.all().delete()


def _fill(file: _File) -> None:
    for kind in KINDS.values():
        own = [entry for entry in file.entries.values() if entry.kind == kind.name]
        kind.model._default_manager.bulk_create(map(_row, own))
    models.Version.objects.bulk_create(
        models.Version(
            kind=entry.kind, entry=entry.id, number=number, content=said.content, loaded_at=said.since
        )
        for entry in file.entries.values()
        for number, said in enumerate(entry.versions, start=1)
    )
    models.Milestone.objects.bulk_create(map(models.Milestone.of, file.milestones.values()))
    reports = [models.ProgressReport.of(report) for report in file.reports.values()]
    models.ProgressReport.objects.bulk_create(row for row, _ in reports)
    models.Evidence.objects.bulk_create(each for _, evidence in reports for each in evidence)
    removed = map(models.TakenDown.of, file.taken_down.values())
    models.TakenDown.objects.bulk_create(removed, ignore_conflicts=True)
    keep_down(row.noun for row in models.TakenDown.objects.all())


def _row(entry: Exported) -> models.Stated:
    last = entry.versions[-1]
    return KINDS[entry.kind].model(
        id=entry.id,
        content=next(said.content for said in reversed(entry.versions) if said.content is not None),
        number=len(entry.versions),
        in_catalogue=entry.in_catalogue,
        changed_at=last.since,
        withdrawn_at=last.since if last.content is None else None,
    )
