"""Secondary suppression: hiding figures from which a hidden one would follow, line by line."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np

from zaragoza.protect.deduce import determined, pinned_down
from zaragoza.protect.evidence import Evidence, pool
from zaragoza.protect.figures import Bools, Ints
from zaragoza.protect.lines import Lines, joined
from zaragoza.protect.quantities import Quantity

_ALREADY_HIDDEN, _PART, _REFERENCE, _TOTAL = range(
    4
)  # in this order cells are chosen to be hidden with another

Rule = Callable[[Evidence], Bools]


@dataclass(frozen=True)
class Cells:
    """The cells of some systems of figures; a system is one indicator, or several that are hidden together.

    Attributes:
        evidence: of each cell.
        system: the system of each cell, a number below `systems`.
        sensitive: cells that no one may work out.
        hidden: cells that are not shown, the sensitive ones among them; of the others it does not matter
            whether they can be worked out, until they are needed to protect a sensitive one.
        guarded: cells that must stay unknown from the start: the sensitive ones, and those that protect them.
        reference: cells of a reference group, which are spared because every gap hangs on them.
        quantities: the additive quantities behind the figures.
    """

    evidence: Evidence
    system: Ints
    systems: int
    sensitive: Bools
    hidden: Bools
    guarded: Bools
    reference: Bools
    quantities: tuple[Quantity, ...]


@dataclass(frozen=True)
class Suppression:
    """What `suppress` decided.

    Attributes:
        guarded: cells that are hidden and must be.
        passes: by system, how often its lines were gone through, the last time without a change.
    """

    guarded: Bools
    passes: Ints


def suppress(cells: Cells, kinds: Sequence[Lines], rule: Rule) -> Suppression:
    """Hides cells until no sensitive one can be worked out.

    Two rules hold in every line. A guarded cell is never alone: it would follow from the others. And where
    guarded cells stand on one side only, their sum follows, so that what they hold together must meet the
    primary rule as if it were a figure itself. Then the lines are taken together: a sensitive cell that a
    combination of lines fixes, or pins between its bounds, gets one more hidden cell beside it, and the lines
    are gone through again.

    Args:
        cells: the cells.
        kinds: lines of cells; those of one kind have no cell in common.
        rule: which evidence, of a cell or a pool, may not be known.
    """
    suppressor = _Suppressor(cells, kinds, rule)
    active = np.ones(cells.systems, dtype=np.bool_)
    while active.any():
        suppressor.settle()
        active = suppressor.protect_exposed(active)
    return Suppression(suppressor.guarded, suppressor.passes)


class _Suppressor:
    def __init__(self, cells: Cells, kinds: Sequence[Lines], rule: Rule) -> None:
        self.cells = cells
        self.kinds = kinds
        self.rule = rule
        self.lines = joined(kinds)
        self.guarded = cells.guarded.copy()
        self.passes = np.ones(cells.systems, dtype=np.int64)

    def settle(self) -> None:
        """Goes through the lines of every kind until all of them are safe."""
        changed = True
        while changed:
            before = self.guarded.copy()
            for lines in self.kinds:
                self._hide(_choose(self._complements(lines)))
            new = self.guarded & ~before
            self.passes[np.unique(self.cells.system[new])] += 1
            changed = bool(new.any())

    def protect_exposed(self, active: Bools) -> Bools:
        """Hides one more cell beside every exposed one; gives the systems in which that was done."""
        exposed = np.flatnonzero(self._exposed(active))
        chosen = {cell for cell in (self._nearest(int(cell)) for cell in exposed) if cell is not None}
        self._hide(np.array(sorted(chosen), dtype=np.int64))
        touched = np.zeros(self.cells.systems, dtype=np.bool_)
        touched[self.cells.system[list(chosen)]] = True
        self.passes[touched] += 1
        return touched

    def _hide(self, chosen: Ints) -> None:
        self.guarded[chosen] = True

    def _complements(self, lines: Lines) -> _Candidates:
        """For every line that is not safe, the cells that could be hidden as well."""
        held = self.guarded[lines.cell]
        on_left = np.bincount(lines.line, held & (lines.side > 0), lines.count)
        on_right = np.bincount(lines.line, held & (lines.side < 0), lines.count)
        one_sided = (on_left > 0) != (on_right > 0)
        together = pool(self.cells.evidence.of(lines.cell[held]), lines.line[held], lines.count)
        not_safe = one_sided & ((on_left + on_right == 1) | self.rule(together))
        free = lines.of(~held & not_safe[lines.line])
        same_side = np.where(free.side > 0, on_left[free.line], on_right[free.line]) > 0
        enlarged = together.of(free.line).joined(self.cells.evidence.of(free.cell))
        return self._candidates(free, free.line, enough=~(same_side & self.rule(enlarged)))

    def _candidates(self, lines: Lines, group: Ints, enough: Bools) -> _Candidates:
        standing = np.where(self.cells.reference[lines.cell], _REFERENCE, _PART)
        standing = np.where(lines.total, _TOTAL, standing)
        hidden = self.cells.hidden | self.guarded
        standing = np.where(hidden[lines.cell], _ALREADY_HIDDEN, standing)
        return _Candidates(lines.cell, group, enough, standing, self.cells.evidence.n[lines.cell])

    def _exposed(self, active: Bools) -> Bools:
        """Sensitive cells of active systems that can be worked out."""
        concerned = active[self.cells.system]
        lines = self.lines.of(concerned[self.lines.cell])
        exposed = determined(lines, self.guarded & concerned)
        for quantity in self.cells.quantities:
            exposed |= pinned_down(lines, quantity, self.guarded)
        return exposed & self.cells.sensitive

    def _nearest(self, cell: int) -> int | None:
        """The best cell to hide in the lines of a cell, or else in those of the cells there, and so on."""
        reach = np.array([cell])
        while True:
            through = np.zeros(self.lines.count, dtype=np.bool_)
            through[self.lines.line[np.isin(self.lines.cell, reach)]] = True
            mates = np.flatnonzero(through[self.lines.line])
            free = self.lines.of(mates[~self.guarded[self.lines.cell[mates]]])
            if len(free.cell):
                one_group = np.zeros(len(free.cell), dtype=np.int64)
                return int(_choose(self._candidates(free, one_group, one_group == 0))[0])
            wider = np.unique(self.lines.cell[mates])
            if len(wider) <= len(reach):
                return None
            reach = wider


@dataclass(frozen=True)
class _Candidates:
    """Cells that could be hidden, one entry a cell in a group of which one is to be chosen."""

    cell: Ints
    group: Ints
    enough: Bools
    standing: Ints
    n: Ints


def _choose(candidates: _Candidates) -> Ints:
    """The best cell of each group: one that is enough, by standing, then with the fewest persons."""
    c = candidates
    order = np.lexsort((c.cell, c.n, c.standing, ~c.enough, c.group))
    group = c.group[order]
    first = np.flatnonzero(np.diff(group, prepend=-1))
    return c.cell[order[first]]
