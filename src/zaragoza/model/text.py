"""Text for people, in every language of the project."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

Language = Literal["en", "nl"]
LANGUAGES: tuple[Language, ...] = ("en", "nl")
MAY_BE_NAME = {"may_be_name": True}  # of a field: a text that is the same in both languages is written once


@dataclass(frozen=True)
class Text:
    """The same words in English and Dutch; both are always there."""

    en: str
    nl: str

    def __post_init__(self) -> None:
        if not self.en.strip() or not self.nl.strip():
            raise ValueError("a text in English and in Dutch, neither of them empty")

    def __getitem__(self, language: Language) -> str:
        return self.en if language == "en" else self.nl
