"""Ratings of the places of a release, from its observations: levels and gaps of every group and indicator."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass

import numpy as np
import pyarrow as pa

from zaragoza.compare.scoreboard import Errors, Rating, rate
from zaragoza.compare.scores import Places
from zaragoza.model.estimate import DIFFERENCE, LEVEL
from zaragoza.model.indicator import Indicator
from zaragoza.model.observation import STATUS
from zaragoza.model.rating import RATING_FIELDS, RatingRule

FEWEST = 15  # places with a publishable figure (methods/07 section 5: a rule of ours)
Row = dict[str, object]
_UNRELIABLE, _BREAK = "unreliable", "B"


@dataclass(frozen=True)
class _Series:
    """The figures of one place by period, those that are shown."""

    figures: Mapping[str, Row]

    def latest(self, period: str) -> tuple[Row | None, Row | None]:
        """The figure of a period, and the one before it."""
        before = [each for each in self.figures if each < period]
        return self.figures.get(period), self.figures[max(before)] if before else None

    def broken(self, since: str, period: str) -> bool:
        """Whether a break lies after the one period and not after the other."""
        return any(
            row["obs_status"] == _BREAK for each, row in self.figures.items() if since < each <= period
        )


def ratings(
    observations: pa.Table,
    indicators: Mapping[str, Indicator],
    columns: Sequence[str],
    rule: RatingRule,
    *,
    aggregates: Collection[str],
    reference: str,
    fewest: int = FEWEST,
) -> pa.Table:
    """Rates places by every indicator that has a direction, for each group: its level and its gap.

    The latest period is the last in which enough places have a figure; the change is that from the period before it
    for which the place has one. A gap is good as its indicator is: where more is better, so is a gap above 0.

    Args:
        observations: of several places and periods, as published.
        indicators: by id.
        columns: the breakdown columns of the observations.
        rule: the rating rule.
        aggregates: places that count in no mean.
        reference: the aggregate that some rules refer to.
        fewest: places below which a figure is not rated.

    Returns:
        `indicator`, the breakdown columns, `statistic`, `reference`, and RATING_FIELDS; a row for every place with a
        figure in the latest period. `unreliable` marks figures that are published as such.
    """
    keys = ("indicator", *columns, "statistic", "reference")
    found: list[Row] = []
    for key, places in _tables(observations, keys):
        indicator = indicators.get(str(key["indicator"]))
        if indicator is None or indicator.direction == "neutral":
            continue
        counted = [geo for geo in places if geo not in aggregates]
        period = _latest([places[geo] for geo in counted], fewest)
        if period is not None:
            high_is_good = indicator.direction == "higher_is_better"
            found += _rated(key, places, period, high_is_good, rule, aggregates, reference, fewest)
    fields = [pa.field(name, pa.string()) for name in keys]
    fields += [pa.field(name, pa.type_for_alias(kind)) for name, kind in RATING_FIELDS]
    return pa.Table.from_pylist(found, pa.schema(fields))


def _tables(observations: pa.Table, keys: tuple[str, ...]) -> Iterator[tuple[Row, dict[str, _Series]]]:
    """For every figure that is about the same, the places that have it."""
    found: dict[tuple[object, ...], dict[str, dict[str, Row]]] = {}
    for row in observations.to_pylist():
        if row["statistic"] in (LEVEL, DIFFERENCE) and STATUS[row["reason"]].shown:
            places = found.setdefault(tuple(row[name] for name in keys), {})
            places.setdefault(row["geo"], {})[row["period"]] = row
    for key, places in found.items():
        yield dict(zip(keys, key, strict=True)), {geo: _Series(rows) for geo, rows in places.items()}


def _latest(places: Sequence[_Series], fewest: int) -> str | None:
    periods = {period for place in places for period in place.figures}
    enough = [each for each in periods if sum(each in place.figures for place in places) >= fewest]
    return max(enough, default=None)


def _rated(
    key: Row,
    places: Mapping[str, _Series],
    period: str,
    high_is_good: bool,
    rule: RatingRule,
    aggregates: Collection[str],
    reference: str,
    fewest: int,
) -> Iterator[Row]:
    geos = sorted(geo for geo, series in places.items() if period in series.figures)
    pairs = [places[geo].latest(period) for geo in geos]
    level, level_error = (np.array([_number(now, name) for now, _ in pairs]) for name in _NUMBERS)
    earlier, earlier_error = (np.array([_number(before, name) for _, before in pairs]) for name in _NUMBERS)
    since = [None if before is None else str(before["period"]) for _, before in pairs]
    comparable = np.array(
        [
            start is None or not places[geo].broken(start, period)
            for geo, start in zip(geos, since, strict=True)
        ]
    )
    at = geos.index(reference) if reference in geos else None
    made = rate(
        Places(
            level=level,
            change=level - earlier,
            high_is_good=high_is_good,
            member=np.array([geo not in aggregates for geo in geos]),
            comparable=comparable,
            reference=(np.nan, np.nan) if at is None else (level[at], level[at] - earlier[at]),
        ),
        Errors(level_error, np.hypot(level_error, earlier_error), np.full(len(geos), np.nan)),
        rule,
        fewest=fewest,
    )
    for place, geo in enumerate(geos):
        yield {
            **key,
            "geo": geo,
            "period": period,
            "since": since[place],
            "level": float(level[place]),
            "change": _null(level[place] - earlier[place]),
            "rule": rule.id,
            "unreliable": any(row is not None and row["reason"] == _UNRELIABLE for row in pairs[place]),
            **_of_place(made, place),
        }


_NUMBERS = ("value", "standard_error")


def _of_place(rating: Rating, place: int) -> Row:
    category = _null(rating.scores.category[place])
    return {
        "level_score": _null(rating.scores.level[place]),
        "change_score": _null(rating.scores.change[place]),
        "category": None if category is None else int(category),
        "probability": _null(rating.probability[place]),
        "rank": _null(rating.rank[place]),
        "rank_low": _null(rating.rank_low[place]),
        "rank_high": _null(rating.rank_high[place]),
        "reason": rating.reason[place],
    }


def _number(row: Row | None, name: str) -> float:
    value = None if row is None else row[name]
    return float(value) if isinstance(value, (int, float)) else np.nan


def _null(value: float) -> float | None:
    return None if np.isnan(value) else float(value)
