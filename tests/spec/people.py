"""Small tables of people written as text, one row a person, and what a measure makes of each of them."""

from __future__ import annotations

import pyarrow as pa

from zaragoza.catalogue import Catalogue
from zaragoza.engine import Engine
from zaragoza.model.expression import Expression
from zaragoza.model.indicator import Measure

ARROW = {
    "number": pa.float64(),
    "weight": pa.float64(),
    "integer": pa.int64(),
    "identifier": pa.int64(),
    "boolean": pa.bool_(),
    "code": pa.string(),
    "country": pa.string(),
    "date": pa.date32(),
}
NOBODY = "."  # no answer
EXPECTED = {"yes": True, "no": False, "out": None}


def read(text: str) -> tuple[list[str], list[list[str]]]:
    """Names of the columns and the rows of words below them."""
    names, *rows = [line.split() for line in text.strip().splitlines()]
    assert all(len(row) == len(names) for row in rows), text
    return names, rows


def table(catalogue: Catalogue, names: list[str], rows: list[list[str]]) -> pa.Table:
    """An Arrow table in the types of the standard variables."""
    columns = {}
    for place, name in enumerate(names):
        variable = catalogue.variables[name]
        columns[name] = pa.array([_value(row[place], variable.type) for row in rows], ARROW[variable.type])
        codes = {code.code for code in variable.codes}
        assert not codes or {row[place] for row in rows} <= codes | {NOBODY}, name
    return pa.table(columns)


def _value(word: str, kind: str) -> object:
    if word == NOBODY:
        return None
    if kind == "boolean":
        return {"yes": True, "no": False}[word]
    return word if kind in ("code", "country") else float(word) if kind == "number" else int(word)


def all_missing(catalogue: Catalogue) -> pa.Table:
    """One person of whom nothing is known."""
    return pa.table({name: pa.nulls(1, ARROW[v.type]) for name, v in catalogue.variables.items()})


def outcomes(engine: Engine, people: pa.Table, measure: Measure) -> list[object]:
    """Per person: the value of `of` for those who count, None for those who leave the measure (decision 5)."""
    of = Expression.parse(measure.of).sql()
    among = "TRUE" if measure.among is None else Expression.parse(measure.among).sql()
    answer = f"COALESCE({of}, FALSE)" if measure.missing == "counts" else of
    rows = engine.table(people).select({"outcome": f"CASE WHEN {among} THEN {answer} END"}).rows()
    return [row[0] for row in rows]


def evaluate(engine: Engine, people: pa.Table, text: str) -> list[object]:
    """Per person: the value of an expression."""
    sql = Expression.parse(text).sql()
    return [row[0] for row in engine.table(people).select({"value": sql}).rows()]
