"""Every text that people read exists in English and in Dutch."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

import pytest
import yaml

from tests.repository.files import ending, name, text
from zaragoza.catalogue import load_catalogue
from zaragoza.model.indicator import Indicator

WORD = re.compile(r"\b[a-z]{3,}\b")  # names have capitals, figures and codes
ENGLISH = re.compile(
    r"\b(the|and|with|from|for|by|Regulations?|Directives?|Council|memory|section|chapter)\b"
)
LONG = 5  # words; a shorter text may be the same in both languages (`EU-SILC`)


def texts(node: object) -> Iterator[dict[str, object]]:
    """Every mapping that has a language in it."""
    if isinstance(node, dict):
        if {"en", "nl"} & node.keys():
            yield node
        for child in node.values():
            yield from texts(child)
    elif isinstance(node, list):
        for child in node:
            yield from texts(child)


def faults(node: object) -> list[str]:
    """What is wrong with the texts of one file."""
    found = []
    for pair in texts(node):
        en, nl = pair.get("en"), pair.get("nl")
        if isinstance(en, list) and isinstance(nl, list):  # forms of a word
            found += [f"one language is missing: {en or nl}"] if not (en and nl) else []
        elif not all(isinstance(words, str) and words.strip() for words in (en, nl)):
            found.append(f"one language is missing: {en or nl}")
        elif en == nl and len(str(en).split()) >= LONG:
            found.append(f"not translated: {en}")
    return found


@pytest.mark.parametrize("path", ending(".yaml", under="src/"), ids=name)
def test_texts_of(path: Path) -> None:
    assert faults(yaml.safe_load(text(path))) == []


def test_a_missing_translation_is_noticed() -> None:
    one = "a text that nobody has translated yet"
    assert faults({"title": {"en": "Employment"}}) == ["one language is missing: Employment"]
    assert faults([{"title": {"en": one, "nl": one}}]) == [f"not translated: {one}"]
    assert faults({"words": {"en": ["sex"], "nl": []}}) == ["one language is missing: ['sex']"]
    assert faults({"title": {"en": "Sex", "nl": "Geslacht"}, "words": {"en": ["sex"], "nl": ["sekse"]}}) == []


@pytest.mark.parametrize("indicator", load_catalogue().indicators.values(), ids=lambda one: one.id)
def test_what_is_written_once_is_a_name(indicator: Indicator) -> None:
    """The model takes one text for both languages where it is a name: of an act, a table, a code."""
    for words in (indicator.source, indicator.legal_basis, *indicator.needs):
        assert words is not None
        assert words.en != words.nl or WORD.search(words.en) is None
        assert ENGLISH.search(words.nl) is None
