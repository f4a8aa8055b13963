"""Rows in the estimates shape, and why one lacks an error."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import pyarrow as pa

from zaragoza.compute.codes import Flags, Floats
from zaragoza.model.estimate import ESTIMATE_FIELDS, EVIDENCE_FIELDS, NO_INTERVAL, NO_MEMBERS, NOT_ESTIMABLE

_EVIDENCE = dict(EVIDENCE_FIELDS)
_LISTS = {"list<double>": pa.list_(pa.float64())}  # types for which Arrow has no short name


def reasons(empty: Flags, unestimable: Flags, limit: Floats) -> list[str | None]:
    """Why a row has no value, no error or no interval."""

    def reason(nobody: bool, none: bool, endless: bool) -> str | None:
        if nobody:
            return NO_MEMBERS
        return NOT_ESTIMABLE if none else NO_INTERVAL if endless else None

    return [reason(*flags) for flags in zip(empty, unestimable, np.isnan(limit), strict=True)]


def columns(categories: Sequence[tuple[str, ...]], by: Sequence[str], **fields: object) -> pa.Table:
    """A table of the breakdown columns, ESTIMATE_FIELDS and EVIDENCE_FIELDS; NaN and evidence not given are NULL."""
    found: dict[str, pa.Array] = {
        name: pa.array([row[i] for row in categories], pa.string()) for i, name in enumerate(by)
    }
    for name, kind in (*ESTIMATE_FIELDS, *EVIDENCE_FIELDS):
        values = fields.get(name) if name in _EVIDENCE else fields[name]
        found[name] = _column(values, arrow_type(kind), len(categories))
    return pa.table(found)


def _column(values: object, kind: pa.DataType, rows: int) -> pa.Array:
    if values is None:
        return pa.nulls(rows, kind)
    if not isinstance(values, np.ndarray):
        return pa.array(values, kind)
    if values.ndim > 1:
        return pa.array(list(values), kind)
    missing = ~np.isfinite(values)
    return pa.array(np.where(missing, 0.0, values), pa.float64(), mask=missing).cast(kind)


def arrow_type(kind: str) -> pa.DataType:
    """The type of a field of ESTIMATE_FIELDS or EVIDENCE_FIELDS."""
    return _LISTS.get(kind) or pa.type_for_alias(kind)
