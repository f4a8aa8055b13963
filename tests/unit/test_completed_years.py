"""Age and duration: completed years on the reference date, from a date or from a year alone.

Expected values are counted by hand from the definition: somebody born on a day is n years old from the n-th
anniversary on (methods/00, decision 26; `derive/operators.py`).
"""

from __future__ import annotations

from datetime import date
from functools import cache

import pyarrow as pa
import pytest
import sqlglot
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.reference import derive as twin
from zaragoza.catalogue import load_catalogue
from zaragoza.derive import derive
from zaragoza.derive.operators import own_value, typed
from zaragoza.engine import Engine
from zaragoza.errors import DefinitionError
from zaragoza.model.period import Period
from zaragoza.model.variable import Variable

CATALOGUE = load_catalogue()
YEAR_END, MIDYEAR, NEW_YEAR = date(2023, 12, 31), date(2023, 6, 30), date(2024, 1, 1)


@cache
def engine() -> Engine:
    return Engine(threads=1)


@pytest.fixture(autouse=True, scope="module")
def _closed_engine():
    yield
    engine().close()


def bound(on: date) -> list[Variable]:
    names = ("age", "birth_year", "years_of_stay", "arrival_year", "years_since_graduation")
    return [CATALOGUE.variables[name].bind(on) for name in names]


def ages(on: date, **columns: list[object]) -> list[object]:
    types = {"birth_year": pa.int64(), "birth_date": pa.date32(), "age": pa.int64()}
    table = pa.table({name: pa.array(values, types[name]) for name, values in columns.items()})
    found: list[object] = derive(engine().table(table), bound(on)).arrow()["age"].to_pylist()
    return found


@pytest.mark.parametrize(
    ("on", "born", "age"),
    [
        (YEAR_END, date(2003, 12, 31), 20),  # on the birthday itself
        (YEAR_END, date(2004, 1, 1), 19),
        (YEAR_END, date(2003, 1, 1), 20),
        (YEAR_END, date(2023, 12, 31), 0),  # born on the reference date
        (YEAR_END, date(2024, 1, 1), None),  # born after it
        (NEW_YEAR, date(2004, 1, 1), 20),
        (NEW_YEAR, date(2004, 1, 2), 19),
        (NEW_YEAR, date(2003, 12, 31), 20),
        (MIDYEAR, date(2003, 6, 30), 20),
        (MIDYEAR, date(2003, 7, 1), 19),
        (date(2023, 2, 28), date(2004, 2, 29), 18),  # the anniversary of 29 February comes after the 28th
        (date(2023, 3, 1), date(2004, 2, 29), 19),
        (date(2024, 2, 29), date(2004, 2, 29), 20),
        (YEAR_END, None, None),
    ],
)
def test_age_from_a_date_of_birth(on: date, born: date | None, age: int | None) -> None:
    assert ages(on, birth_date=[born]) == [age]


@pytest.mark.parametrize(
    ("on", "year", "age"),
    [
        (YEAR_END, 2003, 20),  # exact: everybody has had the birthday of the year
        (YEAR_END, 2023, 0),
        (YEAR_END, 2024, None),
        (NEW_YEAR, 2003, 20),  # as on the day before
        (NEW_YEAR, 2024, 0),
        (NEW_YEAR, 2025, None),
        (MIDYEAR, 2003, 19),  # 1 July 2023 is still to come
        (date(2023, 7, 1), 2003, 20),
        (MIDYEAR, 2023, 0),
        (YEAR_END, None, None),
    ],
)
def test_age_from_a_year_of_birth(on: date, year: int | None, age: int | None) -> None:
    assert ages(on, birth_year=[year]) == [age]


def test_the_date_goes_before_the_year_where_it_is_known() -> None:
    found = ages(
        MIDYEAR, birth_year=[2003, 2003, 2003], birth_date=[date(2003, 1, 9), None, date(2023, 12, 1)]
    )
    assert found == [20, 19, None]


def test_an_age_that_is_given_is_left_alone() -> None:
    assert ages(YEAR_END, birth_year=[1990, 1990], age=[7, None]) == [7, None]


def test_stay_and_graduation_are_counted_alike() -> None:
    table = pa.table(
        {"arrival_year": [2013, 2014, 2023, 2024, None], "graduation_year": [2020, 2023, 2024, None, 1]}
    )
    found = derive(engine().table(table), bound(YEAR_END)).arrow()
    assert found["years_of_stay"].to_pylist() == [10, 9, 0, None, None]
    assert found["years_since_graduation"].to_pylist() == [3, 0, None, None, 2022]
    dated = pa.table({"arrival_date": [date(2013, 12, 31), date(2014, 1, 1)]})
    found = derive(engine().table(dated), bound(NEW_YEAR)).arrow()
    assert found["arrival_year"].to_pylist() == [2013, 2014]
    assert found["years_of_stay"].to_pylist() == [10, 10]


def test_it_needs_a_reference_date() -> None:
    with pytest.raises(DefinitionError) as caught:
        derive(engine().table(pa.table({"birth_year": [1990]})), CATALOGUE.variables.values())
    assert [(fault.where, fault.field) for fault in caught.value.faults] == [
        ("variable age", "reference_date")
    ]


@pytest.mark.parametrize("name", ["age", "birth_year", "years_of_stay", "years_since_graduation"])
def test_it_is_the_same_text_for_spark(name: str) -> None:
    """Nothing in it has another name or form there; only the quotes around names differ."""
    variable = CATALOGUE.variables[name].bind(YEAR_END)
    assert variable.derive is not None
    sql = typed(variable.type, own_value(variable.derive, ("birth_date", "arrival_date")))
    (spark,) = sqlglot.transpile(sql, read="duckdb", write="spark")
    (duckdb,) = sqlglot.transpile(sql, read="duckdb", write="duckdb")
    assert spark.replace("`", '"') == duckdb


@pytest.mark.parametrize(
    ("code", "day"),
    [
        ("2023", YEAR_END),
        ("2023-S1", MIDYEAR),
        ("2023-S2", YEAR_END),
        ("2023-Q1", date(2023, 3, 31)),
        ("2023-Q4", YEAR_END),
        ("2023-02", date(2023, 2, 28)),
        ("2024-02", date(2024, 2, 29)),
        ("2023-12", YEAR_END),
    ],
)
def test_the_last_day_of_a_period(code: str, day: date) -> None:
    assert Period(code).last_day == day


DAYS = st.dates(date(1900, 1, 1), date(2030, 12, 31))


@settings(max_examples=60, deadline=None)
@given(
    on=DAYS,
    births=st.lists(
        st.tuples(st.none() | st.integers(1900, 2031), st.none() | DAYS), min_size=1, max_size=40
    ),
)
def test_ages_are_those_of_the_twin(on: date, births: list[tuple[int | None, date | None]]) -> None:
    years, days = [year for year, _ in births], [day for _, day in births]
    found = ages(on, birth_year=years, birth_date=days)
    assert found == [twin.completed_years(year, day, on) for year, day in births]
    assert all(age is None or age >= 0 for age in found)
