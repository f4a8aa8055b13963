"""What tells whether two groups were made comparable: effective numbers, standardised differences, overlap."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np

from zaragoza.compute.adjust.table import AdjustTable
from zaragoza.compute.codes import Floats

_EQUAL = 1e-9  # a difference of means below this is none, also where the group does not vary


@dataclass(frozen=True)
class Imbalance:
    """How far apart the two sides are in one column, before and after the adjustment.

    Attributes:
        name: of the column.
        before, after: standardised differences of means, group minus reference, in standard deviations of the group;
            infinite where they differ and the group does not vary.
    """

    name: str
    before: float
    after: float


def effective_n(weight: Floats, n: Floats) -> float:
    """Kish's effective number of persons, (sum w)^2 / sum w^2 (Kish 1965, section 11.7).

    Args:
        weight: the sum of weights of each cell; weights within a cell count as equal.
        n: persons in each cell.
    """
    filled = (weight > 0) & (n > 0)
    squares = float((weight[filled] ** 2 / n[filled]).sum())
    return float(weight[filled].sum()) ** 2 / squares if squares > 0 else 0.0


def standardised_differences(table: AdjustTable, factor: Floats | None = None) -> Floats:
    """Differences of means of every column of x, group minus reference, in standard deviations of the group.

    The standard deviation is that of the group as it is, without the factors, so that before and after have one
    yardstick (Stuart 2010, section 4.1).

    Args:
        table: the cells.
        factor: what weights were multiplied by, one a cell; None: before the adjustment.
    """
    weight = table.size if factor is None else table.size * factor
    own, other = table.side(True), table.side(False)
    difference = _mean(table.x[own], weight[own]) - _mean(table.x[other], weight[other])
    size, persons = table.size[own], float(table.n[own].sum())
    deviation = table.x[own] - _mean(table.x[own], size)
    variance = _mean(deviation**2, size) * persons / max(persons - 1, 1)
    with np.errstate(divide="ignore", invalid="ignore"):
        found: Floats = np.where(
            np.abs(difference) <= _EQUAL * (1 + np.sqrt(variance)), 0.0, difference / np.sqrt(variance)
        )
    return found


def balance_table(table: AdjustTable, factor: Floats) -> tuple[Imbalance, ...]:
    """The standardised difference of every column before and after."""
    before, after = standardised_differences(table), standardised_differences(table, factor)
    return tuple(
        Imbalance(name, float(b), float(a)) for name, b, a in zip(table.names, before, after, strict=True)
    )


def diagnose(table: AdjustTable, factor: Floats) -> Mapping[str, float | str]:
    """What a reader needs to judge a reweighting.

    Args:
        table: the cells.
        factor: what weights were multiplied by, one a cell; 0 for those who were left out.

    Returns:
        For each side its effective number, the share of its weight left out and the largest share of one person in
        its weights; the smaller effective number; the part of the group that is compared (coverage) and the persons
        beyond it (uncovered); the largest
        standardised difference before and after, and the column it is of.
    """
    weight = table.size * factor
    found: dict[str, float | str] = {}
    for side, name in ((True, "group"), (False, "reference")):
        cells = table.side(side)
        found[f"effective_n_{name}"] = effective_n(weight[cells], table.n[cells])
        left_out = table.size[cells][factor[cells] == 0].sum()
        found[f"left_out_share_{name}"] = float(left_out / table.size[cells].sum())
        each = weight[cells] / np.maximum(table.n[cells], 1)
        found[f"largest_weight_share_{name}"] = float(each.max() / weight[cells].sum())
    found["effective_n"] = min(float(found[f"effective_n_{name}"]) for name in ("group", "reference"))
    found["coverage"] = 1 - float(found["left_out_share_group"])
    found["uncovered"] = float(table.n[table.side(True) & (factor == 0)].sum())
    for when, differences in (
        ("before", standardised_differences(table)),
        ("after", standardised_differences(table, factor)),
    ):
        if len(differences):
            worst = int(np.argmax(np.abs(differences)))
            found[f"largest_difference_{when}"] = float(abs(differences[worst]))
            found[f"largest_difference_{when}_of"] = table.names[worst]
    return found


def coverage(table: AdjustTable, target: Floats) -> dict[str, float | str]:
    """The share of the target population whose combination of categories occurs on both sides, and persons beyond.

    What lies outside is extrapolated by a model. Numbers among the covariates are not looked at.

    Args:
        table: the cells.
        target: the sum of weights of each cell in the target population.
    """
    seen = [
        np.bincount(table.category[table.side(side)], minlength=len(table.levels)) > 0
        for side in (True, False)
    ]
    both = (seen[0] & seen[1])[table.category]
    return {
        "coverage": float(target[both].sum() / target.sum()),
        "uncovered": float(table.n[~both & (target > 0)].sum()),
    }


def _mean(x: Floats, weight: Floats) -> Floats:
    return np.asarray(weight @ x / weight.sum(), dtype=np.float64)
