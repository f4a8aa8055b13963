"""Inverse probability weighting: the chance to belong to the group, given the covariates, makes the sides comparable.

A weighted logistic regression gives e(x) = P(group | x). Members of the sides are then weighted (Hirano, Imbens and
Ridder 2003; Li, Morgan and Zaslavsky 2018, table 1):

    target       group        reference group
    all          1/e          1/(1 - e)
    group        1            e/(1 - e)
    reference    (1 - e)/e    1
    overlap      1 - e        e
"""

from __future__ import annotations

from typing import Literal

import numpy as np

from zaragoza.compute.adjust.diagnostics import diagnose
from zaragoza.compute.adjust.logit import INTERCEPT, Fit, fit
from zaragoza.compute.adjust.reweight import reweighted
from zaragoza.compute.adjust.smooth import Smooth, adjusted_parts
from zaragoza.compute.adjust.table import Adjusted, AdjustTable
from zaragoza.compute.codes import Floats
from zaragoza.model.estimate import NO_MEMBERS

WeightingTarget = Literal["all", "group", "reference", "overlap"]
TRIM = (0.02, 0.98)  # methods/04 section 4
NO_OVERLAP = "no_overlap"


def inverse_probability_weighting(
    table: AdjustTable,
    *,
    target: WeightingTarget = "group",
    trim: tuple[float, float] | None = TRIM,
    weights_known: bool = False,
) -> Adjusted:
    """The gap between the sides, each weighted to the target's covariates by the propensity to belong to the group.

    Args:
        table: the cells.
        target: "group" (treated), "reference" (controls), "all", or "overlap", the people that both sides have.
        trim: propensities outside are left out, on both sides, and reported; None: nobody is. The limits are taken as
            fixed: the error does not count that another sample might leave out others.
        weights_known: whether the propensities are taken as known, so that they add no error.

    Returns:
        No result where the propensity model separates the sides, or nobody of a side is within the limits.
    """
    if not (table.side(True).any() and table.side(False).any()):
        return Adjusted((), reason=NO_MEMBERS)
    fitted = fit_propensity(table)
    if isinstance(fitted, str):
        return Adjusted((), reason=fitted)
    factor, slope = _factors(table, fitted.fitted, target)
    diagnostics = _range(table, fitted.fitted)
    if trim is not None:
        kept = (fitted.fitted >= trim[0]) & (fitted.fitted <= trim[1])
        factor, slope = np.where(kept, factor, 0.0), np.where(kept, slope, 0.0)
        if not all(kept[table.side(side)].any() for side in (True, False)):
            return Adjusted((), diagnostics, NO_OVERLAP)
    group, reference = (
        _level(table, side, factor, None if weights_known else (fitted, slope)) for side in (True, False)
    )
    return Adjusted(adjusted_parts(table, group, reference), {**diagnostics, **diagnose(table, factor)})


def fit_propensity(table: AdjustTable) -> Fit | str:
    """The regression of membership of the group on the covariates, weighted; or the reason why there is none."""
    return fit(
        table.constant, table.size, np.where(table.group, table.size, 0.0), (INTERCEPT, *table.names), "share"
    )


def _factors(table: AdjustTable, propensity: Floats, target: WeightingTarget) -> tuple[Floats, Floats]:
    """What weights are multiplied by, and its derivative with respect to the linear predictor (de = e(1 - e))."""
    e, group = propensity, table.group
    odds = e / (1 - e)
    ones, nothing = np.ones(len(e)), np.zeros(len(e))
    for_group, for_reference = {
        "all": ((1 / e, -1 / odds), (1 / (1 - e), odds)),
        "group": ((ones, nothing), (odds, odds)),
        "reference": ((1 / odds, -1 / odds), (ones, nothing)),
        "overlap": ((1 - e, -e * (1 - e)), (e, e * (1 - e))),
    }[target]
    return np.where(group, for_group[0], for_reference[0]), np.where(group, for_group[1], for_reference[1])


def _level(table: AdjustTable, side: bool, factor: Floats, propensity: tuple[Fit, Floats] | None) -> Smooth:
    """The weighted mean of one side.

    The propensity's outcome is membership: its total in a cell is the cell's size in the group and 0 elsewhere, so the
    size moves its coefficients by J x (1(group) - e).
    """
    level = reweighted(table, side, factor)
    if propensity is None:
        return level
    fitted, slope = propensity
    by_member, by_size = fitted.influence(fitted.x.T @ (slope * level.by_factor))
    through = by_size + np.where(table.group, by_member, 0.0)
    return Smooth(level.value, level.by_total, level.by_size + through)


def _range(table: AdjustTable, propensity: Floats) -> dict[str, float | str]:
    """The least and largest propensity of each side: where they do not meet nobody is comparable."""
    found: dict[str, float | str] = {}
    for side, name in ((True, "group"), (False, "reference")):
        cells = table.side(side)
        found[f"least_propensity_{name}"] = float(propensity[cells].min())
        found[f"largest_propensity_{name}"] = float(propensity[cells].max())
    return found
