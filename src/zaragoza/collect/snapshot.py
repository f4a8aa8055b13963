"""Snapshots on disk: the standard table as it stood, private, and reused while nothing has changed."""

from __future__ import annotations

import dataclasses
import hashlib
import json
import re
import shutil
import tempfile
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq

from zaragoza.collect.attempts import Failure, attempt
from zaragoza.engine import Table
from zaragoza.folders import alone
from zaragoza.model.snapshot import FileOrigin, ItemQuality, LeftOut, Snapshot, SourceQuality
from zaragoza.model.source import Source
from zaragoza.model.text import Text
from zaragoza.model.variable import Variable

FORMAT = 2  # changes with whatever changes the table or the report that the same files give
_CHUNK = 1 << 20
_PRIVATE_FILE, _PRIVATE_FOLDER = 0o600, 0o700
_LOCK, _ASIDE = ".lock", ".aside-"


def file_checksum(path: Path) -> str:
    """Sha256 of a file's bytes."""
    digest = hashlib.sha256()
    with path.open("rb") as file:
        while chunk := file.read(_CHUNK):
            digest.update(chunk)
    return digest.hexdigest()


def source_checksum(
    files: Mapping[str, str], source: Source, variables: Mapping[str, Variable], key_id: str
) -> str:
    """Sha256 over all that the standard table depends on.

    Args:
        files: entry of the source -> sha256 of the file.
        source: mapping, delimiter, encoding and replicate weights.
        variables: of those mapped, the type, codes and range count.
        key_id: which secret makes the keys.
    """
    mapped = {name: dataclasses.asdict(mapping) for name, mapping in source.variables.items()}
    meanings = {
        name: [variable.type, [code.code for code in variable.codes], variable.range]
        for name, variable in variables.items()
        if name in mapped
    }
    known_keys = {
        name: sorted({*variable.names, *(known.name for known in variable.known_as)})
        for name, variable in variables.items()
        if name in ("person", "household")
    }
    parts = [
        FORMAT, source.id, list(source.files), dict(files), source.delimiter, source.encoding, mapped, meanings,
        known_keys, key_id, list(source.replicate_columns), bool(source.replicates and source.replicates.factors),
    ]  # fmt: skip
    return hashlib.sha256(json.dumps(parts, sort_keys=True).encode()).hexdigest()


def snapshot_path(snapshots: Path, source: Source, checksum: str) -> Path:
    """Where the table of a checksum lies; its origin lies beside it as `.json`."""
    name = re.sub(r"[^\w-]", "_", source.id)
    return snapshots / f"{name}-{checksum[:12]}.parquet"


def read_origin(path: Path, checksum: str) -> tuple[Snapshot, SourceQuality] | None:
    """What is known of a snapshot; None where it is not there, not whole, or another one."""
    found = attempt(lambda: _read(path), OSError, ValueError, TypeError, KeyError, pa.ArrowException)
    if isinstance(found, Failure):
        return None
    snapshot, quality, rows = found
    return (snapshot, quality) if snapshot.checksum == checksum and snapshot.rows == rows else None


def _read(path: Path) -> tuple[Snapshot, SourceQuality, int]:
    origin: dict[str, Any] = json.loads(path.with_suffix(".json").read_text(encoding="utf-8"))
    about, quality = origin["snapshot"], origin["quality"]
    snapshot = Snapshot(**{**about, "files": tuple(FileOrigin(**file) for file in about["files"])})
    parts = {
        "items": tuple(ItemQuality(**{**item, "few": tuple(item["few"])}) for item in quality["items"]),
        "left_out": tuple(LeftOut(**each) for each in quality["left_out"]),
        "notes": tuple(Text(**note) for note in quality["notes"]),
        "few": tuple(quality["few"]),
    }
    assessed = SourceQuality(**{**quality, **parts})
    return snapshot, assessed, pq.read_metadata(path).num_rows


def write_snapshot(path: Path, table: Table, snapshot: Snapshot, quality: SourceQuality) -> None:
    """Writes table and origin aside and moves them into place, the origin last: it says that the table is whole.

    Only the owner can read them, from the first byte on.
    """
    path.parent.mkdir(mode=_PRIVATE_FOLDER, parents=True, exist_ok=True)
    with alone(path.parent, _LOCK, f"{_ASIDE}*"):
        aside = Path(tempfile.mkdtemp(prefix=_ASIDE, dir=path.parent))  # its owner's alone
        try:
            rows, origin = aside / path.name, aside / path.with_suffix(".json").name
            table.write_parquet(rows)
            text = {"snapshot": dataclasses.asdict(snapshot), "quality": dataclasses.asdict(quality)}
            origin.write_text(json.dumps(text, indent=2, ensure_ascii=False) + "\n", encoding="utf-8")
            for file in (rows, origin):
                file.chmod(_PRIVATE_FILE)
            for file in (rows, origin):
                file.replace(path.parent / file.name)
        finally:
            shutil.rmtree(aside, ignore_errors=True)
