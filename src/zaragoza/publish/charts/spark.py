"""A line as small as a word: how a figure went, without numbers; these stand beside it."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from html import escape

_WIDTH, _HEIGHT, _EDGE = 72, 18, 3
_LEAST = 2  # points of a line


def sparkline(points: Sequence[tuple[float, float]], *, title: str) -> str:
    """One SVG element, or nothing where there are fewer than two points.

    Args:
        points: position in time and value, in order.
        title: accessible name.
    """
    if len(points) < _LEAST:
        return ""
    times, values = [x for x, _ in points], [y for _, y in points]
    across = _scaled(min(times), max(times), _WIDTH)
    up = _scaled(min(values), max(values), _HEIGHT)
    line = " ".join(f"{across(x):.1f},{_HEIGHT - up(y):.1f}" for x, y in points)
    last_x, last_y = across(times[-1]), _HEIGHT - up(values[-1])
    return (
        f'<svg class="spark" role="img" width="{_WIDTH}" height="{_HEIGHT}" '
        f'viewBox="0 0 {_WIDTH} {_HEIGHT}" aria-label="{escape(title)}"><polyline points="{line}" fill="none" '
        f'stroke="currentColor" stroke-width="1.5"/><circle cx="{last_x:.1f}" cy="{last_y:.1f}" r="2.5" '
        'fill="currentColor"/></svg>'
    )


def _scaled(low: float, high: float, size: int) -> Callable[[float], float]:
    span = high - low
    return lambda value: _EDGE + (size - 2 * _EDGE) * ((value - low) / span if span else 0.5)
