"""Variance of linear statistics under a stratified, clustered, multi-stage design.

V = sum_h (1 - f_h) n_h/(n_h - 1) sum_i (z_hi - zbar_h)^2, with n_h all units of the sample in the stratum (those
without members of the domain have z = 0), plus at each later stage f times the same expression within every unit
(methods/05 section 2; oracle README, Estimators). Statistics are linearised by their scores z first.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from zaragoza.compute.codes import Codes, Flags, Floats, add_up, compress
from zaragoza.compute.frame import Frame, Stage
from zaragoza.errors import DesignError, Fault
from zaragoza.model.design import LonelyPsu


@dataclass(frozen=True)
class Scores:
    """Linearised values of one or more statistics, summed by unit of the last stage.

    Attributes:
        unit, target: for each entry, its unit and the statistic it belongs to; a pair may occur more than once.
        targets: number of statistics.
        z: the entries.
    """

    unit: Codes
    target: Codes
    targets: int
    z: Floats


def check_lonely(frame: Frame, lonely_psu: LonelyPsu) -> None:
    """Refuses a stratum with one unit, unless told how to treat it (a stratum taken whole has no error at all).

    Raises:
        DesignError: naming the number of lonely strata and the ways out.
    """
    if lonely_psu != "error":
        return
    faults = []
    for number, stage in enumerate(frame.stages, start=1):
        lonely = int(((stage.counted == 1) & (stage.fraction < 1) & (stage.multiplier > 0)).sum())
        if lonely:
            what = "strata" if number == 1 else "units"
            faults.append(
                Fault(
                    "design",
                    f"stage {number}",
                    "at least two sampling units in every stratum",
                    f"{lonely} {what} with one",
                    "Put each with a neighbouring stratum, or choose lonely_psu: adjust (deviation from the grand "
                    "mean), average (mean of the other strata), certainty or remove (adds nothing).",
                )
            )
    if faults:
        raise DesignError(faults)


def variance(scores: Scores, frame: Frame, lonely_psu: LonelyPsu) -> Floats:
    """The variance of the total of each statistic's scores.

    Args:
        scores: linearised values.
        frame: the units of the whole sample.
        lonely_psu: treatment of strata with one unit, by the whole design (decision 4); with `_domains` also of
            strata in which the domain has one unit.

    Returns:
        One variance a statistic.
    """
    total = np.zeros(scores.targets)
    chains = frame.ancestors(scores.unit)
    last = len(frame.stages) - 1
    for number, stage in enumerate(frame.stages):
        if number and not stage.multiplier.any():
            break
        unit, target, z = chains[number], scores.target, scores.z
        if number < last:
            pairs, entry = compress(unit * scores.targets + target)
            unit, target = pairs // scores.targets, pairs % scores.targets
            z = add_up(entry, z, len(pairs))
        total += _stage_variance(stage, unit, target, scores.targets, z, lonely_psu)
    return total


def _stage_variance(
    stage: Stage, unit: Codes, target: Codes, targets: int, z: Floats, lonely_psu: LonelyPsu
) -> Floats:
    """Variance between the units of one stage; every pair of unit and target occurs once."""
    pairs, entry = compress(stage.group[unit] * targets + target)
    group, owner = pairs // targets, pairs % targets
    counted = stage.counted[group].astype(np.float64)
    present = np.bincount(entry, minlength=len(pairs))
    open_part = stage.multiplier[group] * (1 - stage.fraction[group])

    mean = add_up(entry, z, len(pairs)) / counted
    mean[_uncentred(counted, present, lonely_psu)] = 0.0
    deviation = z - mean[entry]
    squares = add_up(entry, deviation * deviation, len(pairs)) + (counted - present) * mean * mean
    with np.errstate(divide="ignore", invalid="ignore"):
        correction = np.where(counted > 1, counted / (counted - 1), _lonely_factor(lonely_psu))
    counts = np.ones(len(pairs), bool)
    if lonely_psu in ("average", "average_domains"):
        lonely = counted == 1 if lonely_psu == "average" else present == 1
        counts = ~lonely | (open_part == 0)
    summed = add_up(owner, np.where(counts, open_part * correction * squares, 0.0), targets)
    if counts.all():
        return summed
    strata, counting = np.bincount(owner, minlength=targets), np.bincount(owner, counts, targets)
    with np.errstate(divide="ignore", invalid="ignore"):
        return np.where(counting > 0, summed * strata / counting, np.nan)


def _uncentred(counted: Floats, present: Codes, lonely_psu: LonelyPsu) -> Flags:
    """Where deviations are taken from zero, the grand mean of scores, instead of the stratum's mean."""
    if lonely_psu == "adjust":
        alone: Flags = counted == 1
    elif lonely_psu == "adjust_domains":
        alone = present == 1
    else:
        alone = np.zeros(len(counted), bool)
    return alone


def _lonely_factor(lonely_psu: LonelyPsu) -> float:
    return 1.0 if lonely_psu in ("adjust", "adjust_domains") else 0.0
