"""What waits for whom, the oldest first. Each list holds only what its reader may see."""

from __future__ import annotations

from collections.abc import Mapping
from uuid import UUID

from django.db.models import Q, QuerySet

from zaragoza.web.contributions.models import Contribution
from zaragoza.web.contributions.refusal import not_allowed
from zaragoza.web.contributions.roles import Actor, may
from zaragoza.web.contributions.states import Name

WAITING: tuple[Name, ...] = (
    "submitted",
    "in_review",
    "waiting",
)  # for reviewers, or for the owner of a commitment


def own(actor: Actor) -> QuerySet[Contribution]:
    """Of an account and of the organisation for which it speaks."""
    mine = Q(author=actor.id) if actor.id is not None else Q(pk=actor.holds)
    ours = Q(organisation=actor.organisation) if actor.organisation else Q(pk=None)
    return Contribution.objects.filter(mine | ours).order_by("-moved_at", "id")


def to_review(actor: Actor) -> QuerySet[Contribution]:
    """What waits for a decision, by how long it waits.

    Raises:
        NotAllowedError: whoever asks sees no queue.
    """
    if not may(actor, "see_queue"):
        raise not_allowed("see_queue")
    waiting = Contribution.objects.filter(state__in=WAITING)
    return waiting.prefetch_related("replies").order_by("submitted_at", "id")


def to_reply(actor: Actor) -> QuerySet[Contribution]:
    """What the owner of a commitment is asked before its status is lowered."""
    return Contribution.objects.filter(state="waiting", commitment__in=actor.owns).order_by("due_at", "id")


def published_as(kind: str) -> Mapping[str, UUID]:
    """Entries that contributions of a kind became, with the contribution of each."""
    return dict(Contribution.objects.filter(state="accepted", kind=kind).values_list("became", "pk"))


def public(commitment: str) -> QuerySet[Contribution]:
    """What was accepted about a commitment, the latest first."""
    found = Contribution.objects.filter(state="accepted", commitment=commitment)
    return found.prefetch_related("replies", "decisions", "attachments").order_by("-moved_at", "id")
