"""What more must be hidden where an attack on all indicators together finds something: the cheapest that will do.

What is worked out hangs on shown figures, of which one at least must go; an intruder's programme names them. Such
conditions are gathered, and the cheapest set of figures that meets all is hidden instead of the one before, until the
attack finds nothing (implicit hitting sets: Moreno-Centeno and Karp 2013, Operations Research 61(2); the programmes are
those of Fischetti and Salazar-Gonzalez 2000). So nothing stays hidden that turned out to be of no use.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace

import highspy
import numpy as np

from zaragoza.protect.attack import Attacked
from zaragoza.protect.attacker import Attacker
from zaragoza.protect.equal import Numbers, numbers_of
from zaragoza.protect.figures import ABSENT, Bools, Floats
from zaragoza.protect.lines import RIGHT
from zaragoza.protect.problem import Attack
from zaragoza.protect.quantities import Quantity
from zaragoza.protect.solver import Solver
from zaragoza.protect.sums import Sums

_NODES = 2_000  # of the tree of a search; then the best set found is taken
_GAP = 0.02  # of a search
_NEAR = 0.05  # a set that costs at most so much more than the least is good enough
_SEARCHES = 4
_LARGE = (
    10_000  # rows, of which the first set found is taken: an attack costs more than a cheaper set is worth
)

Together = tuple[int, ...]  # rows that show one number; hiding some of them hides nothing
Condition = tuple[Together, ...]  # of which one at least must be hidden


class Joint:
    """Hidden rows, and what attacks have taught so far.

    Attributes:
        hidden: the rows that are hidden at present.
    """

    def __init__(self, hidden: Bools, cost: Floats, quantities: Sequence[Quantity]) -> None:
        """Starts with what each system hides by itself.

        Args:
            hidden: rows that are hidden in any case.
            cost: of every row, what is lost when it is hidden.
            quantities: the true n, n_hat, numerator and complement of every row.
        """
        self.hidden = hidden
        self._always, self._cost = hidden, cost
        self._values = np.stack([quantity.value for quantity in quantities])
        self._conditions: list[Condition] = []
        self._least = 0.0  # no set that meets the conditions costs less
        self._most: dict[tuple[int, int, int], list[float]] = {}  # of cells, what can be had
        self._best, self._worth = hidden, (np.inf, np.inf)
        self._searches, self._done = 0, False

    def learn(self, attacked: Attacked) -> bool:
        """Hides what an attack on the present rows makes necessary, or, if nothing does, less.

        Rows are added one condition at a time until the attack finds nothing more that could be prevented. Then the
        cheapest set for all conditions so far is the next to be tried, unless what was found is nearly as cheap, or the
        system is large.

        Returns:
            Whether the present rows must be attacked again.
        """
        if self._done:
            return False
        found = list(dict.fromkeys(self._found(attacked))) if attacked.narrow.any() else []
        self._conditions += found
        if found:
            self.hidden = self._extended(found)
            return True
        # What cannot be prevented beside these rows may be beside others.
        exposed = [
            one for one in attacked.exposures if one.by != "adjusted"
        ]  # hiding levels is no help there
        worth = len(exposed), self._loss(self.hidden)
        if worth < self._worth:
            self._best, self._worth = self.hidden, worth
        present, cheapest = self.hidden, self._cheapest()
        self._searches += 1
        enough = self._searches > _SEARCHES or (len(present) > _LARGE and not attacked.exposures)
        near = enough or self._loss(self._best) <= (1 + _NEAR) * self._least
        self._done = near or bool((cheapest == present).all())
        self.hidden = self._best if self._done else cheapest
        return bool((self.hidden != present).any())

    def _loss(self, hidden: Bools) -> float:
        return float(self._cost[hidden & ~self._always].sum())

    def _extended(self, conditions: Sequence[Condition]) -> Bools:
        """What is hidden at present, and for each condition in turn the cheapest rows that meet it."""
        hidden = self.hidden.copy()
        for condition in conditions:
            left = [[row for row in one if not hidden[row]] for one in condition]
            hidden[min(left, key=lambda rows: float(self._cost[rows].sum()))] = True
        return hidden

    def _found(self, attacked: Attacked) -> Iterator[Condition]:
        """Conditions that are not met, each by other rows than those before, until every narrow cell would be wide."""
        sums, told = attacked.sums, attacked.told
        rows = len(self.hidden)
        origin = told.origin[sums.row]
        shown = ~sums.hidden & sums.exists
        can = shown & (origin < rows) & ~told.earlier[sums.row] & ~told.nobody[sums.row]
        numbers = numbers_of(sums.lines, len(shown))
        stuck = numbers.any(shown & ~can)
        hidden = ~numbers.any(shown)
        attacker = Attacker(numbers.lines, self._attack(attacked, numbers, hidden | ~stuck))
        share = hidden.astype(np.float64)
        while True:
            opened = np.zeros(len(stuck), dtype=np.bool_)
            for cut in attacker.cuts(share):
                found = np.flatnonzero(~stuck & (share == 0) & (cut.weight > 0))
                if len(found):
                    rows_of = (
                        tuple(np.unique(origin[shown & (numbers.of == one)]).tolist()) for one in found
                    )
                    yield tuple(sorted(set(rows_of)))
                    opened[found] = True
            if not opened.any():
                return
            gone = np.isin(origin, origin[shown & opened[numbers.of]]) & can
            share[~numbers.any(shown & ~gone)] = 1.0
            shown = shown & ~gone

    def _attack(self, attacked: Attacked, numbers: Numbers, hideable: Bools) -> Attack:
        """What is narrow must be wide, as far as it can be; movements start from the true numbers, where known."""
        sums, told = attacked.sums, attacked.told
        origin = told.origin[sums.row]
        known = (sums.difference == ABSENT) & (origin < len(self.hidden))
        value = sums.quantity.value.copy()
        value[known] = self._values[sums.block[known], origin[known]]
        quantity = numbers.quantity(replace(sums.quantity, value=_with_differences(sums, value)))
        asked = attacked.demand.where(attacked.narrow)
        with np.errstate(invalid="ignore"):
            levels = [np.nan_to_num(asked.high - value), np.nan_to_num(value - asked.low), asked.width]
        levels = [np.maximum(level, 0.0) for level in levels]
        cells = np.flatnonzero(attacked.narrow)
        keys = list(zip(origin[cells], sums.block[cells], sums.difference[cells], strict=True))
        if any(key not in self._most for key in keys):
            whole = Attack(quantity, *map(numbers.largest, levels))
            most = np.stack(Attacker(numbers.lines, whole).attainable(hideable))
            self._most |= dict(zip(keys, most.T[numbers.of[cells]].tolist(), strict=True))
        can = np.zeros((3, len(value)))
        can[:, cells] = np.array([self._most[key] for key in keys]).reshape(-1, 3).T
        return Attack(quantity, *map(numbers.largest, can))

    def _cheapest(self) -> Bools:
        """The rows hidden in any case, and the cheapest with which every condition is met."""
        if not self._conditions:
            return self._always
        rows = sorted({row for condition in self._conditions for one in condition for row in one})
        column = {row: place for place, row in enumerate(rows)}
        several = sorted({one for condition in self._conditions for one in condition if len(one) > 1})
        place = {one: len(rows) + number for number, one in enumerate(several)}
        size, empty = len(rows) + len(several), np.zeros(0, dtype=np.int32)
        solver = Solver()
        cost = np.concatenate([self._cost[rows], np.zeros(len(several))])
        solver.addCols(size, cost, np.zeros(size), np.ones(size), 0, empty, empty, np.zeros(0))
        solver.changeColsIntegrality(
            len(rows), np.arange(len(rows), dtype=np.int32), np.ones(len(rows), dtype=np.uint8)
        )
        for one in several:
            for row in one:  # hidden together only if each is
                _at_least(solver, 0.0, [column[row], place[one]], [1.0, -1.0])
        for condition in self._conditions:
            columns = [place[one] if len(one) > 1 else column[one[0]] for one in condition]
            _at_least(solver, 1.0, columns, [1.0] * len(columns))
        solver.setOptionValue("mip_max_nodes", _NODES)
        solver.setOptionValue("mip_rel_gap", _GAP)
        solver.run()
        self._least = solver.getInfo().mip_dual_bound
        hidden = self._always.copy()
        hidden[np.array(rows)[np.array(solver.getSolution().col_value)[: len(rows)] > 0.5]] = True
        return hidden


def _at_least(solver: Solver, least: float, columns: Sequence[int], weights: Sequence[float]) -> None:
    solver.addRow(
        least, highspy.kHighsInf, len(columns), np.array(columns, dtype=np.int32), np.array(weights)
    )


def _with_differences(sums: Sums, value: Floats) -> Floats:
    """With what groups have more than those that lie in them: the right side less the others on the left."""
    lines = sums.lines
    difference = sums.difference != ABSENT
    own = difference[lines.cell]
    rest = np.bincount(
        lines.line,
        np.where(own, 0.0, np.where(lines.side == RIGHT, 1.0, -1.0) * value[lines.cell]),
        lines.count,
    )
    value = value.copy()
    value[lines.cell[own]] = rest[lines.line[own]]
    return value
