"""Where readers come in: the latest release, and the list of all."""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping

from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import Resolver404, resolve, reverse
from django.utils.encoding import escape_uri_path
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from zaragoza.web.definitions import catalogue
from zaragoza.web.pages import areas
from zaragoza.web.pages.frame import page
from zaragoza.web.pages.promised import now
from zaragoza.web.promises.withdrawn import withdrawn
from zaragoza.web.releases.edition import Edition, edition
from zaragoza.web.releases.models import Installed, Series


@require_safe
def latest(request: HttpRequest, series: str = "", rest: str = "") -> HttpResponse:
    """To the latest release of a monitor; without one, of the first that has such a page."""
    for each in _best_first(latest_editions(series), rest):
        start = f"{reverse('releases')}{each.series}/{each.release}/{rest}"
        for address in (start, f"{start}/"):  # of a file; of a page that was asked without its last sign
            if _there(each, address):
                query, escaped = request.META.get("QUERY_STRING", ""), escape_uri_path(address)
                return HttpResponseRedirect(f"{escaped}?{query}" if query else escaped)
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


def missing(request: HttpRequest, exception: Exception | None = None) -> HttpResponse:
    """What an address that leads nowhere is answered with."""
    return page(request, "missing", status=404)


@never_cache
def failed(request: HttpRequest) -> HttpResponse:
    """What is answered where the site itself fails, also without its database; the log tells how, and no page does."""
    return page(request, "failed", status=500)


def latest_editions(series: str = "") -> list[Edition]:
    """The latest release of each monitor, or of one."""
    found = Series.objects.select_related("latest").exclude(latest=None)
    if series:
        found = found.filter(monitor=series)
    return [edition(each.monitor, each.latest.release) for each in found if each.latest is not None]


def _best_first(editions: list[Edition], rest: str) -> list[Edition]:
    """Those with figures of what a commitment should move, or of an area, come first; else the order stays."""
    part, _, name = rest.strip("/").partition("/")
    found = now()
    if part == "plan" and name in found.tracked:
        wanted = {each.id for each in found.plans.indicators_of(found.tracked[name].commitment)}
    elif part == "areas":
        wanted = {each.id for each in catalogue().indicators.values() if each.area == name}
    else:
        return editions
    return sorted(editions, key=lambda each: not wanted & each.indicators.keys())


def _there(each: Edition, address: str) -> bool:
    """Whether a release has the page: what only some releases can show may be lacking."""
    try:
        match = resolve(address)
    except Resolver404:
        return False
    needs = {"scoreboard": each.rates, "documents": each.states, "compare": each.compares}
    named: Mapping[str, Callable[[], Collection[str]]] = {
        "indicator": lambda: each.indicators,
        "place": lambda: each.places,
        "file": lambda: each.files,
        "area": lambda: areas.there(each, now()),
        "commitment": lambda: now().tracked.keys() | withdrawn("commitment").keys(),
    }
    return (
        "rest" not in match.kwargs
        and needs.get(match.url_name or "", True)
        and all(value in named[name]() for name, value in match.kwargs.items() if name in named)
    )
