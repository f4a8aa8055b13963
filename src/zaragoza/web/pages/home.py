"""The first page of a release: how equal are chances here."""

from __future__ import annotations

from collections.abc import Iterator

from django.http import HttpRequest, HttpResponse

from zaragoza.model.text import Text
from zaragoza.publish import plots, wording
from zaragoza.publish.charts import Chart
from zaragoza.publish.view import Row, Sheet, headline_groups
from zaragoza.web.pages import promised
from zaragoza.web.pages.changes import changes
from zaragoza.web.pages.frame import language, of_release, page
from zaragoza.web.releases.edition import Edition

_MOST_GROUPS = 3  # whose headline gaps are drawn


@of_release
def home(request: HttpRequest, edition: Edition) -> HttpResponse:
    """Headline gaps with their direction."""
    place = edition.front_place
    sheets = edition.sheets(place)
    groups = headline_groups(edition.monitor)
    reference = _reference(sheets, groups.id) if groups else None
    return page(
        request,
        "home",
        edition,
        place=place,
        reference=reference,
        balances=wording.balances(sheets, groups.id) if groups and reference else (),
        charts=list(_charts(sheets, groups.id, reference)) if groups and reference else [],
        figures=len(sheets),
        changes=changes(edition),
        **promised.words(promised.now()),
        counts=promised.now().counts,
    )


def _reference(sheets: tuple[Sheet, ...], column: str) -> Text | None:
    sections = (sheet.section(column) for sheet in sheets)
    return next(
        (each.reference for each in sections if each is not None and each.reference is not None), None
    )


def _charts(sheets: tuple[Sheet, ...], column: str, reference: Text) -> Iterator[Chart]:
    chosen = plots.headline_sheets(sheets, column)
    rows: dict[str, Row] = {}
    for sheet in chosen:
        section = sheet.section(column)
        rows |= {row.code: row for row in section.compared} if section else {}
    for row in sorted(rows.values(), key=lambda row: row.position)[:_MOST_GROUPS]:
        chart = plots.headline_chart(chosen, column, row, reference, language(), f"headline-{row.position}")
        if chart is not None:
            yield chart
