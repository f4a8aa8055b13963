"""How a commitment stands, from the definitions of docs/howto/promises.md; dates are worked by hand."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.promises.made_up import PLAN, at, commitment, deadline, milestone, report
from zaragoza.model.plan import STATUSES, Deadline
from zaragoza.model.progress import TrackingRule
from zaragoza.model.text import Text
from zaragoza.web.promises.standing import COURSES, DeadlineStanding, Standing, later, standing

RULE = TrackingRule(id="year", silent_after_days=365, source=Text("ours", "van ons"), since=date(2000, 1, 1))


def stand(
    on: date, *reports: Any, by: Deadline | None = None, milestones: Any = (), until: date | None = None
) -> Standing:
    plan = replace(PLAN, until=until)
    return standing(commitment(deadline=by), plan, reports, milestones, on, RULE)


# Status: the latest report with evidence.


def test_without_a_report_there_is_no_evidence_and_it_is_silent() -> None:
    found = stand(date(2020, 1, 31))
    assert (found.status, found.course, found.last_news, found.days_silent) == (
        "no_evidence",
        "silent",
        None,
        30,
    )


def test_a_report_without_evidence_counts_for_nothing() -> None:
    told = report(status="complete", evidence=())
    assert stand(date(2021, 2, 1), told) == stand(date(2021, 2, 1))
    assert stand(date(2021, 2, 1), report(1), replace(told, id=report(2).id)).status == "limited"


def test_the_report_about_the_latest_day_counts_whenever_it_was_published() -> None:
    late = report(1, status="substantial", reported_on=date(2021, 6, 1), published_at=at(2021, 6, 2))
    early = report(2, status="not_started", reported_on=date(2021, 3, 1), published_at=at(2021, 9, 1))
    assert stand(date(2021, 10, 1), late, early).status == "substantial"
    assert stand(date(2021, 10, 1), early, late).last_news == date(2021, 6, 1)


def test_of_one_day_the_one_published_last_counts() -> None:
    first = report(2, status="complete", published_at=at(2021, 1, 2))
    correction = report(1, status="limited", published_at=at(2021, 1, 3))
    assert stand(date(2021, 2, 1), correction, first).status == "limited"


def test_evidence_may_show_that_nothing_can_be_shown() -> None:
    """A later report takes an earlier status back."""
    back = report(2, status="no_evidence", reported_on=date(2021, 2, 1), published_at=at(2021, 2, 2))
    found = stand(date(2021, 3, 1), report(1), back)
    assert (found.status, found.course, found.last_news) == ("no_evidence", "on_course", date(2021, 2, 1))


# The clock: 2021-01-01 and 365 days are 2022-01-01.


@pytest.mark.parametrize(
    ("on", "course", "days"),
    [
        (date(2021, 1, 1), "on_course", 0),
        (date(2022, 1, 1), "on_course", 365),
        (date(2022, 1, 2), "silent", 366),
    ],
)
def test_the_clock_runs_out_after_the_limit(on: date, course: str, days: int) -> None:
    found = stand(on, report())
    assert (found.course, found.days_silent) == (course, days)


def test_who_has_done_it_is_never_silent() -> None:
    assert stand(date(2035, 1, 1), report(status="complete")).course == "complete"


# Deadlines.


def test_no_deadline_is_no_deadline() -> None:
    assert stand(date(2030, 1, 1)).deadline == DeadlineStanding(state="none")


def test_words_without_a_day_never_pass() -> None:
    found = stand(date(2030, 1, 1), by=deadline(precision="not_a_date"))
    assert (found.deadline, found.course) == (DeadlineStanding(state="not_a_date"), "silent")


@pytest.mark.parametrize(
    ("on", "state", "course"),
    [(date(2021, 6, 30), "due", "on_course"), (date(2021, 7, 1), "passed", "late")],
)
def test_a_deadline_passes_after_its_day(on: date, state: str, course: str) -> None:
    found = stand(on, report(status="substantial"), by=deadline(date(2021, 6, 30), precision="period_end"))
    assert (found.deadline, found.course) == (DeadlineStanding(state=state, by=date(2021, 6, 30)), course)


def test_late_goes_before_silent_and_complete_before_late() -> None:
    by = deadline(date(2021, 6, 30))
    assert stand(date(2025, 1, 1), by=by).course == "late"
    assert stand(date(2025, 1, 1), report(status="complete"), by=by).course == "complete"


@pytest.mark.parametrize(
    ("status", "state", "course"),
    [
        ("not_started", "passed", "late"),
        ("no_evidence", "passed", "late"),
        ("limited", "met", "on_course"),
        ("substantial", "met", "on_course"),
    ],
)
def test_what_is_to_start_is_late_until_it_has_begun(status: str, state: str, course: str) -> None:
    found = stand(date(2021, 6, 1), report(status=status), by=deadline(date(2021, 3, 1), precision="start"))
    assert (found.deadline, found.course) == (DeadlineStanding(state=state, by=date(2021, 3, 1)), course)
    before = stand(date(2021, 3, 1), report(status=status), by=deadline(date(2021, 3, 1), precision="start"))
    assert before.deadline.state == "due"


# Recurrent: every year from the plan of 2020-01-01 on, so rounds end on each first of January.

YEARLY = deadline(every="P1Y")


@pytest.mark.parametrize(
    ("on", "reported", "state", "by"),
    [
        (date(2020, 6, 1), None, "due", date(2021, 1, 1)),  # the first round runs
        (date(2021, 1, 1), None, "due", date(2021, 1, 1)),  # its last day
        (date(2021, 1, 2), None, "passed", date(2021, 1, 1)),  # it was missed
        (date(2021, 1, 2), date(2020, 12, 1), "due", date(2022, 1, 1)),  # it was met
        (date(2021, 1, 2), date(2021, 1, 2), "due", date(2022, 1, 1)),  # later, but done
        (date(2022, 1, 2), date(2021, 1, 1), "passed", date(2022, 1, 1)),  # of the round before
        (date(2022, 1, 2), date(2021, 1, 2), "due", date(2023, 1, 1)),  # of this round
    ],
)
def test_rounds_of_a_recurrent_deadline(on: date, reported: date | None, state: str, by: date) -> None:
    told = [report(reported_on=reported, published_at=at(2022, 1, 2))] if reported else []
    found = stand(on, *told, by=YEARLY)
    assert found.deadline == DeadlineStanding(state=state, by=by, recurrent=True)
    assert (found.course == "late") == (state == "passed")


def test_a_round_is_not_met_by_telling_that_nothing_was_done() -> None:
    told = report(status="not_started", reported_on=date(2020, 12, 1))
    assert stand(date(2021, 1, 2), told, by=YEARLY).deadline.state == "passed"


def test_the_first_round_ends_on_the_day_that_is_named() -> None:
    half_yearly = deadline(date(2021, 12, 31), every="P6M")
    assert stand(date(2021, 12, 31), by=half_yearly).deadline.by == date(2021, 12, 31)
    missed = stand(date(2022, 1, 1), report(reported_on=date(2021, 6, 30)), by=half_yearly).deadline
    assert (missed.state, missed.by) == ("passed", date(2021, 12, 31))
    met = stand(date(2022, 1, 1), report(reported_on=date(2021, 7, 1)), by=half_yearly).deadline
    assert (met.state, met.by) == ("due", date(2022, 6, 30))


def test_after_the_time_of_the_plan_nothing_more_is_due() -> None:
    until = date(2021, 12, 31)  # the round that would end on 2022-01-01 does not count
    met = stand(date(2025, 1, 1), report(reported_on=date(2020, 5, 1)), by=YEARLY, until=until)
    assert (met.deadline, met.course) == (
        DeadlineStanding(state="met", by=date(2021, 1, 1), recurrent=True),
        "silent",
    )
    missed = stand(date(2025, 1, 1), by=YEARLY, until=until)
    assert (missed.deadline.state, missed.deadline.by) == ("passed", date(2021, 1, 1))


@pytest.mark.parametrize(
    ("day", "every", "times", "expected"),
    [
        (date(2020, 2, 29), "P1Y", 1, date(2021, 2, 28)),
        (date(2020, 2, 29), "P1Y", 4, date(2024, 2, 29)),
        (date(2020, 12, 31), "P6M", 1, date(2021, 6, 30)),
        (date(2020, 12, 31), "P6M", 2, date(2021, 12, 31)),  # from the first day, so that nothing drifts
        (date(2021, 6, 30), "P6M", -1, date(2020, 12, 30)),
        (date(2021, 11, 15), "P3M", 1, date(2022, 2, 15)),
        (date(2021, 1, 1), "P2W", 2, date(2021, 1, 29)),
        (date(2021, 1, 1), "P10D", 3, date(2021, 1, 31)),
    ],
)
def test_rounds_in_the_calendar(day: date, every: str, times: int, expected: date) -> None:
    assert later(day, every, times) == expected


@pytest.mark.parametrize("every", ["", "P0Y", "P1Y6M", "PT1H", "yearly"])
def test_what_is_no_duration_of_one_unit(every: str) -> None:
    with pytest.raises(ValueError, match="P1Y"):
        later(date(2021, 1, 1), every, 1)


# Milestones.


@pytest.mark.parametrize(
    ("due", "reached", "course"),
    [
        (date(2021, 3, 1), None, "late"),
        (date(2021, 3, 1), date(2021, 3, 9), "on_course"),  # later, but reached
        (date(2021, 4, 1), None, "on_course"),  # its last day
        (None, None, "on_course"),
    ],
)
def test_a_missed_milestone_is_a_passed_deadline(due: date | None, reached: date | None, course: str) -> None:
    step = milestone(due=due, reached_on=reached)
    found = stand(date(2021, 4, 1), report(), milestones=(step,))
    assert found.course == course
    assert found.missed == ((step,) if course == "late" else ())


# Any history: one course, and the one that the definitions say.

DAYS = st.dates(date(2020, 1, 1), date(2026, 12, 31))
REPORTS = st.lists(st.tuples(DAYS, st.sampled_from(STATUSES), st.booleans()), max_size=5)


@given(on=DAYS, told=REPORTS, by=st.none() | DAYS, due=st.none() | DAYS, reached=st.booleans())
def test_each_commitment_has_the_one_course_that_is_defined(
    on: date, told: list[tuple[date, str, bool]], by: date | None, due: date | None, reached: bool
) -> None:
    """The definitions again, as plain sets of facts."""
    reports = [
        report(
            number,
            status=status,
            reported_on=day,
            published_at=at(2027, 1, 1),
            evidence=report().evidence if shown else (),
        )
        for number, (day, status, shown) in enumerate(told)
    ]
    step = milestone(due=due, reached_on=due if reached else None)
    found = stand(on, *reports, by=deadline(by) if by else None, milestones=(step,))
    borne_out = [(day, number, status) for number, (day, status, shown) in enumerate(told) if shown]
    status = max(borne_out)[2] if borne_out else "no_evidence"
    facts = {
        "complete": status == "complete",
        "late": bool(by and by < on) or bool(due and due < on and not reached),
        "silent": not any(on - day <= timedelta(days=365) for day, _, _ in borne_out),
        "on_course": True,
    }
    assert found.status == status
    assert found.course == next(name for name, holds in facts.items() if holds)
    assert set(COURSES) == facts.keys()
