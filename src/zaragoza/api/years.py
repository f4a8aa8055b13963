"""Several years whose samples overlap: change, averages of years, pooled years."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace

import pyarrow as pa

from zaragoza.api.call import Call
from zaragoza.api.data import fault, names, opened, read
from zaragoza.api.estimating import stack
from zaragoza.compute.estimates import Options
from zaragoza.compute.years import Combination, Overlap, Year, combine
from zaragoza.engine import Engine, literal, quote
from zaragoza.errors import DefinitionError, Fault
from zaragoza.model.design import Design, LonelyPsu, Replicates
from zaragoza.model.estimate import AVERAGE, CHANGE
from zaragoza.model.indicator import Measure


def change(
    years: Mapping[str, object],
    measures: Mapping[str, Measure],
    *,
    by: str | Iterable[str] = (),
    group: str | None = None,
    reference: str | None = None,
    population: str | None = None,
    design: Design | None = None,
    confidence: float = 0.95,
    lonely_psu: LonelyPsu = "error",
    breaks: Iterable[str] = (),
    engine: Engine | None = None,
) -> pa.Table:
    """Change of measures from each year to the next, with the covariance of samples that overlap.

    Primary units with the same stratum and identifier in two years are one unit; where no unit of one year is found in
    another the years are taken as independent.

    Args:
        years: period -> data (as in `estimate`), the earliest first, two or more.
        measures: name -> measure, without plausible values.
        by: columns that make the domains.
        group: with it the change is that of gaps to the reference group.
        reference: code of the reference group.
        population: SQL condition of the rows that count.
        design: columns of the sampling design, the same in every year.
        confidence: of the t intervals.
        lonely_psu: what a stratum with one sampling unit does.
        breaks: periods from which on the series is not comparable with what was before.
        engine: an open engine to work with.

    Returns:
        As `estimate`, a row `change` (later minus earlier) for each measure, domain and pair of years, with the columns
        `period` (the later year) and `reference` (the earlier). n and n_hat are the later year's, degrees of freedom
        the smaller of the two. Across a break the reason is `break_in_series` and the value is given all the same.

    Raises:
        DefinitionError: the call is wrong; all faults are reported.
        DesignError: the design does not fit the data of a year.

    Source: Berger and Priam, Journal of the Royal Statistical Society A 179 (2016).
    """
    call = _YearsCall(
        years, measures, by, group, reference, population, design, confidence, lonely_psu, breaks
    )
    periods = call.periods
    wanted = [
        (
            periods[i + 1],
            Combination(CHANGE, {i: -1.0, i + 1: 1.0}, periods[i], periods[i + 1] in call.breaks),
        )
        for i in range(len(periods) - 1)
    ]
    return call.run(wanted, engine)


def average(
    years: Mapping[str, object],
    measures: Mapping[str, Measure],
    *,
    by: str | Iterable[str] = (),
    group: str | None = None,
    reference: str | None = None,
    population: str | None = None,
    design: Design | None = None,
    confidence: float = 0.95,
    lonely_psu: LonelyPsu = "error",
    breaks: Iterable[str] = (),
    engine: Engine | None = None,
) -> pa.Table:
    """The plain mean of the years' estimates, with the covariance of samples that overlap.

    The arguments are those of `change`. Returns one row `average` a measure and domain; its `period` names the first
    and the last year, and n is the last year's.
    """
    call = _YearsCall(
        years, measures, by, group, reference, population, design, confidence, lonely_psu, breaks
    )
    periods = call.periods
    factors = dict.fromkeys(range(len(periods)), 1 / len(periods))
    broken = any(period in call.breaks for period in periods[1:])
    name = f"{periods[0]}/{periods[-1]}"
    return call.run([(name, Combination(AVERAGE, factors, None, broken))], engine)


@dataclass(frozen=True)
class Pooled:
    """Years put together: their rows with a column `period`, and the design to estimate with."""

    data: pa.Table
    design: Design


def pool(
    years: Mapping[str, object],
    *,
    design: Design | None = None,
    same_units: bool = True,
    weight: str = "pooled_weight",
    engine: Engine | None = None,
) -> Pooled:
    """Puts years together, for groups that are too small in one: the estimates are of the average population.

    Args:
        years: period -> data (as in `estimate`), two or more.
        design: columns of the sampling design, the same in every year.
        same_units: units with the same stratum and identifier are one unit in all years, as in a panel; otherwise each
            year was drawn by itself, and strata are those of their year.
        weight: column of the new weight: the old one over the number of years (methods/11 section 6).
        engine: an open engine to work with.

    Raises:
        DefinitionError: the call is wrong, or the data have columns of the new names.
    """
    drawn = design or Design()
    stratum = "pooled_stratum"
    if len(_checked(years)) < 2:
        raise DefinitionError(fault("years", "years", "data of two years or more", f"{len(years)}"))
    if not isinstance(drawn, Design):
        raise DefinitionError(fault("design", "design", "Design(...)", type(drawn).__name__))
    tables = []
    with opened(engine) as running:
        for period, data in ((str(period), data) for period, data in years.items()):
            table = read(running, data)
            taken = sorted({"period", weight, stratum} & set(table.columns))
            if taken:
                raise DefinitionError(
                    fault("years", ", ".join(taken), "names that are free", "columns of the data")
                )
            added = {"period": literal(period), weight: f"{_weight(drawn)} / {len(years)}"}
            if not same_units:
                within = literal("") if drawn.stratum is None else f"CAST({quote(drawn.stratum)} AS VARCHAR)"
                added[stratum] = f"{literal(period + ' ')} || {within}"
            tables.append(table.with_columns(added).arrow())
    pooled = pa.concat_tables(tables, promote_options="permissive")
    return Pooled(pooled, replace(drawn, weight=weight, stratum=drawn.stratum if same_units else stratum))


def _weight(design: Design) -> str:
    return "1.0" if design.weight is None else f"CAST({quote(design.weight)} AS DOUBLE)"


def _checked(years: object) -> Mapping[object, object]:
    if not isinstance(years, Mapping):
        raise DefinitionError(fault("years", "years", "a mapping of periods to data", type(years).__name__))
    return years


class _YearsCall:
    """The arguments of a call on several years."""

    def __init__(
        self,
        years: Mapping[str, object],
        measures: Mapping[str, Measure],
        by: str | Iterable[str],
        group: str | None,
        reference: str | None,
        population: str | None,
        design: Design | None,
        confidence: float,
        lonely_psu: LonelyPsu,
        breaks: Iterable[str],
    ) -> None:
        self.years = {str(period): data for period, data in _checked(years).items()}
        self.periods, self.breaks = list(self.years), tuple(str(period) for period in names(breaks))
        self.group, self.reference = group, None if reference is None else str(reference)
        self.by = names(by) if group is None else (*names(by), group)
        faults = list(self._faults(measures, design))
        try:
            self.call = Call(
                measures, self.by, population, design or Design(), Options(confidence, "t", lonely_psu)
            )
        except DefinitionError as error:
            raise DefinitionError([*faults, *error.faults]) from None
        if faults:
            raise DefinitionError(faults)

    def _faults(self, measures: object, design: object) -> Iterable[Fault]:
        if len(self.periods) < 2:
            yield fault("years", "years", "data of two years or more", f"{len(self.periods)}")
        for period in self.breaks:
            if period not in self.periods[1:]:
                yield fault("breaks", period, "one of the years but the first", "another")
        if (self.group is None) != (self.reference is None):
            yield fault("group", "reference", "a group and its reference, or neither", "one of them")
        if "period" in self.by:
            yield fault("by", "period", "a name that is no column of the result", "one that is")
        for name, measure in measures.items() if isinstance(measures, Mapping) else ():
            if isinstance(measure, Measure) and measure.plausible != 1:
                yield fault(f"measure {name}", "plausible", "no plausible values", str(measure.plausible))
        if isinstance(design, Replicates):
            yield fault(
                "design", "design", "Design(...)", "replicate weights, which have no units to find again"
            )

    def run(self, wanted: Sequence[tuple[str, Combination]], engine: Engine | None) -> pa.Table:
        """The rows of every combination, measure by measure."""
        with opened(engine) as running:
            samples = [self.call.read(running, data, named=True) for data in self.years.values()]
        options = self.call.options
        for sample in samples:
            sample.check_lonely(options)
        by_year = [
            {name: Year(cells, name, level, options) for name, cells, level in sample.by_measure(options)}
            for sample in samples
        ]
        parts: dict[str, list[pa.Table]] = {}
        for name in self.call.measures:
            overlap = Overlap([year[name] for year in by_year])
            pairs = self._pairs(overlap)
            for period, combination in wanted:
                table = combine(overlap, combination, options, pairs)
                period_column = pa.array([period] * len(table), pa.string())
                parts.setdefault(name, []).append(table.add_column(0, "period", period_column))
        return stack({name: pa.concat_tables(tables) for name, tables in parts.items()}, ("period", *self.by))

    def _pairs(self, overlap: Overlap) -> dict[tuple[str, ...], tuple[str, ...]] | None:
        """Of every domain but the reference group's own, the domain of its reference group."""
        if self.reference is None:
            return None
        rows = {row for year in overlap.years for row in year.cells.categories}
        if not any(row[-1] == self.reference for row in rows):
            raise DefinitionError(
                fault("reference", str(self.group), "a category of the column", "a group that does not occur")
            )
        return {row: (*row[:-1], self.reference) for row in rows if row[-1] != self.reference}
