"""Files of an office that have another shape, cannot be read, or stand where nothing is read."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.unit.offices import INDICATOR, faults, office


@pytest.mark.parametrize(
    ("name", "text", "field", "found"),
    [
        (
            "areas",
            "sport: {title: {en: Sport, nl: Sport}, also: [participation]}",
            "sport.also",
            "`participation`",
        ),
        ("areas", "[]", "file", ""),
        ("areas", "employment: {title: {en: Work, nl: Werk}}", "employment", "one that catalogue/areas.yaml"),
        ("countries", "sets: {mine: {codes: [nl], source: us}}", "mine.codes", "`nl`"),
        ("countries", "sets: {mine: {codes: [NL, NL], source: us}}", "mine.codes", "`NL` more often"),
        ("countries", "sets: {mine: [NL]}", "mine", "a list"),
        ("countries", "zets: {}", "zets", "a mapping"),
        ("countries", "- NL", "countries", "a list"),
        ("indicators", "own: 3", "own", "the number 3"),
        ("indicators", "just words", "file", "`just words`"),
        ("indicators", "own: [", "file", "did not find"),
        ("indicators", "own: &a {b: *a}", "own.b.b", "more"),
    ],
)
def test_a_file_of_another_shape(tmp_path: Path, name: str, text: str, field: str, found: str) -> None:
    if text == "[]":
        text = "- 3"
        field, found = "None", "the number 3"
    told = faults(office(tmp_path, **{name: text}))
    assert [fault for fault in told if fault.field.startswith(field) and fault.found.startswith(found)]


def test_a_file_that_cannot_be_read_brings_no_other_faults(tmp_path: Path) -> None:
    using = INDICATOR.replace("activity = 'employed'", "own_variable = 'a'")
    told = faults(office(tmp_path, variables="own_variable: [", indicators=using))
    assert [fault.where for fault in told] == [f"{tmp_path.name}/variables/own.yaml, line 1"]


@pytest.mark.parametrize(
    "place", ["indicator/own.yaml", "indicators/own.yml", "own.yaml", "indicators/a/own.yaml"]
)
def test_a_file_that_is_not_read_is_told(tmp_path: Path, place: str) -> None:
    path = tmp_path / place
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(INDICATOR, encoding="utf-8")
    (fault,) = faults(tmp_path)
    assert fault.where == f"{tmp_path.name}/{place}"
    assert fault.found == "a file that is not read"


def test_a_folder_that_is_not_there(tmp_path: Path) -> None:
    (fault,) = faults(tmp_path / "none")
    assert (fault.where, fault.found) == ("none", "no such folder")
