"""From a converter's drawing to an SVG element that a page can hold: named, small, and with the words put in."""

from __future__ import annotations

import re
from collections.abc import Sequence
from html import escape

from zaragoza.publish.charts import style

_SHELL = re.compile(r"^<svg[^>]*viewBox=\"([^\"]+)\"[^>]*>(.*)</svg>$", re.DOTALL)
_NOISE = re.compile(
    r"<path class=\"(?:background|foreground)\"[^>]*/>"
    r"| (?:class|role|aria-hidden|aria-label|aria-roledescription|stroke-miterlimit|opacity)=\"[^\"]*\""
    r"| transform=\"translate\(0,0\)\"| font-family=\"[^\"]*\"| text-anchor=\"start\""
)
_EMPTY = re.compile(r"<g[^>]*></g>")
_PLAIN = re.compile(r"<g>((?:(?!<g[ >]|</g>).)*)</g>", re.DOTALL)
_LONG = re.compile(r"-?\d+\.\d{3,}(?:e-\d+)?")
_TOKEN = re.compile(r"@(\d+)@")


def finish(drawing: str, words: Sequence[str], *, title: str, description: str, id: str) -> str:
    """The drawing with its name, its description and its words.

    Args:
        drawing: SVG in which texts are tokens `@0@`, `@1@`, ...
        words: what the tokens stand for.
        title: accessible name.
        description: accessible description.
        id: prefix of the two ids.
    """
    found = _SHELL.match(drawing)
    if found is None:
        raise ValueError("the converter gave no SVG")
    view, inside = found.groups()
    inside = _compact(inside).replace(f'fill="{style.INK}"', 'fill="currentColor"')
    inside = _TOKEN.sub(lambda token: escape(words[int(token.group(1))]), inside)
    _, _, width, height = view.split()
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" class="chart" role="img" width="{width}" '
        f'height="{height}" viewBox="{view}" font-family="{style.FONT}" aria-labelledby="{id}-title {id}-desc">'
        f'<title id="{id}-title">{escape(title)}</title><desc id="{id}-desc">{escape(description)}</desc>'
        f"{inside}</svg>"
    )


def _compact(inside: str) -> str:
    inside = _NOISE.sub("", inside)
    inside = _LONG.sub(lambda number: f"{round(float(number.group()), 2):g}", inside)
    shorter = _PLAIN.sub(r"\1", _EMPTY.sub("", inside))
    while shorter != inside:
        inside, shorter = shorter, _PLAIN.sub(r"\1", _EMPTY.sub("", shorter))
    return inside
