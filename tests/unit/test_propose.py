"""`zaragoza init`: columns and codes recognised, questions asked, and a monitor.toml that can be read."""

from __future__ import annotations

import csv
import gzip
import itertools
import stat
import tomllib
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path

import pandas as pd
import pyreadstat
import pytest

from tests.support import ROOT, SHARED, needs_shared
from zaragoza.catalogue.load import load_catalogue
from zaragoza.catalogue.monitor import inspect_monitor, load_monitor, load_secret
from zaragoza.collect.codes import CodeBook, country_name, words
from zaragoza.collect.propose import Proposal, propose, write_monitor
from zaragoza.collect.questions import Ask, Question, read_answers
from zaragoza.collect.recognise import Column, candidates
from zaragoza.errors import DefinitionError, InputError
from zaragoza.model.classification import Breakdown

CATALOGUE = load_catalogue()
COUNTRIES = tuple(sorted({code for codes in CATALOGUE.country_sets.values() for code in codes}))
ANSWERS = {"country": "AT", "period": "2023", "kind": "survey"}
ROWS = 60


def column(values: Iterable[object]) -> list[object]:
    """Sixty rows of values that come again and again."""
    return list(itertools.islice(itertools.cycle(values), ROWS))


SURVEY: Mapping[str, list[object]] = {
    "rb030": list(range(1, ROWS + 1)),
    "db030": [n // 2 for n in range(ROWS)],
    "rb050": column([500.5, 600.25, 700.125]),
    "rb090": column([1, 2]),
    "rx020": column([16, 34, 52, 70]),
    "pb220a": column(["AT", "EU", "OTH"]),
    "pl031": column([1, 2, 3, 5, 7]),
}


def write(path: Path, columns: Mapping[str, Sequence[object]], delimiter: str = ",") -> Path:
    with path.open("w", newline="", encoding="utf-8") as file:
        rows = csv.writer(file, delimiter=delimiter)
        rows.writerow(columns)
        rows.writerows(zip(*columns.values(), strict=True))
    return path


def proposed(
    tmp_path: Path,
    columns: Mapping[str, Sequence[object]] = SURVEY,
    answers: Mapping[str, str] | None = None,
    ask: Ask | None = None,
) -> Proposal:
    file = write(tmp_path / "persons.csv", columns)
    return propose(tmp_path / "monitor", [file], ANSWERS | dict(answers or {}), ask, CATALOGUE)


def mapped(proposal: Proposal) -> dict[str, str]:
    """Standard variable -> column."""
    return {match.variable.id: match.column.name for match in proposal.matches}


def codes(proposal: Proposal, name: str) -> Mapping[str, str]:
    return next(match.codes for match in proposal.matches if match.variable.id == name)


def open_keys(proposal: Proposal) -> list[str]:
    return [question.key for question in proposal.questions]


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
    assert codes(proposal, "activity") == {
        "1": "employed",
        "2": "employed",
        "3": "employed",
        "5": "unemployed",
        "7": "retired",
    }
    assert codes(proposal, "working_time")["2"] == "part_time"
    assert codes(proposal, "professional_status")["3"] == "self_employed"
    assert proposal.questions == ()


def test_it_becomes_a_monitor_without_faults(tmp_path: Path) -> None:
    proposal = proposed(tmp_path)
    path = write_monitor(proposal, tmp_path / "monitor")
    monitor = load_monitor(path.parent)
    assert monitor.source.files == ("../persons.csv",)
    assert monitor.source.delimiter == ","
    assert (monitor.country, monitor.period.code) == ("AT", "2023")
    assert monitor.title["nl"] == "Integratie van migranten: Oostenrijk 2023"
    assert {Breakdown(("citizen_group", "sex")), Breakdown(("citizen_group", "age_group"))} == set(
        monitor.breakdowns
    )
    assert {name: m.column for name, m in monitor.source.variables.items()} == mapped(proposal)
    assert len(load_secret(monitor)) == 32


def test_every_line_says_why(tmp_path: Path) -> None:
    path = write_monitor(proposed(tmp_path), tmp_path / "monitor")
    text = path.read_text(encoding="utf-8")
    assert 'weight = "rb050" # EU-SILC calls it rb050' in text
    assert '1 = "employed" # Employed' in text


def test_the_secret_is_the_owners_alone_and_stays_out_of_version_control(tmp_path: Path) -> None:
    folder = write_monitor(proposed(tmp_path), tmp_path / "monitor").parent
    assert stat.S_IMODE((folder / "secret.key").stat().st_mode) == 0o600
    assert (folder / ".gitignore").read_text(encoding="ascii").splitlines() == ["secret.key", "snapshots/"]
    other = write_monitor(proposed(tmp_path), tmp_path / "other").parent
    assert (folder / "secret.key").read_bytes() != (other / "secret.key").read_bytes()


def test_what_is_there_is_never_overwritten(tmp_path: Path) -> None:
    folder = tmp_path / "monitor"
    folder.mkdir()
    (folder / "secret.key").write_text("kept", encoding="ascii")
    (folder / ".gitignore").write_text("kept", encoding="ascii")
    path = write_monitor(proposed(tmp_path), folder)
    assert (folder / "secret.key").read_text(encoding="ascii") == "kept"
    assert (folder / ".gitignore").read_text(encoding="ascii") == "kept"
    before = path.read_bytes()
    with pytest.raises(DefinitionError, match=r"delete monitor\.toml first"):
        write_monitor(proposed(tmp_path, answers={"period": "2024"}), folder)
    assert path.read_bytes() == before


def test_a_folder_that_cannot_be_made(tmp_path: Path) -> None:
    (tmp_path / "taken").write_text("", encoding="ascii")
    with pytest.raises(DefinitionError, match="a folder that can be written"):
        write_monitor(proposed(tmp_path), tmp_path / "taken")
    assert (tmp_path / "taken").is_file()


def test_questions_that_nobody_answers_stay_in_the_file_and_are_faults(tmp_path: Path) -> None:
    columns = {**SURVEY, "pl031": column([1, 5, 66])}
    file = write(tmp_path / "persons_2023.csv", columns)
    proposal = propose(tmp_path / "monitor", [file], None, None, CATALOGUE)
    expected = ["country", "period", "kind", "codes.citizenship_group.AT", "codes.activity.66"]
    assert [key for key in open_keys(proposal) if key in expected] == expected
    assert {fault.field for fault in proposal.faults} == set(open_keys(proposal))
    assert all("answers file" in fault.way_out for fault in proposal.faults)
    folder = write_monitor(proposal, tmp_path / "monitor").parent
    faults = inspect_monitor(folder)[1]
    assert set(open_keys(proposal)) <= {fault.field for fault in faults}
    assert "2023" in next(question.default for question in proposal.questions if question.key == "period")


def test_questions_are_put_to_a_person(tmp_path: Path) -> None:
    replies = iter(
        ["nonsense", "AT", "", "survey"]
    )  # a wrong reply is asked again, an empty one takes the default
    asked: list[Question] = []

    def ask(question: Question) -> str:
        asked.append(question)
        return next(replies)

    file = write(tmp_path / "persons_2021.csv", SURVEY)
    proposal = propose(tmp_path / "monitor", [file], None, ask, CATALOGUE)
    assert [question.key for question in asked] == ["country", "country", "period", "kind"]
    assert (proposal.country, proposal.period, proposal.kind) == ("AT", "2021", "survey")
    assert proposal.questions == ()


def test_which_weight_is_always_asked(tmp_path: Path) -> None:
    columns = {**SURVEY, "pb040": column([501.5, 601.5]), "weight": [1] * ROWS}
    proposal = proposed(tmp_path, columns)
    (question,) = proposal.questions
    assert (question.key, question.options) == (
        "variable.weight",
        ("rb050", "pb040", "skip"),
    )  # not the constant
    answered = proposed(tmp_path, columns, {"variable.weight": "pb040"})
    assert mapped(answered)["weight"] == "pb040"
    assert answered.questions == ()


def test_a_survey_without_a_weight_and_a_file_without_a_person(tmp_path: Path) -> None:
    columns = {
        "key": list(range(ROWS)),
        "stat": SURVEY["rb090"],
        "x1": column([1.5, 2.5]),
        "age": SURVEY["rx020"],
    }
    proposal = proposed(tmp_path, columns)
    assert open_keys(proposal) == ["variable.person", "variable.weight"]
    assert proposal.questions[0].options == ("key", "skip")
    answers = {"variable.person": "key", "variable.weight": "x1"}
    assert mapped(proposed(tmp_path, columns, answers)) == {"person": "key", "weight": "x1", "age": "age"}
    register = proposed(tmp_path, columns, {"kind": "register"})
    assert open_keys(register) == ["variable.person"]


def test_two_columns_that_suit_equally_well(tmp_path: Path) -> None:
    columns = {**SURVEY, "leeftijd": SURVEY["rx020"], "alter": SURVEY["rx020"]}
    del columns["rx020"]
    proposal = proposed(tmp_path, columns)
    (question,) = proposal.questions
    assert (question.key, set(question.options)) == ("variable.age", {"leeftijd", "alter", "skip"})
    assert "age" not in mapped(proposal)
    assert mapped(proposed(tmp_path, columns, {"variable.age": "alter"}))["age"] == "alter"
    assert "age" not in mapped(proposed(tmp_path, columns, {"variable.age": "skip"}))


def test_codes_that_nothing_recognises(tmp_path: Path) -> None:
    columns = {**SURVEY, "pb220a": column(["AT", "EU", "Mars"])}
    (question,) = proposed(tmp_path, columns).questions
    assert question.key == "codes.citizenship_group.Mars"
    assert question.options == ("NAT", "EU27_2020_FOR", "NEU27_2020_FOR", "skip")
    answered = proposed(tmp_path, columns, {"codes.citizenship_group.Mars": "NEU27_2020_FOR"})
    assert codes(answered, "citizenship_group")["Mars"] == "NEU27_2020_FOR"
    for answers in ({"codes.citizenship_group.Mars": "skip"}, {"skip": "yes"}):
        skipped = proposed(tmp_path, columns, answers)
        assert codes(skipped, "citizenship_group")["Mars"] == ""
        assert skipped.questions == ()


def test_an_answer_goes_before_what_names_say(tmp_path: Path) -> None:
    answers = {"codes.activity.1": "student", "variable.sex": "skip"}
    proposal = proposed(tmp_path, answers=answers)
    assert codes(proposal, "activity")["1"] == "student"
    assert "sex" not in mapped(proposal)


def test_codes_that_mean_no_answer(tmp_path: Path) -> None:
    columns = {**SURVEY, "rx020": column([-1, 34, 52]), "pl031": column([1, 5, 99])}
    proposal = proposed(tmp_path, columns, {"missing.age": "-1", "missing.activity": "99, 98"})
    assert [question.key for question in proposal.questions if "activity" in question.key] == []
    source = load_monitor(write_monitor(proposal, tmp_path / "monitor").parent).source
    assert source.variables["age"].missing == ("-1",)
    assert source.variables["activity"].missing == ("99", "98")
    assert source.variables["working_time"].missing == ("99", "98")  # of the same column


def test_answers_that_are_none_are_all_reported(tmp_path: Path) -> None:
    answers = {
        "contry": "AT",
        "variable.wieght": "rb050",
        "variable.age": "no_such_column",
        "codes.activity.1": "working",
        "kind": "surveys",
    }
    with pytest.raises(DefinitionError) as raised:
        proposed(tmp_path, answers=answers)
    assert {fault.field for fault in raised.value.faults} == set(answers)
    assert "`country`" in str(raised.value)
    assert not (tmp_path / "monitor").exists()


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


def test_strange_names_are_written_as_toml_reads_them(tmp_path: Path) -> None:
    columns = {**SURVEY, 'my "sex" = [1]': column(["männlich", 'w"\\'])}
    del columns["rb090"]
    answers = {"variable.sex": 'my "sex" = [1]', 'codes.sex.w"\\': "F"}
    path = write_monitor(proposed(tmp_path, columns, answers), tmp_path / "monitor")
    mapping = load_monitor(path.parent).source.variables["sex"]
    assert mapping.column == 'my "sex" = [1]'
    assert mapping.codes == {"männlich": "M", 'w"\\': "F"}


def test_several_files(tmp_path: Path) -> None:
    one = write(tmp_path / "r.csv", {k: SURVEY[k] for k in ("rb030", "db030", "rb050", "rb090", "rx020")})
    two = write(tmp_path / "p.csv", {k: SURVEY[k] for k in ("rb030", "pb220a", "pl031")})
    folder = write_monitor(
        propose(tmp_path / "monitor", [one, two], ANSWERS, None, CATALOGUE), tmp_path / "monitor"
    ).parent
    source = load_monitor(folder).source
    assert source.files == ("../r.csv", "../p.csv")
    assert source.variables["activity"].file == "../p.csv"
    assert source.variables["sex"].file == "../r.csv"
    assert source.variables["person"].file is None


def test_files_that_cannot_be_read_are_all_reported(tmp_path: Path) -> None:
    files = [tmp_path / "absent.csv", tmp_path / "unknown.xyz"]
    files[1].write_text("x", encoding="ascii")
    with pytest.raises(InputError) as raised:
        propose(tmp_path / "monitor", files, ANSWERS, None, CATALOGUE)
    assert {fault.where for fault in raised.value.faults} == {"absent.csv", "unknown.xyz"}


def test_the_answers_file(tmp_path: Path) -> None:
    path = tmp_path / "answers.toml"
    path.write_text(
        'country = "AT"\nperiod = 2006\nsynthetic = true\n"codes.sex.1" = "M"\n[variable]\nweight = "rb050"\n',
        encoding="utf-8",
    )
    assert read_answers(path) == {
        "country": "AT",
        "period": "2006",
        "synthetic": "yes",
        "codes.sex.1": "M",
        "variable.weight": "rb050",
    }
    path.write_text("country = AT\n", encoding="utf-8")
    with pytest.raises(DefinitionError, match="line 1"):
        read_answers(path)
    with pytest.raises(DefinitionError, match="no such file"):
        read_answers(tmp_path / "none.toml")


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
    old = Column("f", "age", codes=("1950", "1960"), is_number=True, is_whole=True)  # years of birth
    assert candidates([text_age, old], books) == {}


EXAMPLES = {
    "austria-2006": (
        "eusilc_at2006_synthetic",
        {"person": "rb030", "household": "db030", "weight": "rb050", "activity": "pl030", "region": "db040"},
    ),
    "austria-2013": (
        "eusilc_at2013_puf_synthetic",
        {"person": "rb030", "household": "db030", "weight": "rb050", "education": "pe040", "region": "db040"},
    ),
}


@needs_shared
@pytest.mark.parametrize("example", EXAMPLES)
def test_real_files_need_no_more_than_the_answers_of_the_example(tmp_path: Path, example: str) -> None:
    """Weights and persons of the two files: rb050 and rb030 (documentation of laeken and simPop)."""
    name, expected = EXAMPLES[example]
    assert SHARED is not None
    answers = read_answers(ROOT / "examples" / example / "answers.toml")
    file = SHARED / "data" / "microdata" / f"{name}.csv.gz"
    proposal = propose(tmp_path / "m", [file], answers, None, CATALOGUE)
    assert proposal.questions == ()
    monitor = load_monitor(write_monitor(proposal, tmp_path / "m").parent)
    found = {variable: mapping.column for variable, mapping in monitor.source.variables.items()}
    assert found.items() >= expected.items()
    assert monitor.synthetic
    assert Breakdown(("citizen_group", "sex")) in monitor.breakdowns
    assert dict(monitor.source.variables["citizenship_group"].codes) == {
        "AT": "NAT",
        "EU": "EU27_2020_FOR",
        "Other": "NEU27_2020_FOR",
    }
    with gzip.open(file, "rt", encoding="utf-8") as rows:
        header = next(csv.reader(rows))
    assert set(found.values()) <= set(header)
