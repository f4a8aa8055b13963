"""Standardisation and decompositions in plain Python: the twins of `zaragoza.compute.adjust`.

Written from methods/04 and the oracle README, cell by cell. Nothing is shared with the package. Differences are group
minus reference (decision 1); there are no errors here: derivatives are checked against differences of values.
"""

from __future__ import annotations

import itertools
import math
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

from tests.reference.weighting import eliminate

Levels = tuple[str, ...]
Vector = list[float]


@dataclass(frozen=True)
class Cell:
    """Persons of one side with the same covariates: sums of weights and of weights times the outcome."""

    group: bool
    levels: Levels
    number: float
    size: float
    total: float


# By combination of categories


def merged(cells: Sequence[Cell], also: Sequence[Levels] = ()) -> dict[Levels, Levels]:
    """The name that each combination is counted under.

    The last covariate gives way until no side is empty; where one alone is left, its category joins the one before it.
    """
    name = {levels: levels for levels in (*(c.levels for c in cells if c.size > 0), *also)}
    while True:
        empty = [
            prefix
            for prefix in set(name.values())
            if not all(_size(cells, name, prefix, side) > 0 for side in (True, False))
        ]
        if not empty:
            return name
        longest = max(empty, key=len)
        if len(longest) > 1:
            shorter = longest[:-1]
            for levels in name:
                if levels[: len(shorter)] == shorter:
                    name[levels] = shorter
        elif not _joined(name, min(empty)):
            return name


def something_held_equal(cells: Sequence[Cell], also: Sequence[Levels] = ()) -> bool:
    """Whether more than one name is left, unless there was no other to begin with."""
    name = merged(cells, also)
    return len(set(name.values())) > 1 or len(name) == 1


def covers(cells: Sequence[Cell], standard: Sequence[Levels]) -> bool:
    """Whether both sides have somebody in some combination of a given standard; else it is one of other people."""
    there = {(cell.levels, cell.group) for cell in cells if cell.size > 0}
    return any({(levels, True), (levels, False)} <= there for levels in standard)


def _joined(name: dict[Levels, Levels], lone: Levels) -> bool:
    """Puts the class of a first category together with the class before it, or the first with the next."""
    classes: list[set[str]] = []
    for first in sorted({levels[0] for levels in name}):
        under = {key[0] for levels, key in name.items() if levels[0] == first}
        one = set().union(*(key.split("+") for key in under))
        if one not in classes:
            classes.append(one)
    if len(classes) == 1:
        return False
    place = next(i for i, one in enumerate(classes) if set(lone[0].split("+")) == one)
    both = classes[max(place - 1, 0)] | classes[max(place - 1, 0) + 1]
    for levels in name:
        if levels[0] in both:
            name[levels] = ("+".join(sorted(both)),)
    return True


def _size(cells: Sequence[Cell], name: Mapping[Levels, Levels], prefix: Levels, side: bool) -> float:
    return math.fsum(c.size for c in cells if c.size > 0 and c.group == side and name[c.levels] == prefix)


def _total(cells: Sequence[Cell], name: Mapping[Levels, Levels], prefix: Levels, side: bool) -> float:
    return math.fsum(c.total for c in cells if c.size > 0 and c.group == side and name[c.levels] == prefix)


def mixes(cells: Sequence[Cell], also: Sequence[Levels] = ()) -> tuple[dict, dict, dict]:
    """Names after merging; shares and levels by (side, name)."""
    name = merged(cells, also)
    used = set(name.values())
    size = {(side, p): _size(cells, name, p, side) for side in (True, False) for p in used}
    whole = {side: math.fsum(size[side, p] for p in used) for side in (True, False)}
    share = {(side, p): size[side, p] / whole[side] for side, p in size}
    level = {(side, p): _total(cells, name, p, side) / size[side, p] for side, p in size}
    return name, share, level


def standardise(cells: Sequence[Cell], standard: str | Mapping[Levels, float]) -> tuple[float, float]:
    """Adjusted levels of the group and of the reference group."""
    given = {} if isinstance(standard, str) else dict(standard)
    name, share, level = mixes(cells, tuple(given))
    weight = dict.fromkeys(name.values(), 0.0)
    if given:
        for levels, part in given.items():
            weight[name[levels]] += part / math.fsum(given.values())
    else:
        everybody = math.fsum(c.size for c in cells if c.size > 0)
        for p in weight:
            group, reference = share[True, p], share[False, p]
            pooled = math.fsum(_size(cells, name, p, side) for side in (True, False)) / everybody
            mean = (group + reference) / 2
            weight[p] = {"group": group, "reference": reference, "mean": mean, "pooled": pooled}[standard]
    group, reference = (math.fsum(s * level[side, p] for p, s in weight.items()) for side in (True, False))
    return group, reference


def expected(cells: Sequence[Cell]) -> float:
    """The group's total at the reference group's levels."""
    name, _, level = mixes(cells)
    return math.fsum(_size(cells, name, p, True) * level[False, p] for p in set(name.values()))


def kitagawa(cells: Sequence[Cell], parts: int) -> dict[str, float]:
    name, w, p = mixes(cells)
    found = {"composition": 0.0, "rate": 0.0} | ({"interaction": 0.0} if parts == 3 else {})
    for c in set(name.values()):
        more, higher = w[True, c] - w[False, c], p[True, c] - p[False, c]
        if parts == 2:
            found["composition"] += more * (p[True, c] + p[False, c]) / 2
            found["rate"] += higher * (w[True, c] + w[False, c]) / 2
        else:
            found["composition"] += more * p[False, c]
            found["rate"] += higher * w[False, c]
            found["interaction"] += more * higher
    return found


def level(cells: Sequence[Cell], side: bool) -> float:
    mine = [c for c in cells if c.group == side and c.size > 0]
    return math.fsum(c.total for c in mine) / math.fsum(c.size for c in mine)


# By regression: columns are the constant, one for each category but the base, the number


def columns(cells: Sequence[Cell], base: Levels, *, number: bool) -> tuple[list[str], list[Vector]]:
    """The covariate of each column, and the columns of each cell."""
    owner, made = ["constant"], [[1.0] for _ in cells]
    for place, left_out in enumerate(base):
        for code in sorted({c.levels[place] for c in cells} - {left_out}):
            owner.append(f"covariate {place}")
            for row, cell in zip(made, cells, strict=True):
                row.append(float(cell.levels[place] == code))
    if number:
        owner.append("number")
        for row, cell in zip(made, cells, strict=True):
            row.append(cell.number)
    return owner, made


def dot(a: Sequence[float], b: Sequence[float]) -> float:
    return math.fsum(x * y for x, y in zip(a, b, strict=True))


def identity(u: float) -> float:
    return u


def logistic(u: float) -> float:
    return 1 / (1 + math.exp(-u))


def fit(cells: Sequence[Cell], x: Sequence[Vector], link: Callable[[float], float]) -> Vector:
    """Coefficients b with sum x (Y - N F(x'b)) = 0: Newton's method from 0."""
    coefficients = [0.0] * len(x[0])
    for _ in range(1 if link is identity else 60):
        means = [link(dot(row, coefficients)) for row in x]
        slopes = [1.0 if link is identity else m * (1 - m) for m in means]
        places = range(len(coefficients))
        score = [
            math.fsum((c.total - c.size * m) * row[i] for c, m, row in zip(cells, means, x, strict=True))
            for i in places
        ]
        gram = [
            [
                math.fsum(c.size * s * row[i] * row[j] for c, s, row in zip(cells, slopes, x, strict=True))
                for j in places
            ]
            for i in places
        ]
        coefficients = [b + step for b, step in zip(coefficients, eliminate(gram, score), strict=True)]
    return coefficients


@dataclass(frozen=True)
class Sides:
    """What decompositions are made of: of group and reference group the mean columns and coefficients, and b*."""

    owner: list[str]
    x: dict[bool, list[Vector]]
    cells: dict[bool, list[Cell]]
    mean: dict[bool, Vector]
    own: dict[bool, Vector]
    norm: Vector

    def mean_share(self, side: bool, coefficients: Vector) -> float:
        """Weighted mean of F(x'b) over a side."""
        pairs = zip(self.cells[side], self.x[side], strict=True)
        size = math.fsum(c.size for c in self.cells[side])
        return math.fsum(c.size * logistic(dot(row, coefficients)) for c, row in pairs) / size


def sides(
    cells: Sequence[Cell], base: Levels, norm: str, link: Callable[[float], float], *, number: bool
) -> Sides:
    owner, made = columns(cells, base, number=number)
    there = [(c, row) for c, row in zip(cells, made, strict=True) if c.size > 0]
    mine = {side: [c for c, _ in there if c.group == side] for side in (True, False)}
    x = {side: [row for c, row in there if c.group == side] for side in (True, False)}
    size = {side: math.fsum(c.size for c in mine[side]) for side in mine}
    mean = {
        side: [
            math.fsum(c.size * row[i] for c, row in zip(mine[side], x[side], strict=True)) / size[side]
            for i in range(len(owner))
        ]
        for side in mine
    }
    own = {side: fit(mine[side], x[side], link) for side in mine}
    part = {"reference": 0.0, "group": 1.0, "reimers": 0.5, "cotton": size[True] / (size[True] + size[False])}
    if norm in part:
        both = [part[norm] * g + (1 - part[norm]) * r for g, r in zip(own[True], own[False], strict=True)]
    else:
        flags = [[float(c.group)] if norm == "pooled" else [] for c, _ in there]
        rows = [row + flag for (_, row), flag in zip(there, flags, strict=True)]
        both = fit([c for c, _ in there], rows, link)[: len(owner)]
    return Sides(owner, x, mine, mean, own, both)


def products(found: Sides, *, normalise: bool) -> tuple[list[str], list[tuple[float, ...]]]:
    """By column shown its covariate, and x_g, x_r, b_g, b_r, b*; normalised there is one for every category."""
    vectors = (found.mean[True], found.mean[False], found.own[True], found.own[False], found.norm)
    lists = [list(v) for v in vectors]
    owner = list(found.owner)
    for covariate in sorted({o for o in found.owner if o.startswith("covariate")}) if normalise else ():
        places = [i for i, name in enumerate(found.owner) if name == covariate]
        for which, vector in enumerate(lists):
            if which < 2:
                vector.append(1 - math.fsum(vector[i] for i in places))
                continue
            average = math.fsum(vector[i] for i in places) / (len(places) + 1)
            vector[0] += average
            for i in places:
                vector[i] -= average
            vector.append(-average)
        owner.append(covariate)
    return owner, list(zip(*lists, strict=True))


def oaxaca(found: Sides, *, normalise: bool) -> dict[tuple[str, str], float]:
    """Explained, unexplained and the three parts, by covariate."""
    parts: dict[tuple[str, str], list[float]] = {}
    for name, (xg, xr, bg, br, b) in zip(*products(found, normalise=normalise), strict=True):
        parts.setdefault(("explained", name), []).append((xg - xr) * b)
        parts.setdefault(("unexplained", name), []).append(xg * (bg - b) + xr * (b - br))
        parts.setdefault(("endowments", name), []).append((xg - xr) * bg)
        parts.setdefault(("coefficients", name), []).append(xg * (bg - br))
        parts.setdefault(("interaction", name), []).append(-(xg - xr) * (bg - br))
    return {key: math.fsum(values) for key, values in parts.items()}


def yun(found: Sides, *, normalise: bool) -> dict[tuple[str, str], float]:
    """Explained and unexplained by covariate; each part of the gap shared out by its own weights."""
    share = {
        (side, which): found.mean_share(side, b) for side in (True, False) for which, b in _three(found, side)
    }
    wholes = {
        "explained": share[True, "norm"] - share[False, "norm"],
        "group": share[True, "own"] - share[True, "norm"],
        "reference": share[False, "norm"] - share[False, "own"],
    }
    weights: dict[str, dict[str, float]] = {which: {} for which in wholes}
    for name, (xg, xr, bg, br, b) in zip(*products(found, normalise=normalise), strict=True):
        for which, value in (
            ("explained", (xg - xr) * b),
            ("group", xg * (bg - b)),
            ("reference", xr * (b - br)),
        ):
            weights[which][name] = weights[which].get(name, 0.0) + value
    parts: dict[tuple[str, str], float] = {}
    for which, by_name in weights.items():
        whole = math.fsum(by_name.values())
        for name, value in by_name.items():
            key = ("explained" if which == "explained" else "unexplained", name)
            parts[key] = parts.get(key, 0.0) + (wholes[which] * value / whole if wholes[which] else 0.0)
    return parts


def _three(found: Sides, side: bool) -> tuple[tuple[str, Vector], ...]:
    return ("norm", found.norm), ("own", found.own[side])


def fairlie(found: Sides, names: Sequence[str]) -> dict[str, float]:
    """Persons of the same share of the weights below, by prediction; covariates switched in every order there is."""
    pairs = _of_like_rank(found)
    orders = list(itertools.permutations(names))
    changes = dict.fromkeys(names, 0.0)
    for order in orders:
        now = [list(reference) for _, reference, _ in pairs]
        for covariate in order:
            before = math.fsum(
                part * logistic(dot(row, found.norm)) for row, (_, _, part) in zip(now, pairs, strict=True)
            )
            for row, (group, _, part) in zip(now, pairs, strict=True):
                for i, name in enumerate(found.owner):
                    if name == covariate:
                        row[i] = group[i]
                changes[covariate] += part * logistic(dot(row, found.norm)) / len(orders)
            changes[covariate] -= before / len(orders)
    return changes


def _of_like_rank(found: Sides) -> list[tuple[Vector, Vector, float]]:
    """Columns of a group's person and of the reference person of like rank, and the share of the weights that do so."""
    left: dict[bool, list[tuple[Vector, float]]] = {}
    for side in (True, False):
        whole = math.fsum(c.size for c in found.cells[side])
        ranked = sorted(
            range(len(found.x[side])),
            key=lambda i, side=side: (round(dot(found.x[side][i], found.norm), 9), i),
        )
        left[side] = [(found.x[side][i], found.cells[side][i].size / whole) for i in ranked]
    pairs = []
    while left[True] and left[False]:
        (group, of_group), (reference, of_reference) = left[True].pop(0), left[False].pop(0)
        part = min(of_group, of_reference)
        pairs.append((group, reference, part))
        if of_group > part + 1e-14:
            left[True].insert(0, (group, of_group - part))
        if of_reference > part + 1e-14:
            left[False].insert(0, (reference, of_reference - part))
    return pairs


# Indices


def dissimilarity(a: Sequence[float], b: Sequence[float]) -> float:
    return math.fsum(abs(x / math.fsum(a) - y / math.fsum(b)) for x, y in zip(a, b, strict=True)) / 2


def gallagher(a: Sequence[float], p: Sequence[float]) -> float:
    return math.sqrt(
        math.fsum((x / math.fsum(a) - y / math.fsum(p)) ** 2 for x, y in zip(a, p, strict=True)) / 2
    )
