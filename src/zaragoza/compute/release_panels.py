"""Shares of the persons who were followed over years, also where poverty thresholds of several years decide.

A share R of those followed, and thresholds T_k that are each estimated from the sample of their own year:
z = z_R + sum_k (dR/dT_k) z_T_k, every z with the units of its own sample, so that the error counts that all samples
overlap (methods/05 section 3 for the threshold, section 5 for the overlap). dR/dT_k is the difference of R between
T_k + h and T_k - h over 2h, with h = sqrt(3) S/N^(1/5): a uniform kernel that spreads as the Gaussian one of the
poverty rate does. That takes any definition that compares an income with a threshold.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace

import numpy as np
import pyarrow as pa

from zaragoza.compute.composed import Composed, Made
from zaragoza.compute.estimates import Options
from zaragoza.compute.release_changes import Sampled
from zaragoza.compute.release_estimates import full, group_of, keyed, subsets
from zaragoza.compute.sample import Sample, read_sample
from zaragoza.compute.years import Overlap, Row, Term, Year
from zaragoza.errors import DesignError, Fault
from zaragoza.model.classification import Breakdown, Classification
from zaragoza.model.expression import Expression
from zaragoza.model.indicator import Indicator, Measure

_KERNEL = math.sqrt(3.0)  # half the width of a uniform distribution with standard deviation 1
_ABOVE, _BELOW = " above", " below"


@dataclass(frozen=True)
class Threshold:
    """A threshold that definitions read under a name.

    Attributes:
        sampled: the persons of the year whose threshold it is.
        of: the income, a column of these persons.
    """

    sampled: Sampled
    of: str


@dataclass(frozen=True)
class _Estimated:
    """A threshold from its sample: its value, its sample, and how far its derivative reaches."""

    value: float
    year: Year
    reach: float


def compute_panels(
    persons: Sampled,
    thresholds: Mapping[str, Threshold],
    indicators: Sequence[Indicator],
    classifications: Iterable[Classification],
    breakdowns: Sequence[Breakdown],
    *,
    geo: str,
    options: Options,
    followed: str | None = None,
) -> pa.Table:
    """Levels, differences and ratios of indicators of the kind `panel`, for every subset of every breakdown.

    Args:
        persons: those of the period, with what earlier years say of them and the weight of those who were followed.
        thresholds: by the name under which definitions read them; those of which the table has a column are known
            amounts without an error.
        indicators: of this kind.
        classifications: those that the breakdowns name.
        breakdowns: the tables.
        geo: key of every row.
        options: how errors and intervals are made.
        followed: condition of the persons who count beside the definitions; the others stay in the sample.

    Returns:
        The estimates shape, as `compute` gives it.

    Raises:
        DesignError: the design does not fit the persons of a year, or a year has no incomes to make a threshold of.
    """
    known = {c.id: c for c in classifications}
    columns = list(dict.fromkeys(name for b in breakdowns for name in b.by))
    read = {name for i in indicators for name in i.measure.variables} - set(persons.persons.columns)
    estimated = {
        name: _estimate(name, thresholds[name], options) for name in sorted(read & thresholds.keys())
    }
    table = persons.persons.with_columns(
        {name: text for n, one in estimated.items() for name, text in _amounts(n, one).items()}
    )
    measures = {text: m for i in indicators for text, m in _measures(i, estimated).items()}
    parts: dict[str, list[pa.Table]] = {i.id: [] for i in indicators}
    done: set[frozenset[str]] = set()
    for breakdown in breakdowns:
        sample = read_sample(table, measures, breakdown.by, persons.design, followed, named=True)
        sample.check_lonely(options)
        for by in subsets(breakdown.by):
            if frozenset(by) in done:
                continue
            done.add(frozenset(by))
            for name, composed in _shares(sample.margin(by), indicators, estimated, options):
                parts[name].append(full(composed.levels(options), columns))
                if (along := group_of(by, known)) is not None:
                    parts[name].append(full(composed.gaps(*along, options), columns))
    return pa.concat_tables(
        [keyed(pa.concat_tables(t), name, persons.period, geo) for name, t in parts.items()]
    )


def _estimate(name: str, threshold: Threshold, options: Options) -> _Estimated:
    measure = Measure("poverty_threshold", threshold.of)
    sampled = threshold.sampled
    sample = read_sample(sampled.persons, {name: measure}, (), sampled.design, named=True)
    ((_, cells, level),) = sample.by_measure(options)
    value = float(level.value[0]) if len(level.value) else np.nan
    if not np.isfinite(value) or sample.rows is None:
        way_out = "Map the income of that year, or leave the indicator out."
        raise DesignError(Fault(f"persons of {sampled.period}", threshold.of, "incomes", "none", way_out))
    everyone = sample.rows.everyone(name)
    spread = everyone.distribution(0, sample.rows.weight[everyone.order][None, :]).bandwidth
    return _Estimated(value, Year(cells, name, level, options), _KERNEL * float(spread))


def _amounts(name: str, one: _Estimated) -> dict[str, str]:
    """The threshold as a column, and a bit higher and lower."""
    amounts = {name: one.value, name + _ABOVE: one.value + one.reach, name + _BELOW: one.value - one.reach}
    return {column: f"CAST({amount!r} AS DOUBLE)" for column, amount in amounts.items()}


def _read_by(indicator: Indicator, estimated: Mapping[str, _Estimated]) -> list[str]:
    return [name for name in estimated if name in indicator.measure.variables]


def _measures(indicator: Indicator, estimated: Mapping[str, _Estimated]) -> dict[str, Measure]:
    """The share itself, and with each threshold a bit higher and lower."""
    measure = indicator.measure
    found = {indicator.id: measure}
    for name in _read_by(indicator, estimated):
        for side in (_ABOVE, _BELOW):
            moved = Expression.parse(measure.of).reading({name: name + side}).text
            found[_moved(indicator, name, side)] = replace(measure, of=moved)
    return found


def _moved(indicator: Indicator, threshold: str, side: str) -> str:
    return f"{indicator.id} {threshold}{side}"


def _shares(
    sample: Sample, indicators: Sequence[Indicator], estimated: Mapping[str, _Estimated], options: Options
) -> Iterator[tuple[str, Composed]]:
    """Every indicator in all domains."""
    found = {name: (cells, level) for name, cells, level in sample.by_measure(options)}
    for indicator in indicators:
        cells, level = found[indicator.id]
        names = _read_by(indicator, estimated)
        overlap = Overlap(
            [Year(cells, indicator.id, level, options), *(estimated[name].year for name in names)]
        )
        slopes = {}
        for name in names:
            above, below = (found[_moved(indicator, name, side)][1].value for side in (_ABOVE, _BELOW))
            slopes[name] = (above - below) / (2 * estimated[name].reach)
        domains: dict[Row, Made] = {}
        for place, row in enumerate(cells.categories):
            loads = tuple(Term(number, 0, float(slopes[name][place])) for number, name in enumerate(names, 1))
            domains[row] = _share(overlap.years[0], place, loads)
        yield indicator.id, Composed(cells.by, domains, overlap, is_share=True)


def _share(year: Year, place: int, loads: tuple[Term, ...]) -> Made:
    totals, level = year.level.totals, year.level
    return Made(
        value=float(level.value[place]),
        terms=(Term(0, place, 1.0), *(term for term in loads if term.factor)),
        estimable=bool(level.estimable[place]),
        n=float(totals.answered[place]),
        n_hat=float(totals.weight[place]),
        domain_df=float(level.domain_df[place]),
        n_numerator=float(totals.positive[place]),
        numerator=float(totals.numerator[place]),
        denominator=float(totals.denominator[place]),
        n_domain=float(totals.members[place]),
    )
