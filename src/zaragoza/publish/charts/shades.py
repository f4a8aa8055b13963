"""Shades of maps: from pale to dark for levels, from one hue over white to another for gaps."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from zaragoza.publish.charts.sheet import ticks

# From pale to dark of one hue.
_LEVELS = ("#deebf7", "#9ecae1", "#6baed6", "#2171b5", "#08306b")
# Two hues of Okabe and Ito (2008), mixed with white by how far a gap is from zero; the middle is white.
_BELOW, _ABOVE = (213, 94, 0), (0, 114, 178)
_STEPS = 4  # at each side of white
WHITE = "#fff"  # not written like the paper, which is another in the dark
DARK, LIGHT = "#000", "#fff"  # words on a shade: the one of more contrast has at least 4.5 : 1 (WCAG 1.4.3)


@dataclass(frozen=True)
class Shades:
    """The shades of one map.

    Attributes:
        edges: values where a shade begins or ends, one more than there are shades.
        fills: the shades, from the lowest values to the highest.
        gaps: whether they part at zero.
    """

    edges: tuple[float, ...]
    fills: tuple[str, ...]
    gaps: bool

    @classmethod
    def of(cls, values: Sequence[float], *, gaps: bool = False) -> Shades:
        """For levels classes that begin and end at round numbers; for gaps as many at both sides of zero.

        Args:
            values: at least one.
            gaps: whether these are gaps.
        """
        if gaps:
            most = ticks((0.0, max(abs(value) for value in values) or 1.0))[-1]
            number = 2 * _STEPS + 1
            edges = tuple(most * (2 * place / number - 1) for place in range(number + 1))
            return cls(edges, tuple(_mixed(step / _STEPS) for step in range(-_STEPS, _STEPS + 1)), gaps=True)
        at = ticks((min(values), max(values)), most=len(_LEVELS)) if min(values) < max(values) else ()
        at = at or (min(values), max(values))
        last = len(_LEVELS) - 1
        number = len(at) - 1
        fills = tuple(_LEVELS[round(place * last / max(number - 1, 1))] for place in range(number))
        return cls(at, fills, gaps=False)

    def fill(self, value: float) -> str:
        """The shade of a value."""
        below = sum(value >= edge for edge in self.edges[1:-1])
        return self.fills[below]


def ink(fill: str) -> str:
    """The colour of words on a shade."""
    return DARK if _luminance(fill) > _luminance_between(DARK, LIGHT) else LIGHT


def contrast(one: str, other: str) -> float:
    """Of two colours (WCAG 2.2, contrast ratio)."""
    low, high = sorted((_luminance(one), _luminance(other)))
    return (high + 0.05) / (low + 0.05)


def _luminance_between(dark: str, light: str) -> float:
    """On which both have the same contrast."""
    product = (_luminance(dark) + 0.05) * (_luminance(light) + 0.05)
    return float(product**0.5) - 0.05


def _luminance(colour: str) -> float:
    """Relative luminance (WCAG 2.2)."""
    digits = colour[1:] if len(colour) == 7 else "".join(2 * digit for digit in colour[1:])
    parts = [int(digits[place : place + 2], 16) / 255 for place in (0, 2, 4)]
    red, green, blue = (p / 12.92 if p <= 0.04045 else ((p + 0.055) / 1.055) ** 2.4 for p in parts)
    return float(0.2126 * red + 0.7152 * green + 0.0722 * blue)


def _mixed(part: float) -> str:
    """From -1, the hue below zero, over white to 1."""
    if not part:
        return WHITE
    hue = _BELOW if part < 0 else _ABOVE
    return "#" + "".join(f"{round(255 + abs(part) * (each - 255)):02x}" for each in hue)
