"""Derived variables on background, language and discrimination, on people whose answer the definitions give.

Sources: the rules of the classifications (Eurostat code lists C_BIRTH and CITIZEN), the OECD's reading of the European
Social Survey, and the house rules told in each definition.
"""

from __future__ import annotations

import datetime
from functools import cache

import pyarrow as pa
import pytest

from tests.spec.people import read, table
from zaragoza.catalogue import load_catalogue
from zaragoza.derive import derive
from zaragoza.engine import Engine, Table
from zaragoza.errors import DefinitionError
from zaragoza.model.expression import Expression
from zaragoza.model.variable import Variable
from zaragoza.synthetic import make_country, persons_table
from zaragoza.synthetic.derived_background import DERIVED_BACKGROUND

CATALOGUE = load_catalogue()
YEAR_END = datetime.date(2023, 12, 31)
ANSWER = {"yes": True, "no": False, ".": None}


@cache
def bound(country: str = "NL") -> list[Variable]:
    return [v.bind(YEAR_END, country, CATALOGUE.country_sets) for v in CATALOGUE.variables.values()]


def made_for(name: str, country: str = "NL") -> list[Variable]:
    """A variable and those that it is made of, bound to a country."""
    known = {variable.id: variable for variable in bound(country)}
    wanted, found = [name], []
    while wanted:
        variable = known[wanted.pop()]
        found.append(variable)
        wanted += sorted(variable.derive.inputs) if variable.derive else []
    return found


def check(engine: Engine, text: str, country: str = "NL") -> None:
    """The last columns of the table are what is derived from the others."""
    names, rows = read(text)
    results = [name for name in names if CATALOGUE.variables[name].derive and name in EXPECTED]
    inputs = [name for name in names if name not in results]
    people = table(CATALOGUE, inputs, [[row[names.index(name)] for name in inputs] for row in rows])
    for name in results:
        found = derive(engine.table(people), made_for(name, country)).arrow()[name].to_pylist()
        expected = [row[names.index(name)] for row in rows]
        assert found == [ANSWER[word] if word in ANSWER else int(word) for word in expected], name


EXPECTED = set(DERIVED_BACKGROUND)

BIRTH = """
birth_country  citizenship  foreign_born  born_outside_eu  national  third_country_national
NL             NL           no            no               yes       no
NL             TR           no            no               no        yes
BE             NL           yes           no               yes       no
BE             BE           yes           no               no        no
MA             NL           yes           yes              yes       no
MA             MA           yes           yes              no        yes
UK             UK           yes           yes              no        yes
GF             FR           yes           no               no        no
SU             RU           yes           .                no        yes
SY             STLS         yes           yes              no        yes
.              DE           .             .                no        no
CW             .            yes           yes              .         .
"""
GROUPS = """
birth_country_group  citizenship_group  foreign_born  born_outside_eu  national  third_country_national
NAT                  NAT                no            no               yes       no
EU27_2020_FOR        NAT                yes           no               yes       no
NEU27_2020_FOR       EU27_2020_FOR      yes           yes              no        no
NEU27_2020_FOR       NEU27_2020_FOR     yes           yes              no        yes
.                    .                  .             .                .         .
"""
# Two parents known, one of them, none; parents from the EU and from outside it.
PARENTS = """
mother_birth_country  father_birth_country  mother_foreign_born  father_foreign_born  foreign_born_parent
NL                    NL                    no                   no                   no
MA                    NL                    yes                  no                   yes
NL                    DE                    no                   yes                  yes
MA                    TR                    yes                  yes                  yes
DE                    PL                    yes                  yes                  yes
.                     SR                    .                    yes                  yes
.                     DE                    .                    yes                  yes
.                     NL                    .                    no                   .
.                     .                     .                    .                    .
SR                    .                     yes                  .                    yes
MA                    MA                    yes                  yes                  yes
"""
BOTH_PARENTS = """
mother_birth_country  father_birth_country  foreign_born_parents_both  parent_born_outside_eu
NL                    NL                    no                         no
MA                    NL                    no                         yes
NL                    DE                    no                         no
MA                    TR                    yes                        yes
DE                    PL                    yes                        no
.                     SR                    .                          yes
.                     DE                    .                          .
.                     NL                    no                         .
.                     .                     .                          .
SR                    .                     .                          yes
MA                    MA                    yes                        yes
"""
GENERATION = """
birth_country  mother_birth_country  father_birth_country  second_generation
NL             NL                    NL                    no
NL             MA                    NL                    yes
NL             NL                    DE                    yes
NL             MA                    TR                    yes
NL             DE                    PL                    yes
NL             .                     SR                    yes
NL             .                     DE                    yes
NL             .                     NL                    .
NL             .                     .                     .
SR             NL                    NL                    no
SR             SR                    .                     no
SR             .                     .                     no
.              MA                    MA                    .
.              NL                    NL                    no
"""
ARRIVAL = """
age  years_of_stay  age_at_arrival
40   10             30
40   40             0
40   0              40
15   1              14
0    0              0
40   41             .
40   .              .
.    5              .
"""
NATURALISED = """
naturalisation_year  years_since_naturalisation
2023                 0
2022                 1
2013                 10
1923                 100
2024                 .
.                    .
2003                 20
2018                 5
"""
GROUNDS = "group for_race for_nationality for_language for_ethnicity for_origin"
DISCRIMINATION = (
    " ".join(f"discriminated_{name}" for name in GROUNDS.split())
    + """
no     .     .            .         .          no
no     yes   no           no        no         no
yes    yes   no           no        no         yes
yes    no    yes          no        no         yes
yes    no    no           yes       no         yes
yes    no    no           no        yes        yes
yes    no    no           no        no         no
yes    .     no           no        no         .
yes    .     yes          .         .          yes
.      yes   yes          yes       yes        .
.      .     .            .         .          .
"""
)
# Households 1 to 8: children are not asked; one who speaks it is enough; a missing answer of an adult may hide one.
HOME = """
person  household  age  home_language  adults_in_household  host_language_at_home  host_language_in_household
1       1          40   host           1                    yes                    yes
2       1          8    .              1                    .                      yes
3       2          40   other          2                    no                     yes
4       2          38   both           2                    yes                    yes
5       2          3    .              2                    .                      yes
6       3          40   other          1                    no                     no
7       3          15   .              1                    .                      no
8       4          40   other          2                    no                     .
9       4          39   .              2                    .                      .
10      5          40   .              2                    .                      yes
11      5          70   host           2                    yes                    yes
12      6          40   other          2                    no                     yes
13      6          17   host           2                    yes                    yes
14      6          75   other          2                    no                     yes
15      7          16   .              0                    .                      .
16      8          12   host           1                    yes                    yes
17      8          40   other          1                    no                     yes
18      .          40   host           .                    yes                    .
"""

OTHERS = (PARENTS, BOTH_PARENTS, GENERATION, ARRIVAL, NATURALISED, DISCRIMINATION, HOME)


@pytest.mark.parametrize("text", [BIRTH, GROUPS, *OTHERS])
def test_people_whose_answer_is_known(engine: Engine, text: str) -> None:
    check(engine, text)


def test_every_derived_variable_has_a_table() -> None:
    named = {name for text in (BIRTH, *OTHERS) for name in read(text)[0]}
    assert named >= EXPECTED


def test_the_country_decides_who_is_born_abroad(engine: Engine) -> None:
    check(engine, "birth_country citizenship foreign_born national\nDE DE no yes\nNL NL yes no", "DE")


def test_a_country_and_its_group_complete_one_another(engine: Engine) -> None:
    """Of the two forms of a variable the one that is known counts."""
    check(engine, "birth_country birth_country_group foreign_born\n. NAT no\nMA . yes\n. . .\nNL . no")


def test_one_parent_in_the_table_is_enough(engine: Engine) -> None:
    """Where a file knows mothers alone, a mother from abroad decides and another does not."""
    check(
        engine, "mother_birth_country foreign_born_parent foreign_born_parents_both\nMA yes .\nNL . no\n. . ."
    )


def test_parents_in_the_household_are_looked_up_first(engine: Engine) -> None:
    """The link gives the country, and the country whether it is abroad, also where files hold groups alone."""
    check(
        engine,
        """
        person  mother  birth_country_group  foreign_born  mother_foreign_born
        1       .       NEU27_2020_FOR       yes           .
        2       1       NAT                  no            yes
        3       2       NAT                  no            no
        """,
    )


def test_without_a_country_nothing_is_derived(engine: Engine) -> None:
    people = pa.table({"birth_country": ["NL"]})
    with pytest.raises(DefinitionError, match="known countries"):
        derive(engine.table(people), [CATALOGUE.variables["foreign_born"]])


def test_the_made_up_country_derives_the_same(engine: Engine) -> None:
    """Stage `derive` and the truth of the made-up country are two computations of one definition."""
    country = make_country(4_000, 3)
    known = persons_table(country, derived=True)
    made = derive(engine.table(persons_table(country)), bound(country.code)).arrow()
    for name in DERIVED_BACKGROUND:
        assert made[name].to_pylist() == known[name].to_pylist(), name


def test_naturalisation_counts_those_of_the_year_over_the_foreign_nationals_before(engine: Engine) -> None:
    """Numerator and denominator come from two tables, so each speaks of everybody in its own."""
    names, rows = read("""
        national  years_since_naturalisation
        yes       0
        yes       1
        yes       .
        no        .
        .         .
    """)
    people = engine.table(table(CATALOGUE, names, rows))
    indicator = CATALOGUE.indicators["naturalisation_rate"]
    assert indicator.kind == "two_source_ratio"
    assert values(people, indicator.of) == [True, False, None, None, None]
    assert values(people, indicator.over or "") == [False, False, False, True, None]


def test_long_term_residents_over_the_permit_holders_before(engine: Engine) -> None:
    names, rows = read("""
        third_country_national  residence_permit  long_term_resident
        yes                     yes               yes
        yes                     yes               no
        yes                     no                no
        yes                     .                 .
        no                      .                 .
        .                       yes               yes
    """)
    people = engine.table(table(CATALOGUE, names, rows))
    indicator = CATALOGUE.indicators["long_term_residents_rate"]
    assert indicator.kind == "two_source_ratio"
    assert values(people, indicator.of) == [True, False, False, None, False, None]
    assert values(people, indicator.over or "") == [True, True, False, None, False, None]


def values(people: Table, text: str) -> list[object]:
    return [value for (value,) in people.select({"value": Expression.parse(text).sql()}).rows()]
