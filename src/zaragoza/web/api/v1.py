"""Version 1 of the API: releases, catalogue, observations, scoreboard, and what was promised."""

from __future__ import annotations

from urllib.parse import urlencode

from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.urls import reverse
from ninja import NinjaAPI

from zaragoza.web.api import schemas
from zaragoza.web.api.answer import REFUSED, answer, following
from zaragoza.web.api.asking import Asked, asked, asked_release, etag, no_parameters
from zaragoza.web.api.catalogue import described
from zaragoza.web.api.formats import as_json, content
from zaragoza.web.api.parameters import of_nothing, of_release, of_table
from zaragoza.web.api.promises import router
from zaragoza.web.api.reference import Reference
from zaragoza.web.api.refusal import RequestError
from zaragoza.web.api.tables import MEDIA, OBSERVATIONS, RATINGS, Shape, choose
from zaragoza.web.definitions import catalogue as known_definitions
from zaragoza.web.releases.edition import edition
from zaragoza.web.releases.models import Installed

api = NinjaAPI(
    title="Zaragoza",
    version="1",
    description=(
        "Every published figure of the releases of this site, and what was promised, by whom, and what became of it."
        " No key is needed. A release never changes; what is hidden is null, with its reason. Whoever asks too often is"
        " answered 429 and told when to ask again."
    ),
    urls_namespace="api-v1",
    docs=Reference(),
)
api.add_router("", router)


@api.exception_handler(RequestError)
def _refused(request: HttpRequest, error: RequestError) -> HttpResponse:
    return error.answer


@api.get("/releases", response={200: schemas.Releases} | REFUSED, openapi_extra=of_nothing())
def releases(request: HttpRequest) -> HttpResponseBase:
    """All installed releases, and which is the latest of its series."""
    no_parameters(request)
    found = Installed.objects.select_related("series").order_by("series__place", "-activated_at", "-id")
    listed = [_release(request, each) for each in found]
    return answer(request, etag(listed), MEDIA["json"], lambda: as_json({"releases": listed}))


@api.get("/catalogue", response={200: schemas.Catalogue} | REFUSED, openapi_extra=of_release())
def catalogue(request: HttpRequest) -> HttpResponseBase:
    """The definitions of a release, in English and Dutch, and the values of each dimension."""
    found = asked_release(request)
    of = edition(found.series_id, found.release)
    tag = etag(found.checksum)
    return answer(request, tag, MEDIA["json"], lambda: as_json(described(of, known_definitions())))


@api.get(
    "/observations", response={200: schemas.Observations} | REFUSED, openapi_extra=of_table(OBSERVATIONS)
)
def observations(request: HttpRequest) -> HttpResponseBase:
    """Figures of a release, with error and status, by any of their dimensions."""
    return _rows(request, OBSERVATIONS)


@api.get("/scoreboard", response={200: schemas.Scoreboard} | REFUSED, openapi_extra=of_table(RATINGS))
def scoreboard(request: HttpRequest) -> HttpResponseBase:
    """Ratings of places among others, with the probability that they are right."""
    return _rows(request, RATINGS)


def _rows(request: HttpRequest, shape: Shape) -> HttpResponseBase:
    wanted = asked(request, shape)
    links: list[str] = []

    def made() -> bytes:
        chosen = choose(wanted.edition, shape, wanted.where, wanted.cursor, wanted.limit)
        if chosen.last is not None:
            links.append(_following(request, wanted, chosen.last))
        return content(wanted, shape, chosen, links[0] if links else None)

    response = answer(request, wanted.etag, MEDIA[wanted.format], made)
    if links:
        response["Link"] = f'<{links[0]}>; rel="next"'
    if wanted.format in ("csv", "parquet"):
        name = f"{wanted.edition.series}-{wanted.edition.release}-{shape.table}.{wanted.format}"
        response["Content-Disposition"] = f'attachment; filename="{name}"'
    return response


def _following(request: HttpRequest, wanted: Asked, last: int) -> str:
    """The address of the next page: of this release, also when there is a later one by then."""
    of = {"series": wanted.edition.series, "release": wanted.edition.release}
    return following(request, **of, format=wanted.format, cursor=str(last))


def _release(request: HttpRequest, each: Installed) -> dict[str, object]:
    of = edition(each.series_id, each.release)

    def address(name: str) -> str:
        named = urlencode({"series": each.series_id, "release": each.release})
        return request.build_absolute_uri(f"{reverse(f'api-v1:{name}')}?{named}")

    return {
        "series": each.series_id,
        "release": each.release,
        "latest": each.series.latest_id == each.pk,
        "title": {"en": of.title.en, "nl": of.title.nl},
        "synthetic": of.synthetic,
        "made_at": each.made_at.isoformat(),
        "activated_at": each.activated_at.isoformat(),
        "checksum": each.checksum,
        "catalogue": address("catalogue"),
        "observations": address("observations"),
        "scoreboard": address("scoreboard") if of.has(RATINGS.table) else None,
    }
