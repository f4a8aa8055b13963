"""How uncertain hidden cells must stay: how far apart their bounds, and which values must remain possible."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from zaragoza.protect.figures import Bools, Floats, Ints

# Of what is asked so much at most is put down to rounding, lest a large number beside it make it nothing.
_ROUNDED = 0.1
_SAME = 1e-9  # of what is asked: such differences are rounding


@dataclass(frozen=True, repr=False)  # reached values come from contributions: nothing may print them
class Demand:
    """One entry a cell.

    Attributes:
        width: the bounds must be at least so far apart.
        low, high: they must reach down to `low` and up to `high`; where `low` is above `high` nothing of this is asked.
    """

    width: Floats
    low: Floats
    high: Floats

    @classmethod
    def of_width(cls, width: Floats) -> Demand:
        """Nothing but a width."""
        return cls(width, np.full(len(width), np.inf), np.full(len(width), -np.inf))

    @property
    def reaches(self) -> Bools:
        """Cells of which certain values must remain possible."""
        return np.asarray(self.low <= self.high)

    @property
    def span(self) -> Floats:
        """How far apart the bounds are at least that meet all of it."""
        with np.errstate(invalid="ignore"):
            return np.maximum(self.width, np.where(self.reaches, self.high - self.low, 0.0))

    @property
    def least(self) -> float:
        """The smallest width that is asked of any; without end where none is."""
        return float(self.width[self.width > 0].min(initial=np.inf))

    def of(self, index: Ints) -> Demand:
        """The entries at an index."""
        return Demand(self.width[index], self.low[index], self.high[index])

    def put(self, index: Ints, other: Demand) -> None:
        """Replaces the entries at an index."""
        self.width[index], self.low[index], self.high[index] = other.width, other.low, other.high

    def where(self, cells: Bools) -> Demand:
        """The same for these cells; of the others nothing is asked."""
        return Demand(
            np.where(cells, self.width, 0.0),
            np.where(cells, self.low, np.inf),
            np.where(cells, self.high, -np.inf),
        )

    def strictest(self, of: Ints, count: int) -> Demand:
        """All that is asked of cells that are one number; `of` tells which of so many numbers each is."""
        width, low, high = np.full(count, -np.inf), np.full(count, np.inf), np.full(count, -np.inf)
        np.maximum.at(width, of, self.width)
        np.minimum.at(low, of, self.low)
        np.maximum.at(high, of, self.high)
        return Demand(width, low, high)

    def met(self, low: Floats, high: Floats, rounding: Floats | float) -> Bools:
        """Cells whose bounds, or the tables found, reach far enough."""
        near = np.minimum(rounding, _ROUNDED * self.width)
        reached = np.minimum(rounding, _ROUNDED * self.span)
        wide = high - low >= self.width - near
        return np.asarray(wide & (low <= self.low + reached) & (high >= self.high - reached))

    def laxer(self, other: Demand) -> Bools:
        """Cells of which another one asks more, and not by rounding."""
        span = other.span
        near = _SAME * np.where(np.isfinite(span), span, 0.0)
        more = (other.low < self.low - near) | (other.high > self.high + near)
        return np.asarray((self.width < other.width) | more)
