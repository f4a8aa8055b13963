"""Kitagawa's decomposition of a gap into composition and rate (Kitagawa 1955; methods/04 section 5)."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

import numpy as np

from zaragoza.compute.adjust.crossing import Crossing, cross
from zaragoza.compute.adjust.standardise import mix
from zaragoza.compute.adjust.table import Adjusted, AdjustTable, Part
from zaragoza.compute.codes import Floats

COMPOSITION, RATE, INTERACTION = "composition", "rate", "interaction"


def kitagawa(
    table: AdjustTable, parts: Literal[2, 3] = 2, *, detail: bool = False, least: int = 1
) -> Adjusted:
    """How much of the gap comes from another mix of categories and how much from other levels within them.

    With w the shares and p the levels by combination c, of the group g and the reference group r:

    two parts: composition = sum_c (w_gc - w_rc)(p_gc + p_rc)/2, rate = sum_c (p_gc - p_rc)(w_gc + w_rc)/2;
    three parts: composition = sum_c (w_gc - w_rc) p_rc, rate = sum_c (p_gc - p_rc) w_rc, and their interaction
    sum_c (w_gc - w_rc)(p_gc - p_rc). They add up to the gap, group minus reference. The rate of two parts is direct
    standardisation with the mean of the two mixes, that of three parts with the reference group's.

    Args:
        table: cells of the two sides; only categorical covariates count.
        parts: 2 or 3.
        detail: whether the part of every combination is given too, under its name.
        least: persons, unweighted, that a combination must have on each side; smaller ones are merged (see `cross`).

    Returns:
        composition, rate and, of three parts, interaction. Diagnostics as of `standardise` with the standard
        that the rate amounts to. Reason: as of `standardise`.
    """
    crossing = cross(table, (), least)
    if isinstance(crossing, str):
        return Adjusted((), reason=crossing)
    effects = _two(crossing) if parts == 2 else _three(crossing)
    found = [effect.whole(crossing) for effect in effects]
    if detail:
        found += [
            effect.one(crossing, c, label) for c, label in enumerate(crossing.labels) for effect in effects
        ]
    standard = "mean" if parts == 2 else "reference"
    diagnostics = crossing.diagnostics(mix(crossing.fine, standard), mix(crossing.size, standard))
    return Adjusted(tuple(found), diagnostics)


@dataclass(frozen=True)
class _Effect:
    """One part by combination: its value f(w_r, w_g, p_r, p_g) and the slopes of f, by side and combination."""

    statistic: str
    value: Floats
    by_share: Floats
    by_rate: Floats

    def whole(self, crossing: Crossing) -> Part:
        """The sum over all combinations."""
        return self._part(crossing, self.value.sum(), self.by_share, self.by_rate, None)

    def one(self, crossing: Crossing, c: int, label: str) -> Part:
        """The part of one combination."""
        only = np.arange(len(self.value)) == c
        return self._part(crossing, self.value[c], self.by_share * only, self.by_rate * only, label)

    def _part(
        self, crossing: Crossing, value: float, by_share: Floats, by_rate: Floats, detail: str | None
    ) -> Part:
        """Shares and rates follow the sums: dw_c/dN_j = (1(c=j) - w_c)/N, dp_c/dY_c = 1/N_c, dp_c/dN_c = -p_c/N_c."""
        side_size = crossing.size.sum(axis=1, keepdims=True)
        by_total = by_rate / crossing.size
        by_size = (by_share - (by_share * crossing.share).sum(axis=1, keepdims=True)) / side_size
        return crossing.smooth(value, by_total, by_size - by_total * crossing.rate).part(
            self.statistic, detail
        )


def _two(crossing: Crossing) -> tuple[_Effect, ...]:
    share, rate = crossing.share, crossing.rate
    more, higher = share[1] - share[0], rate[1] - rate[0]
    mean_share, mean_rate = share.mean(axis=0), rate.mean(axis=0)
    return (
        _Effect(COMPOSITION, more * mean_rate, np.stack([-mean_rate, mean_rate]), np.stack([more, more]) / 2),
        _Effect(
            RATE, higher * mean_share, np.stack([higher, higher]) / 2, np.stack([-mean_share, mean_share])
        ),
    )


def _three(crossing: Crossing) -> tuple[_Effect, ...]:
    share, rate = crossing.share, crossing.rate
    more, higher = share[1] - share[0], rate[1] - rate[0]
    none = np.zeros_like(more)
    return (
        _Effect(COMPOSITION, more * rate[0], np.stack([-rate[0], rate[0]]), np.stack([more, none])),
        _Effect(RATE, higher * share[0], np.stack([higher, none]), np.stack([-share[0], share[0]])),
        _Effect(INTERACTION, more * higher, np.stack([-higher, higher]), np.stack([-more, more])),
    )
