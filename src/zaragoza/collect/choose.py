"""Chooses the column of each standard variable, and asks where the files leave it open."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace

from zaragoza.collect.codes import NO_ANSWER, CodeBook
from zaragoza.collect.questions import SKIP, Desk, Question
from zaragoza.collect.recognise import LABEL, Column, Match, candidates, map_codes
from zaragoza.errors import Fault
from zaragoza.model.variable import Variable

_ROLES = ("identity", "design", "content")  # the order in which people read a design
_MOST_CODES = 30  # nobody answers more questions about one column
_WEIGHT, _PERSON = "weight", "person"
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
        complete = _complete_codes(_without_missing(match, choice, desk), files, desk)
        if len(complete.unmapped) > _MOST_CODES:
            choice.dropped.append(
                f"Left out: {name}. Column {match.column.name} has {len(complete.unmapped)} codes "
                "that nothing recognises."
            )
            del choice.matches[name]
        else:
            choice.matches[name] = _ask_for_codes(complete, files, desk)
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
    given = desk.put(Question(f"variable.{variable.id}", text, why, (*names, SKIP), names[0]))
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
    return Match(variable, column, 100.0, "as the office answered", codes, unmapped, known)


def _settle_weak_claims(choice: Choice, desk: Desk) -> None:
    """A column that only its label or its values speak for holds one variable; names may give it to several."""
    by_column: dict[tuple[str, str], list[str]] = {}
    for name, match in choice.matches.items():
        by_column.setdefault((match.column.file, match.column.name), []).append(name)
    for (_, column), names in by_column.items():
        scores = {name: choice.matches[name].score for name in names}
        weak = [name for name in names if scores[name] <= LABEL]
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


def _possible(name: str, columns: Sequence[Column]) -> tuple[str, ...]:
    """The columns that could be a person (no value twice) or a weight (numbers, the likely ones first)."""
    if name == _WEIGHT:
        numbers = (c for c in columns if c.is_number and not c.is_constant)
        found = sorted(numbers, key=lambda c: (_WEIGHT_NAME.search(c.name.lower()) is None, c.is_whole))
    else:
        found = [c for c in columns if c.is_unique] or list(columns)
    return tuple(dict.fromkeys(column.name for column in found))


def _without_missing(match: Match, choice: Choice, desk: Desk) -> Match:
    """The match with what the office says means no answer in its column, for whichever variable it said so."""
    same = [name for name, other in choice.matches.items() if other.column == match.column]
    given = ",".join(desk.given(f"missing.{name}") or "" for name in same)
    missing = tuple(dict.fromkeys(filter(None, map(str.strip, given.split(",")))))
    return replace(match, missing=missing, unmapped=tuple(c for c in match.unmapped if c not in missing))


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
