"""How useful a figure is to readers: which is to be shown where not both can be, and what is lost when it is hidden."""

from __future__ import annotations

import numpy as np

from zaragoza.model.classification import TOTAL, UNKNOWN
from zaragoza.model.disclosure import Cost
from zaragoza.protect.figures import ABSENT, Bools, Figures, Floats, Ints

_STEP = 10.0  # a figure by one column fewer tells so many times as much


def rank_by_use(figures: Figures, reference: Bools, n: Ints) -> Ints:
    """The place of every row in the order of usefulness, the most useful first.

    Totals come before the figures by one column, these before figures by two, and so on. A reference group counts as
    the total that it stands in for, since every gap hangs on it. Whoever could not be classified is of least use. Among
    equals the figure about more persons comes first.

    Args:
        figures: the keys of the rows.
        reference: rows of a reference group.
        n: persons behind each row.
    """
    order = np.lexsort((figures.coordinate, -n, _detail(figures, reference), _unclassified(figures)))
    rank = np.empty(len(order), dtype=np.int64)
    rank[order] = np.arange(len(order))
    return rank


def indispensable(figures: Figures, reference: Bools) -> Bools:
    """Totals of everything, and the reference groups that stand in for them; the arguments as of `rank_by_use`."""
    return np.asarray((_detail(figures, reference) <= 0) & ~_unclassified(figures))


def cost_of_hiding(figures: Figures, reference: Bools, n: Ints, cost: Cost) -> Floats:
    """What is lost when a row is hidden; never nothing, lest figures be hidden for nothing.

    Args:
        figures: the keys of the rows.
        reference: rows of a reference group.
        n: persons behind each row.
        cost: the custodian's choice.
    """
    persons = np.maximum(n, 1).astype(np.float64)
    if cost == "count":
        return np.ones(len(n))
    if cost == "value":
        return persons
    size = np.log1p(persons)
    if cost == "log":
        return size
    detail = np.maximum(_detail(figures, reference), 0)
    return np.where(_unclassified(figures), size / _STEP, size * _STEP ** (len(figures.columns) - detail))


def _detail(figures: Figures, reference: Bools) -> Ints:
    """By how many columns each row is broken down; a reference group by one less."""
    codes = figures.coordinates[figures.coordinate, 2:]
    return np.asarray(np.sum(codes != _codes(figures, TOTAL), axis=1) - reference)


def _unclassified(figures: Figures) -> Bools:
    codes = figures.coordinates[figures.coordinate, 2:]
    return np.asarray(np.any(codes == _codes(figures, UNKNOWN), axis=1))


def _codes(figures: Figures, category: str) -> Ints:
    """The code of a category in each breakdown column; where it is not, one that no row has."""
    return np.array(
        [names.index(category) if category in names else ABSENT for names in figures.labels], dtype=np.int64
    )
