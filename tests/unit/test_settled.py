"""What a category tells by its rules: against every person that the engine reads the rules for."""

from __future__ import annotations

from itertools import product

import pyarrow as pa
import pytest

from zaragoza.catalogue import load_catalogue
from zaragoza.classify import classify
from zaragoza.derive import derive, expressions
from zaragoza.engine import Engine
from zaragoza.model.classification import Category, Classification
from zaragoza.model.expression import Expression
from zaragoza.model.settled import always, settled
from zaragoza.model.text import Text
from zaragoza.model.variable import Derivation, Variable

WORDS = Text("made up", "verzonnen")
# Every value that the rules below can tell apart, and more.
VALUES = {
    "age": [None, -2.0, -1.0, 0.0, 1.0, 14.0, 17.0, 17.5, 18.0, 64.0, 64.5, 65.0, 70.0],
    "birth": [None, "NL", "DE", "BE", "MA", "XX", "ZZ"],
    "region": [None, "NAT", "OTH", "MA", "ZZ"],
    "flag": [None, True, False],
    "mother": [None, "NL", "DE", "ZZ"],
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
FLAGGED = "(CASE WHEN flag THEN 1 WHEN NOT flag THEN 0 END) = 1"
LIKE_MOTHER = classification("birth = mother", "birth <> mother AND mother = 'NL'", "mother IS NULL")
AGED = classification("made_age = 'old'", "made_age = 'young' AND flag", "NOT flag")
ABROAD = classification(
    "COALESCE(birth, region) = 'NL'", "COALESCE(birth, region) IN ('DE', 'BE')", "foreign_parent"
)
# A condition is a number too, 1 or 0, although the rules name neither.
ONE = classification(
    "age = CAST(flag IS TRUE AS BIGINT)", "age < CAST(CASE WHEN flag THEN TRUE END AS DOUBLE)"
)
CODES = ("c0", "c1", "c2", "_U")
CASES = [
    (rules, condition)
    for rules, conditions in (
        (BROAD, ["age >= 65", "age > 64", "age >= 60", "age BETWEEN 18 AND 64", "age < 65 OR age IS NULL", COUNTED]),
        (BIRTH, ["birth = 'NL'", "birth NOT IN ('DE', 'BE')", "COALESCE(region, birth, 'MA') = 'MA'"]),
        (MIXED, ["birth = 'NL'", "birth IN ('NL', 'DE') AND age >= 18", "age > 17", "NOT (age < 18 AND birth = 'NL')"]),
        (FLAGS, ["flag", "NOT flag", "CASE WHEN age < 18 THEN FALSE WHEN flag THEN TRUE END", "flag OR 18 <= age"]),
        (FLAGS, [FLAGGED]),
        (LIKE_MOTHER, ["birth = 'NL'", "mother = birth", "mother = 'NL' AND birth IS NOT NULL"]),
        (LIKE_MOTHER, ["birth IN (mother, 'BE')"]),
        (AGED, ["age >= 65", "made_age = 'young'", "working", "NOT working AND flag", "CAST(working AS BIGINT) = 1"]),
        (ABROAD, ["foreign_born", "NOT foreign_born", "foreign_parent", "foreign_born OR foreign_parent"]),
        (ABROAD, ["old_age > 3"]),
        (ONE, ["age > CAST(flag IS TRUE AS BIGINT)"]),
        (BROAD, ["made_age = 'old'", "working AND age > 64", "old_age = 1", "age >= 65 AND flag"]),
        (BIRTH, ["foreign_born", "foreign_born AND age > 3", "mother <> 'NL' AND foreign_born"]),
    )
    for condition in conditions
]  # fmt: skip
# Made of others: of ages and answers, of a variable that the table lacks, and of one another.
DERIVED = {
    "made_age": ("code", "CASE WHEN age >= 65 THEN 'old' WHEN age < 18 THEN 'young' END"),
    "working": ("boolean", "made_age IS NULL AND age IS NOT NULL AND flag"),
    "old_age": ("integer", "CASE WHEN made_age = 'old' THEN 1 ELSE 0 END"),
    "foreign_born": ("boolean", "COALESCE(birth, region) NOT IN ('NL', 'NAT')"),
    "foreign_parent": ("boolean", "COALESCE(mother, father) <> 'NL' AND foreign_born"),
}
VARIABLES = [
    Variable(
        id=name, title=WORDS, type=kind, definition=WORDS, source="a test",
        derive=Derivation("value", of=of, either=("mother", "father") if "father" in of else ()),
    )
    for name, (kind, of) in DERIVED.items()
]  # fmt: skip


@pytest.fixture(scope="module")
def persons(engine):
    """Everybody that the rules below can tell apart, with derived variables."""
    everybody = list(zip(*product(*VALUES.values()), strict=True))
    table = pa.table({name: list(own) for name, own in zip(VALUES, everybody, strict=True)})
    return engine.materialise(derive(engine.table(table), VARIABLES))


@pytest.fixture(scope="module")
def derived(persons) -> dict[str, str]:
    return expressions(list(VALUES), persons.columns, VARIABLES)


@pytest.fixture(scope="module")
def engine():
    with Engine(threads=1) as opened:
        yield opened


@pytest.mark.parametrize("missing_counts", [False, True])
@pytest.mark.parametrize(("rules", "condition"), CASES, ids=lambda one: getattr(one, "id", one))
def test_as_the_engine_reads_the_rules(persons, derived, rules, condition, missing_counts):
    made = classify(persons, [rules])
    rows = made.select({"code": "made", "meets": Expression.parse(condition).sql("duckdb")})
    rows = rows.aggregate({"code": "code", "meets": "meets"}, {"n": "COUNT(*)"}).rows()
    answers: dict[str, set[bool]] = {}
    for code, meets, _ in rows:
        if meets is not None or missing_counts:
            answers.setdefault(code, set()).add(meets is True)
    expected = {code: True in found for code, found in answers.items() if len(found) == 1}
    assert settled(rules, condition, CODES, derived, missing_counts=missing_counts) == expected


def test_some_of_these_are_settled_and_some_are_not():
    assert settled(BROAD, "age >= 65", CODES) == {"c0": False, "c1": False, "c2": True, "_U": False}
    assert settled(BROAD, "age >= 60", CODES) == {"c0": False, "c2": True, "_U": False}
    assert settled(BROAD, "age >= 60", ["c1", "c2"]) == {"c2": True}
    assert settled(MIXED, "birth = 'NL'", CODES) == {"c1": True, "c2": False}
    # Some under 18 are 15; who is 64 and a half is not counted.
    assert settled(BROAD, COUNTED, CODES) == {"c2": False, "_U": False}
    # Whoever has no flag, or one that is false, meets the second rule.
    assert settled(FLAGS, FLAGGED, CODES) == {"c0": True, "c1": False, "c2": True, "_U": True}


@pytest.mark.parametrize("condition", ["income > 3", "age >= 65 OR income > 3 AND age >= 0"])
def test_what_the_rules_leave_open_is_not_settled(condition):
    assert "c0" not in settled(BROAD, condition, CODES)
    assert "c1" not in settled(BROAD, condition, CODES)


def test_a_class_that_is_made_of_more_than_the_rules_read():
    # Whoever is under 65 is not in it, whatever the income; of those of 65 and over some are.
    assert settled(BROAD, "age >= 65 AND income > 3", CODES) == {"c0": False, "c1": False, "_U": False}
    assert settled(BROAD, "age >= 65 AND income + debt > 3", CODES) == {"c0": False, "c1": False, "_U": False}


@pytest.mark.parametrize(
    "condition", ["age + 1 > 66", "age = 2 * 35", "age > '65'", "CAST(age AS BIGINT) >= 65"]
)
def test_what_is_calculated_is_not_read(condition):
    assert settled(BROAD, condition, CODES) == {}


def test_what_is_calculated_alike_is_the_same_number():
    stay = classification("age - years < 5", "age - years >= 5")
    assert settled(stay, "age - years >= 10", CODES[:2]) == {"c0": False}
    assert settled(stay, "years - age >= 10", CODES[:2]) == {}


@pytest.mark.parametrize(("condition", "told"), [("TRUE", True), ("1 <> 0", True), ("NOT TRUE", False)])
def test_what_everybody_meets_or_nobody(condition, told):
    assert settled(BROAD, condition, CODES) == dict.fromkeys(CODES, told)
    assert always(condition) is told
    assert always("age > 3") is None


def test_what_is_made_of_answers_that_cannot_be_read_is_read_as_it_stands():
    known = {"strange": "CAST(age AS TEXT)", "odd": "CASE strange WHEN '1' THEN 2 END"}
    rules = classification("odd > 1", "odd <= 1")
    assert settled(rules, "odd > 0", ["c0"], known) == {"c0": True}


def test_a_derived_variable_that_the_source_holds_itself_is_not_read_as_others():
    # A file may say of somebody born in the country that he was born abroad.
    assert settled(BIRTH, "foreign_born", CODES) == {}
    given = expressions([*VALUES, "foreign_born"], [*VALUES, *DERIVED], VARIABLES)
    assert given.keys() == DERIVED.keys() - {"foreign_born"}


def test_what_the_table_lacks_is_unknown(derived):
    assert derived["foreign_parent"] == "CAST(COALESCE(mother, NULL) <> 'NL' AND foreign_born AS BOOLEAN)"


def test_every_code_of_an_open_classification_is_settled_by_itself():
    regions = classification(column="region")
    assert settled(regions, "region IN ('EU', 'OTH')", ["EU", "ZZ", "_U"]) == {
        "EU": True,
        "ZZ": False,
        "_U": False,
    }
    # On which side it is, is told where the condition can be read.
    assert settled(regions, "CAST(region AS BIGINT) > 4", ["EU", "_U"]) == {"EU": None, "_U": None}
    assert settled(regions, "birth = 'NL'", ["EU"]) == {}
    assert settled(regions, "birth = 'NL' AND region = 'EU'", ["EU", "ZZ"]) == {"ZZ": False}


def test_an_open_classification_of_a_derived_variable_and_of_numbers(derived):
    made = classification(column="made_age")
    assert settled(made, "age >= 65", ["old", "young", "_U"], derived) == {
        "old": True,
        "young": False,
        "_U": False,
    }
    assert settled(made, "old_age = 1", ["old", "young", "_U"], derived) == {
        "old": True,
        "young": False,
        "_U": False,
    }
    assert settled(classification(column="birth"), "foreign_born", ["NL", "FR", "DE", "_U"], derived) == {
        "NL": False, "FR": True, "DE": True,
    }  # fmt: skip
    years = classification(column="age")
    assert settled(years, "age >= 65", ["64", "65", "-1", "70.5", "_U"]) == {
        "64": False, "65": True, "-1": False, "70.5": True, "_U": None,
    }  # fmt: skip
    assert settled(years, "age IS NULL", ["64", "_U"]) == {"64": False, "_U": None}


def test_too_many_combinations_settle_nothing():
    several = " OR ".join(f"x{place} = 'a'" for place in range(9))
    assert settled(classification(several), "x0 = 'a'", CODES) == {}


def test_nobody_under_15_is_among_the_people_of_15_to_74():
    counted = "CASE WHEN age BETWEEN 15 AND 74 THEN 1 WHEN age IS NOT NULL THEN 0 END"
    ages = load_catalogue().classifications["age_group"]
    between = dict.fromkeys(
        ("Y15-24", "Y25-54", "Y55-64"), True
    )  # of those of 65 and over some are 74, others 75
    for condition in (f"({counted}) <> 0", f"({counted}) = 1"):
        assert settled(ages, condition, ages.codes) == {"Y_LT15": False, **between}
