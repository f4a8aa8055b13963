"""Regressions fitted to cells: logistic for shares, linear for means, with the gradients of their coefficients.

Weighted pseudo-maximum likelihood (Binder 1983): coefficients b solve sum_c x_c (Y_c - N_c F(x_c'b)) = 0, in which Y_c
and N_c are the weighted total and size of cell c. So b is a smooth function of the cells, and by the implicit-function
theorem db/dY_c = J x_c and db/dN_c = -J x_c F(x_c'b), with J the inverse of the information sum_c N_c F' x_c x_c'. The
scores of a person in cell c are then J x_c (w y - w F): their design-based variance is the sandwich.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Literal

import numpy as np
from scipy.optimize import linprog
from scipy.special import expit

from zaragoza.compute.calibration.auxiliaries import invert
from zaragoza.compute.codes import Codes, Flags, Floats, add_up
from zaragoza.model.estimate import NO_MEMBERS

Outcome = Literal["share", "mean"]
INTERCEPT = "constant"
NO_VARIATION = "no_variation"

_ITERATIONS = 60
_HALVINGS = 30
_CONVERGED = 1e-18  # of the decrement (twice the gain that is left), as a share of what there is to gain
_EXTREME = 1e-6  # a fitted share this close to 0 or 1 is looked at: is the covariate separated?
_ESTIMABLE = 1e-8


@dataclass(frozen=True)
class Link:
    """How the mean follows from the linear predictor.

    Attributes:
        mean: F.
        slope: F', from the mean.
        cumulant: the function whose slope F is; the fit minimises sum_c N_c cumulant - Y_c predictor, which is convex.
    """

    mean: Callable[[Floats], Floats]
    slope: Callable[[Floats], Floats]
    cumulant: Callable[[Floats], Floats]


LINKS: dict[Outcome, Link] = {
    "share": Link(
        lambda eta: np.asarray(expit(eta), dtype=np.float64),
        lambda mean: mean * (1 - mean),
        lambda eta: np.asarray(np.logaddexp(0, eta), dtype=np.float64),
    ),
    "mean": Link(lambda eta: eta, np.ones_like, lambda eta: eta * eta / 2),
}


@dataclass(frozen=True)
class Fit:
    """A regression fitted to cells.

    Attributes:
        names: of the k columns.
        x: cells x k, the intercept among the columns.
        coefficients: k; of redundant columns the smallest that give the same predictions.
        fitted: the mean of each cell.
        inverse: k x k, generalised inverse of the information, sum_c N_c F' x_c x_c'.
        information: k x k.
        link: of the outcome.
    """

    names: tuple[str, ...]
    x: Floats
    coefficients: Floats
    fitted: Floats
    inverse: Floats
    information: Floats
    link: Link

    def influence(self, direction: Floats) -> tuple[Floats, Floats]:
        """The gradient of direction'b with respect to the totals and to the sizes of the cells.

        Args:
            direction: k; the gradient of a statistic with respect to the coefficients.

        Returns:
            Two arrays, one entry a cell.
        """
        by_total = self.x @ (self.inverse @ direction)
        return by_total, -by_total * self.fitted

    def predict(self, x: Floats) -> Floats:
        """The mean at other values of the columns (rows x k)."""
        return self.link.mean(x @ self.coefficients)

    def unknown(self, direction: Floats) -> tuple[str, ...]:
        """Columns that keep direction'b from being estimable: redundant ones that it tells apart; usually none."""
        left = np.abs((self.inverse @ self.information).T @ direction - direction)
        scale = float(np.max(np.abs(direction), initial=0.0))
        return tuple(name for name, part in zip(self.names, left, strict=True) if part > _ESTIMABLE * scale)


def fit(x: Floats, size: Floats, total: Floats, names: Sequence[str], outcome: Outcome) -> Fit | str:
    """A weighted regression of the outcome on columns.

    Newton's method on a convex function; a step is halved until the function does not rise (iteratively reweighted
    least squares, McCullagh and Nelder 1989, section 2.5; one step where the outcome is a mean). Redundant columns are
    no problem: predictions do not depend on how they are solved.

    Args:
        x: cells x k, the intercept among the columns.
        size: sum of weights by cell; cells of size 0 take no part.
        total: sum of weights times outcome by cell; between 0 and the size for a share.
        names: of the k columns.
        outcome: "share" (logistic) or "mean" (linear).

    Returns:
        The fit, or the reason why there is none: `separated: ` or `not_converged: ` and the columns at fault,
        or `no_variation` where everybody has the outcome, or nobody.
    """
    link, whole = LINKS[outcome], float(size.sum())
    if whole <= 0:
        return NO_MEMBERS
    if outcome == "share" and not 1e-12 < float(total.sum()) / whole < 1 - 1e-12:
        return NO_VARIATION
    coefficients, eta = np.zeros(x.shape[1]), np.zeros(len(x))
    objective = _objective(link, eta, size, total)
    for _ in range(_ITERATIONS):
        mean = link.mean(eta)
        score = x.T @ (total - size * mean)
        step = invert(_gram(x, size * link.slope(mean))) @ score
        decrement = float(step @ score)
        coefficients, eta, objective = _damped(x, size, total, link, (coefficients, step), objective)
        if decrement <= _CONVERGED * _gauge(size, total, outcome):
            break
    else:
        separated = _separated(x, size, total, names) if outcome == "share" else ()
        return _told("separated", separated) if separated else _told("not_converged", names)
    fitted = link.mean(eta)
    if outcome == "share" and bool((link.slope(fitted)[size > 0] < _EXTREME).any()):
        separated = _separated(x, size, total, names)
        if separated:
            return _told("separated", separated)
    information = _gram(x, size * link.slope(fitted))
    return Fit(tuple(names), x, coefficients, fitted, invert(information), information, link)


def residual_degrees_of_freedom(design: float, coefficients: int) -> float:
    """Of a coefficient's t interval: those of the design in the domain, plus 1, minus the number of coefficients."""
    return design + 1 - coefficients


def _damped(
    x: Floats, size: Floats, total: Floats, link: Link, move: tuple[Floats, Floats], before: float
) -> tuple[Floats, Floats, float]:
    """Coefficients, predictor and objective after a step, halved until the objective does not rise."""
    start, step = move
    for _ in range(_HALVINGS):
        eta = x @ (start + step)
        after = _objective(link, eta, size, total)
        if after <= before + 1e-12 * (abs(before) + 1):
            break
        step = step / 2
    return start + step, eta, after


def _told(reason: str, columns: Sequence[str]) -> str:
    named = [name for name in columns if name != INTERCEPT] or list(columns)
    return f"{reason}: {', '.join(named)}"


def _separated(x: Floats, size: Floats, total: Floats, names: Sequence[str]) -> tuple[str, ...]:
    """Columns that tell apart, for some cells, all with from all without; no finite coefficients fit them best.

    A direction b with x'b >= 0 in cells where everyone has the outcome, <= 0 where nobody has, and 0 in the others: a
    linear programme (Konis 2007, section 4.4). Its coordinates that are not 0 are the columns at fault.
    """
    patterns, sizes, totals = _merge(x[size > 0], size[size > 0], total[size > 0])
    scale = np.abs(patterns).max(axis=0)
    patterns = patterns / np.where(scale > 0, scale, 1.0)
    side = np.where(totals >= sizes * (1 - 1e-12), 1.0, np.where(totals <= sizes * 1e-12, -1.0, 0.0))
    towards = patterns * side[:, None]
    pure: Flags = side != 0
    if not pure.any():
        return ()
    mixed = patterns[~pure]
    found = linprog(
        -towards[pure].sum(axis=0),
        A_ub=-towards[pure],
        b_ub=np.zeros(int(pure.sum())),
        A_eq=mixed if len(mixed) else None,
        b_eq=np.zeros(len(mixed)) if len(mixed) else None,
        bounds=(-1, 1),
        method="highs",
    )
    if found.x is None or -found.fun <= 1e-7:
        return ()
    return tuple(name for name, b in zip(names, found.x, strict=True) if abs(b) > 1e-7)


def _merge(x: Floats, size: Floats, total: Floats) -> tuple[Floats, Floats, Floats]:
    """Cells alike in every column put together."""
    patterns, position = np.unique(x, axis=0, return_inverse=True)
    code: Codes = position.reshape(-1).astype(np.int64)
    return patterns, add_up(code, size, len(patterns)), add_up(code, total, len(patterns))


def _gram(x: Floats, weight: Floats) -> Floats:
    return np.asarray(x.T @ (x * weight[:, None]), dtype=np.float64)


def _objective(link: Link, eta: Floats, size: Floats, total: Floats) -> float:
    return float(size @ link.cumulant(eta) - total @ eta)


def _gauge(size: Floats, total: Floats, outcome: Outcome) -> float:
    """What a decrement is small against: the weight of the cells, for means times their mean square."""
    if outcome == "share":
        return float(size.sum())
    filled = size > 0
    return float((total[filled] ** 2 / size[filled]).sum())
