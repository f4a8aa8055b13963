"""Origin groups and derived variables on random persons with random missing answers, against plain-Python twins."""

from __future__ import annotations

from functools import cache

import numpy as np
import pyarrow as pa
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.reference import derive as twin
from tests.reference import origin
from zaragoza.catalogue import load_catalogue
from zaragoza.classify import classify
from zaragoza.derive import derive
from zaragoza.engine import Engine
from zaragoza.model.classification import UNKNOWN
from zaragoza.model.text import Text
from zaragoza.model.variable import Derivation, Variable

CATALOGUE = load_catalogue()
SETS = {name: frozenset(codes) for name, codes in CATALOGUE.country_sets.items()}
COUNTRIES = (
    "NL",
    "DE",
    "MQ",
    "UK",
    "SU",
    "TR",
    "MA",
    "SR",
    "AN",
    "BQ",
    "ID",
    "JP",
    "SY",
    "EG",
    "US",
    "AU",
    "BR",
    "QQ",
)
GROUPS = ("NAT", "EU27_2020_FOR", "NEU27_2020_FOR")
GROUPED = ("birth_country", "mother_birth_country", "father_birth_country", "citizenship")
CLASSIFICATIONS = (
    "birth_group", "born_abroad", "citizen_group", "migration_status", "generation", "descent",
    "eu_migration_background",
    "origin_nl_2022", "born_in_nl", "migration_background_nl", "generation_nl_old", "duration_of_stay",
)  # fmt: skip

PEOPLE = 2_000


def origin_persons(seed: int) -> list[dict[str, object]]:
    """Persons of all origins, with answers missing at random; many were born in the Netherlands."""
    rng = np.random.default_rng(seed)
    countries = (None, None, *["NL"] * 8, *COUNTRIES)
    answers = {
        **dict.fromkeys(GROUPED, countries),
        **{f"{name}_group": (None, *GROUPS) for name in GROUPED},
        "former_citizenship": (*countries, *[None] * 20, "STLS"),
        "years_of_stay": (None, *range(30)),
    }
    columns = {
        name: [choices[at] for at in rng.integers(len(choices), size=PEOPLE)]
        for name, choices in answers.items()
    }
    return [dict(zip(columns, row, strict=True)) for row in zip(*columns.values(), strict=True)]


@cache
def engine() -> Engine:
    return Engine(threads=1)


@pytest.fixture(autouse=True, scope="module")
def _closed_engine():
    yield
    engine().close()


def expected_groups(world: origin.World, person: dict[str, object]) -> dict[str, str]:
    """What the twin says, for each classification."""
    own, mother, father = family = [person[name] for name in GROUPED[:3]]
    grouped = [person[name] or person[f"{name}_group"] for name in GROUPED]
    return {
        "birth_group": origin.eu_group(world, grouped[0]),
        "born_abroad": origin.born_abroad(world, grouped[0]),
        "citizen_group": origin.eu_group(world, grouped[3]),
        "migration_status": origin.migration_status(world, *grouped[:3]),
        "generation": origin.generation(world, *grouped[:3]),
        "descent": origin.descent(world, *grouped[:3]),
        "eu_migration_background": origin.eu_migration_background(
            world, grouped[3], person["former_citizenship"], *grouped[:3]
        ),
        "origin_nl_2022": origin.origin_nl_2022(world, *family),
        "born_in_nl": origin.born_in_nl(own, mother, father),
        "migration_background_nl": origin.migration_background_nl(world, *family),
        "generation_nl_old": origin.generation_nl_old(own, mother, father),
        "duration_of_stay": origin.duration_of_stay(world, grouped[0], person["years_of_stay"]),
    }


@pytest.mark.parametrize(("reporting", "seed"), [("NL", 1), ("DE", 2), ("UK", 3)])
def test_everybody_has_the_one_group_of_the_definition(reporting, seed):
    persons = origin_persons(seed)
    bound = [
        CATALOGUE.classifications[name].bind(reporting, CATALOGUE.country_sets) for name in CLASSIFICATIONS
    ]
    names = list(persons[0])
    columns = {
        name: pa.array([p[name] for p in persons], pa.int64() if name == "years_of_stay" else pa.string())
        for name in names
    }
    grouped = classify(engine().table(pa.table(columns)), bound).arrow()
    assert grouped.num_rows == len(persons)
    world = origin.World(reporting, SETS)
    expected = [expected_groups(world, person) for person in persons]
    for classification in bound:
        found = grouped[classification.id].to_pylist()
        assert found == [groups[classification.id] for groups in expected]
        assert set(found) <= {*classification.codes, UNKNOWN}


def variable(name: str, kind: str, **derivation: str) -> Variable:
    words = Text(name, name)
    return Variable(
        id=name, title=words, definition=words, type=kind, source="made up", derive=Derivation(**derivation)
    )


def below(name: str, limit: float) -> twin.Value:
    return lambda person: None if person[name] is None else person[name] < limit


def at_least(name: str, limit: float) -> twin.Value:
    return lambda person: None if person[name] is None else person[name] >= limit


def own(name: str) -> twin.Value:
    return lambda person: person[name]


VARIABLES = [
    variable("household_size", "integer", operator="household_count"),
    variable("children", "integer", operator="household_count", where="age < 18"),
    variable("total_pay", "number", operator="household_sum", of="pay"),
    variable("adults_pay", "number", operator="household_sum", of="pay", where="age >= 18"),
    variable("any_ill", "boolean", operator="household_any", of="ill"),
    variable("ill_adult", "boolean", operator="household_any", of="ill", where="age >= 18"),
    variable("scaled_pay", "number", operator="per_equivalent_adult", of="total_pay"),
    variable("poor", "boolean", operator="value", of="scaled_pay < 20"),
    variable("mother_poor", "boolean", operator="parent", link="mother", of="poor"),
    variable("father_age", "integer", operator="parent", link="father", of="age"),
]


def expected_values(persons: list[dict[str, object]]) -> dict[str, list[object]]:
    """What the twin says, variable by variable; later ones read earlier ones."""
    known = [dict(person) for person in persons]
    adult, ill, pay = at_least("age", 18), own("ill"), own("pay")
    makers = {
        "household_size": lambda p: twin.household_count(known, p),
        "children": lambda p: twin.household_count(known, p, below("age", 18)),
        "total_pay": lambda p: twin.household_sum(known, p, pay),
        "adults_pay": lambda p: twin.household_sum(known, p, pay, adult),
        "any_ill": lambda p: twin.household_any(known, p, ill),
        "ill_adult": lambda p: twin.household_any(known, p, ill, adult),
        "scaled_pay": lambda p: twin.per_equivalent_adult(known, p, own("total_pay")),
        "poor": below("scaled_pay", 20),
        "mother_poor": lambda p: twin.parent(known, p, "mother", own("poor")),
        "father_age": lambda p: twin.parent(known, p, "father", own("age")),
    }
    for name, make in makers.items():
        made = [make(person) for person in known]
        for person, value in zip(known, made, strict=True):
            person[name] = value
    return {name: [person[name] for person in known] for name in makers}


@st.composite
def households(draw):
    """Persons with unique or missing identifiers, households that may be missing, and links that may lead nowhere."""
    count = draw(st.integers(1, 40))
    identifiers = draw(st.permutations(range(count)))
    some = st.one_of(st.none(), st.integers(0, count + 2))
    return [
        {
            "person": draw(st.sampled_from([identifier, identifier, identifier, None])),
            "household": draw(st.one_of(st.none(), st.integers(1, 6))),
            "mother": draw(some),
            "father": draw(some),
            "age": draw(st.one_of(st.none(), st.integers(0, 90))),
            "pay": draw(st.one_of(st.none(), st.integers(-20, 100).map(float))),
            "ill": draw(st.one_of(st.none(), st.booleans())),
        }
        for identifier in identifiers
    ]


@settings(max_examples=8, deadline=None)
@given(persons=households(), variables=st.permutations(VARIABLES))
def test_derived_variables_are_those_of_the_twin(persons, variables):
    kinds = {"pay": pa.float64(), "ill": pa.bool_()}
    columns = {
        name: pa.array([person[name] for person in persons], kinds.get(name, pa.int64()))
        for name in persons[0]
    }
    table = derive(engine().table(pa.table(columns)), variables).arrow()
    for name in columns:
        assert table[name].to_pylist() == [person[name] for person in persons]
    for name, expected in expected_values(persons).items():
        assert table[name].to_pylist() == [
            value if value is None or isinstance(value, bool) else pytest.approx(value, rel=1e-12)
            for value in expected
        ]
