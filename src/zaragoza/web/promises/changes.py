"""What happened between two days: in which commitments their reviews differ.

A review is a function of the state of its day and of nothing else, so that two of them differ by exactly this.
"""

from __future__ import annotations

from dataclasses import dataclass

from zaragoza.web.promises.state import State, Tracked


@dataclass(frozen=True)
class StandingChange:
    """A commitment that stands otherwise on two days.

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


def changes(earlier: State, later: State) -> tuple[StandingChange, ...]:
    """Every commitment that stands otherwise on the later day, in the order of its state."""
    names = dict.fromkeys((*later.tracked, *earlier.tracked))
    found = (_change(name, earlier.tracked.get(name), later.tracked.get(name)) for name in names)
    return tuple(change for change in found if change.fields)


def _change(name: str, before: Tracked | None, after: Tracked | None) -> StandingChange:
    fields: list[str] = []
    if before is None or after is None or before.commitment != after.commitment:
        fields.append("commitment")
    if before is not None and after is not None:
        sides = (before.standing, after.standing)
        fields += (each for each in _STANDING if getattr(sides[0], each) != getattr(sides[1], each))
        fields += (
            each for each in ("reports", "milestones") if getattr(before, each) != getattr(after, each)
        )
    return StandingChange(name, before, after, tuple(fields))
