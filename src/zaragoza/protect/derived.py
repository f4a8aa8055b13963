"""Figures derived from levels: a gap tells what its levels tell, so it inherits their status."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from zaragoza.errors import DisclosureError, Fault
from zaragoza.protect.figures import ABSENT, Bools, Figures, Ints, group_rows


@dataclass(frozen=True)
class Parts:
    """Of which levels each derived figure is made; one entry a derived figure and level.

    Attributes:
        derived: row of the derived figure.
        level: row of a level that it is made of.
        base: whether this is the level of the reference group.
    """

    derived: Ints
    level: Ints
    base: Bools


def find_parts(figures: Figures) -> Parts:
    """The levels of every derived figure: its group's, in the same cell, and its reference group's.

    The reference group's level lies where the group's category is replaced by the reference category. Where
    that fits in more than one column, all of these levels count.
    """
    derived = np.flatnonzero(~figures.level)
    own = figures.row_of[figures.indicator[derived], figures.coordinate[derived]]
    rows, levels = [derived], [own]
    for column, labels in enumerate(figures.labels):
        if not set(labels).isdisjoint(figures.references):
            rows.append(derived)
            levels.append(_base_levels(figures, derived, column))
    row, level = np.concatenate(rows), np.concatenate(levels)
    base = np.arange(len(row)) >= len(derived)
    there = level != ABSENT
    return Parts(row[there], level[there], base[there])


def _base_levels(figures: Figures, derived: Ints, column: int) -> Ints:
    """The level of the reference category of one column, or ABSENT where the column has no such category."""
    code_of = {label: code for code, label in enumerate(figures.labels[column])}
    codes = np.array([*(code_of.get(label, ABSENT) for label in figures.references), ABSENT], dtype=np.int64)
    reference = codes[figures.reference[derived]]  # ABSENT, as a place, is the last
    there = figures.coordinates[figures.coordinate[derived]].copy()
    code = there[:, column + 2].copy()
    fits = (reference != ABSENT) & (code != figures.totals[column]) & (code != reference)
    there[fits, column + 2] = reference[fits]
    everywhere, count = group_rows(np.concatenate([figures.coordinates, there]))
    place = np.full(count, ABSENT, dtype=np.int64)
    place[everywhere[: len(figures.coordinates)]] = np.arange(len(figures.coordinates))
    coordinate = place[everywhere[len(figures.coordinates) :]]
    fits &= coordinate != ABSENT
    level = np.full(len(derived), ABSENT, dtype=np.int64)
    level[fits] = figures.row_of[figures.indicator[derived[fits]], coordinate[fits]]
    return level


def check_parts(figures: Figures, parts: Parts, has_value: Bools) -> None:
    """Refuses derived figures with a value of which a level is not in the table.

    Raises:
        DisclosureError: with a fault for each indicator concerned.
    """
    complete = np.zeros(len(has_value), dtype=np.bool_)
    with_group = np.zeros(len(has_value), dtype=np.bool_)
    complete[parts.derived[parts.base]] = True
    with_group[parts.derived[~parts.base]] = True
    loose = ~figures.level & has_value & ~(complete & with_group)
    faults = [
        Fault(
            "estimates",
            figures.indicators[indicator],
            "the level of the group and of the reference group beside every gap",
            f"{int((figures.indicator[loose] == indicator).sum())} gaps without",
            "Hand over the table as `compute` makes it.",
        )
        for indicator in np.unique(figures.indicator[loose])
    ]
    if faults:
        raise DisclosureError(faults)


def inherit(severity: Ints, parts: Parts) -> Ints:
    """The severity of every figure; that of a derived one is at least the highest of its levels."""
    inherited = severity.copy()
    np.maximum.at(inherited, parts.derived, severity[parts.level])
    return inherited
