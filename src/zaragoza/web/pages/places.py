"""Places: which there are, and how one does."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from functools import partial
from typing import Any

from django.http import Http404, HttpRequest, HttpResponse

from zaragoza.model.classification import TOTAL
from zaragoza.publish.view import Sheet, headline_groups
from zaragoza.web.pages.frame import of_release, page, place_name
from zaragoza.web.pages.monitoring import monitored
from zaragoza.web.pages.ratings import Rated, Rating, ratings_of, rule_of
from zaragoza.web.pages.selection import Choice, chosen
from zaragoza.web.releases import shelf
from zaragoza.web.releases.edition import Edition

_STRONG, _WEAK = 2, -2  # categories from which a profile names an indicator


@of_release
def listed(request: HttpRequest, edition: Edition) -> HttpResponse:
    """Every place with figures."""
    return page(
        request, "places", edition, places=sorted(edition.places, key=partial(place_name, of=edition))
    )


@of_release
def one(request: HttpRequest, edition: Edition, place: str) -> HttpResponse:
    """The profile of a place: strengths, points to watch, and every indicator by area."""
    if place not in edition.places:
        raise Http404
    areas: dict[str, list[Sheet]] = {}
    for sheet in edition.sheets(place):
        areas.setdefault(sheet.indicator.area, []).append(sheet)
    groups = headline_groups(edition.monitor)
    return page(
        request,
        "place",
        edition,
        place=place,
        areas=areas,
        groups=groups,
        codes=groups.codes if groups else (),
        **monitored(place),
        **(_profile(request, edition, place) if edition.rates else {"profile": None, "choices": []}),
    )


def _profile(request: HttpRequest, edition: Edition, place: str) -> dict[str, Any]:
    given = ratings_of(edition, place)
    if not given:
        return {"profile": None, "choices": []}
    kinds = {each.key: each for each in given}
    what = kinds[chosen(request, "show", list(kinds), next(iter(kinds)))]
    found = given[what]
    titles = {key: each.title(edition) for key, each in kinds.items()}
    return {
        "profile": what,
        "rule": rule_of(edition),
        "strengths": _strongest(found, lambda category: category >= _STRONG),
        "watch": _strongest(found, lambda category: category <= _WEAK),
        "rated_number": len(found),
        "trends": _trends(edition, what, place),
        "choices": [Choice("show", tuple(kinds), what.key, titles)],
    }


def _strongest(found: Sequence[Rating], wanted: Any) -> list[Rating]:
    """The ratings with such a category, the surest first."""
    rows = [row for row in found if wanted(row["category"])]
    return sorted(rows, key=lambda row: (-abs(row["category"]), -(row["probability"] or 0.0)))


def _trends(edition: Edition, what: Rated, place: str) -> Mapping[str, Rating]:
    if not edition.has("trends"):
        return {}
    rows = shelf.rows(edition.table("trends"), what.where(edition) | {"geo": place})
    return {row["indicator"]: row for row in rows if row.get("sex", TOTAL) == TOTAL}
