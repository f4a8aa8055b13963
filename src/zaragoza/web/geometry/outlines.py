"""From positions on the earth to outlines on a page: equal areas, half pixels, and as few points as a page bears."""

from __future__ import annotations

import zlib
from collections.abc import Mapping, Sequence
from itertools import pairwise

import numpy as np
from numpy.typing import NDArray

from zaragoza.errors import Fault, ReleaseError
from zaragoza.publish.charts import Outline, style
from zaragoza.web.geometry.read import Ring as Positions
from zaragoza.web.geometry.simplify import Borders, Point, Ring

MOST, MOST_SENT = (
    90_000,
    30_000,
)  # bytes of all outlines, and as they are sent: a third of a page, and half of one
_TALLEST = 600  # pixels
GRAIN = 0.5  # pixels: the unit of points
_FIRST, _STEP, _LAST = 0.7, 1.35, 12.0  # tolerances in half pixels
_SMALLEST = 4.0  # area in half pixels of an island that is kept, if the place has a larger one
_MARK = 3  # half of the square that stands for a place which cannot be seen otherwise
_LEVELS = 12  # heights at which room for words is looked for

Float = NDArray[np.float64]


Rings = Mapping[str, Sequence[Positions]]  # by place


def outlines(areas: Rings, where: str) -> tuple[dict[str, Outline], int]:
    """Outlines by place, and the height of them all, in pixels.

    Args:
        areas: rings of each place, as they were read.
        where: name of the file, for the fault.

    Raises:
        ReleaseError: they have too many points for a page, however few are kept.
    """
    rings, height = _on_page(areas)
    borders = Borders(rings)
    tolerance = _FIRST
    while tolerance <= _LAST:
        found = {name: _outline(own, rings[name]) for name, own in borders.simplified(tolerance).items()}
        text = "".join(each.path for each in found.values()).encode()
        if len(text) <= MOST and len(zlib.compress(text)) <= MOST_SENT:
            return found, height
        tolerance *= _STEP
    expected, found_here = f"at most {MOST // 1000} kB of simplified lines", f"more, of {len(areas)} places"
    raise ReleaseError(
        Fault(where, "size", expected, found_here, "Take larger places, or leave small islands out.")
    )


def equal_area(positions: Float, middle: Float) -> Float:
    """Lambert's azimuthal equal-area projection of the sphere (Snyder 1987, p. 185), in radii of the earth.

    Args:
        positions: longitudes and latitudes in degrees.
        middle: the position that it is made around.
    """
    longitude, latitude = np.radians(positions[:, 0] - middle[0]), np.radians(positions[:, 1])
    at = np.radians(middle[1])
    cosine = np.sin(at) * np.sin(latitude) + np.cos(at) * np.cos(latitude) * np.cos(longitude)
    scale = np.sqrt(2 / (1 + cosine))
    across = scale * np.cos(latitude) * np.sin(longitude)
    up = scale * (np.cos(at) * np.sin(latitude) - np.sin(at) * np.cos(latitude) * np.cos(longitude))
    return np.column_stack((across, up))


def _on_page(areas: Rings) -> tuple[dict[str, list[Ring]], int]:
    """Rings in half pixels, from the upper left corner; points that fall together are one."""
    everything = np.concatenate([ring for own in areas.values() for ring in own])
    middle = (everything.min(axis=0) + everything.max(axis=0)) / 2
    flat = {name: [equal_area(ring, middle) for ring in own] for name, own in areas.items()}
    all_flat = np.concatenate([ring for own in flat.values() for ring in own])
    low, high = all_flat.min(axis=0), all_flat.max(axis=0)
    width = style.LARGE - 2 * style.MARGIN
    scale = min(width / (high[0] - low[0]), _TALLEST / (high[1] - low[1])) / GRAIN
    left = style.MARGIN / GRAIN + (width / GRAIN - scale * (high[0] - low[0])) / 2

    def placed(ring: Float) -> Ring:
        points = np.rint((ring - (low[0], high[1])) * (scale, -scale) + (left, 0)).astype(int).tolist()
        return _joined([(x, y) for x, y in points])

    height = int(np.ceil(scale * (high[1] - low[1]) * GRAIN))
    return {name: [ring for each in own if (ring := placed(each))] for name, own in flat.items()}, height


def _joined(points: Sequence[Point]) -> Ring:
    """Without the last point, and without what leads to the point before."""
    found: list[Point] = []
    for point in points[:-1]:
        if len(found) > 1 and found[-2] == point:
            found.pop()
        elif not found or found[-1] != point:
            found.append(point)
    while len(found) > 1 and found[0] == found[-1]:
        found.pop()
    return tuple(found)


def _outline(rings: Sequence[Ring], before: Sequence[Ring]) -> Outline:
    """The path of a place, and where words have most room in it."""
    sizes = [abs(_size(ring)) for ring in rings]
    shown = [ring for ring, size in zip(rings, sizes, strict=True) if size >= min(_SMALLEST, max(sizes)) > 0]
    if not shown:
        shown = [_square(max(before, key=len))]
    x, y, room = _room(shown)
    return Outline(path="".join(map(_path, shown)), x=x, y=y, room=room)


def _size(ring: Ring) -> float:
    """Twice the area, signed by direction (the shoelace formula), halved."""
    around = (*ring, ring[0]) if ring else ()
    return sum(x * below - right * y for (x, y), (right, below) in pairwise(around)) / 2


def _square(ring: Ring) -> Ring:
    x, y = (round(sum(each) / len(ring)) for each in zip(*ring, strict=True))
    return (
        (x - _MARK, y - _MARK),
        (x + _MARK, y - _MARK),
        (x + _MARK, y + _MARK),
        (x - _MARK, y + _MARK),
    )


def _path(ring: Ring) -> str:
    """Relative steps are shortest: M and the first point, then all others from the point before."""
    steps = " ".join(
        f"{_number(right - left)} {_number(below - above)}"
        for (left, above), (right, below) in pairwise(ring)
    )
    x, y = ring[0]
    return f"M{_number(x)} {_number(y)}l{steps}z".replace(" -", "-")


def _number(units: int) -> str:
    """In pixels, as short as it can be."""
    return f"{units * GRAIN:g}".replace("0.", ".", 1) if abs(units) * GRAIN < 1 else f"{units * GRAIN:g}"


def _room(rings: Sequence[Ring]) -> tuple[float, float, float]:
    """The middle of the widest level line inside, in pixels, and its length."""
    heights = [y for ring in rings for _, y in ring]
    low, high = min(heights), max(heights)
    best = (0.0, 0.0, -1.0)
    for number in range(1, _LEVELS):
        level = low + (high - low) * number / _LEVELS + 0.01  # through no point
        crossed = sorted(_crossings(rings, level))
        for start, end in zip(crossed[::2], crossed[1::2], strict=False):
            if end - start > best[2]:
                best = ((start + end) / 2, level, end - start)
    return best[0] * GRAIN, best[1] * GRAIN, best[2] * GRAIN


def _crossings(rings: Sequence[Ring], level: float) -> list[float]:
    """Where borders cross a level line, across the page."""
    return [
        x + (right - x) * (level - y) / (below - y)
        for ring in rings
        for (x, y), (right, below) in pairwise((*ring, ring[0]))
        if (y < level) != (below < level)
    ]
