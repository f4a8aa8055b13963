"""What derived variables are made of: months of work, adults who could work, who lives on pensions.

Each table holds people with what is known of them; the last columns are what the definitions make of it, worked by
hand. A dot is no answer.
"""

from __future__ import annotations

import pytest

from tests.spec.parts import worked_out
from tests.spec.people import read
from zaragoza.engine import Engine

MONTHS = (
    "months_employee_full_time months_employee_part_time months_self_employed_full_time "
    "months_self_employed_part_time months_unemployed_in_year months_retired months_unable_to_work months_studying "
    "months_conscript months_domestic months_other months_in_work months_workable"
    """
    12 0 0 0 0 0  0 0 0 0 0 12 12
    0 12 0 0 0 0  0 0 0 0 0 12 12
    3 2  1 1 5 0  0 0 0 0 0 7  12
    0 0  0 0 0 12 0 0 0 0 0 0  12
    0 0  0 0 6 0  0 6 0 0 0 0  12
    0 0  0 0 0 0  0 0 0 0 0 0  0
    . 0  0 0 0 0  0 0 0 0 0 .  .
    4 0  0 0 0 0  0 0 0 0 . 4  .
    1 1  1 1 1 1  1 1 1 1 1 4  11
"""
)
PART_TIME = (
    "months_employee_full_time months_employee_part_time months_self_employed_full_time "
    "months_self_employed_part_time usual_hours months_worked"
    """
    12 0 0 0 .    12
    6  6 0 0 17.5 9
    0  6 0 6 40   12
    0  0 3 2 35   5
    0  6 0 0 .    .
    .  0 0 0 40   .
    0  0 0 0 .    0
    1  2 1 2 70   6
    0  7 0 7 10   4
    0  3 0 0 0    0
"""
)
# Who could work: 18 to 64, no student under 25, not retired; with unknown months the person is left out of the sums.
# Of whom that is not known (12) the household's numbers are not either.
ADULTS = (
    "person household age activity months_worked months_workable working_age_adult working_age_adults "
    "household_months_worked household_months_workable"
    """
    1   1  40  employed    12  12  yes  2  12  24
    2   1  38  domestic    0   12  yes  2  12  24
    3   1  10  .           .   .   no   2  12  24
    4   2  22  student     3   12  no   1  5   12
    5   2  25  student     5   12  yes  1  5   12
    6   3  62  employed    6   12  yes  2  6   24
    7   3  59  unemployed  0   12  yes  2  6   24
    8   4  60  retired     0   12  no   0  0   0
    9   4  70  employed    12  12  no   0  0   0
    10  5  40  employed    .   12  yes  2  4   6
    11  5  18  .           4   6   yes  2  4   6
    12  6  .   employed    12  12  .    .  .   .
    13  7  30  unemployed  0   12  yes  1  0   12
    14  7  3   .           .   .   no   1  0   12
    15  8  17  employed    2   12  no   1  3   12
    16  8  64  employed    3   12  yes  1  3   12
    17  8  65  employed    4   12  no   1  3   12
"""
)
# Who lives on pensions: household 1 an early pensioner and a partner of 61 who does not work; pensions less than half
# of the income in 2 and exactly half in 3; 4 unemployed and employed; 5 too young; 6 a student, and a widow without a
# pension of her own; 7 unknown answers; 8 three generations; 9 no household.
PENSIONS = (
    "person household age activity pension_income disposable_income household_pensions lives_on_pensions "
    "working_age_adult"
    """
    1   1  58  domestic        9000  15000  9000   yes  no
    2   1  61  domestic        0     15000  9000   yes  no
    3   2  66  retired         9000  20000  9000   yes  no
    4   2  61  domestic        0     20000  9000   no   yes
    5   3  70  retired         9000  18000  9000   yes  no
    6   3  64  disabled        0     18000  9000   no   yes
    7   4  63  unemployed      0     12000  10000  no   yes
    8   4  60  employed        0     12000  10000  no   yes
    9   4  68  retired         10000 12000  10000  yes  no
    10  5  59  domestic        0     12000  11000  no   yes
    11  5  67  retired         11000 12000  11000  yes  no
    12  6  20  student         0     8000   0      no   no
    13  6  62  domestic        0     8000   0      no   yes
    14  7  62  domestic        .     12000  9000   yes  no
    15  7  62  domestic        .     .      9000   .    yes
    16  7  65  .               9000  12000  9000   yes  no
    17  8  63  other_inactive  .     30000  10000  .    yes
    18  8  40  employed        .     30000  10000  .    yes
    19  8  12  .               .     30000  10000  .    no
    20  8  90  retired         10000 30000  10000  yes  no
    21  .  62  domestic        0     9000   .      .    yes
"""
)
ADULTS_2020 = (
    "person household age activity months_worked months_workable working_age_adults_2020 "
    "household_months_worked_2020 household_months_workable_2020"
    """
    1   1  40  employed    12  12  2  12  24
    2   1  38  domestic    0   12  2  12  24
    3   2  22  student     3   12  1  5   12
    4   2  25  student     5   12  1  5   12
    5   3  62  employed    6   12  1  0   12
    6   3  59  unemployed  0   12  1  0   12
    7   4  60  employed    6   12  0  0   0
    8   4  2   .           .   .   0  0   0
    9   5  40  employed    .   12  2  4   6
    10  5  18  .           4   6   2  4   6
    11  6  .   employed    12  12  .  .   .
    12  6  10  .           .   .   .  .   .
"""
)
TABLES = {MONTHS: 2, PART_TIME: 1, ADULTS: 4, PENSIONS: 3, ADULTS_2020: 3}


@pytest.mark.parametrize("text", TABLES, ids=[read(text)[0][-1] for text in TABLES])
def test_people_whose_answer_is_known(engine: Engine, text: str) -> None:
    found, known = worked_out(engine, text, TABLES[text])
    assert found == known
