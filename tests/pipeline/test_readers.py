"""What readers know of a period: how variables were made, and which nobody has."""

from __future__ import annotations

from dataclasses import replace

import pyarrow as pa
import pytest

from tests.pipeline.surveys import folder, text_of
from zaragoza.catalogue.monitor import load_monitor
from zaragoza.engine import Engine
from zaragoza.model.classification import Category, Classification
from zaragoza.model.text import Text
from zaragoza.readers import definitions_of

WORDS = Text("made up", "verzonnen")


def classification(name: str, when: str) -> Classification:
    return Classification(id=name, title=WORDS, source="a test", categories=(Category("A", WORDS, when),))


@pytest.mark.parametrize(("name", "told"), [("other", {"stage": "NULL"}), ("stage", {})])
def test_what_has_the_name_of_a_classification_is_not_nobodys(tmp_path, name, told):
    # A condition that reads `stage` after the people were classified reads the codes of the classification.
    persons = pa.table({"person": ["a"], "age": [30], "sex": ["F"], "activity": ["employed"]})
    text = text_of(files=("p.parquet",), variables=persons.column_names, by=(("sex",),))
    year = load_monitor(folder(tmp_path / "m", text, {"p.parquet": persons}))
    chosen = (classification(name, "age < 30"), classification("reading", "stage = 'A'"))
    with Engine(threads=1) as engine:
        table = engine.table(persons)
        found = definitions_of(replace(year, classifications=chosen), table, table)
    assert {of: made for of, made in found.derived.items() if of == "stage"} == told
