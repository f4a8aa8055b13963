"""Ratings of the places of a release, from its observations: levels and gaps of every group and indicator."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, field

import numpy as np
import pyarrow as pa

from zaragoza.compare.scoreboard import Errors, Rating, rate
from zaragoza.compare.scores import Places
from zaragoza.compare.series import Row, Series, errors_from, null, number, tables
from zaragoza.model.classification import TOTAL
from zaragoza.model.indicator import Indicator
from zaragoza.model.observation import ERRORS_FROM
from zaragoza.model.rating import RATING_FIELDS, RatingRule

FEWEST = 15  # places with a publishable figure (methods/07 section 5: a rule of ours)
FEWEST_PEERS = 5  # of a group of peers, which is small by its nature (a rule of ours)
_UNRELIABLE = "unreliable"


@dataclass(frozen=True, kw_only=True)
class Board:
    """How places are rated.

    Attributes:
        rule: the rating rule.
        aggregates: places that count in no mean.
        reference: the aggregate that some rules refer to.
        peers: groups of places that are rated among themselves as well, by name.
        fewest: places below which a figure is not rated.
    """

    rule: RatingRule
    aggregates: Collection[str]
    reference: str
    peers: Mapping[str, Collection[str]] = field(default_factory=dict)
    fewest: int = FEWEST


def ratings(
    observations: pa.Table, indicators: Mapping[str, Indicator], columns: Sequence[str], board: Board
) -> pa.Table:
    """Rates places by every indicator that has a direction, for each group: its level and its gap.

    The latest period is the last in which enough places have a figure; the change is that from the period before it
    for which the place has one. A gap is good as its indicator is: where more is better, so is a gap above 0.

    Args:
        observations: of several places and periods, as published; standard errors where they are known.
        indicators: by id.
        columns: the breakdown columns of the observations.
        board: rule, places that are compared, and how many it takes.

    Returns:
        `indicator`, the breakdown columns, `statistic`, `reference`, and RATING_FIELDS; a row for every place with a
        figure in the latest period, once among all places (`peers` is `_T`) and once among its peers. `undecided` is
        the part of the rated places with a known error of which the category is not sure; `unreliable` marks figures
        that are published as such; `errors_from` tells what the errors of level and change are from.
    """
    keys = ("indicator", *columns, "statistic", "reference")
    found: list[Row] = []
    for key, places in tables(observations, keys):
        indicator = indicators.get(str(key["indicator"]))
        if indicator is None or indicator.direction == "neutral":
            continue
        counted = [geo for geo in places if geo not in board.aggregates]
        period = _latest([places[geo] for geo in counted], board.fewest)
        if period is not None:
            high_is_good = indicator.direction == "higher_is_better"
            found += _rated({**key, "peers": TOTAL}, places, period, high_is_good, board, board.fewest)
            for name, members in board.peers.items():
                beside = {*members, *board.aggregates}
                chosen = {geo: series for geo, series in places.items() if geo in beside}
                fewest = min(FEWEST_PEERS, board.fewest)
                found += _rated({**key, "peers": name}, chosen, period, high_is_good, board, fewest)
    fields = [pa.field(name, pa.string()) for name in keys]
    fields += [pa.field(name, pa.type_for_alias(kind)) for name, kind in RATING_FIELDS]
    return pa.Table.from_pylist(found, pa.schema(fields))


def _latest(places: Sequence[Series], fewest: int) -> str | None:
    periods = {period for place in places for period in place.figures}
    enough = [each for each in periods if sum(each in place.figures for place in places) >= fewest]
    return max(enough, default=None)


def _rated(
    key: Row, places: Mapping[str, Series], period: str, high_is_good: bool, board: Board, fewest: int
) -> Iterator[Row]:
    geos = sorted(geo for geo, series in places.items() if period in series.figures)
    pairs = [places[geo].latest(period) for geo in geos]
    level, level_error = (np.array([number(now, name) for now, _ in pairs]) for name in _NUMBERS)
    earlier, earlier_error = (np.array([number(before, name) for _, before in pairs]) for name in _NUMBERS)
    change, change_error = level - earlier, np.hypot(level_error, earlier_error)
    since = [None if before is None else str(before["period"]) for _, before in pairs]
    comparable = np.array(
        [
            start is None or not places[geo].broken(start, period)
            for geo, start in zip(geos, since, strict=True)
        ],
        dtype=np.bool_,
    )
    at = geos.index(board.reference) if board.reference in geos else None
    made = rate(
        Places(
            level=level,
            change=change,
            high_is_good=high_is_good,
            member=np.array([geo not in board.aggregates for geo in geos], dtype=np.bool_),
            comparable=comparable,
            reference=(np.nan, np.nan) if at is None else (level[at], change[at]),
        ),
        Errors(level_error, change_error, np.full(len(geos), np.nan)),
        board.rule,
        fewest=fewest,
    )
    for place, geo in enumerate(geos):
        yield {
            **key,
            "geo": geo,
            "period": period,
            "since": since[place],
            "level": float(level[place]),
            "change": null(change[place]),
            "level_se": null(level_error[place]),
            "change_se": null(change_error[place]),
            ERRORS_FROM: errors_from(*pairs[place]),
            "rule": board.rule.id,
            "unreliable": any(row is not None and row["reason"] == _UNRELIABLE for row in pairs[place]),
            **_of_place(made, place),
        }


_NUMBERS = ("value", "standard_error")


def _of_place(rating: Rating, place: int) -> Row:
    category = null(rating.scores.category[place])
    return {
        "level_score": null(rating.scores.level[place]),
        "change_score": null(rating.scores.change[place]),
        "category": None if category is None else int(category),
        "probability": null(rating.probability[place]),
        "rank": null(rating.rank[place]),
        "rank_low": null(rating.rank_low[place]),
        "rank_high": null(rating.rank_high[place]),
        "undecided": null(rating.undecided),
        "reason": rating.reason[place],
    }
