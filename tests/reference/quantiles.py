"""Quantiles and their linearisation in plain Python, slow and obvious: the twin of `zaragoza.compute`.

Written from the oracle's README (Quantiles, Linearisation) and methods/05 sections 3 and 6.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from itertools import accumulate

from tests.reference.incomes import Inside, picked
from tests.reference.survey import Row, Scores

HIT = 1e-12  # a cumulated share this near to p has reached it


def quantile(
    values: Sequence[float], weights: Sequence[float], p: float, rule: str = "school"
) -> float | None:
    """The p-quantile; None without a weight above zero. Tied values stay separate points in file order."""
    pairs = sorted(((y, w) for y, w in zip(values, weights, strict=True) if w > 0), key=lambda pair: pair[0])
    if not pairs:
        return None
    y, w = [pair[0] for pair in pairs], [pair[1] for pair in pairs]
    return _step(y, w, p, rule) if rule in ("math", "school", "laeken") else _line(y, w, p, rule)


def _step(y: list[float], w: list[float], p: float, rule: str) -> float:
    """The smallest value whose cumulated share reaches p (laeken: exceeds it; school: mean with the next on a hit)."""
    total = math.fsum(w)
    shares = [cumulated / total for cumulated in accumulate(w)]
    last = len(y) - 1
    if rule == "laeken":
        return y[next((k for k, share in enumerate(shares) if share > p + HIT), last)]
    k = next((k for k, share in enumerate(shares) if share >= p - HIT), last)
    if rule == "school" and abs(shares[k] - p) <= HIT:
        return (y[k] + y[min(k + 1, last)]) / 2
    return y[k]


def _line(y: list[float], w: list[float], p: float, rule: str) -> float:
    """Linear between the points (p_k, y_k), flat outside."""
    total = math.fsum(w)
    after = list(accumulate(w))
    before = [0.0, *after[:-1]]
    if rule == "hf4":
        at = [b / total for b in after]
    elif rule == "hf6":
        at = [b / (total + w[-1]) for b in after]
    elif rule == "hf7":
        at = [a / before[-1] if before[-1] else 0.0 for a in before]
    else:
        at = [(a + 2 * b) / 3 / (total + w[-1] / 3) for a, b in zip(before, after, strict=True)]
    if p <= at[0]:
        return y[0]
    k = next((k for k, position in enumerate(at) if position >= p), None)
    if k is None:
        return y[-1]
    return y[k - 1] + (y[k] - y[k - 1]) * (p - at[k - 1]) / (at[k] - at[k - 1])


def tied(value: float) -> float:
    """A value that was interpolated between tied ones lies a last bit off them."""
    return value + 1e-12 * abs(value)


# Their linearisation


def quantile_scores(rows: Sequence[Row], used: Inside, value: float, p: float, smooth: float) -> Scores:
    """-(1(y <= q) - p)/(N f(q)), weighted."""
    values, weights = picked(rows, used)
    total, height = math.fsum(weights), density(value, values, weights, smooth)
    return [
        -r.weight * ((r.y <= tied(value)) - p) / (total * height) if flag else 0.0
        for r, flag in zip(rows, used, strict=True)
    ]


def bandwidth(values: Sequence[float], weights: Sequence[float]) -> float:
    """Weighted standard deviation (divisor N) over N^0.2."""
    total = math.fsum(weights)
    mean = math.fsum(w * y for y, w in zip(values, weights, strict=True)) / total
    return (
        math.sqrt(math.fsum(w * (y - mean) ** 2 for y, w in zip(values, weights, strict=True)) / total)
        / total**0.2
    )


def density(x: float, values: Sequence[float], weights: Sequence[float], smooth: float) -> float:
    """Gaussian kernel density of the incomes at x."""
    heights = math.fsum(w * bell((x - y) / smooth) for y, w in zip(values, weights, strict=True))
    return heights / (math.fsum(weights) * smooth)


def bell(x: float) -> float:
    return math.exp(-x * x / 2) / math.sqrt(2 * math.pi)
