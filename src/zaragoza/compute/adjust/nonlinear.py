"""The decomposition of a gap in shares by logistic regression, with contributions by Yun's weights (Yun 2004)."""

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
from zaragoza.compute.adjust.table import Adjusted, AdjustTable

Norm = Literal["reference", "group", "neumark", "pooled"]


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
    fitted = fit_norm(table, coefficients)
    if isinstance(fitted, str):
        return Adjusted((), reason=fitted)
    sides, norm = fitted
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


def fit_norm(table: AdjustTable, coefficients: Norm) -> tuple[Sides, SmoothVector] | str:
    """The regressions of a share on both sides, and the coefficients b* for both; or the reason why there are none."""
    sides = fit_sides(table, "share")
    if isinstance(sides, str):
        return sides
    if coefficients == "reference":
        return sides, sides.reference
    if coefficients == "group":
        return sides, sides.group
    together = sides.together(table, with_group=coefficients == "pooled")
    return together if isinstance(together, str) else (sides, together)
