"""The state of all commitments on a day: what this site showed its readers then.

It follows from rows that are only ever added and withdrawn, each with its time, so that a past day is told as it was:
what was published later, or loaded later, does not change it. What documents state holds from the day on which they
were made public, in the words that the site had on that day, or in the first that it ever had.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, time
from functools import lru_cache
from typing import Any, Literal, TypeVar

from django.db.models import Q, QuerySet

from zaragoza.catalogue.plans import Plans
from zaragoza.model.plan import Commitment, Plan
from zaragoza.model.progress import Milestone, Report
from zaragoza.web.promises import models, revision
from zaragoza.web.promises.entries import KINDS, Kind, noun, stated
from zaragoza.web.promises.standing import COURSES, Course, Standing, standing

By = Literal["area", "plan", "owner"]
_OF_THE_DAY = (KINDS["plan"], KINDS["commitment"])  # whose words of that day matter
_Row = TypeVar("_Row", models.ProgressReport, models.Milestone)


@dataclass(frozen=True, kw_only=True)
class Tracked:
    """A commitment and what became of it by a day.

    Attributes:
        commitment: as it was stated then.
        plan: the document that holds it.
        standing: how it stood.
        reports: that readers were shown, the latest first; also those without evidence.
        milestones: that readers were shown, by day.
    """

    commitment: Commitment
    plan: Plan
    standing: Standing
    reports: tuple[Report, ...] = ()
    milestones: tuple[Milestone, ...] = ()


@dataclass(frozen=True)
class Counts:
    """How many commitments have which course."""

    late: int = 0
    silent: int = 0
    on_course: int = 0
    complete: int = 0

    @property
    def total(self) -> int:
        """All of them."""
        return self.late + self.silent + self.on_course + self.complete


@dataclass(frozen=True)
class State:
    """All commitments on a day.

    Attributes:
        on: the day.
        plans: what was stated, plans and commitments as of that day; it makes the joins.
        tracked: by id of the commitment.
    """

    on: date
    plans: Plans
    tracked: Mapping[str, Tracked]

    @property
    def counts(self) -> Counts:
        """Of all commitments."""
        return counted(self.tracked.values())

    def parts(self, by: By) -> Mapping[str, tuple[Tracked, ...]]:
        """The commitments of each area, plan or owner, in the order of the catalogue.

        A commitment of several owners is among those of each; one without owner is under the empty text.
        """
        found: dict[str, list[Tracked]] = {}
        for each in self.tracked.values():
            for name in _names(each.commitment, by):
                found.setdefault(name, []).append(each)
        return {name: tuple(tracked) for name, tracked in found.items()}


def counted(tracked: Iterable[Tracked]) -> Counts:
    """How many of these have which course."""
    courses = [each.standing.course for each in tracked]
    numbers: dict[Course, int] = {course: courses.count(course) for course in COURSES}
    return Counts(**numbers)


def state(on: date) -> State:
    """The state on a day, at its end (UTC). Kept until something is written."""
    return _state(on, revision.current())


def today() -> date:
    """The day that it is (UTC), as published times count."""
    return datetime.now(UTC).date()


@lru_cache(maxsize=8)
def _state(on: date, at_revision: str) -> State:
    known = _as_on(on)
    rule = known.catalogue.tracking_rule(on)
    reports = _shown(models.ProgressReport.objects.prefetch_related("evidence"), on)
    milestones = _shown(models.Milestone.objects.all(), on)
    tracked = {}
    for name, commitment in known.commitments.items():
        plan = known.plans[commitment.plan]
        own = tuple(row.noun for row in reports.get(name, ()))
        steps = sorted((_by_then(row.noun, on) for row in milestones.get(name, ())), key=_due)
        tracked[name] = Tracked(
            commitment=commitment,
            plan=plan,
            standing=standing(commitment, plan, own, steps, on, rule),
            reports=own,
            milestones=tuple(steps),
        )
    return State(on, known, tracked)


def _names(commitment: Commitment, by: By) -> tuple[str, ...]:
    if by == "owner":
        return commitment.owners or ("",)
    return (commitment.area if by == "area" else commitment.plan,)


def _end(on: date) -> datetime:
    return datetime.combine(on, time.max, UTC)


def _shown(rows: QuerySet[_Row], on: date) -> dict[str, list[_Row]]:
    """Rows that readers were shown at the end of a day, by commitment."""
    end = _end(on)
    found: dict[str, list[_Row]] = {}
    for row in rows.filter(Q(withdrawn_at=None) | Q(withdrawn_at__gt=end), published_at__lte=end):
        found.setdefault(row.commitment_id, []).append(row)
    return found


def _by_then(milestone: Milestone, on: date) -> Milestone:
    """Without what was told later."""
    told = milestone.reached_told_at is not None and milestone.reached_told_at <= _end(on)
    return milestone if told else replace(milestone, reached_on=None, reached_told_at=None)


def _due(milestone: Milestone) -> tuple[date, datetime]:
    return milestone.due or date.max, milestone.published_at


def _as_on(on: date) -> Plans:
    """What was stated on a day: the plans public by then, and what they promise."""
    now = stated()
    held: dict[str, dict[str, Any]] = {
        kind.held_as: _changed_back(kind, getattr(now, kind.held_as), on) for kind in _OF_THE_DAY
    }
    plans = {name: plan for name, plan in held["plans"].items() if plan.stated_on <= on}
    commitments = {name: each for name, each in held["commitments"].items() if each.plan in plans}
    return replace(now, plans=plans, commitments=commitments)


def _changed_back(kind: Kind, now: Mapping[str, Any], on: date) -> dict[str, Any]:
    """Entries with what later versions changed taken back; the first version counts from the beginning."""
    since = models.Version.objects.filter(kind=kind.name, number__gt=1, loaded_at__gt=_end(on))
    found = dict(now)
    for entry in set(since.values_list("entry", flat=True)):
        versions = list(models.Version.objects.filter(kind=kind.name, entry=entry).order_by("number"))
        then = [each for each in versions if each.loaded_at <= _end(on)] or versions[:1]
        found.pop(entry, None)
        if then[-1].content is not None:
            found[entry] = noun(kind, entry, then[-1].content)
    return {name: found[name] for name in sorted(found)}
