"""`zaragoza indicators`: what there is, and what can be computed with the variables at hand."""

from __future__ import annotations

import json

import pytest
from typer.testing import CliRunner

from zaragoza.catalogue import load_catalogue
from zaragoza.catalogue.listing import listed
from zaragoza.cli import app
from zaragoza.errors import DefinitionError

KEYS = ["id", "area", "status", "needs", "oecd", "eurostat", "title"]


def said(*arguments: str) -> str:
    done = CliRunner().invoke(app, ["indicators", *arguments], env={"COLUMNS": "200"})
    assert done.exit_code == 0, done.output
    return done.stdout


def records(*arguments: str) -> list[dict]:
    return json.loads(said(*arguments, "--format", "json"))


def test_every_indicator_is_a_record_in_a_fixed_order() -> None:
    found = records()
    assert {tuple(record) for record in found} == {tuple(KEYS)}
    assert {record["id"] for record in found} == set(load_catalogue().indicators)
    order = [(record["area"], record["id"]) for record in found]
    assert order == sorted(order)
    assert said("--format", "json") == said("--format", "json")


def test_a_record_says_what_the_catalogue_says() -> None:
    (record,) = (record for record in records() if record["id"] == "employment_rate")
    ours = load_catalogue().indicators["employment_rate"]
    assert record == {
        "id": "employment_rate",
        "area": "employment",
        "status": "computed",
        "needs": ["activity", "age"],
        "oecd": list(ours.oecd),
        "eurostat": list(ours.eurostat),
        "title": ours.title.en,
    }


def test_of_what_is_not_computed_it_says_which_data_it_needs() -> None:
    for record in records():
        ours = load_catalogue().indicators[record["id"]]
        assert (record["status"] == "computed") == ours.computed
        assert record["needs"]
        if not ours.computed:
            assert record["needs"] == [data.en for data in ours.needs]


def test_texts_are_in_the_language_asked_for() -> None:
    found = {record["id"]: record for record in records("--language", "nl")}
    assert found["employment_rate"]["title"] == "Arbeidsdeelname"
    assert found["employment_rate"]["needs"] == ["activity", "age"]
    assert found["return_rate"]["needs"] == [
        "bevelen om te vertrekken van het jaar",
        "terugkeer van het jaar",
    ]
    assert "thema" in said("--language", "nl")


@pytest.mark.parametrize("name", ["inclusion", "social_inclusion", "social inclusion"])
def test_an_area_by_any_of_its_names(name: str) -> None:
    assert {record["area"] for record in records("--area", name)} == {"inclusion"}


def test_needs_lists_what_the_variables_are_enough_for() -> None:
    found = {record["id"] for record in records("--needs", "age", "activity")}
    assert {"employment_rate", "unemployment_rate"} <= found
    assert "poverty_rate" not in found
    catalogue = load_catalogue()
    enough = {"age", "activity"}
    for name, indicator in catalogue.indicators.items():
        if indicator.computed and indicator.measure.variables <= enough:
            assert name in found


def test_needs_counts_what_can_be_derived() -> None:
    """Of the income of a household and its members the equivalised income is made, and of that poverty."""
    have = ("age", "household", "disposable_income")
    assert "equivalised_income" not in have
    assert any("equivalised_income" in record["needs"] for record in records("--needs", *have))
    assert not any("equivalised_income" in record["needs"] for record in records("--needs", *have[:2]))


def test_needs_may_be_written_for_each_variable() -> None:
    assert records("--needs", "age", "--needs", "activity") == records("--needs", "age", "activity")


def test_the_table_has_every_indicator_and_the_count() -> None:
    words = said()
    catalogue = load_catalogue()
    computed = sum(indicator.computed for indicator in catalogue.indicators.values())
    assert f"{len(catalogue.indicators)} indicators, {computed} computed" in words
    assert "employment_rate" in words


def test_an_unknown_area_and_variable_are_told_together_with_near_names() -> None:
    with pytest.raises(DefinitionError) as caught:
        listed(load_catalogue(), "employmnt", ["age", "activty"])
    assert [(fault.where, fault.found, fault.way_out) for fault in caught.value.faults] == [
        ("--area", "`employmnt`", "Did you mean `employment`?"),
        ("--needs", "`activty`", "Did you mean `activity`?"),
    ]
    done = CliRunner().invoke(app, ["indicators", "--area", "employmnt"])
    assert isinstance(done.exception, DefinitionError)
    assert done.exception.exit_code == 3


def test_variables_without_needs_are_a_slip_of_the_command() -> None:
    assert CliRunner().invoke(app, ["indicators", "age"]).exit_code == 2
