"""Standard errors of adjusted statistics: from cells, from calibrated rows, or from replicate weights."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import Protocol

import numpy as np

from zaragoza.compute.adjust.methods import Method
from zaragoza.compute.adjust.pairs import Pair
from zaragoza.compute.adjust.smooth import raw_gap
from zaragoza.compute.adjust.table import Adjusted, AdjustTable, Part
from zaragoza.compute.cells import Cells
from zaragoza.compute.codes import Floats, add_up
from zaragoza.compute.estimates import Options
from zaragoza.compute.replicates import Replicated
from zaragoza.compute.rows import Rows
from zaragoza.compute.scores import Replication
from zaragoza.compute.variance import Spread
from zaragoza.model.estimate import GAP


class Errors(Protocol):
    """How the parts of an adjusted gap get their errors."""

    def of(self, name: str, pair: Pair, table: AdjustTable, parts: Sequence[Part], method: Method) -> Floats:
        """One standard error for each part; NaN where it has none."""


class CellErrors:
    """Linearisation on sums by unit and domain."""

    def __init__(self, cells: Cells, options: Options) -> None:
        self._cells, self._options = cells, options
        self._spreads: dict[tuple[str, ...], Spread] = {}

    def of(self, name: str, pair: Pair, table: AdjustTable, parts: Sequence[Part], method: Method) -> Floats:
        """From the scores by_total w y + by_size w."""
        cells, units, spread = self._cells, len(pair.units), self._spread(pair)
        y, weight = cells.numerators[name][pair.cell], cells.denominators[name][pair.cell]
        scores = (part.by_total[pair.place] * y + part.by_size[pair.place] * weight for part in parts)
        return np.array([np.sqrt(spread.variance(add_up(pair.entry, z, units))[0]) for z in scores])

    def _spread(self, pair: Pair) -> Spread:
        """Measures share the units of a pair."""
        if pair.row not in self._spreads:
            target = np.zeros(len(pair.units), dtype=np.int64)
            self._spreads[pair.row] = Spread(
                self._cells.frame, pair.units, target, 1, self._options.lonely_psu
            )
        return self._spreads[pair.row]


class RowErrors:
    """Linearisation on persons with calibrated weights: what calibration leaves of their influence."""

    def __init__(self, rows: Rows, options: Options) -> None:
        self._rows, units = rows, rows.frame.units
        everything = np.zeros(units, dtype=np.int64)
        self._spread = Spread(rows.frame, np.arange(units), everything, 1, options.lonely_psu)

    def of(self, name: str, pair: Pair, table: AdjustTable, parts: Sequence[Part], method: Method) -> Floats:
        """From the residuals of the influences by_total y + by_size on the calibration variables."""
        rows, answers = self._rows, self._rows.answers[name]
        place = np.full(len(rows.categories), -1)
        place[pair.domains] = np.arange(len(pair.domains))
        position = place[rows.domain]
        counts = answers.answered & (position >= 0)
        y = np.where(answers.answered, answers.value, 0.0)
        errors = []
        for part in parts:
            influence = np.where(counts, part.by_total[position] * y + part.by_size[position], 0.0)
            left = influence if rows.calibrated is None else rows.calibrated.residuals(influence)
            scores = add_up(rows.unit, rows.weight * left, rows.frame.units)
            errors.append(np.sqrt(self._spread.variance(scores)[0]))
        return np.array(errors)


class ReplicateErrors:
    """The method once more under every set of replicate weights."""

    def __init__(self, rows: Rows, replicates: Replicated, replication: Replication) -> None:
        self._rows, self._replicates, self._replication = rows, replicates, replication
        self._sums: dict[str, tuple[Floats, Floats]] = {}

    def of(self, name: str, pair: Pair, table: AdjustTable, parts: Sequence[Part], method: Method) -> Floats:
        """From the spread of the replicates."""
        totals, sizes = self._by_replicate(name)
        values = np.full((len(parts), totals.shape[1]), np.nan)
        for number in range(totals.shape[1]):
            one = replace(table, total=totals[pair.domains, number], size=sizes[pair.domains, number])
            values[:, number] = _values(one, method(one), parts)
        estimates = np.array([part.value for part in parts])
        return self._replication.standard_error(values, estimates)

    def _by_replicate(self, name: str) -> tuple[Floats, Floats]:
        """Totals and sizes, domains x replicates."""
        if name not in self._sums:
            rows, answers = self._rows, self._rows.answers[name]
            counted, domains = np.flatnonzero(answers.answered), len(rows.categories)
            domain, y = rows.domain[counted], answers.value[counted]
            totals, sizes = [], []
            for block in self._replicates.blocks(rows):
                for weight in block.at(counted):
                    totals.append(np.bincount(domain, weight * y, domains))
                    sizes.append(np.bincount(domain, weight, domains))
            self._sums[name] = np.stack(totals, axis=1), np.stack(sizes, axis=1)
        return self._sums[name]


def _values(table: AdjustTable, adjusted: Adjusted, parts: Sequence[Part]) -> Floats:
    """The values of the same parts; NaN where a replicate has none."""
    found = {(part.statistic, part.detail): part.value for part in adjusted.parts}
    found[GAP, None] = raw_gap(table).value
    return np.array([found.get((part.statistic, part.detail), np.nan) for part in parts])
