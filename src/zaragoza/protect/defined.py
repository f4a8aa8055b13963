"""Figures that their own definition gives away: of people aged 65 and over all are 65 and over.

Nothing is learned about a person from such a figure beyond the category, so that the rule on classes that hold all does
not apply to it.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping

import numpy as np

from zaragoza.model.classification import Classification
from zaragoza.model.expression import Expression
from zaragoza.model.indicator import Indicator
from zaragoza.protect.figures import ABSENT, Bools, Figures, Ints
from zaragoza.protect.lines import LEFT, RIGHT, Lines, column_lines, spread


def by_definition(
    figures: Figures,
    n: Ints,
    positive: Ints,
    indicators: Mapping[str, Indicator],
    classifications: Iterable[Classification],
    min_count: int,
) -> Bools:
    """Rows of shares of which the definition, or the other rows, tell that all people or none are in the class.

    A category does so if it reads every variable that the share's condition reads, and of all its people, the minimum
    count or more, all are in the class or none. So do the parts of such a category; and totals, all or none of which
    are in the class, that consist of nothing else.

    Args:
        figures: the keys of the rows.
        n: people behind each row.
        positive: of these, those in the class.
        indicators: by id.
        classifications: behind the breakdown columns; a column without one tells nothing.
        min_count: of people.
    """
    found = np.zeros(len(n), dtype=np.bool_)
    one_class = figures.level & (n > 0) & ((positive == 0) | (positive == n))
    reads = {each.id: each.variables for each in classifications}
    for number, name in enumerate(figures.indicators):
        variables = _condition(indicators[name])
        for column, of_column in enumerate(figures.columns):
            if variables and variables <= reads.get(of_column, frozenset()):
                own = figures.level & (figures.indicator == number)
                found |= own & _settled(figures, own & one_class & (n >= min_count), column)
    while (more := _totals(figures, n, found, one_class) & ~found).any():
        found |= more
    return np.asarray(found & one_class)


def _condition(indicator: Indicator) -> frozenset[str]:
    """The variables that the class of a share is made of; none where it is no such share."""
    measure = indicator.measure
    if indicator.kind != "share" or measure.plausible > 1:
        return frozenset()
    return Expression.parse(measure.of).variables


def _settled(figures: Figures, all_or_none: Bools, column: int) -> Bools:
    """Rows in categories of a column whose margins, at the same period and place, hold all or none."""
    codes, totals = figures.coordinates[:, 2:], np.array(figures.totals)
    others = np.delete(np.arange(len(totals)), column)
    margin = (codes[:, others] == totals[others]).all(axis=1) & (codes[:, column] != totals[column])
    at = figures.coordinates[:, [0, 1, column + 2]]
    _, place = np.unique(at, axis=0, return_inverse=True)
    settled = place[figures.coordinate[all_or_none & margin[figures.coordinate]]]
    return np.asarray(np.isin(place, settled)[figures.coordinate])


def _totals(figures: Figures, n: Ints, found: Bools, one_class: Bools) -> Bools:
    """Totals with all or none in the class, and along a column no people but in rows that are found."""
    after = np.zeros(len(n), dtype=np.bool_)
    there = np.where((figures.row_of != ABSENT) & (n[figures.row_of] > 0), figures.row_of, ABSENT)
    for kind in column_lines(figures):
        lines: Lines = spread(kind, there)
        left = lines.of(lines.side == LEFT)
        whole = np.bincount(left.line, ~found[left.cell], lines.count) == 0
        right = lines.of(lines.side == RIGHT)
        after[right.cell[whole[right.line]]] = True
    return np.asarray(after & one_class)
