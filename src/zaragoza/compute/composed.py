"""Statistics made of several samples: a value in every domain, and the levels it depends on with their derivatives.

The error counts what the samples have in common (see `years`). Gaps and ratios of two domains depend on the levels of
both.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace

import numpy as np
import pyarrow as pa

from zaragoza.compute import intervals
from zaragoza.compute.codes import Floats
from zaragoza.compute.estimates import Options
from zaragoza.compute.result import columns, reasons
from zaragoza.compute.years import Overlap, Row, Term
from zaragoza.model.classification import TOTAL
from zaragoza.model.estimate import GAP, LEVEL, RATIO

_NOISE = 1e-12  # an error below this part of its value is rounding


@dataclass(frozen=True)
class Made:
    """The statistic in one domain.

    Attributes:
        value: NaN where it does not exist.
        terms: the levels it depends on, each with the derivative as its factor.
        estimable: whether it has an error.
        n, n_hat: persons that it is about, unweighted and weighted.
        domain_df: degrees of freedom of the domain.
        n_numerator, numerator, denominator: persons in the numerator, and both sides weighted.
        n_domain: persons that it could be about, answered or not.
    """

    value: float
    terms: tuple[Term, ...]
    estimable: bool
    n: float
    n_hat: float
    domain_df: float
    n_numerator: float
    numerator: float
    denominator: float
    n_domain: float


@dataclass(frozen=True)
class Composed:
    """A statistic in all domains.

    Attributes:
        by: the breakdown columns.
        domains: category codes -> the statistic, in their order.
        overlap: the samples that the terms count from.
        is_share: whether intervals of levels are those of proportions; otherwise those of a positive rate.
    """

    by: tuple[str, ...]
    domains: Mapping[Row, Made]
    overlap: Overlap
    is_share: bool

    def levels(self, options: Options) -> pa.Table:
        """A row a domain, in the estimates shape with evidence."""
        made = list(self.domains.values())
        value, df = _column(made, "value"), np.full(len(made), self._degrees_of_freedom)
        error = self._errors(made)
        domain_df, n = _column(made, "domain_df"), _column(made, "n")
        if self.is_share:
            (low, high), df = intervals.proportion(
                options.interval, value, error, df, domain_df, _column(made, "n_domain"), options.confidence
            )
        else:
            low, high = intervals.logarithmic(value, error, df, options.confidence)
        nothing = np.full(len(made), np.nan)
        return columns(
            list(self.domains), self.by,
            statistic=[LEVEL] * len(made), reference=[None] * len(made), value=value, standard_error=error,
            degrees_of_freedom=df, domain_degrees_of_freedom=domain_df, ci_low=low, ci_high=high, n=n,
            n_hat=_column(made, "n_hat"), design_effect=nothing, reason=reasons(n == 0, np.isnan(error), low),
            n_domain=_column(made, "n_domain"), n_numerator=_column(made, "n_numerator"),
            numerator=_column(made, "numerator"), denominator=_column(made, "denominator"),
            contributions=_column(made, "numerator"),
        )  # fmt: skip

    def gaps(self, group: str, reference: str, options: Options) -> pa.Table:
        """Rows `gap` (group minus reference) and `ratio` of every group to the reference group."""
        place = self.by.index(group)
        rows = [row for row in self.domains if row[place] not in (reference, TOTAL)]
        bases = [self.domains.get((*row[:place], reference, *row[place + 1 :])) for row in rows]
        pairs = list(zip((self.domains[row] for row in rows), bases, strict=True))
        tables = []
        for statistic, compare in ((GAP, _gap), (RATIO, _ratio)):
            made = [_nobody(own) if base is None else compare(own, base) for own, base in pairs]
            tables.append(self._compared(rows, made, statistic, reference, options))
        return pa.concat_tables(tables)

    def _compared(
        self, rows: list[Row], made: list[Made], statistic: str, reference: str, options: Options
    ) -> pa.Table:
        value, error = _column(made, "value"), self._errors(made)
        df = np.full(len(made), self._degrees_of_freedom)
        low, high = intervals.symmetric(value, error, df, options.confidence)
        nothing = np.full(len(made), np.nan)
        return columns(
            rows, self.by,
            statistic=[statistic] * len(made), reference=[reference] * len(made), value=value, standard_error=error,
            degrees_of_freedom=df, domain_degrees_of_freedom=_column(made, "domain_df"), ci_low=low, ci_high=high,
            n=_column(made, "n"), n_hat=_column(made, "n_hat"), design_effect=nothing,
            reason=reasons(np.isnan(value), np.isnan(error), low),
        )  # fmt: skip

    @property
    def _degrees_of_freedom(self) -> float:
        """The least of the samples."""
        return min(float(year.cells.degrees_of_freedom) for year in self.overlap.years)

    def _errors(self, made: list[Made]) -> Floats:
        found = np.array(
            [self.overlap.standard_error(one.terms) if one.estimable else np.nan for one in made],
            dtype=np.float64,
        )
        with np.errstate(invalid="ignore"):
            return np.where(found < _NOISE * np.abs(_column(made, "value")), 0.0, found)


def _gap(own: Made, base: Made) -> Made:
    terms = (*own.terms, *_times(-1.0, base.terms))
    return replace(own, value=own.value - base.value, terms=terms, estimable=own.estimable & base.estimable)


def _ratio(own: Made, base: Made) -> Made:
    """Q = own/base, with the derivatives 1/base and -Q/base."""
    if not base.value:
        return _nobody(own)
    value = own.value / base.value
    terms = (*_times(1 / base.value, own.terms), *_times(-value / base.value, base.terms))
    return replace(own, value=value, terms=terms, estimable=own.estimable & base.estimable)


def _nobody(own: Made) -> Made:
    """Nothing to compare with."""
    return replace(own, value=np.nan, terms=(), estimable=False)


def _times(factor: float, terms: tuple[Term, ...]) -> tuple[Term, ...]:
    return tuple(replace(term, factor=factor * term.factor) for term in terms)


def _column(made: list[Made], name: str) -> Floats:
    return np.array([getattr(one, name) for one in made], dtype=np.float64)
