"""Numbers and vectors that depend smoothly on the sums by cell: their values with their derivatives."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

from zaragoza.compute.adjust.table import AdjustTable, Part
from zaragoza.compute.codes import Floats
from zaragoza.model import estimate as shape

ADJUSTED_GAP, EXPLAINED, SHARE_EXPLAINED = shape.ADJUSTED_GAP, shape.EXPLAINED, "share_explained"
ADJUSTED_LEVEL, ADJUSTED_REFERENCE = "adjusted_level", "adjusted_reference_level"
LEAST_GAP = 0.01  # a smaller gap has no share that is explained (methods/04 section 1)


@dataclass(frozen=True)
class Smooth:
    """A number and its derivatives with respect to Y_c and N_c, one entry a cell; arithmetic follows the chain rule."""

    value: float
    by_total: Floats
    by_size: Floats

    def chain(self, value: float, slope: float) -> Smooth:
        """A function of this number, from its value and its derivative there."""
        return Smooth(value, slope * self.by_total, slope * self.by_size)

    def __add__(self, other: Smooth) -> Smooth:
        return Smooth(self.value + other.value, self.by_total + other.by_total, self.by_size + other.by_size)

    def __sub__(self, other: Smooth) -> Smooth:
        return self + -1.0 * other

    def __rmul__(self, factor: float) -> Smooth:
        return self.chain(factor * self.value, factor)

    def __mul__(self, other: Smooth) -> Smooth:
        product = other.value * self + self.value * other
        return Smooth(self.value * other.value, product.by_total, product.by_size)

    def __truediv__(self, other: Smooth) -> Smooth:
        """NaN where the other is 0."""
        inverse = 1 / other.value if other.value else np.nan
        return self * other.chain(inverse, -inverse * inverse)

    def part(self, statistic: str, detail: str | None = None) -> Part:
        """As a result."""
        return Part(statistic, self.value, self.by_total, self.by_size, detail)


@dataclass(frozen=True)
class SmoothVector:
    """A vector v and, for any direction d, the number d'v with its derivatives."""

    value: Floats
    along: Callable[[Floats], Smooth]

    def __add__(self, other: SmoothVector) -> SmoothVector:
        return SmoothVector(self.value + other.value, lambda d: self.along(d) + other.along(d))

    def __sub__(self, other: SmoothVector) -> SmoothVector:
        return self + -1.0 * other

    def __rmul__(self, factor: float) -> SmoothVector:
        return SmoothVector(factor * self.value, lambda d: factor * self.along(d))

    def dot(self, other: SmoothVector, form: Floats | None = None) -> Smooth:
        """The number v' form w; form is a matrix, the identity if not given. NaN where either side's direction is."""
        form = np.eye(len(self.value)) if form is None else form
        product = self.along(form @ other.value) + other.along(form.T @ self.value)
        return Smooth(product.value / 2, product.by_total, product.by_size)


def scaled_by(factor: Smooth, vector: SmoothVector) -> SmoothVector:
    """A vector times a number that depends on the cells too."""
    return SmoothVector(factor.value * vector.value, lambda d: factor * vector.along(d))


def size_of(table: AdjustTable, group: bool) -> Smooth:
    """The sum of weights of a side."""
    side = table.side(group).astype(np.float64)
    return Smooth(float(table.size @ side), np.zeros(len(side)), side)


def total_of(table: AdjustTable, group: bool) -> Smooth:
    """The weighted total of the outcome of a side."""
    side = table.side(group).astype(np.float64)
    return Smooth(float(table.total @ side), side, np.zeros(len(side)))


def level_of(table: AdjustTable, group: bool) -> Smooth:
    """The mean or share of a side."""
    return total_of(table, group) / size_of(table, group)


def raw_gap(table: AdjustTable) -> Smooth:
    """The difference of the levels, group minus reference."""
    return level_of(table, True) - level_of(table, False)


def share_explained(gap: Smooth, adjusted: Smooth, least_gap: float = LEAST_GAP) -> Smooth:
    """1 - adjusted gap/gap; NaN where the gap is smaller than `least_gap` in either direction. It is not clipped."""
    if not abs(gap.value) >= least_gap:
        nothing = np.full(len(gap.by_total), np.nan)
        return Smooth(np.nan, nothing, nothing)
    ratio = adjusted / gap
    return ratio.chain(1 - ratio.value, -1.0)


def adjusted_parts(
    table: AdjustTable, group: Smooth, reference: Smooth, least_gap: float = LEAST_GAP
) -> tuple[Part, ...]:
    """Everything that follows from the two adjusted levels.

    Returns:
        adjusted gap, explained (gap - adjusted gap), share explained, adjusted level of group and of reference.
    """
    gap, adjusted = raw_gap(table), group - reference
    return (
        adjusted.part(ADJUSTED_GAP),
        (gap - adjusted).part(EXPLAINED),
        share_explained(gap, adjusted, least_gap).part(SHARE_EXPLAINED),
        group.part(ADJUSTED_LEVEL),
        reference.part(ADJUSTED_REFERENCE),
    )
