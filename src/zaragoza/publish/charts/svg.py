"""From a converter's drawing to SVG elements that a page can hold: named, small, and with the words put in."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from html import escape

from zaragoza.publish.charts import style

_GROUP, _END = (
    '<path class="background"',
    '<path class="foreground"',
)  # a converter's first and last in each group
_NOISE = re.compile(
    r"</?g(?: [^>]*[^/])?>| transform=\"translate\(0,0\)\"| (?:class|role|aria-roledescription|font-family)=\"[^\"]*\""
)
_LONG = re.compile(r"-?\d+\.\d{3,}(?:e-\d+)?")
_TICK = re.compile(r"(<text[^>]*)/>")
_TIP = re.compile(r'(<path[^>]*?) aria-label="(\d+)"([^>]*?)/>')
HATCHED = "url(#hatched)"  # the fill of what is not shown; a page has one chart with it
_HATCH = (
    '<defs><pattern id="hatched" width="6" height="6" patternUnits="userSpaceOnUse" patternTransform="rotate(45)">'
    '<rect width="6" height="6" fill="#fff"/><path d="M0 0V6" stroke="#555" stroke-width="2.5"/></pattern></defs>'
)


@dataclass(frozen=True)
class Word:
    """Words beside the drawing: at the left or right edge, with their base line at `y`."""

    text: str
    y: int
    right: bool = False
    bold: bool = False


def split(drawing: str) -> list[str]:
    """The marks of each chart of a drawing, as short as they can be."""
    _, _, *groups = drawing.split(_GROUP)  # before the sheet, and the sheet's own
    return [_compact(group[group.index(">") + 1 : group.index(_END)]) for group in groups]


def finish(
    marks: str,
    ticks: Sequence[str],
    tips: Sequence[str],
    words: Sequence[Word],
    size: tuple[int, int],
    *,
    title: str,
    description: str,
    id: str,
) -> str:
    """The chart with its name, its description and its words.

    Args:
        marks: of one chart, of which tick labels have no text.
        ticks: texts of the tick labels, in their order.
        tips: of the marks that keep a place for one.
        words: what else is written on it.
        size: width and height of the chart.
        title: accessible name.
        description: accessible description.
        id: prefix of the two ids.
    """
    labels = iter(ticks)
    labelled = _TICK.sub(lambda tick: f"{tick.group(1)}>{escape(next(labels))}</text>", marks)
    labelled = _TIP.sub(
        lambda mark: f"{mark[1]}{mark[3]}><title>{escape(tips[int(mark[2])])}</title></path>", labelled
    )
    hatch = _HATCH if HATCHED in marks else ""
    width, height = size
    written = "".join(_word(word, width) for word in words)
    kind = "chart large" if width > style.WIDTH else "chart"
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" class="{kind}" role="img" width="{width}" '
        f'height="{height}" viewBox="0 0 {width} {height}" font-family="{style.FONT}" '
        f'stroke-linecap="round" aria-labelledby="{id}-title {id}-desc">'
        f'<title id="{id}-title">{escape(title)}</title><desc id="{id}-desc">{escape(description)}</desc>'
        f'{hatch}<g fill="none" fill-rule="evenodd">{labelled}</g>'
        f'<g fill="currentColor" font-size="{style.WORD_SIZE}px">{written}</g></svg>'
    )


def _word(word: Word, width: int) -> str:
    place = f'x="{width}" text-anchor="end"' if word.right else 'x="0"'
    weight = ' font-weight="600"' if word.bold else ""
    return f'<text {place} y="{word.y}"{weight}>{escape(word.text)}</text>'


def _compact(marks: str) -> str:
    marks = _NOISE.sub("", marks).replace(f'fill="{style.INK}"', 'fill="currentColor"')
    return _LONG.sub(lambda number: f"{round(float(number.group()), 2):g}", marks)
