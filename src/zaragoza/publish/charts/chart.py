"""Charts that wait to be drawn, and drawing many of them at once."""

from __future__ import annotations

import itertools
import json
import textwrap
from collections.abc import Iterable, MutableMapping
from dataclasses import dataclass
from html import escape

from zaragoza.publish.charts import style
from zaragoza.publish.charts.spec import convert
from zaragoza.publish.charts.svg import Word, finish, split

_SCALE = 2  # pixels of a picture to one of the page
_EDGE, _HEAD_LINE, _HEAD_CHARACTER = 24, 20, 8.2  # of a picture: its margin, and the lines above its chart
_AT_ONCE = 32  # more at once take no less time


@dataclass(frozen=True, kw_only=True)
class Chart:
    """What a chart shows.

    Attributes:
        drawing: its width and the rows of all its layers, as JSON; equal ones are drawn once, also with other words.
        width: in pixels.
        height: in pixels.
        ticks: texts of the tick labels, in the order of their rows.
        tips: what is said when one points at a mark, in the order of their rows.
        words: what else is written on it.
        title: the finding in words; the chart's accessible name.
        description: all figures in words.
        id: prefix of the ids in the SVG, unique on the page.
    """

    drawing: str
    width: int
    height: int
    ticks: tuple[str, ...]
    tips: tuple[str, ...]
    words: tuple[Word, ...]
    title: str
    description: str
    id: str

    def svg(self) -> str:
        """One SVG element that needs nothing from outside; many charts are drawn sooner by `draw_charts`."""
        (drawn,) = draw_charts((self,))
        return drawn


def draw_charts(charts: Iterable[Chart], known: MutableMapping[str, str] | None = None) -> tuple[str, ...]:
    """Draws many charts together: what the converter does once a drawing takes longer than one chart.

    Args:
        charts: of any number of pages.
        known: what was drawn before, by `drawing` of its chart; what is drawn now is added.

    Returns:
        For each chart one SVG element that needs nothing from outside.
    """
    charts = tuple(charts)
    marks = {} if known is None else known
    different = [
        drawing for drawing in dict.fromkeys(chart.drawing for chart in charts) if drawing not in marks
    ]
    for start in range(0, len(different), _AT_ONCE):
        some = different[start : start + _AT_ONCE]
        marks.update(zip(some, split(convert([json.loads(drawing) for drawing in some])), strict=True))
    return tuple(
        finish(
            marks[chart.drawing],
            chart.ticks,
            chart.tips,
            chart.words,
            (chart.width, chart.height),
            title=chart.title,
            description=chart.description,
            id=chart.id,
        )
        for chart in charts
    )


def png_size(chart: Chart) -> tuple[int, int]:
    """Width and height of the picture of a chart."""
    width, height = _whole(chart)
    return _SCALE * width, _SCALE * height


def as_png(chart: Chart) -> bytes:
    """A chart as a picture on white, with its finding above it."""
    import vl_convert  # starts a JavaScript engine: only when something is drawn

    width, height = _whole(chart)
    words = "".join(
        f'<text x="{_EDGE}" y="{y}" font-size="15px" font-weight="600">{escape(line)}</text>'
        for y, line in zip(itertools.count(_EDGE + 16, _HEAD_LINE), _head(chart))
    )
    whole = (
        f'<svg xmlns="http://www.w3.org/2000/svg" width="{width}" height="{height}" viewBox="0 0 {width} {height}" '
        f'color="{style.INK}" font-family="sans-serif"><rect width="{width}" height="{height}" fill="{style.PAPER}"/>'
        f'{words}<g transform="translate({_EDGE},{height - _EDGE - chart.height})">{chart.svg()}</g></svg>'
    )
    picture: bytes = vl_convert.svg_to_png(whole, scale=_SCALE)
    return picture


def _whole(chart: Chart) -> tuple[int, int]:
    return chart.width + 2 * _EDGE, chart.height + _HEAD_LINE * len(_head(chart)) + 3 * _EDGE // 2 + _EDGE


def _head(chart: Chart) -> list[str]:
    """The finding, in lines above the chart."""
    return textwrap.wrap(chart.title, int(chart.width / _HEAD_CHARACTER))
