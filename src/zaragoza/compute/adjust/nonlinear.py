"""Decompositions of a gap in shares by logistic regression: in all, by Yun's weights, by Fairlie's switching.

Sources: Fairlie (2005), Yun (2004); methods/04 section 6.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

import numpy as np
from scipy.special import expit

from zaragoza.compute.adjust.oaxaca import UNEXPLAINED
from zaragoza.compute.adjust.regression import CONSTANT, Contrast, Sides, contrast_of, fit_sides, mean_columns
from zaragoza.compute.adjust.smooth import (
    EXPLAINED,
    LEAST_GAP,
    SHARE_EXPLAINED,
    Smooth,
    SmoothVector,
    raw_gap,
    share_explained,
)  # fmt: skip
from zaragoza.compute.adjust.table import Adjusted, AdjustTable, Part
from zaragoza.compute.codes import Codes, Floats

Norm = Literal["reference", "group", "neumark", "pooled"]
_MOST_PAIRS = 2000  # of persons matched in one draw


def decompose_logit(
    table: AdjustTable,
    coefficients: Norm = "reference",
    *,
    detail: bool = False,
    normalise: bool = False,
    least_gap: float = LEAST_GAP,
) -> Adjusted:
    """The part of a gap in shares that goes with other covariates, and the part that does not, by logistic regression.

    With F the logistic function, M_s(b) the weighted mean of F(x'b) over side s, and b* the coefficients that stand for
    both: explained = M_g(b*) - M_r(b*), unexplained = [M_g(b_g) - M_g(b*)] + [M_r(b*) - M_r(b_r)].

    Contributions by Yun's weights: of the explained part (xbar_g - xbar_r)_k b*_k, of the unexplained part
    xbar_gk (b_g - b*)_k and xbar_rk (b* - b_r)_k, each over its sum, times the part it belongs to.

    Args:
        table: cells of the two sides; the outcome is a share.
        coefficients: b*: of the `reference` group, the `group`, both together (`neumark`), or both together next to a
            term for the group (`pooled`; its constant is that of the reference group, so that here, unlike in a linear
            regression, it matters which of two groups is the reference).
        detail: whether contributions of covariates are given too; `constant` is that of the constant.
        normalise: as of `oaxaca`.
        least_gap: a smaller gap has no share that is explained.

    Returns:
        explained, unexplained, share_explained, and with `detail` explained and unexplained of each covariate (NaN
        where the weights add up to 0). Reason: `no_members`, or why a regression failed.
    """
    sides = fit_sides(table, "share")
    if isinstance(sides, str):
        return Adjusted((), reason=sides)
    norm = _norm(table, sides, coefficients)
    if isinstance(norm, str):
        return Adjusted((), reason=norm)
    group, reference = mean_columns(table, True), mean_columns(table, False)
    at_norm = {side: mean_share(table, side, norm) for side in (True, False)}
    explained = _Piece(EXPLAINED, at_norm[True] - at_norm[False], group - reference, norm)
    own = _Piece(UNEXPLAINED, mean_share(table, True, sides.group) - at_norm[True], group, sides.group - norm)
    other = _Piece(
        UNEXPLAINED,
        at_norm[False] - mean_share(table, False, sides.reference),
        reference,
        norm - sides.reference,
    )
    apart = {"reference": [own], "group": [other]}.get(coefficients, [own, other])
    gap, unexplained = raw_gap(table), _add([piece.whole for piece in apart])
    parts = [
        explained.whole.part(EXPLAINED),
        unexplained.part(UNEXPLAINED),
        share_explained(gap, unexplained, least_gap).part(SHARE_EXPLAINED),
    ]
    contrast = contrast_of(table, normalise)
    for covariate in contrast.covariates if detail else ():
        parts.append(explained.of(contrast, covariate).part(EXPLAINED, covariate))
        parts.append(_add([piece.of(contrast, covariate) for piece in apart]).part(UNEXPLAINED, covariate))
    return Adjusted(tuple(parts), sides.diagnostics(table))


def fairlie(
    table: AdjustTable,
    coefficients: Norm = "pooled",
    *,
    draws: int = 1000,
    seed: int = 0,
) -> Adjusted:
    """Contributions of covariates to the explained part by switching one after the other between matched persons.

    In each draw as many persons of each side as the smaller has (at most 2000) are taken at equal steps of the
    cumulated weights, in order of predicted share and from a random start: so each stands for the same weight, and both
    sides are matched by rank. Then covariates are switched from the reference person's to the group person's
    in random order; the contribution of one is the mean change of the predicted share. Draws are averaged. Where
    persons have one weight all of the smaller side take part, as in Fairlie (2005), of whose random subsample of the
    larger side this is the systematic form.

    The result hangs on ranks and so has no derivatives: its error needs replicate weights.

    Args:
        table: cells of the two sides; the outcome is a share.
        coefficients: b*, as of `decompose_logit`.
        draws: of subsample and order.
        seed: the same seed gives the same result.

    Returns:
        explained, unexplained (the rest of the gap), and explained of each covariate. Diagnostics: `draws`, `pairs`,
        `monte_carlo_error` (the largest of a contribution, from the spread of the draws), `variance` (`replicates`).
    """
    sides = fit_sides(table, "share")
    if isinstance(sides, str):
        return Adjusted((), reason=sides)
    norm = _norm(table, sides, coefficients)
    if isinstance(norm, str):
        return Adjusted((), reason=norm)
    covariates = tuple(dict.fromkeys(table.factor))
    owner = np.array([covariates.index(name) for name in table.factor], dtype=np.int64)
    predictor = table.constant @ norm.value
    ranked = {side: _ranked(table, side, predictor) for side in (True, False)}
    pairs = int(min(_MOST_PAIRS, table.n[table.side(True)].sum(), table.n[table.side(False)].sum()))
    random = np.random.default_rng(seed)
    found = np.stack([_switch(table, norm.value, owner, ranked, pairs, random) for _ in range(draws)])
    spread = found.std(axis=0, ddof=1) / np.sqrt(draws) if draws > 1 else np.full(found.shape[1], np.nan)
    mean = found.mean(axis=0)
    whole = float(mean.sum())
    parts = [_unsmooth(table, EXPLAINED, whole), _unsmooth(table, UNEXPLAINED, raw_gap(table).value - whole)]
    parts += [
        _unsmooth(table, EXPLAINED, float(value), name) for name, value in zip(covariates, mean, strict=True)
    ]
    diagnostics: dict[str, float | str] = {
        "draws": float(draws), "pairs": float(pairs), "monte_carlo_error": float(spread.max(initial=0.0)),
        "variance": "replicates",
    }  # fmt: skip
    return Adjusted(tuple(parts), diagnostics | sides.diagnostics(table))


def mean_share(table: AdjustTable, group: bool, coefficients: SmoothVector) -> Smooth:
    """The weighted mean over a side of the share predicted by coefficients, M_s(b)."""
    columns, size = table.constant, np.where(table.side(group), table.size, 0.0)
    whole = float(size.sum())
    share = np.asarray(expit(columns @ coefficients.value), dtype=np.float64)
    value = float(size @ share) / whole
    moved = coefficients.along((size * share * (1 - share)) @ columns / whole)
    own = np.where(table.side(group), (share - value) / whole, 0.0)
    known = 1.0 if np.isfinite(moved.value) else np.nan
    return Smooth(value * known, moved.by_total, moved.by_size + own)


@dataclass(frozen=True)
class _Piece:
    """A part of the gap and the columns and coefficients by which it is shared out."""

    statistic: str
    whole: Smooth
    columns: SmoothVector
    effects: SmoothVector

    def of(self, contrast: Contrast, covariate: str) -> Smooth:
        """Yun's contribution of a covariate; of the constant to the explained part 0."""
        if self.statistic == EXPLAINED and covariate == CONSTANT:
            return 0.0 * self.whole
        mine = self.columns.dot(self.effects, contrast.form(covariate))
        return mine / self.columns.dot(self.effects) * self.whole


def _add(numbers: list[Smooth]) -> Smooth:
    first, *others = numbers
    for other in others:
        first = first + other
    return first


def _norm(table: AdjustTable, sides: Sides, coefficients: Norm) -> SmoothVector | str:
    if coefficients == "reference":
        return sides.reference
    if coefficients == "group":
        return sides.group
    return sides.together(table, with_group=coefficients == "pooled")


def _ranked(table: AdjustTable, group: bool, predictor: Floats) -> tuple[Codes, Floats]:
    """Cells of a side in order of their prediction, and their cumulated shares of the weights."""
    cells = np.flatnonzero(table.side(group))
    cells = cells[np.lexsort((cells, predictor[cells]))]
    cumulated = np.cumsum(table.size[cells])
    return cells, cumulated / cumulated[-1]


def _switch(
    table: AdjustTable,
    coefficients: Floats,
    owner: Codes,
    ranked: dict[bool, tuple[Codes, Floats]],
    pairs: int,
    random: np.random.Generator,
) -> Floats:
    """One draw: by covariate the mean change of the predicted share."""
    at = (np.arange(pairs) + random.random()) / pairs
    chosen = {
        side: cells[np.minimum(np.searchsorted(upto, at, side="right"), len(cells) - 1)]
        for side, (cells, upto) in ranked.items()
    }
    effects = coefficients[1:]
    predictor = coefficients[0] + table.x[chosen[False]] @ effects
    changes = np.zeros(int(owner.max(initial=-1)) + 1)
    difference = (table.x[chosen[True]] - table.x[chosen[False]]) * effects
    before = float(expit(predictor).mean())
    for covariate in random.permutation(len(changes)):
        predictor = predictor + difference[:, owner == covariate].sum(axis=1)
        after = float(expit(predictor).mean())
        changes[covariate], before = after - before, after
    return changes


def _unsmooth(table: AdjustTable, statistic: str, value: float, detail: str | None = None) -> Part:
    nothing = np.full(len(table.size), np.nan)
    return Part(statistic, value, nothing, nothing, detail)
