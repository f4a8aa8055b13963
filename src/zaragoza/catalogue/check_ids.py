"""Checks of ids: their form, and that each is there once."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from zaragoza.catalogue.contents import Area, CountryName, CountrySet, Entry, SettlingIn, Term
from zaragoza.errors import Fault
from zaragoza.model.classification import Classification
from zaragoza.model.disclosure import ProtectionDefaults
from zaragoza.model.estimate import ESTIMATE_FIELDS, EVIDENCE_FIELDS
from zaragoza.model.funding import Call, Fund
from zaragoza.model.indicator import Indicator
from zaragoza.model.monitoring import CountryMonitoring, Criterion, GlossaryTerm, Reference
from zaragoza.model.observation import KEY_FIELDS, PUBLISHED_FIELDS
from zaragoza.model.plan import Commitment, Objective, Organisation, Plan, Position
from zaragoza.model.practice import Practice
from zaragoza.model.progress import TrackingRule
from zaragoza.model.published import DocumentIndicator, PolicyDocument, PublishedValue
from zaragoza.model.rating import RatingRule
from zaragoza.model.source_table import SourceTable
from zaragoza.model.target import Target
from zaragoza.model.variable import Variable

COUNTRY = re.compile(r"[A-Z]{2,4}")
_ID = re.compile(r"[a-z][a-z0-9_]*"), "small letters, digits and _, a letter first"
_DOCUMENT = re.compile(r"[A-Z][A-Z0-9]*"), "capital letters and digits, a letter first"
_OF_PLANS = (
    re.compile(r"[A-Z][A-Z0-9]*(-[A-Za-z0-9_]+)+"),
    "a code like AP21-EDU-COM-01: capital letters, then parts with a - between them",
)
# Where ids are the codes of others: their form, and that in words.
_CODES: dict[type[object], tuple[re.Pattern[str], str]] = {
    CountryName: (COUNTRY, "the code of a country"),
    PolicyDocument: _DOCUMENT,
    DocumentIndicator: (re.compile(r"IND-[A-Z]+-[A-Z]+"), "a code like IND-EMP-RATE"),
    SettlingIn: (re.compile(r"\d+(\.\d+)?"), 'a number in quotes, like "3.12"'),
    Plan: _DOCUMENT,
    **dict.fromkeys((Objective, Commitment, Position, Fund, Call, Practice), _OF_PLANS),
    **dict.fromkeys((Criterion, CountryMonitoring, GlossaryTerm, Reference), _OF_PLANS),
}
_COLUMNS = {*KEY_FIELDS, *(name for name, _ in (*ESTIMATE_FIELDS, *EVIDENCE_FIELDS, *PUBLISHED_FIELDS))}
_WORDS: dict[type[object], str] = {
    Variable: "variable",
    Indicator: "indicator",
    Classification: "classification",
    Area: "area",
    CountrySet: "set of countries",
    CountryName: "name of a country",
    PublishedValue: "published value",
    Target: "target",
    PolicyDocument: "document",
    DocumentIndicator: "indicator of the documents",
    Term: "term",
    SettlingIn: "number of Settling In",
    RatingRule: "rating rule",
    SourceTable: "table of a producer",
    ProtectionDefaults: "kind of source",
    TrackingRule: "tracking rule",
    Plan: "plan",
    Objective: "objective",
    Commitment: "commitment",
    Organisation: "organisation",
    Position: "position",
    Fund: "fund",
    Call: "call",
    Practice: "practice",
    Criterion: "criterion",
    CountryMonitoring: "country that monitors",
    GlossaryTerm: "term of the glossary",
    Reference: "reference",
}


def check_ids(entries: Sequence[Entry]) -> Iterator[Fault]:
    """Faults of ids, within each kind."""
    first: dict[tuple[type[object], str], str] = {}
    for entry in entries:
        words = _WORDS[entry.kind]
        form, expected = _CODES.get(entry.kind, _ID)
        if not form.fullmatch(entry.id):
            yield Fault(entry.where, entry.id, expected, f"`{entry.id}`", "Choose another id.")
        other = first.setdefault((entry.kind, entry.id), entry.where)
        if other != entry.where:
            way_out = "Give it an id of its own; a definition of the package is not replaced."
            article = "an" if words[0] in "aeiou" else "a"
            expected = f"{article} {words} that is new"
            yield Fault(entry.where, entry.id, expected, f"one that {other} has", way_out)
        if entry.kind is Classification and entry.id in _COLUMNS:
            way_out = "Choose another id; it becomes a column of every table."
            yield Fault(entry.where, entry.id, "a free name of a column", f"`{entry.id}`", way_out)
