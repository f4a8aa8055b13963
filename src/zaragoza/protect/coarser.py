"""Tables that are too sparse to be protected well, and the finest of their margins that is not."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from itertools import combinations

import numpy as np
import pyarrow as pa

from zaragoza.errors import DisclosureError, Fault
from zaragoza.model.classification import TOTAL, Breakdown
from zaragoza.model.estimate import LEVEL
from zaragoza.protect.figures import Bools
from zaragoza.protect.merge import breakdown_columns

_SPARSE = 0.5  # of the figures: a table of which more is hidden for people's sake tells little
_FOR_PEOPLE = frozenset(("too_few", "dominance", "secondary"))

_MOST_FIGURES = 10_000  # of a table that may be sparse

Counted = dict[frozenset[str], tuple[int, int]]  # by columns, figures and how many of them are hidden


@dataclass(frozen=True)
class Shown:
    """How much of a table is shown.

    Attributes:
        by: its columns.
        figures: levels in its cells, margins left out, that somebody is behind.
        hidden: of these, those that are hidden for the sake of people.
    """

    by: tuple[str, ...]
    figures: int
    hidden: int

    @property
    def sparse(self) -> bool:
        """Whether so much is hidden that a coarser table would tell more."""
        return self.hidden > _SPARSE * self.figures


@dataclass(frozen=True)
class Coarser:
    """A sparse table, and what can be shown in its place.

    Attributes:
        table: that is too sparse.
        instead: the margin with most columns that is not, and of these the one with most figures shown; None if no
            margin by a column is.
    """

    table: Shown
    instead: Shown | None


def coarser(observations: pa.Table, breakdowns: Iterable[Breakdown]) -> tuple[Coarser, ...]:
    """The tables of a release that are too sparse, each with the coarser one that can be shown.

    Args:
        observations: as `protect` makes them.
        breakdowns: the tables.
    """
    columns = breakdown_columns(observations)
    return _proposed(_counted(observations, columns, observations["reason"].to_pylist()), breakdowns)


def refuse_sparse(
    estimates: pa.Table,
    columns: Sequence[str],
    too_few: Bools,
    breakdowns: Iterable[Breakdown],
    most: int = _MOST_FIGURES,
) -> None:
    """Refuses a large table that is too sparse before anything is hidden for the sake of others.

    A table of many thousand cells takes long to protect, and of one of which most figures are about too few people
    little would be left.

    Args:
        estimates: as `compute` makes them.
        columns: their breakdown columns.
        too_few: rows about too few people.
        breakdowns: the tables.
        most: figures of a table that may be sparse.

    Raises:
        DisclosureError: with a fault for each table, which names the coarser one that can be protected.
    """
    reasons = np.where(too_few, "too_few", "published").tolist()
    faults = [
        Fault(
            "monitor",
            "breakdowns, " + " x ".join(sparse.table.by),
            f"at most half of the figures of a table of more than {most:,} about too few people",
            f"{sparse.table.hidden:,} of {sparse.table.figures:,}",
            _way_out(sparse.instead),
        )
        for sparse in _proposed(_counted(estimates, columns, reasons), breakdowns)
        if sparse.table.figures > most
    ]
    if faults:
        raise DisclosureError(faults)


def _way_out(instead: Shown | None) -> str:
    noise = 'broader categories, or `method = "cell_key"`'
    if instead is None:
        return f"No margin by one of its columns does better. Use {noise}."
    by = " x ".join(instead.by)
    return (
        f"Publish the table by {by}, of which {instead.hidden:,} of {instead.figures:,} are, or use {noise}."
    )


def _proposed(counted: Counted, breakdowns: Iterable[Breakdown]) -> tuple[Coarser, ...]:
    found = []
    for breakdown in breakdowns:
        table = _shown(counted, breakdown.by)
        if table.sparse:
            margins = [
                margin
                for size in range(len(breakdown.by) - 1, 0, -1)
                for by in combinations(breakdown.by, size)
                if not (margin := _shown(counted, by)).sparse and margin.figures
            ]
            best = max(margins, key=lambda each: (len(each.by), each.figures - each.hidden), default=None)
            found.append(Coarser(table, best))
    return tuple(found)


def _counted(table: pa.Table, columns: Sequence[str], reasons: Sequence[str]) -> Counted:
    """By the columns whose categories are no totals, how many levels there are and how many are hidden."""
    found: Counted = {}
    codes = [table[name].to_pylist() for name in columns]
    rows = zip(table["statistic"].to_pylist(), reasons, *codes, strict=True)
    for statistic, reason, *row in rows:
        if statistic == LEVEL and reason != "not_measured":
            by = frozenset(name for name, code in zip(columns, row, strict=True) if code != TOTAL)
            figures, hidden = found.get(by, (0, 0))
            found[by] = figures + 1, hidden + (reason in _FOR_PEOPLE)
    return found


def _shown(counted: Counted, by: tuple[str, ...]) -> Shown:
    figures, hidden = counted.get(frozenset(by), (0, 0))
    return Shown(by, figures, hidden)
