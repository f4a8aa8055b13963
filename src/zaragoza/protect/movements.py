"""Movements away from the true table in which many cells move at once: what they reach needs no programme of its own.

A table that agrees with what is shown is a witness for every cell in it (methods/00, decision 21). Programmes make
such tables: first of hidden cells alone, with rewards on cells that have not yet moved far enough, drawn anew each
time; then, for cells that cannot, over blocks of a large table with shown cells as well, at what it costs to hide them
(Kelly, Golden and Assad 1992, Networks 22). What moves in a block moves in the whole table. At last each cell is tried
by itself.
"""

from __future__ import annotations

from enum import IntEnum

import highspy
import numpy as np
from scipy.sparse import csc_array, csr_array, hstack

from zaragoza.protect.attacker import ENDLESS, TOLERANCE, in_units
from zaragoza.protect.blocks import BLOCK_CELLS, Block, Pieces
from zaragoza.protect.figures import Bools, Floats, Ints
from zaragoza.protect.lines import Lines
from zaragoza.protect.problem import Attack, Problem
from zaragoza.protect.solver import Solver

_WORTH = 0.05  # of the cells that are left: a common table that settles fewer is not worth the next
_TOGETHER = 0.1  # of the cells that are left are protected by new hidden cells at a time
_FEWEST = 5
_ROUNDS = 2  # in which blocks are put together anew
_REWARD = 1e4  # of moving a cell as far as is asked, where hiding the costliest cell of the block costs 1
_CHEAPEST = 1e-5
_MOVED = 1e-6  # in units of a protection level


Goals = dict[int, tuple[float, float]]  # of cells, a direction (1 or -1), and how far they are to be moved


class By(IntEnum):
    """How it is known that a cell moves far enough."""

    nothing = 0
    witness = 1
    programme = 2  # of its own
    hiding_all = 3  # it moves as far as when all that may be hidden is


class Movements:
    """How far the cells of one quantity are known to move.

    Attributes:
        by: how each cell is known to move far enough, a `By`.
    """

    def __init__(self, lines: Lines, attack: Attack) -> None:
        self._asked = in_units(attack)
        count = len(attack.upper)
        self._matrix = csc_array(
            (lines.side.astype(np.float64), (lines.line, lines.cell)), (lines.count, count)
        )
        self._up, self._down = np.zeros(count), np.zeros(count)
        self._draw = np.random.default_rng(21)
        self.by: Ints = np.zeros(count, dtype=np.int64)
        self._tried = np.zeros(count, dtype=np.bool_)  # each by itself
        self._settle(By.witness, np.arange(count))  # of which nothing is asked

    @property
    def left(self) -> Bools:
        """Cells of which it is not known, but for those that were tried in vain."""
        return np.asarray((self.by == By.nothing) & ~self._tried)

    def ask(self, cells: Bools) -> None:
        """These cells, which are hidden for others, must move as well, by as much as is usually asked."""
        self._asked.width[cells] = np.maximum(self._asked.width[cells], 1.0)
        self.by[cells], self._tried[cells] = By.nothing, False
        self._settle(By.witness, np.flatnonzero(cells))

    def protect(self, problem: Problem, pieces: Pieces, hidden: Bools) -> Bools:
        """Hides what it takes that every cell moves as far as is asked, or as when all that may be hidden is.

        Args:
            problem: says what may be hidden, at what cost.
            pieces: of its table.
            hidden: cells that are hidden so far.

        Returns:
            The cells that are hidden then.
        """
        everything = Block(np.arange(len(hidden)), np.ones(len(hidden), dtype=np.bool_))
        for number in range(_ROUNDS):
            self._spread(everything, hidden)
            draw = np.random.default_rng(number) if number else None
            last = pieces.whole or number == _ROUNDS - 1
            for block in pieces.blocks(self.left, hidden, draw):
                hidden = self._protect_block(problem, block, hidden, alone=last)
        if pieces.whole:
            self.by[self.by == By.nothing] = By.hiding_all
        return hidden

    def _protect_block(self, problem: Problem, block: Block, hidden: Bools, *, alone: bool) -> Bools:
        """The same for one block; if asked, every cell is tried by itself before it is given up."""
        hidden, stuck = hidden.copy(), np.zeros(len(hidden), dtype=np.bool_)
        self._spread(block, hidden)
        cells = block.cells[problem.hideable[block.cells]]
        costs = np.minimum(
            problem.cost[cells], problem.cost[cells][np.isfinite(problem.cost[cells])].max(initial=1.0)
        )
        share = np.maximum(costs / costs.max(initial=1.0), _CHEAPEST)
        while len(left := block.cells[block.wanted & (self.left & ~stuck)[block.cells]]):
            left = left[np.argsort(-problem.cost[left], kind="stable")]
            cost = np.where(hidden[cells], 0.0, share)
            few = left[: max(_FEWEST, int(_TOGETHER * len(left)))]
            moved = self._move(cells, self._rewards(few), cost)
            if not self._saw(cells, moved, By.witness):
                stuck[few[:1] if alone else few] = True
                if not alone:
                    continue
                moved = self._alone(int(few[0]), cells, cost)
                self._tried[few[0]] = True
            hidden[cells[np.abs(moved) > _MOVED]] = True
            self._spread(block, hidden)
        return hidden

    def _spread(self, block: Block, hidden: Bools) -> None:
        """Moves hidden cells, until a further table would settle few of those that are left."""
        cells = block.cells[hidden[block.cells]]
        while len(left := block.cells[block.wanted & self.left[block.cells]]):
            chosen = left[self._draw.random(len(left)) < 0.5] if len(left) > 1 else left
            moved = self._move(cells, self._rewards(chosen))
            if self._saw(cells, moved, By.witness) < max(2, _WORTH * len(left)):
                return

    def _alone(self, cell: int, block: Ints, cost: Floats) -> Floats:
        """The cheapest movement of one cell as far as is asked, or as it can be moved, in each direction."""
        moved = np.zeros(len(block))
        for sign in (1.0, -1.0):
            if level := self._missing(cell, sign):
                found = self._move(block, {cell: (sign, level)})
                reach = float(sign * found[block == cell][0])
                if reach <= _MOVED:
                    continue
                cheap = self._move(block, {cell: (sign, min(level, reach))}, cost, forced=True)
                self._saw(block, cheap, By.programme)
                moved = np.where(np.abs(cheap) > _MOVED, cheap, moved)
        return moved

    def _missing(self, cell: int, sign: float) -> float:
        """How far a cell is still to be moved up, or down."""
        asked, up, down = self._asked, self._up[cell], self._down[cell]
        own, level, other = (up, asked.upper[cell], down) if sign > 0 else (down, asked.lower[cell], up)
        wanted = max(level, asked.width[cell] - other)
        return float(wanted) if own < wanted * (1 - TOLERANCE) else 0.0

    def _rewards(self, cells: Ints) -> Goals:
        """For each of these cells a direction and how far it is to be moved."""
        found = {}
        for cell in cells.tolist():
            first = 1.0 if self._draw.random() < 0.5 else -1.0
            for sign in (first, -first):
                if level := self._missing(cell, sign):
                    found[cell] = sign, level
                    break
        return found

    def _move(self, block: Ints, goals: Goals, cost: Floats | None = None, *, forced: bool = False) -> Floats:
        """The movement of a block that is worth most: goals reached, less the cost of what must be hidden for it."""
        place = {cell: column for column, cell in enumerate(block.tolist())}
        room, fall = (np.minimum(most[block], ENDLESS) for most in (self._asked.room, self._asked.fall))
        worth, least = np.zeros(len(block)), np.zeros(2 * len(block))
        for cell, (sign, level) in goals.items():
            column = place[cell]
            bound = room if sign > 0 else fall
            bound[column] = min(bound[column], level)
            worth[column] = sign * self._draw.uniform(0.3, 1.0) / level
            if forced:
                # A little less than what was found to be possible, lest rounding make it impossible.
                least[column if sign > 0 else len(block) + column] = bound[column] * (1 - TOLERANCE / 10)
        matrix = self._matrix[:, block].tocsr()
        matrix = csr_array(matrix[np.diff(matrix.indptr) > 0])
        if cost is None:
            return _programme(matrix, -fall, room, -worth, exact=len(block) <= BLOCK_CELLS)
        both = _programme(
            csr_array(hstack([matrix, -matrix])),
            least,
            np.concatenate([room, fall]),
            np.concatenate([cost - _REWARD * worth, cost + _REWARD * worth]),
        )
        return np.asarray(both[: len(block)] - both[len(block) :])

    def _saw(self, block: Ints, moved: Floats, by: By) -> int:
        """Learns from a movement; how many cells it settles."""
        self._up[block] = np.maximum(self._up[block], moved)
        self._down[block] = np.maximum(self._down[block], -moved)
        return self._settle(by, block)

    def _settle(self, by: By, cells: Ints) -> int:
        asked, up, down = self._asked, self._up[cells], self._down[cells]
        far = (up >= asked.upper[cells] * (1 - TOLERANCE)) & (down >= asked.lower[cells] * (1 - TOLERANCE))
        far &= up + down >= asked.width[cells] * (1 - TOLERANCE)
        settled = cells[far & (self.by[cells] == By.nothing)]
        self.by[settled] = by
        return len(settled)


def _programme(matrix: csr_array, low: Floats, high: Floats, cost: Floats, *, exact: bool = True) -> Floats:
    model = highspy.HighsLp()
    model.num_col_, model.num_row_ = len(cost), matrix.shape[0]
    model.col_cost_, model.col_lower_, model.col_upper_ = cost, low, high
    model.row_lower_ = model.row_upper_ = np.zeros(matrix.shape[0])
    model.a_matrix_.format_ = highspy.MatrixFormat.kRowwise
    model.a_matrix_.start_ = matrix.indptr
    model.a_matrix_.index_ = matrix.indices
    model.a_matrix_.value_ = matrix.data
    solver = Solver()
    if not exact:
        solver.setOptionValue("solver", "ipm")
        solver.setOptionValue("run_crossover", "off")
    solver.passModel(model)
    solver.run()
    if solver.getModelStatus() != highspy.HighsModelStatus.kOptimal:
        raise ArithmeticError(f"HiGHS: {solver.modelStatusToString(solver.getModelStatus())}")
    return np.array(solver.getSolution().col_value)
