"""Derived variables as the catalogue defines them, on households whose answer the definitions give.

Sources: Eurostat glossary pages on overcrowding, severe material and social deprivation, child deprivation, low work
intensity, housing cost overburden and equivalised income.
"""

from __future__ import annotations

import pyarrow as pa
import pytest

from tests.spec.people import read, table
from zaragoza.catalogue import load_catalogue
from zaragoza.derive import derive
from zaragoza.engine import Engine
from zaragoza.model.variable import Variable

CATALOGUE = load_catalogue()


def derived(engine: Engine, text: str, name: str, **same: str) -> list[object]:
    """A derived variable of each person; `same` are columns with one value for everybody."""
    names, rows = read(text)
    people = table(CATALOGUE, [*names, *same], [[*row, *same.values()] for row in rows])
    made = derive(engine.table(people), made_for(name))
    found: list[object] = made.arrow()[name].to_pylist()
    return found


def made_for(name: str) -> list[Variable]:
    """A variable and those that it is made of, so that nothing else is computed."""
    variable = CATALOGUE.variables[name]
    parts = sorted(variable.derive.inputs) if variable.derive else []
    return [*(v for part in parts for v in made_for(part)), variable]


def household(*people: str) -> str:
    """Members as `age sex partner`; they are numbered from 1 and live together."""
    lines = [f"{number} 1 {person}" for number, person in enumerate(people, 1)]
    return "\n".join(["person household age sex partner", *lines])


@pytest.mark.parametrize(
    ("people", "rooms"),
    [
        (["40 F 2", "41 M 1", "13 M .", "15 M ."], 3),  # 1 + couple + pair of boys
        (["40 F 2", "41 M 1", "13 F .", "15 M ."], 4),  # 1 + couple + girl + boy
        (["40 F .", "3 F .", "5 M .", "11 F ."], 4),  # 1 + adult + 2 rooms for 3 children
        (["30 M ."], 2),  # 1 + adult
        (["40 F 2", "41 M 1", "18 F .", "12 F .", "11 F ."], 5),  # adult, girl and child each apart
        (["40 F 2", "41 M 1", "70 F 4", "72 M 3"], 3),  # two couples
        (["40 F .", *["12 F ."] * 3, *["17 M ."] * 3], 6),  # pairs rounded up: 2 for girls, 2 for boys
        (["40 F .", "14 X .", "14 X ."], 4),  # no pair of the same sex is known
        (["17 F 2", "18 M 1"], 2),  # a couple, whatever its ages
        (["40 F .", *["5 F ."] * 20], 12),
        (["40 F .", ". M ."], None),
    ],
)
def test_rooms_needed(engine: Engine, people: list[str], rooms: int | None) -> None:
    found = derived(engine, household(*people), "rooms_needed")
    assert found == [rooms] * len(people)


def test_overcrowded_is_fewer_rooms_than_needed(engine: Engine) -> None:
    people = household("40 F 2", "41 M 1", "13 M .", "15 M .")
    for rooms, expected in (("2", True), ("3", False), ("4", False), (".", None)):
        assert derived(engine, people, "overcrowded", rooms=rooms) == [expected] * 4
    assert derived(engine, household("30 M ."), "overcrowded", rooms="1") == [True]  # a person alone needs 2


ITEMS_OF_HOUSEHOLDS = """
lacks_unexpected_expenses lacks_holiday arrears lacks_meal lacks_warmth lacks_car lacks_furniture
"""
ITEMS_OF_PERSONS = """
lacks_clothes lacks_shoes lacks_meeting lacks_leisure lacks_pocket_money lacks_internet
"""


def deprived(engine: Engine, household_items: str, people: list[str]) -> list[object]:
    """Items lacking: seven answers of the household, and per person the age and six answers."""
    answers = {"y": "yes", "n": "no", ".": "."}
    lines = ["person household age " + " ".join((ITEMS_OF_HOUSEHOLDS + ITEMS_OF_PERSONS).split())]
    for number, person in enumerate(people, 1):
        age, own = person.split()
        words = " ".join(answers[letter] for letter in household_items + own)
        lines.append(f"{number} 1 {age} {words}")
    return derived(engine, "\n".join(lines), "deprivation_items")


def test_deprivation_of_adults_and_child(engine: Engine) -> None:
    """Household 5 items; adults 3 and 2 of their own; of the child's 4 items half of the adults lack each."""
    assert deprived(engine, "yyynnyy", ["40 ynynyn", "41 nnyynn", "9 ......"]) == [8, 7, 9]


@pytest.mark.parametrize(
    ("items", "people", "expected"),
    [
        ("nnnnnnn", ["40 nnnnnn"], [0]),
        ("yyyyyyy", ["40 yyyyyy"], [13]),
        ("y......", ["40 ......"], [1]),  # an item without an answer counts as not lacking
        (".......", ["40 y.n..."], [1]),
        (".......", ["40 ......"], [None]),  # nothing is known
        (
            "nnnnnnn",
            ["40 ynnnnn", "41 nnnnnn", "42 nnnnnn", "9 ......"],
            [1, 0, 0, 0],
        ),  # a third of the adults
        (
            "nnnnnnn",
            ["40 ynnnnn", "41 nnnnnn", "42 .nnnnn", "9 ......"],
            [1, 0, 0, 1],
        ),  # half of who answered
        ("nnnnnnn", ["40 ......", "9 ......"], [0, 0]),
        (".......", ["40 ......", "9 ......"], [None, None]),
        ("nnnnnnn", ["16 ynnnnn", "15 ......"], [1, 1]),  # at 16 a person answers, and is an adult here
        (".......", ["40 y.....", "9 ......"], [1, 1]),
    ],
)
def test_deprivation_items(engine: Engine, items: str, people: list[str], expected: list[int | None]) -> None:
    assert deprived(engine, items, people) == expected


def test_low_work_intensity(engine: Engine) -> None:
    """At most a fifth of the time of all adults together; students under 25, retired and old people do not count."""
    text = """
        person  household  age  activity    months_worked  months_workable
        1       1          40   employed    4              12
        2       1          40   domestic    0              12
        3       1          10   .           .              .
        4       2          40   employed    2.4            12
        5       3          40   employed    2.5            12
        6       4          22   student     0              12
        7       5          22   student     0              12
        8       5          50   employed    12             12
        9       6          60   retired     0              12
        10      7          70   retired     0              12
        11      7          30   unemployed  0              12
        12      8          40   employed    .              12
        13      8          40   employed    12             12
        14      9          40   employed    .              .
        15      10         25   student     0              12
    """
    expected = [
        True, True, True,  # 4 of 24 months
        True,  # 2.4 of 12: exactly a fifth
        False,
        None,  # a student under 25: nobody who could work
        False, False,  # the student's months do not count
        None,
        None, True,  # 65 and over is outside the population
        False, False,  # whose months are unknown leaves numerator and denominator
        None,
        True,
    ]  # fmt: skip
    assert derived(engine, text, "low_work_intensity") == expected


def test_housing_cost_overburden(engine: Engine) -> None:
    """(12 x cost - allowance) over (income - allowance), more than 40 %."""
    text = """
        person  housing_cost  housing_allowance  disposable_income
        1       500           0                  15000
        2       500.01        0                  15000
        3       600           1200               15000
        4       700           1200               15000
        5       0             0                  0
        6       100           1200               500
        7       100           0                  0
        8       100           0                  -50
        9       .             0                  10000
        10      500           .                  10000
        11      500           0                  .
        12      .             0                  -50
    """
    # 6000/15000 = 40 %; 6000/13800 = 43.5 %; 7200/13800 = 52.2 %; no cost; cost covered; cost without income
    expected = [False, True, True, True, False, False, True, True, None, None, None, None]
    assert derived(engine, text, "housing_cost_overburden") == expected


def test_what_comes_from_the_household(engine: Engine) -> None:
    """Modified OECD scale: couple with children of 14 and 13 is 1 + 0.5 + 0.5 + 0.3 = 2.3."""
    text = """
        person  household  age
        1       1          40
        2       1          38
        3       1          14
        4       1          13
        5       2          17
    """
    same = {"disposable_income": "46000"}
    assert derived(engine, text, "equivalised_income", **same) == pytest.approx([20000.0] * 4 + [46000.0])
    assert derived(engine, text, "household_size") == [4, 4, 4, 4, 1]
    assert derived(engine, text, "children_in_household") == [2, 2, 2, 2, 1]


def test_a_source_keeps_what_it_holds(engine: Engine) -> None:
    people = pa.table({"person": [1], "household": [1], "age": [40], "household_size": [5]})
    made = derive(engine.table(people), CATALOGUE.variables.values())
    assert made.arrow()["household_size"].to_pylist() == [5]
