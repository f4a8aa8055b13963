"""Lines with fewer points, the same for both places that they part, so that no gap opens between neighbours."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence

import numpy as np
from numpy.typing import NDArray

Point = tuple[int, int]
Ring = tuple[Point, ...]  # closed: the last point leads to the first


class Borders:
    """The rings of all places as lines between the points where more than two lines meet."""

    def __init__(self, rings: Mapping[str, Sequence[Ring]]) -> None:
        self._rings = rings
        beside: dict[Point, set[Point]] = {}
        for ring in (each for own in rings.values() for each in own):
            for before, point, after in zip((ring[-1], *ring[:-1]), ring, (*ring[1:], ring[0]), strict=True):
                beside.setdefault(point, set()).update((before, after))
        self._meet = {point for point, others in beside.items() if len(others) > 2}

    def simplified(self, tolerance: float) -> dict[str, list[Ring]]:
        """The rings with the points that lie farther than this from a straight line; some may have fewer than three."""
        known: dict[Ring, Ring] = {}

        def thinned(line: Ring) -> Ring:
            """Always in the same direction, so that both sides of a border get the same points."""
            one, turned = line, line[::-1]
            first = min(one, turned)
            if first not in known:
                known[first] = _straightened(first, tolerance)
            return known[first] if first is one or first == one else known[first][::-1]

        return {
            name: [tuple(point for line in self._lines(ring) for point in thinned(line)[:-1]) for ring in own]
            for name, own in self._rings.items()
        }

    def _lines(self, ring: Ring) -> Iterator[Ring]:
        """The lines of a ring; one that meets no other starts at its least point."""
        at = [number for number, point in enumerate(ring) if point in self._meet]
        start = at[0] if at else ring.index(min(ring))
        turned = (*ring[start:], *ring[:start], ring[start])
        ends = [number - start for number in at[1:]] + [len(ring)]
        begin = 0
        for end in ends:
            yield turned[begin : end + 1]
            begin = end


def _straightened(line: Ring, tolerance: float) -> Ring:
    """Of Douglas and Peucker (1973): keeps the point farthest from the chord, and so on at both sides of it."""
    points = np.array(line, dtype=np.float64)
    kept = {0, len(line) - 1}
    waiting = [(0, len(line) - 1)]
    while waiting:
        start, end = waiting.pop()
        if end - start < 2:
            continue
        distances = _from_chord(points[start + 1 : end], points[start], points[end])
        farthest = int(distances.argmax())
        if distances[farthest] > tolerance:
            middle = start + 1 + farthest
            kept.add(middle)
            waiting += [(start, middle), (middle, end)]
    return tuple(line[number] for number in sorted(kept))


def _from_chord(
    points: NDArray[np.float64], start: NDArray[np.float64], end: NDArray[np.float64]
) -> NDArray[np.float64]:
    """Distances to the line between two points, or to the point that both are."""
    along = end - start
    length = float(np.hypot(*along))
    away = points - start
    if not length:
        return np.asarray(np.hypot(away[:, 0], away[:, 1]))
    return np.asarray(np.abs(along[0] * away[:, 1] - along[1] * away[:, 0]) / length)
