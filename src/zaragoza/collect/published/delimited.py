"""Delimited text as columns of text: nothing is guessed, no value is taken for another."""

from __future__ import annotations

import csv
import io

import pyarrow as pa
import pyarrow.csv as pc_csv

from zaragoza.collect.published.refusal import broken

NamedColumns = list[tuple[str, pa.ChunkedArray]]


def columns_of(text: str, where: str, form: str) -> NamedColumns:
    """Header and columns of a comma-separated text, in its order; names may occur twice.

    Raises:
        InputError: rows have more or fewer fields than the header, or there is no row.
    """
    lines = io.StringIO(text, newline="")
    names = next(csv.reader(lines), [])
    keys = [str(number) for number in range(len(names))]
    rest = lines.read()
    if not rest.strip():
        return [(name, pa.chunked_array([], pa.string())) for name in names]
    table = _read(rest, keys, where, form)
    return [(name, table[key]) for name, key in zip(names, keys, strict=True)]


def _read(rest: str, keys: list[str], where: str, form: str) -> pa.Table:
    failed = None
    try:
        return pc_csv.read_csv(
            io.BytesIO(rest.encode()),
            read_options=pc_csv.ReadOptions(column_names=keys, block_size=1 << 24),
            parse_options=pc_csv.ParseOptions(newlines_in_values=True),
            convert_options=pc_csv.ConvertOptions(
                column_types=dict.fromkeys(keys, pa.string()), strings_can_be_null=False
            ),
        )
    except pa.ArrowInvalid:
        failed = "a row with another number of fields than the header"
    raise broken(where, form, failed)
