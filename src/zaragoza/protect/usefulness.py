"""How useful a figure is to readers: which is to be shown where not both can be."""

from __future__ import annotations

import numpy as np

from zaragoza.model.classification import TOTAL, UNKNOWN
from zaragoza.protect.figures import ABSENT, Bools, Figures, Ints


def rank_by_use(figures: Figures, reference: Bools, n: Ints) -> Ints:
    """The place of every row in the order of usefulness, the most useful first.

    Totals come before the figures by one column, these before the figures by two, and so on. A reference group
    counts as the total that it stands in for, since every gap hangs on it. Whoever could not be classified is of
    least use. Among equals the figure about more persons comes first.

    Args:
        figures: the keys of the rows.
        reference: rows of a reference group.
        n: persons behind each row.
    """
    codes = figures.coordinates[figures.coordinate, 2:]
    detail = np.sum(codes != _codes(figures, TOTAL), axis=1) - reference
    unclassified = np.any(codes == _codes(figures, UNKNOWN), axis=1)
    order = np.lexsort((figures.coordinate, -n, detail, unclassified))
    rank = np.empty(len(order), dtype=np.int64)
    rank[order] = np.arange(len(order))
    return rank


def _codes(figures: Figures, category: str) -> Ints:
    """The code of a category in each breakdown column; where it is not, one that no row has."""
    return np.array(
        [names.index(category) if category in names else ABSENT for names in figures.labels], dtype=np.int64
    )
