"""Calibration by Newton's method: factors that bring weighted sums to known totals (methods/11 section 3)."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from scipy import sparse

from zaragoza.compute.calibration.auxiliaries import Auxiliaries, invert
from zaragoza.compute.calibration.distance import Bound, Distance, Truncated
from zaragoza.compute.codes import Codes, Flags, Floats, add_up
from zaragoza.errors import DesignError, Fault

TOLERANCE = 1e-10  # largest difference from a total, as a share of it
ITERATIONS = 100
_HALVINGS = 60
_LEAST_SLOPE = (
    1e-8  # rows at a bound keep a hint of slope, so that a class all of whose rows are there can come back
)
_NAMED = 5  # totals that an error names


@dataclass(frozen=True, eq=False)
class Solution:
    """The result of a calibration.

    Attributes:
        factors: g, one a row; 1 or more or less, whatever the totals ask.
        iterations: steps of Newton's method.
    """

    factors: Floats
    iterations: int


@dataclass(frozen=True, eq=False)
class Units:
    """Rows that share one factor.

    Attributes:
        codes: unit of each row, 0, 1, ...
        count: number of units.
    """

    codes: Codes
    count: int


def solve(
    weights: Floats, auxiliaries: Auxiliaries, totals: Floats, distance: Distance, units: Units | None = None
) -> Solution:
    """Factors g of least distance from 1 with sum w g x = t.

    Newton's method on the dual, which is convex: lambda <- lambda - (X' diag(w F') X)^- (X' w F - t), each step halved
    until the dual falls (Deville and Sarndal 1992, section 2; Deville, Sarndal and Sautory 1993).

    Args:
        weights: one a row, 0 or more.
        auxiliaries: x; columns may be redundant.
        totals: t, one for each column of x.
        distance: gives the factor of a linear predictor; bounds may differ between rows.
        units: rows that share a factor; x is averaged over them.

    Returns:
        Factors by which every total is met within 1e-10 of it.

    Raises:
        DesignError: totals that no factors meet, or none within the bounds; the totals are named.
    """
    if units is not None:
        averaged = auxiliaries.averaged(units.codes, units.count, weights)
        whole = add_up(units.codes, weights, units.count)
        found = _newton(whole, averaged, totals, _of_units(distance, units))
        return Solution(found.factors[units.codes], found.iterations)
    patterns = auxiliaries.patterns if _alike(distance) else None
    if patterns is None:
        return _newton(weights, auxiliaries, totals, distance)
    distinct, pattern = patterns
    found = _newton(add_up(pattern, weights, len(distinct)), distinct, totals, distance)
    return Solution(found.factors[pattern], found.iterations)


def _alike(distance: Distance) -> bool:
    """Whether rows that are alike get one factor: bounds do not differ between rows."""
    return not any(isinstance(limit, np.ndarray) for limit in distance.reach)


def _of_units(distance: Distance, units: Units) -> Distance:
    """Bounds of rows as bounds of their unit: the narrowest."""
    if _alike(distance):
        return distance
    lower, upper = (np.broadcast_to(limit, len(units.codes)) for limit in distance.reach)
    highest, lowest = np.full(units.count, -np.inf), np.full(units.count, np.inf)
    np.maximum.at(highest, units.codes, lower)
    np.minimum.at(lowest, units.codes, upper)
    return Truncated(highest, lowest)


def _newton(weights: Floats, x: Auxiliaries, totals: Floats, distance: Distance) -> Solution:
    problem = _Problem(weights, x, totals, distance)
    problem.refuse_out_of_reach()
    coefficients = np.zeros(len(totals))
    state = problem.at(coefficients)
    for iteration in range(ITERATIONS + 1):
        if problem.worst(state) < TOLERANCE:
            return Solution(state.factors, iteration)
        direction = problem.direction(state)
        for _ in range(_HALVINGS):
            trial = problem.at(coefficients + direction)
            if problem.better(trial, state, direction):
                break
            direction = direction / 2
        else:
            break
        coefficients, state = coefficients + direction, trial
    raise DesignError(problem.unmet(state))


@dataclass(frozen=True, eq=False)
class _State:
    """Where Newton's method stands: predictor and factor of each row, sums minus totals, the dual."""

    predictor: Floats
    factors: Floats
    residuals: Floats
    dual: float


class _Problem:
    """Weights, variables and totals of one calibration."""

    def __init__(self, weights: Floats, x: Auxiliaries, totals: Floats, distance: Distance) -> None:
        self.weights, self.x, self.totals, self.distance = weights, x, totals, distance
        self.sizes = np.asarray(abs(x.matrix).T @ weights, dtype=np.float64)  # sum w |x|
        scale = np.maximum(np.abs(totals), 1e-3 * self.sizes)  # a total near 0 is met as a share of sum w |x|
        self.scale = np.where(scale > 0, scale, 1.0)

    def at(self, coefficients: Floats) -> _State:
        predictor = self.x.fitted(coefficients)
        with np.errstate(over="ignore", invalid="ignore"):
            factors = self.distance.factor(predictor)
            residuals = self.x.cross(self.weights, factors) - self.totals
            dual = float(self.weights @ self.distance.integral(predictor) - self.totals @ coefficients)
        return _State(predictor, factors, residuals, dual)

    def worst(self, state: _State) -> float:
        """The largest difference from a total, as a share of it."""
        return float(np.max(np.abs(state.residuals) / self.scale, initial=0.0))

    def direction(self, state: _State) -> Floats:
        slope = np.maximum(self.distance.slope(state.predictor), _LEAST_SLOPE)
        return -invert(self.x.gram(self.weights * slope)) @ state.residuals

    def better(self, trial: _State, state: _State, direction: Floats) -> bool:
        """Whether a step goes down far enough (Armijo), or comes much closer where the dual is flat to rounding."""
        if not np.isfinite(trial.dual):
            return False
        falls = trial.dual <= state.dual + 1e-4 * float(state.residuals @ direction)
        return falls or self.worst(trial) < 0.5 * self.worst(state)

    def refuse_out_of_reach(self) -> None:
        """Totals that are out of reach one by one, or that contradict one another.

        Raises:
            DesignError: naming them.
        """
        faults = [*self._empty(), *self._out_of_bounds()]
        if not faults:
            faults = self._contradicting()
        if faults:
            raise DesignError(faults)

    def _empty(self) -> list[Fault]:
        empty = (self.sizes == 0) & (self.totals != 0)
        found = "no row with a weight above 0 that counts in it"
        way_out = "Put it together with another class in data and totals, or leave it out."
        return self._faults(empty, "rows in the sample for a total other than 0", found, way_out)

    def _out_of_bounds(self) -> list[Fault]:
        """Totals beyond what every row at its least or greatest factor gives."""
        lower, upper = self.distance.reach
        positive = self.x.matrix.maximum(0)
        negative = positive - self.x.matrix
        least = self._sum_at(positive, lower) - self._sum_at(negative, upper)
        greatest = self._sum_at(positive, upper) - self._sum_at(negative, lower)
        slack = TOLERANCE * self.scale
        beyond = (self.totals < least - slack) | (self.totals > greatest + slack)
        way_out = "Widen the bounds, put the class together with another, or look for an error in the total."
        limits = "above 0" if np.all(np.isinf(upper)) else "within the bounds"
        found = f"one beyond what factors {limits} give"
        return self._faults(beyond, "a total within reach", found, way_out)

    def _sum_at(self, matrix: sparse.csr_array, factor: Bound) -> Floats:
        """Sums of w g x for one limit g of the factors; x is 0 or more."""
        if np.all(np.isfinite(factor)):
            return np.asarray(matrix.T @ (self.weights * factor), dtype=np.float64)
        return np.where(matrix.T @ self.weights > 0, np.max(factor), 0.0)

    def _contradicting(self) -> list[Fault]:
        gram = self.x.gram(self.weights)
        reached = gram @ (invert(gram) @ self.totals)
        apart: Flags = np.abs(self.totals - reached) > 1e-8 * self.scale
        way_out = "Bring the totals to one population, date and sum: one margin says something else than the others."
        return self._faults(
            apart, "totals that agree with one another", "totals that no weights meet together", way_out
        )

    def unmet(self, state: _State) -> list[Fault]:
        """What is still apart when the method ends."""
        apart = np.abs(state.residuals) / self.scale
        found = "no factors that meet it together with the others"
        way_out = "Put small classes together, leave a margin out, or widen the bounds."
        worst = apart >= max(0.1 * float(np.max(apart)), TOLERANCE)
        return self._faults(worst, "totals that can be met", found, way_out, apart)

    def _faults(
        self, wrong: Flags, expected: str, found: str, way_out: str, by: Floats | None = None
    ) -> list[Fault]:
        """A fault for each total, the worst first; beyond a handful they are counted."""
        places = np.flatnonzero(wrong)
        if by is not None:
            places = places[np.argsort(-by[places], kind="stable")]
        faults = [Fault("totals", self.x.labels[i], expected, found, way_out) for i in places[:_NAMED]]
        if len(places) > _NAMED:
            more = f"{len(places) - _NAMED} more"
            faults.append(Fault("totals", more, expected, found, way_out))
        return faults
