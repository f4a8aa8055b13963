"""Persons one by one, for what sums by unit and domain cannot give: distributions, replicate and calibrated weights.

One statement reads what the measures need. `linearise.py` reduces it to the cells of every other estimate.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace

import numpy as np
import pyarrow as pa

from zaragoza.compute.calibrated import Calibrated, calibration_of, calibration_sql, read_calibrated
from zaragoza.compute.codes import Codes, Flags, Floats, number
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
from zaragoza.compute.distribution import Distribution
from zaragoza.compute.frame import Frame
from zaragoza.compute.keys import RECORD_KEY_SQL
from zaragoza.compute.terms import protected_sql, row_terms, weight_sql
from zaragoza.engine import Table, quote
from zaragoza.model.design import Design, Replicates
from zaragoza.model.indicator import Measure


@dataclass(frozen=True)
class Answers:
    """What the rows say to one measure.

    Attributes:
        everyone: whether the row belongs to the population of the call.
        member: whether it belongs to the measure's population, answered or not.
        value: its number, NaN where it did not answer; of a share 1 or 0.
        over: the denominator of a ratio, NaN where it did not answer.
        base: the number that a national threshold is made of.
        also: whether the row is poor whatever its number: 1, 0, or NaN where that is not known.
    """

    everyone: Flags
    member: Flags
    value: Floats
    over: Floats | None
    base: Floats
    also: Floats | None

    @property
    def answered(self) -> Flags:
        """Members that count; where `also` is not known, that depends on the threshold too."""
        known = self.member & ~np.isnan(self.value)
        return known if self.over is None else known & ~np.isnan(self.over)


@dataclass(frozen=True)
class Groups:
    """The distribution of a variable in every domain: rows in order of domain and value.

    Attributes:
        order: rows with an answer and a weight.
        values: theirs.
        starts: where each domain begins in them, and the end.
        also: whether they are poor whatever their value: 1, 0, or NaN where that is not known.
    """

    order: Codes
    values: Floats
    starts: Codes
    also: Floats | None = None

    def rows(self, domain: int) -> Codes:
        """The rows of a domain in the order of their values."""
        return self.order[self.starts[domain] : self.starts[domain + 1]]

    def distribution(self, domain: int, weights: Floats) -> Distribution:
        """Of one domain, under weights in the order of `order` (R x rows)."""
        part = slice(self.starts[domain], self.starts[domain + 1])
        also = None if self.also is None else self.also[part]
        return Distribution(self.values[part], weights[:, part], also)


@dataclass(frozen=True)
class Rows:
    """Persons with their design and their answers.

    Attributes:
        by: names of the breakdown columns.
        categories: one row of category codes per domain, in the order of `by`.
        frame: the units of the design.
        unit, domain: for each row, its unit of the last stage and its domain.
        weight: of each row.
        answers: by measure.
        calibrated: how the weights were calibrated, if they were.
        replicates: R x rows, weights or factors of the weight, where the data hold them.
        names: of the primary units, where years are compared.
        record_keys: of each row, as whole numbers, where protection asks for them.
        household: of each row, where households count as well; rows without one count as one together.
        protected: rows that did not waive the protection of their amounts; None: all.
    """

    by: tuple[str, ...]
    categories: tuple[tuple[str, ...], ...]
    frame: Frame
    unit: Codes
    domain: Codes
    weight: Floats
    answers: Mapping[str, Answers]
    calibrated: Calibrated | None = None
    replicates: Floats | None = None
    names: pa.Array | None = None
    record_keys: Codes | None = None
    household: Codes | None = None
    protected: Flags | None = None
    _orders: dict[int, Codes] = field(default_factory=dict, repr=False, compare=False)

    def margin(self, by: Sequence[str]) -> Rows:
        """The same rows with the categories of all columns but `by` put together as `_T`."""
        categories, target = merge_categories(self.categories, [name in by for name in self.by])
        return replace(self, categories=categories, domain=target[self.domain])

    def groups(self, name: str) -> Groups:
        """The values of a measure in order, domain by domain."""
        answers, domains = self.answers[name], len(self.categories)
        order = self._ordered(answers.value)
        order = order[(answers.answered & (self.weight > 0))[order]]
        domain = self.domain[order].astype(np.min_scalar_type(domains))  # small codes sort faster
        order = order[np.argsort(domain, kind="stable")]
        starts = np.searchsorted(self.domain[order], np.arange(domains + 1))
        also = None if answers.also is None else answers.also[order]
        return Groups(order, answers.value[order], starts, also)

    def everyone(self, name: str) -> Groups:
        """The values of the whole population of the call, as one group."""
        answers = self.answers[name]
        order = self._ordered(answers.base)
        order = order[(answers.everyone & ~np.isnan(answers.base) & (self.weight > 0))[order]]
        return Groups(order, answers.base[order], np.array([0, len(order)]))

    def _ordered(self, values: Floats) -> Codes:
        """Rows in the order of their values; measures of one variable share it."""
        if id(values) not in self._orders:
            self._orders[id(values)] = np.argsort(values, kind="stable")
        return self._orders[id(values)]


def read_rows(
    persons: Table,
    measures: Mapping[str, Measure],
    by: Sequence[str],
    design: Design | Replicates,
    population: str | None = None,
    *,
    keyed: bool = False,
    named: bool = False,
    household: str | None = None,
    waiver: str | None = None,
) -> Rows:
    """Reads persons.

    Args:
        persons: the table; its columns hold the design and the breakdowns.
        measures: without plausible values (each of them is a measure of its own).
        by: breakdown columns; a NULL is the category `_U` (decision 6).
        design: names of the design's columns.
        population: condition that holds for every measure of the call.
        keyed: whether record keys are wanted (for protection by noise).
        named: whether the names of primary units are wanted.
        household: column of households, where protection asks for them.
        waiver: column that tells whose amounts are not protected, likewise.

    Raises:
        DesignError: a weight is missing or negative, a stratum, unit or population size is missing, or a population
            size does not fit the sample; all are reported.
    """
    drawn = sampling_design(design)
    check_design(persons.aggregate({}, design_checks(drawn)).arrow(), drawn)
    terms = {name: row_terms(measure, population) for name, measure in measures.items()}
    keys = [drawn.stratum and quote(drawn.stratum), *map(quote, drawn.stages), *map(size_sql, drawn.sizes)]
    keys += [label_sql(name) for name in by]
    texts = [
        text
        for t in terms.values()
        for text in (t.population, t.member, t.value, t.over, t.base, t.also)
        if text
    ]
    columns = {text: f"column_{i}" for i, text in enumerate(dict.fromkeys(texts))}
    calibration = calibration_of(design)
    weights = design.replicates if isinstance(design, Replicates) and design.design is None else ()
    found = persons.select(
        {f"key_{i}": sql for i, sql in enumerate(keys) if sql is not None}
        | {name: sql for sql, name in columns.items()}
        | {f"replicate_{i}": f"CAST({quote(name)} AS DOUBLE)" for i, name in enumerate(weights)}
        | ({} if calibration is None else calibration_sql(calibration))
        | ({"record_key": RECORD_KEY_SQL} if keyed else {})
        | ({"household": quote(household)} if household else {})
        | ({"protected": protected_sql(waiver)} if waiver else {})
        | {"weight": weight_sql(drawn)}
    ).arrow()
    arrays = {sql: found[name].to_numpy() for sql, name in columns.items()}
    weight = floats(found["weight"])
    frame, unit = read_frame(found, drawn, weight > 0)
    labels = [f"key_{len(keys) - len(by) + i}" for i in range(len(by))]
    categories, domain = read_domains(found, labels)
    return Rows(
        by=tuple(by),
        categories=categories,
        frame=frame,
        unit=unit,
        domain=domain,
        weight=weight,
        answers={
            name: Answers(
                arrays[t.population].astype(bool, copy=False),
                arrays[t.member].astype(bool, copy=False),
                arrays[t.value],
                None if t.over is None else arrays[t.over],
                arrays[t.base],
                None if t.also is None else arrays[t.also],
            )
            for name, t in terms.items()
        },
        calibrated=None if calibration is None else read_calibrated(found, calibration, weight),
        names=unit_names(found, drawn, frame, unit) if named else None,
        record_keys=found["record_key"].to_numpy().astype(np.int64) if keyed else None,
        household=number(found["household"]) if household else None,
        protected=found["protected"].to_numpy().astype(bool) if waiver else None,
        replicates=np.vstack([floats(found[f"replicate_{i}"]) for i in range(len(weights))])
        if weights
        else None,
    )


def sampling_design(design: Design | Replicates) -> Design:
    """The design whose units the rows belong to; with given replicate weights every row stands by itself."""
    if isinstance(design, Design):
        return design
    return design.design or Design(weight=design.weight)
