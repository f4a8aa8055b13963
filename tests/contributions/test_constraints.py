"""What must never happen is refused by the database itself, whoever writes past the services."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from django.db import IntegrityError, transaction
from django.utils import timezone

from tests.contributions.conftest import account
from zaragoza.model.progress import GROUNDS
from zaragoza.web.contributions.models import (
    Attachment,
    Contribution,
    Decision,
    Invitation,
    Membership,
    Ownership,
    SiteRole,
)
from zaragoza.web.promises.models import TakenDown

pytestmark = pytest.mark.django_db
Row = Callable[[], Any]


def contribution(**others: Any) -> Contribution:
    now = timezone.now()
    same: dict[str, Any] = {
        "kind": "evidence", "commitment": "P1-1", "content": {}, "language": "en", "hash": "0" * 64,
        "state": "in_review", "round": 1, "lane": "organisation", "organisation": "cities",
        "created_at": now, "moved_at": now, "due_at": now,
    }  # fmt: skip
    return Contribution.objects.create(**same | others)


def decision(of: Contribution, **others: Any) -> Decision:
    same: dict[str, Any] = {
        "round": 1, "outcome": "accept", "reason": "It is so.", "reviewed_hash": "0" * 64,
        "organisation": of.organisation, "author": of.author, "decided_at": timezone.now(),
    }  # fmt: skip
    return Decision.objects.create(contribution=of, **same | others)


def refused(write: Row) -> None:
    with pytest.raises(IntegrityError), transaction.atomic():
        write()


def test_nobody_decides_on_own() -> None:
    anna, rita = account("anna@people.example"), account("rita@people.example")
    own = contribution(author=anna)
    refused(lambda: decision(own, reviewer=anna))
    decision(own, reviewer=rita)


def test_nobody_decides_on_that_of_their_organisation() -> None:
    rita = account("rita@people.example")
    ours = contribution()
    refused(lambda: decision(ours, reviewer=rita, reviewer_organisation="cities"))
    decision(ours, reviewer=rita, reviewer_organisation="ministry")


@pytest.mark.parametrize("owners", [" ministry ", " cities  ministry ", " ministry  cities "])
def test_nobody_decides_about_the_promise_of_their_organisation(owners: str) -> None:
    rita = account("rita@people.example")
    found = contribution()
    refused(lambda: decision(found, reviewer=rita, reviewer_organisation="ministry", owners=owners))
    decision(
        found, reviewer=rita, reviewer_organisation="minis", owners=owners
    )  # a part of its name is another one


@pytest.mark.parametrize("form", [" {0} ", " 7{0}  {0} ", " {0}  {0}7 "])
def test_nobody_decides_about_what_they_have_replied_to(form: str) -> None:
    rita = account("rita@people.example")
    found = contribution()
    refused(lambda: decision(found, reviewer=rita, repliers=form.format(rita.pk)))
    for outcome, ground in (("keep", ""), ("take_down", "wrong")):
        told = {"outcome": outcome, "ground": ground, "repliers": form.format(rita.pk)}
        refused(lambda told=told: decision(found, reviewer=rita, **told))
    decision(found, repliers=form.format(rita.pk))  # of an account that is no more
    for number, ground in enumerate(set(GROUNDS) - {"wrong"}, 3):
        told = {"outcome": "take_down", "ground": ground, "repliers": form.format(rita.pk)}
        decision(found, round=number, reviewer=rita, **told)
    decision(found, round=2, reviewer=rita, repliers=f" 7{rita.pk}  {rita.pk}7 ")  # others


def test_what_is_taken_down_has_a_ground_and_nothing_else_has() -> None:
    found = contribution()
    refused(lambda: decision(found, outcome="take_down"))
    refused(lambda: decision(found, outcome="take_down", ground="because"))
    refused(lambda: decision(found, outcome="keep", ground="law"))
    decision(found, outcome="take_down", ground="law")


def test_something_is_taken_down_once() -> None:
    def write(ground: str = "law") -> TakenDown:
        return TakenDown.objects.create(kind="report", thing="1", ground=ground, at=timezone.now())

    refused(lambda: write("because"))
    write()
    refused(write)


def test_one_decision_a_round() -> None:
    found = contribution()
    decision(found, outcome="return")
    refused(lambda: decision(found, outcome="reject"))
    decision(found, round=2)


@pytest.mark.parametrize("reason", ["", " ", "    "])
def test_a_decision_has_a_reason(reason: str) -> None:
    found = contribution()
    refused(lambda: decision(found, reason=reason))


def test_only_known_outcomes_states_and_kinds() -> None:
    found = contribution()
    refused(lambda: decision(found, outcome="lower"))
    refused(lambda: contribution(state="published"))
    refused(lambda: contribution(kind="statement"))
    refused(lambda: SiteRole.objects.create(person=account("a@people.example"), role="contributor"))
    refused(
        lambda: Membership.objects.create(person=account("b@people.example"), organisation="x", role="editor")
    )
    refused(
        lambda: Invitation.objects.create(
            email="c@people.example", organisation="x", role="editor", at=timezone.now()
        )
    )


@pytest.mark.parametrize(
    "others",
    [
        {"organisation": None},  # the lane of organisations without one
        {"lane": "open"},  # and the other with one
        {"contact": "jan@people.example"},  # an account needs no address beside its own
        {"commitment": None},
        {"due_at": None},  # nothing waits for ever
        {"state": "accepted"},  # and what has ended waits for nothing
    ],
)
def test_what_a_contribution_cannot_be(others: dict[str, Any]) -> None:
    refused(lambda: contribution(**others))


def test_an_address_stands_only_where_there_is_no_account() -> None:
    open_lane = {"lane": "open", "organisation": None, "contact": "jan@people.example"}
    contribution(**open_lane)
    refused(lambda: contribution(author=account("a@people.example"), **open_lane))


def test_once_is_once() -> None:
    found, a, b = contribution(), account("a@people.example"), account("b@people.example")
    for make in (
        lambda: Attachment.objects.create(
            contribution=found, name="a.csv", kind="csv", size=1, sha256="0" * 64, added_at=timezone.now()
        ),
        lambda: Membership.objects.create(person=a, organisation="cities", role="contributor"),
        lambda: SiteRole.objects.create(person=b, role="editor"),
        lambda: Ownership.objects.create(commitment="P1-1", organisation="ministry"),
    ):
        make()
        refused(make)
    refused(lambda: Membership.objects.create(person=a, organisation="ministry", role="manager"))


def test_a_contribution_with_a_decision_cannot_be_deleted() -> None:
    found = contribution()
    decision(found)
    with pytest.raises(IntegrityError), transaction.atomic():
        found.delete()
