"""What acceptance publishes, and how a status is lowered."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any
from uuid import UUID

import pytest
from django.test import Client
from django.utils import timezone

from tests.contributions.conftest import COMMITMENT, EVIDENCE, Make
from tests.contributions.steps import decide, late, now, taken
from tests.promises.made_up import EVIDENCE as SOURCE
from tests.promises.made_up import at
from zaragoza.web.contributions import services
from zaragoza.web.contributions.apply import published
from zaragoza.web.contributions.models import Contribution, Decision, Event, Reply
from zaragoza.web.contributions.refusal import NotAllowedError, UnfitError
from zaragoza.web.contributions.roles import NOBODY, Actor
from zaragoza.web.pages.contributed import compared
from zaragoza.web.promises import people
from zaragoza.web.promises.entries import stated
from zaragoza.web.promises.export import exported
from zaragoza.web.promises.models import Call, Commitment, Practice, ProgressReport
from zaragoza.web.promises.restore import restore
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


def test_the_owner_is_heard_about_the_words_that_are_published(
    substantial: None, anna: Actor, rita: Actor, mina: Actor
) -> None:
    """A reply is about what was written then; what is changed after it is put to the owner again."""
    id = taken(anna, rita)
    decide(rita, id)
    services.reply(mina, id, "We did more.", "en")
    services.take(rita, id)
    decide(rita, id, "return", "Say more.")
    services.edit(anna, id, EVIDENCE | {"status": "not_started", "text": "Nothing was built."})
    services.submit(anna, id)
    services.take(rita, id)
    assert decide(rita, id).outcome == "ask"
    assert (now(id).state, standing()) == ("waiting", "substantial")
    services.reply(mina, id, "That is not so.", "en")
    services.take(rita, id)
    assert decide(rita, id).outcome == "accept"
    assert standing() == "not_started"


def test_where_nobody_owns_it_editors_reply(
    substantial: None, anna: Actor, rita: Actor, edith: Actor
) -> None:
    id = taken(anna, rita)
    decide(rita, id)
    assert services.reply(edith, id, "Nobody answers for it.", "en").organisation is None


def test_the_same_reply_in_its_place_is_one(anna: Actor, rita: Actor, make: Make) -> None:
    """Also of an editor who speaks for an organisation, of which the reply is not."""
    olga, id = make("olga", "editor", "ministry"), taken(anna, rita)
    decide(rita, id)
    told = [services.reply(olga, id, "Nobody answers for it.", "en") for _ in range(2)]
    assert told[0] == told[1]
    assert told[0].organisation is None


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
HOMES = {"area": "housing", "geo": "NL", "grade": "described"}


def accepted(
    anna: Actor, rita: Actor, kind: str, data: dict[str, str], commitment: str | None = None
) -> Contribution:
    id = services.draft(anna, kind, data, language="en", commitment=commitment).pk
    services.submit(anna, id)
    services.take(rita, id)
    decide(rita, id)
    return now(id)


def test_a_practice(anna: Actor, rita: Actor, edith: Actor) -> None:
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
    with pytest.raises(NotAllowedError):  # nobody owns it, so that nobody answers for an owner
        services.reply(edith, found.pk, "We have seen it.", "en")


def test_a_form_with_a_number_like_anothers_replaces_nothing_of_theirs(
    anna: Actor, rita: Actor, make: Make
) -> None:
    """The number comes with the form, and that of what is public can be read in its address."""
    first = accepted(anna, rita, "practice", BOTH | HOMES)
    olga = make("olga", "contributor", "ministry")
    like = UUID(int=first.pk.int ^ 1)
    made = services.draft(olga, "practice", BOTH | HOMES | {"title_en": "Other"}, language="en", id=like)
    services.submit(olga, made.pk)
    services.take(rita, made.pk)
    decide(rita, made.pk)
    rows = {each.pk: each.content for each in Practice.objects.filter(in_catalogue=False)}
    assert rows[first.became]["title"]["en"] == "Homes first"
    assert rows[now(like).became]["organisation"] == "ministry"


def test_a_call(anna: Actor, rita: Actor) -> None:
    found = accepted(anna, rita, "call", BOTH | {"fund": "F1", "closes_on": "2027-01-31"})
    row = Call.objects.get(pk=found.became)
    assert (row.content["fund"], row.content["closes_on"]) == ("F1", "2027-01-31")


@pytest.mark.parametrize("kind", ["practice", "call"])
def test_when_its_source_was_published_is_told_where_it_is_shown(anna: Actor, rita: Actor, kind: str) -> None:
    """On the page, in the answer, and in the file, from which it comes back."""
    own = {"area": "housing", "geo": "NL", "grade": "described"} if kind == "practice" else {"fund": "F1"}
    told = BOTH | own | {"source_published_on": "2025-02-03"}
    without, name = (accepted(anna, rita, kind, each).became for each in (BOTH | own, told))
    page = "/en/practices/" if kind == "practice" else "/en/funds/F1/"
    assert Client().get(page).content.decode().count("published on 3 February 2025") == 1
    listed = Client().get(f"/api/v1/{'practice' if kind == 'practice' else 'fund'}s").json()["items"]
    items = listed if kind == "practice" else listed[0]["calls"]
    days = {each["id"]: each["source_published_on"] for each in items}
    assert (days[name], days[without]) == ("2025-02-03", None)
    file = exported()
    restore(file, replace=True)
    held = getattr(stated(), f"{kind}s")
    assert (held[name].source_published_on, held[without].source_published_on) == (date(2025, 2, 3), None)
    assert exported() == file


def test_a_correction_of_words_stands_beside_them(anna: Actor, rita: Actor) -> None:
    told = {
        "part": "deadline",
        "text": "It was moved.",
        "source_title": "Letter",
        "source_address": "https://a.example/",
    }
    assert accepted(anna, rita, "correction", told, COMMITMENT).became == ""


def wrong(report: ProgressReport) -> dict[str, str]:
    return {
        "part": "report", "report": str(report.pk), "text": "It is about another city.", "source_title": "Letter",
        "source_address": "https://a.example/",
    }  # fmt: skip


def reported(status: Any) -> None:
    people.report_progress(
        COMMITMENT, status=status, text="So it is.", language="en",
        reported_on=at(2025, 1, 1).date(), evidence=[SOURCE],
    )  # fmt: skip


@pytest.mark.parametrize(("left", "asked"), [(None, True), ("limited", True), ("substantial", False)])
def test_a_correction_of_a_report_withdraws_it(
    substantial: None, anna: Actor, rita: Actor, left: str | None, asked: bool
) -> None:
    """What it leaves may be a lower status: then its owner is heard first."""
    report = ProgressReport.objects.get()
    if left:
        reported(left)
    id = accepted(anna, rita, "correction", wrong(report), COMMITMENT).pk
    assert (now(id).state, standing()) == ("waiting" if asked else "accepted", "substantial")
    if asked:
        late(id, 14)
        assert services.in_time(id)
    report.refresh_from_db()
    assert report.withdrawn_at is not None
    assert report.withdrawn_at <= timezone.now()
    assert standing() == (left or "no_evidence")


def test_two_corrections_of_one_report_both_end(substantial: None, anna: Actor, rita: Actor) -> None:
    """While the owner is heard about one, another one is accepted: the first is not stuck for ever."""
    report = ProgressReport.objects.get()
    ids = [accepted(anna, rita, "correction", wrong(report), COMMITMENT).pk for _ in range(2)]
    for id in ids:
        late(id, 14)
        assert services.in_time(id)
    assert [now(id).state for id in ids] == ["accepted", "accepted"]


def test_a_correction_of_what_the_status_does_not_follow_from_asks_nobody(
    substantial: None, anna: Actor, rita: Actor
) -> None:
    reported("complete")
    earlier = ProgressReport.objects.get(status="complete")
    assert accepted(anna, rita, "correction", wrong(earlier), COMMITMENT).state == "accepted"
    assert standing() == "substantial"


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


def test_what_is_published_is_the_report_that_the_status_follows_from(
    substantial: None, anna: Actor, rita: Actor
) -> None:
    """Not the one that was published last, where that is about an earlier day or without evidence."""
    shown = f"1 {ProgressReport.objects.get().pk}"
    reported("complete")
    people.report_progress(
        COMMITMENT, status="no_evidence", text="Talk.", language="en", reported_on=today(), evidence=[]
    )
    assert standing() == "substantial"
    assert published(COMMITMENT) == shown
    before = {each.label: each.before for each in compared(now(taken(anna, rita)))}
    assert before["What it shows"] == "Substantial progress"
