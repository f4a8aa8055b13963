"""Who pays for what, and for whom."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date
from typing import Literal

from zaragoza.model.plan import Passage
from zaragoza.model.published import Qualifier
from zaragoza.model.text import MAY_BE_NAME, Text


@dataclass(frozen=True, kw_only=True)
class Use:
    """What a fund may pay for.

    Attributes:
        area: of catalogue/areas.yaml.
    """

    area: str
    what: Text
    source: Passage


@dataclass(frozen=True, kw_only=True)
class Rule:
    """Who may ask a fund for money or gain by it, or who or what may not.

    Attributes:
        who: in words.
        applicants: organisations that the rule is about, as far as the words name them.
        groups: people that the rule is about, terms of the documents.
    """

    who: Text
    source: Passage
    applicants: tuple[str, ...] = ()
    groups: tuple[str, ...] = ()


@dataclass(frozen=True, kw_only=True)
class Amount:
    """Money, or a share of it, as a document states it."""

    stated: float
    unit: Text
    what: Text
    when: Text
    source: Passage
    qualifier: Qualifier | None = None


@dataclass(frozen=True, kw_only=True)
class Fund:
    """A fund or another instrument of money that the documents name.

    Attributes:
        kind: what it is, in words.
        period: for which it runs; None where no document states it.
        until: the last year of that period; None where it has no end, or none is stated.
        management: None where no document states it.
        role: for integration itself, as a frame of other funds, or for partner countries.
        places: codes of the countries where it pays; empty where no document limits it.
        eligible: who may apply or gain; empty where no document states it.
    """

    id: str
    title: Text
    kind: Text
    role: Literal["direct", "frame", "external"]
    abbreviation: str | None = None
    period: Text | None = field(default=None, metadata=MAY_BE_NAME)
    until: int | None = None
    management: Text | None = None
    names: tuple[Text, ...] = field(default=(), metadata=MAY_BE_NAME)
    places: tuple[str, ...] = ()
    uses: tuple[Use, ...] = ()
    eligible: tuple[Rule, ...] = ()
    exclusions: tuple[Rule, ...] = ()
    amounts: tuple[Amount, ...] = ()
    note: Text | None = None


@dataclass(frozen=True, kw_only=True)
class Call:
    """An invitation to ask a fund for money.

    Attributes:
        closes_on: None where its document states none.
        source_published_on: of a source that is none of our documents; None where that is not said.
    """

    id: str
    fund: str
    title: Text
    summary: Text
    source: Passage
    opens_on: date | None = None
    closes_on: date | None = None
    source_published_on: date | None = None
