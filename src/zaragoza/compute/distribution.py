"""The distribution of a variable: its values in order, with their weights; quantiles and densities of it."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property

import numpy as np

from zaragoza.compute.codes import Flags, Floats
from zaragoza.model.indicator import Rule

_HIT = 1e-12  # a cumulated share this near to p has reached it: the last bit of a sum must not decide


@dataclass(frozen=True)
class Distribution:
    """Values in ascending order with their weights.

    Attributes:
        values: n values.
        weights: R x n, a row for each set of weights: the sample's own, or replicates. The sample's are above zero.
        also: n, 1 where a person is poor whatever the value (which may then be a filler), 0 where the value decides,
            NaN where that is not known: a value below the line then makes poor, and with another the person does not
            count. None: the value decides for all.
    """

    values: Floats
    weights: Floats
    also: Floats | None = None

    def part(self, here: Flags) -> Distribution:
        """Some of the persons."""
        also = None if self.also is None else self.also[here]
        return Distribution(self.values[here], self.weights[:, here], also)

    def poor(self, line: float) -> tuple[Flags, Flags]:
        """n: whether a person is poor, and whether it is known."""
        below = self.values < line
        if self.also is None:
            return below, np.ones(len(below), dtype=bool)
        poor = below | (self.also == 1)
        return poor, poor | (self.also == 0)

    def poverty(self, line: Floats) -> tuple[Floats, Floats]:
        """R: the weight of the poor, and of all of whom it is known whether they are (NaN where there is none)."""
        if self.also is None:
            return self.weight_below(line), self.size
        certain, decided = self.part(self.also == 1).whole, self.part(self.also == 0)
        doubtful = self.part(np.isnan(self.also)).weight_below(line)
        known = certain + decided.whole + doubtful
        return certain + decided.weight_below(line) + doubtful, np.where(known > 0, known, np.nan)

    @property
    def deciding(self) -> Distribution:
        """Those who would cross the line with their value."""
        return self if self.also is None else self.part(self.also != 1)

    @cached_property
    def cumulated(self) -> Floats:
        """R x n: the weight up to and including each value."""
        return np.cumsum(self.weights, axis=1)

    @cached_property
    def whole(self) -> Floats:
        """R: the sum of the weights."""
        return self.cumulated[:, -1] if len(self.values) else np.zeros(len(self.weights))

    @cached_property
    def size(self) -> Floats:
        """R: the sum of the weights; NaN where there is none."""
        return np.where(self.whole > 0, self.whole, np.nan)

    @cached_property
    def total(self) -> Floats:
        """R: the weighted sum of the values."""
        sums: Floats = self.weights @ self.values
        return sums

    def weight_below(self, limit: Floats, *, inclusive: bool = False) -> Floats:
        """R: the weight of values under a limit (one for each set of weights), or up to and including it."""
        return _upto(self.cumulated, self._position(limit, inclusive=inclusive))

    def sum_below(self, limit: Floats) -> Floats:
        """R: the weighted sum of the values up to and including a limit."""
        return _upto(self._amounts, self._position(limit, inclusive=True))

    def sum_above(self, limit: Floats) -> Floats:
        """R: the weighted sum of the values above a limit, 0 where there are none."""
        if not len(self.values):
            return np.zeros(len(self.weights))
        return self._amounts[:, -1] - self.sum_below(limit)

    @cached_property
    def _amounts(self) -> Floats:
        """R x n: the weighted sum of the values up to and including each."""
        return np.cumsum(self.weights * self.values, axis=1)

    def below(self, limit: Floats) -> Distribution:
        """The values under a limit; of several sets of weights, each with weight 0 from its own limit on."""
        position = self._position(limit, inclusive=False)
        end = int(position.max(initial=0))
        kept = np.arange(end) < position[:, None]
        return Distribution(self.values[:end], np.where(kept, self.weights[:, :end], 0.0))

    def quantile(self, p: float | Floats, rule: Rule) -> Floats:
        """R: the value below which a share p of the weight lies, by a rule (oracle README, Quantiles).

        `math`: the smallest value whose cumulated share reaches p. `school`: on an exact hit the mean of it and the
        next. `laeken`: the smallest whose share exceeds p. `hf4`, `hf6`, `hf7`, `hf8`: Hyndman and Fan's, with weights.
        """
        shares = np.broadcast_to(np.asarray(p, dtype=np.float64), (len(self.weights),))
        found = [
            self._quantile(row, float(share), rule) if size > 0 else np.nan
            for row, (share, size) in enumerate(zip(shares, self.size, strict=True))
        ]
        return np.array(found, dtype=np.float64)

    def _quantile(self, row: int, p: float, rule: Rule) -> float:
        if not 0 <= p <= 1:
            return np.nan
        if rule in ("hf4", "hf6", "hf7", "hf8"):
            return self._interpolated(row, p, rule)
        cumulated = self.cumulated[row]
        last = int(np.searchsorted(cumulated, cumulated[-1]))  # the last value with a weight
        target, reach = p * cumulated[-1], _HIT * cumulated[-1]
        first = min(int(np.searchsorted(cumulated, max(target - reach, 0.0), "left")), last)
        if p == 0:
            first = int(np.searchsorted(cumulated, 0.0, "right"))
        hit = abs(cumulated[first] - target) <= reach
        if rule == "math" or not hit or first == last:
            return float(self.values[first])
        following = int(np.searchsorted(cumulated, cumulated[first] + reach, "right"))
        after = float(self.values[min(following, last)])
        return after if rule == "laeken" else (float(self.values[first]) + after) / 2

    def _interpolated(self, row: int, p: float, rule: Rule) -> float:
        present = self.weights[row] > 0
        values, weights = self.values[present], self.weights[row][present]
        upto = np.cumsum(weights)
        whole, last = upto[-1], weights[-1]
        if rule == "hf4":
            places = upto / whole
        elif rule == "hf6":
            places = upto / (whole + last)
        elif rule == "hf7":
            places = (upto - weights) / upto[-2] if len(upto) > 1 else np.zeros(1)
        else:
            places = ((upto - weights) / 3 + 2 * upto / 3) / (whole + last / 3)
        return float(np.interp(p, places, values))

    def _position(self, limit: Floats, *, inclusive: bool) -> Floats:
        side = "right" if inclusive else "left"
        found: Floats = np.searchsorted(self.values, np.where(np.isnan(limit), -np.inf, limit), side)  # type: ignore[call-overload]  # a literal either way
        return found

    @cached_property
    def bandwidth(self) -> float:
        """Of the Gaussian kernel: S / N^(1/5), S the weighted standard deviation (methods/05 section 3)."""
        if (self.values[:1] == self.values[-1:]).all():
            return 0.0  # the last bits of a mean of equal values must not make a width
        size, weights = float(self.size[0]), self.weights[0]
        mean = float(self.total[0]) / size
        variance = float(weights @ (self.values - mean) ** 2) / size
        return float(np.sqrt(variance) / size**0.2)

    def density(self, x: float) -> float:
        """The kernel density at x, of the sample's own weights."""
        return self.slope(x) / float(self.size[0])

    def amount_density(self, x: float) -> float:
        """The derivative at x of the weighted sum of the values up to x."""
        return self.slope(x, self.values)

    def slope(self, x: float, counts: Floats | float = 1.0) -> float:
        """The derivative at x of the weight up to x, where a person counts so many times."""
        width = self.bandwidth
        if not width > 0:
            return np.nan
        distance = (x - self.values) / width
        height = np.exp(-0.5 * distance * distance) / np.sqrt(2 * np.pi)
        return float(self.weights[0] * counts @ height / width)


def _upto(cumulated: Floats, position: Floats) -> Floats:
    """Of each row the sum before a position; 0 before the first."""
    if not cumulated.shape[1]:
        return np.zeros(len(cumulated))
    place = np.maximum(position - 1, 0).astype(np.int64)
    found = np.take_along_axis(cumulated, place[:, None], axis=1)[:, 0]
    return np.where(position > 0, found, 0.0)
