"""A policy area as a whole: its figures, what was promised about them, who pays, and what was tried."""

from __future__ import annotations

from collections.abc import Iterable

from django.http import Http404, HttpRequest, HttpResponse

from zaragoza.model.funding import Fund
from zaragoza.model.indicator import Indicator
from zaragoza.model.plan import Objective
from zaragoza.model.practice import Practice
from zaragoza.publish.view import Sheet, headline_groups
from zaragoza.web.definitions import catalogue
from zaragoza.web.pages import entry_history, promised
from zaragoza.web.pages.frame import of_release, page
from zaragoza.web.promises.state import State
from zaragoza.web.promises.withdrawn import withdrawn
from zaragoza.web.releases.edition import Edition

_MOST = 12  # commitments on the page of an area; the plan has them all


def there(edition: Edition, found: State) -> tuple[str, ...]:
    """Areas with figures or with something that was promised, those of the release's own last."""
    held = {each.area for each in edition.indicators.values()}
    held |= {each.area for each in found.plans.commitments.values()}
    held |= {each.area for each in found.plans.objectives.values()}
    return tuple(area for area in {**catalogue().areas, **edition.monitor.areas} if area in held)


@of_release
def listed(request: HttpRequest, edition: Edition) -> HttpResponse:
    """Every area with how much there is of each."""
    found = promised.now()
    areas = there(edition, found)
    return page(
        request,
        "areas",
        edition,
        areas=areas,
        parts=found.parts("area"),
        indicators={area: _count(edition.indicators.values(), area) for area in areas},
        objectives={area: _count(found.plans.objectives.values(), area) for area in areas},
        practices={area: _count(found.plans.practices.values(), area) for area in areas},
        funds={area: len(_funds(found, area)) for area in areas},
        **promised.words(found),
    )


@of_release
def one(request: HttpRequest, edition: Edition, area: str) -> HttpResponse:
    """One area."""
    found = promised.now()
    if area not in there(edition, found):
        raise Http404
    place = edition.front_place
    sheets: list[Sheet] = [sheet for sheet in edition.sheets(place) if sheet.indicator.area == area]
    groups = headline_groups(edition.monitor)
    tracked = promised.waiting(found.parts("area").get(area, ()))
    return page(
        request,
        "area",
        edition,
        area=area,
        place=place,
        sheets=sheets,
        groups=groups,
        codes=[code for code in groups.codes if _occurs(sheets, groups.id, code)] if groups else [],
        objectives=[each for each in found.plans.objectives.values() if each.area == area],
        changes=entry_history.of_kind("objective"),
        withdrawn=[each for each in withdrawn("objective").values() if each.entry.area == area],
        tracked=tracked,
        first=tracked[:_MOST],
        funds=_funds(found, area),
        practices=[each for each in found.plans.practices.values() if each.area == area],
        **promised.words(found),
    )


def _funds(found: State, area: str) -> list[Fund]:
    return [each for each in found.plans.funds.values() if any(use.area == area for use in each.uses)]


def _count(entries: Iterable[Indicator | Objective | Practice], area: str) -> int:
    return sum(each.area == area for each in entries)


def _occurs(sheets: list[Sheet], column: str, code: str) -> bool:
    sections = (sheet.section(column) for sheet in sheets)
    return any(row.code == code for section in sections if section for row in section.rows)
