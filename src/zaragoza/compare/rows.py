"""Rows of observations that comparisons make of published ones."""

from __future__ import annotations

from collections.abc import Mapping

import pyarrow as pa
import pyarrow.compute as pc

from zaragoza.model.observation import ERRORS_FROM, KEY_FIELDS, PUBLISHED_FIELDS, STATUS, STATUSES

_BY_SEVERITY = {status.severity: status.reason for status in STATUSES}


def breakdown_columns(observations: pa.Table) -> tuple[str, ...]:
    """The columns that say of whom a figure is."""
    known = {*KEY_FIELDS, *(name for name, _ in PUBLISHED_FIELDS), ERRORS_FROM}
    return tuple(name for name in observations.column_names if name not in known)


def severity(reasons: pa.ChunkedArray) -> pa.ChunkedArray:
    """How much each status weighs."""
    place = pc.index_in(reasons, pa.array(list(STATUS)))
    return pc.take(pa.array([status.severity for status in STATUS.values()]), place)


def worst(first: pa.ChunkedArray, second: pa.ChunkedArray) -> pa.ChunkedArray:
    """Of two statuses the one that weighs more: a derived figure is no better than what it is made of (decision 17)."""
    levels = pa.array(list(_BY_SEVERITY))
    place = pc.index_in(pc.max_element_wise(severity(first), severity(second)), levels)
    return pc.take(pa.array(list(_BY_SEVERITY.values())), place)


def shown(reasons: pa.ChunkedArray) -> pa.ChunkedArray:
    """Whether a status lets its value be seen."""
    return pc.is_in(reasons, pa.array([status.reason for status in STATUSES if status.shown]))


def derived(
    keys: Mapping[str, pa.ChunkedArray], said: Mapping[str, pa.ChunkedArray | pa.Array], rows: int
) -> pa.Table:
    """Observations with a status and without what is not known of them.

    Args:
        keys: indicator, period, geo and breakdowns.
        said: statistic, reference, value, reason, unit, source, ...; a value that is not shown becomes NULL.
        rows: how many.
    """
    reasons = said["reason"]
    place = pc.index_in(reasons, pa.array(list(STATUS)))
    codes = {
        "obs_status": pc.take(pa.array([status.obs_status for status in STATUS.values()]), place),
        "conf_status": pc.take(pa.array([status.conf_status for status in STATUS.values()]), place),
        "value": pc.if_else(shown(reasons), said["value"], None),
    }
    known = {**said, **codes}
    columns = {
        name: known.get(name, pa.nulls(rows, pa.type_for_alias(kind))) for name, kind in PUBLISHED_FIELDS
    }
    return pa.table({**keys, **columns})
