"""The checker finds every difference between the history and the tables."""

from __future__ import annotations

from collections.abc import Callable
from uuid import UUID

import pytest
from django.core.management import CommandError, call_command
from django.utils import timezone

from tests.contributions.conftest import COMMITMENT, Make, person
from tests.contributions.steps import CSV, begun, decide, now, sent, taken
from zaragoza.web.contributions import check, members, removal, services
from zaragoza.web.contributions.models import (
    Contribution,
    Decision,
    Event,
    Membership,
    Ownership,
    Reply,
    SiteRole,
)
from zaragoza.web.contributions.roles import OF_THE_SITE, Actor
from zaragoza.web.promises.models import Practice, ProgressReport, TakenDown
from zaragoza.web.promises.taken_down import take_away

PRACTICE = {
    "title_en": "Homes first", "title_nl": "Eerst een huis", "summary_en": "A home.", "summary_nl": "Een huis.",
    "source_title": "Evaluation", "source_address": "https://city.example/evaluation",
    "area": "housing", "geo": "NL", "grade": "described",
}  # fmt: skip
pytestmark = pytest.mark.django_db


@pytest.fixture
def accepted(anna: Actor, rita: Actor, edith: Actor) -> UUID:
    """Returned once, changed, with a file, accepted."""
    id = begun(anna)
    services.attach(anna, id, "homes.csv", CSV)
    services.submit(anna, id)
    services.take(rita, id)
    decide(rita, id, "return", "Say more.")
    services.submit(anna, id)
    services.take(rita, id)
    services.put_back(rita, id)
    services.take(rita, id)
    decide(rita, id)
    services.reply(edith, id, "We have seen it.", "en")
    practice = services.draft(anna, "practice", PRACTICE, language="en").pk
    services.submit(anna, practice)
    services.take(rita, practice)
    decide(rita, practice)
    for ground in ("law", "wrong"):
        gone = taken(anna, rita)
        decide(rita, gone)
        removal.take_down(edith, gone, ground, "It may not be shown.", "en", now(gone).settles)
    members.assign(edith, COMMITMENT, "ministry")
    return id


def taken_down(ground: str) -> Contribution:
    return Contribution.objects.get(decisions__ground=ground)


def test_it_is_whole(accepted: UUID, capsys: pytest.CaptureFixture[str]) -> None:
    assert list(check.faults()) == []
    call_command("check_history")
    assert f"{Event.objects.count()} events replayed" in capsys.readouterr().out


# What somebody could change, or lose, behind the services; each makes a fault.
DIFFERENCES: dict[str, Callable[[UUID], object]] = {
    "another state": lambda id: Contribution.objects.filter(pk=id).update(state="rejected"),
    "another content": lambda id: Contribution.objects.filter(pk=id).update(content={"text": "x"}),
    "another hash": lambda id: Contribution.objects.filter(pk=id).update(hash="0" * 64),
    "another round": lambda id: Contribution.objects.filter(pk=id).update(round=9),
    "another report": lambda id: Contribution.objects.filter(pk=id).update(became=""),
    "a file less": lambda id: now(id).attachments.all().delete(),
    "a decision less": lambda id: Decision.objects.filter(contribution=id, round=1).delete(),
    "another outcome": lambda id: Decision.objects.filter(round=1).update(outcome="reject"),
    "another version judged": lambda id: Decision.objects.filter(round=1).update(reviewed_hash="0" * 64),
    "a reply less": lambda id: Reply.objects.all().delete(),
    "a reply of somebody else": lambda id: Reply.objects.update(person=person("anna")),
    "a practice less": lambda id: Practice.objects.filter(in_catalogue=False).delete(),
    "another role in an organisation": lambda id: Membership.objects.update(role="manager"),
    "a report less": lambda id: ProgressReport.objects.all().delete(),
    "an event less at the start": lambda id: Event.objects.filter(action="draft").delete(),
    "an event less in the middle": lambda id: Event.objects.filter(action="return").delete(),
    "an event less at the end": lambda id: Event.objects.filter(action="reply").delete(),
    "no events": lambda id: Event.objects.filter(kind="contribution").delete(),
    "an event twice": lambda id: Event.objects.create(
        **{
            k: v
            for k, v in Event.objects.filter(action="accept", thing=id).values().get().items()
            if k != "id"
        }
    ),
    "words back where none are kept": lambda id: Contribution.objects.filter(pk=taken_down("law").pk).update(
        content={"text": "x"}
    ),
    "a file back where none is kept": lambda id: now(id).attachments.update(contribution=taken_down("law")),
    "what was decided about it back": lambda id: (
        taken_down("law").decisions.filter(outcome="accept").update(reason="Jan lives there.")
    ),
    "why it was to go, kept": lambda id: Contribution.objects.filter(pk=taken_down("law").pk).update(
        asks_removal="It names Jan."
    ),
    "known as taken down, and public": lambda id: take_away("report", now(id).became, "law"),
    "another ground": lambda id: Decision.objects.filter(ground="law").update(ground="asked"),
    "not known as taken down": lambda id: TakenDown.objects.filter(ground="wrong").delete(),
    "known for another ground": lambda id: TakenDown.objects.filter(ground="wrong").update(ground="law"),
    "shown again": lambda id: ProgressReport.objects.filter(pk=taken_down("wrong").became).update(
        withdrawn_at=None
    ),
    "a membership less": lambda id: Membership.objects.all().delete(),
    "a role more": lambda id: SiteRole.objects.create(person=person("anna"), role="administrator"),
    "a role less": lambda id: SiteRole.objects.filter(role="reviewer").delete(),
    "an owner more": lambda id: Ownership.objects.create(commitment="P1-2", organisation="cities"),
    "an owner less": lambda id: Ownership.objects.all().delete(),
}


@pytest.mark.parametrize("role", ["reviewer", "editor", "administrator", "contributor", "manager"])
def test_who_did_something_by_a_role_that_they_had_no_more_is_found(
    accepted: UUID, make: Make, role: str
) -> None:
    """Of all that has been done before, and by the same account while it had the role, nothing is said."""
    vera, root = make("vera"), Actor(roles=frozenset({"administrator"}))
    event = {
        "at": timezone.now(),
        "actor": vera.id,
        "role": role,
        "action": "see",
        "kind": "test",
        "thing": "1",
    }
    if role in OF_THE_SITE:
        members.grant(root, person("vera"), role)  # type: ignore[arg-type] # one of them
    else:
        members.invite(root, "cities", "vera@people.example", role)  # type: ignore[arg-type] # likewise
        members.join(person("vera"), "cities")
    Event.objects.create(**event)
    if role in OF_THE_SITE:
        members.revoke(root, person("vera"), role)  # type: ignore[arg-type] # likewise
    else:
        members.remove(root, person("vera"))
    assert list(check.faults()) == []
    late = Event.objects.create(**event)
    assert list(check.faults()) == [f"test 1, event {late.pk}: by a role that its account did not have then"]


def test_a_contributor_did_nothing_as_a_manager(accepted: UUID, anna: Actor) -> None:
    told = Event.objects.filter(action="draft", actor=anna.id).first()
    assert told is not None
    Event.objects.filter(pk=told.pk).update(role="contributor")
    assert list(check.faults()) == []
    Event.objects.filter(pk=told.pk).update(role="manager")
    assert len(list(check.faults())) == 1


@pytest.mark.parametrize("difference", DIFFERENCES)
def test_every_difference_is_found(accepted: UUID, difference: str) -> None:
    DIFFERENCES[difference](accepted)
    assert list(check.faults()) != []
    with pytest.raises(CommandError):
        call_command("check_history")


def test_events_hold_no_words_and_no_addresses(accepted: UUID, anna: Actor) -> None:
    told = " ".join(f"{each.thing} {each.detail}" for each in Event.objects.all())
    assert "@" not in told
    assert "homes" not in told


def test_each_event_says_who_by_which_role(anna: Actor, rita: Actor, make: Make) -> None:
    decide(rita, taken(anna, rita))
    services.withdraw(make("mark", "manager", "cities"), sent(anna))
    told = {each.action: (each.actor, each.role) for each in Event.objects.filter(kind="contribution")}
    assert told["submit"] == (anna.id, "reader")
    assert told["accept"] == (rita.id, "reviewer")
    assert told["withdraw"] == (person("mark").pk, "manager")
