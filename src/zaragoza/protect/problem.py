"""The cell suppression problem as data: cells that add up, what an intruder must not learn, and what hiding costs.

Fischetti and Salazar-Gonzalez (2000): choose the hidden cells of least cost such that for every sensitive cell the
tables that agree with all that is shown leave an interval wide enough (methods/06 section 2). Several quantities lie in
the same cells (n, n_hat, numerator), and one pattern hides them all.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace

import numpy as np

from zaragoza.protect.deduce import determined
from zaragoza.protect.evidence import Evidence, pool
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
class Remainders:
    """What is left of a line when its shown cells are subtracted is a figure as well.

    Attributes:
        evidence: of every cell.
        rule: which evidence, of a cell or a pool, may not be known.
    """

    evidence: Evidence
    rule: Callable[[Evidence], Bools]


@dataclass(frozen=True)
class Problem:
    """Which cells to hide.

    Attributes:
        lines: all lines that the cells form.
        attacks: one for each quantity; they are met one by one, by the same hidden cells.
        hidden: cells that are hidden in any case, the sensitive ones among them.
        cost: what is lost when a cell is hidden; infinite where it may not be.
        single: cells with one contributor, who knows his own and may work out the only other one of a line.
        remainders: the rule for what is left of lines, if there is one.
        piece: the place of each cell along the longest column and those linked to it (municipality or province), by
            which a large table is divided; not given, it cannot be.
    """

    lines: Lines
    attacks: tuple[Attack, ...]
    hidden: Bools
    cost: Floats
    single: Bools
    remainders: Remainders | None = None
    piece: Ints | None = None

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
            self.remainders and Remainders(self.remainders.evidence.of(cells), self.remainders.rule),
            None if self.piece is None else self.piece[cells],
        )

    @property
    def hideable(self) -> Bools:
        """Cells that are or may be hidden."""
        return np.asarray(self.hidden | np.isfinite(self.cost))

    @property
    def asked(self) -> Bools:
        """Cells of which it matters whether they follow: the guarded ones, and those hidden for their sake."""
        guarded = [attack.guarded for attack in self.attacks]
        return np.asarray(~self.hidden | np.any([np.zeros_like(self.hidden), *guarded], axis=0))

    def hiding(self, hidden: Bools) -> Problem:
        """The same with more cells hidden in any case."""
        return replace(self, hidden=self.hidden | hidden)

    def loss(self, hidden: Bools) -> float:
        """What a pattern costs beside the cells that are hidden in any case."""
        return float(self.cost[hidden & ~self.hidden].sum())


Company = tuple[int, Ints]  # a cell, and the cells of which one must be hidden where it is


def company(problem: Problem) -> Iterator[Company]:
    """What a hidden cell needs in a line: one of the others, or it follows by subtraction."""
    asked = problem.asked
    for line in _cells_of_lines(problem.lines):
        for cell in line[asked[line]]:
            yield int(cell), line[line != cell]


def company_of_singles(problem: Problem) -> Iterator[Company]:
    """What a hidden cell needs beside a single one, whose contributor knows it: a third cell of the line.

    Two cells of which one is single are protected as a sum (methods/06 section 1). Only lines of three or more cells
    can offer a third.
    """
    if not problem.single.any():
        return
    asked = problem.asked
    for line in _cells_of_lines(problem.lines):
        for single in line[problem.single[line] & problem.hidden[line]] if len(line) > 2 else ():
            for cell in line[asked[line] & (line != single)]:
                yield int(cell), line[(line != cell) & (line != single)]


def lacking(problem: Problem, hidden: Bools) -> Sequence[Ints]:
    """Sets of shown cells of which one more must be hidden, for the sake of singles and of what is left of lines.

    Sets of which no cell may be hidden are left out: more cannot be had.
    """
    return [
        others
        for others in (*_thirds(problem, hidden), *_unsafe_remainders(problem, hidden))
        if problem.hideable[others].any()
    ]


def _thirds(problem: Problem, hidden: Bools) -> Iterator[Ints]:
    """The shown cells of lines in which a single cell and one other are hidden, of which a third is needed.

    These are the conditions of `company_of_singles` that a pattern misses.
    """
    lines = problem.lines
    single, asked = problem.single & problem.hidden, problem.asked

    def count(cells: Bools) -> Ints:
        return np.bincount(lines.line, cells[lines.cell], lines.count).astype(np.int64)

    two = (count(hidden) == 2) & (count(np.ones_like(hidden)) > 2) & (count(single) > 0)
    # The other one is asked: where one is single, another cell than that; where both are, either.
    two &= (count(hidden & asked & ~single) > 0) | ((count(single) == 2) & (count(single & asked) > 0))
    for line in np.flatnonzero(two):
        cells = lines.cell[lines.line == line]
        yield cells[~hidden[cells]]


def _unsafe_remainders(problem: Problem, hidden: Bools) -> Iterator[Ints]:
    """The shown cells of lines with unknown ones on one side only, so that their sum follows, which may not be known.

    Hidden cells that follow from other lines do not count among the unknown. More cells never make a pool unsafe: one
    that is holds sensitive cells, which are hidden anyway. So a further cell of the line is needed in every pattern.
    """
    if problem.remainders is None:
        return
    lines, unknown = problem.lines, hidden & ~determined(problem.lines, hidden)
    open_ = lines.of(unknown[lines.cell])
    on_left = np.bincount(open_.line, open_.side > 0, lines.count) > 0
    on_right = np.bincount(open_.line, open_.side < 0, lines.count) > 0
    together = pool(problem.remainders.evidence.of(open_.cell), open_.line, lines.count)
    for line in np.flatnonzero((on_left != on_right) & problem.remainders.rule(together)):
        cells = lines.cell[lines.line == line]
        yield cells[~hidden[cells]]


def _cells_of_lines(lines: Lines) -> Sequence[Ints]:
    order = np.argsort(lines.line, kind="stable")
    return np.split(lines.cell[order], np.cumsum(np.bincount(lines.line, minlength=lines.count))[:-1])
