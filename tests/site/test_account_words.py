"""What django-allauth says is said as the site speaks: in Dutch with "u", in English by the words of its pages."""

from __future__ import annotations

import gettext
import inspect
import re
from pathlib import Path

import pytest
from babel.messages import Catalog
from babel.messages.pofile import read_po
from django.contrib.auth import password_validation
from django.core.exceptions import ValidationError
from django.utils import translation

from tests.site.account_words import IMPOLITE, messages
from tests.site.test_words import WEB
from zaragoza.model.text import LANGUAGES

FOLDER = WEB / "accounts" / "locale"
# Other pages say "log in", "make an account" and "institution" (docs/howto/contributions.md).
ELSEWHERE = re.compile(r"\bsign(?:ed|ing)?[ -]?(?:in|up|out)\b|third-party|two-factor", re.IGNORECASE)
NOT_HERE = re.compile(
    r"sign-in (?:code|options)|passkey|password-free|trust this browser|don't trust", re.IGNORECASE
)
# In a title or a sentence; behind a line or a full stop another one begins.
CAPITAL = re.compile(r"(?<=[^.?!:\s-]) +[A-Z][a-z]")
OF_DJANGO = "This password is too short. It must contain at least %d character."


def _ours(language: str) -> Catalog:
    with _file(language, "po").open("rb") as file:
        return read_po(file, locale=language)


def _file(language: str, kind: str) -> Path:
    return FOLDER / language / "LC_MESSAGES" / f"django.{kind}"


def test_every_message_says_u() -> None:
    with translation.override("nl"):
        for message in messages():
            said = [translation.ngettext(*message, n) for n in (1, 2)] if len(message) > 1 else []
            said = said or [translation.gettext(message[0])]
            assert not IMPOLITE.search(" ".join(said)), said


def test_every_message_is_in_dutch() -> None:
    """But for words that are the same in both."""
    with translation.override("nl"):
        same = {each[0] for each in messages() if translation.gettext(each[0]) == each[0]}
    assert {each for each in same if len(each.split()) > 2} == set()


def test_english_is_that_of_the_site() -> None:
    """But for ways to log in that it does not offer."""
    with translation.override("en"):
        said = {translation.gettext(each[0]) for each in messages()}
    assert {each for each in said if ELSEWHERE.search(each) and not NOT_HERE.search(each)} == set()


def test_english_titles_are_sentences() -> None:
    """As all other titles of the site."""
    assert CAPITAL.search("Change Password")
    with translation.override("en"):
        said = {translation.gettext(each[0]) for each in messages()}
    assert {each for each in said if CAPITAL.search(each) and not NOT_HERE.search(each)} == set()


@pytest.mark.parametrize("language", LANGUAGES)
def test_ours_are_needed_compiled_and_name_the_same_values(language: str) -> None:
    with _file(language, "mo").open("rb") as file:
        compiled = gettext.GNUTranslations(file)
    known = {each[0] for each in messages()}
    assert OF_DJANGO in inspect.getsource(password_validation)
    for message in _ours(language):
        if not message.id:
            continue
        first, *more = message.id if isinstance(message.id, tuple) else (message.id,)
        assert first in known or first == OF_DJANGO, f"nothing says this any more: {first}"
        read = tuple(compiled.ngettext(first, *more, n) for n in (1, 2)) if more else compiled.gettext(first)
        assert read == message.string, "run `make messages`"
        values, said = (set(re.findall(r"%\(\w+\)s|%[sd]|\{\w+\}", str(each))) for each in (first, read))
        assert said <= values, first


def test_what_django_does_not_translate() -> None:
    with translation.override("nl"), pytest.raises(ValidationError) as refused:
        password_validation.validate_password("short")
    assert refused.value.messages == ["Dit wachtwoord is te kort: het moet minstens 12 tekens lang zijn."]
