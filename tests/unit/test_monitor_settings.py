"""Settings of a monitor: protection, estimation, the output folder and the secret."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from tests.unit.monitors import SECRET, faults_of, folder, no_secret_in_the_environment, only
from zaragoza.catalogue.monitor import inspect_monitor, load_monitor, load_secret
from zaragoza.catalogue.monitor_output import output_faults
from zaragoza.errors import DefinitionError
from zaragoza.model.disclosure import MIN_COUNT, Policy

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
"""
    monitor = load_monitor(folder(tmp_path, more=more))
    assert (monitor.interval, monitor.lonely_psu, monitor.confidence) == ("wilson", "adjust", 0.9)
    assert monitor.outputs == Path("out/of/this")
    assert (monitor.policy.min_count, monitor.policy.hidden_cv) == (30, 0.4)


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
