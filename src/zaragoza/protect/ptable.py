"""The perturbation table (p-table) of the cell key method: how likely each change of a count is.

For every count the table holds the distribution of largest entropy among those that change nothing on average, have at
most the given variance, move no count further than allowed and never show a blocked small count. Sources: Marley and
Leaver, ISI 2011; Giessing, Privacy in Statistical Databases 2016. Its parameters are secret: no message here names one.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from itertools import pairwise

import numpy as np
from scipy.optimize import linprog, minimize

from zaragoza.errors import DefinitionError, Fault
from zaragoza.model.disclosure import Noise
from zaragoza.protect.figures import Bools, Floats, Ints

_LEAST = 1e-8  # probability of a change that is possible
_STEP, _STEPS = 0.05, 20  # the probability of no change is lowered so far, so often, where it cannot be met
_EXACT = 1e-6  # a solution meets its conditions so closely


@dataclass(frozen=True)
class PTable:
    """Changes of counts and the keys for which they hold; a larger count has the last row.

    Attributes:
        change: one row a count from 0, the possible changes in ascending order, the last one repeated.
        upper: the key below which each change holds, 1 in the last places.
    """

    change: Ints = field(repr=False)
    upper: Floats = field(repr=False)

    def look_up(self, counts: Ints, keys: Floats) -> Ints:
        """The change of each count: the first whose upper bound lies above the key.

        A key on a bound belongs to the next change (the R package cellKey; the Handbook on SDC has it otherwise).

        Args:
            counts: not negative.
            keys: of the cells, in [0, 1).
        """
        row = np.minimum(counts, len(self.change) - 1)
        place = np.zeros(len(counts), dtype=np.int64)
        for column in range(self.upper.shape[1] - 1):
            place += keys >= self.upper[row, column]
        return np.asarray(self.change[row, place])

    @property
    def probability(self) -> Floats:
        """Of each change, in the shape of `change`."""
        return np.diff(self.upper, axis=1, prepend=0.0)

    @property
    def variance(self) -> Floats:
        """Of the change of each count."""
        return np.asarray(np.sum(self.probability * self.change**2, axis=1))


def table_of(rows: Sequence[tuple[Sequence[int], Sequence[float]]]) -> PTable:
    """A table from the changes of each count from 0 and their probabilities."""
    width = max(len(changes) for changes, _ in rows)
    change = np.array([[*changes, *[changes[-1]] * (width - len(changes))] for changes, _ in rows])
    upper = np.ones((len(rows), width))
    for row, (_, probabilities) in enumerate(rows):
        upper[row, : len(probabilities) - 1] = np.cumsum(probabilities)[:-1]
    return PTable(change.astype(np.int64), upper)


def make_ptable(noise: Noise) -> PTable:
    """The table for the parameters of an office.

    Zero stays zero. Counts from `D` (`D + js + 1` where small counts are blocked) on share one row, which is symmetric.

    Raises:
        DefinitionError: no distribution meets the conditions of a row.
    """
    last = noise.D if noise.js == 0 else noise.D + noise.js + 1
    rows: list[tuple[Sequence[int], Sequence[float]]] = [((0,), (1.0,))]
    faults = []
    for count in range(1, last + 1):
        changes = _changes(count, noise)
        found = _distribution(changes, count, noise)
        if found is None:
            faults.append(_infeasible(count))
        else:
            rows.append((changes.tolist(), found.tolist()))
    if faults:
        raise DefinitionError(faults)
    return table_of(rows)


def _changes(count: int, noise: Noise) -> Ints:
    targets = range(max(0, count - noise.D), count + noise.D + 1)
    return np.array([j - count for j in targets if j == 0 or j > noise.js], dtype=np.int64)


def _distribution(changes: Ints, count: int, noise: Noise) -> Floats | None:
    """Of largest entropy; where the probability of no change cannot be met, the highest step that can."""
    if not len(changes):
        return None
    steps = _STEPS + 1 if noise.pstay and np.any(changes == 0) else 1
    for step in range(steps):
        stay = max(0.0, noise.pstay - step * _STEP)
        limits, bounds = _conditions(changes, noise, stay, monotone=noise.monotone(count))
        if _feasible(changes, limits, bounds):
            return _most_even(changes, limits, bounds)
    return None


def _conditions(changes: Ints, noise: Noise, stay: float, *, monotone: bool) -> tuple[Floats, Floats]:
    """Rows G and limits h of the conditions G p <= h beside the sum of 1 and the mean of 0."""
    each = np.eye(len(changes))
    rows, limits = [changes.astype(np.float64) ** 2], [noise.V]
    if noise.exact:
        rows, limits = [*rows, -rows[0]], [*limits, -noise.V]
    for i in range(len(changes)):
        rows.append(-each[i])
        limits.append(-max(_LEAST, stay) if changes[i] == 0 else -_LEAST)
    if monotone:  # up to no change, a smaller loss is at least as likely as a larger one
        left = np.flatnonzero(changes <= 0)
        rows += [each[i] - each[j] for i, j in pairwise(left)]
        limits += [0.0] * max(0, len(left) - 1)
    scale = np.abs(rows).max(axis=1)
    return np.array(rows) / scale[:, None], np.array(limits) / scale


def _feasible(changes: Ints, rows: Floats, limits: Floats) -> bool:
    equal = np.vstack([np.ones(len(changes)), changes])
    found = linprog(np.zeros(len(changes)), rows, limits + _EXACT**2, equal, [1.0, 0.0], method="highs")
    return bool(found.success)


def _most_even(changes: Ints, rows: Floats, limits: Floats) -> Floats | None:
    """By the dual: p is exp(-(l v + m G)) over its sum, m >= 0 (Boyd and Vandenberghe, Convex Optimization, ch. 5).

    The dual is smooth and convex with bounds alone, so that no start and no step size has to be chosen.
    """
    conditions = np.vstack([changes / np.abs(changes).max(), rows])
    right = np.concatenate([[0.0], limits])

    def distribution(multipliers: Floats) -> tuple[Floats, float]:
        exponent = -(conditions.T @ multipliers)
        weight = np.exp(exponent - exponent.max())
        return weight / weight.sum(), float(exponent.max() + np.log(weight.sum()))

    def dual(multipliers: Floats) -> tuple[float, Floats]:
        p, normaliser = distribution(multipliers)
        return normaliser + float(right @ multipliers), right - conditions @ p

    free: list[tuple[float | None, None]] = [(None, None)]
    found = minimize(
        dual,
        np.zeros(len(right)),
        jac=True,
        method="L-BFGS-B",
        bounds=free + [(0.0, None)] * len(limits),
        options={"maxiter": 5000, "maxfun": 50_000, "ftol": 0.0, "gtol": 1e-13, "maxcor": 50},
    )
    p, _ = distribution(found.x)
    excess: Bools = conditions @ p > right + _EXACT
    mean = abs(float(p @ changes))
    return None if excess.any() or mean > _EXACT else p


def _infeasible(count: int) -> Fault:
    return Fault(
        "noise parameters",
        f"row for the count {count}",
        "a distribution that changes nothing on average and keeps to every limit",
        "none",
        "Raise the variance `V` or block fewer counts (`js`) where blocked counts move too far; lower `V` where an "
        "exact one is asked; or give `mono = false`.",
    )
