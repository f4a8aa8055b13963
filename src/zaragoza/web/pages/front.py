"""Where readers come in: the latest release, and the list of all."""

from __future__ import annotations

from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import Resolver404, resolve, reverse
from django.views.decorators.http import require_safe

from zaragoza.web.pages.frame import page
from zaragoza.web.releases.edition import Edition, edition
from zaragoza.web.releases.models import Installed, Series


@require_safe
def latest(request: HttpRequest, series: str = "", rest: str = "") -> HttpResponse:
    """To the latest release of a monitor; without one, of the first that has such a page."""
    for each in _asked(series):
        address = f"{reverse('releases')}{each.series}/{each.release}/{rest}"
        if rest and not rest.endswith("/"):
            address += "/"
        if _there(each, address):
            query = request.META.get("QUERY_STRING", "")
            return HttpResponseRedirect(f"{address}?{query}" if query else address)
    if series or rest:
        raise Http404
    return page(request, "empty", status=503)


@require_safe
def releases(request: HttpRequest) -> HttpResponse:
    """Every release that is or ever was shown."""
    found = Installed.objects.select_related("series", "series__latest").order_by(
        "series__place", "-activated_at"
    )
    listed: dict[str, list[tuple[Edition, bool]]] = {}
    for each in found:
        current = each.series.latest_id == each.pk
        listed.setdefault(each.series_id, []).append((edition(each.series_id, each.release), current))
    return page(request, "releases", listed=list(listed.values()))


def _asked(series: str) -> list[Edition]:
    found = Series.objects.select_related("latest").exclude(latest=None)
    if series:
        found = found.filter(monitor=series)
    return [edition(each.monitor, each.latest.release) for each in found if each.latest is not None]


def _there(each: Edition, address: str) -> bool:
    """Whether a release has the page: those of an indicator, of a place, and the scoreboard can be lacking."""
    try:
        match = resolve(address)
    except Resolver404:
        return False
    found = match.kwargs
    if "rest" in found or (match.url_name == "scoreboard" and not each.has("ratings")):
        return False
    indicator, place = found.get("indicator"), found.get("place")
    return (indicator is None or indicator in each.indicators) and (place is None or place in each.places)
