"""Which file of a source holds which standard variable, and by which column its files are joined."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path

from zaragoza.collect.attempts import faults_of
from zaragoza.collect.opening import DataFile, open_file
from zaragoza.collect.replicates import with_replicates
from zaragoza.engine import Engine
from zaragoza.errors import Fault
from zaragoza.model.source import ColumnMapping, Source
from zaragoza.model.text import Text
from zaragoza.model.variable import Variable

JOINS = ("person", "household")  # the identifiers on which files are joined, the finest first


@dataclass(frozen=True)
class Part:
    """One file with the variables that come from it.

    Attributes:
        file: the opened file.
        columns: standard variable -> column.
        join: the identifier by which it is joined to the persons; None for the file that lists the persons.
        key: the column of that identifier, where it is no mapped variable of this file.
    """

    file: DataFile
    columns: Mapping[str, str]
    join: str | None = None
    key: str | None = None

    @property
    def used(self) -> tuple[str, ...]:
        """Columns to be read."""
        keys = (self.key,) if self.key else ()
        return tuple(dict.fromkeys((*self.columns.values(), *keys)))


@dataclass(frozen=True)
class Parts:
    """The files of a source that can be read, and the faults of the rest.

    Attributes:
        persons: the file that lists the persons; None where it cannot be read or told.
        others: files that add variables, in the order of the source.
        source, variables: as given, with the replicate weights mapped.
        notes: joins that were found out, in plain words.
    """

    persons: Part | None
    others: tuple[Part, ...]
    faults: tuple[Fault, ...]
    source: Source
    variables: Mapping[str, Variable]
    notes: tuple[Text, ...] = field(default_factory=tuple)


def find_parts(
    source: Source, folder: Path, variables: Mapping[str, Variable], engine: Engine, work: Path
) -> Parts:
    """Opens the files of a source and finds each mapped column.

    Args:
        source: files and mapping.
        folder: to which the paths are relative.
        variables: standard variables by id.
        engine: reads the rows.
        work: a private folder that lives as long as the rows are used.
    """
    faults: list[Fault] = []
    files: dict[str, DataFile] = {}
    for entry in source.files:
        file, found = faults_of(partial(_open, entry, source, folder, engine, work))
        faults += found
        if file is not None:
            files[entry] = file
    expanded = with_replicates(source, variables, files)
    source, variables = expanded.source, expanded.variables
    faults += expanded.faults
    assigned: dict[str, dict[str, str]] = {entry: {} for entry in files}
    for name, mapping in source.variables.items():
        holder, fault = _locate(name, mapping, source, files, variables)
        if fault:
            faults.append(fault)
        if holder is not None:
            assigned[holder][name] = mapping.column
    if not faults and not any(assigned.values()):
        way_out = "Map columns under `variables`; `zaragoza init` proposes them."
        faults.append(Fault(source.id, "variables", "files with mapped columns", "none", way_out))
    persons = _persons_entry(source, assigned)
    return _joined(source, files, assigned, persons, variables, faults)


def _open(entry: str, source: Source, folder: Path, engine: Engine, work: Path) -> DataFile:
    path = folder / entry
    return open_file(path, engine, work, where=entry, delimiter=source.delimiter, encoding=source.encoding)


def _locate(
    name: str,
    mapping: ColumnMapping,
    source: Source,
    files: Mapping[str, DataFile],
    variables: Mapping[str, Variable],
) -> tuple[str | None, Fault | None]:
    """The file that holds a mapped column, or why there is none; neither where its file could not be opened."""
    if name not in variables:
        fault = Fault(source.id, name, "a standard variable", "an unknown one", "Correct or delete the line.")
        return None, fault
    named = [entry for entry in source.files if mapping.file in (None, entry, Path(entry).name)]
    if not named:
        return None, Fault(source.id, name, "one of the source's files", "another file", "Correct `file`.")
    holders = [entry for entry in named if entry in files and mapping.column in files[entry].columns]
    if not holders:
        unread = [entry for entry in named if entry not in files]
        return None, None if unread else _missing_column(name, mapping.column, named, files)
    if len(holders) > 1 and variables[name].type != "identifier":
        found = f"a column of that name in {len(holders)} files"
        way_out = "Add `file` to the mapping."
        return None, Fault(source.id, _field(name, mapping.column), "one file", found, way_out)
    return holders[0], None


def _field(name: str, column: str) -> str:
    return f"{name} (column {column})"


def _missing_column(name: str, column: str, entries: Sequence[str], files: Mapping[str, DataFile]) -> Fault:
    """Names a column only if it is the same but for case and signs: others might be data of a file without header."""
    alike = [c for entry in entries for c in files[entry].columns if _bare(c) == _bare(column)]
    way_out = (
        f"The file writes `{alike[0]}`." if alike else "Correct `column`; `zaragoza init` lists them all."
    )
    return Fault(", ".join(entries), _field(name, column), "a column of that name", "no such column", way_out)


def _bare(column: str) -> str:
    return re.sub(r"[\W_]", "", column).lower()


def _persons_entry(source: Source, assigned: Mapping[str, Mapping[str, str]]) -> str | None:
    """The file in which `person` is mapped; the first file where it is not mapped at all."""
    if "person" in source.variables and len(source.files) > 1:
        return next((entry for entry, columns in assigned.items() if "person" in columns), None)
    return source.files[0] if source.files and source.files[0] in assigned else None


def _joined(
    source: Source,
    files: Mapping[str, DataFile],
    assigned: Mapping[str, Mapping[str, str]],
    persons: str | None,
    variables: Mapping[str, Variable],
    faults: list[Fault],
) -> Parts:
    others, notes = [], []
    for entry, columns in assigned.items():
        if entry != persons and not columns:
            notes.append(
                Text(
                    f"{Path(entry).name} is not read: no variable is mapped to it.",
                    f"{Path(entry).name} is niet gelezen: geen variabele verwijst ernaar.",
                )
            )
        if entry == persons or not columns:
            continue
        part = _join(files[entry], columns, source, variables)
        if part.join is None and persons is not None:
            faults.append(_no_join(entry, source))
        if part.key is not None and part.key != source.variables[part.join or "person"].column:
            notes.append(
                Text(
                    f"{Path(entry).name} is joined on its column {part.key} ({part.join}).",
                    f"{Path(entry).name} is gekoppeld op de kolom {part.key} ({part.join}).",
                )
            )
        others.append(part)
    found = Part(files[persons], assigned[persons]) if persons is not None else None
    return Parts(found, tuple(others), tuple(faults), source, variables, tuple(notes))


def _join(
    file: DataFile, columns: Mapping[str, str], source: Source, variables: Mapping[str, Variable]
) -> Part:
    for name in JOINS:
        if name in source.variables and (key := columns.get(name) or _key(file, name, source, variables)):
            return Part(file, columns, name, None if name in columns else key)
    return Part(file, columns)


def _key(file: DataFile, name: str, source: Source, variables: Mapping[str, Variable]) -> str | None:
    """The column of an identifier: of the same name as in its own file, or the one known collections give it."""
    column = source.variables[name].column
    if column in file.columns:
        return column
    variable = variables[name]
    known = {*variable.names, *(recognition.name for recognition in variable.known_as)}
    found = [column for column in file.columns if column.lower() in known]
    return found[0] if len(found) == 1 else None


def _no_join(entry: str, source: Source) -> Fault:
    columns = [f"`{source.variables[name].column}`" for name in JOINS if name in source.variables]
    expected = "a column with the identifier of the person or the household"
    if not columns:
        return Fault(entry, "person", expected, "no mapping of one", "Map `person`, or give one file only.")
    way_out = f"Give that column the same name in every file ({' or '.join(columns)})."
    return Fault(entry, "person", expected, "none of the known names", way_out)
