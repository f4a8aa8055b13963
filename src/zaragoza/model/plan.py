"""What was promised, by whom, by when, and with which money: entries of plans as the policy documents state them."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date
from typing import Literal

from zaragoza.model.published import Citation
from zaragoza.model.text import MAY_BE_NAME, Language, Text

Status = Literal["no_evidence", "not_started", "limited", "substantial", "complete"]
STATUSES: tuple[Status, ...] = ("no_evidence", "not_started", "limited", "substantial", "complete")

ObjectiveKind = Literal["objective", "principle", "pact_aim", "agenda_priority", "result_measure"]
CommitmentKind = Literal[
    "action", "encouragement", "recommendation", "key_action", "commitment", "national_measure"
]  # fmt: skip
# Why nothing measures a commitment: it is a thing made or offered, talks, money made available, a rule of law, a post
# or a principle. Each is done or not done; reports of progress tell.
Unmeasured = Literal["product", "dialogue", "money", "rule", "post", "principle"]
Precision = Literal["day", "period_end", "start", "approximate", "not_a_date"]


@dataclass(frozen=True, kw_only=True)
class Passage(Citation):
    """Where something stands, and by which words it is found there.

    Attributes:
        find: some words of the document, in the language in which it was read.
    """

    find: str


@dataclass(frozen=True, kw_only=True)
class Plan:
    """A document that holds promises.

    Attributes:
        document: its id among the policy documents.
        stated_on: when it was made public; what it promises is counted from then on. The last day of its year where
            it names no day.
        language: in which the words to find are.
        until: the last day that it is about, where it says so.
        stated_to: whether the day of `stated_on` is known, or the year only.
    """

    id: str
    document: str
    stated_on: date
    language: Language
    until: date | None = None
    stated_to: Literal["day", "year"] = "day"


@dataclass(frozen=True, kw_only=True)
class Deadline:
    """By when, in the words of the document and as a date.

    Attributes:
        on: the last day of the period that the document names; for `start` its first day.
        every: how often, as an ISO 8601 duration such as P1Y; None where it is not recurrent.
        precision: how the date follows from the words; `not_a_date` where none does.
    """

    words: Text
    precision: Precision
    on: date | None = None
    every: str | None = None


@dataclass(frozen=True, kw_only=True)
class Objective:
    """What a document wants to reach.

    Attributes:
        area: of catalogue/areas.yaml.
        indicators: those that tell whether it is reached, by the documents' codes (IND-...) or ours.
    """

    id: str
    plan: str
    area: str
    kind: ObjectiveKind
    title: Text
    summary: Text
    source: Passage
    indicators: tuple[str, ...] = ()


@dataclass(frozen=True, kw_only=True)
class Commitment:
    """What somebody said they would do, or was asked to do.

    Attributes:
        area: of catalogue/areas.yaml.
        owners: organisations that are to do it.
        part_of: the heading under which the document has it, with others.
        deadline: None where the document states none.
        groups: for whom, terms of the documents.
        indicators: those that it should move, by the documents' codes (IND-...) or ours.
        without_indicator: what kind of thing it is, where it names no indicator; then only.
        instruments: named means by which it is done.
        only: `need` or `option` where the document says only that it is needed, or possible.
        contradictions: what the document says of it otherwise elsewhere.
    """

    id: str
    plan: str
    area: str
    kind: CommitmentKind
    title: Text
    summary: Text
    owners: tuple[str, ...]
    source: Passage
    part_of: Text | None = None
    deadline: Deadline | None = None
    funds: tuple[str, ...] = ()
    groups: tuple[str, ...] = ()
    objectives: tuple[str, ...] = ()
    indicators: tuple[str, ...] = ()
    without_indicator: Unmeasured | None = None
    instruments: tuple[Text, ...] = field(default=(), metadata=MAY_BE_NAME)
    only: Literal["need", "option"] | None = None
    contradictions: tuple[Text, ...] = ()


@dataclass(frozen=True, kw_only=True)
class Organisation:
    """Who owns commitments, runs practices or pays: an institution, or a kind of them where a document names the kind.

    Attributes:
        is_kind: whether it stands for many, such as the Member States.
        geo: code of its country; None where it is of the union, or of many.
    """

    id: str
    title: Text
    is_kind: bool = False
    geo: str | None = None
    source: Passage | None = None


@dataclass(frozen=True, kw_only=True)
class Position:
    """What a government says of a plan.

    Attributes:
        geo: code of its country.
        consequence: what follows from it for a monitor.
    """

    id: str
    plan: str
    geo: str
    topic: Text
    stance: Text
    summary: Text
    source: Passage
    consequence: Text | None = None
