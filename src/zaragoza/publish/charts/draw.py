"""The two charts: where marks, words and ticks stand. What draws them is in `spec`, what cleans them in `svg`."""

from __future__ import annotations

import math
import textwrap
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any, Literal

from zaragoza.publish.charts import style
from zaragoza.publish.charts.spec import DATASETS, convert
from zaragoza.publish.charts.svg import Word, finish

Role = Literal["reference", "group", "other"]


@dataclass(frozen=True, kw_only=True)
class Mark:
    """One row of a chart.

    Attributes:
        label: name of the group, the row's direct label.
        words: the figure in words, with its interval; for a hidden figure why it is not shown.
        value, low, high: as plotted; None for a hidden figure, or for an interval that is not known.
        role: `reference` is always the same dark grey, `other` (total, unknown) a hollow neutral mark.
        position: place among the groups compared, which gives colour and shape.
        unreliable: drawn hollow.
    """

    label: str
    words: str
    value: float | None = None
    low: float | None = None
    high: float | None = None
    role: Role = "group"
    position: int = 0
    unreliable: bool = False


@dataclass(frozen=True, kw_only=True)
class Axis:
    """The axis of a chart.

    Attributes:
        title: quantity and unit.
        tick: writes a tick's value.
        span: smallest range that the axis covers, so that a small difference does not look like a large one.
        limits: values that can occur at all.
        lower, higher: words at both sides of the zero line of a gap chart.
    """

    title: str
    tick: Callable[[float], str]
    span: float
    limits: tuple[float, float] = (-math.inf, math.inf)
    lower: str = ""
    higher: str = ""


def dot_interval(marks: Sequence[Mark], axis: Axis, *, title: str, description: str, id: str) -> str:
    """Levels by group: a dot with its interval a row.

    Args:
        marks: rows from top to bottom; at least one has a value.
        axis: unit and ticks.
        title: the finding in words; the chart's accessible name.
        description: all figures in words.
        id: prefix of the ids in the SVG, unique on the page.

    Returns:
        One SVG element that needs nothing from outside.
    """
    return _draw(marks, axis, ticks(_extent(marks, axis)), title, description, id)


def gap(marks: Sequence[Mark], axis: Axis, *, title: str, description: str, id: str) -> str:
    """Gaps (group minus reference) with a zero line; the arguments are those of `dot_interval`."""
    low, high = _extent(marks, axis)
    return _draw(marks, axis, ticks((min(low, 0.0), max(high, 0.0)), beyond=True), title, description, id)


def ticks(extent: tuple[float, float], *, beyond: bool = False, most: int = 6) -> tuple[float, ...]:
    """Round numbers that cover the extent, in steps of 1, 2 or 5 times a power of ten.

    Args:
        extent: smallest and largest value to cover.
        beyond: leaves a step free at both sides of zero.
        most: largest number of ticks.
    """
    low, high = extent
    size = 10.0 ** math.floor(math.log10((high - low) / most)) if high > low else 1.0
    for factor in (1, 2, 5, 10, 20, 50):
        step = factor * size
        first, last = math.floor(low / step + 1e-9), math.ceil(high / step - 1e-9)
        if beyond:
            first, last = min(first, -1), max(last, 1)
        if last - first < most:
            break
    return tuple(round(index * step, 12) for index in range(first, last + 1))


def _extent(marks: Sequence[Mark], axis: Axis) -> tuple[float, float]:
    """What the axis must cover: everything drawn, widened to the smallest span within the possible values."""
    drawn = [x for mark in marks for x in (mark.value, mark.low, mark.high) if x is not None]
    low, high = min(drawn), max(drawn)
    if high - low >= axis.span:
        return low, high
    least, most = axis.limits
    start = (low + high - axis.span) / 2
    start = min(max(start, min(least, low)), max(most, high) - axis.span)
    return start, start + axis.span


class _Sheet:
    """The rows of the drawing's layers, and the words that are put in when it is drawn."""

    def __init__(self) -> None:
        self.data: dict[str, list[dict[str, Any]]] = {name: [] for name in DATASETS}
        self.ticks: list[str] = []
        self.words: list[Word] = []

    def write(self, text: str, y: int, *, right: bool = False, bold: bool = False) -> None:
        self.words.append(Word(text, y, right, bold))

    def tick(self, value: float, y: int, text: str, align: str = "center", aside: int = 0) -> None:
        self.ticks.append(text)
        row = {"at": value, "y": y, "text": f"@{len(self.ticks) - 1}@", "align": align, "aside": aside}
        self.data["ticks"].append(row)

    def line(self, start: float, end: float, top: int, bottom: int, colour: str, width: float) -> None:
        row = {"from": start, "to": end, "top": top, "bottom": bottom, "colour": colour, "width": width}
        self.data["lines"].append(row)


def _draw(
    marks: Sequence[Mark], axis: Axis, at: tuple[float, ...], title: str, description: str, id: str
) -> str:
    sheet = _Sheet()
    y = style.TOP if axis.lower else 0
    rows: list[tuple[Mark, int]] = []
    for mark in marks:
        middle = _words(mark, y, sheet)
        rows.append((mark, middle))
        y = middle + style.ROW - style.INTERVAL
    bottom = y + 6
    lanes = [(middle - style.ABOVE, middle + style.BELOW) for mark, middle in rows if mark.value is not None]
    _grid(at, [*lanes, (y, bottom)], sheet, zero=bool(axis.lower))
    for mark, middle in rows:
        _dot(mark, middle, sheet)
    for value in at:
        sheet.tick(value, bottom + 14, axis.tick(value))
    if axis.lower:
        _grid((0.0,), [(2, style.TOP - 6)], sheet, zero=True)
        sheet.tick(0.0, 13, axis.lower, align="right", aside=-8)
        sheet.tick(0.0, 13, axis.higher, align="left", aside=8)
    sheet.write(axis.title, bottom + 34)
    drawing = convert(sheet.data, bottom + style.FOOT)
    return finish(drawing, sheet.ticks, sheet.words, title=title, description=description, id=id)


def _grid(at: tuple[float, ...], lanes: Sequence[tuple[int, int]], sheet: _Sheet, *, zero: bool) -> None:
    """Short lines beside each interval and above the tick labels, so that none runs through words."""
    for x in at:
        colour, width = (style.REFERENCE, 1.5) if zero and x == 0 else (style.GRID, 0.75)
        for top, bottom in lanes:
            sheet.line(x, x, top, bottom, colour, width)


def _words(mark: Mark, y: int, sheet: _Sheet) -> int:
    """Writes a row's label and words from this height on; returns the height of its interval."""
    lines = textwrap.wrap(mark.label, style.LABEL_CHARACTERS) or [""]
    for number, line in enumerate(lines):
        sheet.write(line, y + 14 + number * style.LINE, bold=True)
    beside = 0 if mark.value is None else _line_with_room(lines, mark.words)
    middle = y + style.INTERVAL + (max(len(lines), beside + 1) - 1) * style.LINE
    if mark.value is None:
        sheet.write(mark.words, middle + 3)
    else:
        sheet.write(mark.words, y + 14 + beside * style.LINE, right=True)
    return middle


def _dot(mark: Mark, y: int, sheet: _Sheet) -> None:
    if mark.value is None:
        return
    looks = _looks(mark)
    if mark.low is not None and mark.high is not None:
        sheet.line(mark.low, mark.high, y, y, looks["colour"], 3)
    sheet.data["dots"].append({"y": y, "value": mark.value} | looks)


def _line_with_room(lines: Sequence[str], words: str) -> int:
    """The first line of the label beside which the words fit, or the line after it."""
    room = style.WIDTH - style.GAP - len(words) * style.CHARACTER
    fitting = (number for number, line in enumerate(lines) if len(line) * style.BOLD_CHARACTER <= room)
    return next(fitting, len(lines))


def _looks(mark: Mark) -> dict[str, str]:
    if mark.role == "reference":
        colour, shape = style.REFERENCE, "circle"
    elif mark.role == "other":
        colour, shape = style.NEUTRAL, "circle"
    else:
        colour, shape = style.colour(mark.position), style.shape(mark.position)
    hollow = mark.unreliable or mark.role == "other"
    return {"colour": colour, "shape": shape, "fill": style.PAPER if hollow else colour}
