"""What derived variables are made of: parents in the file, education, years since a date.

Each table holds people with what is known of them; the last columns are what the definitions make of it, worked by
hand. A dot is no answer.
"""

from __future__ import annotations

from datetime import date

import pyarrow as pa
import pytest

from tests.spec.parts import made, worked_out
from tests.spec.people import read
from zaragoza.engine import Engine

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
TABLES = {LINKS: 4, LINKED_GROUPS: 4, LEARNING: 1, YEARS: 2}


@pytest.mark.parametrize("text", TABLES, ids=[read(text)[0][-1] for text in TABLES])
def test_people_whose_answer_is_known(engine: Engine, text: str) -> None:
    found, known = worked_out(engine, text, TABLES[text])
    assert found == known


@pytest.mark.parametrize("name", ["birth", "arrival", "naturalisation"])
def test_the_year_of_a_date(engine: Engine, name: str) -> None:
    days = [
        date(2003, 1, 1), date(2003, 12, 31), date(2004, 2, 29), date(1900, 1, 1),
        date(1999, 12, 31), date(2000, 1, 1), date(2023, 12, 31), None,
    ]  # fmt: skip
    people = pa.table({f"{name}_date": pa.array(days, pa.date32())})
    found = made(engine, people, [f"{name}_year"])
    assert found == {f"{name}_year": [2003, 2003, 2004, 1900, 1999, 2000, 2023, None]}
