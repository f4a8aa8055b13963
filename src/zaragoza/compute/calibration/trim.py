"""Trimming of large weights, and Kish's effective sample size (methods/11 sections 4 and 5)."""

from __future__ import annotations

import numpy as np

from zaragoza.compute.calibration.auxiliaries import Auxiliaries
from zaragoza.compute.calibration.distance import Truncated
from zaragoza.compute.calibration.solve import Solution, Units, solve
from zaragoza.compute.codes import Codes, Floats, add_up, compress
from zaragoza.errors import DesignError, Fault


def effective_sample_size(weights: Floats) -> float:
    """Kish's n_eff = (sum w)^2 / sum w^2: the equally weighted rows that are worth as much (Kish 1965, section 11.7).

    It counts the unequal weights only; clusters and strata are another part of the design effect.

    Args:
        weights: 0 or more; at least one above 0.
    """
    largest = float(np.max(weights))
    scaled = weights / largest
    return float(np.sum(scaled)) ** 2 / float(np.sum(scaled * scaled))


def weighting_effect(weights: Floats) -> float:
    """Kish's design effect of weighting, n / n_eff = 1 + CV^2, over the n rows with a weight above 0."""
    return int(np.count_nonzero(weights)) / effective_sample_size(weights)


def cap_of(weights: Floats, multiple: float) -> float:
    """The largest weight that is left: a multiple of the median of the weights above 0."""
    return multiple * float(np.median(weights[weights > 0]))


def trim_weights(weights: Floats, cap: float, cells: Codes | None = None) -> Floats:
    """Weights cut off at a cap, what is cut given to the others of the same cell in proportion to their weights.

    One pass, so that others may come to lie above the cap (Potter 1990). In a cell without others it is lost.

    Args:
        weights: one a row.
        cap: largest weight.
        cells: cell of each row, 0, 1, ...; None is one cell.
    """
    cells = np.zeros(len(weights), np.int64) if cells is None else cells
    count = int(cells.max(initial=0)) + 1
    cut = np.minimum(weights, cap)
    others = np.where(weights > cap, 0.0, weights)
    excess, rest = add_up(cells, weights - cut, count), add_up(cells, others, count)
    share = np.divide(excess, rest, out=np.zeros(count), where=rest > 0)
    trimmed: Floats = cut + others * share[cells]
    return trimmed


def recalibrate(
    weights: Floats,
    base: Floats,
    cap: float,
    auxiliaries: Auxiliaries,
    totals: Floats,
    bounds: tuple[float, float] | None,
    units: Units | None,
) -> tuple[Floats, Solution]:
    """Calibrated weights brought below a cap, with the totals still met.

    They are trimmed within the calibration cells (the crossing of the margins), then calibrated again by the linear
    distance with bounds of each row: its weight stays between 0 and the cap, and its whole factor within the bounds of
    the first calibration. So one round is enough. Rows that share a factor are not trimmed first, for the members of a
    unit lie in several cells.

    Args:
        weights: after calibration, one a row.
        base: before it.
        cap: largest weight.
        auxiliaries: as in `solve`, like `totals` and `units`.
        totals: one for each column.
        bounds: least and greatest factor of the whole, or None.
        units: rows that share a factor.

    Returns:
        The weights, and the solution of the second calibration.

    Raises:
        DesignError: the cap lies below what the bounds ask, or a total cannot be met below it.
    """
    start = weights if units else trim_weights(weights, cap, _cells(auxiliaries))
    least, greatest = bounds or (0.0, np.inf)
    counted = start > 0
    if np.any(least * base > cap):
        expected, found = "a cap above the least weights that `bounds` allows", "one below some of them"
        raise DesignError(Fault("trim", "trim", expected, found, "Raise `trim` or lower the lower bound."))
    highest = np.minimum(np.where(counted, base, 1.0) * greatest, cap)
    upper = np.divide(highest, start, out=np.ones(len(start)), where=counted)
    lower = np.divide(base * least, start, out=np.zeros(len(start)), where=counted)
    found_factors = solve(start, auxiliaries, totals, Truncated(lower, upper), units)
    return np.minimum(start * found_factors.factors, cap), found_factors


def _cells(auxiliaries: Auxiliaries) -> Codes:
    cells = np.zeros(len(auxiliaries), np.int64)
    for margin in auxiliaries.margins:
        cells = compress(cells * len(margin.labels) + margin.codes)[1]
    return cells
