"""Incomes of a domain and the error of scores: what the twins of quantiles, poverty and inequality share.

Rows are those of `survey.Row` with the income in `y`; `inside` flags the rows of the domain; scores are those of all
rows of the sample, each multiplied by its weight, as `survey.level` gives them.
"""

from __future__ import annotations

import math
from collections import defaultdict
from collections.abc import Sequence

from tests.reference.survey import Row, Scores

Inside = Sequence[bool]
Estimate = tuple[float | None, Scores]


def answered(rows: Sequence[Row], inside: Inside) -> list[bool]:
    return [flag and row.y is not None for row, flag in zip(rows, inside, strict=True)]


def picked(rows: Sequence[Row], inside: Inside) -> tuple[list[float], list[float]]:
    """Incomes and weights of the rows of the domain that have an income."""
    kept = [row for row, flag in zip(rows, answered(rows, inside), strict=True) if flag]
    return [row.y for row in kept], [row.weight for row in kept]


def degrees(rows: Sequence[Row], inside: Inside) -> int:
    """Primary units minus strata in which the domain has a row with a weight."""
    met = [row for row, flag in zip(rows, inside, strict=True) if flag and row.weight > 0]
    return len({(row.stratum, row.units[0]) for row in met}) - len({row.stratum for row in met})


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
