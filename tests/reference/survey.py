"""The estimator in plain Python, slow and obvious: the twin of `zaragoza.compute`.

Written from the formulas of methods/05 section 2 and the oracle's README, row by row, with no cells.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass


@dataclass(frozen=True)
class Row:
    weight: float
    stratum: str
    units: tuple[int, ...]  # identifiers of the stages, each nested in the one before
    sizes: tuple[float, ...]
    domain: str
    y: float | None
    x: float | None


Scores = list[float]


def present(row: Row, kind: str) -> bool:
    return row.y is not None and (kind != "ratio" or row.x is not None)


def level(rows: Sequence[Row], domain: str, kind: str) -> tuple[float | None, Scores]:
    """Value and linearised weighted value of every row."""
    inside = [row.domain == domain and present(row, kind) for row in rows]
    top = sum(r.weight * r.y for r, i in zip(rows, inside, strict=True) if i)
    if kind == "total":
        value = top if any(inside) else None
        return value, [r.weight * r.y if i else 0.0 for r, i in zip(rows, inside, strict=True)]
    below = [
        r.weight * (r.x if kind == "ratio" else 1.0) if i else 0.0 for r, i in zip(rows, inside, strict=True)
    ]
    bottom = sum(below)
    if bottom == 0:
        return None, [0.0] * len(rows)
    value = top / bottom
    return value, [
        (r.weight * r.y - value * b) / bottom if i else 0.0
        for r, b, i in zip(rows, below, inside, strict=True)
    ]


def variance(rows: Sequence[Row], scores: Scores) -> float:
    strata = sorted({row.stratum for row in rows})
    return sum(
        _between([(r, z) for r, z in zip(rows, scores, strict=True) if r.stratum == h], 0) for h in strata
    )


def _between(members: list[tuple[Row, float]], stage: int) -> float:
    """Variance between the units of a stage within one group, and within them at the later stages."""
    if stage == len(members[0][0].units):
        return 0.0
    units = sorted({row.units[stage] for row, _ in members})
    sums = [math.fsum(z for row, z in members if row.units[stage] == unit) for unit in units]
    n = len(units)
    size = members[0][0].sizes[stage] if stage < len(members[0][0].sizes) else math.inf
    fraction = n / size
    mean = math.fsum(sums) / n
    squares = math.fsum((s - mean) ** 2 for s in sums)
    own = 0.0 if fraction == 1 else (1 - fraction) * n / (n - 1) * squares
    if fraction == 0:
        return own
    return own + fraction * sum(
        _between([(row, z) for row, z in members if row.units[stage] == unit], stage + 1) for unit in units
    )


def gap(rows: Sequence[Row], group: str, reference: str, kind: str) -> tuple[float | None, Scores]:
    return _contrast(rows, group, reference, kind, lambda a, b: a - b, lambda a, b: (1.0, -1.0))


def quotient(rows: Sequence[Row], group: str, reference: str, kind: str) -> tuple[float | None, Scores]:
    return _contrast(rows, group, reference, kind, lambda a, b: a / b, lambda a, b: (1 / b, -a / (b * b)))


def _contrast(
    rows: Sequence[Row], group: str, reference: str, kind: str,
    value: Callable[[float, float], float], slopes: Callable[[float, float], tuple[float, float]],
) -> tuple[float | None, Scores]:  # fmt: skip
    own, own_scores = level(rows, group, kind)
    base, base_scores = level(rows, reference, kind)
    if own is None or base is None or (value(1.0, 2.0) == 0.5 and base == 0):
        return None, own_scores
    first, second = slopes(own, base)
    return value(own, base), [first * a + second * b for a, b in zip(own_scores, base_scores, strict=True)]


def estimable(rows: Sequence[Row], domain: str, kind: str) -> bool:
    """Whether answers with a weight come from two primary units at least, and from two rows."""
    counted = [r for r in rows if r.domain == domain and r.weight > 0 and present(r, kind)]
    return len({(r.stratum, r.units[0]) for r in counted}) > 1 and len(counted) > 1
