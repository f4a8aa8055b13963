"""Whether a figure gets better, and how fast a gap closes, from published values and their errors."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

import numpy as np
from scipy import stats

from zaragoza.compare.scores import Floats

Verdict = Literal["improving", "worsening", "no_clear_change"]
Pace = Literal["closing", "opening", "no_clear_change"]
FEWEST_YEARS = 4  # for a line and an error of it


@dataclass(frozen=True)
class Interval:
    """A value between its limits; the error behind it is known."""

    value: float
    low: float
    high: float

    @property
    def sign(self) -> int:
        """1 or -1 where the whole interval is on that side of 0, else 0."""
        return int(self.low > 0) - int(self.high < 0)


def change(
    earlier: float,
    later: float,
    earlier_error: float,
    later_error: float,
    correlation: float,
    confidence: float,
) -> Interval:
    """The change between two published figures, with a normal interval.

    Args:
        earlier: the figure of the earlier year.
        later: that of the later year.
        earlier_error: standard error of the earlier.
        later_error: that of the later.
        correlation: between the two errors; 0 for independent samples.
        confidence: of the interval.
    """
    error = np.sqrt(earlier_error**2 + later_error**2 - 2 * correlation * earlier_error * later_error)
    half = float(stats.norm.ppf((1 + confidence) / 2) * error)
    difference = later - earlier
    return Interval(difference, difference - half, difference + half)


def verdict(interval: Interval, high_is_good: bool) -> Verdict:
    """What an interval of a change says: a change of which 0 is not excluded is no clear change."""
    if interval.sign == 0:
        return "no_clear_change"
    return "improving" if (interval.sign > 0) == high_is_good else "worsening"


@dataclass(frozen=True)
class Line:
    """A straight line through yearly figures by least squares.

    Attributes:
        slope: change a year, with a t interval from the scatter around the line, which holds sampling error and the
            ups and downs of the years alike.
        closing: `closing` where the figures move towards 0, `opening` where they move away.
        zero: the year in which the line reaches 0, between its limits by Fieller; None where no year can be said,
            because the slope may be 0 or the line moves away.
    """

    slope: Interval
    closing: Pace
    zero: Interval | None


def fit(years: Floats, values: Floats, confidence: float) -> Line | None:
    """The line of a gap over years; None below FEWEST_YEARS, or where all values are the same.

    Args:
        years: without gaps in the sense of breaks; not all consecutive.
        values: of the gap.
        confidence: of the intervals.

    Source: Fieller, Journal of the Royal Statistical Society B 16 (1954), for the year.
    """
    n = len(years)
    if n < FEWEST_YEARS:
        return None
    x, centre = years - years.mean(), values.mean()
    spread = float(x @ x)
    slope = float(x @ values) / spread
    residuals = values - centre - slope * x
    variance = float(residuals @ residuals) / (n - 2)
    t = float(stats.t.ppf((1 + confidence) / 2, n - 2))
    half = t * np.sqrt(variance / spread)
    line = Interval(slope, slope - half, slope + half)
    last = centre + slope * x[-1]
    towards = -int(np.sign(last)) * line.sign
    pace: Pace = "no_clear_change" if towards == 0 else "closing" if towards > 0 else "opening"
    zero = (
        _zero(years.mean(), centre, slope, variance / n, variance / spread, t) if pace == "closing" else None
    )
    return Line(line, pace, zero)


def _zero(
    middle: float, centre: float, slope: float, centre_variance: float, slope_variance: float, t: float
) -> Interval:
    """Where the line crosses 0: a ratio of two independent normal numbers, by Fieller's theorem."""
    g = t**2 * slope_variance / slope**2  # below 1, as the slope's interval excludes 0
    ratio = -centre / slope
    half = t / abs(slope) * np.sqrt(centre_variance * (1 - g) + ratio**2 * slope_variance)
    return Interval(middle + ratio, middle + (ratio - half) / (1 - g), middle + (ratio + half) / (1 - g))
