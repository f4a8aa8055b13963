"""One history of every write: an event in the transaction of what it tells, and a checker that replays them all."""

from __future__ import annotations

from typing import Any

from django.utils import timezone

from zaragoza.web.contributions.models import Event
from zaragoza.web.contributions.roles import Actor, Role


def record(
    actor: Actor,
    role: Role,
    action: str,
    kind: str,
    thing: object,
    *,
    before: str = "",
    after: str = "",
    **detail: Any,
) -> None:
    """Writes an event. Call it within the transaction of what it tells.

    Args:
        actor: who did it; one that is held, so that no account is erased meanwhile.
        role: by which they might.
        action: what they did.
        kind: of the thing.
        thing: its id.
        before: hash of what it was.
        after: hash of what it is.
        detail: what a replay needs; never a name, an address or words of people.
    """
    Event.objects.create(
        at=timezone.now(),
        actor=actor.id,
        role=role,
        action=action,
        kind=kind,
        thing=str(thing),
        before=before,
        after=after,
        detail=detail,
    )
