"""Blocks of a table that is too large for one programme: parts that are solved one by one, all else staying as it is.

Without the lines along its longest column and the columns linked to it (municipalities of a province, provinces) a
table falls apart into pieces: the table of each municipality, each province, the country. A block is some pieces
between which mass can move: municipalities of one province, or provinces with some of their municipalities. What moves
within a block moves in the whole table.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
from scipy.sparse import csr_array

from zaragoza.protect.figures import Bools, Ints
from zaragoza.protect.lines import LEFT, RIGHT, Lines

BLOCK_CELLS = 2_000  # of one programme of movements
_BESIDE = 2  # pieces at least between which mass can move
_CHILDREN = 2  # pieces under another one of which more may be hidden: the largest


@dataclass(frozen=True)
class Block:
    """Part of a table.

    Attributes:
        cells: its cells.
        wanted: of these, those that are to be protected in it.
    """

    cells: Ints
    wanted: Bools


@dataclass(frozen=True)
class Pieces:
    """What a table falls apart into.

    Attributes:
        of: for each cell its piece.
        beside: for each pair of pieces, how many long lines have parts in both.
        above: for each pair, of how many long lines the first holds a part and the second the total.
        most: cells of a block.
    """

    of: Ints
    beside: csr_array
    above: csr_array
    most: int

    @property
    def whole(self) -> bool:
        """Whether all cells are in one block."""
        return self.count == 1 or len(self.of) <= self.most

    @property
    def count(self) -> int:
        """How many pieces there are."""
        return int(self.beside.shape[0])

    def blocks(self, wanted: Bools, hidden: Bools, draw: np.random.Generator | None) -> Iterator[Block]:
        """Blocks such that every wanted cell is one that is to be protected in one.

        Args:
            wanted: cells.
            hidden: cells that are not shown. What moves in a total must move below it, in any of its parts.
            draw: puts other pieces together than without it.
        """
        if self.whole:
            if wanted.any():
                yield Block(np.arange(len(self.of)), wanted)
            return
        waiting = np.bincount(self.of, wanted, self.count) > 0
        for piece in np.flatnonzero(waiting).tolist():
            if waiting[piece]:
                own, largest, below = self._block(piece, waiting, hidden, draw)
                waiting[own] = False
                cells = np.flatnonzero((own | largest)[self.of] | (below[self.of] & hidden))
                yield Block(cells, own[self.of[cells]] & wanted[cells])

    def _block(
        self, piece: int, waiting: Bools, hidden: Bools, draw: np.random.Generator | None
    ) -> tuple[Bools, Bools, Bools]:
        """A piece and those beside it until the block is full, the largest below them, and all below them."""
        size, inside = np.bincount(self.of, minlength=self.count), np.bincount(self.of, hidden, self.count)
        own, largest, below = (np.zeros(self.count, dtype=np.bool_) for _ in range(3))
        beside = _row(self.beside, piece)
        beside[piece] = 0
        others = np.flatnonzero(beside)
        first = draw.random(len(others)) if draw else -size[others].astype(np.float64)
        near = beside[others] < beside.max(initial=0) / 2  # pieces of another province share fewer lines
        for one in (piece, *others[np.lexsort((first, ~waiting[others], near))].tolist()):
            if own.sum() >= _BESIDE and size[own | largest].sum() + inside[below].sum() >= self.most:
                break
            own[one] = True
            for some in self._under(one):
                below[some] = True
                largest[some[np.argsort(-size[some], kind="stable")][:_CHILDREN]] = True
        return own, largest, below

    def _under(self, piece: int) -> Iterator[Ints]:
        """The pieces under one, and those under them in turn, those of one piece together."""
        children = np.flatnonzero(_row(self.above, piece, turned=True))
        if len(children):
            yield children
        for child in children.tolist():
            yield from self._under(child)


def pieces_of(lines: Lines, of: Ints, most: int) -> Pieces:
    """What a table falls apart into.

    Args:
        lines: of the table.
        of: for each cell its piece.
        most: cells of a block; a table of no more is one block.
    """
    lowest, highest = np.full(lines.count, np.iinfo(np.int64).max), np.full(lines.count, -1)
    np.minimum.at(lowest, lines.line, of[lines.cell])
    np.maximum.at(highest, lines.line, of[lines.cell])
    return Pieces(of, *_relations(lines.where(lowest < highest), of), most)


def _relations(long: Lines, of: Ints) -> tuple[csr_array, csr_array]:
    """Which pieces have parts of the same lines, and which has the total of lines of which another has a part."""
    pieces = int(of.max(initial=-1)) + 1

    def holds(side: int) -> csr_array:
        there = long.of(long.side == side)
        ones = np.ones(len(there.cell))
        return csr_array((ones, (of[there.cell], there.line)), shape=(pieces, max(long.count, 1)))

    parts, totals = holds(LEFT), holds(RIGHT)
    return csr_array(parts @ parts.T), csr_array(parts @ totals.T)


def _row(matrix: csr_array, place: int, *, turned: bool = False) -> Ints:
    chosen = matrix[:, [place]] if turned else matrix[[place], :]
    return np.asarray(chosen.toarray().ravel()).astype(np.int64)
