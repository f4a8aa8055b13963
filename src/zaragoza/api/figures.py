"""Tables of figures that are published already, as users hand them over."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from zaragoza.api.data import fault, opened, read
from zaragoza.engine import Engine
from zaragoza.errors import DefinitionError, Fault

Row = dict[str, object]
_ERROR = "standard_error"


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
    faults += number_faults(rows, numeric) + number_faults(rows, (_ERROR,), low=0.0)
    if not faults and "direction" in wanted and set(rows["direction"].to_pylist()) - {"high", "low"}:
        faults.append(fault("table", "direction", "high or low in every row", "others"))
    if faults:
        raise DefinitionError(faults)
    return rows


def number_faults(
    table: pa.Table, names: Iterable[str], low: float = -np.inf, high: float = np.inf
) -> list[Fault]:
    """Columns of a table that hold something else than numbers, or numbers that cannot be; NULL and NaN are none."""
    faults = []
    for name in names:
        kind = table.schema.field(name).type if name in table.column_names else pa.null()
        if pa.types.is_integer(kind) or pa.types.is_floating(kind) or pa.types.is_decimal(kind):
            given = table[name].cast(pa.float64())
            known = given.filter(pc.invert(pc.is_nan(given)))
            outside = pc.or_(pc.less(known, low), pc.greater(known, high))
            if pc.any(pc.or_(outside, pc.invert(pc.is_finite(known)))).as_py():
                faults.append(fault("table", name, f"numbers{_between(low, high)}", "others"))
        elif not pa.types.is_null(kind):
            faults.append(fault("table", name, "numbers", str(kind)))
    return faults


def argument_faults(call: str, **given: tuple[float, float, float]) -> list[Fault]:
    """Arguments of a call, each with its lowest and highest value, that lie outside these."""
    return [
        fault(call, name, f"a number{_between(low, high)}", str(value))
        for name, (value, low, high) in given.items()
        if not low <= value <= high
    ]


def _between(low: float, high: float) -> str:
    parts = [f"from {low:g}"] * bool(np.isfinite(low)) + [f"to {high:g}"] * bool(np.isfinite(high))
    return " " + " ".join(parts) if parts else " that are finite"


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
