"""Statistics of a distribution: quantiles, poverty and inequality, each with its linearised values.

A new statistic is one class: its value under any weights, which is all that replicates need, and the influence of every
row on it, which linearisation needs (Deville 1999; Osier 2009; methods/05 section 3; oracle README, Linearisation).
Values are proportions or the variable's unit. `group` is the domain, `everyone` the whole population of the call.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Protocol, TypeVar

import numpy as np

from zaragoza.compute.codes import Floats
from zaragoza.compute.distribution import Distribution
from zaragoza.model.indicator import Kind, Measure

Value = TypeVar("Value", float, Floats)


@dataclass(frozen=True)
class Influence:
    """How a statistic of a group reacts to one more person like each row (times the row's weight: its score).

    Attributes:
        own: of each row of the group.
        load: what the reaction of the national threshold is multiplied by, for every row of the population.
    """

    own: Floats
    load: float = 0.0


class Statistic(Protocol):
    """One statistic."""

    def value(self, group: Distribution, everyone: Distribution, measure: Measure) -> Floats:
        """One value for each set of weights; NaN where it is not defined."""

    def influence(self, group: Distribution, everyone: Distribution, measure: Measure) -> Influence:
        """Under the sample's own weights."""


def tied(value: Value) -> Value:
    """A quantile that was interpolated between tied values lies a last bit off them; it includes them all."""
    return value + 1e-12 * abs(value)


def quantile_influence(at: Distribution, q: float, p: float) -> Floats:
    """-(1(y <= q) - p)/(N f(q))."""
    below = (at.values <= tied(q)).astype(np.float64)
    influence: Floats = (p - below) / (float(at.size[0]) * at.density(q))
    return influence


def threshold_value(base: Distribution, measure: Measure) -> Floats:
    """The poverty threshold: a fraction of a quantile, 60 % of the median unless told otherwise."""
    line: Floats = measure.fraction * base.quantile(measure.p, measure.rule)
    return line


def threshold_influence(base: Distribution, measure: Measure) -> Floats:
    """The fraction times the influence of its quantile."""
    q = float(base.quantile(measure.p, measure.rule)[0])
    influence: Floats = measure.fraction * quantile_influence(base, q, measure.p)
    return influence


def poverty_line(group: Distribution, everyone: Distribution, measure: Measure) -> Floats:
    """The threshold that the poor of a group are under, one for each set of weights."""
    if measure.threshold == "national":
        return threshold_value(everyone, measure)
    if measure.threshold == "own":
        return threshold_value(group, measure)
    return np.full(len(group.weights), measure.threshold)


def _reaction(load: float, own: Floats, group: Distribution, measure: Measure) -> Influence:
    """An influence that depends on the threshold through `load`."""
    if measure.threshold == "own":
        return Influence(own + load * threshold_influence(group, measure))
    return Influence(own, load if measure.threshold == "national" else 0.0)


class Quantile:
    """The value below which a share p lies."""

    def value(self, group: Distribution, everyone: Distribution, measure: Measure) -> Floats:
        """By set of weights."""
        return group.quantile(measure.p, measure.rule)

    def influence(self, group: Distribution, everyone: Distribution, measure: Measure) -> Influence:
        """Up to the density: 1(y <= q) - F(q), over N; the interval of F gives the density (Woodruff)."""
        q = tied(float(group.quantile(measure.p, measure.rule)[0]))
        share = float(group.weight_below(np.array([q]), inclusive=True)[0] / group.size[0])
        below = (group.values <= q).astype(np.float64)
        return Influence((below - share) / float(group.size[0]))


class PovertyThreshold:
    """A fraction of the median."""

    def value(self, group: Distribution, everyone: Distribution, measure: Measure) -> Floats:
        """By set of weights."""
        return threshold_value(group, measure)

    def influence(self, group: Distribution, everyone: Distribution, measure: Measure) -> Influence:
        """That of its quantile, times the fraction."""
        return Influence(threshold_influence(group, measure))


class PovertyRate:
    """The share of the group below the threshold; the estimated threshold counts in the error."""

    def value(self, group: Distribution, everyone: Distribution, measure: Measure) -> Floats:
        """By set of weights."""
        poor, known = group.poverty(poverty_line(group, everyone, measure))
        rate: Floats = poor / known
        return rate

    def influence(self, group: Distribution, everyone: Distribution, measure: Measure) -> Influence:
        """(1(poor) - r 1(known))/N + f(T) z_T: the density at the threshold, of those in the group of whom it decides.

        Who is known only below the threshold enters the numerator and the denominator there: the rate moves by 1 - r.
        """
        line = poverty_line(group, everyone, measure)
        rate, size = float(self.value(group, everyone, measure)[0]), float(group.poverty(line)[1][0])
        poor, known = group.poor(float(line[0]))
        own = (poor - rate * known) / size
        deciding = group.deciding
        if not isinstance(measure.threshold, str) or not len(deciding.values):
            return Influence(own)
        counts = 1.0 if deciding.also is None else np.where(np.isnan(deciding.also), 1 - rate, 1.0)
        return _reaction(deciding.slope(float(line[0]), counts) / size, own, group, measure)


class MedianOfPoor:
    """The median income of those of the group below the threshold."""

    def value(self, group: Distribution, everyone: Distribution, measure: Measure) -> Floats:
        """By set of weights."""
        return _median_of_poor(group, poverty_line(group, everyone, measure), measure)

    def influence(self, group: Distribution, everyone: Distribution, measure: Measure) -> Influence:
        """(z_r/2 - (1(y <= m) - r/2)/N)/f(m), with z_r of the poverty rate."""
        line = poverty_line(group, everyone, measure)
        own, load = _median_reaction(group, float(line[0]), float(_median_of_poor(group, line, measure)[0]))
        return _reaction(load, own, group, measure)


def _median_of_poor(group: Distribution, line: Floats, measure: Measure) -> Floats:
    return group.below(line).quantile(0.5, measure.rule)


def _median_reaction(group: Distribution, line: float, middle: float) -> tuple[Floats, float]:
    """How the median of the poor reacts to each row at a known threshold, and to the threshold."""
    size, height = float(group.size[0]), group.density(middle)
    poor = (group.values < line).astype(np.float64)
    rate = float(group.weights[0] @ poor) / size
    own = (0.5 * (poor - rate) - ((group.values <= tied(middle)) - 0.5 * rate)) / (size * height)
    return own, _over(0.5 * group.density(line), height)


class PovertyGap:
    """The relative median gap: 1 - median income of the poor / threshold."""

    def value(self, group: Distribution, everyone: Distribution, measure: Measure) -> Floats:
        """By set of weights."""
        line = poverty_line(group, everyone, measure)
        return 1 - _median_of_poor(group, line, measure) / line

    def influence(self, group: Distribution, everyone: Distribution, measure: Measure) -> Influence:
        """Is m z_T/T^2 - z_m/T, with z_m of the median of the poor."""
        line = poverty_line(group, everyone, measure)
        limit, middle = float(line[0]), float(_median_of_poor(group, line, measure)[0])
        own, load = _median_reaction(group, limit, middle)
        load = _over(middle, limit**2) - _over(load, limit)
        return _reaction(load, -own / limit, group, measure)


def _over(top: float, bottom: float) -> float:
    """A quotient; NaN where there is none."""
    return top / bottom if bottom else np.nan


class QuintileRatio:
    """S80/S20: what the best-off fifth receives over what the worst-off fifth receives, as sums or as means."""

    def value(self, group: Distribution, everyone: Distribution, measure: Measure) -> Floats:
        """By set of weights."""
        lower, upper = _fifths(group, measure)
        top, bottom = group.sum_above(upper), group.sum_below(lower)
        if measure.variant == "means":
            top = top / (group.size - group.weight_below(upper, inclusive=True))
            bottom = bottom / group.weight_below(lower, inclusive=True)
        return np.where(bottom > 0, top / bottom, np.nan)

    def influence(self, group: Distribution, everyone: Distribution, measure: Measure) -> Influence:
        """(B zA - A zB)/B^2; for means also the sizes of the fifths react, by 0.2 each."""
        y, weights = group.values, group.weights[0]
        lower, upper = (float(limit[0]) for limit in _fifths(group, measure))
        top, bottom = float(weights @ (y * (y > upper))), float(weights @ (y * (y <= lower)))
        at_top = y * (y > upper) - group.amount_density(upper) * quantile_influence(group, upper, 0.8)
        at_bottom = y * (y <= lower) + group.amount_density(lower) * quantile_influence(group, lower, 0.2)
        if measure.variant != "means":
            return Influence((bottom * at_top - top * at_bottom) / bottom**2)
        above, under = float(weights @ (y > upper)), float(weights @ (y <= lower))
        if not (above and under and top and bottom):  # an empty fifth, or one without income: no error
            return Influence(np.full(len(y), np.nan))
        ratio = (top / above) / (bottom / under)
        return Influence(ratio * (at_top / top - 0.2 / above - at_bottom / bottom + 0.2 / under))


def _fifths(group: Distribution, measure: Measure) -> tuple[Floats, Floats]:
    """The 20 % and 80 % quantiles, by set of weights."""
    lower, upper = group.quantile(0.2, measure.rule), group.quantile(0.8, measure.rule)
    return tied(lower), tied(upper)


class Gini:
    """Gini's coefficient, by laeken's and Eurostat's formula or by convey's, which is a little larger."""

    def value(self, group: Distribution, everyone: Distribution, measure: Measure) -> Floats:
        """By set of weights."""
        y, weights, upto = group.values, group.weights, group.cumulated
        if measure.variant == "convey":
            sums = np.einsum("rn,n,rn->r", weights, y, 2 * upto - 1)
        else:
            sums = np.einsum("rn,n,rn->r", weights, y, 2 * upto - weights)
        return np.where(group.total > 0, sums / (group.size * group.total) - 1, np.nan)

    def influence(self, group: Distribution, everyone: Distribution, measure: Measure) -> Influence:
        """(2 (T - G + w y + cw y) - y - (g + 1)(T + N y))/(N T), G the cumulated w y (Osier 2009)."""
        y, weights = group.values, group.weights[0]
        size, total = float(group.size[0]), float(group.total[0])
        gini = float(self.value(group, everyone, measure)[0])
        received = np.cumsum(weights * y)
        reaction = 2 * (total - received + weights * y + group.cumulated[0] * y) - y
        return Influence((reaction - (gini + 1) * (total + size * y)) / (size * total))


STATISTICS: Mapping[Kind, Statistic] = {
    "quantile": Quantile(),
    "poverty_threshold": PovertyThreshold(),
    "poverty_rate": PovertyRate(),
    "median_of_poor": MedianOfPoor(),
    "poverty_gap": PovertyGap(),
    "quintile_ratio": QuintileRatio(),
    "gini": Gini(),
}
