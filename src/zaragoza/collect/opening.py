"""Opens an office's file, whatever its format, as rows that the engine reads."""

from __future__ import annotations

import shutil
import tempfile
from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path
from typing import Literal

import pyarrow as pa
import pyarrow.parquet as pq

from zaragoza.collect import labelled_files, text_files
from zaragoza.collect.attempts import Failure, attempt, faults_of
from zaragoza.collect.encodings import DAMAGED, open_bytes
from zaragoza.engine import Engine, Table
from zaragoza.errors import Fault, InputError

Format = Literal["csv", "parquet", "spss", "stata", "sas"]
TEXT_SUFFIXES = (".csv", ".tsv", ".txt", ".tab", ".dat", ".asc")
PARQUET_SUFFIXES = (".parquet", ".pq")


@dataclass(frozen=True)
class DataFile:
    """A file that can be read.

    Attributes:
        where: how faults name it.
        format: what kind of file it is.
        columns: the names of the columns that hold one value a row, in the order of the file.
        delimiter: of a text file.
        encoding: of a text file; of another one where it was given.
        labels: column -> its label, where the file has them.
        value_labels: column -> code -> label, where the file has them.
    """

    where: str
    format: Format
    columns: tuple[str, ...]
    rows_of: Callable[[tuple[str, ...]], Table] = field(repr=False)
    delimiter: str | None = None
    encoding: str | None = None
    labels: Mapping[str, str] = field(default_factory=dict)
    value_labels: Mapping[str, Mapping[str, str]] = field(default_factory=dict)

    def load(self, columns: Collection[str] | None = None) -> Table:
        """The rows of some columns (of all by default), read once into a private Parquet file.

        Raises:
            InputError: rows cannot be read, or there are none.
        """
        chosen = tuple(name for name in self.columns if columns is None or name in columns)
        return self.rows_of(chosen)


def open_file(
    path: Path,
    engine: Engine,
    work: Path,
    *,
    where: str | None = None,
    delimiter: str | None = None,
    encoding: str | None = None,
) -> DataFile:
    """Finds out the format of a file and its columns.

    Args:
        path: the file; a name that ends in `.gz` is decompressed.
        engine: reads the rows.
        work: a private folder that lives as long as the rows are used.
        where: how faults name the file; its name by default.
        delimiter: of a text file; None has it found.
        encoding: None has it found, or leaves it to the file.

    Raises:
        InputError: there is no such file, no such format, or its begin cannot be read.
    """
    name = where or path.name
    _refuse_absent(path, name)
    suffixes = [suffix.lower() for suffix in path.suffixes]
    compressed = suffixes[-1:] == [".gz"]
    suffix = (suffixes[-2:-1] if compressed else suffixes[-1:] or [""])[0] if suffixes != [".gz"] else ""
    own = Path(tempfile.mkdtemp(dir=work))
    if suffix in TEXT_SUFFIXES:
        text = text_files.recognise(path, name, own, delimiter, encoding)
        return _text_file(text, engine, own)
    if suffix not in PARQUET_SUFFIXES and suffix not in labelled_files.FORMATS:
        raise InputError(_unknown_format(name))
    plain = _decompressed(path, name, own / f"file{suffix}") if compressed else path
    if suffix in PARQUET_SUFFIXES:
        return _parquet_file(plain, name, engine, own)
    return _labelled_file(labelled_files.open_labelled(plain, name, suffix, encoding), engine, own)


def _refuse_absent(path: Path, where: str) -> None:
    if not path.exists():
        way_out = "Put the file there, or correct its name under `files`."
        raise InputError(Fault(where, "file", "a file", "no such file", way_out))
    if not path.is_file() or isinstance(attempt(lambda: path.open("rb").close(), OSError), Failure):
        way_out = "Name a file that you may read."
        raise InputError(Fault(where, "file", "a file", "a folder, or a file that may not be read", way_out))


def _unknown_format(where: str) -> Fault:
    known = ", ".join((*TEXT_SUFFIXES, *PARQUET_SUFFIXES, *labelled_files.FORMATS))
    return Fault(
        where,
        "file",
        f"a file whose name ends in one of {known}, or that and .gz",
        "another ending",
        "Rename it, or export it as CSV or Parquet.",
    )


def _decompressed(path: Path, where: str, target: Path) -> Path:
    def copy() -> None:
        with open_bytes(path) as source, target.open("wb") as plain:
            shutil.copyfileobj(source, plain)

    if isinstance(attempt(copy, *DAMAGED), Failure):
        raise InputError(text_files.damaged(where))
    return target


def _text_file(text: text_files.TextFile, engine: Engine, work: Path) -> DataFile:
    def rows(columns: tuple[str, ...]) -> Table:
        target = work / "rows.parquet"
        _, faults = faults_of(partial(_write, text.read(engine), columns, target))
        if faults:  # the engine's own fault names no line; but want of memory is no fault of the rows
            raise InputError(faults if faults[0].field == "memory" else text.fault(engine))
        return _copied(target, text.where, engine)

    return DataFile(text.where, "csv", text.columns, rows, text.delimiter, text.encoding)


def _parquet_file(path: Path, where: str, engine: Engine, work: Path) -> DataFile:
    schema = attempt(lambda: pq.read_schema(path), pa.ArrowException, OSError)
    if isinstance(schema, Failure):
        raise InputError(text_files.damaged(where))
    if faults := text_files.name_faults(where, tuple(schema.names)):
        raise InputError(faults)
    simple = tuple(field.name for field in schema if not _is_nested(field.type))

    def rows(columns: tuple[str, ...]) -> Table:
        target = work / "rows.parquet"
        _, faults = faults_of(partial(_write, engine.read_parquet(path), columns, target))
        if faults:
            raise InputError(faults if faults[0].field == "memory" else text_files.damaged(where))
        return _copied(target, where, engine)

    return DataFile(where, "parquet", simple, rows)


def _is_nested(kind: pa.DataType) -> bool:
    return any(
        is_kind(kind) for is_kind in (pa.types.is_nested, pa.types.is_binary, pa.types.is_large_binary)
    )


def _labelled_file(file: labelled_files.LabelledFile, engine: Engine, work: Path) -> DataFile:
    if faults := text_files.name_faults(file.where, file.columns):
        raise InputError(faults)

    def rows(columns: tuple[str, ...]) -> Table:
        target = work / "rows.parquet"
        engine.table(file.read(columns)).write_parquet(target)
        return _copied(target, file.where, engine)

    return DataFile(
        file.where,
        labelled_files.FORMATS[file.suffix],
        file.columns,
        rows,
        encoding=file.encoding,
        labels=file.labels,
        value_labels=file.value_labels,
    )


def _write(table: Table, columns: tuple[str, ...], target: Path) -> None:
    table.select(columns).write_parquet(target)


def _copied(target: Path, where: str, engine: Engine) -> Table:
    if pq.read_metadata(target).num_rows == 0:
        raise InputError(text_files.no_rows(where))
    return engine.read_parquet(target)
