"""How long something waits counts from who brought it, however often reviewers put it back; and why a draft waits."""

from __future__ import annotations

import re
from datetime import timedelta
from uuid import UUID

import pytest
from django.core import mail
from django.utils import timezone

from tests.contributions.conftest import EVIDENCE, Make, person, run_tasks
from tests.contributions.pages import at, browser, words
from tests.contributions.steps import begun, decide, late, now, taken
from tests.promises.made_up import EVIDENCE as SOURCE
from tests.promises.made_up import at as moment
from zaragoza.web.contributions import members, services
from zaragoza.web.contributions.models import Contribution, Event
from zaragoza.web.contributions.roles import Actor
from zaragoza.web.promises import people

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("history")]
QUEUE = "/en/contributions/review/"
DAYS = timedelta(days=14)  # for reviewers, in the lane of organisations (docs/howto/contributions.md)


def passed(id: UUID, days: int) -> None:
    """As if so many days had passed since all that was done with it."""
    ago = timedelta(days=days)
    late(id, days)
    row = now(id)
    assert row.submitted_at is not None
    Contribution.objects.filter(pk=id).update(submitted_at=row.submitted_at - ago)
    for event in Event.objects.filter(thing=str(id)):
        Event.objects.filter(pk=event.pk).update(at=event.at - ago)
    for reply in row.replies.all():
        row.replies.filter(pk=reply.pk).update(at=reply.at - ago)


def age() -> int:
    """Days, as the queue shows them."""
    page = words(browser("rita").get(QUEUE))
    if "for less than a day" in page:
        return 0
    (shown,) = re.findall(r"for (\d+) days", page)
    return int(shown)


def test_what_is_put_back_has_waited_since_it_was_sent_in(anna: Actor, rita: Actor) -> None:
    id = taken(anna, rita)
    passed(id, 10)
    begin = now(id).submitted_at
    assert begin is not None
    for times in (1, 2):
        found = services.put_back(rita, id)
        assert (found.state, found.submitted_at, found.due_at) == ("submitted", begin, begin + DAYS)
        page = words(browser("rita").get(QUEUE))
        assert ("put back once" if times == 1 else "put back 2 times") in page
        services.take(rita, id)
    services.put_back(rita, id)
    passed(id, 5)
    page = words(browser("rita").get(QUEUE))
    assert age() == 15
    assert "put back 3 times" in page
    assert "Late" in page


def test_a_change_by_its_author_begins_anew(anna: Actor, rita: Actor) -> None:
    id = taken(anna, rita)
    passed(id, 10)
    services.put_back(rita, id)
    services.take(rita, id)
    decide(rita, id, "return", "Say more.")
    services.edit(anna, id, EVIDENCE | {"text": "More."})
    services.submit(anna, id)
    services.take(rita, id)
    found = services.put_back(rita, id)
    assert found.due_at == (found.submitted_at or found.created_at) + DAYS
    page = words(browser("rita").get(QUEUE))
    assert age() == 0
    assert "put back once" in page


def to_be_answered(anna: Actor, rita: Actor) -> UUID:
    """What would lower the status of a commitment that its owner called complete."""
    people.report_progress(
        "P1-1", status="complete", text="All.", language="en",
        reported_on=moment(2026, 1, 1).date(), evidence=[SOURCE],
    )  # fmt: skip
    id = taken(anna, rita)
    decide(rita, id)
    return id


def test_after_a_reply_reviewers_have_their_days_from_then(anna: Actor, rita: Actor, mina: Actor) -> None:
    """But it has waited since its author sent it in."""
    id = to_be_answered(anna, rita)
    passed(id, 12)
    begin = now(id).submitted_at
    replied = services.reply(mina, id, "We did more.", "en").at
    assert (now(id).submitted_at, now(id).due_at) == (begin, now(id).moved_at + DAYS)
    services.take(rita, id)
    assert services.put_back(rita, id).due_at == replied + DAYS
    assert age() == 12


@pytest.mark.parametrize("comes_last", ["the owner", "who speaks for it"])
def test_an_owner_that_comes_late_has_its_days_and_is_told(
    anna: Actor, rita: Actor, edith: Actor, make: Make, comes_last: str
) -> None:
    """Nothing is lowered before whoever answers for it then has had fourteen days."""
    id = to_be_answered(anna, rita)
    late(id, 13)
    run_tasks()
    mail.outbox.clear()
    steps = {
        "who speaks for it": lambda: make("mina", "contributor", "ministry"),
        "the owner": lambda: members.assign(edith, "P1-1", "ministry"),
    }
    other = steps.pop(comes_last)
    (first,) = steps.values()
    first()
    before = now(id).due_at
    other()
    found = now(id)
    assert before < timezone.now() + timedelta(days=2)  # type: ignore[operator] # never NULL of what waits
    assert found.due_at > timezone.now() + timedelta(days=13, hours=23)  # type: ignore[operator] # likewise
    run_tasks()
    told = [each.to for each in mail.outbox if "Your reply is asked for" in each.subject]
    assert told == [["mina@people.example"]]
    make("olga", "contributor", "ministry")  # another one changes nothing
    assert now(id).due_at == found.due_at


def test_who_left_an_organisation_is_told_why_a_draft_of_it_waits(anna: Actor, make: Make) -> None:
    id = begun(anna)
    told = "You cannot send this in: it was written for Cities, for which you no longer speak."
    assert told not in words(browser("anna").get(at(id)))
    members.leave(anna, person("anna"))
    page = words(browser("anna").get(at(id)))
    assert told in page
    assert "Send it in" not in page
    assert "Withdraw it for good" in page
    make("mara", "manager", "cities")
    assert told not in words(browser("mara").get(at(id)))
    assert "voor Cities (nl), en daarvoor spreekt u niet meer" in words(
        browser("anna").get(at(id, language="nl"))
    )
