"""Checks of standard variables: code lists, names that files use, known collections, derivations."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping

from zaragoza.catalogue.check_expressions import Expressions
from zaragoza.catalogue.contents import Entry
from zaragoza.catalogue.monitor_reader import suggestion
from zaragoza.errors import Fault
from zaragoza.model.classification import RESERVED
from zaragoza.model.variable import Derivation, Recognition, Variable

_NUMERIC = {"number", "integer", "weight"}
# What an operator needs beside itself, and what it may not have (decision 26).
_NEEDS: Mapping[str, tuple[str, ...]] = {
    "household_sum": ("of",),
    "household_count": (),
    "household_any": ("of",),
    "parent": ("of", "link"),
    "per_equivalent_adult": ("of",),
    "value": ("of",),
    "year": ("of",),
    "completed_years": ("of",),
    "years_before": ("of",),
    "poverty_threshold": ("of",),
}
_MAY: Mapping[str, tuple[str, ...]] = {
    **_NEEDS,
    "household_sum": ("of", "where"),
    "household_count": ("where",),
    "value": ("of", "either"),
    "completed_years": ("of", "date"),
    "years_before": ("of", "years"),
    "poverty_threshold": ("of", "years"),
}
_LEAST_YEARS = {"years_before": 1, "poverty_threshold": 0}  # 0: the threshold of the year itself
_PARTS = ("of", "where", "link", "either", "years", "date", "reference_date")
_GIVES: Mapping[str, set[str]] = {
    "household_sum": {"number", "integer"},
    "household_count": {"integer"},
    "household_any": {"boolean"},
    "per_equivalent_adult": {"number"},
    "year": {"integer"},
    "completed_years": {"integer"},
    "poverty_threshold": {"number"},
}


def check_variable(where: str, variable: Variable, expressions: Expressions) -> Iterator[Fault]:
    """Faults of one variable."""
    yield from _codes(where, variable)
    yield from _range(where, variable)
    yield from _recognitions(where, variable)
    if variable.derive is not None:
        yield from _derivation(where, variable, variable.derive, expressions)


def check_together(entries: Iterable[Entry], expressions: Expressions) -> Iterator[Fault]:
    """Faults of all variables together: words that two of them have, derivations in a circle."""
    placed = [(entry.where, entry.value) for entry in entries if isinstance(entry.value, Variable)]
    names = {variable.id: (variable.id, *variable.names) for _, variable in placed}
    yield from _shared(placed, "names", names)
    yield from _shared(placed, "label_words", {variable.id: variable.label_words for _, variable in placed})
    yield from _cycles(placed, expressions)


def _codes(where: str, variable: Variable) -> Iterator[Fault]:
    if variable.codes and variable.type != "code":
        found = f"codes of a variable of type {variable.type}"
        yield Fault(
            where, f"{variable.id}.codes", "codes of a variable of type code", found, "Remove one of the two."
        )
    first: dict[str, str] = {}
    listed = [code.code for code in variable.codes]
    for code in variable.codes:
        field = f"{variable.id}.codes.{code.code}"
        if listed.count(code.code) > 1:
            yield Fault(where, field, "every code once", "it more often", "Remove or rename one of them.")
        if code.code in RESERVED:
            yield Fault(where, field, "a code that is not reserved", f"`{code.code}`", "Choose another code.")
        for word in dict.fromkeys((code.code.casefold(), *code.names)):
            other = first.setdefault(word, code.code)
            if other != code.code:
                found, way_out = f"`{word}`, also of {other}", "A word may mean one code only."
                yield Fault(where, field, "words of its own", found, way_out)
        yield from _lower(where, field, code.names)


def _lower(where: str, field: str, words: Iterable[str]) -> Iterator[Fault]:
    for word in words:
        if word != word.strip().lower() or not word:
            yield Fault(where, field, "words in small letters", f"`{word}`", "Write it in small letters.")


def _range(where: str, variable: Variable) -> Iterator[Fault]:
    if variable.range is None:
        return
    field = f"{variable.id}.range"
    if variable.type not in _NUMERIC:
        yield Fault(where, field, "no range", f"a range of type {variable.type}", "Remove the range.")
    if variable.range[0] > variable.range[1]:
        yield Fault(where, field, "smallest, largest", "the larger first", "Turn the two round.")


def _recognitions(where: str, variable: Variable) -> Iterator[Fault]:
    seen: set[tuple[str, str]] = set()
    for known in variable.known_as:
        field = f"{variable.id}.known_as.{known.collection}.{known.name}"
        if (known.collection, known.name) in seen:
            yield Fault(where, field, "each name of a collection once", "it twice", "Remove one of the two.")
        seen.add((known.collection, known.name))
        yield from _lower(where, field, [known.name])
        yield from _targets(where, field, variable, known)


def _targets(where: str, field: str, variable: Variable, known: Recognition) -> Iterator[Fault]:
    first: dict[str, str] = {}
    for theirs, ours in known.codes.items():
        if ours and not _is_value(variable, ours):
            way_out = suggestion(ours, [code.code for code in variable.codes] or ["true", "false"])
            expected = f"a value of {variable.id}, or an empty text for no answer"
            yield Fault(where, field, expected, f"`{ours}`", way_out)
        if first.setdefault(theirs.strip().casefold(), ours) != ours:
            way_out = "Keep one of the two; case and spaces do not count."
            yield Fault(where, field, "each code once", f"`{theirs}` with two meanings", way_out)


def _is_value(variable: Variable, text: str) -> bool:
    if variable.type == "boolean":
        return text in ("true", "false")
    if variable.type in _NUMERIC:
        return text.removeprefix("-").replace(".", "", 1).isdecimal()
    return not variable.codes or any(code.code == text for code in variable.codes)


def _derivation(
    where: str, variable: Variable, call: Derivation, expressions: Expressions
) -> Iterator[Fault]:
    name = f"{variable.id}.derive"
    given = {key for key in _PARTS if getattr(call, key)}
    for key in _NEEDS[call.operator]:
        if key not in given:
            yield Fault(where, f"{name}.{key}", f"what {call.operator} needs", "nothing", f"Write `{key}:`.")
    for key in sorted(given - set(_MAY[call.operator])):
        yield Fault(where, f"{name}.{key}", f"no such part of {call.operator}", "one", f"Remove `{key}:`.")
    allowed = _GIVES.get(call.operator, {variable.type})
    if variable.type not in allowed:
        found, way_out = f"the type {variable.type}", f"Write `type: {min(allowed)}`."
        yield Fault(where, f"{variable.id}.type", f"what {call.operator} gives", found, way_out)
    if call.where is not None:
        yield from expressions.faults(call.where, where, f"{name}.where", condition=True)
    if call.of is not None:
        yield from expressions.faults(call.of, where, f"{name}.of", _wanted(variable, call))
    for other in call.either:
        yield from expressions.faults(other, where, f"{name}.either")
    least = _LEAST_YEARS.get(call.operator)
    if least is not None and (call.years is None or call.years < least):
        found = "nothing" if call.years is None else f"{call.years}"
        yield Fault(where, f"{name}.years", f"a number of years, from {least}", found, "Correct it.")
    yield from _dates(where, name, call, expressions)


def _dates(where: str, name: str, call: Derivation, expressions: Expressions) -> Iterator[Fault]:
    """Faults of what has to be the name of a date."""
    for key, text in {"of": call.of if call.operator == "year" else None, "date": call.date}.items():
        if text is not None and not expressions.is_of_type(text, "date"):
            expected, way_out = "the name of a variable of type date", "Name one, such as birth_date."
            yield Fault(where, f"{name}.{key}", expected, "something else", way_out)


def _wanted(variable: Variable, call: Derivation) -> bool | None:
    """Whether `of` has to be a condition (True), a number (False) or may be anything (None)."""
    if call.operator in ("household_sum", "per_equivalent_adult", "completed_years", "poverty_threshold"):
        return False
    if variable.type == "boolean":
        return True
    return False if variable.type in _NUMERIC else None


def _shared(
    placed: Iterable[tuple[str, Variable]], field: str, words: Mapping[str, Iterable[str]]
) -> Iterator[Fault]:
    """A word by which two variables would be recognised recognises neither."""
    owners: dict[str, list[str]] = defaultdict(list)
    for where, variable in placed:
        yield from _lower(where, f"{variable.id}.{field}", words[variable.id])
        for word in dict.fromkeys(words[variable.id]):
            owners[word].append(variable.id)
    for where, variable in placed:
        for word in dict.fromkeys(words[variable.id]):
            others = [other for other in owners[word] if other != variable.id]
            if others and owners[word][0] != variable.id:
                expected, way_out = "words that no other variable has", "Remove it from one of the two."
                yield Fault(
                    where, f"{variable.id}.{field}", expected, f"`{word}`, also of {others[0]}", way_out
                )


def _cycles(placed: Iterable[tuple[str, Variable]], expressions: Expressions) -> Iterator[Fault]:
    """Derived variables that need themselves, each circle once."""
    derived = {v.id: (where, v.derive) for where, v in placed if v.derive is not None}
    reads = {name: _reads(call, expressions) & derived.keys() for name, (_, call) in derived.items()}
    done: set[str] = set()
    for name in derived:
        circle = _circle(name, reads, done, [])
        if circle:
            way_out = "Let one of them be made from variables that files hold."
            found = " -> ".join(circle)
            yield Fault(
                derived[circle[0]][0], f"{circle[0]}.derive", "no circle of derived variables", found, way_out
            )


def _reads(call: Derivation, expressions: Expressions) -> frozenset[str]:
    named = frozenset(name for name in (call.link, call.date) if name)
    return expressions.reads(call.of) | expressions.reads(call.where) | named


def _circle(name: str, reads: Mapping[str, frozenset[str]], done: set[str], path: list[str]) -> list[str]:
    if name in path:
        return [*path[path.index(name) :], name]
    if name in done:
        return []
    found = next(
        (c for other in sorted(reads[name]) if (c := _circle(other, reads, done, [*path, name]))), []
    )
    done.add(name)
    return found
