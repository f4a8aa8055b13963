"""From a converter's drawing to an SVG element that a page can hold: named, small, and with the words put in."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from html import escape

from zaragoza.publish.charts import style

_SHELL = re.compile(r"^<svg[^>]*viewBox=\"([^\"]+)\"[^>]*>(.*)</svg>$", re.DOTALL)
_NOISE = re.compile(
    r"<path class=\"(?:background|foreground)\"[^>]*/>"
    r"| (?:class|role|aria-hidden|aria-label|aria-roledescription|stroke-miterlimit|opacity)=\"[^\"]*\""
    r"| transform=\"translate\(0,0\)\"| font-family=\"[^\"]*\"| stroke-linecap=\"[^\"]*\""
)
_EMPTY = re.compile(r"<g[^>]*></g>")
_PLAIN = re.compile(r"<g>((?:(?!<g[ >]|</g>).)*)</g>", re.DOTALL)
_LONG = re.compile(r"-?\d+\.\d{3,}(?:e-\d+)?")
_TOKEN = re.compile(r"@(\d+)@")


@dataclass(frozen=True)
class Word:
    """Words beside the drawing: at the left or right edge, with their base line at `y`."""

    text: str
    y: int
    right: bool = False
    bold: bool = False


def finish(
    drawing: str, ticks: Sequence[str], words: Sequence[Word], *, title: str, description: str, id: str
) -> str:
    """The drawing with its name, its description and its words.

    Args:
        drawing: SVG in which tick labels are tokens `@0@`, `@1@`, ...
        ticks: what the tokens stand for.
        words: what else is written on it.
        title: accessible name.
        description: accessible description.
        id: prefix of the two ids.
    """
    found = _SHELL.match(drawing)
    if found is None:
        raise ValueError("the converter gave no SVG")
    view, inside = found.groups()
    inside = _compact(inside).replace(f'fill="{style.INK}"', 'fill="currentColor"')
    inside = _TOKEN.sub(lambda token: escape(ticks[int(token.group(1))]), inside)
    _, _, width, height = view.split()
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" class="chart" role="img" width="{width}" '
        f'height="{height}" viewBox="{view}" font-family="{style.FONT}" stroke-linecap="round" '
        f'aria-labelledby="{id}-title {id}-desc">'
        f'<title id="{id}-title">{escape(title)}</title><desc id="{id}-desc">{escape(description)}</desc>'
        f'{inside}<g fill="currentColor" font-size="{style.WORD_SIZE}px">{"".join(map(_word, words))}</g></svg>'
    )


def _word(word: Word) -> str:
    place = f'x="{style.WIDTH}" text-anchor="end"' if word.right else 'x="0"'
    weight = ' font-weight="600"' if word.bold else ""
    return f'<text {place} y="{word.y}"{weight}>{escape(word.text)}</text>'


def _compact(inside: str) -> str:
    inside = _NOISE.sub("", inside)
    inside = _LONG.sub(lambda number: f"{round(float(number.group()), 2):g}", inside)
    shorter = _PLAIN.sub(r"\1", _EMPTY.sub("", inside))
    while shorter != inside:
        inside, shorter = shorter, _PLAIN.sub(r"\1", _EMPTY.sub("", shorter))
    return inside
