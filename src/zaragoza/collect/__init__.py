"""GSBPM 4 and 5.1: from an office's files to the standard table, its snapshot and its quality."""

from __future__ import annotations

import tempfile
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import partial
from pathlib import Path

from zaragoza.collect.assembly import assemble
from zaragoza.collect.attempts import Failure, attempt
from zaragoza.collect.check import Examined, examine, repeated_units, unit_faults
from zaragoza.collect.keys import check_secret, fingerprint
from zaragoza.collect.linking import PERSON, RECORD_KEY, Keyed, key_identifiers, strangers, write_persons
from zaragoza.collect.quality import assess
from zaragoza.collect.snapshot import (
    file_checksum,
    read_origin,
    snapshot_path,
    source_checksum,
    write_snapshot,
)
from zaragoza.engine import Engine, Table
from zaragoza.errors import Fault, InputError
from zaragoza.model.snapshot import FileOrigin, LeftOut, Snapshot, SourceQuality
from zaragoza.model.source import Source
from zaragoza.model.variable import Variable

__all__ = ["Collected", "Examined", "collect", "examine"]


@dataclass(frozen=True)
class Collected:
    """A source in standard form.

    Attributes:
        table: one row a person, sorted by key: standard variables in the order of the mapping, and `record_key`.
            Identifiers are 64-bit keys; no column that is not mapped is there.
        snapshot: where it comes from.
        quality: what is missing or wrong in it.
    """

    table: Table
    snapshot: Snapshot
    quality: SourceQuality


def collect(
    source: Source,
    folder: Path,
    variables: Mapping[str, Variable],
    secret: bytes,
    engine: Engine,
    snapshots: Path,
    *,
    population: float | None = None,
) -> Collected:
    """Reads the files of a source into one table of standard variables and keeps it as a snapshot.

    Codes that no list knows, texts in place of numbers and numbers out of range become NULL and are counted in the
    quality report; what would make figures wrong (persons on several rows, impossible weights or designs, files that
    cannot be read) stops the run. The same files with the same mapping and secret give the snapshot that is there.

    Args:
        source: files and mapping.
        folder: to which the paths of the files are relative.
        variables: standard variables by id.
        secret: the office's, at least 32 bytes; keys made with another one cannot be joined with these.
        engine: reads and writes the rows.
        snapshots: folder for the snapshots, made if need be.
        population: known size of the population, for the coverage; may be left out.

    Raises:
        DefinitionError: the secret is too short.
        InputError: every fault of the data that stops the run; nothing is written then.
    """
    check_secret(secret)
    checksums, faults = _checksums(source, folder)
    checksum = source_checksum(checksums, source, variables, fingerprint(secret))
    path = snapshot_path(snapshots, source, checksum)
    known = read_origin(path, checksum) if not faults else None
    if known is None:
        known = _collect_anew(
            source, folder, variables, secret, engine, path, checksum, checksums, population
        )
    return Collected(engine.read_parquet(path), *known)


def _checksums(source: Source, folder: Path) -> tuple[dict[str, str], bool]:
    """Entry -> sha256, and whether a file is missing (opening the files tells why)."""
    found = {entry: attempt(partial(file_checksum, folder / entry), OSError) for entry in source.files}
    known = {entry: checksum for entry, checksum in found.items() if not isinstance(checksum, Failure)}
    return known, len(known) < len(found)


def _collect_anew(
    source: Source,
    folder: Path,
    variables: Mapping[str, Variable],
    secret: bytes,
    engine: Engine,
    path: Path,
    checksum: str,
    checksums: Mapping[str, str],
    population: float | None,
) -> tuple[Snapshot, SourceQuality]:
    with tempfile.TemporaryDirectory() as work:
        assembled = assemble(source, folder, variables, engine, Path(work))
        _refuse(assembled.faults)
        read = assembled.source
        keyed = key_identifiers(assembled.parts, secret, engine)
        _refuse((*keyed.faults, *repeated_units(keyed.parts[1:]).values()))
        table = write_persons(keyed.parts, engine, Path(work) / "persons.parquet")
        _refuse(unit_faults(table, read, keyed.parts[0].where))
        quality = assess(
            table,
            read,
            assembled.variables,
            left_out=_left_out(keyed, table),
            notes=assembled.notes,
            population=population,
        )
        snapshot = Snapshot(
            source=source.id,
            checksum=checksum,
            collected_at=datetime.now(UTC).isoformat(timespec="seconds"),
            files=tuple(
                FileOrigin(
                    name=Path(entry).name,
                    sha256=checksums[entry],
                    size=(folder / entry).stat().st_size,
                    rows=assembled.rows.get(entry, 0),
                )
                for entry in source.files
            ),
            rows=quality.rows,
            key_id=fingerprint(secret),
            mapping=_mapping(source),
        )
        first = [] if PERSON in source.variables else [PERSON]
        columns = [*first, *(name for name in read.variables if name in table.columns), RECORD_KEY]
        write_snapshot(path, table.select(columns), snapshot, quality)
    return snapshot, quality


def _mapping(source: Source) -> dict[str, str]:
    """Standard variable -> column; replicate weights are one set."""
    columns = {name: mapping.column for name, mapping in source.variables.items()}
    return columns | ({"replicates": ", ".join(source.replicate_columns)} if source.replicate_columns else {})


def _refuse(faults: Sequence[Fault]) -> None:
    if faults:
        raise InputError(faults)


def _left_out(keyed: Keyed, table: Table) -> tuple[LeftOut, ...]:
    found = ((part, strangers(part, table)) for part in keyed.parts[1:])
    return tuple(
        LeftOut(file=Path(part.where).name, join=part.join, rows=rows)
        for part, rows in found
        if part.join is not None and rows
    )
