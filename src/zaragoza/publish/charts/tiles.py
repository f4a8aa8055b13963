"""A map of tiles: each place one square, about where it lies, with its value in it: colour never stands alone."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from html import escape

from zaragoza.publish.charts import style
from zaragoza.publish.charts.shades import Shades, ink

# Column and row of each country, made for this project: neighbours stay near each other as far as squares allow.
EUROPE: Mapping[str, tuple[int, int]] = {
    "IS": (0, 0), "NO": (4, 0), "SE": (5, 0), "FI": (6, 0),
    "EE": (6, 1), "IE": (0, 2), "UK": (1, 2), "DK": (4, 1), "LV": (6, 2), "NL": (3, 2), "DE": (4, 2),
    "LT": (6, 3), "PL": (5, 2), "BE": (2, 3), "LU": (3, 3), "CZ": (4, 3), "SK": (5, 3),
    "FR": (2, 4), "CH": (3, 4), "AT": (4, 4), "HU": (5, 4), "RO": (6, 4),
    "PT": (0, 5), "ES": (1, 5), "IT": (3, 5), "SI": (4, 5), "HR": (5, 5), "BG": (6, 5),
    "EL": (5, 6), "MT": (3, 6), "CY": (7, 6),
}  # fmt: skip
_SIDE, _GAP = 62, 3
_NONE = ("#fff", "#4d4d4d")


@dataclass(frozen=True, kw_only=True)
class Tile:
    """One place.

    Attributes:
        code: of the place.
        name: in words.
        words: the value, short enough for a tile.
        tip: name and figure in words, or why none is shown.
        value: None where none is shown.
    """

    code: str
    name: str
    words: str
    tip: str
    value: float | None


def tile_map(tiles: Sequence[Tile], *, title: str, description: str, id: str, gaps: bool = False) -> str:
    """The map as one SVG element, or nothing where fewer than half of the places have a tile.

    Args:
        tiles: of the places.
        title: accessible name.
        description: all values in words.
        id: prefix of the ids in the SVG, unique on the page.
        gaps: whether the values are gaps.
    """
    placed = [tile for tile in tiles if tile.code in EUROPE]
    if 2 * len(placed) < len(tiles) or not any(tile.value is not None for tile in placed):
        return ""
    shades = Shades.of([tile.value for tile in placed if tile.value is not None], gaps=gaps)
    width, height = (_SIDE + _GAP) * 8 - _GAP, (_SIDE + _GAP) * 7 - _GAP
    drawn = "".join(_tile(tile, _shade(tile.value, shades)) for tile in placed)
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" class="tiles" role="img" width="{width}" height="{height}" '
        f'viewBox="0 0 {width} {height}" font-family="{style.FONT}" text-anchor="middle" '
        f'aria-labelledby="{id}-title {id}-desc"><title id="{id}-title">{escape(title)}</title>'
        f'<desc id="{id}-desc">{escape(description)}</desc>{drawn}</svg>'
    )


def _shade(value: float | None, shades: Shades) -> tuple[str, str]:
    if value is None:
        return _NONE
    fill = shades.fill(value)
    return fill, ink(fill)


def _tile(tile: Tile, shade: tuple[str, str]) -> str:
    column, row = EUROPE[tile.code]
    x, y = column * (_SIDE + _GAP), row * (_SIDE + _GAP)
    fill, ink_of = shade
    middle = x + _SIDE / 2
    words = escape(tile.words) if tile.value is not None else "–"
    return (
        f'<g fill="{ink_of}"><title>{escape(tile.tip)}</title>'
        f'<rect x="{x}" y="{y}" width="{_SIDE}" height="{_SIDE}" fill="{fill}" stroke="#767676"/>'
        f'<text x="{middle:g}" y="{y + 26}" font-size="14px" font-weight="600">{escape(tile.code)}</text>'
        f'<text x="{middle:g}" y="{y + 46}" font-size="13px">{words}</text></g>'
    )
