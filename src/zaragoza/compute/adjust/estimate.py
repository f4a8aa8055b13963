"""Adjusted gaps of every group to the reference group, with design-based errors.

A method is a function of weighted sums by group and covariates; its error is that of the total of its scores
by_total * w y + by_size * w over the sampling units, so that the covariance of the two groups counts under any design.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import partial

import numpy as np
import pyarrow as pa

from zaragoza.compute import intervals
from zaragoza.compute.adjust.errors import (
    CellErrors,
    Errors,
    PairErrors,
    ReplicateErrors,
    ReplicateSums,
    RowErrors,
    whole_spread,
)
from zaragoza.compute.adjust.indices import (
    ODDS_RATIO,
    RELATIVE_GAP,
    REPRESENTATION_QUOTIENT,
    disproportionality,
)
from zaragoza.compute.adjust.kitagawa import RATE
from zaragoza.compute.adjust.matching import MatchedPart
from zaragoza.compute.adjust.methods import METHODS, OF_MEANS, Method
from zaragoza.compute.adjust.oaxaca import COEFFICIENTS, UNEXPLAINED
from zaragoza.compute.adjust.pairs import Pair, Row, find_pairs, find_wholes
from zaragoza.compute.adjust.smooth import ADJUSTED_GAP, raw_gap
from zaragoza.compute.adjust.table import Adjusted, AdjustTable, Part
from zaragoza.compute.cells import Cells
from zaragoza.compute.codes import Floats
from zaragoza.compute.estimates import Options
from zaragoza.compute.result import columns, reasons
from zaragoza.compute.rows import Rows
from zaragoza.compute.sample import Sample
from zaragoza.compute.variance import check_lonely
from zaragoza.model.adjustment import Adjustment
from zaragoza.model.estimate import (
    ADJUSTMENT,
    COMPARABILITY_FIELDS,
    DETAIL,
    GAP,
    NO_MEMBERS,
    NOT_ESTIMABLE,
    RATIO,
    UNCOVERED,
)
from zaragoza.model.indicator import Measure

# Columns of an adjusted gap beside the estimates shape.
ADJUSTED_FIELDS = (
    ADJUSTMENT,
    "method",
    DETAIL,
    *(name for name, _ in COMPARABILITY_FIELDS),
    "diagnostics",
)
REMAINDERS = (
    ADJUSTED_GAP,
    UNEXPLAINED,
    COEFFICIENTS,
    RATE,
)  # what a method calls the gap that remains: the verdict is on it
_POSITIVE = {
    RATIO: 0.0,
    ODDS_RATIO: 0.0,
    REPRESENTATION_QUOTIENT: 0.0,
    RELATIVE_GAP: 1.0,
}  # and what makes them so


def estimate_adjusted(
    sample: Sample,
    measures: Mapping[str, Measure],
    group: str,
    reference: str,
    adjustment: Adjustment,
    options: Options,
    numbers: Sequence[str] = (),
    statistics: Collection[str] | None = None,
    contributions: Collection[str] = (),
    judged: Collection[str] | None = None,
) -> dict[str, pa.Table]:
    """Raw gap, adjusted gap and what the method tells beside it, one row a statistic.

    Args:
        sample: by the other columns, the group and the covariates, in this order.
        measures: shares and means by name.
        group: column of the groups.
        reference: code of the reference group.
        adjustment: what is held equal, and how.
        options: how errors and intervals are made.
        numbers: covariates that are numbers; the others are categories.
        statistics: those that are wanted, whole; None: all that the method gives.
        contributions: of the statistics that are wanted, those of which the contributions are too.
        judged: measures of which what remains has a verdict; None: all.

    Returns:
        By measure the estimates shape and ADJUSTED_FIELDS: the covariates, the method, what a contribution belongs to,
        the verdict on an adjusted gap, the part of the standard population in cells where both groups have members,
        the effective number of persons after weighting, and all that the method tells of overlap and balance, as JSON;
        and UNCOVERED.
    """
    cells, errors = _errors(sample, options)
    rows = sample.rows if adjustment.method == "matching" else None
    made = {
        name: partial((METHODS if m.kind == "share" else OF_MEANS)[adjustment.method], **adjustment.options)
        for name, m in measures.items()
    }
    results: dict[str, list[_Result]] = {name: [] for name in measures}
    for pair in find_pairs(cells, group, reference, adjustment, numbers):
        compared = _Compared(cells, pair, rows, errors(pair), statistics, contributions)
        for name, method in made.items():
            results[name] += compared.results(name, method)
    return {
        name: _rows(cells, found, group, reference, adjustment, options, judged is None or name in judged)
        for name, found in results.items()
    }


def estimate_disproportionality(
    sample: Sample, measures: Mapping[str, Measure], group: str, options: Options
) -> dict[str, pa.Table]:
    """How far the groups' shares of those who have an outcome lie from their shares of everybody.

    Args:
        sample: by the other columns and the group, in this order.
        measures: shares and means by name.
        group: column of the groups.
        options: how errors and intervals are made.

    Returns:
        As `estimate_adjusted`, for everybody (the total of the groups) in each combination of the other columns;
        `detail` names the group of a representation quotient.
    """
    cells, errors = _errors(sample, options)
    wholes = [_Compared(cells, whole, None, errors(whole), None) for whole in find_wholes(cells, group)]
    results = {
        name: [found for whole in wholes for found in whole.results(name, disproportionality)]
        for name in measures
    }
    return {
        name: _rows(cells, found, group, None, Adjustment(()), options) for name, found in results.items()
    }


def _errors(sample: Sample, options: Options) -> tuple[Cells, Errors]:
    lonely = options.lonely_psu
    if sample.cells is not None:
        check_lonely(sample.cells.frame, lonely)
        return sample.cells, partial(CellErrors, sample.cells, lonely)
    cells, rows = sample.reduced, sample.rows
    if cells is None or rows is None:
        raise ValueError("a sample without sums has rows")
    if sample.replicated is not None and cells.replication is not None:
        return cells, partial(ReplicateErrors, ReplicateSums(rows, sample.replicated, cells.replication))
    check_lonely(cells.frame, lonely)
    return cells, partial(RowErrors, rows, whole_spread(cells.frame, lonely))


@dataclass(frozen=True)
class _Result:
    """One statistic of one pair."""

    row: Row
    part: Part
    error: float
    table: AdjustTable
    adjusted: Adjusted
    reason: str | None = None

    def diagnostic(self, name: str) -> float:
        """A number that the method told beside the result."""
        value = self.adjusted.diagnostics.get(name, np.nan)
        return np.nan if isinstance(value, str) else value

    @property
    def why_none(self) -> str | None:
        """Why the method gives no value: its own reason, or the columns whose coefficients the cells do not tell."""
        columns = self.adjusted.diagnostics.get(NOT_ESTIMABLE)
        if (
            self.reason is None
            and columns
            and self.part.statistic != GAP
            and not np.isfinite(self.part.value)
        ):
            return f"{NOT_ESTIMABLE}: {columns}"
        return self.reason

    @property
    def diagnostics(self) -> str | None:
        """All that the method told beside the result, as JSON; nothing beside the raw gap."""
        if self.part.statistic == GAP or not self.adjusted.diagnostics:
            return None
        told = self.adjusted.diagnostics.items()
        known = {name: value for name, value in told if isinstance(value, str) or np.isfinite(value)}
        return json.dumps(known, sort_keys=True)


def _limits(
    statistics: Sequence[str], value: Floats, error: Floats, df: Floats, confidence: float
) -> intervals.Limits:
    """Symmetric, but on the logarithm for ratios (methods/04 section 7)."""
    low, high = intervals.symmetric(value, error, df, confidence)
    positive = np.array([statistic in _POSITIVE for statistic in statistics], dtype=bool)
    shift = np.array([_POSITIVE.get(statistic, 0.0) for statistic in statistics])
    least, most = intervals.logarithmic(value + shift, error, df, confidence)
    return np.where(positive, least - shift, low), np.where(positive, most - shift, high)


class _Compared:
    """A group and its reference group, or all groups on one side; what the measures share is made once.

    Args:
        cells: of all groups.
        pair: the two, or the whole.
        rows: all persons, where the method looks at them one by one; None where it looks at cells.
        errors: of this pair.
        statistics: those that are wanted; None: all.
        contributions: of these, those whose contributions are wanted.
    """

    def __init__(
        self,
        cells: Cells,
        pair: Pair,
        rows: Rows | None,
        errors: PairErrors,
        statistics: Collection[str] | None,
        contributions: Collection[str] = (),
    ) -> None:
        self._cells, self._pair, self._rows, self._errors = cells, pair, rows, errors
        self._statistics, self._contributions = statistics, contributions
        self._primary = cells.frame.primary(cells.unit[pair.cell])
        self._group = pair.table.group[pair.place]
        self._sides = tuple(map(bool, np.unique(pair.table.group)))
        self._estimable: dict[int, bool] = {}

    def results(self, name: str, method: Method) -> Iterator[_Result]:
        """Of one measure; with rows every person is a cell, which matching needs."""
        pair, summed = self._pair, self._summed(name)
        table = summed if self._rows is None else _persons(self._rows, name, pair)
        if not all(table.side(group=side).any() for side in self._sides):
            yield from self._nothing(table, Adjusted((), reason=NO_MEMBERS), GAP, ADJUSTED_GAP)
            return
        adjusted = method(table)
        raw = (raw_gap(summed).part(GAP),) if len(self._sides) > 1 and self._wants(GAP) else ()
        others = tuple(p for p in adjusted.parts if p.statistic != GAP and self._wants(p.statistic, p.detail))
        linear = (*raw, *others) if self._rows is None else raw
        found = self._errors(name, summed, linear, method)
        found = np.append(found, np.full(len(raw) + len(others) - len(found), np.nan))
        estimable = self._in_units(name)
        for part, error in zip((*raw, *others), found, strict=True):
            own = part.standard_error if isinstance(part, MatchedPart) else float(error)
            yield _Result(pair.row, part, own if estimable else np.nan, table, adjusted)
        if adjusted.reason is not None:
            yield from self._nothing(table, adjusted, ADJUSTED_GAP)

    def _nothing(self, table: AdjustTable, adjusted: Adjusted, *statistics: str) -> Iterator[_Result]:
        """Rows without a figure, with the reason; of one side alone nothing is compared."""
        nothing = np.zeros(len(table.size))
        for statistic in statistics if len(self._sides) > 1 else ():
            if self._wants(statistic):
                part = Part(statistic, np.nan, nothing, nothing)
                yield _Result(self._pair.row, part, np.nan, table, adjusted, adjusted.reason)

    def _wants(self, statistic: str, detail: str | None = None) -> bool:
        return self._statistics is None or statistic in (
            self._statistics if detail is None else self._contributions
        )

    def _summed(self, name: str) -> AdjustTable:
        totals, domains = self._cells.totals[name], self._pair.domains
        return replace(
            self._pair.table,
            size=totals.weight[domains],
            total=totals.numerator[domains],
            n=totals.answered[domains],
        )

    def _in_units(self, name: str) -> bool:
        """Whether each side answered in two primary units or more (decision 8)."""
        weight = self._cells.answered[name]  # shared by measures that the same persons answered
        if id(weight) not in self._estimable:
            answered = weight[self._pair.cell] > 0
            sides = (self._primary[answered & (self._group == side)] for side in self._sides)
            self._estimable[id(weight)] = all(len(units) and units.min() < units.max() for units in sides)
        return self._estimable[id(weight)]


def _persons(rows: Rows, name: str, pair: Pair) -> AdjustTable:
    """The table with a cell for each person who answered."""
    position, answers = pair.positions(rows), rows.answers[name]
    chosen = np.flatnonzero(answers.answered & (position >= 0))
    cell, ones = position[chosen], np.ones(len(chosen))
    table = pair.table
    return replace(
        table, group=table.group[cell], x=table.x[cell], category=table.category[cell], size=ones,
        total=answers.value[chosen], n=ones,
    )  # fmt: skip


def _rows(
    cells: Cells,
    results: Sequence[_Result],
    group: str,
    reference: str | None,
    adjustment: Adjustment,
    options: Options,
    judged: bool = False,
) -> pa.Table:
    def of(get: Callable[[_Result], float]) -> Floats:
        return np.array([get(result) for result in results], dtype=np.float64)

    value, error = of(lambda r: r.part.value), of(lambda r: r.error)
    error = np.where(np.isfinite(value), error, np.nan)
    df = np.full(len(results), float(cells.degrees_of_freedom))
    statistics = [result.part.statistic for result in results]
    low, high = _limits(statistics, value, error, df, options.confidence)
    nothing = np.full(len(results), np.nan)
    n = of(lambda r: float(r.table.n[r.table.group].sum()))
    told = reasons(n == 0, np.isnan(error), low)
    table = columns(
        [result.row for result in results], cells.by[: cells.by.index(group) + 1],
        statistic=statistics, reference=[reference] * len(results), value=value,
        standard_error=error, degrees_of_freedom=df, domain_degrees_of_freedom=nothing, ci_low=low, ci_high=high,
        n=n, n_hat=of(lambda r: float(r.table.size[r.table.group].sum())), design_effect=nothing,
        reason=[result.why_none or why for result, why in zip(results, told, strict=True)],
    )  # fmt: skip
    verdicts = [
        adjustment.verdict(lo, hi)
        if judged and result.part.statistic in REMAINDERS and np.isfinite(lo)
        else None
        for result, lo, hi in zip(results, low, high, strict=True)
    ]
    count = len(results)
    added = (
        pa.array([adjustment.name or None] * count, pa.string()),
        pa.array([adjustment.method] * count, pa.string()),
        pa.array([result.part.detail for result in results], pa.string()),
        pa.array(verdicts, pa.string()),
        pa.array(of(lambda r: r.diagnostic("coverage")), pa.float64(), from_pandas=True),
        pa.array(of(lambda r: r.diagnostic("effective_n")), pa.float64(), from_pandas=True),
        pa.array([result.diagnostics for result in results], pa.string()),
        pa.array(of(lambda r: r.diagnostic("uncovered")), pa.float64(), from_pandas=True),
    )
    for name, column in zip((*ADJUSTED_FIELDS, UNCOVERED), added, strict=True):
        table = table.append_column(name, column)
    return table
