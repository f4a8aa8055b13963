"""The tables of installed releases, read from disk by the engine when a page or the API asks."""

from __future__ import annotations

import threading
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from zaragoza.engine import Engine, Table, quote

_MEMORY = "256MB"
_own = threading.local()  # an engine is not shared by threads, nor by the processes that a server forks


def query(path: Path, sql: str, parameters: Sequence[object] = (), other: Path | None = None) -> Table:
    """The result of a statement on a Parquet file, which it calls `{table}`, and perhaps on an `{other}`."""
    text = sql.replace("{table}", quote(_name(path)))
    if other is not None:
        text = text.replace("{other}", quote(_name(other)))
    return _engine().query(text, parameters)


def rows(path: Path, where: Mapping[str, object], order: Sequence[str] = ()) -> list[dict[str, Any]]:
    """The rows of one Parquet file in which these columns have these values.

    Args:
        path: the file.
        where: value by column; None stands for NULL.
        order: columns to sort by.
    """
    found: list[dict[str, Any]] = select(path, where, order).to_pylist()
    return found


def select(path: Path, where: Mapping[str, object], order: Sequence[str] = ()) -> Any:
    """The same as an Arrow table."""
    held = " AND ".join(f"{quote(column)} IS NOT DISTINCT FROM ?" for column in where) or "TRUE"
    by = f" ORDER BY {', '.join(map(quote, order))}" if order else ""
    sql = f"SELECT * FROM {{table}} WHERE {held}{by}"  # noqa: S608 - names are quoted, values are parameters
    return query(path, sql, list(where.values())).arrow()


def _engine() -> Engine:
    if not hasattr(_own, "engine"):
        _own.engine, _own.names = Engine(threads=1, memory_limit=_MEMORY), {}
    engine: Engine = _own.engine
    return engine


def _name(path: Path) -> str:
    engine = _engine()
    names: dict[Path, str] = _own.names
    if path not in names:
        name = f"file{len(names)}"
        engine.keep(name, engine.read_parquet(path))
        names[path] = name
    return names[path]
