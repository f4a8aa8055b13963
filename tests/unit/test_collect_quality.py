"""What a run tells of the quality of its data, counted by hand."""

from __future__ import annotations

import pytest

from tests.collecting import (
    csv_of,
    engine,
    run,
    source,
    write,
)
from zaragoza.model.source import ColumnMapping as Map

__all__ = ["engine"]


def test_quality_counts_what_is_missing_and_out_of_list(engine, tmp_path):
    # weights 1, 2, 3, 4, 0: age is answered by the rows with weights 1 and 2, sex by 1 and 4
    rows = ["1;A;40;F;1", "2;A;50;;2", "3;B;x;9;3", "4;B;130;M;4", "5;C;;9;0"]
    write(tmp_path, csv_of("id;hh;age;sex;w", rows))
    taken = source(person="id", household="hh", age="age", sex="sex", weight="w")
    quality = run(engine, tmp_path, taken, population=40.0).quality
    assert (quality.rows, quality.persons, quality.households, quality.duplicates) == (5, 5, 3, 0)
    assert (quality.weights_zero, quality.weights_negative, quality.weights_missing) == (1, 0, 0)
    assert quality.sum_of_weights == 10.0
    assert quality.coverage == 0.25
    age, sex = quality.items
    assert (age.variable, age.valid, age.missing, age.out_of_list) == ("age", 2, 1, 2)
    assert age.missing_rate == pytest.approx(1 - 2 / 5)
    assert age.missing_rate_weighted == pytest.approx(1 - 3 / 10)
    assert (sex.variable, sex.valid, sex.missing, sex.out_of_list) == ("sex", 2, 1, 2)
    assert sex.missing_rate_weighted == pytest.approx(1 - 5 / 10)
    assert quality.unit_non_response is None
    assert any("A4" in note.en for note in quality.notes)


def test_quality_of_a_register_says_what_does_not_apply(engine, tmp_path):
    write(tmp_path, csv_of("id;age", ["1;40", "2;"]))
    quality = run(engine, tmp_path, source(person="id", age="age", kind="register")).quality
    assert quality.households is quality.sum_of_weights is quality.coverage is None
    assert quality.items[0].missing_rate_weighted is None
    assert quality.items[0].missing_rate == 0.5
    said = " ".join(note.en for note in quality.notes)
    assert all(
        words in said for words in ("no population total", "does not apply to a register", "no weight")
    )


def test_notes_name_files_and_not_their_folders(engine, tmp_path):
    for folder in ("a", "b"):
        (tmp_path / folder).mkdir()
    write(tmp_path, csv_of("id;age", ["1;40", "2;12"]), "a/p.csv")
    write(tmp_path, csv_of("id;edu", ["3;1", "1;0"]), "b/e.csv")
    write(tmp_path, csv_of("id;x", ["1;1"]), "b/unused.csv")
    taken = source(
        ("a/p.csv", "b/e.csv", "b/unused.csv"),
        person=Map(column="id", file="a/p.csv"),
        age="age",
        in_education="edu",
    )
    collected = run(engine, tmp_path, taken)
    assert [each.file for each in collected.quality.left_out] == ["e.csv"]
    said = [words for note in collected.quality.notes for words in (note.en, note.nl)]
    assert any(words.startswith("unused.csv is not read") for words in said)
    assert not any("/" in words for words in said)
    assert run(engine, tmp_path, taken).quality == collected.quality  # read from the snapshot
