"""Tables that are too sparse to be protected well, and the finest of their margins that is not."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from itertools import combinations

import pyarrow as pa

from zaragoza.model.classification import TOTAL, Breakdown
from zaragoza.model.estimate import LEVEL
from zaragoza.protect.merge import breakdown_columns

_SPARSE = 0.5  # of the figures: a table of which more is hidden for people's sake tells little
_FOR_PEOPLE = frozenset(("too_few", "dominance", "secondary"))


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
    counted = _counted(observations)
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


Counted = dict[frozenset[str], tuple[int, int]]


def _counted(observations: pa.Table) -> Counted:
    """By the columns whose categories are no totals, how many levels there are and how many are hidden."""
    columns = breakdown_columns(observations)
    found: Counted = {}
    codes = [observations[name].to_pylist() for name in columns]
    rows = zip(observations["statistic"].to_pylist(), observations["reason"].to_pylist(), *codes, strict=True)
    for statistic, reason, *row in rows:
        if statistic == LEVEL and reason != "not_measured":
            by = frozenset(name for name, code in zip(columns, row, strict=True) if code != TOTAL)
            figures, hidden = found.get(by, (0, 0))
            found[by] = figures + 1, hidden + (reason in _FOR_PEOPLE)
    return found


def _shown(counted: Counted, by: tuple[str, ...]) -> Shown:
    figures, hidden = counted.get(frozenset(by), (0, 0))
    return Shown(by, figures, hidden)
