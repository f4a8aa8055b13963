"""Adjusted gaps of every group to the reference group, with design-based errors.

A method is a function of weighted sums by group and covariates; its error is that of the total of its scores
by_total * w y + by_size * w over the sampling units, so that the covariance of the two groups counts under any design.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import partial

import numpy as np
import pyarrow as pa

from zaragoza.compute import intervals
from zaragoza.compute.adjust.errors import CellErrors, Errors, ReplicateErrors, RowErrors
from zaragoza.compute.adjust.indices import (
    ODDS_RATIO,
    RELATIVE_GAP,
    REPRESENTATION_QUOTIENT,
    disproportionality,
)
from zaragoza.compute.adjust.matching import MatchedPart
from zaragoza.compute.adjust.methods import METHODS, OF_MEANS, Method
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
from zaragoza.model.estimate import EVIDENCE_FIELDS, GAP, RATIO
from zaragoza.model.indicator import Measure

# Columns of an adjusted gap beside the estimates shape.
ADJUSTED_FIELDS = ("adjustment", "method", "detail", "verdict", "coverage", "effective_n", "diagnostics")
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

    Returns:
        By measure the estimates shape and ADJUSTED_FIELDS: the covariates, the method, what a contribution belongs to,
        the verdict on an adjusted gap, the part of the standard population in cells where both groups have members,
        the effective number of persons after weighting, and all that the method tells of overlap and balance, as JSON.
    """
    cells, errors = _errors(sample, options)
    rows = sample.rows if adjustment.method == "matching" else None
    pairs = list(find_pairs(cells, group, reference, adjustment, numbers))
    found = {}
    for name, measure in measures.items():
        method = (METHODS if measure.kind == "share" else OF_MEANS)[adjustment.method]
        made = partial(method, **adjustment.options)
        results = [result for pair in pairs for result in _results(cells, name, pair, made, errors, rows)]
        found[name] = _rows(cells, results, group, reference, adjustment, options)
    return found


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
    wholes = list(find_wholes(cells, group))
    found = {}
    for name in measures:
        results = [result for whole in wholes for result in _whole(cells, name, whole, errors)]
        found[name] = _rows(cells, results, group, None, Adjustment(()), options)
    return found


def _whole(cells: Cells, name: str, pair: Pair, errors: Errors) -> Iterator[_Result]:
    table = _summed(cells, name, pair)
    adjusted = disproportionality(table)
    found = errors.of(name, pair, table, adjusted.parts, disproportionality)
    estimable = _in_units(cells, name, pair, sides=(True,))
    for part, error in zip(adjusted.parts, found, strict=True):
        yield _Result(pair.row, part, float(error) if estimable else np.nan, table, adjusted)


def _errors(sample: Sample, options: Options) -> tuple[Cells, Errors]:
    if sample.cells is not None:
        check_lonely(sample.cells.frame, options.lonely_psu)
        return sample.cells, CellErrors(sample.cells, options)
    cells, rows = sample.reduced, sample.rows
    if cells is None or rows is None:
        raise ValueError("a sample without sums has rows")
    if sample.replicated is not None and cells.replication is not None:
        return cells, ReplicateErrors(rows, sample.replicated, cells.replication)
    check_lonely(cells.frame, options.lonely_psu)
    return cells, RowErrors(rows, options)


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


def _results(
    cells: Cells, name: str, pair: Pair, method: Method, errors: Errors, rows: Rows | None
) -> Iterator[_Result]:
    """Of one measure and pair; with rows every person is a cell, which matching needs."""
    table = _summed(cells, name, pair) if rows is None else _persons(rows, name, pair)
    if not (table.side(group=True).any() and table.side(group=False).any()):
        return
    adjusted = method(table)
    summed = _summed(cells, name, pair)
    raw = raw_gap(summed).part(GAP)
    others = tuple(part for part in adjusted.parts if part.statistic != GAP)
    parts = (raw, *others)
    if rows is None:
        found = errors.of(name, pair, summed, parts, method)
    else:
        found = np.append(errors.of(name, pair, summed, (raw,), method), np.full(len(others), np.nan))
    estimable = _in_units(cells, name, pair)
    for part, error in zip(parts, found, strict=True):
        own = part.standard_error if isinstance(part, MatchedPart) else float(error)
        yield _Result(pair.row, part, own if estimable else np.nan, table, adjusted)
    if adjusted.reason is not None:
        nothing = np.zeros(len(table.size))
        missing = Part(ADJUSTED_GAP, np.nan, nothing, nothing)
        yield _Result(pair.row, missing, np.nan, table, adjusted, adjusted.reason)


def _summed(cells: Cells, name: str, pair: Pair) -> AdjustTable:
    totals, domains = cells.totals[name], pair.domains
    return replace(
        pair.table,
        size=totals.weight[domains],
        total=totals.numerator[domains],
        n=totals.answered[domains],
    )


def _persons(rows: Rows, name: str, pair: Pair) -> AdjustTable:
    """The table with a cell for each person who answered."""
    place = np.full(len(rows.categories), -1)
    place[pair.domains] = np.arange(len(pair.domains))
    answers = rows.answers[name]
    chosen = np.flatnonzero(answers.answered & (place[rows.domain] >= 0))
    cell, ones = place[rows.domain[chosen]], np.ones(len(chosen))
    table = pair.table
    return replace(
        table, group=table.group[cell], x=table.x[cell], category=table.category[cell], size=ones,
        total=answers.value[chosen], n=ones,
    )  # fmt: skip


def _in_units(cells: Cells, name: str, pair: Pair, sides: Sequence[bool] = (True, False)) -> bool:
    """Whether each side answered in two primary units or more (decision 8)."""
    answered = cells.answered[name][pair.cell] > 0
    primary = cells.frame.primary(cells.unit[pair.cell])
    there = (answered & (pair.table.group[pair.place] == side) for side in sides)
    return all(len(np.unique(primary[side])) > 1 for side in there)


def _rows(
    cells: Cells,
    results: Sequence[_Result],
    group: str,
    reference: str | None,
    adjustment: Adjustment,
    options: Options,
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
        reason=[result.reason or why for result, why in zip(results, told, strict=True)],
        **{field: nothing for field, _ in EVIDENCE_FIELDS},
    )  # fmt: skip
    verdicts = [
        adjustment.verdict(lo, hi) if result.part.statistic == ADJUSTED_GAP and np.isfinite(lo) else None
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
    )
    for name, column in zip(ADJUSTED_FIELDS, added, strict=True):
        table = table.append_column(name, column)
    return table
