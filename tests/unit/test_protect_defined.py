"""Figures that their own definition gives away are no secret; others that look like them are."""

from __future__ import annotations

from dataclasses import replace

from tests.reference.protect_data import Block, case
from zaragoza.model.classification import Category, Classification
from zaragoza.model.disclosure import Policy
from zaragoza.model.text import Text
from zaragoza.protect import protect

WORDS = Text("made up", "verzonnen")
CERTAIN = Policy(hidden_cv=1e9, unreliable_cv=1e9, reliable_count=0)


def classification(name: str, **rules: str) -> Classification:
    categories = tuple(Category(code, WORDS, when) for code, when in rules.items())
    return Classification(id=name, title=WORDS, source="a test", categories=categories)


AGE = classification("age", young="years < 65", old="years >= 65")
GROUP = classification("group", A="origin = 'A'", B="origin = 'B'")


def reasons(
    blocks: list[Block], of: str, classifications: tuple[Classification, ...] = (AGE, GROUP)
) -> dict[tuple[str, str], str]:
    """Group and age -> reason, of a share by both."""
    given = case({"x": blocks}, [("group", "age")])
    indicators = {"x": replace(given.indicators["x"], of=of)}
    found = protect(given.estimates, CERTAIN, indicators, given.breakdowns, classifications=classifications)
    return {(row["group"], row["age"]): row["reason"] for row in found.observations.to_pylist()}


def people(**n: tuple[int, int]) -> list[Block]:
    """By group and age, as `A_old`: people, and how many are in the class."""
    return [
        Block(dict(zip(("group", "age"), key.split("_"), strict=True)), *counts) for key, counts in n.items()
    ]


OLD = people(A_young=(60, 0), A_old=(50, 50), B_young=(70, 0), B_old=(40, 40))


def test_of_people_aged_65_and_over_all_are_that_old():
    assert set(reasons(OLD, "years >= 65").values()) == {"published"}


def test_the_same_numbers_of_something_else_are_a_secret():
    found = reasons(OLD, "pension > 0")
    assert {at for at, reason in found.items() if reason == "dominance"} == {
        (group, age) for group in ("A", "B", "_T") for age in ("young", "old")
    }


def test_without_the_classification_nothing_is_known():
    assert reasons(OLD, "years >= 65", ())["A", "old"] == "dominance"


def test_a_category_that_the_class_divides_gives_nothing_away():
    # Aged 60 and over: of those below 65 some are. That in group B none is, no definition tells, and the other figures
    # of its lines protect it.
    mixed = people(A_young=(60, 30), A_old=(50, 50), B_young=(70, 0), B_old=(40, 40))
    found = reasons(mixed, "years >= 60")
    assert found["B", "young"] == "dominance"
    assert {found[group, "old"] for group in ("A", "B", "_T")} <= {"published", "secondary"}


def test_a_category_of_too_few_people_tells_nothing():
    few = people(A_young=(60, 30), A_old=(9, 9), B_young=(70, 20), B_old=(8, 8))
    assert reasons(few, "years >= 65")["_T", "old"] == "too_few"


def test_a_group_that_consists_of_such_people_alone():
    # Nobody in group B is 65, as the table by age shows: that none of it is in the class follows.
    young = people(A_young=(60, 0), A_old=(50, 50), B_young=(70, 0))
    assert reasons(young, "years >= 65")["B", "_T"] == "published"
