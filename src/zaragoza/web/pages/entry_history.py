"""How an entry changed, with both versions of what it said in the reader's language."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Literal

from zaragoza.model.text import LANGUAGES
from zaragoza.web.pages.frame import language
from zaragoza.web.promises.versions import Change, Difference, changed, differences, history

_NOTHING = "–"


@dataclass(frozen=True)
class Said:
    """One field in both versions."""

    field: str
    before: str
    after: str


@dataclass(frozen=True)
class Told:
    """One change of an entry.

    Attributes:
        at: when this site began to say so.
        what: whether it says something else, is no longer stated, or is stated again.
        fields: all in which the versions differ, by their names in the catalogue.
        said: those of them that a reader of this language reads.
    """

    at: datetime
    what: Literal["changed", "withdrawn", "restated"]
    fields: tuple[str, ...]
    said: tuple[Said, ...]


def of_entry(kind: str, entry: str) -> list[Told]:
    """The changes of one entry; what it said at first is none."""
    return _told(history(kind, entry))


def of_kind(kind: str) -> Mapping[str, list[Told]]:
    """The changes of those entries of a kind that have any."""
    return {entry: _told(changes) for entry, changes in changed(kind).items()}


def _told(changes: Iterable[Change]) -> list[Told]:
    found: list[Told] = []
    last: Mapping[str, Any] | None = None  # what it said when it last said anything
    for change in changes:
        if change.after is None:
            found.append(Told(change.at, "withdrawn", (), ()))
            continue
        if last is not None:
            differing = differences(last, change.after)
            fields = tuple(each.field for each in differing)
            what: Literal["changed", "restated"] = "restated" if change.before is None else "changed"
            found.append(Told(change.at, what, fields, tuple(map(_said, filter(_is_read, differing)))))
        last = change.after
    return found


def _is_read(difference: Difference) -> bool:
    """Not where only words of another language differ."""
    part = difference.field.rpartition(".")[2]
    return part not in LANGUAGES or part == language()


def _said(difference: Difference) -> Said:
    name, _, part = difference.field.rpartition(".")
    field = name if part in LANGUAGES else difference.field
    return Said(field, _in_words(difference.before), _in_words(difference.after))


def _in_words(value: Any) -> str:
    """A value of an entry's content: of a text the words of this language, of a list its parts."""
    if isinstance(value, Mapping):
        own = value.get(language())
        return own if isinstance(own, str) else ", ".join(map(_in_words, value.values()))
    if isinstance(value, list | tuple):
        return "; ".join(map(_in_words, value)) or _NOTHING
    return _NOTHING if value is None or value == "" else str(value)
