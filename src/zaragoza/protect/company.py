"""What else must be hidden when an attack finds something: a figure without which it could not be worked out."""

from __future__ import annotations

import numpy as np

from zaragoza.protect.attack import Attacked
from zaragoza.protect.deduce import what_is_known
from zaragoza.protect.figures import Bools, Floats, Ints
from zaragoza.protect.lines import Lines
from zaragoza.protect.programme import Part, Programme, parts

_NOTHING = 1e-7


def to_hide(attacked: Attacked, rank: Ints, rows: int) -> Bools:
    """Rows of the newest release to be hidden as well: one for each narrow cell, unless another's will do.

    The solution of a linear programme names the lines that bound a cell, and so the shown figures that it follows from.
    Of these the one is taken with the fewest that tell the same, and among such the least useful.

    Args:
        attacked: what the attack found.
        rank: of every row of the newest release, its place in the order of usefulness.
        rows: of the newest release.
    """
    sums, told = attacked.sums, attacked.told
    hidden = np.zeros(rows, dtype=np.bool_)
    if not attacked.narrow.any():
        return hidden
    origin = told.origin[sums.row]
    can = ~sums.hidden & sums.exists & (origin < rows) & ~told.earlier[sums.row] & ~told.nobody[sums.row]
    order = np.full(len(can), np.iinfo(np.int64).max)
    order[can] = _copies(sums.lines, len(can))[can] * (rows + 1) + (rows - rank[origin[can]])
    known = what_is_known(sums.quantity, sums.hidden)
    for part in parts(sums.lines, known, attacked.narrow):
        programme = Programme(part)
        for column in np.flatnonzero(attacked.narrow[part.cells]) if programme.consistent else ():
            used = np.flatnonzero(_used(programme, int(column), sums.lines, len(can)) & can)
            if len(used) and not hidden[origin[used]].any():
                hidden[origin[used[np.argmin(order[used])]]] = True
    return hidden


def _copies(lines: Lines, cells: int) -> Ints:
    """How many other cells are equal to each, by lines of two."""
    two = lines.of((np.bincount(lines.line, minlength=lines.count) == 2)[lines.line])
    return np.bincount(two.cell, minlength=cells)


def _used(programme: Programme, column: int, lines: Lines, cells: int) -> Bools:
    """Cells that the bounds of a column hang on."""
    part: Part = programme.part
    found = np.zeros(cells, dtype=np.bool_)
    weights: Floats = np.zeros(len(part.cells))
    for sign in (1.0, -1.0):
        weights[column] = sign
        if programme.highest(weights) is not None:
            price = np.zeros(lines.count)
            price[part.rows] = programme.prices()
            found |= np.abs(np.bincount(lines.cell, lines.side * price[lines.line], cells)) > _NOTHING
    return found
