"""An intruder's linear programmes: how far a hidden cell can move while all that is shown stays as it is."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import highspy
import numpy as np

from zaragoza.protect.figures import Bools, Floats, Ints
from zaragoza.protect.lines import Lines
from zaragoza.protect.problem import Attack, Problem, lacking
from zaragoza.protect.solver import Solver

ENDLESS = 1e4  # movements beyond it, in units of a protection level, are left out, which is on the safe side
_SMALLEST = 1e-3  # of the usual protection level: less cannot be told from rounding
TOLERANCE = 1e-6  # of a protection level
_NO_SLOPE = 1e-7
_LARGE = 10_000  # cells: beyond, the first programme is made smaller before it is solved


@dataclass(frozen=True)
class Cut:
    """A condition on patterns: of the cells hidden, the sum of `weight` must reach 1.

    Attributes:
        weight: of every cell, 0 where hiding it does not help.
        reached: the sum in the pattern from which the condition was found.
    """

    weight: Floats
    reached: float


@dataclass(frozen=True)
class Asked:
    """What an attack asks, and the room for it, in units of the usual protection level.

    Attributes:
        unit: the usual level.
        upper, lower, width: the levels of every cell.
        room, fall: how far a cell can move up and down while it is hidden.
        unknown: cells whose value nobody knows.
    """

    unit: float
    upper: Floats
    lower: Floats
    width: Floats
    room: Floats
    fall: Floats
    unknown: Bools


def in_units(attack: Attack) -> Asked:
    """The attack in units of its usual protection level."""
    levels = attack.upper, attack.lower, attack.width
    asked = np.concatenate([level[level > 0] for level in levels])
    unit = float(np.median(asked)) if len(asked) else 1.0
    value, unknown = attack.quantity.value, np.isnan(attack.quantity.value)
    upper, lower, width = (np.where(level > 0, np.maximum(level / unit, _SMALLEST), 0.0) for level in levels)
    with np.errstate(invalid="ignore"):
        room = np.where(unknown, np.inf, np.maximum((attack.quantity.high - value) / unit, 0.0))
        fall = np.where(unknown, np.inf, np.maximum((value - attack.quantity.low) / unit, 0.0))
    return Asked(unit, upper, lower, width, room, fall, unknown)


class Attacker:
    """One quantity under attack, for many patterns in turn; each programme starts from the last one's basis.

    The unknowns are movements away from the true table. They add up to nothing in every line, are nothing where a cell
    is shown, and stay within what is known of a hidden one. They are counted in units of the usual protection level.
    """

    def __init__(self, lines: Lines, attack: Attack) -> None:
        asked = in_units(attack)
        self._unit, self._unknown = asked.unit, asked.unknown
        self._upper, self._lower, self._width = asked.upper, asked.lower, asked.width
        self._room, self._fall = asked.room, asked.fall
        value = attack.quantity.value
        self._cells = np.arange(len(value), dtype=np.int32)
        self._targets = np.flatnonzero(attack.guarded)
        self._solver = _solver(lines, len(value))
        self._share = np.zeros(len(value))

    def attainable(self, hideable: Bools) -> tuple[Floats, Floats, Floats]:
        """Lowers what is asked to what is left when all that may be hidden is: more cannot be had.

        Returns:
            Of every cell, how far above and below, and the width, that are asked from now on.
        """
        up, down = self._opened(hideable.astype(np.float64))
        for cell in self._targets:
            for _ in self._unmet(int(cell), up, down):
                pass
        for level, reached in ((self._upper, up), (self._lower, down), (self._width, up + down)):
            short = reached < level * (1 - TOLERANCE)
            level[short] = reached[short] * (1 - TOLERANCE)
        return self._upper * self._unit, self._lower * self._unit, self._width * self._unit

    def cuts(self, share: Floats) -> Iterator[Cut]:
        """Conditions that a pattern does not meet; none, if it protects every cell.

        Args:
            share: 1 for a hidden cell, 0 for a shown one; in between while patterns are searched.
        """
        up, down = self._opened(share)
        for cell in self._targets:
            yield from self._unmet(int(cell), up, down)

    def _unmet(self, cell: int, up: Floats, down: Floats) -> Iterator[Cut]:
        """The conditions missed for one cell; `up` and `down` hold how far cells are known to move, and learn more."""
        upper, lower, width = self._upper[cell], self._lower[cell], self._width[cell]
        enough = max(upper, lower, width)
        helps: dict[int, Floats] = {}
        for sign, level, reached, other in ((1, upper, up, down), (-1, lower, down, up)):
            if reached[cell] < max(level, width - other[cell]) * (1 - TOLERANCE):
                helps[sign] = self._push(cell, sign, enough, up, down)
        for sign, level, reached in ((1, upper, up), (-1, lower, down)):
            if reached[cell] < level * (1 - TOLERANCE):
                yield self._cut(helps[sign], level)
        if up[cell] + down[cell] < width * (1 - TOLERANCE):
            yield self._cut(sum(helps.values(), np.zeros(len(up))), width)

    def _opened(self, share: Floats) -> tuple[Floats, Floats]:
        """Opens the hidden cells, and moves all that is asked for at once to see most of it met."""
        self._share = np.where(self._unknown, 1.0, share)
        fall = -np.minimum(self._fall, ENDLESS) * self._share
        room = np.minimum(self._room, ENDLESS) * self._share
        part = (self._share > 0) & (self._share < 1)
        room[part] = (np.minimum(self._room, 1.0) * self._share)[part]
        fall[part] = -(np.minimum(self._fall, 1.0) * self._share)[part]
        self._bounds = fall, room
        self._solver.changeColsBounds(len(self._cells), self._cells, fall, room)
        up, down = np.zeros(len(share)), np.zeros(len(share))
        for sign in (1, -1):
            cost = np.zeros(len(share))
            cost[self._targets] = -float(sign)
            self._solver.changeColsCost(len(cost), self._cells, cost)
            self._run(up, down)
        self._solver.changeColsCost(len(self._cells), self._cells, np.zeros(len(share)))
        return up, down

    def _push(self, cell: int, sign: int, enough: float, up: Floats, down: Floats) -> Floats:
        """Moves a cell as far as is asked; the slopes tell which cells would have to give way."""
        low, high = self._bounds[0][cell], self._bounds[1][cell]
        inside = (max(low, -enough), high) if sign < 0 else (low, min(high, enough))
        self._solver.changeColBounds(cell, *inside)
        self._solver.changeColCost(cell, -float(sign))
        slopes = self._run(up, down)
        self._solver.changeColCost(cell, 0.0)
        self._solver.changeColBounds(cell, low, high)
        helps = np.zeros(len(slopes))
        for slope, space in ((slopes, self._fall), (-slopes, self._room)):
            there = slope > _NO_SLOPE
            helps[there] += slope[there] * space[there]
        return helps

    def _run(self, up: Floats, down: Floats) -> Floats:
        self._solver.run()
        if self._solver.getModelStatus() != highspy.HighsModelStatus.kOptimal:
            raise ArithmeticError(f"HiGHS: {self._solver.modelStatusToString(self._solver.getModelStatus())}")
        solution = self._solver.getSolution()
        moved = np.array(solution.col_value)
        np.maximum(up, moved, out=up)
        np.maximum(down, -moved, out=down)
        return np.array(solution.col_dual)

    def _cut(self, helps: Floats, level: float) -> Cut:
        weight = np.minimum(helps / level, 1.0)
        weight[weight < TOLERANCE] = 0.0
        return Cut(weight, float(weight @ self._share))


def _solver(lines: Lines, cells: int) -> Solver:
    """A programme with a column for every cell and a row for every line."""
    order = np.argsort(lines.line, kind="stable")
    start = np.concatenate([[0], np.cumsum(np.bincount(lines.line, minlength=lines.count))])
    nothing, none = np.zeros(cells), np.zeros(0)
    empty: Ints = np.zeros(0, dtype=np.int32)
    solver = Solver()
    if cells <= _LARGE:
        solver.setOptionValue("presolve", "off")  # warm starts pay more
    solver.addCols(cells, nothing, nothing, nothing, 0, empty, empty, none)
    solver.addRows(
        lines.count,
        np.zeros(lines.count),
        np.zeros(lines.count),
        len(order),
        start[:-1].astype(np.int32),
        lines.cell[order].astype(np.int32),
        lines.side[order].astype(np.float64),
    )
    return solver


def attackers_of(problem: Problem) -> Sequence[Attacker]:
    """The attacks on a problem, asked for no more than hiding all that may be hidden would leave.

    None, if the cells that are hidden in any case withstand them.
    """
    attackers = [Attacker(problem.lines, attack) for attack in problem.attacks]
    if withstood(attackers, problem.hidden) and not lacking(problem, problem.hidden):
        return []
    for attacker in attackers:
        attacker.attainable(problem.hideable)
    return attackers


def withstood(attackers: Sequence[Attacker], hidden: Bools) -> bool:
    """Whether a pattern withstands all attacks."""
    share = hidden.astype(np.float64)
    return not any(True for attacker in attackers for _ in attacker.cuts(share))
