"""derive: what each operator makes of a household that can be counted by hand, and what is missing or refused."""

from __future__ import annotations

import numpy as np
import pyarrow as pa
import pytest

from zaragoza.derive import derive
from zaragoza.engine import Engine
from zaragoza.errors import DefinitionError, InputError
from zaragoza.model.text import Text
from zaragoza.model.variable import Derivation, Recognition, Variable


def variable(name: str, kind: str = "number", **derivation: str) -> Variable:
    words = Text(name, name)
    return Variable(
        id=name,
        title=words,
        definition=words,
        type=kind,
        source="made up",
        known_as=(Recognition("X", name, {"1": "2"}),),
        derive=Derivation(**derivation) if derivation else None,
    )


@pytest.fixture(scope="module")
def engine():
    with Engine(threads=1) as opened:
        yield opened


def values(engine: Engine, columns: dict[str, object], *variables: Variable) -> list[object]:
    """The values of the last variable, in the order of the rows."""
    table = derive(engine.table(pa.table(columns)), variables)
    return table.arrow()[variables[-1].id].to_pylist()


HOUSEHOLDS = {
    "person": [1, 2, 3, 4, 5],
    "household": [10, 10, 20, None, 20],
    "age": [40, 10, 30, 50, None],
}


class TestHouseholdSum:
    def test_over_all_members(self, engine):
        made = variable("total", operator="household_sum", of="pay")
        found = values(engine, {**HOUSEHOLDS, "pay": [100.0, 1.0, 50.0, 7.0, 2.0]}, made)
        assert found == [101.0, 101.0, 52.0, None, 52.0]

    def test_with_a_missing_part_is_missing(self, engine):
        made = variable("total", operator="household_sum", of="pay")
        found = values(engine, {**HOUSEHOLDS, "pay": [100.0, None, 50.0, 7.0, 2.0]}, made)
        assert found == [None, None, 52.0, None, 52.0]

    def test_over_those_who_count(self, engine):
        """What a member who does not count has, or lacks, changes nothing; who may count makes it unknown."""
        made = variable("total", operator="household_sum", of="pay", where="age >= 18")
        found = values(engine, {**HOUSEHOLDS, "pay": [100.0, None, 50.0, 7.0, 2.0]}, made)
        assert found == [100.0, 100.0, None, None, None]

    def test_over_nobody_is_zero(self, engine):
        made = variable("total", operator="household_sum", of="pay", where="pay > 1000")
        assert values(engine, {**HOUSEHOLDS, "pay": [1.0] * 5}, made) == [0.0, 0.0, 0.0, None, 0.0]

    def test_has_the_type_of_its_variable(self, engine):
        made = variable("total", "integer", operator="household_sum", of="age", where="age < 45")
        table = derive(engine.table(pa.table({"household": [1, 1], "age": [3, 4]})), [made])
        assert table.types["total"] == "BIGINT"
        assert table.rows() == [(1, 3, 7), (1, 4, 7)]


class TestHouseholdCount:
    def test_size(self, engine):
        made = variable("size", "integer", operator="household_count")
        assert values(engine, HOUSEHOLDS, made) == [2, 2, 2, None, 2]

    def test_who_is_unknown_does_not_count(self, engine):
        made = variable("adults", "integer", operator="household_count", where="age >= 18")
        assert values(engine, HOUSEHOLDS, made) == [1, 1, 1, None, 1]


class TestHouseholdAny:
    def test_true_goes_before_unknown_and_unknown_before_false(self, engine):
        made = variable("child", "boolean", operator="household_any", of="age < 18")
        assert values(engine, HOUSEHOLDS, made) == [True, True, None, None, None]

    def test_among_those_who_count(self, engine):
        made = variable("ill_adult", "boolean", operator="household_any", of="ill", where="age >= 18")
        ill = [False, True, False, True, False]
        assert values(engine, {**HOUSEHOLDS, "ill": ill}, made) == [False, False, False, None, False]
        ill = [None, True, False, True, True]
        assert values(engine, {**HOUSEHOLDS, "ill": ill}, made) == [None, None, None, None, None]


class TestPerEquivalentAdult:
    @pytest.mark.parametrize(
        ("ages", "scale"),
        [([30], 1.0), ([30, 30], 1.5), ([30, 30, 13], 1.8), ([30, 30, 14], 2.0), ([40, 38, 13, 14, 5], 2.6)],
    )
    def test_oecd_modified_scale(self, engine, ages, scale):
        """Methods/02 section 1: 1 + 0.5 (14 and over - 1) + 0.3 (under 14)."""
        made = variable("equivalised_income", operator="per_equivalent_adult", of="disposable_income")
        household = {"household": [1] * len(ages), "age": ages, "disposable_income": [26000.0] * len(ages)}
        assert values(engine, household, made) == [pytest.approx(26000 / scale, rel=1e-15)] * len(ages)

    def test_missing_where_an_age_or_the_amount_is(self, engine):
        made = variable("equivalised_income", operator="per_equivalent_adult", of="income")
        found = values(engine, {**HOUSEHOLDS, "income": [1300.0, None, 1.0, 1.0, 1.0]}, made)
        assert found == [1000.0, None, None, None, None]


class TestParent:
    def test_looks_up_the_parents_answer(self, engine):
        """Unknown without a link, for a parent who is not in the table, and where the parent did not answer."""
        made = variable(
            "mother_birth_country", "country", operator="parent", link="mother", of="birth_country"
        )
        columns = {
            "person": [1, 2, 3, 4],
            "mother": [2, None, 99, 3],
            "birth_country": ["NL", "TR", None, "NL"],
        }
        assert values(engine, columns, made) == ["TR", None, None, None]

    def test_mother_and_father_side_by_side(self, engine):
        columns = {
            "person": [1, 2, 3],
            "mother": [2, None, None],
            "father": [3, None, None],
            "age": [5, 30, 35],
        }
        made = [
            variable("mother_age", "integer", operator="parent", link="mother", of="age"),
            variable("father_age", "integer", operator="parent", link="father", of="age"),
            variable("years_between", "integer", operator="value", of="father_age - mother_age"),
        ]
        assert values(engine, columns, *made) == [5, None, None]

    def test_a_missing_identifier_is_nobodys_parent(self, engine):
        made = variable("mother_age", "integer", operator="parent", link="mother", of="age")
        columns = {
            "person": pa.array([None, None, 1], pa.int64()),
            "mother": [None, None, 1],
            "age": [60, 70, 80],
        }
        assert values(engine, columns, made) == [None, None, 80]


class TestDerive:
    def test_in_the_order_of_what_depends_on_what(self, engine):
        """Four steps, given in the wrong order."""
        made = [
            variable("anybody_poor", "boolean", operator="household_any", of="poor"),
            variable("poor", "boolean", operator="value", of="equivalised_income < 900"),
            variable("equivalised_income", operator="per_equivalent_adult", of="disposable_income"),
            variable("disposable_income", operator="household_sum", of="earnings"),
        ]
        columns = {"household": [1, 1, 2], "age": [30, 3, 40], "earnings": [1300.0, 0.0, 800.0]}
        table = derive(engine.table(pa.table(columns)), made).arrow()
        assert table["disposable_income"].to_pylist() == [1300.0, 1300.0, 800.0]
        assert table["equivalised_income"].to_pylist() == [1000.0, 1000.0, 800.0]
        assert table["poor"].to_pylist() == [False, False, True]
        assert table["anybody_poor"].to_pylist() == [False, False, True]

    def test_what_the_source_holds_is_left_alone(self, engine):
        made = variable("size", "integer", operator="household_count")
        assert values(engine, {**HOUSEHOLDS, "size": [9] * 5}, made) == [9] * 5

    def test_without_its_inputs_a_variable_is_not_made(self, engine):
        made = [
            variable("size", "integer", operator="household_count"),
            variable("small", "boolean", operator="value", of="size < 3"),
            variable("mother_age", "integer", operator="parent", link="mother", of="age"),
            variable("scaled", operator="per_equivalent_adult", of="income"),
            variable("plain"),
        ]
        assert derive(engine.table(pa.table({"age": [1], "income": [2.0]})), made).columns == (
            "age",
            "income",
        )

    def test_a_circle_ends(self, engine):
        made = [
            variable("hen", operator="value", of="egg + 1"),
            variable("egg", operator="value", of="hen - 1"),
            variable("double", operator="value", of="age * 2"),
        ]
        assert derive(engine.table(pa.table({"age": [4]})), made).rows() == [(4, 8.0)]

    def test_rows_and_their_order_stay(self):
        """With two threads, and so little memory that the engine joins in parts and loses the order by itself."""
        row = np.arange(600_000)
        person = (row * 48_271) % 1_000_003  # distinct, since the modulus is prime
        columns = {"person": person, "household": person % 50_000, "mother": person[::-1], "row": row}
        made = [
            variable("size", "integer", operator="household_count"),
            variable("mothers_row", "integer", operator="parent", link="mother", of="row"),
        ]
        with Engine(threads=2, memory_limit="64MB") as engine:
            table = derive(engine.table(pa.table(columns)), made).arrow()
        assert table.column_names == [*columns, "size", "mothers_row"]
        for name, before in columns.items():
            assert np.array_equal(table[name].to_numpy(), before)
        assert np.array_equal(table["mothers_row"].to_numpy(), row[::-1])

    def test_refuses_persons_in_more_than_one_row(self, engine):
        persons = engine.table(pa.table({"person": [71, 71, 72, None, None], "household": [1, 1, 2, 3, 3]}))
        with pytest.raises(InputError) as caught:
            derive(persons, [variable("size", "integer", operator="household_count")])
        assert [fault.field for fault in caught.value.faults] == ["person"]
        assert "1 persons" in str(caught.value)
        assert "71" not in str(caught.value)

    def test_refuses_calls_that_no_operator_understands(self, engine):
        made = [
            variable("a", operator="household_sum", where="age > 1"),
            variable("b", operator="parent", of="age"),
            variable("c", operator="household_count", of="age"),
            variable("d", operator="value", of="age", link="mother"),
        ]
        with pytest.raises(DefinitionError) as caught:
            derive(engine.table(pa.table({"age": [1]})), made)
        assert [(f.where, f.field) for f in caught.value.faults] == [
            ("variable a", "of"),
            ("variable b", "link"),
            ("variable c", "of"),
            ("variable d", "link"),
        ]


class TestJoinAndOrder:
    def test_join_keeps_rows_without_a_match(self, engine):
        left = engine.table(pa.table({"a": [3, 1, None, 2]}))
        right = engine.table(pa.table({"key": [1, 2, None], "b": ["x", "y", "z"]}))
        joined = left.join(right, {"a": "key"}).select(["a", "b"])
        assert sorted(joined.rows(), key=str) == [(1, "x"), (2, "y"), (3, None), (None, None)]

    def test_order(self, engine):
        table = engine.table(pa.table({"n": [3, 1, 2], "t": ["c", "a", "b"]}))
        assert table.order("n").rows() == [(1, "a"), (2, "b"), (3, "c")]
