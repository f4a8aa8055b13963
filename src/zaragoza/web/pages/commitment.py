"""Is this promise kept: one commitment, with all that is known of it and the figures that it should move."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from django.http import HttpRequest, HttpResponse

from zaragoza.model.indicator import Indicator
from zaragoza.publish import plots, wording
from zaragoza.publish.charts import Chart
from zaragoza.publish.view import Section, Sheet, headline_groups
from zaragoza.web.contributions import queues
from zaragoza.web.definitions import catalogue
from zaragoza.web.pages import entry_history, no_longer, promised
from zaragoza.web.pages.frame import language, of_release, page
from zaragoza.web.pages.front import latest_editions
from zaragoza.web.promises.state import State, Tracked
from zaragoza.web.releases.edition import Edition


@of_release
def one(request: HttpRequest, edition: Edition, commitment: str) -> HttpResponse:
    """A commitment beside the figures of a release."""
    found = promised.now()
    if commitment not in found.tracked:
        return no_longer.stated(request, "commitment", commitment, edition)
    tracked = found.tracked[commitment]
    known = found.plans
    indicators = known.indicators_of(tracked.commitment)
    return page(
        request,
        "commitment",
        edition,
        tracked=tracked,
        one=tracked.commitment,
        objectives=[known.objectives[name] for name in tracked.commitment.objectives],
        funds=[known.funds[name] for name in tracked.commitment.funds],
        practices=known.practices_of(tracked.commitment),
        beside=beside(edition, indicators),
        elsewhere=[each for each in indicators if each.id not in edition.indicators],
        anywhere={name for each in latest_editions() for name in each.indicators},
        not_measured=known.not_measured(tracked.commitment),
        targets={each.id: catalogue().aimed(each) for each in indicators},
        changes=entry_history.of_entry("commitment", commitment),
        together=_together(found, commitment),
        added=queues.public(commitment),
        **promised.words(found),
    )


@dataclass(frozen=True)
class Beside:
    """An indicator as a release has it.

    Attributes:
        finding: what its figures say, in a sentence; empty where no group is shown.
        chart: None where it is not drawn.
    """

    indicator: Indicator
    sheet: Sheet
    finding: str
    chart: Chart | None


def beside(edition: Edition, indicators: Sequence[Indicator]) -> list[Beside]:
    """What a release says of indicators, at the place that its pages open with; the first is drawn."""
    groups = headline_groups(edition.monitor)
    sheets = {sheet.indicator.id: sheet for sheet in _sheets(edition, [each.id for each in indicators])}
    found: list[Beside] = []
    for each in indicators:
        if each.id in sheets:
            section = sheets[each.id].section(groups.id) if groups else None
            drawn = any(known.chart for known in found)
            chart = None if drawn or section is None else _chart(section, each)
            found.append(Beside(each, sheets[each.id], finding(section, each), chart))
    return found


def finding(section: Section | None, indicator: Indicator) -> str:
    """What groups have, in a sentence: the gaps where there are any."""
    if section is None:
        return ""
    gaps = wording.gap_finding(section, indicator.unit, language())
    return gaps or wording.level_finding(section, indicator.unit, language())


def _chart(section: Section, indicator: Indicator) -> Chart | None:
    if not section.charted:
        return None
    gaps = plots.gap_chart(section, indicator, language(), "gap")
    return gaps or plots.level_chart(section, indicator, language(), "level")


def _sheets(edition: Edition, names: Sequence[str]) -> list[Sheet]:
    """The latest figures of some indicators."""
    place = edition.front_place
    found = []
    for name in names:
        periods = edition.periods(name, place) if name in edition.indicators else ()
        sheet = edition.sheet(name, place, periods[-1]) if periods else None
        if sheet is not None:
            found.append(sheet)
    return found


def _together(found: State, commitment: str) -> list[Tracked]:
    """What was promised with it: the same heading of the same document."""
    one = found.tracked[commitment].commitment
    if one.part_of is None:
        return []
    return [
        each
        for name, each in found.tracked.items()
        if name != commitment and each.commitment.plan == one.plan and each.commitment.part_of == one.part_of
    ]
