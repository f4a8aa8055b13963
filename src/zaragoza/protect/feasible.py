"""The tightest bounds of hidden cells: all lines and bounds together, by linear programming.

Every table that agrees with what is shown is possible for a reader. How low and how high a hidden cell can be in
such a table is what a reader can know of it; that persons are whole is left out, so that the bounds found hold those
of counts. Sources: Fischetti and Salazar-González (2000), Management Science 47(7), for the attacker's programmes.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from enum import IntEnum

import numpy as np

from zaragoza.protect.deduce import ROUNDING, Interval, tighten, what_is_known
from zaragoza.protect.equal import Numbers, numbers_of
from zaragoza.protect.figures import Bools, Floats, Ints
from zaragoza.protect.lines import Lines
from zaragoza.protect.programme import Part, Programme, parts
from zaragoza.protect.quantities import Quantity

_REACHED = 1e-7  # of the largest number of a part: the accuracy of a solution
_ROUNDED = 0.1  # of a width at most is put down to rounding, lest a large number beside it make it nothing
_WORTH = 0.02  # of the cells that are left: a common table that settles fewer is not worth the next
_MOST_TABLES = 60


class Means(IntEnum):
    """By what a cell is known to meet its demand."""

    none = 0
    bounds = 1  # it does not: the bounds are narrower
    programme = 2
    witness = 3
    contradiction = 4  # it lies among numbers that do not add up


@dataclass(frozen=True)
class Demand:
    """How far from sure a reader must be, one entry a cell.

    Attributes:
        low: the cell must be able to be as low as this; infinite where nothing is asked.
        high: as high as this; minus infinite where nothing is asked.
        width: between its highest and lowest there must be at least this.
    """

    low: Floats
    high: Floats
    width: Floats

    def of(self, index: Ints) -> Demand:
        """The entries at an index."""
        return Demand(self.low[index], self.high[index], self.width[index])

    def where(self, cells: Bools) -> Demand:
        """What is asked of these cells, and nothing of the others."""
        return Demand(
            np.where(cells, self.low, np.inf),
            np.where(cells, self.high, -np.inf),
            np.where(cells, self.width, 0.0),
        )

    def strictest(self, numbers: Numbers) -> Demand:
        """What is asked of each number, by all its cells together."""
        return Demand(-numbers.largest(-self.low), numbers.largest(self.high), numbers.largest(self.width))

    def met(self, low: Floats, high: Floats, rounding: Floats | float) -> Bools:
        """Cells that tables reach far enough in; `low` and `high` are what they reach."""
        wide = high - low >= self.width - np.minimum(rounding, _ROUNDED * self.width)
        return np.asarray((low <= self.low + rounding) & (high >= self.high - rounding) & wide)


@dataclass(frozen=True)
class Certificate:
    """What is proved of every cell.

    Attributes:
        means: of each cell, a `Means`.
        reached: the lowest and highest value in the tables that were found; where a demand is not met, the bounds.
    """

    means: Ints
    reached: Interval

    @property
    def failed(self) -> Bools:
        """Cells that do not meet their demand."""
        return np.asarray(self.means == Means.bounds)


def feasible(lines: Lines, quantity: Quantity, hidden: Bools, wanted: Bools) -> Interval:
    """What all lines together leave possible of hidden cells.

    Bounds are first passed on line by line; programmes do the rest, for each connected part by itself. Cells in parts
    without a wanted cell keep the bounds passed on.

    Args:
        lines: the lines.
        quantity: values of the shown cells, bounds of the hidden ones.
        hidden: cells that are not shown.
        wanted: of these, the cells whose tightest bounds are asked for.

    Returns:
        An interval a cell; that of a shown cell is its value.
    """
    known = tighten(lines, what_is_known(quantity, hidden), ROUNDING * quantity.scale)
    low, high = known.low.copy(), known.high.copy()
    for part in parts(lines, known, wanted):
        if (programme := Programme(part)).consistent:
            found = _Found(programme, None)
            found.settle(np.flatnonzero(wanted[part.cells]))
            low[part.cells], high[part.cells] = found.outer_low, found.outer_high
    return Interval(low, high)


def certify(
    lines: Lines,
    quantity: Quantity,
    hidden: Bools,
    demand: Demand,
    wanted: Bools,
) -> Certificate:
    """Whether hidden cells meet what is demanded of them, by as few programmes as will do.

    A table that agrees with what is shown is a witness for every cell in it. Some tables are sought that settle many
    cells at once; each of the others gets its own programmes, whose solutions are witnesses as well (decision 21). The
    true values, where `quantity` has them, are the first witness. Equal cells are one unknown.

    Args:
        lines: the lines.
        quantity: values of the shown cells, bounds of the hidden ones, and the true values of these if they are known.
        hidden: cells that are not shown.
        demand: what is asked of every cell.
        wanted: the hidden cells of which it is asked.
    """
    numbers, asked = numbers_of(lines, len(hidden)), wanted & hidden
    slack, of_numbers = ROUNDING * quantity.scale, demand.where(asked).strictest(numbers)
    known = numbers.interval(tighten(lines, what_is_known(quantity, hidden), slack))
    truth, scale = numbers.quantity(quantity).value, numbers.largest(quantity.scale)
    low, high = known.low.copy(), known.high.copy()
    means = np.where(of_numbers.met(low, high, ROUNDING * scale) & ~(low < high), Means.witness, Means.bounds)
    for part in parts(numbers.lines, known, numbers.any(asked)):
        programme, cells = Programme(part), part.cells
        columns = np.flatnonzero(numbers.any(asked)[cells])
        if programme.consistent:
            certified = _certify_part(programme, truth[cells], of_numbers.of(cells), columns)
            means[cells], low[cells], high[cells] = certified
        else:
            means[cells[columns]] = Means.contradiction
    of = numbers.of
    found = Certificate(np.where(asked, means[of], Means.none), Interval(low[of], high[of]))
    return _with_laxer(found, lines, quantity, hidden, demand, of_numbers.of(of))


def _with_laxer(
    found: Certificate, lines: Lines, quantity: Quantity, hidden: Bools, demand: Demand, judged: Demand
) -> Certificate:
    """Cells of which less is asked than of equal ones, by which they were judged, are judged by themselves."""
    laxer = (demand.width < judged.width) | (demand.low > judged.low) | (demand.high < judged.high)
    again = found.failed & laxer
    if not again.any():
        return found
    other = certify(lines, quantity, hidden, demand, again)
    chosen = [
        np.where(again, theirs, own)
        for theirs, own in (
            (other.means, found.means),
            (other.reached.low, found.reached.low),
            (other.reached.high, found.reached.high),
        )
    ]
    return Certificate(chosen[0], Interval(chosen[1], chosen[2]))


def _certify_part(
    programme: Programme, truth: Floats, demand: Demand, columns: Ints
) -> tuple[Ints, Floats, Floats]:
    part = programme.part
    found = _Found(programme, None if np.isnan(truth).any() else truth)
    rounding = found.rounding
    possible = demand.met(part.low, part.high, rounding)
    means = np.zeros(len(part.cells), dtype=np.int64)
    means[columns] = Means.bounds

    def settle(by: Means) -> Ints:
        met = demand.of(columns).met(found.inner_low[columns], found.inner_high[columns], rounding)
        open_ = columns[met & (means[columns] == Means.bounds)]
        means[open_] = by
        left: Ints = columns[possible[columns] & (means[columns] == Means.bounds)]
        return left

    left = settle(Means.witness)
    found.spread_out(demand, lambda: settle(Means.witness))
    left = settle(Means.witness)
    for column in left.tolist():
        if means[column] == Means.bounds:
            found.extremes(column)
            settle(Means.programme)
    failed = means == Means.bounds
    low = np.where(failed, found.outer_low, np.minimum(found.inner_low, found.outer_high))
    high = np.where(failed, found.outer_high, np.maximum(found.inner_high, found.outer_low))
    return means, low, high


class _Found:
    """What is found of a part: values that tables reach, and bounds that none goes beyond."""

    def __init__(self, programme: Programme, witness: Floats | None) -> None:
        self.programme = programme
        part: Part = programme.part
        self.outer_low, self.outer_high = part.low.copy(), part.high.copy()
        self.inner_low, self.inner_high = np.full(len(part.cells), np.inf), np.full(len(part.cells), -np.inf)
        self.middle = np.zeros(len(part.cells))
        self.tables, self.rounding = 0, _REACHED * part.scale
        if witness is not None:
            self._saw(witness)

    def settle(self, columns: Ints) -> None:
        """The exact bounds of these columns; a bound that a table already reaches needs no programme."""
        for column in columns.tolist():
            if self.outer_high[column] - self.inner_high[column] > self.rounding:
                self._bound(column, 1.0)
        for column in columns.tolist():
            if self.inner_low[column] - self.outer_low[column] > self.rounding:
                self._bound(column, -1.0)

    def extremes(self, column: int) -> None:
        """The exact bounds of one column."""
        self._bound(column, 1.0)
        self._bound(column, -1.0)

    def spread_out(self, demand: Demand, left: Callable[[], Ints]) -> None:
        """Looks for tables in which many cells that are left lie far from the middle of the tables found before.

        A best table moves few cells far. Bounds around the middle, as far away as is demanded, make it move many.
        """
        size, draw = len(self.middle), np.random.default_rng(21)
        columns = left()
        while len(columns) > 1 and self.tables < _MOST_TABLES:
            before = len(columns)
            for _ in range(2 if self.tables else 4):
                weights = np.zeros(size)
                weights[columns] = draw.choice([-1.0, 1.0], len(columns)) / self._reach(demand)[columns]
                for sign in (1.0, -1.0):
                    self._look(sign * weights, demand)
            columns = left()
            if before - len(columns) < _WORTH * before:
                break
        everything = np.full(size, np.inf)
        self.programme.within(-everything, everything)

    def _look(self, weights: Floats, demand: Demand) -> None:
        if self.tables:
            reach = self._reach(demand)
            self.programme.within(
                np.minimum(self.middle - reach, demand.low), np.maximum(self.middle + reach, demand.high)
            )
        if (table := self.programme.high(weights)) is not None:
            self._saw(table)

    def _reach(self, demand: Demand) -> Floats:
        """How far a cell is to move: at least its demanded width, else a part of what it can."""
        width = np.maximum(demand.width, 0.0)
        return np.where(width > 0, width, 1e-3 * self.programme.part.scale)

    def _bound(self, column: int, sign: float) -> None:
        weights = np.zeros(len(self.middle))
        weights[column] = sign
        if (table := self.programme.highest(weights)) is None:
            if self.programme.endless:
                self._endless(column, sign)
            return
        self._saw(table)
        if sign > 0:
            self.outer_high[column] = np.clip(table[column], self.outer_low[column], self.outer_high[column])
        else:
            self.outer_low[column] = np.clip(table[column], self.outer_low[column], self.outer_high[column])

    def _endless(self, column: int, sign: float) -> None:
        """A cell without a bound can be as large, or small, as anybody asks."""
        if sign > 0 and self.outer_high[column] == np.inf:
            self.inner_high[column] = np.inf
        if sign < 0 and self.outer_low[column] == -np.inf:
            self.inner_low[column] = -np.inf

    def _saw(self, table: Floats) -> None:
        self.inner_low, self.inner_high = (
            np.minimum(self.inner_low, table),
            np.maximum(self.inner_high, table),
        )
        self.tables += 1
        self.middle = self.middle + (table - self.middle) / self.tables
