"""A small monitor for tests, to be changed in places."""

from __future__ import annotations

from pathlib import Path

import pytest

from zaragoza.catalogue.monitor import inspect_monitor
from zaragoza.errors import Fault

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
def no_secret_in_the_environment(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("ZARAGOZA_SECRET", raising=False)


def faults_of(where: Path) -> tuple[Fault, ...]:
    return inspect_monitor(where)[1]


def only(where: Path) -> Fault:
    """The one fault that a folder has."""
    (fault,) = faults_of(where)
    return fault


def line_of(text: str, start: str) -> int:
    return next(n for n, line in enumerate(text.splitlines(), 1) if line.startswith(start))
