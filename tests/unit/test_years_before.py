"""What an earlier file says of the same person, and what the definitions make of it: cases worked by hand."""

from __future__ import annotations

import pyarrow as pa
import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.properties.designs import random
from tests.unit.test_derive import variable
from zaragoza.catalogue import load_catalogue
from zaragoza.derive import derive
from zaragoza.engine import Engine
from zaragoza.errors import DefinitionError, InputError
from zaragoza.model.expression import Expression
from zaragoza.model.variable import Variable

NOW = {"person": [5, 1, None, 2, 4, 3], "pay": [50.0, 10.0, 1.0, 20.0, 40.0, None]}
BEFORE = {"person": [1, 2, 3, None, 9], "pay": [8.0, None, 33.0, 7.0, 90.0]}
WAS = variable("pay_before", operator="years_before", of="pay", years=1)
INDICATORS = load_catalogue().indicators
NONE = None


@pytest.fixture(scope="module")
def engine():
    with Engine(threads=1) as opened:
        yield opened


def derived(engine: Engine, *variables: Variable, now=NOW, **years: dict[str, object]) -> pa.Table:
    """years: y1 is one year before, y2 two."""
    tables = {int(name[1:]): engine.table(pa.table(columns)) for name, columns in years.items()}
    return derive(engine.table(pa.table(now)), variables, tables).arrow()


class TestYearsBefore:
    def test_who_is_found_again_has_the_value_of_then_and_rows_keep_their_order(self, engine):
        """In order: not there then, there, without an identifier, there without an answer, not there, there."""
        found = derived(engine, WAS, y1=BEFORE)
        assert found["pay_before"].to_pylist() == [None, 8.0, None, None, None, 33.0]
        assert found["person"].to_pylist() == NOW["person"]
        assert found["pay"].to_pylist() == NOW["pay"]

    def test_each_year_has_its_own_file(self, engine):
        two = variable("pay_two_before", operator="years_before", of="pay", years=2)
        found = derived(engine, WAS, two, y1=BEFORE, y2={"person": [5, 1], "pay": [0.5, 0.1]})
        assert found["pay_before"].to_pylist() == [None, 8.0, None, None, None, 33.0]
        assert found["pay_two_before"].to_pylist() == [0.5, 0.1, None, None, None, None]

    def test_an_expression_is_computed_on_the_row_of_then(self, engine):
        poor = variable("was_poor", "boolean", operator="years_before", of="pay < 10", years=1)
        found = derived(engine, poor, y1=BEFORE)["was_poor"].to_pylist()
        assert found == [None, True, None, None, None, False]

    def test_what_is_derived_then_and_now_goes_on_from_it(self, engine):
        rise = variable("rise", operator="value", of="pay - pay_before")
        assert derived(engine, rise, WAS, y1=BEFORE)["rise"].to_pylist() == [
            None,
            2.0,
            None,
            None,
            None,
            None,
        ]

    @pytest.mark.parametrize("years", [{}, {"y2": BEFORE}, {"y1": {"person": [1], "age": [3]}}])
    def test_without_that_file_or_its_variable_nothing_is_made(self, engine, years):
        assert "pay_before" not in derived(engine, WAS, **years).column_names

    def test_without_persons_nothing_is_made(self, engine):
        assert "pay_before" not in derived(engine, WAS, now={"pay": [1.0]}, y1=BEFORE).column_names

    def test_a_column_of_the_source_wins(self, engine):
        now = NOW | {"pay_before": [1.0] * 6}
        assert derived(engine, WAS, now=now, y1=BEFORE)["pay_before"].to_pylist() == [1.0] * 6

    def test_nobody_then(self, engine):
        nobody = {"person": pa.array([], pa.int64()), "pay": pa.array([], pa.float64())}
        assert derived(engine, WAS, y1=nobody)["pay_before"].to_pylist() == [None] * 6

    @pytest.mark.parametrize(
        ("now", "before", "where"),
        [
            (NOW | {"person": [1, 1, None, None, 4, 3]}, BEFORE, "table of persons"),
            (NOW, {"person": [1, 2, 2], "pay": [1.0, 2.0, 3.0]}, "table of persons, years before: 1"),
        ],
    )
    def test_a_person_in_two_rows_is_refused(self, engine, now, before, where):
        with pytest.raises(InputError) as caught:
            derived(engine, WAS, now=now, y1=before)
        (fault,) = caught.value.faults
        assert (fault.where, fault.field) == (where, "person")
        assert fault.found == "1 persons in more than one row"
        assert fault.expected
        assert fault.way_out

    def test_arguments_are_checked(self, engine):
        with pytest.raises(DefinitionError) as caught:
            derived(engine, variable("x", operator="years_before", of="pay", link="mother"), y1=BEFORE)
        assert {fault.field for fault in caught.value.faults} == {"years", "link"}

    def test_a_threshold_is_not_made_here(self, engine):
        line = variable("line", operator="poverty_threshold", of="pay", years=0)
        assert "line" not in derived(engine, line, y1=BEFORE).column_names


PERSON = st.tuples(
    st.one_of(st.none(), st.integers(0, 6)), st.one_of(st.none(), st.integers(0, 9).map(float))
)


def once(persons):
    """The first row of each person, and those without an identifier."""
    return [p for i, p in enumerate(persons) if p[0] is None or p[0] not in [q[0] for q in persons[:i]]]


@random(40)
@given(st.lists(PERSON, min_size=1, max_size=8).map(once), st.lists(PERSON, max_size=8).map(once))
def test_against_a_look_up_in_plain_python(now, before):
    was = {person: pay for person, pay in before if person is not None}
    with Engine(threads=1) as engine:
        tables = [
            {
                "person": pa.array([p for p, _ in rows], pa.int64()),
                "pay": pa.array([v for _, v in rows], pa.float64()),
            }
            for rows in (now, before)
        ]
        found = derived(engine, WAS, now=tables[0], y1=tables[1])["pay_before"].to_pylist()
    assert found == [was.get(person) for person, _ in now]


def answers(engine: Engine, name: str, columns: dict[str, list]) -> list[object]:
    """For each person: in the numerator, or not; `-` for who does not count."""
    indicator = INDICATORS[name]
    texts = {"among": indicator.among or "TRUE", "of": indicator.of}
    table = engine.table(pa.table(columns))
    rows = table.select({key: Expression.parse(text).sql() for key, text in texts.items()}).rows()
    return [of if among else "-" for among, of in rows]


def test_persistent_poverty_is_now_and_two_of_the_three_years_before(engine):
    """Thresholds 10, 9, 8, 7 (now, one, two, three years before); a person a row."""
    cases = [
        ((5, 5, 5, 5), True),  # always
        ((5, 5, 5, 20), True),  # two of three
        ((5, 20, 5, 5), True),
        ((5, 5, 20, 5), True),
        ((5, 5, 20, 20), False),  # one of three
        ((20, 5, 5, 5), False),  # no longer
        ((10, 5, 5, 5), False),  # at the threshold is not below it
        ((9.5, 9, 7.5, 6.5), True),  # 9 is at the threshold of its year, the two others are below
        ((9.5, 9, 8, 6.5), False),
        ((NONE, 5, 5, 5), "-"),  # no income now
        ((5, NONE, 5, 5), "-"),  # not found, or no income, in one year
        ((5, 5, 5, NONE), "-"),  # arrived two years ago
        ((-3, -3, -3, 20), True),  # a loss is an income
    ]
    names = [
        f"equivalised_income{when}"
        for when in ("", "_year_before", "_two_years_before", "_three_years_before")
    ]
    columns = {name: [case[0][i] for case in cases] for i, name in enumerate(names)}
    columns = {name: pa.array(values, pa.float64()) for name, values in columns.items()}
    for name, line in zip(names, (10.0, 9.0, 8.0, 7.0), strict=True):
        columns[name.replace("equivalised_income", "poverty_threshold")] = [line] * len(cases)
    assert answers(engine, "persistent_at_risk_of_poverty_rate", columns) == [said for _, said in cases]


def test_from_unemployment_to_work(engine):
    cases = [
        (30, "unemployed", "employed", True),
        (30, "unemployed", "unemployed", False),
        (30, "unemployed", "student", False),
        (30, "unemployed", NONE, NONE),  # not answered now: leaves both sides (decision 5)
        (30, "employed", "employed", "-"),
        (30, NONE, "employed", "-"),  # not found, or not answered, a year before
        (64, "unemployed", "employed", True),
        (65, "unemployed", "employed", "-"),
        (19, "unemployed", "employed", "-"),
        (NONE, "unemployed", "employed", "-"),
    ]
    names = ("age", "activity_year_before", "activity")
    columns = {name: [case[i] for case in cases] for i, name in enumerate(names)}
    assert answers(engine, "unemployment_to_employment_rate", columns) == [case[-1] for case in cases]


def test_from_a_temporary_to_a_permanent_contract(engine):
    cases = [
        (30, "temporary", "permanent", "employed", "employee", True),
        (30, "temporary", "temporary", "employed", "employee", False),
        (30, "temporary", NONE, "unemployed", NONE, False),  # lost the job
        (30, "temporary", NONE, "employed", "self_employed", False),
        (30, "temporary", NONE, "employed", "employee", NONE),  # an employee who did not say
        (30, "temporary", NONE, NONE, NONE, NONE),
        (30, "permanent", "permanent", "employed", "employee", "-"),
        (30, NONE, "permanent", "employed", "employee", "-"),
        (65, "temporary", "permanent", "employed", "employee", "-"),
        (20, "temporary", "permanent", "employed", "employee", True),
    ]
    names = ("age", "contract_year_before", "contract", "activity", "professional_status")
    columns = {name: [case[i] for case in cases] for i, name in enumerate(names)}
    assert answers(engine, "temporary_to_permanent_rate", columns) == [case[-1] for case in cases]
