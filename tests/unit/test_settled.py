"""What a category tells by its rules: against every person that the engine reads the rules for."""

from __future__ import annotations

from itertools import product

import pyarrow as pa
import pytest

from zaragoza.catalogue import load_catalogue
from zaragoza.classify import classify
from zaragoza.engine import Engine
from zaragoza.model.classification import Category, Classification
from zaragoza.model.expression import Expression
from zaragoza.model.settled import settled
from zaragoza.model.text import Text

WORDS = Text("made up", "verzonnen")
# Every value that the rules below can tell apart, and more.
VALUES = {
    "age": [None, -2.0, -1.0, 0.0, 14.0, 17.0, 17.5, 18.0, 40.0, 64.0, 64.5, 65.0, 70.0],
    "birth": [None, "NL", "DE", "BE", "MA", "XX", "ZZ"],
    "region": [None, "NAT", "OTH", "MA", "ZZ"],
    "flag": [None, True, False],
}


def classification(*rules: str, column: str | None = None) -> Classification:
    categories = tuple(Category(f"c{place}", WORDS, when) for place, when in enumerate(rules))
    return Classification(id="made", title=WORDS, source="a test", categories=categories, column=column)


BROAD = classification("age >= 0 AND age < 18", "age >= 18 AND age < 65", "age >= 65")
BIRTH = classification(
    "COALESCE(birth, region, 'XX') IN ('NL', 'NAT', 'XX')", "birth IN ('DE', 'BE')", "region = 'OTH'"
)
MIXED = classification("age < 18", "age >= 18 AND birth = 'NL'", "age >= 18 AND birth <> 'NL'")
FLAGS = classification("flag AND age >= 18", "flag IS NOT TRUE", "NOT age BETWEEN -1 AND 17")
COUNTED = "(CASE WHEN age BETWEEN 15 AND 64 THEN 1 WHEN age IS NOT NULL THEN 0 END) <> 0"  # of a total
CASES = [
    (rules, condition)
    for rules, conditions in (
        (BROAD, ["age >= 65", "age > 64", "age >= 60", "age BETWEEN 18 AND 64", "age < 65 OR age IS NULL", COUNTED]),
        (BIRTH, ["birth = 'NL'", "birth NOT IN ('DE', 'BE')", "COALESCE(region, birth, 'MA') = 'MA'"]),
        (MIXED, ["birth = 'NL'", "birth IN ('NL', 'DE') AND age >= 18", "age > 17", "NOT (age < 18 AND birth = 'NL')"]),
        (FLAGS, ["flag", "NOT flag", "CASE WHEN age < 18 THEN FALSE WHEN flag THEN TRUE END", "flag OR 18 <= age"]),
    )
    for condition in conditions
]  # fmt: skip


@pytest.fixture(scope="module")
def engine():
    with Engine(threads=1) as opened:
        yield opened


@pytest.mark.parametrize("missing_counts", [False, True])
@pytest.mark.parametrize(("rules", "condition"), CASES, ids=lambda one: getattr(one, "id", one))
def test_as_the_engine_reads_the_rules(engine, rules, condition, missing_counts):
    persons = list(product(*VALUES.values()))
    table = pa.table(dict(zip(VALUES, map(list, zip(*persons, strict=True)), strict=True)))
    made = classify(engine.table(table), [rules])
    rows = made.select({"code": "made", "meets": Expression.parse(condition).sql("duckdb")}).rows()
    answers: dict[str, set[bool]] = {}
    for code, meets in rows:
        if meets is not None or missing_counts:
            answers.setdefault(code, set()).add(meets is True)
    expected = {code for code, found in answers.items() if len(found) == 1}
    assert settled(rules, condition, missing_counts=missing_counts) == expected


def test_some_of_these_are_settled_and_some_are_not():
    assert settled(BROAD, "age >= 65") == {"c0", "c1", "c2", "_U"}
    assert settled(BROAD, "age >= 60") == {"c0", "c2", "_U"}
    assert settled(MIXED, "birth = 'NL'") == {"c1", "c2"}
    assert settled(BROAD, COUNTED) == {
        "c2",
        "_U",
    }  # some under 18 are 15; who is 64 and a half is not counted


@pytest.mark.parametrize("condition", ["income > 3", "TRUE", "age >= 65 AND income > 3"])
def test_what_the_rules_do_not_read_is_not_settled(condition):
    assert settled(BROAD, condition) == set()


@pytest.mark.parametrize(
    "condition", ["age + 1 > 66", "age = 2 * 35", "age > '65'", "CAST(age AS BIGINT) >= 65", "age = age"]
)
def test_other_expressions_settle_nothing(condition):
    assert settled(BROAD, condition) == set()


def test_every_code_of_an_open_classification_is_settled_by_itself():
    assert settled(classification(column="region"), "region = 'EU'") is None
    assert settled(classification(column="region"), "birth = 'NL'") == set()


def test_too_many_combinations_settle_nothing():
    several = " OR ".join(f"x{place} = 'a'" for place in range(9))
    assert settled(classification(several), "x0 = 'a'") == set()


def test_nobody_under_15_is_among_the_people_of_15_to_74():
    known = load_catalogue()
    counted = known.indicators["population_15_74"].measure.of
    found = settled(known.classifications["age_group"], f"({counted}) <> 0")
    assert found is not None
    assert "Y_LT15" in found
    assert "Y_GE65" not in found  # some are 74, others 75
