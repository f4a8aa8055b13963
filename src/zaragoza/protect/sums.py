"""All that adds up in observations, as one system: every quantity of every figure, over categories and indicators.

A figure is a number of people n and, in the population, n_hat, of whom a numerator and the rest. Lines run along the
columns of the tables for each of them; a figure's numerator and rest are its n_hat; where everybody is counted n_hat is
n; and indicators are parts of one another (identities, and populations that lie in others).
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass, field, replace

import numpy as np

from zaragoza.model.indicator import Indicator
from zaragoza.protect.figures import ABSENT, Bools, Figures, Floats, Ints
from zaragoza.protect.lines import LEFT, RIGHT, Lines, column_lines, joined, spread
from zaragoza.protect.links import link_lines
from zaragoza.protect.quantities import Quantity
from zaragoza.protect.relationships import (
    COMPLEMENT,
    N_HAT,
    NUMERATOR,
    Identity,
    Included,
    N,
    Place,
    Relationships,
)


@dataclass(frozen=True)
class Sums:
    """The system. Cells are the quantities of the rows, block by block, then the differences of nested people.

    Attributes:
        lines, quantity: of cells.
        hidden: cells that no figure shows.
        row: of each cell, its row; of a difference, the row of the larger group.
        block: of each cell N, N_HAT, NUMERATOR or COMPLEMENT.
        difference: of each cell, the number of the difference that it belongs to, or ABSENT.
        exists: cells that are a quantity of a level with people in it, or a difference that must meet the rules of one.
        counted: cells that are whole numbers of persons; sums of amounts are none.
        told: numerators and rests of which definitions tell that they are nothing, or n_hat.
    """

    lines: Lines
    quantity: Quantity
    hidden: Bools
    row: Ints
    block: Ints
    difference: Ints
    exists: Bools
    counted: Bools
    told: Bools

    def same_system(self, other: Sums) -> bool:
        """Whether both have the same cells in the same lines, whatever is shown of them."""
        pairs = (
            (self.lines.cell, other.lines.cell),
            (self.lines.line, other.lines.line),
            (self.lines.side, other.lines.side),
            (self.row, other.row),
            (self.block, other.block),
            (self.difference, other.difference),
            (self.exists, other.exists),
            (self.counted, other.counted),
        )
        return all(np.array_equal(one, two) for one, two in pairs)


@dataclass
class _Builder:
    """Collects lines of cells, and the cells of differences."""

    figures: Figures
    exists: Bools  # by cell
    lines: list[Lines] = field(default_factory=list)
    rows: list[Ints] = field(default_factory=list)
    blocks: list[Ints] = field(default_factory=list)
    asked: list[Bools] = field(default_factory=list)
    differences: int = 0

    @property
    def size(self) -> int:
        return len(self.exists) + sum(map(len, self.rows))

    def add(self, lines: Lines, block: int) -> None:
        """Lines of rows, for one block; quantities that do not exist hold nothing."""
        cell = lines.cell + block * (len(self.exists) // 4)
        found = Lines(cell, lines.line, lines.side, lines.count).of(self.exists[cell])
        self.lines.append(found.where(np.bincount(found.line, minlength=found.count) > 1))

    def add_difference(self, lines: Lines, outer: Ints, *, divides: bool) -> None:
        """Lines of rows whose right side is more than the left by a difference, for every block.

        Args:
            lines: of rows.
            outer: by line, a row of the right side.
            divides: whether it is a secret who of the difference is in the class.
        """
        rows, number = len(self.exists) // 4, self.differences + np.arange(lines.count)
        for block in range(4 if divides else COMPLEMENT):
            whole = np.bincount(lines.line, ~self.exists[lines.cell + block * rows], lines.count) == 0
            kept, at = lines.where(whole), np.flatnonzero(whole)
            cell = np.concatenate([kept.cell + block * rows, self.size + np.arange(kept.count)])
            line = np.concatenate([kept.line, np.arange(kept.count)])
            side = np.concatenate([kept.side, np.full(kept.count, LEFT)])
            self.lines.append(Lines(cell, line, side, kept.count))
            self._add_cells(outer[at], number[at], block, asked=True)
        self.differences += lines.count

    def add_included(self, included: Included, row_at: Ints, nobody: Bools, counted: Bools) -> None:
        """Lines by which the smaller sets and a difference are the larger ones, wherever there are rows of these.

        In surveys they are not looked for (docs/methods/audit.md, Limits).

        Args:
            included: what is less than what.
            row_at: of each indicator, the row at every coordinate.
            nobody: rows of which it is known that they hold nobody.
            counted: rows of indicators in which everybody is counted and nobody weighted.
        """
        names = self.figures.indicators
        items = (*included.less, *included.more)
        if not all(name in names for name, _ in items):
            return
        rows = len(nobody)
        at = np.stack([row_at[names.index(name)] for name, _ in items])
        cell = at + np.array([block for _, block in items])[:, None] * rows
        there = (at != ABSENT) & self.exists[np.where(at == ABSENT, 0, cell)]
        smaller, larger = slice(len(included.less)), slice(len(included.less), None)
        known = there | ((at != ABSENT) & nobody[at])
        of_register = np.where(there, counted[at], True).all(axis=0)
        kept = np.flatnonzero(known[larger].all(axis=0) & there[smaller].any(axis=0) & of_register)
        side = np.array([LEFT] * len(included.less) + [RIGHT] * len(included.more))[:, None]
        own = there[:, kept]
        count = len(kept)
        line, sides = (np.broadcast_to(each, own.shape)[own] for each in (np.arange(count), side))
        self.lines.append(
            Lines(
                np.concatenate([cell[:, kept][own], self.size + np.arange(count)]),
                np.concatenate([line, np.arange(count)]),
                np.concatenate([sides, np.full(count, LEFT)]),
                count,
            )
        )
        number = self.differences + np.arange(count)
        block = (
            NUMERATOR if included.more[-1][1] == COMPLEMENT else included.more[-1][1]
        )  # no rest of a class
        self._add_cells(at[-1, kept], number, block, asked=included.figure)
        self.differences += count

    def _add_cells(self, row: Ints, number: Ints, block: int, *, asked: bool) -> None:
        self.rows.append(np.column_stack([row, number]))
        self.blocks.append(np.full(len(row), block))
        self.asked.append(np.full(len(row), asked))


def sums_of(
    figures: Figures,
    quantities: Sequence[Quantity],
    hidden: Bools,
    nobody: Bools,
    relationships: Relationships,
    indicators: Mapping[str, Indicator],
    binary: Collection[str] = (),
) -> Sums:
    """The system of a table.

    Args:
        figures: its keys.
        quantities: n, n_hat, numerator and complement of every row.
        hidden: rows that are not shown.
        nobody: rows of which it is known that they hold nobody.
        relationships: what is known beside the table.
        indicators: by id.
        binary: means and totals in which every person counts 1 or 0.
    """
    level = figures.level & ~nobody
    of = [(name in binary, indicators[name]) for name in figures.indicators]
    divided = np.array([ones or one.additive_kind == "share" for ones, one in of] or [False])[
        figures.indicator
    ]
    people = np.array([ones or one.counts_people for ones, one in of] or [False])[figures.indicator]
    exists = np.stack([level & _published(figures, q, hidden) for q in quantities])
    exists[COMPLEMENT] &= divided  # of amounts nothing is left of n_hat
    exists = exists.ravel()
    builder = _Builder(figures, exists)
    row_at = np.where((figures.row_of != ABSENT) & level[figures.row_of], figures.row_of, ABSENT)
    kinds = (*column_lines(figures), *link_lines(figures, relationships.links))
    own = joined([spread(kind, row_at) for kind in kinds])
    for block in range(4):
        builder.add(own, block)
    counted = _counted(figures, quantities, hidden)
    nobody, everybody = (_rows(figures, names) for names in (relationships.nobody, relationships.everybody))
    builder.lines += _compositions(exists, counted & level, everybody)
    builder.lines += [_identity(figures, exists, row_at, each) for each in relationships.identities]
    for lines, outer, divides in _differences(figures, row_at, relationships, nobody | everybody):
        builder.add_difference(lines, outer, divides=divides)
    for each in relationships.included:
        builder.add_included(each, figures.row_of, ~level & figures.level, counted)
    sums = _built(
        builder, quantities, hidden, np.stack([np.ones_like(hidden), counted, *[counted & people] * 2])
    )
    return _by_definition(sums, nobody, everybody)


def _rows(figures: Figures, names: Collection[tuple[str, Place]]) -> Bools:
    """Levels with these indicators and categories."""
    at = whole_places(figures) if names else []
    found = np.zeros(len(figures.level), dtype=np.bool_)
    for row in np.flatnonzero(figures.level) if names else ():
        found[row] = (figures.indicators[figures.indicator[row]], at[figures.coordinate[row]]) in names
    return found


def _by_definition(sums: Sums, nobody: Bools, everybody: Bools) -> Sums:
    """With nothing in the numerator where nobody can be in the class, and nothing beside it where everybody must be."""
    own = sums.difference == ABSENT
    nothing = (sums.block == NUMERATOR) & nobody[sums.row] | (sums.block == COMPLEMENT) & everybody[sums.row]
    of_class = np.isin(sums.block, (NUMERATOR, COMPLEMENT))
    low, high = (np.where(own & nothing, 0.0, bound) for bound in (sums.quantity.low, sums.quantity.high))
    return replace(
        sums,
        quantity=replace(sums.quantity, low=low, high=high),
        told=own & of_class & (nobody | everybody)[sums.row],
    )


def _published(figures: Figures, quantity: Quantity, hidden: Bools) -> Bools:
    """Rows of indicators of which shown figures give the quantity, and of those of which none is shown."""
    gives = figures.level & ~hidden & ~np.isnan(quantity.value)
    shown = np.bincount(figures.indicator[figures.level & ~hidden], minlength=len(figures.indicators)) > 0
    known = np.bincount(figures.indicator[gives], minlength=len(figures.indicators)) > 0
    return np.asarray((known | ~shown)[figures.indicator])


def _counted(figures: Figures, quantities: Sequence[Quantity], hidden: Bools) -> Bools:
    """Rows of indicators whose n_hat is n wherever it is shown: everybody is counted, nobody weighted."""
    seen = figures.level & ~hidden & ~np.isnan(quantities[N].value)
    weighted = seen & (quantities[N].value != quantities[N_HAT].value)
    size = len(figures.indicators)
    of_sample = np.bincount(figures.indicator[weighted], minlength=size) > 0
    known = np.bincount(figures.indicator[seen], minlength=size) > 0
    return np.asarray((known & ~of_sample)[figures.indicator])


def _compositions(exists: Bools, counted: Bools, everybody: Bools) -> list[Lines]:
    """Numerator and complement are n_hat, as the numerator is that everybody is in; n_hat of who is counted is n."""
    rows = len(exists) // 4
    n, n_hat, numerator, complement = exists.reshape(4, rows)
    both = np.flatnonzero(n_hat & numerator & complement)
    same = np.flatnonzero(n & n_hat & counted)
    whole = np.flatnonzero(n_hat & numerator & everybody)
    return [
        _one_line_each(
            [both + NUMERATOR * rows, both + COMPLEMENT * rows, both + N_HAT * rows], [LEFT, LEFT, RIGHT]
        ),
        _one_line_each([same + N * rows, same + N_HAT * rows], [LEFT, RIGHT]),
        _one_line_each([whole + NUMERATOR * rows, whole + N_HAT * rows], [LEFT, RIGHT]),
    ]


def _one_line_each(cells: Sequence[Ints], sides: Sequence[int]) -> Lines:
    count = len(cells[0])
    side = np.repeat(np.array(sides), count)
    return Lines(np.concatenate(cells), np.tile(np.arange(count), len(cells)), side, count)


def _identity(figures: Figures, exists: Bools, row_at: Ints, identity: Identity) -> Lines:
    """An identity at every coordinate where its whole is."""
    items = (*identity.parts, identity.whole)
    if not all(name in figures.indicators for name, _ in items):
        nothing = np.zeros(0, dtype=np.int64)
        return Lines(nothing, nothing, nothing, 0)
    rows = len(exists) // 4
    at = np.stack([row_at[figures.indicators.index(name)] for name, _ in items])
    block = np.array([block for _, block in items])[:, None]
    there = (at != ABSENT) & exists[np.where(at == ABSENT, 0, at) + block * rows]
    line = np.broadcast_to(np.arange(at.shape[1]), at.shape)
    side = np.broadcast_to(np.array([LEFT] * len(identity.parts) + [RIGHT])[:, None], at.shape)
    kept = there & there[-1]
    found = Lines((at + block * rows)[kept], line[kept], side[kept], at.shape[1])
    return found.where(np.bincount(found.line, minlength=found.count) > 1)


def _differences(
    figures: Figures, row_at: Ints, relationships: Relationships, told: Bools
) -> list[tuple[Lines, Ints, bool]]:
    """Lines of rows, the smaller group on the left, with a row of the larger one by line, and whether it divides.

    It does not where the definition tells of the larger group who is in the class (`told`).
    """
    found = [(spread(kind, row_at), True) for kind in link_lines(figures, relationships.near)]
    at = places(figures)
    for nested in relationships.nested:
        if {nested.inner, nested.outer} <= set(figures.indicators):
            inner, outer = (row_at[figures.indicators.index(n)] for n in (nested.inner, nested.outer))
            both = (inner != ABSENT) & (outer != ABSENT)
            somebody = np.array([not nested.settled and place not in nested.nobody for place in at], np.bool_)
            for divides, there in ((True, both & somebody), (False, both & ~somebody)):
                found.append((_one_line_each([inner[there], outer[there]], [LEFT, RIGHT]), divides))
    whole = []
    for lines, divides in found:
        outer_row = np.full(lines.count, ABSENT, dtype=np.int64)
        outer_row[lines.line[lines.side == RIGHT]] = lines.cell[lines.side == RIGHT]
        inside = np.bincount(lines.line, lines.side == LEFT, lines.count) > 0
        kept = (outer_row != ABSENT) & inside
        for open_ in (True, False):
            some = kept & (told[outer_row] != open_)
            whole.append((lines.where(some), outer_row[some], divides and open_))
    return whole


def places(figures: Figures) -> list[Place]:
    """Of each coordinate its categories that are no totals, by column."""
    names = list(zip(figures.columns, figures.labels, figures.totals, strict=True))
    return [
        frozenset(
            (column, labels[code])
            for code, (column, labels, total) in zip(codes, names, strict=True)
            if code != total
        )
        for codes in figures.coordinates[:, 2:].tolist()
    ]


def whole_places(figures: Figures) -> list[Place]:
    """The same, with period and geo as two columns more."""
    when = [
        (figures.periods[period], figures.geos[geo]) for period, geo in figures.coordinates[:, :2].tolist()
    ]
    return [
        categories | {("period", period), ("geo", geo)}
        for (period, geo), categories in zip(when, places(figures), strict=True)
    ]


def _built(builder: _Builder, quantities: Sequence[Quantity], hidden: Bools, counted: Bools) -> Sums:
    rows = len(hidden)
    more = np.concatenate([np.zeros((0, 2), np.int64), *builder.rows]).astype(np.int64)
    block = np.concatenate([np.repeat(np.arange(4), rows), *builder.blocks]).astype(np.int64)
    row = np.concatenate([np.tile(np.arange(rows), 4), more[:, 0]])
    extra = len(more)

    def stacked(name: str, of_differences: Callable[[Floats], Floats]) -> Floats:
        own = np.array([getattr(quantity, name) for quantity in quantities])
        return np.concatenate([own.ravel(), of_differences(own[block[4 * rows :], row[4 * rows :]])])

    quantity = Quantity(
        "all",
        stacked("value", lambda outer: np.full(extra, np.nan)),
        stacked("low", lambda outer: np.minimum(outer, 0.0)),
        stacked("high", lambda outer: np.full(extra, np.inf)),
        stacked("scale", lambda outer: outer),
    )
    return Sums(
        lines=joined(builder.lines),
        quantity=quantity,
        hidden=np.concatenate([np.tile(hidden, 4), np.ones(extra, dtype=np.bool_)]),
        row=row,
        block=block,
        difference=np.concatenate([np.full(4 * rows, ABSENT), more[:, 1]]),
        exists=np.concatenate([builder.exists, *builder.asked]),
        counted=counted[block, row],
        told=np.zeros(len(row), dtype=np.bool_),
    )
