"""Words of the field, explained where they stand: the first use on a page leads to what documents mean by it."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass

from markupsafe import Markup, escape

from zaragoza.model.monitoring import GlossaryTerm
from zaragoza.model.text import Language

_NOTE = re.compile(r"\s*\([^)]*\)")  # says of which document or country a meaning is
_ENDINGS: Mapping[Language, str] = {"en": "s", "nl": "s|en|n|’s"}  # of plurals that add to the word


@dataclass(frozen=True)
class Vocabulary:
    """The forms by which texts hold terms.

    Attributes:
        pattern: finds any of them, the longest first.
        meant: terms by the form, in lower case; documents may mean several things by one word.
    """

    pattern: re.Pattern[str]
    meant: Mapping[str, tuple[GlossaryTerm, ...]]

    @classmethod
    def of(cls, terms: Iterable[GlossaryTerm], language: Language) -> Vocabulary:
        """Of a glossary, in one language."""
        meant: dict[str, tuple[GlossaryTerm, ...]] = {}
        for term in terms:
            for form in _forms(term, language):
                meant[form] = (*meant.get(form, ()), term)
        longest = "|".join(re.escape(form) for form in sorted(meant, key=len, reverse=True)) or "(?!)"
        pattern = re.compile(rf"(?<![\w-])({longest})(?:{_ENDINGS[language]})?(?![\w-])", re.IGNORECASE)
        return cls(pattern, meant)


class Explained:
    """The terms that one page has used so far."""

    def __init__(self, vocabulary: Vocabulary) -> None:
        self._vocabulary = vocabulary
        self._used: dict[str, tuple[GlossaryTerm, ...]] = {}

    def __call__(self, text: str) -> Markup:
        """A text with a link at each term that the page has not used before."""
        parts, done = [], 0
        for found in self._vocabulary.pattern.finditer(text):
            form = found.group(1).lower()
            if form in self._used:
                continue
            self._used[form] = self._vocabulary.meant[form]
            parts.append(escape(text[done : found.start()]))
            name, shown = anchor(form), found.group()
            parts.append(Markup('<a class="term" href="#{}">{}</a>').format(name, shown))
            done = found.end()
        return Markup("").join([*parts, escape(text[done:])])

    def __iter__(self) -> Iterator[tuple[str, tuple[GlossaryTerm, ...]]]:
        """Each form that was used, with what documents mean by it."""
        return iter(self._used.items())

    def __len__(self) -> int:
        return len(self._used)


def anchor(form: str) -> str:
    """The name of the place on the page where a form is explained."""
    return "word-" + re.sub(r"\W+", "-", form)


def _forms(term: GlossaryTerm, language: Language) -> list[str]:
    """The title without what stands in brackets, its alternatives, and the other forms of the entry."""
    titled = _NOTE.sub("", term.title[language]).split(" / ")
    return list(dict.fromkeys(form.strip().lower() for form in (*titled, *term.words.get(language, ()))))
