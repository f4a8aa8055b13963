"""Names in definitions that stand for the reporting country and for sets of countries."""

from __future__ import annotations

import re
from collections.abc import Mapping

_PLACEHOLDER = re.compile(r"\{([^{}]*)\}")
COUNTRY = "country"


def quoted_lists(country: str, sets: Mapping[str, tuple[str, ...]]) -> Mapping[str, str]:
    """What stands in a rule for each name: `{country}` as a quoted code, a set as quoted codes for `IN (...)`."""
    lists = {name: ", ".join(f"'{code}'" for code in codes) for name, codes in sets.items()}
    return {**lists, COUNTRY: f"'{country}'"}


def names_in(text: str) -> tuple[str, ...]:
    """The names that a rule holds, each once, in order."""
    return tuple(dict.fromkeys(_PLACEHOLDER.findall(text)))


def fill(text: str, lists: Mapping[str, str]) -> str:
    """The rule with its names filled in; a name that is not listed stays."""
    return _PLACEHOLDER.sub(lambda found: lists.get(found[1], found[0]), text)


def readable(text: str) -> str:
    """The rule with a text for every name: it reads the same variables as when it is bound."""
    return _PLACEHOLDER.sub("''", text)
