"""Derived variables of work, care and school, on people whose answer the definitions give.

Sources: Eurostat glossary, labour market slack; EU-SILC, formal childcare; the highest parent is a rule of ours.
"""

from __future__ import annotations

import pytest

from tests.spec.people import evaluate, read, table
from tests.spec.test_derived_definitions import derived
from zaragoza.catalogue import load_catalogue
from zaragoza.engine import Engine

CATALOGUE = load_catalogue()
# The last column is what the definition makes of the answers before it; a dot is no answer.
SLACK = """
activity        working_time  wants_more_hours  available_for_work  seeking_work  labour_market_slack
employed        part_time     yes               yes                 .             underemployed
employed        part_time     yes               no                  .             employed
employed        part_time     no                yes                 .             employed
employed        full_time     yes               yes                 .             employed
employed        full_time     .                 .                   .             employed
employed        part_time     no                .                   .             employed
employed        part_time     .                 yes                 .             .
employed        .             yes               yes                 .             .
employed        .             no                yes                 .             employed
unemployed      .             .                 .                   .             unemployed
unemployed      .             .                 no                  no            unemployed
student         .             .                 yes                 no            available
student         .             .                 yes                 yes           available
retired         .             .                 yes                 .             available
domestic        .             .                 no                  yes           seeking
other_inactive  .             .                 no                  no            outside
disabled        .             .                 no                  .             .
disabled        .             .                 .                   yes           .
disabled        .             .                 .                   no            .
conscript       .             .                 yes                 yes           .
.               .             .                 yes                 yes           .
"""
PARENTS = """
mother_education  father_education  parents_education
ED0-2             ED0-2             ED0-2
ED0-2             ED3_4             ED3_4
ED3_4             ED0-2             ED3_4
ED5-8             ED0-2             ED5-8
ED3_4             ED5-8             ED5-8
ED5-8             .                 ED5-8
.                 ED3_4             ED3_4
.                 ED0-2             ED0-2
.                 .                 .
"""
CARE = """
preschool_hours  compulsory_school_hours  centre_care_hours  day_care_hours  in_early_education
20               0                        0                  0               yes
0                25                       5                  0               yes
0                0                        0.5                0               yes
0                0                        0                  40              yes
0                0                        0                  0               no
0                .                        0                  0               .
.                .                        .                  1               yes
.                .                        .                  .               .
"""


@pytest.mark.parametrize("text", [SLACK, PARENTS, CARE], ids=["slack", "parents", "care"])
def test_what_answers_make(engine: Engine, text: str) -> None:
    (*names, made), rows = read(text)
    words = {".": None, "yes": True, "no": False}
    expected = [words.get(row[-1], row[-1]) for row in rows]
    call = CATALOGUE.variables[made].derive
    assert call is not None
    people = table(CATALOGUE, names, [row[:-1] for row in rows])
    assert evaluate(engine, people, call.of or "") == expected


def test_education_of_parents_in_the_file(engine: Engine) -> None:
    """Three generations: of each person the mother and the father, as far as they are in the file."""
    text = """
        person  mother  father  education
        1       .       .       ED0-2
        2       1       .       ED3_4
        3       .       .       ED5-8
        4       2       3       ED0-2
        5       2       9       .
        6       7       3       ED3_4
        7       .       .       .
        8       7       .       ED3_4
    """
    assert derived(engine, text, "mother_education") == [
        None,
        "ED0-2",
        None,
        "ED3_4",
        "ED3_4",
        None,
        None,
        None,
    ]
    fathers = [None, None, None, "ED5-8", None, "ED5-8", None, None]
    assert derived(engine, text, "father_education") == fathers
    highest = [None, "ED0-2", None, "ED5-8", "ED3_4", "ED5-8", None, None]
    assert derived(engine, text, "parents_education") == highest
