"""Distances between weights before and after calibration (Deville and Sarndal 1992; methods/11 section 3).

A distance is known by the factor F(u) that its least sum gives to a row with the linear predictor u = x'lambda.
Each has F(0) = F'(0) = 1, so near the totals of the sample all of them agree.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Protocol

import numpy as np
from scipy.special import expit

from zaragoza.compute.codes import Floats
from zaragoza.model.design import CalibrationMethod

Bound = float | Floats  # one for all rows, or one a row


class Distance(Protocol):
    """The factor of a distance, its slope and its integral: what Newton's method asks for."""

    @property
    def reach(self) -> tuple[Bound, Bound]:
        """Between which limits factors lie."""

    def factor(self, u: Floats) -> Floats:
        """F(u), the factor of each row."""

    def slope(self, u: Floats) -> Floats:
        """F'(u)."""

    def integral(self, u: Floats) -> Floats:
        """The integral of F, up to a constant: the dual objective, which is convex."""


@dataclass(frozen=True)
class Linear:
    """F(u) = 1 + u: generalised regression (GREG). Factors may be negative."""

    @property
    def reach(self) -> tuple[Bound, Bound]:
        """Anywhere."""
        return -np.inf, np.inf

    def factor(self, u: Floats) -> Floats:
        """1 + u."""
        return 1 + u

    def slope(self, u: Floats) -> Floats:
        """1."""
        return np.ones_like(u)

    def integral(self, u: Floats) -> Floats:
        """Of 1 + u."""
        return u + u * u / 2


@dataclass(frozen=True)
class Truncated:
    """F(u) = 1 + u between two bounds, which may differ from row to row."""

    lower: Bound
    upper: Bound

    @property
    def reach(self) -> tuple[Bound, Bound]:
        """The bounds, inclusive."""
        return self.lower, self.upper

    def factor(self, u: Floats) -> Floats:
        """1 + u, cut off at the bounds."""
        return np.clip(1 + u, self.lower, self.upper)

    def slope(self, u: Floats) -> Floats:
        """1 between the bounds, 0 at them."""
        return np.where((1 + u > self.lower) & (1 + u < self.upper), 1.0, 0.0)

    def integral(self, u: Floats) -> Floats:
        """Of the factor: a parabola, with straight lines beyond the bounds."""
        kept = self.factor(u)
        return kept * kept / 2 + kept * (1 + u - kept)


@dataclass(frozen=True)
class Exponential:
    """F(u) = exp(u): raking. Factors are above zero; over margins it gives what iterative fitting gives."""

    @property
    def reach(self) -> tuple[Bound, Bound]:
        """Above zero."""
        return 0.0, np.inf

    def factor(self, u: Floats) -> Floats:
        """exp(u)."""
        return np.exp(u)

    def slope(self, u: Floats) -> Floats:
        """exp(u)."""
        return np.exp(u)

    def integral(self, u: Floats) -> Floats:
        """Of exp(u)."""
        return np.exp(u)


@dataclass(frozen=True)
class Logit:
    """F(u) = (L (U - 1) + U (1 - L) e) / ((U - 1) + (1 - L) e), e = exp(A u), A = (U - L) / ((1 - L)(U - 1))."""

    lower: float
    upper: float

    @property
    def _steepness(self) -> float:
        return (self.upper - self.lower) / ((1 - self.lower) * (self.upper - 1))

    def _predictor(self, u: Floats) -> Floats:
        """What the logistic curve is taken of: A u + log((1 - L) / (U - 1))."""
        return self._steepness * u + math.log((1 - self.lower) / (self.upper - 1))

    @property
    def reach(self) -> tuple[Bound, Bound]:
        """The bounds, exclusive."""
        return self.lower, self.upper

    def factor(self, u: Floats) -> Floats:
        """Between the bounds, exclusive."""
        share: Floats = expit(self._predictor(u))
        return self.lower + (self.upper - self.lower) * share

    def slope(self, u: Floats) -> Floats:
        """Of the logistic curve."""
        z = self._predictor(u)
        curve: Floats = expit(z) * expit(-z)
        return (self.upper - self.lower) * self._steepness * curve

    def integral(self, u: Floats) -> Floats:
        """Of the logistic curve."""
        rise = (1 - self.lower) * (self.upper - 1)  # (U - L) / A
        return self.lower * u + rise * np.logaddexp(0, self._predictor(u))


def choose(method: CalibrationMethod, bounds: tuple[float, float] | None) -> Distance:
    """The distance of a method.

    Args:
        method: `linear`, `raking` or `logit`.
        bounds: least and greatest factor; `linear` is then cut off at them, `logit` needs them.

    Raises:
        ValueError: `logit` without bounds around 1, or `raking` with bounds.
    """
    if method == "raking" and bounds is None:
        return Exponential()
    if method == "linear":
        return Linear() if bounds is None else Truncated(*bounds)
    if method == "logit" and bounds is not None and bounds[0] < 1 < bounds[1]:
        return Logit(*bounds)
    raise ValueError("logit takes bounds around 1, raking takes none")
