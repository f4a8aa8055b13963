"""Cells: sums by stratum, sampling unit and category, the sufficient statistics of every estimate.

Two statements read the persons. One sums by domain what needs no design (counts, totals, squares); the other sums
numerators and denominators by stratum, unit and domain. Everything after works on their result.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

import numpy as np
import pyarrow as pa

from zaragoza.compute.codes import (
    Codes,
    Flags,
    Floats,
    add_up,
    compress,
    encode,
    number,
    reduce_shared,
    two_largest,
)
from zaragoza.compute.frame import Frame, build_frame
from zaragoza.compute.terms import Terms, distinct, weight_sql
from zaragoza.engine import Table, literal, quote
from zaragoza.errors import DesignError, Fault
from zaragoza.model.classification import TOTAL, UNKNOWN
from zaragoza.model.design import Design


@dataclass(frozen=True)
class Totals:
    """Sums of one measure by domain.

    Attributes:
        members, answered: unweighted rows of the population, and those of them that count.
        weighted_rows: answered rows with a weight above zero.
        numerator, denominator: weighted sums; weight: sum of the weights of answered rows.
        square: weighted sum of squares; NaN for ratios.
        positive: unweighted rows in a share's numerator; NaN for other kinds.
        largest, second_largest: the two largest amounts of one row; NaN for shares, or where not asked.
    """

    members: Floats
    answered: Floats
    weighted_rows: Floats
    numerator: Floats
    denominator: Floats
    weight: Floats
    square: Floats
    positive: Floats
    largest: Floats
    second_largest: Floats

    def margin(self, target: Codes, domains: int) -> Totals:
        """The same sums with domains put together: domain i becomes `target[i]`."""

        def gather(values: Floats) -> Floats:
            return add_up(target, values, domains)

        first, second = two_largest(
            np.tile(target, 2), domains, np.concatenate([self.largest, self.second_largest])
        )
        return Totals(
            gather(self.members), gather(self.answered), gather(self.weighted_rows), gather(self.numerator),
            gather(self.denominator), gather(self.weight), gather(self.square), gather(self.positive), first, second,
        )  # fmt: skip


@dataclass(frozen=True)
class Cells:
    """Sums of all measures of a call.

    Attributes:
        by: names of the breakdown columns.
        categories: one row of category codes per domain, in the order of `by`.
        frame: the units of the design.
        unit, domain: for each cell, its unit of the last stage and its domain.
        numerators, denominators: by measure, one entry a cell.
        members: by measure, one entry a cell: rows of the population with a weight above zero.
        answered: by measure, one entry a cell: the weight of those that count.
        totals: by measure.
    """

    by: tuple[str, ...]
    categories: tuple[tuple[str, ...], ...]
    frame: Frame
    unit: Codes
    domain: Codes
    numerators: Mapping[str, Floats]
    denominators: Mapping[str, Floats]
    members: Mapping[str, Floats]
    answered: Mapping[str, Floats]
    totals: Mapping[str, Totals]

    def margin(self, by: Sequence[str]) -> Cells:
        """The same cells with the categories of all columns but `by` put together as `_T`."""
        kept = [name in by for name in self.by]
        merged = [tuple(c if k else TOTAL for c, k in zip(row, kept, strict=True)) for row in self.categories]
        categories = tuple(sorted(set(merged)))
        position = {row: code for code, row in enumerate(categories)}
        target = np.array([position[row] for row in merged], dtype=np.int64)
        totals = {name: sums.margin(target, len(categories)) for name, sums in self.totals.items()}
        together = replace(self, categories=categories, domain=target[self.domain], totals=totals)
        if len(self.unit) == self.frame.units:  # one cell a unit: nothing to add up
            return together
        pairs, cell = compress(self.unit * len(categories) + target[self.domain])

        def gather(sums: Mapping[str, Floats]) -> dict[str, Floats]:
            return reduce_shared(sums, lambda values: add_up(cell, values, len(pairs)))

        return replace(
            together,
            unit=pairs // len(categories),
            domain=pairs % len(categories),
            numerators=gather(self.numerators),
            denominators=gather(self.denominators),
            members=gather(self.members),
            answered=gather(self.answered),
        )


def count_cells(
    persons: Table, measures: Mapping[str, Terms], by: Sequence[str], design: Design, *, amounts: bool = False
) -> Cells:
    """Reduces persons to cells.

    Args:
        persons: the table; its columns hold the design and the breakdowns.
        measures: SQL of each measure by name.
        by: breakdown columns; a NULL is the category `_U` (decision 6).
        design: names of the design's columns.
        amounts: whether the two largest amounts are wanted (evidence for protection).

    Raises:
        DesignError: a weight is missing or negative, a stratum, unit or population size is missing, or a
            population size does not fit the sample; all are reported.
    """
    domains, totals, zero_weights = _domain_sums(persons, measures, by, design, amounts=amounts)
    measures = {name: _complete(t, totals[name]) for name, t in measures.items()}
    positive = f"{weight_sql(design)} > 0" if zero_weights else None
    present = {name: _weighted(t.member, positive) for name, t in measures.items()}
    columns = {
        **distinct(measures, "numerator"),
        **distinct(measures, "denominator"),
        **distinct(measures, "weight"),
        **{text: f"present_{i}" for i, text in enumerate(dict.fromkeys(present.values()))},
    }
    if positive:
        columns.setdefault(_weighted("CAST(1 AS DOUBLE)", positive), "weighted")
    keys = [design.stratum and quote(design.stratum), *map(quote, design.stages), *map(_size, design.sizes)]
    keys += [_label(name) for name in by]
    named = {f"key_{i}": sql for i, sql in enumerate(keys) if sql is not None}
    if design.stages:
        found = persons.aggregate(named, {name: f"sum({sql})" for sql, name in columns.items()}).arrow()
    else:
        found = persons.select({**named, **{name: sql for sql, name in columns.items()}}).arrow()
    sums = {sql: _floats(found[name]) for sql, name in columns.items()}
    found = found.select(list(named))  # the sums live on as NumPy arrays: let their first copy go
    weighted = sums[_weighted("CAST(1 AS DOUBLE)", positive)] > 0 if positive else np.ones(len(found), bool)
    frame, unit = _frame(found, design, weighted)
    offset = len(keys) - len(by)
    domain = _domain(found, [f"key_{offset + i}" for i in range(len(by))], domains)
    return Cells(
        by=tuple(by),
        categories=tuple(domains),
        frame=frame,
        unit=unit,
        domain=domain,
        numerators={name: sums[t.numerator] for name, t in measures.items()},
        denominators={name: sums[t.denominator] for name, t in measures.items()},
        members={name: sums[present[name]] for name in measures},
        answered={name: sums[t.weight] for name, t in measures.items()},
        totals=totals,
    )


def _label(column: str) -> str:
    """The category of a row: NULL and `_U` are one, and so are values that are written alike."""
    return f"coalesce(CAST({quote(column)} AS VARCHAR), {literal(UNKNOWN)})"


def _size(column: str) -> str:
    return f"CAST({quote(column)} AS DOUBLE)"


def _complete(measure: Terms, totals: Totals) -> Terms:
    """A measure that every member answered shares its denominator with the others of its population."""
    everyone = np.array_equal(totals.members, totals.answered)
    if measure.whole is None or not everyone:
        return measure
    return replace(measure, denominator=measure.whole, weight=measure.whole)


def _weighted(member: str, positive: str | None) -> str:
    return member if positive is None else f"CASE WHEN {positive} THEN {member} ELSE CAST(0 AS DOUBLE) END"


def _floats(column: pa.ChunkedArray) -> Floats:
    values: Floats = column.to_numpy().astype(np.float64, copy=False)
    return values


def _domain_sums(
    persons: Table, measures: Mapping[str, Terms], by: Sequence[str], design: Design, *, amounts: bool
) -> tuple[list[tuple[str, ...]], dict[str, Totals], bool]:
    """Domains in order of their codes, totals of each measure, and whether any weight is zero."""
    weight = weight_sql(design)
    parts = ("member", "answered", "numerator", "denominator", "weight", "square", "positive")
    columns = {text: f"{part}_{i}" for part in parts for i, text in enumerate(distinct(measures, part))}
    sums = {name: f"sum({sql})" for sql, name in columns.items()}
    rows = {t.answered: f"CASE WHEN {weight} > 0 THEN {t.answered} ELSE 0 END" for t in measures.values()}
    sums |= {f"rows_{i}": f"sum({sql})" for i, sql in enumerate(rows.values())}
    largest = distinct(measures, "amount") if amounts else {}
    sums |= {name: f"max({sql}, 2)" for sql, name in largest.items()}
    sums |= _design_checks(design)
    found = persons.aggregate({f"key_{i}": _label(name) for i, name in enumerate(by)}, sums).arrow()
    _check_design(found, design)

    labels = [found[f"key_{i}"].to_pylist() for i in range(len(by))]
    merged = list(zip(*labels, strict=True)) if by else [()] * found.num_rows
    domains = sorted(set(merged))
    place = {row: code for code, row in enumerate(domains)}
    order = np.array([place[row] for row in merged], dtype=np.int64)

    def gather(column: str) -> Floats:
        return add_up(order, _floats(found[column]), len(domains))

    nothing = np.full(len(domains), np.nan)
    totals = {}
    for name, t in measures.items():
        top = (
            _top_two(found[largest[t.amount]], order, len(domains)) if t.amount in largest else (nothing,) * 2
        )
        totals[name] = Totals(
            members=gather(columns[t.member]),
            answered=gather(columns[t.answered]),
            weighted_rows=gather(f"rows_{list(rows).index(t.answered)}"),
            numerator=gather(columns[t.numerator]),
            denominator=gather(columns[t.denominator]),
            weight=gather(columns[t.weight]),
            square=nothing if t.square is None else gather(columns[t.square]),
            positive=nothing if t.positive is None else gather(columns[t.positive]),
            largest=top[0],
            second_largest=top[1],
        )
    return domains, totals, bool(_floats(found["zero_weights"]).any())


def _top_two(column: pa.ChunkedArray, domain: Codes, domains: int) -> tuple[Floats, Floats]:
    lists = column.combine_chunks()
    lengths = np.diff(lists.offsets.to_numpy())
    values = lists.flatten().to_numpy(zero_copy_only=False).astype(np.float64)
    return two_largest(np.repeat(domain, lengths), domains, values)


def _design_checks(design: Design) -> dict[str, str]:
    """Aggregates that show what is wrong with the design's columns."""
    needed = (design.stratum, *design.stages, *design.sizes)
    checks = {f"without_{i}": f"count(*) - count({quote(c)})" for i, c in enumerate(needed) if c is not None}
    weight = weight_sql(design)
    return checks | {
        "no_weight": f"count(*) - count(CASE WHEN isfinite({weight}) THEN 1 END)",
        "negative_weights": f"count(CASE WHEN {weight} < 0 THEN 1 END)",
        "zero_weights": f"count(CASE WHEN {weight} = 0 THEN 1 END)",
    }


def _check_design(found: pa.Table, design: Design) -> None:
    faults = []

    def report(column: str, field: str | None, expected: str, what: str, way_out: str) -> None:
        count = int(_floats(found[column]).sum())
        if count:
            faults.append(Fault("design", str(field), expected, f"{count} rows {what}", way_out))

    give = "Give every row a weight; 0 keeps a row in the design without counting it."
    report("no_weight", design.weight, "a finite weight in every row", "without one", give)
    report("negative_weights", design.weight, "weights of 0 or more", "with a negative weight", give)
    for i, column in enumerate((design.stratum, *design.stages, *design.sizes)):
        if column is not None:
            way_out = "Fill the column, or leave it out of the design."
            report(f"without_{i}", column, "a value in every row", "without one", way_out)
    if faults:
        raise DesignError(faults)


def _frame(found: pa.Table, design: Design, weighted: Flags) -> tuple[Frame, Codes]:
    columns = iter(f"key_{i}" for i in range(1 + len(design.stages) + len(design.sizes)))
    first = next(columns)
    strata = np.zeros(len(found), np.int64) if design.stratum is None else number(found[first])
    stages = [number(found[next(columns)]) for _ in design.stages] or [np.arange(len(found))]
    sizes = [_floats(found[next(columns)]) for _ in design.sizes]
    return build_frame(strata, stages, sizes, weighted)


def _domain(found: pa.Table, columns: Sequence[str], domains: Sequence[tuple[str, ...]]) -> Codes:
    """The domain of every cell."""
    codes, rows = np.zeros(len(found), np.int64), [()]
    for column in columns:
        code, values = encode(found[column])
        labels = values.to_pylist()
        present, codes = compress(codes * len(labels) + code)
        rows = [(*rows[pair // len(labels)], labels[pair % len(labels)]) for pair in present.tolist()]
    place = {row: number for number, row in enumerate(domains)}
    target = np.array([place[row] for row in rows], dtype=np.int64) if columns else np.zeros(1, np.int64)
    return target[codes]
