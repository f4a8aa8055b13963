"""The review: what became of the promises by a day, by area and actor, with the figures of a release beside it."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import UTC, date, datetime, time

from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils.translation import gettext, ngettext

from zaragoza.publish import numbers
from zaragoza.publish.report import Part, Point, Report, Table, as_pdf
from zaragoza.publish.view import Sheet, headline_groups
from zaragoza.web.definitions import catalogue
from zaragoza.web.pages import promised
from zaragoza.web.pages.commitment import finding
from zaragoza.web.pages.frame import area_title, language, of_release, page, place_name
from zaragoza.web.pages.happened import happened
from zaragoza.web.promises.standing import COURSES
from zaragoza.web.promises.state import State, Tracked, counted, state, today
from zaragoza.web.releases.edition import Edition


@of_release
def review(request: HttpRequest, edition: Edition) -> HttpResponse:
    """The review as a page that can be printed."""
    on, since = _days(request)
    report = _report(on, since, edition)
    return page(request, "review", edition, on=on, since=since, report=report, today=today())


@of_release
def as_file(request: HttpRequest, edition: Edition) -> HttpResponse:
    """The same as PDF."""
    on, since = _days(request)
    made = as_pdf(_report(on, since, edition), datetime.combine(on, time(), UTC))
    return HttpResponse(made, content_type="application/pdf")


def _days(request: HttpRequest) -> tuple[date, date | None]:
    """The day of the review, and the earlier day that it is compared with.

    The first is today where the address names none, or one that is still to come; the other is none then.
    """
    on = min(_day(request, "at") or today(), today())
    since = _day(request, "since")
    return on, since if since and since < on else None


def _day(request: HttpRequest, name: str) -> date | None:
    try:
        return date.fromisoformat(request.GET.get(name, ""))
    except ValueError:
        return None


def _report(day: date, since: date | None, edition: Edition) -> Report:
    found, addresses = state(day), promised.addresses(edition)
    on = numbers.date(day, language())
    return Report(
        language=language(),
        title=gettext("Review of the promises"),
        about=_sentence(gettext("On %(date)s") % {"date": on}, found.tracked.values()),
        foot=gettext("State of %(date)s; figures of release %(release)s")
        % {"date": on, "release": f"{edition.series} {edition.release}"},
        parts=(
            _reading(found),
            *([happened(state(since), found, addresses)] if since else []),
            _table("by-area", gettext("By area"), gettext("Area"), _named(found, "area")),
            _table("by-actor", gettext("By actor"), gettext("Actor"), _named(found, "owner")),
            _table("by-document", gettext("By document"), gettext("Document"), _named(found, "plan")),
            *_areas(found, edition, addresses),
        ),
    )


def _reading(found: State) -> Part:
    days = found.plans.catalogue.tracking_rule(found.on).silent_after_days
    return Part(
        gettext("How to read it"),
        "reading",
        words=(
            gettext("A commitment has a status only where there is evidence.")
            + " "
            + gettext("Late: a deadline has passed without evidence that it was kept.")
            + " "
            + ngettext(
                "Silent: no news with evidence for more than one day, or never.",
                "Silent: no news with evidence for more than %(num)s days, or never.",
                days,
            )
            % {"num": numbers.count(days, language())},
            gettext("It says what this site showed on that day. What was reported later is not in it."),
        ),
    )


def _named(found: State, by: str) -> Iterator[tuple[str, Sequence[Tracked]]]:
    """The parts of a state with their titles, in the order of the catalogue; last what no owner is named for."""
    known = found.plans
    parts = found.parts(by)  # type: ignore[arg-type]  # one of the three
    titles = {
        "area": {name: area_title(name) for name in catalogue().areas},
        "owner": {name: each.title[language()] for name, each in known.organisations.items()}
        | {"": gettext("not stated")},
        "plan": {
            name: catalogue().documents[each.document].title[language()] for name, each in known.plans.items()
        },
    }[by]
    yield from ((title, parts[name]) for name, title in titles.items() if name in parts)


def _table(id: str, title: str, first: str, parts: Iterable[tuple[str, Sequence[Tracked]]]) -> Part:
    rows = []
    for name, tracked in parts:
        counts = counted(tracked)
        of_each = (counts.total, *(getattr(counts, course) for course in COURSES))
        rows.append((name[:1].upper() + name[1:], *(numbers.count(number, language()) for number in of_each)))
    head = (first, gettext("Commitments"), *(promised.course_word(course) for course in COURSES))
    return Part(title, id, tables=(Table(title, head, tuple(rows)),))


def _areas(found: State, edition: Edition, addresses: Mapping[str, str]) -> Iterator[Part]:
    """Of each area what was reported, what is late, and what the release's figures say."""
    sheets = edition.sheets(edition.front_place)
    parts = found.parts("area")
    for area in catalogue().areas:
        tracked = parts.get(area, ())
        own = [sheet for sheet in sheets if sheet.indicator.area == area]
        if tracked:
            yield Part(area_title(area), area, words=(_sentence("", tracked),))
            yield from _lists(area, tracked, addresses)
            if own:
                yield _figures(area, own, edition)


def _lists(area: str, tracked: Sequence[Tracked], addresses: Mapping[str, str]) -> Iterator[Part]:
    reported = [each for each in tracked if each.standing.status != "no_evidence"]
    late = [each for each in tracked if each.standing.course == "late"]
    for id, title, listed in (
        ("reported", gettext("Reported with evidence"), reported),
        ("late", gettext("Late"), late),
    ):
        if listed:
            points = tuple(_point(each, addresses) for each in promised.waiting(listed))
            yield Part(title, f"{area}-{id}", level=2, points=points)


def _figures(area: str, sheets: Sequence[Sheet], edition: Edition) -> Part:
    groups = headline_groups(edition.monitor)
    place = place_name(edition.front_place)
    points = []
    for sheet in sheets:
        words = finding(sheet.section(groups.id) if groups else None, sheet.indicator)
        address = reverse("indicator", args=(edition.series, edition.release, sheet.indicator.id))
        points.append(
            Point(sheet.indicator.title[language()], words or gettext("no group is shown"), address)
        )
    title = gettext("The figures beside it: %(place)s") % {"place": place}
    return Part(title, f"{area}-figures", level=2, points=tuple(points))


def _point(each: Tracked, addresses: Mapping[str, str]) -> Point:
    """A commitment in a line: how far it is, and its deadline."""
    told = [promised.status_word(each.standing.status)]
    if each.standing.last_news:
        told.append(
            gettext("last news of %(date)s") % {"date": numbers.date(each.standing.last_news, language())}
        )
    deadline = each.standing.deadline
    if deadline.state == "passed" and deadline.by:
        told.append(
            gettext("the deadline of %(date)s has passed") % {"date": numbers.date(deadline.by, language())}
        )
    told += [
        gettext("missed: %(milestone)s") % {"milestone": milestone.title[language()]}
        for milestone in each.standing.missed
    ]
    title = each.commitment.title[language()]
    return Point(title, "; ".join(told) + ".", addresses.get(each.commitment.id, ""))


def _sentence(start: str, tracked: Iterable[Tracked]) -> str:
    """How many there are, and of which course."""
    counts = counted(tracked)
    parts = ", ".join(
        f"{numbers.count(getattr(counts, course), language())} {promised.course_word(course)}"
        for course in COURSES
    )
    total = ngettext("one commitment", "%(num)s commitments", counts.total) % {
        "num": numbers.count(counts.total, language())
    }
    words = f"{start}: {total}: {parts}." if start else f"{total}: {parts}."
    return words[:1].upper() + words[1:]
