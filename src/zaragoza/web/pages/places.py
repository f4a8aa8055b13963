"""Places: which there are, and how one does."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from functools import partial
from typing import Any

import numpy as np
from django.http import Http404, HttpRequest, HttpResponse

from zaragoza.compare.ratings import FEWEST
from zaragoza.compare.scoreboard import BREAK
from zaragoza.compare.scores import classes
from zaragoza.model.classification import TOTAL
from zaragoza.model.rating import RatingRule
from zaragoza.publish.view import Sheet
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
    groups = edition.headline(place)
    return page(
        request,
        "place",
        edition,
        place=place,
        areas=areas,
        groups=groups,
        codes=groups.codes if groups else (),
        **monitored(place),
        **_profile(request, edition, place),
    )


def _profile(request: HttpRequest, edition: Edition, place: str) -> dict[str, Any]:
    given = ratings_of(edition, place) if edition.rates else {}
    rule = rule_of(edition) if edition.rates else None
    if not given or rule is None:
        alike = edition.alike(place)
        return {"profile": None, "choices": [], "alike": alike, "fewest": FEWEST, "rates": edition.rates}
    kinds = {each.key: each for each in given}
    what = kinds[chosen(request, "show", list(kinds), next(iter(kinds)))]
    found = given[what]
    titles = {key: each.title(edition) for key, each in kinds.items()}
    return {
        "profile": what,
        "rule": rule,
        "strengths": _strongest(found, lambda category: category >= _STRONG),
        "watch": _strongest(found, lambda category: category <= _WEAK),
        "rated_number": len(found),
        "trends": _trends(edition, what, place),
        "against": {row["indicator"]: _against_others(row, rule) for row in found},
        "choices": [Choice("show", tuple(kinds), what.key, titles)],
    }


def _strongest(found: Sequence[Rating], wanted: Any) -> list[Rating]:
    """The ratings with such a category, the surest first."""
    rows = [row for row in found if wanted(row["category"])]
    return sorted(rows, key=lambda row: (-abs(row["category"]), -(row["probability"] or 0.0)))


def _against_others(row: Rating, rule: RatingRule) -> int | None:
    """1 where its change is better than that of all places, -1 where it is worse, 0 where it is about as theirs.

    By the classes of the change that the rule has; None where the change is not known, or across a break.
    """
    if row["change_score"] is None or row["reason"] == BREAK:
        return None
    (at,) = classes(np.array([row["change_score"]]), rule.change_limits, rule)
    side = np.sign(at - len(rule.change_limits) // 2)
    return int(side if rule.positive == "better" else -side)


def _trends(edition: Edition, what: Rated, place: str) -> Mapping[str, Rating]:
    if not edition.has("trends"):
        return {}
    rows = shelf.rows(edition.table("trends"), what.where(edition) | {"geo": place})
    return {row["indicator"]: row for row in rows if row.get("sex", TOTAL) == TOTAL}
