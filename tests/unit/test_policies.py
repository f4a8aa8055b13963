"""Answers about policies: files of questionnaires, their faults, and scores beside outcomes."""

from __future__ import annotations

from pathlib import Path

import pytest

from zaragoza.collect.policies import read_policies
from zaragoza.compare.policy_index import policy_rows
from zaragoza.errors import InputError

LEVELS = ("area", "dimension")
# methods/08 section 7: means of dimensions 50, 25 and 83.3333, of the area 52.7778
ANSWERS = """geo;area;dimension;question;score;remark
NL;labour;access;a1;100;x
NL;labour;access;a2;50;
NL;labour;access;a3;50;
NL;labour;access;a4;0;
NL;labour;targeted;t1;50;
NL;labour;targeted;t2;0;
NL;labour;rights;r1;100;
NL;labour;rights;r2;100;
NL;labour;rights;r3;50;
BE;labour;access;a1;;not answered
"""


def test_scores_are_averaged_level_by_level(tmp_path: Path) -> None:
    (tmp_path / "answers.csv").write_text(ANSWERS, encoding="utf-8")
    found = read_policies(["answers.csv"], tmp_path, LEVELS)
    rows = {(row["area"], row["dimension"]): row["score"] for row in policy_rows("NL", found["NL"], LEVELS)}
    assert rows["labour", "access"] == 50
    assert rows["labour", "targeted"] == 25
    assert rows["labour", "rights"] == pytest.approx(83.3333, abs=1e-4)
    assert rows["labour", "_T"] == rows["_T", "_T"] == pytest.approx(52.7778, abs=1e-4)
    assert {row["score"] for row in policy_rows("BE", found["BE"], LEVELS)} == {None}


def test_a_file_of_overall_scores_has_no_levels(tmp_path: Path) -> None:
    (tmp_path / "overall.csv").write_text(
        "geo,question,score\nSE,overall,83\nPT,overall,79\n", encoding="utf-8"
    )
    found = read_policies(["overall.csv"], tmp_path, ())
    assert [policy_rows(geo, of, ()) for geo, of in found.items()] == [
        [{"geo": "SE", "score": 83.0}],
        [{"geo": "PT", "score": 79.0}],
    ]


def test_faults_of_all_files_are_told_together(tmp_path: Path) -> None:
    (tmp_path / "a.csv").write_text(
        "geo,question,score\nNL,a,secret words\nNL,a,101\nNL,b,\n", encoding="utf-8"
    )
    (tmp_path / "b.csv").write_text("land,question,score\n", encoding="utf-8")
    (tmp_path / "c.csv").write_bytes(b"geo,question,score\nNL,\xff,1\n")
    with pytest.raises(InputError) as caught:
        read_policies(["a.csv", "b.csv", "c.csv", "d.csv"], tmp_path, ())
    faults = [(fault.where, fault.field) for fault in caught.value.faults]
    assert faults == [
        ("a.csv, line 2", "score"), ("a.csv, line 3", "score"), ("b.csv", "columns"), ("c.csv", "file"),
        ("d.csv", "file"),
    ]  # fmt: skip
    assert "secret words" not in str(caught.value)


def test_a_question_answered_twice_is_a_fault(tmp_path: Path) -> None:
    (tmp_path / "a.csv").write_text("geo,question,score\nNL,a,50\nNL,a,100\n", encoding="utf-8")
    with pytest.raises(InputError, match="each once a country"):
        read_policies(["a.csv"], tmp_path, ())
