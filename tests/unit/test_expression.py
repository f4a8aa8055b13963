"""Expressions: what may be written, what may not, and what the printed text computes on the engine."""

from __future__ import annotations

import pyarrow as pa
import pytest

from tests.golden import write as golden
from zaragoza.engine import Engine
from zaragoza.errors import DefinitionError
from zaragoza.model.expression import Expression

ALLOWED = [
    "activity = 'employed'",
    "age BETWEEN 20 AND 64",
    "age >= 18 AND NOT (age > 64 OR sex = 'X')",
    "age NOT BETWEEN 20 AND 64",
    "occupation IN ('OC4', 'OC5')",
    "occupation NOT IN ('OC4')",
    "partner IS NOT NULL",
    "arrears IS TRUE",
    "a + b - c * -d / 2.5",
    "CASE WHEN a THEN 1 ELSE 0 END",
    "CASE sex WHEN 'F' THEN 1 END",
    "COALESCE(a, b, 0)",
    "CAST(a AS BIGINT)",
    "CAST(a AS DOUBLE)",
    "CAST(a AS VARCHAR)",
    "CAST(a AS BOOLEAN)",
    "a::DOUBLE",
    "TRUE",
    "'it''s'",
    "a /* a remark */ + b",
]

# text -> a word of what the fault says was found
FORBIDDEN = {
    "read_csv('x.csv')": "READ_CSV",
    "a = read_text('x')": "READ_TEXT",
    "lower(a)": "LOWER",
    "count(*)": "COUNT",
    "max(a) OVER ()": "WINDOW",
    "getvariable('x')": "GETVARIABLE",
    "now()": "NOW",
    "nullif(a, b)": "NULLIF",
    "(SELECT 1)": "SELECT",
    "a IN (SELECT b FROM t)": "query inside IN",
    "EXISTS (SELECT 1)": "EXISTS",
    "SELECT a": "SELECT",
    "a IN b": "IN without",
    "a IN ()": "IN without",
    "a IS b": "IS with",
    "?": "PLACEHOLDER",
    "$1": "PLACEHOLDER",
    ":name": "PLACEHOLDER",
    "CAST(a AS DATE)": "CAST to DATE",
    "CAST(a AS DECIMAL(3, 1))": "CAST to DECIMAL",
    "CAST(a AS BIGINT[])": "CAST to",
    "TRY_CAST(a AS BIGINT)": "CAST to",
    "a::BLOB": "CAST to",
    "date '2020-01-01'": "CAST to DATE",
    "t.a": "column with a table name",
    "t.*": "column with a table name",
    "*": "STAR",
    "a || b": "DPIPE",
    "a // b": "INTDIV",
    "a % b": "MOD",
    "a ** b": "POWER",
    "a LIKE 'x'": "LIKE",
    "a[1]": "BRACKET",
    "[1, 2]": "ARRAY",
    "{'a': 1}": "STRUCT",
    "INTERVAL 1 DAY": "INTERVAL",
    "a AS b": "ALIAS",
    "a IS DISTINCT FROM b": "NULLSAFE",
    "DROP TABLE t": "DROP",
    "COPY t TO 'x'": "COPY",
    "ATTACH 'x'": "ATTACH",
    "PRAGMA version": "the part",
    "a; b": "2 statements",
    "": "0 statements",
    "a AND": "cannot be read",
    "(a": "cannot be read",
    "NOT " * 5000 + "a": "cannot be read",
}

VALUES = {
    "six": pa.array([6.0]),
    "two": pa.array([2], pa.int64()),
    "three": pa.array([3], pa.int64()),
    "zero": pa.array([0], pa.int64()),
    "nought": pa.array([0.0]),
    "unknown": pa.array([None], pa.int64()),
    "name": pa.array(["Zaragoza"]),
}


@pytest.fixture(scope="module")
def engine():
    with Engine(threads=1) as opened:
        yield opened


def value(engine: Engine, text: str) -> object:
    table = engine.table(pa.table(VALUES))
    return table.select({"value": Expression.parse(text).sql("duckdb")}).rows()[0][0]


@pytest.mark.parametrize("text", ALLOWED)
def test_allowed(text: str) -> None:
    expression = Expression.parse(text)
    assert expression.sql("duckdb")
    assert expression.sql("spark")


@pytest.mark.parametrize("text", FORBIDDEN, ids=lambda text: text[:30])
def test_forbidden(text: str) -> None:
    with pytest.raises(DefinitionError) as caught:
        Expression.parse(text, "here")
    assert any(FORBIDDEN[text] in fault.found for fault in caught.value.faults)
    assert {fault.where for fault in caught.value.faults} == {"here"}


def test_every_forbidden_part_is_reported() -> None:
    with pytest.raises(DefinitionError) as caught:
        Expression.parse("lower(a) LIKE ? AND upper(b) = 'x'")
    assert {fault.found for fault in caught.value.faults} == {
        "the part LIKE",
        "the function LOWER",
        "the part PLACEHOLDER",
        "the function UPPER",
    }


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("six / two", 3.0),
        ("three / two", 1.5),  # whole numbers divide as fractions on every engine
        ("six / zero", None),
        ("zero / zero", None),
        ("six / nought", None),
        ("six / -nought", None),
        ("six / two / three", 1.0),
        ("six / zero / three", None),
        ("six / two / zero", None),
        ("zero / zero / zero", None),
        ("six / (two / three)", 9.0),
        ("six / (two / zero)", None),
        ("six / (zero / three)", None),
        ("six / (two / three / two)", 18.0),
        ("1 + six / two * three", 10.0),
        ("six / (two - two)", None),
        ("-six / two", -3.0),
        ("CASE WHEN six / zero > 1 THEN 1 ELSE 2 END", 2),
        ("COALESCE(six / zero, 7.0)", 7.0),
        ("six / unknown", None),
        ("(three / two) / (six / zero)", None),
        ("CAST(six AS DOUBLE) / zero", None),
        ("six / CAST(zero AS DOUBLE)", None),
    ],
)
def test_division_is_guarded_at_every_depth(engine: Engine, text: str, expected: object) -> None:
    found = value(engine, text)
    if expected is None:
        assert found is None  # not infinite, not NaN, no error
    else:
        assert found == pytest.approx(expected)


def test_a_cast_that_fails_is_missing_and_shows_no_value(engine: Engine) -> None:
    assert value(engine, "CAST(name AS BIGINT)") is None
    assert value(engine, "CAST(CAST(name AS DOUBLE) AS BIGINT)") is None
    assert value(engine, "CAST(CAST(two AS VARCHAR) AS BIGINT)") == 2
    assert "TRY_CAST" in Expression.parse("CAST(name AS BIGINT)").sql("spark")


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("unknown = 1 OR two = 2", True),
        ("unknown = 1 AND two = 2", None),
        ("unknown = 1 AND two = 3", False),
        ("NOT unknown = 1", None),
        ("unknown IN (1, 2)", None),
        ("unknown IS NULL", True),
        ("two IN (1, 2)", True),
        ("two BETWEEN 2 AND 3", True),
        ("CASE WHEN unknown = 1 THEN TRUE END", None),
    ],
)
def test_missing_answers_follow_three_valued_logic(engine: Engine, text: str, expected: object) -> None:
    assert value(engine, text) is expected


@pytest.mark.parametrize(
    ("text", "is_condition"),
    [
        ("age > 3", True),
        ("(age > 3)", True),
        ("NOT lacks_car", True),
        ("a IS NULL", True),
        ("a IN (1)", True),
        ("TRUE", True),
        ("CASE WHEN a IS NOT NULL THEN b = 1 END", True),
        ("CASE WHEN a THEN b = 1 ELSE (c > 2 OR d) END", True),
        ("CASE WHEN a THEN 1 ELSE 0 END", False),
        ("CASE WHEN a THEN b = 1 ELSE 0 END", False),
        ("CASE WHEN a THEN NULL END", False),
        ("age", False),
        ("age + 1", False),
        ("COALESCE(a, 0)", False),
    ],
)
def test_conditions_are_told_by_their_form(text: str, is_condition: bool) -> None:
    assert Expression.parse(text).is_condition is is_condition


def test_variables_and_constants() -> None:
    expression = Expression.parse(
        "age > 3 AND sex IN ('F', 'M') AND 'NL' <> country AND rooms = 2 AND age = age"
    )
    assert expression.variables == {"age", "sex", "country", "rooms"}
    assert expression.comparisons == {
        ("sex", "F", True),
        ("sex", "M", True),
        ("country", "NL", True),
        ("rooms", "2", False),
    }


def test_remarks_reach_neither_reader_nor_engine() -> None:
    expression = Expression.parse("a -- */ , read_csv('x')\n + b")
    assert expression.text == "a + b"
    assert expression.sql("duckdb") == '"a" + "b"'
    assert expression.sql("spark") == "`a` + `b`"


def test_names_are_quoted_and_texts_escaped_for_each_engine() -> None:
    expression = Expression.parse("\"odd name\" = 'it''s \\ here'")
    assert expression.sql("duckdb") == "\"odd name\" = 'it''s \\ here'"
    assert expression.sql("spark") == "`odd name` = 'it\\'s \\\\ here'"


@pytest.mark.parametrize("dialect", golden.DIALECTS)
def test_every_definition_prints_as_it_did(dialect) -> None:
    """A difference is a change of numbers: read it, then `python -m tests.golden.write`."""
    kept = golden.path(dialect).read_text(encoding="utf-8").splitlines()
    fresh = golden.lines(dialect)
    assert [line for line in fresh if line not in kept] == []
    assert [line for line in kept if line not in fresh] == []
    assert kept == fresh
