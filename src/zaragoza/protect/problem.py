"""The cell suppression problem as data: cells that add up, what an intruder must not learn, and what hiding costs.

Fischetti and Salazar-Gonzalez (2000): choose the hidden cells of least cost such that for every sensitive cell the
tables that agree with all that is shown leave an interval wide enough (methods/06 section 2). Several quantities lie in
the same cells (n, n_hat, numerator), and one pattern hides them all.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np

from zaragoza.protect.figures import ABSENT, Bools, Floats, Ints
from zaragoza.protect.lines import Lines
from zaragoza.protect.quantities import Quantity


@dataclass(frozen=True)
class Attack:
    """A quantity that an intruder estimates, and how uncertain each cell must stay; 0 asks for nothing.

    Attributes:
        quantity: the true value of every cell (NaN where nobody knows it), and what he knows of a hidden one.
        upper, lower: how far above and below its value a cell must remain possible (upper and lower protection levels).
        width: how long the interval of what remains possible must be at least (sliding protection level).
    """

    quantity: Quantity
    upper: Floats
    lower: Floats
    width: Floats

    def of(self, index: Ints) -> Attack:
        """The entries at an index."""
        return Attack(self.quantity.of(index), self.upper[index], self.lower[index], self.width[index])

    @property
    def guarded(self) -> Bools:
        """Cells of which something is asked."""
        return np.asarray((self.upper > 0) | (self.lower > 0) | (self.width > 0))


@dataclass(frozen=True)
class Problem:
    """Which cells to hide.

    Attributes:
        lines: all lines that the cells form.
        attacks: one for each quantity; they are met one by one, by the same hidden cells.
        hidden: cells that are hidden in any case, the sensitive ones among them.
        cost: what is lost when a cell is hidden; infinite where it may not be.
        single: cells with one contributor, who knows his own and may work out the only other one of a line.
    """

    lines: Lines
    attacks: tuple[Attack, ...]
    hidden: Bools
    cost: Floats
    single: Bools

    def of(self, cells: Ints, lines: Bools) -> Problem:
        """The problem of some cells and some lines between them."""
        number = np.full(len(self.cost), ABSENT, dtype=np.int64)
        number[cells] = np.arange(len(cells))
        kept = self.lines.where(lines)
        return Problem(
            Lines(number[kept.cell], kept.line, kept.side, kept.count),
            tuple(attack.of(cells) for attack in self.attacks),
            self.hidden[cells],
            self.cost[cells],
            self.single[cells],
        )

    def hiding(self, hidden: Bools) -> Problem:
        """The same with more cells hidden in any case."""
        return replace(self, hidden=self.hidden | hidden)

    def loss(self, hidden: Bools) -> float:
        """What a pattern costs beside the cells that are hidden in any case."""
        return float(self.cost[hidden & ~self.hidden].sum())


def company(problem: Problem) -> Sequence[tuple[int, Ints]]:
    """What a hidden cell needs in a line: at least one of the others is hidden with it.

    Alone it would follow by subtraction, so that hiding it would help nobody. The contributor of a single cell knows
    that one, so that beside it a further cell is needed: two cells, of which one is single, are protected as a sum
    (methods/06 section 1). Only lines of three or more cells can offer one.

    Returns:
        Pairs of a cell and the cells of which one must be hidden where it is.
    """
    order = np.argsort(problem.lines.line, kind="stable")
    cells = problem.lines.cell[order]
    found = []
    for line in np.split(
        cells, np.cumsum(np.bincount(problem.lines.line, minlength=problem.lines.count))[:-1]
    ):
        singles = line[problem.single[line]] if len(line) > 2 else line[:0]
        for cell in line:
            others = line[line != cell]
            known = singles[singles != cell]
            found += [(int(cell), others[others != single]) for single in known] or [(int(cell), others)]
    return found
