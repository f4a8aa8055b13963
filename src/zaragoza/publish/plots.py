"""From sections of figures to charts: which rows, which unit, which words."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import replace
from functools import partial

from zaragoza.model.indicator import Indicator, Unit
from zaragoza.model.text import Language, Text
from zaragoza.publish import numbers, wording
from zaragoza.publish.charts import Axis, Band, Chart, Group, Mark, dot_interval, dumbbell, gap, parts
from zaragoza.publish.view import AdjustedGap, Figure, Row, Section, Sheet

AXES: dict[Unit, Text] = {
    "proportion": Text("percent", "procent"),
    "euro": Text("euros", "euro"),
    "persons": Text("persons", "personen"),
    "number": Text("number", "aantal"),
}
GAPS: dict[Unit, Text] = {**AXES, "proportion": Text("percentage points", "procentpunten")}
_AS_IT_IS = Text("as it is", "zoals het is")
_COMPARABLE = Text("comparable people", "vergelijkbare mensen")
_EXPLAINED = Text("goes with what is held equal", "gaat samen met wat gelijk is gehouden")
_OF_WHICH = Text("of which {}", "waarvan {}")
_INTERACTION = Text("goes with both together", "gaat samen met beide tegelijk")
_REMAINS = Text("remains", "blijft over")
_DIFFERENCE = Text("Difference from", "Verschil met")
LEAST_SPAN: dict[Unit, float] = {"proportion": 0.1, "euro": 2000.0, "persons": 10.0, "number": 1.0}
_MOST_HEADLINES = 8


def level_chart(section: Section, indicator: Indicator, language: Language, id: str) -> Chart:
    """Levels by group; the section must have one that is shown."""
    unit = indicator.unit
    words = partial(wording.level, unit=unit, language=language)
    return dot_interval(
        [_mark(row, row.level, words(row.level), language) for row in section.rows],
        Axis(
            title=f"{indicator.title[language]} ({AXES[unit][language]})",
            tick=partial(numbers.tick, unit=unit, language=language, gap=False),
            span=LEAST_SPAN[unit],
            limits=(0.0, 1.0) if unit == "proportion" else (0.0, math.inf),
        ),
        title=f"{indicator.title[language]}. {wording.level_finding(section, unit, language)}",
        description=wording.described(section.rows, lambda row: words(row.level), language),
        id=id,
    )


def gap_chart(section: Section, indicator: Indicator, language: Language, id: str) -> Chart | None:
    """Gaps by group, or nothing where none is shown."""
    rows = [row for row in section.rows if row.gap is not None]
    if section.reference is None or not any(row.gap and row.gap.value is not None for row in rows):
        return None
    unit = indicator.unit
    words = _gap_words(unit, language)
    return gap(
        [_mark(row, row.gap, words(row), language) for row in rows],
        _gap_axis(section.reference, unit, language),
        title=f"{indicator.title[language]}. {wording.gap_finding(section, unit, language)}",
        description=wording.described(rows, words, language),
        id=id,
    )


def dumbbell_chart(
    section: Section, unit: Unit, place: int, margin: float | None, title: str, language: Language, id: str
) -> Chart | None:
    """The raw gap and what remains of it for each group, or nothing where no remainder is shown.

    Args:
        section: of the groups.
        unit: of the gaps.
        place: of the adjustment set in the monitor.
        margin: a gap this small counts as none; None: nothing is said of that.
        title: accessible name.
        language: of the words.
        id: prefix of the ids, unique on the page.
    """
    found = _adjusted(section, place)
    if section.reference is None or not any(gap.gap.value is not None for _, gap in found):
        return None
    as_it_is, comparable = _AS_IT_IS[language], _COMPARABLE[language]
    groups = [
        _group(row, ((as_it_is, row.gap, "circle"), (comparable, gap.gap, "diamond")), unit, language)
        for row, gap in found
    ]
    axis, band = _gap_axis(section.reference, unit, language), _band(margin, unit, language)
    return dumbbell(groups, axis, band, title=title, description=_told(groups), id=id)


def _band(margin: float | None, unit: Unit, language: Language) -> Band | None:
    if margin is None:
        return None
    words = Text(
        f"Grey band: at most {wording.margin(margin, unit, 'en')}, which counts as proportional",
        f"Grijze band: hooguit {wording.margin(margin, unit, 'nl')}, dat geldt als evenredig",
    )
    return Band(margin=margin, words=words[language])


def parts_chart(
    section: Section,
    unit: Unit,
    place: int,
    characteristics: Mapping[str, str],
    title: str,
    language: Language,
    id: str,
) -> Chart | None:
    """The raw gap of each group in its parts, or nothing where none is shown.

    Args:
        section: of the groups.
        unit: of the gaps.
        place: of the adjustment set in the monitor.
        characteristics: whose contributions to the explained part are drawn below it: titles by id.
        title: accessible name.
        language: of the words.
        id: prefix of the ids, unique on the page.
    """
    found = _adjusted(section, place)
    if section.reference is None or not any(
        each.explained is not None and each.explained.value is not None for _, each in found
    ):
        return None
    names = [(_OF_WHICH[language].format(name), key) for key, name in characteristics.items()]

    def figures(row: Row, gap: AdjustedGap) -> Iterator[tuple[str, Figure | None, str]]:
        yield _AS_IT_IS[language], row.gap, "circle"
        yield _EXPLAINED[language], gap.explained, ""
        yield from ((words, gap.contributions.get(key), "") for words, key in names)
        if gap.interaction is not None:
            yield _INTERACTION[language], gap.interaction, ""
        yield _REMAINS[language], gap.gap, ""

    groups = [_group(row, tuple(figures(row, gap)), unit, language) for row, gap in found]
    axis = _gap_axis(section.reference, unit, language)
    return parts(groups, axis, title=title, description=_told(groups), id=id)


def _adjusted(section: Section, place: int) -> list[tuple[Row, AdjustedGap]]:
    found = ((row, row.adjusted[place] if row.adjusted else None) for row in section.compared)
    return [(row, gap) for row, gap in found if gap is not None]


def _group(
    row: Row, figures: Sequence[tuple[str, Figure | None, str]], unit: Unit, language: Language
) -> Group:
    def words(figure: Figure | None) -> str:
        return wording.difference(figure, unit, language) if figure else wording.NOT_MEASURED[language]

    marks = (
        replace(_mark(row, figure, words(figure), language, label=name), shape=shape)
        for name, figure, shape in figures
    )
    return Group(label=row.label[language], marks=tuple(marks))


def _told(groups: Sequence[Group]) -> str:
    """All figures of a chart in words, for those who cannot see it."""
    return " ".join(
        f"{group.label}: {'; '.join(f'{mark.label}: {mark.words}' for mark in group.marks)}."
        for group in groups
    )


def headline_chart(
    sheets: Sequence[Sheet], column: str, row: Row, reference: Text, language: Language, id: str
) -> Chart | None:
    """Gaps of one group for the given indicators, all of them shares, or nothing where none is shown."""
    found = [(sheet.indicator.title[language], _row_of(sheet, column, row.code)) for sheet in sheets]
    pairs = [(name, other, other.gap) for name, other in found if other is not None and other.gap is not None]
    if not any(figure.value is not None for _, _, figure in pairs):
        return None
    words = _gap_words("proportion", language)
    return gap(
        [_mark(other, figure, words(other), language, label=name) for name, other, figure in pairs],
        _gap_axis(reference, "proportion", language),
        title=wording.headline(row.label, [figure for _, _, figure in pairs], language),
        description=". ".join(f"{name}: {words(other)}" for name, other, _ in pairs),
        id=id,
    )


def headline_sheets(sheets: Sequence[Sheet], column: str) -> tuple[Sheet, ...]:
    """The first share of each area that has a published gap; no choice by size, so no cherry-picking."""
    chosen: dict[str, Sheet] = {}
    for sheet in sheets:
        section = sheet.section(column)
        if section is None or sheet.indicator.unit != "proportion":
            continue
        if any(row.gap is not None and row.gap.value is not None for row in section.compared):
            chosen.setdefault(sheet.indicator.area, sheet)
    return tuple(chosen.values())[:_MOST_HEADLINES]


def _row_of(sheet: Sheet, column: str, code: str) -> Row | None:
    section = sheet.section(column)
    return next((row for row in section.rows if row.code == code), None) if section else None


def _gap_words(unit: Unit, language: Language) -> Callable[[Row], str]:
    def words(row: Row) -> str:
        return wording.difference(row.gap, unit, language) if row.gap else wording.NOT_MEASURED[language]

    return words


def _gap_axis(reference: Text, unit: Unit, language: Language) -> Axis:
    return Axis(
        title=f"{_DIFFERENCE[language]} “{reference[language]}” ({GAPS[unit][language]})",
        tick=partial(numbers.tick, unit=unit, language=language, gap=True),
        span=LEAST_SPAN[unit],
        lower=f"← {wording.side(-1, language)}",
        higher=f"{wording.side(1, language)} →",
    )


def _mark(row: Row, figure: Figure | None, words: str, language: Language, label: str | None = None) -> Mark:
    return Mark(
        label=label or row.label[language],
        words=words,
        value=figure.value if figure else None,
        low=figure.low if figure else None,
        high=figure.high if figure else None,
        role=row.role,
        position=row.position,
        unreliable=figure is not None and figure.status.doubtful,
    )
