"""Quantiles of t and beta in plain Python."""

from __future__ import annotations

import math
from collections.abc import Callable
from functools import cache


def beta_share(x: float, a: float, b: float) -> float:
    """The regularised incomplete beta function, by its continued fraction (Abramowitz and Stegun 26.5.8)."""
    if x <= 0 or x >= 1:
        return float(x >= 1)
    if x > (a + 1) / (a + b + 2):
        return 1 - beta_share(1 - x, b, a)
    fraction = 1.0
    for m in range(400, 0, -1):
        even = m * (b - m) * x / ((a + 2 * m - 1) * (a + 2 * m))
        odd = -(a + m) * (a + b + m) * x / ((a + 2 * m) * (a + 2 * m + 1))
        fraction = 1 + even / (1 + odd / fraction)
    fraction = 1 - (a + b) * x / (a + 1) / fraction
    front = math.lgamma(a + b) - math.lgamma(a) - math.lgamma(b) + a * math.log(x) + b * math.log1p(-x)
    return math.exp(front) / a / fraction


def beta_quantile(p: float, a: float, b: float) -> float:
    return _root(lambda x: beta_share(x, a, b) - p, 0.0, 1.0)


@cache
def t_quantile(p: float, df: float) -> float:
    """Of Student's t, for p above one half."""
    squared = _root(lambda x: beta_share(x, df / 2, 0.5) - 2 * (1 - p), 0.0, 1.0)
    return math.sqrt(df * (1 - squared) / squared)


def _root(rising: Callable[[float], float], low: float, high: float) -> float:
    """By halving, to the last bit."""
    while low < (middle := (low + high) / 2) < high:
        low, high = (middle, high) if rising(middle) < 0 else (low, middle)
    return middle
