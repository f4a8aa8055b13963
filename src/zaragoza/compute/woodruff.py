"""Intervals of quantiles: those of the share below them, turned back (Woodruff 1952; oracle README, Quantiles)."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Protocol

import numpy as np

from zaragoza.compute import intervals
from zaragoza.compute.codes import Codes, Floats
from zaragoza.compute.scores import Linearised, Scores, ShareBelow
from zaragoza.model.indicator import QuantileInterval

_NONE = 1e-12  # an error of a share below it is rounding


class Errors(Protocol):
    """What turns scores into standard errors by domain."""

    def standard_error(self, scores: Scores, value: Floats) -> Floats:
        """By domain."""


@dataclass(frozen=True)
class Woodruff:
    """A quantile's interval, its standard error (high - low)/(2 t), and scores that give that error."""

    limits: intervals.Limits
    standard_error: Floats
    scores: Scores


def woodruff(
    found: Linearised,
    below: ShareBelow,
    kind: QuantileInterval,
    errors: Errors,
    df: Floats,
    answered: Floats,
    domain: Codes,
    confidence: float,
) -> Woodruff:
    """The interval of a quantile in every domain.

    The scores of the share, times minus the ratio of the two errors, are the quantile's: its density is then the one
    that the interval shows, and gaps between quantiles keep their covariance.

    Args:
        found: the quantile, with the scores of the share below it.
        below: that share.
        kind: which interval.
        errors: of the design.
        df: by domain, degrees of freedom of the rows that answered.
        answered: by domain, their number.
        domain: of each cell.
        confidence: e.g. 0.95.
    """
    error = errors.standard_error(found.scores, below.share)
    if kind == "score":
        low, high = _score_limits(below, errors, df, confidence)
    else:
        shares = intervals.share_limits(kind, below.share, error, df, answered, confidence)
        low, high = (below.inverse(limit) for limit in shares)
    with np.errstate(divide="ignore", invalid="ignore"):
        made = (high - low) / (2 * intervals.reach(df, confidence))
        factor = np.where(error > 0, -made / error, 0.0)
    factor = np.where(np.isfinite(factor), factor, 0.0)
    return Woodruff((low, high), made, found.scores.scaled(factor, domain, below.share, found.value))


def _score_limits(below: ShareBelow, errors: Errors, df: Floats, confidence: float) -> intervals.Limits:
    """The values from which (F - p)/se exceeds -t, and exceeds t: the test of the share inverted, by halving."""
    critical = intervals.reach(df, confidence)
    low, high = (_crossing(below, errors, sign * critical) for sign in (-1.0, 1.0))
    return low, high


def _crossing(quantile: ShareBelow, errors: Errors, critical: Floats) -> Floats:
    """By domain, a value at which the test statistic exceeds a critical value while at the one before it does not.

    It is the first such value where the statistic rises throughout; in clusters it may fall back in places.
    """
    below = np.full(len(quantile.share), -1)
    above = np.array([len(points) - 1 for points in quantile.points])
    while (above - below > 1).any():
        middle = np.maximum((below + above) // 2, 0)
        limit = np.array(
            [
                points[at] if len(points) else np.nan
                for points, at in zip(quantile.points, middle, strict=True)
            ]
        )
        share, scores = quantile.scores(limit)
        error = errors.standard_error(scores, share)
        with np.errstate(divide="ignore", invalid="ignore"):
            exceeds = np.where(error > _NONE, (share - quantile.p) / error > critical, share > quantile.p)
        open_ = above - below > 1
        above, below = np.where(open_ & exceeds, middle, above), np.where(open_ & ~exceeds, middle, below)
    return np.array(
        [points[at] if len(points) else np.nan for points, at in zip(quantile.points, above, strict=True)]
    )
