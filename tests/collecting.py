"""What the tests of stage `collect` share: variables, sources, a run, and the search for a planted value."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path

import pytest

from zaragoza.collect import collect
from zaragoza.collect.keys import key_of
from zaragoza.engine import Engine
from zaragoza.errors import Fault
from zaragoza.model.source import ColumnMapping, Source
from zaragoza.model.text import Text
from zaragoza.model.variable import Code, Recognition, Variable

SECRET = bytes(range(32))
CANARY = "Zwaluwstaart-774411"  # planted in a record; a number is planted as CANARY_NUMBER
CANARY_NUMBER = "774411.25"


def variable(id, type="code", codes=(), role="content", range=None, known_as=()):
    title = Text("title", "titel")
    return Variable(
        id=id,
        title=title,
        type=type,
        definition=title,
        source="test",
        codes=tuple(Code(code, title) for code in codes),
        role=role,
        range=range,
        known_as=tuple(Recognition("TEST", name) for name in known_as),
    )


VARIABLES = {
    v.id: v
    for v in (
        variable("person", "identifier", role="identity", known_as=("pb030",)),
        variable("household", "identifier", role="identity", known_as=("hb030",)),
        variable("mother", "identifier", role="identity"),
        variable("father", "identifier", role="identity"),
        variable("weight", "weight", role="design"),
        variable("stratum", "code", role="design"),
        variable("psu", "identifier", role="design"),
        variable("ssu", "identifier", role="design"),
        variable("population_size", "number", role="design"),
        variable("population_size_2", "number", role="design"),
        variable("sex", "code", ("F", "M", "X")),
        variable("age", "integer", range=(0, 120)),
        variable("birth_country", "country"),
        variable("region", "code"),
        variable("in_education", "boolean"),
        variable("disposable_income", "number"),
        variable("tenure", "code", ("owner", "tenant")),
        variable("interview", "date"),
    )
}


def source(files=("persons.csv",), kind="survey", delimiter=None, encoding=None, **variables):
    """A source; a variable is given as its column or as a ColumnMapping."""
    mappings = {
        name: mapping if isinstance(mapping, ColumnMapping) else ColumnMapping(column=mapping)
        for name, mapping in variables.items()
    }
    return Source(
        id="test", kind=kind, files=tuple(files), variables=mappings, delimiter=delimiter, encoding=encoding
    )


def write(folder: Path, text: str | bytes, name: str = "persons.csv") -> Path:
    path = folder / name
    path.write_bytes(text if isinstance(text, bytes) else text.encode())
    return path


def csv_of(header: str, rows: Iterable[str]) -> str:
    return "\n".join((header, *rows)) + "\n"


def everything_said(error: BaseException | None) -> str:
    """All that an exception can show, its causes and contexts included."""
    said = []
    while error is not None:
        said += [
            str(error),
            repr(error),
            repr(error.args),
            repr(vars(error)),
            *getattr(error, "__notes__", ()),
        ]
        if error.__cause__ is not None:
            said.append(everything_said(error.__cause__))
        error = error.__context__
    return "\n".join(said)


def fields(faults: Iterable[Fault]) -> list[str]:
    """The variable or part of each fault, without its column."""
    return [fault.field.partition(" (")[0] for fault in faults]


@pytest.fixture(scope="module")
def engine():
    with Engine() as engine:
        yield engine


def run(engine, folder, taken, secret=SECRET, **options):
    return collect(taken, folder, VARIABLES, secret, engine, folder / "snapshots", **options)


def key(identifier, unit="PERSON"):
    return int.from_bytes(key_of(SECRET, identifier, unit)[:8], "big", signed=True)


def by_person(collected, column, identifiers):
    table = collected.table.arrow()
    values = dict(zip(table["person"].to_pylist(), table[column].to_pylist(), strict=True))
    return [values[key(identifier)] for identifier in identifiers]


def small(tmp_path, text=None):
    write(tmp_path, text or csv_of("id;age;w", ["1;40;2", "2;x;0", "3;;4"]))
    return source(person="id", age="age", weight="w")
