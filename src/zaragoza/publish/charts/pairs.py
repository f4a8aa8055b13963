"""Gaps beside what remains of them: a dumbbell, and the parts of a gap; every figure with its interval."""

from __future__ import annotations

import textwrap
from collections.abc import Callable, Sequence
from dataclasses import dataclass

from zaragoza.publish.charts import style
from zaragoza.publish.charts.chart import Chart
from zaragoza.publish.charts.sheet import Axis, Mark, Sheet, looks, ticks_around_zero

_GLYPHS = {"circle": "\N{BLACK CIRCLE}", "diamond": "\N{BLACK DIAMOND}"}
_HOLLOW_BAR, _THIN_BAR, _BAR = "\N{WHITE SQUARE}", "\N{WHITE SMALL SQUARE}", "\N{BLACK SQUARE}"


@dataclass(frozen=True, kw_only=True)
class Group:
    """One row.

    Attributes:
        label: name of the group.
        marks: its figures from top to bottom; the label of each says what it is.
    """

    label: str
    marks: tuple[Mark, ...]


@dataclass(frozen=True, kw_only=True)
class Band:
    """Gaps so small that they count as none.

    Attributes:
        margin: half of its width.
        words: what it is, written below the axis.
    """

    margin: float
    words: str


_LABEL, _WORDS = (
    int(style.WIDTH / style.BOLD_CHARACTER),
    int(style.WIDTH / style.CHARACTER),
)  # characters of a line
_Keys = tuple[str, ...]  # the sign before the words of each mark


def dumbbell(
    groups: Sequence[Group], axis: Axis, band: Band | None, *, title: str, description: str, id: str
) -> Chart:
    """Two gaps a group, a circle and a diamond joined by a line, on the band of gaps that count as none.

    The second stands a little lower than the first, so that neither covers the other where they are equal.

    Args:
        groups: rows from top to bottom, each of two marks; at least one has a value.
        axis: unit and ticks.
        band: around zero, or none.
        title: the chart's accessible name.
        description: all figures in words.
        id: prefix of the ids in the SVG, unique on the page.
    """

    def paint(group: Group, top: int, sheet: Sheet) -> None:
        shown = [
            (m, top + number * style.STEP) for number, m in enumerate(group.marks) if m.value is not None
        ]
        if len(shown) > 1:
            (one, above), (other, below) = shown
            sheet.line(one.value or 0.0, other.value or 0.0, above, below, looks(one)["colour"], 4)
        for mark, y in shown:
            sheet.dot(mark, y, width=1.5)

    keys = tuple(_GLYPHS.values())
    return _draw(groups, axis, paint, keys, title=title, description=description, id=id, band=band)


def parts(groups: Sequence[Group], axis: Axis, *, title: str, description: str, id: str) -> Chart:
    """A gap and its two parts a group: a dot, and bars from zero that may point to different sides.

    Args:
        groups: rows from top to bottom, each of as many marks: the gap, what is explained, contributions to that if
            there are any, what remains.
        axis: unit and ticks.
        title: the chart's accessible name.
        description: all figures in words.
        id: prefix of the ids in the SVG, unique on the page.
    """

    def paint(group: Group, top: int, sheet: Sheet) -> None:
        whole, *bars = group.marks
        sheet.dot(whole, top, width=1.5)
        for number, mark in enumerate(bars, 1):
            last = number == len(bars)
            height = style.BAR if last or number == 1 else style.THIN_BAR
            _bar(mark, top + number * style.STEP, height, sheet, hollow=not last)

    contributions = max((len(group.marks) for group in groups), default=3) - 3
    keys = (_GLYPHS["circle"], _HOLLOW_BAR, *(_THIN_BAR,) * contributions, _BAR)
    return _draw(groups, axis, paint, keys, title=title, description=description, id=id)


def _bar(mark: Mark, y: int, height: int, sheet: Sheet, *, hollow: bool) -> None:
    if mark.value is None:
        return
    colour = looks(mark)["colour"]
    fill = style.PAPER if hollow else colour
    sheet.area(min(0.0, mark.value), max(0.0, mark.value), y - height, y, colour, fill)
    sheet.interval(mark, y + 4, 1.5)  # below the bar: on it, it could not be seen


def _draw(
    groups: Sequence[Group],
    axis: Axis,
    paint: Callable[[Group, int, Sheet], None],
    keys: _Keys,
    *,
    title: str,
    description: str,
    id: str,
    band: Band | None = None,
) -> Chart:
    sheet = Sheet()
    y, lanes = style.TOP, []
    at = ticks_around_zero([mark for group in groups for mark in group.marks], axis)
    for group in groups:
        y = _words(group, y, keys, sheet)
        if any(mark.value is not None for mark in group.marks):
            bottom = y + len(group.marks) * style.STEP
            lanes.append((y, bottom))
            paint(group, y + style.STEP // 2, sheet)
            y = bottom
        y += style.SPACE
    _under(sheet, at, lanes, band)
    sheet.axis(axis, at, y)
    if band is not None:
        sheet.height = sheet.paragraph(band.words, sheet.height + 8) + 9
    return sheet.chart(title, description, id)


def _under(sheet: Sheet, at: Sequence[float], lanes: Sequence[tuple[int, int]], band: Band | None) -> None:
    """The band and the grid, below what is drawn already."""
    drawn, sheet.data["lines"] = sheet.data["lines"], []
    sheet.grid(at, lanes, zero=True)
    sheet.data["lines"] += drawn
    if band is not None:
        margin = min(band.margin, *(abs(x) for x in (at[0], at[-1])))
        for top, bottom in lanes:
            sheet.area(-margin, margin, top, bottom, style.BAND, style.BAND)


def _words(group: Group, y: int, keys: _Keys, sheet: Sheet) -> int:
    """Writes the group's name and its figures from this height on; returns where they end."""
    lines = [(line, True) for line in textwrap.wrap(group.label, _LABEL) or [""]]
    told = {mark.words for mark in group.marks}
    if len(told) == 1 and all(mark.value is None for mark in group.marks):
        lines += [(line, False) for line in textwrap.wrap(told.pop(), _WORDS)]
    else:
        for key, mark in zip(keys, group.marks, strict=True):
            sign = key if mark.value is not None else "\N{EN DASH}"
            words = f"{sign} {mark.label}: {mark.words}"
            wrapped = textwrap.wrap(words, _WORDS, subsequent_indent="\N{NO-BREAK SPACE}" * 4)
            lines += [(line, False) for line in wrapped]
    for number, (line, bold) in enumerate(lines):
        sheet.write(line, y + 14 + number * style.LINE, bold=bold)
    return y + 14 + (len(lines) - 1) * style.LINE + 7
