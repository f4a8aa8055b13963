"""Files of SPSS, Stata and SAS: values with labels, read without pandas."""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Any, Literal

import pyarrow as pa
import pyreadstat

from zaragoza.collect.attempts import Failure, attempt
from zaragoza.errors import Fault, InputError

LabelledFormat = Literal["spss", "stata", "sas"]
_READERS: Mapping[str, Callable[..., tuple[Mapping[str, list[Any]], Any]]] = {
    ".sav": pyreadstat.read_sav,
    ".zsav": pyreadstat.read_sav,
    ".por": pyreadstat.read_por,
    ".dta": pyreadstat.read_dta,
    ".sas7bdat": pyreadstat.read_sas7bdat,
    ".xpt": pyreadstat.read_xport,
    ".xport": pyreadstat.read_xport,
}
FORMATS: Mapping[str, LabelledFormat] = {
    ".sav": "spss",
    ".zsav": "spss",
    ".por": "spss",
    ".dta": "stata",
    ".sas7bdat": "sas",
    ".xpt": "sas",
    ".xport": "sas",
}
_BROKEN = (
    pyreadstat.ReadstatError,
    pyreadstat.PyreadstatError,
    pa.ArrowException,
    ValueError,
    OverflowError,
    OSError,
)
_FALLBACK = "windows-1252"  # old files do not say in which encoding they are
_CHUNK_ROWS = 100_000  # values pass as Python objects, so never all at once
_WHOLE = 2**53  # up to here a double holds every whole number


@dataclass(frozen=True)
class LabelledFile:
    """A file with labels that can be read.

    Attributes:
        where: how faults name it.
        path: the file, decompressed.
        suffix: its format.
        encoding: in which its texts are; None where the file says so itself.
        columns: names in the order of the file.
        labels: column -> its label.
        value_labels: column -> code, written like the values in the data -> label.
    """

    where: str
    path: Path
    suffix: str
    encoding: str | None
    columns: tuple[str, ...]
    labels: Mapping[str, str]
    value_labels: Mapping[str, Mapping[str, str]]

    def read(self, columns: Collection[str]) -> pa.Table:
        """Columns by name; what the file declares to be missing (also by the user) is NULL.

        Raises:
            InputError: the rows cannot be read.
        """
        chosen = [name for name in self.columns if name in columns]
        for encoding in _encodings(self.encoding):
            table = attempt(partial(self._rows, chosen, encoding), *_BROKEN)
            if not isinstance(table, Failure):
                return table
        raise InputError(_unreadable(self.where))

    def _rows(self, columns: list[str], encoding: str | None) -> pa.Table:
        parts: list[pa.Table] = []
        while not parts or parts[-1].num_rows == _CHUNK_ROWS:
            values, _ = _READERS[self.suffix](
                str(self.path),
                usecols=columns,
                output_format="dict",
                row_offset=_CHUNK_ROWS * len(parts),
                row_limit=_CHUNK_ROWS,
                **_encoding(self.suffix, encoding),
            )
            parts.append(pa.table({name: _array(values[name]) for name in columns}))
        return _joined(parts)


def open_labelled(path: Path, where: str, suffix: str, encoding: str | None = None) -> LabelledFile:
    """Reads what a file says about its columns.

    Args:
        path: the file, decompressed.
        where: how faults name it.
        suffix: one of `FORMATS`.
        encoding: for a file that does not say it and is not UTF-8; Western European by default.

    Raises:
        InputError: it is not a file of that format, or its texts are in another encoding.
    """
    for candidate in _encodings(encoding):
        found = attempt(partial(_describe, path, suffix, candidate), *_BROKEN)
        if not isinstance(found, Failure):
            columns, labels, value_labels = found
            return LabelledFile(where, path, suffix, candidate, columns, labels, value_labels)
    raise InputError(_unreadable(where))


def _encodings(given: str | None) -> tuple[str | None, str]:
    """What the file says itself, then what was given for files that do not say it."""
    return None, given or _FALLBACK


def _encoding(suffix: str, encoding: str | None) -> dict[str, str]:
    """The reader's option; portable files have a character set of their own."""
    return {"encoding": encoding} if encoding and suffix != ".por" else {}


_Description = tuple[tuple[str, ...], Mapping[str, str], Mapping[str, Mapping[str, str]]]


def _describe(path: Path, suffix: str, encoding: str | None) -> _Description:
    options = _encoding(suffix, encoding)
    _, about = _READERS[suffix](str(path), output_format="dict", metadataonly=True, **options)
    labels = {name: label for name, label in about.column_names_to_labels.items() if label}
    value_labels = {
        name: {as_code(code): str(label) for code, label in codes.items()}
        for name, codes in about.variable_value_labels.items()
    }
    return tuple(about.column_names), labels, value_labels


def as_code(value: object) -> str:
    """A code as text: 1.0 is `1`."""
    if isinstance(value, float) and value.is_integer() and abs(value) < _WHOLE:
        return str(int(value))
    return str(value).strip()


def _array(values: list[Any]) -> pa.Array:
    array = pa.array(values, from_pandas=True)  # NaN is NULL
    return array.cast(pa.string()) if pa.types.is_null(array.type) else array


def _joined(parts: list[pa.Table]) -> pa.Table:
    """One table; a column that is empty in one part takes its type from the others."""
    empty = [{name for name in part.column_names if part[name].null_count == len(part)} for part in parts]
    useful = [part.drop_columns(sorted(no)) for part, no in zip(parts, empty, strict=True)]
    types = pa.unify_schemas([part.schema for part in useful], promote_options="permissive")
    columns = {
        name: types.field(name).type if name in types.names else pa.string() for name in parts[0].column_names
    }
    schema = pa.schema(columns.items())
    return pa.concat_tables(
        [
            pa.table(
                {
                    name: pa.nulls(len(part), columns[name]) if name in no else part[name].cast(columns[name])
                    for name in part.column_names
                },
                schema=schema,
            )
            for part, no in zip(parts, empty, strict=True)
        ]
    )


def _unreadable(where: str) -> Fault:
    return Fault(
        where,
        "file",
        "a file of the format that its name says",
        "a damaged file, another format, or texts in another encoding",
        "Save it again from the program that made it, set `encoding`, or export it as Parquet or CSV.",
    )
