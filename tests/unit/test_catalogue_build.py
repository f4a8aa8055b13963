"""Entries become frozen objects of the model, or all of their faults."""

from __future__ import annotations

from zaragoza.catalogue.build import build
from zaragoza.model.indicator import Indicator
from zaragoza.model.variable import Variable


def test_build_reports_all_faults_of_one_object() -> None:
    made, told = build(
        Indicator, {"id": "x", "title": {"en": "X"}, "kind": "sum", "colour": 3}, "monitor.toml"
    )
    assert made is None
    fields = {fault.field for fault in told}
    assert {"title.nl", "kind", "colour", "area", "definition", "source", "direction"} == fields
    assert {fault.where for fault in told} == {"monitor.toml"}


def test_build_makes_frozen_objects() -> None:
    data = {
        "id": "x",
        "title": {"en": "X", "nl": "X"},
        "definition": {"en": "X", "nl": "X"},
        "type": "number",
        "source": "us",
        "range": [0, 12],
        "names": ["ex"],
    }
    made, told = build(Variable, data, "here")
    assert told == []
    assert made is not None
    assert made.range == (0.0, 12.0)
    assert made.names == ("ex",)
