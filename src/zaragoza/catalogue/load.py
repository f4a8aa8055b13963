"""The one loader of definitions: reads every file, and reports every fault of every file at once."""

from __future__ import annotations

from collections.abc import Mapping
from functools import lru_cache
from importlib.resources import files
from importlib.resources.abc import Traversable
from pathlib import Path
from types import MappingProxyType
from typing import Any, TypeVar

from zaragoza.catalogue.build import build
from zaragoza.catalogue.check import check
from zaragoza.catalogue.check_plan import check_plan
from zaragoza.catalogue.contents import Area, Catalogue, CountryName, CountrySet, SettlingIn, Term
from zaragoza.catalogue.layout import (
    AREAS,
    COUNTRIES,
    FOLDERS,
    PARAMETERS,
    PARAMETERS_FOLDER,
    PLAN_FOLDERS,
    not_read,
)
from zaragoza.catalogue.plans import Plans
from zaragoza.catalogue.reading import (
    Reading,
    add_entries,
    by_id,
    paired,
    read_document,
    read_entries,
    read_folders,
    wrong_shape,
)
from zaragoza.errors import DefinitionError, Fault
from zaragoza.model.classification import Classification
from zaragoza.model.disclosure import ProtectionDefaults
from zaragoza.model.funding import Call, Fund
from zaragoza.model.indicator import Indicator
from zaragoza.model.monitoring import CountryMonitoring, Criterion, GlossaryTerm, Reference
from zaragoza.model.plan import Commitment, Objective, Organisation, Plan, Position
from zaragoza.model.practice import Practice
from zaragoza.model.progress import TrackingRule
from zaragoza.model.published import DocumentIndicator, PolicyDocument, PublishedValue
from zaragoza.model.rating import RatingRule
from zaragoza.model.source_table import SourceTable
from zaragoza.model.target import Target
from zaragoza.model.text import Text
from zaragoza.model.variable import Variable

__all__ = ["Catalogue", "Plans", "build", "load_catalogue", "load_plans"]

T = TypeVar("T")


def load_catalogue(extra: Path | None = None) -> Catalogue:
    """The definitions of the package, and those of an office.

    Args:
        extra: the office's folder, of the same form: `variables/`, `classifications/`, `indicators/`, `parameters/`,
            `plan/`, `areas.yaml`, `countries.yaml`, each of which may be absent. What is in `plan/` is read by
            `load_plans` alone.

    Raises:
        DefinitionError: with every fault of every file.
    """
    return _built_in() if extra is None else _right(*_catalogue(_package(), _read_office(extra)))


def load_plans(extra: Path | None = None) -> Plans:
    """What documents promise, pay and say, with the definitions that it is joined to; an office's beside the package's.

    Args:
        extra: the office's folder, as for `load_catalogue`.

    Raises:
        DefinitionError: with every fault of every file, those of the definitions among them.
    """
    return _built_in_plans() if extra is None else _read_plans(extra)


@lru_cache(maxsize=1)
def _built_in() -> Catalogue:
    return _right(*_catalogue(_package()))


@lru_cache(maxsize=1)
def _built_in_plans() -> Plans:
    return _right(*_plans(_built_in(), (_package(),), (_package_plans(),)))


def _read_plans(extra: Path) -> Plans:
    definitions = (_package(), _read_office(extra))
    catalogue, faults = _catalogue(*definitions)
    office = Reading()
    read_folders(extra, extra.name, PLAN_FOLDERS, office)
    plans, more = _plans(catalogue, definitions, (_package_plans(), office))
    return _right(plans, [*faults, *more])


def _right(made: T, faults: list[Fault]) -> T:
    if faults:
        raise DefinitionError(dict.fromkeys(faults))
    return made


@lru_cache(maxsize=1)
def _package() -> Reading:
    return _read_definitions(files("zaragoza.catalogue"), "catalogue")


@lru_cache(maxsize=1)
def _package_plans() -> Reading:
    reading = Reading()
    read_folders(files("zaragoza.catalogue"), "catalogue", PLAN_FOLDERS, reading)
    return reading


def _catalogue(*readings: Reading) -> tuple[Catalogue, list[Fault]]:
    """Puts together what was read, and checks the entries of the last reading against all."""
    entries = [entry for reading in readings for entry in reading.entries]
    faults = [fault for reading in readings for fault in reading.faults]
    areas = by_id(entries, Area)
    catalogue = Catalogue(
        variables=by_id(entries, Variable),
        indicators=by_id(entries, Indicator),
        classifications=by_id(entries, Classification),
        areas=_frozen({name: area.title for name, area in areas.items()}),
        area_names=_frozen({also: name for name, area in areas.items() for also in (name, *area.also)}),
        country_sets=_frozen({name: s.codes for name, s in by_id(entries, CountrySet).items()}),
        country_names=_frozen({code: Text(n.en, n.nl) for code, n in by_id(entries, CountryName).items()}),
        published_values=by_id(entries, PublishedValue),
        targets=by_id(entries, Target),
        document_indicators=by_id(entries, DocumentIndicator),
        documents=by_id(entries, PolicyDocument),
        terms=_frozen({name: term.title for name, term in by_id(entries, Term).items()}),
        settling_in=by_id(entries, SettlingIn),
        rating_rules=by_id(entries, RatingRule),
        source_tables=by_id(entries, SourceTable),
        protection=by_id(entries, ProtectionDefaults),
        tracking_rules=by_id(entries, TrackingRule),
    )
    unread = frozenset().union(*(reading.unread for reading in readings))
    return catalogue, faults + check(entries, readings[-1].entries, catalogue, unread)


def _plans(
    catalogue: Catalogue, definitions: tuple[Reading, ...], readings: tuple[Reading, ...]
) -> tuple[Plans, list[Fault]]:
    """Puts together what was read of plans, and checks the entries of the last reading against all."""
    entries = [entry for reading in readings for entry in reading.entries]
    faults = [fault for reading in readings for fault in reading.faults]
    plans = Plans(
        catalogue=catalogue,
        plans=by_id(entries, Plan),
        objectives=by_id(entries, Objective),
        commitments=by_id(entries, Commitment),
        organisations=by_id(entries, Organisation),
        positions=by_id(entries, Position),
        funds=by_id(entries, Fund),
        calls=by_id(entries, Call),
        practices=by_id(entries, Practice),
        criteria=by_id(entries, Criterion),
        countries_monitoring=by_id(entries, CountryMonitoring),
        glossary=by_id(entries, GlossaryTerm),
        references=by_id(entries, Reference),
    )
    known = [entry for reading in definitions for entry in reading.entries]
    unread = frozenset().union(*(reading.unread for reading in (*definitions, *readings)))
    return plans, faults + check_plan(entries, readings[-1].entries, known, catalogue, unread)


def _frozen(mapping: dict[str, T]) -> Mapping[str, T]:
    return MappingProxyType(mapping)


def _read_office(folder: Path) -> Reading:
    name = folder.name
    if not folder.is_dir():
        way_out = "Make the folder, or leave it out."
        return Reading(faults=[Fault(name, "folder", "a folder with definitions", "no such folder", way_out)])
    reading = _read_definitions(folder, name)
    reading.faults += not_read(folder, name)
    return reading


def _read_definitions(folder: Traversable, name: str) -> Reading:
    reading = Reading()
    read_folders(folder, name, FOLDERS, reading)
    for file_name, kind in PARAMETERS.items():
        path = folder.joinpath(PARAMETERS_FOLDER, file_name)
        if path.is_file():
            read_entries(path, f"{name}/{PARAMETERS_FOLDER}/{file_name}", kind, reading)
    if (path := folder.joinpath(AREAS)).is_file():
        read_entries(path, f"{name}/{AREAS}", Area, reading)
    if (path := folder.joinpath(COUNTRIES)).is_file():
        _read_countries(path, f"{name}/{COUNTRIES}", reading)
    return reading


def _read_countries(path: Traversable, where: str, reading: Reading) -> None:
    document = read_document(path, where, CountrySet, reading)
    parts: Mapping[str, type[Any]] = {"sets": CountrySet, "names": CountryName}
    if not isinstance(document.data, Mapping):
        reading.faults.append(wrong_shape(where, "countries", "sets: and names:", document.data))
        return
    for key, part in document.data.items():
        if key in parts and isinstance(part, Mapping):
            add_entries(paired(part, (key,)), parts[key], where, document, reading)
        else:
            reading.faults.append(wrong_shape(where, str(key), f"a mapping under {' or '.join(parts)}", part))
