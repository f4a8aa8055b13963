"""Ratios of two sources: persons of one condition in a period over those of another in the period before.

R = Y/X, Y of the later sample and X of the earlier one; the derivatives are 1/X and -Y/X^2. The error counts what the
samples have in common, as that of a change does. Y may exceed X: who acquires the citizenship abroad, or came during
the year, was never in the stock (methods/01 section 6), so there is no complement.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass

import numpy as np
import pyarrow as pa

from zaragoza.compute.composed import Composed, Made
from zaragoza.compute.estimates import Options
from zaragoza.compute.release_changes import Sampled
from zaragoza.compute.release_estimates import full, group_of, keyed, subsets
from zaragoza.compute.sample import Sample, read_sample
from zaragoza.compute.years import Overlap, Row, Term, Year
from zaragoza.model.classification import Breakdown, Classification
from zaragoza.model.indicator import Indicator

_BEFORE, _NOW = 0, 1


def compute_ratios(
    earlier: Sampled,
    later: Sampled,
    indicators: Sequence[Indicator],
    classifications: Iterable[Classification],
    breakdowns: Sequence[Breakdown],
    *,
    geo: str,
    options: Options,
    without: Collection[str] = (),
) -> pa.Table:
    """Levels, differences and ratios of indicators of the kind `two_source_ratio`, for every subset of every breakdown.

    Primary units of one stratum and name in both samples are one unit. Without units (registers) the periods are
    independent.

    Args:
        earlier: the period before, with the persons of the denominator.
        later: the period of the figures, with the persons of the numerator.
        indicators: of this kind.
        classifications: those that the breakdowns name.
        breakdowns: the tables.
        geo: key of every row.
        options: how errors and intervals are made.
        without: classifications by which these indicators cannot be broken down.

    Returns:
        The estimates shape, as `compute` gives it. n, n_hat and the degrees of freedom of the domain are the
        denominator's, the evidence holds the unweighted numbers of both sides.

    Raises:
        DesignError: the design does not fit the persons of a period.

    Source: Berger and Priam, Journal of the Royal Statistical Society A 179 (2016), for the covariance.
    """
    known = {c.id: c for c in classifications}
    columns = list(dict.fromkeys(name for b in breakdowns for name in b.by))
    numerators, denominators = ({i.id: i.sides[side] for i in indicators} for side in (0, 1))
    parts: dict[str, list[pa.Table]] = {i.id: [] for i in indicators}
    done: set[frozenset[str]] = set()
    for breakdown in breakdowns:
        columns_here = tuple(name for name in breakdown.by if name not in without)
        samples = (
            read_sample(earlier.persons, denominators, columns_here, earlier.design, named=True),
            read_sample(later.persons, numerators, columns_here, later.design, named=True),
        )
        for sample in samples:
            sample.check_lonely(options)
        for by in subsets(columns_here):
            if frozenset(by) in done:
                continue
            done.add(frozenset(by))
            for name, composed in ratios_of([sample.margin(by) for sample in samples], options):
                parts[name].append(full(composed.levels(options), columns))
                if (along := group_of(by, known)) is not None:
                    parts[name].append(full(composed.gaps(*along, options), columns))
    return pa.concat_tables(
        [keyed(pa.concat_tables(t), name, later.period, geo) for name, t in parts.items()]
    )


def ratios_of(samples: Sequence[Sample], options: Options) -> Iterator[tuple[str, Composed]]:
    """Every ratio in all domains that either sample has.

    Args:
        samples: of the period before and of the period, each with a total of persons under the name of every ratio.
        options: how errors are made.
    """
    years: list[Mapping[str, Year]] = [
        {name: Year(cells, name, level, options) for name, cells, level in sample.by_measure(options)}
        for sample in samples
    ]
    for name in years[_BEFORE]:
        overlap = Overlap([year[name] for year in years])
        rows = sorted({row for year in overlap.years for row in year.cells.categories})
        domains = {row: _ratio(overlap, row) for row in rows}
        yield name, Composed(overlap.years[_BEFORE].cells.by, domains, overlap, is_share=False)


def _ratio(overlap: Overlap, row: Row) -> Made:
    """One domain; with nobody in the numerator it is 0, with nobody in the denominator it does not exist."""
    before, now = overlap.years
    x, y = _side(before, row), _side(now, row)
    value = y.weighted / x.weighted if x.weighted > 0 else np.nan
    terms: tuple[Term, ...] = ()
    if np.isfinite(value) and x.place is not None and y.place is not None:
        terms = (
            Term(_NOW, y.place, 1 / x.weighted),
            Term(_BEFORE, x.place, -value / x.weighted),
        )
    return Made(
        value=value,
        terms=terms,
        estimable=bool(terms) and x.estimable and y.estimable,
        n=x.persons,
        n_hat=x.weighted,
        domain_df=np.nan if x.place is None else float(before.level.domain_df[x.place]),
        n_numerator=y.persons,
        numerator=y.weighted,
        denominator=x.weighted,
        n_domain=x.persons,
    )


@dataclass(frozen=True)
class _Side:
    """The persons of one side in one domain, weighted and unweighted; `place` is None where the sample lacks it."""

    place: int | None
    persons: float
    weighted: float
    estimable: bool


def _side(year: Year, row: Row) -> _Side:
    place = year.place(row)
    if place is None:
        return _Side(None, 0.0, 0.0, estimable=False)
    totals = year.level.totals
    estimable = bool(year.level.estimable[place])
    return _Side(place, float(totals.answered[place]), float(totals.weight[place]), estimable)
