"""What derived variables are made of: rooms, adults and months of a household, parents, education, years.

Each table holds people with what is known of them; the last columns are what the definitions make of it, worked by
hand. A dot is no answer. The last test counts the cases of every derived variable, here and in its sister files.
"""

from __future__ import annotations

from collections import Counter
from datetime import date

import pyarrow as pa
import pytest

from tests.spec import test_background_definitions as background
from tests.spec import test_living_definitions as living
from tests.spec import test_work_definitions as work
from tests.spec.people import read, table
from tests.spec.test_derived_definitions import CATALOGUE, made_for
from zaragoza.derive import derive
from zaragoza.engine import Engine

ENOUGH = 8  # cases of each variable
YEAR_END = date(2023, 12, 31)

# A lone parent; three generations; students; somebody alone; a young couple with a baby; an unknown age; a large
# family whose rooms are none, so out of range and unknown; five children; two couples and an adult; an adult and a
# child of unknown sex; a boy and a girl without adults.
ROOMS = """
household  members                                       rooms
1          40F,13F,15M,5F                                4
2          70F+,72M+,40F,10F,11M                         4
3          22F,23M,21M                                   3
4          30M                                           1
5          17F+,18M+,0F                                  3
6          40F,.M                                        1
7          40F+,41M+,12F,14F,17F,12M,13M,16M,15X         .
8          40F+,41M+,1F,2F,3M,8M,11F                     10
9          40F+,41M+,70F+,72M+,19M                       3
10         40X,14X                                       3
11         12M,17F                                       2
"""
ROOM_PARTS = (
    "household age_unknown_in_household people_with_partner single_adults girls_12_17 boys_12_17 others_12_17 "
    "children_under_12"
    """
    1   no   0  1  1  1  0  1
    2   no   2  1  0  0  0  2
    3   no   0  3  0  0  0  0
    4   no   0  1  0  0  0  0
    5   no   2  0  0  0  0  1
    6   yes  0  1  0  0  0  0
    7   no   2  0  3  3  1  0
    8   no   2  0  0  0  0  5
    9   no   4  1  0  0  0  0
    10  no   0  1  0  0  1  0
    11  no   0  0  1  1  0  0
"""
)
ROOMS_NEEDED = """
household  rooms_for_couples  rooms_for_girls  rooms_for_boys  rooms_for_children  rooms_needed  overcrowded
1          0                  1                1               1                   5             yes
2          1                  0                0               1                   4             no
3          0                  0                0               0                   4             yes
4          0                  0                0               0                   2             yes
5          1                  0                0               1                   3             no
6          0                  0                0               0                   .             .
7          1                  2                2               0                   7             .
8          1                  0                0               3                   5             no
9          2                  0                0               0                   4             yes
10         0                  0                0               0                   3             no
11         0                  1                1               0                   3             yes
"""
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
# A family; a child alone; three generations; an unknown age; a lone parent; students; a household that is not known.
SIZES = """
person  household  age  household_size  children_in_household  adults_in_household  nonresponse_factor
1       1          40   4               2                      2                    1
2       1          38   4               2                      2                    1
3       1          14   4               2                      2                    1
4       1          13   4               2                      2                    1
5       2          17   1               1                      0                    1
6       3          70   3               1                      2                    1
7       3          40   3               1                      2                    1
8       3          10   3               1                      2                    1
9       4          40   2               0                      1                    1
10      4          .    2               0                      1                    1
11      5          30   3               2                      1                    1
12      5          0    3               2                      1                    1
13      5          17   3               2                      1                    1
14      6          18   2               0                      2                    1
15      6          19   2               0                      2                    1
16      .          40   .               .                      .                    1
"""
# Three generations (1, 2, 4), a father alone (3, 5), a mother who is not in the file (6), a mother of unknown birth.
LINKS = (
    "person mother father birth_country citizenship mother_birth_country father_birth_country mother_citizenship "
    "father_citizenship"
    """
    1  .   .  MA  NL    .   .   .     .
    2  1   .  NL  NL    MA  .   NL    .
    3  .   .  DE  PL    .   .   .     .
    4  2   3  NL  NL    NL  DE  NL    PL
    5  .   3  SR  .     .   DE  .     PL
    6  99  .  NL  NL    .   .   .     .
    7  .   .  .   STLS  .   .   .     .
    8  7   5  BE  BE    .   SR  STLS  .
    9  8   4  NL  NL    BE  NL  BE    NL
"""
)
LINKED_GROUPS = (
    "person mother father birth_country_group citizenship_group mother_birth_country_group "
    "father_birth_country_group mother_citizenship_group father_citizenship_group"
    """
    1  .   .  NEU27_2020_FOR  NAT             .               .               .               .
    2  1   .  NAT             NAT             NEU27_2020_FOR  .               NAT             .
    3  .   .  EU27_2020_FOR   EU27_2020_FOR   .               .               .               .
    4  2   3  NAT             NAT             NAT             EU27_2020_FOR   NAT             EU27_2020_FOR
    5  .   3  NEU27_2020_FOR  .               .               EU27_2020_FOR   .               EU27_2020_FOR
    6  99  .  NAT             NAT             .               .               .               .
    7  .   .  .               NEU27_2020_FOR  .               .               .               .
    8  7   5  NAT             NAT             .               NEU27_2020_FOR  NEU27_2020_FOR  .
    9  8   4  NAT             NAT             NAT             NAT             NAT             NAT
"""
)
LEARNING = """
in_formal_education  in_non_formal_education  in_education
yes                  yes                      yes
yes                  no                       yes
yes                  .                        yes
no                   yes                      yes
no                   no                       no
no                   .                        .
.                    yes                      yes
.                    no                       .
.                    .                        .
"""
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
# On 31 December 2023 everybody has completed the years since the year.
YEARS = """
arrival_year  graduation_year  years_of_stay  years_since_graduation
2013          2020             10             3
2014          2023             9              0
2023          2022             0              1
2024          2024             .              .
.             .                .              .
1984          1983             39             40
2018          2013             5              10
2020          2021             3              2
"""
TABLES = {
    text: results
    for results, texts in {
        1: (PERSONAL, OF_HOUSEHOLD, PART_TIME, LEARNING, ARREARS, DOCTOR),
        2: (MONTHS, YEARS),
        3: (PENSIONS, ADULTS_2020),
        4: (ADULTS, SIZES, LINKS, LINKED_GROUPS),
    }.items()
    for text in texts
}


@pytest.fixture(scope="module")
def engine():
    with Engine(threads=1) as opened:
        yield opened


def made(engine: Engine, people: pa.Table, names: list[str]) -> dict[str, list[object]]:
    """Several derived variables at once, each with what it is made of; people stay in their order."""
    parts = {part.id: part.bind(YEAR_END) for name in names for part in made_for(name)}
    order = pa.array(range(people.num_rows))
    found = derive(engine.table(people.append_column("place", order)), list(parts.values())).arrow()
    return {name: found.sort_by("place")[name].to_pylist() for name in names}


def expected(names: list[str], rows: list[list[str]]) -> dict[str, list[object]]:
    known = {".": None, "yes": True, "no": False}

    def value(word: str) -> object:
        if word in known:
            return known[word]
        return pytest.approx(float(word), rel=1e-12) if word.replace(".", "").isdigit() else word

    return {name: [value(row[place]) for row in rows] for place, name in enumerate(names)}


@pytest.mark.parametrize("text", TABLES, ids=[read(text)[0][-1] for text in TABLES])
def test_people_whose_answer_is_known(engine: Engine, text: str) -> None:
    names, rows = read(text)
    given = len(names) - TABLES[text]
    people = table(CATALOGUE, names[:given], [row[:given] for row in rows])
    assert made(engine, people, names[given:]) == expected(names[given:], [row[given:] for row in rows])


def members(text: str) -> pa.Table:
    """People of households that stand on one line each: age and sex, `+` where the partner is here."""
    rows, person = [], 0
    for number, group, rooms in read(text)[1]:
        for one in group.split(","):
            person += 1
            age, sex, partner = one.rstrip("+")[:-1], one.rstrip("+")[-1], "1" if one.endswith("+") else "."
            rows.append([str(person), number, age, sex, partner, rooms])
    return table(CATALOGUE, ["person", "household", "age", "sex", "partner", "rooms"], rows)


@pytest.mark.parametrize("text", [ROOM_PARTS, ROOMS_NEEDED], ids=["persons", "rooms"])
def test_rooms_of_households(engine: Engine, text: str) -> None:
    """Of a household all people have the same answer."""
    people = members(ROOMS)
    (_, *names), rows = read(text)
    answers = expected(names, [row[1:] for row in rows])
    for name, found in made(engine, people, names).items():
        homes = people["household"].to_pylist()
        assert found == [answers[name][home - 1] for home in homes], name


@pytest.mark.parametrize("item", ITEMS)
def test_adults_who_lack_or_have_an_item(engine: Engine, item: str) -> None:
    names = [f"adults_lacking_{item}", f"adults_having_{item}"]
    (*given, _, _), rows = read(ITEM)
    given = [f"lacks_{item}" if name == "lacks" else name for name in given]
    people = table(CATALOGUE, given, [row[:-2] for row in rows])
    assert made(engine, people, names) == expected(names, [row[-2:] for row in rows])


@pytest.mark.parametrize("name", ["birth", "arrival", "naturalisation"])
def test_the_year_of_a_date(engine: Engine, name: str) -> None:
    days = [
        date(2003, 1, 1), date(2003, 12, 31), date(2004, 2, 29), date(1900, 1, 1),
        date(1999, 12, 31), date(2000, 1, 1), date(2023, 12, 31), None,
    ]  # fmt: skip
    people = pa.table({f"{name}_date": pa.array(days, pa.date32())})
    found = made(engine, people, [f"{name}_year"])
    assert found == {f"{name}_year": [2003, 2003, 2004, 1900, 1999, 2000, 2023, None]}


# Those with their cases in a test of their own, of eight or more.
APART = {
    "birth_year", "arrival_year", "naturalisation_year",  # above
    "age",  # tests/unit/test_completed_years.py
    "deprivation_items", "low_work_intensity", "housing_cost_overburden",  # test_derived_definitions.py
    "mother_education", "father_education",  # test_work_definitions.py
    "activity_year_before", "contract_year_before",  # tests/unit/test_years_before.py, as all below
    "equivalised_income_year_before", "equivalised_income_two_years_before", "equivalised_income_three_years_before",
    "poverty_threshold", "poverty_threshold_year_before", "poverty_threshold_two_years_before",
    "poverty_threshold_three_years_before",
}  # fmt: skip


def test_every_derived_variable_has_enough_cases() -> None:
    cases: Counter[str] = Counter()
    tables = [*TABLES, ROOM_PARTS, ROOMS_NEEDED, *living.TABLES, living.HOUSING]
    tables += [work.SLACK, work.PARENTS, work.CARE, background.BIRTH, *background.OTHERS]
    for text in tables:
        names, rows = read(text)
        cases.update(dict.fromkeys(names, len(rows)))
    for item in ITEMS:
        rows = read(ITEM)[1]
        cases.update({f"adults_lacking_{item}": len(rows), f"adults_having_{item}": len(rows)})
    derived = {name for name, variable in CATALOGUE.variables.items() if variable.derive}
    assert sorted(name for name in derived - APART if cases[name] < ENOUGH) == []
    assert derived >= APART
