"""What pages share of promises: which there are today, in which order, and what is said beside them."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from zaragoza.model.indicator import Indicator
from zaragoza.web.definitions import catalogue
from zaragoza.web.promises.standing import Course
from zaragoza.web.promises.state import State, Tracked, counted, state, today

# What waits longest for news comes first.
ORDER: tuple[Course, ...] = ("silent", "late", "on_course", "complete")


def now() -> State:
    """All commitments as they stand today."""
    return state(today())


def waiting(tracked: Iterable[Tracked]) -> list[Tracked]:
    """Commitments, the silent ones first, of those the longest silent."""
    return sorted(
        tracked,
        key=lambda each: (ORDER.index(each.standing.course), -each.standing.days_silent, each.commitment.id),
    )


def about(indicator: Indicator, found: State) -> list[Tracked]:
    """What was promised that should move an indicator."""
    return waiting(found.tracked[each.id] for each in found.plans.commitments_about(indicator))


def words(found: State) -> Mapping[str, Any]:
    """What the macros of promises need."""
    return {
        "owners": found.plans.organisations,
        "documents": catalogue().documents,
        "terms": catalogue().terms,
        "counted": counted,
        "ORDER": ORDER,
    }
