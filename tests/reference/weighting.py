"""Calibration in plain Python: obvious and slow. Iterative fitting over margins, and Newton's method with elimination.

Nothing here is shared with the package; it stands for the formulas of Deville and Sarndal (1992).
"""

from __future__ import annotations

import math
from collections.abc import Callable, Hashable, Mapping, Sequence

Row = Mapping[str, Hashable]
Matrix = list[list[float]]


def rake(
    weights: Sequence[float],
    rows: Sequence[Row],
    margins: Mapping[str, Mapping[Hashable, float]],
    cycles: int = 5000,
) -> list[float]:
    """Iterative proportional fitting: each margin in turn is brought to its sizes."""
    fitted = list(weights)
    for _ in range(cycles):
        before = list(fitted)
        for column, sizes in margins.items():
            for code, size in sizes.items():
                members = [i for i, row in enumerate(rows) if row[column] == code]
                factor = size / math.fsum(fitted[i] for i in members)
                for i in members:
                    fitted[i] *= factor
        if all(math.isclose(a, b, rel_tol=1e-14) for a, b in zip(before, fitted, strict=True)):
            break
    return fitted


def linear(u: float) -> tuple[float, float]:
    """Factor and slope."""
    return 1 + u, 1.0


def exponential(u: float) -> tuple[float, float]:
    return math.exp(u), math.exp(u)


def logit(lower: float, upper: float) -> Callable[[float], tuple[float, float]]:
    a = (upper - lower) / ((1 - lower) * (upper - 1))

    def both(u: float) -> tuple[float, float]:
        e = math.exp(a * u)
        below = (upper - 1) + (1 - lower) * e
        factor = (lower * (upper - 1) + upper * (1 - lower) * e) / below
        return factor, (upper - factor) * (factor - lower) * a / (upper - lower)

    return both


def calibrate(
    weights: Sequence[float],
    x: Sequence[Sequence[float]],
    totals: Sequence[float],
    distance: Callable[[float], tuple[float, float]],
) -> list[float]:
    """Newton's method, steps halved until the totals come closer; x has full rank."""
    coefficients = [0.0] * len(totals)
    for _ in range(200):
        now = _apart(weights, x, totals, distance, coefficients)
        if max(map(abs, now)) < 1e-12 * max(map(abs, totals)):
            break
        slopes = [distance(_dot(row, coefficients))[1] for row in x]
        gram = [
            [
                math.fsum(w * f * row[i] * row[j] for w, f, row in zip(weights, slopes, x, strict=True))
                for j in range(len(totals))
            ]
            for i in range(len(totals))
        ]
        step = eliminate(gram, now)
        for _ in range(60):
            trial = [c - s for c, s in zip(coefficients, step, strict=True)]
            if _norm(_apart(weights, x, totals, distance, trial)) < _norm(now):
                break
            step = [s / 2 for s in step]
        else:
            break
        coefficients = trial
    return [w * distance(_dot(row, coefficients))[0] for w, row in zip(weights, x, strict=True)]


def _apart(weights, x, totals, distance, coefficients) -> list[float]:
    factors = [distance(_dot(row, coefficients))[0] for row in x]
    return [
        math.fsum(w * g * row[j] for w, g, row in zip(weights, factors, x, strict=True)) - totals[j]
        for j in range(len(totals))
    ]


def _norm(values: Sequence[float]) -> float:
    return math.fsum(v * v for v in values)


def _dot(a: Sequence[float], b: Sequence[float]) -> float:
    return math.fsum(p * q for p, q in zip(a, b, strict=True))


def eliminate(matrix: Matrix, right: Sequence[float]) -> list[float]:
    """Gaussian elimination with the largest pivot."""
    rows = [[*line, value] for line, value in zip(matrix, right, strict=True)]
    size = len(rows)
    for i in range(size):
        pivot = max(range(i, size), key=lambda r: abs(rows[r][i]))
        rows[i], rows[pivot] = rows[pivot], rows[i]
        for r in range(i + 1, size):
            factor = rows[r][i] / rows[i][i]
            rows[r] = [a - factor * b for a, b in zip(rows[r], rows[i], strict=True)]
    solution = [0.0] * size
    for i in reversed(range(size)):
        known = math.fsum(rows[i][j] * solution[j] for j in range(i + 1, size))
        solution[i] = (rows[i][size] - known) / rows[i][i]
    return solution


def effective_sample_size(weights: Sequence[float]) -> float:
    return math.fsum(weights) ** 2 / math.fsum(w * w for w in weights)
