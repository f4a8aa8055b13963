"""Chooses the column of each standard variable, and asks where the files leave it open."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace

from zaragoza.collect.codes import NO_ANSWER, CodeBook
from zaragoza.collect.questions import NO, SKIP, YES, Desk, Question
from zaragoza.collect.recognise import LABEL, Column, Match, candidates, map_codes
from zaragoza.errors import Fault
from zaragoza.model.variable import Variable

_ROLES = ("identity", "design", "content")  # the order in which people read a design
_MOST_CODES = 30  # nobody answers more questions about one column
_WEIGHT, _PERSON = "weight", "person"
_WEIGHT_NAME = re.compile(r"weight|wei|wgt|wt|gew|poids|pond|hochrechnung")
_SKIP_ALL = "skip"


@dataclass
class Choice:
    """What has been chosen.

    Attributes:
        matches: by standard variable.
        dropped: sentences on what looked like a variable and was left out.
    """

    matches: dict[str, Match] = field(default_factory=dict)
    dropped: list[str] = field(default_factory=list)


def choose(
    columns: Sequence[Column],
    variables: Mapping[str, Variable],
    books: Mapping[str, CodeBook],
    desk: Desk,
    is_survey: bool,
) -> Choice:
    """The best column of every variable that the files hold.

    Args:
        columns: of all files.
        variables: the standard variables.
        books: their codes in words.
        desk: where questions are put; its answers go before what the names say.
        is_survey: whether a weight is wanted.
    """
    found = candidates(columns, books)
    choice = Choice()
    for variable in variables.values():
        match = _chosen(variable, found.get(variable.id, []), columns, books[variable.id], desk)
        if match is not None:
            choice.matches[variable.id] = match
    _settle_weak_claims(choice, desk)
    _ask_for_what_must_be(choice, columns, variables, desk, is_survey, books)
    for name, match in list(choice.matches.items()):
        _complete_codes(choice, name, _without_missing(match, choice, desk), books[name], desk)
    order = {name: place for place, name in enumerate(choice.matches)}
    ranked = sorted(choice.matches, key=lambda name: (_ROLES.index(variables[name].role), order[name]))
    choice.matches = {name: choice.matches[name] for name in ranked}
    return choice


def _chosen(
    variable: Variable, ranked: list[Match], columns: Sequence[Column], book: CodeBook, desk: Desk
) -> Match | None:
    answer = desk.given(f"variable.{variable.id}")
    if answer == SKIP:
        return None
    if answer is not None:
        return _named(variable, answer, columns, book, desk)
    if not ranked:
        return None
    best = [match for match in ranked if match.score == ranked[0].score]
    names = list(dict.fromkeys(match.column.name for match in ranked))
    tied = list(dict.fromkeys(match.column.name for match in best))
    if variable.type != "weight" and len(tied) == 1:
        return ranked[0]
    if len(names) == 1:
        return ranked[0]
    options = names if variable.type == "weight" else tied
    why = (
        "A wrong weight makes every figure wrong." if variable.type == "weight" else "They suit equally well."
    )
    text = f"Which column is the {variable.title.en.lower()}?"
    question = Question(f"variable.{variable.id}", text, why, (*options, SKIP), options[0])
    given = desk.put(question)
    return None if given in (None, SKIP) else next(m for m in ranked if m.column.name == given)


def _named(
    variable: Variable, name: str, columns: Sequence[Column], book: CodeBook, desk: Desk
) -> Match | None:
    """The column that an answer names."""
    column = next((column for column in columns if column.name == name), None)
    if column is None:
        names = ", ".join(dict.fromkeys(column.name for column in columns))
        expected, way_out = f"a column, or {SKIP}", f"The columns are {names}."
        fault = Fault("answers file", f"variable.{variable.id}", expected, "no column of that name", way_out)
        desk.faults.append(fault)
        return None
    known = next((k for k in variable.known_as if k.name == name.lower()), None)
    codes, unmapped = map_codes(column, book, known)
    return Match(variable, column, 100.0, "as the office answered", codes, unmapped, known)


def _settle_weak_claims(choice: Choice, desk: Desk) -> None:
    """A column that only its label or its values speak for holds one variable; names may give it to several."""
    by_column: dict[tuple[str, str], list[str]] = {}
    for name, match in choice.matches.items():
        by_column.setdefault((match.column.file, match.column.name), []).append(name)
    for (_, column), names in by_column.items():
        weak = [name for name in names if choice.matches[name].score <= LABEL]
        if len(names) == 1 or not weak:
            continue
        scores = {name: choice.matches[name].score for name in names}
        best = [name for name in names if scores[name] == max(scores.values())]
        keep: str | None = best[0]
        if len(best) > 1:
            text, why = f"What does column {column} hold?", "Its values or label suit more than one variable."
            keep = desk.put(Question(f"column.{column}", text, why, (*best, SKIP)))
        for name in weak:
            if name != keep:
                del choice.matches[name]


def _ask_for_what_must_be(
    choice: Choice,
    columns: Sequence[Column],
    variables: Mapping[str, Variable],
    desk: Desk,
    is_survey: bool,
    books: Mapping[str, CodeBook],
) -> None:
    wanted = [_PERSON, _WEIGHT] if is_survey else [_PERSON]
    asked = {question.key for question in desk.open}
    for name in wanted:
        key = f"variable.{name}"
        if name not in variables or name in choice.matches or key in asked or desk.given(key) is not None:
            continue
        options = _possible(name, columns)
        text = f"Which column is the {variables[name].title.en.lower()}?"
        why = "No column has a name by which it is known."
        likely = options[0] if len(options) == 1 else None
        given = desk.put(Question(key, text, why, (*options, SKIP), likely))
        if given not in (None, SKIP):
            match = _named(variables[name], str(given), columns, books[name], desk)
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


def _complete_codes(choice: Choice, name: str, match: Match, book: CodeBook, desk: Desk) -> None:
    """Adds the codes that the office answers for, and asks for those that nothing recognises."""
    targets = tuple(code.code for code in match.variable.codes)
    if match.variable.type == "boolean":
        targets = ("true", "false")
    elif match.variable.type == "country":
        targets = tuple(sorted(set(book.by_word.values())))
    codes, unmapped = dict(match.codes), list(match.unmapped)
    for code in _answered(name, desk):
        given = desk.put(_code_question(name, code, match, targets))
        if given is not None:
            codes[code] = NO_ANSWER if given == SKIP else given
        unmapped = [other for other in unmapped if other != code]
    if desk.given(_SKIP_ALL) == YES:
        codes |= dict.fromkeys(unmapped, NO_ANSWER)
        unmapped = []
    if len(unmapped) > _MOST_CODES:
        choice.dropped.append(
            f"Left out: {name}. Column {match.column.name} has {len(unmapped)} codes that nothing recognises."
        )
        del choice.matches[name]
        return
    for code in list(unmapped):
        given = desk.put(_code_question(name, code, match, targets))
        if given is not None:
            codes[code] = NO_ANSWER if given == SKIP else given
            unmapped.remove(code)
    choice.matches[name] = replace(match, codes=_complete(codes, match), unmapped=tuple(unmapped))


def _complete(codes: Mapping[str, str], match: Match) -> dict[str, str]:
    """Once some codes are mapped the list must hold all, also those that are standard already."""
    standard = {code.code for code in match.variable.codes}
    same = {c: c for c in match.column.codes or () if c in standard and c not in codes}
    return {**codes, **same} if codes else {}


def _answered(name: str, desk: Desk) -> Iterable[str]:
    prefix = f"codes.{name}."
    return [key.removeprefix(prefix) for key in desk.answers if key.startswith(prefix)]


def _code_question(name: str, code: str, match: Match, targets: tuple[str, ...]) -> Question:
    label = match.column.labels.get(code, "")
    text = f"What does code {code} of column {match.column.name} mean"
    text += f", labelled {' '.join(label.split())}?" if label else "?"
    why = f"Nothing recognises it as a code of {name}; {SKIP} counts it as no answer."
    return Question(f"codes.{name}.{code}", text, why, (*targets, SKIP) if targets else ())


def yes_or_no(answer: str | None) -> bool:
    """An answer as a truth value; none is no."""
    return (answer or NO) == YES
