"""Intervals of quantiles in plain Python, slow and obvious: the twin of `zaragoza.compute`.

Written from the oracle's README (Quantiles) and methods/05 section 3.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass

from tests.reference.incomes import Inside, answered, degrees, picked, variance
from tests.reference.quantiles import quantile, tied
from tests.reference.student import beta_quantile, t_quantile
from tests.reference.survey import Row


@dataclass(frozen=True)
class QuantileInterval:
    value: float
    low: float | None
    high: float | None
    standard_error: float | None  # (high - low) / (2 t)


def quantile_interval(
    rows: Sequence[Row],
    inside: Inside,
    p: float,
    rule: str = "school",
    interval: str = "t",
    level: float = 0.95,
) -> QuantileInterval:
    """Limits at the same rule: Woodruff's through an interval of F at the quantile, or by inverting the test of F.

    Degrees of freedom are those of the domain with an income, and so are the rows of `korn_graubard`.
    """
    used = answered(rows, inside)
    values, weights = picked(rows, inside)
    value = quantile(values, weights, p, rule)
    t = t_quantile((1 + level) / 2, degrees(rows, used))
    if interval == "score":
        low, high = _score_limits(rows, used, p, rule, t)
    else:
        share, error = _share_up_to(rows, used, value)
        limits = _share_limits(interval, share, error, t, t_quantile((1 + level) / 2, sum(used) - 1), level)
        low, high = (
            quantile(values, weights, limit, rule) if limit is not None and 0 <= limit <= 1 else None
            for limit in limits
        )
    both = low is not None and high is not None
    return QuantileInterval(value, low, high, (high - low) / (2 * t) if both else None)


def _share_up_to(rows: Sequence[Row], used: Inside, value: float) -> tuple[float, float]:
    """F at a value and its standard error under the design."""
    reach = tied(value)
    total = sum(row.weight for row, flag in zip(rows, used, strict=True) if flag)
    share = sum(r.weight for r, flag in zip(rows, used, strict=True) if flag and r.y <= reach) / total
    scores = [
        r.weight * ((r.y <= reach) - share) / total if flag else 0.0
        for r, flag in zip(rows, used, strict=True)
    ]
    return share, math.sqrt(variance(rows, scores))


def _share_limits(
    interval: str, p: float, error: float, t: float, t_rows: float, level: float
) -> tuple[float | None, float | None]:
    if interval == "t":
        return p - t * error, p + t * error
    if error <= 1e-12 or not 1e-12 < p < 1 - 1e-12:
        return None, None
    if interval == "logit":
        middle, reach = math.log(p / (1 - p)), t * error / (p * (1 - p))
        return 1 / (1 + math.exp(reach - middle)), 1 / (1 + math.exp(-reach - middle))
    if interval == "arcsine":
        middle, reach = math.asin(math.sqrt(p)), t * error / (2 * math.sqrt(p * (1 - p)))
        angles = middle - reach, middle + reach  # beyond 0 or pi/2 the limit would fold back into [0, 1]
        low, high = (math.sin(a) ** 2 if 0 <= a <= math.pi / 2 else None for a in angles)
        return low, high
    n = p * (1 - p) / error**2 * (t_rows / t) ** 2
    tail = (1 - level) / 2
    return beta_quantile(tail, n * p, n * (1 - p) + 1), beta_quantile(1 - tail, n * p + 1, n * (1 - p))


def inverted_test(rows: Sequence[Row], used: Inside, p: float, t: float) -> tuple[float, float]:
    """The test of F = p inverted: the first values at which (F - p)/se exceeds -t, and exceeds t."""
    statistic = _test_of_share(rows, used, p)
    values = sorted({r.y for r, flag in zip(rows, used, strict=True) if flag and r.weight > 0})
    return next(v for v in values if statistic(v) > -t), next(v for v in values if statistic(v) > t)


def _test_of_share(rows: Sequence[Row], used: Inside, p: float) -> Callable[[float], float]:
    def statistic(value: float) -> float:
        share, error = _share_up_to(rows, used, value)
        return (share - p) / error if error > 1e-12 else math.inf if share > p else -math.inf

    return statistic


def _score_limits(
    rows: Sequence[Row], used: Inside, p: float, rule: str, t: float
) -> tuple[float | None, float | None]:
    """As R survey 4.1.1 inverts the test, which is not quite the test inverted.

    It looks for one crossing with Brent's search, from 1 % of the unweighted interquartile range within the extremes to
    a tolerance of 1/(100 sqrt n): the crossing lies at a value, and the search ends now above, now below it. The limit
    is the quantile at the **unweighted** share of rows up to there: with unequal weights another one than the test's.
    """
    values, weights = picked(rows, used)
    statistic = _test_of_share(rows, used, p)
    ones = [1.0] * len(values)
    margin = (quantile(values, ones, 0.75, "hf7") - quantile(values, ones, 0.25, "hf7")) / 100
    low, high = min(values) + margin, max(values) - margin
    limits = []
    for critical in (-t, t):
        root = brent(lambda y, c=critical: c - statistic(y), low, high, 1 / (100 * math.sqrt(len(values))))
        limits.append(quantile(values, weights, sum(y <= root for y in values) / len(values), rule))
    return limits[0], limits[1]


def brent(function: Callable[[float], float], a: float, b: float, tolerance: float) -> float:
    """A zero between a and b (Brent 1973, chapter 4): interpolation where it is safe, halving elsewhere."""
    c, fa, fb = a, function(a), function(b)
    fc = fa
    while True:
        before = b - a
        if abs(fc) < abs(fb):
            a, b, c, fa, fb, fc = b, c, b, fb, fc, fb
        least = 2 * math.ulp(1.0) * abs(b) + tolerance / 2
        half = (c - b) / 2
        if abs(half) <= least or fb == 0:
            return b
        step = half
        if abs(before) >= least and abs(fa) > abs(fb):
            p, q = _interpolated(a, b, c, fa, fb, fc)
            if p < min(1.5 * half * q - abs(least * q) / 2, abs(before * q / 2)):
                step = p / q
        a, fa = b, fb
        b += step if abs(step) >= least else math.copysign(least, step)
        fb = function(b)
        if (fb > 0) == (fc > 0):
            c, fc = a, fa


def _interpolated(a: float, b: float, c: float, fa: float, fb: float, fc: float) -> tuple[float, float]:
    """The step from b as a quotient with p not negative: secant, or inverse quadratic of three points."""
    s = fb / fa
    if a == c:
        p, q = (c - b) * s, 1 - s
    else:
        r, u = fb / fc, fa / fc
        p = s * ((c - b) * u * (u - r) - (b - a) * (r - 1))
        q = (u - 1) * (r - 1) * (s - 1)
    return (p, -q) if p > 0 else (-p, q)
