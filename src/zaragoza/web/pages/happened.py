"""What happened between two days: the part of a review that tells in what it differs from that of an earlier day."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence

from django.utils.translation import gettext, ngettext

from zaragoza.model.progress import Milestone
from zaragoza.publish import numbers
from zaragoza.publish.report import Part, Point
from zaragoza.web.definitions import catalogue
from zaragoza.web.pages.frame import language
from zaragoza.web.pages.promised import course_word, stated_when, status_word
from zaragoza.web.promises.changes import StandingChange, changes
from zaragoza.web.promises.standing import DeadlineStanding
from zaragoza.web.promises.state import State, Tracked


def happened(earlier: State, later: State, addresses: Mapping[str, str]) -> Part:
    """Everything that makes the review of the later day another one than that of the earlier.

    Args:
        earlier: the state of the earlier day.
        later: that of the day of the review.
        addresses: of the pages of commitments.
    """
    found = changes(earlier, later)
    stated = Counter(
        each.after.plan.id for each in found if each.after and each.after.plan.id not in earlier.plans.plans
    )
    others = [each for each in found if each.after is None or each.after.plan.id not in stated]
    points = [_stated(plan, number, later) for plan, number in stated.items()]
    points += [_changed(each, addresses) for each in others]
    on = {"date": _date(earlier)}
    told = ngettext(
        "One commitment stands otherwise than on %(date)s.",
        "%(num)s commitments stand otherwise than on %(date)s.",
        len(found),
    ) % (on | {"num": numbers.count(len(found), language())})
    words = told if found else gettext("No commitment stands otherwise than on %(date)s.") % on
    title = gettext("What happened since %(date)s") % on
    return Part(title, "happened", words=(words,), points=tuple(points))


def _date(of: State) -> str:
    return numbers.date(of.on, language())


def _stated(plan: str, number: int, later: State) -> Point:
    """A plan that was not public on the earlier day: all its commitments are new."""
    known = later.plans.plans[plan]
    words = ngettext(
        "stated %(when)s, with one commitment.", "stated %(when)s, with %(num)s commitments.", number
    ) % {"when": stated_when(known), "num": numbers.count(number, language())}
    return Point(catalogue().documents[known.document].title[language()], words)


def _changed(change: StandingChange, addresses: Mapping[str, str]) -> Point:
    before, after = change.before, change.after
    shown = after or before
    assert shown is not None  # noqa: S101 - a change has one side at least
    if before is None or after is None:
        told = [gettext("stated again") if before is None else gettext("no longer stated")]
    else:
        told = [words for field in change.fields for words in _TOLD[field](before, after)]
    title = shown.commitment.title[language()]
    return Point(title, "; ".join(told) + ".", addresses.get(change.commitment, ""))


def _words(before: Tracked, after: Tracked) -> Iterator[str]:
    yield gettext("its words were changed")


def _status(before: Tracked, after: Tracked) -> Iterator[str]:
    sides = {"before": status_word(before.standing.status), "after": status_word(after.standing.status)}
    yield gettext("progress: from “%(before)s” to “%(after)s”") % sides


def _course(before: Tracked, after: Tracked) -> Iterator[str]:
    sides = {"before": course_word(before.standing.course), "after": course_word(after.standing.course)}
    yield gettext("from “%(before)s” to “%(after)s”") % sides


def _deadline(before: Tracked, after: Tracked) -> Iterator[str]:
    """Where the document names another deadline, or none any more, its words were changed."""
    found: DeadlineStanding = after.standing.deadline
    words: Mapping[str, str] = {
        "passed": gettext("the deadline of %(date)s has passed"),
        "due": gettext("due by %(date)s"),
        "met": gettext("the deadline of %(date)s was met"),
    }
    if found.by is not None and found.state in words:
        yield words[found.state] % {"date": numbers.date(found.by, language())}


def _news(before: Tracked, after: Tracked) -> Iterator[str]:
    news = after.standing.last_news
    if news is None:
        yield gettext("no news is left")
    else:
        yield gettext("last news of %(date)s") % {"date": numbers.date(news, language())}


def _missed(before: Tracked, after: Tracked) -> Iterator[str]:
    known = {each.id for each in before.standing.missed}
    yield from _named(
        gettext("missed: %(milestone)s"), [each for each in after.standing.missed if each.id not in known]
    )


def _reports(before: Tracked, after: Tracked) -> Iterator[str]:
    sides = {each.id for each in before.reports}, {each.id for each in after.reports}
    added, withdrawn = len(sides[1] - sides[0]), len(sides[0] - sides[1])
    if added:
        words = ngettext("one report was added", "%(num)s reports were added", added)
        yield words % {"num": numbers.count(added, language())}
    if withdrawn:
        words = ngettext("one report was withdrawn", "%(num)s reports were withdrawn", withdrawn)
        yield words % {"num": numbers.count(withdrawn, language())}


def _milestones(before: Tracked, after: Tracked) -> Iterator[str]:
    earlier = {each.id: each for each in before.milestones}
    later = {each.id: each for each in after.milestones}
    reached = [
        each
        for each in after.milestones
        if each.reached_on and not (each.id in earlier and earlier[each.id].reached_on)
    ]
    new = [each for each in after.milestones if each.id not in earlier and each not in reached]
    yield from _named(gettext("reached: %(milestone)s"), reached)
    yield from _named(gettext("new milestone: %(milestone)s"), new)
    gone = [each for each in before.milestones if each.id not in later]
    yield from _named(gettext("milestone withdrawn: %(milestone)s"), gone)


def _named(words: str, milestones: Sequence[Milestone]) -> Iterator[str]:
    for each in milestones:
        yield words % {"milestone": each.title[language()]}


# How each field in which a commitment stands otherwise is told.
_TOLD: Mapping[str, Callable[[Tracked, Tracked], Iterator[str]]] = {
    "commitment": _words,
    "status": _status,
    "course": _course,
    "deadline": _deadline,
    "last_news": _news,
    "missed": _missed,
    "reports": _reports,
    "milestones": _milestones,
}
