"""How far published figures are from the targets that policy documents set."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence

import pyarrow as pa
import pyarrow.compute as pc

from zaragoza.compare.rows import breakdown_columns, shown
from zaragoza.model.estimate import LEVEL
from zaragoza.model.indicator import Direction
from zaragoza.model.observation import KEY_FIELDS
from zaragoza.model.target import Target

_AT_LEAST = ("at_least", "more_than", "nearly")
_AT_MOST = ("less_than", "up_to")
_STRICT = ("more_than", "less_than")
_SIDES: Mapping[Direction, bool] = {"higher_is_better": True, "lower_is_better": False}


def distances(
    observations: pa.Table,
    targets: Iterable[tuple[Target, Sequence[str]]],
    directions: Mapping[str, Direction],
) -> pa.Table:
    """Figures minus targets.

    A target of a document is one for its own place and for all people together; it is held against every place and
    group, and `geo_of_target` tells for which place it was set.

    Args:
        observations: of `model.observation`; only levels that are shown are read.
        targets: each with the indicators that it is about; those without a number, or in another unit than the
            indicator's, are left out.
        directions: of the indicators, for targets that do not say from which side they are reached.

    Returns:
        target, year, geo_of_target, target_value, then indicator, period, geo, the breakdowns, value, `distance`
        (value minus target, in the unit of the figure), `reached` (NULL where no side is meant), and the reason.
    """
    levels = observations.filter(
        pc.and_(pc.equal(observations["statistic"], LEVEL), shown(observations["reason"]))
    )
    parts = [
        _distance(
            levels.filter(pc.equal(levels["indicator"], name)), target, _higher(target, directions.get(name))
        )
        for target, names in targets
        for name in names
        if target.value is not None
    ]
    return pa.concat_tables(
        [part for part in parts if part.num_rows] or [_distance(levels.slice(0, 0), None, None)]
    )


def _higher(target: Target, direction: Direction | None) -> bool | None:
    """Whether a target is reached from below (True), from above (False), or no side is meant."""
    if target.qualifier in _AT_LEAST:
        return True
    if target.qualifier in _AT_MOST:
        return False
    return None if direction is None else _SIDES.get(direction)


def _distance(levels: pa.Table, target: Target | None, higher: bool | None) -> pa.Table:
    rows = levels.filter(pc.equal(levels["unit"], target.value_unit)) if target else levels
    count, value = rows.num_rows, target.value if target else None
    distance = pc.subtract(rows["value"], pa.scalar(value, pa.float64()))
    reached = _reached(distance, higher, strict=target is not None and target.qualifier in _STRICT)
    named = ("indicator", *KEY_FIELDS[1:], *breakdown_columns(levels))
    return pa.table(
        {
            "target": pa.repeat(pa.scalar(target.id if target else None, pa.string()), count),
            "year": pa.repeat(pa.scalar(target.year if target else None, pa.int64()), count),
            "geo_of_target": pa.repeat(pa.scalar(target.geo if target else None, pa.string()), count),
            "target_value": pa.repeat(pa.scalar(value, pa.float64()), count),
            **{name: rows[name] for name in named},
            "value": rows["value"],
            "distance": distance,
            "reached": reached,
            "reason": rows["reason"],
        }
    )


def _reached(distance: pa.ChunkedArray, higher: bool | None, *, strict: bool) -> pa.ChunkedArray | pa.Array:
    if higher is None:
        return pa.nulls(len(distance), pa.bool_())
    if strict:
        return pc.greater(distance, 0.0) if higher else pc.less(distance, 0.0)
    return pc.greater_equal(distance, 0.0) if higher else pc.less_equal(distance, 0.0)
