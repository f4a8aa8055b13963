"""What all pages share: the language, the release that they quote, and how its numbers are written."""

from __future__ import annotations

import hashlib
from collections.abc import Callable
from datetime import datetime
from functools import cache, partial, wraps
from http.client import OK
from typing import Any

from django.core.cache import caches
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseNotAllowed
from django.http.response import HttpResponseBase
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils import translation
from django.utils.encoding import escape_uri_path
from django.utils.http import urlencode

from zaragoza.model.text import LANGUAGES, Language
from zaragoza.publish import numbers, wording
from zaragoza.publish.drawings import Drawings
from zaragoza.publish.words import words
from zaragoza.web.definitions import catalogue
from zaragoza.web.geometry.kept import version
from zaragoza.web.pages.explained import Explained, Vocabulary, anchor
from zaragoza.web.promises import revision
from zaragoza.web.promises.entries import stated
from zaragoza.web.promises.state import today
from zaragoza.web.releases.drawn import Drawn
from zaragoza.web.releases.edition import Edition, edition
from zaragoza.web.releases.models import Installed, Series


def language() -> Language:
    """The language of the page."""
    found = translation.get_language()
    return next((each for each in LANGUAGES if each == found), LANGUAGES[0])


class of_release:  # noqa: N801 - a decorator
    """A page of one release: it gets the edition in place of the two names, and is kept once rendered.

    Attributes:
        view: the page by itself, of any edition, be it installed or not.
    """

    def __init__(self, view: Callable[..., HttpResponseBase]) -> None:
        self.view = view

    def __call__(self, request: HttpRequest, series: str, release: str, **values: str) -> HttpResponseBase:
        """The page, if the release is installed."""
        if request.method not in ("GET", "HEAD"):
            return HttpResponseNotAllowed(["GET", "HEAD"])
        found = installed(series, release)
        if found is None:
            raise Http404
        return _kept(
            request, f"{_changing(found)}", lambda: self.view(request, edition(series, release), **values)
        )


def of_site(view: Callable[..., HttpResponseBase]) -> Callable[..., HttpResponseBase]:
    """A page that quotes no release: it is kept until a promise is written, a release follows, or the day ends."""

    @wraps(view)
    def kept(request: HttpRequest, **values: str) -> HttpResponseBase:
        if request.method not in ("GET", "HEAD"):
            return HttpResponseNotAllowed(["GET", "HEAD"])
        latest = Series.objects.exclude(latest=None).values_list("latest_id", flat=True)
        return _kept(request, f"{list(latest)}", lambda: view(request, **values))

    return kept


def _kept(request: HttpRequest, of: str, make: Callable[[], HttpResponseBase]) -> HttpResponseBase:
    """A page as it was rendered before, unless what it tells of promises has changed since."""
    query = request.META.get("QUERY_STRING", "")
    asked = f"{of} {revision.current()} {today()} {request.get_host()} {request.path}?{query}"
    key = hashlib.sha256(asked.encode()).hexdigest()
    known = caches["pages"].get(key)
    if known is not None:
        content, kind = known
        return HttpResponse(content, content_type=kind)
    made = make()
    if isinstance(made, HttpResponse) and made.status_code == OK:
        caches["pages"].set(key, (made.content, made["Content-Type"]))
    return made


def _changing(found: Installed) -> tuple[object, ...]:
    """All that a page of a release shows and that does not lie in the release."""
    before = Installed.objects.filter(series=found.series_id, made_at__lt=found.made_at).count()
    return found.followed, before, version(found.series_id)


def installed(series: str, release: str) -> Installed | None:
    """What the site knows of a release, if it is there."""
    found = Installed.objects.select_related("series").filter(series=series, release=release)
    return found.first()


def page(
    request: HttpRequest, name: str, quoted: Edition | None = None, *, status: int = 200, **values: Any
) -> HttpResponse:
    """A page from its template."""
    drawings = Drawings()
    context = _frame(request) | (_of(quoted) if quoted else {"edition": None}) | values
    html = render_to_string(f"{name}.html.jinja", context | {"drawn": drawings.place}, request)
    known = Drawn(quoted.made) if quoted else None
    return HttpResponse(drawings.put_in({name: html}, known)[name], status=status)


def area_title(area: str, of: Edition | None = None) -> str:
    """The title of a policy area, as a release names it or as the catalogue does."""
    own = of.monitor.areas if of else {}
    found = own.get(area) or catalogue().areas.get(area)
    return found[language()] if found else area.replace("_", " ").capitalize()


def place_name(code: str, of: Edition | None = None) -> str:
    """The name of a country, of the union, or of a part of the country of a release."""
    part = of.part_name(code, language()) if of else None
    if part is not None:
        return part
    if code.startswith("EU"):
        return translation.gettext("European Union")
    own = catalogue().country_names.get(code)
    return own[language()] if own else numbers.country(code, language())


def _frame(request: HttpRequest) -> dict[str, Any]:
    shown = language()
    bound = ("count", "date", "interval", "level", "probability", "share", "signed", "signed_interval")
    sentences = ("difference", "gap_finding", "level_finding")
    return {
        "language": shown,
        "others": [
            (other, words(other)["language"], _in(request, other)) for other in LANGUAGES if other != shown
        ],
        "w": words(shown),
        "path": request.path,
        "absolute": request.build_absolute_uri,
        "area_title": area_title,
        "place_name": place_name,
        "explain": Explained(_vocabulary(shown)),
        "anchor": anchor,
        **{name: partial(getattr(numbers, name), language=shown) for name in bound},
        **{name: partial(getattr(wording, name), language=shown) for name in sentences},
        "ratio_words": partial(wording.ratio, language=shown),
    }


@cache
def _vocabulary(shown: Language) -> Vocabulary:
    return Vocabulary.of(stated().glossary.values(), shown)


def _in(request: HttpRequest, other: Language) -> str:
    """The same page in another language; its front where an address has no language."""
    query = request.META.get("QUERY_STRING", "")
    _, first, *rest = request.path.split("/", 2)
    path = escape_uri_path(f"/{other}/{rest[0]}") if first in LANGUAGES and rest else f"/{other}/"
    return f"{path}?{query}" if query else path


def _of(quoted: Edition) -> dict[str, Any]:
    shown = language()
    monitor = quoted.monitor
    found = installed(quoted.series, quoted.release)  # not yet while its pages are prepared
    return {
        "followed": found is not None and found.followed,
        "edition": quoted,
        "area_title": partial(area_title, of=quoted),
        "place_name": partial(place_name, of=quoted),
        "monitor": monitor,
        "synthetic": quoted.synthetic,
        "here": partial(_here, quoted),
        "made_on": numbers.date(quoted.made_at, shown),
        "confidence": numbers.count(monitor.confidence * 100, shown) + "%",
        "source_line": _source(quoted, shown),
    }


def _here(quoted: Edition, name: str, *values: object, **query: str) -> str:
    """The address of a page of the same release."""
    address = reverse(name, args=(quoted.series, quoted.release, *values))
    chosen = urlencode({key: value for key, value in query.items() if value})
    return f"{address}?{chosen}" if chosen else address


def _source(quoted: Edition, shown: Language) -> str:
    if quoted.published:
        return ", ".join(sorted({str(each["source"]) for each in quoted.manifest["sources"]}))
    title, period = quoted.monitor.source.name[shown], numbers.period(quoted.monitor.period, shown)
    return title if title.endswith(period) else f"{title}, {period}"


def collected(quoted: Edition) -> str:
    """When an office's files were read."""
    (source,) = quoted.manifest["sources"]
    return numbers.date(datetime.fromisoformat(source["collected_at"]), language())
