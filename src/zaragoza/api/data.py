"""Tables of users, read by the engine."""

from __future__ import annotations

from collections.abc import Iterable
from contextlib import AbstractContextManager, nullcontext
from pathlib import Path
from typing import Any

from zaragoza.engine import Engine, Table, quote
from zaragoza.errors import Fault, InputError


def opened(engine: Engine | None) -> AbstractContextManager[Engine]:
    """The engine handed over, which stays open, or one of our own that is closed at the end."""
    return Engine() if engine is None else nullcontext(engine)


def names(by: object) -> tuple[Any, ...]:
    """One name or several, as a tuple."""
    if isinstance(by, str):
        return (by,)
    return tuple(by) if isinstance(by, Iterable) else (by,)


def fault(where: str, field: str, expected: str, found: str) -> Fault:
    """A fault of a call."""
    return Fault(where, field, expected, found, "Correct the call.")


def read(engine: Engine, data: object, columns: tuple[str, ...] | None = None) -> Table:
    """A table from what the user handed over.

    Args:
        engine: reads it.
        data: path of a Parquet or CSV file, a relation, or an Arrow, Polars or pandas table.
        columns: of a relation only these are read, if it has them all.

    Raises:
        InputError: there is no such file, or it is of another kind.
    """
    if isinstance(data, str | Path):
        return _file(engine, Path(data))
    try:
        return engine.table(data, columns)
    except TypeError as error:
        expected = "a path, a DuckDB relation, or an Arrow, Polars or pandas table"
        raise InputError(fault("data", "data", expected, f"an object of type {error}")) from None


def _file(engine: Engine, path: Path) -> Table:
    if path.is_dir() and (parts := sorted(path.glob("*.parquet"))):
        return engine.read_parquet(parts)
    if not path.is_file():
        raise InputError(fault("data", str(path), "a file", "none"))
    if path.suffix.lower() == ".parquet":
        return engine.read_parquet(path)
    if not {suffix.lower() for suffix in path.suffixes} & {".csv", ".tsv", ".txt"}:
        way_out = (
            "Read another kind of file into a table first, or make a monitor of it with `zaragoza init`."
        )
        raise InputError(Fault("data", path.name, "a CSV or Parquet file", "another kind", way_out))
    return engine.sniff_csv(path)


def without_nan(table: Table, name: str) -> str:
    """A column with NaN as NULL: engines differ on NaN, and an answer it is not."""
    if table.types[name] in ("FLOAT", "DOUBLE"):
        return f"CASE WHEN isnan({quote(name)}) THEN NULL ELSE {quote(name)} END"
    return quote(name)
