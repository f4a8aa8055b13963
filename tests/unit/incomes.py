"""A few persons with incomes for tests, and a measure of them."""

from __future__ import annotations

from collections.abc import Iterator
from functools import cache

import pyarrow as pa
import pytest

import zaragoza as z
from zaragoza.engine import Engine

TEN = [float(v) for v in range(1, 11)]


@cache
def engine() -> Engine:
    """One for all tests: to open one takes longer than most estimates here."""
    return Engine(threads=1)


@pytest.fixture(scope="module", autouse=True)
def closed_at_the_end() -> Iterator[None]:
    yield
    engine().close()
    engine.cache_clear()


def people(incomes: list[float | None], weights: list[float] | None = None, **columns: list) -> pa.Table:
    return pa.table({"y": incomes, "w": weights or [1.0] * len(incomes), **columns})


def only(data: pa.Table, measure: z.Measure, **options: object) -> dict:
    design = z.Design(weight="w")
    (row,) = z.estimate(data, {"m": measure}, design=design, engine=engine(), **options).to_pylist()
    return row


def by(data: pa.Table, measure: z.Measure, column: str, **options: object) -> dict[str, dict]:
    design = options.pop("design", z.Design(weight="w"))
    found = z.estimate(data, {"m": measure}, by=column, design=design, engine=engine(), **options)
    return {row[column]: row for row in found.to_pylist()}
