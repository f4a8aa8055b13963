"""Places: which there are, and how one does."""

from __future__ import annotations

from django.http import Http404, HttpRequest, HttpResponse

from zaragoza.publish.view import Sheet, headline_groups
from zaragoza.web.pages.frame import of_release, page, place_name
from zaragoza.web.releases import shelf
from zaragoza.web.releases.edition import Edition


@of_release
def listed(request: HttpRequest, edition: Edition) -> HttpResponse:
    """Every place with figures."""
    return page(request, "places", edition, places=sorted(edition.places, key=place_name))


@of_release
def one(request: HttpRequest, edition: Edition, place: str) -> HttpResponse:
    """The profile of a place: where it stands, by area."""
    if place not in edition.places:
        raise Http404
    areas: dict[str, list[Sheet]] = {}
    for sheet in edition.sheets(place):
        areas.setdefault(sheet.indicator.area, []).append(sheet)
    ratings = _ratings(edition, place)
    return page(
        request,
        "place",
        edition,
        place=place,
        areas=areas,
        groups=headline_groups(edition.monitor),
        ratings=ratings,
    )


def _ratings(edition: Edition, place: str) -> list[dict[str, object]]:
    if not edition.has("ratings"):
        return []
    where = {"geo": place, "peers": "_T", "sex": "_T"}
    return [row for row in shelf.rows(edition.table("ratings"), where) if row["category"] is not None]
