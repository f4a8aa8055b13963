"""What the tabs of an indicator show beside the groups: years, and places."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from django.http import HttpRequest
from markupsafe import Markup

from zaragoza.model.classification import TOTAL, Classification
from zaragoza.model.estimate import DIFFERENCE, LEVEL
from zaragoza.model.indicator import Indicator
from zaragoza.publish import numbers, wording
from zaragoza.publish.charts import Tile, tile_map
from zaragoza.publish.plots_years import Series, places_chart, years_chart
from zaragoza.publish.view import Figure, Role, category_order, figure_of
from zaragoza.web.pages.frame import language, place_name
from zaragoza.web.pages.ratings import Rated, Rating, group_title, ratings, rule_of, statistic_title
from zaragoza.web.pages.selection import Choice, chosen, group_column, group_columns
from zaragoza.web.releases import shelf
from zaragoza.web.releases.edition import Edition

GROUPS, COMPARABLE, YEARS, PLACES = "groups", "comparable", "years", "places"
_LEAST_YEARS = 2


def tabs(edition: Edition, indicator: str, place: str) -> tuple[str, ...]:
    """Those that have something to show."""
    has_groups = any(each.groups for each in edition.classifications.values())
    there = {
        GROUPS: True,
        COMPARABLE: bool(edition.monitor.adjustments),
        YEARS: has_groups and len(edition.periods(indicator, place)) >= _LEAST_YEARS,
        PLACES: has_groups and edition.compares,
    }
    return tuple(name for name, shown in there.items() if shown)


def years(request: HttpRequest, edition: Edition, indicator: Indicator, place: str) -> dict[str, Any]:
    """Every group over the years."""
    column = group_column(request, edition)
    statistic = chosen(request, "show", (LEVEL, DIFFERENCE), LEVEL)
    classification = edition.classifications[column]
    found: dict[str, dict[str, Figure]] = {}
    for row in edition.series_of(indicator.id, place, statistic):
        if all(row[name] == TOTAL for name in edition.columns if name != column):
            found.setdefault(row[column], {})[row["period"]] = figure_of(row)
    series = [
        _series(classification, code, found[code]) for code in category_order(classification) if code in found
    ]
    title = f"{indicator.title[language()]}, {place_name(place)}: {statistic_title(statistic)}"
    return {
        "series": series,
        "periods": sorted({period for each in series for period in each.figures}, reverse=True),
        "told": years_chart(series, indicator, language(), title, "years", gaps=statistic == DIFFERENCE),
        "gaps": statistic == DIFFERENCE,
        "tab_choices": [*group_columns(edition, column), _statistics(statistic)],
    }


@dataclass(frozen=True)
class At:
    """What a place has of one group."""

    place: str
    role: Role
    level: Figure
    gap: Figure | None
    rating: Rating | None


def places(request: HttpRequest, edition: Edition, indicator: Indicator) -> dict[str, Any]:
    """One group in every place, in its latest common period."""
    column = group_column(request, edition)
    classification = edition.classifications[column]
    codes = [code for code in category_order(classification) if _periods(edition, indicator, column, code)]
    code = chosen(request, "group", codes, _first_compared(classification, codes))
    periods = _periods(edition, indicator, column, code)
    period = chosen(request, "period", periods, periods[0] if periods else "")
    rows = _at(edition, indicator, column, code, period) if period else []
    rows.sort(key=lambda at: (at.level.value is None, -(at.level.value or 0.0), place_name(at.place)))
    reference = classification.reference
    title = f"{indicator.title[language()]}, {group_title(edition, column, code)}, {period}"
    return {
        "rows": rows,
        "at_period": period,
        "group": group_title(edition, column, code),
        "reference": classification.label(reference)[language()] if reference and code != reference else "",
        "rule": rule_of(edition) if edition.rates else None,
        "map": _map(rows, indicator, title),
        "told": places_chart([_named(at) for at in rows], indicator, language(), title, "places"),
        "tab_choices": [
            *group_columns(edition, column),
            Choice("group", codes, code, {each: classification.label(each)[language()] for each in codes}),
            Choice("period", periods, period),
        ],
    }


def _series(classification: Classification, code: str, figures: Mapping[str, Figure]) -> Series:
    compared = [each for each in classification.codes if each != classification.reference]
    role: Role = "group" if code in compared else "reference" if code == classification.reference else "other"
    position = compared.index(code) if role == "group" else 0
    label = classification.label(code)[language()]
    return Series(label=label, role=role, position=position, figures=figures)


def _statistics(value: str) -> Choice:
    return Choice(
        "show", (LEVEL, DIFFERENCE), value, {each: statistic_title(each) for each in (LEVEL, DIFFERENCE)}
    )


def _periods(edition: Edition, indicator: Indicator, column: str, code: str) -> tuple[str, ...]:
    """Periods in which more than one place has a level of the group, the latest first."""
    held = " AND ".join(f'"{name}" = ?' for name in edition.columns)
    sql = (
        f"SELECT period FROM {{table}} WHERE indicator = ? AND statistic = ? AND {held}"  # noqa: S608 - names of columns
        " AND value IS NOT NULL GROUP BY period HAVING count(DISTINCT geo) > 1 ORDER BY period DESC"
    )
    codes = [code if name == column else TOTAL for name in edition.columns]
    found = shelf.query(edition.table("observations"), sql, (indicator.id, LEVEL, *codes)).rows()
    return tuple(str(period) for (period,) in found)


def _first_compared(classification: Classification, codes: Sequence[str]) -> str:
    """The last of the groups that are compared: in the usual lists those from farthest away."""
    compared = [code for code in codes if code in classification.codes and code != classification.reference]
    return (compared or list(codes) or [TOTAL])[-1]


def _at(edition: Edition, indicator: Indicator, column: str, code: str, period: str) -> list[At]:
    where: dict[str, object] = dict.fromkeys(edition.columns, TOTAL)
    where |= {column: code, "indicator": indicator.id, "period": period, "adjustment": None}
    rows = shelf.rows(edition.table("observations"), where)
    gaps = {row["geo"]: figure_of(row) for row in rows if row["statistic"] == DIFFERENCE}
    rated = _rated(edition, indicator, column, code, period)
    union = edition.manifest.get("union")
    return [
        At(
            place=row["geo"],
            role="reference" if row["geo"] == union else "group",
            level=figure_of(row),
            gap=gaps.get(row["geo"]),
            rating=rated.get(row["geo"]),
        )
        for row in rows
        if row["statistic"] == LEVEL
    ]


def _rated(
    edition: Edition, indicator: Indicator, column: str, code: str, period: str
) -> Mapping[str, Rating]:
    if not edition.rates:
        return {}
    what = Rated(None if code == TOTAL else column, code, LEVEL)
    found = ratings(edition, what)
    return {
        row["geo"]: row for row in found if row["indicator"] == indicator.id and str(row["period"]) == period
    }


def _map(rows: Sequence[At], indicator: Indicator, title: str) -> Markup:
    tiles = [
        Tile(
            code=at.place,
            name=place_name(at.place),
            words=wording.level(at.level, indicator.unit, language())
            if at.level.value is None
            else numbers.level(at.level.value, indicator.unit, language()),
            value=at.level.value,
        )
        for at in rows
        if at.role != "reference"
    ]
    told = " ".join(f"{tile.name}: {tile.words}." for tile in tiles)
    return Markup(tile_map(tiles, title=title, description=told, id="map"))  # noqa: S704 - charts escapes every word


def _named(at: At) -> tuple[str, Role, Figure]:
    return place_name(at.place), at.role, at.level
