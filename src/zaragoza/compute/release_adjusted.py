"""Adjusted gaps of a release: for every table of groups, the sets of characteristics that a monitor holds equal."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import TypeVar

import pyarrow as pa
import pyarrow.compute as pc

from zaragoza.compute.adjust.estimate import estimate_adjusted
from zaragoza.compute.adjust.kitagawa import COMPOSITION, RATE
from zaragoza.compute.adjust.methods import OF_SHARES
from zaragoza.compute.adjust.oaxaca import COEFFICIENTS, ENDOWMENTS, UNEXPLAINED
from zaragoza.compute.adjust.regression import CONSTANT
from zaragoza.compute.cells import Cells
from zaragoza.compute.estimates import Options
from zaragoza.compute.release_estimates import full, keyed, subsets
from zaragoza.compute.rows import Rows
from zaragoza.compute.sample import Sample, read_sample
from zaragoza.engine import Table
from zaragoza.model.adjustment import UNIT_OF_VERDICTS, Adjustment
from zaragoza.model.classification import Breakdown, Classification
from zaragoza.model.design import Design, Replicates
from zaragoza.model.estimate import (
    ADJUSTED_GAP,
    ADJUSTMENT,
    DETAIL,
    EXPLAINED,
    INTERACTION,
    NO_MEMBERS,
)
from zaragoza.model.expression import Expression
from zaragoza.model.indicator import Indicator, Measure

Source = TypeVar("Source", Cells, Rows)
_NAMES = {
    UNEXPLAINED: ADJUSTED_GAP, RATE: ADJUSTED_GAP, COEFFICIENTS: ADJUSTED_GAP, COMPOSITION: EXPLAINED,
    ENDOWMENTS: EXPLAINED,
}  # fmt: skip
_PARTS = {ADJUSTED_GAP: ADJUSTED_GAP, EXPLAINED: EXPLAINED, INTERACTION: INTERACTION, **_NAMES}
_BY_CHARACTERISTIC = (
    "oaxaca",
    "oaxaca-threefold",
    "logit",
)  # methods that tell, when asked, what each contributes to the explained part


@dataclass(frozen=True)
class _Table:
    """A table of groups, and the sets that are held equal in it."""

    others: tuple[str, ...]
    group: Classification
    sets: tuple[Adjustment, ...]

    @property
    def by(self) -> tuple[str, ...]:
        return (*self.others, self.group.id)


def compute_adjusted(
    persons: Table,
    indicators: Sequence[Indicator],
    classifications: Iterable[Classification],
    breakdowns: Sequence[Breakdown],
    adjustments: Sequence[Adjustment],
    *,
    design: Design | Replicates,
    period: str,
    geo: str,
    options: Options,
) -> pa.Table | None:
    """Adjusted gap and explained part of every share and mean, for each set and table of groups, as in `compute`.

    A covariate that a table crosses is equal in it already, and left out of the set there. A set with a characteristic
    that an indicator is made of is left out for that indicator.

    Args:
        persons: classified persons.
        indicators: what is estimated.
        classifications: those of the breakdowns and the covariates.
        breakdowns: the tables.
        adjustments: the sets.
        design: the columns of the sampling design.
        period: key of every row.
        geo: key of every row.
        options: how errors and intervals are made.

    Returns:
        The estimates shape with the column `adjustment`, the name of the set, COMPARABILITY_FIELDS and UNCOVERED;
        statistics `adjusted_gap` and `explained`, which with the `interaction` of three parts add up to `difference`
        (of matching `adjusted_gap` alone); with `detail` the contribution of one
        characteristic to the explained part, where the method tells it. None where nothing is to be adjusted.

    Raises:
        DesignError: the design does not fit the persons.
    """
    measures = {i.id: i.measure for i in indicators if i.kind in ("share", "mean") and i.plausible == 1}
    known = {c.id: c for c in classifications}
    judged = {i.id for i in indicators if i.unit == UNIT_OF_VERDICTS}
    columns = list(dict.fromkeys(name for b in breakdowns for name in b.by))
    parts: dict[str, list[pa.Table]] = {name: [] for name in measures}
    for tables in _tables(breakdowns, known, adjustments) if measures else ():
        together = dict.fromkeys(name for t in tables for name in (*t.by, *_covariates(t.sets)))
        samples = {
            one_by_one: read_sample(persons, measures, tuple(together), design, one_by_one=one_by_one)
            for one_by_one in {_one_by_one(adjustment) for table in tables for adjustment in table.sets}
        }
        for table in tables:
            for adjustment in table.sets:
                sample = samples[_one_by_one(adjustment)]
                for name, found in _adjusted(sample, table, adjustment, known, options, judged):
                    parts[name].append(full(found, columns))
    made = [keyed(pa.concat_tables(tables), name, period, geo) for name, tables in parts.items() if tables]
    return pa.concat_tables(made) if made else None


def _tables(
    breakdowns: Sequence[Breakdown],
    known: Mapping[str, Classification],
    adjustments: Sequence[Adjustment],
) -> Iterator[list[_Table]]:
    """For each breakdown the tables that no earlier one has; they are made of one reading of the persons."""
    done: set[frozenset[str]] = set()
    for breakdown in breakdowns:
        group = next((known[name] for name in breakdown.by if _compares(known[name])), None)
        found = []
        for by in subsets(breakdown.by) if group is not None else ():
            if group is None or group.id not in by or frozenset(by) in done:
                continue
            done.add(frozenset(by))
            sets = tuple(each for each in adjustments if each.adjusts(by))
            if sets:
                found.append(_Table(tuple(name for name in by if name != group.id), group, sets))
        if found:
            yield found


def _one_by_one(adjustment: Adjustment) -> bool:
    """Whether the method looks at persons, not at sums."""
    return adjustment.method == "matching"


def _compares(classification: Classification) -> bool:
    return classification.groups and classification.reference is not None


def _covariates(sets: Iterable[Adjustment]) -> Iterator[str]:
    return (name for each in sets for name in each.covariates)


def _adjusted(
    sample: Sample,
    table: _Table,
    adjustment: Adjustment,
    known: Mapping[str, Classification],
    options: Options,
    judged: Collection[str],
) -> Iterator[tuple[str, pa.Table]]:
    """By measure the parts of every gap of a table."""
    reference = table.group.reference
    measures = {
        name: measure
        for name, measure in sample.measures.items()
        if not (adjustment.method in OF_SHARES and measure.kind != "share")
        and not _made_of(measure, adjustment, known)
    }
    if reference is None or not measures:
        return
    free = tuple(name for name in adjustment.covariates if name not in table.by)
    chosen = _arranged(sample.margin((*table.by, *free)), (*table.by, *free))
    if not any(row[len(table.others)] == reference for row in chosen.categories):
        return
    held = replace(adjustment, covariates=free, options=_options_of(adjustment, free))
    found = estimate_adjusted(
        chosen, measures, table.group.id, reference, held, options,
        statistics=tuple(_PARTS), contributions=(EXPLAINED, ENDOWMENTS) if len(free) > 1 else (), judged=judged,
    )  # fmt: skip
    for name, estimates in found.items():
        yield name, _named(estimates, adjustment.name)


def _made_of(measure: Measure, adjustment: Adjustment, known: Mapping[str, Classification]) -> bool:
    """Whether the outcome reads what the set holds equal; the population that it is about may."""
    outcome = Expression.parse(measure.of).variables
    reads = (known[name].variables if name in known else {name} for name in adjustment.covariates)
    return any(outcome & each for each in reads)


def _options_of(adjustment: Adjustment, free: tuple[str, ...]) -> dict[str, object]:
    """The options, with contributions where there are some, without names of what a table crosses.

    People with the same categories are all equally near. With one of them matched to many its single answer would stand
    for all, so that an error from neighbours' answers says little: in a release nobody is matched twice.
    """
    options = dict(adjustment.options)
    if adjustment.method in _BY_CHARACTERISTIC and len(free) > 1:
        options[DETAIL] = True
    for key in ("interactions", "exact"):
        if key in options:
            options[key] = tuple(name for name in options[key] if name in free)
    if adjustment.method == "matching":
        options["replace"] = False
    return options


def _arranged(sample: Sample, by: tuple[str, ...]) -> Sample:
    """The same sample with these columns first."""
    return replace(
        sample,
        cells=None if sample.cells is None else _columns_first(sample.cells, by),
        rows=None if sample.rows is None else _columns_first(sample.rows, by),
    )


def _columns_first(source: Source, by: tuple[str, ...]) -> Source:
    order = (*by, *(name for name in source.by if name not in by))
    places = [source.by.index(name) for name in order]
    rows = tuple(tuple(row[place] for place in places) for row in source.categories)
    return replace(source, by=order, categories=rows)


def _named(table: pa.Table, adjustment: str) -> pa.Table:
    """The parts under the names of releases, with the name of the set; a constant or nobody explains nothing."""
    for column, of_nothing in ((DETAIL, CONSTANT), ("reason", NO_MEMBERS)):
        table = table.filter(pc.invert(pc.equal(table[column], of_nothing).fill_null(False)))
    statistic = pa.array([_PARTS[name] for name in table["statistic"].to_pylist()], pa.string())
    table = table.set_column(table.column_names.index("statistic"), "statistic", statistic)
    name = pa.array([adjustment] * len(table), pa.string())
    return table.set_column(table.column_names.index(ADJUSTMENT), ADJUSTMENT, name)
