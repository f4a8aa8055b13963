"""Change of all indicators of a monitor from an earlier year, over all its breakdowns."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import pyarrow as pa

from zaragoza.compute.estimates import Options
from zaragoza.compute.release_estimates import full, keyed, subsets
from zaragoza.compute.sample import Sample, read_sample
from zaragoza.compute.years import Combination, Overlap, Year, combine
from zaragoza.engine import Table
from zaragoza.errors import DefinitionError, Fault
from zaragoza.model.classification import Breakdown
from zaragoza.model.design import Design, Replicates
from zaragoza.model.estimate import CHANGE
from zaragoza.model.indicator import Indicator


@dataclass(frozen=True)
class Sampled:
    """Classified persons of one period and how they were drawn."""

    period: str
    persons: Table
    design: Design | Replicates


def compute_changes(
    earlier: Sampled,
    later: Sampled,
    indicators: Sequence[Indicator],
    breakdowns: Sequence[Breakdown],
    *,
    geo: str,
    options: Options,
    broken: bool = False,
) -> pa.Table:
    """Later minus earlier level for every indicator and subset of every breakdown, as in `compute`.

    Primary units of one stratum and name in both years are one unit, so that the error counts that the samples overlap;
    intervals are t intervals. Indicators with plausible values are left out.

    Args:
        earlier: the year that is compared with.
        later: the year of the figures.
        indicators: what is estimated.
        breakdowns: the tables.
        geo: key of every row.
        options: how errors and intervals are made.
        broken: whether the series breaks between the years.

    Returns:
        The estimates shape: statistic `change`, the later period as `period` and the earlier as `reference`.

    Raises:
        DefinitionError: all indicators have plausible values.
        DesignError: the design does not fit the persons of a year.

    Source: Berger and Priam, Journal of the Royal Statistical Society A 179 (2016).
    """
    measures = {i.id: i.measure for i in indicators if i.plausible == 1}
    if not measures:
        way_out = "Add one, or delete [[earlier]]."
        expected = "an indicator without plausible values"
        raise DefinitionError(Fault("monitor.toml", "earlier", expected, "none", way_out))
    columns = list(dict.fromkeys(name for b in breakdowns for name in b.by))
    combination = Combination(CHANGE, {0: -1.0, 1: 1.0}, earlier.period, broken)
    done: set[frozenset[str]] = set()
    parts: dict[str, list[pa.Table]] = {name: [] for name in measures}
    for breakdown in breakdowns:
        samples = [
            read_sample(each.persons, measures, breakdown.by, each.design, named=True)
            for each in (earlier, later)
        ]
        for by in subsets(breakdown.by):
            if frozenset(by) in done:
                continue
            done.add(frozenset(by))
            for name, overlap in _overlaps([sample.margin(by) for sample in samples], options):
                parts[name].append(full(combine(overlap, combination, options), columns))
    found = [
        keyed(pa.concat_tables(tables), name, later.period, geo) for name, tables in parts.items() if tables
    ]
    return pa.concat_tables(found)


def _overlaps(samples: Sequence[Sample], options: Options) -> Iterator[tuple[str, Overlap]]:
    """Every measure with its years."""
    years = [
        {name: Year(cells, name, level, options) for name, cells, level in sample.by_measure(options)}
        for sample in samples
    ]
    for name in years[0]:
        yield name, Overlap([year[name] for year in years])
