"""What the catalogue holds, and what an entry of a file is before it is checked."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date

from zaragoza.model.classification import Classification
from zaragoza.model.disclosure import ProtectionDefaults
from zaragoza.model.indicator import Indicator
from zaragoza.model.progress import TrackingRule
from zaragoza.model.published import DocumentIndicator, PolicyDocument, PublishedValue
from zaragoza.model.rating import RatingRule
from zaragoza.model.source_table import SourceTable
from zaragoza.model.target import Target
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
class Term:
    """A group or a place as policy documents name it."""

    title: Text


@dataclass(frozen=True)
class SettlingIn:
    """A numbered indicator, or a chapter, of the report *Settling In* of the OECD and the European Commission.

    Attributes:
        source: of a chapter, where it stands.
        split_is_ours: whether the source names a range of numbers and we divided its subjects over them.
    """

    id: str
    title: Text
    source: Text | None = None
    split_is_ours: bool = False

    @property
    def chapter(self) -> str:
        """The number of its chapter; its own where it is one."""
        return self.id.partition(".")[0]

    @property
    def is_chapter(self) -> bool:
        """Whether it stands for a whole chapter."""
        return self.id == self.chapter


@dataclass(frozen=True)
class Catalogue:
    """Every definition by its id, checked as a whole.

    Attributes:
        area_names: names under which policy documents have an area -> its id; the ids themselves among them.
        country_sets: names of sets -> codes as the EU writes them.
        country_names: names of countries that Unicode CLDR lacks under the EU's codes.
        published_values: figures that policy documents state.
        targets: figures that they want reached.
        document_indicators: the indicators that they define, use or imply, by their IND- codes.
        documents: the documents.
        terms: groups and places as they name them.
        settling_in: indicators and chapters of the report of the OECD and the European Commission, by number.
        rating_rules: of scoreboards, by name.
        protection: limits that hold where a monitor says nothing, by kind of source.
        source_tables: tables of other producers whose figures are indicators, by their code there.
        tracking_rules: when a commitment counts as silent.
    """

    variables: Mapping[str, Variable] = field(default_factory=dict)
    indicators: Mapping[str, Indicator] = field(default_factory=dict)
    classifications: Mapping[str, Classification] = field(default_factory=dict)
    areas: Mapping[str, Text] = field(default_factory=dict)
    area_names: Mapping[str, str] = field(default_factory=dict)
    country_sets: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    country_names: Mapping[str, Text] = field(default_factory=dict)
    published_values: Mapping[str, PublishedValue] = field(default_factory=dict)
    targets: Mapping[str, Target] = field(default_factory=dict)
    document_indicators: Mapping[str, DocumentIndicator] = field(default_factory=dict)
    documents: Mapping[str, PolicyDocument] = field(default_factory=dict)
    terms: Mapping[str, Text] = field(default_factory=dict)
    settling_in: Mapping[str, SettlingIn] = field(default_factory=dict)
    rating_rules: Mapping[str, RatingRule] = field(default_factory=dict)
    protection: Mapping[str, ProtectionDefaults] = field(default_factory=dict)
    source_tables: Mapping[str, SourceTable] = field(default_factory=dict)
    tracking_rules: Mapping[str, TrackingRule] = field(default_factory=dict)

    def answering(self, code: str) -> tuple[Indicator, ...]:
        """The indicators that an id, an alias (IND-...) or a number of *Settling In* stands for."""
        return tuple(
            entry
            for entry in self.indicators.values()
            if code == entry.id or code in entry.aliases or code in entry.oecd
        )

    def tracking_rule(self, on: date) -> TrackingRule:
        """The rule of tracking that holds on a day: of those since then or before the last, else the first of all."""
        rules = sorted(self.tracking_rules.values(), key=lambda rule: rule.since)
        return next((rule for rule in reversed(rules) if rule.since <= on), rules[0])

    def published(self, indicator: Indicator) -> tuple[PublishedValue, ...]:
        """The figures that policy documents state of an indicator."""
        codes = {indicator.id, *indicator.aliases}
        return tuple(value for value in self.published_values.values() if value.indicator in codes)

    def aimed(self, indicator: Indicator) -> tuple[Target, ...]:
        """The targets that policy documents set for an indicator."""
        codes = {indicator.id, *indicator.aliases}
        return tuple(target for target in self.targets.values() if target.indicator in codes)


@dataclass(frozen=True)
class Entry:
    """One entry of a file.

    Attributes:
        kind: what it is meant to be: Variable, Indicator, Classification, Area, CountrySet, PublishedValue, ...
        where: file and line.
        value: None where the entry is faulty; its id is still known, so that one fault brings no others.
        remainder: of a faulty entry, what is right in it, so that all its faults are told at once.
        faulty: the fields that are not.
    """

    kind: type[object]
    id: str
    where: str
    value: object | None
    remainder: object | None = None
    faulty: frozenset[str] = frozenset()
