"""Settings of a monitor: protection, estimation, the output folder and the secret."""

from __future__ import annotations

import os
from datetime import date
from pathlib import Path

import pytest

from tests.unit.monitors import SECRET, faults_of, folder, no_secret_in_the_environment, only
from zaragoza.catalogue.load import load_catalogue
from zaragoza.catalogue.monitor import inspect_monitor, load_monitor, load_secret
from zaragoza.catalogue.monitor_output import output_faults
from zaragoza.errors import DefinitionError, DisclosureError, ReleaseError, exit_code
from zaragoza.model.disclosure import Policy
from zaragoza.model.source import Source
from zaragoza.model.text import Text

__all__ = ["no_secret_in_the_environment"]


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
cost = "count"
"""
    monitor = load_monitor(folder(tmp_path, more=more))
    assert (monitor.interval, monitor.lonely_psu, monitor.confidence) == ("wilson", "adjust", 0.9)
    assert monitor.outputs == Path("out/of/this")
    assert (monitor.policy.min_count, monitor.policy.hidden_cv, monitor.policy.cost) == (30, 0.4, "count")


def test_the_cost_of_hiding_is_one_of_four(tmp_path: Path) -> None:
    assert load_monitor(folder(tmp_path)).policy.cost == "information"
    fault = only(folder(tmp_path, more='[protection]\ncost = "cells"\n'))
    assert fault.field == "protection.cost"
    assert "value" in fault.expected


@pytest.mark.parametrize(
    ("line", "on"),
    [
        ("", date(2023, 12, 31)),  # the last day of 2023-Q4
        ("reference_date = 2024-01-01", date(2024, 1, 1)),
        ('reference_date = "2024-01-01"', date(2024, 1, 1)),
    ],
)
def test_ages_are_counted_on_the_reference_date(tmp_path: Path, line: str, on: date) -> None:
    monitor = load_monitor(folder(tmp_path, ('period = "2023-Q4"', f'period = "2023-Q4"\n{line}')))
    calls = [v.derive for v in monitor.variables if v.derive and v.derive.operator == "completed_years"]
    assert {call.reference_date for call in calls} == {on}


@pytest.mark.parametrize("value", ["2024", '"1 January"', "2024-01-01T00:00:00"])
def test_a_reference_date_is_a_date(tmp_path: Path, value: str) -> None:
    changed = folder(tmp_path, ('period = "2023-Q4"', f'period = "2023-Q4"\nreference_date = {value}'))
    assert only(changed).field == "monitor.reference_date"


def test_a_lower_minimum_count_needs_a_reason(tmp_path: Path) -> None:
    more = "[protection]\nmin_count = 5\n"
    monitor, (fault,) = inspect_monitor(folder(tmp_path, more=more))
    assert fault.field == "protection.min_count"
    assert "reason" in fault.way_out
    assert monitor is not None
    assert monitor.policy.min_count == 20  # meanwhile the product's own holds
    reasoned = load_monitor(folder(tmp_path, more=more + 'reason = "agreed with the custodian"\n'))
    assert (reasoned.policy.min_count, reasoned.policy_reason) == (5, "agreed with the custodian")


def test_a_register_has_its_own_minimum_count(tmp_path: Path) -> None:
    register = ('"survey"', '"register"')
    assert load_monitor(folder(tmp_path, register)).policy == Policy(
        full_count=True, min_count=10, numerator_counts=True
    )
    assert faults_of(folder(tmp_path, register, more="[protection]\nmin_count = 10\n")) == ()
    lowered = only(folder(tmp_path, register, more="[protection]\nnumerator_counts = false\n"))
    assert lowered.field == "protection.numerator_counts"


def test_defaults_are_dated_data_of_the_catalogue() -> None:
    # methods/00 decision 15 (10 and 20; 20-49 flagged), methods/06 section 6 (p 10 %, base 5), methods/01 section 8.
    found = load_catalogue().protection
    assert set(found) == {"survey", "register"}
    assert all(each.source and each.since.year >= 2026 for each in found.values())
    assert found["survey"].policy == Policy(min_count=20, reliable_count=50, all_but=0, dominance_share=0.1)
    register = found["register"].policy
    assert (register.min_count, register.full_count, register.numerator_counts, register.all_but) == (
        10,
        True,
        True,
        1,
    )
    assert (register.hidden_cv, register.hidden_missing, register.rounding_base) == (0.5, 0.5, 5)


@pytest.mark.parametrize(
    ("kind", "setting"),
    [
        ("register", "all_but = 0"),
        ("register", "dominance_share = 0.05"),
        ("survey", "dominance_share = 0.05"),
    ],
)
def test_other_guards_need_a_reason_too(tmp_path: Path, kind: str, setting: str) -> None:
    fault = only(folder(tmp_path, ('"survey"', f'"{kind}"'), more=f"[protection]\n{setting}\n"))
    assert fault.field == f"protection.{setting.split(maxsplit=1)[0]}"


@pytest.mark.parametrize(
    "setting",
    [
        "min_count = 0",
        "min_count = 2.5",
        'min_count = "20"',
        "hidden_missing = 2",
        "dominance_prior = 0",
        "largest_share = 1.5",
        "full_share = 1.5",
        'by_definition = "birth_group"',
        'by_definition = [["birth_group"]]',
        'by_definition = [["birth_group", "sexe"]]',
        "largest_contributors = 0",
        "largest_contributors = 11",
        "largest_contributors = 2.5",
        "dominance_coalition = 0",
        "dominance_coalition = 10",
    ],
)
def test_limits_are_numbers_that_make_sense(tmp_path: Path, setting: str) -> None:
    more = f'[protection]\n{setting}\nreason = "a reason"\n'
    assert only(folder(tmp_path, more=more)).field == f"protection.{setting.split(maxsplit=1)[0]}"


def test_as_many_contributors_as_the_office_asks(tmp_path: Path) -> None:
    for more, known in (
        ("largest_contributors = 10\nlargest_share = 0.9\n", 10),
        ("dominance_coalition = 9\n", 10),
    ):
        policy = load_monitor(folder(tmp_path, more=f"[protection]\n{more}")).policy
        assert policy.contributions_known == known
    fault = only(folder(tmp_path, more="[protection]\nlargest_contributors = 11\n"))
    assert (fault.expected, fault.found) == ("a whole number from 1 to 10", "another number")


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


def test_a_title_of_the_source_in_one_language_or_in_both(tmp_path: Path) -> None:
    def source(line: str) -> Source:
        return load_monitor(folder(tmp_path, ('kind = "survey"', f'kind = "survey"\n{line}'))).source

    assert source('title = "EU-SILC"').name == Text("EU-SILC", "EU-SILC")
    both = source('title = { en = "Survey of income", nl = "Inkomensenquête" }')
    assert both.name == Text("Survey of income", "Inkomensenquête")
    assert source("").title is None
    assert source("").name == Text("source", "source")
    fault = only(folder(tmp_path, ('kind = "survey"', 'kind = "survey"\ntitle = { en = "Survey" }')))
    assert (fault.field, fault.found) == ("source.title", "nothing for nl")


@pytest.mark.parametrize("name", ["monitor.toml", "secret.key"])
def test_a_file_that_may_not_be_read_is_a_fault(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, name: str
) -> None:
    """The superuser may read everything, so the answer of the system is set here."""
    where, read = folder(tmp_path), Path.read_bytes

    def refused(path: Path) -> bytes:
        if path.name == name:
            raise PermissionError(13, "Permission denied")
        return read(path)

    monkeypatch.setattr(Path, "read_bytes", refused)
    fault = only(where)
    assert (fault.field, fault.found) == (FIELDS[name], "a file that you may not read")


FIELDS = {"monitor.toml": "file", "secret.key": "security.secret"}


@pytest.mark.parametrize("name", ["monitor.toml", "secret.key"])
def test_a_folder_in_place_of_a_file_is_a_fault(tmp_path: Path, name: str) -> None:
    where = folder(tmp_path)
    (where / name).unlink()
    (where / name).mkdir()
    assert (only(where).field, only(where).found) == (FIELDS[name], "a folder of that name")


def test_bytes_that_are_no_text_are_faults(tmp_path: Path) -> None:
    where = folder(tmp_path)
    (where / "secret.key").write_bytes(bytes(range(128, 160)))
    assert only(where).field == "security.secret"
    (where / "monitor.toml").write_bytes(b'[monitor]\nid = "caf\xe9"\n')
    assert only(where).expected == "text in UTF-8"


def test_definitions_of_the_office_that_cannot_be_read_are_faults(tmp_path: Path) -> None:
    where = folder(tmp_path)
    (where / "catalogue" / "indicators" / "own.yaml").mkdir(parents=True)
    assert (only(where).where, only(where).found) == (
        "catalogue/indicators/own.yaml", "a folder of that name",
    )  # fmt: skip


def test_faults_of_other_kinds_than_definitions(tmp_path: Path) -> None:
    (tmp_path / "taken").write_text("", encoding="ascii")
    lowered, unwritable = "[protection]\nmin_count = 5\n", '[output]\nfolder = "taken"\n'
    assert only(folder(tmp_path, more=lowered)).kind is DisclosureError
    assert only(folder(tmp_path, more=unwritable)).kind is ReleaseError
    with pytest.raises(DefinitionError) as caught:
        load_monitor(folder(tmp_path, more=lowered + unwritable))
    assert exit_code(caught.value.faults) == 6
    with pytest.raises(DefinitionError) as caught:
        load_monitor(folder(tmp_path, ('period = "2023-Q4"', "period = 4"), more=lowered))
    assert exit_code(caught.value.faults) == 3
