"""Up to five places side by side."""

from __future__ import annotations

from collections.abc import Mapping
from functools import partial

from django.http import Http404, HttpRequest, HttpResponse

from zaragoza.model.classification import TOTAL, Classification
from zaragoza.publish.view import Row, Sheet
from zaragoza.web.pages.frame import language, of_release, page, place_name
from zaragoza.web.pages.selection import Choice, chosen, group_column, group_columns
from zaragoza.web.releases.edition import Edition

MOST = 5


@of_release
def compare(request: HttpRequest, edition: Edition) -> HttpResponse:
    """One group in several places: its level and its gap on every indicator."""
    if not edition.compares:
        raise Http404
    places = [code for code in dict.fromkeys(request.GET.getlist("place")) if code in edition.places][:MOST]
    groups = edition.groups_at(places[0]) if places else edition.groups_beside(None)
    column = group_column(request, groups)
    classification = edition.classifications[column]
    shown = {place: {sheet.indicator.id: sheet for sheet in edition.sheets(place)} for place in places}
    code = chosen(request, "group", [TOTAL, *classification.codes], _last_shown(shown, classification))
    indicators = [name for name in edition.indicators if any(name in sheets for sheets in shown.values())]
    rows = [
        (edition.indicators[name], [_row(sheets.get(name), column, code) for sheets in shown.values()])
        for name in indicators
    ]
    titles = {each: classification.label(each)[language()] for each in (TOTAL, *classification.codes)}
    return page(
        request,
        "compare",
        edition,
        places=places,
        all_places=sorted(edition.places, key=partial(place_name, of=edition)),
        most=MOST,
        rows=[(indicator, found) for indicator, found in rows if any(found)],
        group=titles[code],
        choices=[
            *group_columns(groups, column),
            Choice("group", tuple(titles), code, titles),
        ],
    )


def _last_shown(shown: Mapping[str, Mapping[str, Sheet]], groups: Classification) -> str:
    """The last of the groups with figures: in the usual lists those from farthest away."""
    sections = (sheet.section(groups.id) for sheets in shown.values() for sheet in sheets.values())
    there = {row.code for section in sections if section for row in section.rows}
    return next((code for code in reversed(groups.codes) if code in there), groups.codes[-1])


def _row(sheet: Sheet | None, column: str, code: str) -> Row | None:
    section = sheet.section(column) if sheet else None
    return next((row for row in section.rows if row.code == code), None) if section else None
