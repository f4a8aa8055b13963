"""What is measured, and how groups compare on one indicator."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import partial
from typing import Any

from django.http import Http404, HttpRequest, HttpResponse

from zaragoza.model.adjustment import APART, CAVEAT
from zaragoza.model.indicator import Indicator
from zaragoza.publish import plots, wording_changes
from zaragoza.publish.adjusted import adjusted_views
from zaragoza.publish.charts import Chart
from zaragoza.publish.view import Section, Sheet, headline_groups
from zaragoza.web.pages.frame import language, of_release, page
from zaragoza.web.pages.selection import Choice, Selection, chosen
from zaragoza.web.releases.edition import Edition

TABS = ("groups", "adjusted", "places")
_MOST_ROWS = 40  # in a chart


@of_release
def listed(request: HttpRequest, edition: Edition) -> HttpResponse:
    """Every indicator by area: everybody, each group, and the gap."""
    groups = headline_groups(edition.monitor)
    place = chosen(request, "place", edition.places, edition.front_place)
    areas: dict[str, list[Sheet]] = {}
    for sheet in edition.sheets(place):
        areas.setdefault(sheet.indicator.area, []).append(sheet)
    return page(
        request,
        "indicators",
        edition,
        areas=areas,
        place=place,
        groups=groups,
        codes=[code for code in groups.codes if _occurs(code, groups.id, areas)] if groups else [],
        places=_places(edition, place),
    )


@of_release
def one(request: HttpRequest, edition: Edition, indicator: str) -> HttpResponse:
    """One indicator: groups, gaps between comparable people, places."""
    if indicator not in edition.indicators:
        raise Http404
    place = chosen(request, "place", edition.places, edition.front_place)
    periods = edition.periods(indicator, place)
    period = chosen(request, "period", periods, periods[-1] if periods else "")
    sheet = edition.sheet(indicator, place, period) if period else None
    definition = edition.indicators[indicator]
    selection = Selection.of(request, sheet, edition) if sheet else None
    section = selection.section if selection else None
    return page(
        request,
        "indicator",
        edition,
        indicator=definition,
        place=place,
        period=period,
        sheet=sheet,
        section=section,
        selection=selection,
        choices=[*_choices(edition, place, periods, period), *(selection.choices if selection else ())],
        drawing=_charts(section, definition) if section else None,
        **_adjusted(section, definition, edition),
        change=partial(wording_changes.change, language=language()),
        since=partial(wording_changes.since_words, language=language()),
    )


def _occurs(code: str, column: str, areas: Mapping[str, list[Sheet]]) -> bool:
    sections = (sheet.section(column) for sheets in areas.values() for sheet in sheets)
    return any(row.code == code for section in sections if section for row in section.rows)


def _places(edition: Edition, place: str) -> Choice | None:
    return Choice("place", edition.places, place) if len(edition.places) > 1 else None


def _choices(edition: Edition, place: str, periods: tuple[str, ...], period: str) -> list[Choice]:
    found = [_places(edition, place)]
    if len(periods) > 1:
        found.append(Choice("period", tuple(reversed(periods)), period))
    return [choice for choice in found if choice is not None]


@dataclass(frozen=True)
class Charts:
    """The charts of a section."""

    level: Chart
    gap: Chart | None


def _charts(section: Section, indicator: Indicator) -> Charts | None:
    if section.length > _MOST_ROWS or not any(row.level.value is not None for row in section.rows):
        return None
    level = plots.level_chart(section, indicator, language(), "level")
    gap = plots.gap_chart(section, indicator, language(), "gap")
    return Charts(level, gap)


def _adjusted(section: Section | None, indicator: Indicator, edition: Edition) -> dict[str, Any]:
    """What the table of adjusted gaps of a release's page wants."""
    views = adjusted_views(section, indicator, edition.monitor, language()) if section else ()
    return {
        "adjusted": {section.key: views} if section else {},
        "apart": APART[language()],
        "caveat": CAVEAT[language()],
    }
