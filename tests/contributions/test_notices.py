"""Letters go to who has the next step, in their language; the queue holds nothing about a person."""

from __future__ import annotations

import json
import os
from datetime import timedelta
from typing import Any

import pytest
from django.core import mail
from django.utils import timezone
from django_tasks_db.models import DBTaskResult

from tests.contributions.conftest import COMMITMENT, EVIDENCE, Make, person, run_tasks
from tests.contributions.steps import begun, decide, late, now, sent, taken
from tests.promises.made_up import EVIDENCE as SOURCE
from tests.promises.made_up import at
from zaragoza.errors import Fault, InputError
from zaragoza.web.contributions import clock, digest, members, notices, personal, services
from zaragoza.web.contributions.actors import token, who
from zaragoza.web.contributions.attachments import kept
from zaragoza.web.contributions.models import Contribution, Invitation
from zaragoza.web.contributions.roles import NOBODY, Actor
from zaragoza.web.promises import people
from zaragoza.web.promises.models import ProgressReport, Revision

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("history")]


ABOUT = " (Evidence: Promise P1-1)"


def received() -> set[tuple[str, str]]:
    """To whom, about what, without what each says it is about; read once."""
    run_tasks()
    found = {
        (address.partition("@")[0], letter.subject.removesuffix(ABOUT))
        for letter in mail.outbox
        for address in letter.to
    }
    mail.outbox.clear()
    return found


def test_who_is_told_what(anna: Actor, rita: Actor, edith: Actor) -> None:
    id = begun(anna)
    assert received() == set()
    services.submit(anna, id)
    assert received() == {
        ("anna", "Your contribution was received"),
        ("rita", "A contribution waits for review"),
        ("edith", "A contribution waits for review"),
    }
    services.take(rita, id)
    assert received() == set()
    decide(rita, id, "return", "Say more.")
    assert received() == {("anna", "Your contribution needs changes")}
    services.submit(anna, id)
    services.take(rita, id)
    decide(rita, id)
    run_tasks()
    assert [(each.to, each.subject) for each in mail.outbox][-1] == (
        ["anna@people.example"],
        f"Your contribution was published{ABOUT}",
    )
    assert "The reason: It is so." in mail.outbox[-1].body


def test_what_is_put_back_is_news_to_reviewers_alone(anna: Actor, rita: Actor, edith: Actor) -> None:
    id = taken(anna, rita)
    received()
    services.put_back(rita, id)
    asked = "A contribution waits for review"
    assert received() == {("rita", asked), ("edith", asked)}
    services.take(edith, id)
    decide(edith, id, "return", "Say more.")
    services.submit(anna, id)
    assert ("anna", "Your contribution was received") in received()


def test_reviewers_are_not_asked_about_their_organisations(anna: Actor, make: Make) -> None:
    make("vera", "reviewer", "cities")
    received()
    sent(anna)
    assert received() == {("anna", "Your contribution was received")}


def _complete() -> None:
    """Readers are shown that all was done, so that most of what is told lowers the status."""
    people.report_progress(
        COMMITMENT,
        status="complete",
        text="All.",
        language="en",
        reported_on=at(2026, 1, 1).date(),
        evidence=[SOURCE],
    )


def test_the_owner_is_asked(anna: Actor, rita: Actor, mina: Actor) -> None:
    _complete()
    id = taken(anna, rita)
    received()
    decide(rita, id)
    assert received() == {
        ("anna", "Your contribution waits for a reply"),
        ("mina", "Your reply is asked for"),
    }


def test_in_their_language_and_with_a_key_where_there_is_no_account(loaded: None) -> None:
    made = services.draft(
        NOBODY, "evidence", EVIDENCE, language="nl", commitment=COMMITMENT, contact="jan@people.example"
    )
    run_tasks()
    (letter,) = mail.outbox
    assert letter.subject == "Bevestig uw bijdrage (Bewijs: Promise P1-1 (nl))"
    assert "Bewijs: Promise P1-1 (nl)" in letter.body.splitlines()
    (address,) = [line for line in letter.body.splitlines() if "?key=" in line]
    assert f"/nl/contributions/{made.pk}/" in address
    holder = who(None, address.partition("?key=")[2])
    assert services.confirm(holder, made.pk).state == "submitted"


def test_the_queue_holds_no_address(anna: Actor, rita: Actor) -> None:
    services.draft(
        NOBODY, "evidence", EVIDENCE, language="nl", commitment=COMMITMENT, contact="jan@people.example"
    )
    decide(rita, taken(anna, rita))
    assert "@" not in json.dumps([each.args_kwargs for each in DBTaskResult.objects.all()])


def test_a_letter_about_what_has_moved_on_is_not_sent(anna: Actor, rita: Actor) -> None:
    run_tasks()
    mail.outbox.clear()
    services.withdraw(anna, sent(anna))
    assert received() == {("anna", "Your contribution was withdrawn")}


def test_an_owner_for_which_nobody_speaks_lets_nothing_lapse(
    anna: Actor, rita: Actor, mina: Actor, edith: Actor
) -> None:
    """Its last member has gone: editors are asked, reply, and are told what grew stale."""
    members.leave(mina, person("mina"))
    _complete()
    id = taken(anna, rita)
    received()
    decide(rita, id)
    assert received() == {
        ("anna", "Your contribution waits for a reply"),
        ("edith", "Your reply is asked for"),
    }
    assert services.reply(edith, id, "Nobody is there any more.", "en").organisation is None
    services.take(rita, id)
    decide(rita, id)
    received()
    report = ProgressReport.objects.get(status="limited")
    assert report.reported_on == at(2026, 3, 1).date()
    ProgressReport.objects.update(reported_on=at(2020, 3, 1).date())
    Revision.objects.update(value="anew")
    digest.send_digest()
    run_tasks()
    assert [letter.to for letter in mail.outbox if COMMITMENT in letter.body] == [["edith@people.example"]]


# Once a day.


def test_tending_moves_what_is_due_and_asks_for_tomorrow(anna: Actor, rita: Actor, edith: Actor) -> None:
    draft, review = begun(anna), taken(anna, rita)
    late(draft, 90)
    late(review, 14)
    DBTaskResult.objects.all().delete()
    assert clock.tend.call() == []
    clock.with_tomorrow()
    assert (now(draft).state, now(review).state) == ("withdrawn", "submitted")
    (tomorrow,) = DBTaskResult.objects.filter(task_path=clock.tend.module_path)
    assert timedelta(hours=23) < tomorrow.run_after - timezone.now() <= timedelta(days=1)


def test_what_a_killed_process_had_begun_is_begun_again(anna: Actor) -> None:
    sent(anna)
    told = DBTaskResult.objects.get(task_path=notices.tell.module_path)
    told.claim("a process that is killed")
    clock.take_up()
    assert ("anna", "Your contribution was received") in received()
    assert clock.tend.module_path in DBTaskResult.objects.values_list("task_path", flat=True)


def test_what_the_promises_refuse_stops_nothing_else(
    anna: Actor, rita: Actor, monkeypatch: pytest.MonkeyPatch
) -> None:
    _complete()
    stuck, draft = taken(anna, rita), begun(anna)
    decide(rita, stuck)
    late(stuck, 14)
    late(draft, 90)

    def refuses(_: Any) -> str:
        raise InputError(Fault("report", "commitment", "one", "none", ""))

    monkeypatch.setattr(services, "apply", refuses)
    assert clock.move_on() == [str(stuck)]
    assert (now(stuck).state, now(draft).state) == ("waiting", "withdrawn")


def test_what_nothing_needs_is_taken_away(anna: Actor, rita: Actor, make: Make) -> None:
    made = services.draft(
        NOBODY, "evidence", EVIDENCE, language="nl", commitment=COMMITMENT, contact="jan@people.example"
    )
    services.confirm(who(None, token(made.pk)), made.pk)
    services.take(rita, made.pk)
    decide(rita, made.pk, "reject", "No.")
    members.invite(make("mark", "manager", "cities"), "cities", "tom@people.example", "contributor")
    clock.forget()
    assert (now(made.pk).contact, Invitation.objects.count()) == ("jan@people.example", 1)
    ago = timezone.now() - timedelta(days=31)
    Contribution.objects.filter(pk=made.pk).update(moved_at=ago)
    Invitation.objects.update(at=ago)
    clock.forget()
    assert (now(made.pk).contact, Invitation.objects.count()) == ("", 0)


def test_files_that_nothing_has_are_taken_away(anna: Actor, folder: Any) -> None:
    id = begun(anna)
    one = services.attach(anna, id, "a.csv", b"a,b\n1,2\n")
    two = services.attach(anna, id, "b.csv", b"a,b\n3,4\n")
    services.detach(anna, id, two.pk)
    clock.forget()
    assert len(list(kept())) == 2  # it may just be on its way in
    for path in kept():
        os.utime(path, (0, 0))
    clock.forget()
    assert [path.name for path in kept()] == [one.sha256]


def test_no_letters_to_who_is_erased(anna: Actor, rita: Actor) -> None:
    sent(anna)
    personal.erase(anna, person("anna"))
    mail.outbox.clear()
    assert ("anna", "Your contribution was received") not in received()


def test_who_is_invited_gets_a_letter_in_both_languages(make: Make) -> None:
    members.invite(make("mark", "manager", "cities"), "cities", "tom@people.example", "contributor")
    run_tasks()
    (letter,) = [each for each in mail.outbox if each.to == ["tom@people.example"]]
    assert "and join: Cities." in letter.body
    assert "/nl/account/login/" in letter.body
    Invitation.objects.all().delete()
    assert notices.invite.call(1) == 0
