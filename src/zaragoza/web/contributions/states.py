"""The states of a contribution, in one table: who has to move it, what may follow, and by when."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Literal, get_args

Name = Literal[
    "draft", "unconfirmed", "submitted", "in_review", "returned", "waiting", "accepted", "removal_asked", "rejected",
    "withdrawn", "taken_down",
]  # fmt: skip
Party = Literal["author", "reviewers", "reviewer", "owner", "editors", "nobody"]
Lane = Literal["organisation", "open"]
Move = Literal[
    "edit", "submit", "confirm", "withdraw", "take", "put_back", "return", "accept", "ask", "reject", "reply",
    "lower", "lapse", "ask_removal", "keep", "take_down",
]  # fmt: skip
NAMES: tuple[Name, ...] = get_args(Name)
LANES: tuple[Lane, ...] = get_args(Lane)
MOVES: tuple[Move, ...] = get_args(Move)


@dataclass(frozen=True)
class State:
    """Where a contribution can be.

    Attributes:
        owner: whose step is next; `owner` stands for the organisation that owns the commitment, or the editors where
            none does.
        moves: what may be done with it, and the state that follows.
        days: within which the owner of the step moves it; by lane.
        in_time: what the site itself does when they have passed; None: it reminds, and goes on reminding.
    """

    owner: Party
    moves: Mapping[Move, Name] = field(default_factory=dict)
    days: Mapping[Lane, int] = field(default_factory=dict)
    in_time: Move | None = None


def _both(days: int) -> Mapping[Lane, int]:
    return dict.fromkeys(LANES, days)


STATES: Mapping[Name, State] = {
    # written by somebody with an account, seen by nobody else
    "draft": State(
        "author",
        {"edit": "draft", "submit": "submitted", "withdraw": "withdrawn", "lapse": "withdrawn"},
        _both(90),
        "lapse",
    ),
    # sent in without an account: whoever did so has to open the letter that goes to the address
    "unconfirmed": State(
        "author",
        {"edit": "unconfirmed", "confirm": "submitted", "withdraw": "withdrawn", "lapse": "withdrawn"},
        _both(7),
        "lapse",
    ),
    "submitted": State(
        "reviewers", {"take": "in_review", "withdraw": "withdrawn"}, {"organisation": 14, "open": 30}
    ),
    "in_review": State(
        "reviewer",
        {
            "put_back": "submitted",
            "return": "returned",
            "accept": "accepted",
            "ask": "waiting",
            "reject": "rejected",
            "withdraw": "withdrawn",
        },
        _both(14),
        "put_back",
    ),
    "returned": State(
        "author",
        {"edit": "returned", "submit": "submitted", "withdraw": "withdrawn", "lapse": "withdrawn"},
        _both(30),
        "lapse",
    ),
    # a reviewer would lower a status: its owner is heard first
    "waiting": State(
        "owner", {"reply": "submitted", "lower": "accepted", "withdraw": "withdrawn"}, _both(14), "lower"
    ),
    # applied and public; the owner may still say what it thinks of it
    "accepted": State(
        "nobody", {"reply": "accepted", "ask_removal": "removal_asked", "take_down": "taken_down"}
    ),
    # public still; whoever added it asks that it is so no longer
    "removal_asked": State(
        "editors", {"reply": "removal_asked", "keep": "accepted", "take_down": "taken_down"}, _both(7)
    ),
    "rejected": State("nobody"),
    "withdrawn": State("nobody"),
    # it was public: its address says since when it is not, and why
    "taken_down": State("nobody"),
}

OUTCOMES: tuple[Move, ...] = ("accept", "ask", "return", "reject")  # what a decision of a reviewer can be
REMOVALS: tuple[Move, ...] = ("keep", "take_down")  # and that of an editor on what is public
PUBLIC: frozenset[Name] = frozenset({"accepted", "removal_asked"})  # shown to everybody
KEPT_PRIVATE: frozenset[Name] = frozenset({"draft", "unconfirmed", "withdrawn"})  # reviewers do not see them


def start(*, account: bool) -> Name:
    """Where a contribution begins: who has no account sends it in at once, and confirms an address."""
    return "draft" if account else "unconfirmed"


def following(state: Name, move: Move) -> Name | None:
    """The one state that follows, or None where it cannot be done now."""
    return STATES[state].moves.get(move)


def settled(state: Name) -> bool:
    """Whether nobody has to do anything more."""
    return STATES[state].owner == "nobody"


def due(state: Name, lane: Lane, since: datetime) -> datetime | None:
    """By when it has to be moved; None where it is settled."""
    days = STATES[state].days.get(lane)
    return since + timedelta(days=days) if days is not None else None
