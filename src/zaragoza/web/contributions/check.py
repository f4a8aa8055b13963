"""Replays the history, and compares what it tells with what the tables hold."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

from zaragoza.web.contributions import states
from zaragoza.web.contributions.grounds import ERASED, ERASING
from zaragoza.web.contributions.models import (
    DECIDED,
    Contribution,
    Decision,
    Event,
    Membership,
    Ownership,
    Reply,
    SiteRole,
)
from zaragoza.web.promises.models import Call, Practice, ProgressReport, TakenDown

_DECIDED = frozenset(DECIDED)


@dataclass
class Replayed:
    """What a contribution must be, by its events.

    Attributes:
        decisions: round -> outcome, hash and ground.
        replies: accounts that replied, in order.
        ground: for which it was taken down.
    """

    state: states.Name = "draft"
    hash: str = ""
    round: int = 0
    became: str = ""
    decisions: dict[int, tuple[str, str, str]] = field(default_factory=dict)
    replies: list[int | None] = field(default_factory=list)
    ground: str = ""


def faults() -> Iterator[str]:
    """Every place where history and tables differ; nothing where all is as it was told."""
    told: dict[str, Replayed] = {}
    for event in Event.objects.filter(kind="contribution").iterator():
        yield from _replay(told, event)
    rows = {str(each.pk): each for each in Contribution.objects.all()}
    for name in sorted(told.keys() ^ rows.keys()):
        yield f"contribution {name}: {'in the table only' if name in rows else 'in the history only'}"
    replies: dict[Any, list[int | None]] = {}
    for id, person in Reply.objects.order_by("id").values_list("contribution", "person"):
        replies.setdefault(id, []).append(person)
    published, removed = _what_is_published(), _what_was_taken_down()
    for name in sorted(told.keys() & rows.keys()):
        yield from _compared(told[name], rows[name])
        if not _same(told[name].replies, replies.get(rows[name].pk, [])):
            yield f"contribution {name}: its replies are not those of its history"
        yield from _published(rows[name], published, removed)
        yield from _taken_down(told[name].ground, rows[name], published, removed)
    yield from _rights()


def _replay(told: dict[str, Replayed], event: Event) -> Iterator[str]:
    """One event on what was before it."""
    name = f"contribution {event.thing}, event {event.pk}"
    if event.action == "draft":
        if event.thing in told:
            yield f"{name}: begun twice"
        told[event.thing] = Replayed(event.detail["state"], event.after)
        return
    was = told.get(event.thing)
    if was is None:
        yield f"{name}: moved before it was begun"
        return
    leads_to: Mapping[Any, str] = states.STATES[was.state].moves
    if leads_to.get(event.action) != event.detail["state"]:
        yield f"{name}: {event.action} does not lead from {was.state} to {event.detail['state']}"
    if event.before != was.hash:
        yield f"{name}: what it was before is not what it was"
    if event.action in _DECIDED:
        round = event.detail["round"]
        if round in was.decisions:
            yield f"{name}: decided twice in round {round}"
        was.ground = event.detail.get("ground", "")
        was.decisions[round] = (event.action, event.before, was.ground)
    if event.action == "reply":
        was.replies.append(event.actor)
    was.state, was.hash = event.detail["state"], event.after
    was.round, was.became = event.detail["round"], event.detail["became"]


def _same(told: list[int | None], held: list[int | None]) -> bool:
    """Whether as many replies are there, each of the account that gave it, or of nobody once that is erased."""
    return len(told) == len(held) and all(b in (a, None) for a, b in zip(told, held, strict=True))


def _compared(told: Replayed, row: Contribution) -> Iterator[str]:
    name = f"contribution {row.pk}"
    for field_name in ("state", "hash", "round", "became"):
        if getattr(told, field_name) != getattr(row, field_name):
            yield f"{name}: its {field_name} is not that of its history"
    if row.hash != row.judged:
        yield f"{name}: its hash is not that of its content"
    held = {
        each.round: (each.outcome, each.reviewed_hash, each.ground)
        for each in Decision.objects.filter(contribution=row)
    }
    if held != told.decisions:
        yield f"{name}: its decisions are not those of its history"


@dataclass(frozen=True)
class Published:
    """A report, a practice or a call.

    Attributes:
        about: the commitment of a report.
        shown: whether readers see it now.
    """

    about: str | None
    shown: bool


def _what_is_published() -> Mapping[tuple[str, str], Published]:
    """By kind and id."""
    reports = ProgressReport.objects.values_list("pk", "commitment", "withdrawn_at")
    found = {("report", str(id)): Published(about, gone is None) for id, about, gone in reports}
    for kind, model in (("practice", Practice), ("call", Call)):
        for id, gone in model._default_manager.values_list("pk", "withdrawn_at"):
            found[kind, id] = Published(None, gone is None)
    return found


def _what_was_taken_down() -> Mapping[tuple[str, str], str]:
    """Kind and id of what no reader is to see again -> why."""
    return {(each.kind, each.thing): each.ground for each in TakenDown.objects.all()}


def _became(row: Contribution) -> tuple[str, str]:
    return "report" if row.kind in ("progress", "evidence") else row.kind, row.became


def _published(
    row: Contribution,
    there: Mapping[tuple[str, str], Published],
    removed: Mapping[tuple[str, str], str],
) -> Iterator[str]:
    """What was accepted is among what readers are shown; a report that was wrong is not."""
    if row.state not in states.PUBLIC:
        return
    name = _became(row)
    if row.kind == "correction":
        wrong = there.get(("report", row.became))
        if wrong is not None and wrong.shown:
            yield f"contribution {row.pk}: accepted, but the report that it corrects is shown"
    elif name not in there or there[name].about != row.commitment:
        yield f"contribution {row.pk}: accepted, but its {name[0]} is not there"
    elif name in removed:
        yield f"contribution {row.pk}: accepted, but its {name[0]} was taken down"


def _taken_down(
    ground: str,
    row: Contribution,
    there: Mapping[tuple[str, str], Published],
    removed: Mapping[tuple[str, str], str],
) -> Iterator[str]:
    """What was taken down is shown no longer; where nothing may be kept of it, nothing is."""
    if row.state != "taken_down":
        return
    if ground in ERASING and (row.content or row.attachments.exists() or _said_of(row)):
        yield f"contribution {row.pk}: taken down, but its words or files are kept"
    name = _became(row)
    if row.kind == "correction":
        return
    if removed.get(name) != ground or (name in there and there[name].shown):
        yield f"contribution {row.pk}: taken down, but its {name[0]} is not"


def _said_of(row: Contribution) -> bool:
    """Whether anything is kept of what reviewers and owners wrote about it."""
    decisions = row.decisions.exclude(outcome="take_down").exclude(reason=ERASED)
    return decisions.exists() or row.replies.exclude(text=ERASED).exists() or row.asks_removal != ""


@dataclass
class Rights:
    """Who may what, by the events so far; people are numbers of accounts.

    Attributes:
        members: person -> organisation, and the role there.
        roles: person and role on the site.
        owners: commitment and organisation.
    """

    members: dict[str, tuple[str, str]] = field(default_factory=dict)
    roles: set[tuple[str, str]] = field(default_factory=set)
    owners: set[tuple[str, str]] = field(default_factory=set)

    def had(self, person: str, role: str) -> bool:
        """Whether somebody has a role; a manager contributes too."""
        _, there = self.members.get(person, ("", ""))
        own = {"reader", "contributor", there} if there else {"reader"}
        return role in own or (person, role) in self.roles

    def follow(self, event: Event) -> None:
        """What is so after it."""
        thing, told = event.thing, event.detail
        if event.action == "join":
            self.members[thing] = (told["organisation"], told["given"])
        elif event.action == "remove":
            self.members.pop(thing, None)
        elif event.action in ("grant", "revoke"):
            (self.roles.add if event.action == "grant" else self.roles.discard)((thing, told["given"]))
        elif event.action in ("assign", "release"):
            change = self.owners.add if event.action == "assign" else self.owners.discard
            change((thing, told["organisation"]))
        elif event.action == "erase":
            self.members.pop(thing, None)
            self.roles = {each for each in self.roles if each[0] != thing}


def _rights() -> Iterator[str]:
    """Who belongs to what, and may what; and whether whoever did something had the role by which they might."""
    told = Rights()
    for event in Event.objects.iterator():
        if event.actor is not None and not told.had(str(event.actor), event.role):
            yield f"{event.kind} {event.thing}, event {event.pk}: by a role that its account did not have then"
        told.follow(event)
    members = {str(each.person_id): (each.organisation, each.role) for each in Membership.objects.all()}
    if told.members != members:
        yield "memberships are not those of their history"
    if told.roles != {(str(each.person_id), each.role) for each in SiteRole.objects.all()}:
        yield "roles are not those of their history"
    if told.owners != {(each.commitment, each.organisation) for each in Ownership.objects.all()}:
        yield "owners of commitments are not those of their history"
