"""Figures over time: a line a group in the band of its intervals; where figures are not comparable it is broken."""

from __future__ import annotations

import itertools
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass

from zaragoza.publish.charts import style
from zaragoza.publish.charts.chart import Chart
from zaragoza.publish.charts.sheet import Mark, Sheet, looks, ticks

_HEIGHT = 240  # of the plot
_TOP = 22
_LABEL = 17  # least distance between two labels
_LINE, _INTERVAL, _LEADER = 2.5, 1.25, 0.75
_PART = 0.5  # of the width that the years take; the labels of the lines have the rest
_MOST_YEARS = 7  # with a tick label
_SEEN_THROUGH = 0.16  # of a band, so that those under it can be seen
_SMALL = 24  # of a dot among many
_BROKEN = 1.25  # width of the line at a break


@dataclass(frozen=True, kw_only=True)
class Line:
    """The figures of one group.

    Attributes:
        label: its name, and its last figure.
        points: by position in time; those without a value leave a gap.
        breaks: positions from which on figures are not comparable with those before.
    """

    label: str
    points: Sequence[tuple[float, Mark]]
    breaks: frozenset[float] = frozenset()


@dataclass(frozen=True, kw_only=True)
class Scale:
    """The two axes.

    Attributes:
        value: writes a value.
        time: writes a position in time.
        title: quantity and unit.
        span: smallest range of values, so that a small change does not look like a large one.
        broken: what is written at a break.
        zero: whether zero must be on it.
    """

    value: Callable[[float], str]
    time: Callable[[float], str]
    title: str
    span: float
    broken: str
    zero: bool = False


def over_time(lines: Sequence[Line], scale: Scale, *, title: str, description: str, id: str) -> Chart:
    """Figures by group and time; at least one has a value.

    Args:
        lines: by group, in the order of their labels where two would meet.
        scale: of both axes.
        title: the finding in words; the chart's accessible name.
        description: all figures in words.
        id: prefix of the ids in the SVG, unique on the page.
    """
    sheet = Sheet(style.LARGE)
    drawn = [mark for line in lines for _, mark in line.points if mark.value is not None]
    at = ticks(_covered(drawn, scale))
    years = sorted({x for line in lines for x, mark in line.points if mark.value is not None})
    place = _places(at)
    sheet.write(scale.title, 13)
    for value in at:
        y = place(value)
        colour, width = (style.REFERENCE, 1.5) if scale.zero and value == 0 else (style.GRID, 0.5)
        sheet.line(years[0], max(years[-1], years[0] + 1), y, y, colour, width)
        sheet.write(scale.value(value), y - 3)
    for x in sorted({x for line in lines for x in _breaks(line)}):
        sheet.line(x, x, _TOP + style.LINE, _TOP + style.LINE + _HEIGHT, style.NEUTRAL, _BROKEN)
        sheet.tick(x, _TOP + style.LINE - 5, scale.broken)
    for line in lines:
        _line(sheet, line, place, _pixels(years), dotted=len(years) <= _MOST_YEARS)
    _labels(sheet, lines, place, _positions(years))
    _years(sheet, years, scale)
    sheet.height = _TOP + _HEIGHT + style.FOOT
    return sheet.chart(title, description, id)


def _covered(drawn: Sequence[Mark], scale: Scale) -> tuple[float, float]:
    values = [x for mark in drawn for x in (mark.value, mark.low, mark.high) if x is not None]
    low, high = min(values), max(values)
    if scale.zero:
        low, high = min(low, 0.0), max(high, 0.0)
    missing = max(scale.span - (high - low), 0.0)
    return low - missing / 2 if low > missing / 2 else min(low, 0.0), high + missing / 2


def _places(at: Sequence[float]) -> Callable[[float], int]:
    """From a value to its height on the sheet."""
    low, high = at[0], at[-1]
    return lambda value: round(_TOP + style.LINE + _HEIGHT * (high - value) / (high - low))


def _positions(years: Sequence[float]) -> Callable[[float], float]:
    """From pixels across the sheet to a position in time."""
    width = style.LARGE - 2 * style.MARGIN
    return lambda pixels: years[0] + (pixels - style.MARGIN) / width * (_end(years) - years[0])


def _pixels(years: Sequence[float]) -> Callable[[float], float]:
    """The other way round."""
    width = style.LARGE - 2 * style.MARGIN
    return lambda x: style.MARGIN + width * (x - years[0]) / (_end(years) - years[0])


def _shown(line: Line) -> list[tuple[float, Mark, float]]:
    return [(x, mark, mark.value) for x, mark in line.points if mark.value is not None]


def _breaks(line: Line) -> Iterator[float]:
    """Where a line is broken: between the last figure before a break and the first after it."""
    for (x, *_), (after, *_) in itertools.pairwise(_shown(line)):
        if any(x < broken <= after for broken in line.breaks):
            yield (x + after) / 2


def _runs(line: Line) -> Iterator[list[tuple[float, Mark, float]]]:
    """The parts of a line between its breaks and the years that are not shown."""
    run: list[tuple[float, Mark, float]] = []
    for x, mark in line.points:
        broken = any(run[-1][0] < each <= x for each in line.breaks) if run else False
        if run and (mark.value is None or broken):
            yield run
            run = []
        if mark.value is not None:
            run.append((x, mark, mark.value))
    if run:
        yield run


def _line(
    sheet: Sheet, line: Line, place: Callable[[float], int], across: Callable[[float], float], *, dotted: bool
) -> None:
    for run in _runs(line):
        colour = looks(run[0][1])["colour"]
        for known, points in itertools.groupby(run, lambda point: point[1].low is not None):
            if known:
                _intervals(sheet, [(x, mark) for x, mark, _ in points], place, across, colour)
        for (x, _, value), (after, _, following) in itertools.pairwise(run):
            sheet.line(x, after, place(value), place(following), colour, _LINE)
        for x, mark, value in run:
            large = dotted or x == run[-1][0] or mark.unreliable
            row = {"y": place(value), "value": x, "size": style.DOT if large else _SMALL}
            sheet.data["dots"].append(row | looks(mark) | sheet.tip(mark.words))


def _intervals(
    sheet: Sheet,
    points: Sequence[tuple[float, Mark]],
    place: Callable[[float], int],
    across: Callable[[float], float],
    colour: str,
) -> None:
    """Of figures that follow one another as one area, of a single one as a line."""
    ends = [(x, place(mark.low or 0.0), place(mark.high or 0.0)) for x, mark in points]
    if len(ends) == 1:
        ((x, low, high),) = ends
        sheet.line(x, x, low, high, colour, _INTERVAL)
        return
    around = [(x, high) for x, _, high in ends] + [(x, low) for x, low, _ in reversed(ends)]
    path = "L".join(f"{across(x):.1f} {y}" for x, y in around)
    sheet.outline(f"M{path}Z", colour, opacity=_SEEN_THROUGH)


def _labels(
    sheet: Sheet, lines: Sequence[Line], place: Callable[[float], int], across: Callable[[float], float]
) -> None:
    """At the right, pushed apart where they would meet, each led to from the end of its line."""
    ends = []
    for line in lines:
        shown = _shown(line)
        if shown:
            x, mark, value = shown[-1]
            ends.append((place(value), line.label, x, mark))
    lowest = -_LABEL
    for y, label, x, mark in sorted(ends, key=lambda end: (end[0], end[1])):
        lowest = max(y + 4, lowest + _LABEL)
        sheet.write(label, lowest, right=True)
        start = sheet.width - len(label) * style.CHARACTER - style.GAP / 2
        sheet.line(x, max(across(start), x), y, lowest - 4, looks(mark)["colour"], _LEADER)


def _years(sheet: Sheet, years: Sequence[float], scale: Scale) -> None:
    step = -(-len(years) // _MOST_YEARS)
    bottom = _TOP + style.LINE + _HEIGHT
    for x in reversed(years[::-1][::step]):
        sheet.tick(x, bottom + 20, scale.time(x))
    sheet.across(years[0], _end(years))


def _end(years: Sequence[float]) -> float:
    """Where the axis ends: beyond the last year, so that the labels have room."""
    length = max(years[-1] - years[0], 1.0)
    return years[0] + length / _PART
