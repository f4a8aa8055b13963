"""Linear programmes over all tables that agree with what is known: one model a connected part, solved many times."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import highspy
import numpy as np
from scipy.sparse import coo_array, csr_array
from scipy.sparse.csgraph import connected_components

from zaragoza.protect.deduce import Interval
from zaragoza.protect.figures import Bools, Floats, Ints
from zaragoza.protect.lines import Lines
from zaragoza.protect.solver import Solver

# Of the largest number of a part: how far its rows may be off, as rounding makes them. Beside ten million people that
# would be a person, and numbers that contradict each other by one would pass for a secret: so it is never more than a
# small part of what is asked, but where numbers so large, shown ones too, have no such places.
_LOOSE = (1e-9, 1e-7)
_OF_ASKED, _PLACES = 1e-4, 1e-13
_TOLD = 100  # times what rounding may be off: a smaller width cannot be told from none
_PRIMAL_SIMPLEX = 4  # a table stays feasible when only the question changes
_LARGE = 2_000  # cells of a part: beyond, each programme is made smaller and solved anew
# Of the largest number of a part: how far the solver may be off, and how far a table. By default it is 1e-7: beside ten
# million people one more or less would pass for rounding, and a number that is known for one that can be this or that.
_SOLVED, _ACCURATE = 1e-10, 1e-9
_CLOSE = 1e-2  # of what is asked: a table that is off by more is none either
_ENDLESS = frozenset((highspy.HighsModelStatus.kUnbounded, highspy.HighsModelStatus.kUnboundedOrInfeasible))


@dataclass(frozen=True)
class Part:
    """Cells that are tied together, directly or through others, and all that ties them.

    Attributes:
        cells: the cells; a column each.
        low, high: of each column.
        matrix: a row an equation, a column a cell.
        sums: what each row adds up to.
        scale: the largest number of the part.
        rounding: how far its sums may be off, as numbers have so many places, those of shown cells too.
    """

    cells: Ints
    low: Floats
    high: Floats
    matrix: csr_array
    sums: Floats
    scale: float
    rounding: float

    @property
    def told(self) -> float:
        """The smallest width that can be told from none."""
        return _TOLD * self.rounding

    @property
    def solved(self) -> float:
        """The smallest width that the solver is sure to find: a smaller one may be there although it is not found."""
        return _SOLVED * self.scale

    def loosest(self, asked: float) -> float:
        """How far equations may be off, for rounding, where a width is asked of their cells."""
        return max(min(_LOOSE[-1] * self.scale, _OF_ASKED * asked), self.rounding)


def parts(lines: Lines, known: Interval, wanted: Bools) -> Iterator[Part]:
    """The connected parts with wanted cells that are not known, in the order of their first cells.

    Args:
        lines: the lines.
        known: what is known of every cell; one whose bounds meet is a number.
        wanted: the cells that are asked for.
    """
    open_ = known.low < known.high
    cells = np.flatnonzero(open_)
    if not len(cells):
        return
    column = np.cumsum(open_) - 1
    matrix, sums, largest = _equations(lines, known, open_, column, len(cells))
    touched = np.diff(matrix.indptr) > 0
    matrix, sums, largest = matrix[touched], sums[touched], largest[touched]
    entries = matrix.tocoo()
    graph = coo_array(
        (np.ones(matrix.nnz), (entries.row, entries.col + matrix.shape[0])),
        shape=(sum(matrix.shape), sum(matrix.shape)),
    )
    _, label = connected_components(graph, directed=False)
    row_label, column_label = label[: matrix.shape[0]], label[matrix.shape[0] :]
    row_order, column_order = np.argsort(row_label, kind="stable"), np.argsort(column_label, kind="stable")
    labels, first = np.unique(column_label[column_order], return_index=True)
    bounds = [*first.tolist(), len(cells)]
    asked = np.isin(labels, column_label[wanted[cells]])
    for place in np.flatnonzero(asked)[np.argsort(column_order[first[asked]])]:
        columns = column_order[bounds[place] : bounds[place + 1]]
        edge = np.searchsorted(row_label[row_order], [labels[place], labels[place] + 1])
        rows = row_order[edge[0] : edge[1]]
        yield _part(cells[columns], known, matrix[rows][:, columns], sums[rows], largest[rows])


def _equations(
    lines: Lines, known: Interval, open_: Bools, column: Ints, columns: int
) -> tuple[csr_array, Floats, Floats]:
    """The lines over the open cells, what the other cells leave them to add up to, and the largest of the others."""
    inner = open_[lines.cell]
    settled = np.where(open_, 0.0, (known.low + known.high) / 2)
    held: Floats = np.bincount(lines.line, lines.side * settled[lines.cell], lines.count).astype(np.float64)
    entries = lines.of(inner)
    matrix = csr_array(
        (entries.side.astype(np.float64), (entries.line, column[entries.cell])), shape=(lines.count, columns)
    )
    largest = np.zeros(lines.count)
    np.maximum.at(largest, lines.line, np.abs(settled[lines.cell]))
    return matrix, -held, largest


def _part(cells: Ints, known: Interval, matrix: csr_array, sums: Floats, largest: Floats) -> Part:
    low, high = known.low[cells], known.high[cells]
    numbers = np.abs(np.concatenate([low, high, sums]))
    scale = float(numbers[np.isfinite(numbers)].max(initial=0.0)) or 1.0
    rounding = _PLACES * max(scale, float(largest.max(initial=0.0)))
    return Part(cells, low, high, csr_array(matrix), sums, scale, rounding)


class Programme:
    """The tables of a part that agree with all that is known.

    Attributes:
        part: what it is made of.
        consistent: whether there is any, but for rounding.
        table: one of them, if there is any.
        near: how far a table may be off, beside what equations may be.
    """

    def __init__(self, part: Part, asked: float = np.inf) -> None:
        """Takes a part.

        Args:
            part: of at least one cell.
            asked: the least width that is asked of its bounds: far less than that is rounding.
        """
        self.part = part
        self.near = max(min(_ACCURATE * part.scale, _CLOSE * asked), part.rounding)
        self._columns = np.arange(len(part.cells), dtype=np.int32)
        self._solver = Solver()
        self._large = len(part.cells) > _LARGE
        self._solver.setOptionValue("run_crossover", "off")
        self._solver.setOptionValue("primal_feasibility_tolerance", _SOLVED)
        if not self._large:
            self._solver.setOptionValue("simplex_strategy", _PRIMAL_SIMPLEX)
            self._solver.setOptionValue("presolve", "off")
        most = part.loosest(asked)
        tables = (self._set(loose) for loose in (0.0, min(_LOOSE[0] * part.scale, most), most))
        table = next((table for table in tables if table is not None), None)
        self.consistent, self.table = table is not None, np.zeros(0) if table is None else table

    def highest(self, weights: Floats) -> Floats | None:
        """The table in which the weighted sum of the cells is highest; None where it has no highest."""
        self._ask(weights)
        return self._solution("simplex")

    def high(self, weights: Floats) -> Floats | None:
        """A table in which the sum is high; of a large part one with few cells at their bounds, which is found fast."""
        self._ask(weights)
        if self._large and (table := self._solution("ipm")) is not None:
            return table
        return self._solution("simplex")

    def _off(self, table: Floats) -> float:
        """How far a table is beyond what is known, at most."""
        part = self.part
        beyond = np.maximum(part.low - table, table - part.high).max()
        rows = np.abs(part.matrix @ table - part.sums).max(initial=0.0) - self._loose
        return float(max(beyond, rows, 0.0))

    @property
    def endless(self) -> bool:
        """Whether the sum asked for last can be as high as anybody likes."""
        return self._solver.getModelStatus() in _ENDLESS

    def _ask(self, weights: Floats) -> None:
        self._solver.changeColsCost(len(weights), self._columns, -np.asarray(weights, dtype=np.float64))

    def within(self, low: Floats, high: Floats) -> None:
        """From now on only tables between these bounds count, beside what is known."""
        part = self.part
        self._solver.changeColsBounds(
            len(low),
            self._columns,
            np.maximum(part.low, low) / part.scale,
            np.minimum(part.high, high) / part.scale,
        )

    def _model(self, loose: float) -> highspy.HighsLp:
        part = self.part
        model = highspy.HighsLp()
        model.num_col_, model.num_row_ = len(part.cells), part.matrix.shape[0]
        model.col_cost_ = np.zeros(len(part.cells))
        model.col_lower_, model.col_upper_ = part.low / part.scale, part.high / part.scale
        model.row_lower_ = (part.sums - loose) / part.scale
        model.row_upper_ = (part.sums + loose) / part.scale
        model.a_matrix_.format_ = highspy.MatrixFormat.kRowwise
        model.a_matrix_.start_ = part.matrix.indptr
        model.a_matrix_.index_ = part.matrix.indices
        model.a_matrix_.value_ = part.matrix.data
        return model

    def _set(self, loose: float) -> Floats | None:
        """A table of which rows may be off by this much."""
        self._loose = loose
        self._solver.passModel(self._model(loose))
        return self._solution("simplex")

    def _solution(self, solver: str) -> Floats | None:
        """A table that agrees with all that is known, to within far less than a person."""
        self._solver.setOptionValue("solver", solver)
        self._solver.run()
        if self._solver.getModelStatus() == highspy.HighsModelStatus.kUnknown:
            self._solver.clearSolver()  # from the solution before it did not get there
            self._solver.run()
        if self._solver.getModelStatus() != highspy.HighsModelStatus.kOptimal:
            return None
        table = np.array(self._solver.getSolution().col_value) * self.part.scale
        return table if self._off(table) <= self.near else None
