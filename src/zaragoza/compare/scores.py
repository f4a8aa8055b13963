"""Scores and categories of one indicator over places, by a rating rule."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from zaragoza.model.rating import RatingRule

Floats = npt.NDArray[np.float64]
Bools = npt.NDArray[np.bool_]
_SAME = 1e-12  # of the mean: places that differ by rounding only


@dataclass(frozen=True)
class Places:
    """Levels and changes of one indicator, an entry a place; NaN where there is none.

    The arrays may have leading axes (draws): places are the last.

    Attributes:
        high_is_good: whether a high figure is good.
        member: places that make up mean and spread; aggregates such as the EU do not.
        comparable: places whose change is not across a break in the series.
        reference: level and change of the aggregate; NaN where it has none, so that the mean of the places stands in.
    """

    level: Floats
    change: Floats
    high_is_good: bool
    member: Bools
    comparable: Bools
    reference: tuple[float, float] = (np.nan, np.nan)


@dataclass(frozen=True)
class Scores:
    """Scores of level and change, and the category; NaN where there is none."""

    level: Floats
    change: Floats
    category: Floats


def score(places: Places, rule: RatingRule) -> Scores:
    """Scores and category of every place.

    A place without a level or a change has no category. A change across a break counts in no mean, and as no change
    (methods/07 section 2).
    """
    sign = 1.0 if places.high_is_good == (rule.positive == "better") else -1.0
    level = sign * _distance(places.level, places.member, places.reference[0], rule)
    comparable = places.member & places.comparable
    change = sign * _distance(places.change, comparable, places.reference[1], rule)
    change = np.where(places.comparable, change, 0.0)
    category = categorise(level, change, rule)
    if rule.spared:
        category = np.where(_spared(places, change, rule), _spare(level, rule), category)
    return Scores(level, change, np.where(np.isnan(level) | np.isnan(change), np.nan, category))


def _distance(values: Floats, counted: Bools, reference: float, rule: RatingRule) -> Floats:
    """Distance to the reference in spreads; 0 everywhere where the places do not differ."""
    there = counted & ~np.isnan(values)
    n = there.sum(axis=-1, keepdims=True)
    with np.errstate(invalid="ignore", divide="ignore"):
        mean = np.where(there, values, 0.0).sum(axis=-1, keepdims=True) / n
        squares = np.where(there, (values - mean) ** 2, 0.0).sum(axis=-1, keepdims=True)
        spread = np.sqrt(squares / (n if rule.spread == "population" else n - 1))
        centre = reference if rule.reference == "aggregate" and np.isfinite(reference) else mean
        scores = (values - centre) / spread * rule.factor
    flat = (spread <= _SAME * np.abs(mean)) & (n > 0)
    return np.where(flat & ~np.isnan(values), 0.0, scores)


def classes(scores: Floats, limits: tuple[float, ...], rule: RatingRule) -> npt.NDArray[np.int64]:
    """The class of each score between the limits, from 0."""
    count = np.less if rule.limit_belongs == "below" else np.less_equal
    passed = count(np.array(limits), np.nan_to_num(scores)[..., None])
    found: npt.NDArray[np.int64] = passed.sum(axis=-1, dtype=np.int64)
    return found


def categorise(level: Floats, change: Floats, rule: RatingRule) -> Floats:
    """The category by the two scores; NaN where the rule says nothing."""
    matrix = np.array(
        [[np.nan if code is None else code for code in row] for row in rule.matrix], dtype=float
    )
    found: Floats = matrix[classes(level, rule.level_limits, rule), classes(change, rule.change_limits, rule)]
    return found


def _spared(places: Places, change: Floats, rule: RatingRule) -> Bools:
    """Places that score as worsening although their figure did not get worse."""
    worst = rule.change_limits[-1] if rule.positive == "worse" else rule.change_limits[0]
    scored_worse = change >= worst if rule.positive == "worse" else change <= worst
    with np.errstate(invalid="ignore"):
        not_worse = places.change >= 0 if places.high_is_good else places.change <= 0
    return np.asarray(scored_worse & not_worse & places.comparable)


def _spare(level: Floats, rule: RatingRule) -> Floats:
    codes = np.array([np.nan if code is None else code for code in rule.spared], dtype=float)
    spared: Floats = codes[classes(level, rule.level_limits, rule)]
    return spared
