"""Safe reading of definitions in YAML: every fault with its line, no surprise in what a plain word means.

Two things differ from YAML 1.1. Only `true` and `false` are truth values, so that NO stays the code of
Norway, and dates, octal and sexagesimal numbers stay text. A key that is written twice is a fault: it would
silently lose a definition.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Hashable, Iterator, Mapping
from contextlib import suppress
from dataclasses import dataclass, field
from typing import Any

import yaml

from zaragoza.errors import Fault

KeyPath = tuple[str | int, ...]

_DEPTH, _NODES = 30, 100_000
_BASE: Any = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
_WAY_OUT = (
    "Mend the line; a text with : # { } [ ] , & * ? | < > = ! % @ or a quote in it is best put in quotes."
)


class _Loader(_BASE):  # type: ignore[misc]  # which of two it is depends on the machine
    """The C parser where there is one, with the words of YAML 1.2's core schema."""

    yaml_implicit_resolvers: Mapping[str, list[tuple[str, re.Pattern[str]]]] = {}


for _tag, _pattern, _first in (
    ("null", r"~|null|Null|NULL|", ["~", "n", "N", ""]),
    ("bool", r"true|True|TRUE|false|False|FALSE", list("tTfF")),
    ("int", r"[-+]?(0|[1-9][0-9]*)", list("-+0123456789")),
    ("float", r"[-+]?(0|[1-9][0-9]*)\.[0-9]+([eE][-+]?[0-9]+)?", list("-+0123456789")),
):
    _Loader.add_implicit_resolver(f"tag:yaml.org,2002:{_tag}", re.compile(f"^(?:{_pattern})$"), _first)

_TEXT = "tag:yaml.org,2002:str"
_SCALARS: Mapping[str, Callable[[str], int | float | bool | None]] = {
    "tag:yaml.org,2002:null": lambda text: None,
    "tag:yaml.org,2002:bool": lambda text: {"true": True, "false": False}[text.lower()],
    "tag:yaml.org,2002:int": int,
    "tag:yaml.org,2002:float": float,
}


@dataclass
class Document:
    """What a file says.

    Attributes:
        data: mappings, lists and scalars; None where the file cannot be read.
        lines: line number of every key and item, by its path.
        faults: what is wrong with the form of the file.
    """

    data: Any = None
    lines: dict[KeyPath, int] = field(default_factory=dict)
    faults: list[Fault] = field(default_factory=list)

    def line(self, path: KeyPath) -> int | None:
        """The line on which a key stands, or the nearest key above it that does."""
        return next(
            (self.lines[path[:end]] for end in range(len(path), -1, -1) if path[:end] in self.lines), None
        )


def read_yaml(content: bytes, where: str) -> Document:
    """Reads one YAML document.

    Args:
        content: bytes of the file, in UTF-8.
        where: how faults name the file.
    """
    document = Document()
    try:
        node = _compose(content.decode("utf-8"))
    except UnicodeDecodeError:
        found, way_out = "bytes in another encoding", "Save the file as UTF-8 in your editor."
        document.faults.append(Fault(where, "file", "text in UTF-8", found, way_out))
        return document
    except (yaml.YAMLError, RecursionError) as error:
        document.faults.append(_unreadable(error, where, content.count(b"\n") + 1))
        return document
    if node is not None:
        document.data = _Reader(document, where).value(node, ())
    return document


def _compose(text: str) -> yaml.Node | None:
    loader = _Loader(text)
    try:
        node: yaml.Node | None = loader.get_single_node()
    finally:
        loader.dispose()
    return node


def _unreadable(error: Exception, where: str, lines: int) -> Fault:
    mark = getattr(error, "problem_mark", None)  # of what is never closed it lies behind the last line
    place = f"{where}, line {min(mark.line + 1, lines)}" if mark else where
    found = re.sub(r"^(but )?found ", "", getattr(error, "problem", None) or "something else")
    return Fault(place, "file", "YAML", found, _WAY_OUT)


class _Reader:
    """Turns nodes into values and notes lines and faults."""

    def __init__(self, document: Document, where: str) -> None:
        self._document = document
        self._where = where
        self._nodes = 0

    def value(self, node: yaml.Node, path: KeyPath) -> Any:
        line = node.start_mark.line + 1
        self._document.lines.setdefault(path, line)
        if isinstance(node, yaml.ScalarNode):
            return self._scalar(node, path, line)
        self._nodes += 1
        if len(path) > _DEPTH or self._nodes > _NODES:  # aliases of aliases would grow without end
            expected = f"at most {_DEPTH} levels and {_NODES} entries"
            self._fault(path[:3], line, expected, "more", "Write it flatter, or in several files.")
            return None
        if isinstance(node, yaml.MappingNode):
            return dict(self._pairs(node, path))
        return [self.value(item, (*path, number)) for number, item in enumerate(node.value)]

    def _pairs(self, node: yaml.MappingNode, path: KeyPath) -> Iterator[tuple[Hashable, Any]]:
        first: dict[Hashable, int] = {}
        for key_node, value_node in node.value:
            line = key_node.start_mark.line + 1
            key = self._scalar(key_node, path, line) if isinstance(key_node, yaml.ScalarNode) else None
            if not isinstance(key, str | int | float | bool):
                self._fault(
                    path, line, "a plain key", "a list, a mapping or nothing", "Write a name and a colon."
                )
                continue
            if key in first:
                found = f"a key that line {first[key]} has already"
                self._fault(
                    (*path, str(key)), line, "every key once", found, "Rename or remove one of the two."
                )
                continue
            first[key] = line
            place = (*path, key if isinstance(key, int) else str(key))
            self._document.lines[place] = line
            yield key, self.value(value_node, place)

    def _scalar(self, node: yaml.ScalarNode, path: KeyPath, line: int) -> str | int | float | bool | None:
        if node.tag == _TEXT:
            return str(node.value)
        make = _SCALARS.get(node.tag)
        if make is not None:
            with suppress(ValueError, KeyError):  # a tag written out before a text that does not fit it
                return make(node.value)
        expected = "a text, a number, a list or a mapping"
        self._fault(path, line, expected, f"the tag {node.tag}", "Leave the tag out.")
        return None

    def _fault(self, path: KeyPath, line: int, expected: str, found: str, way_out: str) -> None:
        where = f"{self._where}, line {line}"
        self._document.faults.append(Fault(where, dotted(path), expected, found, way_out))


def dotted(path: KeyPath) -> str:
    """A path as people write it: `sex.codes.2.title`, counted from 1; `file` for the whole."""
    return ".".join(str(part + 1) if isinstance(part, int) else part for part in path) or "file"
