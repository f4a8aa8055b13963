"""Change between two years whose samples overlap, in plain Python: the twin of `zaragoza.compute`.

Written from methods/05 section 5 (Berger and Priam 2016; Osier, Berger and Goedeme 2013), with the gradient of a
difference: the two years have opposite signs.
"""

from __future__ import annotations

import math
from collections import Counter, defaultdict
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass

Columns = list[list[float]]
Key = tuple[str, str]  # stratum and name of a unit


@dataclass(frozen=True)
class Unit:
    """A primary unit's weighted totals in one year."""

    stratum: str
    name: str
    numerator: float
    denominator: float


@dataclass(frozen=True)
class Change:
    before: float
    after: float
    before_error: float
    after_error: float
    change: float
    standard_error: float
    correlation: float  # of the two numerators


def ratio_change(before: Sequence[Unit], after: Sequence[Unit]) -> Change:
    """Change of a ratio and its standard error, the overlap of the samples counted."""
    correlations = _correlations(before, after)
    errors = [
        math.sqrt(_spread(year, part)) for year in (before, after) for part in ("numerator", "denominator")
    ]
    covariance = [[correlations[k][m] * errors[k] * errors[m] for m in range(4)] for k in range(4)]
    first, first_slopes = _ratio(before)
    second, second_slopes = _ratio(after)
    return Change(
        before=first,
        after=second,
        before_error=math.sqrt(_quadratic([*first_slopes, 0.0, 0.0], covariance)),
        after_error=math.sqrt(_quadratic([0.0, 0.0, *second_slopes], covariance)),
        change=second - first,
        standard_error=math.sqrt(
            _quadratic([-first_slopes[0], -first_slopes[1], *second_slopes], covariance)
        ),
        correlation=correlations[0][2],
    )


def _ratio(year: Sequence[Unit]) -> tuple[float, tuple[float, float]]:
    """A year's ratio and its derivatives by numerator and denominator."""
    top, bottom = math.fsum(u.numerator for u in year), math.fsum(u.denominator for u in year)
    return top / bottom, (1 / bottom, -top / bottom**2)


def _spread(year: Sequence[Unit], part: str) -> float:
    """Variance of a total from its own year: n_h/(n_h - 1) times the squares about the mean of the stratum."""
    strata = defaultdict(list)
    for unit in year:
        strata[unit.stratum].append(getattr(unit, part))
    total = 0.0
    for values in strata.values():
        n, mean = len(values), math.fsum(values) / len(values)
        total += n / (n - 1) * math.fsum((value - mean) ** 2 for value in values)
    return total


def _correlations(before: Sequence[Unit], after: Sequence[Unit]) -> Columns:
    """Of the residuals of (num0, den0, num1, den1) over the units of both years, 0 in a year that lacks the unit.

    The residuals are taken from the means of stratum x rotation: in both years, only before, only after.
    """
    years = [{(u.stratum, u.name): u for u in year} for year in (before, after)]
    rows, groups = [], []
    for key in dict.fromkeys([*years[0], *years[1]]):
        found = [year.get(key) for year in years]
        rows.append([value for u in found for value in ((u.numerator, u.denominator) if u else (0.0, 0.0))])
        groups.append((key[0], *(u is not None for u in found)))
    size = Counter(groups)
    means = {
        g: [math.fsum(r[k] for r, o in zip(rows, groups, strict=True) if o == g) / size[g] for k in range(4)]
        for g in size
    }
    residuals = [[v - m for v, m in zip(r, means[g], strict=True)] for r, g in zip(rows, groups, strict=True)]
    product = [[math.fsum(r[k] * r[m] for r in residuals) for m in range(4)] for k in range(4)]
    return [
        [
            1.0
            if k == m
            else product[k][m] / math.sqrt(product[k][k] * product[m][m])
            if product[k][k] * product[m][m]
            else 0.0
            for m in range(4)
        ]
        for k in range(4)
    ]


@dataclass(frozen=True)
class Part:
    """A total that a level of one year depends on: by unit, and the derivative of the combination by it."""

    year: int
    totals: Mapping[Key, float]
    slope: float


def combined_error(samples: Sequence[Collection[Key]], parts: Sequence[Part]) -> float:
    """Of any smooth function of totals in several years: g'Cg, C_kl = rho_kl sqrt(V_k V_l); V0 + V1 without overlap.

    Args:
        samples: by year, all its primary units (stratum and name), with or without members of a domain.
        parts: the totals, 0 in units that are not named.
    """
    years = sorted({part.year for part in parts})
    units = list(dict.fromkeys(key for year in years for key in samples[year]))
    if sum(len(samples[year]) for year in years) == len(units):  # independent: each by its linearised totals
        return math.sqrt(
            math.fsum(_alone(samples[year], [p for p in parts if p.year == year]) for year in years)
        )
    groups = [(key[0], *(key in samples[year] for year in years)) for key in units]
    residuals = [_left([part.totals.get(key, 0.0) for key in units], groups) for part in parts]
    errors = []
    for part in parts:
        found = [Unit(*key, part.totals.get(key, 0.0), 0.0) for key in samples[part.year]]
        errors.append(math.sqrt(_spread(found, "numerator")))
    lengths = [math.sqrt(math.fsum(r * r for r in residual)) for residual in residuals]
    covariance = [[0.0] * len(parts) for _ in parts]
    for k in range(len(parts)):
        for m in range(len(parts)):
            product = math.fsum(a * b for a, b in zip(residuals[k], residuals[m], strict=True))
            length = lengths[k] * lengths[m]
            rho = 1.0 if k == m else product / length if length else 0.0
            covariance[k][m] = rho * errors[k] * errors[m]
    return math.sqrt(max(_quadratic([part.slope for part in parts], covariance), 0.0))


def is_combined_error(
    found: float, samples: Sequence[Collection[Key]], parts: Sequence[Part], scale: float = 1.0
) -> bool:
    """Whether a number is the combined error, up to rounding.

    Where variances cancel each other, what is left of them is rounding: 1e-11 of their sum, of which an error is the
    square root.
    """
    alone = (
        part.slope**2
        * _spread([Unit(*key, part.totals.get(key, 0.0), 0.0) for key in samples[part.year]], "numerator")
        for part in parts
    )
    rounding = 1e-11 * math.fsum(alone) + (1e-9 * max(1.0, abs(scale))) ** 2
    return math.isclose(found**2, combined_error(samples, parts) ** 2, rel_tol=1e-9, abs_tol=rounding)


def _alone(sample: Collection[Key], parts: Sequence[Part]) -> float:
    """The variance of a combination of totals of one year, from the unit totals of their linearised sum."""
    sums = {key: math.fsum(part.slope * part.totals.get(key, 0.0) for part in parts) for key in sample}
    return _spread([Unit(*key, total, 0.0) for key, total in sums.items()], "numerator")


def _left(totals: Sequence[float], groups: Sequence[tuple]) -> list[float]:
    """Less the mean of the group; 0 where what is left is rounding."""
    members = defaultdict(list)
    for total, group in zip(totals, groups, strict=True):
        members[group].append(total)
    mean = {group: math.fsum(values) / len(values) for group, values in members.items()}
    left = [total - mean[group] for total, group in zip(totals, groups, strict=True)]
    largest = max(map(abs, totals), default=0.0)
    return left if max(map(abs, left), default=0.0) > 1e-12 * largest else [0.0] * len(left)


def _quadratic(slopes: Sequence[float], covariance: Columns) -> float:
    return math.fsum(a * b * covariance[k][m] for k, a in enumerate(slopes) for m, b in enumerate(slopes))
