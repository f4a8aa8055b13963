"""Loading: entries of the catalogue become rows, and each change of one a version that is kept."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime

from django.utils import timezone

from zaragoza.catalogue.plans import Plans
from zaragoza.web.promises import models
from zaragoza.web.promises.entries import KINDS, Content, Kind, content_of
from zaragoza.web.promises.revision import writing


@dataclass(frozen=True)
class Loaded:
    """What loading did, as ids by name of the kind.

    Attributes:
        added: entries that were not there.
        changed: that say something else now, or are stated again.
        withdrawn: that the catalogue no longer has; what people tell about them is kept.
        unchanged: how many are as they were.
    """

    added: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    changed: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    withdrawn: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    unchanged: int = 0

    @property
    def nothing(self) -> bool:
        """Whether all was as it is in the catalogue."""
        return not (self.added or self.changed or self.withdrawn)

    @property
    def lines(self) -> Iterator[str]:
        """For people: one line a kind and change, with the ids of those that are few."""
        for words in ("added", "changed", "withdrawn"):
            for kind, ids in getattr(self, words).items():
                named = ", ".join(ids) if len(ids) <= _NAMED else f"{ids[0]} to {ids[-1]}"
                yield f"{len(ids)} {KINDS[kind].held_as} {words}: {named}"
        yield f"{self.unchanged} entries unchanged"


_NAMED = 12


@dataclass(frozen=True)
class Step:
    """What one entry says from now on.

    Attributes:
        kind: of the entry.
        entry: its id.
        content: None where it is no longer stated.
        row: as it stands in the database; None where it does not.
    """

    kind: Kind
    entry: str
    content: Content | None
    row: models.Stated | None


def load(plans: Plans, at: datetime | None = None) -> Loaded:
    """Makes the database say what the catalogue says: all of it or nothing, and nothing where it does already.

    Entries that people added stay; one of theirs that the catalogue has under the same id becomes the catalogue's.

    Args:
        plans: of the catalogue, the master of what documents say.
        at: when; None stands for now.
    """
    told = _told(plans)
    if told.nothing:
        return told
    with writing():
        steps = list(_steps(plans))
        write(steps, in_catalogue=True, at=at or timezone.now())
        return _summary(steps, plans)


def pending(plans: Plans) -> Loaded:
    """What loading would do."""
    return _told(plans)


def write(steps: Sequence[Step], *, in_catalogue: bool, at: datetime) -> None:
    """Writes what entries say, and keeps it as versions. Call it within `writing`.

    Args:
        steps: of entries, each once.
        in_catalogue: whether the catalogue says so.
        at: when.
    """
    models.Version.objects.bulk_create(
        models.Version(
            kind=step.kind.name, entry=step.entry, number=_number(step), content=step.content, loaded_at=at
        )
        for step in steps
    )
    for kind in KINDS.values():
        own = [step for step in steps if step.kind is kind]
        rows = kind.model._default_manager
        rows.bulk_create([_row(step, in_catalogue, at) for step in own if step.row is None])
        rows.bulk_update([_row(step, in_catalogue, at) for step in own if step.row is not None], _CHANGED)


_CHANGED = ("content", "number", "in_catalogue", "changed_at", "withdrawn_at")


def _number(step: Step) -> int:
    return step.row.number + 1 if step.row else 1


def _row(step: Step, in_catalogue: bool, at: datetime) -> models.Stated:
    row = step.row or step.kind.model(id=step.entry)
    if step.content is not None:
        row.content = step.content
    row.number, row.in_catalogue, row.changed_at = _number(step), in_catalogue, at
    row.withdrawn_at = at if step.content is None else None
    return row


def _told(plans: Plans) -> Loaded:
    return _summary(list(_steps(plans)), plans)


def _steps(plans: Plans) -> Iterator[Step]:
    for kind in KINDS.values():
        rows = {row.id: row for row in kind.model._default_manager.all()}
        entries = getattr(plans, kind.held_as)
        for entry, value in entries.items():
            row, content = rows.get(entry), content_of(value)
            same = row is not None and row.content == content
            if row is None or not same or not row.in_catalogue or row.withdrawn_at:
                yield Step(kind, entry, content, row)
        for entry, row in rows.items():
            if entry not in entries and row.in_catalogue and row.withdrawn_at is None:
                yield Step(kind, entry, None, row)


def _summary(steps: list[Step], plans: Plans) -> Loaded:
    told: dict[str, dict[str, tuple[str, ...]]] = {"added": {}, "changed": {}, "withdrawn": {}}
    for step in steps:
        change = "added" if step.row is None else "withdrawn" if step.content is None else "changed"
        of = told[change]
        of[step.kind.name] = (*of.get(step.kind.name, ()), step.entry)
    written = sum(step.content is not None for step in steps)
    there = sum(len(getattr(plans, kind.held_as)) for kind in KINDS.values())
    return Loaded(**told, unchanged=there - written)
