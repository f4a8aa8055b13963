"""Poverty in plain Python, slow and obvious: the twin of `zaragoza.compute`.

Written from the oracle's README (Poverty and inequality, Linearisation) and methods/05 section 6.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

from tests.reference.incomes import Estimate, Inside, answered, picked
from tests.reference.quantiles import bandwidth, bell, density, quantile, quantile_scores, tied
from tests.reference.survey import Row, Scores

# A line is a threshold with the scores of its error: a known one has none.


@dataclass(frozen=True)
class Line:
    value: float
    scores: Scores


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
    scores = quantile_scores(rows, answered(rows, among), middle, order, bandwidth(values, weights))
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


# Poverty or exclusion: one known part that holds is enough


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
        slope = math.fsum(w * c * bell((line.value - y) / smooth) / smooth for y, w, c in moving) / total
    return rate, [z + slope * moved for z, moved in zip(own, line.scores, strict=True)]
