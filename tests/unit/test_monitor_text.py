"""The text of monitor.toml: lines of keys, and mistakes that TOML itself stops at."""

from __future__ import annotations

from zaragoza.catalogue.monitor_reader import nearest
from zaragoza.catalogue.monitor_text import read_text


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
