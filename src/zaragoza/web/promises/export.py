"""Everything that the database holds of promises as one file, and back: JSON lines with a header and its checksum.

Lines rather than a folder of CSV files, because entries are nested and differ from kind to kind: in a line they keep
the catalogue's form, and a file of lines can be compared and searched with the tools that everybody has. The tables
for spreadsheets are those of the API (`format=csv`).

A line is an entry with all its versions, a report with its evidence, a milestone, or that something was taken down. So
nothing in the file can contradict itself: what an entry says now is its last version. The revision is not in it, as it
must never return.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from django.db import transaction
from pydantic import AwareDatetime

from zaragoza.catalogue.plain import plain
from zaragoza.model.progress import Milestone, Report, TakenDown
from zaragoza.web.promises import models
from zaragoza.web.promises.entries import KINDS

FORMAT = "zaragoza-promises-1"


@dataclass(frozen=True, kw_only=True)
class Said:
    """A version of an entry: what it says since when; no content where it is no longer stated."""

    since: AwareDatetime
    content: Mapping[str, Any] | None


@dataclass(frozen=True, kw_only=True)
class Exported:
    """An entry with all that it ever said, the first version first."""

    kind: str
    id: str
    in_catalogue: bool
    versions: tuple[Said, ...]


LINES: Mapping[str, type[Any]] = {
    "entry": Exported, "report": Report, "milestone": Milestone, "taken_down": TakenDown,
}  # fmt: skip


def exported() -> bytes:
    """The file. The same rows give the same bytes, on every machine and in every database."""
    with transaction.atomic():
        lines = [_line(name, noun) for name, nouns in _nouns() for noun in nouns]
    body = "".join(lines).encode()
    return header(body) + body


def header(body: bytes) -> bytes:
    """The first line: by it a file that was cut or altered is told."""
    told = {"format": FORMAT, "lines": body.count(b"\n"), "sha256": hashlib.sha256(body).hexdigest()}
    return f"{_json(told)}\n".encode()


def _nouns() -> Iterable[tuple[str, Iterable[Any]]]:
    yield "entry", _entries()
    reports = models.ProgressReport.objects.prefetch_related("evidence")
    yield "report", sorted((row.noun for row in reports), key=_id)
    yield "milestone", sorted((row.noun for row in models.Milestone.objects.all()), key=_id)
    removed = (row.noun for row in models.TakenDown.objects.all())
    yield "taken_down", sorted(removed, key=lambda each: (each.kind, each.id))


def _entries() -> Iterable[Exported]:
    versions: dict[tuple[str, str], list[Said]] = {}
    for each in models.Version.objects.order_by("number"):
        said = Said(since=each.loaded_at, content=each.content)
        versions.setdefault((each.kind, each.entry), []).append(said)
    for kind in KINDS.values():
        for row in sorted(kind.model._default_manager.all(), key=lambda row: row.id):
            own = tuple(versions[kind.name, row.id])
            yield Exported(kind=kind.name, id=row.id, in_catalogue=row.in_catalogue, versions=own)


def _id(noun: Report | Milestone) -> UUID:
    return noun.id


def _line(name: str, noun: Any) -> str:
    return f"{_json({'line': name} | plain(noun, whole=True))}\n"


def _json(value: Any) -> str:
    return json.dumps(value, ensure_ascii=False, allow_nan=False, sort_keys=True, separators=(",", ":"))
