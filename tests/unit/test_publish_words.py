"""What the pages and the manifest say about the margin of a survey and of a register."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path

import pytest

from tests.web.made_up import monitor
from tests.web.releases import FEW, write
from zaragoza.model.disclosure import Policy
from zaragoza.model.text import LANGUAGES
from zaragoza.publish.words import words

MARGIN = {"en": ("margin of chance", "no sampling error"), "nl": ("toevalsmarge", "geen steekproeffout")}


def of_register(folder: Path, **changed: object) -> Path:
    survey = monitor(folder, FEW)
    policy = Policy(full_count=True, min_count=10, numerator_counts=True, all_but=1)
    source = replace(survey.source, kind="register")
    return write(folder, monitor=replace(survey, source=source, policy=policy, **changed)).path  # type: ignore[arg-type]  # any


def rules(folder: Path) -> list[str]:
    return json.loads((folder / "manifest.json").read_bytes())["protection"]["rules"]


@pytest.mark.parametrize("language", LANGUAGES)
def test_no_words_name_a_confidence_of_their_own(language: str) -> None:
    assert [name for name, text in words(language).items() if "95" in text or "0.95" in text] == []  # type: ignore[arg-type]  # a text


@pytest.mark.parametrize("language", LANGUAGES)
def test_pages_of_a_register_speak_of_chance_and_not_of_sampling(tmp_path: Path, language: str) -> None:
    folder = of_register(tmp_path, confidence=0.9)
    for name in ("index", FEW[0].id, "quality"):
        page = (folder / language / f"{name}.html").read_text(encoding="utf-8")
        assert all(each in page for each in MARGIN[language])
        assert "with other samples" not in page
        assert "andere steekproeven" not in page
        assert "95%" not in page
    assert "90%" in (folder / language / "index.html").read_text(encoding="utf-8")


def test_the_manifest_says_what_the_margin_is(tmp_path: Path) -> None:
    register = json.loads((of_register(tmp_path / "r") / "manifest.json").read_bytes())
    survey = json.loads((write(tmp_path / "s").path / "manifest.json").read_bytes())
    for language in LANGUAGES:
        assert all(each in register["design"]["margin"][language] for each in MARGIN[language])
    assert survey["design"]["margin"] == {"en": "sampling error", "nl": "steekproeffout"}


def test_a_register_has_no_rule_on_errors(tmp_path: Path) -> None:
    register = rules(of_register(tmp_path / "r"))
    survey = rules(write(tmp_path / "s").path)
    assert "missing_answers" in register
    assert "reliability" not in register
    assert "reliability" in survey
    assert "missing_answers" not in survey
