"""Definitions from plain data: frozen objects of the model, with every fault that is in the way."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import fields
from functools import lru_cache
from typing import Any, TypeVar

from pydantic import ConfigDict, TypeAdapter, ValidationError

from zaragoza.catalogue.monitor_reader import suggestion
from zaragoza.catalogue.yaml import Document, KeyPath, dotted
from zaragoza.errors import Fault
from zaragoza.model.text import LANGUAGES

T = TypeVar("T")

_LONGEST = 60  # characters of a text that a fault repeats
_EXPECTED = {
    "missing": "this key",
    "unexpected_keyword_argument": "a key that is known here",
    "string_type": "a text; put quotes around a code that is a number",
    "bool_type": "true or false",
    "bool_parsing": "true or false",
    "int_type": "a whole number",
    "int_parsing": "a whole number",
    "int_from_float": "a whole number",
    "float_type": "a number",
    "float_parsing": "a number",
    "tuple_type": "a list",
    "dict_type": "a mapping",
    "mapping_type": "a mapping",
    "dataclass_type": "a mapping",
    "date_type": "a date like 2027-06-30",
    "date_parsing": "a date like 2027-06-30",
    "date_from_datetime_parsing": "a date like 2027-06-30",
    "date_from_datetime_inexact": "a date like 2027-06-30",
}
_WAYS_OUT = {
    "string_type": "Write a text.",
    "tuple_type": "Write a list, such as [one, another].",
    "dataclass_type": "Write its keys and their values.",
    "date_type": "Write year, month and day.",
    "date_parsing": "Write year, month and day.",
    "date_from_datetime_parsing": "Write year, month and day.",
}
_ALTERNATIVES = ("literal[", "float", "int")  # how pydantic names which form of a value it tried


def build(
    kind: type[T], data: object, where: str, document: Document | None = None, at: KeyPath = ()
) -> tuple[T | None, list[Fault]]:
    """An object of the model from plain data; keys that it does not know are faults.

    Args:
        kind: a frozen dataclass of the model.
        data: mappings, lists and scalars, as read from YAML or TOML.
        where: how faults name the place.
        document: the YAML document that the data come from; faults then carry its line numbers.
        at: where in the document the data stand.

    Returns:
        The object, or None; and every fault, whose field is the path within the data, empty for the whole.
    """
    try:
        made: T = _adapter(kind).validate_python([_in_both(kind, data)])[0]  # type: ignore[arg-type]  # the cache takes any class
    except ValidationError as error:
        errors = error.errors(include_url=False, include_context=True)
    else:
        return made, []
    known = [field.name for field in fields(kind) if field.init]  # type: ignore[arg-type]  # a dataclass
    return None, [_fault(details, known, where, document, at) for details in errors]


class _Once(dict[str, str]):
    """A text that was written once, for both languages."""


def _in_both(kind: type[Any], data: object) -> object:
    """The data, with names in both languages where they are written once."""
    if not isinstance(data, Mapping):
        return data
    names = {field.name for field in fields(kind) if field.metadata.get("may_be_name")}
    return {key: _name(value) if key in names else value for key, value in data.items()}


def _name(value: object) -> object:
    if isinstance(value, list):
        return [_name(one) for one in value]
    return _Once.fromkeys(LANGUAGES, value) if isinstance(value, str) else value


@lru_cache(maxsize=64)
def _adapter(kind: type[Any]) -> TypeAdapter[list[Any]]:
    # a list around it, because `extra` reaches standard dataclasses only through an outer type
    return TypeAdapter(list[kind], config=ConfigDict(extra="forbid"))  # type: ignore[valid-type]  # a type made at run time


def _fault(
    details: Mapping[str, Any], known: list[str], where: str, document: Document | None, at: KeyPath
) -> Fault:
    path: KeyPath = details["loc"][1:]
    if path and path[-1] == "[key]":
        path = (*path[:-2], str(path[-2]))
    if len(path) > 1 and str(path[-1]).startswith(_ALTERNATIVES):
        path = path[:-1]
    line = document.line(at + path) if document else None
    place = where if line is None else f"{where}, line {line}"
    field = dotted(path) if path else ""
    return Fault(place, field, _expected(details), _found(details), _way_out(details, known, len(path) > 1))


def _expected(details: Mapping[str, Any]) -> str:
    problem: str = details["type"]
    if problem == "literal_error":
        return str(details["ctx"]["expected"])
    if problem == "dataclass_type" and details["ctx"]["class_name"] == "Text":
        return "a text in English and Dutch, {en: ..., nl: ...}"
    if problem == "value_error":
        return str(details["ctx"]["error"])
    return _EXPECTED.get(problem) or str(details["msg"])


def _way_out(details: Mapping[str, Any], known: list[str], within: bool) -> str:
    """What to do; `within` is whether the fault lies in a value of an entry's key."""
    problem: str = details["type"]
    if problem == "missing":
        return "Add it."
    if problem == "unexpected_keyword_argument" and not within:
        return suggestion(str(details["loc"][-1]), known)
    if problem == "literal_error":
        return suggestion(str(details["input"]), re.findall("'(.*?)'", details["ctx"]["expected"]))
    return _WAYS_OUT.get(problem, "Compare with an entry that is right.")


def _found(details: Mapping[str, Any]) -> str:
    if details["type"] == "missing":
        return "nothing"
    return describe(details["input"])


_KINDS: tuple[tuple[type | tuple[type, ...], Callable[[Any], str]], ...] = (
    (_Once, lambda value: describe(value["en"])),
    (type(None), lambda value: "nothing"),
    (bool, lambda value: f"the truth value {str(value).lower()}"),
    ((int, float), lambda value: f"the number {value}"),
    (str, lambda value: f"`{value}`" if len(value) <= _LONGEST else "a long text"),
    ((list, tuple), lambda value: "a list"),
    (Mapping, lambda value: "a mapping"),
)


def describe(value: object) -> str:
    """What a definition holds, in words; definitions hold nothing of a person."""
    return next((words(value) for kind, words in _KINDS if isinstance(value, kind)), "something else")
