"""Checks of all definitions against one another."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import replace
from typing import get_args

from zaragoza.catalogue.check_expressions import Expressions
from zaragoza.catalogue.check_ids import COUNTRY, check_ids
from zaragoza.catalogue.check_indicators import check_indicator
from zaragoza.catalogue.check_published import (
    Named,
    check_document_indicator,
    check_figure,
    check_figures_together,
    check_settling_in,
)
from zaragoza.catalogue.check_source_tables import check_source_table
from zaragoza.catalogue.check_variables import check_together, check_variable
from zaragoza.catalogue.contents import Area, Catalogue, CountrySet, Entry
from zaragoza.errors import DefinitionError, Fault
from zaragoza.model.classification import Classification
from zaragoza.model.disclosure import ProtectionDefaults, SourceKind
from zaragoza.model.indicator import Indicator
from zaragoza.model.placeholders import readable
from zaragoza.model.published import DocumentIndicator, StatedFigure
from zaragoza.model.rating import RatingRule
from zaragoza.model.source_table import SourceTable
from zaragoza.model.variable import Variable

_SOME_COUNTRY = "NL"  # rules are checked as if this country reported; any would do


def check(
    entries: Sequence[Entry],
    new: Sequence[Entry],
    catalogue: Catalogue,
    unread: Collection[type[object]] = (),
) -> list[Fault]:
    """Every fault that shows only when all definitions are known.

    Args:
        entries: everything that was read, the faulty entries among them.
        new: those of them that have not been checked yet.
        catalogue: the entries that are right.
        unread: kinds of which a file could not be read; names of that kind are then not looked up.
    """
    known = sorted(entry.id for entry in entries if entry.kind is Variable)
    areas = {entry.id for entry in entries if entry.kind is Area}
    expressions = Expressions(catalogue.variables, None if Variable in unread else known)
    faults = [*check_ids(entries), *_area_names(entries), *check_together(entries, expressions)]
    faults += [*check_figures_together(entries), *check_settling_in(entries, catalogue)]
    named = Named(entries, unread)
    for entry in new:
        faults += _entry(entry, catalogue, None if Area in unread else areas, expressions, unread)
        if isinstance(entry.value, StatedFigure):
            faults += check_figure(entry.where, entry.value, named)
    return faults


def _entry(
    entry: Entry,
    catalogue: Catalogue,
    areas: set[str] | None,
    expressions: Expressions,
    unread: Collection[type[object]],
) -> Iterator[Fault]:
    match entry.value:
        case Variable():
            sets = _one_of_each(catalogue) if CountrySet not in unread else None
            yield from check_variable(entry.where, _readable(entry.value, sets), expressions)
        case None if isinstance(entry.remainder, Indicator):
            found = check_indicator(entry.where, entry.remainder, areas, expressions)
            yield from (fault for fault in found if fault.field.split(".")[1] not in entry.faulty)
        case Indicator():
            yield from check_indicator(entry.where, entry.value, areas, expressions)
        case Classification() if CountrySet not in unread:
            yield from _classification(entry.where, entry.value, catalogue, expressions)
        case CountrySet():
            yield from _countries(entry.where, entry.id, entry.value)
        case DocumentIndicator():
            yield from check_document_indicator(entry.where, entry.value, areas)
        case RatingRule():
            yield from _rule(entry.where, entry.value)
        case ProtectionDefaults() if entry.id not in get_args(SourceKind):
            kinds = " or ".join(get_args(SourceKind))
            yield Fault(
                entry.where, entry.id, kinds, "another kind of source", "Change a limit in monitor.toml."
            )
        case SourceTable() if not {Indicator, Classification} & set(unread):
            yield from check_source_table(entry.where, entry.value, catalogue)


def _rule(where: str, rule: RatingRule) -> Iterator[Fault]:
    way_out = "Compare with a rule of the package's catalogue."
    for field, expected, found in rule.problems:
        yield Fault(where, f"{rule.id}.{field}", expected, found, way_out)


def _one_of_each(catalogue: Catalogue) -> dict[str, tuple[str, ...]]:
    """Country sets of one code: whether a rule can be read does not hang on how many codes it lists."""
    return {name: codes[:1] for name, codes in catalogue.country_sets.items()}


def _readable(variable: Variable, sets: Mapping[str, tuple[str, ...]] | None) -> Variable:
    """The variable with countries filled in; where the sets are not known, with an empty text for each name."""
    if sets is not None:
        return variable.bind(None, _SOME_COUNTRY, sets)
    call = variable.derive
    return replace(variable, derive=replace(call, of=readable(call.of))) if call and call.of else variable


def _area_names(entries: Sequence[Entry]) -> Iterator[Fault]:
    first: dict[str, str] = {entry.id: entry.id for entry in entries if entry.kind is Area}
    for entry in entries:
        if isinstance(entry.value, Area):
            for name in entry.value.also:
                other = first.setdefault(name, entry.id)
                if other != entry.id or name == entry.id:
                    found = f"`{name}`, which stands for {other}"
                    yield Fault(
                        entry.where, f"{entry.id}.also", "new names", found, "Remove it from one of the two."
                    )


def _countries(where: str, name: str, countries: CountrySet) -> Iterator[Fault]:
    for code in dict.fromkeys(countries.codes):
        if not COUNTRY.fullmatch(code):
            yield Fault(
                where, f"{name}.codes", "codes of countries", f"`{code}`", "Write two capital letters."
            )
        if countries.codes.count(code) > 1:
            yield Fault(
                where, f"{name}.codes", "each code once", f"`{code}` more often", "Remove one of them."
            )


def _classification(
    where: str, classification: Classification, catalogue: Catalogue, expressions: Expressions
) -> Iterator[Fault]:
    name = classification.id
    if classification.column is not None:
        yield from expressions.faults(classification.column, where, f"{name}.column")
    for number, names in enumerate(classification.requires, 1):
        for variable in names:
            yield from expressions.faults(variable, where, f"{name}.requires.{number}")
    try:
        bound = classification.bind(_SOME_COUNTRY, _one_of_each(catalogue))
    except DefinitionError as error:
        for fault in error.faults:
            yield Fault(where, f"{name}.{fault.field}", fault.expected, fault.found, fault.way_out)
        return
    for category in bound.categories:
        yield from expressions.faults(category.when, where, f"{name}.{category.code}", condition=True)
