"""Every word of the site has its translation, and what Django reads is what the translators wrote."""

from __future__ import annotations

import ast
import gettext
import tomllib
from pathlib import Path
from typing import Any

import pytest
from babel.messages import Catalog
from babel.messages.extract import extract_from_dir
from babel.messages.pofile import read_po

from tests.repository.files import ROOT
from zaragoza.model.text import LANGUAGES

WEB = ROOT / "src" / "zaragoza" / "web"
OTHERS = LANGUAGES[1:]  # the first is that of the code


def _file(language: str, kind: str) -> Path:
    return WEB / "locale" / language / "LC_MESSAGES" / f"django.{kind}"


def _catalog(language: str) -> Catalog:
    with _file(language, "po").open("rb") as file:
        return read_po(file, locale=language)


def _collected() -> set[Any]:
    told = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["tool"]["babel"]["mappings"]
    methods = [(each["pattern"], each["method"]) for each in told]
    options = {
        each["pattern"]: {k: v for k, v in each.items() if k not in ("pattern", "method")} for each in told
    }
    found = extract_from_dir(WEB, methods, options)
    return {message for _, _, message, *_ in found}


@pytest.mark.parametrize("language", OTHERS)
def test_every_word_of_the_site_is_translated(language: str) -> None:
    known = {message.id: message.string for message in _catalog(language) if message.id}
    assert _collected() == known.keys(), "run `make messages`, then translate what is new"
    for words, translated in known.items():
        assert translated, words
        assert not isinstance(translated, tuple) or all(translated), words


def test_no_word_stands_within_an_f_string() -> None:
    """There it is not collected, so that nobody would translate it."""
    found = [
        (path.name, node.lineno)
        for path in WEB.rglob("*.py")
        for text in ast.walk(ast.parse(path.read_text(encoding="utf-8")))
        if isinstance(text, ast.JoinedStr)
        for node in ast.walk(text)
        if isinstance(node, ast.Call)
        and getattr(node.func, "id", "").removesuffix("_lazy") in ("gettext", "ngettext")
    ]
    assert found == []


@pytest.mark.parametrize("language", OTHERS)
def test_translations_name_the_same_values(language: str) -> None:
    catalog = _catalog(language)
    for message in catalog:
        for error in message.check(catalog):
            raise AssertionError(f"{message.id}: {error}")


@pytest.mark.parametrize("language", OTHERS)
def test_compiled_words_are_those_of_the_translators(language: str) -> None:
    with _file(language, "mo").open("rb") as file:
        compiled = gettext.GNUTranslations(file)
    for message in _catalog(language):
        if isinstance(message.id, tuple):
            read = tuple(compiled.ngettext(*message.id, number) for number in (1, 2))
        else:
            read = compiled.gettext(message.id)
        assert not message.id or read == message.string, "run `make messages`"
