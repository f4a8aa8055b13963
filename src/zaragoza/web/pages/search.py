"""Search over indicators, places and groups of the latest releases, and over what was promised."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.views.decorators.http import require_safe

from zaragoza.model.indicator import Indicator
from zaragoza.web.pages import documents
from zaragoza.web.pages.frame import area_title, language, page, place_name
from zaragoza.web.pages.front import latest_editions
from zaragoza.web.pages.search_entries import entries, folded
from zaragoza.web.releases.edition import Edition

_LONGEST = 100  # of what is looked for
_MOST = 60


@dataclass(frozen=True)
class Found:
    """One thing that was found.

    Attributes:
        address: of its page.
        note: what it is, and what it means.
        weight: how well it fits; the smallest first.
    """

    title: str
    address: str
    note: str
    weight: int


@require_safe
def search(request: HttpRequest) -> HttpResponse:
    """What fits all the words that were asked for."""
    asked = request.GET.get("q", "")[:_LONGEST].strip()
    words = folded(asked).split()
    editions = latest_editions() if words else []
    found = [hit for each in editions for hit in _in(each, words)]
    states = next((each for each in editions if each.states), None)
    found += _stated(states, words) if states else []
    found += _promised(words) if words else []
    found.sort(key=lambda hit: (hit.weight, hit.title))
    return page(request, "search", asked=asked, found=found[:_MOST], more=len(found) > _MOST)


def _in(edition: Edition, words: list[str]) -> Iterator[Found]:
    of = f"{edition.title[language()]}."
    for each in edition.indicators.values():
        weight = _weight(words, each.title[language()], _about(each, edition))
        if weight is not None:
            note = f"{of} {area_title(each.area, edition)}. {each.definition[language()]}"
            yield Found(each.title[language()], _address(edition, "indicator", each.id), note, weight)
    for code in edition.places:
        weight = _weight(words, place_name(code, edition), code)
        if weight is not None:
            yield Found(place_name(code, edition), _address(edition, "place", code), of, weight)
    for classification in edition.classifications.values():
        labels = ", ".join(category.title[language()] for category in classification.categories)
        title = classification.title[language()]
        weight = _weight(words, title, f"{labels} {classification.source}")
        if weight is not None:
            address = f"{_address(edition, 'methods')}#{classification.id}"
            yield Found(title, address, f"{of} {labels}", weight)


def _stated(edition: Edition, words: list[str]) -> Iterator[Found]:
    """What documents state; several releases hold the same, so one is searched."""
    for row in documents.rows(edition):
        what = ", ".join(
            filter(None, (row["title"], row["group"], row["place"], row["period"] or row["year"]))
        )
        weight = _weight(words, row["title"], f"{what} {row['document']}")
        if weight is not None:
            note = ". ".join(filter(None, (edition.title[language()], row["text"], row["document"])))
            yield Found(what, f"{_address(edition, 'documents')}#{row['area']}", note, weight + 1)


def _promised(words: list[str]) -> Iterator[Found]:
    """Commitments, objectives, funds, practices, countries and terms; what is measured comes before them."""
    for each in entries(language()):
        weight = _fits(words, each.name, each.about)
        if weight is not None:
            yield Found(each.title, each.address, each.note, weight + 1)


def _address(edition: Edition, name: str, *values: str) -> str:
    return reverse(name, args=(edition.series, edition.release, *values))


def _about(indicator: Indicator, edition: Edition) -> str:
    codes = " ".join((indicator.id, *indicator.aliases, *indicator.eurostat))
    return f"{indicator.definition[language()]} {area_title(indicator.area, edition)} {codes}"


def _weight(words: list[str], title: str, about: str) -> int | None:
    return _fits(words, folded(title), folded(about))


def _fits(words: list[str], name: str, rest: str) -> int | None:
    """0: the title begins with the words, 1: it holds them all, 2: what is said of it does; None: not all are there."""
    if name.startswith(" ".join(words)):
        return 0
    if all(word in name for word in words):
        return 1
    return 2 if all(word in name or word in rest for word in words) else None
