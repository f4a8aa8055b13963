"""Checks of what policy documents state: units, years, and that all that a figure names is known."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator, Sequence

from zaragoza.catalogue.contents import Catalogue, Entry, SettlingIn, Term
from zaragoza.catalogue.monitor_reader import suggestion
from zaragoza.errors import Fault
from zaragoza.model.indicator import Indicator
from zaragoza.model.published import DocumentIndicator, PolicyDocument, PublishedValue, StatedFigure

_YEARS = (1950, 2100)
_COUNTRY = re.compile(r"[A-Z]{2}")
_COUNTED = ("number", "million")
_WHOLE = 100  # per cent
_KEY = (
    "indicator",
    "stated",
    "geo",
    "year",
    "period",
    "unit",
    "what",
    "group",
    "reference_group",
    "ages",
    "sex",
)


class Named:
    """What entries may name, by the kind of it; nothing is looked up in a kind of which a file could not be read."""

    def __init__(self, entries: Sequence[Entry], unread: Collection[type[object]]) -> None:
        self._known: dict[type[object], dict[str, None]] = {}
        for entry in entries:
            self._known.setdefault(entry.kind, {})[entry.id] = None
        self._unread = unread

    def fault(
        self, where: str, field: str, name: str, expected: str, *kinds: type[object]
    ) -> Iterator[Fault]:
        """A fault where no entry of the kinds has the name."""
        known = [self._known.get(kind, {}) for kind in kinds]
        if not any(name in ids for ids in known) and not any(kind in self._unread for kind in kinds):
            yield Fault(
                where, field, expected, f"`{name}`", suggestion(name, [id_ for ids in known for id_ in ids])
            )


def check_figure(where: str, figure: StatedFigure, named: Named) -> Iterator[Fault]:
    """Faults of one published value or target."""
    name = figure.id
    expected = "an indicator of the catalogue or of document_indicators.yaml"
    yield from named.fault(
        where, f"{name}.indicator", figure.indicator, expected, Indicator, DocumentIndicator
    )
    expected = "a document of documents.yaml"
    yield from named.fault(where, f"{name}.source.document", figure.source.document, expected, PolicyDocument)
    if not _COUNTRY.fullmatch(figure.geo):
        yield from named.fault(
            where, f"{name}.geo", figure.geo, "a country's code or a term of terms.yaml", Term
        )
    yield from _number(where, figure)
    yield from _time(where, figure)
    if isinstance(figure, PublishedValue):
        yield from _groups(where, figure, named)


def _number(where: str, figure: StatedFigure) -> Iterator[Fault]:
    name, stated = figure.id, figure.stated
    if stated is None and figure.note is None:
        way_out = "Write `stated:`, or `note:` with what the document says instead."
        yield Fault(where, f"{name}.stated", "the number of the document", "nothing", way_out)
    lowest = {"%": 0, "percentage points": -_WHOLE}.get(figure.unit)
    if stated is not None and lowest is not None and not lowest <= stated <= _WHOLE:
        expected = f"a number from {lowest} to {_WHOLE}, as its unit is {figure.unit}"
        yield Fault(
            where, f"{name}.stated", expected, f"the number {stated:g}", "Correct the number or the unit."
        )
    if (figure.counted is not None) != (figure.unit in _COUNTED):
        found = "none" if figure.counted is None else f"one beside the unit {figure.unit}"
        expected = f"what is counted, beside the unit {' or '.join(_COUNTED)} and no other"
        yield Fault(where, f"{name}.counted", expected, found, "Write it, or remove it.")


def _time(where: str, figure: StatedFigure) -> Iterator[Fault]:
    if figure.year is None:
        if figure.period is None:
            way_out = "Write `year:`, or `period:` where it is about several years."
            yield Fault(where, f"{figure.id}.year", "a year", "nothing", way_out)
    elif not _YEARS[0] <= figure.year <= _YEARS[1]:
        expected = f"a year from {_YEARS[0]} to {_YEARS[1]}"
        yield Fault(where, f"{figure.id}.year", expected, f"the number {figure.year}", "Correct it.")


def _groups(where: str, figure: PublishedValue, named: Named) -> Iterator[Fault]:
    expected = "a term of terms.yaml"
    yield from named.fault(where, f"{figure.id}.group", figure.group, expected, Term)
    if figure.reference_group is not None:
        yield from named.fault(where, f"{figure.id}.reference_group", figure.reference_group, expected, Term)
    elif figure.reference_stated is not None:
        way_out = "Name the group, or remove `reference_stated:`."
        yield Fault(where, f"{figure.id}.reference_group", "whose figure that is", "nothing", way_out)


def check_figures_together(entries: Sequence[Entry]) -> Iterator[Fault]:
    """A figure that stands there twice, under whatever id."""
    first: dict[tuple[object, ...], Entry] = {}
    for entry in entries:
        if not isinstance(entry.value, StatedFigure):
            continue
        key = (entry.kind, *(getattr(entry.value, name, None) for name in _KEY))
        other = first.setdefault(key, entry)
        if other is not entry:
            way_out = "Remove one of the two, or say in `what:` how they differ."
            yield Fault(entry.where, entry.id, "every figure once", f"the same as {other.id}", way_out)


def check_document_indicator(
    where: str, entry: DocumentIndicator, areas: Collection[str] | None
) -> Iterator[Fault]:
    """Faults of one indicator of the documents."""
    if areas is not None and entry.area not in areas:
        way_out = suggestion(entry.area, sorted(areas))
        yield Fault(where, f"{entry.id}.area", "an area of areas.yaml", f"`{entry.area}`", way_out)


def check_settling_in(entries: Sequence[Entry], catalogue: Catalogue) -> Iterator[Fault]:
    """Numbers of the report that indicators name and the list does not have."""
    known = [entry.id for entry in entries if entry.kind is SettlingIn]
    for entry in entries:
        if isinstance(entry.value, Indicator) and catalogue.settling_in:
            for number in entry.value.oecd:
                if number not in known:
                    way_out = suggestion(number, known)
                    field, expected = f"{entry.id}.oecd", "numbers of parameters/settling_in.yaml"
                    yield Fault(entry.where, field, expected, f"`{number}`", way_out)
