"""Columns and codes recognised by names, labels and values."""

from __future__ import annotations

import tomllib
from pathlib import Path

import pandas as pd
import pyreadstat

from tests.unit.proposals import ANSWERS, CATALOGUE, COUNTRIES, ROWS, SURVEY, codes, column, mapped, proposed
from zaragoza.collect.codes import CodeBook, country_name, words
from zaragoza.collect.propose import propose, write_monitor
from zaragoza.collect.recognise import Column, candidates


def test_names_and_codes_of_eu_silc(tmp_path: Path) -> None:
    """EU-SILC methodological guidelines: PL031 1-4 at work (2, 4 part-time; 3, 4 self-employed), 5 unemployed,
    7 retired; RB090 1 male, 2 female; PB220A in files for researchers: own country, EU, OTH."""
    proposal = proposed(tmp_path)
    assert mapped(proposal) == {
        "person": "rb030",
        "household": "db030",
        "weight": "rb050",
        "sex": "rb090",
        "age": "rx020",
        "citizenship_group": "pb220a",
        "activity": "pl031",
        "working_time": "pl031",
        "professional_status": "pl031",
    }
    assert codes(proposal, "sex") == {"1": "M", "2": "F"}
    assert codes(proposal, "citizenship_group") == {
        "AT": "NAT",
        "EU": "EU27_2020_FOR",
        "OTH": "NEU27_2020_FOR",
    }
    activity = codes(proposal, "activity")
    assert {code: activity[code] for code in "12357"} == {
        "1": "employed",
        "2": "employed",
        "3": "employed",
        "5": "unemployed",
        "7": "retired",
    }
    assert activity["11"] == "other_inactive"  # a code that nobody has this year may be there next year
    assert codes(proposal, "working_time")["2"] == "part_time"
    assert codes(proposal, "professional_status")["3"] == "self_employed"
    assert proposal.questions == ()


def test_values_tell_what_a_nameless_column_holds(tmp_path: Path) -> None:
    columns = {
        "rb030": SURVEY["rb030"],
        "q1": column(["male", "female"]),
        "q2": column(["Vollzeit", "Teilzeit"]),
        "q3": column(["yes", "no"]),  # anything may be asked with yes or no
        "rb050": SURVEY["rb050"],
    }
    proposal = proposed(tmp_path, columns)
    assert mapped(proposal) == {"person": "rb030", "weight": "rb050", "sex": "q1", "working_time": "q2"}
    assert proposal.unused == ("q3",)


def test_countries_are_asked_for_where_they_could_be_anything(tmp_path: Path) -> None:
    columns = {**SURVEY, "land": column(["AT", "DE", "TR"])}
    proposal = proposed(tmp_path, columns)
    (question,) = proposal.questions
    assert question.key == "column.land"
    assert {"birth_country", "citizenship", "skip"} <= set(question.options)
    answered = proposed(tmp_path, columns, {"column.land": "birth_country"})
    assert mapped(answered)["birth_country"] == "land"
    assert "citizenship" not in mapped(answered)


def test_countries_by_name_and_groups_by_country(tmp_path: Path) -> None:
    columns = {
        **SURVEY,
        "pb220a": column(["Österreich", "Duitsland", "Türkei", "Greece", "GB"]),
        "geboorteland": column(["AT", "DE", "EL"]),
    }
    proposal = proposed(tmp_path, columns)
    assert mapped(proposal)["citizenship"] == "pb220a"
    assert "citizenship_group" not in mapped(proposal)  # the values decide between countries and groups
    assert codes(proposal, "citizenship") == {
        "Österreich": "AT",
        "Duitsland": "DE",
        "Türkei": "TR",
        "Greece": "EL",
        "GB": "UK",
    }
    assert codes(proposal, "birth_country") == {}  # standard codes need no list
    groups = {match.column.name: match.variable.id for match in proposal.matches}
    assert groups["geboorteland"] == "birth_country"
    assert ("birth_group", "sex") in proposal.breakdowns


def test_codes_of_few_persons_are_counted_and_not_shown(tmp_path: Path) -> None:
    rare = ["1"] * (ROWS - 14) + ["5"] * 12 + ["77", "88"]
    proposal = proposed(tmp_path, {**SURVEY, "pl031": rare})
    path = write_monitor(proposal, tmp_path / "monitor")
    text = path.read_text(encoding="utf-8")
    assert "too few persons to be shown here: 2" in text
    assert "77" not in text
    assert "88" not in text
    # the collection's whole list is given, so that rare codes of it are mapped unseen
    assert codes(proposal, "activity")["7"] == "retired"


def test_other_nations_classifications_are_not_proposed(tmp_path: Path) -> None:
    columns = {**SURVEY, "geboorteland": column(["NL", "MA", "TR"])}
    in_austria = {by[0] for by in proposed(tmp_path, columns).breakdowns}
    in_the_netherlands = {by[0] for by in proposed(tmp_path, columns, {"country": "NL"}).breakdowns}
    assert not any("_nl" in name for name in in_austria)
    assert "birth_group" in in_austria & in_the_netherlands


def test_labels_of_spss_and_stata(tmp_path: Path) -> None:
    frame = pd.DataFrame(
        {
            "id": range(1, ROWS + 1),
            "v1": column([1.0, 2.0]),
            "v2": column([1.0, 2.0, 3.0, 9.0]),
            "v3": column([0.5, 1.5]),
        }
    )
    labels = {
        "v1": "Geslacht",
        "v2": "Economic status of the person",
        "v3": "Sampling weight",
        "id": "Nummer",
    }
    meanings = {
        "v1": {1: "Man", 2: "Vrouw"},
        "v2": {1: "Employed", 2: "Unemployed", 3: "Retired", 9: "Refusal"},
    }
    spss, stata = tmp_path / "persons.sav", tmp_path / "persons.dta"
    pyreadstat.write_sav(frame, str(spss), column_labels=labels, variable_value_labels=meanings)
    pyreadstat.write_dta(frame, str(stata), column_labels=labels, variable_value_labels=meanings)
    for file in (spss, stata):
        proposal = propose(tmp_path / "monitor", [file], ANSWERS, None, CATALOGUE)
        found = mapped(proposal)
        assert found == {"person": "id", "sex": "v1", "activity": "v2", "weight": "v3"}
        assert codes(proposal, "sex") == {"1": "M", "2": "F"}
        assert codes(proposal, "activity") == {"1": "employed", "2": "unemployed", "3": "retired", "9": ""}
        assert proposal.questions == ()


def test_a_label_of_two_lines_does_not_break_the_file(tmp_path: Path) -> None:
    frame = pd.DataFrame({"id": range(ROWS), "v1": column([1.0, 2.0]), "rb050": SURVEY["rb050"]})
    meanings = {"v1": {1: "Man\n[output]", 2: "Vrouw"}}
    path = tmp_path / "persons.sav"
    pyreadstat.write_sav(frame, str(path), column_labels={"v1": "Geslacht"}, variable_value_labels=meanings)
    answers = {**ANSWERS, "variable.sex": "v1", "codes.sex.1": "M"}
    proposal = propose(tmp_path / "monitor", [path], answers, None, CATALOGUE)
    written = tomllib.loads(write_monitor(proposal, tmp_path / "monitor").read_text(encoding="utf-8"))
    assert "output" not in written
    assert written["source"]["variables"]["sex"]["codes"] == {"1": "M", "2": "F"}


def test_words() -> None:
    assert words("  Männlich/Weiß ") == "mannlich weiss"
    assert country_name("EL", "nl") == "Griekenland"
    book = CodeBook.of(CATALOGUE.variables["birth_country_group"], COUNTRIES, "EL")
    assert [book.code(code) for code in ("EL", "GR", "Greece", "eu", "x")] == [
        "NAT",
        "NAT",
        "NAT",
        "EU27_2020_FOR",
        None,
    ]


def test_a_column_that_contradicts_its_name_is_not_taken() -> None:
    books = {name: CodeBook.of(CATALOGUE.variables[name], COUNTRIES, "AT") for name in ("age", "sex")}
    text_age = Column("f", "age", codes=("old", "young"))
    old = Column("f", "age", codes=("1950", "1960"), numbers=1.0, whole_numbers=1.0)  # years of birth
    assert candidates([text_age, old], books) == {}
