"""Reads the files of a source into standard variables, as far as each can be read."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import partial
from pathlib import Path

from zaragoza.collect.attempts import faults_of
from zaragoza.collect.linking import PERSON, Standardised
from zaragoza.collect.parts import Part, find_parts
from zaragoza.collect.standard import identifier_texts, standardise
from zaragoza.engine import Engine
from zaragoza.errors import Fault
from zaragoza.model.source import Source
from zaragoza.model.text import Text
from zaragoza.model.variable import Variable

_ROW = "#row"
_PERSON = Variable(
    id=PERSON,
    title=Text("Person", "Persoon"),
    type="identifier",
    definition=Text("Place of the row in the file", "Plaats van de rij in het bestand"),
    source="the file",
    role="identity",
)
_NO_PERSON = Text(
    "No identifier of a person is mapped: the place of the row in the file stands for it, so keys hold for this "
    "file only and nobody can be followed to another one.",
    "Er is geen persoonsnummer aangewezen: de plaats van de rij in het bestand komt ervoor in de plaats. Sleutels "
    "gelden daarom alleen voor dit bestand en niemand kan in een ander bestand worden teruggevonden.",
)


@dataclass(frozen=True)
class Assembled:
    """What could be read.

    Attributes:
        parts: the file that lists the persons first; without it where that file cannot be read.
        has_persons: whether it is there.
        faults: why the rest could not be read.
        notes: what was found out on the way, in plain words.
        rows: of each file that was read.
        source, variables: as given, with the replicate weights mapped.
    """

    parts: tuple[Standardised, ...]
    has_persons: bool
    faults: tuple[Fault, ...]
    notes: tuple[Text, ...]
    rows: Mapping[str, int]
    source: Source
    variables: Mapping[str, Variable]


def assemble(
    source: Source, folder: Path, variables: Mapping[str, Variable], engine: Engine, work: Path
) -> Assembled:
    """Opens, reads and standardises every file of a source.

    Args:
        source: files and mapping.
        folder: to which the paths are relative.
        variables: standard variables by id.
        engine: reads the rows.
        work: a private folder that lives as long as the rows are used.
    """
    found = find_parts(source, folder, variables, engine, work)
    source, variables = found.source, found.variables
    persons = (found.persons,) if found.persons is not None else ()
    faults = list(found.faults)
    read: list[Standardised] = []
    parts: tuple[Part, ...] = (*persons, *found.others)
    for part in (part for part in parts if part.used):
        by_row = part is found.persons and PERSON not in part.columns
        table, refused = faults_of(partial(_standard, part, by_row, source, variables))
        faults += refused
        if table is not None:
            read.append(table)
    notes = (*found.notes, _NO_PERSON) if PERSON not in source.variables else found.notes
    has_persons = bool(read and persons and read[0].where == persons[0].file.where)
    rows = {part.where: part.rows for part in read}
    return Assembled(tuple(read), has_persons, tuple(faults), notes, rows, source, variables)


def _standard(part: Part, by_row: bool, source: Source, variables: Mapping[str, Variable]) -> Standardised:
    raw = part.file.load(part.used)
    known, columns = dict(variables), dict(part.columns)
    if by_row:
        raw = raw.with_columns({_ROW: "CAST(row_number() OVER () AS VARCHAR)"})
        known, columns = {**known, PERSON: _PERSON}, {PERSON: _ROW, **columns}
    keys = {part.join: part.key} if part.join and part.key else {}
    mappings = {name: mapping for name, mapping in source.variables.items() if name in variables}
    table = standardise(raw, columns, mappings, known, part.file.delimiter, keys)
    identifiers = {name: c for name, c in {**columns, **keys}.items() if known[name].type == "identifier"}
    texts = identifier_texts(raw, identifiers, mappings, known) if identifiers else raw
    rows = raw.aggregate({}, {"rows": "count(*)"}).rows()[0][0]
    return Standardised(part.file.where, table, texts, tuple(identifiers), tuple(columns), part.join, rows)
