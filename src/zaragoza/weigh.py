"""The weights of a run: as the office made them, or calibrated to the sizes that the monitor knows."""

from __future__ import annotations

import contextlib
import math
from collections.abc import Iterator
from dataclasses import dataclass, replace

import numpy as np

from zaragoza.catalogue.monitor_calibration import BASE_WEIGHT
from zaragoza.compute.weighting import Request, calibrate, summarise
from zaragoza.engine import Table
from zaragoza.errors import DefinitionError, DesignError, Fault
from zaragoza.model.design import Calibration, Design, Replicates
from zaragoza.model.monitor import Monitor
from zaragoza.model.weighting import CALIBRATED_WEIGHT, CalibrationSummary

WHERE = "monitor.toml, [calibration]"


@dataclass(frozen=True)
class Weighted:
    """Persons with the weights of a run.

    Attributes:
        persons: the table, with calibrated weights where the run made them.
        design: what errors come from; it knows how the weights were calibrated.
        summary: what calibration did to the weights; None where they were not calibrated.
    """

    persons: Table
    design: Design | Replicates
    summary: CalibrationSummary | None


def weigh(persons: Table, monitor: Monitor) -> Weighted:
    """Calibrates the weights where the monitor knows the sizes of the population.

    Args:
        persons: classified.
        monitor: says how.

    Raises:
        DesignError: classes, weights or totals that do not fit; the margins are named.
        DefinitionError: sizes that contradict each other, or columns that do not fit.
    """
    design, plan = monitor.source.sampling(persons.columns), monitor.calibration
    if plan is None:
        return Weighted(persons, design, None)
    with _in_monitor():
        if not plan.here:
            return Weighted(persons, _calibrated(design, plan.calibration), _summary(persons, design))
        how = plan.calibration
        request = Request(design, how.method, how.bounds, how.units, plan.trim, CALIBRATED_WEIGHT)
        done = calibrate(persons, plan.known, request)
        return Weighted(persons.engine.table(done.data), done.design, done.summary)


def _calibrated(design: Design | Replicates, calibration: Calibration) -> Design | Replicates:
    if isinstance(design, Replicates) and design.design is not None:
        return replace(design, design=replace(design.design, calibration=calibration))
    return replace(design, calibration=calibration)


def _summary(persons: Table, design: Design | Replicates) -> CalibrationSummary:
    """Of the office's own calibration."""
    drawn = design.design if isinstance(design, Replicates) and design.design else design
    weights = persons.select([str(drawn.weight), BASE_WEIGHT]).arrow()
    after, before = (np.asarray(column.to_numpy(), dtype=np.float64) for column in weights.columns)
    if not (np.isfinite(before).all() and (before[after > 0] > 0).all()):
        count = int((~np.isfinite(before)).sum() + (before[after > 0] <= 0).sum())
        expected, way_out = "a base weight above 0 where the weight is", "Map the weight before calibration."
        raise DesignError(Fault(WHERE, BASE_WEIGHT, expected, f"{count} rows without", way_out))
    return summarise(before, after, None, math.nan, 0)


@contextlib.contextmanager
def _in_monitor() -> Iterator[None]:
    """Faults of a calibration are those of its table in the monitor."""
    try:
        yield
    except (DesignError, DefinitionError) as error:
        way_out = "Correct the sizes, the margins or the classes in [calibration]."
        faults = [
            replace(
                fault, where=WHERE, way_out=way_out if fault.way_out == "Correct the call." else fault.way_out
            )
            for fault in error.faults
        ]
        raise type(error)(faults) from None
