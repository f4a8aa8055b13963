"""What is measured, and how groups compare on one indicator."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Any

from django.http import Http404, HttpRequest, HttpResponse
from markupsafe import Markup

from zaragoza.model.adjustment import APART, CAVEAT
from zaragoza.model.classification import TOTAL, Classification
from zaragoza.model.indicator import Indicator
from zaragoza.publish import plots, wording_changes
from zaragoza.publish.adjusted import adjusted_views
from zaragoza.publish.charts import Chart, as_png, png_size, sparkline
from zaragoza.publish.view import Section, Sheet
from zaragoza.web.api.asking import MOST_ROWS
from zaragoza.web.pages import promised, tabs
from zaragoza.web.pages.frame import language, of_release, page, place_name
from zaragoza.web.pages.selection import Choice, Selection, chosen, first_section
from zaragoza.web.releases.edition import Edition
from zaragoza.web.releases.history import lines

_MOST_ROWS = 40  # in a chart
_SIZES: dict[tuple[Path, str], dict[str, tuple[int, int] | None]] = {}  # of pictures, by release and language
_MOST_PROMISES = 8  # on the page of an indicator; the plan has them all


@of_release
def listed(request: HttpRequest, edition: Edition) -> HttpResponse:
    """Every indicator by area: everybody, each group, and the gap."""
    place = chosen(request, "place", edition.places, edition.front_place)
    groups = edition.headline(place)
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
        lines=_lines(edition, place, groups),
    )


@of_release
def one(request: HttpRequest, edition: Edition, indicator: str) -> HttpResponse:
    """One indicator: groups, comparable people, years, places; each a tab."""
    if indicator not in edition.indicators:
        raise Http404
    definition = edition.indicators[indicator]
    place = chosen(request, "place", edition.places, edition.front_place)
    there = tabs.tabs(edition, indicator, place)
    tab = chosen(request, "tab", there, tabs.GROUPS)
    if tab == tabs.YEARS:
        shown = tabs.years(request, edition, definition, place)
    elif tab == tabs.PLACES:
        shown = tabs.places(request, edition, definition)
    else:
        shown = _groups(request, edition, definition, place)
    lists = [] if tab == tabs.PLACES else [each for each in (_places(edition, place),) if each]
    return page(
        request,
        f"indicator_{tab}",
        edition,
        indicator=definition,
        place=place,
        tab=tab,
        tabs=there,
        most_rows=MOST_ROWS,
        carried=_carried(request, edition, place),
        picture=_size_of_picture(edition, definition),
        choices=[*lists, *shown.pop("tab_choices")],
        **_promised(definition),
        **shown,
    )


def _promised(definition: Indicator) -> dict[str, Any]:
    """What documents promised that should move the indicator."""
    found = promised.now()
    about = promised.about(definition, found)
    return {
        "tracked": about,
        "first": about[:_MOST_PROMISES],
        "objectives": found.plans.objectives_about(definition),
        "practices": found.plans.practices_about(definition),
        **promised.words(found),
    }


@of_release
def picture(request: HttpRequest, edition: Edition, indicator: str) -> HttpResponse:
    """The chart of the groups as a picture, for those who quote the page elsewhere."""
    if indicator not in edition.indicators:
        raise Http404
    chart = _picture(edition, edition.indicators[indicator])
    if chart is None:
        raise Http404
    return HttpResponse(as_png(chart), content_type="image/png")


def _picture(edition: Edition, definition: Indicator) -> Chart | None:
    """The chart that the page opens with; None where nothing is drawn."""
    place = edition.front_place
    periods = edition.periods(definition.id, place)
    sheet = edition.sheet(definition.id, place, periods[-1]) if periods else None
    section = first_section(sheet) if sheet else None
    charts = _charts(section, definition) if section else None
    return (charts.gap or charts.level) if charts else None


def _size_of_picture(edition: Edition, definition: Indicator) -> tuple[int, int] | None:
    """Width and height; None where there is no picture. Found once, as a release never changes."""
    known = _SIZES.setdefault((edition.folder, language()), {})
    if definition.id not in known:
        chart = _picture(edition, definition)
        known[definition.id] = png_size(chart) if chart else None
    return known[definition.id]


def _groups(request: HttpRequest, edition: Edition, definition: Indicator, place: str) -> dict[str, Any]:
    """The groups of one place and period, as they are and between comparable people."""
    periods = edition.periods(definition.id, place)
    period = chosen(request, "period", periods, periods[-1] if periods else "")
    sheet = edition.sheet(definition.id, place, period) if period else None
    selection = Selection.of(request, sheet, edition) if sheet else None
    section = selection.section if selection else None
    lists = [Choice("period", tuple(reversed(periods)), period)] if len(periods) > 1 else []
    return {
        "period": period,
        "sheet": sheet,
        "section": section,
        "tab_choices": [*lists, *(selection.choices if selection else ())],
        "drawing": _charts(section, definition) if section else None,
        "change": partial(wording_changes.change, language=language()),
        "since": partial(wording_changes.since_words, language=language()),
        **_adjusted(section, definition, edition),
    }


def _lines(edition: Edition, place: str, groups: Classification | None) -> dict[str, dict[str, Markup]]:
    """A small line for everybody and for each group, by indicator, with more than one comparable period."""
    found: dict[str, dict[str, Markup]] = {}
    for name, codes in lines(edition, place, groups.id if groups else None).items():
        indicator = edition.indicators.get(name)
        for code, points in codes.items():
            years = f"{points[0][0]:.0f}–{points[-1][0]:.0f}"
            of = f"{groups.label(code)[language()]}, " if groups and code in (TOTAL, *groups.codes) else ""
            svg = sparkline(points, title=f"{of}{years}") if indicator else ""
            if svg:
                found.setdefault(name, {})[code] = Markup(svg)  # noqa: S704 - charts escapes every word
    return found


def _carried(request: HttpRequest, edition: Edition, place: str) -> dict[str, str]:
    """What stays chosen from tab to tab, where it is not what is shown anyway."""
    by = chosen(request, "by", list(edition.classifications), "")
    return {"place": place if place != edition.front_place else "", "by": by}


def _occurs(code: str, column: str, areas: Mapping[str, list[Sheet]]) -> bool:
    sections = (sheet.section(column) for sheets in areas.values() for sheet in sheets)
    return any(row.code == code for section in sections if section for row in section.rows)


def _places(edition: Edition, place: str) -> Choice | None:
    names = {each: place_name(each, edition) for each in edition.places}
    return Choice("place", edition.places, place, names) if len(names) > 1 else None


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
