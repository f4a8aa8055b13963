"""Which column of a file is which standard variable, how sure that is, and why."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

from zaragoza.collect.codes import CodeBook, is_yes_or_no, plain_code, words
from zaragoza.collect.files import MOST_CODES, FileDescription
from zaragoza.model.variable import Recognition, Variable

# How much evidence says: a collection's own name for a column is a definition, a word in a label a hint.
KNOWN_NAME, OWN_NAME, OTHER_NAME, LABEL, VALUES = 100.0, 90.0, 80.0, 60.0, 40.0
_ENOUGH = 0.5  # of its codes more must be recognised before a column is taken for a listed variable
_FEW_MORE = 3  # codes that a file may have beside the standard ones and still be asked about
_EACH_WORD = 0.01  # so that a label that says more goes before one that says less
_PERSON = "person"
_NUMERIC = ("number", "integer", "weight")
_NUMBER = re.compile(r"[+-]?\d+(\.\d+)?")


@dataclass(frozen=True)
class Column:
    """What is known of a column without looking at persons.

    Attributes:
        codes: codes that enough records hold; None where the column holds too many different values to be a list.
        rare: how many further codes there are, each held by too few records to be shown.
        labels: value labels of the file.
        numbers, whole_numbers, dates: which part of the values are such.
        is_constant: whether all values are the same; `is_unique`: whether no two are.
    """

    file: str
    name: str
    label: str = ""
    codes: tuple[str, ...] | None = None
    rare: int = 0
    labels: Mapping[str, str] = field(default_factory=dict)
    numbers: float = 0.0
    whole_numbers: float = 0.0
    dates: float = 0.0
    is_constant: bool = False
    is_unique: bool = False


def columns_of(description: FileDescription, file: str) -> list[Column]:
    """The columns of a described file.

    Args:
        description: from `describe`.
        file: how the monitor names it.
    """
    return [
        Column(
            file=file,
            name=column.name,
            label=column.label,
            codes=column.codes if column.distinct <= MOST_CODES else None,
            rare=column.rare_codes if column.distinct <= MOST_CODES else 0,
            labels=column.labels,
            numbers=column.numbers,
            whole_numbers=column.whole_numbers,
            dates=column.dates,
            is_constant=column.distinct <= 1,
            is_unique=column.unique,
        )
        for column in description.columns
    ]


@dataclass(frozen=True)
class Match:
    """A column that may hold a standard variable.

    Attributes:
        score: from 0 to 100; the best column of a variable is proposed.
        reason: in words, for the person who checks the proposal.
        codes: file code -> standard code (empty: no answer), where they differ.
        unmapped: codes of the file that nothing recognises.
        known: the collection's name for the column, where it has one.
        fit: how well the values suit the variable, from 0 to 1.
        missing: codes or numbers that the office says mean no answer.
        lists: how collections code the variable whose lists hold every code of the column: the office says which.
        evidence: what speaks for it before its values are looked at.
    """

    variable: Variable
    column: Column
    score: float
    reason: str
    codes: Mapping[str, str] = field(default_factory=dict)
    unmapped: tuple[str, ...] = ()
    known: Recognition | None = None
    fit: float = 1.0
    missing: tuple[str, ...] = ()
    lists: tuple[Recognition, ...] = ()
    evidence: float = VALUES


def matches(column: Column, book: CodeBook) -> Match | None:
    """How a column could hold a variable; None where nothing says so, or its values speak against it.

    Args:
        column: of a described file.
        book: a standard variable and its codes in words.
    """
    variable = book.variable
    evidence = evidence_of(column, book)
    if evidence is None:
        return _by_values(column, variable, book)
    score, reason, known = evidence
    codes, unmapped = map_codes(column, book, known)
    fit = _fit(column, variable, book, unmapped)
    lists = lists_of(column, book) if fit == 0 and not known else ()
    if fit == 0 and not lists and not (known and _is_short_list(variable, column)):
        return None
    fit = _ENOUGH if lists else fit
    reason += _doubt(column, variable)
    value = score * (0.5 + 0.5 * fit)
    return Match(variable, column, value, reason, codes, unmapped, known, fit, lists=lists, evidence=score)


def lists_of(column: Column, book: CodeBook) -> tuple[Recognition, ...]:
    """The lists of collections that hold every code of a column; of those that read it alike the first.

    Args:
        column: with numbers for codes that no label explains.
        book: of the variable that it seems to hold.
    """
    theirs = [plain_code(code) for code in column.codes or ()]
    if not theirs or column.labels or not all(code.isdecimal() for code in theirs):
        return ()
    readings: dict[tuple[str, ...], Recognition] = {}
    for known in book.known:
        if known.codes.keys() >= set(theirs):
            readings.setdefault(tuple(known.codes[code] for code in theirs), known)
    return tuple(readings.values())


def map_codes(
    column: Column, book: CodeBook, known: Recognition | None
) -> tuple[dict[str, str], tuple[str, ...]]:
    """The codes of a column in standard codes where they differ, and those that nothing recognises.

    Codes that too few records hold are not seen; where there are any, the whole list of the collection is given.
    """
    mapped: dict[str, str] = {}
    unmapped: list[str] = []
    if column.codes is not None and not (book.is_open and known is None):
        for code in column.codes:
            standard = book.code(code, column.labels.get(code, ""), known)
            if standard is not None:
                mapped[code] = standard
            elif not book.is_open:
                unmapped.append(code)
    for code, label in column.labels.items():  # the file's own codebook, also where few or none have the code
        if not book.is_open and (standard := book.code(code, label, known)) is not None:
            mapped.setdefault(code, standard)
    if known is not None:
        mapped |= _unseen(known, mapped, everything=bool(column.rare) or column.codes is None)
    differing = {code: standard for code, standard in mapped.items() if code != standard}
    if book.variable.type == "country":  # a country that no list names stands for itself
        return differing, tuple(unmapped)
    return (mapped if differing else {}), tuple(unmapped)


def _unseen(known: Recognition, mapped: Mapping[str, str], everything: bool) -> dict[str, str]:
    """Codes of the collection that the file may hold unseen, or next year: numbers like those that it holds."""
    seen = {plain_code(code).casefold() for code in mapped}
    longest = max((len(code) for code in seen if code.isdecimal()), default=0)
    return {
        code: ours
        for code, ours in known.codes.items()
        if code.casefold() not in seen
        and (everything or (code.isdecimal() and longest and len(code) <= longest + 1))
    }


def evidence_of(column: Column, book: CodeBook) -> tuple[float, str, Recognition | None] | None:
    """What the name and the label of a column say for a variable: how much, in words, and the collection's name."""
    variable, name, plain = book.variable, column.name.lower(), words(column.name)
    for place, known in enumerate(book.known):
        if known.name == name:  # the first name of a list is the one to prefer
            own = "the column has the standard name"
            reason = own if plain == words(variable.id) else f"{known.collection} calls it {known.name}"
            return KNOWN_NAME - 0.01 * place, reason, known
    if plain == words(variable.id):
        return OWN_NAME, "the column has the standard name", None
    if plain in book.names:
        return OTHER_NAME, "a usual name for it", None
    label = set(words(column.label).split())
    said = [entry for entry in book.label_words if set(words(entry).split()) <= label]
    if said:
        most = max(said, key=lambda entry: len(words(entry).split()))
        return LABEL + _EACH_WORD * len(words(most).split()), f"its label says: {most}", None
    return None


def _by_values(column: Column, variable: Variable, book: CodeBook) -> Match | None:
    """A column with any name whose values are all words of one variable; bare digits and yes or no say nothing."""
    if variable.type not in ("code", "country") or book.is_open or not column.codes:
        return None
    texts = [words(column.labels.get(code, "")) or words(code) for code in column.codes]
    least = 2 if variable.type == "code" else 3
    if len(texts) < least or any(text.isdigit() for text in texts) or is_yes_or_no(texts):
        return None
    codes, unmapped = map_codes(column, book, None)
    if unmapped or len({book.code(c, column.labels.get(c, "")) for c in column.codes} - {""}) < least:
        return None
    return Match(variable, column, VALUES, "its values are those of this variable", codes)


def _fit(column: Column, variable: Variable, book: CodeBook, unmapped: tuple[str, ...]) -> float:
    """How well the values suit the variable, from 0 (not at all) to 1."""
    if variable.type in (*_NUMERIC, "date"):
        return _share(column, variable) if suits(column, variable) else 0.0
    if variable.type in ("code", "country", "boolean") and not book.is_open:
        if column.codes is None:  # countries may be many, listed codes are few
            return float(variable.type == "country" and column.numbers <= _ENOUGH)
        share = 1 - len(unmapped) / len(column.codes) if column.codes else 1.0
        return share if share > _ENOUGH else 0.0
    if variable.id == _PERSON and not column.is_unique:
        return 0.5  # perhaps a household's number; or persons occur twice, which `check` will say
    return 1.0


def suits(column: Column, variable: Variable) -> bool:
    """Whether most values of a column are numbers or dates such as a variable takes."""
    if _share(column, variable) <= _ENOUGH:
        return False
    if variable.type == "weight":  # a weight that is the same for everybody is no weight
        return not column.is_constant
    if variable.range is None or not column.codes:
        return True
    low, high = variable.range
    inside = sum(low <= float(code) <= high for code in column.codes if _NUMBER.fullmatch(code))
    return inside >= _ENOUGH * len(column.codes)


def _share(column: Column, variable: Variable) -> float:
    """Which part of the values are such as the type of a variable asks for."""
    shares = {"integer": column.whole_numbers, "date": column.dates}
    return shares.get(variable.type, column.numbers)


def _doubt(column: Column, variable: Variable) -> str:
    """What the reader of the proposal has to know of values that do not suit."""
    what = {"date": "dates", "integer": "whole numbers", "number": "numbers", "weight": "numbers"}
    if variable.type not in what or _share(column, variable) == 1:
        return ""
    return f"; not all its values are {what[variable.type]}: `check` counts them, `missing` lists what means no answer"


def _is_short_list(variable: Variable, column: Column) -> bool:
    """Whether a column has about as many codes as the variable, so that a person can say what each means."""
    return 0 < len(column.codes or ()) <= len(variable.codes) + _FEW_MORE if variable.codes else False


def _strongest(here: list[Match]) -> list[Match]:
    """What a column may hold after all: names go before labels, labels before values, and more words before fewer."""
    fitting = [match for match in here if match.fit > 0] or here  # the codes tell countries from groups
    most = max((match.evidence for match in fitting), default=VALUES)
    return [match for match in fitting if match.evidence >= min(most, OTHER_NAME)]


def candidates(columns: Iterable[Column], books: Mapping[str, CodeBook]) -> dict[str, list[Match]]:
    """Per variable the columns that may hold it, the best first.

    Args:
        columns: of all files.
        books: the codes in words, by standard variable.
    """
    found: dict[str, list[Match]] = {}
    for column in columns:
        for match in _strongest([m for book in books.values() if (m := matches(column, book)) is not None]):
            found.setdefault(match.variable.id, []).append(match)
    return {name: sorted(ranked, key=lambda match: -match.score) for name, ranked in found.items()}
