"""What derived variables are made of: rooms and sizes of households.

Each table holds people with what is known of them; the last columns are what the definitions make of it, worked by
hand. A dot is no answer.
"""

from __future__ import annotations

import pyarrow as pa
import pytest

from tests.spec.parts import expected, made, worked_out
from tests.spec.people import read, table
from tests.spec.test_derived_definitions import CATALOGUE
from zaragoza.engine import Engine

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
TABLES = {SIZES: 4}


@pytest.mark.parametrize("text", TABLES, ids=[read(text)[0][-1] for text in TABLES])
def test_people_whose_answer_is_known(engine: Engine, text: str) -> None:
    found, known = worked_out(engine, text, TABLES[text])
    assert found == known


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
