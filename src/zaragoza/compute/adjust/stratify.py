"""Exact, coarsened exact and subclass matching: people are compared within classes, weighted as the group is.

Within a class the reference group gets the weight of the group there, S = sum_s N_1s (Y_0s/N_0s) / sum_s N_1s, over the
classes s in which both sides have members. It is a smooth function of the cells once the classes are given, so errors
follow the design; that another sample might draw other limits of classes is not counted.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace

import numpy as np

from zaragoza.compute.adjust.diagnostics import diagnose
from zaragoza.compute.adjust.matching import score_of
from zaragoza.compute.adjust.reweight import reweighted
from zaragoza.compute.adjust.smooth import Smooth, adjusted_parts
from zaragoza.compute.adjust.table import Adjusted, AdjustTable
from zaragoza.compute.adjust.weighting import NO_OVERLAP, fit_propensity
from zaragoza.compute.codes import Codes, Floats, add_up
from zaragoza.errors import DefinitionError, Fault
from zaragoza.model.estimate import NO_MEMBERS


def exact_matching(
    table: AdjustTable,
    *,
    covariates: Sequence[str] | None = None,
    cuts: Mapping[str, Sequence[float]] | None = None,
    weights_known: bool = False,
) -> Adjusted:
    """The gap within classes of people who are alike; with `cuts` coarsened exact matching (Iacus et al. 2012).

    Args:
        table: the cells.
        covariates: those that must be equal; None: all.
        cuts: for covariates that are numbers, limits of their classes, a class holds its lower limit.
        weights_known: whether the classes' weights are taken as known, so that they add no error.

    Raises:
        DefinitionError: a name that is no covariate.
    """
    known = tuple(dict.fromkeys((*table.factor, *table.covariates)))
    asked = known if covariates is None else tuple(covariates)
    _check((*asked, *(cuts or {})), known)
    columns = [
        np.searchsorted(np.asarray((cuts or {})[factor], dtype=np.float64), values, side="right")
        if factor in (cuts or {})
        else values
        for factor, values in zip(table.factor, table.x.T, strict=True)
        if factor in asked
    ]
    if not columns:
        return within_classes(table, np.zeros(len(table.size), dtype=np.int64), weights_known=weights_known)
    classes = np.unique(np.column_stack(columns), axis=0, return_inverse=True)[1]
    return within_classes(table, classes.reshape(-1).astype(np.int64), weights_known=weights_known)


def subclassification(table: AdjustTable, *, classes: int = 6, weights_known: bool = False) -> Adjusted:
    """The gap within classes of the propensity, cut at the group's quantiles (Rosenbaum and Rubin 1984).

    Args:
        table: the cells.
        classes: how many; limits are quantiles of type 7 of the group's propensities, a class holds its lower one.
        weights_known: whether the classes' weights are taken as known, so that they add no error.

    Returns:
        As `within_classes`. Diagnostics: `variance` (`limits_known`): that another sample would cut elsewhere is not
        counted, so the error is too small.
    """
    if not (table.side(True).any() and table.side(False).any()):
        return Adjusted((), reason=NO_MEMBERS)
    fitted = fit_propensity(table)
    if isinstance(fitted, str):
        return Adjusted((), reason=fitted)
    score, group = score_of(table, fitted, "propensity"), table.side(True)
    limits = _quantiles(score[group], table.size[group], table.n[group], classes)
    code = np.searchsorted(limits, score, side="right").astype(np.int64)
    found = within_classes(table, code, weights_known=weights_known)
    return replace(found, diagnostics={**found.diagnostics, "variance": "limits_known"})


def within_classes(table: AdjustTable, classes: Codes, *, weights_known: bool = False) -> Adjusted:
    """The gap with the reference group weighted to the group's distribution over classes.

    Args:
        table: the cells.
        classes: the class of each cell, 0, 1, ...
        weights_known: whether the classes' weights are taken as known.

    Returns:
        No result, with the reason `no_overlap`, where no class has members of both sides.
    """
    if not (table.side(True).any() and table.side(False).any()):
        return Adjusted((), reason=NO_MEMBERS)
    own, other = class_sizes(table, classes)
    if not ((own > 0) & (other > 0)).any():
        return Adjusted((), reason=NO_OVERLAP)
    factor = class_factors(table, classes)
    group = reweighted(table, True, factor)
    reference: Smooth = reweighted(table, False, factor)
    if not weights_known:
        reference = _estimated(table, classes, factor)
    shared = float(((own > 0) & (other > 0)).sum())
    diagnostics = {"classes": float(((own > 0) | (other > 0)).sum()), "classes_of_both": shared}
    return Adjusted(adjusted_parts(table, group, reference), {**diagnostics, **diagnose(table, factor)})


def class_factors(table: AdjustTable, classes: Codes) -> Floats:
    """What weights are multiplied by: 1 in the group, N_1s/N_0s in the reference group, 0 where a side is missing."""
    own, other = class_sizes(table, classes)
    both = (own > 0) & (other > 0)
    odds = np.divide(own, other, out=np.zeros(len(own)), where=both)
    return np.where(both[classes], np.where(table.group, 1.0, odds[classes]), 0.0)


def class_sizes(table: AdjustTable, classes: Codes) -> tuple[Floats, Floats]:
    """The sum of weights of group and reference group in every class."""
    length = int(classes.max(initial=-1)) + 1
    own, other = (
        add_up(classes, np.where(table.group == side, table.size, 0.0), length) for side in (True, False)
    )
    return own, other


def _estimated(table: AdjustTable, classes: Codes, factor: Floats) -> Smooth:
    """The reference group's level, with f_s = N_1s/N_0s depending on the cells: df = dN_1s/N_0s - f dN_0s/N_0s."""
    level = reweighted(table, False, factor)
    own, other = class_sizes(table, classes)
    both = (own > 0) & (other > 0)
    slope = add_up(classes, level.by_factor, len(own))
    pull = np.divide(slope, other, out=np.zeros(len(own)), where=both)[classes]
    through = np.where(table.group, pull, -pull * factor)
    return Smooth(level.value, level.by_total, level.by_size + through)


def _quantiles(values: Floats, weight: Floats, n: Floats, classes: int) -> Floats:
    """Limits of classes: quantiles of type 7 with weights, linear between points at W_(k-1)/W_(n-1).

    A cell stands for n persons of equal weight: it is flat from the point of its first to that of its last.
    """
    order = np.argsort(values, kind="stable")
    size = weight[order]
    first = np.cumsum(size) - size
    last = first + size * (1 - 1 / np.maximum(n[order], 1))
    points = np.column_stack([first, last]).reshape(-1)
    at = np.arange(1, classes) * points[-1] / classes
    return np.asarray(np.interp(at, points, np.repeat(values[order], 2)), dtype=np.float64)


def _check(names: Sequence[str], known: Sequence[str]) -> None:
    faults = [
        Fault(
            "matching", "covariates", f"covariates ({', '.join(known)})", name,
            "Name a covariate that is adjusted for.",
        )
        for name in names
        if name not in known
    ]  # fmt: skip
    if faults:
        raise DefinitionError(faults)
