"""Vintages on disk: a folder each, whole or not there, and what an interrupted fetch has got so far.

DIR/eurostat/lfsa_ergacob/20261129T172504Z-1a2b3c4d/snapshot.json, part-001, part-002, ...
"""

from __future__ import annotations

import dataclasses
import hashlib
import json
import re
import shutil
from collections.abc import Callable, Iterator, Mapping
from datetime import UTC, datetime, timedelta
from importlib.metadata import version
from pathlib import Path
from typing import Any

from zaragoza.collect.attempts import Failure, attempt
from zaragoza.errors import Fault, InputError
from zaragoza.model.vintage import Part, Query, Vintage

FORMAT = 1
_RECORD, _PROGRESS, _UNFINISHED = "snapshot.json", "progress.json", ".unfinished-"
_KEPT = timedelta(hours=1)  # parts of different days are parts of different vintages
Clock = Callable[[], datetime]


def now() -> datetime:
    """The time, UTC."""
    return datetime.now(UTC)


def dataset_folder(folder: Path, query: Query) -> Path:
    """Where the vintages of a dataset lie."""
    return folder / query.source / re.sub(r"[^\w@.-]", "_", query.dataset)


class Unfinished:
    """Parts of a fetch that is going on, kept for the next one should it break off.

    Args:
        folder: of all vintages.
        query: what is fetched.
        clock: tells the time.
    """

    def __init__(self, folder: Path, query: Query, clock: Clock = now) -> None:
        self.query, self._clock = query, clock
        self.path = dataset_folder(folder, query) / f"{_UNFINISHED}{query.identity[:12]}"
        self.path.mkdir(parents=True, exist_ok=True)
        self._parts: dict[str, tuple[Part, str | None, str]] = {}
        for entry in _json(self.path / _PROGRESS) or ():
            part = Part(**entry["part"])
            if self._holds(part, entry["at"]):
                self._parts[part.url] = (part, entry["modified"], entry["at"])

    def _holds(self, part: Part, at: str) -> bool:
        fresh = self._clock() - datetime.fromisoformat(at) < _KEPT
        path = self.path / part.file
        return fresh and path.is_file() and _sha256(path.read_bytes()) == part.sha256

    def known(self, url: str) -> tuple[bytes, str | None] | None:
        """The bytes at an address that were fetched before, and when they were changed."""
        if url not in self._parts:
            return None
        part, modified, _ = self._parts[url]
        return (self.path / part.file).read_bytes(), modified

    def keep(self, url: str, content: bytes, modified: str | None, role: str) -> None:
        """Writes a part aside, moves it into place, and notes that it is there."""
        number = 1 + max((int(one.file[-4:]) for one, _, _ in self._parts.values()), default=0)
        part = Part(
            url=url,
            file=f"part-{number:04d}",
            sha256=_sha256(content),
            size=len(content),
            role=role,
        )
        _write(self.path / part.file, content)
        self._parts[url] = (part, modified, self._clock().isoformat(timespec="seconds"))
        entries = [
            {"part": dataclasses.asdict(one), "modified": m, "at": at} for one, m, at in self._parts.values()
        ]
        _write(self.path / _PROGRESS, json.dumps(entries).encode())

    def parts(self, urls: list[str]) -> tuple[Part, ...]:
        """The parts at these addresses, in their order."""
        return tuple(self._parts[url][0] for url in urls)

    def modified(self, urls: list[str]) -> str | None:
        """When the latest of these parts was changed, as the server says."""
        return max((m for url in urls if (m := self._parts[url][1])), default=None)

    def discard(self) -> None:
        """Forgets everything."""
        shutil.rmtree(self.path, ignore_errors=True)

    def finish(self, parts: tuple[Part, ...], updated: str | None, rows: int) -> tuple[Path, Vintage]:
        """Makes a vintage of the parts; where the last one of the same question is the same, that one."""
        checksum = _sha256("".join(part.sha256 for part in parts).encode())
        last = latest(self.path.parent, self.query)
        if last is not None and last[1].checksum == checksum:
            self.discard()
            return last
        at = self._clock()
        vintage = Vintage(
            query=self.query,
            fetched_at=at.isoformat(timespec="seconds"),
            updated=updated,
            checksum=checksum,
            rows=rows,
            version=version("zaragoza"),
            parts=parts,
        )
        _write(self.path / _RECORD, json.dumps(_record(vintage), indent=1, ensure_ascii=False).encode())
        wanted = {_RECORD, *(part.file for part in parts)}
        for path in self.path.iterdir():
            if path.name not in wanted:
                path.unlink()
        return self.path.rename(self.path.parent / f"{at:%Y%m%dT%H%M%SZ}-{checksum[:8]}"), vintage


def vintages(folder: Path, query: Query | None = None) -> Iterator[tuple[Path, Vintage]]:
    """The vintages in a dataset's folder, the earliest first.

    Args:
        folder: of the dataset.
        query: only those that answer this question.
    """
    for path in sorted(folder.glob(f"[!.]*/{_RECORD}")):
        vintage = read_vintage(path.parent)
        if query is None or vintage.query.identity == query.identity:
            yield path.parent, vintage


def latest(folder: Path, query: Query | None = None, day: str | None = None) -> tuple[Path, Vintage] | None:
    """The last vintage in a dataset's folder, or the last that was there on a day (ISO, inclusive)."""
    found = [one for one in vintages(folder, query) if day is None or one[1].fetched_at[: len(day)] <= day]
    return found[-1] if found else None


def read_vintage(folder: Path) -> Vintage:
    """What is known of a vintage.

    Raises:
        InputError: the folder holds none, or one that another version of the code wrote otherwise.
    """
    record = _json(folder / _RECORD)
    found: Vintage | Failure = Failure(_RECORD)
    if isinstance(record, dict) and record.get("format") == FORMAT:
        found = attempt(lambda: _vintage(record), KeyError, TypeError, AttributeError)
    if isinstance(found, Failure):
        way_out = "Name a folder that `zaragoza fetch` made."
        raise InputError(Fault(str(folder), _RECORD, "a vintage", "none that can be read", way_out))
    return found


def _vintage(record: Mapping[str, Any]) -> Vintage:
    """The vintage of a record; the other way round of `_record`."""
    asked = {
        **record["query"],
        "filters": {name: tuple(codes) for name, codes in record["query"]["filters"].items()},
    }
    fields = {name: value for name, value in record.items() if name != "format"}
    parts = tuple(Part(**part) for part in record["parts"])
    return Vintage(**{**fields, "query": Query(**asked), "parts": parts})


def contents(folder: Path, vintage: Vintage) -> dict[str, bytes]:
    """File -> bytes of every part, each held against its checksum.

    Raises:
        InputError: a part is gone or was changed.
    """
    found = {part.file: attempt((folder / part.file).read_bytes, OSError) for part in vintage.parts}
    whole = {file: content for file, content in found.items() if isinstance(content, bytes)}
    wrong = [p.file for p in vintage.parts if p.file not in whole or _sha256(whole[p.file]) != p.sha256]
    if wrong:
        way_out = "Restore the folder, or fetch the dataset again."
        expected, is_found = "the bytes that were fetched", f"others in {', '.join(wrong)}"
        raise InputError(Fault(str(folder), "checksum", expected, is_found, way_out))
    return whole


def _record(vintage: Vintage) -> dict[str, Any]:
    record = dataclasses.asdict(
        dataclasses.replace(vintage, query=dataclasses.replace(vintage.query, filters={}))
    )
    record["query"]["filters"] = {name: list(codes) for name, codes in vintage.query.filters.items()}
    return {"format": FORMAT, **record}


def _write(path: Path, content: bytes) -> None:
    aside = path.with_name(f".{path.name}.aside")
    aside.write_bytes(content)
    aside.replace(path)


def _json(path: Path) -> Any:
    found = attempt(lambda: json.loads(path.read_text(encoding="utf-8")), OSError, ValueError)
    return None if isinstance(found, Failure) else found


def _sha256(content: bytes) -> str:
    return hashlib.sha256(content).hexdigest()
