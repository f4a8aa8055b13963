"""The review at a day: what is on course, late and silent, in whole and by area, owner and plan.

It is a function of the state of that day and of nothing else, so that two reviews differ exactly by what happened
between them; `changes` says what that was.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from zaragoza.model.indicator import Indicator
from zaragoza.web.promises.standing import COURSES
from zaragoza.web.promises.state import By, Counts, State, Tracked, counted


@dataclass(frozen=True)
class Part:
    """The commitments of one area, owner or plan.

    Attributes:
        name: its id; empty for commitments without an owner.
        counts: by course.
        tracked: the commitments: late, silent, on course, complete.
        indicators: those that they should move, in the order of the commitments.
    """

    name: str
    counts: Counts
    tracked: tuple[Tracked, ...]
    indicators: tuple[Indicator, ...]


@dataclass(frozen=True)
class Review:
    """How all commitments stand on a day.

    Attributes:
        state: of that day.
        counts: of all commitments; of parts by owner the sum is more, as a commitment can have several.
        areas: in the order of the list of areas.
        owners: those of most commitments first.
        plans: in the order in which they were stated.
    """

    state: State
    counts: Counts
    areas: tuple[Part, ...]
    owners: tuple[Part, ...]
    plans: tuple[Part, ...]


@dataclass(frozen=True)
class Change:
    """A commitment that stands otherwise in two reviews.

    Attributes:
        commitment: its id.
        before: None where it was not yet, or no longer, promised.
        after: the same at the later day.
        fields: in which they differ: `commitment` (what is stated of it), `status`, `course`, `deadline`, `last_news`,
            `missed` (milestones), `reports`, `milestones`. Days without news are no change: they pass for everybody.
    """

    commitment: str
    before: Tracked | None
    after: Tracked | None
    fields: tuple[str, ...]


_STANDING = ("status", "course", "deadline", "last_news", "missed")


def review(state: State) -> Review:
    """The review at the day of a state."""
    areas = {name: place for place, name in enumerate(state.plans.catalogue.areas)}
    return Review(
        state=state,
        counts=state.counts,
        areas=tuple(sorted(_parts(state, "area"), key=lambda part: areas[part.name])),
        owners=tuple(sorted(_parts(state, "owner"), key=lambda part: (-part.counts.total, part.name))),
        plans=tuple(sorted(_parts(state, "plan"), key=lambda part: state.plans.plans[part.name].stated_on)),
    )


def changes(earlier: State, later: State) -> tuple[Change, ...]:
    """What happened between two days: every commitment whose review differs, in the order of the later state."""
    names = dict.fromkeys((*later.tracked, *earlier.tracked))
    found = (_change(name, earlier.tracked.get(name), later.tracked.get(name)) for name in names)
    return tuple(change for change in found if change.fields)


def _parts(state: State, by: By) -> Iterator[Part]:
    for name, tracked in state.parts(by).items():
        ordered = sorted(tracked, key=lambda each: (COURSES.index(each.standing.course), each.commitment.id))
        moved = (state.plans.indicators_of(each.commitment) for each in tracked)
        indicators = dict.fromkeys(indicator for of_one in moved for indicator in of_one)
        yield Part(name, counted(tracked), tuple(ordered), tuple(indicators))


def _change(name: str, before: Tracked | None, after: Tracked | None) -> Change:
    fields: list[str] = []
    if before is None or after is None or before.commitment != after.commitment:
        fields.append("commitment")
    if before is not None and after is not None:
        sides = (before.standing, after.standing)
        fields += (each for each in _STANDING if getattr(sides[0], each) != getattr(sides[1], each))
        fields += (
            each for each in ("reports", "milestones") if getattr(before, each) != getattr(after, each)
        )
    return Change(name, before, after, tuple(fields))
