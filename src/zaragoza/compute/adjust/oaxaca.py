"""The Oaxaca-Blinder decomposition of a gap in means (Oaxaca 1973; Blinder 1973; Jann 2008; methods/04 section 6)."""

from __future__ import annotations

from typing import Literal

from zaragoza.compute.adjust.regression import Contrast, Sides, contrast_of, fit_sides, mean_columns
from zaragoza.compute.adjust.smooth import (
    EXPLAINED,
    LEAST_GAP,
    SHARE_EXPLAINED,
    Smooth,
    SmoothVector,
    raw_gap,
    scaled_by,
    share_explained,
    size_of,
)  # fmt: skip
from zaragoza.compute.adjust.table import Adjusted, AdjustTable, Part

Coefficients = Literal["reference", "group", "reimers", "cotton", "neumark", "pooled"]
ENDOWMENTS, COEFFICIENTS, INTERACTION = "endowments", "coefficients", "interaction"
UNEXPLAINED = "unexplained"


def oaxaca(
    table: AdjustTable,
    coefficients: Coefficients = "pooled",
    *,
    detail: bool = False,
    normalise: bool = False,
    least_gap: float = LEAST_GAP,
) -> Adjusted:
    """The part of a gap that goes with other covariates, and the part that does not, by weighted least squares.

    With x the mean covariates and b the coefficients of group g and reference group r, and b* the coefficients that
    stand for both: explained = (x_g - x_r)'b*, unexplained = x_g'(b_g - b*) + x_r'(b* - b_r); their sum is the gap.

    Args:
        table: cells of the two sides.
        coefficients: b*. `reference` or `group`: theirs. `reimers`: the mean of both (Reimers 1983). `cotton`: weighted
            by the size of the two (Cotton 1988). `neumark`: of both together (Neumark 1988; it gives the explained part
            some of the gap itself). `pooled`: of both together next to a term for the group (Jann 2008), the default.
        detail: whether the contribution of each covariate is given too; `constant` is that of the constant.
        normalise: whether contributions of categorical covariates are made the same for every base category, by
            taking effects as deviations from their mean (deviation contrast; Yun 2005).
        least_gap: a smaller gap has no share that is explained.

    Returns:
        explained, unexplained, share_explained, and with `detail` explained and unexplained of each covariate; NaN
        where coefficients are needed that the cells do not tell, as of a category that one side does not have.
        Diagnostics: `coverage`, `uncovered`; `not_estimable`, the columns concerned. Reason: `no_members`, or why a
        regression failed.
    """
    sides = fit_sides(table, "mean")
    if isinstance(sides, str):
        return Adjusted((), reason=sides)
    norm = _norm(table, sides, coefficients)
    if isinstance(norm, str):
        return Adjusted((), reason=norm)
    group, reference = mean_columns(table, True), mean_columns(table, False)
    terms = {
        EXPLAINED: [(group - reference, norm)],
        UNEXPLAINED: [(group, sides.group - norm), (reference, norm - sides.reference)],
    }
    contrast = contrast_of(table, normalise)
    gap, unexplained = raw_gap(table), _sum(contrast, terms[UNEXPLAINED], None)
    parts = [
        _sum(contrast, terms[EXPLAINED], None).part(EXPLAINED),
        unexplained.part(UNEXPLAINED),
        share_explained(gap, unexplained, least_gap).part(SHARE_EXPLAINED),
    ]
    return Adjusted(tuple(parts + (_details(contrast, terms) if detail else [])), sides.diagnostics(table))


def oaxaca_threefold(table: AdjustTable, *, detail: bool = False, normalise: bool = False) -> Adjusted:
    """Endowments, coefficients and their interaction, seen from the group (Jann 2008, equation 3, signs turned).

    endowments = (x_g - x_r)'b_g: the gap if only covariates differed, at the group's coefficients; coefficients =
    x_g'(b_g - b_r); interaction = -(x_g - x_r)'(b_g - b_r). Their sum is the gap, group minus reference.

    Args:
        table: cells of the two sides.
        detail: whether the contribution of each covariate is given too.
        normalise: as of `oaxaca`.

    Returns:
        endowments, coefficients, interaction. Diagnostics and reason as of `oaxaca`.
    """
    sides = fit_sides(table, "mean")
    if isinstance(sides, str):
        return Adjusted((), reason=sides)
    group, reference = mean_columns(table, True), mean_columns(table, False)
    more, effects = group - reference, sides.group - sides.reference
    terms = {
        ENDOWMENTS: [(more, sides.group)],
        COEFFICIENTS: [(group, effects)],
        INTERACTION: [(-1.0 * more, effects)],
    }
    contrast = contrast_of(table, normalise)
    parts = [_sum(contrast, pairs, None).part(statistic) for statistic, pairs in terms.items()]
    return Adjusted(tuple(parts + (_details(contrast, terms) if detail else [])), sides.diagnostics(table))


Terms = list[tuple[SmoothVector, SmoothVector]]


def _norm(table: AdjustTable, sides: Sides, coefficients: Coefficients) -> SmoothVector | str:
    """The coefficients b* that stand for both sides."""
    if coefficients == "reference":
        return sides.reference
    if coefficients == "group":
        return sides.group
    if coefficients == "reimers":
        return 0.5 * (sides.group + sides.reference)
    if coefficients == "cotton":
        size = size_of(table, True)
        part = size / (size + size_of(table, False))
        return sides.reference + scaled_by(part, sides.group - sides.reference)
    return sides.together(table, with_group=coefficients == "pooled")


def _sum(contrast: Contrast, pairs: Terms, covariate: str | None) -> Smooth:
    """The sum of x'b over pairs of columns and coefficients; of one covariate, or of all."""
    form = contrast.form(covariate)
    first, *others = (columns.dot(effects, form) for columns, effects in pairs)
    for other in others:
        first = first + other
    return first


def _details(contrast: Contrast, terms: dict[str, Terms]) -> list[Part]:
    return [
        _sum(contrast, pairs, covariate).part(statistic, covariate)
        for covariate in contrast.covariates
        for statistic, pairs in terms.items()
    ]
