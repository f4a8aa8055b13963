"""Persons as weights, auxiliary variables and units: read once, every fault counted and none shown."""

from __future__ import annotations

import itertools
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

import numpy as np
import pyarrow as pa

from zaragoza.compute.calibration.auxiliaries import Auxiliaries, Margin, Number
from zaragoza.compute.calibration.known import KnownMargin, KnownTotals, crossed
from zaragoza.compute.calibration.solve import Units
from zaragoza.compute.codes import Codes, Flags, Floats, compress, encode, number
from zaragoza.compute.columns import floats
from zaragoza.engine import Table, quote
from zaragoza.errors import DefinitionError, DesignError, Fault
from zaragoza.model.expression import Expression

NAMED_ROWS = 10  # a class held by fewer rows is not named in an error (decisions 15 and 22)
_FLOATS = ("FLOAT", "DOUBLE")
NUMBERS = ("INT", "FLOAT", "DOUBLE", "DECIMAL", "BOOLEAN")


@dataclass(frozen=True, eq=False)
class Sample:
    """The rows of a calibration.

    Attributes:
        data: the table of the user, in its order.
        weights: before calibration, one a row.
        auxiliaries: classes and numbers of the rows.
        totals: one for each column of the auxiliaries.
        units: rows that share one factor, or None.
    """

    data: pa.Table
    weights: Floats
    auxiliaries: Auxiliaries
    totals: Floats
    units: Units | None


def read_sample(table: Table, known: KnownTotals, weight: str | None, units: Sequence[str] = ()) -> Sample:
    """Reads what a calibration needs, beside the whole table.

    Args:
        table: persons.
        known: totals; their columns and expressions are read.
        weight: column of the weights before calibration; None is 1.
        units: columns that together name the unit of a row.

    Raises:
        DefinitionError: a column that the data lacks, or one of another type than is needed.
        DesignError: weights, classes or units that cannot be used.
    """
    refuse_columns(table, {"totals": known.columns, "units": units, "design": [weight] if weight else []})
    refuse_texts(table, known.numbers, weight)
    columns = {name for margin in known.margins for name in margin.columns}
    wanted = {f"class {name}": code_sql(table, name) for name in sorted(columns)}
    wanted |= {f"number {text}": double_sql(Expression.parse(text).sql()) for text in known.numbers}
    wanted |= {f"unit {name}": code_sql(table, name) for name in units}
    wanted["weight"] = double_sql(quote(weight)) if weight else "CAST(1 AS DOUBLE)"
    data, read = read_beside(table, wanted)

    weights, faults = read_weights(read["weight"], weight)
    margins = []
    for known_margin in known.margins:
        margin, wrong = _read_margin(read, known_margin)
        margins.append(margin)
        faults += wrong
    numbers = [Number(floats(read[f"number {text}"]), text) for text in known.numbers]
    faults += [
        rows_fault("totals", n.label, "a number in every row", ~np.isfinite(n.values)) for n in numbers
    ]
    grouped = [read[f"unit {name}"] for name in units]
    faults += [
        rows_fault("units", name, "a value in every row", column.is_null().to_numpy())
        for name, column in zip(units, grouped, strict=True)
    ]
    if found := [fault for fault in faults if fault]:
        raise DesignError(found)
    sizes = [size for margin in known.margins for size in margin.sizes.values()]
    totals = np.array([*sizes, *known.numbers.values()], dtype=np.float64)
    built = Auxiliaries.build(margins, numbers)
    return Sample(data, weights, built, totals, _read_units(grouped) if grouped else None)


def read_beside(table: Table, wanted: Mapping[str, str]) -> tuple[pa.Table, dict[str, pa.ChunkedArray]]:
    """The whole table, and columns computed from it (SQL by name), row for row."""
    taken = {name.lower() for name in table.columns}
    free = (own for place in itertools.count() if (own := f"zaragoza_{place}") not in taken)
    names = dict(zip(wanted, free, strict=False))
    whole = table.with_columns({names[name]: sql for name, sql in wanted.items()}).arrow()
    return whole.select(list(table.columns)), {name: whole[own] for name, own in names.items()}


def refuse_columns(table: Table, used: Mapping[str, Iterable[str]]) -> None:
    """Columns that the data lacks.

    Raises:
        DefinitionError: naming each, and where it is used.
    """
    faults = [
        Fault(where, name, "a column of the data", "no such column", "Check the name.")
        for where, names in used.items()
        for name in dict.fromkeys(names)
        if name not in table.columns
    ]
    if faults:
        raise DefinitionError(faults)


def refuse_texts(table: Table, numbers: Iterable[str], weight: str | None) -> None:
    """Expressions and weights that are no numbers.

    Raises:
        DefinitionError: naming each.
    """
    texts = [("totals", text, Expression.parse(text).sql()) for text in numbers]
    texts += [("design", weight, quote(weight))] if weight else []
    faults = []
    for where, name, sql in texts:
        kind = table.select({"x": sql}).types["x"]
        if not any(number in kind for number in NUMBERS):
            faults.append(Fault(where, name, "a number", f"a {kind}", "Use a column of numbers."))
    if faults:
        raise DefinitionError(faults)


def double_sql(sql: str) -> str:
    """A number as double precision."""
    return f"CAST({sql} AS DOUBLE)"


def code_sql(table: Table, column: str) -> str:
    """The code of a class as text; whole numbers are written without a point, NaN is NULL."""
    name = quote(column)
    text = f"CAST({name} AS VARCHAR)"
    if table.types[column] not in _FLOATS:
        return text
    whole = f"TRY_CAST({name} AS BIGINT)"
    return f"CASE WHEN isnan({name}) THEN NULL WHEN {name} = {whole} THEN CAST({whole} AS VARCHAR) ELSE {text} END"


def read_weights(column: pa.ChunkedArray, name: str | None) -> tuple[Floats, list[Fault | None]]:
    """The weights, and what is wrong with them."""
    weights = floats(column)
    expected, field = "finite weights of 0 or more", name or "weight"
    faults = [rows_fault("design", field, expected, ~(np.isfinite(weights) & (weights >= 0)))]
    if not np.any(weights > 0):
        faults.append(Fault("design", field, "a weight above 0", "none", "Check the column."))
    return weights, faults


def rows_fault(where: str, field: str, expected: str, wrong: Flags) -> Fault | None:
    """How many rows are wrong, if any."""
    count = int(np.count_nonzero(wrong))
    if not count:
        return None
    way_out = "Fill the column, or leave these rows out of the data first."
    return Fault(where, field, expected, f"{count} rows without one", way_out)


def _read_margin(
    read: Mapping[str, pa.ChunkedArray], known: KnownMargin
) -> tuple[Margin, list[Fault | None]]:
    """The class of every row in the order of the totals, and what the two do not have in common."""
    codes, classes = _cross([encode(read[f"class {name}"]) for name in known.columns])
    rows = np.bincount(codes, minlength=len(classes))
    missing = np.array([None in c for c in classes], dtype=bool)
    faults = [rows_fault("totals", known.name, "a class in every row", missing[codes])]
    place = {c: position for position, c in enumerate(known.sizes)}
    position = np.array([place.get(c, -1) for c in classes], dtype=np.int64)
    unknown = (position < 0) & ~missing
    if unknown.any():
        faults.append(
            _without_size(known.name, [c for c, u in zip(classes, unknown, strict=True) if u], rows[unknown])
        )
    held = np.bincount(position[position >= 0], rows[position >= 0], minlength=len(place))
    if absent := [crossed(c) for c, n in zip(known.sizes, held, strict=True) if n == 0]:
        faults.append(_without_rows(known.name, absent))
    labels = tuple(_label(known.name, c, n) for c, n in zip(known.sizes, held, strict=True))
    return Margin(np.maximum(position, 0)[codes], labels), faults


def _cross(columns: Sequence[tuple[Codes, pa.Array]]) -> tuple[Codes, list[tuple[str, ...]]]:
    """Codes of the combinations that occur, and the combinations."""
    codes: Codes = np.zeros(len(columns[0][0]), np.int64)
    classes: list[tuple[str, ...]] = [()]
    for inner, values in columns:
        names = values.to_pylist()
        pairs, codes = compress(codes * len(names) + inner)
        classes = [(*classes[pair // len(names)], names[pair % len(names)]) for pair in pairs.tolist()]
    return codes, classes


def _without_size(name: str, classes: list[tuple[str, ...]], rows: Codes) -> Fault:
    large = [crossed(c) for c, n in zip(classes, rows.tolist(), strict=True) if n >= NAMED_ROWS]
    named = f" (among them {_listed(large)})" if large else ""
    found = f"{_classes(len(classes))} without one, in {int(rows.sum())} rows{named}"
    way_out = "Give their sizes, or put them together with other classes first."
    return Fault("totals", name, "a size for every class of the data", found, way_out)


def _without_rows(name: str, classes: list[str]) -> Fault:
    found = f"{_classes(len(classes))} without rows: {_listed(classes)}"
    way_out = "Put them together with other classes in data and totals."
    return Fault("totals", name, "rows for every class with a size", found, way_out)


def _classes(count: int) -> str:
    return "1 class" if count == 1 else f"{count} classes"


def _listed(classes: list[str]) -> str:
    return ", ".join(classes[:5]) + (" and others" if len(classes) > 5 else "")


def _label(name: str, codes: tuple[str, ...], rows: float) -> str:
    if 0 < rows < NAMED_ROWS:
        return f"{name} (a class of fewer than {NAMED_ROWS} rows)"
    return f"{name} = {crossed(codes)}"


def _read_units(columns: Sequence[pa.ChunkedArray]) -> Units:
    codes = number(columns[0])
    for column in columns[1:]:
        inner = number(column)
        codes = compress(codes * (int(inner.max(initial=0)) + 1) + inner)[1]
    return Units(codes, int(codes.max(initial=-1)) + 1)
