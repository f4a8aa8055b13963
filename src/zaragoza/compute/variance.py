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

_ENTRIES = 2_000_000  # pairs of unit and statistic that are held at once


def check_lonely(frame: Frame, lonely_psu: LonelyPsu) -> None:
    """Refuses a stratum with one unit, unless told how to treat it (a stratum taken whole has no error at all).

    Raises:
        DesignError: naming the number of lonely strata and the ways out.
    """
    averaged = lonely_psu in (
        "average",
        "average_domains",
    )  # of strata; units of a later stage have no others
    if lonely_psu != "error" and not averaged:
        return
    faults = []
    for number, stage in enumerate(frame.stages, start=1):
        if averaged and number == 1:
            continue
        lonely = int(((stage.counted == 1) & (stage.fraction < 1) & (stage.multiplier > 0)).sum())
        if lonely:
            what = "strata" if number == 1 else "units"
            faults.append(
                Fault(
                    "design",
                    f"stage {number}",
                    "at least two sampling units in every stratum",
                    f"{lonely} {what} with one",
                    "Put each with a neighbouring stratum, or choose lonely_psu: adjust (deviation from zero, the mean "
                    "of all scores of a mean or ratio), average (mean of the other strata; first stage only), "
                    "certainty or remove (adds nothing).",
                )
            )
    if faults:
        raise DesignError(faults)


class Spread:
    """The design seen by a set of entries: what turns scores into variances.

    It is made once for statistics that share their entries, as the shares of one population do.

    Args:
        frame: the units of the whole sample.
        unit: for each entry, its unit of the last stage.
        target: for each entry, the statistic it belongs to. A pair of unit and target occurs once.
        targets: number of statistics.
        lonely_psu: treatment of strata with one unit, by the whole design (decision 4); with `_domains` also of
            strata in which the domain has one unit.
    """

    def __init__(self, frame: Frame, unit: Codes, target: Codes, targets: int, lonely_psu: LonelyPsu) -> None:
        self._layers: list[_Layer] = []
        chain = frame.ancestors(unit)
        last = len(frame.stages) - 1
        for number, stage in enumerate(frame.stages):
            if number and not stage.multiplier.any():
                break
            if number == last:
                self._layers.append(_layer(stage, None, chain[number], target, targets, lonely_psu))
                continue
            pairs, entry = compress(chain[number] * targets + target)
            self._layers.append(_layer(stage, entry, pairs // targets, pairs % targets, targets, lonely_psu))

    def variance(self, z: Floats) -> Floats:
        """The variance of the total of each statistic's scores; z has one linearised value an entry."""
        total = self._layers[0].variance(z)
        for layer in self._layers[1:]:
            total = total + layer.variance(z)
        return total


class WholeSpread:
    """The design seen by statistics in which every unit of the sample takes part.

    Args:
        frame: the units of the whole sample.
        lonely_psu: as in `Spread`.
    """

    def __init__(self, frame: Frame, lonely_psu: LonelyPsu) -> None:
        self._frame, self._lonely_psu = frame, lonely_psu
        self._spreads: dict[int, Spread] = {}

    def variance(self, unit: Codes, target: Codes, own: Floats, loads: Floats, shared: Floats) -> Floats:
        """The variance of the total of each statistic's scores: own ones, and loads times those of all units.

        Args:
            unit: for each entry, its unit of the last stage.
            target: for each entry, its statistic; a pair of unit and target occurs once.
            own: one linearised value an entry.
            loads: statistics x K.
            shared: units x K.
        """
        units, found = self._frame.units, np.empty(len(loads))
        size = max(1, _ENTRIES // max(units, 1))
        for start in range(0, len(loads), size):
            part = loads[start : start + size]
            here = (target >= start) & (target < start + len(part))
            entry = unit[here] * len(part) + target[here] - start
            z = (shared @ part.T).ravel() + np.bincount(entry, own[here], units * len(part))
            found[start : start + len(part)] = self._spread(len(part)).variance(z)
        return found

    def _spread(self, targets: int) -> Spread:
        if targets not in self._spreads:
            pairs = np.arange(self._frame.units * targets)
            self._spreads[targets] = Spread(
                self._frame, pairs // targets, pairs % targets, targets, self._lonely_psu
            )
        return self._spreads[targets]


@dataclass(frozen=True)
class _Layer:
    """One stage: its pairs of group (stratum, or unit before) and statistic.

    Attributes:
        gather: for each entry, its pair of unit and statistic at this stage; None where they are the same.
        units: number of those pairs.
        pair: for each of those, its pair of group and statistic.
        owner: for each pair of group and statistic, the statistic.
        counted: units of the sample in the group.
        absent: those of them in which the statistic has no entry: their z is 0.
        centred: 0 where deviations are taken from zero instead of the group's mean.
        factor: what the sum of squared deviations is multiplied by.
        scale: what each statistic's sum is multiplied by (`average`); None for 1.
    """

    gather: Codes | None
    units: int
    pair: Codes
    owner: Codes
    targets: int
    counted: Floats
    absent: Floats
    centred: Floats
    factor: Floats
    scale: Floats | None

    def variance(self, z: Floats) -> Floats:
        """This stage's part of the variance."""
        if self.gather is not None:
            z = add_up(self.gather, z, self.units)
        groups = len(self.owner)
        mean = add_up(self.pair, z, groups) / self.counted * self.centred
        deviation = z - mean[self.pair]
        squares = add_up(self.pair, deviation * deviation, groups) + self.absent * mean * mean
        summed = add_up(self.owner, self.factor * squares, self.targets)
        return summed if self.scale is None else summed * self.scale


def _layer(
    stage: Stage, gather: Codes | None, unit: Codes, target: Codes, targets: int, lonely_psu: LonelyPsu
) -> _Layer:
    pairs, pair = compress(stage.group[unit] * targets + target)
    group, owner = pairs // targets, pairs % targets
    counted = stage.counted[group].astype(np.float64)
    present = np.bincount(pair, minlength=len(pairs))
    open_part = stage.multiplier[group] * (1 - stage.fraction[group])
    with np.errstate(divide="ignore", invalid="ignore"):
        alone = 1.0 if lonely_psu in ("adjust", "adjust_domains") else 0.0
        factor = open_part * np.where(counted > 1, counted / (counted - 1), alone)
    counts = _counting(counted, present, open_part, lonely_psu)
    return _Layer(
        gather=gather,
        units=len(unit),
        pair=pair,
        owner=owner,
        targets=targets,
        counted=counted,
        absent=counted - present,
        centred=np.where(_uncentred(counted, present, lonely_psu), 0.0, 1.0),
        factor=np.where(counts, factor, 0.0),
        scale=None if counts.all() else _average_scale(owner, counts, targets),
    )


def _uncentred(counted: Floats, present: Codes, lonely_psu: LonelyPsu) -> Flags:
    """Where deviations are taken from zero (the mean of all scores of a ratio), not from the stratum's mean."""
    if lonely_psu == "adjust":
        alone: Flags = counted == 1
    elif lonely_psu == "adjust_domains":
        alone = present == 1
    else:
        alone = np.zeros(len(counted), bool)
    return alone


def _counting(counted: Floats, present: Codes, open_part: Floats, lonely_psu: LonelyPsu) -> Flags:
    """Which strata count under `average`; those taken whole count, with nothing to add."""
    if lonely_psu == "average":
        lonely: Flags = counted == 1
    elif lonely_psu == "average_domains":
        lonely = present == 1
    else:
        lonely = np.zeros(len(counted), bool)
    counts: Flags = ~lonely | (open_part == 0)
    return counts


def _average_scale(owner: Codes, counts: Flags, targets: int) -> Floats:
    """Strata over strata that count; NaN where none counts."""
    strata = np.bincount(owner, minlength=targets).astype(np.float64)
    counting = np.bincount(owner, counts, targets)
    with np.errstate(divide="ignore", invalid="ignore"):
        scale: Floats = np.where(counting > 0, strata / counting, np.nan)
    return scale
