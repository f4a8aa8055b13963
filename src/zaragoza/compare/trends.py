"""Whether a figure gets better, and how fast a gap closes, from published values and their errors."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Literal

import numpy as np
from scipy.special import ndtri, stdtrit

from zaragoza.compare.scoreboard import BREAK, NO_ERROR_KNOWN
from zaragoza.compare.scores import Floats
from zaragoza.compare.series import Row, null, number

Verdict = Literal["improving", "worsening", "no_clear_change"]
Pace = Literal["closing", "opening", "no_clear_change"]
FEWEST_YEARS = 4  # for a line and an error of it
ONE_YEAR = "one_year"


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
    half = _normal(confidence) * float(error)
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
    t = _student(confidence, n - 2)
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


@lru_cache(maxsize=64)
def _student(confidence: float, df: int) -> float:
    return float(stdtrit(df, (1 + confidence) / 2))


@lru_cache(maxsize=8)
def _normal(confidence: float) -> float:
    return float(ndtri((1 + confidence) / 2))


def trend(
    rows: Sequence[Mapping[str, object]],
    high_is_good: bool | None,
    correlation: float = 0.0,
    confidence: float = 0.95,
) -> Row:
    """The trend of one series since its last break.

    Args:
        rows: in the order of the years, each once: `period` (a year), `value`, and where known `standard_error` and
            `break` (true where the series is not comparable with the years before).
        high_is_good: whether a high figure is good; None for gaps, of which closer to 0 is better.
        correlation: between the errors of two years.
        confidence: of the intervals.

    Returns:
        Of `model.trend.TREND_FIELDS` those that there are.
    """
    since = max((place for place, row in enumerate(rows) if row.get("break")), default=0)
    kept = [dict(row) for row in rows[since:] if row["value"] is not None]
    values, years = (np.array([number(row, name) for row in kept]) for name in ("value", "period"))
    if len(kept) < 2:
        found = int(years[0]) if kept else None
        return {"first": found, "last": found, "reason": BREAK if since else ONE_YEAR}
    result: Row = {"first": int(years[0]), "last": int(years[-1])}
    errors = [number({"standard_error": None} | row, "standard_error") for row in kept[-2:]]
    result |= _last_change(values[-2:], errors, high_is_good, correlation, confidence)
    line = fit(years, values, confidence)
    return result if line is None else result | _pace(line, gaps=high_is_good is None)


def _last_change(
    values: Floats, errors: Sequence[float], high_is_good: bool | None, correlation: float, confidence: float
) -> Row:
    """The change of the last year; a gap gets better as it gets nearer to 0, from either side."""
    before, after = map(float, values)
    made = change(before, after, errors[0], errors[1], correlation, confidence)
    if np.isnan(made.low):
        return {"change": null(made.value), "reason": NO_ERROR_KNOWN}
    judged = made
    if high_is_good is None:
        judged = change(abs(before), abs(after), errors[0], errors[1], correlation, confidence)
    told = verdict(judged, bool(high_is_good))
    return {"change": made.value, "ci_low": made.low, "ci_high": made.high, "verdict": told}


def _pace(line: Line, *, gaps: bool) -> Row:
    slope, zero = line.slope, line.zero
    found: Row = {"pace": slope.value, "pace_low": slope.low, "pace_high": slope.high}
    if gaps:
        found["closing"] = line.closing
        if zero is not None:
            found |= {"year_closed": zero.value, "year_low": zero.low, "year_high": zero.high}
    return found
