"""Who may do what, in one table. Every page, service and call of the API asks `may`; nothing else decides."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any, Literal, Protocol, get_args
from uuid import UUID

from zaragoza.web.contributions.states import KEPT_PRIVATE, PUBLIC, Name

Role = Literal["reader", "contributor", "manager", "reviewer", "editor", "administrator", "site"]
ROLES: tuple[Role, ...] = get_args(Role)
OF_MEMBERS: tuple[Role, ...] = ("contributor", "manager")
OF_THE_SITE: tuple[Role, ...] = (
    "reviewer",
    "editor",
    "administrator",
)  # a second factor is required for these

Scope = Literal[
    "all",
    "own",
    "spoken",
    "organisation",
    "public",
    "removed",
    "sent",
    "others",
    "unrelated",
    "held",
    "taken",
    "asked",
    "owned",
    "unowned",
]
# Why somebody decides nothing about a contribution: it is their own, of their organisation, about what that has
# promised, or they have replied to it.
Concern = Literal["own", "organisation", "promise", "replied"]
Action = Literal[
    "draft", "read", "read_words", "edit", "submit", "confirm", "withdraw", "take", "put_back", "return", "accept",
    "ask", "reject", "reply", "lower", "lapse", "ask_removal", "keep", "take_down", "judge_wrong", "see_queue",
    "see_members", "change_members", "leave", "register", "assign_owner", "grant", "see_history", "export_person",
    "erase_person",
]  # fmt: skip
ACTIONS: tuple[Action, ...] = get_args(Action)


@dataclass(frozen=True)
class Actor:
    """Who asks: a person with an account, one without, or the site itself.

    Attributes:
        id: of the account; None without one.
        roles: every reader has `reader`.
        organisation: for which the account speaks.
        owns: commitments that this organisation owns.
        marks: of the addresses that the account has confirmed, where it has a role on the site: what was sent in from
            one of them without an account is its own too.
        holds: the contribution that was sent in without an account, of somebody who opened the letter about it.
    """

    id: int | None = None
    roles: frozenset[Role] = frozenset({"reader"})
    organisation: str | None = None
    owns: frozenset[str] = frozenset()
    marks: frozenset[str] = frozenset()
    holds: UUID | None = None


NOBODY = Actor()
SITE = Actor(roles=frozenset({"site"}))


class Contributed(Protocol):
    """What the scopes ask of a contribution."""

    id: UUID
    state: Name
    author_id: int | None
    organisation: str | None
    commitment: str | None
    taken_by_id: int | None

    @property
    def mark(self) -> str:
        """Of the address from which it was sent in without an account; empty where there is none."""

    @property
    def unowned(self) -> bool:
        """Whether it is about a commitment that no organisation answers for."""

    @property
    def deciders(self) -> frozenset[int]:
        """Accounts that have decided on it."""

    @property
    def repliers(self) -> frozenset[int]:
        """Accounts that have replied to it, for the owner of its commitment or in its place."""


@dataclass(frozen=True)
class Organised:
    """An organisation, as a thing of which somebody may see or change the members."""

    organisation: str | None


@dataclass(frozen=True)
class Account:
    """An account, or an address without one, as a thing that may be exported or erased."""

    author_id: int | None


Thing = Contributed | Organised | Account | None


def _own(actor: Actor, thing: Any) -> bool:
    if actor.id is not None and thing.author_id == actor.id:
        return True
    return actor.holds is not None and getattr(thing, "id", None) == actor.holds


def _spoken(actor: Actor, thing: Any) -> bool:
    """Own, and not in the name of an organisation for which the author no longer speaks."""
    return _own(actor, thing) and thing.organisation in (None, actor.organisation)


def _of_organisation(actor: Actor, thing: Any) -> bool:
    return actor.organisation is not None and bool(thing.organisation == actor.organisation)


def concern(actor: Actor, thing: Contributed) -> Concern | None:
    """Why a contribution concerns somebody, so that others decide on it; None where it does not."""
    if _own(actor, thing) or thing.mark in actor.marks:
        return "own"
    if _of_organisation(actor, thing):
        return "organisation"
    if thing.commitment in actor.owns:
        return "promise"
    return "replied" if actor.id in thing.repliers else None


def _others(actor: Actor, thing: Any) -> bool:
    return concern(actor, thing) is None


def _held(actor: Actor, thing: Any) -> bool:
    return actor.id is not None and bool(thing.taken_by_id == actor.id)


def _unrelated(actor: Actor, thing: Any) -> bool:
    """Nothing of their own nor of their organisation, though they may have replied to it."""
    return concern(actor, thing) in (None, "replied")


def _unowned(actor: Actor, thing: Any) -> bool:
    """Nobody answers for its commitment; who asks for the reply does not give it."""
    return _unrelated(actor, thing) and thing.unowned and actor.id not in thing.deciders


# With whose things. A scope is asked only of such things as the table of rights pairs it with.
SCOPES: Mapping[Scope, Callable[[Actor, Any], bool]] = {
    "all": lambda actor, thing: True,
    "own": _own,
    "spoken": _spoken,
    "organisation": _of_organisation,
    "others": _others,
    "unrelated": _unrelated,
    "held": _held,
    "taken": lambda actor, thing: _held(actor, thing) and _others(actor, thing),
    "public": lambda actor, thing: thing.state in PUBLIC,
    "removed": lambda actor, thing: thing.state == "taken_down",
    "sent": lambda actor, thing: thing.state not in KEPT_PRIVATE,
    "asked": lambda actor, thing: thing.state == "waiting" and thing.commitment in actor.owns,
    "owned": lambda actor, thing: thing.commitment in actor.owns,
    "unowned": _unowned,
}
_REVIEW: Mapping[Role, tuple[Scope, ...]] = {"reviewer": ("taken",), "editor": ("taken",)}
_AUTHOR: Mapping[Role, tuple[Scope, ...]] = {"reader": ("own",)}
_SITE: Mapping[Role, tuple[Scope, ...]] = {"site": ("all",)}
_WORDS: Mapping[Role, tuple[Scope, ...]] = {
    "reader": ("own", "public"),
    "contributor": ("organisation", "asked"),
    "reviewer": ("sent",),
    "editor": ("sent",),
    "administrator": ("sent",),
}

RIGHTS: Mapping[Action, Mapping[Role, tuple[Scope, ...]]] = {
    "draft": {"reader": ("all",)},
    "read": {**_WORDS, "reader": ("own", "public", "removed")},
    "read_words": _WORDS,
    "edit": _AUTHOR,
    "submit": {"reader": ("spoken",)},
    "confirm": _AUTHOR,
    "withdraw": {"reader": ("own",), "manager": ("organisation",)},
    "take": {"reviewer": ("others",), "editor": ("others",)},
    "put_back": {"reviewer": ("held",), "editor": ("held", "others"), **_SITE},
    "return": _REVIEW,
    "accept": _REVIEW,
    "ask": _REVIEW,
    "reject": _REVIEW,
    "reply": {"contributor": ("owned",), "editor": ("unowned",)},
    "lower": _SITE,
    "lapse": _SITE,
    "ask_removal": {"reader": ("own",), "manager": ("organisation",)},
    "keep": {"editor": ("others",)},
    # what nobody should read does not wait for a second editor; that something is wrong is a judgement
    "take_down": {"editor": ("unrelated",)},
    "judge_wrong": {"editor": ("others",)},
    "see_queue": {"reviewer": ("all",), "editor": ("all",), "administrator": ("all",)},
    "see_members": {"contributor": ("organisation",), "editor": ("all",), "administrator": ("all",)},
    "change_members": {"manager": ("organisation",), "administrator": ("all",)},
    "leave": {"contributor": ("own",)},
    "register": {"editor": ("all",), "administrator": ("all",)},
    "assign_owner": {"editor": ("all",), "administrator": ("all",)},
    "grant": {"administrator": ("all",), **_SITE},
    "see_history": {"editor": ("all",), "administrator": ("all",)},
    "export_person": {"reader": ("own",)},
    "erase_person": {"reader": ("own",), "administrator": ("all",)},
}


def may(actor: Actor, action: Action, thing: Thing = None) -> bool:
    """Whether somebody may do this, with this thing.

    It says nothing about whether it can be done now: the table of states does.

    Args:
        actor: who asks.
        action: what they would do.
        thing: a contribution, an organisation or an account, where the action is about one.
    """
    return acting_as(actor, action, thing) is not None


def acting_as(actor: Actor, action: Action, thing: Thing = None) -> Role | None:
    """The role by which somebody may do this, the least one that suffices; None where they may not."""
    allowed = RIGHTS[action]
    for role in ROLES:
        if role in actor.roles and any(SCOPES[scope](actor, thing) for scope in allowed.get(role, ())):
            return role
    return None
