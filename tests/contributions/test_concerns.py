"""Whom a contribution concerns decides nothing about it, whatever is erased or left meanwhile; and is told why."""

from __future__ import annotations

from datetime import timedelta
from uuid import UUID

import pytest
from allauth.account.models import EmailAddress
from allauth.mfa.models import Authenticator
from django.core import mail
from django.test import override_settings
from django.utils import timezone

from tests.contributions.conftest import COMMITMENT, EVIDENCE, Make, person, refreshed, run_tasks
from tests.contributions.pages import at, browser, read, words
from tests.contributions.removed import accepted, down
from tests.contributions.steps import decide, late, now, sent, taken
from zaragoza.model.progress import GROUNDS
from zaragoza.web.contributions import clock, members, personal, removal, services
from zaragoza.web.contributions.actors import token, who
from zaragoza.web.contributions.models import Contribution, Decision, mark
from zaragoza.web.contributions.refusal import NotAllowedError
from zaragoza.web.contributions.roles import NOBODY, Actor

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("history")]
ADDRESS = "edith@people.example"
ADMINISTRATOR = Actor(roles=frozenset({"administrator"}))


def sent_without(contact: str = ADDRESS) -> UUID:
    """Sent in without an account, and confirmed."""
    made = services.draft(NOBODY, "evidence", EVIDENCE, language="en", commitment=COMMITMENT, contact=contact)
    services.confirm(who(None, token(made.pk)), made.pk)
    return made.pk


def held(id: UUID) -> tuple[str, bool]:
    """Its address, and whether a mark of one is kept."""
    return now(id).contact, now(id).contact_mark != ""


def lowering(anna: Actor, rita: Actor) -> UUID:
    """What waits for a reply, as it would lower a status."""
    accepted(anna, rita, status="complete")
    id = taken(anna, rita)
    decide(rita, id)
    assert now(id).state == "waiting"
    return id


# An address that was erased.


def test_an_editor_does_not_take_down_their_own_after_its_address_is_erased(
    rita: Actor, edith: Actor
) -> None:
    """By time, thirty days after it was accepted: it can be taken down for ever after."""
    id = sent_without()
    services.take(rita, id)
    decide(rita, id)
    Contribution.objects.filter(pk=id).update(moved_at=timezone.now() - timedelta(days=31))
    clock.forget()
    clock.forget()
    assert held(id) == ("", True)
    assert "Others decide on this: it is your own." in words(browser("edith").get(at(id)))
    with pytest.raises(NotAllowedError):
        down(refreshed("edith"), id)
    removal.ask_removal(who(None, token(id)), id, "It names my neighbour.")
    with pytest.raises(NotAllowedError):
        removal.keep(refreshed("edith"), id, "It is so.", "en", now(id).settles)


def test_it_stays_their_own_where_another_editor_left_it(rita: Actor, edith: Actor, make: Make) -> None:
    id, ed = sent_without(), make("ed", "editor")
    services.take(rita, id)
    decide(rita, id)
    Contribution.objects.filter(pk=id).update(moved_at=timezone.now() - timedelta(days=31))
    clock.forget()
    removal.ask_removal(who(None, token(id)), id, "It names my neighbour.")
    removal.keep(ed, id, "It is so.", "en", now(id).settles)
    with pytest.raises(NotAllowedError):
        down(refreshed("edith"), id)
    down(ed, id)
    assert held(id) == ("", False)  # nothing can be decided any more


def test_an_address_is_erased_on_request_and_its_author_still_decides_nothing(
    rita: Actor, edith: Actor
) -> None:
    """Else to ask for it would be a way around the rule. With the decision nothing is left."""
    id = sent_without()
    personal.erase_contact(ADMINISTRATOR, ADDRESS)
    assert held(id) == ("", True)
    with pytest.raises(NotAllowedError):
        services.take(refreshed("edith"), id)
    services.take(rita, id)
    assert held(id) == ("", True)
    decide(rita, id, "return", "Say more.")
    assert held(id) == ("", True)
    late(id, 31)
    services.in_time(id)
    assert (now(id).state, held(id)) == ("withdrawn", ("", False))


@pytest.mark.parametrize("outcome", ["accept", "reject"])
def test_the_mark_goes_with_the_decision(rita: Actor, loaded: None, outcome: str) -> None:
    id = sent_without()
    personal.erase_contact(ADMINISTRATOR, ADDRESS)
    services.take(rita, id)
    decide(rita, id, outcome)
    assert held(id) == ("", False)


def test_of_what_is_public_nothing_is_left_on_request(rita: Actor, loaded: None) -> None:
    """Nor where time has taken the address and left the mark."""
    ids = [sent_without(), sent_without()]
    for id in ids:
        services.take(rita, id)
        decide(rita, id)
    Contribution.objects.filter(pk=ids[0]).update(moved_at=timezone.now() - timedelta(days=31))
    clock.forget()
    assert [held(id) for id in ids] == [("", True), (ADDRESS, False)]
    assert personal.erase_contact(ADMINISTRATOR, ADDRESS.upper()) == 2
    assert [held(id) for id in ids] == [("", False)] * 2
    assert personal.erase_contact(ADMINISTRATOR, ADDRESS) == 0


def test_a_mark_belongs_to_whose_address_it_is(rita: Actor, edith: Actor) -> None:
    """They are given what it is on, as all that the site holds of theirs."""
    id = sent_without()
    services.take(rita, id)
    decide(rita, id)
    Contribution.objects.filter(pk=id).update(moved_at=timezone.now() - timedelta(days=31))
    clock.forget()
    told = [personal.exported(refreshed(each), person(each))["contributions"] for each in ("edith", "rita")]
    assert [[each["id"] for each in one] for one in told] == [[str(id)], []]
    personal.erase(edith, person("edith"))
    assert held(id) == ("", False)


def test_every_confirmed_address_of_an_account_counts_and_no_other(rita: Actor, edith: Actor) -> None:
    EmailAddress.objects.create(user=person("edith"), email="Ed@people.example", verified=True)
    EmailAddress.objects.create(user=person("rita"), email="ada@people.example", verified=False)
    own, claimed = sent_without("ed@people.example"), sent_without("ada@people.example")
    for address in ("ed@people.example", "ada@people.example"):
        personal.erase_contact(ADMINISTRATOR, address)
    with pytest.raises(NotAllowedError):
        services.take(refreshed("edith"), own)
    services.take(refreshed("rita"), claimed)


def test_a_mark_tells_no_address_to_who_has_not_the_key() -> None:
    ours = mark("Edith@people.example")
    assert ours == mark(ADDRESS) == mark("edith+notes@people.example") != mark("edit@people.example")
    assert "edith" not in ours
    with override_settings(SECRET_KEY="another"):  # noqa: S106 - of no site
        assert mark(ADDRESS) != ours


def test_whose_organisation_comes_to_own_it_meanwhile_does_not_decide(
    anna: Actor, edith: Actor, make: Make
) -> None:
    """The database forbids it anyway; they are told in words."""
    olga = make("olga", "reviewer", "ministry")
    id = taken(anna, olga)
    members.assign(edith, COMMITMENT, "ministry")
    with pytest.raises(NotAllowedError):
        decide(olga, id)
    assert now(id).state == "in_review"


# Who has replied.


def test_who_replied_for_the_owner_reviews_it_nowhere_else(
    anna: Actor, rita: Actor, mina: Actor, make: Make
) -> None:
    """Also when they no longer speak for it: members of an owner decide nothing about it anyway."""
    id = lowering(anna, rita)
    services.reply(mina, id, "We did more.", "en")
    members.leave(mina, person("mina"))
    members.grant(ADMINISTRATOR, person("mina"), "reviewer")
    make("rob", "reviewer")
    second_factor("mina")
    with pytest.raises(NotAllowedError):
        services.take(refreshed("mina"), id)
    services.take(refreshed("rob"), id)
    assert decide(refreshed("rob"), id).repliers == f" {mina.id} "


def test_an_editor_who_replied_in_its_place_does_not_review_it(
    anna: Actor, rita: Actor, edith: Actor
) -> None:
    """Nor is told that it waits; but replies again, where it is asked again."""
    id = lowering(anna, rita)
    run_tasks()
    services.reply(edith, id, "Nobody has done more.", "en")
    with pytest.raises(NotAllowedError):
        services.take(edith, id)
    services.take(rita, id)
    decide(rita, id)
    assert now(id).state == "accepted"
    services.reply(edith, id, "As we said.", "en")


def test_who_replied_takes_it_down_but_does_not_judge_it(anna: Actor, rita: Actor, edith: Actor) -> None:
    """An office with one editor can do what the law asks of it at once; what is wrong another one says."""
    id = accepted(anna, rita)
    services.reply(edith, id, "Nobody answers for it.", "en")
    page = browser("edith").get(at(id))
    (offered,) = read(page).xpath("//select[@name='ground']")
    assert set(offered.value_options) == {"", *GROUNDS} - {"wrong"}
    assert told("edith", id) == "replied"
    assert "You may take it down all the same, but not as wrong." in words(page)
    with pytest.raises(NotAllowedError):
        down(edith, id, "wrong")
    run_tasks()
    mail.outbox.clear()
    removal.ask_removal(anna, id, "It names somebody.")
    with pytest.raises(NotAllowedError):
        removal.keep(edith, id, "It stays.", "en", now(id).settles)
    run_tasks()
    asked = [each.to for each in mail.outbox if "Something is asked to be taken down" in each.subject]
    assert asked == [["edith@people.example"]]
    assert down(edith, id, "personal_data").repliers == f" {edith.id} "
    assert now(id).state == "taken_down"


def test_of_who_is_erased_the_reply_stays_and_names_nobody(anna: Actor, rita: Actor, edith: Actor) -> None:
    id = lowering(anna, rita)
    services.reply(edith, id, "Nobody has done more.", "en")
    services.take(rita, id)
    decide(rita, id)
    told = personal.exported(edith, person("edith"))["replies"]
    assert [(each["contribution"], each["text"]) for each in told] == [(str(id), "Nobody has done more.")]
    assert personal.exported(rita, person("rita"))["replies"] == []
    personal.erase(edith, person("edith"))
    (reply,) = now(id).replies.all()
    assert (reply.person_id, reply.text) == (None, "Nobody has done more.")
    assert set(Decision.objects.values_list("repliers", flat=True)) == {""}


# Why there is no step.

SENTENCES = {
    "own": ("it is your own.", "dit is van uzelf."),
    "organisation": ("it is of your organisation.", "dit is van uw organisatie."),
    "promise": (
        "it is about a commitment of your organisation.",
        "dit gaat over een toezegging van uw organisatie.",
    ),
    "replied": ("you have replied to it.", "u hebt erop geantwoord."),
}


def told(name: str, id: UUID) -> str | None:
    """Which of them the page says, the same one in both languages."""
    pages = [words(browser(name).get(at(id, language=language))) for language in ("en", "nl")]
    found = {
        reason
        for reason, said in SENTENCES.items()
        if f"Others decide on this: {said[0]}" in pages[0]
        and f"Anderen beslissen hierover: {said[1]}" in pages[1]
    }
    assert ("Others decide" in pages[0]) == ("Anderen beslissen" in pages[1]) == bool(found)
    assert not found or "Take it for review" not in pages[0]
    (only,) = found or {None}
    return only


def test_a_reviewer_whom_it_concerns_is_told_why(anna: Actor, rita: Actor, edith: Actor, make: Make) -> None:
    make("rolf", "reviewer", "cities"), make("olga", "reviewer", "ministry"), make("adam", "administrator")
    members.assign(edith, COMMITMENT, "ministry")
    own, ours = sent(rita), sent(anna)
    people = ("rita", "rolf", "olga", "edith", "anna", "adam")
    assert [told(name, own) for name in ("rita", "edith")] == ["own", None]
    assert [told(name, ours) for name in people] == [None, "organisation", "promise", None, None, None]
    services.take(rita, ours)
    assert [told(name, ours) for name in people] == [None, "organisation", "promise", None, None, None]
    decide(rita, ours, "reject")
    assert [told(name, ours) for name in people if name != "olga"] == [None] * 5  # nothing is left to decide


def test_of_what_is_public_editors_are_told_why(anna: Actor, rita: Actor, edith: Actor, make: Make) -> None:
    make("ed", "editor", "cities"), make("rolf", "reviewer", "cities")
    id = lowering(anna, rita)
    services.reply(edith, id, "Nobody has done more.", "en")
    assert told("edith", id) == "replied"
    services.take(rita, id)
    decide(rita, id)
    assert [told(name, id) for name in ("ed", "edith", "rolf")] == ["organisation", "replied", None]


def second_factor(name: str) -> None:
    """As somebody has who decides."""
    Authenticator.objects.create(user=person(name), type=Authenticator.Type.TOTP, data={"secret": "A" * 32})
