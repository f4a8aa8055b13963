"""What the catalogue holds, and what an entry of a file is before it is checked."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from zaragoza.model.classification import Classification
from zaragoza.model.indicator import Indicator
from zaragoza.model.text import Text
from zaragoza.model.variable import Variable


@dataclass(frozen=True)
class Area:
    """A policy area.

    Attributes:
        also: names under which policy documents have the same area.
    """

    title: Text
    also: tuple[str, ...] = ()


@dataclass(frozen=True)
class CountrySet:
    """Countries that rules name together, as EU codes.

    Attributes:
        unverified: what in it is set from memory or by us and waits for a check against the source.
    """

    codes: tuple[str, ...]
    source: str
    unverified: str | None = None


@dataclass(frozen=True)
class CountryName:
    """The name of a country that Unicode CLDR lacks under the EU's code."""

    en: str
    nl: str


@dataclass(frozen=True)
class Catalogue:
    """Every definition by its id, checked as a whole.

    Attributes:
        area_names: names under which policy documents have an area -> its id; the ids themselves among them.
        country_sets: names of sets -> codes as the EU writes them.
        country_names: names of countries that Unicode CLDR lacks under the EU's codes.
    """

    variables: Mapping[str, Variable] = field(default_factory=dict)
    indicators: Mapping[str, Indicator] = field(default_factory=dict)
    classifications: Mapping[str, Classification] = field(default_factory=dict)
    areas: Mapping[str, Text] = field(default_factory=dict)
    area_names: Mapping[str, str] = field(default_factory=dict)
    country_sets: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    country_names: Mapping[str, Text] = field(default_factory=dict)


@dataclass(frozen=True)
class Entry:
    """One entry of a file.

    Attributes:
        kind: what it is meant to be: Variable, Indicator, Classification, Area, CountrySet or CountryName.
        where: file and line.
        value: None where the entry is faulty; its id is still known, so that one fault brings no others.
    """

    kind: type[object]
    id: str
    where: str
    value: object | None
