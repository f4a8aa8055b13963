"""Auxiliary variables of a calibration: margins as classes, numbers as they stand, one sparse row a person.

The same sums serve the weights (Newton's method) and the variance (residuals), so both see the same variables.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property

import numpy as np
from scipy import sparse

from zaragoza.compute.codes import Codes, Floats, add_up, compress

SWEEPS = 10  # R survey's `rake`
_BLOCK = 1 << 17  # rows
_RANK = 1e-12  # eigenvalues below this share of the largest are those of redundant margins


@dataclass(frozen=True, eq=False)
class Margin:
    """A categorical variable whose classes have known sizes.

    Attributes:
        codes: class of each row, 0, 1, ...
        labels: what each class is called in errors; its length is the number of classes.
    """

    codes: Codes
    labels: tuple[str, ...]


@dataclass(frozen=True, eq=False)
class Number:
    """A numerical variable whose total is known.

    Attributes:
        values: one a row.
        label: what it is called in errors.
    """

    values: Floats
    label: str


@dataclass(frozen=True, eq=False)
class Auxiliaries:
    """The matrix x (n rows, k columns) of a calibration, and the sums made with it.

    Columns are the classes of the margins, margin by margin, then the numbers. They may be redundant: every solution
    uses a generalised inverse.

    Attributes:
        matrix: x, sparse by rows.
        labels: names of the columns.
        margins: what the columns were made of; empty for averages over units.
        numbers: likewise.
    """

    matrix: sparse.csr_array
    labels: tuple[str, ...]
    margins: tuple[Margin, ...] = ()
    numbers: tuple[Number, ...] = ()

    @staticmethod
    def build(margins: Sequence[Margin], numbers: Sequence[Number] = ()) -> Auxiliaries:
        """The auxiliaries of rows from their classes and numbers; at least one of either."""
        width = len(margins) + len(numbers)
        rows = len(margins[0].codes) if margins else len(numbers[0].values)
        columns = np.empty((rows, width), dtype=np.int32)
        values = np.ones((rows, width))
        labels: list[str] = []
        for position, margin in enumerate(margins):
            columns[:, position] = margin.codes + len(labels)
            labels += margin.labels
        for position, number in enumerate(numbers, len(margins)):
            columns[:, position] = len(labels)
            values[:, position] = number.values
            labels.append(number.label)
        starts = np.arange(0, rows * width + 1, width)
        matrix = sparse.csr_array((values.ravel(), columns.ravel(), starts), shape=(rows, len(labels)))
        return Auxiliaries(matrix, tuple(labels), tuple(margins), tuple(numbers))

    def __len__(self) -> int:
        """Number of rows."""
        return int(self.matrix.shape[0])

    def cross(self, weights: Floats, values: Floats | None = None) -> Floats:
        """X' diag(w) v.

        Args:
            weights: one a row.
            values: one a row, or a column of them for each variable; None is 1.

        Returns:
            k sums, or a column of k sums for each variable.
        """
        if values is None:
            values = np.ones(len(self))
        weighted = values * (weights if values.ndim == 1 else weights[:, None])
        return np.asarray(self.matrix.T @ weighted, dtype=np.float64)

    def gram(self, weights: Floats) -> Floats:
        """X' diag(w) X, k by k; summed over blocks of rows, so that it needs little memory."""
        total = np.zeros((len(self.labels), len(self.labels)))
        for start in range(0, len(self), _BLOCK):
            block = self.matrix[start : start + _BLOCK]
            total += (block.T @ _scale_rows(block, weights[start : start + _BLOCK])).toarray()
        return total

    def fitted(self, coefficients: Floats) -> Floats:
        """X b: one a row, or a column of them for each column of coefficients."""
        return np.asarray(self.matrix @ coefficients, dtype=np.float64)

    def coefficients(self, weights: Floats, values: Floats) -> Floats:
        """B = (X' diag(w) X)^- X' diag(w) v, the regression of values on the auxiliaries.

        Args:
            weights: those before calibration.
            values: one a row, or a column of them for each variable.
        """
        return np.asarray(invert(self.gram(weights)) @ self.cross(weights, values), dtype=np.float64)

    def residuals(self, weights: Floats, values: Floats) -> Floats:
        """Residuals e = v - X B: what calibration leaves of a variable (Deville and Sarndal 1992, section 3)."""
        return values - self.fitted(self.coefficients(weights, values))

    def swept(self, values: Floats) -> Floats:
        """Residuals as R's `rake` takes them: ten sweeps over the margins, each subtracting unweighted class means.

        The same as `residuals` where weights before calibration are equal within classes (oracle README, Calibrated
        designs). Numbers take no part.

        Args:
            values: one a row, or a column of them for each variable.
        """
        left = np.array(values, dtype=np.float64)
        columns = left[:, None] if left.ndim == 1 else left
        for _ in range(SWEEPS):
            for margin in self.margins:
                rows = np.maximum(np.bincount(margin.codes, minlength=len(margin.labels)), 1)
                for position in range(columns.shape[1]):
                    means = add_up(margin.codes, columns[:, position], len(rows)) / rows
                    columns[:, position] -= means[margin.codes]
        return left

    def by_unit(self, unit: Codes, units: int, weights: Floats) -> Floats:
        """Sums of w x by unit.

        Args:
            unit: unit of each row, 0, 1, ...
            units: number of units.
            weights: one a row.

        Returns:
            A matrix, units by k.
        """
        return np.asarray(self._sums(unit, units, weights).toarray(), dtype=np.float64)

    def averaged(self, unit: Codes, units: int, weights: Floats) -> Auxiliaries:
        """Auxiliaries of units in place of rows: weighted means of x, so that every row of a unit has one factor.

        With equal weights in a unit these are the plain means of Lemaitre and Dufour (1987) and of R's
        `aggregate.stage`; with unequal ones the totals are still met. A unit of weight 0 has x = 0.
        """
        sums = self._sums(unit, units, weights)
        whole = add_up(unit, weights, units)
        share = np.divide(1.0, whole, out=np.zeros(units), where=whole > 0)
        return Auxiliaries(_scale_rows(sums, share), self.labels)

    @cached_property
    def patterns(self) -> tuple[Auxiliaries, Codes] | None:
        """Rows that are alike in every variable put together, and the pattern of each row; None where few are alike.

        Rows of one pattern get one factor, so a calibration needs only the sum of their weights.
        """
        codes = [margin.codes for margin in self.margins]
        codes += [np.unique(number.values, return_inverse=True)[1] for number in self.numbers]
        if not codes:
            return None
        pattern = codes[0]
        for more in codes[1:]:
            pattern = compress(pattern)[1] * (int(more.max(initial=0)) + 1) + more
        distinct, pattern = compress(pattern)
        if len(distinct) > len(self) / 2:
            return None
        first = np.empty(len(distinct), dtype=np.int64)
        first[pattern] = np.arange(len(self))
        margins = [Margin(margin.codes[first], margin.labels) for margin in self.margins]
        numbers = [Number(number.values[first], number.label) for number in self.numbers]
        return Auxiliaries.build(margins, numbers), pattern

    def _sums(self, unit: Codes, units: int, weights: Floats) -> sparse.csr_array:
        rows = np.arange(len(self) + 1)
        members = sparse.csc_array((weights, unit.astype(np.int32), rows), shape=(units, len(self)))
        return members.tocsr() @ self.matrix


def _scale_rows(matrix: sparse.csr_array, factors: Floats) -> sparse.csr_array:
    data = matrix.data * np.repeat(factors, np.diff(matrix.indptr))
    return sparse.csr_array((data, matrix.indices, matrix.indptr), shape=matrix.shape)


def invert(gram: Floats) -> Floats:
    """Generalised inverse of a matrix of cross products, whatever the units of its variables.

    The matrix is scaled to a diagonal of 1 first; what is left below 1e-12 of the largest eigenvalue is redundant.
    """
    diagonal = np.diag(gram)
    scale = np.divide(1.0, np.sqrt(diagonal), out=np.zeros(len(gram)), where=diagonal > 0)
    values, vectors = np.linalg.eigh(gram * scale * scale[:, None])
    kept = np.abs(values) > _RANK * np.abs(values).max(initial=0.0)
    inverse = vectors[:, kept] / values[kept] @ vectors[:, kept].T
    return np.asarray(inverse * scale * scale[:, None], dtype=np.float64)
