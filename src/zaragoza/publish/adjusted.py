"""What the pages show of adjusted gaps: for each group the raw gap beside what remains between comparable people."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from zaragoza.model.adjustment import UNIT_OF_VERDICTS, Adjustment, Verdict
from zaragoza.model.indicator import Indicator, Unit
from zaragoza.model.monitor import Monitor
from zaragoza.model.text import Language, Text
from zaragoza.publish import plots, wording
from zaragoza.publish.charts import Chart
from zaragoza.publish.view import AdjustedGap, Figure, Row, Section
from zaragoza.publish.wording_obstacles import obstacle

VERDICTS: dict[Verdict, Text] = {
    "proportional": Text("proportional", "evenredig"),
    "disproportional": Text("disproportional", "onevenredig"),
    "undetermined": Text("undetermined", "onbepaald"),
}
_NO_VERDICT = Text("not shown", "niet getoond")


@dataclass(frozen=True)
class AdjustedRow:
    """One group: its raw gap, the two parts of it, and the verdict in words; empty where no figure is shown.

    Attributes:
        obstacle: why the method gives no figure, in words; else empty.
    """

    row: Row
    adjusted: AdjustedGap
    sentence: str
    verdict: str

    obstacle: str

    def figures(self, view: AdjustedView) -> tuple[Figure | None, ...]:
        """What goes with the characteristics, each, and with both; raw gap and what remains stand before them."""
        each = (self.adjusted.contributions.get(name) for name in view.characteristics)
        explained = (self.adjusted.explained,) if view.explained else ()
        interaction = (self.adjusted.interaction,) if view.interaction else ()
        return *explained, *each, *interaction


@dataclass(frozen=True)
class AdjustedView:
    """One set of characteristics for one classification of groups.

    Attributes:
        held: what is held equal, in words.
        apart: whether it has a characteristic that follows chances in society.
        margin: a gap that small counts as proportional; empty where there is no verdict.
        unit: of the gaps.
        characteristics: titles of those whose contributions are told, by id.
        explained, interaction: whether any row tells what goes with them, what goes with both at once.
        compared, effective: whether any row tells the coverage, the effective number of persons.
        finding: how many groups have which verdict.
        dumbbell, parts: charts; None where nothing is shown.
    """

    key: str
    held: str
    apart: bool
    margin: str
    unit: str
    characteristics: Mapping[str, str]
    explained: bool
    interaction: bool
    compared: bool
    effective: bool
    finding: str
    rows: tuple[AdjustedRow, ...]
    dumbbell: Chart | None
    parts: Chart | None


def adjusted_views(
    section: Section, indicator: Indicator, monitor: Monitor, language: Language
) -> tuple[AdjustedView, ...]:
    """The sets with a figure for a single classification of groups, those apart last; hidden figures say why.

    Args:
        section: of the page.
        indicator: whose gaps these are.
        monitor: with the sets.
        language: of the words.
    """
    if len(section.columns) > 1 or section.reference is None:
        return ()
    numbered = sorted(enumerate(monitor.adjustments), key=lambda each: each[1].apart)
    views = (_view(section, indicator, monitor, place, each, language) for place, each in numbered)
    return tuple(view for view in views if view.rows)


def _view(
    section: Section,
    indicator: Indicator,
    monitor: Monitor,
    place: int,
    adjustment: Adjustment,
    language: Language,
) -> AdjustedView:
    unit, held = indicator.unit, adjustment_title(adjustment, monitor)[language]
    found = ((row, row.adjusted[place] if row.adjusted else None) for row in section.compared)
    rows = tuple(
        _row(row, adjusted, adjustment, held, unit, monitor, language)
        for row, adjusted in found
        if adjusted is not None
    )
    key, finding = f"{section.key}-adjusted-{place}", _finding(rows, unit, held, language)
    margin = adjustment.margin if unit == UNIT_OF_VERDICTS else None
    title = f"{indicator.title[language]}. {finding}"
    titles = _titles(adjustment, monitor)
    told = {name for row in rows for name in row.adjusted.contributions}
    characteristics = {name: _inside(text[language]) for name, text in titles.items() if name in told}
    return AdjustedView(
        key=key,
        held=held,
        apart=adjustment.apart,
        margin="" if margin is None else wording.margin(margin, unit, language),
        unit=plots.GAPS[unit][language],
        characteristics=characteristics,
        explained=any(row.adjusted.explained is not None for row in rows),
        interaction=any(row.adjusted.interaction is not None for row in rows),
        compared=any(row.adjusted.gap.coverage is not None for row in rows),
        effective=any(row.adjusted.gap.effective_n is not None for row in rows),
        finding=finding,
        rows=rows,
        dumbbell=plots.dumbbell_chart(section, unit, place, margin, title, language, f"{key}-raw"),
        parts=plots.parts_chart(section, unit, place, characteristics, title, language, f"{key}-parts"),
    )


def _row(
    row: Row,
    adjusted: AdjustedGap,
    adjustment: Adjustment,
    held: str,
    unit: Unit,
    monitor: Monitor,
    language: Language,
) -> AdjustedRow:
    verdict = _verdict(adjusted.gap, adjustment, unit, language)
    raw = wording.NOT_MEASURED[language] if row.gap is None else wording.difference(row.gap, unit, language)
    why = "" if adjusted.gap.obstacle is None else obstacle(adjusted.gap.obstacle, monitor, language)
    remains = why or wording.difference(adjusted.gap, unit, language)
    return AdjustedRow(row, adjusted, _sentence(raw, remains, held, verdict, language), verdict, why)


def _verdict(gap: Figure, adjustment: Adjustment, unit: Unit, language: Language) -> str:
    """From the published interval; empty where none is shown, and for amounts."""
    if gap.low is None or gap.high is None or unit != UNIT_OF_VERDICTS:
        return ""
    return VERDICTS[adjustment.verdict(gap.low, gap.high)][language]


def _sentence(raw: str, remains: str, held: str, verdict: str, language: Language) -> str:
    if raw == remains:  # both hidden, for the same reason
        return f"{raw}."
    told = f" {verdict.capitalize()}." if verdict else ""
    return f"{raw}; {_among(held, language)}: {remains}.{told}"


def _finding(rows: Sequence[AdjustedRow], unit: Unit, held: str, language: Language) -> str:
    """How many groups have which verdict, of amounts which side: `among people of the same sex: proportional for 2`."""
    for_ = Text("for", "voor")[language]
    if unit == UNIT_OF_VERDICTS:
        words = [each[language] for each in (*VERDICTS.values(), _NO_VERDICT)]
        told = Counter(row.verdict or _NO_VERDICT[language] for row in rows)
    else:
        tallied = wording.tallied([row.adjusted.gap for row in rows])
        words = [each[language] for _, each in tallied]
        told = Counter(dict(zip(words, (number for number, _ in tallied), strict=True)))
    counted = [f"{word} {for_} {wording.groups(told[word], language)}" for word in words if told[word]]
    among = _among(held, language)
    return f"{among[:1].upper()}{among[1:]}: {', '.join(counted)}."


def _among(held: str, language: Language) -> str:
    return Text(f"among people of the same {held}", f"onder mensen met gelijke kenmerken ({held})")[language]


def adjustment_title(adjustment: Adjustment, monitor: Monitor) -> Text:
    """The title of a set: the office's own, or what it holds equal, as it stands inside a sentence."""
    if adjustment.title is not None:
        return adjustment.title
    named = tuple(_titles(adjustment, monitor).values())
    return Text(
        _listed([_inside(title.en) for title in named], "and"),
        _listed([_inside(title.nl) for title in named], "en"),
    )


def _titles(adjustment: Adjustment, monitor: Monitor) -> dict[str, Text]:
    """The title of each characteristic of a set."""
    titles = {v.id: v.title for v in monitor.variables}
    titles |= {c.id: c.title for c in monitor.classifications}
    return {name: titles[name] for name in adjustment.covariates}


def _listed(words: Sequence[str], and_: str) -> str:
    *first, last = words
    return f"{', '.join(first)} {and_} {last}" if first else last


def _inside(title: str) -> str:
    return title[:1].lower() + title[1:] if title[1:2].islower() else title
