"""What was public and is taken down, as tests make it."""

from __future__ import annotations

from typing import Any
from uuid import UUID

import pytest

from tests.contributions.conftest import COMMITMENT, EVIDENCE
from tests.contributions.steps import CSV, decide, now
from zaragoza.model.progress import GROUNDS as ALL
from zaragoza.web.contributions import removal, services
from zaragoza.web.contributions.models import Decision
from zaragoza.web.contributions.roles import Actor
from zaragoza.web.promises.state import state, today

SAID = "The first homes are"
PRACTICE: dict[str, str] = {
    "title_en": "Homes first", "title_nl": "Eerst een huis", "summary_en": "A home of Jan.",
    "summary_nl": "Een huis van Jan.", "source_title": "Evaluation", "source_address": "https://city.example/e",
    "area": "housing", "geo": "NL", "grade": "described",
}  # fmt: skip
CALL = {name: told for name, told in PRACTICE.items() if name not in ("area", "geo", "grade")} | {
    "fund": "F1"
}
GROUNDS = pytest.mark.parametrize("ground", ALL)


def accepted(author: Actor, reviewer: Actor, kind: str = "evidence", **others: Any) -> UUID:
    """With a file, as readers see it now."""
    told = {"practice": PRACTICE, "call": CALL}.get(kind, EVIDENCE) | others
    about = None if kind in ("practice", "call") else COMMITMENT
    id = services.draft(author, kind, told, language="en", commitment=about).pk
    services.attach(author, id, "homes.csv", CSV)
    services.submit(author, id)
    services.take(reviewer, id)
    decide(reviewer, id)
    assert now(id).state == "accepted"
    return id


def down(editor: Actor, id: UUID, ground: str = "law", reason: str = "It may not be shown.") -> Decision:
    return removal.take_down(editor, id, ground, reason, "en", now(id).settles)


def standing() -> str:
    return state(today()).tracked[COMMITMENT].standing.status
