"""Additive lines: figures of which some add up to others, so that a hidden one may follow by subtraction."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from scipy.sparse import coo_array
from scipy.sparse.csgraph import connected_components

from zaragoza.protect.figures import ABSENT, Bools, Figures, Floats, Ints, group_rows

LEFT, RIGHT = 1, -1


@dataclass(frozen=True)
class Lines:
    """Equations: in every line, the entries on the left add up to those on the right.

    A line of a table has a column's categories on the left and their total on the right. Each entry of the
    arrays is one cell in one line.

    Attributes:
        cell, line, side: the cell, the number of its line, LEFT or RIGHT.
        count: the number of lines.
    """

    cell: Ints
    line: Ints
    side: Ints
    count: int

    def of(self, index: Ints | Bools) -> Lines:
        """The lines with only these entries; lines keep their number."""
        return Lines(self.cell[index], self.line[index], self.side[index], self.count)

    def where(self, keep: Bools) -> Lines:
        """Only these lines, numbered anew."""
        number = np.cumsum(keep) - 1
        kept = self.of(keep[self.line])
        return Lines(kept.cell, number[kept.line], kept.side, int(keep.sum()))


def column_lines(figures: Figures) -> list[Lines]:
    """For each breakdown column, the lines along it, everything else equal, the total on the right.

    Margins are the same cells in all breakdowns, so these lines link the breakdowns of an indicator.
    """
    lines = []
    for column, total_code in enumerate(figures.totals):
        rest = figures.coordinates.copy()
        rest[:, column + 2] = 0
        line, count = group_rows(rest)
        total = figures.coordinates[:, column + 2] == total_code
        parts = np.bincount(line, ~total, count)
        closed = (parts > 0) & (np.bincount(line, total, count) > 0)
        side = np.where(total, RIGHT, LEFT)
        lines.append(Lines(np.arange(len(line)), line, side, count).where(closed))
    return lines


def spread(lines: Lines, cell_at: Ints) -> Lines:
    """The lines of coordinates as lines of cells, once for each system that has cells there.

    Args:
        lines: lines of coordinates.
        cell_at: for each system (first axis) its cell at each coordinate, or ABSENT; absent cells hold
            nobody.
    """
    systems = len(cell_at)
    cell = cell_at[:, lines.cell].ravel()
    line = (lines.line[None, :] + lines.count * np.arange(systems)[:, None]).ravel()
    side = np.tile(lines.side, systems)
    there = cell != ABSENT
    count = lines.count * systems
    found = Lines(cell[there], line[there], side[there], count)
    left, right = (np.bincount(found.line, found.side == side, count) > 0 for side in (LEFT, RIGHT))
    return found.where(left & right)  # a total by itself adds nothing up: an indicator may lack a breakdown


def joined(kinds: Sequence[Lines]) -> Lines:
    """All lines as one list."""
    starts = np.cumsum([0, *(lines.count for lines in kinds)])
    empty = np.zeros(0, dtype=np.int64)
    return Lines(
        np.concatenate([empty, *(lines.cell for lines in kinds)]),
        np.concatenate([empty, *(lines.line + start for lines, start in zip(kinds, starts, strict=False))]),
        np.concatenate([empty, *(lines.side for lines in kinds)]),
        int(starts[-1]),
    )


def connected(lines: Lines, cells: int) -> Ints:
    """A number for each of so many cells; those that lines tie together, directly or through others, have the same."""
    entries = (np.ones(len(lines.cell)), (lines.cell, cells + lines.line))
    size = cells + lines.count
    label: Ints = connected_components(coo_array(entries, shape=(size, size)), directed=False)[1].astype(
        np.int64
    )
    return label[:cells]


def unbalanced(lines: Lines, value: Floats, rounding: Floats) -> Bools:
    """Lines whose sides do not add up to the same; a line with a value that is not there (NaN) is none."""
    difference = np.bincount(lines.line, lines.side * value[lines.cell], lines.count)
    allowed = np.zeros(lines.count)
    np.maximum.at(allowed, lines.line, rounding[lines.cell])
    return np.asarray(np.abs(difference) > allowed)
