"""The words of django-allauth, as its translators know them; those that no page of the site shows are left out."""

from __future__ import annotations

import re
from functools import cache
from pathlib import Path

import allauth
from babel.messages.pofile import read_po

IMPOLITE = re.compile(r"\b(?:je|jij|jou|jouw|jouwe|jezelf|jullie)\b", re.IGNORECASE)
_ELSEWHERE = ("idp/", "webauthn")  # is not installed, or no way to log in here
_FORM = re.compile(r"%\(\w+\)[sd]|%[sd]|\{\w*\}|<[^>]+>")


@cache
def messages() -> tuple[tuple[str, ...], ...]:
    """Those of the site's pages and letters: each with its plural, if it has one."""
    path = Path(allauth.__file__).parent / "locale" / "nl" / "LC_MESSAGES" / "django.po"
    with path.open("rb") as file:
        found = [
            message
            for message in read_po(file, locale="nl")
            if message.id
            and not all(any(part in where for part in _ELSEWHERE) for where, _ in message.locations)
        ]
    return tuple(each.id if isinstance(each.id, tuple) else (each.id,) for each in found)


def in_english(words: str) -> list[str]:
    """Which of them stand in Dutch words, by their longest part without a value."""
    flat = " ".join(words.split())
    parts = (
        max((" ".join(part.split()) for part in _FORM.split(each)), key=len) for (each, *_) in messages()
    )
    return sorted({part for part in parts if len(part.split()) > 2 and part in flat})
