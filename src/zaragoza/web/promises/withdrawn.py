"""Entries that are no longer stated: they keep their addresses, with what they last said."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from functools import lru_cache
from typing import Any

from zaragoza.model.progress import Ground
from zaragoza.web.promises import revision
from zaragoza.web.promises.entries import KINDS, noun
from zaragoza.web.promises.taken_down import taken_down


@dataclass(frozen=True)
class Withdrawn:
    """An entry that is no longer stated.

    Attributes:
        kind: name of its kind.
        entry: the object of the model that it last was.
        since: when the catalogue came in that no longer has it, or when it was taken down.
        version: number of the entry's version that says so.
        ground: why it was taken down, so that nothing is left of what it said; None where the catalogue dropped it.
    """

    kind: str
    entry: Any
    since: datetime
    version: int
    ground: Ground | None = None


def withdrawn(kind: str) -> Mapping[str, Withdrawn]:
    """Those of a kind, by id. Kept until something is written."""
    return _withdrawn(kind, revision.current())


@lru_cache(maxsize=2 * len(KINDS))
def _withdrawn(kind: str, at_revision: str) -> Mapping[str, Withdrawn]:
    of = KINDS[kind]
    rows = of.model._default_manager.filter(withdrawn_at__isnull=False).order_by("id")
    removed = taken_down()
    return {
        row.id: Withdrawn(
            kind,
            noun(of, row.id, row.content),
            row.withdrawn_at,
            row.number,
            removed[kind, row.id].ground if (kind, row.id) in removed else None,
        )
        for row in rows
        if row.withdrawn_at
    }
