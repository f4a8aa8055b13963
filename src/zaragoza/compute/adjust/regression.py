"""Regressions of the two sides apart and together, as smooth functions of the cells, and contributions by covariate."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from zaragoza.compute.adjust.crossing import NO_MEMBERS
from zaragoza.compute.adjust.diagnostics import coverage
from zaragoza.compute.adjust.logit import INTERCEPT, Fit, Outcome, fit
from zaragoza.compute.adjust.smooth import Smooth, SmoothVector
from zaragoza.compute.adjust.table import AdjustTable
from zaragoza.compute.codes import Flags, Floats

CONSTANT = "constant"


@dataclass(frozen=True)
class Sides:
    """The coefficients of the two sides, the constant first.

    Attributes:
        group, reference: with their derivatives; along a direction that the cells do not tell, NaN.
        unknown: columns whose coefficient a side does not tell, as a category that it does not have.
        outcome: what the regressions are of.
    """

    group: SmoothVector
    reference: SmoothVector
    unknown: tuple[str, ...]
    outcome: Outcome

    def together(self, table: AdjustTable, *, with_group: bool) -> SmoothVector | str:
        """Coefficients of both sides in one regression, with or without a column for the group (left out of them)."""
        everybody = table.side(True) | table.side(False)
        columns, names = table.constant, (INTERCEPT, *table.names)
        if not with_group:
            return _coefficients(table, columns, names, everybody, self.outcome)
        found = _coefficients(
            table, np.column_stack([columns, table.group]), (*names, "group"), everybody, self.outcome
        )
        if isinstance(found, str):
            return found
        return SmoothVector(found.value[:-1], lambda direction: found.along(np.append(direction, 0.0)))

    def diagnostics(self, table: AdjustTable) -> dict[str, float | str]:
        """How many people of both sides have others alike (`coverage`), and the columns that a side does not tell."""
        found = coverage(table, table.size)
        return {**found, "not_estimable": ", ".join(self.unknown)} if self.unknown else found


def fit_sides(table: AdjustTable, outcome: Outcome) -> Sides | str:
    """A weighted regression for each side, or the reason why there is none."""
    names = (INTERCEPT, *table.names)
    group = _fitted(table, table.constant, names, table.side(True), outcome)
    reference = _fitted(table, table.constant, names, table.side(False), outcome)
    if isinstance(group, str) or isinstance(reference, str):
        return group if isinstance(group, str) else str(reference)
    unit = np.eye(len(names))
    unknown = tuple(
        name
        for name, direction in zip(names, unit, strict=True)
        if group.unknown(direction) or reference.unknown(direction)
    )
    sides = (_vector(group, table.side(True)), _vector(reference, table.side(False)))
    return Sides(*sides, unknown, outcome)


def mean_columns(table: AdjustTable, group: bool) -> SmoothVector:
    """The weighted means of the columns of a side, a constant 1 first."""
    side, columns = table.side(group), table.constant
    size = np.where(side, table.size, 0.0)
    whole = float(size.sum())
    mean = size @ columns / whole

    def along(direction: Floats) -> Smooth:
        value = float(mean @ direction)
        by_size = np.where(side, (columns @ direction - value) / whole, 0.0)
        return Smooth(value, np.zeros(len(side)), by_size)

    return SmoothVector(mean, along)


@dataclass(frozen=True)
class Contrast:
    """How products of columns and coefficients are told apart by covariate.

    Columns x (with the constant) become `spread` x, coefficients b become `effects` b, without a change of x'b: with a
    base category left out as they are; normalised, a column and an effect for every category, the base too.

    Attributes:
        spread, effects: columns shown x columns fitted.
        owner: the covariate of each column shown.
    """

    spread: Floats
    effects: Floats
    owner: tuple[str, ...]

    @property
    def covariates(self) -> tuple[str, ...]:
        """In the order of the table, the constant first."""
        return tuple(dict.fromkeys(self.owner))

    def form(self, covariate: str | None) -> Floats:
        """The matrix M for which x'M b is the contribution of a covariate, or of all."""
        if covariate is None:
            return np.eye(self.spread.shape[1])
        mine = np.array([owner == covariate for owner in self.owner])
        return np.asarray(self.spread[mine].T @ self.effects[mine], dtype=np.float64)


def contrast_of(table: AdjustTable, normalise: bool) -> Contrast:
    """Contributions with the base categories as they are, or normalised by deviation contrast (Yun 2005).

    Normalised, the effects of the m categories of a covariate, the base's 0 among them, are taken as deviations from
    their mean, which goes to the constant.
    """
    owner = [CONSTANT, *table.factor]
    spread, effects = np.eye(len(owner)), np.eye(len(owner))
    for covariate in table.covariates if normalise else ():
        mine = np.array([name == covariate for name in (CONSTANT, *table.factor)])
        mean = mine / (mine.sum() + 1)
        effects[: len(mine)][mine] -= mean
        effects[0] += mean
        base = np.zeros(len(mine))
        base[0], base[mine] = 1.0, -1.0
        spread, effects = np.vstack([spread, base]), np.vstack([effects, -mean])
        owner.append(covariate)
    return Contrast(spread, effects, tuple(owner))


def _coefficients(
    table: AdjustTable, columns: Floats, names: Sequence[str], side: Flags, outcome: Outcome
) -> SmoothVector | str:
    found = _fitted(table, columns, names, side, outcome)
    return found if isinstance(found, str) else _vector(found, side)


def _fitted(
    table: AdjustTable, columns: Floats, names: Sequence[str], side: Flags, outcome: Outcome
) -> Fit | str:
    if not side.any():
        return NO_MEMBERS
    return fit(columns[side], table.size[side], table.total[side], names, outcome)


def _vector(found: Fit, side: Flags) -> SmoothVector:
    """Coefficients with their derivatives, 0 for cells of the other side."""

    def along(direction: Floats) -> Smooth:
        by_total, by_size = np.zeros(len(side)), np.zeros(len(side))
        by_total[side], by_size[side] = found.influence(direction)
        known = np.nan if found.unknown(direction) else 1.0
        return known * Smooth(float(direction @ found.coefficients), by_total, by_size)

    return SmoothVector(found.coefficients, along)
