"""The tables of installed releases, read from disk by the engine when a page or the API asks."""

from __future__ import annotations

import threading
import weakref
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from zaragoza.engine import Engine, Table, literal, quote

_MEMORY = "256MB"
_own = threading.local()  # an engine is not shared by threads, nor by the processes that a server forks


def query(path: Path, sql: str, parameters: Sequence[object] = (), other: Path | None = None) -> Table:
    """The result of a statement on a Parquet file, which it calls `{table}`, and perhaps on an `{other}`."""
    reader = _reader()
    text = sql.replace("{table}", quote(reader.name(path)))
    if other is not None:
        text = text.replace("{other}", quote(reader.name(other)))
    return reader.engine.query(text, parameters)


def rows(path: Path, where: Mapping[str, object], order: Sequence[str] = ()) -> list[dict[str, Any]]:
    """The rows of one Parquet file in which these columns have these values.

    Args:
        path: the file.
        where: value by column; None stands for NULL.
        order: columns to sort by.
    """
    found: list[dict[str, Any]] = select(path, where, order).to_pylist()
    return found


def select(
    path: Path, where: Mapping[str, object], order: Sequence[str] = (), told: Mapping[str, str] | None = None
) -> Any:
    """The same as an Arrow table; `told` stands in the place of what these columns hold."""
    replaced = ", ".join(f"{literal(text)} AS {quote(column)}" for column, text in (told or {}).items())
    every = f"* REPLACE ({replaced})" if replaced else "*"
    held = " AND ".join(f"{quote(column)} IS NOT DISTINCT FROM ?" for column in where) or "TRUE"
    by = f" ORDER BY {', '.join(map(quote, order))}" if order else ""
    sql = f"SELECT {every} FROM {{table}} WHERE {held}{by}"  # noqa: S608 - names are quoted, values are parameters
    return query(path, sql, list(where.values())).arrow()


class _Reader:
    """An engine with the files that it has been asked for; it is closed when its thread ends."""

    def __init__(self) -> None:
        self.engine = Engine(threads=1, memory_limit=_MEMORY)
        self._names: dict[Path, str] = {}
        weakref.finalize(self, self.engine.close)

    def name(self, path: Path) -> str:
        """What statements call a file."""
        if path not in self._names:
            name = f"file{len(self._names)}"
            self.engine.keep(name, self.engine.read_parquet(path))
            self._names[path] = name
        return self._names[path]


def _reader() -> _Reader:
    if not hasattr(_own, "reader"):
        _own.reader = _Reader()
    reader: _Reader = _own.reader
    return reader
