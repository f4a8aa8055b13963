"""What waits for whom, the oldest first. Each list holds only what its reader may see."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping
from datetime import datetime
from uuid import UUID

from django.db.models import Q, QuerySet

from zaragoza.web.contributions.models import Contribution, Event
from zaragoza.web.contributions.moving import KIND
from zaragoza.web.contributions.refusal import not_allowed
from zaragoza.web.contributions.roles import Actor, may
from zaragoza.web.contributions.states import PUBLIC, Move, Name

_WERE_PUBLIC = (*PUBLIC, "taken_down")
_PUBLISHES: tuple[Move, ...] = ("accept", "lower")
WAITING: tuple[Name, ...] = (
    "submitted",
    "in_review",
    "waiting",
    "removal_asked",
)  # for reviewers, for editors, or for the owner of a commitment


def own(actor: Actor) -> QuerySet[Contribution]:
    """Of an account and of the organisation for which it speaks."""
    mine = Q(author=actor.id) if actor.id is not None else Q(pk=actor.holds)
    ours = Q(organisation=actor.organisation) if actor.organisation else Q(pk=None)
    return Contribution.objects.filter(mine | ours).order_by("-moved_at", "id")


def to_review(actor: Actor) -> QuerySet[Contribution]:
    """What waits for a decision, by how long it waits; also what is public and asked to be taken down.

    Raises:
        NotAllowedError: whoever asks sees no queue.
    """
    if not may(actor, "see_queue"):
        raise not_allowed("see_queue")
    waiting = Contribution.objects.filter(state__in=WAITING)
    return waiting.prefetch_related("replies").order_by("submitted_at", "id")


def put_back(listed: Iterable[Contribution]) -> Counter[str]:
    """How often each was put back for another reviewer since its author sent it in, by its id."""
    since = {str(each.pk): each.submitted_at for each in listed}
    events = Event.objects.filter(kind=KIND, action="put_back", thing__in=since).values_list("thing", "at")
    return Counter(thing for thing, at in events if at >= (since[thing] or at))


def to_reply(actor: Actor) -> QuerySet[Contribution]:
    """What the owner of a commitment is asked before its status is lowered."""
    return Contribution.objects.filter(state="waiting", commitment__in=actor.owns).order_by("due_at", "id")


def published_as(kind: str) -> Mapping[str, UUID]:
    """Entries that contributions of a kind became, with the contribution of each; also of those taken down."""
    found = Contribution.objects.filter(state__in=_WERE_PUBLIC, kind=kind)
    return dict(found.values_list("became", "pk"))


def public(commitment: str) -> list[tuple[datetime, Contribution]]:
    """What was accepted about a commitment, and when; the latest first. Also what was taken down, to say that it was.

    By its events, as it may have moved since: its removal was asked for, and it stayed.
    """
    rows = Contribution.objects.filter(state__in=_WERE_PUBLIC, commitment=commitment)
    found = {str(each.pk): each for each in rows.prefetch_related("replies", "decisions")}
    events = Event.objects.filter(kind=KIND, thing__in=found, action__in=_PUBLISHES).order_by("-at", "thing")
    return [(at, found[thing]) for at, thing in events.values_list("at", "thing")]
