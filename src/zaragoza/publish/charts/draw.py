"""Levels and gaps by group: one row a group, with its words, a dot and an interval."""

from __future__ import annotations

import textwrap
from collections.abc import Sequence

from zaragoza.publish.charts import style
from zaragoza.publish.charts.chart import Chart
from zaragoza.publish.charts.sheet import Axis, Mark, Sheet, extent, ticks, ticks_around_zero


def dot_interval(marks: Sequence[Mark], axis: Axis, *, title: str, description: str, id: str) -> Chart:
    """Levels by group: a dot with its interval a row.

    Args:
        marks: rows from top to bottom; at least one has a value.
        axis: unit and ticks.
        title: the finding in words; the chart's accessible name.
        description: all figures in words.
        id: prefix of the ids in the SVG, unique on the page.
    """
    return _draw(marks, axis, ticks(extent(marks, axis)), title, description, id)


def gap(marks: Sequence[Mark], axis: Axis, *, title: str, description: str, id: str) -> Chart:
    """Gaps (group minus reference) with a zero line; the arguments are those of `dot_interval`."""
    return _draw(marks, axis, ticks_around_zero(marks, axis), title, description, id)


def _draw(
    marks: Sequence[Mark], axis: Axis, at: tuple[float, ...], title: str, description: str, id: str
) -> Chart:
    sheet = Sheet()
    y = style.TOP if axis.lower else 0
    rows: list[tuple[Mark, int]] = []
    for mark in marks:
        middle = _words(mark, y, sheet)
        rows.append((mark, middle))
        y = middle + style.ROW - style.INTERVAL
    lanes = [(middle - style.ABOVE, middle + style.BELOW) for mark, middle in rows if mark.value is not None]
    sheet.grid(at, lanes, zero=bool(axis.lower))
    for mark, middle in rows:
        sheet.dot(mark, middle)
    sheet.axis(axis, at, y)
    return sheet.chart(title, description, id)


def _words(mark: Mark, y: int, sheet: Sheet) -> int:
    """Writes a row's label and words from this height on; returns the height of its interval."""
    lines = textwrap.wrap(mark.label, style.LABEL_CHARACTERS) or [""]
    for number, line in enumerate(lines):
        sheet.write(line, y + 14 + number * style.LINE, bold=True)
    middle = y + style.INTERVAL + (len(lines) - 1) * style.LINE
    if mark.value is None:
        return sheet.paragraph(mark.words, middle + 3) - 3
    told = sheet.lines(mark.words)
    beside = _line_with_room(lines, told[0])
    for number, line in enumerate(told, beside):
        sheet.write(line, y + 14 + number * style.LINE, right=True)
    return max(middle, y + style.INTERVAL + (beside + len(told) - 1) * style.LINE)


def _line_with_room(lines: Sequence[str], words: str) -> int:
    """The first line of the label beside which the words fit, or the line after it."""
    room = style.WIDTH - style.GAP - len(words) * style.CHARACTER
    fitting = (number for number, line in enumerate(lines) if len(line) * style.BOLD_CHARACTER <= room)
    return next(fitting, len(lines))
