"""Letters that anybody may ask for: so many a day to one address, wherever they are asked from, and nobody is told."""

from __future__ import annotations

from collections import Counter
from datetime import timedelta
from pathlib import Path
from uuid import uuid4

import pytest
from django.core import mail
from django.test import Client
from django.utils import timezone
from django_tasks_db.models import DBTaskResult

from tests.contributions.conftest import COMMITMENT, EVIDENCE, Make, run_tasks
from tests.contributions.pages import FORM
from tests.contributions.smtp import Server
from tests.contributions.test_letters import only_letters, smtp, work
from zaragoza.web.contributions import letters, members, services
from zaragoza.web.contributions.letters import A_DAY
from zaragoza.web.contributions.models import Contribution, Invitation
from zaragoza.web.contributions.refusal import UnfitError
from zaragoza.web.contributions.roles import NOBODY

__all__ = ["smtp"]
pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("one_day")]
JAN = "jan@people.example"


def drafts(many: int, contact: str = JAN) -> None:
    for _ in range(many):
        services.draft(
            NOBODY, "evidence", EVIDENCE, language="en", commitment=COMMITMENT, contact=contact, id=uuid4()
        )


def got() -> Counter[str]:
    """How many letters went to each address."""
    return Counter(to for letter in mail.outbox for to in letter.to)


def next_day(monkeypatch: pytest.MonkeyPatch) -> None:
    """As if it had come; what was to wait until then is ready."""
    coming = letters.tomorrow()
    assert timezone.now() < coming <= timezone.now() + timedelta(hours=26)
    DBTaskResult.objects.filter(run_after=coming).update(run_after=timezone.now())
    after = letters._today() + 1
    monkeypatch.setattr(letters, "_today", lambda: after)


def test_to_confirm_some_go_a_day_and_the_others_wait(loaded: None, monkeypatch: pytest.MonkeyPatch) -> None:
    """So that a stranger floods nobody, and no contribution of whose address it is lapses without a letter."""
    drafts(A_DAY + 2)
    drafts(1, "piet@people.example")
    run_tasks()
    assert got() == {JAN: A_DAY, "piet@people.example": 1}
    next_day(monkeypatch)
    run_tasks()
    assert got()[JAN] == A_DAY + 2
    bodies = "".join(letter.body for letter in mail.outbox)
    assert all(str(each.pk) in bodies for each in Contribution.objects.all())


def test_one_that_was_dealt_with_meanwhile_is_not_sent(loaded: None, monkeypatch: pytest.MonkeyPatch) -> None:
    drafts(A_DAY + 1)
    run_tasks()
    for each in Contribution.objects.all():
        services.by_itself(each.pk, "lapse")
    next_day(monkeypatch)
    run_tasks()
    assert got()[JAN] == A_DAY


def test_the_page_is_the_same_and_says_how_many_go(loaded: None) -> None:
    """From as many places as there are letters."""
    answers = set()
    for number in range(A_DAY + 3):
        asks = Client(REMOTE_ADDR=f"203.0.113.{number}")
        answer = asks.post(FORM, EVIDENCE | {"contact": JAN, "id": uuid4()})
        answers.add((answer.status_code, answer["Location"]))
        run_tasks()
    assert answers == {(302, "/en/contributions/sent/")}
    assert got() == {JAN: A_DAY}
    assert f"At most {A_DAY} such letters" in Client().get("/en/contributions/sent/").content.decode()
    assert (
        f"hoogstens {A_DAY} van zulke berichten" in Client().get("/nl/contributions/sent/").content.decode()
    )


def test_what_stands_behind_a_plus_is_the_same_mailbox(loaded: None) -> None:
    for number in range(A_DAY + 3):
        drafts(1, f"Jan+{number}@people.example")
    run_tasks()
    assert len(mail.outbox) == A_DAY


def test_one_mailbox_is_written_in_one_way(loaded: None) -> None:
    """A server of letters reads a full-width letter of a domain as the plain one (RFC 3491)."""
    for number, contact in enumerate(
        ("jan@\uff50eople.example", "jan@people.\uff25xample", "jan@PEOPLE.example") * 3
    ):
        drafts(1, contact.replace("jan", f"jan+{number}"))
    drafts(1, "jan@b\u00fccher.example"), drafts(1, "jan@xn--bcher-kva.example")
    run_tasks()
    assert sum(to.endswith("@people.example") for to in got().elements()) == A_DAY
    assert got()["jan@xn--bcher-kva.example"] == 2
    assert {each.contact.isascii() for each in Contribution.objects.all()} == {True}


@pytest.mark.parametrize("contact", ['"jan"@people.example', '"j\\an"@people.example', "jan@people..example"])
def test_a_name_in_quotes_has_many_ways_and_is_refused(loaded: None, contact: str) -> None:
    with pytest.raises(UnfitError):
        drafts(1, contact)


def test_a_letter_that_is_tried_again_counts_once(smtp: Server, loaded: None) -> None:
    only_letters()
    smtp.refuses = {"jan": 450}
    drafts(1)
    work(A_DAY + 1)
    smtp.refuses = {}
    drafts(A_DAY - 1)
    work()
    assert smtp.got == [JAN] * A_DAY


def test_invitations(make: Make, monkeypatch: pytest.MonkeyPatch) -> None:
    """One that is repeated says nothing new: it holds, and no letter waits."""
    mark, theo = make("mark", "manager", "cities"), make("theo", "manager", "ministry")
    run_tasks()
    mail.outbox.clear()
    for _ in range(A_DAY):
        members.invite(mark, "cities", JAN, "contributor")
    run_tasks()
    members.invite(theo, "ministry", JAN, "contributor")
    run_tasks()
    assert got() == {JAN: A_DAY}
    assert Invitation.objects.filter(email=JAN).count() == 2
    next_day(monkeypatch)
    run_tasks()
    assert got() == {JAN: A_DAY}
    members.invite(theo, "ministry", JAN, "contributor")
    run_tasks()
    assert got() == {JAN: A_DAY + 1}


def test_one_kind_keeps_no_other_one_back(loaded: None, make: Make) -> None:
    mark = make("mark", "manager", "cities")
    run_tasks()
    drafts(A_DAY + 1)
    members.invite(mark, "cities", JAN, "contributor")
    run_tasks()
    assert got()[JAN] == A_DAY + 1


def test_no_address_is_kept(folder: Path, caplog: pytest.LogCaptureFixture) -> None:
    told = [letters.may_go("password", JAN) for _ in range(A_DAY + 1)]
    assert told == [True] * A_DAY + [False]
    assert b"jan" not in (folder / ".letters").read_bytes()
    assert "enough letters for today to one address: password" in caplog.text
    assert "@" not in caplog.text
