"""Trends of the places of a release, from its observations: levels and gaps of every group and indicator."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import pyarrow as pa

from zaragoza.compare.series import Row, Series, breaks_here, errors_from, tables
from zaragoza.compare.trends import trend
from zaragoza.model.estimate import DIFFERENCE
from zaragoza.model.indicator import Indicator
from zaragoza.model.observation import ERRORS_FROM
from zaragoza.model.trend import TREND_FIELDS


def trend_table(
    observations: pa.Table, indicators: Mapping[str, Indicator], columns: Sequence[str]
) -> pa.Table:
    """The trend of every yearly series of an indicator that has a direction, since its last break.

    Args:
        observations: of several places and years, as published; standard errors where they are known.
        indicators: by id.
        columns: the breakdown columns of the observations.

    Returns:
        `indicator`, the breakdown columns, `statistic`, `reference`, and TREND_FIELDS: of a level whether it gets
        better, of a gap whether it closes; `breaks` lists the years in which the series breaks,
        `errors_from` tells what the errors behind the verdict are from; those of the pace are of the scatter around it.
    """
    keys = ("indicator", *columns, "statistic", "reference")
    found: list[Row] = []
    for key, places in tables(observations, keys):
        indicator = indicators.get(str(key["indicator"]))
        if indicator is None or indicator.direction == "neutral":
            continue
        good = None if key["statistic"] == DIFFERENCE else indicator.direction == "higher_is_better"
        found += [{**key, "geo": geo, **_trend(places[geo], good)} for geo in sorted(places)]
    fields = [pa.field(name, pa.string()) for name in keys]
    fields += [pa.field(name, pa.type_for_alias(kind)) for name, kind in TREND_FIELDS]
    return pa.Table.from_pylist(found, pa.schema(fields))


def _trend(series: Series, high_is_good: bool | None) -> Row:
    years = sorted(period for period in series.figures if period.isdigit())
    rows = [
        {
            "period": int(year),
            "value": series.figures[year]["value"],
            "standard_error": series.figures[year]["standard_error"],
            "break": breaks_here(series.figures[year]),
        }
        for year in years
    ]
    found: Row = {"breaks": " ".join(series.breaks) or None, **trend(rows, high_is_good)}
    if "verdict" in found:
        before, now = (series.figures[year] for year in years[-2:])
        found[ERRORS_FROM] = errors_from(now, before)
    return found
