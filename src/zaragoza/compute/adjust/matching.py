"""Matching: every member of the group is given its nearest members of the reference group, by propensity to belong.

For samples in which everybody counts alike. Matching is no smooth function of weighted sums, so no error follows from a
design; the error is that of Abadie and Imbens (2006) for a simple random sample, with the propensity taken as known.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

import numpy as np

from zaragoza.compute.adjust.diagnostics import diagnose
from zaragoza.compute.adjust.logit import Fit
from zaragoza.compute.adjust.reweight import reweighted
from zaragoza.compute.adjust.smooth import ADJUSTED_GAP
from zaragoza.compute.adjust.table import Adjusted, AdjustTable, Part
from zaragoza.compute.adjust.weighting import NO_OVERLAP, fit_propensity
from zaragoza.compute.codes import Codes, Flags, Floats, add_up
from zaragoza.errors import DefinitionError, DesignError, Fault
from zaragoza.model.estimate import NO_MEMBERS

Distance = Literal["logit", "propensity"]
CALIPER = 0.2  # standard deviations of the distance (methods/04 section 4)


@dataclass(frozen=True)
class MatchedPart(Part):
    """A statistic whose error does not follow from the design.

    Its derivatives are those with the matches known.

    Attributes:
        standard_error: of Abadie and Imbens.
    """

    standard_error: float = np.nan


@dataclass(frozen=True)
class Matches:
    """Who was matched with whom, one entry a pair.

    Attributes:
        member: rows of the group.
        partner: the rows of the reference group.
        share: the weight of a pair: 1 over the number of partners that its member found.
    """

    member: Codes
    partner: Codes
    share: Floats

    def factor(self, rows: int) -> Floats:
        """What weights are multiplied by: 1 for matched members, for others the sum of their pairs' weights."""
        found = add_up(self.partner, self.share, rows)
        found[self.member] = 1.0
        return found


def matching(
    table: AdjustTable,
    *,
    ratio: int = 1,
    caliper: float | None = CALIPER,
    exact: Sequence[str] = (),
    replace: bool = True,
    distance: Distance = "logit",
    neighbours: int = 1,
) -> Adjusted:
    """The gap between members of the group and their nearest members of the reference group.

    Args:
        table: one person a cell, all of the same weight.
        ratio: partners for each member.
        caliper: the largest distance of a pair, in standard deviations of the distance; members without a partner
            within it are left out and reported. None: no limit.
        exact: covariates in which partners must be equal.
        replace: whether a member of the reference group may be the partner of several.
        distance: the linear predictor of the propensity ("logit") or the propensity.
        neighbours: persons of the same side from whom the variance of the outcome is taken.

    Raises:
        DesignError: the sample is weighted, or its cells hold more than one person.
        DefinitionError: `exact` names no covariate.
    """
    _check(table, exact)
    if not (table.side(True).any() and table.side(False).any()):
        return Adjusted((), reason=NO_MEMBERS)
    fitted = fit_propensity(table)
    if isinstance(fitted, str):
        return Adjusted((), reason=fitted)
    score, classes = score_of(table, fitted, distance), _classes(table, exact)
    width = np.inf if caliper is None else caliper * float(np.std(score, ddof=1))
    matches = match(score, table.group, ratio=ratio, caliper=width, classes=classes, replace=replace)
    if not len(matches.member):
        return Adjusted((), reason=NO_OVERLAP)
    factor = matches.factor(len(score))
    group, reference = reweighted(table, True, factor), reweighted(table, False, factor)
    gap = group - reference
    error = abadie_imbens(table.total / table.size, table.group, matches, score, classes, neighbours)
    part = MatchedPart(ADJUSTED_GAP, gap.value, gap.by_total, gap.by_size, None, error)
    diagnostics: dict[str, float | str] = {"pairs": float(len(matches.member)), "variance": "abadie-imbens"}
    return Adjusted((part,), {**diagnostics, **diagnose(table, factor)})


def match(
    score: Floats,
    group: Flags,
    *,
    ratio: int = 1,
    caliper: float = np.inf,
    classes: Codes | None = None,
    replace: bool = False,
) -> Matches:
    """Greedy nearest neighbours on a score.

    Members of the group choose in order of decreasing score, equal ones in file order; each takes the closest of those
    that are free, at equal distances the first in file order. Everybody gets a first partner before anybody a second.

    Args:
        score: one a person.
        group: whether a person belongs to the group.
        ratio: partners for each member.
        caliper: the largest distance of a pair.
        classes: partners must be of the same class; None: of any.
        replace: whether a person may be chosen more than once (by different members).
    """
    candidates = np.flatnonzero(~group)
    order = np.flatnonzero(group)
    order = order[np.argsort(-score[order], kind="stable")]
    free = np.ones(len(candidates), dtype=bool)
    chosen: dict[int, list[int]] = {int(member): [] for member in order}
    for _ in range(ratio):
        for member in order:
            allowed = free.copy() if classes is None else free & (classes[candidates] == classes[member])
            allowed[chosen[int(member)]] = False
            apart = np.where(allowed, np.abs(score[candidates] - score[member]), np.inf)
            nearest = int(np.argmin(apart)) if len(apart) else 0
            if not len(apart) or not allowed[nearest] or apart[nearest] > caliper:
                continue
            chosen[int(member)].append(nearest)
            free[nearest] = replace
    found = [(member, partner, 1 / len(taken)) for member, taken in chosen.items() for partner in taken]
    members, partners, shares = (
        (np.array(column) for column in zip(*found, strict=True)) if found else ((),) * 3
    )
    return Matches(
        np.asarray(members, dtype=np.int64),
        candidates[np.asarray(partners, dtype=np.int64)],
        np.asarray(shares, dtype=np.float64),
    )


def abadie_imbens(
    y: Floats,
    group: Flags,
    matches: Matches,
    score: Floats,
    classes: Codes | None = None,
    neighbours: int = 1,
) -> float:
    """The standard error of the mean difference within pairs (Abadie and Imbens 2006, theorem 7, for the treated).

    V = [sum over members (d - mean d)^2 + sum over partners (K^2 - K') s^2] / n^2, with d a member's outcome minus the
    mean of its partners', K the sum of a partner's pair weights, K' that of their squares, and s^2 the variance of its
    outcome among its nearest neighbours of the same side. Without replacement the second sum is 0 for single partners.

    Args:
        y: outcome, one a person.
        group: whether a person belongs to the group.
        matches: the pairs.
        score: what nearest neighbours are found by.
        classes: neighbours are of the same class where there are any.
        neighbours: how many, J, and all that are as near as the last of them; s^2 = J'/(J' + 1) (y - their mean)^2, J'
            of them all: where many are alike, one of them by chance has the same outcome.
    """
    rows = len(y)
    members = np.unique(matches.member)
    partners_mean = add_up(matches.member, matches.share * y[matches.partner], rows)
    differences = y[members] - partners_mean[members]
    used, squared = (add_up(matches.partner, matches.share**power, rows) for power in (1, 2))
    excess = used**2 - squared
    several = np.flatnonzero(excess > 1e-12)
    spread = [_local_variance(y, group, score, classes, int(row), neighbours) for row in several]
    between = float(((differences - differences.mean()) ** 2).sum())
    return float(np.sqrt(between + excess[several] @ np.array(spread))) / len(members)


def score_of(table: AdjustTable, fitted: Fit, distance: Distance = "logit") -> Floats:
    """The distance's score of every cell; cells with the same covariates have the same to the last bit."""
    patterns, position = np.unique(fitted.x, axis=0, return_inverse=True)
    logit = (patterns @ fitted.coefficients)[position.reshape(-1)]
    return logit if distance == "logit" else fitted.link.mean(logit)


def _local_variance(
    y: Floats, group: Flags, score: Floats, classes: Codes | None, row: int, neighbours: int
) -> float:
    same = group == group[row]
    same[row] = False
    if classes is not None and bool((same & (classes == classes[row])).any()):
        same &= classes == classes[row]
    others = np.flatnonzero(same)
    if not len(others):
        return float("nan")
    apart = np.abs(score[others] - score[row])
    nearest = others[apart <= np.sort(apart)[min(neighbours, len(others)) - 1]]
    return len(nearest) / (len(nearest) + 1) * float(y[row] - y[nearest].mean()) ** 2


def _classes(table: AdjustTable, exact: Sequence[str]) -> Codes | None:
    if not exact:
        return None
    columns = table.x[:, [factor in exact for factor in table.factor]]
    return np.unique(columns, axis=0, return_inverse=True)[1].reshape(-1).astype(np.int64)


def _check(table: AdjustTable, exact: Sequence[str]) -> None:
    known = sorted(set(table.factor) | set(table.covariates))
    unknown = [name for name in exact if name not in known]
    if unknown:
        expected, way_out = f"covariates ({', '.join(known)})", "Name a covariate that is adjusted for."
        raise DefinitionError([Fault("matching", "exact", expected, name, way_out) for name in unknown])
    if bool((table.n != 1).any()):
        way_out = "Give persons one by one, or take standardise, entropy or weighting."
        raise DesignError(
            Fault("matching", "cells", "one person in each", "cells of several persons", way_out)
        )
    if bool((np.abs(table.size - table.size[0]) > 1e-9 * table.size[0]).any()):
        way_out = "Take standardise, entropy or weighting: their errors follow the design."
        found = "a weighted sample"
        raise DesignError(Fault("matching", "weight", "the same weight for everybody", found, way_out))
