"""Inequality in plain Python, slow and obvious: the twin of `zaragoza.compute`.

Written from the oracle's README (Poverty and inequality, Linearisation) and methods/05 section 6.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from itertools import accumulate

from tests.reference.incomes import Estimate, Inside, answered, picked
from tests.reference.quantiles import bandwidth, bell, quantile, quantile_scores
from tests.reference.survey import Row, Scores


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
    low_scores = quantile_scores(rows, used, low, 0.2, smooth)
    high_scores = quantile_scores(rows, used, high, 0.8, smooth)

    def partial(power: int, above: bool) -> tuple[float, Scores]:
        """Sum of y^power on one side of the moving quantile (power 0: the weights)."""
        quant, moved, sign = (high, high_scores, -1) if above else (low, low_scores, 1)
        chosen = [
            flag and (row.y > high if above else row.y <= low) for row, flag in zip(rows, used, strict=True)
        ]
        own = [row.weight * row.y**power if flag else 0.0 for row, flag in zip(rows, chosen, strict=True)]
        slope = sign * math.fsum(
            w * y**power * bell((quant - y) / smooth) / smooth for y, w in zip(values, weights, strict=True)
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
