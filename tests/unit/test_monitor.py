"""monitor.toml: every fault at once, each on its line, and the rest still usable."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from zaragoza.catalogue.monitor import inspect, inspect_monitor, load_monitor, load_secret
from zaragoza.catalogue.monitor_output import output_faults
from zaragoza.catalogue.monitor_reader import nearest
from zaragoza.catalogue.monitor_text import read_text
from zaragoza.errors import DefinitionError, Fault
from zaragoza.model.classification import Breakdown
from zaragoza.model.disclosure import MIN_COUNT, Policy
from zaragoza.model.source import ColumnMapping

MONITOR = """\
[monitor]
id = "test-2023"
title = { en = "Test", nl = "Proef" }
country = "NL"
period = "2023-Q4"
indicators = ["employment_rate"]

[source]
kind = "survey"
files = ["persons.csv"]
delimiter = ";"
encoding = "cp1252"

[source.variables]
person = "pid"
household = "hid"
weight = "w"
age = "age"

[source.variables.sex]
column = "gender"
missing = [9, "x"]

[source.variables.sex.codes]
m = "M"
v = "F"

[source.variables.activity]
column = "status"

[source.variables.activity.codes]
1 = "employed"
2 = "unemployed"
3 = ""

[source.variables.citizenship]
column = "nationality"

[[breakdowns]]
by = ["citizen_group", "sex"]
"""
SECRET = "0123456789abcdef" * 4


def folder(tmp_path: Path, *changes: tuple[str, str], more: str = "") -> Path:
    """A folder with the monitor above, changed in places, and a secret."""
    text = MONITOR + more
    for old, new in changes:
        assert old in text
        text = text.replace(old, new)
    (tmp_path / "monitor.toml").write_text(text, encoding="utf-8")
    secret = tmp_path / "secret.key"
    secret.touch(mode=0o600)
    secret.write_text(SECRET + "\n", encoding="ascii")
    return tmp_path


@pytest.fixture(autouse=True)
def _no_secret_in_the_environment(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("ZARAGOZA_SECRET", raising=False)


def faults_of(where: Path) -> tuple[Fault, ...]:
    return inspect_monitor(where)[1]


def only(where: Path) -> Fault:
    """The one fault that a folder has."""
    (fault,) = faults_of(where)
    return fault


def line_of(text: str, start: str) -> int:
    return next(n for n, line in enumerate(text.splitlines(), 1) if line.startswith(start))


def test_a_monitor_without_faults(tmp_path: Path) -> None:
    monitor = load_monitor(folder(tmp_path))
    assert (monitor.id, monitor.title["nl"], monitor.country) == ("test-2023", "Proef", "NL")
    assert monitor.period.code == "2023-Q4"
    assert [indicator.id for indicator in monitor.indicators] == ["employment_rate"]
    assert monitor.breakdowns == (Breakdown(("citizen_group", "sex")),)
    assert monitor.policy == Policy(min_count=20)
    assert (monitor.interval, monitor.lonely_psu, monitor.confidence) == ("logit", "error", 0.95)
    source = monitor.source
    assert (source.files, source.delimiter, source.encoding) == (("persons.csv",), ";", "cp1252")
    assert source.variables["age"] == ColumnMapping(column="age")
    assert source.variables["sex"] == ColumnMapping(
        column="gender", codes={"m": "M", "v": "F"}, missing=("9", "x")
    )
    assert source.variables["activity"].codes["3"] == ""


def test_classifications_are_bound_to_the_country_and_its_reference_group(tmp_path: Path) -> None:
    more = '[reference]\ncitizen_group = "EU27_2020_FOR"\n'
    monitor = load_monitor(folder(tmp_path, more=more))
    citizen = monitor.classification("citizen_group")
    assert citizen.reference == "EU27_2020_FOR"
    assert "'NL'" in citizen.categories[0].when
    assert monitor.classification("sex").reference is None


def test_all_indicators_are_those_that_the_data_allow(tmp_path: Path) -> None:
    monitor = load_monitor(folder(tmp_path, ('["employment_rate"]', '"all"')))
    found = {indicator.id for indicator in monitor.indicators}
    assert "employment_rate" in found
    have = {"person", "household", "weight", "age", "sex", "activity", "citizenship"}
    derived = {v.id for v in monitor.variables if v.derive is not None}
    assert all(indicator.measure.variables <= have | derived for indicator in monitor.indicators)
    assert all("education" not in indicator.measure.variables for indicator in monitor.indicators)


def test_a_year_may_be_a_number(tmp_path: Path) -> None:
    assert load_monitor(folder(tmp_path, ('"2023-Q4"', "2023"))).period.code == "2023"


def test_settings_of_estimation_output_and_protection(tmp_path: Path) -> None:
    more = """\
[estimation]
interval = "wilson"
lonely_psu = "adjust"
confidence = 0.9
[output]
folder = "out/of/this"
[protection]
min_count = 30
hidden_cv = 0.4
"""
    monitor = load_monitor(folder(tmp_path, more=more))
    assert (monitor.interval, monitor.lonely_psu, monitor.confidence) == ("wilson", "adjust", 0.9)
    assert monitor.outputs == Path("out/of/this")
    assert (monitor.policy.min_count, monitor.policy.hidden_cv) == (30, 0.4)


WRONG = {
    "unknown key": (("delimiter =", "delimeter ="), "source.delimeter", "delimeter", "`delimiter`"),
    "unknown table": (("[[breakdowns]]", "[output]\nfolder = 'x'\n[outputs]\n[[breakdowns]]"), "outputs",
                      "[outputs]", "`output`"),
    "unknown variable": (('household = "hid"', 'houshold = "hid"'), "source.variables.houshold", "houshold",
                         "`household`"),
    "target that is no code": (('v = "F"', 'v = "Q"'), "source.variables.sex.codes.v", "v =", "`F`, `M`"),
    "target in the wrong case": (('"unemployed"', '"Unemployed"'), "source.variables.activity.codes.2", "2 =",
                                 "`unemployed`"),
    "unknown indicator": (('"employment_rate"', '"employment_rates"'), "monitor.indicators", "indicators",
                          "`employment_rate`"),
    "unknown classification": (('"citizen_group", "sex"', '"citizens_group", "sex"'), "breakdowns.0.by", "by =",
                               "`citizen_group`"),
    "bad period": (('"2023-Q4"', '"2023-Q5"'), "monitor.period", "period", "2023-Q4"),
    "country by its ISO code": (('"NL"', '"GR"'), "monitor.country", "country", '"EL"'),
    "country in small letters": (('"NL"', '"nl"'), "monitor.country", "country", '"NL"'),
    "bad id": (('"test-2023"', '"Test 2023"'), "monitor.id", "id =", "our-office-2023"),
    "title in one language": (('en = "Test", ', ""), "monitor.title", "title", "nl ="),
    "bad kind": (('"survey"', '"surveys"'), "source.kind", "kind", "`survey`"),
    "long delimiter": (('";"', '";;"'), "source.delimiter", "delimiter", "tab"),
    "unknown encoding": (('"cp1252"', '"windows"'), "source.encoding", "encoding", "cp1252"),
    "text that is a number": (('column = "status"', "column = 3"), "source.variables.activity.column",
                              "column = 3", '"..."'),
    "file that is not listed": (('column = "status"', 'column = "status"\nfile = "b.csv"'),
                                "source.variables.activity.file", "file =", "persons.csv"),
}  # fmt: skip


@pytest.mark.parametrize("kind", WRONG)
def test_one_fault_with_its_line_and_a_way_out(tmp_path: Path, kind: str) -> None:
    change, field, start, way_out = WRONG[kind]
    where = folder(tmp_path, change)
    fault = only(where)
    assert fault.field == field
    assert fault.where == f"monitor.toml, line {line_of((where / 'monitor.toml').read_text(), start)}"
    assert way_out in fault.way_out + fault.expected


MISSING = {
    'country = "NL"\n': "monitor.country",
    'period = "2023-Q4"\n': "monitor.period",
    'title = { en = "Test", nl = "Proef" }\n': "monitor.title",
    'id = "test-2023"\n': "monitor.id",
    'kind = "survey"\n': "source.kind",
    'files = ["persons.csv"]\n': "source.files",
    'column = "status"\n': "source.variables.activity.column",
    '[[breakdowns]]\nby = ["citizen_group", "sex"]\n': "breakdowns",
    'by = ["citizen_group", "sex"]\n': "breakdowns.0.by",
}


@pytest.mark.parametrize("line", MISSING)
def test_what_has_to_be_there(tmp_path: Path, line: str) -> None:
    fault = only(folder(tmp_path, (line, "")))
    assert (fault.field, fault.found) == (MISSING[line], "nothing")


def test_a_code_mapped_twice(tmp_path: Path) -> None:
    """TOML knows keys that are given twice; codes that differ in case or spaces are one code of the file."""
    twice = only(folder(tmp_path, ('v = "F"', 'v = "F"\nm = "F"')))
    assert twice.field == "source.variables.sex.codes.m"
    assert "mapped twice" in twice.found
    spaced = only(folder(tmp_path, ('v = "F"', 'v = "F"\n"M " = "F"')))
    assert spaced.field == "source.variables.sex.codes.M "
    assert "mapped twice" in spaced.found
    braces = folder(
        tmp_path, ('[source.variables.sex.codes]\nm = "M"\nv = "F"', 'codes = { m = "M", m = "F" }')
    )
    assert (only(braces).field, "mapped twice" in only(braces).found) == ("source.variables.sex.codes", True)
    assert faults_of(folder(tmp_path, ('v = "F"', 'v = "F"\n"V" = "F"'))) == ()  # the same meaning twice


def test_two_classifications_of_groups_do_not_cross(tmp_path: Path) -> None:
    born = ('age = "age"\n', 'age = "age"\nbirth_country = "born"\n')
    fault = only(folder(tmp_path, born, ('"citizen_group", "sex"', '"citizen_group", "birth_group"')))
    assert fault.field == "breakdowns.0.by"
    assert "birth_group" in fault.found


def test_a_classification_needs_its_variables(tmp_path: Path) -> None:
    fault = only(folder(tmp_path, ('"citizen_group", "sex"', '"birth_group", "sex"')))
    assert fault.field == "breakdowns.0.by"
    assert "birth_country" in fault.found


def test_an_indicator_that_is_named_needs_its_variables(tmp_path: Path) -> None:
    """Under `all` it is left out instead (see above)."""
    fault = only(folder(tmp_path, ('age = "age"\n', "")))
    assert fault.field == "monitor.indicators"
    assert "age" in fault.found


@pytest.mark.parametrize("code", ["NATIVE", "_U", "_T"])
def test_the_reference_group_is_a_category(tmp_path: Path, code: str) -> None:
    fault = only(folder(tmp_path, more=f'[reference]\ncitizen_group = "{code}"\n'))
    assert (fault.field, fault.found) == ("reference.citizen_group", f"`{code}`")
    assert "NAT" in fault.way_out


def test_a_lower_minimum_count_needs_a_reason(tmp_path: Path) -> None:
    more = "[protection]\nmin_count = 5\n"
    monitor, (fault,) = inspect_monitor(folder(tmp_path, more=more))
    assert fault.field == "protection.min_count"
    assert "reason" in fault.way_out
    assert monitor is not None
    assert monitor.policy.min_count == MIN_COUNT["survey"]  # meanwhile the product's own holds
    reasoned = load_monitor(folder(tmp_path, more=more + 'reason = "agreed with the custodian"\n'))
    assert (reasoned.policy.min_count, reasoned.policy_reason) == (5, "agreed with the custodian")


def test_a_register_has_its_own_minimum_count(tmp_path: Path) -> None:
    register = ('"survey"', '"register"')
    assert load_monitor(folder(tmp_path, register)).policy == Policy(min_count=10, numerator_counts=True)
    assert faults_of(folder(tmp_path, register, more="[protection]\nmin_count = 10\n")) == ()
    lowered = only(folder(tmp_path, register, more="[protection]\nnumerator_counts = false\n"))
    assert lowered.field == "protection.numerator_counts"


@pytest.mark.parametrize("setting", ["all_but = 0", "dominance_share = 0.05"])
def test_other_guards_need_a_reason_too(tmp_path: Path, setting: str) -> None:
    assert (
        only(folder(tmp_path, more=f"[protection]\n{setting}\n")).field
        == f"protection.{setting.split(maxsplit=1)[0]}"
    )


@pytest.mark.parametrize(
    "setting", ["min_count = 0", "min_count = 2.5", 'min_count = "20"', "hidden_missing = 2"]
)
def test_limits_are_numbers_that_make_sense(tmp_path: Path, setting: str) -> None:
    more = f'[protection]\n{setting}\nreason = "a reason"\n'
    assert only(folder(tmp_path, more=more)).field == f"protection.{setting.split(maxsplit=1)[0]}"


@pytest.mark.parametrize(
    "setting", ['interval = "walden"', 'lonely_psu = "ignore"', "confidence = 95", "confidence = true"]
)
def test_settings_of_estimation_that_are_none(tmp_path: Path, setting: str) -> None:
    fault = only(folder(tmp_path, more=f"[estimation]\n{setting}\n"))
    assert fault.field == f"estimation.{setting.split(maxsplit=1)[0]}"


def test_the_output_folder_can_be_written(tmp_path: Path) -> None:
    (tmp_path / "taken").write_text("", encoding="ascii")
    file = only(folder(tmp_path, more='[output]\nfolder = "taken"\n'))
    below = only(folder(tmp_path, more='[output]\nfolder = "taken/deep/releases"\n'))
    assert file.field == below.field == "output.folder"
    assert output_faults(tmp_path / "new" / "deep", "here") == []


def test_the_output_folder_without_permission(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The superuser may write everywhere, so the answer of the system is set here."""
    monkeypatch.setattr(os, "access", lambda path, mode: False)
    (fault,) = output_faults(tmp_path / "releases", "monitor.toml, line 3")
    assert (fault.where, fault.field) == ("monitor.toml, line 3", "output.folder")


def test_the_secret(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    where = folder(tmp_path)
    monitor = load_monitor(where)
    assert load_secret(monitor) == bytes.fromhex(SECRET)
    (where / "secret.key").chmod(0o640)
    assert only(where).found == "permissions 640"
    with pytest.raises(DefinitionError, match="chmod 600"):
        load_secret(monitor)
    (where / "secret.key").unlink()
    assert only(where).found == "no such file"
    monkeypatch.setenv("ZARAGOZA_SECRET", "ff" * 32)
    assert faults_of(where) == ()
    assert load_secret(monitor) == b"\xff" * 32


@pytest.mark.parametrize("secret", ["ff" * 31, "not hexadecimal", ""])
def test_a_secret_that_could_be_guessed(tmp_path: Path, secret: str) -> None:
    where = folder(tmp_path)
    (where / "secret.key").write_text(secret, encoding="ascii")
    fault = only(where)
    assert fault.field == "security.secret"
    assert not secret or secret not in str(fault)


def test_an_open_question_is_a_fault(tmp_path: Path) -> None:
    question = "# QUESTION codes.sex.x: What does code x mean? Nothing recognises it.\n"
    fault = only(folder(tmp_path, ('v = "F"\n', 'v = "F"\n' + question)))
    assert fault.field == "codes.sex.x"
    assert "What does code x mean?" in fault.found


def test_all_faults_at_once_and_the_rest_stays_usable(tmp_path: Path) -> None:
    where = folder(
        tmp_path,
        ('country = "NL"', "country = NL"),  # no quotes: the line cannot be read
        ('period = "2023-Q4"', 'period = "2023-Q4"\nperiod = "2024"'),
        ('"citizen_group", "sex"', '"citizen_group", "sexe"'),
        ('2 = "unemployed"', '2 = "jobless"'),
        more='[estimation]\ninterval = "x"\n[unknown]\n',
    )
    found = inspect(where)
    fields = {fault.field for fault in found.faults}
    assert fields == {
        "monitor.country",
        "monitor.period",
        "breakdowns.0.by",
        "source.variables.activity.codes.2",
        "estimation.interval",
        "unknown",
    }
    assert len(found.faults) == 6
    assert found.monitor is None  # without a country nobody is native
    assert found.source is not None  # but its data can be checked
    assert found.source.variables["activity"].codes == {"1": "employed", "2": "", "3": ""}
    with pytest.raises(DefinitionError) as raised:
        load_monitor(where)
    assert raised.value.faults == found.faults


def test_no_monitor_and_one_that_is_no_text(tmp_path: Path) -> None:
    assert "zaragoza init" in only(tmp_path).way_out
    (tmp_path / "monitor.toml").write_bytes(b"\xff\xfe[\x00")
    assert "UTF-8" in only(tmp_path).expected


OWN = """\
works_somewhere:
  area: employment
  kind: share
  title: {en: Works, nl: Werkt}
  definition: {en: Works., nl: Werkt.}
  of: activity = 'employed'
  direction: higher_is_better
  source: our own
"""


def test_the_office_adds_indicators_of_its_own(tmp_path: Path) -> None:
    where = folder(tmp_path, ('"employment_rate"', '"works_somewhere"'))
    (where / "catalogue" / "indicators").mkdir(parents=True)
    file = where / "catalogue" / "indicators" / "own.yaml"
    file.write_text(OWN, encoding="utf-8")
    assert [i.id for i in load_monitor(where).indicators] == ["works_somewhere"]
    file.write_text(OWN.replace("activity =", "activities ="), encoding="utf-8")
    unknown = only(where)  # and no second fault for naming it
    assert "activities" in unknown.found
    assert "`activity`" in unknown.way_out
    file.write_text(OWN.replace("activity = 'employed'", "read_text('x') = 'employed'"), encoding="utf-8")
    assert "READ_TEXT" in only(where).found.upper()


def test_lines_are_those_of_the_file() -> None:
    text = """\
[a]
b = [
  1,
]
c.d = 1
[[e]]
f = 1
[[e]]
f = 2
[e.g]
h = { i = 1 }
"""
    lines = read_text(text).lines
    assert lines["a", "b"] == 2
    assert lines["a", "c", "d"] == 5
    assert (lines["e", "0", "f"], lines["e", "1", "f"]) == (7, 9)
    assert lines["e", "1", "g", "h", "i"] == 11


def test_an_unclosed_value_is_one_fault() -> None:
    found = read_text('[a]\nb = ["x",\n  "y"\nc = 1\n')
    assert [(fault.where, fault.field) for fault in found.faults] == [("monitor.toml, line 2", "a.b")]
    assert found.data == {"a": {"c": 1}}


def test_a_table_that_is_given_twice_does_not_spill_into_another() -> None:
    found = read_text("[a]\nx = 1\n[b]\ny = 1\n[a]\nz = 1\n[c]\n")
    assert found.data == {"a": {"x": 1}, "b": {"y": 1}, "c": {}}
    assert [(fault.where, fault.field) for fault in found.faults] == [("monitor.toml, line 5", "a")]


def test_the_nearest_word() -> None:
    assert nearest("Citizenship", ["citizen_group", "citizenship"]) == "citizenship"
    assert nearest("zzz", ["citizenship"]) is None
