"""Cells of which one tells the other: what is known of one is known of both.

Of a shown province less one of its municipalities a reader knows as much as of the municipality: an equation of two
open cells, x + y = s, leaves one unknown, y = s - x. With one for all cells that are tied so, over however many
equations, programmes have the same tables, and become small.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from scipy.sparse import coo_array, csr_array
from scipy.sparse.csgraph import connected_components

from zaragoza.protect.demand import Demand
from zaragoza.protect.figures import Floats, Ints
from zaragoza.protect.programme import Part


@dataclass(frozen=True)
class Ties:
    """How cells follow from unknowns.

    Attributes:
        of: for each cell its unknown.
        first: for each unknown the first of its cells, which is the unknown itself.
        sign, rest: a cell is `rest`, and `sign` (1 or -1) times its unknown.
    """

    of: Ints
    first: Ints
    sign: Floats
    rest: Floats

    def demand_of_unknowns(self, demand: Demand) -> Demand:
        """All that is asked of the cells of each unknown, as asked of the unknown."""
        ends = self.sign * (demand.low - self.rest), self.sign * (demand.high - self.rest)
        turned = self.sign < 0
        low, high = np.where(turned, ends[1], ends[0]), np.where(turned, ends[0], ends[1])
        return Demand(demand.width, low, high).strictest(self.of, len(self.first))

    def demand_of_cells(self, demand: Demand) -> Demand:
        """What is asked of the unknowns, as asked of each of their cells."""
        return Demand(demand.width[self.of], *self.of_cells(demand.low, demand.high))

    def of_cells(self, low: Floats, high: Floats) -> tuple[Floats, Floats]:
        """From a lowest and highest of each unknown those of the cells."""
        ends = self.rest + self.sign * low[self.of], self.rest + self.sign * high[self.of]
        turned = self.sign < 0
        return np.where(turned, ends[1], ends[0]), np.where(turned, ends[0], ends[1])

    def of_unknowns(self, low: Floats, high: Floats) -> tuple[Floats, Floats]:
        """From a lowest and highest of each cell what they leave of the unknowns, all cells together."""
        ends = self.sign * (low - self.rest), self.sign * (high - self.rest)
        turned, size = self.sign < 0, len(self.first)
        lowest, highest = np.full(size, -np.inf), np.full(size, np.inf)
        np.maximum.at(lowest, self.of, np.where(turned, ends[1], ends[0]))
        np.minimum.at(highest, self.of, np.where(turned, ends[0], ends[1]))
        return lowest, highest


def untied(part: Part, asked: float = np.inf) -> tuple[Part, Ties, bool]:
    """The part with one unknown for all cells that are tied.

    Args:
        part: of at least one cell.
        asked: the least width that is asked of its bounds: far less than that is rounding.

    Returns:
        The part of the unknowns, how the cells follow from them, and whether the equations that are left out, and the
        bounds of what is tied, agree but for rounding.
    """
    ties = _ties(part)
    cells = len(ties.of)
    turn = csr_array((ties.sign, (np.arange(cells), ties.of)), shape=(cells, len(ties.first)))
    matrix = csr_array(part.matrix @ turn)
    matrix.eliminate_zeros()
    sums, left = part.sums - part.matrix @ ties.rest, np.diff(matrix.indptr) > 0
    low, high = ties.of_unknowns(part.low, part.high)
    near = part.loosest(asked)
    agree = bool((np.abs(sums[~left]) <= near).all() and (low <= high + near).all())
    crossed = low > high
    low[crossed] = high[crossed] = (low[crossed] + high[crossed]) / 2
    less = Part(
        part.cells[ties.first], low, high, csr_array(matrix[left]), sums[left], part.scale, part.rounding
    )
    return less, ties, agree


def _ties(part: Part) -> Ties:
    """Along equations of two, from the first cell of all that are tied to the others, one step after the other."""
    one, other, turn, move = _equations_of_two(part)
    cells = len(part.cells)
    edges = coo_array((np.ones(len(one)), (one, other)), shape=(cells, cells))
    of: Ints = connected_components(edges, directed=False)[1].astype(np.int64)
    first = np.unique(of, return_index=True)[1].astype(np.int64)
    sign, rest = np.zeros(cells), np.zeros(cells)
    sign[first] = 1.0
    while (new := (sign[one] != 0) & (sign[other] == 0)).any():
        sign[other[new]] = turn[new] * sign[one[new]]
        rest[other[new]] = move[new] + turn[new] * rest[one[new]]
    return Ties(of, first, sign, rest)


def _equations_of_two(part: Part) -> tuple[Ints, Ints, Floats, Floats]:
    """Each of them both ways round: a cell, the other, and that this is `move` plus `turn` times the first."""
    matrix = part.matrix
    start = matrix.indptr[:-1][np.diff(matrix.indptr) == 2]
    sums = part.sums[np.diff(matrix.indptr) == 2]
    pairs, weights = (each[start[:, None] + np.arange(2)] for each in (matrix.indices, matrix.data))
    once = (np.abs(weights) == 1).all(axis=1)
    (one, other), (a, b), sums = pairs[once].astype(np.int64).T, weights[once].T, sums[once]
    return (
        np.concatenate([one, other]),
        np.concatenate([other, one]),
        np.concatenate([-a * b, -a * b]),
        np.concatenate([b * sums, a * sums]),
    )
