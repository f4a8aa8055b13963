"""What the tabs of an indicator show beside the groups: years, and places."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from django.http import HttpRequest
from django.utils.translation import gettext
from markupsafe import Markup

from zaragoza.model.classification import TOTAL, UNKNOWN, Classification
from zaragoza.model.estimate import DIFFERENCE, LEVEL
from zaragoza.model.indicator import Indicator
from zaragoza.model.period import Period
from zaragoza.publish import plots_maps
from zaragoza.publish.plots_years import Series, places_chart, years_chart, years_finding
from zaragoza.publish.view import Figure, Role, category_order, figure_of
from zaragoza.publish.wording_changes import not_comparable
from zaragoza.web.geometry import kept as geometry
from zaragoza.web.pages.frame import language, place_name
from zaragoza.web.pages.ratings import Rated, Rating, group_title, ratings, rule_of, statistic_title
from zaragoza.web.pages.selection import Choice, chosen, group_column, group_columns
from zaragoza.web.releases import shelf
from zaragoza.web.releases.edition import Edition
from zaragoza.web.releases.history import breaks, history

GEO = "geo"  # the column of countries
_MOST_ROWS = 40  # in a chart
GROUPS, COMPARABLE, YEARS, PLACES = "groups", "comparable", "years", "places"
_LEAST_YEARS = 2


def tabs(edition: Edition, indicator: str, place: str) -> tuple[str, ...]:
    """Those that have something to show."""
    has_groups = any(each.groups for each in edition.classifications.values())
    there = {
        GROUPS: True,
        COMPARABLE: bool(edition.monitor.adjustments),
        YEARS: has_groups and len(_periods_over_years(edition, indicator, place)) >= _LEAST_YEARS,
        PLACES: has_groups and bool(_kinds(edition)),
    }
    return tuple(name for name, shown in there.items() if shown)


def _periods_over_years(edition: Edition, indicator: str, place: str) -> set[str]:
    """Those of all releases that the tab joins."""
    there = (each for each in history(edition) if indicator in each.indicators)
    return {period for each in there for period in each.periods(indicator, place)}


def years(request: HttpRequest, edition: Edition, indicator: Indicator, place: str) -> dict[str, Any]:
    """Every group over the years; those of an office are each from a release of its own."""
    groups = edition.groups_at(place)
    column = group_column(request, groups)
    statistic = chosen(request, "show", (LEVEL, DIFFERENCE), LEVEL)
    classification = edition.classifications[column]
    editions = history(edition)
    broken = breaks(editions, indicator.id, column)
    found: dict[str, dict[str, Figure]] = {}
    releases: dict[str, Edition] = {}
    for each in (each for each in editions if column in each.columns and place in each.places):
        for row in each.series_of(indicator.id, place, statistic):
            if all(row[name] == TOTAL for name in each.columns if name != column):
                found.setdefault(row[column], {})[row["period"]] = figure_of(row)
                releases[row["period"]] = each
    series = [
        _series(classification, code, found[code], frozenset(broken))
        for code in category_order(classification)
        if code in found
    ]
    gaps = statistic == DIFFERENCE
    title = f"{indicator.title[language()]}, {place_name(place, edition)}: {statistic_title(statistic)}"
    return {
        "series": series,
        "periods": sorted(releases, key=lambda period: Period(period).start, reverse=True),
        "releases": releases if len(editions) > 1 else {},
        "breaks": [
            not_comparable(Period(later), Period(before), why, language())
            for later, (before, why) in broken.items()
        ],
        "told": years_chart(series, indicator, language(), title, "years", gaps=gaps),
        "finding": " ".join(years_finding(series, indicator, language(), gaps=gaps)) or title,
        "gaps": gaps,
        "tab_choices": [*group_columns(groups, column), _statistics(statistic)],
    }


@dataclass(frozen=True)
class At:
    """What a place has of one group.

    Attributes:
        code: in the column of its kind.
        place: in addresses.
    """

    code: str
    place: str
    name: str
    role: Role
    level: Figure
    gap: Figure | None
    rating: Rating | None


def places(request: HttpRequest, edition: Edition, indicator: Indicator) -> dict[str, Any]:
    """One group in every place of a kind, in its latest common period."""
    kinds = _kinds(edition)
    kind = chosen(request, "kind", list(kinds), next(iter(kinds)))
    groups = edition.groups_beside(kind)
    column = group_column(request, groups)
    classification = edition.classifications[column]
    codes = [
        code for code in category_order(classification) if _periods(edition, indicator, kind, column, code)
    ]
    code = chosen(request, "group", codes, _first_compared(classification, codes))
    periods = _periods(edition, indicator, kind, column, code)
    period = chosen(request, "period", periods, periods[0] if periods else "")
    rows = _at(edition, indicator, kind, column, code, period) if period else []
    gaps = chosen(request, "show", (LEVEL, DIFFERENCE), LEVEL) == DIFFERENCE and any(at.gap for at in rows)
    rows.sort(key=lambda at: _order(at, gaps=gaps))
    reference = classification.label(classification.reference) if classification.reference else None
    title = f"{indicator.title[language()]}, {group_title(edition, column, code)}, {period}"
    placed, height, credit = _placed(rows, edition, kind, gaps=gaps)
    compared = [each for each, at in zip(placed, rows, strict=True) if at.role != "reference"]
    found = plots_maps.range_words(compared, indicator, language(), gaps=gaps)
    heading, title = title, f"{title}. {found}" if found else title
    shown = [(at.name, at.role, figure) for at in rows if (figure := at.gap if gaps else at.level)]
    against = reference if gaps else None
    return {
        "rows": rows,
        "at_period": period,
        "group": group_title(edition, column, code),
        "reference": reference[language()] if reference and any(at.gap for at in rows) else "",
        "rule": rule_of(edition) if edition.rates and kind == GEO else None,
        "finding": found or title,
        "heading": heading,
        "credit": credit,
        "gaps": gaps,
        "tiles": _tiles(compared, indicator, title, gaps=gaps) if kind == GEO else "",
        "areas": plots_maps.areas(compared, height, indicator, language(), title, "map", gaps=gaps),
        "told": places_chart(shown, indicator, language(), title, "places", reference=against)
        if len(shown) <= _MOST_ROWS
        else None,
        "tab_choices": [
            *([Choice("kind", tuple(kinds), kind, kinds)] if len(kinds) > 1 else []),
            *group_columns(groups, column),
            Choice("group", codes, code, {each: classification.label(each)[language()] for each in codes}),
            Choice("period", periods, period),
            *([_statistics(DIFFERENCE if gaps else LEVEL)] if any(at.gap for at in rows) else []),
        ],
    }


def _kinds(edition: Edition) -> dict[str, str]:
    """Kinds of places to compare, with their titles: countries, or a breakdown of the country."""
    countries = {GEO: gettext("Countries")} if len(edition.countries) > 1 else {}
    return countries | {
        name: edition.classifications[name].title[language()] for name in edition.place_columns
    }


def _order(at: At, *, gaps: bool) -> tuple[bool, float, str]:
    """The highest first, then what is not shown, by name."""
    figure = at.gap if gaps else at.level
    value = figure.value if figure else None
    return value is None, -(value or 0.0), at.name


def _placed(
    rows: Sequence[At], edition: Edition, kind: str, *, gaps: bool
) -> tuple[list[plots_maps.Placed], int, str]:
    """The figures with the outlines of their places, their height, and who made them."""
    kept = geometry.geometry(edition.series, kind) if kind != GEO else None
    outlines = kept.outlines if kept else {}
    found = [
        plots_maps.Placed(
            code=at.code, name=at.name, figure=at.gap if gaps else at.level, outline=outlines.get(at.code)
        )
        for at in rows
    ]
    return found, kept.height if kept else 0, kept.source if kept else ""


def _tiles(placed: Sequence[plots_maps.Placed], indicator: Indicator, title: str, *, gaps: bool) -> Markup:
    svg = plots_maps.tiles(placed, indicator, language(), title, "map", gaps=gaps)
    return Markup(svg)  # noqa: S704 - charts escapes every word


def _series(
    classification: Classification, code: str, figures: Mapping[str, Figure], broken: frozenset[str]
) -> Series:
    compared = [each for each in classification.codes if each != classification.reference]
    role: Role = "group" if code in compared else "reference" if code == classification.reference else "other"
    position = compared.index(code) if role == "group" else 0
    label = classification.label(code)[language()]
    return Series(label=label, role=role, position=position, figures=figures, breaks=broken)


def _statistics(value: str) -> Choice:
    return Choice(
        "show", (LEVEL, DIFFERENCE), value, {each: statistic_title(each) for each in (LEVEL, DIFFERENCE)}
    )


def _periods(edition: Edition, indicator: Indicator, kind: str, column: str, code: str) -> tuple[str, ...]:
    """Periods in which more than one place has a level of the group, the latest first."""
    where = {name: TOTAL for name in edition.columns if name != kind} | {column: code}
    held = " AND ".join(f'"{name}" = ?' for name in where)
    sql = (
        f"SELECT period FROM {{table}} WHERE indicator = ? AND statistic = ? AND {held}"  # noqa: S608 - names of columns
        f" AND \"{kind}\" NOT IN ('{TOTAL}', '{UNKNOWN}') AND value IS NOT NULL"
        f' GROUP BY period HAVING count(DISTINCT "{kind}") > 1 ORDER BY period DESC'
    )
    values = (indicator.id, LEVEL, *where.values())
    found = shelf.query(edition.table("observations"), sql, values).rows()
    return tuple(str(period) for (period,) in found)


def _first_compared(classification: Classification, codes: Sequence[str]) -> str:
    """The last of the groups that are compared: in the usual lists those from farthest away."""
    compared = [code for code in codes if code in classification.codes and code != classification.reference]
    return (compared or list(codes) or [TOTAL])[-1]


def _at(edition: Edition, indicator: Indicator, kind: str, column: str, code: str, period: str) -> list[At]:
    """Every place of a kind, with the country or the union that they are in."""
    where: dict[str, object] = {name: TOTAL for name in edition.columns if name != kind}
    where |= {column: code, "indicator": indicator.id, "period": period, "adjustment": None}
    rows = [row for row in shelf.rows(edition.table("observations"), where) if row[kind] != UNKNOWN]
    gaps = {row[kind]: figure_of(row) for row in rows if row["statistic"] == DIFFERENCE}
    rated = _rated(edition, indicator, column, code, period) if kind == GEO else {}
    whole = edition.manifest.get("union") if kind == GEO else TOTAL
    found = []
    for row in (row for row in rows if row["statistic"] == LEVEL):
        of = row[kind]
        place = of if kind == GEO else edition.front_place if of == TOTAL else f"{kind}-{of}"
        found.append(
            At(
                code=of,
                place=place,
                name=place_name(place, edition),
                role="reference" if of == whole else "group",
                level=figure_of(row),
                gap=gaps.get(of),
                rating=rated.get(of),
            )
        )
    return found


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
