"""Chooses the column of each standard variable, and asks where the files leave it open."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace

from zaragoza.collect.codes import NO_ANSWER, CodeBook, plain_code
from zaragoza.collect.questions import OWN, SKIP, Desk, Question
from zaragoza.collect.recognise import (
    OTHER_NAME,
    VALUES,
    Column,
    Match,
    candidates,
    evidence_of,
    lists_of,
    map_codes,
    suits,
)
from zaragoza.errors import Fault
from zaragoza.model.variable import Recognition, Variable

_ROLES = ("identity", "design", "content")  # the order in which people read a design
_MOST_CODES = 30  # nobody answers more questions about one column
_WEIGHT, _PERSON, _AGE = "weight", "person", "age"
_AGES = (_AGE, "birth_year", "birth_date")  # from the second and third the first is derived
_WEIGHT_NAME = re.compile(r"weight|wei|wgt|wt|gew|poids|pond|hochrechnung")


@dataclass(frozen=True)
class Files:
    """What is known before anything is chosen.

    Attributes:
        columns: of all files.
        variables: the standard variables.
        books: their codes in words.
        is_survey: whether a weight is wanted.
        skips: whether codes that nothing recognises mean no answer.
    """

    columns: Sequence[Column]
    variables: Mapping[str, Variable]
    books: Mapping[str, CodeBook]
    is_survey: bool
    skips: bool


@dataclass
class Choice:
    """What has been chosen.

    Attributes:
        matches: by standard variable.
        dropped: sentences on what looked like a variable and was left out.
    """

    matches: dict[str, Match] = field(default_factory=dict)
    dropped: list[str] = field(default_factory=list)


def choose(files: Files, desk: Desk) -> Choice:
    """The best column of every variable that the files hold.

    Args:
        files: columns and what they could be.
        desk: where questions are put; its answers go before what the names say.
    """
    ranked = candidates(files.columns, files.books)
    choice = Choice()
    for variable in files.variables.values():
        match = _chosen(variable, ranked.get(variable.id, []), files, desk)
        if match is not None:
            choice.matches[variable.id] = match
    _settle_weak_claims(choice, desk)
    _ask_for_what_must_be(choice, files, desk)
    for name, match in list(choice.matches.items()):
        read = _read_by_list(_without_missing(match, choice, desk), desk)
        complete = _complete_codes(read, files, desk)
        if len(complete.unmapped) > _MOST_CODES:
            choice.dropped.append(
                f"Left out: {name}. Column {match.column.name} has {len(complete.unmapped)} codes "
                "that nothing recognises."
            )
            del choice.matches[name]
        else:
            choice.matches[name] = _ask_for_codes(complete, files, desk)
    choice.dropped += _unfit(choice, files, desk)
    in_order = sorted(choice.matches.items(), key=lambda item: _ROLES.index(item[1].variable.role))
    return replace(choice, matches=dict(in_order))


def _chosen(variable: Variable, ranked: list[Match], files: Files, desk: Desk) -> Match | None:
    answer = desk.given(f"variable.{variable.id}")
    if answer == SKIP:
        return None
    if answer is not None:
        return _named(variable, answer, files, desk)
    if not ranked:
        return None
    is_weight = variable.type == "weight"
    level = [match for match in ranked if is_weight or match.score == ranked[0].score]
    names = tuple(dict.fromkeys(match.column.name for match in level))
    if len(names) == 1:
        return ranked[0]
    why = "A wrong weight makes every figure wrong." if is_weight else "They suit equally well."
    text = f"Which column is the {variable.title.en.lower()}?"
    likely = (
        names[0] if ranked[0].evidence > VALUES else None
    )  # values that suit several variables suggest none
    given = desk.put(Question(f"variable.{variable.id}", text, why, (*names, SKIP), likely))
    return None if given in (None, SKIP) else next(m for m in ranked if m.column.name == given)


def _named(variable: Variable, name: str, files: Files, desk: Desk) -> Match | None:
    """The column that an answer names."""
    column = next((column for column in files.columns if column.name == name), None)
    if column is None:
        names = ", ".join(dict.fromkeys(column.name for column in files.columns))
        expected, way_out = f"a column, or {SKIP}", f"The columns are {names}."
        fault = Fault("answers file", f"variable.{variable.id}", expected, "no column of that name", way_out)
        desk.faults.append(fault)
        return None
    book = files.books[variable.id]
    known = next((k for k in book.known if k.name == name.lower()), None)
    codes, unmapped = map_codes(column, book, known)
    lists = lists_of(column, book) if unmapped and not known else ()
    return Match(variable, column, 100.0, "as the office answered", codes, unmapped, known, lists=lists)


def _settle_weak_claims(choice: Choice, desk: Desk) -> None:
    """A column that only its label or its values speak for holds one variable; names may give it to several."""
    by_column: dict[tuple[str, str], list[str]] = {}
    for name, match in choice.matches.items():
        by_column.setdefault((match.column.file, match.column.name), []).append(name)
    for (_, column), names in by_column.items():
        scores = {name: choice.matches[name].score for name in names}
        weak = [name for name in names if choice.matches[name].evidence < OTHER_NAME]
        if len(names) == 1 or not weak:
            continue
        best = [name for name in names if scores[name] == max(scores.values())]
        keep: str | None = best[0]
        if len(best) > 1:
            text, why = f"What does column {column} hold?", "Its values or label suit more than one variable."
            keep = desk.put(Question(f"column.{column}", text, why, (*best, SKIP)))
        for name in weak:
            if name != keep:
                del choice.matches[name]


def _ask_for_what_must_be(choice: Choice, files: Files, desk: Desk) -> None:
    """Asks which column is the person, and in a survey which the weight, where no name says so."""
    asked = {question.key for question in desk.open} | desk.answers.keys()
    for name in (_PERSON, _WEIGHT) if files.is_survey else (_PERSON,):
        key = f"variable.{name}"
        if name in choice.matches or key in asked:
            continue
        options = _possible(name, files.columns)
        text = f"Which column is the {files.variables[name].title.en.lower()}?"
        why = "No column has a name by which it is known."
        likely = options[0] if len(options) == 1 else None
        given = desk.put(Question(key, text, why, (*options, SKIP), likely))
        if given not in (None, SKIP):
            match = _named(files.variables[name], str(given), files, desk)
            choice.matches |= {name: match} if match else {}
    _ask_for_age(choice, files, desk, asked)


def _ask_for_age(choice: Choice, files: Files, desk: Desk, asked: set[str]) -> None:
    """Nearly every indicator is of an age group: asks for the age, else for the birth from which it is derived."""
    if any(name in choice.matches or f"variable.{name}" in asked for name in _AGES):
        return
    taken = {(match.column.file, match.column.name) for match in choice.matches.values()}
    free = [c for c in files.columns if not c.is_unique and (c.file, c.name) not in taken]
    for name in _AGES:
        variable = files.variables[name]
        options = tuple(dict.fromkeys(column.name for column in free if suits(column, variable)))
        if not options:
            continue
        text = f"Which column is the {variable.title.en.lower()}?"
        why = f"Most indicators need an age; a year or date of birth will do. {SKIP} if this is not there."
        given = desk.put(Question(f"variable.{name}", text, why, (*options, SKIP)))
        if given is None:
            return
        if given != SKIP:
            match = _named(variable, given, files, desk)
            choice.matches |= {name: match} if match else {}
            return
    choice.dropped.append("No column is an age, a year or a date of birth, and most indicators need one.")


def _possible(name: str, columns: Sequence[Column]) -> tuple[str, ...]:
    """The columns that could be a person (no value twice) or a weight (numbers, the likely ones first)."""
    if name == _WEIGHT:
        numbers = (c for c in columns if c.numbers == 1 and not c.is_constant)
        found = sorted(
            numbers, key=lambda c: (_WEIGHT_NAME.search(c.name.lower()) is None, c.whole_numbers == 1)
        )
    else:
        found = [c for c in columns if c.is_unique] or list(columns)
    return tuple(dict.fromkeys(column.name for column in found))


def _without_missing(match: Match, choice: Choice, desk: Desk) -> Match:
    """The match with what the office says means no answer in its column, for whichever variable it said so."""
    same = [name for name, other in choice.matches.items() if other.column == match.column]
    given = ",".join(desk.given(f"missing.{name}") or "" for name in same)
    missing = tuple(dict.fromkeys(filter(None, map(str.strip, given.split(",")))))
    return replace(match, missing=missing, unmapped=tuple(c for c in match.unmapped if c not in missing))


def _read_by_list(match: Match, desk: Desk) -> Match:
    """The match with its codes read as a collection writes them, where the office says that they are those."""
    name, column = match.variable.id, match.column.name
    prefix = f"codes.{name}."
    if not match.lists or any(key.startswith(prefix) for key in desk.answers):
        return match
    text = f"Whose codes does column {column} hold?"
    why = " ".join(_in_words(known, match) for known in match.lists)
    options = (*(known.name for known in match.lists), OWN)
    given = desk.put(Question(f"list.{name}", text, f"{why} A wrong list makes wrong figures.", options))
    known = next((known for known in match.lists if known.name == given), None)
    if known is None:
        return match if given == OWN else replace(match, unmapped=())
    codes = {code: known.codes[plain_code(code)] for code in match.column.codes or ()}
    return replace(match, codes={**known.codes, **codes}, unmapped=(), known=known)


def _in_words(known: Recognition, match: Match) -> str:
    """What a collection's list says of the codes of a column."""
    titles = {code.code: code.title.en for code in match.variable.codes} | {"true": "yes", "false": "no"}
    codes = dict.fromkeys(plain_code(code) for code in match.column.codes or ())
    read = "; ".join(f"{code} {titles.get(known.codes[code], 'no answer')}" for code in codes)
    return f"{known.name} of {known.collection}: {read}."


def _unfit(choice: Choice, files: Files, desk: Desk) -> list[str]:
    """Sentences on columns that have the name of a variable and nothing that it takes."""
    used = {(match.column.file, match.column.name) for match in choice.matches.values()}
    found = []
    for name, book in files.books.items():
        if name in choice.matches or desk.given(f"variable.{name}") == SKIP:
            continue
        for column in files.columns:
            evidence = evidence_of(column, book) if (column.file, column.name) not in used else None
            if evidence and evidence[0] >= OTHER_NAME:
                found.append(
                    f"Left out: {name}. Column {column.name} has its name, but other values than it takes."
                )
    return found


def _complete_codes(match: Match, files: Files, desk: Desk) -> Match:
    """The match with the codes for which the office has answered."""
    prefix = f"codes.{match.variable.id}."
    codes, unmapped = dict(match.codes), list(match.unmapped)
    for code in [key.removeprefix(prefix) for key in desk.answers if key.startswith(prefix)]:
        given = desk.put(_code_question(code, match, files.books[match.variable.id]))
        if given is not None:
            codes[code] = NO_ANSWER if given == SKIP else given
        unmapped = [other for other in unmapped if other != code]
    if files.skips:
        codes |= dict.fromkeys(unmapped, NO_ANSWER)
        unmapped = []
    return replace(match, codes=_whole_list(codes, match), unmapped=tuple(unmapped))


def _ask_for_codes(match: Match, files: Files, desk: Desk) -> Match:
    """The match with the codes that nothing recognises asked for, one by one."""
    book = files.books[match.variable.id]
    answers = {code: desk.put(_code_question(code, match, book)) for code in match.unmapped}
    codes = {
        code: NO_ANSWER if given == SKIP else given for code, given in answers.items() if given is not None
    }
    unmapped = tuple(code for code, given in answers.items() if given is None)
    return replace(match, codes=_whole_list({**match.codes, **codes}, match), unmapped=unmapped)


def _whole_list(codes: Mapping[str, str], match: Match) -> dict[str, str]:
    """Once some codes are mapped the list must hold all, also those that are standard already."""
    standard = {code.code for code in match.variable.codes}
    same = {c: c for c in match.column.codes or () if c in standard and c not in codes}
    return {**codes, **same} if codes else {}


def _code_question(code: str, match: Match, book: CodeBook) -> Question:
    name, label = match.variable.id, " ".join(match.column.labels.get(code, "").split())
    text = f"What does code {code} of column {match.column.name} mean"
    text += f", labelled {label}?" if label else "?"
    why = f"Nothing recognises it as a code of {name}; {SKIP} counts it as no answer."
    listed = tuple(standard.code for standard in match.variable.codes)
    targets = listed or tuple(sorted(set(book.by_word.values())))
    return Question(f"codes.{name}.{code}", text, why, (*targets, SKIP) if targets else ())
