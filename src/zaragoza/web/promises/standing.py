"""How a commitment stands on a day: a pure function of what was stated and of what readers were shown by then.

Definitions (docs/howto/promises.md):

- Its status is that of the latest report with evidence, `no_evidence` where there is none. Latest is the one about the
  latest day, of those the one published last.
- It is late when a deadline has passed: that of the document, a round of a recurrent one, or a milestone's.
- It is silent when no report with evidence is about a day within the limit, or there is none at all.
- Its course is complete, else late, else silent, else on course: it has exactly one.
"""

from __future__ import annotations

import calendar
import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from itertools import count, pairwise, takewhile
from typing import Literal

from zaragoza.model.plan import Commitment, Deadline, Plan, Status
from zaragoza.model.progress import Milestone, Report, TrackingRule

Course = Literal["complete", "late", "silent", "on_course"]
COURSES: tuple[Course, ...] = ("silent", "late", "on_course", "complete")  # what waits for news comes first

DeadlineState = Literal["none", "not_a_date", "due", "passed", "met"]

_BEGUN: tuple[Status, ...] = ("limited", "substantial", "complete")  # something was done
_EVERY = re.compile(r"P([1-9][0-9]*)([YMWD])")
_YEAR = 12  # months


@dataclass(frozen=True, kw_only=True)
class DeadlineStanding:
    """A deadline as it stands.

    Attributes:
        state: `none` where the document states none; `not_a_date` where its words give no day; `due` until its day has
            passed, then `passed`; `met` where nothing more is due by it: what was to begin has begun, or the last round
            of a recurrent one was reported.
        by: the day by which; of a recurrent one the end of the round that runs, or that was missed.
        recurrent: whether it comes back.
    """

    state: DeadlineState
    by: date | None = None
    recurrent: bool = False


@dataclass(frozen=True, kw_only=True)
class Standing:
    """How a commitment stands on a day.

    Attributes:
        on: the day.
        status: on the five-point scale.
        course: what it asks of a reader.
        deadline: of the document.
        last_news: the day that the latest report with evidence is about; None where there is none.
        days_silent: since that day, or since the plan was stated.
        missed: milestones whose day has passed and that were not reached.
    """

    on: date
    status: Status
    course: Course
    deadline: DeadlineStanding
    last_news: date | None
    days_silent: int
    missed: tuple[Milestone, ...] = ()


def standing(
    commitment: Commitment,
    plan: Plan,
    reports: Sequence[Report],
    milestones: Sequence[Milestone],
    on: date,
    rule: TrackingRule,
) -> Standing:
    """How a commitment stands on a day.

    Args:
        commitment: what was promised.
        plan: the document that holds it.
        reports: of the commitment, as readers were shown them on that day; those without evidence count for nothing.
        milestones: of the commitment, as readers were shown them on that day.
        on: the day.
        rule: when a commitment counts as silent.
    """
    known = bearing(reports)
    status: Status = known[-1].status if known else "no_evidence"
    deadline = _deadline(commitment.deadline, plan, known, status, on)
    missed = tuple(m for m in milestones if m.due is not None and m.due < on and m.reached_on is None)
    last_news = known[-1].reported_on if known else None
    days_silent = (on - (last_news or plan.stated_on)).days
    course: Course
    if status == "complete":
        course = "complete"
    elif deadline.state == "passed" or missed:
        course = "late"
    elif last_news is None or days_silent > rule.silent_after_days:
        course = "silent"
    else:
        course = "on_course"
    return Standing(
        on=on,
        status=status,
        course=course,
        deadline=deadline,
        last_news=last_news,
        days_silent=days_silent,
        missed=missed,
    )


def bearing(reports: Iterable[Report]) -> list[Report]:
    """Those that say something about the status, the one that it follows from last."""
    return sorted(filter(bears, reports), key=lambda each: (each.reported_on, each.published_at, each.id))


def bears(report: Report) -> bool:
    """Whether a report says something about the status: only with evidence."""
    return bool(report.evidence)


def _deadline(
    stated: Deadline | None, plan: Plan, known: Sequence[Report], status: Status, on: date
) -> DeadlineStanding:
    if stated is None:
        return DeadlineStanding(state="none")
    if stated.every is not None:
        return _recurrent(stated, stated.every, plan, known, on)
    if stated.on is None:
        return DeadlineStanding(state="not_a_date")
    if on <= stated.on:
        return DeadlineStanding(state="due", by=stated.on)
    begun = stated.precision == "start" and status in _BEGUN
    return DeadlineStanding(state="met" if begun else "passed", by=stated.on)


def _recurrent(
    stated: Deadline, every: str, plan: Plan, known: Sequence[Report], on: date
) -> DeadlineStanding:
    """A round is met by a report, about a day in it or later, that something was done."""
    rounds = _rounds(stated, every, plan)
    over = list(takewhile(lambda round: round[1] < on, rounds))
    if over:
        begin, end = over[-1]
        if not any(each.reported_on > begin and each.status in _BEGUN for each in known):
            return DeadlineStanding(state="passed", by=end, recurrent=True)
    running = next((end for _, end in _rounds(stated, every, plan) if end >= on), None)
    if running is None:
        return DeadlineStanding(state="met", by=over[-1][1] if over else None, recurrent=True)
    return DeadlineStanding(state="due", by=running, recurrent=True)


def _rounds(stated: Deadline, every: str, plan: Plan) -> Iterator[tuple[date, date]]:
    """The day before each round and its last day, within the time that the plan is about.

    The first ends on the day that the document names, else it begins when the plan was stated.
    """
    first = -1 if stated.on else 0
    bounds = (later(stated.on or plan.stated_on, every, number) for number in count(first))
    return takewhile(lambda round: plan.until is None or round[1] <= plan.until, pairwise(bounds))


def later(day: date, every: str, times: int) -> date:
    """The day some rounds later; the last of a month where the month has no such day.

    Args:
        day: from which on.
        every: the round, an ISO 8601 duration of one unit such as P1Y, P6M or P2W.
        times: how many rounds.

    Raises:
        ValueError: `every` is no such duration.
    """
    found = _EVERY.fullmatch(every)
    if found is None:
        raise ValueError("a duration of one unit, such as P1Y or P6M")
    number, unit = int(found[1]) * times, found[2]
    if unit in "WD":
        return day + timedelta(weeks=number) if unit == "W" else day + timedelta(days=number)
    months = day.year * _YEAR + day.month - 1 + number * (_YEAR if unit == "Y" else 1)
    year, month = divmod(months, _YEAR)
    last = calendar.monthrange(year, month + 1)[1]
    return date(year, month + 1, min(day.day, last))
