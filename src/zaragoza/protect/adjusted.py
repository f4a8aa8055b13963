"""Adjusted figures tell of finer levels: those of the group and its reference group along what is held equal.

Adjusted gap and explained part add up to the raw gap, so they inherit the status of its two levels as every derived
figure does (decision 17). An adjusted level is moreover a weighted sum of the levels in the crossing of the group with
all covariates. Where tables show the group by each of these, that is one more equation beside their totals, from
which a hidden level could follow; so the adjusted figure is shown only where no level along its covariates is hidden
for the sake of people, or helps to hide another for whatever reason it is hidden itself. Where a covariate is in no
table with the group, the crossing holds levels of which nobody knows anything but their sums: the equation says what
these are together, and nothing about a figure in a table.

The contribution of one characteristic to the explained part is a product of two mixes' difference along it and what it
goes with; a mix that is hidden could be worked out from it, or from the others' contributions and their sum. So it is
shown only where no level along any characteristic of the set is hidden, whether or not tables show the others.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
import pyarrow as pa

from zaragoza.model.estimate import DETAIL
from zaragoza.protect.derived import Parts
from zaragoza.protect.figures import BETWEEN, Bools, Figures, Ints, adjustments, group_rows, texts


@dataclass(frozen=True)
class _Reach:
    """Adjusted rows and all rows by place: the same indicator, and the same but for the covariates.

    Attributes:
        row: adjusted rows, once for each of their two levels.
        place: of each entry of `row`.
        places: of every row of the table.
    """

    row: Ints
    place: Ints
    places: Ints


def tells_hidden(table: pa.Table, figures: Figures, parts: Parts, hidden: Bools) -> Bools:
    """Adjusted rows of which a level along a covariate is hidden.

    Args:
        table: estimates or observations.
        figures: its keys.
        parts: the levels that derived figures are made of.
        hidden: rows hidden for the sake of people, or helping to hide others.
    """
    found = np.zeros(len(hidden), dtype=np.bool_)
    for reach in _reaches(table, figures, parts):
        found[reach.row[np.isin(reach.place, reach.places[hidden & figures.level])]] = True
    return found


def told(table: pa.Table, figures: Figures, parts: Parts, shown: Bools) -> Bools:
    """Levels that lie along a covariate of an adjusted figure that is shown; the arguments as of `tells_hidden`."""
    found = np.zeros(len(shown), dtype=np.bool_)
    for reach in _reaches(table, figures, parts):
        found |= figures.level & np.isin(reach.places, reach.place[shown[reach.row]])
    return found


def _reaches(table: pa.Table, figures: Figures, parts: Parts) -> Iterator[_Reach]:
    """For each set, and each way in which tables already cross its covariates."""
    sets = np.array(adjustments(table), dtype=object)
    contributes = np.array([each is not None for each in texts(table, DETAIL)], dtype=np.bool_)
    codes = figures.coordinates[figures.coordinate, 2:]
    total = codes == np.array(figures.totals, dtype=np.int64)
    for name in sorted({each for each in sets if each is not None}):
        covariates = name.split(BETWEEN)
        columns = [place for place, column in enumerate(figures.columns) if column in covariates]
        for contribution in (False, True):
            chosen = (sets == name) & (contributes == contribution)
            entries = np.flatnonzero(chosen[parts.derived])
            if not columns or not (contribution or len(columns) == len(covariates)):
                continue
            crossed, count = group_rows(total[parts.derived[entries]][:, columns].astype(np.int64))
            for number in range(count):
                some = entries[crossed == number]
                free = [place for place in columns if total[parts.derived[some[0]], place]]
                if free:
                    yield _reach(figures, parts, some, free, all_known=not contribution)


def _reach(figures: Figures, parts: Parts, entries: Ints, free: list[int], *, all_known: bool) -> _Reach:
    """With `all_known` only entries whose group tables show along every one of these columns."""
    rest = figures.coordinates.copy()
    rest[:, [place + 2 for place in free]] = 0
    context, count = group_rows(rest)
    places = figures.indicator * count + context[figures.coordinate]
    of_entry = places[parts.level[entries]]
    known = np.ones(len(entries), dtype=np.bool_)
    for column in free if all_known else ():
        along = figures.coordinates[figures.coordinate, column + 2] != figures.totals[column]
        known &= np.isin(of_entry, places[figures.level & along])
    return _Reach(parts.derived[entries[known]], of_entry[known], places)
