"""Standardisation: the levels that both sides would have with the same mix of covariates.

Direct: S_g = sum_c s_c p_gc, with s the shares of a standard population (methods/04 section 2; Rothman, Greenland and
Lash 2008, chapter 3). Indirect: what the group's total would be at the reference group's rates.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal

import numpy as np
from scipy.special import gammaincinv

from zaragoza.compute.adjust.crossing import NOTHING_EQUAL, Crossing, cross
from zaragoza.compute.adjust.smooth import (
    ADJUSTED_GAP,
    EXPLAINED,
    LEAST_GAP,
    SHARE_EXPLAINED,
    Smooth,
    adjusted_parts,
    level_of,
    total_of,
)
from zaragoza.compute.adjust.table import Adjusted, AdjustTable, Levels
from zaragoza.compute.codes import Floats, add_up
from zaragoza.errors import DefinitionError, Fault

StandardName = Literal["pooled", "reference", "group", "mean"]
GivenStandard = Mapping[Levels, float] | Mapping[str, float]
STANDARDS: tuple[StandardName, ...] = ("pooled", "reference", "group", "mean")
OBSERVED, EXPECTED, OBSERVED_TO_EXPECTED = "observed", "expected", "observed_to_expected"
INDIRECT_LEVEL = "indirectly_standardised_level"
_OF_GAP = (ADJUSTED_GAP, EXPLAINED, SHARE_EXPLAINED)


def standardise(
    table: AdjustTable,
    standard: StandardName | GivenStandard = "pooled",
    *,
    least: int = 1,
    least_gap: float = LEAST_GAP,
) -> Adjusted:
    """Levels of the group and of the reference group with the covariates of one standard population.

    Only categorical covariates can be held equal. The error counts that the standard is estimated, unless it is given.

    Args:
        table: cells of the two sides.
        standard: `pooled` (both sides together), `reference`, `group`, `mean` (of the shares of the two), or the
            share (or size) of each combination of categories; of one covariate its categories may stand alone.
        least: persons, unweighted, that a combination must have on each side; smaller ones are merged (see `cross`).
        least_gap: a smaller raw gap has no share that is explained.

    Returns:
        adjusted_gap, explained, share_explained and the two adjusted levels. Diagnostics: `coverage` (the share of
        the standard in combinations that both sides have), `cells`, `empty_cells`, `uncovered` (persons of the
        standard in the others) and `effective_n`. Reason: `no_members`; `nothing_held_equal`, also where a given
        standard has none of the combinations of both sides.

    Raises:
        DefinitionError: a standard that is unknown, negative, or does not fit the covariates.
    """
    given = None if isinstance(standard, str) else _given(standard, table)
    if given is None and standard not in STANDARDS:
        raise DefinitionError(_unknown(str(standard)))
    crossing = cross(table, given or (), least)
    if isinstance(crossing, str):
        return Adjusted((), reason=crossing)
    if given is not None and not _in_order(crossing, given) @ ~crossing.empty > 0:
        return Adjusted((), reason=NOTHING_EQUAL)  # a standard of other people, or with other codes
    weights = _fixed(crossing, given) if given is not None else _estimated(crossing, str(standard))
    group, reference = weights.level(crossing, True), weights.level(crossing, False)
    before = mix(crossing.fine, str(standard)) if given is None else _in_order(crossing, given)
    sides = _SIDES[str(standard)] if given is None else ()  # a given standard is public
    diagnostics = crossing.diagnostics(before, weights.share, sides)
    return Adjusted(adjusted_parts(table, group, reference, least_gap), diagnostics)


def standardise_indirectly(table: AdjustTable, *, least: int = 1) -> Adjusted:
    """What the group's total would be if each of its combinations had the reference group's level.

    E = sum_c N_gc p_rc; observed over expected compares the group with the reference group at the group's own mix, and
    that ratio times the reference group's level is the indirectly standardised level. Ratios of two groups are not
    comparable with one another, since each has its own mix. The adjusted gap is the indirectly standardised level minus
    the reference group's.

    Returns:
        observed and expected (weighted totals), observed_to_expected, indirectly_standardised_level, adjusted_gap,
        explained (gap - adjusted gap) and share_explained. Diagnostics (the
        group is the standard) and reason as of `standardise`; there is no effective number.
    """
    crossing = cross(table, (), least)
    if isinstance(crossing, str):
        return Adjusted((), reason=crossing)
    size, rate = crossing.size, crossing.rate
    by_total, by_size = np.zeros_like(size), np.zeros_like(size)
    by_size[1] = rate[0]
    by_total[0] = size[1] / size[0]
    by_size[0] = -rate[0] * size[1] / size[0]
    expected = crossing.smooth(float(size[1] @ rate[0]), by_total, by_size)
    observed = total_of(table, True)
    ratio, reference = observed / expected, level_of(table, False)
    level = ratio * reference
    adjusted = [part for part in adjusted_parts(table, level, reference) if part.statistic in _OF_GAP]
    parts = (
        observed.part(OBSERVED),
        expected.part(EXPECTED),
        ratio.part(OBSERVED_TO_EXPECTED),
        level.part(INDIRECT_LEVEL),
        *adjusted,
    )
    return Adjusted(parts, crossing.diagnostics(mix(crossing.fine, "group"), sides=_SIDES["group"]))


def gamma_interval(
    value: float, variance: float, largest: float, confidence: float = 0.95
) -> tuple[float, float]:
    """The interval of a directly standardised rate of rare events in a register (Fay and Feuer 1997).

    Args:
        value: sum_c s_c d_c/N_c, with d_c events.
        variance: sum_c s_c^2 d_c/N_c^2, the events taken as Poisson.
        largest: the largest s_c/N_c.
        confidence: of the two-sided interval.

    Returns:
        Its limits. Without events the lower limit is 0.
    """
    tail = (1 - confidence) / 2
    low = float(gammaincinv(value**2 / variance, tail)) * variance / value if variance > 0 else 0.0
    value, variance = value + largest, variance + largest**2
    return low, float(gammaincinv(value**2 / variance, 1 - tail)) * variance / value


@dataclass(frozen=True)
class _Weights:
    """Shares s_c of a standard, and how they follow the sizes: ds_c/dN_side,j = reach_side (1(c=j) - base_side,c)."""

    share: Floats
    reach: Floats
    base: Floats

    def level(self, crossing: Crossing, group: bool) -> Smooth:
        """S, the level of a side with these shares."""
        side, rate = int(group), crossing.rate[int(group)]
        by_total, by_size = np.zeros_like(crossing.size), np.zeros_like(crossing.size)
        by_total[side] = self.share / crossing.size[side]
        by_size[side] = -rate * by_total[side]
        by_size += self.reach[:, None] * (rate - (self.base @ rate)[:, None])
        return crossing.smooth(float(self.share @ rate), by_total, by_size)


_SIDES = {"reference": (0,), "group": (1,), "mean": (0, 1), "pooled": (0, 1)}
_PARTS = {"reference": (1.0, 0.0), "group": (0.0, 1.0), "mean": (0.5, 0.5)}  # of the shares of the two sides


def mix(size: Floats, standard: str) -> Floats:
    """The shares of a standard that is estimated, from N by side and combination."""
    if standard == "pooled":
        pooled: Floats = size.sum(axis=0) / size.sum()
        return pooled
    mixed: Floats = np.array(_PARTS[standard]) @ (size / size.sum(axis=1, keepdims=True))
    return mixed


def _estimated(crossing: Crossing, standard: str) -> _Weights:
    size, share = crossing.size, mix(crossing.size, standard)
    if standard == "pooled":
        return _Weights(share, np.full(2, 1 / size.sum()), np.stack([share, share]))
    return _Weights(share, np.array(_PARTS[standard]) / size.sum(axis=1), crossing.share)


def _fixed(crossing: Crossing, given: Mapping[Levels, float]) -> _Weights:
    share = add_up(crossing.position, _in_order(crossing, given), len(crossing.first))
    return _Weights(share, np.zeros(2), np.zeros_like(crossing.size))


def _in_order(crossing: Crossing, given: Mapping[Levels, float]) -> Floats:
    return np.array([given.get(levels, 0.0) for levels in crossing.levels])


def _given(standard: GivenStandard, table: AdjustTable) -> dict[Levels, float]:
    """A given standard as shares that add up to 1, by combination."""
    found = {(key,) if isinstance(key, str) else tuple(key): float(part) for key, part in standard.items()}
    width = len(table.covariates)
    fits = all(len(levels) == width for levels in found)
    total = sum(found.values())
    if not fits or not total > 0 or min(found.values(), default=0.0) < 0:
        names = ", ".join(table.covariates)
        what = (
            f"{len(found)} combinations of {sorted(set(map(len, found)))} categories that add up to {total:g}"
        )
        way_out = "Give a share, 0 or more, for every combination of the categories of these covariates."
        raise DefinitionError(Fault("standard", names, f"shares by category of {names}", what, way_out))
    return {levels: part / total for levels, part in found.items() if part > 0}


def _unknown(standard: str) -> Fault:
    return Fault(
        "standard", standard, f"one of {', '.join(STANDARDS)}, or shares by category", standard,
        "Name a standard population, or give the share of each combination of categories.",
    )  # fmt: skip
