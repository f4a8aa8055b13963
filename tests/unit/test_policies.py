"""Answers about policies: files of questionnaires, their faults, and scores beside outcomes."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path

import pytest

from tests.support import SHARED, needs_shared
from tests.web.published import MONITOR, files
from zaragoza.catalogue import load_catalogue
from zaragoza.catalogue.monitor_countries import country_codes
from zaragoza.catalogue.published_monitor import load_published_monitor
from zaragoza.collect.policies import Answers, read_policies
from zaragoza.compare.policy_index import policy_rows
from zaragoza.errors import DefinitionError, InputError
from zaragoza.model.published_monitor import Policies
from zaragoza.model.text import Text
from zaragoza.published_pipeline import run_published

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


def read(folder: Path, *files: str, levels: tuple[str, ...] = (), **columns: str) -> Answers:
    named = Policies(files=files, levels=levels, title=Text("x", "x"), source="x", columns=columns)
    return read_policies(named, folder, country_codes(load_catalogue()))


def test_scores_are_averaged_level_by_level(tmp_path: Path) -> None:
    (tmp_path / "answers.csv").write_text(ANSWERS, encoding="utf-8")
    found = read(tmp_path, "answers.csv", levels=LEVELS)
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
    found = read(tmp_path, "overall.csv")
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
        read(tmp_path, "a.csv", "b.csv", "c.csv", "d.csv")
    faults = [(fault.where, fault.field) for fault in caught.value.faults]
    assert faults == [
        ("a.csv, line 2", "score"), ("a.csv, line 3", "score"), ("b.csv", "columns"), ("c.csv", "file"),
        ("d.csv", "file"),
    ]  # fmt: skip
    assert "secret words" not in str(caught.value)


def test_a_question_answered_twice_is_a_fault(tmp_path: Path) -> None:
    (tmp_path / "a.csv").write_text("geo,question,score\nNL,a,50\nNL,a,100\n", encoding="utf-8")
    with pytest.raises(InputError, match="each once a country"):
        read(tmp_path, "a.csv")


def test_columns_may_have_other_names_and_countries_theirs(tmp_path: Path) -> None:
    """One score for each country and area, so no questions; names in English and Dutch, former ones too."""
    (tmp_path / "x.csv").write_text(
        "land;thema;punten\nNederland;werk;80\nCzech Republic;werk;40\nel;werk;50\nGriekenland;gezin;\n",
        encoding="utf-8",
    )
    found = read(tmp_path, "x.csv", levels=("area",), geo="land", area="thema", score="punten")
    assert {geo: [row["score"] for row in policy_rows(geo, of, ("area",))] for geo, of in found.items()} == {
        "NL": [80, 80], "CZ": [40, 40], "EL": [50, None, 50],
    }  # fmt: skip
    with pytest.raises(InputError, match="none of vraag"):
        read(tmp_path, "x.csv", levels=("area",), geo="land", area="thema", score="punten", question="vraag")


def test_a_monitor_shows_the_scores_of_its_own_places_beside_outcomes(tmp_path: Path) -> None:
    """Without levels there is one score a country; Canada is no place of the monitor."""
    files(tmp_path / "m")
    (tmp_path / "m" / "answers.csv").write_text("countries;mipex\nSweden;83\nCanada;72\n", encoding="utf-8")
    named = 'columns = { geo = "countries", score = "mipex" }'
    (tmp_path / "m" / "monitor.toml").write_text(
        MONITOR.replace('levels = ["area"]', named), encoding="utf-8"
    )
    release = run_published(load_published_monitor(tmp_path / "m"), now=datetime(2025, 7, 1, tzinfo=UTC))
    assert (release / "policies.csv").read_text(encoding="utf-8").splitlines() == ["geo,score", "SE,83.0"]
    page = (release / "en" / "policies.html").read_text(encoding="utf-8")
    assert '<th scope="row">Sweden</th><td class="number">83</td>' in page
    assert "Canada" not in page
    wrong = MONITOR.replace('levels = ["area"]', 'columns = { country = "countries" }')
    (tmp_path / "m" / "monitor.toml").write_text(wrong, encoding="utf-8")
    with pytest.raises(DefinitionError, match=r"policies\.columns\.country"):
        load_published_monitor(tmp_path / "m")


def test_a_country_that_is_not_known_is_a_fault(tmp_path: Path) -> None:
    (tmp_path / "a.csv").write_text("geo,question,score\nEU average,a,50\nNL,a,50\n", encoding="utf-8")
    with pytest.raises(InputError) as caught:
        read(tmp_path, "a.csv")
    assert [(fault.where, fault.found) for fault in caught.value.faults] == [
        ("a.csv, line 2", "`EU average`")
    ]


@needs_shared
def test_the_overall_scores_of_mipex_as_they_were_published() -> None:
    """README of shared/data: 32 countries, 2010; Sweden 83, Portugal 79."""
    assert SHARED is not None
    found = read(SHARED / "data" / "policy", "mipex2010_overall.csv", geo="countries", score="mipex")
    scores = {geo: policy_rows(geo, of, ())[0]["score"] for geo, of in found.items()}
    assert len(scores) == 32
    assert (scores["SE"], scores["PT"], scores["CZ"], scores["EL"], scores["UK"]) == (83, 79, 46, 49, 57)
