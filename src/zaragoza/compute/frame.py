"""The sampling frame as the sample shows it: units nested in strata, stage by stage."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property

import numpy as np

from zaragoza.compute.codes import Codes, Flags, Floats, compress, nested
from zaragoza.errors import DesignError, Fault


@dataclass(frozen=True)
class Stage:
    """One stage of selection.

    Attributes:
        group: for each unit, the group it was drawn from: its stratum (first stage) or the unit before.
        counted: units in the sample, per group, with or without members in any domain.
        fraction: sampling fraction per group; 0 where the population size is not given (with replacement).
        multiplier: product of the fractions of the stages before, per group.
    """

    group: Codes
    counted: Codes
    fraction: Floats
    multiplier: Floats


@dataclass(frozen=True)
class Frame:
    """All stages; cells refer to units of the last one.

    Attributes:
        weighted: for each primary unit, whether any of its rows has a weight above zero.
    """

    stages: tuple[Stage, ...]
    weighted: Flags

    @property
    def units(self) -> int:
        """Number of units of the last stage."""
        return len(self.stages[-1].group)

    @cached_property
    def degrees_of_freedom(self) -> int:
        """Primary units minus strata, counted on rows with a weight above zero (oracle README, `degf`)."""
        strata = np.unique(self.stages[0].group[self.weighted])
        return int(self.weighted.sum()) - len(strata)

    def ancestors(self, units: Codes) -> list[Codes]:
        """For units of the last stage, their units at every stage, first stage first."""
        chain = [units]
        for stage in self.stages[:0:-1]:
            chain.append(stage.group[chain[-1]])
        return chain[::-1]

    def primary(self, units: Codes) -> Codes:
        """The primary units of units of the last stage."""
        return self.ancestors(units)[0]


def build_frame(
    strata: Codes, stages: Sequence[Codes], sizes: Sequence[Floats], weighted: Flags
) -> tuple[Frame, Codes]:
    """The frame of a sample.

    Args:
        strata: first-stage stratum of each cell.
        stages: identifier of the unit at each stage, of each cell; may restart in every outer unit.
        sizes: population size of the group at each stage that has one, of each cell.
        weighted: whether the cell holds a row with a weight above zero.

    Returns:
        The frame, and for each cell the code of its unit of the last stage.

    Raises:
        DesignError: a population size differs within a group, is missing, or is smaller than the sample.
    """
    built: list[Stage] = []
    faults: list[Fault] = []
    outer, groups = strata, int(strata.max(initial=-1)) + 1
    multiplier = np.ones(groups)
    primary = strata
    for number, identifiers in enumerate(stages):
        unit, group = nested(outer, identifiers)
        counted = np.bincount(group, minlength=groups)
        if number < len(sizes):
            fraction, found = _fractions(outer, groups, sizes[number], counted, number + 1)
            faults.extend(found)
        else:
            fraction = np.zeros(groups)
        built.append(Stage(group, counted, fraction, multiplier))
        primary = unit if number == 0 else primary
        multiplier = (multiplier * fraction)[group]
        outer, groups = unit, len(group)
    if faults:
        raise DesignError(faults)
    has_weight = np.bincount(primary, weighted, minlength=len(built[0].group)) > 0
    return Frame(tuple(built), has_weight), outer


def _fractions(
    group: Codes, groups: int, size: Floats, counted: Codes, stage: int
) -> tuple[Floats, list[Fault]]:
    """Sampling fraction of every group, and what is wrong with the population sizes."""
    population = np.full(groups, np.nan)
    population[group] = size
    field = f"population_size, stage {stage}"
    way_out = (
        "Give the number of units in the population of each stratum (or of each unit, at a later stage)."
    )
    faults = []
    if np.isnan(size).any():
        count = int(np.isnan(size).sum())
        faults.append(Fault("design", field, "a size in every row", f"{count} cells without", way_out))
    differing = len(compress(group[population[group] != size])[0]) if not faults else 0
    if differing:
        faults.append(
            Fault("design", field, "one size per group", f"{differing} groups with several sizes", way_out)
        )
    small = int((population < counted).sum())
    if small:
        found = f"{small} groups with more units in the sample than in the population"
        faults.append(Fault("design", field, "at least the sample size", found, way_out))
    return counted / population, faults
