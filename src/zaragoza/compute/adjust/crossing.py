"""Sums by side and combination of categories, with combinations that are empty on a side put together."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

import numpy as np

from zaragoza.compute.adjust.smooth import Smooth
from zaragoza.compute.adjust.table import AdjustTable, Levels
from zaragoza.compute.codes import Codes, Flags, Floats, add_up

NO_MEMBERS = "no_members"


@dataclass(frozen=True)
class Crossing:
    """A table by combination of categories.

    Arrays have a row for each side (0 reference, 1 group) and a column for each combination.

    Attributes:
        table: what it was made from.
        labels: of the combinations, after merging; `*` stands for a distinction that was dropped.
        category: by cell of the table, its combination.
        size, total: N and Y.
        fine: N of the combinations before merging, in the order of `position`.
        position: of every combination before merging, the one that it went into.
        empty: combinations before merging in which a side has nobody.
    """

    table: AdjustTable
    labels: tuple[str, ...]
    category: Codes
    size: Floats
    total: Floats
    fine: Floats
    position: Mapping[Levels, int]
    empty: frozenset[Levels]

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

    def diagnostics(self, standard: Floats | None = None) -> dict[str, float | str]:
        """Combinations used, those empty before merging, and the share of the standard in the others.

        Args:
            standard: share of each combination before merging; not given: of both sides together.
        """
        if standard is None:
            standard = self.fine.sum(axis=0) / self.fine.sum()
        covered = np.array([levels not in self.empty for levels in self.position])
        return {
            "coverage": float(standard @ covered),
            "cells": float(len(self.labels)),
            "empty_cells": float(len(self.empty)),
        }


def cross(table: AdjustTable, also: Iterable[Levels] = (), least: int = 1) -> Crossing | str:
    """Sums by combination; those with fewer than `least` persons on a side lose their last distinction.

    The last covariate gives way first: a combination (a, b, c) that is empty on a side is put together with all
    (a, b, ...), then with all (a, ...), then with everybody. So nothing is ever imputed.

    Args:
        table: cells of the two sides.
        also: combinations that the standard population has, whether or not anybody here has them.
        least: persons on each side, unweighted.

    Returns:
        The crossing, or the reason why there is none: a side without anybody.
    """
    if not (table.side(True).any() and table.side(False).any()):
        return NO_MEMBERS
    standard = frozenset(also)
    levels = (*table.levels, *sorted(standard.difference(table.levels)))
    persons, size, total = (
        _by_side(table, values, table.category, len(levels)) for values in (table.n, table.size, table.total)
    )
    wanted = (size.sum(axis=0) > 0) | np.array([row in standard for row in levels], dtype=bool)
    thin = wanted & ((persons < least) | (size <= 0)).any(axis=0)
    kept = _merge(levels, persons, size, wanted, least) if thin.any() else [len(row) for row in levels]
    prefixes = [row[:depth] for row, depth in zip(levels, kept, strict=True)]
    used = list(dict.fromkeys(prefix for prefix, want in zip(prefixes, wanted, strict=True) if want))
    place = {prefix: code for code, prefix in enumerate(used)}
    position = np.array([place.get(prefix, 0) for prefix in prefixes], dtype=np.int64)
    width = len(table.covariates)
    return Crossing(
        table=table,
        labels=tuple(_label(prefix, width) for prefix in used),
        category=position[table.category],
        size=_gather(size, position, wanted, len(used)),
        total=_gather(total, position, wanted, len(used)),
        fine=size,
        position={row: int(code) for row, code in zip(levels, position, strict=True)},
        empty=frozenset(row for row, is_thin in zip(levels, thin, strict=True) if is_thin),
    )


def _merge(levels: tuple[Levels, ...], persons: Floats, size: Floats, wanted: Flags, least: int) -> list[int]:
    """By combination, how many of its covariates still count."""
    kept = [len(row) for row in levels]
    while True:
        sums: dict[Levels, Floats] = {}
        for code in map(int, np.flatnonzero(wanted)):
            prefix = levels[code][: kept[code]]
            both = np.stack([persons[:, code], size[:, code]])
            sums[prefix] = sums[prefix] + both if prefix in sums else both
        thin = [p for p, (n, weight) in sums.items() if p and (n.min() < least or weight.min() <= 0)]
        if not thin:
            return kept
        deepest = max(map(len, thin))
        dropped = {prefix[:-1] for prefix in thin if len(prefix) == deepest}
        kept = [
            min(depth, deepest - 1) if row[: deepest - 1] in dropped else depth
            for row, depth in zip(levels, kept, strict=True)
        ]


def _by_side(table: AdjustTable, values: Floats, category: Codes, length: int) -> Floats:
    """Sums by side and category, of cells in which anybody has a weight."""
    counted = np.where(table.size > 0, values, 0.0)
    return np.stack(
        [add_up(category, np.where(table.group == side, counted, 0.0), length) for side in (0, 1)]
    )


def _gather(sums: Floats, position: Codes, wanted: Flags, length: int) -> Floats:
    return np.stack([add_up(position, np.where(wanted, row, 0.0), length) for row in sums])


def _label(prefix: Levels, width: int) -> str:
    return " | ".join((*prefix, *["*"] * (width - len(prefix))))
