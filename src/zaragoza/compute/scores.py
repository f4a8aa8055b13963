"""Linearised values of a measure: what its error is made from."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace

import numpy as np

from zaragoza.compute.codes import Codes, Flags, Floats


@dataclass(frozen=True)
class Scores:
    """A measure's scores in every domain, or its replicates.

    The score of a unit for domain d is the sum of its cells in d plus, where every row of the sample takes part
    (an estimated threshold, calibrated weights), loads[d] times the unit's shared scores.

    Attributes:
        own: one entry a cell.
        loads: domains x K.
        shared: units of the last stage x K.
        replicates: domains x R, the measure under each set of replicate weights; then the rest is not used.
    """

    own: Floats
    loads: Floats | None = None
    shared: Floats | None = None
    replicates: Floats | None = None

    def scaled(self, factor: Floats, domain: Codes, old: Floats, new: Floats) -> Scores:
        """The scores times a factor for each domain; replicates take their distance from an old value to a new one."""
        centred = self.replicates
        if centred is not None:
            centred = new[:, None] + factor[:, None] * (centred - old[:, None])
        loads = None if self.loads is None else self.loads * factor[:, None]
        return replace(self, own=self.own * factor[domain], loads=loads, replicates=centred)


@dataclass(frozen=True)
class ShareBelow:
    """What turns the error of the share below a quantile into one of the quantile.

    Attributes:
        p: the share asked for.
        share: by domain, the share up to and including the quantile.
        points: by domain, the distinct values in order.
        inverse: the value for a share of each domain.
        scores: the share up to a given value of each domain, and its scores.
    """

    p: float
    share: Floats
    points: Sequence[Floats]
    inverse: Callable[[Floats], Floats]
    scores: Callable[[Floats], tuple[Floats, Scores]]


@dataclass(frozen=True)
class Linearised:
    """A measure in every domain, ready for its error.

    Attributes:
        value: by domain, NaN where there is none.
        scores: of a quantile, those of the share below it.
        defined: by domain, whether the scores are.
        below: of a quantile, the share below it; None for other kinds.
    """

    value: Floats
    scores: Scores
    defined: Flags
    below: ShareBelow | None = None


@dataclass(frozen=True)
class Replication:
    """How replicates become an error: V = scale sum_r rscales_r (t_r - c)^2 (methods/05 section 4).

    Attributes:
        scale, rscales: factors of the method.
        around_estimate: c is the estimate itself; otherwise the mean of the replicates with rscales above 0.
        degrees_of_freedom: of the whole design.
        domain_df: by domain.
    """

    scale: float
    rscales: Floats
    around_estimate: bool
    degrees_of_freedom: float
    domain_df: Floats

    def standard_error(self, replicates: Floats, value: Floats) -> Floats:
        """By row of `replicates` (rows x R); NaN where a replicate has no value."""
        counting = replicates[:, self.rscales > 0]
        around_estimate = self.around_estimate or not counting.shape[1]  # a full count has no replicates
        centre = (value if around_estimate else counting.mean(axis=1))[:, None]
        with np.errstate(invalid="ignore"):
            error: Floats = np.sqrt(self.scale * ((replicates - centre) ** 2 @ self.rscales))
        return error
