"""What all charts share: rows, the axis and its ticks, the grid, and the sheet that collects what is drawn."""

from __future__ import annotations

import json
import math
import textwrap
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from typing import Any, Literal

from zaragoza.publish.charts import style
from zaragoza.publish.charts.chart import Chart
from zaragoza.publish.charts.spec import LAYERS
from zaragoza.publish.charts.svg import Word

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
        shape: instead of that of its place.
    """

    label: str
    words: str
    value: float | None = None
    low: float | None = None
    high: float | None = None
    role: Role = "group"
    position: int = 0
    unreliable: bool = False
    shape: str = ""


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


def ticks(covered: tuple[float, float], *, beyond: bool = False, most: int = 6) -> tuple[float, ...]:
    """Round numbers that cover the extent, in steps of 1, 2 or 5 times a power of ten.

    Args:
        covered: smallest and largest value to cover.
        beyond: leaves a step free at both sides of zero.
        most: largest number of ticks.
    """
    low, high = covered
    size = 10.0 ** math.floor(math.log10((high - low) / most)) if high > low else 1.0
    for factor in (1, 2, 5, 10, 20, 50):
        step = factor * size
        first, last = math.floor(low / step + 1e-9), math.ceil(high / step - 1e-9)
        if beyond:
            first, last = min(first, -1), max(last, 1)
        if last - first < most:
            break
    return tuple(round(index * step, 12) for index in range(first, last + 1))


def extent(marks: Iterable[Mark], axis: Axis) -> tuple[float, float]:
    """What the axis must cover: everything drawn, widened to the smallest span within the possible values."""
    drawn = [x for mark in marks for x in (mark.value, mark.low, mark.high) if x is not None]
    low, high = min(drawn), max(drawn)
    if high - low >= axis.span:
        return low, high
    least, most = axis.limits
    start = (low + high - axis.span) / 2
    start = min(max(start, min(least, low)), max(most, high) - axis.span)
    return start, start + axis.span


def ticks_around_zero(marks: Iterable[Mark], axis: Axis) -> tuple[float, ...]:
    """Ticks of a chart of gaps: zero, and something at both sides of it."""
    low, high = extent(marks, axis)
    return ticks((min(low, 0.0), max(high, 0.0)), beyond=True)


class Sheet:
    """The rows of the drawing's layers, and the words that are put in afterwards."""

    def __init__(self, width: int = style.WIDTH) -> None:
        self.width = width
        self.data: dict[str, list[dict[str, Any]]] = {name: [] for name in LAYERS}
        self.ticks: list[str] = []
        self.tips: list[str] = []
        self.words: list[Word] = []
        self.height = 0

    def write(self, text: str, y: int, *, right: bool = False, bold: bool = False) -> None:
        """Words at the left or right edge."""
        self.words.append(Word(text, y, right, bold))

    def paragraph(self, text: str, y: int) -> int:
        """Words over as many lines as they need; returns the height of the last."""
        lines = self.lines(text)
        for number, line in enumerate(lines):
            self.write(line, y + number * style.LINE)
        return y + (len(lines) - 1) * style.LINE

    def lines(self, text: str) -> list[str]:
        """Words in lines that fit the sheet."""
        return textwrap.wrap(text, int(self.width / style.CHARACTER)) or [""]

    def line(self, start: float, end: float, top: int, bottom: int, colour: str, width: float) -> None:
        """A line between two points."""
        row = {"from": start, "to": end, "top": top, "bottom": bottom, "colour": colour, "width": width}
        self.data["lines"].append(row)

    def area(self, start: float, end: float, top: int, bottom: int, colour: str, fill: str) -> None:
        """A rectangle, below all lines."""
        row = {"from": start, "to": end, "top": top, "bottom": bottom, "colour": colour, "fill": fill}
        self.data["areas"].append(row)

    def outline(self, path: str, fill: str, **others: object) -> None:
        """An area of any form in pixels, below all lines; `colour` is that of its edge."""
        self.data["outlines"].append({"path": path, "fill": fill} | others)

    def dot(self, mark: Mark, y: int, *, width: float = 3) -> None:
        """A figure that is shown with its interval."""
        if mark.value is None:
            return
        self.interval(mark, y, width)
        tip = self.tip(f"{mark.label}: {mark.words}" if mark.words else "")
        row = {"y": y, "value": mark.value, "size": style.DOT}
        self.data["dots"].append(row | looks(mark) | tip)

    def tip(self, words: str) -> dict[str, str]:
        """The place that a mark keeps for what is said when one points at it."""
        if not words:
            return {}
        self.tips.append(words)
        return {"tip": str(len(self.tips) - 1)}

    def interval(self, mark: Mark, y: int, width: float) -> None:
        """The interval of a figure, where it is known."""
        if mark.low is not None and mark.high is not None:
            self.line(mark.low, mark.high, y, y, looks(mark)["colour"], width)

    def grid(self, at: Sequence[float], lanes: Sequence[tuple[int, int]], *, zero: bool) -> None:
        """Short lines beside each interval and above the tick labels, so that none runs through words."""
        for x in at:
            colour, width = (style.REFERENCE, 1.5) if zero and x == 0 else (style.GRID, 0.75)
            for top, bottom in lanes:
                self.line(x, x, top, bottom, colour, width)

    def axis(self, axis: Axis, at: Sequence[float], y: int) -> None:
        """Ticks and title of the axis below this height, and the words beside the zero line above the rows."""
        bottom = y + 6
        self.grid(at, [(y, bottom)], zero=bool(axis.lower))
        for value in at:
            self.tick(value, bottom + 14, axis.tick(value))
        if axis.lower:
            self.grid((0.0,), [(2, style.TOP - 6)], zero=True)
            self.tick(0.0, 13, axis.lower, align="right", aside=-8)
            self.tick(0.0, 13, axis.higher, align="left", aside=8)
        self.height = self.paragraph(axis.title, bottom + 34) + 8

    def chart(self, title: str, description: str, id: str) -> Chart:
        """All that was put on it, to be drawn."""
        rows = [{"layer": layer} | row for layer, rows in self.data.items() for row in rows]
        return Chart(
            drawing=json.dumps({"width": self.width, "rows": rows}),
            width=self.width,
            height=self.height,
            ticks=tuple(self.ticks),
            tips=tuple(self.tips),
            words=tuple(self.words),
            title=title,
            description=description,
            id=id,
        )

    def tick(
        self, value: float, y: int, text: str, align: str = "center", aside: int = 0, ink: str = style.INK
    ) -> None:
        """Words at a place across the sheet; the outermost of all ticks are the ends of its scale."""
        self.ticks.append(text)
        self.data["ticks"].append({"at": value, "y": y, "align": align, "aside": aside, "ink": ink})

    def across(self, start: float, end: float) -> None:
        """The ends of the scale by themselves, where no words stand at them."""
        for value in (start, end):
            self.tick(value, 0, "")


def looks(mark: Mark) -> dict[str, str]:
    """Colour, shape and filling of a mark."""
    if mark.role == "reference":
        colour, shape = style.REFERENCE, "circle"
    elif mark.role == "other":
        colour, shape = style.NEUTRAL, "circle"
    else:
        colour, shape = style.colour(mark.position), mark.shape or style.shape(mark.position)
    hollow = mark.unreliable or mark.role == "other"
    return {"colour": colour, "shape": shape, "fill": style.PAPER if hollow else colour}
