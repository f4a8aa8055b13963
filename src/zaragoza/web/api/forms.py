"""The forms of entries in answers, as the OpenAPI describes them."""

from __future__ import annotations

from datetime import date, datetime
from typing import Literal
from uuid import UUID

from ninja import Field, Schema

from zaragoza.model.plan import CommitmentKind, ObjectiveKind, Precision, Status, Unmeasured
from zaragoza.model.practice import Grade
from zaragoza.model.progress import Ground
from zaragoza.model.published import Qualifier
from zaragoza.web.api.schemas import Words
from zaragoza.web.promises.standing import Course, DeadlineState

_INDICATORS = Field(description="Ids of the indicators of /catalogue.")
_PUBLISHED = Field(description="Of a source that is none of the documents; null where that is not said.")
_CODES = Field(description="The same by the codes of the documents (IND-...), as the entry names them.")


class Passage(Schema):
    """Where something stands in a document, and by which of its words it is found."""

    document: str
    section: str
    footnote: int | None
    find: str


class Deadline(Schema):
    """By when, in words and as a date."""

    words: Words
    precision: Precision
    on: date | None = Field(description="The last day of the period; of `start` the first.")
    every: str | None = Field(description="Of a recurrent one, how often: an ISO 8601 duration.")


class DeadlineStanding(Schema):
    """A deadline as it stands."""

    state: DeadlineState
    by: date | None
    recurrent: bool


class Standing(Schema):
    """How a commitment stands on a day."""

    on: date
    status: Status
    course: Course
    deadline: DeadlineStanding
    last_news: date | None = Field(description="The day that the latest report with evidence is about.")
    days_silent: int = Field(description="Since that day, or since the plan was stated.")
    missed: list[UUID] = Field(description="Ids of milestones that were not reached by their day.")


class Evidence(Schema):
    """What bears a report out."""

    title: str
    address: str
    published_on: date | None
    passage: str


class Report(Schema):
    """Progress, as somebody reported it; without evidence it says nothing about the status."""

    id: UUID
    status: Status
    text: str
    language: str
    reported_on: date = Field(description="The day that it is about.")
    published_at: datetime
    organisation: str | None
    evidence: list[Evidence]


class Milestone(Schema):
    """A step on the way."""

    id: UUID
    title: Words
    source: str
    due: date | None
    reached_on: date | None
    published_at: datetime


class Commitment(Schema):
    """What somebody said they would do, or was asked to do, and what became of it."""

    id: str
    plan: str
    area: str
    kind: CommitmentKind
    title: Words
    summary: Words
    owners: list[str]
    part_of: Words | None = Field(description="The heading under which the document has it.")
    deadline: Deadline | None = Field(description="Null where the document states none.")
    only: Literal["need", "option"] | None = Field(
        description="Where the document says only that it is needed, or possible."
    )
    funds: list[str]
    groups: list[str]
    objectives: list[str]
    practices: list[str]
    indicators: list[str] = _INDICATORS
    document_indicators: list[str] = _CODES
    without_indicator: Unmeasured | None = Field(description="What it is, where no indicator tells of it.")
    instruments: list[Words]
    contradictions: list[Words]
    source: Passage
    standing: Standing
    reports: list[Report]
    milestones: list[Milestone]


class Objective(Schema):
    """What a document wants to reach."""

    id: str
    plan: str
    area: str
    kind: ObjectiveKind
    title: Words
    summary: Words
    commitments: list[str]
    indicators: list[str] = _INDICATORS
    document_indicators: list[str] = _CODES
    source: Passage


class Use(Schema):
    """What a fund may pay for."""

    area: str
    what: Words
    source: Passage


class Rule(Schema):
    """Who may ask for money or gain by it, or may not."""

    who: Words
    applicants: list[str]
    groups: list[str]
    source: Passage


class Amount(Schema):
    """Money, or a share of it, as a document states it."""

    stated: float
    unit: Words
    what: Words
    when: Words
    qualifier: Qualifier | None
    source: Passage


class Call(Schema):
    """An invitation to ask for money."""

    id: str
    title: Words
    summary: Words
    opens_on: date | None
    closes_on: date | None
    source: Passage
    source_published_on: date | None = _PUBLISHED


class Fund(Schema):
    """Money that the documents name. An empty list of `eligible` means that no document states who may apply."""

    id: str
    title: Words
    kind: Words
    role: Literal["direct", "frame", "external"]
    abbreviation: str | None
    period: Words | None
    until: int | None
    management: Words | None
    names: list[Words]
    places: list[str]
    uses: list[Use]
    eligible: list[Rule]
    exclusions: list[Rule]
    amounts: list[Amount]
    note: Words | None
    calls: list[Call]
    commitments: list[str]


class Practice(Schema):
    """An example of what was done somewhere."""

    id: str
    area: str
    geo: str | None
    place: Words | None
    title: Words
    summary: Words
    grade: Grade = Field(description="How well its effect is known.")
    measured: Words | None
    transferable: Words | None
    organisation: str | None
    groups: list[str]
    commitments: list[str]
    indicators: list[str] = _INDICATORS
    document_indicators: list[str] = _CODES
    source: Passage
    source_published_on: date | None = _PUBLISHED
    in_catalogue: bool = Field(description="Whether a document names it; else people have added it.")


class Criterion(Schema):
    """One thing that may be said of how a country monitors."""

    id: str
    topic: str
    title: Words
    listed_as: Words
    complete: bool = Field(description="Whether the document gives the list in full.")
    stated: int | None = Field(description="How many countries the document says there are.")
    countries: list[str]
    source: Passage


class Remark(Schema):
    """What a document says of one country beside the criteria."""

    topic: str | None
    text: Words
    source: Passage


class CountryMonitoring(Schema):
    """How a country monitors integration."""

    id: str
    geo: str
    title: Words
    role: Literal["member", "observer"]
    criteria: dict[str, bool | None] = Field(
        description="By id: whether the document lists the country; null where its list is open. Not listed is no"
        " proof of absence."
    )
    remarks: list[Remark]
    contradictions: list[Words]
    source: Passage


class WordForms(Schema):
    """Other forms of a term, by language."""

    en: list[str]
    nl: list[str]


class Term(Schema):
    """A word of the field, as a document uses it."""

    id: str
    kind: str
    status: Literal["defined", "implied"]
    title: Words
    definition: Words
    words: WordForms
    note: Words | None
    source: Passage
    also_in: list[Passage]


class Withdrawn(Schema):
    """An entry that is no longer stated; its page keeps its address, with what it last said."""

    id: str
    kind: str = Field(description="Such as commitment or fund.")
    title: Words
    since: datetime
    version: int = Field(description="Number of the version of the entry that says so.")
    ground: Ground | None = Field(
        description="Why it was taken down: nothing is left of its words. Null where the catalogue dropped it."
    )


class Page(Schema):
    """A page of entries, by id."""

    total: int = Field(description="Entries of all pages.")
    next: str | None = Field(description="Address of the next page; null on the last.")


class Commitments(Page):
    """Commitments, with how each stands today."""

    items: list[Commitment]


class Objectives(Page):
    """Objectives."""

    items: list[Objective]


class Funds(Page):
    """Funds, each with its calls."""

    items: list[Fund]


class Practices(Page):
    """Practices."""

    items: list[Practice]


class CountriesMonitoring(Page):
    """Countries, and the criteria by which they are compared."""

    items: list[CountryMonitoring]
    criteria: list[Criterion]


class Glossary(Page):
    """Terms."""

    items: list[Term]


class AllWithdrawn(Page):
    """Entries that are no longer stated."""

    items: list[Withdrawn]
