"""Cells: sums by stratum, sampling unit and category, the sufficient statistics of every estimate.

Two statements read the persons. One sums by domain what needs no design (counts, totals, squares); the other sums
numerators and denominators by stratum, unit and domain. Everything after works on their result.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace

import numpy as np
import pyarrow as pa

from zaragoza.compute.codes import Codes, Floats, add_up, compress, largest_of, reduce_shared
from zaragoza.compute.columns import (
    check_design,
    design_checks,
    floats,
    label_sql,
    merge_categories,
    read_domains,
    read_frame,
    size_sql,
    unit_names,
)
from zaragoza.compute.frame import Frame
from zaragoza.compute.households import Households
from zaragoza.compute.keys import Keys, key_sums, read_keys
from zaragoza.compute.scores import Linearised, Replication
from zaragoza.compute.terms import Terms, distinct, weight_sql
from zaragoza.engine import Table, quote
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
        largest: the largest amounts of one row, or household, the largest first (domains x how many are asked); None
            for shares, or where not asked.
        contributions: the weighted sum of all amounts without their signs; NaN likewise.
        households: how many households there are; None where not asked.
        keys: sums of record keys; None where not asked.
    """

    members: Floats
    answered: Floats
    weighted_rows: Floats
    numerator: Floats
    denominator: Floats
    weight: Floats
    square: Floats
    positive: Floats
    largest: Floats | None
    contributions: Floats
    households: Households | None = None
    keys: Keys | None = None

    def margin(self, target: Codes, domains: int) -> Totals:
        """The same sums with domains put together: domain i becomes `target[i]`.

        Households may have people in several domains, so that their numbers do not add up; they are counted anew
        where persons are read one by one.
        """

        def gather(values: Floats) -> Floats:
            return add_up(target, values, domains)

        largest = self.largest
        if largest is not None:
            count = largest.shape[1]
            largest = largest_of(np.repeat(target, count), domains, largest.ravel(), count)
        return Totals(
            gather(self.members), gather(self.answered), gather(self.weighted_rows), gather(self.numerator),
            gather(self.denominator), gather(self.weight), gather(self.square), gather(self.positive), largest,
            gather(self.contributions), None, None if self.keys is None else self.keys.margin(target, domains),
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
        known: measures whose values and scores were made from rows, not from these sums.
        replication: how replicates become errors; None: the frame gives them.
        names: of the primary units, where years are compared.
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
    known: Mapping[str, Linearised] = field(default_factory=dict)
    replication: Replication | None = None
    names: pa.Array | None = None

    @property
    def degrees_of_freedom(self) -> float:
        """Of the whole design."""
        return (
            self.frame.degrees_of_freedom if self.replication is None else self.replication.degrees_of_freedom
        )

    def margin(self, by: Sequence[str]) -> Cells:
        """The same cells with the categories of all columns but `by` put together as `_T`."""
        categories, target = merge_categories(self.categories, [name in by for name in self.by])
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
    persons: Table,
    measures: Mapping[str, Terms],
    by: Sequence[str],
    design: Design,
    *,
    largest: int = 0,
    keyed: bool = False,
    named: bool = False,
) -> Cells:
    """Reduces persons to cells.

    Args:
        persons: the table; its columns hold the design and the breakdowns.
        measures: SQL of each measure by name.
        by: breakdown columns; a NULL is the category `_U` (decision 6).
        design: names of the design's columns.
        largest: how many of the largest amounts are wanted (evidence for protection); 0: no amounts.
        keyed: whether sums of record keys are wanted (for protection by noise).
        named: whether the names of primary units are wanted.

    Raises:
        DesignError: a weight is missing or negative, a stratum, unit or population size is missing, or a
            population size does not fit the sample; all are reported.
    """
    categories, totals, zero_weights = _domain_sums(
        persons, measures, by, design, largest=largest, keyed=keyed
    )
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
    keys = [
        design.stratum and quote(design.stratum),
        *map(quote, design.stages),
        *map(size_sql, design.sizes),
    ]
    keys += [label_sql(name) for name in by]
    labelled = {f"key_{i}": sql for i, sql in enumerate(keys) if sql is not None}
    if design.stages:
        found = persons.aggregate(labelled, {name: f"sum({sql})" for sql, name in columns.items()}).arrow()
    else:
        found = persons.select({**labelled, **{name: sql for sql, name in columns.items()}}).arrow()
    sums = {sql: floats(found[name]) for sql, name in columns.items()}
    found = found.select(list(labelled))  # the sums live on as NumPy arrays: let their first copy go
    weighted = sums[_weighted("CAST(1 AS DOUBLE)", positive)] > 0 if positive else np.ones(len(found), bool)
    frame, unit = read_frame(found, design, weighted)
    offset = len(keys) - len(by)
    _, domain = read_domains(found, [f"key_{offset + i}" for i in range(len(by))])
    return Cells(
        by=tuple(by),
        categories=categories,
        frame=frame,
        unit=unit,
        domain=domain,
        numerators={name: sums[t.numerator] for name, t in measures.items()},
        denominators={name: sums[t.denominator] for name, t in measures.items()},
        members={name: sums[present[name]] for name in measures},
        answered={name: sums[t.weight] for name, t in measures.items()},
        totals=totals,
        names=unit_names(found, design, frame, unit) if named else None,
    )


def _complete(measure: Terms, totals: Totals) -> Terms:
    """A measure that every member answered shares its denominator with the others of its population."""
    everyone = np.array_equal(totals.members, totals.answered)
    if measure.whole is None or not everyone:
        return measure
    return replace(measure, denominator=measure.whole, weight=measure.whole)


def _weighted(member: str, positive: str | None) -> str:
    return member if positive is None else f"CASE WHEN {positive} THEN {member} ELSE CAST(0 AS DOUBLE) END"


def _domain_sums(
    persons: Table,
    measures: Mapping[str, Terms],
    by: Sequence[str],
    design: Design,
    *,
    largest: int,
    keyed: bool,
) -> tuple[tuple[tuple[str, ...], ...], dict[str, Totals], bool]:
    """Domains in order of their codes, totals of each measure, and whether any weight is zero."""
    weight = weight_sql(design)
    parts = ("member", "answered", "numerator", "denominator", "weight", "square", "positive")
    columns = {text: f"{part}_{i}" for part in parts for i, text in enumerate(distinct(measures, part))}
    sums = {name: f"sum({sql})" for sql, name in columns.items()}
    rows = {t.answered: f"CASE WHEN {weight} > 0 THEN {t.answered} ELSE 0 END" for t in measures.values()}
    sums |= {f"rows_{i}": f"sum({sql})" for i, sql in enumerate(rows.values())}
    amounts, sizes = (distinct(measures, part) if largest else {} for part in ("amount", "size"))
    sums |= {name: f"max({sql}, {largest})" for sql, name in amounts.items()}
    sums |= {name: f"sum({sql})" for sql, name in sizes.items()}
    sums |= key_sums(measures) if keyed else {}
    sums |= design_checks(design)
    found = persons.aggregate({f"key_{i}": label_sql(name) for i, name in enumerate(by)}, sums).arrow()
    check_design(found, design)

    domains, order = read_domains(found, [f"key_{i}" for i in range(len(by))])

    def gather(column: str) -> Floats:
        return add_up(order, floats(found[column]), len(domains))

    nothing = np.full(len(domains), np.nan)
    keys = read_keys(found, measures, order, len(domains)) if keyed else {}
    totals = {}
    for name, t in measures.items():
        lists = found[amounts[t.amount]] if t.amount in amounts else None
        totals[name] = Totals(
            members=gather(columns[t.member]),
            answered=gather(columns[t.answered]),
            weighted_rows=gather(f"rows_{list(rows).index(t.answered)}"),
            numerator=gather(columns[t.numerator]),
            denominator=gather(columns[t.denominator]),
            weight=gather(columns[t.weight]),
            square=nothing if t.square is None else gather(columns[t.square]),
            positive=nothing if t.positive is None else gather(columns[t.positive]),
            largest=None if lists is None else _largest(lists, order, len(domains), largest),
            contributions=gather(sizes[t.size]) if t.size in sizes else nothing,
            keys=keys.get(name),
        )
    return domains, totals, bool(floats(found["zero_weights"]).any())


def _largest(column: pa.ChunkedArray, domain: Codes, domains: int, count: int) -> Floats:
    lists = column.combine_chunks()
    lengths = np.diff(lists.offsets.to_numpy())
    values = lists.flatten().to_numpy(zero_copy_only=False).astype(np.float64)
    return largest_of(np.repeat(domain, lengths), domains, values, count)
