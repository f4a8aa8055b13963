"""Eurostat's bulk TSV: a column of joined codes, then a column a period; a cell is a value, a blank and flags.

Source: Eurostat, API data query, TSV format.
"""

from __future__ import annotations

import re

import pyarrow as pa
import pyarrow.compute as pc

from zaragoza.collect.published.dataset import Dataset, Figures, Origin, dataset
from zaragoza.collect.published.refusal import broken

_FORM = "bulk TSV"
_HEADER = re.compile(r"(?P<dimensions>[A-Za-z_][\w,]*)\\(?P<time>\w+)(\t|$)")
_CELL = r"^\s*(?P<value>:|-?[0-9.]+(?:[eE][+-]?[0-9]+)?)\s*(?P<flag>[A-Za-z]*)(?:\|(?P<conf>[A-Z]))?\s*$"


def is_tsv(first_line: str) -> bool:
    """Whether the first line is a header of bulk TSV."""
    return _HEADER.match(first_line) is not None


def read_tsv(text: str, where: str, name: str = "") -> Dataset:
    """Reads bulk TSV; cells that are `:` without a flag are figures that are not there, and are left out.

    Args:
        text: the file.
        where: file or request, for errors.
        name: the dataset's code, which the file does not hold.

    Raises:
        InputError: a row or a cell does not keep to the form.
    """
    header, *rows = text.splitlines()
    match = _HEADER.match(header)
    if match is None:
        raise broken(where, _FORM, "another header than `dimensions\\TIME_PERIOD`")
    dimensions = match["dimensions"].split(",")
    periods = [period.strip() for period in header.split("\t")[1:]]
    keys, cells = _split(rows, len(dimensions), len(periods), where)
    there = pc.invert(pc.match_substring_regex(cells, r"^\s*:?\s*$"))
    parts = pc.extract_regex(pc.filter(cells, there), _CELL)
    if parts.null_count:
        raise broken(where, _FORM, f"{parts.null_count} cells that are not a value with flags")
    row, column = _places(len(rows), len(periods), there)
    return dataset(
        Origin(source="ESTAT", id=name),
        {dimension: pa.array(codes).take(row) for dimension, codes in zip(dimensions, keys, strict=True)},
        Figures(
            value=_values(parts.field("value")),
            period=pa.array(periods).take(column),
            flag=parts.field("flag"),
            conf_flag=parts.field("conf"),
        ),
    )


def _split(rows: list[str], dimensions: int, periods: int, where: str) -> tuple[list[list[str]], pa.Array]:
    split = [row.split("\t") for row in rows]
    keys = [row[0].split(",") for row in split]
    wrong = sum(
        len(key) != dimensions or len(row) != periods + 1 for key, row in zip(keys, split, strict=True)
    )
    if wrong:
        raise broken(where, _FORM, f"{wrong} rows with another number of codes or periods than the header")
    return [list(column) for column in zip(*keys, strict=True)] or [[]] * dimensions, pa.array(
        [cell for row in split for cell in row[1:]], pa.string()
    )


def _places(rows: int, periods: int, there: pa.Array) -> tuple[pa.Array, pa.Array]:
    """Row and column of every cell that is there."""
    place = pc.filter(pa.array(range(rows * periods), pa.int64()), there)
    row = pc.divide(place, max(periods, 1))
    return row, pc.subtract(place, pc.multiply(row, max(periods, 1)))


def _values(texts: pa.Array) -> pa.Array:
    return pc.if_else(pc.equal(texts, ":"), None, texts)
