"""Steps of a contribution, as tests take them."""

from __future__ import annotations

from datetime import timedelta
from typing import Any
from uuid import UUID

from tests.contributions.conftest import COMMITMENT, EVIDENCE
from zaragoza.web.contributions import services
from zaragoza.web.contributions.models import Contribution, Decision
from zaragoza.web.contributions.roles import Actor

CSV = b"place,homes\nUtrecht,12\nZwolle,9\n"


def begun(actor: Actor, kind: str = "evidence", **others: Any) -> UUID:
    made = services.draft(actor, kind, EVIDENCE | others, language="en", commitment=COMMITMENT)
    return made.pk


def sent(actor: Actor, **others: Any) -> UUID:
    id = begun(actor, **others)
    services.submit(actor, id)
    return id


def taken(actor: Actor, reviewer: Actor, **others: Any) -> UUID:
    id = sent(actor, **others)
    services.take(reviewer, id)
    return id


def decide(reviewer: Actor, id: UUID, outcome: Any = "accept", reason: str = "It is so.") -> Decision:
    return services.decide(reviewer, id, outcome, reason, now(id).hash, "en")


def now(id: UUID) -> Contribution:
    return Contribution.objects.get(pk=id)


def late(id: UUID, days: int) -> None:
    """As if so many days had passed."""
    ago = timedelta(days=days)
    row = now(id)
    Contribution.objects.filter(pk=id).update(moved_at=row.moved_at - ago, due_at=row.due_at - ago)  # type: ignore[operator]
