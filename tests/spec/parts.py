"""What is made of a table of people, and what the table says: for variables that derived ones are made of."""

from __future__ import annotations

from datetime import date

import pyarrow as pa
import pytest

from tests.spec.people import read, table
from tests.spec.test_derived_definitions import CATALOGUE, made_for
from zaragoza.derive import derive
from zaragoza.engine import Engine

YEAR_END = date(2023, 12, 31)


def made(engine: Engine, people: pa.Table, names: list[str]) -> dict[str, list[object]]:
    """Several derived variables at once, each with what it is made of; people stay in their order."""
    parts = {part.id: part.bind(YEAR_END) for name in names for part in made_for(name)}
    order = pa.array(range(people.num_rows))
    found = derive(engine.table(people.append_column("place", order)), list(parts.values())).arrow()
    return {name: found.sort_by("place")[name].to_pylist() for name in names}


def expected(names: list[str], rows: list[list[str]]) -> dict[str, list[object]]:
    known = {".": None, "yes": True, "no": False}

    def value(word: str) -> object:
        if word in known:
            return known[word]
        return pytest.approx(float(word), rel=1e-12) if word.replace(".", "").isdigit() else word

    return {name: [value(row[place]) for row in rows] for place, name in enumerate(names)}


def worked_out(engine: Engine, text: str, results: int) -> tuple[dict[str, object], dict[str, object]]:
    """What is made of the people of a table, and what its last columns say that it is."""
    names, rows = read(text)
    given = len(names) - results
    people = table(CATALOGUE, names[:given], [row[:given] for row in rows])
    return made(engine, people, names[given:]), expected(names[given:], [row[given:] for row in rows])
