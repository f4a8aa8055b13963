"""Checks of what documents promise, pay and say: that every name is known, and that dates go with their words."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import fields, is_dataclass
from datetime import date, timedelta

from zaragoza.catalogue.check_ids import check_ids
from zaragoza.catalogue.check_published import Named
from zaragoza.catalogue.contents import Area, Catalogue, CountrySet, Entry, Term
from zaragoza.catalogue.monitor_reader import suggestion
from zaragoza.errors import Fault
from zaragoza.model.funding import Call, Fund
from zaragoza.model.indicator import Indicator
from zaragoza.model.monitoring import CountryMonitoring, Criterion, GlossaryTerm
from zaragoza.model.plan import Commitment, Deadline, Objective, Organisation, Plan
from zaragoza.model.published import DocumentIndicator, PolicyDocument
from zaragoza.model.text import LANGUAGES

_INDICATOR = (DocumentIndicator, Indicator), "an indicator of document_indicators.yaml or of the catalogue"
_ORGANISATION = (Organisation,), "an organisation of plan/organisations"
_FUND = (Fund,), "a fund of plan/funds"
_COMMITMENT = (Commitment,), "a commitment of plan/commitments"
# What the fields of every noun of plans name, wherever they stand in an entry.
_NAMES: Mapping[str, tuple[tuple[type[object], ...], str]] = {
    "plan": ((Plan,), "a plan of plan/plans"),
    "document": ((PolicyDocument,), "a document of documents.yaml"),
    "area": ((Area,), "an area of areas.yaml"),
    "owners": _ORGANISATION,
    "organisation": _ORGANISATION,
    "applicants": _ORGANISATION,
    "funds": _FUND,
    "fund": _FUND,
    "groups": ((Term,), "a term of terms.yaml"),
    "objectives": ((Objective,), "an objective of plan/objectives"),
    "commitments": _COMMITMENT,
    "indicators": _INDICATOR,
}
_COUNTRIES = ("geo", "places", "countries")
_EVERY = re.compile(r"P[1-9]\d*[YMWD]")


def check_plan(
    entries: Sequence[Entry],
    new: Sequence[Entry],
    definitions: Sequence[Entry],
    catalogue: Catalogue,
    unread: Collection[type[object]] = (),
) -> list[Fault]:
    """Every fault of plans that shows only when all of them and all definitions are known.

    Args:
        entries: everything of plans that was read, the faulty entries among them.
        new: those of them that have not been checked yet.
        definitions: the entries of the catalogue, which plans name.
        catalogue: its entries that are right.
        unread: kinds of which a file could not be read; names of that kind are then not looked up.
    """
    faults = [*check_ids(entries), *_words(entries)]
    named = Named([*definitions, *entries], unread)
    countries = {code for codes in catalogue.country_sets.values() for code in codes}
    monitored = {e.value.geo for e in entries if isinstance(e.value, CountryMonitoring)}
    for entry in new:
        for path, name, value in _named(entry.value, entry.id):
            if name in _NAMES:
                kinds, expected = _NAMES[name]
                faults += named.fault(entry.where, path, value, expected, *kinds)
            elif CountrySet not in unread and value not in countries:
                way_out = suggestion(value, sorted(countries))
                faults.append(Fault(entry.where, path, "the code of a country", f"`{value}`", way_out))
        faults += [*_times(entry), *_measured(entry)]
        if isinstance(entry.value, Criterion) and CountryMonitoring not in unread:
            faults += _compared(entry.where, entry.value, monitored)
    return faults


def _words(entries: Sequence[Entry]) -> Iterator[Fault]:
    """Words that stand for two terms of the glossary: a text that holds them could not be explained."""
    first: dict[tuple[str, str], str] = {}
    for entry in entries:
        if isinstance(term := entry.value, GlossaryTerm):
            for language in LANGUAGES:
                for word in (term.title[language], *term.words.get(language, ())):
                    other = first.setdefault((language, word.casefold()), term.id)
                    if other != term.id:
                        found, way_out = (
                            f"`{word}`, which stands for {other}",
                            "Remove it from one of the two.",
                        )
                        yield Fault(
                            entry.where, f"{term.id}.words.{language}", "words of its own", found, way_out
                        )


def _named(value: object, path: str) -> Iterator[tuple[str, str, str]]:
    """Every name that an entry holds of something else: where, in which field, and the name."""
    if not is_dataclass(value):
        return
    for field in fields(value):
        held, at = getattr(value, field.name), f"{path}.{field.name}"
        for number, one in enumerate(held if isinstance(held, tuple) else (held,), 1):
            place = f"{at}.{number}" if isinstance(held, tuple) else at
            if isinstance(one, str) and (field.name in _NAMES or field.name in _COUNTRIES):
                yield place, field.name, one
            yield from _named(one, place)


def _times(entry: Entry) -> Iterator[Fault]:
    match entry.value:
        case Commitment(deadline=Deadline() as deadline):
            yield from _deadline(entry.where, f"{entry.id}.deadline", deadline)
        case Plan(stated_on=first, until=date() as last) if last < first:
            yield _order(entry, "until", "stated_on", first, last)
        case Call(opens_on=date() as first, closes_on=date() as last) if last < first:
            yield _order(entry, "closes_on", "opens_on", first, last)


def _measured(entry: Entry) -> Iterator[Fault]:
    """A commitment that names no indicator without saying why, or that does both."""
    match entry.value:
        case Commitment(indicators=(), without_indicator=None):
            way_out = "Write `without_indicator:` with the kind of thing that it is."
            expected = "an indicator that it should move, or why there is none"
            yield Fault(entry.where, f"{entry.id}.indicators", expected, "nothing", way_out)
        case Commitment(indicators=(_, *_), without_indicator=str()):
            way_out = "Remove one of the two."
            yield Fault(
                entry.where, f"{entry.id}.without_indicator", "nothing beside `indicators:`", "both", way_out
            )


def _order(entry: Entry, field: str, before: str, first: date, last: date) -> Fault:
    expected = f"a day on or after `{before}`, {first}"
    return Fault(entry.where, f"{entry.id}.{field}", expected, str(last), "Correct one of the two.")


def _deadline(where: str, path: str, deadline: Deadline) -> Iterator[Fault]:
    """A date that does not go with how it follows from the words."""
    on, precision = deadline.on, deadline.precision
    if deadline.every is not None and not _EVERY.fullmatch(deadline.every):
        expected = "an ISO 8601 duration such as P1Y or P6M"
        yield Fault(where, f"{path}.every", expected, f"`{deadline.every}`", "Correct it.")
    if (on is None) != (precision == "not_a_date"):
        found = "none" if on is None else str(on)
        expected = "no date" if precision == "not_a_date" else "a date"
        way_out = "Write the date, or `precision: not_a_date` where the words give none."
        yield Fault(where, f"{path}.on", f"{expected}, as its precision is {precision}", found, way_out)
    elif on is not None and not _fits(on, precision):
        expected = {"period_end": "the last day of a month", "start": "the first day of a month"}[precision]
        way_out = "Correct the date or the precision."
        yield Fault(where, f"{path}.on", f"{expected}, as its precision is {precision}", str(on), way_out)


def _fits(on: date, precision: str) -> bool:
    if precision == "period_end":
        return (on + timedelta(days=1)).day == 1
    return precision != "start" or on.day == 1


def _compared(where: str, criterion: Criterion, monitored: Collection[str]) -> Iterator[Fault]:
    """Countries of a criterion that are not among those of the comparison, or that stand there twice."""
    for number, code in enumerate(criterion.countries, 1):
        path = f"{criterion.id}.countries.{number}"
        if code not in monitored:
            expected = "a country of plan/countries_monitoring"
            yield Fault(where, path, expected, f"`{code}`", suggestion(code, sorted(monitored)))
        if code in criterion.countries[: number - 1]:
            yield Fault(where, path, "each country once", f"`{code}` more often", "Remove one of them.")
