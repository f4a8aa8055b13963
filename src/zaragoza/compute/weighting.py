"""Calibration of survey weights to known totals of the population (methods/11 sections 3 to 5).

Post-stratification, raking, generalised regression (GREG), also with bounds, and bounded logit calibration are one
problem with different distances: Deville and Sarndal, Calibration estimators in survey sampling, JASA 87 (1992).
"""

from __future__ import annotations

import math
from dataclasses import dataclass, replace

import numpy as np
import pyarrow as pa

from zaragoza.compute.calibration.distance import choose
from zaragoza.compute.calibration.known import Given, KnownTotals, crossed, read_totals
from zaragoza.compute.calibration.read import Sample, read_sample
from zaragoza.compute.calibration.solve import solve
from zaragoza.compute.calibration.trim import cap_of, effective_sample_size, recalibrate, weighting_effect
from zaragoza.compute.codes import Floats
from zaragoza.engine import Table
from zaragoza.errors import DefinitionError, DesignError, Fault
from zaragoza.model.design import Calibration, CalibrationMethod, Design, Replicates
from zaragoza.model.weighting import CalibrationSummary

__all__ = [
    "Calibrated",
    "CalibrationSummary",
    "calibrate",
    "effective_sample_size",
    "summarise",
    "weighting_effect",
]

_METHODS = ("linear", "raking", "logit")
_AT_BOUND = 1e-6


@dataclass(frozen=True, eq=False)
class Calibrated:
    """Data with calibrated weights.

    Attributes:
        data: the rows as they came, with the column of the new weights; and one of base weights 1 where the design
            had none.
        design: the design with the new weight, which knows how it was calibrated, so that errors count it.
        report: a row for each total: margin, class (NULL for a number), target, and the weighted sum before and after.
        summary: what happened to the weights.
    """

    data: pa.Table
    design: Design | Replicates
    report: pa.Table
    summary: CalibrationSummary


@dataclass(frozen=True)
class Request:
    """The arguments of a call beside data and totals, checked against each other.

    Attributes:
        design: how the sample was drawn.
        method: distance.
        bounds: least and greatest factor, or None.
        units: columns of the units that share a factor.
        trim: largest weight as a multiple of the median, or None.
        name: of the new column.
    """

    design: Design | Replicates
    method: CalibrationMethod
    bounds: tuple[float, float] | None
    units: tuple[str, ...]
    trim: float | None
    name: str

    @property
    def weight(self) -> str | None:
        """Column of the weights before calibration; None is 1."""
        if isinstance(self.design, Replicates) and self.design.design is not None:
            return self.design.weight or self.design.design.weight
        return self.design.weight

    def refuse(self) -> None:
        """What is wrong with the call itself.

        Raises:
            DefinitionError: all of it.
        """
        faults = [*self._design_faults(), *self._method_faults()]
        if not isinstance(self.name, str) or not self.name:
            faults.append(_fault("name", "name", "a name for the new column", "none"))
        if not all(isinstance(unit, str) for unit in self.units):
            faults.append(_fault("units", "units", "names of columns", "something else"))
        if self.trim is not None and not (_finite(self.trim) and self.trim > 1):
            faults.append(
                _fault("trim", "trim", "a multiple of the median above 1, usually 3 to 6", "another")
            )
        if faults:
            raise DefinitionError(faults)

    def _design_faults(self) -> list[Fault]:
        if not _is_design(self.design):
            return [_fault("design", "design", "Design(...) or Replicates(...)", "something else")]
        inner = self.design.design if isinstance(self.design, Replicates) else None
        if self.design.calibration or (inner and inner.calibration):
            found, way_out = "one that is", "Calibrate the base weights to all totals in one call."
            return [Fault("design", "calibration", "a design that is not calibrated yet", found, way_out)]
        if isinstance(self.design, Replicates) and inner is None and self.design.weight is None:
            return [_fault("design", "weight", "the column of the weights of the whole sample", "none")]
        return []

    def _method_faults(self) -> list[Fault]:
        if self.method not in _METHODS:
            return [_fault("method", str(self.method), "one of " + ", ".join(_METHODS), "another")]
        if self.bounds is None:
            missing = self.method == "logit"
            found = "none" if missing else ""
            return [_fault("bounds", "bounds", "bounds for logit, e.g. (0.5, 2)", found)] if missing else []
        if self.method == "raking":
            way_out = "Use logit, which is close to raking within bounds, or leave the bounds out."
            return [Fault("bounds", "bounds", "no bounds for raking", "bounds", way_out)]
        if not _around_one(self.bounds):
            return [_fault("bounds", "bounds", "two numbers, 0 <= lower < 1 < upper", "others")]
        return []


def calibrate(table: Table, totals: Given, request: Request) -> Calibrated:
    """Weights as close to the given ones as can be whose sums are the known totals.

    Args:
        table: persons.
        totals: as the function of the same name in `zaragoza.api.weighting` takes them.
        request: the other arguments.

    Raises:
        DefinitionError: the call is wrong, or does not fit the columns of the data.
        DesignError: weights or classes cannot be used, or totals cannot be met; they are named.
    """
    request.refuse()
    known = read_totals(totals)
    _refuse_taken(table, request)
    sample = read_sample(table, known, request.weight, request.units)
    found = solve(
        sample.weights,
        sample.auxiliaries,
        sample.totals,
        choose(request.method, request.bounds),
        sample.units,
    )
    weights, iterations = sample.weights * found.factors, found.iterations
    _refuse_negative(weights)
    trimmed = math.nan
    if request.trim is not None:
        cap = cap_of(weights, request.trim)
        trimmed = float(np.mean(weights[weights > 0] > cap))
        if trimmed:
            weights, again = recalibrate(
                weights, sample.weights, cap, sample.auxiliaries, sample.totals, request.bounds, sample.units
            )
            iterations += again.iterations
    summary = summarise(sample.weights, weights, request.bounds, trimmed, iterations)
    data, design = _result(sample, weights, known, request)
    return Calibrated(data, design, _report(sample, weights, known), summary)


def _refuse_taken(table: Table, request: Request) -> None:
    names = [request.name, *([] if request.weight else [_base_name(request)])]
    taken = {column.lower() for column in table.columns}
    faults = [
        _fault("name", name, "a name that no column of the data has", "one that is taken")
        for name in names
        if name.lower() in taken
    ]
    if faults:
        raise DefinitionError(faults)


def _refuse_negative(weights: Floats) -> None:
    if negative := int(np.count_nonzero(weights < 0)):
        way_out = "Give bounds, such as (0.3, 3), or use raking or logit."
        found = f"{negative} rows with a negative one"
        raise DesignError(Fault("method", "linear", "calibrated weights of 0 or more", found, way_out))


def _base_name(request: Request) -> str:
    return f"{request.name}_base"


def _result(
    sample: Sample, weights: Floats, known: KnownTotals, request: Request
) -> tuple[pa.Table, Design | Replicates]:
    data, base = sample.data, request.weight
    if base is None:
        base = _base_name(request)
        data = data.append_column(base, pa.array(sample.weights))
    calibration = Calibration(
        base_weight=base,
        margins=tuple(margin.columns for margin in known.margins),
        numbers=tuple(known.numbers),
        units=request.units,
        method=request.method,
        bounds=request.bounds,
    )
    data = data.append_column(request.name, pa.array(weights))
    drawn = request.design
    if (
        isinstance(drawn, Replicates) and drawn.design is not None
    ):  # its design holds the weight of those that are made
        inner = replace(drawn.design, weight=request.name, calibration=calibration)
        return data, replace(drawn, weight=None, design=inner)
    return data, replace(drawn, weight=request.name, calibration=calibration)


def _report(sample: Sample, weights: Floats, known: KnownTotals) -> pa.Table:
    margins = [margin.name for margin in known.margins for _ in margin.sizes]
    classes: list[str | None] = [crossed(codes) for margin in known.margins for codes in margin.sizes]
    return pa.table(
        {
            "margin": pa.array([*margins, *known.numbers], pa.string()),
            "class": pa.array([*classes, *(None for _ in known.numbers)], pa.string()),
            "target": sample.totals,
            "before": sample.auxiliaries.cross(sample.weights),
            "after": sample.auxiliaries.cross(weights),
        }
    )


def summarise(
    before: Floats, after: Floats, bounds: tuple[float, float] | None, trimmed: float, iterations: int
) -> CalibrationSummary:
    """What calibration did to the weights.

    Args:
        before: weights of the rows.
        after: the calibrated ones.
        bounds: of the factors, if there were any.
        trimmed: share of the rows whose weight lay above the cap; NaN without one.
        iterations: steps that it took.
    """
    counted = before > 0
    factors = after[counted] / before[counted]
    at_bounds = math.nan
    if bounds is not None:
        at_bounds = float(np.mean(np.isclose(factors[:, None], bounds, rtol=_AT_BOUND, atol=0).any(axis=1)))
    return CalibrationSummary(
        n=int(counted.sum()),
        n_eff_before=effective_sample_size(before),
        n_eff_after=effective_sample_size(after),
        deff_before=weighting_effect(before),
        deff_after=weighting_effect(after),
        least_factor=float(factors.min()),
        greatest_factor=float(factors.max()),
        share_at_bounds=at_bounds,
        trimmed_share=trimmed,
        iterations=iterations,
    )


def _is_design(design: object) -> bool:
    return isinstance(design, Design | Replicates)


def _finite(value: object) -> bool:
    return isinstance(value, int | float) and not isinstance(value, bool) and math.isfinite(value)


def _around_one(bounds: object) -> bool:
    if not isinstance(bounds, tuple) or len(bounds) != 2 or not all(map(_finite, bounds)):
        return False
    return bool(0 <= bounds[0] < 1 < bounds[1])


def _fault(where: str, field: str, expected: str, found: str) -> Fault:
    return Fault(where, field, expected, found, "Correct the call.")
