"""classify, and the classification as a noun: what is filled in, what is refused, what stays as it was."""

from __future__ import annotations

import pyarrow as pa
import pytest

from zaragoza.classify import classify
from zaragoza.engine import Engine
from zaragoza.errors import DefinitionError
from zaragoza.model.classification import Category, Classification
from zaragoza.model.text import Text

TITLE = Text("Title", "Titel")
SETS = {"near": ("BE", "DE"), "far": ("US",)}


def classification(name: str = "place", **rules: str) -> Classification:
    found = tuple(Category(code, Text(code, code), when) for code, when in rules.items())
    return Classification(id=name, title=TITLE, categories=found, source="made up")


PLACE = classification(
    home="COALESCE(birth, birth_group) IN ('NL', 'NAT')",
    away="COALESCE(birth, birth_group) IS NOT NULL",
)


@pytest.fixture(scope="module")
def engine():
    with Engine(threads=1) as opened:
        yield opened


class TestClassify:
    def test_first_match_wins_and_no_match_is_unknown(self, engine):
        ages = classification("stage", young="age < 30", old="age >= 20")
        table = classify(engine.table(pa.table({"age": [10, 25, 40, None]})), [ages])
        assert table.rows() == [(10, "young"), (25, "young"), (40, "old"), (None, "_U")]
        assert table.types["stage"] == "VARCHAR"

    @pytest.mark.parametrize("column", ["birth", "birth_group"])
    def test_an_absent_variable_counts_as_unknown(self, engine, column):
        codes = {"birth": ["NL", "DE", None], "birth_group": ["NAT", "FOR", None]}[column]
        table = classify(engine.table(pa.table({column: codes})), [PLACE])
        assert table.columns == (column, "place")
        assert [row[1] for row in table.rows()] == ["home", "away", "_U"]

    def test_a_classification_with_the_name_of_an_absent_variable_is_not_left_out(self, engine):
        # What another one reads under this name is the variable, which nobody has.
        stage = classification("stage", young="age < 30", old="age >= 30")
        other = classification("other", first="stage = 'young'", second="age > 0")
        table = classify(engine.table(pa.table({"age": [10, 40]})), [stage, other])
        assert table.columns == ("age", "stage", "other")
        assert table.rows() == [(10, "young", "second"), (40, "old", "second")]

    def test_an_absent_variable_counts_as_unknown_in_every_kind_of_condition(self, engine):
        mixed = classification("mixed", a="flag", b="age BETWEEN 0 AND 14", c="code = 'x'", d="known = 'y'")
        table = classify(engine.table(pa.table({"known": ["y", "n"]})), [mixed])
        assert table.rows() == [("y", "d"), ("n", "_U")]

    def test_a_column_without_any_answer_counts_as_unknown(self, engine):
        persons = engine.table(pa.table({"birth": pa.nulls(2), "birth_group": pa.nulls(2, pa.string())}))
        assert [row[2] for row in classify(persons, [PLACE]).rows()] == ["_U", "_U"]

    def test_rows_and_their_order_stay(self, engine):
        numbers = [5, 3, 9, 3, 1]
        table = classify(engine.table(pa.table({"n": numbers, "birth": ["NL"] * 5})), [PLACE])
        assert [row[0] for row in table.rows()] == numbers

    def test_nothing_is_read_before_the_table_is_used(self, engine, tmp_path):
        path = tmp_path / "persons.parquet"
        engine.table(pa.table({"birth": ["NL"]})).write_parquet(path)
        table = classify(engine.read_parquet(path), [PLACE])
        engine.table(pa.table({"birth": ["DE", "DE"]})).write_parquet(path)
        assert table.rows() == [("DE", "away"), ("DE", "away")]

    def test_refuses_when_no_variable_is_there_and_names_all_of_them(self, engine):
        other = classification("other", a="wealth > 1")
        with pytest.raises(DefinitionError) as caught:
            classify(engine.table(pa.table({"age": [1]})), [PLACE, other])
        assert [fault.field for fault in caught.value.faults] == ["birth or birth_group", "wealth"]
        assert [fault.where for fault in caught.value.faults] == [
            "classification place",
            "classification other",
        ]

    def test_refuses_when_what_the_classification_requires_is_not_there(self, engine):
        strict = Classification(
            id="strict",
            title=TITLE,
            categories=(Category("a", TITLE, "birth = 'NL' AND COALESCE(mother, 'NL') = 'NL'"),),
            requires=(("birth",), ("mother", "mother_group")),
            source="made up",
        )
        with pytest.raises(DefinitionError) as caught:
            classify(engine.table(pa.table({"birth": ["NL"]})), [strict])
        assert [fault.field for fault in caught.value.faults] == ["mother or mother_group"]
        assert strict.lacking(("birth", "mother_group")) == ()

    def test_without_classifications_the_table_stays(self, engine):
        assert classify(engine.table(pa.table({"age": [1]})), []).rows() == [(1,)]


class TestNameOfAVariable:
    def test_what_is_unknown_stays_missing_for_the_definitions(self, engine):
        level = classification("level", low="level = 'low'", high="level = 'high'")
        table = classify(engine.table(pa.table({"level": ["low", "high", None, "??"]})), [level])
        assert table.columns == ("level",)
        assert table.rows() == [("low",), ("high",), (None,), (None,)]

    def test_an_open_one_keeps_all_codes(self, engine):
        region = Classification(id="region", title=TITLE, source="made up", column="region")
        assert classify(engine.table(pa.table({"region": ["X1", None]})), [region]).rows() == [
            ("X1",),
            (None,),
        ]

    def test_refuses_to_change_what_definitions_read(self, engine):
        level = classification("level", low="level = 'low'", high="level IN ('high', 'higher')")
        area = Classification(id="area", title=TITLE, source="made up", column="level")
        with pytest.raises(DefinitionError) as caught:
            classify(engine.table(pa.table({"level": ["low"], "area": ["A"]})), [level, area])
        assert [(f.where, f.field) for f in caught.value.faults] == [
            ("classification level", "high"),
            ("classification area", "level"),
        ]


class TestClassification:
    def test_binds_country_and_sets(self):
        bound = classification(a="birth = {country}", b="birth IN ({near}, {far})").bind("NL", SETS)
        assert [c.when for c in bound.categories] == ["birth = 'NL'", "birth IN ('BE', 'DE', 'US')"]
        assert bound.variables == {"birth"}

    def test_names_every_set_that_is_not_there(self):
        with pytest.raises(DefinitionError) as caught:
            classification(a="birth IN ({nera})", b="birth IN ({near}, {fra})").bind("NL", SETS)
        assert [(f.field, f.found) for f in caught.value.faults] == [("a", "{nera}"), ("b", "{fra}")]

    def test_an_open_one_has_the_codes_as_titles(self):
        region = Classification(id="region", title=TITLE, source="made up", column="region")
        assert region.codes == ()
        assert region.label("X1") == Text("X1", "X1")
        assert region.label("_U") == Text("Unknown", "Onbekend")
        assert region.expression.text == "COALESCE(region, '_U')"
        assert region.bind("NL", SETS) == region

    def test_a_closed_one_knows_its_own_titles_before_the_reserved_ones(self):
        stay = Classification(
            id="stay", title=TITLE, source="made up", categories=(Category("_Z", TITLE, "birth = 'NL'"),)
        )
        assert stay.label("_Z") == TITLE
        assert stay.label("_T").en == "Total"
        with pytest.raises(KeyError):
            stay.label("Y_LT5")

    @pytest.mark.parametrize(
        "fields",
        [
            {},
            {"column": "region", "categories": (Category("a", TITLE, "x = 1"),)},
            {"categories": (Category("a", TITLE, "x = 1"), Category("a", TITLE, "x = 2"))},
            {"categories": (Category("_U", TITLE, "x = 1"),)},
            {"categories": (Category("_T", TITLE, "x = 1"),)},
            {"categories": (Category("a", TITLE, "x = 1"),), "reference": "b"},
        ],
    )
    def test_refuses_what_cannot_be_right(self, fields):
        with pytest.raises(ValueError):
            Classification(id="x", title=TITLE, source="made up", **fields)
