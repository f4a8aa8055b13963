"""Where the regions of the made-up country lie: an island of cells in the middle of an ocean, parted between them."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Any, Final

import numpy as np

from zaragoza.synthetic.places import REGIONS

CODE: Final = "region"  # the property that holds the code
NAME: Final = "name"
SOURCE: Final = "made up / verzonnen"
_WEST, _SOUTH, _WIDE, _HIGH = -31.0, 40.0, 0.11, 0.075  # degrees; of a step across and a step up
_COLUMNS, _ROWS = 26, 22  # cells
_MIDDLES = {"XZ11": (12, 4), "XZ12": (5, 10), "XZ21": (15, 11), "XZ22": (22, 12), "XZ31": (11, 18)}
_JITTER, _COAST, _SEED = 0.55, 0.04, 2023

Corner = tuple[int, int]  # in half columns and thirds of rows, so that neighbours name the same corner alike


def region_areas() -> dict[str, Any]:
    """The regions as GeoJSON (RFC 7946): a feature each, with its code and its name."""
    rng = np.random.default_rng(_SEED)
    coast = 1 + _COAST * rng.standard_normal((_ROWS, _COLUMNS))
    moved = {
        (x, y): (x + across, y + up)
        for x in range(-1, 2 * _COLUMNS + 3)
        for y in range(-2, 3 * _ROWS + 3)
        for across, up in [rng.uniform(-_JITTER, _JITTER, 2).tolist()]
    }
    cells: dict[str, list[tuple[int, int]]] = {code: [] for code in REGIONS}
    for row in range(_ROWS):
        for column in range(_COLUMNS):
            if _inland(column, row, float(coast[row, column])):
                cells[_nearest(column, row)].append((column, row))
    return {
        "type": "FeatureCollection",
        "features": [
            {
                "type": "Feature",
                "properties": {CODE: code, NAME: REGIONS[code]},
                "geometry": {
                    "type": "MultiPolygon",
                    "coordinates": [[[_position(moved[c]) for c in ring]] for ring in _rings(own)],
                },
            }
            for code, own in cells.items()
        ],
    }


def _inland(column: int, row: int, coast: float) -> bool:
    """Inside an ellipse with a ragged edge."""
    across, up = (2 * column / (_COLUMNS - 1) - 1), (2 * row / (_ROWS - 1) - 1)
    return bool(across**2 + up**2 < 0.95 * coast)


def _nearest(column: int, row: int) -> str:
    return min(_MIDDLES, key=lambda code: (column - _MIDDLES[code][0]) ** 2 + (row - _MIDDLES[code][1]) ** 2)


def _rings(cells: Iterable[tuple[int, int]]) -> Iterator[list[Corner]]:
    """Borders of some cells: the sides that only one of them has, one after the other; closed."""
    sides = {side for cell in cells for side in _sides(*cell)}
    ahead = {start: end for start, end in sides if (end, start) not in sides}
    while ahead:
        ring = [min(ahead)]
        while ring[-1] in ahead:
            ring.append(ahead.pop(ring[-1]))
        yield ring[::-1]  # outer rings go against the clock


def _sides(column: int, row: int) -> Iterator[tuple[Corner, Corner]]:
    """Of a cell with six corners; rows stand half a cell aside in turn."""
    x, y = 2 * column + row % 2 + 1, 3 * row + 2
    corners = [(x, y - 2), (x + 1, y - 1), (x + 1, y + 1), (x, y + 2), (x - 1, y + 1), (x - 1, y - 1)]
    return zip(corners, (*corners[1:], corners[0]), strict=True)


def _position(corner: tuple[float, float]) -> list[float]:
    """Longitude and latitude; rows go from north to south."""
    x, y = corner
    return [round(_WEST + x * _WIDE, 4), round(_SOUTH + (3 * _ROWS - y) * _HIGH, 4)]
