"""Marginal standardisation (g-computation): a regression predicts everybody of a target population on either side.

S_a(T) = sum_T N_c F(x_ac'b) / sum_T N_c with x_ac the covariates of cell c and the indicator of side a (methods/04
section 3; Robins 1986; Lane and Nelder 1982). The adjusted gap is S_group - S_reference.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from zaragoza.compute.adjust.diagnostics import coverage
from zaragoza.compute.adjust.logit import INTERCEPT, Fit, Outcome, fit
from zaragoza.compute.adjust.reweight import Target, target_sizes
from zaragoza.compute.adjust.smooth import Smooth, adjusted_parts
from zaragoza.compute.adjust.table import Adjusted, AdjustTable
from zaragoza.compute.codes import Floats
from zaragoza.errors import DefinitionError, Fault
from zaragoza.model.estimate import NO_MEMBERS

GROUP = "group"


def g_computation(
    table: AdjustTable,
    *,
    outcome: Outcome = "share",
    target: Target = "all",
    interactions: Sequence[str] = (),
    target_fixed: bool = False,
) -> Adjusted:
    """The gap between predictions for the same people as members of the group and of the reference group.

    Args:
        table: the cells.
        outcome: "share" (logistic regression) or "mean" (linear).
        target: whose covariates are held: everybody's, the group's, or the reference group's.
        interactions: covariates whose effect may differ between the sides.
        target_fixed: whether the target's distribution is taken as known, so that only the coefficients have an error.

    Raises:
        DefinitionError: an interaction names no covariate, or the totals are not those of a share.
    """
    _check(table, outcome, interactions)
    if not (table.side(True).any() and table.side(False).any()):
        return Adjusted((), reason=NO_MEMBERS)
    names = _names(table, interactions)
    fitted = fit(_columns(table, table.group, interactions), table.size, table.total, names, outcome)
    if isinstance(fitted, str):
        return Adjusted((), reason=fitted)
    weight = target_sizes(table, target)
    sides = [_columns(table, np.full(len(weight), side), interactions) for side in (True, False)]
    unknown = [name for side in sides for name in fitted.unknown(margin_slope(fitted, side, weight))]
    diagnostics = coverage(table, weight)
    if unknown:
        named = [name for name in dict.fromkeys(unknown) if name != INTERCEPT]
        return Adjusted((), diagnostics, f"not_estimable: {', '.join(named)}")
    group, reference = (margin(fitted, side, weight, target_fixed=target_fixed) for side in sides)
    return Adjusted(adjusted_parts(table, group, reference), diagnostics)


def margin(fitted: Fit, x: Floats, weight: Floats, *, target_fixed: bool = False) -> Smooth:
    """A predictive margin: the mean prediction of a target population at given columns (Graubard and Korn 1999).

    Args:
        fitted: the regression.
        x: cells x k: the columns that each cell is given, such as everybody's own covariates and one category.
        weight: the sum of weights of each cell in the target; 0 for cells outside.
        target_fixed: whether the target's distribution is taken as known.
    """
    predicted, whole = fitted.predict(x), float(weight.sum())
    value = float(weight @ predicted) / whole
    by_total, by_size = fitted.influence(margin_slope(fitted, x, weight))
    if not target_fixed:
        by_size = by_size + np.where(weight > 0, (predicted - value) / whole, 0.0)
    return Smooth(value, by_total, by_size)


def margin_slope(fitted: Fit, x: Floats, weight: Floats) -> Floats:
    """The gradient of a predictive margin with respect to the coefficients: the mean of F' x over the target."""
    slope = fitted.link.slope(fitted.predict(x))
    return np.asarray((weight * slope) @ x / weight.sum(), dtype=np.float64)


def _columns(table: AdjustTable, group: np.ndarray, interactions: Sequence[str]) -> Floats:
    member = group.astype(np.float64)
    crossed = table.x[:, [factor in interactions for factor in table.factor]] * member[:, None]
    return np.column_stack([np.ones(len(member)), member, table.x, crossed])


def _names(table: AdjustTable, interactions: Sequence[str]) -> tuple[str, ...]:
    crossed = [
        f"{GROUP} x {name}"
        for name, factor in zip(table.names, table.factor, strict=True)
        if factor in interactions
    ]
    return (INTERCEPT, GROUP, *table.names, *crossed)


def _check(table: AdjustTable, outcome: Outcome, interactions: Sequence[str]) -> None:
    known = set(table.factor) | set(table.covariates)
    faults = [
        Fault(
            "g-computation",
            "interactions",
            f"covariates ({', '.join(sorted(known))})",
            name,
            "Name a covariate that is adjusted for.",
        )
        for name in interactions
        if name not in known
    ]
    outside = (table.total < -1e-9 * table.size) | (table.total > (1 + 1e-9) * table.size)
    if outcome == "share" and bool(outside.any()):
        found = "amounts below 0 or above 1"
        faults.append(Fault("g-computation", "outcome", "a share", found, 'Use outcome="mean" for amounts.'))
    if faults:
        raise DefinitionError(faults)
