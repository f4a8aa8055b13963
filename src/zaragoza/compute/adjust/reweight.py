"""Levels of a side under other weights, as functions of the cells: what balancing, weighting and matching share."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

import numpy as np

from zaragoza.compute.adjust.smooth import Smooth
from zaragoza.compute.adjust.table import AdjustTable
from zaragoza.compute.codes import Floats

Target = Literal["all", "group", "reference"]


@dataclass(frozen=True)
class Reweighted(Smooth):
    """The mean S = sum f Y / sum f N of one side under factors f, with its derivatives for known factors.

    Attributes:
        by_factor: dS/df_c, one entry a cell.
    """

    by_factor: Floats


def reweighted(table: AdjustTable, group: bool, factor: Floats) -> Reweighted:
    """The mean of one side when the weight of everybody in cell c is multiplied by factor[c].

    Args:
        table: the cells.
        group: whether the group's mean is wanted, or that of the reference group.
        factor: one a cell; those of the other side are not used.
    """
    own = np.where(table.side(group), factor, 0.0)
    whole = float(own @ table.size)
    value = float(own @ table.total) / whole
    left = np.where(table.side(group), table.total - value * table.size, 0.0)
    return Reweighted(value, own / whole, -value * own / whole, left / whole)


def target_sizes(table: AdjustTable, target: Target) -> Floats:
    """The sum of weights that each cell has in the target population."""
    if target == "all":
        return table.size
    return np.where(table.group == (target == "group"), table.size, 0.0)
