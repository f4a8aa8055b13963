"""Several years whose samples overlap: change and averages, with the covariance of the years.

Totals of primary units are correlated between years after their means by stratum and rotation (the years in which a
unit was in the sample) are taken out; variances are those of each year alone (Berger and Priam 2016; Osier, Berger and
Goedeme 2013; methods/05 section 5, with the gradient of a difference: the years have opposite signs).
"""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property

import numpy as np
import pyarrow as pa

from zaragoza.compute import intervals
from zaragoza.compute.cells import Cells
from zaragoza.compute.codes import Codes, Floats, add_up, compress
from zaragoza.compute.estimates import Level, Options
from zaragoza.compute.result import columns, reasons
from zaragoza.compute.variance import Spread, WholeSpread
from zaragoza.model.estimate import BREAK_IN_SERIES

Row = tuple[str, ...]
_ROUNDING = 1e-12  # what is below this part of what it was made of is 0: residuals, the variance of no change


@dataclass(frozen=True)
class Part:
    """A total that a level depends on.

    Attributes:
        total: by cell, weighted.
        slope: by domain, the derivative of the level by the total.
        variance: by domain, of the total, from its own year.
        loads, shared: what every unit of the sample adds, as in `Scores`.
    """

    total: Floats
    slope: Floats
    variance: Floats
    loads: Floats | None = None
    shared: Floats | None = None


class Year:
    """One measure in one year: its levels, and the totals of primary units that they depend on."""

    def __init__(self, cells: Cells, name: str, level: Level, options: Options) -> None:
        self.cells, self.level = cells, level
        self._options = options
        self.parts = (
            self._ratio(name) if name not in cells.known and level.kind != "total" else self._scores()
        )

    def place(self, row: Row) -> int | None:
        """The domain with these categories."""
        return self._places.get(row)

    @cached_property
    def _places(self) -> dict[Row, int]:
        return {row: code for code, row in enumerate(self.cells.categories)}

    def _ratio(self, name: str) -> tuple[Part, ...]:
        """Numerator and denominator of R = Y/X, with the slopes 1/X and -Y/X^2."""
        totals = self.cells.totals[name]
        with np.errstate(divide="ignore", invalid="ignore"):
            slopes = (1 / totals.denominator, -totals.numerator / totals.denominator**2)
        sums = (self.cells.numerators[name], self.cells.denominators[name])
        return tuple(
            Part(total, slope, self._spread.variance(total))
            for total, slope in zip(sums, slopes, strict=True)
        )

    def _scores(self) -> tuple[Part, ...]:
        """The linearised measure itself, with slope 1."""
        scores, ones = self.level.scores, np.ones(len(self.cells.categories))
        own = np.where(np.isfinite(scores.own), scores.own, 0.0)
        if scores.loads is None or scores.shared is None:
            return (Part(own, ones, self._spread.variance(own)),)
        whole = WholeSpread(self.cells.frame, self._options.lonely_psu)
        variance = whole.variance(self.cells.unit, self.cells.domain, own, scores.loads, scores.shared)
        return (Part(own, ones, variance, scores.loads, scores.shared),)

    @cached_property
    def _spread(self) -> Spread:
        cells = self.cells
        return Spread(cells.frame, cells.unit, cells.domain, len(cells.categories), self._options.lonely_psu)

    def unit_totals(self, part: Part, domain: int) -> Floats:
        """A total of every primary unit in one domain."""
        frame = self.cells.frame
        primary = frame.primary(np.arange(frame.units))
        return add_up(primary, self._last_totals(part, domain), len(frame.stages[0].group))

    def _last_totals(self, part: Part, domain: int) -> Floats:
        """The same of every unit of the last stage."""
        here = self.cells.domain == domain
        found = add_up(self.cells.unit[here], part.total[here], self.cells.frame.units)
        if part.loads is None or part.shared is None:
            return found
        found += part.shared @ part.loads[domain]
        return found

    def variance(self, terms: Sequence[Term]) -> float:
        """Of the sum of factor times level in this year alone, as its design gives it."""
        units = self.cells.frame.units
        z = np.zeros(units)
        for term in terms:
            for part in self.parts:
                z += term.factor * part.slope[term.domain] * self._last_totals(part, term.domain)
        everyone = np.zeros(units, np.int64)
        spread = Spread(self.cells.frame, np.arange(units), everyone, 1, self._options.lonely_psu)
        return float(spread.variance(z)[0])


@dataclass(frozen=True)
class Term:
    """A level in one year and domain, and the factor with which it enters a combination."""

    year: int
    domain: int
    factor: float


class Overlap:
    """Several years of one measure, their primary units found again by name.

    Args:
        years: in their order; units without names are those of their year alone.
    """

    def __init__(self, years: Sequence[Year]) -> None:
        self.years = years
        self._codes, self._units = _joined([year.cells for year in years])
        self._rotations: dict[frozenset[int], Codes] = {}

    def _rotation(self, years: frozenset[int]) -> Codes:
        """Stratum by rotation of every unit: which of some years have it, and its stratum in the first of them."""
        if years not in self._rotations:
            pattern, stratum = np.zeros(self._units, np.int64), np.zeros(self._units, np.int64)
            for number in sorted(years, reverse=True):
                codes, group = self._codes[number], self.years[number].cells.frame.stages[0].group
                pattern[codes] += 2**number
                stratum[codes] = group
            self._rotations[years] = compress(stratum * 2 ** len(self.years) + pattern)[1]
        return self._rotations[years]

    def _apart(self, years: frozenset[int]) -> bool:
        """Whether no unit is in two of some years."""
        codes = np.concatenate([self._codes[number] for number in years])
        return len(np.unique(codes)) == len(codes)

    def standard_error(self, terms: Sequence[Term]) -> float:
        """Of the sum of factor times level: g'Cg with C_kl = rho_kl sqrt(V_k V_l).

        Years without a unit in common are independent: their variances add up.
        """
        numbers = frozenset(term.year for term in terms)  # other years do not count
        if self._apart(numbers):
            alone = (self.years[n].variance([term for term in terms if term.year == n]) for n in numbers)
            return math.sqrt(max(sum(alone), 0.0))
        rotation = self._rotation(numbers)
        residuals, reach = [], []
        for term in terms:
            year = self.years[term.year]
            for part in year.parts:
                total = np.zeros(self._units)
                total[self._codes[term.year]] = year.unit_totals(part, term.domain)
                residuals.append(_residual(total, rotation))
                reach.append(term.factor * part.slope[term.domain] * np.sqrt(part.variance[term.domain]))
        matrix, gradient = np.array(residuals), np.array(reach)
        length = np.sqrt((matrix**2).sum(axis=1))
        scaled = np.divide(matrix, length[:, None], out=np.zeros_like(matrix), where=length[:, None] > 0)
        correlation = scaled @ scaled.T
        np.fill_diagonal(correlation, 1.0)
        variance = float(gradient @ correlation @ gradient)
        return math.sqrt(variance) if variance > _ROUNDING * float(gradient @ gradient) else 0.0


def _residual(total: Floats, rotation: Codes) -> Floats:
    """What is left when the mean of stratum and rotation is taken out; 0 where that is rounding."""
    size = np.bincount(rotation)
    left: Floats = total - (np.bincount(rotation, total) / size)[rotation]
    return left if np.abs(left).max(initial=0.0) > _ROUNDING * np.abs(total).max(initial=0.0) else 0 * left


def _joined(years: Sequence[Cells]) -> tuple[list[Codes], int]:
    """For each year the codes of its primary units among those of all years, and how many there are."""
    names = []
    for number, cells in enumerate(years):
        if cells.names is None:
            units = len(cells.frame.stages[0].group)
            names.append(pa.array([f"{number}\x1f\x1f{unit}" for unit in range(units)], pa.string()))
        else:
            names.append(cells.names)
    encoded = pa.chunked_array(names, pa.string()).combine_chunks().dictionary_encode()
    codes = encoded.indices.to_numpy(zero_copy_only=False).astype(np.int64)
    ends = np.cumsum([len(name) for name in names])
    return np.split(codes, ends[:-1]), len(encoded.dictionary)


@dataclass(frozen=True)
class Combination:
    """A statistic of several years: change, or average.

    Attributes:
        statistic: its name.
        factors: by year.
        reference: the year it is compared with, if it is.
        broken: whether the series breaks between the years.
    """

    statistic: str
    factors: Mapping[int, float]
    reference: str | None
    broken: bool


def combine(
    overlap: Overlap, combination: Combination, options: Options, pairs: Mapping[Row, Row] | None = None
) -> pa.Table:
    """One row for each domain that any of the years has.

    Args:
        overlap: the years of one measure.
        combination: what is made of them.
        options: how intervals are made.
        pairs: of domains with those they are compared with: the combination is then of their gap.

    Returns:
        The estimates shape; n and n_hat are those of the last year, degrees of freedom the least of the years.
    """
    years = [overlap.years[number] for number in combination.factors]
    rows = sorted({row for year in years for row in year.cells.categories if pairs is None or row in pairs})
    made = [_combined(overlap, combination, row, pairs) for row in rows]
    value, error, estimable, empty = (
        (np.array(part) for part in zip(*made, strict=True)) if made else (_EMPTY,) * 4
    )
    df = np.full(len(rows), min(float(year.cells.degrees_of_freedom) for year in years))
    low, high = intervals.symmetric(value, error, df, options.confidence)
    why = reasons(empty.astype(bool), ~estimable.astype(bool), low)
    last = years[-1]
    places = [last.place(row) for row in rows]

    def of_last(values: Floats) -> Floats:
        return np.array([np.nan if place is None else values[place] for place in places], dtype=np.float64)

    return columns(
        rows, last.cells.by,
        statistic=[combination.statistic] * len(rows), reference=[combination.reference] * len(rows), value=value,
        standard_error=error, degrees_of_freedom=df, domain_degrees_of_freedom=of_last(last.level.domain_df),
        ci_low=low, ci_high=high, n=of_last(last.level.totals.answered), n_hat=of_last(last.level.totals.weight),
        design_effect=np.full(len(rows), np.nan),
        reason=[reason or (BREAK_IN_SERIES if combination.broken else None) for reason in why],
    )  # fmt: skip


_EMPTY = np.zeros(0)


def _combined(
    overlap: Overlap, combination: Combination, row: Row, pairs: Mapping[Row, Row] | None
) -> tuple[float, float, bool, bool]:
    """Value, error, whether there is an error, and whether a year has nobody."""
    terms, value, estimable = [], 0.0, True
    for number, factor in combination.factors.items():
        year = overlap.years[number]
        for sign, category in ((1.0, row), *(((-1.0, pairs[row]),) if pairs is not None else ())):
            domain = year.place(category)
            if domain is None or not np.isfinite(year.level.value[domain]):
                return np.nan, np.nan, False, True
            terms.append(Term(number, domain, sign * factor))
            value += sign * factor * float(year.level.value[domain])
            estimable &= bool(year.level.estimable[domain])
    return value, overlap.standard_error(terms) if estimable else np.nan, estimable, False
