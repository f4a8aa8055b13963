"""The one loader of definitions: reads every file, and reports every fault of every file at once."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace
from functools import lru_cache
from importlib.resources import files
from importlib.resources.abc import Traversable
from pathlib import Path
from types import MappingProxyType
from typing import Any, TypeVar

from zaragoza.catalogue.build import build, describe
from zaragoza.catalogue.check import check
from zaragoza.catalogue.check_indicators import remainder
from zaragoza.catalogue.contents import Area, Catalogue, CountryName, CountrySet, Entry, SettlingIn, Term
from zaragoza.catalogue.files import read_file
from zaragoza.catalogue.yaml import Document, KeyPath, read_yaml
from zaragoza.errors import DefinitionError, Fault
from zaragoza.model.classification import Classification
from zaragoza.model.disclosure import ProtectionDefaults
from zaragoza.model.indicator import Indicator
from zaragoza.model.published import DocumentIndicator, PolicyDocument, PublishedValue
from zaragoza.model.rating import RatingRule
from zaragoza.model.source_table import SourceTable
from zaragoza.model.target import Target
from zaragoza.model.text import Text
from zaragoza.model.variable import Variable

__all__ = ["Catalogue", "build", "load_catalogue"]

T = TypeVar("T")


# Folders whose files hold many entries, and what an entry is; the two single files are read beside them.
_FOLDERS: Mapping[str, type[Any]] = {
    "variables": Variable,
    "classifications": Classification,
    "indicators": Indicator,
}
# Files of dated data, and what an entry of each is.
_PARAMETERS: Mapping[str, type[Any]] = {
    "published_values.yaml": PublishedValue,
    "targets.yaml": Target,
    "documents.yaml": PolicyDocument,
    "document_indicators.yaml": DocumentIndicator,
    "terms.yaml": Term,
    "settling_in.yaml": SettlingIn,
    "rating_rules.yaml": RatingRule,
    "protection.yaml": ProtectionDefaults,
    "source_tables.yaml": SourceTable,
}
_PARAMETERS_FOLDER = "parameters"
_AREAS, _COUNTRIES = "areas.yaml", "countries.yaml"


@dataclass
class _Reading:
    """What has been read: entries in the order of the files, every fault, and kinds of which a file is unreadable."""

    entries: list[Entry] = field(default_factory=list)
    faults: list[Fault] = field(default_factory=list)
    unread: set[type[object]] = field(default_factory=set)


def load_catalogue(extra: Path | None = None) -> Catalogue:
    """The definitions of the package, and those of an office.

    Args:
        extra: the office's folder, of the same form: `variables/`, `classifications/`, `indicators/`, `parameters/`,
            `areas.yaml`, `countries.yaml`, each of which may be absent.

    Raises:
        DefinitionError: with every fault of every file.
    """
    built_in = _built_in()
    return built_in if extra is None else _catalogue(_package(), _read_office(extra))


@lru_cache(maxsize=1)
def _built_in() -> Catalogue:
    return _catalogue(_package())


@lru_cache(maxsize=1)
def _package() -> _Reading:
    return _read_folder(files("zaragoza.catalogue"), "catalogue")


def _catalogue(*readings: _Reading) -> Catalogue:
    """Puts together what was read, and checks the entries of the last reading against all."""
    entries = [entry for reading in readings for entry in reading.entries]
    faults = [fault for reading in readings for fault in reading.faults]
    areas = _by_id(entries, Area)
    catalogue = Catalogue(
        variables=_by_id(entries, Variable),
        indicators=_by_id(entries, Indicator),
        classifications=_by_id(entries, Classification),
        areas=_frozen({name: area.title for name, area in areas.items()}),
        area_names=_frozen({also: name for name, area in areas.items() for also in (name, *area.also)}),
        country_sets=_frozen({name: s.codes for name, s in _by_id(entries, CountrySet).items()}),
        country_names=_frozen({code: Text(n.en, n.nl) for code, n in _by_id(entries, CountryName).items()}),
        published_values=_by_id(entries, PublishedValue),
        targets=_by_id(entries, Target),
        document_indicators=_by_id(entries, DocumentIndicator),
        documents=_by_id(entries, PolicyDocument),
        terms=_frozen({name: term.title for name, term in _by_id(entries, Term).items()}),
        settling_in=_by_id(entries, SettlingIn),
        rating_rules=_by_id(entries, RatingRule),
        protection=_by_id(entries, ProtectionDefaults),
        source_tables=_by_id(entries, SourceTable),
    )
    unread = frozenset().union(*(reading.unread for reading in readings))
    faults += check(entries, readings[-1].entries, catalogue, unread)
    if faults:
        raise DefinitionError(dict.fromkeys(faults))
    return catalogue


def _by_id(entries: list[Entry], kind: type[T]) -> Mapping[str, T]:
    found: dict[str, T] = {}
    for entry in entries:
        if isinstance(entry.value, kind):
            found.setdefault(entry.id, entry.value)
    return _frozen(found)


def _frozen(mapping: dict[str, T]) -> Mapping[str, T]:
    return MappingProxyType(mapping)


def _read_office(folder: Path) -> _Reading:
    name = folder.name
    if not folder.is_dir():
        way_out = "Make the folder, or leave it out."
        return _Reading(
            faults=[Fault(name, "folder", "a folder with definitions", "no such folder", way_out)]
        )
    reading = _read_folder(folder, name)
    reading.faults += _not_read(folder, name)
    return reading


def _not_read(folder: Path, name: str) -> Iterator[Fault]:
    """Files that look like definitions and lie where none are read: a slip would else go unseen."""
    parameters = [folder / _PARAMETERS_FOLDER / known for known in _PARAMETERS]
    read = {folder / _AREAS, folder / _COUNTRIES, *parameters}
    for path in sorted(folder.rglob("*.y*ml")):
        place = path.relative_to(folder)
        if path in read or (len(place.parts) == 2 and place.parts[0] in _FOLDERS and path.suffix == ".yaml"):
            continue
        expected = (
            f"definitions in {', '.join(f'{known}/*.yaml' for known in _FOLDERS)}, {_AREAS} or {_COUNTRIES}"
            if place.parts[0] != _PARAMETERS_FOLDER
            else f"one of {', '.join(_PARAMETERS)}"
        )
        yield Fault(
            f"{name}/{place.as_posix()}", "file", expected, "a file that is not read", "Move or rename it."
        )


def _read_folder(folder: Traversable, name: str) -> _Reading:
    reading = _Reading()
    for kind_name, kind in _FOLDERS.items():
        for path in _yaml_files(folder.joinpath(kind_name)):
            _read_entries(path, f"{name}/{kind_name}/{path.name}", kind, reading)
    for file_name, kind in _PARAMETERS.items():
        path = folder.joinpath(_PARAMETERS_FOLDER, file_name)
        if path.is_file():
            _read_entries(path, f"{name}/{_PARAMETERS_FOLDER}/{file_name}", kind, reading)
    for file_name, read in ((_AREAS, _read_areas), (_COUNTRIES, _read_countries)):
        path = folder.joinpath(file_name)
        if path.is_file():
            read(path, f"{name}/{file_name}", reading)
    return reading


def _yaml_files(folder: Traversable) -> list[Traversable]:
    if not folder.is_dir():
        return []
    return sorted(
        (path for path in folder.iterdir() if path.name.endswith(".yaml")), key=lambda path: path.name
    )


def _read_areas(path: Traversable, where: str, reading: _Reading) -> None:
    _read_entries(path, where, Area, reading)


def _read_countries(path: Traversable, where: str, reading: _Reading) -> None:
    document = _document(path, where, CountrySet, reading)
    parts: Mapping[str, type[Any]] = {"sets": CountrySet, "names": CountryName}
    if not isinstance(document.data, Mapping):
        reading.faults.append(_shape(where, "countries", "sets: and names:", document.data))
        return
    for key, part in document.data.items():
        if key in parts and isinstance(part, Mapping):
            _add(_pairs(part, (key,)), parts[key], where, document, reading)
        else:
            reading.faults.append(_shape(where, str(key), f"a mapping under {' or '.join(parts)}", part))


def _read_entries(path: Traversable, where: str, kind: type[Any], reading: _Reading) -> None:
    """Reads a file of entries: a mapping of ids, or a list of entries that each have an `id`."""
    document = _document(path, where, kind, reading)
    if isinstance(document.data, Mapping):
        _add(_pairs(document.data, ()), kind, where, document, reading)
    elif isinstance(document.data, list):
        _add(_listed(document.data), kind, where, document, reading)
    elif not document.faults:
        reading.faults.append(_shape(where, "file", "entries by their id", document.data))


def _document(path: Traversable, where: str, kind: type[object], reading: _Reading) -> Document:
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


def _shape(where: str, name: str, expected: str, found: object) -> Fault:
    return Fault(where, name, expected, describe(found), "Compare with a file of the package's catalogue.")


Item = tuple[object, KeyPath, object]  # id, where it stands in the document, fields


def _pairs(data: Mapping[Any, Any], at: KeyPath) -> Iterator[Item]:
    yield from ((key, (*at, key), value) for key, value in data.items())


def _listed(data: list[Any]) -> Iterator[Item]:
    for number, value in enumerate(data):
        fields = dict(value) if isinstance(value, Mapping) else value
        key = fields.pop("id", None) if isinstance(fields, dict) else None
        yield key, (number,), fields


def _add(items: Iterator[Item], kind: type[Any], where: str, document: Document, reading: _Reading) -> None:
    has_id = "id" in kind.__dataclass_fields__
    for key, at, value in items:
        line = document.line(at)
        place = where if line is None else f"{where}, line {line}"
        if not isinstance(key, str) or not isinstance(value, Mapping):
            reading.faults.append(_shape(place, str(key), "a text as id and a mapping of its fields", value))
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
