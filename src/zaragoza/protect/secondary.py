"""Secondary suppression: which figures can be shown without giving a hidden one away.

Everything starts hidden. Figures are then shown one by one, the most useful to readers first, each only if no
sensitive figure can be worked out from it and those shown before. Showing more never tells less, so a figure that
stays hidden could not have been shown beside the more useful ones, and none is hidden for nothing. The idea is
that of Langsrud's suppression by Gaussian elimination (2024, R package GaussSuppression); the rules are ours.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

from zaragoza.protect.deduce import determined, pinned_down
from zaragoza.protect.evidence import Evidence, pool
from zaragoza.protect.figures import Bools, Ints
from zaragoza.protect.lines import Lines
from zaragoza.protect.quantities import Quantity

Rule = Callable[[Evidence], Bools]


@dataclass(frozen=True)
class Cells:
    """The cells of some systems of figures; a system is one indicator, or several that are hidden together.

    Attributes:
        evidence: of each cell.
        system: the system of each cell, a number below `systems`.
        sensitive: cells that no one may work out.
        hidden: cells that are not shown in any case, the sensitive ones among them; of the others it does not
            matter whether they can be worked out.
        rank: of each cell; a cell of a lower rank is shown before one of a higher.
        quantities: the additive quantities behind the figures.
    """

    evidence: Evidence
    system: Ints
    systems: int
    sensitive: Bools
    hidden: Bools
    rank: Ints
    quantities: tuple[Quantity, ...]


def suppress(cells: Cells, lines: Lines, rule: Rule) -> Bools:
    """Cells that stay hidden.

    Each system tries to show the rest of its queue at once, halves what it tries as long as that gives a sensitive
    cell away, and doubles it when it does not. A single cell that gives one away stays hidden. The result is that
    of trying one by one.

    Args:
        cells: the cells.
        lines: all lines that they form.
        rule: which evidence, of a cell or a pool, may not be known.
    """
    hidden = np.ones(len(cells.system), dtype=np.bool_)
    queue = np.lexsort((cells.rank, cells.system))
    queue = queue[~cells.hidden[queue]]
    owner, place = cells.system[queue], np.arange(len(queue))
    systems = np.arange(cells.systems)
    begin, end = np.searchsorted(owner, systems), np.searchsorted(owner, systems, side="right")
    size = end - begin
    while (active := begin < end).any():
        batch = (place >= begin[owner]) & (place < (begin + size)[owner])
        trial = hidden.copy()
        trial[queue[batch]] = False
        safe = active & ~_given_away(cells, lines, rule, trial, active)
        hidden[queue[batch & safe[owner]]] = False
        begin = begin + np.where(safe, size, active & (size == 1))
        size = np.minimum(np.where(safe, 2 * size, np.maximum(size // 2, 1)), end - begin)
    return hidden


def _given_away(cells: Cells, lines: Lines, rule: Rule, hidden: Bools, active: Bools) -> Bools:
    """The active systems in which something sensitive can be worked out: cells, or what is left of a line."""
    found = np.zeros(cells.systems, dtype=np.bool_)
    lines = lines.of(active[cells.system[lines.cell]])
    known = determined(lines, hidden)
    found[cells.system[known & cells.sensitive]] = True
    unknown = hidden & ~known
    left = _unsafe_remainders(cells.evidence, lines, rule, unknown)
    found[cells.system[lines.cell[left[lines.line]]]] = True
    lines = lines.of(~found[cells.system[lines.cell]])
    for quantity in cells.quantities:
        found[cells.system[pinned_down(lines, quantity, unknown) & cells.sensitive]] = True
    return found


def _unsafe_remainders(evidence: Evidence, lines: Lines, rule: Rule, unknown: Bools) -> Bools:
    """Lines with unknown cells on one side only, so that their sum follows, which may not be known."""
    open_ = lines.of(unknown[lines.cell])
    on_left = np.bincount(open_.line, open_.side > 0, lines.count) > 0
    on_right = np.bincount(open_.line, open_.side < 0, lines.count) > 0
    together = pool(evidence.of(open_.cell), open_.line, lines.count)
    return np.asarray((on_left != on_right) & rule(together))
