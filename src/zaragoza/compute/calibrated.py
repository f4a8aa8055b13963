"""What calibration leaves of an influence: the error of estimates with calibrated weights (methods/11 section 3)."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace

import numpy as np
import pyarrow as pa
from scipy import sparse

from zaragoza.compute.calibration import Auxiliaries, Margin, Number, Units, choose, solve
from zaragoza.compute.calibration.auxiliaries import SWEEPS, invert
from zaragoza.compute.codes import Codes, Floats, add_up
from zaragoza.compute.columns import floats, label_sql, read_domains
from zaragoza.engine import quote
from zaragoza.errors import DesignError, Fault
from zaragoza.model.design import Calibration, CalibrationMethod, Design, Replicates
from zaragoza.model.expression import Expression


@dataclass(frozen=True, eq=False)
class Calibrated:
    """The calibration of the rows of a sample.

    Attributes:
        own: x of each row.
        auxiliaries: x of each row, averaged over the units that share a factor.
        base_weight: of each row, averaged likewise.
        before: weight of each row before calibration.
        weight: of each row, after calibration.
        method: distance that was made least.
        bounds: of the factors.
        units: rows that share one factor.
        sweeps: coefficients as R's `rake` has them, by rounds of unweighted class means over the margins.
    """

    own: Auxiliaries
    auxiliaries: Auxiliaries
    base_weight: Floats
    before: Floats
    weight: Floats
    method: CalibrationMethod
    bounds: tuple[float, float] | None
    units: Units | None = None
    sweeps: bool = False

    def coefficients(self, influence: Floats, domain: Codes, domains: int) -> Floats:
        """B of the regression of each domain's influence (0 outside it) on x, weighted by the weights before.

        Returns:
            domains x k.
        """
        weight = np.ones_like(influence) if self.sweeps else self.base_weight
        rows = np.arange(len(influence) + 1)
        spread = sparse.csr_array((weight * influence, domain, rows), shape=(len(influence), domains))
        cross = np.asarray((self.auxiliaries.matrix.T @ spread).todense(), dtype=np.float64)
        gram = self.auxiliaries.gram(weight)
        found = _swept(gram, cross, self.auxiliaries) if self.sweeps else invert(gram) @ cross
        return np.asarray(found.T, dtype=np.float64)

    def residuals(self, influence: Floats) -> Floats:
        """Of an influence of all rows."""
        everyone = np.zeros(len(influence), dtype=np.int64)
        return influence - self.auxiliaries.fitted(self.coefficients(influence, everyone, 1)[0])

    def by_unit(self, unit: Codes, units: int) -> Floats:
        """Sums of w x by unit, units x k."""
        return self.auxiliaries.by_unit(unit, units, self.weight)


def calibration_of(design: Design | Replicates) -> Calibration | None:
    """The calibration of a design, or of the one that replicates are made from."""
    if isinstance(design, Replicates) and design.design is not None:
        return design.calibration or design.design.calibration
    return design.calibration


def calibration_sql(calibration: Calibration) -> dict[str, str]:
    """What the rows must be asked, by name of the column: base weight, classes, numbers, units."""
    texts = {"base_weight": f"CAST({quote(calibration.base_weight)} AS DOUBLE)"}
    for i, margin in enumerate(calibration.margins):
        texts |= {f"margin_{i}_{j}": label_sql(name) for j, name in enumerate(margin)}
    texts |= {
        f"number_{i}": f"CAST({Expression.parse(text).sql()} AS DOUBLE)"
        for i, text in enumerate(calibration.numbers)
    }
    return texts | {f"shared_{i}": label_sql(name) for i, name in enumerate(calibration.units)}


def read_calibrated(found: pa.Table, calibration: Calibration, weight: Floats) -> Calibrated:
    """The calibration of rows from the columns that `calibration_sql` asked for.

    Raises:
        DesignError: a base weight or a number is missing; all are reported.
    """
    margins = []
    for i, margin in enumerate(calibration.margins):
        classes, codes = read_domains(found, [f"margin_{i}_{j}" for j in range(len(margin))])
        margins.append(Margin(codes, tuple(" x ".join(margin) for _ in classes)))
    numbers = [Number(floats(found[f"number_{i}"]), text) for i, text in enumerate(calibration.numbers)]
    before = floats(found["base_weight"])
    _refuse_gaps({calibration.base_weight: before, **{n.label: n.values for n in numbers}})
    own = Auxiliaries.build(margins, numbers)
    units, auxiliaries, base = None, own, before
    if calibration.units:
        groups, code = read_domains(found, [f"shared_{i}" for i in range(len(calibration.units))])
        units = Units(code, len(groups))
        averaged = own.averaged(code, units.count, before)
        auxiliaries = replace(averaged, matrix=averaged.matrix[code], margins=own.margins)
        base = (add_up(code, before, units.count) / np.bincount(code, minlength=units.count))[code]
    return Calibrated(
        own=own, auxiliaries=auxiliaries, base_weight=base, before=before, weight=weight,
        method=calibration.method, bounds=calibration.bounds, units=units, sweeps=calibration.sweeps,
    )  # fmt: skip


def _refuse_gaps(columns: Mapping[str, Floats]) -> None:
    faults = [
        Fault("calibration", name, "a number in every row", f"{count} rows without", "Fill the column.")
        for name, values in columns.items()
        if (count := int((~np.isfinite(values)).sum()))
    ]
    if faults:
        raise DesignError(faults)


def recalibrate(weights: Floats, calibrated: Calibrated) -> Floats:
    """Replicate weights, each calibrated to the totals that the weights of the whole sample have.

    Args:
        weights: replicates x rows, before calibration.
        calibrated: the calibration of the sample.

    Raises:
        DesignError: totals that a replicate cannot meet; they are named.
    """
    totals = calibrated.own.cross(calibrated.weight)
    distance = choose(calibrated.method, calibrated.bounds)
    return np.stack(
        [row * solve(row, calibrated.own, totals, distance, calibrated.units).factors for row in weights]
    )


def _swept(gram: Floats, cross: Floats, auxiliaries: Auxiliaries) -> Floats:
    """Ten rounds of block Gauss-Seidel on gram B = cross, a block a margin: R's sweeps over unweighted class means."""
    found = np.zeros_like(cross)
    size = np.maximum(np.diag(gram), 1.0)[:, None]
    for _ in range(SWEEPS):
        start = 0
        for margin in auxiliaries.margins:
            block = slice(start, start + len(margin.labels))
            found[block] += (cross[block] - gram[block] @ found) / size[block]
            start = block.stop
    return found
