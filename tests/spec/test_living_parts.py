"""What derived variables are made of: items that people lack, arrears, care that they missed.

Each table holds people with what is known of them; the last columns are what the definitions make of it, worked by
hand. A dot is no answer.
"""

from __future__ import annotations

import pytest

from tests.spec.parts import expected, made, worked_out
from tests.spec.people import read, table
from tests.spec.test_derived_definitions import CATALOGUE
from zaragoza.engine import Engine

# One item of persons: a child does not answer for itself, and somebody of unknown age is no adult.
ITEM = """
person  household  age  lacks  adults_lacking  adults_having
1       1          40   yes    1               0
2       2          40   no     0               1
3       3          40   .      0               0
4       4          40   yes    1               1
5       4          41   no     1               1
6       4          9    yes    1               1
7       5          16   yes    1               0
8       5          15   yes    1               0
9       6          15   no     0               0
10      7          70   yes    2               0
11      7          40   yes    2               0
12      7          10   .      2               0
13      8          .    yes    0               0
14      9          20   no     0               2
15      9          21   no     0               2
16      9          22   .      0               2
17      .          40   yes    .               .
"""
ITEMS = ("clothes", "shoes", "meeting", "leisure", "pocket_money", "internet")
PERSONAL = (
    "person household age " + " ".join(f"lacks_{item}" for item in ITEMS) + " personal_deprivation_items"
    """
    1  1  40  yes no  yes no  yes no   3
    2  1  41  no  no  yes yes no  no   2
    3  1  9   .   .   .   .   .   .    4
    4  2  40  .   .   .   .   .   .    .
    5  2  15  .   .   .   .   .   .    .
    6  3  16  no  no  no  no  no  no   0
    7  3  15  .   .   .   .   .   .    0
    8  4  40  yes .   .   .   .   .    1
    9  4  41  .   .   .   .   .   .    .
    10 4  5   .   .   .   .   .   .    1
    11 5  40  yes yes yes yes yes yes  6
    12 6  .   yes no  no  no  no  no   1
"""
)
OF_HOUSEHOLD = (
    "lacks_unexpected_expenses lacks_holiday arrears lacks_meal lacks_warmth lacks_car lacks_furniture "
    "household_deprivation_items"
    """
    no   no   no   no   no   no   no   0
    yes  yes  yes  yes  yes  yes  yes  7
    yes  yes  yes  no   no   yes  yes  5
    no   no   yes  no   no   no   no   1
    .    .    yes  .    .    .    .    1
    .    .    .    .    .    no   .    0
    .    .    .    .    .    .    .    .
    yes  .    no   yes  .    .    yes  3
"""
)
ARREARS = """
arrears_housing  arrears_utilities  arrears_loans  arrears
yes              no                 no             yes
no               yes                no             yes
no               no                 yes            yes
yes              yes                yes            yes
no               no                 no             no
no               .                  yes            yes
no               .                  no             .
.                .                  .              .
"""
DOCTOR = """
care_missed  care_missed_reason  unmet_medical_need
yes          too_expensive       yes
yes          waiting_list        yes
yes          too_far             yes
yes          fear                no
yes          no_time             no
yes          other               no
no           .                   no
yes          .                   .
.            .                   .
"""
TABLES = dict.fromkeys((PERSONAL, OF_HOUSEHOLD, ARREARS, DOCTOR), 1)


@pytest.mark.parametrize("text", TABLES, ids=[read(text)[0][-1] for text in TABLES])
def test_people_whose_answer_is_known(engine: Engine, text: str) -> None:
    found, known = worked_out(engine, text, TABLES[text])
    assert found == known


@pytest.mark.parametrize("item", ITEMS)
def test_adults_who_lack_or_have_an_item(engine: Engine, item: str) -> None:
    names = [f"adults_lacking_{item}", f"adults_having_{item}"]
    (*given, _, _), rows = read(ITEM)
    given = [f"lacks_{item}" if name == "lacks" else name for name in given]
    people = table(CATALOGUE, given, [row[:-2] for row in rows])
    assert made(engine, people, names) == expected(names, [row[-2:] for row in rows])
