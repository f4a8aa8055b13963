"""What an entry said before, and in which of its words two versions differ."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from zaragoza.web.promises import models


@dataclass(frozen=True)
class Difference:
    """A field in which two versions differ; None where a version has no such field."""

    field: str
    before: Any
    after: Any


@dataclass(frozen=True)
class Change:
    """From one version of an entry to the next.

    Attributes:
        at: when this site began to say so.
        before: the whole of the earlier version; None where there was none, or it was withdrawn.
        after: the whole of the later one; None where it was withdrawn.
        differences: the fields that are not the same.
    """

    at: datetime
    before: Mapping[str, Any] | None
    after: Mapping[str, Any] | None
    differences: tuple[Difference, ...]


def history(kind: str, entry: str) -> tuple[Change, ...]:
    """All that an entry ever said, the first version first.

    Args:
        kind: name of its kind: plan, objective, commitment, fund, call, practice, organisation.
        entry: its id.
    """
    found: list[Change] = []
    before: Mapping[str, Any] | None = None
    for version in models.Version.objects.filter(kind=kind, entry=entry).order_by("number"):
        after = version.content
        found.append(Change(version.loaded_at, before, after, differences(before, after)))
        before = after
    return tuple(found)


def changed(kind: str) -> Mapping[str, tuple[Change, ...]]:
    """The histories of those entries of a kind that have said more than one thing.

    Args:
        kind: name of it.
    """
    later = models.Version.objects.filter(kind=kind, number__gt=1)
    return {entry: history(kind, entry) for entry in sorted(set(later.values_list("entry", flat=True)))}


def differences(before: Mapping[str, Any] | None, after: Mapping[str, Any] | None) -> tuple[Difference, ...]:
    """The fields in which two contents differ, such as `title.en` or `deadline.on`; a list is one field."""
    return tuple(_differing((), before or {}, after or {}))


def _differing(at: tuple[str, ...], before: Any, after: Any) -> Iterator[Difference]:
    if before == after:
        return
    if not isinstance(before, Mapping) or not isinstance(after, Mapping):
        yield Difference(".".join(at), before, after)
        return
    for name in (*before, *(name for name in after if name not in before)):
        yield from _differing((*at, name), before.get(name), after.get(name))
