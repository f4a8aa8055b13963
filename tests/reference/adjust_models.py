"""Regressions, balancing, weighting and matching in plain Python: the twins of the models in `zaragoza.compute.adjust`.

Written from methods/04 sections 3 and 4 and the oracle README, cell by cell or person by person. Nothing is shared with
the package; there are no derivatives here.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Hashable, Sequence
from dataclasses import dataclass

from tests.reference.weighting import eliminate

Vector = list[float]


@dataclass(frozen=True)
class Cell:
    """Persons of one side with the same covariates: sums of weights and of weights times the outcome."""

    group: bool
    x: tuple[float, ...]
    size: float
    total: float


def dot(a: Sequence[float], b: Sequence[float]) -> float:
    return math.fsum(i * j for i, j in zip(a, b, strict=True))


def logistic(eta: float) -> float:
    return 1 / (1 + math.exp(-eta))


def identity(eta: float) -> float:
    return eta


# Regression


def regress(
    rows: Sequence[Sequence[float]], sizes: Sequence[float], totals: Sequence[float], share: bool
) -> Vector:
    """Newton's method: b with sum x (Y - N F(x'b)) = 0."""
    k = len(rows[0])
    b = [0.0] * k
    for _ in range(100 if share else 3):
        mean = [(logistic if share else identity)(dot(x, b)) for x in rows]
        slope = [m * (1 - m) if share else 1.0 for m in mean]
        score = [
            math.fsum(x[i] * (y - n * m) for x, y, n, m in zip(rows, totals, sizes, mean, strict=True))
            for i in range(k)
        ]
        information = [
            [
                math.fsum(x[i] * x[j] * n * s for x, n, s in zip(rows, sizes, slope, strict=True))
                for j in range(k)
            ]
            for i in range(k)
        ]
        step = eliminate(information, score)
        b = [old + new for old, new in zip(b, step, strict=True)]
        if max(map(abs, step)) < 1e-14:
            break
    return b


def g_computation(
    cells: Sequence[Cell], target: str, share: bool, interactions: Sequence[int] = ()
) -> tuple[float, float]:
    """The levels of group and reference group for the target's people."""

    def row(cell: Cell, group: float) -> Vector:
        return [1.0, group, *cell.x, *(group * cell.x[i] for i in interactions)]

    rows = [row(c, float(c.group)) for c in cells]
    b = regress(rows, [c.size for c in cells], [c.total for c in cells], share)
    chosen = [c for c in cells if target == "all" or c.group == (target == "group")]
    whole = math.fsum(c.size for c in chosen)
    mean = logistic if share else identity
    levels = [math.fsum(c.size * mean(dot(row(c, side), b)) for c in chosen) / whole for side in (1.0, 0.0)]
    return levels[0], levels[1]


# Weights


def mean_of(cells: Sequence[Cell], factor: Callable[[Cell], float]) -> float:
    factors = [factor(c) for c in cells]
    return dot(factors, [c.total for c in cells]) / dot(factors, [c.size for c in cells])


def means_of(cells: Sequence[Cell]) -> Vector:
    whole = math.fsum(c.size for c in cells)
    return [math.fsum(c.size * c.x[i] for c in cells) / whole for i in range(len(cells[0].x))]


def tilt(cells: Sequence[Cell], target: Sequence[float]) -> Vector:
    """l with sum N exp(x'l) (x - t) = 0, by short steps along the dual's Newton direction."""
    k = len(target)
    away = [[value - t for value, t in zip(c.x, target, strict=True)] for c in cells]

    def dual(at: Vector) -> float:
        return math.log(math.fsum(c.size * math.exp(dot(z, at)) for c, z in zip(cells, away, strict=True)))

    found = [0.0] * k
    for _ in range(500):
        weights = [c.size * math.exp(dot(z, found)) for c, z in zip(cells, away, strict=True)]
        whole = math.fsum(weights)
        slope = [math.fsum(w * z[i] for w, z in zip(weights, away, strict=True)) / whole for i in range(k)]
        curve = [
            [math.fsum(w * z[i] * z[j] for w, z in zip(weights, away, strict=True)) / whole for j in range(k)]
            for i in range(k)
        ]
        if max(map(abs, slope)) < 1e-13:
            break
        step = eliminate(curve, slope)
        length = 1.0
        while length > 1e-6 and dual([a - length * s for a, s in zip(found, step, strict=True)]) > dual(
            found
        ):
            length /= 2
        found = [a - length * s for a, s in zip(found, step, strict=True)]
    return found


def entropy_balance(cells: Sequence[Cell], target: str) -> tuple[float, float]:
    means = means_of([c for c in cells if target == "all" or c.group == (target == "group")])
    levels = []
    for side in (True, False):
        own = [c for c in cells if c.group == side]
        slopes = tilt(own, means) if target != ("group" if side else "reference") else [0.0] * len(means)
        levels.append(mean_of(own, lambda c, slopes=slopes: math.exp(dot(c.x, slopes))))
    return levels[0], levels[1]


def weighting(cells: Sequence[Cell], target: str, trim: tuple[float, float] | None) -> tuple[float, float]:
    rows = [[1.0, *c.x] for c in cells]
    b = regress(rows, [c.size for c in cells], [c.size if c.group else 0.0 for c in cells], True)
    factors: dict[str, tuple[Callable[[float], float], Callable[[float], float]]] = {
        "all": (lambda e: 1 / e, lambda e: 1 / (1 - e)),
        "group": (lambda e: 1.0, lambda e: e / (1 - e)),
        "reference": (lambda e: (1 - e) / e, lambda e: 1.0),
        "overlap": (lambda e: 1 - e, lambda e: e),
    }

    def factor(cell: Cell) -> float:
        e = logistic(dot([1.0, *cell.x], b))
        if trim is not None and not trim[0] <= e <= trim[1]:
            return 0.0
        return factors[target][0 if cell.group else 1](e)

    return (
        mean_of([c for c in cells if c.group], factor),
        mean_of([c for c in cells if not c.group], factor),
    )


def quantile_classes(scores: Sequence[float], of: Sequence[float], classes: int) -> list[int]:
    """The class of each score, cut at others' quantiles of type 7 (Hyndman and Fan 1996); it holds its lower one."""
    values = sorted(of)
    limits = []
    for j in range(1, classes):
        below, part = divmod((len(values) - 1) * j, classes)
        upper = values[min(below + 1, len(values) - 1)]
        limits.append(values[below] + (upper - values[below]) * part / classes)
    return [sum(limit <= score for limit in limits) for score in scores]


def within_classes(cells: Sequence[Cell], classes: Sequence[Hashable]) -> tuple[float, float]:
    """The reference group's rates in the classes of both sides, weighted as the group is."""
    sums: dict[tuple[Hashable, bool], list[float]] = {}
    for cell, code in zip(cells, classes, strict=True):
        entry = sums.setdefault((code, cell.group), [0.0, 0.0])
        entry[0] += cell.size
        entry[1] += cell.total
    both = [code for code in set(classes) if (code, True) in sums and (code, False) in sums]
    whole = math.fsum(sums[code, True][0] for code in both)
    group = math.fsum(sums[code, True][1] for code in both) / whole
    reference = math.fsum(sums[c, True][0] * sums[c, False][1] / sums[c, False][0] for c in both) / whole
    return group, reference


# Matching, person by person


def match(
    score: Sequence[float], group: Sequence[bool], ratio: int, caliper: float,
    classes: Sequence[Hashable], replace: bool,
) -> dict[int, list[int]]:  # fmt: skip
    """Partners of every member of the group; those with the largest score choose first."""
    members = sorted((i for i, own in enumerate(group) if own), key=lambda i: -score[i])
    others = [i for i, own in enumerate(group) if not own]
    found: dict[int, list[int]] = {i: [] for i in members}
    taken: set[int] = set()
    for _ in range(ratio):
        for i in members:
            free = [
                j
                for j in others
                if j not in found[i] and classes[j] == classes[i] and (replace or j not in taken)
            ]
            if free:
                j = min(free, key=lambda j: abs(score[j] - score[i]))
                if abs(score[j] - score[i]) <= caliper:
                    found[i].append(j)
                    taken.add(j)
    return {i: partners for i, partners in found.items() if partners}


def abadie_imbens(
    y: Sequence[float], group: Sequence[bool], pairs: dict[int, list[int]], score: Sequence[float],
    classes: Sequence[Hashable], neighbours: int,
) -> tuple[float, float]:  # fmt: skip
    """The mean difference within pairs and its standard error."""
    differences = [y[i] - math.fsum(y[j] for j in own) / len(own) for i, own in pairs.items()]
    mean = math.fsum(differences) / len(differences)
    squares = math.fsum((d - mean) ** 2 for d in differences)
    for j in {j for own in pairs.values() for j in own}:
        shares = [1 / len(own) for own in pairs.values() if j in own]
        excess = math.fsum(shares) ** 2 - math.fsum(s * s for s in shares)
        alike = [i for i in range(len(y)) if i != j and group[i] == group[j]]
        alike = [i for i in alike if classes[i] == classes[j]] or alike
        last = sorted(abs(score[i] - score[j]) for i in alike)[:neighbours][-1]
        nearest = [i for i in alike if abs(score[i] - score[j]) <= last]  # ties count
        if excess > 1e-12:
            there = len(nearest)
            squares += excess * there / (there + 1) * (y[j] - math.fsum(y[i] for i in nearest) / there) ** 2
    return mean, math.sqrt(squares) / len(differences)
