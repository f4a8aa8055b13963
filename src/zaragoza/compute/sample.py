"""What is read of persons for a set of measures: cells where sums are enough, rows where they are not."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cached_property

import pyarrow as pa

from zaragoza.compute.cells import Cells, count_cells
from zaragoza.compute.estimates import Level, Options, estimate_each, estimate_levels
from zaragoza.compute.gaps import estimate_gaps
from zaragoza.compute.linearise import reduce_rows
from zaragoza.compute.plausible import expand, parts_of, pool_plausible
from zaragoza.compute.replicates import Replicated, replicate, replicated
from zaragoza.compute.rows import Rows, read_rows
from zaragoza.compute.terms import terms
from zaragoza.compute.variance import check_lonely
from zaragoza.engine import Table
from zaragoza.model.design import Design, Replicates
from zaragoza.model.indicator import LINEAR, Measure

Estimate = Callable[[Cells, Mapping[str, Measure]], dict[str, pa.Table]]


@dataclass(frozen=True)
class Sample:
    """Persons, reduced to what the measures need.

    Attributes:
        measures: by name.
        cells: sums for the measures that need no more.
        rows: persons for the others.
        largest: how many of the largest amounts are wanted; 0: no amounts.
        replicated: how the rows' replicates are made; None: errors come from linearisation.
    """

    measures: Mapping[str, Measure]
    cells: Cells | None
    rows: Rows | None
    largest: int
    replicated: Replicated | None

    @property
    def categories(self) -> tuple[tuple[str, ...], ...]:
        """One row of category codes per domain."""
        source = self.cells or self.rows
        return source.categories if source is not None else ()

    def margin(self, by: Sequence[str]) -> Sample:
        """The same persons with the categories of all columns but `by` put together as `_T`."""
        cells = None if self.cells is None else self.cells.margin(by)
        rows = None if self.rows is None else self.rows.margin(by)
        return replace(self, cells=cells, rows=rows)

    def levels(self, options: Options) -> dict[str, pa.Table]:
        """Levels by measure (see `estimate_levels`)."""
        return self._estimate(lambda cells, measures: estimate_levels(cells, measures, options), options)

    def gaps(self, group: str, reference: str, options: Options) -> dict[str, pa.Table]:
        """Gaps by measure (see `estimate_gaps`)."""
        return self._estimate(
            lambda cells, measures: estimate_gaps(cells, measures, group, reference, options), options
        )

    def check_lonely(self, options: Options) -> None:
        """Refuses a stratum with one unit, unless the options say how to treat it."""
        source = self.cells or self.rows
        if source is not None:
            check_lonely(source.frame, options.lonely_psu)

    def by_measure(self, options: Options) -> Iterator[tuple[str, Cells, Level]]:
        """Every measure with its cells and its level, plausible values apart."""
        each = expand(self.measures)
        for cells in (self.cells, self.reduced):
            if cells is not None:
                for name, level in estimate_each(cells, {name: each[name] for name in cells.totals}, options):
                    yield name, cells, level

    def _estimate(self, estimate: Estimate, options: Options) -> dict[str, pa.Table]:
        each = expand(self.measures)
        parts: dict[str, pa.Table] = {}
        if self.cells is not None:
            parts |= estimate(self.cells, {name: each[name] for name in self.cells.totals})
        if self.reduced is not None:
            parts |= estimate(self.reduced, {name: each[name] for name in self.reduced.totals})
        return {
            name: pool_plausible([parts[part] for part in parts_of(name, measure)], measure, options)
            for name, measure in self.measures.items()
        }

    @cached_property
    def reduced(self) -> Cells | None:
        """The rows as cells."""
        if self.rows is None:
            return None
        measures = {name: m for name, m in expand(self.measures).items() if name in self.rows.answers}
        cells = reduce_rows(self.rows, measures, largest=self.largest)
        return cells if self.replicated is None else replicate(cells, self.rows, measures, self.replicated)


def read_sample(
    persons: Table,
    measures: Mapping[str, Measure],
    by: Sequence[str],
    design: Design | Replicates,
    population: str | None = None,
    *,
    largest: int = 0,
    keyed: bool = False,
    named: bool = False,
    one_by_one: bool = False,
    household: str | None = None,
    waiver: str | None = None,
) -> Sample:
    """Reads persons for a set of measures.

    Args:
        persons: the table; its columns hold the design and the breakdowns.
        measures: by name.
        by: breakdown columns.
        design: of the sample.
        population: condition that holds for every measure.
        largest: how many of the largest amounts are wanted (evidence for protection); 0: no amounts.
        keyed: whether sums of record keys are wanted (for protection by noise).
        named: whether the names of primary units are wanted, to find them again in another year.
        one_by_one: whether persons are wanted even where sums are enough.
        household: column of households, where these count as well as persons (evidence for protection).
        waiver: column that tells whose amounts are not protected.

    Raises:
        DesignError: the design does not fit the persons; all faults are reported.
    """
    each = expand(measures)
    one_by_one = one_by_one or household is not None or needs_rows(design)
    summed = {name: m for name, m in each.items() if m.kind in LINEAR and not one_by_one}
    others = {name: m for name, m in each.items() if name not in summed}
    cells, rows = None, None
    if summed and isinstance(design, Design):
        texts = {name: terms(measure, design, population, waiver) for name, measure in summed.items()}
        cells = count_cells(persons, texts, by, design, largest=largest, keyed=keyed, named=named)
    if others:
        rows = read_rows(
            persons,
            others,
            by,
            design,
            population,
            keyed=keyed,
            named=named,
            household=household,
            waiver=waiver,
        )
    made = replicated(rows, design) if rows is not None and isinstance(design, Replicates) else None
    return Sample(measures, cells, rows, largest, made)


def needs_rows(design: Design | Replicates) -> bool:
    """Whether even sums need persons one by one."""
    return isinstance(design, Replicates) or design.calibration is not None
