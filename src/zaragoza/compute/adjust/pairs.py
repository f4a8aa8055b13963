"""A group and its reference group with their covariates, as cells of a sample."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from zaragoza.compute.adjust.table import AdjustTable, make_table
from zaragoza.compute.cells import Cells
from zaragoza.compute.codes import Codes, Floats
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
        cell: the cells of these domains, in the order of their sampling units.
        place: for each of those cells, its domain's place in the table.
        start: for each sampling unit of the pair, the place of its first cell among those.
        units: of the pair, by code of the frame, in ascending order.
    """

    row: Row
    domains: Codes
    table: AdjustTable
    cell: Codes
    place: Codes
    start: Codes
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
    position = cells.by.index(group)
    needed = [cells.by.index(name) for name in adjustment.covariates if name in numbers]
    by_row: dict[Row, list[int]] = {}
    for code, row in enumerate(cells.categories):
        if all(row[column] != UNKNOWN for column in needed):
            by_row.setdefault(row[: position + 1], []).append(code)
    cells_of = _cells_of(cells, by_row)
    for row, own in by_row.items():
        reference_row = (*row[:-1], reference)
        base = by_row.get(reference_row, [])
        if row[-1] not in (reference, TOTAL) and base:
            table = _covariates(cells, [*own, *base], len(own), adjustment.covariates, numbers)
            cell = np.concatenate([cells_of[row], cells_of[reference_row]])
            yield _pair(cells, row, [*own, *base], cell, table)


def find_wholes(cells: Cells, group: str) -> Iterator[Pair]:
    """All groups together, everything else held equal: one side, with the group as covariate.

    Args:
        cells: by the other columns and the group, in this order.
        group: column of the groups.
    """
    position = cells.by.index(group)
    by_row: dict[Row, list[int]] = {}
    for code, row in enumerate(cells.categories):
        if row[position] != TOTAL:
            by_row.setdefault(row[:position], []).append(code)
    cells_of = _cells_of(cells, by_row)
    for row, domains in by_row.items():
        table = _covariates(cells, domains, len(domains), (group,), ())
        yield _pair(cells, (*row, TOTAL), domains, cells_of[row], table)


def _pair(cells: Cells, row: Row, domains: Sequence[int], cell: Codes, table: AdjustTable) -> Pair:
    """The pair of these domains and their cells."""
    cell = cell[np.argsort(cells.unit[cell], kind="stable")]  # sorted runs: a merge
    unit = cells.unit[cell]
    start = np.flatnonzero(np.diff(unit, prepend=-1))
    place = np.zeros(len(cells.categories), dtype=np.int64)
    place[domains] = np.arange(len(domains))
    return Pair(
        row=row,
        domains=np.array(domains, dtype=np.int64),
        table=table,
        cell=cell,
        place=place[cells.domain[cell]],
        start=start,
        units=unit[start],
    )


def _cells_of(cells: Cells, by_row: Mapping[Row, Sequence[int]]) -> dict[Row, Codes]:
    """The cells of the domains of each row, in the order of their sampling units."""
    number = np.full(len(cells.categories), len(by_row), dtype=np.int64)
    for code, domains in enumerate(by_row.values()):
        number[domains] = code
    order = np.argsort(cells.unit, kind="stable")
    order = order[np.argsort(number[cells.domain[order]], kind="stable")]
    starts = np.searchsorted(number[cells.domain[order]], np.arange(len(by_row) + 1))
    return {row: order[starts[code] : starts[code + 1]] for code, row in enumerate(by_row)}


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
