"""What acceptance publishes, and how a status is lowered."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.utils import timezone

from tests.contributions.conftest import COMMITMENT, Make
from tests.contributions.steps import decide, late, now, taken
from tests.promises.made_up import EVIDENCE as SOURCE
from tests.promises.made_up import at
from zaragoza.web.contributions import services
from zaragoza.web.contributions.models import Contribution, Decision, Event, Reply
from zaragoza.web.contributions.refusal import NotAllowedError, UnfitError
from zaragoza.web.contributions.roles import NOBODY, Actor
from zaragoza.web.promises import people
from zaragoza.web.promises.models import Call, Commitment, Practice, ProgressReport
from zaragoza.web.promises.state import state, today

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("history")]

# A status that is lowered.


@pytest.fixture
def substantial(loaded: None) -> None:
    """Readers are shown substantial progress."""
    people.report_progress(
        COMMITMENT, status="substantial", text="Much.", language="en",
        reported_on=at(2026, 1, 1).date(), evidence=[SOURCE],
    )  # fmt: skip


def standing() -> str:
    return state(today()).tracked[COMMITMENT].standing.status


def test_the_owner_is_heard_before_a_status_is_lowered(
    substantial: None, anna: Actor, rita: Actor, mina: Actor, make: Make
) -> None:
    id = taken(anna, rita)
    assert decide(rita, id).outcome == "ask"
    found = now(id)
    assert (found.state, found.due_at) == ("waiting", found.moved_at + timedelta(days=14))
    assert standing() == "substantial"
    for other in (make("olga", "contributor", "cities"), rita, NOBODY):
        with pytest.raises(NotAllowedError):
            services.reply(other, id, "We object.", "en")
    assert services.reply(mina, id, "We did more.", "en").organisation == "ministry"
    assert (now(id).state, now(id).round) == ("submitted", 2)
    services.take(rita, id)
    assert decide(rita, id).outcome == "accept"
    assert standing() == "limited"
    assert [each.outcome for each in Decision.objects.all()] == ["ask", "accept"]


def test_after_fourteen_days_of_silence_it_is_lowered_by_itself(
    substantial: None, anna: Actor, rita: Actor, mina: Actor
) -> None:
    id = taken(anna, rita)
    decide(rita, id)
    late(id, 13)
    assert not services.in_time(id)
    assert (now(id).state, standing()) == ("waiting", "substantial")
    late(id, 1)
    assert services.in_time(id)
    assert (now(id).state, standing()) == ("accepted", "limited")
    assert Event.objects.filter(kind="contribution").last().role == "site"  # type: ignore[union-attr]
    assert not services.in_time(id)
    services.reply(mina, id, "We were on leave.", "en")
    assert Reply.objects.get().organisation == "ministry"


def test_where_nobody_owns_it_editors_reply(
    substantial: None, anna: Actor, rita: Actor, edith: Actor
) -> None:
    id = taken(anna, rita)
    decide(rita, id)
    assert services.reply(edith, id, "Nobody answers for it.", "en").organisation is None


@pytest.mark.parametrize(
    ("told", "asked"),
    [
        ({"status": "limited"}, True),
        ({"status": "not_started"}, True),
        ({"status": "substantial"}, False),
        ({"status": "complete"}, False),
        ({"status": "limited", "reported_on": "2025-06-01"}, False),  # about a day before what is shown
    ],
)
def test_what_lowers_a_status(
    substantial: None, anna: Actor, rita: Actor, told: dict[str, str], asked: bool
) -> None:
    id = taken(anna, rita, **told)
    assert decide(rita, id).outcome == ("ask" if asked else "accept")


# What each kind becomes.

BOTH = {
    "title_en": "Homes first", "title_nl": "Eerst een huis", "summary_en": "A home.", "summary_nl": "Een huis.",
    "source_title": "Evaluation", "source_address": "https://city.example/evaluation",
}  # fmt: skip


def accepted(
    anna: Actor, rita: Actor, kind: str, data: dict[str, str], commitment: str | None = None
) -> Contribution:
    id = services.draft(anna, kind, data, language="en", commitment=commitment).pk
    services.submit(anna, id)
    services.take(rita, id)
    decide(rita, id)
    return now(id)


def test_a_practice(anna: Actor, rita: Actor) -> None:
    told = BOTH | {
        "area": "housing",
        "geo": "NL",
        "grade": "compared",
        "measured_en": "Homes",
        "measured_nl": "Huizen",
    }
    found = accepted(anna, rita, "practice", told, commitment=COMMITMENT)
    row = Practice.objects.get(pk=found.became)
    assert (row.in_catalogue, found.commitment) == (False, None)
    assert row.content["title"] == {"en": "Homes first", "nl": "Eerst een huis"}
    assert (row.content["organisation"], row.content["grade"]) == ("cities", "compared")


def test_a_call(anna: Actor, rita: Actor) -> None:
    found = accepted(anna, rita, "call", BOTH | {"fund": "F1", "closes_on": "2027-01-31"})
    row = Call.objects.get(pk=found.became)
    assert (row.content["fund"], row.content["closes_on"]) == ("F1", "2027-01-31")


def test_a_correction_of_words_stands_beside_them(anna: Actor, rita: Actor) -> None:
    told = {
        "part": "deadline",
        "text": "It was moved.",
        "source_title": "Letter",
        "source_address": "https://a.example/",
    }
    assert accepted(anna, rita, "correction", told, COMMITMENT).became == ""


def test_a_correction_of_a_report_withdraws_it(substantial: None, anna: Actor, rita: Actor) -> None:
    report = ProgressReport.objects.get()
    told = {
        "part": "report", "report": str(report.pk), "text": "It is about another city.", "source_title": "Letter",
        "source_address": "https://a.example/",
    }  # fmt: skip
    accepted(anna, rita, "correction", told, COMMITMENT)
    report.refresh_from_db()
    assert report.withdrawn_at is not None
    assert report.withdrawn_at <= timezone.now()


def test_a_correction_names_a_report_about_its_own_commitment(substantial: None, anna: Actor) -> None:
    told = {
        "part": "report", "report": str(ProgressReport.objects.get().pk), "text": "It is about another city.",
        "source_title": "Letter", "source_address": "https://a.example/",
    }  # fmt: skip
    other = Commitment.objects.get(pk=COMMITMENT)
    other.pk = "P1-9"  # the same words under another id
    other.save(force_insert=True)
    with pytest.raises(UnfitError) as error:
        services.draft(anna, "correction", told, language="en", commitment=other.pk)
    assert [fault.field for fault in error.value.faults] == ["report"]
    assert ProgressReport.objects.get().withdrawn_at is None
