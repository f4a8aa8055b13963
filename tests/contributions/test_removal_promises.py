"""What is taken down, among the promises: past days keep a status and no words of it, and no file brings them back."""

from __future__ import annotations

from datetime import date
from uuid import UUID

import pytest
from django.test import Client
from django.utils import timezone

from tests.contributions.conftest import COMMITMENT, Make
from tests.contributions.removed import GROUNDS, SAID, accepted, down, standing
from tests.contributions.steps import decide, now, taken
from tests.promises.made_up import EVIDENCE as SOURCE
from zaragoza.web.contributions import check, services
from zaragoza.web.contributions.apply import lowers
from zaragoza.web.contributions.roles import Actor
from zaragoza.web.promises import people
from zaragoza.web.promises.entries import stated
from zaragoza.web.promises.export import exported
from zaragoza.web.promises.models import ProgressReport, TakenDown
from zaragoza.web.promises.restore import restore
from zaragoza.web.promises.state import state, today
from zaragoza.web.promises.taken_down import take_away

WITHDRAWN = "/api/v1/withdrawn?kind={}&limit=1000"
pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("history")]


def test_the_status_is_what_the_evidence_that_is_left_says(anna: Actor, rita: Actor, edith: Actor) -> None:
    accepted(anna, rita, status="limited")
    id = accepted(anna, rita, status="complete", reported_on="2026-04-01")
    assert standing() == "complete"
    down(edith, id)
    assert standing() == "limited"


def test_a_past_day_keeps_its_status_and_none_of_the_words(anna: Actor, rita: Actor, edith: Actor) -> None:
    id = accepted(anna, rita)
    shown = timezone.now()
    down(edith, id, "wrong")
    row = ProgressReport.objects.get()
    assert row.withdrawn_at is not None
    assert row.withdrawn_at > shown
    row.withdrawn_at = row.published_at.replace(year=row.published_at.year + 1)  # as if that were later
    row.save()
    people.report_progress(
        COMMITMENT, status="no_evidence", text="Talk.", language="en", reported_on=today(), evidence=[]
    )
    found = state(today()).tracked[COMMITMENT]
    assert found.standing.status == "limited"
    assert SAID not in repr(found)
    assert "Annual report" not in repr(found)


@pytest.mark.parametrize("kind", ["practice", "call"])
@GROUNDS
def test_practices_and_calls_are_in_no_list(
    anna: Actor, rita: Actor, edith: Actor, kind: str, ground: str
) -> None:
    id = accepted(anna, rita, kind)
    page = "/en/practices/" if kind == "practice" else "/en/funds/F1/"
    client = Client()

    def told() -> str:
        places = (
            page,
            "/en/search/?q=homes",
            f"/api/v1/{kind if kind == 'practice' else 'fund'}s",
            "/en/feed/",
        )
        return " ".join(client.get(each, follow=True).content.decode() for each in places)

    name = now(id).became
    assert name in told()
    assert "of Jan" in told()
    down(edith, id, ground, "Said by an editor.")
    assert name not in getattr(stated(), f"{kind}s")
    for gone in ("of Jan", "van Jan", "city.example"):
        assert gone not in told()
        assert gone not in exported().decode()
        assert gone not in client.get(WITHDRAWN.format(kind)).content.decode()
    entries = {each["id"]: each for each in client.get(WITHDRAWN.format(kind)).json()["items"]}
    assert (entries[name]["ground"], entries[name]["title"]["en"]) == (ground, "Taken down")
    listed = client.get(page).content.decode()
    assert f'id="{name}"' in listed
    assert f"/contributions/{id}/" in listed
    assert "by an editor of this site" in listed


WRONG = {
    "part": "report", "text": "It is about another city.", "source_title": "Letter", "source_address": "https://a.example/",
    "status": "", "reported_on": "",
}  # fmt: skip


def corrected(author: Actor, reviewer: Actor, report: UUID) -> UUID:
    """A report of more than is known else, which a correction takes away."""
    return accepted(author, reviewer, "correction", **WRONG, report=str(report))


@pytest.fixture
def much(loaded: None) -> UUID:
    """A report that much was done, and one that says no less about a later day."""
    made = [
        people.report_progress(
            COMMITMENT, status="substantial", text="Much.", language="en", reported_on=on, evidence=[SOURCE]
        ).id
        for on in (date(2025, 3, 1), date(2024, 3, 1))
    ]
    return made[0]


def shown() -> list[str]:
    return sorted(each.reported_on.isoformat()[:4] for each in state(today()).tracked[COMMITMENT].reports)


@GROUNDS
def test_what_a_wrong_correction_took_away_is_shown_again(
    anna: Actor, rita: Actor, edith: Actor, much: UUID, ground: str
) -> None:
    """Where it is taken down for another reason, what it said of the report still holds."""
    id = corrected(anna, rita, much)
    assert shown() == ["2024"]
    down(edith, id, ground)
    assert shown() == (["2024", "2025"] if ground == "wrong" else ["2024"])
    assert ProgressReport.objects.get(pk=much).withdrawn_at is not None  # the days between stay as they were


def test_of_two_corrections_both_have_to_be_wrong(anna: Actor, rita: Actor, edith: Actor, much: UUID) -> None:
    begin = services.draft
    ids = [
        begin(anna, "correction", WRONG | {"report": str(much)}, language="en", commitment=COMMITMENT).pk
        for _ in "ab"
    ]
    for id in ids:
        services.submit(anna, id)
        services.take(rita, id)
        decide(rita, id)
        assert now(id).state == "accepted"
    down(edith, ids[0], "wrong")
    assert shown() == ["2024"]
    down(edith, ids[1], "wrong")
    assert shown() == ["2024", "2025"]


def test_a_correction_that_waited_is_about_the_report_that_was_told_again(
    anna: Actor, rita: Actor, edith: Actor, make: Make
) -> None:
    """It would lower the status as it would have before, and what it takes away comes back if it was wrong as well."""
    report = people.report_progress(
        COMMITMENT, status="substantial", text="Much.", language="en", reported_on=today(), evidence=[SOURCE]
    ).id
    waited = taken(anna, rita, kind="correction", **WRONG, report=str(report))
    another = accepted(anna, rita, status="substantial", reported_on=today().isoformat())
    first = corrected(anna, rita, report)
    down(edith, another)
    assert standing() == "no_evidence"
    down(edith, first, "wrong")
    assert standing() == "substantial"
    assert lowers(now(waited))
    decide(rita, waited)
    assert now(waited).state == "waiting"
    services.reply(make("ed", "editor"), waited, "It is so.", "en")
    services.take(rita, waited)
    decide(rita, waited)
    assert (now(waited).state, standing()) == ("accepted", "no_evidence")
    down(edith, waited, "wrong")
    assert standing() == "substantial"


def test_a_report_that_was_told_again_goes_with_its_contribution(
    anna: Actor, rita: Actor, edith: Actor
) -> None:
    accepted(anna, rita, reported_on="2026-02-01")
    id = accepted(anna, rita)
    wrong = corrected(anna, rita, UUID(now(id).became))
    down(edith, wrong, "wrong")
    assert len(shown()) == 2
    down(edith, id)
    assert len(shown()) == 1
    assert SAID in exported().decode()
    assert exported().decode().count(SAID) == 1  # that of the other one


def test_nor_is_it_told_again_after_it_was_taken_down(anna: Actor, rita: Actor, edith: Actor) -> None:
    accepted(anna, rita, reported_on="2026-02-01")
    id = accepted(anna, rita)
    wrong = corrected(anna, rita, UUID(now(id).became))
    down(edith, id)
    down(edith, wrong, "wrong")
    assert len(shown()) == 1


# Files of earlier days.


@pytest.mark.parametrize("kind", ["evidence", "practice", "call"])
def test_a_file_from_before_brings_nothing_back(anna: Actor, rita: Actor, edith: Actor, kind: str) -> None:
    id = accepted(anna, rita, kind)
    before = exported()
    gone = SAID if kind == "evidence" else "of Jan"
    assert gone in before.decode()
    down(edith, id)
    after = exported()
    assert gone not in after.decode()
    restore(before, replace=True)
    assert gone not in exported().decode()
    assert standing() == "no_evidence"
    assert list(check.faults()) == []
    restore(after, replace=True)
    assert exported() == after
    # On another machine the file tells it, and an earlier one changes nothing there.
    TakenDown.objects.all().delete()
    restore(after, replace=True)
    assert exported() == after
    restore(before, replace=True)
    assert gone not in exported().decode()


def test_what_another_file_told_first_can_still_be_taken_down(anna: Actor, rita: Actor, edith: Actor) -> None:
    """As where the tables of contributions are those of an earlier day: the history names it, an editor mends it."""
    id = accepted(anna, rita)
    take_away("report", now(id).became, "law")
    assert [fault.partition(": ")[2] for fault in check.faults()] == [
        "accepted, but its report was taken down"
    ]
    down(edith, id, "personal_data")
    assert [each.ground for each in TakenDown.objects.all()] == ["personal_data"]


def test_a_report_that_was_told_again_is_not_brought_back_by_a_file_either(
    anna: Actor, rita: Actor, edith: Actor
) -> None:
    """Also where it was not there under its second id when its contribution was taken down."""
    accepted(anna, rita, reported_on="2026-02-01", text="Another.")
    id = accepted(anna, rita)
    first = exported()
    wrong = corrected(anna, rita, UUID(now(id).became))
    down(edith, wrong, "wrong")
    twice = exported()
    assert twice.decode().count(SAID) == 2
    restore(first, replace=True)
    down(edith, id)
    restore(twice, replace=True)
    assert SAID not in exported().decode()
    assert len(shown()) == 1
