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
from zaragoza.protect.demand import Demand
from zaragoza.protect.equal import numbers_of
from zaragoza.protect.figures import Bools, Floats, Ints
from zaragoza.protect.lines import Lines
from zaragoza.protect.programme import Part, Programme, parts
from zaragoza.protect.quantities import Quantity
from zaragoza.protect.tied import untied

_NOISE = 1e-15  # of the largest value of the system: bounds this near to each other are one number
_WORTH = 0.02  # of the cells that are left: a common table that settles fewer is not worth the next
_MOST_TABLES = 60


class Means(IntEnum):
    """By what a cell is known to meet its demand."""

    none = 0
    bounds = 1  # it does not: the bounds are narrower
    programme = 2
    witness = 3
    contradiction = 4  # it lies among numbers that do not add up
    rounding = 5  # it lies among numbers so large that they have no places for what is asked


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

    def where_not(self, cells: Bools, other: Certificate) -> Certificate:
        """The same, but for these cells what another one proves."""
        return Certificate(
            np.where(cells, other.means, self.means),
            Interval(
                np.where(cells, other.reached.low, self.reached.low),
                np.where(cells, other.reached.high, self.reached.high),
            ),
        )


def feasible(
    lines: Lines, quantity: Quantity, hidden: Bools, wanted: Bools, asked: float = np.inf
) -> Interval:
    """What all lines together leave possible of hidden cells.

    Bounds are first passed on line by line; programmes do the rest, for each connected part by itself. Cells in parts
    without a wanted cell keep the bounds passed on.

    Args:
        lines: the lines.
        quantity: values of the shown cells, bounds of the hidden ones.
        hidden: cells that are not shown.
        wanted: of these, the cells whose tightest bounds are asked for.
        asked: far less than this is rounding.

    Returns:
        An interval a cell; that of a shown cell is its value.
    """
    known = tighten(lines, what_is_known(quantity, hidden), ROUNDING * quantity.scale)
    low, high = known.low.copy(), known.high.copy()
    for part in parts(lines, known, wanted):
        if (programme := Programme(part, asked)).consistent:
            found = _Found(programme, None)
            found.settle(np.flatnonzero(wanted[part.cells]))
            low[part.cells], high[part.cells] = found.outer_low, found.outer_high
    return Interval(low, high)


def adds_up(lines: Lines, quantity: Quantity, hidden: Bools, demand: Demand, wanted: Bools) -> bool:
    """Whether some table agrees with what is shown, in all that wanted hidden cells are tied to.

    The arguments are those of `certify`; what is far less than the demand is rounding.
    """
    numbers, scale = numbers_of(lines, len(hidden)), quantity.scale
    known = numbers.interval(tighten(lines, what_is_known(quantity, hidden), ROUNDING * scale))
    known = known.settled(_NOISE * numbers.largest(scale))
    strictest = demand.where(wanted & hidden).strictest(numbers.of, numbers.count)
    for part in parts(numbers.lines, known, numbers.any(wanted & hidden)):
        least = strictest.of(part.cells).least
        less, _, agree = untied(part, least)
        if not agree or not Programme(less, least).consistent:
            return False
    return True


def certify(
    lines: Lines,
    quantity: Quantity,
    hidden: Bools,
    demand: Demand,
    wanted: Bools,
) -> Certificate:
    """Whether hidden cells are as uncertain as is demanded, by as few programmes as will do.

    A table that agrees with what is shown is a witness for every cell in it. Some tables are sought that settle many
    cells at once; each of the others gets its own programmes, whose solutions are witnesses as well (decision 21). The
    true values, where `quantity` has them, are the first witness. Cells that are equal, or of which one tells the
    other, are one unknown.

    Args:
        lines: the lines.
        quantity: values of the shown cells, bounds of the hidden ones, and the true values of these if they are known.
        hidden: cells that are not shown.
        demand: how far the bounds of each cell must reach.
        wanted: the hidden cells of which it is asked.
    """
    numbers, asked = numbers_of(lines, len(hidden)), wanted & hidden
    strictest = demand.where(asked).strictest(numbers.of, numbers.count)
    truth, scale = numbers.quantity(quantity).value, numbers.largest(quantity.scale)
    known = numbers.interval(tighten(lines, what_is_known(quantity, hidden), ROUNDING * quantity.scale))
    known = known.settled(_NOISE * scale)
    low, high = known.low.copy(), known.high.copy()
    wide = strictest.met(low, high, ROUNDING * scale) & ~(low < high)
    means, span, wanted = np.where(wide, Means.witness, Means.bounds), strictest.span, numbers.any(asked)
    for part in parts(numbers.lines, known, wanted):
        cells = part.cells
        rounded = wanted[cells] & (span[cells] > 0) & (span[cells] < part.told)
        least = strictest.of(cells[~rounded]).least
        less, ties, agree = untied(part, least)
        programme = Programme(less, least)
        if agree and programme.consistent:
            together = ties.demand_of_unknowns(strictest.of(cells))
            strictest.put(cells, ties.demand_of_cells(together))
            columns = np.unique(ties.of[wanted[cells] & ~rounded])
            certified = _certify_part(programme, truth[less.cells], together, columns)
            means[cells] = certified[0][ties.of]
            low[cells], high[cells] = ties.of_cells(*certified[1:])
            unproven = strictest.of(cells).met(low[cells], high[cells], 0.0) & (means[cells] == Means.bounds)
            rounded |= unproven & (span[cells] < part.solved)
        else:
            means[cells] = Means.rounding if least < part.solved else Means.contradiction
        means[cells[rounded]] = Means.rounding
    of = numbers.of
    found = Certificate(np.where(asked, means[of], Means.none), Interval(low[of], high[of]))
    laxer = found.failed & demand.laxer(strictest.of(of))
    for again in _by_themselves(laxer, asked):
        found = found.where_not(again, certify(lines, quantity, hidden, demand, again))
    return found


def _by_themselves(laxer: Bools, asked: Bools) -> list[Bools]:
    """Cells that failed by what is asked of others that are the same unknown: to be judged without these."""
    if not laxer.any() or asked.sum() == 1:
        return []
    if (laxer != asked).any():
        return [laxer]
    return [np.arange(len(asked)) == cell for cell in np.flatnonzero(asked)]  # each fails by the others


def _certify_part(
    programme: Programme, truth: Floats, demand: Demand, columns: Ints
) -> tuple[Ints, Floats, Floats]:
    part = programme.part
    found = _Found(programme, None if np.isnan(truth).any() else truth)
    possible = demand.met(part.low, part.high, found.rounding)
    means = np.zeros(len(part.cells), dtype=np.int64)
    means[columns] = Means.bounds

    def settle(by: Means) -> Ints:
        met = demand.met(found.inner_low, found.inner_high, found.rounding)[columns]
        open_ = columns[met & (means[columns] == Means.bounds)]
        means[open_] = by
        left: Ints = columns[possible[columns] & (means[columns] == Means.bounds)]
        return left

    settle(Means.witness)
    found.spread_out(demand.span, lambda: settle(Means.witness))
    for column in settle(Means.witness).tolist():
        for sign in (1.0, -1.0):
            if means[column] == Means.bounds:
                found.bound(column, sign)
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
        first = programme.table if witness is None else witness
        self.inner_low, self.inner_high = first.copy(), first.copy()
        self.middle, self.tables = (first, 1) if witness is not None else (np.zeros(len(first)), 0)
        self.rounding = programme.near

    def settle(self, columns: Ints) -> None:
        """The exact bounds of these columns; a bound that a table already reaches needs no programme."""
        for column in columns.tolist():
            if self.outer_high[column] - self.inner_high[column] > self.rounding:
                self.bound(column, 1.0)
        for column in columns.tolist():
            if self.inner_low[column] - self.outer_low[column] > self.rounding:
                self.bound(column, -1.0)

    def spread_out(self, span: Floats, left: Callable[[], Ints]) -> None:
        """Looks for tables in which many cells that are left lie far from the middle of the tables found before.

        A best table moves few cells far. Bounds around the middle for those that are left, as far away as is demanded,
        make it move many; the others make room.
        """
        size, draw = len(self.middle), np.random.default_rng(21)
        reach = np.where(span > 0, span, 1e-3 * self.programme.part.scale)
        columns = left()
        while len(columns) > 1 and self.tables < _MOST_TABLES:
            before = len(columns)
            for _ in range(2 if self.tables else 4):
                weights = np.zeros(size)
                weights[columns] = draw.choice([-1.0, 1.0], len(columns)) / reach[columns]
                for sign in (1.0, -1.0):
                    self._look(sign * weights, reach, columns)
            columns = left()
            if before - len(columns) < _WORTH * before:
                break
        everything = np.full(size, np.inf)
        self.programme.within(-everything, everything)

    def _look(self, weights: Floats, reach: Floats, columns: Ints) -> None:
        if self.tables:
            most = np.full(len(weights), np.inf)
            most[columns] = reach[columns]
            self.programme.within(self.middle - most, self.middle + most)
        if (table := self.programme.high(weights)) is not None:
            self._saw(table)

    def bound(self, column: int, sign: float) -> None:
        """The highest value of a column, or with a negative sign the lowest."""
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
