"""Cells of a system that are one number: equal by lines of two, as n of indicators about the same people is.

To hide one of them hides nothing. With one unknown a number, and each equation once, programmes become small.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from scipy.sparse import coo_array, csr_array
from scipy.sparse.csgraph import connected_components

from zaragoza.protect.deduce import Interval
from zaragoza.protect.figures import Bools, Floats, Ints
from zaragoza.protect.lines import LEFT, Lines
from zaragoza.protect.quantities import Quantity


@dataclass(frozen=True)
class Numbers:
    """The numbers of a system.

    Attributes:
        of: for each cell its number.
        lines: of numbers, none twice. Of a number that stands several times in a line the side tells how often.
    """

    of: Ints
    lines: Lines

    @property
    def count(self) -> int:
        """How many numbers there are."""
        return int(self.of.max(initial=-1)) + 1

    def any(self, cells: Bools) -> Bools:
        """Numbers of which one of these cells is."""
        return np.asarray(np.bincount(self.of, cells, self.count) > 0)

    def largest(self, values: Floats) -> Floats:
        """The largest value of the cells of each number."""
        found = np.full(self.count, -np.inf)
        np.maximum.at(found, self.of, values)
        return found

    def interval(self, known: Interval) -> Interval:
        """What is known of each number, from all its cells.

        Where these differ, by rounding or as what is shown contradicts a rule, the smaller: nobody may pass for enough.
        """
        low, high = self.largest(known.low), -self.largest(-known.high)
        return Interval(np.minimum(low, high), high)

    def quantity(self, quantity: Quantity) -> Quantity:
        """What is known of each number, from all its cells."""
        value = self.largest(np.where(np.isnan(quantity.value), -np.inf, quantity.value))
        return Quantity(
            quantity.name,
            np.where(np.isfinite(value), value, np.nan),
            self.largest(quantity.low),
            -self.largest(-quantity.high),
            self.largest(quantity.scale),
        )


def numbers_of(lines: Lines, cells: int) -> Numbers:
    """The numbers of a system of so many cells."""
    size = np.bincount(lines.line, minlength=lines.count)
    left = np.bincount(lines.line, lines.side == LEFT, lines.count)
    equal = (size == 2) & (left == 1)
    two = lines.of(equal[lines.line])
    pairs = two.cell[np.argsort(two.line, kind="stable")].reshape(-1, 2)
    graph = coo_array((np.ones(len(pairs)), (pairs[:, 0], pairs[:, 1])), shape=(cells, cells))
    of: Ints = connected_components(graph, directed=False)[1].astype(np.int64)
    return Numbers(of, _once(lines.where(~equal), of))


def _once(lines: Lines, of: Ints) -> Lines:
    """The lines between numbers, each once, whichever of its sides is the left one."""
    matrix = csr_array(
        (np.where(lines.side == LEFT, 1.0, -1.0), (lines.line, of[lines.cell])),
        shape=(lines.count, int(of.max(initial=-1)) + 1),
    )
    matrix.sum_duplicates()
    matrix.eliminate_zeros()
    first: dict[bytes, int] = {}
    for line in range(lines.count):
        entries = slice(matrix.indptr[line], matrix.indptr[line + 1])
        weights = matrix.data[entries]
        if len(weights):
            turned = weights * np.sign(weights[0])
            first.setdefault(matrix.indices[entries].tobytes() + turned.tobytes(), line)
    kept = csr_array(matrix[sorted(first.values())]).tocoo()
    return Lines(
        kept.col.astype(np.int64),
        kept.row.astype(np.int64),
        kept.data.astype(np.int64),
        kept.shape[0],
    )
