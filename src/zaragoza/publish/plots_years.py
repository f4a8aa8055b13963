"""From figures of several periods or places to charts: which lines, which rows, which words."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import partial

from zaragoza.model.indicator import Indicator
from zaragoza.model.period import Period
from zaragoza.model.text import Language, Text
from zaragoza.publish import numbers, wording
from zaragoza.publish.charts import Axis, Chart, Line, Mark, Scale, dot_interval, gap, over_time
from zaragoza.publish.plots import AXES, GAPS, LEAST_SPAN
from zaragoza.publish.view import Figure, Role

_BROKEN = Text("break", "breuk")
_BREAK = "break"  # the reason of a figure from which on a series is another


@dataclass(frozen=True, kw_only=True)
class Series:
    """The figures of one group, by period.

    Attributes:
        position: place among the groups compared.
        breaks: periods from which on they cannot be compared with those before, beside those that figures tell.
    """

    label: str
    role: Role
    position: int
    figures: Mapping[str, Figure]
    breaks: frozenset[str] = frozenset()


def years_chart(
    series: Sequence[Series], indicator: Indicator, language: Language, title: str, id: str, *, gaps: bool
) -> Chart | None:
    """Levels or gaps by group and period, or nothing where fewer than two periods are shown.

    Args:
        series: by group.
        indicator: whose figures these are.
        language: of the words.
        title: accessible name.
        id: prefix of the ids, unique on the page.
        gaps: whether these are gaps.
    """
    shown = {period for each in series for period, figure in each.figures.items() if figure.value is not None}
    if len(shown) < 2:
        return None
    written = {Period(period).start: period for period in shown}
    unit = indicator.unit
    lines = [_line(each, indicator, language, gaps=gaps) for each in series]
    return over_time(
        [line for line in lines if any(mark.value is not None for _, mark in line.points)],
        Scale(
            value=partial(numbers.tick, unit=unit, language=language, gap=gaps),
            time=lambda start: written[start],
            title=f"{indicator.title[language]} ({(GAPS if gaps else AXES)[unit][language]})",
            span=LEAST_SPAN[unit],
            broken=_BROKEN[language],
            zero=gaps,
        ),
        title=title,
        description=_told(series, indicator, language, gaps=gaps),
        id=id,
    )


def years_finding(
    series: Sequence[Series], indicator: Indicator, language: Language, *, gaps: bool
) -> tuple[str, ...]:
    """Of the reference group and the group compared last, from where to where it went, a sentence each.

    As far back as figures can be compared. The words are those of both languages.
    """
    compared = [each for each in series if each.role == "group"]
    reference = [each for each in series if each.role == "reference" and not gaps]
    words = numbers.signed_size if gaps else numbers.level
    found = []
    for each in (*reference, *compared[-1:]):
        shown = _comparable(each)
        if len(shown) > 1:
            (start, first), (end, last) = shown[0], shown[-1]
            told = [words(value, indicator.unit, language) for value in (first, last)]
            found.append(f"{each.label}: {told[0]} in {start}, {told[1]} in {end}.")
    return tuple(found)


def _comparable(series: Series) -> list[tuple[str, float]]:
    """Periods and values since the last break."""
    found: list[tuple[str, float]] = []
    for period, figure in sorted(series.figures.items(), key=lambda each: Period(each[0]).start):
        if period in series.breaks or figure.status.reason == _BREAK:
            found.clear()
        if figure.value is not None:
            found.append((period, figure.value))
    return found


def places_chart(
    rows: Sequence[tuple[str, Role, Figure]],
    indicator: Indicator,
    language: Language,
    title: str,
    id: str,
    *,
    reference: Text | None = None,
) -> Chart | None:
    """One figure by place: levels, or gaps where a reference group is named; nothing where none is shown."""
    if not any(figure.value is not None for _, _, figure in rows):
        return None
    unit = indicator.unit
    words = wording.level if reference is None else wording.difference
    marks = [
        Mark(
            label=name,
            words=words(figure, unit, language),
            value=figure.value,
            low=figure.low,
            high=figure.high,
            role=role,
            unreliable=figure.status.doubtful,
        )
        for name, role, figure in rows
    ]
    description = " ".join(f"{mark.label}: {mark.words}." for mark in marks)
    tick = partial(numbers.tick, unit=unit, language=language, gap=reference is not None)
    axis_title = f"{indicator.title[language]} ({(AXES if reference is None else GAPS)[unit][language]})"
    if reference is None:
        limits = (0.0, 1.0) if unit == "proportion" else (0.0, math.inf)
        axis = Axis(title=axis_title, tick=tick, span=LEAST_SPAN[unit], limits=limits)
        return dot_interval(marks, axis, title=title, description=description, id=id)
    lower, higher = f"← {wording.side(-1, language)}", f"{wording.side(1, language)} →"
    axis = Axis(title=axis_title, tick=tick, span=LEAST_SPAN[unit], lower=lower, higher=higher)
    return gap(marks, axis, title=title, description=description, id=id)


def _line(series: Series, indicator: Indicator, language: Language, *, gaps: bool) -> Line:
    words = wording.difference if gaps else wording.level
    points = [
        (Period(period).start, _mark(series, figure, f"{period}: {words(figure, indicator.unit, language)}"))
        for period, figure in sorted(series.figures.items())
    ]
    write = numbers.signed if gaps else numbers.level
    values = [figure.value for _, figure in sorted(series.figures.items()) if figure.value is not None]
    last = write(values[-1], indicator.unit, language) if values else ""
    told = {period for period, figure in series.figures.items() if figure.status.reason == _BREAK}
    breaks = frozenset(Period(period).start for period in told | series.breaks)
    return Line(label=f"{series.label} {last}", points=points, breaks=breaks)


def _mark(series: Series, figure: Figure, words: str) -> Mark:
    return Mark(
        label=series.label,
        words=f"{series.label}, {words}",
        value=figure.value,
        low=figure.low,
        high=figure.high,
        role=series.role,
        position=series.position,
        unreliable=figure.status.doubtful,
    )


def _told(series: Sequence[Series], indicator: Indicator, language: Language, *, gaps: bool) -> str:
    """All figures in words, for those who cannot see the chart."""
    words = wording.difference if gaps else wording.level

    def told(each: Series) -> str:
        figures = sorted(each.figures.items())
        return "; ".join(f"{period}: {words(figure, indicator.unit, language)}" for period, figure in figures)

    return " ".join(f"{each.label}: {told(each)}." for each in series)
