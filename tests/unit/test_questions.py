"""What `zaragoza init` asks, and where the answers come from."""

from __future__ import annotations

from pathlib import Path

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
    write,
)
from zaragoza.catalogue.monitor import inspect_monitor, load_monitor
from zaragoza.collect.propose import propose, write_monitor
from zaragoza.collect.questions import Question, read_answers
from zaragoza.errors import DefinitionError


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


def test_a_question_that_is_open_is_not_missing_as_well(tmp_path: Path) -> None:
    file = write(tmp_path / "persons.csv", SURVEY)
    proposal = propose(tmp_path / "monitor", [file], {"period": "2023", "kind": "survey"}, None, CATALOGUE)
    faults = inspect_monitor(write_monitor(proposal, tmp_path / "monitor").parent)[1]
    assert sorted(fault.field for fault in faults) == ["codes.citizenship_group.AT", "country"]


@pytest.mark.parametrize(
    ("key", "answer"),
    [("id", "Our Office"), ("synthetic", "perhaps"), ("period", "23"), ("country", "Austria")],
)
def test_answers_have_a_form(tmp_path: Path, key: str, answer: str) -> None:
    with pytest.raises(DefinitionError) as raised:
        proposed(tmp_path, answers={key: answer})
    assert [fault.field for fault in raised.value.faults] == [key]


def test_how_a_file_is_written_may_be_told(tmp_path: Path) -> None:
    file = tmp_path / "persons.csv"
    write(file, SURVEY, delimiter="|")
    answers = {**ANSWERS, "delimiter": "|", "encoding": "cp1252"}
    proposal = propose(tmp_path / "monitor", [file], answers, None, CATALOGUE)
    assert (proposal.delimiter, proposal.encoding) == ("|", "cp1252")
    assert mapped(proposal)["sex"] == "rb090"


def test_indicators_and_breakdowns_may_be_answered(tmp_path: Path) -> None:
    path = tmp_path / "answers.toml"
    path.write_text(
        'indicators = ["employment_rate"]\nbreakdowns = ["citizen_group sex", "sex"]\n', encoding="utf-8"
    )
    proposal = proposed(tmp_path, answers=read_answers(path))
    assert proposal.questions == ()
    monitor = load_monitor(write_monitor(proposal, tmp_path / "monitor").parent)
    assert [indicator.id for indicator in monitor.indicators] == ["employment_rate"]
    assert [breakdown.by for breakdown in monitor.breakdowns] == [("citizen_group", "sex"), ("sex",)]
    with pytest.raises(DefinitionError, match=r"birth_group sex, generation"):
        proposed(tmp_path, answers={"breakdowns": "Citizen Group"})
