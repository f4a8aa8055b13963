"""Which standard code a code of a file means: by the collection's own list, by its words, or by its label."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from functools import lru_cache

from babel import Locale

from zaragoza.model.variable import Recognition, Variable

NO_ANSWER = ""  # the standard code of a missing value
_NATIVE, _COUNTRY = "NAT", "{country}"
# As the EU writes two countries that ISO 3166 and Unicode CLDR write otherwise.
_EU_WAY = {"GR": "EL", "GB": "UK"}
# Names that files have and CLDR has not, or no longer.
_ALSO_CALLED = {
    "Czech Republic": "CZ", "Great Britain": "UK", "Macedonia": "MK", "Slovak Republic": "SK", "Swaziland": "SZ",
    "The Netherlands": "NL", "Turkey": "TR", "USA": "US",
}  # fmt: skip
_WHOLE = re.compile(r"^([+-]?\d+)[.,]0$")  # not `12,000`, which may be twelve thousand
_LANGUAGES = ("en", "nl", "de", "fr", "es", "it")
_TRUE = ("true", "yes", "ja", "oui", "si", "1")
_FALSE = ("false", "no", "nee", "nein", "non", "0")
_ANYTHING = frozenset((*_TRUE, *_FALSE))
_NO_ANSWER_WORDS = frozenset(
    (
        "no answer", "refusal", "refused", "don t know", "do not know", "not stated", "missing", "not applicable",
        "no response", "unknown", "n a", "na", "geen antwoord", "weigert", "weet niet", "onbekend",
        "niet van toepassing", "keine angabe", "verweigert", "weiss nicht", "unbekannt", "sans reponse", "refus",
        "ne sait pas", "inconnu", "no contesta", "non risponde",
    )
)  # fmt: skip


def is_yes_or_no(texts: Iterable[str]) -> bool:
    """Whether words tell no more than yes and no, which answers any question."""
    return _ANYTHING.issuperset(texts)


@lru_cache(maxsize=65_536)
def words(text: str) -> str:
    """A text as its words: small letters without accents, one space between."""
    plain = unicodedata.normalize("NFKD", text.replace("ß", "ss")).encode("ascii", "ignore").decode()
    return " ".join("".join(c if c.isalnum() else " " for c in plain.casefold()).split())


def plain_code(code: str) -> str:
    """A code as code lists write it: programs store `1` as `1.0`, with a decimal comma as `1,0`."""
    return _WHOLE.sub(r"\1", code.strip())


@lru_cache(maxsize=4)
def country_words(codes: tuple[str, ...]) -> Mapping[str, str]:
    """Codes and names of countries in several languages, as words, to the code that the EU writes."""
    found: dict[str, str] = {}
    for language in _LANGUAGES:
        for territory, name in Locale(language).territories.items():
            code = _EU_WAY.get(territory, territory)
            if code in codes:
                found.setdefault(words(name), code)
    for name, code in _ALSO_CALLED.items():
        if code in codes:
            found.setdefault(words(name), code)
    return {**found, **{words(iso): code for iso, code in _EU_WAY.items()}, **{words(c): c for c in codes}}


def country_name(code: str, language: str) -> str:
    """The name of a country in a language."""
    usual = {eu: iso for iso, eu in _EU_WAY.items()}.get(code, code)
    return str(Locale(language).territories.get(usual, code))


@dataclass(frozen=True)
class CodeBook:
    """The words by which files write the codes of one variable.

    Attributes:
        variable: whose codes they are.
        by_word: words -> standard code.
        known: how collections name and code the variable, with the reporting country filled in.
        names: other names of columns that hold it, as words.
        label_words: words of a label that point to it.
    """

    variable: Variable
    by_word: Mapping[str, str]
    known: tuple[Recognition, ...]
    names: frozenset[str]
    label_words: tuple[str, ...]

    @staticmethod
    def of(
        variable: Variable,
        countries: tuple[str, ...],
        country: str | None,
        of_countries: Variable | None = None,
    ) -> CodeBook:
        """The code book of a variable.

        Args:
            variable: a standard variable.
            countries: codes of all countries.
            country: the reporting country, which files of groups write as its code or name; None if unknown.
            of_countries: of a variable of groups the one of single countries; a column may have the name of either.
        """
        known = tuple(_in_country(recognition, country) for recognition in variable.known_as)
        forms = (variable,) if of_countries is None else (variable, of_countries)
        names = {words(name) for form in forms for name in (form.id, *form.names)}
        labels = tuple(entry for form in forms for entry in form.label_words)
        return CodeBook(variable, _by_word(variable, countries, country), known, frozenset(names), labels)

    @property
    def is_open(self) -> bool:
        """Whether the variable takes any code (regions, strata), or no codes at all."""
        return not self.by_word

    def code(self, code: str, label: str = "", known: Recognition | None = None) -> str | None:
        """The standard code of a file's code; an empty text means no answer, None that it is not recognised.

        Args:
            code: as the file writes it.
            label: its value label, where the file has one.
            known: how the collection codes the variable, where the column has the collection's name.
        """
        if known is not None:
            codes = {theirs.casefold(): ours for theirs, ours in known.codes.items()}
            if (theirs := plain_code(code).casefold()) in codes:
                return codes[theirs]
        for text in (label, plain_code(code)):
            if (found := words(text)) in self.by_word:
                return self.by_word[found]
            if found and found in _NO_ANSWER_WORDS:
                return NO_ANSWER
        return None


def code_books(
    variables: Mapping[str, Variable], countries: tuple[str, ...], country: str | None
) -> dict[str, CodeBook]:
    """The code book of every standard variable; `X_group` is the form of country variable `X` in files of groups.

    Args:
        variables: the standard variables.
        countries: codes of all countries.
        country: the reporting country; None if unknown.
    """
    countries_of = {f"{name}_group": v for name, v in variables.items() if v.type == "country"}
    return {
        name: CodeBook.of(variable, countries, country, countries_of.get(name))
        for name, variable in variables.items()
    }


def _code_words(variable: Variable) -> Iterable[tuple[str, str]]:
    for code in variable.codes:
        for text in (code.code, code.title.en, code.title.nl, *code.names):
            yield words(text), code.code


def _by_word(variable: Variable, countries: tuple[str, ...], country: str | None) -> Mapping[str, str]:
    if variable.type == "country":
        return country_words(countries)
    if variable.type == "boolean":
        return {**dict.fromkeys(_TRUE, "true"), **dict.fromkeys(_FALSE, "false")}
    by_word = dict(_code_words(variable))
    if country is None or _NATIVE not in by_word.values():
        return by_word
    natives = (word for word, code in country_words(countries).items() if code == country)
    return {**dict.fromkeys(natives, _NATIVE), **by_word}


def _in_country(known: Recognition, country: str | None) -> Recognition:
    """The collection's codes with the reporting country's own code for `{country}`."""
    codes = {country if code == _COUNTRY else code: ours for code, ours in known.codes.items()}
    return replace(known, codes={code: ours for code, ours in codes.items() if code is not None})
