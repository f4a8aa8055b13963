"""monitor.toml: every fault at once, each on its line, and the rest still usable."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.unit.monitors import faults_of, folder, line_of, no_secret_in_the_environment, only
from zaragoza.catalogue.monitor import inspect, load_monitor
from zaragoza.errors import DefinitionError
from zaragoza.model.classification import Breakdown
from zaragoza.model.disclosure import Policy
from zaragoza.model.source import ColumnMapping

__all__ = ["no_secret_in_the_environment"]


def test_a_monitor_without_faults(tmp_path: Path) -> None:
    monitor = load_monitor(folder(tmp_path))
    assert (monitor.id, monitor.title["nl"], monitor.country) == ("test-2023", "Proef", "NL")
    assert monitor.period.code == "2023-Q4"
    assert [indicator.id for indicator in monitor.indicators] == ["employment_rate"]
    assert monitor.breakdowns == (Breakdown(("citizen_group", "sex")),)
    assert monitor.policy == Policy(min_count=20, all_but=0)
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
