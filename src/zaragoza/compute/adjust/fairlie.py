"""Fairlie's decomposition: what each covariate adds to a gap in shares, by switching it between persons of like rank.

Source: Fairlie (2005). He draws as many persons of the larger side as the smaller has, matches both sides by the rank
of their prediction, switches covariates in random order, and takes the mean over many draws. Here that mean itself is
computed: persons are matched at every share of the cumulated weights, and every order of the covariates counts alike.
"""

from __future__ import annotations

from math import comb

import numpy as np
from scipy.special import expit

from zaragoza.compute.adjust.nonlinear import Norm, fit_norm, mean_share
from zaragoza.compute.adjust.oaxaca import UNEXPLAINED
from zaragoza.compute.adjust.smooth import EXPLAINED, LEAST_GAP, SHARE_EXPLAINED, raw_gap, share_explained
from zaragoza.compute.adjust.table import Adjusted, AdjustTable, Part
from zaragoza.compute.codes import Codes, Floats

_EQUAL = 9  # decimals of predictions on the logit scale: what differs less is rounding


def fairlie(table: AdjustTable, coefficients: Norm = "pooled", *, least_gap: float = LEAST_GAP) -> Adjusted:
    """The parts of `decompose_logit`, and of what is explained the contribution of each covariate by switching it.

    Both sides are ranked by their prediction, and a person of one is matched with the person of the other who has the
    same share of the weights below. Covariates are switched from the reference person's to the group person's, one
    after the other; the contribution of one is the mean change of the predicted share, over all pairs and all k! orders
    of k covariates: that mean needs predictions for 2^k sets of switched covariates only (Shapley 1953).

    Ranks have no derivatives: the error of a contribution needs replicate weights. The whole parts do not hang on them.

    Args:
        table: cells of the two sides; the outcome is a share; at most `MOST_SWITCHED` covariates (model/adjustment).
        coefficients: b*, as of `decompose_logit`.
        least_gap: a smaller gap has no share that is explained.

    Returns:
        explained, unexplained, share_explained, and explained of each covariate (NaN where the whole is). Diagnostics
        and reason as of `decompose_logit`.
    """
    fitted = fit_norm(table, coefficients)
    if isinstance(fitted, str):
        return Adjusted((), reason=fitted)
    sides, norm = fitted
    gap = raw_gap(table)
    explained = mean_share(table, True, norm) - mean_share(table, False, norm)
    unexplained = gap - explained
    parts = [
        explained.part(EXPLAINED),
        unexplained.part(UNEXPLAINED),
        share_explained(gap, unexplained, least_gap).part(SHARE_EXPLAINED),
    ]
    known = 1.0 if np.isfinite(explained.value) else np.nan
    nothing = np.full(len(table.size), np.nan)
    parts += [
        Part(EXPLAINED, known * value, nothing, nothing, covariate)
        for covariate, value in _contributions(table, norm.value).items()
    ]
    return Adjusted(tuple(parts), sides.diagnostics(table))


def _contributions(table: AdjustTable, coefficients: Floats) -> dict[str, float]:
    """By covariate the mean change of the predicted share when it is switched."""
    covariates = tuple(dict.fromkeys(table.factor))
    predictor, effects = table.constant @ coefficients, table.x * coefficients[1:]
    group, reference, part = _matched(table, predictor)
    apart = effects[group] - effects[reference]
    belongs = np.array([[name == owner for name in covariates] for owner in table.factor], dtype=np.float64)
    change = apart @ belongs.reshape(len(table.factor), len(covariates))  # pairs x covariates
    count = len(covariates)
    switched = np.arange(2**count)[:, None] >> np.arange(count) & 1  # sets x covariates
    share = np.array([part @ expit(predictor[reference] + change @ chosen) for chosen in switched])
    size = switched.sum(axis=1)
    found = {}
    for place, covariate in enumerate(covariates):
        without = np.flatnonzero(switched[:, place] == 0)
        # Of all orders, the part in which just this set has been switched when the turn comes to the covariate.
        orders = 1 / (count * np.array([comb(count - 1, other) for other in size[without].tolist()]))
        found[covariate] = float(orders @ (share[without + 2**place] - share[without]))
    return found


def _matched(table: AdjustTable, predictor: Floats) -> tuple[Codes, Codes, Floats]:
    """Cells of the group and of the reference group with the same share of the weights below, and each pair's share."""
    (group, upto_group), (reference, upto_reference) = (
        _ranked(table, side, predictor) for side in (True, False)
    )
    upto = np.union1d(upto_group, upto_reference)
    below = np.append(0.0, upto[:-1])
    middle = (below + upto) / 2
    return (
        group[np.searchsorted(upto_group, middle)],
        reference[np.searchsorted(upto_reference, middle)],
        upto - below,
    )


def _ranked(table: AdjustTable, group: bool, predictor: Floats) -> tuple[Codes, Floats]:
    """Cells of a side in order of their prediction, equal ones in theirs, and their cumulated shares of the weights."""
    cells = np.flatnonzero(table.side(group))
    cells = cells[np.argsort(predictor[cells].round(_EQUAL), kind="stable")]
    cumulated = np.cumsum(table.size[cells])
    return cells, cumulated / cumulated[-1]
