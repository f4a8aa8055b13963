"""What a reader can work out about hidden cells from the shown ones and the lines that add up."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from zaragoza.protect.figures import Bools, Floats, Ints
from zaragoza.protect.lines import Lines
from zaragoza.protect.quantities import Quantity

_ROUNDS = 30
_STEPS_PER_CELL = 20  # far more than conjugate gradients take
_ADDS_UP = 1e-11  # of a line of numbers around 1
_ZERO = 1e-6  # of a solution of the homogeneous equations, with numbers around 1
ROUNDING = 1e-9  # of the largest value of the system: an interval narrower than this is one number


@dataclass(frozen=True)
class Interval:
    """What is known of a quantity in every cell: it is at least `low` and at most `high`."""

    low: Floats
    high: Floats

    def settled(self, noise: Floats) -> Interval:
        """The same with one number where the bounds are no further apart than this."""
        near = (self.low < self.high) & (self.high - self.low <= noise)
        middle = (self.low + self.high) / 2
        return Interval(np.where(near, middle, self.low), np.where(near, middle, self.high))


def what_is_known(quantity: Quantity, hidden: Bools) -> Interval:
    """The interval of every cell before any deduction: its value where shown, its bounds where hidden."""
    unknown = hidden | np.isnan(quantity.value)
    return Interval(
        np.where(unknown, quantity.low, quantity.value), np.where(unknown, quantity.high, quantity.value)
    )


def determined(lines: Lines, unknown: Bools) -> Bools:
    """Unknown cells that the equations alone fix, by whatever combination of lines.

    A cell is fixed exactly where every solution of the homogeneous equations is 0. A random solution is 0
    elsewhere with probability 0, so one is enough.
    """
    fixed = np.zeros(len(unknown), dtype=np.bool_)
    open_lines = lines.of(unknown[lines.cell])
    cells, cell = np.unique(open_lines.cell, return_inverse=True)
    random = np.random.default_rng(7).uniform(0.5, 1.5, len(cells))
    solution = _solve_homogeneous(open_lines, cell, random)
    fixed[cells] = np.abs(solution) < _ZERO
    return fixed


def _solve_homogeneous(lines: Lines, cell: Ints, start: Floats) -> Floats:
    """The solution of the homogeneous equations that is nearest to `start`, by conjugate gradients (CGLS).

    `cell` numbers the cells of the entries as in `start`. What is left of `start` after a least-squares fit by
    combinations of lines is the solution; steps end when every line adds up.
    """
    solution = start
    sums = np.bincount(lines.line, lines.side * solution[cell], lines.count)
    direction, size = sums, np.sum(sums * sums)
    for _ in range(_STEPS_PER_CELL * len(start)):
        if np.abs(sums).max(initial=0.0) < _ADDS_UP:
            break
        change = np.bincount(cell, lines.side * direction[lines.line], len(start))
        solution = solution - size / np.sum(change * change) * change
        sums = np.bincount(lines.line, lines.side * solution[cell], lines.count)
        before, size = size, np.sum(sums * sums)
        direction = sums + size / before * direction
    return solution


def tighten(lines: Lines, known: Interval, slack: Floats) -> Interval:
    """The intervals that follow when every line is used again and again until nothing changes.

    In a line a cell lies between what the other side holds at least and at most, less what its own holds. Where bounds
    cross, the lines contradict each other, and anything would follow: then nothing does, and programmes tell where.

    Args:
        lines: the lines.
        known: what is known before.
        slack: by cell, a gain that is no more than rounding; such gains are left out, lest they add up.
    """
    low, high = known.low, known.high
    lines = lines.of(_lines_with_unknown(lines, known)[lines.line])
    for _ in range(_ROUNDS):
        lower, upper = _implied(lines, low, high)
        new_low, new_high = low.copy(), high.copy()
        np.maximum.at(new_low, lines.cell, lower)
        np.minimum.at(new_high, lines.cell, upper)
        new_low = np.where(new_low > low + slack, new_low, low)
        new_high = np.where(new_high < high - slack, new_high, high)
        if (new_low > new_high + slack).any():
            return known
        crossed = new_low > new_high  # by rounding
        middle = (new_low[crossed] + new_high[crossed]) / 2
        new_low[crossed], new_high[crossed] = middle, middle
        if np.array_equal(new_low, low) and np.array_equal(new_high, high):
            break
        low, high = new_low, new_high
    return Interval(low, high)


def _lines_with_unknown(lines: Lines, known: Interval) -> Bools:
    open_cell = known.low < known.high
    return np.bincount(lines.line, open_cell[lines.cell], lines.count) > 0


def _implied(lines: Lines, low: Floats, high: Floats) -> tuple[Floats, Floats]:
    """Bounds of every entry from the others of its line: its own signed term is minus the sum of theirs."""
    left = lines.side > 0
    term_low = np.where(left, low[lines.cell], -high[lines.cell])
    term_high = np.where(left, high[lines.cell], -low[lines.cell])
    others_low = _sum_of_others(lines, term_low, -np.inf)
    others_high = _sum_of_others(lines, term_high, np.inf)
    lower = np.where(left, -others_high, others_low)
    upper = np.where(left, -others_low, others_high)
    return lower, upper


def _sum_of_others(lines: Lines, term: Floats, beyond: float) -> Floats:
    """Sum of the other entries' terms; `beyond` where one of the others has no bound."""
    finite = np.isfinite(term)
    bounded = np.where(finite, term, 0.0)
    sums = np.bincount(lines.line, bounded, lines.count)
    unbounded = np.bincount(lines.line, ~finite, lines.count)
    others = sums[lines.line] - bounded
    return np.where(unbounded[lines.line] > ~finite, beyond, others)
