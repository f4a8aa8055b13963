"""What readers know of a period: how variables were made, and which nobody has; and what an audit knows of its data."""

from __future__ import annotations

from dataclasses import replace

import pyarrow as pa
import pytest
from typer.testing import CliRunner

from tests.pipeline.surveys import folder, text_of
from zaragoza.catalogue.monitor import load_monitor
from zaragoza.cli import app
from zaragoza.engine import Engine
from zaragoza.model.classification import Category, Classification
from zaragoza.model.text import Text
from zaragoza.pipeline import compare_protection, run, truth
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


WORKED_BEFORE = """
- id: worked_before
  title: {en: Employed a year before, nl: Een jaar eerder aan het werk}
  categories:
    - code: YES
      title: {en: Employed, nl: Aan het werk}
      when: COALESCE(activity_year_before, activity) = 'employed'
    - code: NO
      title: {en: Not employed, nl: Niet aan het werk}
      when: COALESCE(activity_year_before, activity) <> 'employed'
  source: a test
"""


def test_audit_and_comparison_of_methods_read_what_the_files_of_earlier_years_say(tmp_path, monkeypatch):
    def year(age: int, every: int) -> pa.Table:
        activity = ["unemployed" if i % every == 0 else "employed" for i in range(200)]
        people = {"person": [f"id{i}" for i in range(200)], "age": [age] * 200, "sex": ["F", "M"] * 100}
        return pa.table(people | {"activity": activity})

    files = {"p.parquet": year(40, 3), "22.parquet": year(39, 2)}
    text = text_of(
        '\n[[earlier]]\nperiod = "2022"\nfiles = ["22.parquet"]\n',
        files=("p.parquet",),
        variables=("person", "age", "sex", "activity"),
        by=(("worked_before",),),
    )
    where = folder(tmp_path / "m", text.replace('kind = "survey"', 'kind = "register"'), files)
    (where / "catalogue" / "classifications").mkdir(parents=True)
    (where / "catalogue" / "classifications" / "own.yaml").write_text(WORKED_BEFORE, encoding="utf-8")
    monitor = load_monitor(where)
    release = run(monitor)

    def sizes(rows: pa.Table) -> dict[str, int]:
        return {row["worked_before"]: row["n"] for row in rows.to_pylist() if row["statistic"] == "level"}

    assert sizes(release.observations) == {"_T": 200, "YES": 100, "NO": 100}
    assert sizes(truth(monitor, tmp_path).estimates) == {"_T": 200, "YES": 100, "NO": 100}
    done = CliRunner().invoke(app, ["audit", str(release.path), "--monitor", str(where)])
    assert done.exit_code == 0, done.output
    compared: list[pa.Table] = []
    monkeypatch.setattr("zaragoza.pipeline.compare_methods", lambda estimates, *_: compared.append(estimates))
    compare_protection(monitor)
    assert sizes(compared[0]) == {"_T": 200, "YES": 100, "NO": 100}
