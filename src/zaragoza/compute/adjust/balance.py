"""Entropy balancing: the weights closest to the given ones under which the covariates have the target's means.

Hainmueller (2012, section 3.2): least sum w log(w/q) with sum w = 1 and sum w x = t. The solution is w ~ q exp(x'l);
l is the minimum of the convex dual log sum q exp((x - t)'l), found by Newton's method. The solution is unique.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from scipy.optimize import linprog

from zaragoza.compute.adjust.diagnostics import diagnose
from zaragoza.compute.adjust.reweight import Target, reweighted, target_sizes
from zaragoza.compute.adjust.smooth import Smooth, adjusted_parts
from zaragoza.compute.adjust.table import Adjusted, AdjustTable
from zaragoza.compute.calibration.auxiliaries import invert
from zaragoza.compute.codes import Flags, Floats
from zaragoza.model.estimate import NO_MEMBERS

_ITERATIONS = 200
_HALVINGS = 40
_CONVERGED = 1e-20  # Newton decrement of the dual
_BALANCED = 1e-8  # largest difference left, in standard deviations
_DIVERGED = 300.0  # log of the ratio of two weights: no finite solution is near
_EDGE = 1e-12  # a target this close to the least or largest value is at it


@dataclass(frozen=True)
class Balance:
    """Cells balanced to a target.

    Attributes:
        coefficients: l, one a column; of redundant columns the smallest.
        factor: exp(x'l) scaled so that the weights, factor times base weight, sum to 1; 0 for cells that a target at
            the edge of a column leaves out (nobody in the target has that category).
        centred: x - t.
        inverse: generalised inverse of the dual's second derivative, sum w (x - t)(x - t)'.
    """

    coefficients: Floats
    factor: Floats
    centred: Floats
    inverse: Floats


def entropy_balance(table: AdjustTable, *, target: Target = "group", weights_known: bool = False) -> Adjusted:
    """The gap after the covariates of one side, or of both, were balanced to a target's means.

    Args:
        table: the cells; moments beyond means are columns of x.
        target: "group" gives the reference group the group's means (what would members of the reference group have,
            were they like the group); "reference" the other way round; "all" balances both to the means of all.
        weights_known: whether balancing weights and target are taken as known, so that they add no error.

    Returns:
        No result, with the reason `infeasible: ` and the moments at fault, where no weights give the target's means.
    """
    if not (table.side(True).any() and table.side(False).any()):
        return Adjusted((), reason=NO_MEMBERS)
    weight = target_sizes(table, target)
    means = np.asarray(weight @ table.x / weight.sum(), dtype=np.float64)
    factor = np.ones(len(weight))
    levels: dict[bool, Smooth] = {}
    for side, same in ((True, "group"), (False, "reference")):
        if target == same:
            levels[side] = reweighted(table, side, factor)
            continue
        cells = table.side(side)
        found = balance(table.x[cells], table.size[cells], means, table.names)
        if isinstance(found, str):
            return Adjusted((), reason=found)
        factor[cells] = found.factor
        levels[side] = _level(table, side, found, None if weights_known else weight)
    return Adjusted(adjusted_parts(table, levels[True], levels[False]), diagnose(table, factor))


def balance(x: Floats, base: Floats, target: Floats, names: Sequence[str]) -> Balance | str:
    """Balances cells to a target.

    Args:
        x: cells x k, without a constant.
        base: q, the sum of base weights of each cell, above 0.
        target: t, k.
        names: of the k columns.

    Returns:
        The balance, or `infeasible: ` and the columns whose target lies outside what weights can give.
    """
    support, outside = _support(x, target)
    if outside.any():
        return _infeasible(outside, names)
    inside, share = x[support] - target, base[support] / base[support].sum()
    coefficients = _minimise(inside, share)
    weight, imbalance = _weights(inside, share, coefficients)
    if bool((np.abs(imbalance) > _BALANCED * _spread(inside, share)).any()):
        return _infeasible(_violated(x[support], target), names)
    factor = np.zeros(len(base))
    factor[support] = weight / base[support]
    curvature = inside.T @ (inside * weight[:, None])
    return Balance(coefficients, factor, x - target, invert(curvature))


def _level(table: AdjustTable, side: bool, found: Balance, target: Floats | None) -> Smooth:
    """The balanced mean of one side; `target` are the cells' weights in it, None where weights are known.

    The moment equations sum_c f_c N_c (x_c - t) = 0 with f = exp(x'l) make l a function of the cells and of t:
    dl = -H^-1 (f_c (x_c - t) dN_c - dt), H the dual's second derivative, weights summing to 1.
    """
    cells = table.side(side)
    factor = np.zeros(len(table.size))
    factor[cells] = found.factor
    level = reweighted(table, side, factor)
    if target is None:
        return level
    pull = found.inverse @ (found.centred.T @ (factor * level.by_factor)[cells])
    by_size = np.array(level.by_size)
    by_size[cells] -= found.factor * (found.centred @ pull)
    whole = target.sum()
    means = np.asarray(target @ table.x / whole, dtype=np.float64)
    by_size += np.where(target > 0, (table.x - means) @ pull / whole, 0.0)
    return Smooth(level.value, level.by_total, by_size)


def _minimise(x: Floats, share: Floats) -> Floats:
    """The minimum of the dual log sum q exp(x'l), by Newton's method with halved steps."""
    coefficients = np.zeros(x.shape[1])
    value = 0.0
    for _ in range(_ITERATIONS):
        weight, slope = _weights(x, share, coefficients)
        curvature = x.T @ (x * weight[:, None]) - np.outer(slope, slope)
        step = -invert(curvature) @ slope
        decrement = -float(step @ slope)
        for _ in range(_HALVINGS):
            after = _dual(x, share, coefficients + step)
            if after <= value - 1e-4 * decrement + 1e-14:
                break
            step, decrement = step / 2, decrement / 2
        coefficients, value = coefficients + step, after
        if decrement <= _CONVERGED or float(np.ptp(x @ coefficients)) > _DIVERGED:
            break
    return coefficients


def _weights(x: Floats, share: Floats, coefficients: Floats) -> tuple[Floats, Floats]:
    """Weights that sum to 1, and the means of x under them."""
    predictor = x @ coefficients
    weight = share * np.exp(predictor - predictor.max())
    weight = weight / weight.sum()
    return weight, np.asarray(weight @ x, dtype=np.float64)


def _dual(x: Floats, share: Floats, coefficients: Floats) -> float:
    predictor = x @ coefficients
    largest = float(predictor.max())
    return largest + float(np.log(share @ np.exp(predictor - largest)))


def _spread(x: Floats, share: Floats) -> Floats:
    """The standard deviation of each column; where it does not vary, its size."""
    mean = share @ x
    deviation = np.sqrt(share @ (x - mean) ** 2)
    return np.where(deviation > 0, deviation, 1 + np.abs(mean))


def _support(x: Floats, target: Floats) -> tuple[Flags, Flags]:
    """Cells that may have a weight, and columns whose target is outside the range of the cells.

    A target at the edge of a column, such as a category that nobody in the target has, leaves only the cells at that
    edge.
    """
    support = np.ones(len(x), dtype=bool)
    while True:
        low, high = x[support].min(axis=0), x[support].max(axis=0)
        slack = _EDGE * (1 + np.maximum(np.abs(low), np.abs(high)))
        outside: Flags = (target < low - slack) | (target > high + slack)
        edge = ((target <= low + slack) | (target >= high - slack)) & ~outside
        kept = support & (np.abs(x - target) <= slack)[:, edge].all(axis=1)
        if outside.any() or bool((kept == support).all()):
            return support, outside
        if not kept.any():
            return support, edge
        support = kept


def _violated(x: Floats, target: Floats) -> Flags:
    """Columns whose target must move, by the least sum of moves (in standard deviations) that makes it reachable."""
    deviation = _spread(x, np.full(len(x), 1 / len(x)))
    points = (np.unique(x, axis=0) - target) / deviation
    count, columns = points.shape
    moves = np.eye(columns)
    equal = np.block([[points.T, moves, -moves], [np.ones((1, count)), np.zeros((1, 2 * columns))]])
    cost = np.concatenate([np.zeros(count), np.ones(2 * columns)])
    found = linprog(
        cost, A_eq=equal, b_eq=np.append(np.zeros(columns), 1.0), bounds=(0, None), method="highs"
    )
    moved = found.x[count : count + columns] + found.x[count + columns :]
    violated: Flags = moved > 1e-9
    return violated if violated.any() else np.ones(columns, dtype=bool)


def _infeasible(columns: Flags, names: Sequence[str]) -> str:
    at_fault = [name for name, here in zip(names, columns, strict=True) if here]
    return f"infeasible: {', '.join(at_fault)}"
