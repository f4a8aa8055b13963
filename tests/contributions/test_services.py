"""What can be done with a contribution, in order and out of order, as the design has it."""

from __future__ import annotations

from datetime import timedelta
from typing import Any
from uuid import UUID, uuid4

import pytest
from allauth.mfa.models import Authenticator
from django.db import IntegrityError

from tests.contributions.conftest import COMMITMENT, EVIDENCE, Make, person, refreshed
from tests.contributions.steps import CSV, begun, decide, late, now, sent, taken
from tests.promises.made_up import EVIDENCE as SOURCE
from zaragoza.web.contributions import members, moving, services
from zaragoza.web.contributions.actors import token, who
from zaragoza.web.contributions.models import Attachment, Contribution, Decision, Event
from zaragoza.web.contributions.refusal import NotAllowedError, OutOfOrderError, StaleError, UnfitError
from zaragoza.web.contributions.roles import NOBODY, Actor
from zaragoza.web.promises import people, revision
from zaragoza.web.promises.models import ProgressReport
from zaragoza.web.promises.state import state, today

LONG = f"a@{'people.' * 40}example"  # a name that the net may have, in an address longer than mail may carry
pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("history")]


def test_from_draft_to_page(anna: Actor, rita: Actor) -> None:
    before = revision.current()
    id = begun(anna)
    assert now(id).state == "draft"
    services.edit(anna, id, EVIDENCE | {"text": "More homes."})
    assert services.submit(anna, id).state == "submitted"
    services.take(rita, id)
    assert state(today()).tracked[COMMITMENT].standing.status == "no_evidence"
    assert decide(rita, id).outcome == "accept"
    assert now(id).state == "accepted"
    report = ProgressReport.objects.get(pk=now(id).became)
    assert (report.commitment_id, report.organisation_id, report.text) == (
        COMMITMENT,
        "cities",
        "More homes.",
    )
    (evidence,) = report.evidence.all()
    assert (evidence.title, evidence.address, evidence.passage) == ("Annual report", SOURCE.address, "page 3")
    assert state(today()).tracked[COMMITMENT].standing.status == "limited"
    assert revision.current() != before
    told = Event.objects.filter(kind="contribution").values_list("action", "role")
    assert list(told) == [
        ("draft", "reader"), ("edit", "reader"), ("submit", "reader"), ("take", "reviewer"), ("accept", "reviewer"),
    ]  # fmt: skip


def test_without_an_account(rita: Actor) -> None:
    made = services.draft(
        NOBODY, "evidence", EVIDENCE, language="nl", commitment=COMMITMENT, contact="Jan@people.example"
    )
    assert (made.state, made.lane, made.contact) == ("unconfirmed", "open", "jan@people.example")
    with pytest.raises(NotAllowedError):
        services.take(rita, made.pk)  # nobody sees it before its address is confirmed
    holder = who(None, token(made.pk))
    services.attach(holder, made.pk, "homes.csv", CSV)
    found = services.confirm(holder, made.pk)
    assert found.state == "submitted"
    assert found.due_at == found.moved_at + timedelta(days=30)
    services.take(rita, made.pk)
    decide(rita, made.pk, "return", "Which homes?")
    services.edit(holder, made.pk, EVIDENCE | {"text": "The red ones."})
    services.submit(holder, made.pk)
    services.take(rita, made.pk)
    decide(rita, made.pk)
    assert ProgressReport.objects.get(pk=now(made.pk).became).organisation is None


@pytest.mark.parametrize(
    "contact", ["", "no address", "a@b", "a@people.example\nBcc: b@people.example", LONG]
)
def test_without_an_account_an_address_is_needed(loaded: None, contact: str) -> None:
    with pytest.raises(UnfitError):
        services.draft(NOBODY, "evidence", EVIDENCE, language="en", commitment=COMMITMENT, contact=contact)
    assert not Contribution.objects.exists()


@pytest.mark.parametrize("forged", ["", "x", "x:y:z", token(uuid4())])
def test_a_forged_letter_opens_nothing(loaded: None, forged: str) -> None:
    made = services.draft(
        NOBODY, "evidence", EVIDENCE, language="nl", commitment=COMMITMENT, contact="jan@people.example"
    )
    for asks in (services.confirm, services.withdraw, services.read):
        with pytest.raises(NotAllowedError):
            asks(who(None, forged), made.pk)


MOVES: dict[str, Any] = {
    "edit": lambda actor, id: services.edit(actor, id, EVIDENCE),
    "attach": lambda actor, id: services.attach(actor, id, "homes.csv", CSV),
    "submit": services.submit,
    "withdraw": services.withdraw,
    "take": services.take,
    "put_back": services.put_back,
    "decide": decide,
    "reply": lambda actor, id: services.reply(actor, id, "No.", "en"),
}
# What each may do from where, by the design.
IN_ORDER = {
    "draft": {"anna": {"edit", "attach", "submit", "withdraw"}},
    "submitted": {"anna": {"withdraw"}, "rita": {"take"}},
    "in_review": {"anna": {"withdraw"}, "rita": {"put_back", "decide"}},
    "returned": {"anna": {"edit", "attach", "submit", "withdraw"}},
    "accepted": {"mina": {"reply"}},
    "rejected": {},
    "withdrawn": {},
}


def brought(state: str, anna: Actor, rita: Actor) -> UUID:
    id = begun(anna)
    if state == "withdrawn":
        services.withdraw(anna, id)
    elif state != "draft":
        services.submit(anna, id)
    if state in ("in_review", "returned", "accepted", "rejected"):
        services.take(rita, id)
    if state in ("returned", "accepted", "rejected"):
        decide(rita, id, {"returned": "return", "accepted": "accept", "rejected": "reject"}[state])
    assert now(id).state == state
    return id


@pytest.mark.parametrize("where", IN_ORDER)
def test_out_of_order(where: str, anna: Actor, rita: Actor, mina: Actor, make: Make) -> None:
    """Every move from every state by everybody: what is not in order is refused and leaves no trace."""
    actors = {"anna": anna, "rita": rita, "mina": mina, "stranger": make("stranger"), "nobody": NOBODY}
    id = brought(where, anna, rita)
    for name, actor in actors.items():
        for move, asks in MOVES.items():
            if move in IN_ORDER[where].get(name, set()):
                continue
            before = (Contribution.objects.filter(pk=id).values().get(), Event.objects.count())
            with pytest.raises((NotAllowedError, OutOfOrderError)):
                asks(actor, id)
            assert (Contribution.objects.filter(pk=id).values().get(), Event.objects.count()) == before, (
                name,
                move,
            )
    for name, moves in IN_ORDER[where].items():
        for move in moves:
            other = brought(where, anna, rita)
            MOVES[move](actors[name], other)


def test_what_is_not_there_is_as_what_one_may_not(anna: Actor) -> None:
    for asks in MOVES.values():
        if asks is not decide:
            with pytest.raises(NotAllowedError):
                asks(anna, uuid4())


def test_no_identifier_opens_anothers_draft(anna: Actor, make: Make) -> None:
    id = begun(anna)
    for other in (
        make("theo", "manager", "ministry"),
        make("rob", "reviewer"),
        make("eva", "editor"),
        NOBODY,
    ):
        for asks in (services.read, *MOVES.values()):
            with pytest.raises(NotAllowedError):
                asks(other, id)
    assert services.read(make("arie", "contributor", "cities"), id).pk == id


def test_nobody_decides_on_own(make: Make, rita: Actor) -> None:
    """A reviewer who contributes; and one whose organisation does."""
    vera = make("vera", "reviewer", "cities")
    own, ours = sent(vera), sent(make("anton", "contributor", "cities"))
    for id in (own, ours):
        with pytest.raises(NotAllowedError):
            services.take(vera, id)
        services.take(rita, id)
        with pytest.raises(NotAllowedError):
            decide(vera, id)
        Contribution.objects.filter(pk=id).update(taken_by=vera.id)  # even if it got into their hands
        with pytest.raises(NotAllowedError):
            decide(vera, id)
        Contribution.objects.filter(pk=id).update(taken_by=rita.id)


def test_nobody_decides_on_what_they_sent_in_without_their_account(rita: Actor, make: Make) -> None:
    made = services.draft(
        NOBODY, "evidence", EVIDENCE, language="nl", commitment=COMMITMENT, contact="Rita@people.example"
    )
    services.confirm(who(None, token(made.pk)), made.pk)
    with pytest.raises(NotAllowedError):
        services.take(rita, made.pk)
    services.take(make("rob", "reviewer"), made.pk)


def test_who_has_left_sends_in_no_draft_of_the_organisation(anna: Actor) -> None:
    id = begun(anna)
    members.leave(anna, person("anna"))
    with pytest.raises(NotAllowedError):
        services.submit(refreshed("anna"), id)
    assert services.withdraw(refreshed("anna"), id).state == "withdrawn"


def test_a_reviewer_without_second_factor_is_none(anna: Actor, make: Make) -> None:
    make("rita", "reviewer")
    id = sent(anna)
    Authenticator.objects.all().delete()
    with pytest.raises(NotAllowedError):
        services.take(refreshed("rita"), id)


def test_a_stale_decision_is_refused(anna: Actor, rita: Actor) -> None:
    """The author changes it after the reviewer has read it."""
    id = taken(anna, rita)
    read = now(id).hash
    decide(rita, id, "return", "Say more.")
    services.edit(anna, id, EVIDENCE | {"text": "More."})
    services.submit(anna, id)
    services.take(rita, id)
    with pytest.raises(StaleError):
        services.decide(rita, id, "accept", "It is so.", read, "en")
    assert (now(id).state, ProgressReport.objects.count()) == ("in_review", 0)
    decide(rita, id)


def test_a_row_that_was_changed_behind_the_services_is_stale(anna: Actor, rita: Actor) -> None:
    id = taken(anna, rita)
    content = now(id).content
    Contribution.objects.filter(pk=id).update(content=content | {"text": "Something else."})
    with pytest.raises(StaleError):
        decide(rita, id)
    Contribution.objects.filter(pk=id).update(content=content)


def test_a_file_is_part_of_what_is_judged(anna: Actor, rita: Actor) -> None:
    id = begun(anna)
    before = now(id).hash
    made = services.attach(anna, id, "homes.csv", CSV)
    assert services.attach(anna, id, "again.csv", CSV).pk == made.pk
    assert now(id).hash != before
    services.detach(anna, id, made.pk)
    assert (now(id).hash, Attachment.objects.count()) == (before, 0)


def test_only_so_many_files(anna: Actor) -> None:
    id = begun(anna)
    for number in range(3):
        services.attach(anna, id, "a.csv", CSV + b"Almere,%d\n" % number)
    with pytest.raises(UnfitError):
        services.attach(anna, id, "a.csv", CSV)
    assert Attachment.objects.count() == 3


def test_the_same_decision_twice_counts_once(anna: Actor, rita: Actor) -> None:
    id = taken(anna, rita)
    decide(rita, id)
    with pytest.raises(OutOfOrderError):
        decide(rita, id)
    assert (Decision.objects.count(), ProgressReport.objects.count()) == (1, 1)


def test_an_error_in_publishing_leaves_nothing(
    anna: Actor, rita: Actor, monkeypatch: pytest.MonkeyPatch
) -> None:
    id = taken(anna, rita)
    before, events = revision.current(), Event.objects.count()

    def fails(contribution: Contribution) -> str:
        people.report_progress(
            COMMITMENT, status="limited", text="x", language="en", reported_on=today(), evidence=[SOURCE]
        )
        raise RuntimeError("the disk is full")

    monkeypatch.setattr(services, "apply", fails)
    with pytest.raises(RuntimeError):
        decide(rita, id)
    assert (now(id).state, now(id).became) == ("in_review", "")
    assert (Decision.objects.count(), ProgressReport.objects.count(), Event.objects.count()) == (0, 0, events)
    assert revision.current() == before


def test_an_event_that_cannot_be_written_leaves_nothing(
    anna: Actor, rita: Actor, monkeypatch: pytest.MonkeyPatch
) -> None:
    id = taken(anna, rita)

    def fails(*_: Any, **__: Any) -> None:
        raise IntegrityError

    monkeypatch.setattr(moving, "record", fails)
    with pytest.raises(IntegrityError):
        decide(rita, id)
    assert (now(id).state, Decision.objects.count(), ProgressReport.objects.count()) == ("in_review", 0, 0)


@pytest.mark.parametrize("reason", ["", "  \n ", "\u202eevil", "x" * 5001])
def test_a_decision_has_a_reason(anna: Actor, rita: Actor, reason: str) -> None:
    id = taken(anna, rita)
    with pytest.raises(UnfitError):
        decide(rita, id, "reject", reason)
    assert now(id).state == "in_review"


@pytest.mark.parametrize("outcome", ["ask", "lower", "withdraw", "", "accepted"])
def test_other_outcomes_are_refused(anna: Actor, rita: Actor, outcome: str) -> None:
    id = taken(anna, rita)
    with pytest.raises(UnfitError):
        decide(rita, id, outcome)


# What time brings.


@pytest.mark.parametrize(
    ("where", "days", "after"),
    [("draft", 90, "withdrawn"), ("returned", 30, "withdrawn"), ("in_review", 14, "submitted")],
)
def test_in_time(anna: Actor, rita: Actor, where: str, days: int, after: str) -> None:
    id = brought(where, anna, rita)
    late(id, days - 1)
    assert not services.in_time(id)
    late(id, 1)
    assert services.in_time(id)
    assert (now(id).state, now(id).taken_by_id) == (after, None)


def test_what_waits_for_reviewers_goes_on_waiting(anna: Actor) -> None:
    id = sent(anna)
    late(id, 400)
    assert not services.in_time(id)
    assert now(id).state == "submitted"


def test_what_was_never_sent_in_is_not_kept(anna: Actor, rita: Actor) -> None:
    draft, returned = begun(anna), brought("returned", anna, rita)
    services.attach(anna, draft, "homes.csv", CSV)
    for id in (draft, returned):
        services.withdraw(anna, id)
    assert (now(draft).content, now(draft).attachments.count()) == ({}, 0)
    assert now(returned).content == EVIDENCE


# Forms that are sent again, and with what they do not ask.


def test_a_form_that_is_sent_twice_makes_one(anna: Actor, make: Make) -> None:
    id = uuid4()
    for _ in range(2):
        services.draft(anna, "evidence", EVIDENCE, language="en", commitment=COMMITMENT, id=id)
    assert Contribution.objects.count() == 1
    for other in (make("zoe"), NOBODY):
        with pytest.raises(NotAllowedError):
            services.draft(
                other,
                "evidence",
                EVIDENCE,
                language="en",
                commitment=COMMITMENT,
                id=id,
                contact="x@people.example",
            )


def test_what_a_form_does_not_ask_is_not_kept(anna: Actor) -> None:
    forged = {"state": "accepted", "author": "7", "organisation": "ministry", "became": "x", "lane": "open"}
    found = now(begun(anna, **forged))
    assert found.content == EVIDENCE
    assert (found.state, found.organisation, found.author_id) == ("draft", "cities", anna.id)


@pytest.mark.parametrize("about", [None, "", "P9-9", "P1-1'--", "x" * 10_000])
def test_only_about_commitments_of_this_site(anna: Actor, about: str | None) -> None:
    with pytest.raises(UnfitError):
        services.draft(anna, "evidence", EVIDENCE, language="en", commitment=about)


def test_only_known_kinds_and_languages(anna: Actor) -> None:
    for kind, language in (("statement", "en"), ("evidence", "xx"), ("", "")):
        with pytest.raises(UnfitError):
            services.draft(anna, kind, EVIDENCE, language=language, commitment=COMMITMENT)
