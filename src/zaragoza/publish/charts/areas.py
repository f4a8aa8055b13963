"""A map of places by their outlines: shaded by value, hatched where none is shown, with a key and words."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from zaragoza.publish.charts import style
from zaragoza.publish.charts.chart import Chart
from zaragoza.publish.charts.shades import Shades, ink
from zaragoza.publish.charts.sheet import Sheet
from zaragoza.publish.charts.svg import HATCHED

_EDGE = "#767676"
_KEY, _HATCH = 14, 28  # height of the key, and width of its hatched part
_ROOM = 6  # pixels at both sides of words inside an area


@dataclass(frozen=True)
class Outline:
    """Where a place lies on the map.

    Attributes:
        path: in pixels, as SVG has it.
        x, y: the middle of the widest level line inside.
        room: its length.
    """

    path: str
    x: float
    y: float
    room: float


@dataclass(frozen=True, kw_only=True)
class Area:
    """One place.

    Attributes:
        outline: where it lies.
        tip: its name and its figure in words, or why none is shown.
        words: the figure, from long to short: the longest that has room is written into the area.
        value: None where none is shown.
    """

    outline: Outline
    tip: str
    words: Sequence[str] = ()
    value: float | None = None


@dataclass(frozen=True, kw_only=True)
class Key:
    """What the shades mean.

    Attributes:
        tick: writes a value.
        title: quantity and unit.
        hidden: what the hatched areas are.
        lower, higher: words at both ends, for gaps.
    """

    tick: Callable[[float], str]
    title: str
    hidden: str
    lower: str = ""
    higher: str = ""


def area_map(areas: Sequence[Area], height: int, key: Key, *, title: str, description: str, id: str) -> Chart:
    """The map; at least one place has a value.

    Args:
        areas: of the places.
        height: of all outlines.
        key: for levels, or with words at both ends for gaps.
        title: accessible name.
        description: all values in words.
        id: prefix of the ids in the SVG, unique on the page.
    """
    sheet = Sheet(style.LARGE)
    values = [area.value for area in areas if area.value is not None]
    shades = Shades.of(values, gaps=bool(key.lower))
    for area in areas:
        fill = HATCHED if area.value is None else shades.fill(area.value)
        sheet.outline(area.outline.path, fill, colour=_EDGE, **sheet.tip(area.tip))
    for area in areas:
        if area.value is not None:
            _words(sheet, area, shades.fill(area.value))
    hidden = len(values) < len(areas)
    _key(sheet, shades, key, height + style.LINE, hidden=hidden)
    sheet.across(style.MARGIN, sheet.width - style.MARGIN)
    return sheet.chart(title, description, id)


def _words(sheet: Sheet, area: Area, fill: str) -> None:
    room = area.outline.room - 2 * _ROOM
    fitting = next((words for words in area.words if len(words) * style.CHARACTER <= room), None)
    if fitting is not None:
        sheet.tick(area.outline.x, round(area.outline.y) + 4, fitting, ink=ink(fill))


def _key(sheet: Sheet, shades: Shades, key: Key, y: int, *, hidden: bool) -> None:
    """The shades side by side, each value where it begins; then what is hatched."""
    sheet.write(key.title, y + 12)
    top = y + 22
    left, right = style.MARGIN, sheet.width * 2 // 5  # what is hatched needs the rest, in any language
    wide = (right - left) / len(shades.fills)
    for place, fill in enumerate(shades.fills):
        sheet.area(left + place * wide, left + (place + 1) * wide, top, top + _KEY, _EDGE, fill)
    below = top + _KEY + 15
    if shades.gaps:
        for part, value in ((0, shades.edges[0]), (0.5, 0.0), (1, shades.edges[-1])):
            sheet.tick(left + part * (right - left), below, key.tick(value))
        sheet.tick(left, below + style.LINE, key.lower, align="left")
        sheet.tick(right, below + style.LINE, key.higher, align="right")
    else:
        for place, value in enumerate(shades.edges):
            sheet.tick(left + place * wide, below, key.tick(value))
    if hidden:
        start = right + style.MARGIN
        sheet.area(start, start + _HATCH, top, top + _KEY, _EDGE, HATCHED)
        sheet.tick(start + _HATCH + 8, top + 12, key.hidden, align="left")
    sheet.height = below + style.LINE + 8
