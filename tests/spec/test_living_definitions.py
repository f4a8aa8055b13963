"""Derived variables on exclusion, the dwelling, care and parents, on households whose answer the definitions give.

Each table holds people with what is known of them; the last column is what the definition makes of it, worked by hand.
A dot is no answer. Who lives together has the same number of `household`.
"""

from __future__ import annotations

import pytest

from tests.spec.people import read, table
from tests.spec.test_derived_definitions import CATALOGUE, derived
from zaragoza.classify import classify
from zaragoza.derive import derive
from zaragoza.engine import Engine

# HY020 x HY025 over 1, 0.5 for others of 14 and over, 0.3 for children: households 1 to 9.
EQUIVALISED = """
person  household  age  disposable_income  nonresponse_factor  equivalised_income
1       1          40   20000              1                   20000
2       2          30   26000              1                   20000
3       2          5    26000              1                   20000
4       3          70   36000              1                   20000
5       3          40   36000              1                   20000
6       3          13   36000              1                   20000
7       4          40   20000              1.5                 20000
8       4          14   20000              1.5                 20000
9       5          22   .                  1                   .
10      6          40   20000              1                   .
11      6          .    20000              1                   .
12      7          40   -1000              1                   -1000
13      8          40   0                  1.2                 0
14      9          17   15000              1                   10000
15      9          16   15000              1                   10000
"""
# Old definition: nine items of households; an item without an answer is not lacking, nothing answered is unknown.
OLD_ITEMS = (
    "arrears lacks_warmth lacks_unexpected_expenses lacks_meal lacks_holiday lacks_tv "
    "lacks_washing_machine lacks_car lacks_telephone deprivation_items_2020"
    """
    no no no no no no no no no 0
    yes yes yes yes yes yes yes yes yes 9
    yes yes yes no no no no no no 3
    yes yes yes yes no no no no no 4
    no no no no no yes yes yes yes 4
    . . . . . . . . . .
    . . . . yes . . . . 1
    yes . yes . yes . . . no 3
    . . . . . no . . . 0
"""
)
# Seven of thirteen; of a child under 16 at least three of the household.
SEVERE = """
age  deprivation_items  household_deprivation_items  severely_deprived
40   7                  1                            yes
40   6                  6                            no
40   13                 7                            yes
40   .                  .                            .
16   7                  1                            yes
15   7                  3                            yes
15   8                  2                            no
0    7                  1                            no
0    6                  0                            no
5    .                  .                            .
.    6                  6                            no
"""
# Strictly below a fifth: household 1 has exactly a fifth, 2 less, 3 more; 4 a student alone; 5 retired; 6 unknown.
STRICT = """
person  household  age  activity    months_worked  months_workable  low_work_intensity_strict
1       1          40   employed    2.4            12               no
2       1          8    .           .              .                no
3       2          40   employed    2.3            12               yes
4       2          70   retired     0              12               .
5       3          40   employed    12             12               no
6       3          40   domestic    0              12               no
7       4          20   student     0              12               .
8       5          60   retired     0              12               .
9       6          40   employed    .              12               .
10      7          25   student     0              12               yes
"""
# Adults of 18-59 and a population of 0-59: at 60 nobody works for the household any more.
OLD_INTENSITY = """
person  household  age  activity    months_worked  months_workable  low_work_intensity_2020
1       1          62   employed    12             12               .
2       1          30   unemployed  0              12               yes
3       1          3    .           .              .                yes
4       2          59   employed    12             12               no
5       2          60   domestic    0              12               .
6       3          60   employed    12             12               .
7       3          10   .           .              .                .
8       4          40   employed    2.4            12               yes
9       5          40   employed    2.5            12               no
10      6          22   student     0              12               .
11      7          40   employed    .              12               .
"""
# Severe deprivation or hardly any work, with what is not known: from 65 on work is no reason, nor where nobody could.
EXCLUDED = """
age  severely_deprived  working_age_adults  low_work_intensity  deprived_or_jobless
40   yes                1                   no                  yes
40   no                 1                   yes                 yes
40   no                 1                   no                  no
40   no                 1                   .                   .
40   yes                1                   .                   yes
40   .                  1                   yes                 yes
40   .                  1                   no                  .
70   no                 2                   .                   no
70   .                  2                   .                   .
20   no                 0                   .                   no
8    no                 2                   yes                 yes
"""
EXCLUDED_2020 = """
age  deprivation_items_2020  working_age_adults_2020  low_work_intensity_2020  deprived_or_jobless_2020
40   4                       1                        no                       yes
40   3                       1                        yes                      yes
40   3                       1                        no                       no
40   3                       1                        .                        .
40   .                       1                        yes                      yes
40   .                       1                        no                       .
60   3                       1                        .                        no
62   4                       1                        .                        yes
22   0                       0                        .                        no
8    9                       1                        .                        yes
"""
IN_WORK = (
    "months_employee_full_time months_employee_part_time months_self_employed_full_time "
    "months_self_employed_part_time months_workable worked_most_of_year"
    """
    12 0 0 0 12 yes
    0 7 0 0 12 yes
    6 0 0 0 12 no
    3 2 1 1 12 yes
    0 0 0 0 12 no
    4 0 0 0 7 yes
    0 0 0 0 0 .
    . 0 0 0 12 .
    12 0 0 0 . .
"""
)
DEFECTS = """
leaking_roof  too_dark  lacks_bath  lacks_toilet  dwelling_defects
yes           no        no          no            yes
no            yes       no          no            yes
no            no        yes         yes           yes
no            no        yes         no            no
no            no        no          yes           no
no            no        no          no            no
.             no        no          no            .
.             yes       .           .             yes
no            no        .           no            no
no            no        yes         .             .
.             .         .           .             .
"""
# Rooms of none are out of range, so they are unknown here; one answer may settle the whole.
HOUSING = """
overcrowded  dwelling_defects  substandard_home  severe_housing_deprivation
yes          yes               yes               yes
yes          no                yes               no
no           yes               yes               no
no           no                no                no
.            yes               yes               .
.            no                .                 no
yes          .                 yes               .
no           .                 .                 no
.            .                 .                 .
"""
SURROUNDINGS = """
noise  pollution  crime  neighbourhood_problem
no     no         no     no
yes    no         no     yes
no     yes        no     yes
no     no         yes    yes
yes    yes        yes    yes
.      yes        .      yes
.      no         no     .
.      .          .      .
"""
# 12 x cost - allowance, of income - allowance: exactly 40 % counts here.
COSTS = """
person  housing_cost  housing_allowance  disposable_income  nonresponse_factor  housing_cost_overburden_inclusive
1       500           0                  15000              1                   yes
2       499.99        0                  15000              1                   no
3       500           0                  10000              1.5                 yes
4       500           0                  15000              1.1                 no
5       600           1200               15000              1                   yes
6       0             0                  0                  1                   no
7       100           0                  0                  1                   yes
8       .             0                  10000              1                   .
9       500           0                  .                  1                   .
"""
DENTIST = """
dental_care_missed  dental_care_missed_reason  unmet_dental_need
yes                 too_expensive              yes
yes                 waiting_list               yes
yes                 too_far                    yes
yes                 fear                       no
yes                 no_time                    no
yes                 other                      no
no                  .                          no
yes                 .                          .
.                   .                          .
"""
BODY = """
body_weight  body_height  body_mass_index
81           180          25
97.2         180          30
48           160          18.75
100          200          25
40           100          40
.            180          .
80           .            .
350          250          56
"""


TABLES = (
    EQUIVALISED, OLD_ITEMS, SEVERE, STRICT, OLD_INTENSITY, EXCLUDED, EXCLUDED_2020, IN_WORK, DEFECTS, SURROUNDINGS,
    COSTS, DENTIST, BODY,
)  # fmt: skip


def value(word: str) -> object:
    known = {".": None, "yes": True, "no": False}
    return known[word] if word in known else pytest.approx(float(word), rel=1e-12)


def without(text: str, columns: int) -> tuple[str, list[str], list[list[str]]]:
    """The table without its last columns, and these."""
    names, rows = read(text)
    lines = [" ".join(row[:-columns]) for row in (names, *rows)]
    return "\n".join(lines), names[-columns:], [row[-columns:] for row in rows]


@pytest.mark.parametrize("text", TABLES, ids=[read(text)[0][-1] for text in TABLES])
def test_a_variable_follows_its_definition(engine: Engine, text: str) -> None:
    people, (name,), expected = without(text, 1)
    assert len(expected) >= 8
    found = derived(engine, people, name)
    assert found == [value(word) for (word,) in expected]


def test_overcrowding_and_defects_together(engine: Engine) -> None:
    people, names, expected = without(HOUSING, 2)
    for position, name in enumerate(names):
        assert derived(engine, people, name) == [value(row[position]) for row in expected]


@pytest.mark.parametrize("name", ["deprived_or_jobless", "deprived_or_jobless_2020"])
def test_whether_anybody_could_work_is_not_known(engine: Engine, name: str) -> None:
    """With a parent of unknown age a child is not excluded by work, but it is not known to be safe from it either."""
    text = """
        person  household  age  activity    months_worked  months_workable  severely_deprived  deprivation_items_2020
        1       1          .    unemployed  0              12               no                 0
        2       1          10   .           .              .                no                 0
        3       2          .    unemployed  0              12               yes                4
        4       2          10   .           .              .                yes                4
        5       3          22   student     0              12               no                 0
    """
    assert derived(engine, text, name) == [None, None, True, True, False]


def test_a_file_without_the_factor_has_one(engine: Engine) -> None:
    people = "person household age disposable_income\n1 1 40 26000\n2 1 3 26000"
    assert derived(engine, people, "equivalised_income") == pytest.approx([20000, 20000])
    assert derived(engine, people, "nonresponse_factor") == [1, 1]


# Three generations (1-4), parents apart (5, 6), a lone parent (7, 8), a child whose mother is not in the file (9),
# foster child (10), an adult with known parents (11 to 13), stateless parents (14 to 16).
FAMILIES = """
person  household  age  mother  father  birth_country  citizenship  parents_birth  parents_citizenship
1       1          70   .       .       MA             NL           _U             _U
2       1          40   1       .       MA             NL           FOR            NAT1
3       1          41   .       .       NL             NL           _U             _U
4       1          10   2       3       NL             NL           MIX            NAT
5       2          38   .       .       TR             TR           _U             _U
6       2          8    5       .       NL             NL           FOR            FOR
7       3          30   .       .       NL             NL           _U             _U
8       3          2    .       7       SR             SR           NAT1           NAT1
9       4          5    99      .       NL             NL           _U             _U
10      4          7    .       .       SY             SY           _U             _U
11      5          50   12      13      NL             NL           NAT            MIX
12      5          75   .       .       NL             BE           _U             _U
13      5          76   .       .       NL             NL           _U             _U
14      6          33   .       .       SY             STLS         _U             _U
15      6          34   .       .       .              STLS         _U             _U
16      6          1    14      15      NL             NL           FOR            FOR
"""


def test_children_by_the_birth_and_citizenship_of_their_parents(engine: Engine) -> None:
    people, names, expected = without(FAMILIES, 2)
    columns, rows = read(people)
    links = [
        CATALOGUE.variables[f"{parent}_{what}"]
        for parent in ("mother", "father")
        for what in ("birth_country", "birth_country_group", "citizenship", "citizenship_group")
    ]
    bound = [CATALOGUE.classifications[name].bind("NL", CATALOGUE.country_sets) for name in names]
    known = table(CATALOGUE, columns, rows)
    for group in ("birth_country_group", "citizenship_group"):
        known = known.append_column(group, table(CATALOGUE, [group], [["."]] * len(rows))[group])
    found = classify(derive(engine.table(known), links), bound).arrow().sort_by("person")
    for position, name in enumerate(names):
        assert found[name].to_pylist() == [row[position] for row in expected]
