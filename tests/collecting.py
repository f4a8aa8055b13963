"""What the tests of stage `collect` share: variables, sources, and the search for a planted value."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path

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
