"""A scripted history: the reviews at two days differ exactly by what happened between them, as written here by hand."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from typing import Any

import pytest

from tests.promises.made_up import EVIDENCE, PLAN, at, commitment, deadline, plans, words
from zaragoza.web.promises.changes import changes
from zaragoza.web.promises.load import load
from zaragoza.web.promises.people import (
    add_milestone,
    reach_milestone,
    report_progress,
    withdraw_milestone,
    withdraw_report,
)
from zaragoza.web.promises.standing import DeadlineStanding
from zaragoza.web.promises.state import By, Counts, counted, state

pytestmark = pytest.mark.django_db

HOMES, WORK = "P1-1-HOMES", "P1-2-WORK"
LAW, MONEY, TALKS = "P1-3-LAW", "P1-4-MONEY", "P1-5-TALKS"
OTHER = "P2-1-OTHER"
SECOND = replace(PLAN, id="P2", stated_on=date(2023, 1, 1))
PROMISES = (
    commitment(HOMES),
    commitment(WORK, area="employment", owners=("ministry", "cities"), deadline=deadline(date(2022, 6, 30))),
    commitment(LAW, area="employment"),
    commitment(MONEY, owners=()),
    commitment(TALKS, deadline=deadline(every="P1Y")),
    commitment(OTHER, plan="P2"),
)


def tell(name: str, status: Any, reported_on: date, published: Any, **others: Any) -> Any:
    others.setdefault("evidence", (EVIDENCE,))
    return report_progress(
        name, status=status, text="As told.", language="en", reported_on=reported_on, at=published, **others
    )


@pytest.fixture
def history(db: None) -> None:
    """What happened, in the order in which the site was told; the plan was stated on 2020-01-01."""
    load(plans(*PROMISES, plans=(PLAN, SECOND)), at(2021, 12, 1))
    tell(HOMES, "limited", date(2021, 12, 1), at(2021, 12, 5))
    tell(WORK, "substantial", date(2021, 12, 1), at(2021, 12, 5))
    withdrawn = tell(LAW, "limited", date(2021, 12, 10), at(2021, 12, 11))
    tell(TALKS, "limited", date(2021, 12, 12), at(2021, 12, 13))
    step = add_milestone(
        LAW, title=words("A draft"), source="Letter", due=date(2022, 5, 1), at=at(2021, 12, 11)
    )
    dropped = add_milestone(HOMES, title=words("A plan of homes"), source="Letter", at=at(2021, 12, 11))
    # Between 2022-01-15 and 2022-03-15
    tell(HOMES, "substantial", date(2022, 2, 1), at(2022, 2, 2))
    tell(MONEY, "no_evidence", date(2022, 2, 1), at(2022, 2, 3), evidence=())
    withdraw_report(withdrawn.id, at(2022, 3, 1))
    withdraw_milestone(dropped.id, at(2022, 3, 2))
    # Between 2022-03-15 and 2022-07-15: a milestone is missed, then reached; a deadline passes
    reach_milestone(step.id, on=date(2022, 6, 20), at=at(2022, 6, 25))
    # Between 2022-07-15 and 2023-07-15: a promise is changed, the second plan is stated, clocks run out
    changed = commitment(MONEY, owners=(), title=words("More money"))
    load(plans(*PROMISES[:3], changed, *PROMISES[4:], plans=(PLAN, SECOND)), at(2023, 2, 1))
    tell(WORK, "complete", date(2023, 2, 1), at(2023, 3, 1))


def told(on: date) -> dict[str, tuple[str, str]]:
    """Status and course of each commitment."""
    found = state(on).tracked
    return {name: (each.standing.status, each.standing.course) for name, each in found.items()}


def differing(first: date, second: date) -> dict[str, tuple[str, ...]]:
    return {each.commitment: each.fields for each in changes(state(first), state(second))}


DAYS = [date(2022, 1, 15), date(2022, 3, 15), date(2022, 7, 15), date(2023, 7, 15)]


def test_before_anything_was_told(history: None) -> None:
    """The plan was public; what the site was told later is not in it."""
    assert told(date(2019, 12, 31)) == {}
    assert told(date(2020, 1, 1)) == {
        HOMES: ("no_evidence", "silent"),
        WORK: ("no_evidence", "silent"),
        LAW: ("no_evidence", "silent"),
        MONEY: ("no_evidence", "silent"),
        TALKS: ("no_evidence", "silent"),
    }
    assert told(date(2021, 1, 2))[TALKS] == ("no_evidence", "late")  # its first year has passed


def test_the_first_day(history: None) -> None:
    assert told(DAYS[0]) == {
        HOMES: ("limited", "on_course"),
        WORK: ("substantial", "on_course"),
        LAW: ("limited", "on_course"),
        MONEY: ("no_evidence", "silent"),
        TALKS: ("limited", "on_course"),
    }


def test_a_report_and_two_withdrawals(history: None) -> None:
    assert differing(DAYS[0], DAYS[1]) == {
        HOMES: ("status", "last_news", "reports", "milestones"),
        LAW: ("status", "course", "last_news", "reports"),
        MONEY: ("reports",),  # without evidence it says nothing
    }
    assert told(DAYS[1])[HOMES] == ("substantial", "on_course")
    assert told(DAYS[1])[LAW] == ("no_evidence", "silent")


def test_a_passed_deadline_and_a_milestone_reached(history: None) -> None:
    assert differing(DAYS[1], DAYS[2]) == {WORK: ("course", "deadline"), LAW: ("milestones",)}
    assert told(DAYS[2])[WORK] == ("substantial", "late")
    assert state(DAYS[2]).tracked[WORK].standing.deadline == DeadlineStanding(
        state="passed", by=date(2022, 6, 30)
    )
    missed = date(2022, 5, 2)  # the milestone of 1 May, of which nothing was told until 25 June
    assert differing(DAYS[1], missed) == {LAW: ("course", "missed")}
    assert told(missed)[LAW] == ("no_evidence", "late")
    assert differing(missed, date(2022, 6, 25)) == {LAW: ("course", "missed", "milestones")}


def test_clocks_that_ran_out_a_changed_promise_and_a_plan(history: None) -> None:
    assert differing(DAYS[2], DAYS[3]) == {
        HOMES: ("course",),  # the last news was about 2022-02-01
        WORK: ("status", "course", "last_news", "reports"),
        MONEY: ("commitment",),
        TALKS: ("course", "deadline"),  # nothing was told of the year that ended on 2023-01-01
        OTHER: ("commitment",),
    }
    assert told(DAYS[3]) == {
        HOMES: ("substantial", "silent"),
        WORK: ("complete", "complete"),
        LAW: ("no_evidence", "silent"),
        MONEY: ("no_evidence", "silent"),
        TALKS: ("limited", "late"),
        OTHER: ("no_evidence", "silent"),
    }
    assert state(DAYS[2]).tracked[MONEY].commitment.title == words(f"Promise {MONEY}")
    assert state(DAYS[3]).tracked[MONEY].commitment.title == words("More money")


def test_the_clock_runs_out_from_one_day_to_the_next(history: None) -> None:
    """A year after 2022-02-01 there are 365 days without news, on the day after 366."""
    assert differing(date(2023, 2, 1), date(2023, 2, 2)) == {HOMES: ("course",)}


@pytest.mark.parametrize("day", DAYS)
def test_without_anything_between_nothing_differs(history: None, day: date) -> None:
    assert changes(state(day), state(day)) == ()
    assert differing(date(2022, 3, 15), date(2022, 4, 15)) == {}


def test_a_later_event_changes_no_earlier_review(history: None) -> None:
    before = [state(day) for day in DAYS]
    tell(HOMES, "complete", date(2022, 1, 1), at(2024, 1, 1))
    load(plans(PROMISES[1]), at(2024, 1, 1))
    assert [state(day) for day in DAYS] == before
    assert list(told(date(2024, 1, 1))) == [WORK]


def counts(on: date) -> dict[str, dict[str, Counts]]:
    found = state(on)
    kinds: tuple[By, ...] = ("area", "owner", "plan")
    return {by: {name: counted(tracked) for name, tracked in found.parts(by).items()} for by in kinds}


def test_a_review_counts_by_area_owner_and_plan(history: None) -> None:
    assert state(DAYS[2]).counts == Counts(late=1, silent=2, on_course=2)
    assert counts(DAYS[2]) == {
        "area": {"employment": Counts(late=1, silent=1), "housing": Counts(silent=1, on_course=2)},
        "owner": {  # one has two owners, one has none
            "ministry": Counts(late=1, silent=1, on_course=2),
            "": Counts(silent=1),
            "cities": Counts(late=1),
        },
        "plan": {"P1": Counts(late=1, silent=2, on_course=2)},
    }
    assert state(DAYS[3]).counts == Counts(late=1, silent=4, complete=1)
    assert counts(DAYS[3])["plan"] == {"P1": Counts(late=1, silent=3, complete=1), "P2": Counts(silent=1)}
    assert state(DAYS[3]).counts.total == 6
