"""Standard errors of adjusted statistics: from cells, from calibrated rows, or from replicate weights."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace
from typing import Protocol

import numpy as np
from scipy.sparse import csr_array

from zaragoza.compute.adjust.methods import Method
from zaragoza.compute.adjust.pairs import Pair
from zaragoza.compute.adjust.smooth import raw_gap
from zaragoza.compute.adjust.table import Adjusted, AdjustTable, Part
from zaragoza.compute.cells import Cells
from zaragoza.compute.codes import Floats, add_up
from zaragoza.compute.frame import Frame
from zaragoza.compute.replicates import Replicated
from zaragoza.compute.rows import Rows
from zaragoza.compute.scores import Replication
from zaragoza.compute.variance import Spread
from zaragoza.model.design import LonelyPsu
from zaragoza.model.estimate import GAP


class PairErrors(Protocol):
    """How the parts of the adjusted gap of one group get their errors."""

    def __call__(self, name: str, table: AdjustTable, parts: Sequence[Part], method: Method) -> Floats:
        """One standard error for each part of a measure; NaN where it has none."""


Errors = Callable[[Pair], PairErrors]


class CellErrors:
    """Linearisation on sums by unit and domain.

    Args:
        cells: of all groups.
        lonely_psu: how strata with one unit are treated.
        pair: the group and its reference group.
    """

    def __init__(self, cells: Cells, lonely_psu: LonelyPsu, pair: Pair) -> None:
        self._cells, self._pair = cells, pair
        target = np.zeros(len(pair.units), dtype=np.int64)
        self._spread = Spread(cells.frame, pair.units, target, 1, lonely_psu)
        self._place = pair.place.astype(np.int32)
        self._ends = np.append(pair.start, len(pair.cell)).astype(np.int32)
        self._weights: dict[int, csr_array] = {}

    def __call__(self, name: str, table: AdjustTable, parts: Sequence[Part], method: Method) -> Floats:
        """From the scores by_total w y + by_size w."""
        if not parts:
            return np.empty(0)
        by_total, by_size = (np.column_stack(each) for each in zip(*map(_slopes, parts), strict=True))
        scores = self._by_unit(self._cells.numerators[name]) @ by_total + self._weight(name) @ by_size
        return np.array(
            [np.sqrt(self._spread.variance(score)[0]) for score in np.ascontiguousarray(scores.T)]
        )

    def _weight(self, name: str) -> csr_array:
        """The denominators; shared by measures that the same persons answered."""
        weight = self._cells.denominators[name]
        if id(weight) not in self._weights:
            self._weights[id(weight)] = self._by_unit(weight)
        return self._weights[id(weight)]

    def _by_unit(self, values: Floats) -> csr_array:
        """Values of the pair's cells, sampling units x domains."""
        shape = (len(self._pair.units), len(self._pair.domains))
        return csr_array((values.take(self._pair.cell), self._place, self._ends), shape=shape)


class RowErrors:
    """Linearisation on persons with calibrated weights: what calibration leaves of their influence.

    Args:
        rows: all persons.
        spread: of all units.
        pair: the group and its reference group.
    """

    def __init__(self, rows: Rows, spread: Spread, pair: Pair) -> None:
        self._rows, self._spread, self._position = rows, spread, pair.positions(rows)

    def __call__(self, name: str, table: AdjustTable, parts: Sequence[Part], method: Method) -> Floats:
        """From the residuals of the influences by_total y + by_size on the calibration variables."""
        rows, answers, position = self._rows, self._rows.answers[name], self._position
        counts = answers.answered & (position >= 0)
        y = np.where(answers.answered, answers.value, 0.0)
        errors = []
        for part in parts:
            influence = np.where(counts, part.by_total[position] * y + part.by_size[position], 0.0)
            left = influence if rows.calibrated is None else rows.calibrated.residuals(influence)
            scores = add_up(rows.unit, rows.weight * left, rows.frame.units)
            errors.append(np.sqrt(self._spread.variance(scores)[0]))
        return np.array(errors)


def whole_spread(frame: Frame, lonely_psu: LonelyPsu) -> Spread:
    """The design seen by scores of every unit."""
    return Spread(frame, np.arange(frame.units), np.zeros(frame.units, dtype=np.int64), 1, lonely_psu)


class ReplicateSums:
    """Totals and sizes of every measure under every set of replicate weights."""

    def __init__(self, rows: Rows, replicates: Replicated, replication: Replication) -> None:
        self._rows, self._replicates, self.replication = rows, replicates, replication
        self._sums: dict[str, tuple[Floats, Floats]] = {}

    def of(self, name: str) -> tuple[Floats, Floats]:
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


class ReplicateErrors:
    """The method once more under every set of replicate weights.

    Args:
        sums: under each set.
        pair: the group and its reference group.
    """

    def __init__(self, sums: ReplicateSums, pair: Pair) -> None:
        self._sums, self._domains = sums, pair.domains

    def __call__(self, name: str, table: AdjustTable, parts: Sequence[Part], method: Method) -> Floats:
        """From the spread of the replicates."""
        totals, sizes = (sums[self._domains] for sums in self._sums.of(name))
        values = np.full((len(parts), totals.shape[1]), np.nan)
        for number in range(totals.shape[1]):
            one = replace(table, total=totals[:, number], size=sizes[:, number])
            values[:, number] = _values(one, method(one), parts)
        estimates = np.array([part.value for part in parts])
        return self._sums.replication.standard_error(values, estimates)


def _slopes(part: Part) -> tuple[Floats, Floats]:
    return part.by_total, part.by_size


def _values(table: AdjustTable, adjusted: Adjusted, parts: Sequence[Part]) -> Floats:
    """The values of the same parts; NaN where a replicate has none."""
    found = {(part.statistic, part.detail): part.value for part in adjusted.parts}
    found[GAP, None] = raw_gap(table).value
    return np.array([found.get((part.statistic, part.detail), np.nan) for part in parts])
