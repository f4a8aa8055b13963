"""Columns of registers, of statistics packages and with faults, as `zaragoza init` sees them."""

from __future__ import annotations

import itertools
import tomllib
from collections.abc import Mapping
from pathlib import Path

import pandas as pd
import pyreadstat
import pytest

from tests.unit.proposals import (
    ANSWERS,
    CATALOGUE,
    ROWS,
    SURVEY,
    codes,
    column,
    mapped,
    open_keys,
    proposed,
)
from zaragoza.catalogue.monitor import load_monitor
from zaragoza.collect.propose import propose, write_monitor

REGISTER = {"kind": "register"}
LINKED = list(itertools.chain([None] * (ROWS // 2), range(ROWS // 2)))  # half of the persons have one


def persons(names: str) -> Mapping[str, list[object]]:
    """A register of persons whose columns have these names, in this order."""
    values = [list(range(ROWS)), [n // 2 for n in range(ROWS)], LINKED, LINKED, LINKED]
    values += [column(["NL", "TR", "MA"])] * 3 + [column(range(1950, 1980)), column([2001, 2010, 2015])]
    return dict(zip(names.split(), values, strict=True))


@pytest.mark.parametrize(
    "names",
    [
        "person_nr household_nr mother_nr father_nr partner_nr birth_country mother_country father_country "
        "birth_year arrival_year",
        "persoonsnummer huishoudnummer moeder_nr vader_nr partnernummer geboorteland geboorteland_moeder "
        "geboorteland_vader geboortejaar vestigingsjaar",
        "personennummer haushaltsnummer mutter_nr vater_nr partner_nr geburtsland geburtsland_mutter "
        "geburtsland_vater geburtsjahr einreisejahr",
        "RINPERSOON RINHUISHOUDEN RINPERSOONMA RINPERSOONPA PARTNERNR GBAGEBOORTELAND GBAGEBOORTELANDMOEDER "
        "GBAGEBOORTELANDVADER GBAGEBOORTEJAAR aankomstjaar",
    ],
    ids=["English", "Dutch", "German", "Statistics Netherlands"],
)
def test_a_register_of_persons(tmp_path: Path, names: str) -> None:
    proposal = proposed(tmp_path, persons(names), REGISTER)
    standard = (
        "person household mother father partner birth_country mother_birth_country father_birth_country"
    )
    expected = [*standard.split(), "birth_year", "arrival_year"]
    assert mapped(proposal) == dict(zip(expected, names.split(), strict=True))
    assert proposal.questions == ()
    assert {"birth_group", "migration_status"} <= {by[0] for by in proposal.breakdowns}
    assert ("birth_group", "age_group") in proposal.breakdowns  # the age is made of the year of birth


def test_a_country_is_never_suggested_for_a_parents(tmp_path: Path) -> None:
    """A column with a name of its own is nothing else; of nameless ones none is suggested."""
    columns = {
        **SURVEY,
        "birth_country": column(["NL", "TR", "MA"]),
        "nationality": column(["NL", "BE", "DE"]),
    }
    proposal = proposed(tmp_path, columns)
    assert {"mother_birth_country", "father_birth_country"}.isdisjoint(mapped(proposal))
    assert proposal.questions == ()
    two = {**SURVEY, "land1": column(["NL", "TR", "MA"]), "land2": column(["NL", "BE", "DE"])}
    asked = [q for q in proposed(tmp_path, two).questions if q.key.endswith("birth_country")]
    assert asked
    assert {question.default for question in asked} == {None}


def test_the_age_is_asked_for_where_neither_it_nor_a_birth_is_found(tmp_path: Path) -> None:
    years = {**SURVEY, "q7": column([1950, 1970, 1990]), "q8": column([30, 50, 70])}
    del years["rx020"]
    (question,) = proposed(tmp_path, years).questions
    assert (question.key, question.options) == ("variable.age", ("q8", "skip"))
    assert mapped(proposed(tmp_path, years, {"variable.age": "q8"}))["age"] == "q8"
    born = proposed(tmp_path, years, {"variable.birth_year": "q7"})
    assert mapped(born)["birth_year"] == "q7"
    assert born.questions == ()
    assert open_keys(proposed(tmp_path, years, {"variable.age": "skip"})) == []
    replies = iter(["skip", "q7"])  # a person is asked for the year after the age
    answered = proposed(tmp_path, years, ask=lambda question: next(replies))
    assert mapped(answered)["birth_year"] == "q7"


def test_without_any_age_the_proposal_says_so(tmp_path: Path) -> None:
    columns = {name: values for name, values in SURVEY.items() if name != "rx020"}
    assert any("year or a date of birth" in note for note in proposed(tmp_path, columns).notes)


def test_a_bad_value_does_not_hide_a_column(tmp_path: Path) -> None:
    """The column is proposed, its line says what to look at, and no value is shown."""
    bad = column(range(20, 60))
    bad[7] = "twintig"
    columns = {**SURVEY, "rx020": bad, "rb050": [*column([500.5, 600.25])[:-1], "?"]}
    proposal = proposed(tmp_path, columns)
    assert mapped(proposal)["age"] == "rx020"
    assert mapped(proposal)["weight"] == "rb050"
    text = write_monitor(proposal, tmp_path / "monitor").read_text(encoding="utf-8")
    assert 'age = "rx020" # EU-SILC calls it rx020; not all its values are whole numbers' in text
    assert "twintig" not in text


def test_a_column_with_other_values_than_its_name_says_is_told(tmp_path: Path) -> None:
    columns = {**SURVEY, "education": column(["a1", "b2", "c3"]), "birth_date": column(["soon", "late"])}
    proposal = proposed(tmp_path, columns)
    assert {"education", "birth_date"}.isdisjoint(mapped(proposal))
    assert {note.split(".")[0] for note in proposal.notes} >= {"Left out: education", "Left out: birth_date"}


def test_dates_of_birth_and_of_arrival(tmp_path: Path) -> None:
    columns = {
        **SURVEY,
        "geboortedatum": column(["1980-03-04", "1990-00-00"]),
        "immigration_date": column(["31-12-2015", "01-02-2003"]),
    }
    del columns["rx020"]
    proposal = proposed(tmp_path, columns)
    assert mapped(proposal)["birth_date"] == "geboortedatum"
    assert mapped(proposal)["arrival_date"] == "immigration_date"
    assert proposal.questions == ()


LISTS = {
    "isced_level": column(range(1, 9)),
    "isco_major": column(range(10)),
    "tenure": column(range(1, 6)),
    "urbanisation": column([1, 2, 3]),
    "main_activity": column([1, 2, 3, 5, 8]),
    "chronic_illness": column([1, 2]),
}


def test_lists_that_a_name_tells_are_taken(tmp_path: Path) -> None:
    """ISCED 2011: 0-2 low, 3-4 medium, 5-8 high. ISCO-08: the first digit is the major group."""
    proposal = proposed(tmp_path, {**SURVEY, **LISTS})
    education, occupation = codes(proposal, "education"), codes(proposal, "occupation")
    assert [education[str(n)] for n in range(1, 9)] == ["ED0-2"] * 2 + ["ED3_4"] * 2 + ["ED5-8"] * 4
    assert [occupation[str(n)] for n in range(10)] == [f"OC{n}" for n in range(10)]


def test_other_lists_are_one_question_each(tmp_path: Path) -> None:
    columns = {**SURVEY, **LISTS}
    del columns["pl031"]
    asked = {question.key: question for question in proposed(tmp_path, columns).questions}
    assert {key: question.options for key, question in asked.items()} == {
        "list.tenure": ("hh021", "own"),
        "list.urbanisation": ("db100", "own"),
        "list.activity": ("pl032", "pl031", "own"),
        "list.chronic_illness": ("ph020", "own"),
    }
    assert "1 Owner, no mortgage; 2 Owner, with a mortgage" in asked["list.tenure"].why
    answers = {"list.tenure": "hh021", "list.urbanisation": "db100", "list.activity": "pl032"}
    answered = proposed(tmp_path, columns, {**answers, "list.chronic_illness": "ph020"})
    assert answered.questions == ()
    assert codes(answered, "tenure")["4"] == "tenant_reduced"
    assert codes(answered, "activity")["3"] == "retired"
    assert codes(answered, "chronic_illness") == {"1": "true", "2": "false"}
    load_monitor(write_monitor(answered, tmp_path / "monitor").parent)


def test_a_list_of_the_offices_own_is_asked_code_by_code(tmp_path: Path) -> None:
    columns = {**SURVEY, "urbanisation": column([1, 2, 3])}
    own = proposed(tmp_path, columns, {"list.urbanisation": "own"})
    assert open_keys(own) == [f"codes.urbanisation.{n}" for n in (1, 2, 3)]
    answers = {f"codes.urbanisation.{n}": f"DEG{4 - n}" for n in (1, 2, 3)}
    answered = proposed(tmp_path, columns, answers)  # whoever gives the codes is not asked for the list
    assert answered.questions == ()
    assert codes(answered, "urbanisation") == {"1": "DEG3", "2": "DEG2", "3": "DEG1"}


def test_an_open_list_stands_in_the_file(tmp_path: Path) -> None:
    path = write_monitor(proposed(tmp_path, {**SURVEY, "tenure": column(range(1, 6))}), tmp_path / "monitor")
    text = path.read_text(encoding="utf-8")
    assert "# QUESTION list.tenure: Whose codes does column tenure hold?" in text
    tomllib.loads(text)


def test_codes_with_a_decimal_comma(tmp_path: Path) -> None:
    columns = {**SURVEY, "rb090": column(["1,0", "2,0"]), "pl031": column(["1,0", "5,0", "7,0"])}
    proposal = proposed(tmp_path, columns)
    assert proposal.questions == ()
    assert {plain.replace(",0", ""): ours for plain, ours in codes(proposal, "sex").items()} == {
        "1": "M",
        "2": "F",
    }
    load_monitor(write_monitor(proposal, tmp_path / "monitor").parent)


def test_labels_of_statistics_packages(tmp_path: Path) -> None:
    """The words that SPSS files of several offices use; the values tell single countries from groups."""
    frame = pd.DataFrame(
        {
            "V1": range(1, ROWS + 1),
            "V2": LINKED,
            "V3": column([float(age) for age in range(16, 76)]),
            "V4": column([1.0, 2.0, 3.0, 4.0]),
            "V5": column([1.0, 2.0, 3.0]),
            "V6": column(["NL", "TR", "MA"]),
            "V7": column([0.5, 1.5]),
        }
    )
    labels = {
        "V1": "Person identification number",
        "V2": "Person identification number of the mother",
        "V3": "Age in years",
        "V4": "Labour status",
        "V5": "Citizenship",
        "V6": "Country of birth of the mother",
        "V7": "Sampling weight",
    }
    meanings = {
        "V4": {1: "Employed full-time", 2: "Employed part-time", 3: "Unemployed", 4: "Retired"},
        "V5": {1: "National", 2: "EU", 3: "Non-EU"},
    }
    file = tmp_path / "persons.sav"
    pyreadstat.write_sav(
        frame, str(file), column_labels=[labels[name] for name in frame], variable_value_labels=meanings
    )
    proposal = propose(tmp_path / "monitor", [file], ANSWERS, None, CATALOGUE)
    assert mapped(proposal) == {
        "person": "V1",
        "mother": "V2",
        "age": "V3",
        "activity": "V4",
        "citizenship_group": "V5",
        "mother_birth_country": "V6",
        "weight": "V7",
    }
    assert codes(proposal, "activity") == {
        "1": "employed",
        "2": "employed",
        "3": "unemployed",
        "4": "retired",
    }
    assert proposal.questions == ()
