"""What people told is taken down: no reader sees it any more, and its words are gone from these tables.

That there was something stays, with the status that a report told: so the state of a past day is told as it was, in no
words of it. Whatever is taken down stays so, also where a file of an earlier day is imported.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import datetime
from functools import lru_cache
from typing import Any
from uuid import UUID

from django.utils import timezone

from zaragoza.model import progress
from zaragoza.model.progress import Ground
from zaragoza.web.promises import models, revision
from zaragoza.web.promises.entries import KINDS, Content
from zaragoza.web.promises.load import Step, write
from zaragoza.web.promises.people import told_as
from zaragoza.web.promises.revision import writing

REPORT = "report"
OF_PEOPLE = (REPORT, "practice", "call")
# What stands in the place of words, so that rows keep a form that everything can read (RFC 2606, 2: no such host).
_WORDS, _ADDRESS = "–", "https://taken-down.invalid/"
_TITLE = {"en": "Taken down", "nl": "Offline gehaald"}
_KEPT = (
    "area",
    "geo",
    "grade",
    "fund",
    "opens_on",
    "closes_on",
)  # of an entry: none of them is a word of people


def take_away(kind: str, id: str, ground: Ground, at: datetime | None = None) -> None:
    """Withdraws it, and takes its words away for good; nothing more where it is not there.

    Where a file that was imported has told so already, this ground and time stand.

    Args:
        kind: report, practice or call.
        id: of it.
        ground: why.
        at: since when; None stands for now.
    """
    with writing():
        told = progress.TakenDown(kind=kind, id=id, ground=ground, at=at or timezone.now())
        models.TakenDown.objects.update_or_create(
            kind=kind, thing=id, defaults={"ground": told.ground, "at": told.at}
        )
        keep_down([told])


def keep_down(all_told: Iterable[progress.TakenDown]) -> None:
    """Makes the tables hold nothing of what was taken down. Call it within `writing`."""
    for told in all_told:
        if told.kind == REPORT:
            for each in told_as(UUID(told.id)):
                _empty_report(each, told.at)
        else:
            _empty_entry(told)


def taken_down() -> Mapping[tuple[str, str], progress.TakenDown]:
    """All that was, by kind and id. Kept until something is written."""
    return _taken_down(revision.current())


@lru_cache(maxsize=2)
def _taken_down(at_revision: str) -> Mapping[tuple[str, str], progress.TakenDown]:
    return {(row.kind, row.thing): row.noun for row in models.TakenDown.objects.all()}


def _empty_report(id: UUID, at: datetime) -> None:
    """It keeps the status, and that there was evidence, by which past days are told."""
    row = models.ProgressReport.objects.filter(pk=id).first()
    if row is None:
        return
    row.withdrawn_at, row.text = row.withdrawn_at or max(at, row.published_at), _WORDS
    row.save(update_fields=["withdrawn_at", "text"])
    words = {"title": _WORDS, "address": _ADDRESS, "published_on": None, "passage": ""}
    models.Evidence.objects.filter(report=id).update(**words)


def _empty_entry(told: progress.TakenDown) -> None:
    kind = KINDS[told.kind]
    row = kind.model._default_manager.filter(pk=told.id).first()
    if row is None:
        return
    if row.withdrawn_at is None:
        write((Step(kind, told.id, None, row),), in_catalogue=False, at=max(told.at, row.changed_at))
    row.content = _without_words(row.content)
    row.save(update_fields=["content"])
    for version in models.Version.objects.filter(kind=told.kind, entry=told.id, content__isnull=False):
        version.content = _without_words(version.content)
        version.save(update_fields=["content"])


def _without_words(content: Content) -> Content:
    kept: dict[str, Any] = {name: content[name] for name in _KEPT if name in content}
    source = {"document": _WORDS, "section": _ADDRESS, "find": ""}
    return kept | {"title": _TITLE, "summary": _TITLE, "source": source}
