"""Tables of figures that are published already, as users hand them over."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
import pyarrow as pa

from zaragoza.api.data import fault, opened, read
from zaragoza.engine import Engine
from zaragoza.errors import DefinitionError

Row = dict[str, object]


def read_figures(
    table: object, wanted: tuple[str, ...], engine: Engine | None, numeric: tuple[str, ...]
) -> pa.Table:
    """The table with all wanted columns, numbers where numbers belong."""
    with opened(engine) as held:
        rows = read(held, table).arrow()
    faults = [
        fault("table", name, "a column of this name", "none")
        for name in wanted
        if name not in rows.column_names
    ]
    for name in numeric:
        kind = rows.schema.field(name).type if name in rows.column_names else None
        if kind is not None and not (
            pa.types.is_integer(kind) or pa.types.is_floating(kind) or pa.types.is_decimal(kind)
        ):
            faults.append(fault("table", name, "numbers", str(kind)))
    if not faults and "direction" in wanted and set(rows["direction"].to_pylist()) - {"high", "low"}:
        faults.append(fault("table", "direction", "high or low in every row", "others"))
    if faults:
        raise DefinitionError(faults)
    return rows


def series_of(rows: pa.Table, keys: tuple[str, ...]) -> Iterator[tuple[Row, list[Row]]]:
    """The rows of each key; in the order of the years, if they have any."""
    found: dict[tuple[object, ...], list[Row]] = {}
    for row in rows.to_pylist():
        found.setdefault(tuple(row[name] for name in keys), []).append(row)
    for key, series in found.items():
        if "period" in rows.column_names and "period" not in keys:
            series.sort(key=lambda row: number(row["period"]))
            years = [row["period"] for row in series]
            if len(set(years)) < len(years):
                raise DefinitionError(fault("table", "period", "every year once a series", "one given twice"))
        yield dict(zip(keys, key, strict=True)), series


def number(value: object) -> float:
    """A number of a row, NaN where there is none."""
    return float(value) if isinstance(value, (int, float)) and not isinstance(value, bool) else np.nan


def null(value: float) -> float | None:
    """NULL in place of NaN."""
    return None if np.isnan(value) else value
