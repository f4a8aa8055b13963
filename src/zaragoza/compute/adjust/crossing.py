"""Sums by side and combination of categories, with combinations that are empty on a side put together."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

import numpy as np

from zaragoza.compute.adjust.smooth import Smooth
from zaragoza.compute.adjust.table import AdjustTable, Levels
from zaragoza.compute.codes import Codes, Flags, Floats, add_up

NO_MEMBERS = "no_members"
NOTHING_EQUAL = "nothing_held_equal"  # all combinations had to be put together: what is left is the raw gap


@dataclass(frozen=True)
class Crossing:
    """A table by combination of categories.

    Arrays have a row for each side (0 reference, 1 group) and a column for each combination.

    Attributes:
        table: what it was made from.
        levels: the combinations before merging, those of a given standard that nobody here has at the end.
        wanted: which of them a side or the standard has.
        kept: of each of them, how many of its covariates still count.
        position: of each of them, the combination that it went into.
        empty: of each of them, whether a side has nobody (or fewer than asked) in it.
        first: of the combinations after merging, one of those before.
        category: by cell of the table, its combination after merging.
        size, total: N and Y after merging.
        fine: N before merging.
        persons: unweighted, before merging.
    """

    table: AdjustTable
    levels: tuple[Levels, ...]
    wanted: Flags
    kept: Codes
    position: Codes
    empty: Flags
    first: Codes
    category: Codes
    size: Floats
    total: Floats
    fine: Floats
    persons: Floats

    @property
    def labels(self) -> tuple[str, ...]:
        """Names of the combinations after merging: `*` is a distinction that was dropped, `+` joins two categories."""
        return tuple(self._label(number, code) for number, code in enumerate(self.first.tolist()))

    def _label(self, number: int, code: int) -> str:
        kept, width = int(self.kept[code]), len(self.table.covariates)
        prefix = self.levels[code][:kept]
        if kept == 1:
            joined = np.flatnonzero(self.wanted & (self.position == number)).tolist()
            prefix = ("+".join(sorted({self.levels[each][0] for each in joined})),)
        return " | ".join((*prefix, *["*"] * (width - kept)))

    @property
    def rate(self) -> Floats:
        """p, the mean or share of each side in each combination."""
        rate: Floats = self.total / self.size
        return rate

    @property
    def share(self) -> Floats:
        """w, the part of its side that each combination holds."""
        share: Floats = self.size / self.size.sum(axis=1, keepdims=True)
        return share

    def smooth(self, value: float, by_total: Floats, by_size: Floats) -> Smooth:
        """A number from its derivatives with respect to the sums by side and combination."""
        side = self.table.group.astype(np.int64)
        return Smooth(float(value), by_total[side, self.category], by_size[side, self.category])

    def diagnostics(
        self, standard: Floats, share: Floats | None = None, sides: Sequence[int] = (0, 1)
    ) -> dict[str, float | str]:
        """Combinations used, those empty before merging, and what tells whether the sides were comparable.

        Args:
            standard: share of each combination before merging, of which the part in the others is told (coverage).
            share: of each combination after merging: the weight that both sides get there; of the two effective numbers
                of persons, 1 / sum_c s_c^2/n_c, the smaller is told (Kish 1965, section 11.7; weights within a
                combination count as equal). None: neither side is weighted.
            sides: whose persons make up the standard; those in combinations that are empty on a side are counted.
        """
        found: dict[str, float | str] = {
            "coverage": float(standard @ ~self.empty),
            "cells": float(len(self.first)),
            "empty_cells": float(self.empty.sum()),
            "uncovered": float(self.persons[list(sides)][:, self.empty].sum()),
        }
        if share is not None:
            n = _gather(self.persons, self.position, self.fine.sum(axis=0) > 0, len(self.first))
            found["effective_n"] = float((1 / (share**2 / n).sum(axis=1)).min())
        return found


def cross(table: AdjustTable, also: Iterable[Levels] = (), least: int = 1) -> Crossing | str:
    """Sums by combination; those with fewer than `least` persons on a side lose their last distinction.

    The last covariate gives way first: a combination (a, b, c) that is empty on a side is put together with all
    (a, b, ...), then with all (a, ...), then with the category of the first covariate before a, by code (the first
    with the next). So nothing is ever imputed.

    Args:
        table: cells of the two sides.
        also: combinations that the standard population has, whether or not anybody here has them.
        least: persons on each side, unweighted.

    Returns:
        The crossing, or the reason why there is none: a side without anybody, or several combinations of which one
        is left, so that nothing would be held equal.
    """
    if not (table.side(True).any() and table.side(False).any()):
        return NO_MEMBERS
    standard = frozenset(also)
    levels = (*table.levels, *sorted(standard.difference(table.levels))) if standard else table.levels
    persons, size, total = _by_side(table, len(levels))
    wanted = size.sum(axis=0) > 0
    if standard:
        wanted |= np.array([row in standard for row in levels], dtype=bool)
    empty = wanted & ((persons < least) | (size <= 0)).any(axis=0)
    kept, group = _merge(levels, persons, size, wanted, least, thin=bool(empty.any()))
    _, first, number = np.unique(group[wanted], return_index=True, return_inverse=True)
    if len(first) == 1 < wanted.sum():
        return NOTHING_EQUAL
    order = np.argsort(first)  # in the order in which they occur
    position = np.zeros(len(levels), dtype=np.int64)
    position[wanted] = np.argsort(order)[number]
    return Crossing(
        table=table,
        levels=levels,
        wanted=wanted,
        kept=kept,
        position=position,
        empty=empty,
        first=np.flatnonzero(wanted)[first[order]],
        category=position[table.category],
        size=_gather(size, position, wanted, len(first)),
        total=_gather(total, position, wanted, len(first)),
        fine=size,
        persons=persons,
    )


def _merge(
    levels: tuple[Levels, ...], persons: Floats, size: Floats, wanted: Flags, least: int, *, thin: bool
) -> tuple[Codes, Codes]:
    """By combination, how many of its covariates still count, and a number shared by those that are put together.

    From the last covariate to the second: where a side is thin in what is left of a combination, everything that
    differs from it in that covariate alone is put together with it. Then categories of the first.
    """
    depth = len(levels[0])
    kept, group = np.full(len(levels), depth), np.arange(len(levels))
    if not thin or not depth:
        return kept, group
    number = group
    for left in range(depth, 1, -1):
        open_here = wanted & (kept == left)
        n, weight = (_gather(sums, number, open_here, len(levels)) for sums in (persons, size))
        outer = _numbers(levels, left - 1)
        thin_here = np.asarray(((n < least) | (weight <= 0)).any(axis=0))
        dropped = np.isin(outer, outer[open_here & thin_here[number]])
        kept, group = (
            np.where(dropped, left - 1, kept),
            np.where(dropped, len(levels) * (depth - left + 1) + outer, group),
        )
        number = outer
    for place, joined in enumerate(_neighbours(levels, persons, size, wanted, least)):
        here = np.isin(number, joined)
        kept, group = np.where(here, 1, kept), np.where(here, len(levels) * (depth + 1) + place, group)
    return kept, group


def _neighbours(
    levels: tuple[Levels, ...], persons: Floats, size: Floats, wanted: Flags, least: int
) -> list[list[int]]:
    """Categories of the first covariate, by number, that are put together so that no side is thin in any."""
    number = _numbers(levels, 1)
    n, weight = (_gather(sums, number, wanted, len(levels)) for sums in (persons, size))
    thin = np.asarray(((n < least) | (weight <= 0)).any(axis=0))
    if not thin[number[wanted]].any():
        return []
    names = {int(number[code]): row[0] for code, row in enumerate(levels) if wanted[code]}
    classes = [[code] for code in sorted(names, key=names.__getitem__)]
    place = 0
    while place < len(classes) > 1:
        joined = classes[place]
        if ((n[:, joined].sum(axis=1) < least) | (weight[:, joined].sum(axis=1) <= 0)).any():
            place = max(place - 1, 0)
            classes[place : place + 2] = [classes[place] + classes[place + 1]]
        else:
            place += 1
    return [joined for joined in classes if len(joined) > 1]


def _numbers(levels: tuple[Levels, ...], depth: int) -> Codes:
    """A number for each combination, the same for those that have their first categories in common."""
    place: dict[Levels, int] = {}
    return np.array([place.setdefault(row[:depth], len(place)) for row in levels], dtype=np.int64)


def _by_side(table: AdjustTable, length: int) -> tuple[Floats, Floats, Floats]:
    """Persons, N and Y by side and category, of cells in which anybody has a weight."""
    counted, code = table.size > 0, table.group * length + table.category

    def gather(values: Floats) -> Floats:
        return add_up(code, np.where(counted, values, 0.0), 2 * length).reshape(2, length)

    return gather(table.n), gather(table.size), gather(table.total)


def _gather(sums: Floats, position: Codes, wanted: Flags, length: int) -> Floats:
    return np.stack([add_up(position, np.where(wanted, row, 0.0), length) for row in sums])
