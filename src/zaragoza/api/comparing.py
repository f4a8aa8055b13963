"""Figures that are published already, compared: trends, gaps that close, aggregates."""

from __future__ import annotations

from collections.abc import Iterable

import numpy as np
import pyarrow as pa

from zaragoza.api.data import fault, names
from zaragoza.api.figures import argument_faults, null, number, read_figures, series_of
from zaragoza.compare import zones as _zones
from zaragoza.compare.scoreboard import NO_ERROR_KNOWN
from zaragoza.compare.trends import trend
from zaragoza.engine import Engine
from zaragoza.errors import DefinitionError
from zaragoza.model.observation import ERRORS_FROM
from zaragoza.model.trend import GAP_FIELDS, TREND_FIELDS

TOO_LITTLE_POPULATION = "too_little_population"


def trends(
    table: object,
    *,
    by: str | Iterable[str] = ("indicator", "geo"),
    gaps: bool = False,
    correlation: float = 0.0,
    confidence: float = 0.95,
    engine: Engine | None = None,
) -> pa.Table:
    """Whether published series get better, and how fast gaps close.

    Args:
        table: as `estimate` takes data, a row a year: the columns `by`, `period` (a year), `value`, `direction` (`high`
            or `low` is good; for gaps not needed, as 0 is good) and, where known, `standard_error` and `break` (true
            where the series is not comparable with the years before).
        by: columns that tell series apart.
        gaps: whether values are gaps to a reference group, of which closer to 0 is better.
        correlation: between the errors of two years; 0 for independent samples.
        confidence: of the intervals.
        engine: an open engine to work with.

    Returns:
        A row a series: `first` and `last` year since the last break, `change` between the last two years with `ci_low`,
        `ci_high` and `verdict` (improving, worsening, no_clear_change; NULL where no error is known, with the
        `reason`); `pace`, the slope a year of a straight line with `pace_low` and `pace_high`, where there are four
        years; and for gaps `closing` (closing, opening, no_clear_change) with `year_closed`, `year_low`, `year_high`,
        only where the line surely moves towards 0.

    Raises:
        DefinitionError: the call is wrong, or the table has not this form.
        InputError: the table cannot be read.
    """
    keys = names(by)
    wrong = argument_faults("trends", correlation=(correlation, -1, 1))
    if not 0 < confidence < 1:
        wrong.append(fault("trends", "confidence", "a number between 0 and 1", "another"))
    if wrong:
        raise DefinitionError(wrong)
    rows = read_figures(
        table, (*keys, "period", "value", *(() if gaps else ("direction",))), engine, ("period", "value")
    )
    found = [
        {**key, **trend(series, None if gaps else series[-1]["direction"] == "high", correlation, confidence)}
        for key, series in series_of(rows, keys)
    ]
    return pa.Table.from_pylist(found, _schema(rows, keys, gaps))


def aggregate(
    table: object,
    *,
    by: str | Iterable[str] = ("indicator", "period"),
    population: str = "population",
    least: float = _zones.COVERAGE,
    engine: Engine | None = None,
) -> pa.Table:
    """Population-weighted means of places, as Eurostat makes figures of the EU.

    Args:
        table: as `estimate` takes data, a row for every place of the zone, with or without a figure: the columns `by`,
            `value` (NULL where there is none), the population, and `standard_error` where known.
        by: columns that tell the figures apart.
        population: column of the weights: persons of the denominator.
        least: part of the population that places with a figure must hold.
        engine: an open engine to work with.

    Returns:
        A row a figure: `value`, `standard_error` (NULL where that of a place is not known), `coverage`, `places`, and
        `reason` (`too_little_population`, or `no_error_known` beside a value without an error).

    Raises:
        DefinitionError: the call is wrong, or the table has not this form.
        InputError: the table cannot be read.
    """
    keys = names(by)
    rows = read_figures(table, (*keys, "value", population), engine, ("value", population))
    found = []
    for key, series in series_of(rows, keys):
        values, errors, weights = (
            np.array([number(row.get(name)) for row in series])
            for name in ("value", "standard_error", population)
        )
        if not (np.isfinite(weights).all() and (weights >= 0).all() and weights.sum() > 0):
            expected = "the population of every place, 0 or more"
            raise DefinitionError(fault("table", population, expected, "others"))
        made = _zones.aggregate(values, errors, weights, least)
        reason = (
            TOO_LITTLE_POPULATION
            if np.isnan(made.value)
            else NO_ERROR_KNOWN
            if np.isnan(made.error)
            else None
        )
        numbers = {"value": null(made.value), "standard_error": null(made.error), "coverage": made.coverage}
        found.append({**key, **numbers, "places": int(np.isfinite(values).sum()), "reason": reason})
    fields = [rows.schema.field(name) for name in keys]
    fields += [pa.field(name, pa.float64()) for name in ("value", "standard_error", "coverage")]
    return pa.Table.from_pylist(found, pa.schema([*fields, ("places", pa.int64()), ("reason", pa.string())]))


def _schema(rows: pa.Table, keys: tuple[str, ...], gaps: bool) -> pa.Schema:
    given = {"geo", "breaks", ERRORS_FROM, *(() if gaps else GAP_FIELDS)}  # not told here
    made = [pa.field(name, pa.type_for_alias(kind)) for name, kind in TREND_FIELDS if name not in given]
    return pa.schema([*(rows.schema.field(name) for name in keys), *made])
