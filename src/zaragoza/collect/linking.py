"""Identifiers become keys, files become one table of persons."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np
import pyarrow as pa

from zaragoza.collect.keys import normalise_identifier, pseudonyms, record_keys
from zaragoza.engine import Engine, Table, quote
from zaragoza.errors import Fault

PERSON, HOUSEHOLD = "person", "household"
RECORD_KEY = "record_key"
_SAME_UNITS = {"person": "PERSON", "mother": "PERSON", "father": "PERSON", "partner": "PERSON"}


@dataclass(frozen=True)
class Standardised:
    """One file in standard variables.

    Attributes:
        where: how faults name it.
        table: see `standard.standardise`.
        texts: its identifiers alone.
        identifiers: its columns that identify a unit, with those by which it is joined.
        columns: the columns that it adds to the persons.
        join: the identifier by which it is joined; None for the file that lists the persons.
        rows: how many it has.
    """

    where: str
    table: Table
    texts: Table
    identifiers: tuple[str, ...]
    columns: tuple[str, ...]
    join: str | None = None
    rows: int = 0


@dataclass(frozen=True)
class Keyed:
    """The files with keys instead of identifiers, the file that lists the persons first."""

    parts: tuple[Standardised, ...]
    faults: tuple[Fault, ...]


def id_type(variable: str) -> str:
    """What an identifier identifies: a mother is a person, so her key is that of her own record."""
    return _SAME_UNITS.get(variable, variable.upper())


def key_identifiers(parts: Sequence[Standardised], secret: bytes, engine: Engine) -> Keyed:
    """Replaces identifiers by 64-bit keys, and gives every person a record key.

    Args:
        parts: the file that lists the persons first.
        secret: the office's.
        engine: holds the tables.

    Raises:
        InputError: two identifiers have the same key.
    """
    types = dict.fromkeys(id_type(name) for part in parts for name in part.identifiers)
    lookups: dict[str, pa.Table] = {}
    merged: set[str] = set()
    for unit in types:
        lookups[unit], merges = _lookup(parts, unit, secret, engine)
        if merges:
            merged.add(unit)
    keyed = tuple(_replace(part, lookups, engine, records=part is parts[0]) for part in parts)
    faults = [fault for part in parts for fault in _alike(part, merged, lookups, engine)]
    return Keyed(keyed, tuple(faults))


def _lookup(parts: Sequence[Standardised], unit: str, secret: bytes, engine: Engine) -> tuple[pa.Table, bool]:
    """Text of the files -> key and record key; and whether two texts stand for one unit."""
    listed = _texts([parts[0]], [PERSON], engine) if unit == id_type(PERSON) else []
    names = {name for part in parts for name in part.identifiers if id_type(name) == unit}
    if listed and names == {PERSON} and len(parts) == 1:
        texts = listed
    else:
        known = set(listed)
        texts = [*listed, *(text for text in _texts(parts, sorted(names), engine) if text not in known)]
    normal = [normalise_identifier(text) for text in texts]
    keys, merges = _keys(secret, normal, unit)
    records = np.full(len(texts), np.nan)
    records[: len(listed)] = record_keys(secret, normal[: len(listed)])
    lookup = {
        "text": pa.array(texts, pa.string()),
        "key": keys,
        "record": pa.array(records, from_pandas=True),
    }
    return pa.table(lookup), merges


def _keys(secret: bytes, normal: Sequence[str], unit: str) -> tuple[pa.Array, bool]:
    """The key of each normalised identifier (none for dots alone); and whether two of them are the same."""
    unique = dict.fromkeys(filter(None, normal))
    keys = pseudonyms(secret, list(unique), unit)
    if len(unique) == len(normal):
        return pa.array(keys), False
    of = dict(zip(unique, keys.tolist(), strict=True))
    return pa.array([of.get(text) for text in normal], pa.int64()), len(unique) < sum(map(bool, normal))


def _texts(parts: Iterable[Standardised], names: Sequence[str], engine: Engine) -> list[str]:
    tables: dict[str, Table] = {}
    selects = []
    for part in parts:
        for name in names:
            if name in part.identifiers:
                view = f"p{len(tables)}"
                tables[view] = part.texts
                selects.append(f"FROM {{{view}}} SELECT {quote(name)} AS text")
    if not selects:
        return []
    distinct = f"FROM ({' UNION ALL '.join(selects)}) SELECT DISTINCT text WHERE text IS NOT NULL"
    texts: list[str] = engine.query(distinct, (), **tables).arrow()["text"].to_pylist()
    return texts


def _replace(
    part: Standardised, lookups: Mapping[str, pa.Table], engine: Engine, records: bool
) -> Standardised:
    joins, chosen = [], []
    for place, name in enumerate(part.identifiers):
        table = f"{{{id_type(name)}}}"
        joins.append(f"LEFT JOIN {table} AS k{place} ON t.{quote(name)} = k{place}.text")
        chosen.append(f"k{place}.key AS {quote(name)}")
        if records and name == PERSON:
            chosen.append(f"k{place}.record AS {RECORD_KEY}")
    others = [f"t.{quote(name)}" for name in part.table.columns if name not in part.identifiers]
    text = f"FROM {{t}} AS t {' '.join(joins)} SELECT {', '.join((*chosen, *others))}"
    used = {unit: lookups[unit] for unit in map(id_type, part.identifiers)}
    table_of_keys = engine.query(text, (), t=part.table, **used) if joins else part.table
    added = (*part.columns, RECORD_KEY) if records and RECORD_KEY in table_of_keys.columns else part.columns
    return replace(part, table=table_of_keys, columns=added)


def _alike(
    part: Standardised, merged: set[str], lookups: Mapping[str, pa.Table], engine: Engine
) -> list[Fault]:
    """Identifiers of one column that differ only in what normalising takes away: one unit, or two? Never guess."""
    faults = []
    for name in part.identifiers:
        if id_type(name) not in merged:
            continue
        text = (
            f"FROM {{t}} AS t JOIN {{k}} AS k ON t.{quote(name)} = k.text "
            "SELECT count(DISTINCT k.text) - count(DISTINCT k.key) WHERE k.key IS NOT NULL"
        )
        count = engine.query(text, t=part.texts, k=lookups[id_type(name)]).rows()[0][0]
        if count:
            faults.append(
                Fault(
                    part.where,
                    name,
                    "identifiers that differ in letters or digits",
                    f"{count} that differ from another only in spaces, dots or case",
                    "Write each unit's identifier in one way; separate its parts by another sign than a dot.",
                )
            )
    return faults


def write_persons(parts: Sequence[Standardised], engine: Engine, path: Path) -> Table:
    """One row a person in a private file, by key: the same files give the same bytes, and their order tells nothing.

    Args:
        parts: keyed; each but the first with every key once.
        engine: joins them.
        path: of the file.
    """
    engine.query(f"FROM {{t}} ORDER BY {PERSON}", t=_join(parts, engine)).write_parquet(path)
    return engine.read_parquet(path)


def _join(parts: Sequence[Standardised], engine: Engine) -> Table:
    """Files by person first, as one of them may hold the household; then files by household."""
    persons, others = parts[0].table, sorted(parts[1:], key=lambda part: part.join != PERSON)
    columns = [*parts[0].columns]
    table = persons.select([name for name in persons.columns if _belongs(name, columns)])
    for part in others:
        if part.join is None or part.join not in table.columns:
            continue
        added = [n for n in part.table.columns if _belongs(n, part.columns) and n not in table.columns]
        chosen = ", ".join(("a.*", *(f"b.{quote(name)}" for name in added)))
        on = f"a.{quote(part.join)} = b.{quote(part.join)}"
        text = f"FROM {{a}} AS a LEFT JOIN {{b}} AS b ON {on} SELECT {chosen}"
        table = engine.query(text, a=table, b=part.table)
    return table


def _belongs(column: str, names: Iterable[str]) -> bool:
    """Whether a column is one of these variables or stands beside one of them."""
    return column.rstrip("?=") in set(names)


def strangers(part: Standardised, table: Table) -> int:
    """Rows of a joined file whose person or household is not among the persons."""
    if part.join is None or part.join not in table.columns:
        return 0
    key = quote(part.join)
    text = f"FROM {{b}} AS b ANTI JOIN {{a}} AS a ON a.{key} = b.{key} SELECT count(*)"
    count: int = table.engine.query(text, a=table, b=part.table).rows()[0][0]
    return count
