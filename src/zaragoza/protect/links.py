"""Links between classifications: categories of one that are the same people as categories of another.

All foreign-born of one breakdown are the EU-born and the others of the next. Tables that such a link joins
give each other's hidden cells away, as a shared margin does. Whoever knows the definitions knows the links.
They are found here from what coincidence hardly brings about: equal counts of every indicator everywhere.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import combinations

import numpy as np
import numpy.typing as npt

from zaragoza.protect.figures import Bools, Figures, Floats, Ints, group_rows
from zaragoza.protect.lines import LEFT, RIGHT, Lines

Words = npt.NDArray[np.uint64]

MOST_CATEGORIES = 12  # 4,096 sets of categories a column; larger classifications are not compared
_ROUNDING = 1e-9


@dataclass(frozen=True)
class Link:
    """The same people in two columns.

    Attributes:
        left, right: names of the columns.
        left_codes, right_codes: the categories in which these people are.
    """

    left: str
    left_codes: tuple[str, ...]
    right: str
    right_codes: tuple[str, ...]


def find_links(
    figures: Figures, counts: Sequence[Ints], sums: Sequence[Floats], hidden: Bools | None = None
) -> tuple[Link, ...]:
    """The smallest sets of categories of two columns that hold the same people.

    Args:
        figures: the coded table.
        counts: by row, numbers of persons that add up over categories.
        sums: by row, weighted sums that add up over categories, but for rounding.
        hidden: rows of which they are not known; an indicator is not compared where a category is hidden.
    """
    links = []
    unknown = np.zeros(len(figures.level), dtype=np.bool_) if hidden is None else hidden
    for left, right in combinations(range(len(figures.columns)), 2):
        for codes, others in _same_people(*_compare(figures, (left, right), counts, sums, unknown)):
            links.append(
                Link(
                    figures.columns[left],
                    tuple(figures.labels[left][code] for code in codes),
                    figures.columns[right],
                    tuple(figures.labels[right][code] for code in others),
                )
            )
    return tuple(links)


def link_lines(figures: Figures, links: Sequence[Link]) -> list[Lines]:
    """The links as lines of coordinates, in every context in which both columns are published."""
    return [_lines_of_link(figures, link) for link in links]


@dataclass(frozen=True)
class _Side:
    """The categories of a column, each with its counts and its sums in all contexts as one number.

    Counts by random multiples modulo 2**64, sums by random multiples: other counts or sums give another
    number but for a negligible chance, and the numbers add up over categories as counts and sums do.
    """

    codes: Ints
    counts: Words
    sums: Floats


def _compare(
    figures: Figures,
    columns: tuple[int, int],
    counts: Sequence[Ints],
    sums: Sequence[Floats],
    hidden: Bools,
) -> tuple[_Side, _Side]:
    """Both columns in the contexts in which both are published: everything else equal, the other one `_T`."""
    context, contexts, at = contexts_of(figures, columns)
    common = np.ones(contexts, dtype=np.bool_)
    for on_side in at:
        common &= np.bincount(context, on_side, contexts) > 0
    random = np.random.default_rng(20)
    shape = (len(figures.indicators), contexts)
    open_ = np.ones(shape, dtype=np.bool_)
    for on_side in at:
        closed = np.flatnonzero(figures.level & hidden & on_side[figures.coordinate])
        open_[figures.indicator[closed], context[figures.coordinate[closed]]] = False
    words = [random.integers(1, 2**63, shape, dtype=np.uint64) for _ in counts]
    reals = [random.uniform(0.5, 1.5, shape) for _ in sums]
    sides = []
    for column, on_side in zip(columns, at, strict=True):
        rows = np.flatnonzero(figures.level & (on_side & common[context])[figures.coordinate])
        rows = rows[open_[figures.indicator[rows], context[figures.coordinate[rows]]]]
        place = figures.coordinate[rows]
        code = figures.coordinates[place, column + 2]
        where = (figures.indicator[rows], context[place])
        count_print = np.zeros(len(figures.labels[column]), dtype=np.uint64)
        sum_print = np.zeros(len(figures.labels[column]))
        for word, count in zip(words, counts, strict=True):
            np.add.at(count_print, code, word[where] * count[rows].astype(np.uint64))
        for real, amount in zip(reals, sums, strict=True):
            np.add.at(sum_print, code, real[where] * np.nan_to_num(amount[rows]))
        codes = np.flatnonzero(count_print)
        sides.append(_Side(codes, count_print[codes], sum_print[codes]))
    return sides[0], sides[1]


def contexts_of(figures: Figures, columns: tuple[int, int]) -> tuple[Ints, int, tuple[Bools, Bools]]:
    """For every coordinate its context, everything but two columns; their number; and where one column is alone.

    A coordinate is on a column's side where it has a category of it, and the total of the other.
    """
    rest = figures.coordinates.copy()
    rest[:, [column + 2 for column in columns]] = 0
    context, contexts = group_rows(rest)
    left, right = (_in_total(figures, column) for column in columns)
    return context, contexts, (~left & right, left & ~right)


def _same_people(left: _Side, right: _Side) -> list[tuple[Ints, Ints]]:
    """The smallest sets of categories, left and right, that agree, but for all categories together."""
    if not all(0 < len(side.codes) <= MOST_CATEGORIES for side in (left, right)):
        return []
    members, others = sets_of(len(left.codes)), sets_of(len(right.codes))
    chosen, match = _equal(members @ left.counts, others @ right.counts)
    sums, matched = members.astype(np.float64) @ left.sums, others.astype(np.float64) @ right.sums
    scale = np.abs(left.sums).sum() + np.abs(right.sums).sum()
    agree = np.abs(sums[chosen] - matched[match]) <= _ROUNDING * scale
    proper = (chosen > 0) & (match > 0) & (chosen < len(members) - 1)
    found: list[tuple[Ints, Ints]] = []
    taken: list[int] = []
    for one, other in sorted(
        zip(chosen[agree & proper].tolist(), match[agree & proper].tolist(), strict=True),
        key=lambda pair: (pair[0].bit_count(), pair),
    ):
        if all(smaller & one != smaller for smaller in taken):
            taken.append(one)
            found.append((left.codes[members[one] > 0], right.codes[others[other] > 0]))
    return found


def sets_of(size: int) -> Words:
    """Every set of so many categories: bit i of a set's number says whether it holds the i-th."""
    bits: Words = (np.arange(2**size)[:, None] >> np.arange(size) & 1).astype(np.uint64)
    return bits


def _equal(left: Words, right: Words) -> tuple[Ints, Ints]:
    """All pairs of places at which the two lists hold the same number."""
    order = np.argsort(right, kind="stable")
    first = np.searchsorted(right[order], left, side="left")
    size = np.searchsorted(right[order], left, side="right") - first
    chosen = np.repeat(np.arange(len(left)), size)
    start = np.repeat(first - (np.cumsum(size) - size), size)
    return chosen, order[start + np.arange(len(chosen))]


def _lines_of_link(figures: Figures, link: Link) -> Lines:
    columns = figures.columns.index(link.left), figures.columns.index(link.right)
    on_left = _in_codes(figures, columns[0], link.left_codes) & _in_total(figures, columns[1])
    on_right = _in_codes(figures, columns[1], link.right_codes) & _in_total(figures, columns[0])
    rest = figures.coordinates.copy()
    rest[:, [columns[0] + 2, columns[1] + 2]] = 0
    cell = np.flatnonzero(on_left | on_right)
    line, count = group_rows(rest[cell])
    side = np.where(on_left[cell], LEFT, RIGHT)
    both = (np.bincount(line, side == LEFT, count) > 0) & (np.bincount(line, side == RIGHT, count) > 0)
    return Lines(cell, line, side, count).where(both)


def _in_codes(figures: Figures, column: int, labels: tuple[str, ...]) -> Bools:
    codes = [figures.labels[column].index(label) for label in labels if label in figures.labels[column]]
    return np.isin(figures.coordinates[:, column + 2], codes)


def _in_total(figures: Figures, column: int) -> Bools:
    return np.asarray(figures.coordinates[:, column + 2] == figures.totals[column])
