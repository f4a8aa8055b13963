"""A scoreboard: every place rated by its level and change, and how sure the rating is."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np

from zaragoza.compare.posterior import Published, draw_true
from zaragoza.compare.scores import Bools, Floats, Places, Scores, score
from zaragoza.model.rating import RatingRule

NO_ERROR_KNOWN = "no_error_known"
NO_LEVEL, NO_CHANGE, TOO_FEW_PLACES, BREAK = "no_level", "no_change", "too_few_places", "break_in_series"
NOT_RATED = "not_rated"  # an aggregate, or a combination of level and change on which the rule is silent
_FEWEST_WITH_ERROR = 3  # below it nothing can be said of the super-population
RANKS = (0.05, 0.95)
SURE = 0.9  # probability from which on the category of a place counts as told apart from the others


@dataclass(frozen=True)
class Errors:
    """Standard errors of levels and changes and the correlation of the two errors; NaN where not known."""

    level: Floats
    change: Floats
    correlation: Floats

    @property
    def known(self) -> Bools:
        """Places with both errors."""
        return np.isfinite(self.level) & np.isfinite(self.change)

    def correlations(self) -> Floats:
        """Those that are known; else those of two years whose errors are independent.

        The change is the level less the earlier level, so the covariance of the two is then the variance of the level.
        """
        with np.errstate(invalid="ignore", divide="ignore"):
            independent = np.minimum(self.level / self.change, 1.0)
        return np.nan_to_num(np.where(np.isnan(self.correlation), independent, self.correlation))


@dataclass(frozen=True)
class Rating:
    """The rating of one indicator, an entry a place.

    Attributes:
        scores: of the published figures.
        probability: that the true category is the published one; NaN where no error is known.
        rank: of the level, 1 the best; NaN for places that do not count.
        rank_low, rank_high: between which the true rank lies with probability 0.9.
        reason: why there is no category or probability; None where both are there.
    """

    scores: Scores
    probability: Floats
    rank: Floats
    rank_low: Floats
    rank_high: Floats
    reason: tuple[str | None, ...]

    @property
    def undecided(self) -> float:
        """The part of the places with a probability of which the category is not sure; NaN without any."""
        known = self.probability[np.isfinite(self.probability)]
        return float((known < SURE).mean()) if len(known) else np.nan


def rate(
    places: Places, errors: Errors, rule: RatingRule, *, fewest: int = 2, draws: int = 2000, seed: int = 1
) -> Rating:
    """Scores, categories, their probabilities and ranks of one indicator.

    Args:
        places: levels and changes.
        errors: of them.
        rule: the rating rule.
        fewest: places with a level below which nothing is rated.
        draws: of true figures, from which probabilities and intervals of ranks are made.
        seed: of the draws.
    """
    counted = places.member & np.isfinite(places.level)
    scores = score(places, rule)
    rated = places.member | (rule.reference == "aggregate")
    category = np.where(rated & (counted.sum() >= fewest), scores.category, np.nan)
    scores = replace(scores, category=category)
    rank = _ranks(places.level[None], counted, places.high_is_good)[0]
    probability, low, high = (np.full(len(places.level), np.nan) for _ in range(3))
    uncertain = counted & errors.known & np.isfinite(_change(places))
    if uncertain.sum() >= _FEWEST_WITH_ERROR and counted.sum() >= fewest:
        drawn = _drawn(places, errors, uncertain, draws, seed)
        with_category = uncertain & np.isfinite(category)
        agreed = (score(drawn, rule).category == category).mean(axis=0)
        probability = np.where(with_category, agreed, np.nan)
        ranks = _ranks(drawn.level, counted, places.high_is_good)
        bounds = np.quantile(ranks[:, uncertain], RANKS, axis=0, method="inverted_cdf")
        low[uncertain], high[uncertain] = bounds
    reason = _reasons(places, scores, counted, rated, fewest, probability)
    return Rating(scores, probability, rank, low, high, reason)


def _change(places: Places) -> Floats:
    """Changes that count; one across a break counts as none."""
    return np.where(places.comparable, places.change, 0.0)


def _drawn(places: Places, errors: Errors, uncertain: Bools, draws: int, seed: int) -> Places:
    """The places with true figures drawn for those whose errors are known; the others as published."""
    published = Published(
        places.level[uncertain],
        _change(places)[uncertain],
        errors.level[uncertain],
        errors.change[uncertain],
        errors.correlations()[uncertain],
    )
    level = np.tile(places.level, (draws, 1))
    change = np.tile(places.change, (draws, 1))
    level[:, uncertain], change[:, uncertain] = draw_true(published, draws, seed)
    return replace(places, level=level, change=change)


def _ranks(level: Floats, counted: Bools, high_is_good: bool) -> Floats:
    """Rank of each place in each draw, 1 the best; ties share the mean of their ranks."""
    figures = level[:, counted] * (-1.0 if high_is_good else 1.0)
    better = (figures[:, None, :] < figures[:, :, None]).sum(axis=-1)
    as_good = (figures[:, None, :] == figures[:, :, None]).sum(axis=-1)
    ranks = np.full(level.shape, np.nan)
    ranks[:, counted] = better + (as_good + 1) / 2
    return ranks


def _reasons(
    places: Places, scores: Scores, counted: Bools, rated: Bools, fewest: int, probability: Floats
) -> tuple[str | None, ...]:
    unrated: Sequence[Bools] = (
        np.isnan(places.level),
        np.isnan(places.change) & places.comparable,
        np.full(len(rated), counted.sum() < fewest),
        ~rated | np.isnan(scores.category),
        ~places.comparable,
        np.isnan(probability),
    )
    names = (NO_LEVEL, NO_CHANGE, TOO_FEW_PLACES, NOT_RATED, BREAK, NO_ERROR_KNOWN)
    found = np.select(unrated, range(1, len(names) + 1), 0)
    return tuple(None if code == 0 else names[code - 1] for code in found)
