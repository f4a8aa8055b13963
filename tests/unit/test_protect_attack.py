"""The attack on releases: what is planted is found, through lines, indicators, populations and borders."""

from __future__ import annotations

import random
from collections.abc import Mapping
from dataclasses import replace

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.reference.protect_data import TOTAL, Block, Case, at, case, indicator
from tests.unit.attacked import FEW, REGISTER, found, published
from zaragoza.model.disclosure import Policy
from zaragoza.model.observation import NUMBER_FIELDS
from zaragoza.protect import Relationships, attack, known_relationships, protect
from zaragoza.protect.identities import _holds
from zaragoza.protect.links import Link
from zaragoza.protect.nested import lies_in, nested_populations

CERTAIN = Policy(hidden_cv=1e9, unreliable_cv=1e9, reliable_count=0)


def two_way(cells: Mapping[tuple[str, str], int], columns: tuple[str, str] = ("a", "b")) -> Case:
    blocks = [Block(dict(zip(columns, key, strict=True)), n, n // 2) for key, n in cells.items()]
    return case({"x": blocks}, [columns])


TABLE = {(f"a{i}", f"b{j}"): n for i, row in enumerate([[4, 60, 70], [55, 65, 75], [50, 44, 80]])
         for j, n in enumerate(row)}  # fmt: skip
SMALL = ("x", "a0", "b0")


@pytest.mark.parametrize(
    ("hidden", "unsafe"),
    [
        ({SMALL: "too_few"}, True),  # alone in two lines
        ({SMALL: "too_few", ("x", "a0", "b1"): "secondary"}, True),  # alone in one
        (
            {SMALL: "too_few", ("x", "a0", "b1"): "secondary", ("x", "a1", "b0"): "secondary"},
            True,
        ),  # pinned through two lines: the others are alone in theirs
        (
            {
                SMALL: "too_few",
                **dict.fromkeys([("x", "a0", "b1"), ("x", "a1", "b0"), ("x", "a1", "b1")], "secondary"),
            },
            False,
        ),
    ],
)
def test_a_cell_of_a_table(hidden, unsafe):
    made = two_way(TABLE)
    exposed = found(made, published(made, hidden))
    assert bool(exposed) == unsafe
    assert {(e.key["a"], e.key["b"]) for e in exposed} == ({("a0", "b0")} if unsafe else set())


def test_the_bounds_are_those_of_an_intruder():
    # The row's total less the others: 134 - 60 - 70.
    made = two_way(TABLE)
    exposed = {e.by: e for e in found(made, published(made, {SMALL: "too_few"}))}
    assert (exposed["n"].low, exposed["n"].high, exposed["n"].demand) == (4, 4, 1)
    assert exposed["n"].place == "2023, NL, a a0, b b0"


def test_a_gap_beside_a_shown_level():
    blocks = [Block({"g": g}, n, n // 2) for g, n in {"A": 90, "B": 5, "C": 60, "D": 80}.items()]
    made = case({"x": blocks}, [("g",)], reference={"g": "A"})
    table = published(made, {("x", "B"): "too_few", ("x", "C"): "secondary"})
    assert {(e.by, e.key["g"]) for e in found(made, table, policy=CERTAIN)} == {("derived", "B")}


ACTIVITY = {
    "A": (60, 25),
    "B": (50, 47),
    "C": (40, 30),
    "D": (70, 15),
}  # of 100: employed, unemployed; others inactive
WORDS = ("employed", "unemployed", "inactive")


def activity() -> Case:
    """Three indicators of the same people; of B three are inactive."""
    of = {
        name: [
            Block({"g": g}, 100, (employed, unemployed, 100 - employed - unemployed)[place])
            for g, (employed, unemployed) in ACTIVITY.items()
        ]
        for place, name in enumerate(WORDS)
    }
    return case(of, [("g",)])


def test_numerators_that_are_all_people_give_the_last_away():
    # 100 less 50 employed less 47 unemployed: each indicator by itself is safe.
    made = activity()
    table = published(made, {("inactive", "B"): "too_few", ("inactive", "D"): "secondary"})
    exposed = found(made, table)
    assert {(e.indicator, e.key["g"], e.by, e.low, e.high) for e in exposed} == {
        ("inactive", "B", "numerator", 3, 3),
        ("inactive", "B", "complement", 97, 97),
    }


def test_indicators_that_add_up_are_protected_together():
    made = activity()
    observations = protect(made.estimates, REGISTER, made.indicators, made.breakdowns).observations
    assert found(made, observations) == ()
    reasons = {(r["indicator"], r["g"]): r["reason"] for r in observations.to_pylist()}
    assert reasons["inactive", "B"] == "too_few"
    assert "secondary" in {reasons["employed", "B"], reasons["unemployed", "B"]}
    assert all(reasons[name, TOTAL] == "published" for name in WORDS)


def test_figures_that_agree_where_they_are_shown_need_not_be_the_same():
    # Hidden is what would tell the 3 people that the wider population has more: in D and in the total. Definitions do
    # not tell that one lies in the other: the classes are of different variables.
    wide = {"A": 100, "B": 120, "C": 130, "D": 60, "E": 50}
    blocks = {
        "wide": [Block({"g": g}, n, n // 2) for g, n in wide.items()],
        "narrow": [Block({"g": g}, n - 3 * (g == "D"), n // 2) for g, n in wide.items()],
    }
    made = case(blocks, [("g",)])
    indicators = {**made.indicators, "narrow": replace(made.indicators["narrow"], of="in_education")}
    hidden = {("narrow", "D"): "dominance", ("narrow", "E"): "secondary", ("narrow",): "secondary"}
    assert found(made, published(made, hidden), indicators=indicators) == ()
    # Where the totals are shown and agree, nobody is in one and not in the other.
    same = case(dict.fromkeys(blocks, blocks["wide"]), [("g",)])
    del hidden[("narrow",)]
    told = {(e.key["g"], e.by, e.low, e.high) for e in found(same, published(same, hidden))}
    assert told == {("D", "numerator", 30, 30), ("D", "complement", 30, 30)}


def test_what_is_contradicted_elsewhere_is_no_relation():
    # Of 25 children of unknown background one was born abroad. Of adults nobody was, so that those born in the country
    # seem to be A, B and U. Then U would be known for `few`: 204 - 100 - 80. But B would be 79 for `many`, of the same
    # children by all that is shown of both, and stands as 80 for `few`.
    adults = {("NAT", "A"): 100, ("NAT", "B"): 80, ("NAT", "U"): 24, ("FOR", "F"): 60}
    children = adults | {("FOR", "U"): 1}

    def blocks(people: Mapping[tuple[str, str], int], few: str = "") -> list[Block]:
        return [
            Block({"birth": birth, "background": of}, n, 1 if of == few else n // 2)
            for (birth, of), n in people.items()
        ]

    made = case(
        {"adult": blocks(adults), "few": blocks(children, "U"), "many": blocks(children, "F")},
        [("birth",), ("background",)],
    )
    hidden = {
        ("few", "U"): "too_few",
        ("few", "F"): "secondary",
        ("many", "F"): "too_few",
        ("many", "B"): "secondary",
    }
    table = published(made, hidden)
    attacked = attack([(table, REGISTER, made.indicators)])
    assert (attacked.exposures, attacked.contradictions) == ((), 0)

    # The same relation, where nothing contradicts it, is taken for true.
    alone = table.filter(pc.is_in(table["indicator"], pa.array(["adult", "few"])))
    told = {(e.by, e.key["background"]) for e in found(made, alone)}
    assert told == {("numerator", "U"), ("complement", "U")}


def test_a_part_that_is_nobody_where_it_is_known_is_no_part():
    nan = np.nan
    whole, first, second = [60, 10, 20, 25, nan], [55, 10, 20, 25, nan], [5, 0, 0, 0, nan]
    values = np.array([whole, first, second], dtype=np.float64)
    assert not _holds(values, np.array([1, 2]), 0)  # 60 is 55 and 5, which may be by chance
    assert _holds(np.nan_to_num(values), np.array([1, 2]), 0)  # all that there is has been seen
    values[2, 1:4], values[0, 1:4] = 1, [11, 21, 26]
    assert _holds(values, np.array([1, 2]), 0)


AGES = {"A": (300, 12), "B": (200, 4), "C": (150, 20)}  # 20-64, and 15-19 beside them


def ages(rates: Mapping[str, tuple[int, int]] = AGES) -> Case:
    """The same share of people of 20 to 64 and of 15 to 64."""
    of = {
        "adults": [Block({"g": g}, n, n // 2) for g, (n, _) in rates.items()],
        "all": [Block({"g": g}, n + young, n // 2 + young // 2) for g, (n, young) in rates.items()],
    }
    made = case(of, [("g",)])
    among = {"adults": "age BETWEEN 20 AND 64", "all": "age BETWEEN 15 AND 64"}
    indicators = {name: replace(indicator(name), among=text, of="employed") for name, text in among.items()}
    return Case(made.estimates, indicators, made.breakdowns)


def test_populations_that_lie_in_others_leave_a_few():
    made = ages()
    exposed = found(made, published(made, {}), policy=CERTAIN)
    # 15 to 19: 12, 4 and 20 people; CERTAIN shows from 20
    assert {(e.indicator, e.key["g"], e.by) for e in exposed} == {
        ("all", g, "difference") for g in ("A", "B")
    }
    observations = protect(made.estimates, CERTAIN, made.indicators, made.breakdowns).observations
    assert found(made, observations, policy=CERTAIN) == ()
    assert (
        found(ages({"A": (300, 40), "B": (200, 60)}), published(ages({"A": (300, 40), "B": (200, 60)}), {}))
        == ()
    )


def test_of_whom_nobody_knows_whether_there_are_any_nothing_is_told():
    # 25 of all are younger than the adults, and none is in the class. They are in A; of A and B, which are hidden, who
    # has only the release cannot tell whether either has any of them.
    inside = [Block({"group": group}, 100, 30, weight=2.0) for group in "ABC"]
    made = case({"all": [*inside, Block({"group": "A"}, 25, 0, weight=2.0)], "adults": inside}, [("group",)])
    among = {"all": None, "adults": "age >= 15"}
    indicators = {name: replace(one, among=among[name]) for name, one in made.indicators.items()}
    table = published(made, {(name, group): "secondary" for name in among for group in "AB"})
    known = known_relationships(made.estimates, indicators)
    for beside, exposed, open_ in ((None, {"_T"}, 2), (known, {"_T", "A"}, 0)):
        found = attack([(table, CERTAIN, indicators)], beside)
        assert {(e.key["group"], e.by) for e in found.exposures} == {(g, "difference") for g in exposed}
        assert found.undecided == open_


def populations(more: Block) -> Case:
    """Shares of two populations by group; one has besides, in group A alone, some people more."""
    inside = [Block({"group": group}, 100, 30, weight=2.0) for group in ("A", "B", "C", "D")]
    made = case({"all": [*inside, more], "adults": inside}, [("group",)])
    among = {"all": None, "adults": "age >= 15"}
    return replace(
        made, indicators={name: replace(one, among=among[name]) for name, one in made.indicators.items()}
    )


@pytest.mark.parametrize(
    ("more", "told"),
    [
        (Block({"group": "A"}, 200, 0, weight=2.0), False),  # 0.8^200: nobody of them can be in the class
        (Block({"group": "A"}, 200, 200, weight=2.0), False),
        (
            Block({"group": "A"}, 25, 0, weight=2.0),
            True,
        ),  # 0.72^25 = 0.0003: it may be chance, and is told of 25
        (Block({"group": "A"}, 200, 1, weight=2.0), False),
    ],
)
def test_a_difference_in_one_class(more, told):
    made = populations(more)
    table = published(made, {})
    assert {e.by for e in found(made, table, policy=CERTAIN)} == ({"difference"} if told else set())
    # That as many of both are in the class is known where it is a matter of definition; by chance it is a secret.
    done = protect(made.estimates, CERTAIN, made.indicators, made.breakdowns).observations
    assert found(made, done, policy=CERTAIN) == ()
    hidden = {(row["indicator"], row["group"]) for row in done.to_pylist() if row["value"] is None}
    assert bool(hidden) == told
    assert not told or {("all", "A"), ("adults", "A")} & hidden


def test_a_difference_in_one_class_by_definition_is_no_secret():
    # In A nobody is in the class by definition, in B and C everybody. C is what those born in the country (all) have
    # more than A and B: 4 people, hidden by B. That all 4 are in the class tells no more than their category does.
    people = {"A": (100, 0), "B": (50, 50), "C": (4, 4)}
    blocks = [Block({"birth": "NAT", "background": g}, n, positive) for g, (n, positive) in people.items()]
    made = case({"x": blocks}, [("birth",), ("background",)])
    table = published(made, {("x", "B"): "secondary", ("x", "C"): "too_few"})
    names = {g: ("x", at(background=g)) for g in people}

    def exposed(*everybody: str) -> set[str]:
        told = frozenset(names[g] for g in everybody)
        known = Relationships(
            near=(Link("background", ("A", "B"), "birth", ("NAT",)),),
            defined=told | {names["A"]},
            nobody=frozenset({names["A"]}),
            everybody=told,
        )
        return {one.by for one in found(made, table, known=known)}

    assert exposed("B", "C") == set()
    assert "difference" in exposed(
        "B"
    )  # of C only the numbers tell it: 100 of 154 are not in the class, all of A


def test_a_difference_without_people_tells_nothing():
    # Nobody is under 15: both populations are the same people, and all of group D are in the class.
    blocks = [Block({"group": g}, 100, 100 if g == "D" else 30, weight=2.0) for g in ("A", "B", "C", "D")]
    made = case({"all": blocks, "adults": blocks}, [("group",)])
    indicators = {name: replace(made.indicators[name], among=among) for name, among in
                  (("all", None), ("adults", "age >= 15"))}  # fmt: skip
    done = protect(made.estimates, CERTAIN, indicators, made.breakdowns).observations.to_pylist()
    hidden = {(row["indicator"], row["group"]) for row in done if row["value"] is None}
    assert {("all", "D"), ("adults", "D")} <= hidden
    assert not {group for _, group in hidden} & {"_T"}


@pytest.mark.parametrize(
    ("inner", "outer", "lies"),
    [
        ("age BETWEEN 20 AND 64", "age BETWEEN 15 AND 64", True),
        ("age BETWEEN 15 AND 64", "age BETWEEN 20 AND 64", False),
        ("age BETWEEN 15 AND 24", "age BETWEEN 20 AND 64", False),
        ("age BETWEEN 20 AND 64 AND education = 'ED0-2'", "age BETWEEN 20 AND 64", True),
        ("age BETWEEN 20 AND 64 AND education = 'ED0-2'", "education = 'ED0-2' AND age >= 18", True),
        ("age BETWEEN 20 AND 64", "age BETWEEN 20 AND 64 AND NOT in_education", False),
        ("age >= 65", "age >= 18", True),
        ("age >= 18", None, True),
        ("age >= 18", "age >= 18", False),  # the same people, told by n
        ("years_of_stay >= 20", "age >= 18", False),
    ],
)
def test_populations_by_their_definitions(inner, outer, lies):
    assert lies_in(inner, outer) == lies


def test_only_the_same_measure_nests():
    made = ages()
    assert [(n.inner, n.outer) for n in nested_populations(made.indicators)] == [("adults", "all")]
    other = {
        **made.indicators,
        "adults": replace(made.indicators["adults"], of="unemployed"),
    }
    assert nested_populations(other) == ()


@FEW
@given(st.integers(0, 10**6))
def test_whoever_shows_the_rest_of_a_line_is_found_out(seed):
    draw = random.Random(seed)  # noqa: S311 - made-up data
    cells = {
        (f"a{i}", f"b{j}"): draw.choice([3, 7, 15, 40, 90]) + draw.randint(0, 3)
        for i in range(4)
        for j in range(3)
    }
    made = two_way(cells)
    observations = protect(made.estimates, REGISTER, made.indicators, made.breakdowns).observations
    assert found(made, observations) == ()
    small = [key for key, n in cells.items() if n < 10]
    if not small:
        return
    a, b = draw.choice(small)
    rows, true = observations.to_pylist(), made.estimates.to_pylist()
    for place, row in enumerate(rows):
        if row["a"] == a and row["b"] != b:
            rows[place] = (
                row | {name: true[place].get(name) for name in NUMBER_FIELDS} | {"reason": "published"}
            )
    exposed = found(made, pa.Table.from_pylist(rows, observations.schema))
    assert (a, b) in {(e.key["a"], e.key["b"]) for e in exposed}
