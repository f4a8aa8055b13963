"""What is made of a release before readers see it: every page as it first opens, so that its charts are drawn."""

from __future__ import annotations

from collections.abc import Callable, Iterator

from django.conf import settings
from django.test import RequestFactory
from django.urls import resolve, reverse
from django.utils import translation

from zaragoza.model.text import LANGUAGES
from zaragoza.web.pages import areas
from zaragoza.web.pages.frame import of_release
from zaragoza.web.pages.promised import now
from zaragoza.web.pages.tabs import PLACES, tabs
from zaragoza.web.releases.edition import Edition


def prepare(edition: Edition) -> int:
    """Renders all pages of a release in all languages; one that fails keeps the release from being shown.

    Returns:
        How many pages it has.
    """
    return _rendered(edition, addresses)


def prepare_maps(edition: Edition) -> int:
    """Renders its pages by place, as where places lie may come in after the release; the rest is that of `prepare`."""
    return _rendered(edition, by_place)


def _rendered(edition: Edition, addresses: Callable[[Edition], Iterator[str]]) -> int:
    requests = RequestFactory(SERVER_NAME=_host())
    made = 0
    for language in LANGUAGES:
        with translation.override(language):
            for address in addresses(edition):
                match = resolve(address.partition("?")[0])
                values = {k: v for k, v in match.kwargs.items() if k not in ("series", "release")}
                if isinstance(match.func, of_release):
                    match.func.view(requests.get(address), edition, **values)
                    made += 1
    return made


def _host() -> str:
    """A name that the site answers to."""
    named = (host.removeprefix(".") for host in settings.ALLOWED_HOSTS if host != "*")
    return next(named, "localhost")


def addresses(edition: Edition) -> Iterator[str]:
    """The pages of a release in the language in force, with each tab, as they first open."""
    names = ["home", "indicators", "places", "methods", "data"]
    names += ["scoreboard"] if edition.rates else []
    names += ["documents"] if edition.states else []
    names += ["compare"] if edition.compares else []
    names += ["areas", "review"]
    for name in names:
        yield reverse(name, args=(edition.series, edition.release))
    for indicator in edition.indicators:
        address = reverse("indicator", args=(edition.series, edition.release, indicator))
        _, *others = tabs(edition, indicator, edition.front_place)
        yield address
        yield from (f"{address}?tab={other}" for other in others)
    for area in areas.there(edition, now()):
        yield reverse("area", args=(edition.series, edition.release, area))
    for place in edition.countries:  # of parts of a country there may be hundreds; their pages have no chart
        yield reverse("place", args=(edition.series, edition.release, place))


def by_place(edition: Edition) -> Iterator[str]:
    """The pages by place of its indicators, as they first open."""
    for indicator in edition.indicators:
        if PLACES in tabs(edition, indicator, edition.front_place):
            address = reverse("indicator", args=(edition.series, edition.release, indicator))
            yield f"{address}?tab={PLACES}"
