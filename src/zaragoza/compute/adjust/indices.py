"""Ratios of two levels, and indices of how far shares lie apart (methods/04 sections 1 and 7)."""

from __future__ import annotations

from typing import Literal

import numpy as np

from zaragoza.compute.adjust.crossing import NO_MEMBERS
from zaragoza.compute.adjust.smooth import Smooth, level_of, size_of, total_of
from zaragoza.compute.adjust.table import Adjusted, AdjustTable
from zaragoza.compute.codes import Floats, add_up
from zaragoza.model.estimate import RATIO

ODDS_RATIO, RELATIVE_GAP = "odds_ratio", "relative_gap"
REPRESENTATION_QUOTIENT, DISSIMILARITY = "representation_quotient", "dissimilarity"
LOOSEMORE_HANBY, GALLAGHER = "loosemore_hanby", "gallagher"


def compare_levels(table: AdjustTable) -> Adjusted:
    """The gap in other forms.

    With R the levels of group g and reference group r: ratio R_g/R_r, relative gap R_g/R_r - 1, odds ratio
    [R_g/(1 - R_g)]/[R_r/(1 - R_r)], for shares only, and the representation quotient: the group's part
    of all who have the outcome over its part of all persons, both counted over the two sides together.

    Returns:
        ratio, relative_gap, odds_ratio, representation_quotient; NaN where a divisor is 0. Reason: `no_members`.
    """
    if not (table.side(True).any() and table.side(False).any()):
        return Adjusted((), reason=NO_MEMBERS)
    group, reference = level_of(table, True), level_of(table, False)
    ratio = group / reference
    having, persons = total_of(table, True), size_of(table, True)
    holders = having / (having + total_of(table, False))
    members = persons / (persons + size_of(table, False))
    return Adjusted(
        (
            ratio.part(RATIO),
            ratio.chain(ratio.value - 1, 1.0).part(RELATIVE_GAP),
            (_odds(group) / _odds(reference)).part(ODDS_RATIO),
            (holders / members).part(REPRESENTATION_QUOTIENT),
        )
    )


def dissimilarity(table: AdjustTable, of: Literal["size", "total"] = "size") -> Adjusted:
    """How differently the two sides are spread over the categories: D = sum_c |a_c - b_c|/2 (Duncan and Duncan 1955).

    It is the part of one side that would have to change category for the two to be spread alike. Samples give it too
    large a value where categories hold few persons.

    Args:
        table: cells of the two sides; the categories are the combinations of its covariates.
        of: what is spread: persons (`size`) or the outcome (`total`), such as the employed over occupations.

    Returns:
        dissimilarity. Where both shares are the same its derivative is taken as 0. Reason: `no_members`.
    """
    values = table.size if of == "size" else table.total
    group, reference = (_spread(table, np.where(table.side(side), values, 0.0)) for side in (True, False))
    if group is None or reference is None:
        return Adjusted((), reason=NO_MEMBERS)
    sign = np.sign(group[0] - reference[0])
    value = float(np.abs(group[0] - reference[0]).sum()) / 2
    slope = np.where(table.side(True), 1.0, -1.0) * (table.side(True) | table.side(False))
    inner = np.where(table.group, group[0] @ sign / group[1], reference[0] @ sign / reference[1])
    whole = np.where(table.group, group[1], reference[1])
    gradient = slope * (sign[table.category] / whole - inner) / 2
    return Adjusted((_of(value, gradient, of).part(DISSIMILARITY),))


def disproportionality(table: AdjustTable) -> Adjusted:
    """How far the shares of groups in an activity lie from their shares in the population.

    The categories of the table are the groups, its two sides together the population: p_c = N_c/N is the share of group
    c in the population, a_c = Y_c/Y its share of those who have the outcome. Loosemore-Hanby: sum_c |a_c - p_c|/2
    (Loosemore and Hanby 1971); Gallagher: sqrt(sum_c (a_c - p_c)^2/2) (Gallagher 1991).

    Returns:
        loosemore_hanby, gallagher, and of each group representation_quotient a_c/p_c under its name; derivatives are
        0 where the shares are the same (Gallagher: NaN where all are). Reason: `no_members`.
    """
    there = table.size > 0
    holders = _spread(table, np.where(there, table.total, 0.0))
    members = _spread(table, np.where(there, table.size, 0.0))
    if holders is None or members is None:
        return Adjusted((), reason=NO_MEMBERS)
    apart = holders[0] - members[0]
    gallagher = float(np.sqrt((apart**2).sum() / 2))

    def smooth(value: float, by_holders: Floats, by_members: Floats) -> Smooth:
        by_total = (by_holders - by_holders @ holders[0])[table.category] / holders[1]
        by_size = (by_members - by_members @ members[0])[table.category] / members[1]
        return Smooth(value, by_total * there, by_size * there)

    sign = np.sign(apart) / 2
    with np.errstate(divide="ignore", invalid="ignore"):
        steep = apart / (2 * gallagher)
    parts = [
        smooth(float(np.abs(apart).sum()) / 2, sign, -sign).part(LOOSEMORE_HANBY),
        smooth(gallagher, steep, -steep).part(GALLAGHER),
    ]
    for code, levels in enumerate(table.levels):
        if members[0][code] > 0:
            one = (np.arange(len(apart)) == code) / members[0][code]
            quotient = float(holders[0][code] / members[0][code])
            parts.append(
                smooth(quotient, one, -quotient * one).part(REPRESENTATION_QUOTIENT, " | ".join(levels))
            )
    return Adjusted(tuple(parts))


def _odds(level: Smooth) -> Smooth:
    return level / level.chain(1 - level.value, -1.0)


def _spread(table: AdjustTable, values: Floats) -> tuple[Floats, float] | None:
    """Shares by category and their sum before division; None where there is nothing to share out."""
    sums = add_up(table.category, values, len(table.levels))
    whole = float(sums.sum())
    return (sums / whole, whole) if whole > 0 else None


def _of(value: float, gradient: Floats, of: str) -> Smooth:
    nothing = np.zeros_like(gradient)
    return Smooth(value, nothing, gradient) if of == "size" else Smooth(value, gradient, nothing)
