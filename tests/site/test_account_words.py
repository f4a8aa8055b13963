"""What django-allauth says in Dutch is said as the site speaks: with "u"."""

from __future__ import annotations

import gettext
import inspect
import re

import pytest
from babel.messages import Catalog
from babel.messages.pofile import read_po
from django.contrib.auth import password_validation
from django.core.exceptions import ValidationError
from django.utils import translation

from tests.site.account_words import IMPOLITE, messages
from tests.site.test_words import WEB

FOLDER = WEB / "accounts" / "locale" / "nl" / "LC_MESSAGES"
OF_DJANGO = "This password is too short. It must contain at least %d character."


def _ours() -> Catalog:
    with (FOLDER / "django.po").open("rb") as file:
        return read_po(file, locale="nl")


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


def test_ours_are_needed_compiled_and_name_the_same_values() -> None:
    with (FOLDER / "django.mo").open("rb") as file:
        compiled = gettext.GNUTranslations(file)
    known = {each[0] for each in messages()}
    assert OF_DJANGO in inspect.getsource(password_validation)
    for message in _ours():
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
