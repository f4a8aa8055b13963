"""Everything that is wrong with the data of a source, at once and without showing a value."""

from __future__ import annotations

import secrets
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from zaragoza.collect.assembly import assemble
from zaragoza.collect.design_check import design_faults
from zaragoza.collect.keys import SECRET_BYTES
from zaragoza.collect.linking import PERSON, Standardised, key_identifiers, write_persons
from zaragoza.collect.standard import OUT_OF_RANGE, UNREADABLE, status_of, text_of
from zaragoza.collect.values import count_where
from zaragoza.collect.words import counted
from zaragoza.engine import Engine, Table, quote
from zaragoza.errors import Fault, InputError, of_kind
from zaragoza.model.source import Source, replicate_names
from zaragoza.model.variable import Variable

SHOWN_FROM = 10  # rows that must hold a code before it may be shown (decision 22)
MOST_CODES = 60  # a column with more codes outside the list is no list: none of them is shown
_LONGEST = 40
_EXPECTED = {
    "number": "numbers",
    "weight": "numbers",
    "integer": "whole numbers",
    "date": "dates such as 2024-12-31",
    "boolean": "true or false, 1 or 0, yes or no, or codes that the mapping knows",
    "code": "codes that the mapping knows",
    "country": "countries as two letters (NL, BE, EL, ...), or codes that the mapping knows",
}


@dataclass(frozen=True)
class Examined:
    """A source's data as far as they can be read.

    Attributes:
        faults: what is wrong with them.
        persons: one row a person, keyed and joined; None where the file that lists them cannot be read.
    """

    faults: tuple[Fault, ...]
    persons: Table | None


def examine(
    source: Source, folder: Path, variables: Mapping[str, Variable], engine: Engine, work: Path
) -> Examined:
    """Reads a source and finds every fault of its data, each checked as far as the others allow.

    Args:
        source: files, mapping and design.
        folder: to which the paths are relative.
        variables: standard variables by id.
        engine: reads the rows.
        work: a private folder that lives as long as the persons are used.
    """
    assembled = assemble(source, folder, variables, engine, work)
    source, variables = assembled.source, assembled.variables
    faults = [*assembled.faults]
    for part in assembled.parts:
        faults += value_faults(part, source, variables)
    persons = None
    if assembled.has_persons:
        # keys of a secret that nobody keeps: identifiers are compared as `collect` will compare them
        keyed = key_identifiers(assembled.parts, secrets.token_bytes(SECRET_BYTES), engine)
        repeated = repeated_units(keyed.parts[1:])
        joinable = [part for part in keyed.parts if part.where not in repeated]
        persons = write_persons(joinable, engine, work / "persons.parquet")
        faults += [*keyed.faults, *repeated.values()]
        faults += unit_faults(persons, source, keyed.parts[0].where)
    return Examined(of_kind(InputError, faults), persons)


def value_faults(part: Standardised, source: Source, variables: Mapping[str, Variable]) -> list[Fault]:
    """Codes without a meaning, texts in place of numbers, numbers outside the range of their variable."""
    known = set(part.columns) & variables.keys() & source.variables.keys()
    names = [name for name in part.columns if name in known - set(replicate_names(known))]  # told as one set
    statuses = (UNREADABLE, OUT_OF_RANGE)
    if not names:
        return []
    sums = {
        f"{name} {status}": count_where(f"{quote(status_of(name))} = {status}")
        for name in names
        for status in statuses
    }
    counts = dict(zip(sums, part.table.aggregate({}, sums).rows()[0], strict=True))
    faults = []
    for name in names:
        where, field = part.where, f"{name} (column {source.variables[name].column})"
        variable = variables[name]
        if rows := counts[f"{name} {UNREADABLE}"]:
            found, way_out = _unreadable(part.table, name, rows)
            faults.append(Fault(where, field, _EXPECTED.get(variable.type, "values"), found, way_out))
        if (rows := counts[f"{name} {OUT_OF_RANGE}"]) and variable.range:
            expected = f"numbers from {variable.range[0]:g} to {variable.range[1]:g}"
            way_out = "List codes for no answer under `missing`, or map another column."
            faults.append(Fault(where, field, expected, f"{counted(rows, 'row')} outside them", way_out))
    return faults


def _unreadable(table: Table, name: str, rows: int) -> tuple[str, str]:
    if text_of(name) not in table.columns:
        return (
            f"something else on {counted(rows, 'row')}",
            "Map another column, or list those codes under `missing`.",
        )
    held = table.select([text_of(name)], where=f"{quote(status_of(name))} = {UNREADABLE}").aggregate(
        {"code": quote(text_of(name))}, {"rows": "count(*)"}
    )
    return _shown_codes(held, rows), "Map each under `codes`, or list it under `missing`."


def _shown_codes(held: Table, rows: int) -> str:
    """Codes that enough rows hold by name, the others by number only."""
    codes = held.aggregate({}, {"codes": "count(*)"}).rows()[0][0]
    enough = f"rows >= {SHOWN_FROM} AND length(code) <= {_LONGEST}"
    common = held.select(("code", "rows"), where=enough).rows() if codes <= MOST_CODES else []
    shown = sorted((item for item in common if item[0].isprintable()), key=lambda item: (-item[1], item[0]))
    said = [f"`{code}` on {counted(held_by, 'row')}" for code, held_by in shown]
    if rest := codes - len(shown):
        more = " more" if shown else ""
        others = counted(rows - sum(held_by for _, held_by in shown), "row")
        said.append(f"{rest}{more} code{'s' * (rest > 1)} on {others}")
    return ", ".join(said)


def repeated_units(parts: Sequence[Standardised]) -> dict[str, Fault]:
    """Files that are joined and hold a unit twice, so that they cannot be: file -> fault."""
    faults = {}
    for part in parts:
        if part.join is not None and (rows := _duplicate_rows(part.table, part.join)):
            found = f"{counted(rows, 'row')} whose {part.join} is on another row too"
            way_out = f"Keep one row a {part.join} in this file, or leave it out of `files`."
            faults[part.where] = Fault(part.where, part.join, f"one row a {part.join}", found, way_out)
    return faults


def unit_faults(persons: Table, source: Source, where: str) -> list[Fault]:
    """Persons without identifier or on several rows, weights and designs that cannot be: what falsifies figures.

    Args:
        persons: one row a person, keyed and joined.
        source: names the columns.
        where: the file that lists the persons.
    """
    return [*_person_faults(persons, source, where), *design_faults(persons, source)]


def _person_faults(table: Table, source: Source, where: str) -> list[Fault]:
    if PERSON not in source.variables or PERSON not in table.columns:
        return []
    faults = []
    if missing := table.aggregate({}, {"rows": count_where(f"{PERSON} IS NULL")}).rows()[0][0]:
        way_out = "Give every person an identifier, or map another column."
        faults.append(
            Fault(where, PERSON, "an identifier on every row", f"none on {counted(missing, 'row')}", way_out)
        )
    if repeated := _duplicate_rows(table, PERSON):
        way_out = "Keep one row a person, or map another column."
        found = f"{counted(repeated, 'row')} whose person is on another row too"
        faults.append(Fault(where, PERSON, "one row a person", found, way_out))
    return faults


def _duplicate_rows(table: Table, key: str) -> int:
    text = (
        f"FROM (FROM {{t}} SELECT count(*) AS rows WHERE {quote(key)} IS NOT NULL GROUP BY {quote(key)}) "
        "SELECT coalesce(sum(rows), 0) WHERE rows > 1"
    )
    return int(table.engine.query(text, t=table).rows()[0][0])
