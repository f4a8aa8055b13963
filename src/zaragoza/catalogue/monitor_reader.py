"""Takes values out of the tables of monitor.toml and notes every fault with its line and a way out."""

from __future__ import annotations

import difflib
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from zaragoza.catalogue.monitor_text import KeyPath, MonitorText
from zaragoza.errors import Fault, ZaragozaError
from zaragoza.model.text import LANGUAGES, Text

_SHOWN = 12  # a longer list of what is known helps nobody


def nearest(word: str, known: Iterable[str]) -> str | None:
    """The known word that looks most like another, or None where none comes near."""
    by_lower = {name.lower(): name for name in known}
    found = difflib.get_close_matches(word.lower(), by_lower, n=1, cutoff=0.6)
    return by_lower[found[0]] if found else None


def suggestion(word: str, known: Iterable[str]) -> str:
    """A sentence that names the nearest known word, or what is known."""
    names = list(known)
    if near := nearest(word, names):
        return f"Did you mean `{near}`?"
    if not names:
        return "Delete it."
    shown = ", ".join(f"`{name}`" for name in names[:_SHOWN])
    return f"Known are {shown}{', ...' if len(names) > _SHOWN else ''}."


class Reader:
    """Values by their path, each checked; `faults` grows with every one that is wrong.

    Attributes:
        text: the file that is read.
        declared: ids of the office's own definitions where these are faulty; to name one is no new fault.
        faults: what has been found so far, to begin with the faults of the text itself.
    """

    def __init__(self, text: MonitorText, declared: frozenset[str] = frozenset()) -> None:
        self.text = text
        self.declared = declared
        self.faults: list[Fault] = list(text.faults)

    def fault(
        self,
        path: KeyPath,
        expected: str,
        found: str,
        way_out: str,
        kind: type[ZaragozaError] | None = None,
    ) -> None:
        """Notes a fault at a key; one of the definitions unless another kind is given."""
        self.faults.append(Fault(self.text.where(*path), ".".join(path), expected, found, way_out, kind))

    def get(self, *path: str) -> Any:
        """The value at a path as TOML gives it; None where there is none."""
        value: Any = self.text.data
        for key in path:
            if isinstance(value, Mapping):
                value = value.get(key)
            elif isinstance(value, Sequence) and not isinstance(value, str) and key.isdigit():
                value = value[int(key)]
            else:
                return None
        return value

    def table(self, *path: str, known: Iterable[str] | None = None) -> Mapping[str, Any]:
        """A table, empty where there is none; keys that are not known are faults."""
        value = self.get(*path) if path else self.text.data
        if value is None:
            return {}
        if not isinstance(value, Mapping):
            self.fault(path, "a table of keys", "one value", f"Write it under a line `[{'.'.join(path)}]`.")
            return {}
        if known is not None:
            self.unknown_keys(path, value, list(known))
        return value

    def unknown_keys(self, path: KeyPath, table: Mapping[str, Any], known: Sequence[str]) -> None:
        """Notes each key of a table that is not known."""
        for key in table:
            if key not in known:
                self.fault((*path, key), "a known key", "an unknown key", suggestion(key, known))

    def unknown_name(self, path: KeyPath, what: str, name: str, known: Iterable[str]) -> None:
        """Notes that a definition is named that the catalogue does not have."""
        if name not in self.declared:
            way_out = suggestion(name, known)
            self.fault(path, f"{what} of the catalogue", f"an unknown {what} `{name}`", way_out)

    def required(self, path: KeyPath, expected: str, way_out: str) -> None:
        """Notes that a key is not there, unless its line cannot be read or is an open question."""
        asked = {question.key for question in self.text.questions}
        if not {path[-1], ".".join(path[-2:])} & (self.text.unreadable | asked):
            self.fault(path, expected, "nothing", way_out)

    def string(self, *path: str) -> str | None:
        """A text that is not empty; None where there is none or it is no text."""
        value = self.get(*path)
        if value is None:
            return None
        if isinstance(value, str) and value.strip():
            return value
        found = "an empty text" if isinstance(value, str) else "something else"
        self.fault(path, "a text between quotes", found, f'Write `{path[-1]} = "..."`.')
        return None

    def texts(self, *path: str) -> Text | None:
        """A text in English and Dutch; None where one of them is missing or no text."""
        self.table(*path, known=LANGUAGES)
        english, dutch = (self.string(*path, language) for language in LANGUAGES)
        missing = [language for language in LANGUAGES if self.get(*path, language) is None]
        if missing and isinstance(self.get(*path), Mapping):
            expected = f"a {path[-1]} in English and Dutch"
            way_out = f'Write `{path[-1]} = {{ en = "...", nl = "..." }}`.'
            self.fault(path, expected, f"nothing for {', '.join(missing)}", way_out)
        return Text(english, dutch) if english and dutch else None

    def strings(self, *path: str) -> tuple[str, ...] | None:
        """A list of texts; None where there is none or it is no such list."""
        value = self.get(*path)
        if value is None:
            return None
        if isinstance(value, list) and all(isinstance(item, str) and item.strip() for item in value):
            return tuple(value)
        self.fault(path, "a list of texts", "something else", f'Write `{path[-1]} = ["...", "..."]`.')
        return None

    def choice(self, options: Sequence[str], *path: str) -> str | None:
        """One of a few words; None where there is none or it is not one of them."""
        value = self.string(*path)
        if value is None or value in options:
            return value
        self.fault(path, "one of " + ", ".join(options), f"`{value}`", suggestion(value, options))
        return None

    def flag(self, *path: str) -> bool | None:
        """`true` or `false`; None where there is none or it is something else."""
        value = self.get(*path)
        if value is None or isinstance(value, bool):
            return value
        self.fault(path, "true or false", "something else", f"Write `{path[-1]} = true` or `= false`.")
        return None

    def number(
        self, low: float, high: float, *path: str, whole: bool = False, secret: bool = False
    ) -> float | None:
        """A number from `low` to `high`; None where there is none or it is no such number.

        A `secret` one is not repeated: who reads the fault need not be who may know it.
        """
        value = self.get(*path)
        if value is None:
            return None
        kind = "a whole number" if whole else "a number"
        expected = f"{kind} from {low:g} to {high:g}" if high < float("inf") else f"{kind} from {low:g}"
        is_number = isinstance(value, int | float) and not isinstance(value, bool)
        if not is_number or (whole and not isinstance(value, int)):
            self.fault(path, expected, "something else", "Write it without quotes.")
            return None
        if not low <= value <= high:
            found = "another number" if secret else f"{value}"
            self.fault(path, expected, found, "Write a number within these bounds.")
            return None
        return float(value)
