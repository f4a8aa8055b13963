"""The charts of a release that were drawn already: those of its activation, and those that a reader's choice added."""

from __future__ import annotations

import hashlib
import sqlite3
from collections.abc import Iterator, MutableMapping
from contextlib import closing
from pathlib import Path

_NAME = "charts.sqlite"
_WAIT = 5.0  # seconds, for another worker that writes


class Drawn(MutableMapping[str, str]):
    """Drawings by the rows of their charts, kept beside the release. What cannot be kept is drawn again next time."""

    def __init__(self, folder: Path) -> None:
        self._path = folder / _NAME
        self._now: dict[str, str] = {}  # of this page

    def __getitem__(self, rows: str) -> str:
        if rows not in self._now:
            found = self._kept(rows)
            if found is None:
                raise KeyError(rows)
            self._now[rows] = found
        return self._now[rows]

    def __contains__(self, rows: object) -> bool:
        return isinstance(rows, str) and self.get(rows) is not None

    def __setitem__(self, rows: str, marks: str) -> None:
        self._now[rows] = marks
        try:
            with closing(sqlite3.connect(self._path, timeout=_WAIT)) as file, file:
                file.execute("CREATE TABLE IF NOT EXISTS drawn (rows TEXT PRIMARY KEY, marks TEXT NOT NULL)")
                file.execute("INSERT OR IGNORE INTO drawn VALUES (?, ?)", (_key(rows), marks))
        except sqlite3.Error:
            pass  # a full disk or a folder that may only be read costs the next reader some milliseconds

    def __delitem__(self, rows: str) -> None:
        raise TypeError("a drawing is never taken away")

    def __iter__(self) -> Iterator[str]:
        return iter(self._now)

    def __len__(self) -> int:
        return len(self._now)

    def _kept(self, rows: str) -> str | None:
        try:
            with closing(sqlite3.connect(f"file:{self._path}?mode=ro", uri=True, timeout=_WAIT)) as file:
                found = file.execute("SELECT marks FROM drawn WHERE rows = ?", (_key(rows),)).fetchone()
        except sqlite3.Error:  # no file yet, or none that can be read
            return None
        return None if found is None else str(found[0])


def _key(rows: str) -> str:
    return hashlib.sha256(rows.encode()).hexdigest()
