"""Replicate weights and plausible values in plain Python: the twin of `zaragoza.compute`.

Written from the oracle's README (Replicates), methods/05 section 4, and Rubin (1987) with Barnard and Rubin (1999).
Units are primary units; `strata` holds the stratum of each, `fractions` the sampling fraction of a stratum.
"""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass


@dataclass(frozen=True)
class Replicated:
    """Factors of the weights, a list of units for each replicate, and what their squares are multiplied by."""

    factors: list[list[float]]
    scale: float
    rscales: list[float]


def replicate_variance(
    replicates: Sequence[float],
    estimate: float,
    scale: float,
    rscales: Sequence[float] | None = None,
    centre: str = "mean",
) -> float:
    """V = scale sum_r rscales_r (t_r - c)^2; c the mean of the t_r with rscales_r above 0, or the estimate."""
    rscales = [1.0] * len(replicates) if rscales is None else rscales
    counting = [t for t, factor in zip(replicates, rscales, strict=True) if factor > 0]
    middle = math.fsum(counting) / len(counting) if centre == "mean" else estimate
    return scale * math.fsum(r * (t - middle) ** 2 for t, r in zip(replicates, rscales, strict=True))


def totals(replicated: Replicated, unit_totals: Sequence[float]) -> list[float]:
    """The total of each replicate, from the totals of the units."""
    return [
        math.fsum(f * z for f, z in zip(column, unit_totals, strict=True)) for column in replicated.factors
    ]


def jk1(units: int, fraction: float = 0.0) -> Replicated:
    """Each unit left out in turn, the others times n/(n-1)."""
    factors = [[0.0 if u == out else units / (units - 1) for u in range(units)] for out in range(units)]
    return Replicated(factors, (units - 1) / units * (1 - fraction), [1.0] * units)


def jkn(strata: Sequence[str], fractions: Mapping[str, float] | None = None) -> Replicated:
    """Each unit left out in turn, the others of its stratum times n_h/(n_h-1)."""
    size, fractions = Counter(strata), fractions or {}
    factors = [
        [0.0 if u == out else size[h] / (size[h] - 1) if h == own else 1.0 for u, h in enumerate(strata)]
        for out, own in enumerate(strata)
    ]
    return Replicated(factors, 1.0, [(size[h] - 1) / size[h] * (1 - fractions.get(h, 0.0)) for h in strata])


def jk2(strata: Sequence[str], fractions: Mapping[str, float] | None = None) -> Replicated:
    """One replicate a stratum of two: its first unit left out, its second doubled. About the estimate, not the mean."""
    fractions = fractions or {}
    names = list(dict.fromkeys(strata))
    factors = [
        [(0.0 if strata.index(h) == u else 2.0) if h == own else 1.0 for u, h in enumerate(strata)]
        for own in names
    ]
    return Replicated(factors, 1.0, [1 - fractions.get(h, 0.0) for h in names])


def half_samples(
    strata: Sequence[str],
    signs: Sequence[Mapping[str, int]],
    rho: float = 0.0,
    fractions: Mapping[str, float] | None = None,
) -> Replicated:
    """BRR, Fay's with rho: by the sign of the stratum its first or second unit gets 2 - rho, the other rho.

    With a sampling fraction the distance from 1 shrinks by sqrt(1 - f).
    """
    fractions = fractions or {}
    factors = [
        [
            1
            + (sign[h] if strata.index(h) == u else -sign[h])
            * (1 - rho)
            * math.sqrt(1 - fractions.get(h, 0.0))
            for u, h in enumerate(strata)
        ]
        for sign in signs
    ]
    return Replicated(factors, 1 / (len(signs) * (1 - rho) ** 2), [1.0] * len(signs))


def rao_wu(
    strata: Sequence[str], drawn: Sequence[Sequence[int]], fractions: Mapping[str, float] | None = None
) -> Replicated:
    """How often each unit was drawn, m_h a stratum: 1 - c + c (n_h/m_h) r with c = sqrt(m_h (1 - f_h)/(n_h - 1))."""
    size, fractions = Counter(strata), fractions or {}
    factors = []
    for times in drawn:
        m = Counter()
        for h, r in zip(strata, times, strict=True):
            m[h] += r
        c = {h: math.sqrt(m[h] * (1 - fractions.get(h, 0.0)) / (size[h] - 1)) for h in size}
        factors.append([1 - c[h] + c[h] * size[h] / m[h] * r for h, r in zip(strata, times, strict=True)])
    return Replicated(factors, 1 / (len(drawn) - 1), [1.0] * len(drawn))


@dataclass(frozen=True)
class Combined:
    value: float
    variance: float
    degrees_of_freedom: float
    within: float
    between: float


def rubin(values: Sequence[float], variances: Sequence[float], complete: float = math.inf) -> Combined:
    """Plausible values together: T = mean U + (1 + 1/M) B; degrees of freedom of Barnard and Rubin (1999).

    Args:
        values: one estimate a plausible value.
        variances: their sampling variances U.
        complete: degrees of freedom of the design, as if the value were known.
    """
    m = len(values)
    value, within = math.fsum(values) / m, math.fsum(variances) / m
    between = math.fsum((v - value) ** 2 for v in values) / (m - 1)
    total = within + (1 + 1 / m) * between
    missing = (1 + 1 / m) * between / total if total else 0.0
    inverse = missing**2 / (m - 1)
    if math.isfinite(complete):
        observed = (complete + 1) / (complete + 3) * complete * (1 - missing)
        inverse += 1 / observed if observed > 0 else math.inf
    return Combined(value, total, 1 / inverse if inverse else math.inf, within, between)
