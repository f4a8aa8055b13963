"""Rows in the estimates shape, and why one lacks an error."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import pyarrow as pa

from zaragoza.compute.codes import Flags, Floats
from zaragoza.model.estimate import ESTIMATE_FIELDS, EVIDENCE_FIELDS, NO_INTERVAL, NO_MEMBERS, NOT_ESTIMABLE

_EVIDENCE = dict(EVIDENCE_FIELDS)


def reasons(empty: Flags, unestimable: Flags, limit: Floats) -> list[str | None]:
    """Why a row has no value, no error or no interval."""

    def reason(nobody: bool, none: bool, endless: bool) -> str | None:
        if nobody:
            return NO_MEMBERS
        return NOT_ESTIMABLE if none else NO_INTERVAL if endless else None

    return [reason(*flags) for flags in zip(empty, unestimable, np.isnan(limit), strict=True)]


def columns(categories: Sequence[tuple[str, ...]], by: Sequence[str], **fields: object) -> pa.Table:
    """A table of the breakdown columns, ESTIMATE_FIELDS and EVIDENCE_FIELDS; NaN and evidence not given are NULL."""
    absent = [None] * len(categories)
    found: dict[str, pa.Array] = {
        name: pa.array([row[i] for row in categories], pa.string()) for i, name in enumerate(by)
    }
    for name, kind in (*ESTIMATE_FIELDS, *EVIDENCE_FIELDS):
        values = fields.get(name, absent) if name in _EVIDENCE else fields[name]
        if isinstance(values, np.ndarray):
            numbers = np.where(np.isfinite(values), values, 0.0)
            missing = ~np.isfinite(values)
            found[name] = pa.array(numbers, pa.float64(), mask=missing).cast(pa.type_for_alias(kind))
        else:
            found[name] = pa.array(values, pa.type_for_alias(kind))
    return pa.table(found)
