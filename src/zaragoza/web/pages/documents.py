"""What policy documents state themselves: figures and targets, as a release holds them."""

from __future__ import annotations

import csv
from collections.abc import Mapping

from django.http import Http404, HttpRequest, HttpResponse

from zaragoza.publish.words_published import published_words
from zaragoza.web.pages.frame import language, of_release, page
from zaragoza.web.releases.edition import Edition

Row = Mapping[str, str]


@of_release
def stated(request: HttpRequest, edition: Edition) -> HttpResponse:
    """By area, with document and place in it."""
    if not edition.states:
        raise Http404
    areas: dict[str, list[Row]] = {}
    for row in rows(edition):
        areas.setdefault(row["area"], []).append(row)
    return page(request, "documents", edition, areas=areas, of_whom=_of_whom, p=published_words(language()))


def rows(edition: Edition) -> list[Row]:
    """All figures and targets of documents that a release holds, in the language in force."""
    with (edition.folder / f"stated.{language()}.csv").open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def _of_whom(row: Row) -> str:
    words = published_words(language())
    sexes = {"F": words["women"], "M": words["men"]}
    ages = words["aged"].format(ages=row["ages"]) if row["ages"] else ""
    return ", ".join(filter(None, (row["group"], sexes.get(row["sex"], ""), ages, row["what"])))
