"""Columns of persons as numbers: categories, weights and the sampling frame, checked while they are read."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from zaragoza.compute.codes import Codes, Flags, Floats, compress, encode, number
from zaragoza.compute.frame import Frame, build_frame
from zaragoza.compute.terms import weight_sql
from zaragoza.engine import literal, quote
from zaragoza.errors import DesignError, Fault
from zaragoza.model.classification import TOTAL, UNKNOWN
from zaragoza.model.design import Design


def label_sql(column: str) -> str:
    """The category of a row: NULL and `_U` are one, and so are values that are written alike."""
    return f"coalesce(CAST({quote(column)} AS VARCHAR), {literal(UNKNOWN)})"


def size_sql(column: str) -> str:
    """A population size of the design."""
    return f"CAST({quote(column)} AS DOUBLE)"


def floats(column: pa.ChunkedArray) -> Floats:
    """A column of numbers, NULL as NaN."""
    values: Floats = column.to_numpy().astype(np.float64, copy=False)
    return values


def design_checks(design: Design) -> dict[str, str]:
    """Aggregates that show what is wrong with the design's columns."""
    needed = (design.stratum, *design.stages, *design.sizes)
    checks = {f"without_{i}": f"count(*) - count({quote(c)})" for i, c in enumerate(needed) if c is not None}
    weight = weight_sql(design)
    return checks | {
        "no_weight": f"count(*) - count(CASE WHEN isfinite({weight}) THEN 1 END)",
        "negative_weights": f"count(CASE WHEN {weight} < 0 THEN 1 END)",
        "zero_weights": f"count(CASE WHEN {weight} = 0 THEN 1 END)",
    }


def check_design(found: pa.Table, design: Design) -> None:
    """Refuses a design whose columns are not filled; all faults are reported.

    Args:
        found: rows that hold the aggregates of `design_checks`.
        design: names the columns.

    Raises:
        DesignError: a weight is missing or negative, or another column of the design has gaps.
    """
    faults = []

    def report(column: str, field: str | None, expected: str, what: str, way_out: str) -> None:
        count = int(floats(found[column]).sum())
        if count:
            faults.append(Fault("design", str(field), expected, f"{count} rows {what}", way_out))

    give = "Give every row a weight; 0 keeps a row in the design without counting it."
    report("no_weight", design.weight, "a finite weight in every row", "without one", give)
    report("negative_weights", design.weight, "weights of 0 or more", "with a negative weight", give)
    for i, column in enumerate((design.stratum, *design.stages, *design.sizes)):
        if column is not None:
            way_out = "Fill the column, or leave it out of the design."
            report(f"without_{i}", column, "a value in every row", "without one", way_out)
    if faults:
        raise DesignError(faults)


def read_frame(found: pa.Table, design: Design, weighted: Flags) -> tuple[Frame, Codes]:
    """The frame of the columns key_0 (stratum), key_1, ... (stages, then sizes), and of each row its last unit."""
    columns = iter(f"key_{i}" for i in range(1 + len(design.stages) + len(design.sizes)))
    first = next(columns)
    strata = np.zeros(len(found), np.int64) if design.stratum is None else number(found[first])
    stages = [number(found[next(columns)]) for _ in design.stages] or [np.arange(len(found))]
    sizes = [floats(found[next(columns)]) for _ in design.sizes]
    return build_frame(strata, stages, sizes, weighted)


def unit_names(found: pa.Table, design: Design, frame: Frame, unit: Codes) -> pa.Array | None:
    """By primary unit, its stratum and its identifier as text: the same unit has them in every year.

    Args:
        found: the columns key_0 (stratum) and key_1 (primary unit).
        design: names them; without units nothing is known to be the same in another year.
        frame: of these rows.
        unit: of each row.
    """
    if not design.stages:
        return None
    keys = ["key_1"] if design.stratum is None else ["key_0", "key_1"]
    primary = frame.primary(unit)
    first = np.zeros(len(frame.stages[0].group), np.int64)
    first[primary] = np.arange(len(primary))
    texts = [found[key].take(pa.array(first)).cast(pa.string()) for key in keys]
    return pc.binary_join_element_wise(*texts, "\x1f").combine_chunks()


def read_domains(found: pa.Table, columns: Sequence[str]) -> tuple[tuple[tuple[str, ...], ...], Codes]:
    """The combinations of categories that occur, in their order, and of each row its own."""
    codes, rows = np.zeros(len(found), np.int64), [()]
    for column in columns:
        code, values = encode(found[column])
        labels = values.to_pylist()
        present, codes = compress(codes * len(labels) + code)
        rows = [(*rows[pair // len(labels)], labels[pair % len(labels)]) for pair in present.tolist()]
    domains = tuple(sorted(rows))
    place = {row: number for number, row in enumerate(domains)}
    return domains, np.array([place[row] for row in rows], dtype=np.int64)[codes]


def merge_categories(
    categories: Sequence[tuple[str, ...]], kept: Sequence[bool]
) -> tuple[tuple[tuple[str, ...], ...], Codes]:
    """Categories with all columns that are not kept put together as `_T`, and for each old domain its new one."""
    merged = [tuple(c if k else TOTAL for c, k in zip(row, kept, strict=True)) for row in categories]
    together = tuple(sorted(set(merged)))
    position = {row: code for code, row in enumerate(together)}
    return together, np.array([position[row] for row in merged], dtype=np.int64)
