"""Search over indicators, places and groups of the latest releases."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass

from django.http import HttpRequest, HttpResponse
from django.views.decorators.http import require_safe

from zaragoza.model.indicator import Indicator
from zaragoza.web.pages import documents
from zaragoza.web.pages.frame import area_title, language, page, place_name
from zaragoza.web.pages.front import latest_editions
from zaragoza.web.releases.edition import Edition

_LONGEST = 100  # of what is looked for
_MOST = 60


@dataclass(frozen=True)
class Found:
    """One thing that was found.

    Attributes:
        kind: indicator, place, group, or document for what one states.
        name, key: of its page.
        note: the release it is of, and what it means.
        weight: how well it fits; the smallest first.
    """

    kind: str
    title: str
    edition: Edition
    key: str
    note: str
    weight: int


@require_safe
def search(request: HttpRequest) -> HttpResponse:
    """What fits all the words that were asked for."""
    asked = request.GET.get("q", "")[:_LONGEST].strip()
    words = _folded(asked).split()
    editions = latest_editions() if words else []
    found = [hit for each in editions for hit in _in(each, words)]
    states = next((each for each in editions if each.states), None)
    found += _stated(states, words) if states else []
    found.sort(key=lambda hit: (hit.weight, hit.title))
    return page(request, "search", asked=asked, found=found[:_MOST], more=len(found) > _MOST)


def _in(edition: Edition, words: list[str]) -> Iterator[Found]:
    for each in edition.indicators.values():
        weight = _weight(words, each.title[language()], _about(each, edition))
        if weight is not None:
            note = f"{area_title(each.area, edition)}. {each.definition[language()]}"
            yield Found("indicator", each.title[language()], edition, each.id, note, weight)
    for code in edition.places:
        weight = _weight(words, place_name(code, edition), code)
        if weight is not None:
            yield Found("place", place_name(code, edition), edition, code, "", weight)
    for classification in edition.classifications.values():
        labels = ", ".join(category.title[language()] for category in classification.categories)
        title = classification.title[language()]
        weight = _weight(words, title, f"{labels} {classification.source}")
        if weight is not None:
            yield Found("group", title, edition, classification.id, labels, weight)


def _stated(edition: Edition, words: list[str]) -> Iterator[Found]:
    """What documents state; several releases hold the same, so one is searched."""
    for row in documents.rows(edition):
        what = ", ".join(
            filter(None, (row["title"], row["group"], row["place"], row["period"] or row["year"]))
        )
        weight = _weight(words, row["title"], f"{what} {row['document']}")
        if weight is not None:
            note = ". ".join(filter(None, (row["text"], row["document"])))
            yield Found("document", what, edition, row["area"], note, weight + 1)


def _about(indicator: Indicator, edition: Edition) -> str:
    codes = " ".join((indicator.id, *indicator.aliases, *indicator.eurostat))
    return f"{indicator.definition[language()]} {area_title(indicator.area, edition)} {codes}"


def _weight(words: list[str], title: str, about: str) -> int | None:
    """0: the title begins with the words, 1: it holds them all, 2: what is said of it does; None: not all are there."""
    name, rest = _folded(title), _folded(about)
    if name.startswith(" ".join(words)):
        return 0
    if all(word in name for word in words):
        return 1
    return 2 if all(word in name or word in rest for word in words) else None


def _folded(text: str) -> str:
    """Lower case, without accents and without anything but letters and digits."""
    plain = unicodedata.normalize("NFKD", text).encode("ascii", "ignore").decode()
    return re.sub(r"[^a-z0-9]+", " ", plain.lower()).strip()
