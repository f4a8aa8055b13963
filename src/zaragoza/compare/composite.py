"""Composite indices: indicators on one scale, put together with weights that the reader may change.

An index says as much about its weights as about the places, so ranks come with the interval in which they lie when
weights, and what is published with an error, vary (OECD and JRC, Handbook on Constructing Composite Indicators, 2008).
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Literal, get_args

import numpy as np

from zaragoza.compare.scores import Floats

Normalisation = Literal["min_max", "z_score", "goalposts", "rank"]
Aggregation = Literal["arithmetic", "geometric", "harmonic"]
NORMALISATIONS: tuple[Normalisation, ...] = get_args(Normalisation)
AGGREGATIONS: tuple[Aggregation, ...] = get_args(Aggregation)
LEAST_COVERAGE = 0.65  # of the weight of a place's indicators (methods/08 section 2)


@dataclass(frozen=True)
class Recipe:
    """How an index is made.

    Attributes:
        high_is_good: by indicator.
        weights: by indicator; they count as parts of their sum.
        normalisation: how indicators come on one scale.
        aggregation: how they are put together; all but the arithmetic mean need numbers above 0.
        scale: between which normalised values lie (min_max, goalposts, rank).
        goalposts: lowest and highest by indicator, fixed over the years; values beyond are clipped.
        least_coverage: part of the weights with a value below which a place has no index.
    """

    high_is_good: tuple[bool, ...]
    weights: tuple[float, ...]
    normalisation: Normalisation = "min_max"
    aggregation: Aggregation = "arithmetic"
    scale: tuple[float, float] = (1.0, 100.0)
    goalposts: tuple[tuple[float, float], ...] | None = None
    least_coverage: float = LEAST_COVERAGE


def normalise(values: Floats, recipe: Recipe) -> Floats:
    """Values by place and indicator on one scale, high is good; NaN where all places are the same.

    Source: methods/08 section 3.
    """
    good = np.array(recipe.high_is_good)
    turned = np.where(good, values, -values)
    low, high = recipe.scale
    if recipe.normalisation == "z_score":
        return _z_scores(turned)
    if recipe.normalisation == "rank":
        part = _ranks(turned)
    elif recipe.goalposts is not None:
        posts = np.array(recipe.goalposts, dtype=np.float64)
        least, most = posts[:, 0], posts[:, 1]
        part = _ratio(np.clip(values, least, most) - least, most - least)
        part = np.where(good, part, 1 - part)
    else:
        least = np.min(turned, axis=-2, keepdims=True, initial=np.inf, where=np.isfinite(turned))
        most = np.max(turned, axis=-2, keepdims=True, initial=-np.inf, where=np.isfinite(turned))
        part = _ratio(turned - least, most - least)
    return low + (high - low) * part


def index(normalised: Floats, weights: Floats, recipe: Recipe) -> Floats:
    """The index of every place; weights of indicators without a value fall to the others.

    Args:
        normalised: by place (last axis but one) and indicator.
        weights: by indicator, with the same leading axes.
        recipe: aggregation and coverage.
    """
    there = np.isfinite(normalised)
    share = np.where(there, weights[..., None, :], 0.0)
    covered = share.sum(axis=-1) / weights.sum(axis=-1)[..., None]
    share = _ratio(share, share.sum(axis=-1, keepdims=True))
    made = _MEANS[recipe.aggregation](np.where(there, normalised, 1.0), share)
    return np.where(covered >= recipe.least_coverage, made, np.nan)


@dataclass(frozen=True)
class RankIntervals:
    """Rank of every place (1 the best), and where it lies in most draws; NaN without an index."""

    rank: Floats
    median: Floats
    mean: Floats
    low: Floats
    high: Floats


def rank_intervals(
    values: Floats, errors: Floats, recipe: Recipe, *, vary: float = 0.25, draws: int = 1000, seed: int = 1
) -> RankIntervals:
    """Ranks when weights vary between (1 - vary) and (1 + vary) times their own, and values by their errors.

    Args:
        values: by place and indicator; NaN where there is none.
        errors: standard errors; 0 or NaN where none is counted.
        recipe: how the index is made.
        vary: of the weights.
        draws: number of draws.
        seed: of the draws.

    Source: methods/08 section 6.
    """
    random = np.random.default_rng(seed)
    weights = np.array(recipe.weights)
    varied = weights * random.uniform(1 - vary, 1 + vary, (draws, len(weights)))
    noise = np.nan_to_num(errors) * random.standard_normal((draws, *values.shape))
    drawn = index(normalise(values + noise, recipe), varied, recipe)
    ranks = _places(drawn)
    own = _places(index(normalise(values, recipe), weights, recipe)[None])[0]
    there = np.isfinite(own)
    low, median, high = (np.full(len(own), np.nan) for _ in range(3))
    low[there], median[there], high[there] = np.quantile(
        ranks[:, there], (0.05, 0.5, 0.95), axis=0, method="inverted_cdf"
    )
    mean = np.full(len(own), np.nan)
    mean[there] = ranks[:, there].mean(axis=0)
    return RankIntervals(own, median, mean, low, high)


def _places(figures: Floats) -> Floats:
    """Ranks in each draw, the highest first; ties share the mean of their ranks."""
    better = (figures[:, None, :] > figures[:, :, None]).sum(axis=-1)
    same = (figures[:, None, :] == figures[:, :, None]).sum(axis=-1)
    return np.where(np.isfinite(figures), better + (same + 1) / 2, np.nan)


def _z_scores(values: Floats) -> Floats:
    """Distances to the mean of the places in standard deviations over N."""
    there = np.isfinite(values)
    n = np.maximum(there.sum(axis=-2, keepdims=True), 1)
    distance = values - np.where(there, values, 0.0).sum(axis=-2, keepdims=True) / n
    variance = np.where(there, distance**2, 0.0).sum(axis=-2, keepdims=True) / n
    return _ratio(distance, np.sqrt(variance))


def _ratio(top: Floats, bottom: Floats) -> Floats:
    """NaN where the places do not differ."""
    with np.errstate(invalid="ignore", divide="ignore"):
        return np.asarray(np.where(bottom > 0, top / bottom, np.nan))


def _ranks(values: Floats) -> Floats:
    """Percentile ranks (rank - 1) / (N - 1), ties averaged."""
    below = (values[..., None, :, :] < values[..., :, None, :]).sum(axis=-2)
    same = (values[..., None, :, :] == values[..., :, None, :]).sum(axis=-2)
    n = np.isfinite(values).sum(axis=-2, keepdims=True)
    return np.where(np.isfinite(values), _ratio(below + (same - 1) / 2, n - 1.0), np.nan)


def _geometric(values: Floats, share: Floats) -> Floats:
    with np.errstate(invalid="ignore", divide="ignore"):
        found: Floats = np.exp((share * np.log(values)).sum(axis=-1))
    return found


def _harmonic(values: Floats, share: Floats) -> Floats:
    with np.errstate(divide="ignore"):
        found: Floats = 1 / (share / values).sum(axis=-1)
    return found


_MEANS: dict[Aggregation, Callable[[Floats, Floats], Floats]] = {
    "arithmetic": lambda values, share: (share * values).sum(axis=-1),
    "geometric": _geometric,
    "harmonic": _harmonic,
}
