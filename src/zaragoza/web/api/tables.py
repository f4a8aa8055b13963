"""The tables of a release that the API serves, and how rows of them are chosen."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

from zaragoza.engine import quote
from zaragoza.model.classification import NOT_APPLICABLE
from zaragoza.model.estimate import ADJUSTMENT, DETAIL
from zaragoza.model.observation import KEY_FIELDS, PUBLISHED_FIELDS
from zaragoza.model.rating import RATING_FIELDS
from zaragoza.web.releases import shelf
from zaragoza.web.releases.edition import Edition

MEDIA = {
    "json": "application/json",
    "csv": "text/csv",
    "jsonstat": "application/vnd.json-stat+json",  # ours: JSON-stat has no registered type
    "parquet": "application/vnd.apache.parquet",
}
_TYPES = {"string": "VARCHAR", "float64": "DOUBLE", "int64": "BIGINT", "bool": "BOOLEAN"}
_ROW = quote("#")  # number of a row in its table, from 1; no column of a release can have that name


@dataclass(frozen=True)
class Shape:
    """A table as the API serves it.

    Attributes:
        table: its name in a release, and that of its rows in an answer.
        keys: its dimensions beside the columns that break figures down.
        fields: type by column; others are text.
        formats: names of the formats it is served in, the default first.
    """

    table: str
    keys: tuple[str, ...]
    fields: tuple[tuple[str, str], ...]
    formats: tuple[str, ...]


OBSERVATIONS = Shape(
    "observations",
    (*KEY_FIELDS, "statistic", "reference", ADJUSTMENT, DETAIL),
    PUBLISHED_FIELDS,
    ("json", "csv", "jsonstat", "parquet"),
)
RATINGS = Shape(
    "ratings", (*KEY_FIELDS, "statistic", "reference", "peers"), RATING_FIELDS, ("json", "csv", "parquet")
)


@dataclass(frozen=True)
class Chosen:
    """A page of the rows that were asked for.

    Attributes:
        rows: an Arrow table with the columns of the release, in its order.
        total: rows of all pages.
        last: number of the last row of the page, where there is another page.
    """

    rows: Any
    total: int
    last: int | None


def choose(
    edition: Edition, shape: Shape, where: Mapping[str, Sequence[str]], after: int, limit: int
) -> Chosen:
    """The rows in which each of these dimensions has one of these values, in the order of the release.

    Args:
        edition: whose rows.
        shape: of which table.
        where: values by dimension; `_Z` stands for NULL as well.
        after: number of the row after which the page begins.
        limit: the most rows of a page.
    """
    path = edition.table(shape.table)
    held = " AND ".join(f"{_code(name)} IN ({_marks(values)})" for name, values in where.items()) or "TRUE"
    values = [value for of_one in where.values() for value in of_one]
    names, kinds = _columns(edition, shape), dict(shape.fields)
    columns = ", ".join(f"CAST({quote(n)} AS {_TYPES[kinds.get(n, 'string')]}) AS {quote(n)}" for n in names)
    sql = (
        f"SELECT {columns}, {_ROW} FROM (SELECT *, row_number() OVER () AS {_ROW} FROM {{table}})"  # noqa: S608 - names are quoted, values are parameters
        f" WHERE {held} AND {_ROW} > ? ORDER BY {_ROW} LIMIT ?"
    )
    found = shelf.query(path, sql, [*values, after, limit + 1]).arrow()
    number = f"SELECT count(*) FROM {{table}} WHERE {held}"  # noqa: S608 - names are quoted, values are parameters
    counted = shelf.query(path, number, values).rows()
    page = found.slice(0, limit)
    last = page[page.num_columns - 1][-1].as_py() if found.num_rows > limit else None
    return Chosen(page.select(names), counted[0][0], last)


@lru_cache(maxsize=64)
def dimensions(edition: Edition, shape: Shape) -> Mapping[str, tuple[str, ...]]:
    """The values of each dimension of a table, `_Z` where it does not apply: by name, the keys first."""
    names = _columns(edition, shape)
    keys = [name for name in shape.keys if name in names]
    return {name: _values(edition, shape, name) for name in (*keys, *_breakdowns(edition, shape, names))}


@lru_cache(maxsize=64)
def _columns(edition: Edition, shape: Shape) -> tuple[str, ...]:
    none = shelf.query(edition.table(shape.table), "SELECT * FROM {table} LIMIT 0")
    return none.columns


def _breakdowns(edition: Edition, shape: Shape, names: Sequence[str]) -> list[str]:
    fixed = {*shape.keys, *(name for name, _ in shape.fields)}
    return [name for name in names if name not in fixed]


def _values(edition: Edition, shape: Shape, name: str) -> tuple[str, ...]:
    sql = f"SELECT DISTINCT {_code(name)} AS code FROM {{table}} ORDER BY code"  # noqa: S608 - the name is quoted
    return tuple(code for (code,) in shelf.query(edition.table(shape.table), sql).rows())


def _code(name: str) -> str:
    return f"COALESCE(CAST({quote(name)} AS VARCHAR), '{NOT_APPLICABLE}')"


def _marks(values: Sequence[str]) -> str:
    return ", ".join("?" for _ in values)
