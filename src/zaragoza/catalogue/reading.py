"""The one reader of files of definitions: entries in the order of the files, and every fault of their form."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from importlib.resources.abc import Traversable
from types import MappingProxyType
from typing import Any, TypeVar

from zaragoza.catalogue.build import build, describe
from zaragoza.catalogue.check_indicators import remainder
from zaragoza.catalogue.contents import Entry
from zaragoza.catalogue.files import read_file
from zaragoza.catalogue.yaml import Document, KeyPath, read_yaml
from zaragoza.errors import Fault
from zaragoza.model.indicator import Indicator

T = TypeVar("T")


@dataclass
class Reading:
    """What has been read: entries in the order of the files, every fault, and kinds of which a file is unreadable."""

    entries: list[Entry] = field(default_factory=list)
    faults: list[Fault] = field(default_factory=list)
    unread: set[type[object]] = field(default_factory=set)


def by_id(entries: Iterable[Entry], kind: type[T]) -> Mapping[str, T]:
    """The entries of one kind that are right; of two with the same id the first."""
    found: dict[str, T] = {}
    for entry in entries:
        if isinstance(entry.value, kind):
            found.setdefault(entry.id, entry.value)
    return MappingProxyType(found)


def read_folders(folder: Traversable, name: str, kinds: Mapping[str, type[Any]], reading: Reading) -> None:
    """Reads the files of folders that hold many entries.

    Args:
        folder: in which those folders are; each may be absent.
        name: how faults name it.
        kinds: what an entry is, by the path of its folder.
        reading: gets what is read.
    """
    for path, kind in kinds.items():
        for file in _yaml_files(folder.joinpath(*path.split("/"))):
            read_entries(file, f"{name}/{path}/{file.name}", kind, reading)


def _yaml_files(folder: Traversable) -> list[Traversable]:
    if not folder.is_dir():
        return []
    return sorted(
        (path for path in folder.iterdir() if path.name.endswith(".yaml")), key=lambda path: path.name
    )


def read_entries(path: Traversable, where: str, kind: type[Any], reading: Reading) -> None:
    """Reads a file of entries: a mapping of ids, or a list of entries that each have an `id`."""
    document = read_document(path, where, kind, reading)
    if isinstance(document.data, Mapping):
        add_entries(paired(document.data, ()), kind, where, document, reading)
    elif isinstance(document.data, list):
        add_entries(_listed(document.data), kind, where, document, reading)
    elif not document.faults:
        reading.faults.append(wrong_shape(where, "file", "entries by their id", document.data))


def read_document(path: Traversable, where: str, kind: type[object], reading: Reading) -> Document:
    """What a file says; of one that cannot be read nothing, and its kind counts as unread."""
    content = read_file(path)
    if isinstance(content, str):
        way_out = "Have it opened to you, or take it out of the folder."
        fault = Fault(where, "file", "a file with definitions", content, way_out)
        document = Document(None, {}, [fault])
    else:
        document = read_yaml(content, where)
    reading.faults += document.faults
    if document.data is None:
        reading.unread.add(kind)
    return document


def wrong_shape(where: str, name: str, expected: str, found: object) -> Fault:
    """The fault of a file, or a part of it, that has another form."""
    return Fault(where, name, expected, describe(found), "Compare with a file of the package's catalogue.")


Item = tuple[object, KeyPath, object]  # id, where it stands in the document, fields


def paired(data: Mapping[Any, Any], at: KeyPath) -> Iterator[Item]:
    """The entries of a mapping of ids."""
    yield from ((key, (*at, key), value) for key, value in data.items())


def _listed(data: list[Any]) -> Iterator[Item]:
    for number, value in enumerate(data):
        fields = dict(value) if isinstance(value, Mapping) else value
        key = fields.pop("id", None) if isinstance(fields, dict) else None
        yield key, (number,), fields


def add_entries(
    items: Iterator[Item], kind: type[Any], where: str, document: Document, reading: Reading
) -> None:
    """Makes entries of plain data, each with the faults of its form."""
    has_id = "id" in kind.__dataclass_fields__
    for key, at, value in items:
        line = document.line(at)
        place = where if line is None else f"{where}, line {line}"
        if not isinstance(key, str) or not isinstance(value, Mapping):
            reading.faults.append(
                wrong_shape(place, str(key), "a text as id and a mapping of its fields", value)
            )
            continue
        if has_id and "id" in value:
            found, way_out = "the key `id` inside it", "Remove the key; the entry's own key is its id."
            reading.faults.append(Fault(place, key, "an entry under its id", found, way_out))
        fields = {**value, "id": key} if has_id else value
        made, faults = build(kind, fields, where, document, at)
        reading.faults += (replace(fault, field=f"{key}.{fault.field}".rstrip(".")) for fault in faults)
        faulty = frozenset(fault.field.partition(".")[0] for fault in faults)
        rest = remainder(fields, faulty) if kind is Indicator and faulty else None
        reading.entries.append(Entry(kind, key, place, made, rest, faulty))
