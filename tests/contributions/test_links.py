"""Whoever sent something in without an account gets a new link when the one that they have is too old."""

from __future__ import annotations

import re
from datetime import timedelta
from typing import Any
from uuid import UUID, uuid4

import pytest
from django.core import mail, signing
from django.test import Client
from django.utils import timezone
from django_tasks_db.models import DBTaskResult

from tests.contributions.conftest import COMMITMENT, EVIDENCE, run_tasks
from tests.contributions.pages import at, browser, read, step, words
from tests.contributions.removed import down
from tests.contributions.steps import decide, now
from tests.contributions.test_letters_asked import next_day
from zaragoza.web.contributions import clock, services
from zaragoza.web.contributions.actors import DAYS, token, who
from zaragoza.web.contributions.letters import A_DAY
from zaragoza.web.contributions.models import Contribution
from zaragoza.web.contributions.roles import NOBODY, Actor

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("history", "one_day")]
JAN = "jan+plans@people.example"
SENT = "/{}/contributions/link/sent/"


@pytest.fixture
def old(loaded: None, monkeypatch: pytest.MonkeyPatch) -> tuple[UUID, str]:
    """One that waits for review, and the key of its only letter, by now too old."""
    id = sent_in()
    key = token(id)
    later = signing.time.time() + (DAYS + 1) * 24 * 3600
    monkeypatch.setattr(signing.time, "time", lambda: later)
    return id, key


def sent_in(contact: str = JAN, language: str = "nl") -> UUID:
    made = services.draft(
        NOBODY, "evidence", EVIDENCE, language=language, commitment=COMMITMENT, contact=contact
    )
    services.confirm(who(None, token(made.pk)), made.pk)
    run_tasks()
    mail.outbox.clear()
    return made.pk


def ask(id: UUID, contact: str = JAN, language: str = "en", place: str = "203.0.113.1") -> tuple[int, str]:
    """What whoever asks is told."""
    asks = Client(REMOTE_ADDR=place)
    answer = asks.post(f"/{language}/contributions/{id}/link/", {"contact": contact}, follow=True)
    return answer.status_code, words(answer)


def link() -> str:
    """That of the only letter."""
    (letter,) = mail.outbox
    (found,) = re.findall(r"https?://[^/]+(/\S+)", letter.body)
    return str(found)


@pytest.mark.parametrize("language", ["en", "nl"])
def test_from_the_page_of_an_old_link_it_is_taken_back(old: tuple[UUID, str], language: str) -> None:
    """By links and forms alone, as they stand on the pages."""
    (id, key), asks = old, Client()
    refused = asks.get(at(id, key, language))
    assert refused.status_code == 403
    (way,) = read(refused).xpath("//main//a[contains(@href, '/link/')]/@href")
    assert set(read(asks.get(way)).xpath("//main//form//input[@required]/@name")) == {"contact"}
    answer = asks.post(way, {"contact": JAN})
    assert (answer.status_code, answer["Location"]) == (302, SENT.format(language))
    run_tasks()
    (letter,) = mail.outbox
    assert letter.to == [JAN]
    assert "Een nieuwe link naar uw bijdrage" in letter.subject  # in the language of the contribution
    opened = link()
    assert asks.get(opened).status_code == 200
    assert step(asks, opened, "withdraw") == 302
    assert now(id).state == "withdrawn"


def test_a_form_that_was_open_too_long_leads_there_as_well(old: tuple[UUID, str]) -> None:
    answer = Client().post(at(*old), {"step": "withdraw"})
    assert (answer.status_code, now(old[0]).state) == (403, "submitted")
    assert read(answer).xpath("//main//a[contains(@href, '/link/')]")
    edit = Client().get(at(old[0]) + f"edit/?key={old[1]}")
    assert (edit.status_code, bool(read(edit).xpath("//main//a[contains(@href, '/link/')]"))) == (403, True)


def test_whoever_asks_learns_nothing(old: tuple[UUID, str], anna: Actor) -> None:
    """Whether there is such a contribution, whether it has an account, whether the address is known."""
    of_anna = services.draft(anna, "evidence", EVIDENCE, language="en", commitment=COMMITMENT).pk
    run_tasks()
    mail.outbox.clear()
    told, left = set(), set()
    asked = ((old[0], "piet@people.example"), (of_anna, "anna@people.example"), (uuid4(), JAN), (old[0], JAN))
    for id, contact in asked:
        told.add(ask(id, contact))
        left.add(DBTaskResult.objects.ready().count())
        assert contact not in str(list(DBTaskResult.objects.ready().values_list("args_kwargs", flat=True)))
        if (id, contact) != asked[-1]:
            run_tasks()
            assert mail.outbox == []
    assert (len(told), len(left)) == (1, 1)
    refusals = [Client().get(at(id, "of-long-ago")) for id in (old[0], uuid4())]
    pages = {words(each) for each in refusals}
    assert ({each.status_code for each in refusals}, len(pages)) == ({403}, 1)
    run_tasks()
    assert [each.to for each in mail.outbox] == [[JAN]]


def test_it_goes_to_the_address_that_is_kept(old: tuple[UUID, str]) -> None:
    """What stands behind a plus may be somebody else's at some servers, who then only causes a letter to its author."""
    ask(old[0], "Jan+another@people.example")
    run_tasks()
    assert [each.to for each in mail.outbox] == [[JAN]]


def test_some_go_in_a_day(old: tuple[UUID, str], monkeypatch: pytest.MonkeyPatch) -> None:
    """However many places ask; and those to confirm another one are counted apart."""
    told = {ask(old[0], place=f"203.0.113.{number}") for number in range(A_DAY + 3)}
    run_tasks()
    ((status, said),) = told
    assert (status, f"At most {A_DAY} such letters" in said, len(mail.outbox)) == (200, True, A_DAY)
    assert f"hoogstens {A_DAY} van zulke berichten" in ask(old[0], language="nl")[1]
    services.draft(NOBODY, "evidence", EVIDENCE, language="en", commitment=COMMITMENT, contact=JAN)
    run_tasks()
    assert len(mail.outbox) == A_DAY + 1
    next_day(monkeypatch)
    ask(old[0])
    run_tasks()
    assert len(mail.outbox) == A_DAY + 2


@pytest.mark.parametrize("contact", ["", "no address", '"jan"@people.example', "jan@people..example"])
def test_what_is_no_address_is_said_to_be_none(loaded: None, contact: str) -> None:
    status, said = ask(uuid4(), contact)
    assert (status, "A new link to your contribution" in said) == (422, True)
    assert not DBTaskResult.objects.ready().exists()


def test_what_is_public_is_asked_to_be_taken_down_years_later(
    loaded: None, rita: Actor, edith: Actor
) -> None:
    """Time has left a mark of the address alone, which is kept again while something is asked, and no longer."""
    id = sent_in()
    services.take(rita, id)
    decide(rita, id)
    Contribution.objects.filter(pk=id).update(moved_at=timezone.now() - timedelta(days=700))
    clock.forget()
    assert (now(id).contact, bool(now(id).contact_mark)) == ("", True)
    run_tasks()
    mail.outbox.clear()
    shown = Client().get(at(id))
    (way,) = read(shown).xpath("//main//a[contains(@href, '/link/')]/@href")
    for name in ("rita", "edith"):
        assert not read(browser(name).get(at(id))).xpath("//main//a[contains(@href, '/link/')]")
    ask(id, "piet@people.example")
    assert now(id).contact == ""
    Client().post(way, {"contact": JAN})
    run_tasks()
    assert [each.to for each in mail.outbox] == [["jan@people.example"]]
    clock.forget()
    assert (now(id).contact, bool(now(id).contact_mark)) == ("", True)  # nothing was asked with it
    Client().post(way, {"contact": JAN})
    run_tasks()
    mail.outbox.pop(0)
    opened = link()
    assert not read(Client().get(opened)).xpath("//main//a[contains(@href, '/link/')]")
    assert step(Client(), opened, "ask_removal", why="It names my neighbour.") == 302
    clock.forget()
    down(edith, id, "personal_data")
    run_tasks()
    assert mail.outbox[-1].to == ["jan@people.example"]
    assert "Uw bijdrage is offline gehaald" in mail.outbox[-1].subject
    mail.outbox.clear()
    clock.forget()
    ask(id)
    run_tasks()
    assert len(mail.outbox) == 1  # thirty days for questions


def test_of_what_an_organisation_added_nobody_asks_for_a_link(anna: Actor, rita: Actor) -> None:
    id = services.draft(anna, "evidence", EVIDENCE, language="en", commitment=COMMITMENT).pk
    services.submit(anna, id)
    services.take(rita, id)
    decide(rita, id)
    assert not read(Client().get(at(id))).xpath("//main//a[contains(@href, '/link/')]")


def test_a_letter_whose_contribution_has_gone_is_not_sent(old: tuple[UUID, str]) -> None:
    ask(old[0])
    Contribution.objects.filter(pk=old[0]).update(contact="")
    told: list[Any] = run_tasks()
    assert (told[-1], mail.outbox) == (False, [])
