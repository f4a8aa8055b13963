"""Replays the history, and compares what it tells with what the tables hold."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

from zaragoza.web.contributions import states
from zaragoza.web.contributions.models import (
    Contribution,
    Decision,
    Event,
    Membership,
    Ownership,
    Reply,
    SiteRole,
)
from zaragoza.web.promises.models import Call, Practice, ProgressReport

_DECIDED = frozenset(states.OUTCOMES)


@dataclass
class Replayed:
    """What a contribution must be, by its events.

    Attributes:
        decisions: round -> outcome and hash.
        replies: how many.
    """

    state: states.Name = "draft"
    hash: str = ""
    round: int = 0
    became: str = ""
    decisions: dict[int, tuple[str, str]] = field(default_factory=dict)
    replies: int = 0


def faults() -> Iterator[str]:
    """Every place where history and tables differ; nothing where all is as it was told."""
    told: dict[str, Replayed] = {}
    for event in Event.objects.filter(kind="contribution").iterator():
        yield from _replay(told, event)
    rows = {str(each.pk): each for each in Contribution.objects.all()}
    for name in sorted(told.keys() ^ rows.keys()):
        yield f"contribution {name}: {'in the table only' if name in rows else 'in the history only'}"
    replies = Counter(Reply.objects.values_list("contribution", flat=True))
    published = _what_is_published()
    for name in sorted(told.keys() & rows.keys()):
        yield from _compared(told[name], rows[name])
        if told[name].replies != replies[rows[name].pk]:
            yield f"contribution {name}: its replies are not those of its history"
        yield from _published(rows[name], published)
    yield from _members()


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
        if was.round in was.decisions:
            yield f"{name}: decided twice in round {was.round}"
        was.decisions[was.round] = (event.action, event.before)
    was.replies += event.action == "reply"
    was.state, was.hash = event.detail["state"], event.after
    was.round, was.became = event.detail["round"], event.detail["became"]


def _compared(told: Replayed, row: Contribution) -> Iterator[str]:
    name = f"contribution {row.pk}"
    for field_name in ("state", "hash", "round", "became"):
        if getattr(told, field_name) != getattr(row, field_name):
            yield f"{name}: its {field_name} is not that of its history"
    if row.hash != row.judged:
        yield f"{name}: its hash is not that of its content"
    held = {
        each.round: (each.outcome, each.reviewed_hash) for each in Decision.objects.filter(contribution=row)
    }
    if held != told.decisions:
        yield f"{name}: its decisions are not those of its history"


def _what_is_published() -> Mapping[tuple[str, str], str | None]:
    """Reports, practices and calls: kind and id -> the commitment that it is about."""
    reports = ProgressReport.objects.values_list("pk", "commitment")
    entries = [("practice", id) for id in Practice.objects.values_list("pk", flat=True)]
    entries += [("call", id) for id in Call.objects.values_list("pk", flat=True)]
    return {("report", str(id)): about for id, about in reports} | dict.fromkeys(entries)


def _published(row: Contribution, there: Mapping[tuple[str, str], str | None]) -> Iterator[str]:
    """What was accepted is among what readers are shown."""
    if row.state != "accepted" or row.kind == "correction":
        return
    name = ("report" if row.kind in ("progress", "evidence") else row.kind, row.became)
    if name not in there or there[name] != row.commitment:
        yield f"contribution {row.pk}: accepted, but its {name[0]} is not there"


def _members() -> Iterator[str]:
    """Who belongs to what, and may what."""
    members: dict[str, tuple[str, str]] = {}
    roles: set[tuple[str, str]] = set()
    owners: set[tuple[str, str]] = set()
    for event in Event.objects.filter(kind__in=("membership", "role", "ownership", "person")).iterator():
        if event.action == "join":
            members[event.thing] = (event.detail["organisation"], event.detail["given"])
        elif event.action == "remove":
            members.pop(event.thing, None)
        elif event.action in ("grant", "revoke"):
            (roles.add if event.action == "grant" else roles.discard)((event.thing, event.detail["given"]))
        elif event.action in ("assign", "release"):
            (owners.add if event.action == "assign" else owners.discard)(
                (event.thing, event.detail["organisation"])
            )
        elif event.action == "erase":
            members.pop(event.thing, None)
            roles = {each for each in roles if each[0] != event.thing}
    if members != {str(each.person_id): (each.organisation, each.role) for each in Membership.objects.all()}:
        yield "memberships are not those of their history"
    if roles != {(str(each.person_id), each.role) for each in SiteRole.objects.all()}:
        yield "roles are not those of their history"
    if owners != {(each.commitment, each.organisation) for each in Ownership.objects.all()}:
        yield "owners of commitments are not those of their history"
