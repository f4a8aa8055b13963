"""What pages share of promises: which there are today, in which order, and what is said beside them."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from django.urls import reverse
from django.utils.translation import gettext

from zaragoza.model.indicator import Indicator
from zaragoza.model.plan import Plan, Status
from zaragoza.publish import numbers
from zaragoza.web.definitions import catalogue
from zaragoza.web.pages.frame import language
from zaragoza.web.promises.standing import COURSES, Course
from zaragoza.web.promises.state import State, Tracked, counted, state, today
from zaragoza.web.releases.edition import Edition


def now() -> State:
    """All commitments as they stand today."""
    return state(today())


def waiting(tracked: Iterable[Tracked]) -> list[Tracked]:
    """Commitments, the silent ones first, of those the longest silent."""
    return sorted(
        tracked,
        key=lambda each: (
            COURSES.index(each.standing.course),
            -each.standing.days_silent,
            each.commitment.id,
        ),
    )


def about(indicator: Indicator, found: State) -> list[Tracked]:
    """What was promised that should move an indicator."""
    return waiting(found.tracked[each.id] for each in found.plans.commitments_about(indicator))


def addresses(edition: Edition) -> Mapping[str, str]:
    """Where a release shows each commitment that is stated today."""
    return {
        name: reverse("commitment", args=(edition.series, edition.release, name)) for name in now().tracked
    }


def course_word(course: Course) -> str:
    """A course in the language in force."""
    return {
        "silent": gettext("silent"),
        "late": gettext("late"),
        "on_course": gettext("on course"),
        "complete": gettext("complete"),
    }[course]


def status_word(status: Status) -> str:
    """A status in the language in force."""
    return {
        "no_evidence": gettext("no evidence"),
        "not_started": gettext("not started"),
        "limited": gettext("limited progress"),
        "substantial": gettext("substantial progress"),
        "complete": gettext("complete"),
    }[status]


def stated_when(plan: Plan) -> str:
    """When a plan was stated: on a day, or in a year where the document names no day."""
    if plan.stated_to == "year":
        return gettext("in %(year)s") % {"year": plan.stated_on.year}
    return gettext("on %(date)s") % {"date": numbers.date(plan.stated_on, language())}


def words(found: State) -> Mapping[str, Any]:
    """What the macros of promises need."""
    return {
        "owners": found.plans.organisations,
        "documents": catalogue().documents,
        "terms": catalogue().terms,
        "counted": counted,
        "stated_when": stated_when,
        "COURSES": COURSES,
    }
