"""How useful a figure is to readers: which is to be shown where not both can be, and what is lost when it is hidden."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np

from zaragoza.model.classification import TOTAL, UNKNOWN
from zaragoza.model.disclosure import Cost
from zaragoza.model.indicator import Indicator
from zaragoza.protect.figures import ABSENT, Bools, Figures, Floats, Ints

_STEP = 10.0  # a figure by one column fewer tells so many times as much


@dataclass(frozen=True)
class Usefulness:
    """What makes a figure more or less useful, one entry a row.

    Attributes:
        n: persons behind it.
        detail: by how many columns it is broken down; a reference group by one less, as it stands in for its total.
        unclassified: figures about people who could not be classified.
        neutral: figures of indicators of which more is neither better nor worse, such as a number of people. They say
            who there is, the others how people fare, which is what readers came for.
        coordinate: where it lies.
        columns: by how many columns figures can be broken down.
    """

    n: Ints
    detail: Ints
    unclassified: Bools
    neutral: Bools
    coordinate: Ints
    columns: int

    @classmethod
    def of(
        cls, figures: Figures, reference: Bools, n: Ints, indicators: Mapping[str, Indicator]
    ) -> Usefulness:
        """Reads it off the keys of the rows.

        Args:
            figures: the keys of the rows.
            reference: rows of a reference group.
            n: persons behind each row.
            indicators: by id, all that the figures name.
        """
        codes = figures.coordinates[figures.coordinate, 2:]
        neutral = np.array([indicators[name].direction == "neutral" for name in figures.indicators], np.bool_)
        return cls(
            n=n,
            detail=np.asarray(np.sum(codes != _codes(figures, TOTAL), axis=1) - reference),
            unclassified=np.asarray(np.any(codes == _codes(figures, UNKNOWN), axis=1)),
            neutral=neutral[figures.indicator],
            coordinate=figures.coordinate,
            columns=len(figures.columns),
        )

    @property
    def rank(self) -> Ints:
        """The place of every row in the order of usefulness, the most useful first.

        Totals come before the figures by one column, these before figures by two, and so on. A reference group counts
        as the total that it stands in for, since every gap hangs on it. Whoever could not be classified is of least
        use. Among equals how people fare comes before who there is, and the figure about more persons first.
        """
        order = np.lexsort((self.coordinate, -self.n, self.neutral, self.detail, self.unclassified))
        rank = np.empty(len(order), dtype=np.int64)
        rank[order] = np.arange(len(order))
        return rank

    @property
    def indispensable(self) -> Bools:
        """Totals of everything, and the reference groups that stand in for them."""
        return np.asarray((self.detail <= 0) & ~self.unclassified)

    def cost(self, cost: Cost) -> Floats:
        """What is lost when a row is hidden, by the custodian's choice; never nothing, lest it be for nothing."""
        persons = np.maximum(self.n, 1).astype(np.float64)
        if cost == "count":
            return np.ones(len(self.n))
        if cost == "value":
            return persons
        size = np.log1p(persons)
        if cost == "log":
            return size
        told = self.columns - np.maximum(self.detail, 0) + ~self.neutral
        return np.where(self.unclassified, size / _STEP, size * _STEP ** told.astype(np.float64))


def _codes(figures: Figures, category: str) -> Ints:
    """The code of a category in each breakdown column; where it is not, one that no row has."""
    return np.array(
        [names.index(category) if category in names else ABSENT for names in figures.labels], dtype=np.int64
    )
