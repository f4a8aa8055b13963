"""A group and its reference group with their covariates, as cells of a sample."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import numpy as np

from zaragoza.compute.adjust.table import AdjustTable, make_table
from zaragoza.compute.cells import Cells
from zaragoza.compute.codes import Codes, Floats, compress
from zaragoza.compute.rows import Rows
from zaragoza.model.adjustment import Adjustment
from zaragoza.model.classification import TOTAL, UNKNOWN

Row = tuple[str, ...]


@dataclass(frozen=True)
class Pair:
    """A group and its reference group, everything else but the covariates held equal.

    Attributes:
        row: categories of the other columns and of the group.
        domains: the fine domains of both, by group and covariates.
        table: their covariates, with sizes and totals still empty.
        cell: the cells of these domains.
        place: for each of those cells, its domain's place in the table.
        entry: for each of those cells, its sampling unit among those of the pair.
        units: of the pair, by code of the frame.
    """

    row: Row
    domains: Codes
    table: AdjustTable
    cell: Codes
    place: Codes
    entry: Codes
    units: Codes

    def positions(self, rows: Rows) -> Codes:
        """For each person the place of the domain in the table; -1 for those of neither side."""
        place = np.full(len(rows.categories), -1)
        place[self.domains] = np.arange(len(self.domains))
        return place[rows.domain]


def find_pairs(
    cells: Cells, group: str, reference: str, adjustment: Adjustment, numbers: Sequence[str]
) -> Iterator[Pair]:
    """Every group with its reference group; persons of whom a number is not known belong to neither.

    Args:
        cells: by the other columns, the group and the covariates, in this order.
        group: column of the groups.
        reference: code of the reference group.
        adjustment: names the covariates.
        numbers: covariates that are numbers; the others are categories.
    """
    place = cells.by.index(group)
    needed = [cells.by.index(name) for name in adjustment.covariates if name in numbers]
    by_row: dict[Row, list[int]] = {}
    for code, row in enumerate(cells.categories):
        if all(row[position] != UNKNOWN for position in needed):
            by_row.setdefault(row[: place + 1], []).append(code)
    placed = _Placed(cells)
    for row, own in by_row.items():
        base = by_row.get((*row[:-1], reference), [])
        if row[-1] not in (reference, TOTAL) and base:
            table = _covariates(cells, [*own, *base], len(own), adjustment.covariates, numbers)
            yield placed.pair(row, [*own, *base], table)


def find_wholes(cells: Cells, group: str) -> Iterator[Pair]:
    """All groups together, everything else held equal: one side, with the group as covariate.

    Args:
        cells: by the other columns and the group, in this order.
        group: column of the groups.
    """
    place = cells.by.index(group)
    by_row: dict[Row, list[int]] = {}
    for code, row in enumerate(cells.categories):
        if row[place] != TOTAL:
            by_row.setdefault(row[:place], []).append(code)
    placed = _Placed(cells)
    for row, domains in by_row.items():
        yield placed.pair((*row, TOTAL), domains, _covariates(cells, domains, len(domains), (group,), ()))


class _Placed:
    """The cells of each domain."""

    def __init__(self, cells: Cells) -> None:
        self._cells = cells
        self._order = np.argsort(cells.domain, kind="stable")
        self._starts = np.searchsorted(cells.domain[self._order], np.arange(len(cells.categories) + 1))

    def pair(self, row: Row, domains: Sequence[int], table: AdjustTable) -> Pair:
        """The pair of these domains."""
        order, starts = self._order, self._starts
        chosen = [order[starts[d] : starts[d + 1]] for d in domains]
        cell = np.concatenate(chosen)
        units, entry = compress(self._cells.unit[cell])
        return Pair(
            row=row,
            domains=np.array(domains, dtype=np.int64),
            table=table,
            cell=cell,
            place=np.repeat(np.arange(len(domains)), [len(part) for part in chosen]),
            entry=entry,
            units=units,
        )


def _covariates(
    cells: Cells, domains: Sequence[int], own: int, covariates: Sequence[str], numbers: Sequence[str]
) -> AdjustTable:
    rows = [cells.categories[domain] for domain in domains]
    values: dict[str, Sequence[str] | Floats] = {}
    for name in covariates:
        position = cells.by.index(name)
        labels = [row[position] for row in rows]
        values[name] = np.array([float(label) for label in labels]) if name in numbers else labels
    nothing = np.zeros(len(domains))
    return make_table(np.arange(len(domains)) < own, values, nothing, nothing, nothing)
