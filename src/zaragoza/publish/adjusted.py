"""What the pages show of adjusted gaps: for each group the raw gap beside what remains between comparable people."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from zaragoza.model.adjustment import Adjustment, Verdict
from zaragoza.model.indicator import Indicator, Unit
from zaragoza.model.monitor import Monitor
from zaragoza.model.text import Language, Text
from zaragoza.publish import plots, wording
from zaragoza.publish.view import AdjustedGap, Figure, Row, Section

VERDICTS: dict[Verdict, Text] = {
    "proportional": Text("proportional", "evenredig"),
    "disproportional": Text("disproportional", "niet evenredig"),
    "undetermined": Text("undetermined", "niet vast te stellen"),
}
_AMONG = Text("among comparable people", "onder vergelijkbare mensen")
_REMAINS = Text("what remains", "wat overblijft")
_GOES_WITH = Text("goes with", "gaat samen met")
_EQUAL = Text("Held equal", "Gelijk gehouden")


@dataclass(frozen=True)
class AdjustedRow:
    """One group: its raw gap and the parts of it, in words."""

    row: Row
    adjusted: AdjustedGap
    raw: str
    remains: str
    explained: str
    verdict: str


@dataclass(frozen=True)
class AdjustedView:
    """One set of characteristics for one classification of groups.

    Attributes:
        held: what is held equal, in words.
        apart: whether it has a characteristic that follows chances in society.
        sentences: by group, the raw gap and what remains, in words.
        dumbbell, parts: charts; empty where nothing is shown.
    """

    key: str
    held: str
    apart: bool
    margin: str
    rows: tuple[AdjustedRow, ...]
    sentences: tuple[tuple[str, str], ...]
    dumbbell: str
    parts: str


def adjusted_views(
    section: Section, indicator: Indicator, monitor: Monitor, language: Language
) -> tuple[AdjustedView, ...]:
    """The sets with a shown figure for a single classification of groups, those apart last.

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
    return tuple(view for view in views if view.dumbbell)


def _view(
    section: Section,
    indicator: Indicator,
    monitor: Monitor,
    place: int,
    adjustment: Adjustment,
    language: Language,
) -> AdjustedView:
    unit, held = indicator.unit, adjustment_title(adjustment, monitor)[language]
    found = [(row, row.adjusted[place]) for row in section.compared if row.adjusted]
    rows = tuple(
        _row(row, adjusted, adjustment, unit, language) for row, adjusted in found if adjusted is not None
    )
    key, title = f"{section.key}-adjusted-{place}", f"{indicator.title[language]}. {_EQUAL[language]}: {held}"
    raw_and_adjusted = [pair for each in rows for pair in _pair(each, _AMONG[language])]
    split = [pair for each in rows for pair in _split(each, f"{_GOES_WITH[language]} {held}", language)]
    return AdjustedView(
        key=key,
        held=held,
        apart=adjustment.apart,
        margin=wording.margin(adjustment.margin, unit, language),
        rows=rows,
        sentences=tuple((each.row.label[language], _sentence(each, held, language)) for each in rows),
        dumbbell=plots.paired_chart(section, raw_and_adjusted, unit, language, title, f"{key}-raw"),
        parts=plots.paired_chart(section, split, unit, language, title, f"{key}-parts"),
    )


def _row(
    row: Row, adjusted: AdjustedGap, adjustment: Adjustment, unit: Unit, language: Language
) -> AdjustedRow:
    def words(figure: Figure | None) -> str:
        return (
            wording.NOT_MEASURED[language] if figure is None else wording.difference(figure, unit, language)
        )

    return AdjustedRow(
        row, adjusted, words(row.gap), words(adjusted.gap), words(adjusted.explained),
        _verdict(adjusted.gap, adjustment, language),
    )  # fmt: skip


def _verdict(gap: Figure, adjustment: Adjustment, language: Language) -> str:
    """From the published interval; empty where none is shown."""
    if gap.low is None or gap.high is None:
        return ""
    return VERDICTS[adjustment.verdict(gap.low, gap.high)][language]


def _pair(each: AdjustedRow, words: str) -> list[tuple[str, Row, Figure | None]]:
    return [("", each.row, each.row.gap), (words, each.row, each.adjusted.gap)]


def _split(each: AdjustedRow, words: str, language: Language) -> list[tuple[str, Row, Figure | None]]:
    return [(words, each.row, each.adjusted.explained), (_REMAINS[language], each.row, each.adjusted.gap)]


def _sentence(each: AdjustedRow, held: str, language: Language) -> str:
    among = Text(f"among people of the same {held}", f"onder mensen met gelijke kenmerken ({held})")[language]
    if each.adjusted.gap.value is None:
        return f"{each.raw}; {among}: {each.remains}"
    verdict = f": {each.verdict}" if each.verdict else ""
    return f"{each.raw}; {among} {each.remains}{verdict}"


def adjustment_title(adjustment: Adjustment, monitor: Monitor) -> Text:
    """The title of a set: the office's own, or what it holds equal, as it stands inside a sentence."""
    if adjustment.title is not None:
        return adjustment.title
    titles = {v.id: v.title for v in monitor.variables}
    titles |= {c.id: c.title for c in monitor.classifications}
    named = [titles[name] for name in adjustment.covariates]
    return Text(
        _listed([_inside(title.en) for title in named], "and"),
        _listed([_inside(title.nl) for title in named], "en"),
    )


def _listed(words: Sequence[str], and_: str) -> str:
    *first, last = words
    return f"{', '.join(first)} {and_} {last}" if first else last


def _inside(title: str) -> str:
    return title[:1].lower() + title[1:] if title[1:2].islower() else title
