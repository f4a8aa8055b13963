"""How countries monitor integration, and the words of the field."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Literal

from zaragoza.model.plan import Passage
from zaragoza.model.text import MAY_BE_NAME, Language, Text

Topic = Literal[
    "definition", "policy", "actors", "scope", "target_groups", "methods", "perspectives", "impact", "challenges",
    "good_practices",
]  # fmt: skip


@dataclass(frozen=True, kw_only=True)
class Criterion:
    """One thing that may be said of how a country monitors integration.

    Attributes:
        listed_as: how the document introduces its list of countries.
        complete: whether the document gives the list in full; if not, a country outside it is unknown.
        stated: how many countries the document says there are; None where it gives no number.
        countries: codes of those that the document lists.
    """

    id: str
    topic: Topic
    title: Text
    listed_as: Text
    complete: bool
    countries: tuple[str, ...]
    source: Passage
    stated: int | None = None

    def holds(self, country: str) -> bool | None:
        """Whether the document lists a country; None where its list is open. Not listed is no proof of absence."""
        return True if country in self.countries else False if self.complete else None


@dataclass(frozen=True, kw_only=True)
class Remark:
    """What a document says of one country beside the criteria."""

    text: Text
    source: Passage
    topic: Topic | None = None


@dataclass(frozen=True, kw_only=True)
class CountryMonitoring:
    """A country in the comparison; what holds for it is in the criteria.

    Attributes:
        contradictions: where the document says two things of it that do not go together.
    """

    id: str
    geo: str
    role: Literal["member", "observer"]
    source: Passage
    remarks: tuple[Remark, ...] = ()
    contradictions: tuple[Text, ...] = ()


@dataclass(frozen=True, kw_only=True)
class GlossaryTerm:
    """A word of the field, as a document uses it.

    Attributes:
        status: `defined` where the document says what it means, `implied` where its meaning follows from the use.
        words: other forms by which a text may hold it, by language, beside its title.
    """

    id: str
    kind: Literal["term", "statistical_note", "data_source", "classification", "programme"]
    status: Literal["defined", "implied"]
    title: Text
    definition: Text
    source: Passage
    also_in: tuple[Passage, ...] = ()
    note: Text | None = None
    words: Mapping[Language, tuple[str, ...]] = field(default_factory=dict)


@dataclass(frozen=True, kw_only=True)
class Reference:
    """An act, communication or study that the documents cite.

    Attributes:
        date: as the documents give it: a day, a month or a year.
        title_is_ours: whether the documents give it no title.
        document: its id among the policy documents, where it is one of them.
        note: what the documents say of it that does not go together, or that a reader should know.
    """

    id: str
    number: Text = field(metadata=MAY_BE_NAME)
    kind: Text
    title: Text = field(metadata=MAY_BE_NAME)
    cited_in: tuple[Passage, ...]
    date: str | None = None
    title_is_ours: bool = False
    document: str | None = None
    note: Text | None = None
