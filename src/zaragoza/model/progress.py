"""What becomes of a commitment, as people tell it: progress with its evidence, and steps on the way."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from typing import Literal, get_args
from uuid import UUID

from zaragoza.model.plan import Status
from zaragoza.model.text import Text

# Why something that people told is taken down.
Ground = Literal["personal_data", "law", "wrong", "asked"]
GROUNDS: tuple[Ground, ...] = get_args(Ground)


@dataclass(frozen=True, kw_only=True)
class Evidence:
    """What others can read that bears a report out.

    Attributes:
        address: where it can be read, beginning with https:// or http://.
        published_on: None where it does not say.
        passage: the words in it, or where they stand.
    """

    title: str
    address: str
    published_on: date | None = None
    passage: str = ""


@dataclass(frozen=True, kw_only=True)
class Report:
    """Progress of a commitment.

    Attributes:
        text: what was done, in the words of who reports.
        language: of the text, as a tag of BCP 47.
        reported_on: the day that it is about: how things stood then.
        published_at: when readers were first shown it.
        organisation: who reports; None where that is not one of them.
        withdrawn_at: since when readers are no longer shown it.
        evidence: without any the report says nothing about the status.
    """

    id: UUID
    commitment: str
    status: Status
    text: str
    language: str
    reported_on: date
    published_at: datetime
    organisation: str | None = None
    withdrawn_at: datetime | None = None
    evidence: tuple[Evidence, ...] = ()


@dataclass(frozen=True, kw_only=True)
class Milestone:
    """A step on the way to what was promised.

    Attributes:
        source: who says so, and where.
        published_at: when readers were first shown it.
        due: by when; None where that is not said.
        reached_on: the day on which it was.
        reached_told_at: when readers were first told so.
        withdrawn_at: since when readers are no longer shown it.
    """

    id: UUID
    commitment: str
    title: Text
    source: str
    published_at: datetime
    due: date | None = None
    reached_on: date | None = None
    reached_told_at: datetime | None = None
    withdrawn_at: datetime | None = None


@dataclass(frozen=True, kw_only=True)
class TakenDown:
    """Something that people told and that no reader is to see again, also not from a file of an earlier day.

    Attributes:
        kind: report, practice or call.
        id: of it.
        ground: why.
        at: since when.
    """

    kind: str
    id: str
    ground: Ground
    at: datetime


@dataclass(frozen=True, kw_only=True)
class TrackingRule:
    """When a commitment counts as silent.

    Attributes:
        silent_after_days: without news for longer than so many days it does.
        source: who set the limit.
        since: from when it holds.
    """

    id: str
    silent_after_days: int
    source: Text
    since: date
