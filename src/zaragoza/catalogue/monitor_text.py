"""Reads the text of monitor.toml: what can be read is read, and every key keeps the line on which it stands.

TOML stops at the first mistake. An office that mends a file wants them all, so each statement is read by
itself: a line that cannot be read or a key that is given twice is a fault and left out; the rest is read on.
"""

from __future__ import annotations

import re
import tomllib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from zaragoza.errors import Fault

KeyPath = tuple[str, ...]

FILE = "monitor.toml"
_LONGEST_STATEMENT = 80  # lines; a longer one is one that was never closed
_AT_LINE = re.compile(r"at line (\d+)")
_HEADER = re.compile(r"\s*\[")
_KEY = re.compile(r"\s*(?P<key>[^=#]+?)\s*=")
_QUESTION = re.compile(r"\s*#\s*QUESTION\s+(?P<key>.+?):\s+(?P<text>.*)")


@dataclass(frozen=True)
class OpenQuestion:
    """A question that `init` could not answer and left in the file as a comment."""

    line: int
    key: str
    text: str


@dataclass(frozen=True)
class MonitorText:
    """The tables of a monitor.toml with the line of every key.

    Attributes:
        data: the tables, without what could not be read.
        lines: line (from 1) of each key, by its path; entries of arrays of tables are numbered `0`, `1`, ...
        unreadable: keys whose line could not be read; they are there, so they are not missing.
        questions: lines that begin with `# QUESTION`.
        faults: lines that cannot be read and keys that are given twice.
    """

    data: Mapping[str, Any]
    lines: Mapping[KeyPath, int]
    unreadable: frozenset[str]
    questions: tuple[OpenQuestion, ...]
    faults: tuple[Fault, ...]

    def where(self, *path: str) -> str:
        """The file and line of a key, or of the nearest table above it that is there."""
        for length in range(len(path), 0, -1):
            if path[:length] in self.lines:
                return f"{FILE}, line {self.lines[path[:length]]}"
        return FILE


@dataclass(frozen=True)
class _Statement:
    """One header or one `key = value`, over one line or several."""

    first: int
    last: int
    path: KeyPath
    inner: Mapping[str, Any]
    is_header: bool = False

    @property
    def paths(self) -> Iterator[KeyPath]:
        yield from (self.path[:length] for length in range(1, len(self.path) + 1))
        yield from _inner_paths(self.path, self.inner)


def read_text(text: str) -> MonitorText:
    """Reads the text of a monitor.toml.

    Args:
        text: the whole file.
    """
    lines = text.split("\n")
    statements, faults, unreadable = _statements(lines)
    kept, data, twice = _without_repeats(lines, statements)
    faults += [_repeat(s.first, s.path, is_code="codes" in s.path[:-1]) for s in twice]
    positions: dict[KeyPath, int] = {}
    for statement in kept:
        for path in statement.paths:
            positions.setdefault(path, statement.first)
    questions = tuple(
        OpenQuestion(number, found["key"], found["text"])
        for number, line in enumerate(lines, 1)
        if (found := _QUESTION.match(line))
    )
    return MonitorText(data, positions, frozenset(unreadable), questions, tuple(faults))


def _statements(lines: list[str]) -> tuple[list[_Statement], list[Fault], set[str]]:
    statements: list[_Statement] = []
    faults: list[Fault] = []
    unreadable: set[str] = set()
    table: KeyPath = ()
    entries: dict[KeyPath, int] = {}
    start, broken = 0, -2
    while start < len(lines):
        end, found = _statement_from(lines, start)
        if isinstance(found, str):
            key = _KEY.match(lines[start])
            name = (key["key"].strip("\"'"),) if key else ()
            unreadable.update(name)
            if start != broken + 1:  # the lines of one unclosed value are one fault
                faults.append(_unreadable(start + 1, (*table, *name), found))
            broken = start
        elif _HEADER.match(lines[start]):
            table = _table_path(found, entries)
            statements.append(_Statement(start + 1, end + 1, table, {}, is_header=True))
        elif found:
            path, inner = _single_path(found)
            statements.append(_Statement(start + 1, end + 1, (*table, *path), inner))
        start = end + 1
    return statements, faults, unreadable


def _statement_from(lines: list[str], start: int) -> tuple[int, dict[str, Any] | str]:
    """The last line of the statement that begins at a line, and what it says; or why it cannot be read."""
    reason = ""
    for end in range(start, min(start + _LONGEST_STATEMENT, len(lines))):
        try:
            return end, tomllib.loads("\n".join(lines[start : end + 1]))
        except tomllib.TOMLDecodeError as error:
            reason = reason or str(error)
    return start, reason


def _table_path(header: Mapping[str, Any], entries: dict[KeyPath, int]) -> KeyPath:
    """The path of a table header; a header of an array of tables opens its next entry."""
    path: KeyPath = ()
    inside: Any = header
    while isinstance(inside, dict) and inside:
        ((key, inside),) = inside.items()
        path += (key,)
        if isinstance(inside, list):
            entries[path] = entries.get(path, -1) + 1
            return (*path, str(entries[path]))
        if path in entries and inside:
            path += (str(entries[path]),)
    return path


def _single_path(statement: Mapping[str, Any]) -> tuple[KeyPath, Mapping[str, Any]]:
    """The dotted key of a statement, and the table that is its value (empty for any other value)."""
    path: KeyPath = ()
    inside: Any = statement
    while isinstance(inside, dict) and len(inside) == 1:
        ((key, inside),) = inside.items()
        path += (key,)
    return path, inside if isinstance(inside, dict) else {}


def _inner_paths(path: KeyPath, table: Mapping[str, Any]) -> Iterator[KeyPath]:
    for key, value in table.items():
        yield (*path, key)
        if isinstance(value, dict):
            yield from _inner_paths((*path, key), value)


def _without_repeats(
    lines: list[str], statements: list[_Statement]
) -> tuple[list[_Statement], dict[str, Any], list[_Statement]]:
    """Leaves statements out until the whole can be read; as each reads by itself, these are repeated keys."""
    kept, twice = list(statements), list[_Statement]()
    while True:
        whole = [""] * len(lines)
        for statement in kept:
            whole[statement.first - 1 : statement.last] = lines[statement.first - 1 : statement.last]
        try:
            return kept, tomllib.loads("\n".join(whole)), twice
        except tomllib.TOMLDecodeError as error:
            found = _AT_LINE.search(str(error))
            line = int(found[1]) if found else kept[-1].last
            culprit = max(i for i, statement in enumerate(kept) if statement.first <= line)
            twice.append(kept[culprit])
            del kept[culprit : _end_of_table(kept, culprit)]


def _end_of_table(statements: list[_Statement], index: int) -> int:
    """Past a statement; past its whole table where it is a header, so that no line falls to another table."""
    if not statements[index].is_header:
        return index + 1
    later = (i for i in range(index + 1, len(statements)) if statements[i].is_header)
    return next(later, len(statements))


def _unreadable(line: int, path: KeyPath, reason: str) -> Fault:
    if "Duplicate" in reason:  # a key that occurs twice between braces
        return _repeat(line, path, is_code=path[-1] == "codes")
    return Fault(
        where=f"{FILE}, line {line}",
        field=".".join(path) or "line",
        expected="a line in TOML form",
        found="a line that cannot be read",
        way_out='Write `key = "text"`, `key = 1`, `key = ["a", "b"]` or a table\'s name in brackets.',
    )


def _repeat(line: int, path: KeyPath, is_code: bool) -> Fault:
    return Fault(
        where=f"{FILE}, line {line}",
        field=".".join(path),
        expected="each code of the file mapped once" if is_code else "each key once",
        found="a code that is mapped twice" if is_code else "a key that is given twice",
        way_out="Keep one of the two and delete the other.",
    )
