"""Quantiles, poverty and inequality in plain Python, slow and obvious: the twin of `zaragoza.compute`.

Written from the oracle's README (Quantiles, Poverty and inequality, Linearisation) and methods/05 sections 3 and 6.
Rows are those of `survey.Row` with the income in `y`; `inside` flags the rows of the domain; scores are those of all
rows of the sample, each multiplied by its weight, as `survey.level` gives them.
"""

from __future__ import annotations

import math
from collections import defaultdict
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from itertools import accumulate

from tests.reference.student import beta_quantile, t_quantile
from tests.reference.survey import Row, Scores

Inside = Sequence[bool]
HIT = 1e-12  # a cumulated share this near to p has reached it


def answered(rows: Sequence[Row], inside: Inside) -> list[bool]:
    return [flag and row.y is not None for row, flag in zip(rows, inside, strict=True)]


def picked(rows: Sequence[Row], inside: Inside) -> tuple[list[float], list[float]]:
    """Incomes and weights of the rows of the domain that have an income."""
    kept = [row for row, flag in zip(rows, answered(rows, inside), strict=True) if flag]
    return [row.y for row in kept], [row.weight for row in kept]


# Quantiles


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


# Their intervals


@dataclass(frozen=True)
class QuantileInterval:
    value: float
    low: float | None
    high: float | None
    standard_error: float | None  # (high - low) / (2 t)


def degrees(rows: Sequence[Row], inside: Inside) -> int:
    """Primary units minus strata in which the domain has a row with a weight."""
    met = [row for row, flag in zip(rows, inside, strict=True) if flag and row.weight > 0]
    return len({(row.stratum, row.units[0]) for row in met}) - len({row.stratum for row in met})


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


def tied(value: float) -> float:
    """A value that was interpolated between tied ones lies a last bit off them."""
    return value + 1e-12 * abs(value)


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


def variance(rows: Sequence[Row], scores: Scores) -> float:
    """`survey.variance` with one pass over the rows at each stage, for samples of thousands."""
    strata = defaultdict(list)
    for row, score in zip(rows, scores, strict=True):
        strata[row.stratum].append((row, score))
    return math.fsum(_between(members, 0) for members in strata.values())


def _between(members: list[tuple[Row, float]], stage: int) -> float:
    first = members[0][0]
    if stage == len(first.units):
        return 0.0
    units = defaultdict(list)
    for row, score in members:
        units[row.units[stage]].append((row, score))
    sums = [math.fsum(score for _, score in unit) for unit in units.values()]
    n = len(sums)
    fraction = n / first.sizes[stage] if stage < len(first.sizes) else 0.0
    mean = math.fsum(sums) / n
    squares = math.fsum((s - mean) ** 2 for s in sums)
    own = 0.0 if fraction == 1 else (1 - fraction) * n / (n - 1) * squares
    return own + (fraction * sum(_between(unit, stage + 1) for unit in units.values()) if fraction else 0.0)


# Poverty and inequality. A line is a threshold with the scores of its error: a known one has none.


@dataclass(frozen=True)
class Line:
    value: float
    scores: Scores


Estimate = tuple[float | None, Scores]


def known_line(value: float, rows: Sequence[Row]) -> Line:
    return Line(value, [0.0] * len(rows))


def poverty_threshold(
    rows: Sequence[Row], among: Inside, rule: str = "laeken", fraction: float = 0.6, order: float = 0.5
) -> Line | None:
    """A fraction of a quantile of all (national), or of the group (own)."""
    values, weights = picked(rows, among)
    middle = quantile(values, weights, order, rule)
    if middle is None:
        return None
    scores = _quantile_scores(rows, answered(rows, among), middle, order, bandwidth(values, weights))
    return Line(fraction * middle, [fraction * z for z in scores])


def poverty_rate(rows: Sequence[Row], inside: Inside, line: Line, smoothing: float | None = None) -> Estimate:
    """Weighted share below the threshold, strictly; `smoothing` replaces the domain's own bandwidth."""
    used = answered(rows, inside)
    values, weights = picked(rows, inside)
    total = math.fsum(weights)
    if total == 0:
        return None, [0.0] * len(rows)
    poor = [flag and row.y < line.value for row, flag in zip(rows, used, strict=True)]
    rate = math.fsum(row.weight for row, flag in zip(rows, poor, strict=True) if flag) / total
    slope = 0.0
    if any(line.scores):
        slope = density(line.value, values, weights, smoothing or bandwidth(values, weights))
    own = [
        r.weight * (below - rate) / total if flag else 0.0
        for r, flag, below in zip(rows, used, poor, strict=True)
    ]
    return rate, [z + slope * moved for z, moved in zip(own, line.scores, strict=True)]


def excluded(row: Row, also: bool | None, line: float) -> bool | None:
    """AROPE of one person, where `also` is what beside a low income excludes (methods/02 section 4).

    It holds if a known part holds; else it is not known if a part is not.
    """
    parts = (None if row.y is None else row.y < line, also)
    if True in parts:
        return True
    return None if None in parts else False


def decided_by_income(row: Row, also: bool | None) -> bool:
    """Whether a threshold elsewhere would make another answer of the person."""
    return row.y is not None and also is not True and row.weight > 0


def exclusion_rate(rows: Sequence[Row], inside: Inside, line: Line, also: Sequence[bool | None]) -> Estimate:
    """Weighted share of the excluded among those of whom it is known.

    When the line rises by a little, the density of those whose income matters tells how many become excluded. One of
    whom nothing else is known was not counted before: numerator and denominator grow, and the share by 1 - share.
    """
    found = [
        excluded(row, a, line.value) if flag else None
        for row, a, flag in zip(rows, also, inside, strict=True)
    ]
    total = math.fsum(row.weight for row, one in zip(rows, found, strict=True) if one is not None)
    if total == 0:
        return None, [0.0] * len(rows)
    rate = math.fsum(row.weight for row, one in zip(rows, found, strict=True) if one) / total
    own = [
        0.0 if one is None else row.weight * (one - rate) / total
        for row, one in zip(rows, found, strict=True)
    ]
    moving = [
        (row.y, row.weight, 1 - rate if a is None else 1.0)
        for row, a, flag in zip(rows, also, inside, strict=True)
        if flag and decided_by_income(row, a)
    ]
    slope = 0.0
    if any(line.scores) and moving:
        smooth = bandwidth([y for y, _, _ in moving], [w for _, w, _ in moving])
        slope = math.fsum(w * c * _bell((line.value - y) / smooth) / smooth for y, w, c in moving) / total
    return rate, [z + slope * moved for z, moved in zip(own, line.scores, strict=True)]


def median_of_the_poor(
    rows: Sequence[Row], inside: Inside, line: Line, rule: str = "laeken", smoothing: float | None = None
) -> Estimate:
    """Median income of those of the domain below the threshold."""
    used = answered(rows, inside)
    values, weights = picked(rows, inside)
    rate, rate_scores = poverty_rate(rows, inside, line, smoothing)
    poor = [(y, w) for y, w in zip(values, weights, strict=True) if y < line.value]
    middle = quantile([y for y, _ in poor], [w for _, w in poor], 0.5, rule)
    if middle is None:
        return None, [0.0] * len(rows)
    total = math.fsum(weights)
    height = density(middle, values, weights, smoothing or bandwidth(values, weights))
    own = [
        r.weight * ((r.y <= tied(middle)) - rate / 2) / total if flag else 0.0
        for r, flag in zip(rows, used, strict=True)
    ]
    return middle, [(z / 2 - below) / height for z, below in zip(rate_scores, own, strict=True)]


def poverty_gap(
    rows: Sequence[Row], inside: Inside, line: Line, rule: str = "laeken", smoothing: float | None = None
) -> Estimate:
    """1 - median of the poor / threshold (RMPG)."""
    middle, scores = median_of_the_poor(rows, inside, line, rule, smoothing)
    if middle is None:
        return None, scores
    gap = 1 - middle / line.value
    return gap, [
        middle * moved / line.value**2 - z / line.value for moved, z in zip(line.scores, scores, strict=True)
    ]


def quintile_ratio(
    rows: Sequence[Row], inside: Inside, variant: str = "sums", rule: str = "laeken"
) -> Estimate:
    """Income above the 80 % quantile over that up to the 20 % quantile (S80/S20), as totals or as means."""
    used = answered(rows, inside)
    values, weights = picked(rows, inside)
    low, high = quantile(values, weights, 0.2, rule), quantile(values, weights, 0.8, rule)
    if low is None or high is None:
        return None, [0.0] * len(rows)
    smooth = bandwidth(values, weights)
    low_scores = _quantile_scores(rows, used, low, 0.2, smooth)
    high_scores = _quantile_scores(rows, used, high, 0.8, smooth)

    def partial(power: int, above: bool) -> tuple[float, Scores]:
        """Sum of y^power on one side of the moving quantile (power 0: the weights)."""
        quant, moved, sign = (high, high_scores, -1) if above else (low, low_scores, 1)
        chosen = [
            flag and (row.y > high if above else row.y <= low) for row, flag in zip(rows, used, strict=True)
        ]
        own = [row.weight * row.y**power if flag else 0.0 for row, flag in zip(rows, chosen, strict=True)]
        slope = sign * math.fsum(
            w * y**power * _bell((quant - y) / smooth) / smooth for y, w in zip(values, weights, strict=True)
        )
        return math.fsum(own), [z + slope * m for z, m in zip(own, moved, strict=True)]

    parts = [(1, partial(1, True)), (-1, partial(1, False))]
    if variant == "means":
        parts += [(-1, partial(0, True)), (1, partial(0, False))]
    if any(total == 0 for sign, (total, _) in parts if sign < 0):
        return None, [0.0] * len(rows)
    ratio = math.prod(total**sign for sign, (total, _) in parts)
    columns = []
    for k, (sign, (total, scores)) in enumerate(parts):
        others = math.prod(t**s for n, (s, (t, _)) in enumerate(parts) if n != k)
        slope = sign * others / (total * total if sign < 0 else 1)
        columns.append([slope * z for z in scores])
    return ratio, [math.fsum(row) for row in zip(*columns, strict=True)]


def gini(rows: Sequence[Row], inside: Inside, variant: str = "laeken") -> Estimate:
    """Gini coefficient (0-1); `convey` counts half of a person's own weight less, so it is a little larger."""
    used = answered(rows, inside)
    order = sorted((k for k, flag in enumerate(used) if flag), key=lambda k: rows[k].y)
    y, w = [rows[k].y for k in order], [rows[k].weight for k in order]
    people, income = math.fsum(w), math.fsum(a * b for a, b in zip(y, w, strict=True))
    if people == 0 or income == 0:
        return None, [0.0] * len(rows)
    cumulated = list(accumulate(w))
    earned = list(accumulate(a * b for a, b in zip(y, w, strict=True)))
    doubled = 2 * math.fsum(a * b * c for a, b, c in zip(y, w, cumulated, strict=True))
    less = math.fsum(a * b * (b if variant == "laeken" else 1) for a, b in zip(y, w, strict=True))
    value = (doubled - less) / (people * income) - 1
    scores = [0.0] * len(rows)
    for k, a, b, c, sofar in zip(order, y, w, cumulated, earned, strict=True):
        spread = 2 * (income - sofar + b * a + c * a) - a - (value + 1) * (income + people * a)
        scores[k] = b * spread / (people * income)
    return value, scores


def _quantile_scores(rows: Sequence[Row], used: Inside, value: float, p: float, smooth: float) -> Scores:
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
    heights = math.fsum(w * _bell((x - y) / smooth) for y, w in zip(values, weights, strict=True))
    return heights / (math.fsum(weights) * smooth)


def _bell(x: float) -> float:
    return math.exp(-x * x / 2) / math.sqrt(2 * math.pi)
