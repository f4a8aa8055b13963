"""All indicators of a monitor over all its breakdowns, with their margins and gaps."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from itertools import combinations

import pyarrow as pa

from zaragoza.compute.estimates import Options
from zaragoza.compute.sample import Sample, read_sample
from zaragoza.engine import Table
from zaragoza.model.classification import TOTAL, Breakdown, Classification
from zaragoza.model.design import Design, Replicates
from zaragoza.model.estimate import (
    ADJUSTMENT,
    COMPARABILITY_FIELDS,
    DETAIL,
    DIFFERENCE,
    ESTIMATE_FIELDS,
    EVIDENCE_FIELDS,
    GAP,
    UNCOVERED,
)
from zaragoza.model.indicator import Indicator


def compute(
    persons: Table,
    indicators: Sequence[Indicator],
    classifications: Iterable[Classification],
    breakdowns: Sequence[Breakdown],
    *,
    design: Design | Replicates,
    period: str,
    geo: str,
    options: Options,
    largest: int = 2,
    record_keys: bool = False,
    household: str | None = None,
    waiver: str | None = None,
) -> pa.Table:
    """Estimates of every indicator for every subset of every breakdown (`_T` where a column is not broken down).

    Args:
        persons: classified persons.
        indicators: what is estimated.
        classifications: those that the breakdowns name; one with a reference group in a breakdown gives gaps.
        breakdowns: the tables.
        design: the columns of the sampling design.
        period: key of every row.
        geo: key of every row.
        options: how errors and intervals are made.
        largest: how many of the largest contributions to a sum the rules of protection look at.
        record_keys: whether protection needs the sums of record keys.
        household: column of households, where these count as well as persons.
        waiver: column that tells whose amounts are not protected.

    Returns:
        Rows in the order indicator, breakdown, categories: the estimates shape with evidence and empty columns
        of adjusted figures; `difference` and `ratio` rows stand after the levels of their table.

    Raises:
        DesignError: the design does not fit the persons.
    """
    measures = {indicator.id: indicator.measure for indicator in indicators}
    known = {c.id: c for c in classifications}
    columns = list(dict.fromkeys(name for b in breakdowns for name in b.by))
    done: set[frozenset[str]] = set()
    parts: dict[str, list[pa.Table]] = {name: [] for name in measures}
    for breakdown in breakdowns:
        sample = read_sample(
            persons,
            measures,
            breakdown.by,
            design,
            largest=largest,
            keyed=record_keys,
            household=household,
            waiver=waiver,
        )
        for by in subsets(breakdown.by):
            if frozenset(by) in done:
                continue
            done.add(frozenset(by))
            margin = sample if len(by) == len(breakdown.by) else sample.margin(by)
            for name, table in margin.levels(options).items():
                parts[name].append(full(table, columns))
            for name, table in _gaps(margin, by, known, options).items():
                parts[name].append(full(table, columns))
    found = [keyed(pa.concat_tables(tables), name, period, geo) for name, tables in parts.items() if tables]
    return pa.concat_tables(found)


def subsets(by: Sequence[str]) -> list[tuple[str, ...]]:
    """A breakdown with all its margins, the fewest columns first."""
    return [chosen for size in range(len(by) + 1) for chosen in combinations(by, size)]


def _gaps(
    sample: Sample,
    by: Sequence[str],
    known: dict[str, Classification],
    options: Options,
) -> dict[str, pa.Table]:
    """Gaps along the breakdown's group classification, if it has one with a reference group that occurs."""
    along = group_of(by, known)
    return {} if along is None else sample.gaps(*along, options)


def group_of(by: Sequence[str], known: Mapping[str, Classification]) -> tuple[str, str] | None:
    """The classification of groups among those of a table, and its reference group, if it has one."""
    for name in by:
        classification = known[name]
        if classification.groups and classification.reference is not None:
            return name, classification.reference
    return None


def full(table: pa.Table, columns: Sequence[str]) -> pa.Table:
    """The table with every breakdown column, `_T` where it is not broken down, and what is told of adjusted figures."""
    total = pa.array([TOTAL] * len(table), pa.string())
    fields = [name for name, _ in (*ESTIMATE_FIELDS, *EVIDENCE_FIELDS)]
    keys = {name: table[name] if name in table.column_names else total for name in columns}
    more = {
        name: table[name] if name in table.column_names else pa.nulls(len(table), pa.type_for_alias(kind))
        for name, kind in (
            (ADJUSTMENT, "string"),
            (DETAIL, "string"),
            *COMPARABILITY_FIELDS,
            (UNCOVERED, "float64"),
        )
    }
    return pa.table({**keys, **{name: table[name] for name in fields}, **more})


def keyed(table: pa.Table, indicator: str, period: str, geo: str) -> pa.Table:
    """The table with its keys, in the words of releases."""
    statistic = [DIFFERENCE if s == GAP else s for s in table["statistic"].to_pylist()]
    position = table.column_names.index("statistic")
    table = table.set_column(position, "statistic", pa.array(statistic, pa.string()))
    for name, value in (("geo", geo), ("period", period), ("indicator", indicator)):
        table = table.add_column(0, name, pa.array([value] * len(table), pa.string()))
    return table
