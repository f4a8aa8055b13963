"""How countries monitor integration: what a comparison of documents lists of each, and what it leaves open."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django.http import Http404, HttpRequest, HttpResponse

from zaragoza.model.monitoring import CountryMonitoring, Criterion
from zaragoza.web.pages import promised
from zaragoza.web.pages.frame import language, of_site, page, place_name
from zaragoza.web.pages.front import latest_editions
from zaragoza.web.pages.selection import Choice, chosen
from zaragoza.web.promises.state import State, Tracked

NAME, NUMBER = "name", "number"
_HELD = {True: 0, None: 1, False: 2}  # listed, open, not listed


@of_site
def matrix(request: HttpRequest) -> HttpResponse:
    """Countries by criteria; the reader chooses what they are sorted by."""
    found = promised.now()
    criteria = found.plans.criteria
    topics = list(dict.fromkeys(each.topic for each in criteria.values()))
    topic = chosen(request, "topic", topics, "")
    shown = [each for each in criteria.values() if topic in ("", each.topic)]
    sort = chosen(request, "sort", (NAME, NUMBER, *criteria), NAME)
    countries = _sorted(list(found.plans.countries_monitoring.values()), shown, criteria.get(sort), sort)
    return page(
        request,
        "monitoring",
        criteria=shown,
        topics=[name for name in topics if topic in ("", name)],
        countries=countries,
        listed=lambda country: _listed(country, shown),
        topic_choice=Choice("topic", ("", *topics), topic),
        sort_choice=Choice(
            "sort",
            (NAME, NUMBER, *criteria),
            sort,
            {each.id: each.title[language()] for each in criteria.values()},
        ),
        **promised.words(found),
    )


@of_site
def country(request: HttpRequest, place: str) -> HttpResponse:
    """What is listed of one country, topic by topic."""
    found = promised.now()
    known = {each.geo: each for each in found.plans.countries_monitoring.values()}
    if place not in known:
        raise Http404
    topics: dict[str, list[tuple[Criterion, bool | None]]] = {}
    for name, holds in found.plans.held_by(known[place]).items():
        criterion = found.plans.criteria[name]
        topics.setdefault(criterion.topic, []).append((criterion, holds))
    return page(
        request,
        "country",
        country=known[place],
        place=place,
        topics=topics,
        has_figures=any(place in each.places for each in latest_editions()),
        owned=_owned(found, place),
        judged=[
            plan
            for plan in found.plans.plans.values()
            if any(each.geo == place for each in found.plans.positions_on(plan))
        ],
        **promised.words(found),
    )


def monitored(place: str) -> dict[str, Any]:
    """What the page of a place tells of how it monitors, and of what it promised itself."""
    found = promised.now()
    known = {each.geo: each for each in found.plans.countries_monitoring.values()}
    held = list(found.plans.held_by(known[place]).values()) if place in known else []
    return {
        "monitors": (held.count(True), len(held)) if held else None,
        "owned": _owned(found, place),
        **promised.words(found),
    }


def _owned(found: State, place: str) -> list[Tracked]:
    """What its own organisations promised."""
    own = [each for each in found.plans.organisations.values() if each.geo == place]
    names = {each.id for one in own for each in found.plans.commitments_owned(one)}
    return promised.waiting(found.tracked[name] for name in names)


def _sorted(
    countries: list[CountryMonitoring], shown: Sequence[Criterion], by: Criterion | None, sort: str
) -> list[CountryMonitoring]:
    countries.sort(key=lambda each: place_name(each.geo))
    if sort == NUMBER:
        countries.sort(key=lambda each: -_listed(each, shown))
    if by is not None:
        countries.sort(key=lambda each: _HELD[by.holds(each.geo)])
    return countries


def _listed(country: CountryMonitoring, shown: Sequence[Criterion]) -> int:
    return sum(each.holds(country.geo) is True for each in shown)
