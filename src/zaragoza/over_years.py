"""Indicators that take the persons of several periods: their tables put together, and what `compute` makes of them.

A `two_source_ratio` divides the persons of one condition in the period by those of another in the period before. A
`panel` follows persons: `derive` has brought what earlier files say of them to their rows, and the thresholds are
estimated here, where every year has its weights.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace

import pyarrow as pa

from zaragoza.catalogue.monitor_scope import ingredients
from zaragoza.classify import classify
from zaragoza.compute import Sampled, Threshold, compute_panels, compute_ratios
from zaragoza.compute.estimates import Options
from zaragoza.engine import Table
from zaragoza.model.design import Design
from zaragoza.model.indicator import Indicator
from zaragoza.model.monitor import Monitor
from zaragoza.weigh import Weighted

LONGITUDINAL = "longitudinal_weight"
FOLLOWED = "followed_weight"


def compute_over_years(monitor: Monitor, weighted: Sequence[Weighted], options: Options) -> list[pa.Table]:
    """Estimates of the monitor's indicators of these kinds.

    Args:
        monitor: definitions.
        weighted: classified persons with their weights: of the monitor's period, and of its earlier ones.
        options: how errors and intervals are made.

    Returns:
        Tables in the estimates shape; none where the monitor has no such indicator.
    """
    years = {str(year.period): one for year, one in zip(monitor.earlier, weighted[1:], strict=True)}
    tables = []
    for indicator in monitor.indicators:
        if indicator.kind == "two_source_ratio":
            tables.append(_ratio(monitor, indicator, weighted[0], years, options))
    if panels := [indicator for indicator in monitor.indicators if indicator.kind == "panel"]:
        tables.append(_panels(monitor, panels, weighted[0], years, options))
    return tables


def _ratio(
    monitor: Monitor, indicator: Indicator, now: Weighted, years: Mapping[str, Weighted], options: Options
) -> pa.Table:
    period = str(monitor.period.before)
    return compute_ratios(
        Sampled(period, years[period].persons, years[period].design),
        Sampled(str(monitor.period), _numerator(monitor, indicator, now.persons), now.design),
        [indicator],
        monitor.classifications,
        monitor.breakdowns,
        geo=monitor.country,
        options=options,
        without=not_broken_down(monitor, indicator, now.persons.columns),
    )


def _numerator(monitor: Monitor, indicator: Indicator, persons: Table) -> Table:
    """The persons with their categories as the indicator's numerator shows them."""
    names = indicator.numerator_variables
    without = not_broken_down(monitor, indicator, persons.columns)
    others = [c for c in monitor.classifications if c.variables & names.keys() and c.id not in without]
    if not others:
        return persons
    taken = {c.id for c in others}
    bare = persons.select([name for name in persons.columns if name not in taken])
    return persons.engine.materialise(classify(bare, [c.reading(names) for c in others]))


def not_broken_down(monitor: Monitor, indicator: Indicator, columns: Sequence[str]) -> frozenset[str]:
    """The classifications by which an indicator cannot be shown.

    Those that read a variable which says something else of the numerator, where the source does not hold the one that
    takes its place; and those that read it by way of a variable derived from it.

    Args:
        monitor: definitions.
        indicator: of the kind `two_source_ratio`.
        columns: of the persons.
    """
    names = indicator.numerator_variables
    variables = {variable.id: variable for variable in monitor.variables}
    missing = {name for name, other in names.items() if other not in columns}
    return frozenset(
        c.id
        for c in monitor.classifications
        if c.variables & missing or ingredients(c.variables - names.keys(), variables) & names.keys()
    )


def _panels(
    monitor: Monitor,
    indicators: Sequence[Indicator],
    now: Weighted,
    years: Mapping[str, Weighted],
    options: Options,
) -> pa.Table:
    tables = {0: (str(monitor.period), now)}
    for year in monitor.earlier:
        if (lag := monitor.years_before(year.period)) is not None:
            tables[lag] = (str(year.period), years[str(year.period)])
    thresholds = {
        v.id: Threshold(Sampled(period, one.persons, one.design), v.derive.of or "")
        for v in monitor.variables
        if v.derive is not None and v.derive.operator == "poverty_threshold" and v.derive.years in tables
        for period, one in (tables[v.derive.years],)
    }
    persons, design, followed = now.persons, now.design, None
    if LONGITUDINAL in persons.columns and isinstance(design, Design):
        followed = f"{LONGITUDINAL} > 0"
        persons = persons.with_columns({FOLLOWED: f"CASE WHEN {followed} THEN {LONGITUDINAL} ELSE 0 END"})
        design = replace(design, weight=FOLLOWED, calibration=None)
    return compute_panels(
        Sampled(str(monitor.period), persons, design),
        thresholds,
        indicators,
        monitor.classifications,
        monitor.breakdowns,
        geo=monitor.country,
        options=options,
        followed=followed,
    )
