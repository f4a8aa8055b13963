"""What is wrong with what people tell, whichever way it comes in."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator
from dataclasses import dataclass
from datetime import date, datetime
from urllib.parse import urlsplit
from uuid import UUID

from zaragoza.errors import Fault
from zaragoza.model.plan import STATUSES
from zaragoza.model.progress import Evidence, Milestone, Report

_LANGUAGE = re.compile(r"[a-z]{2,3}(-[A-Za-z0-9]{2,8})*")
LONGEST_ID, LONGEST_LANGUAGE = 100, 35  # characters
_NAME_ONE = "Name one of them."


@dataclass(frozen=True)
class Known:
    """Ids that what people tell may name."""

    commitments: Collection[str]
    organisations: Collection[str]


def report_faults(where: str, report: Report, known: Known) -> Iterator[Fault]:
    """Everything that is wrong with a report.

    Args:
        where: how faults name it.
        report: with its evidence.
        known: ids that it may name.
    """
    yield from _known(where, "commitment", report.commitment, known.commitments)
    if report.organisation is not None:
        yield from _known(where, "organisation", report.organisation, known.organisations)
    if report.status not in STATUSES:
        yield Fault(where, "status", f"one of {', '.join(STATUSES)}", "another", _NAME_ONE)
    elif report.status != "no_evidence" and not report.evidence:
        way_out = "Name what others can read that shows it, or report no_evidence."
        yield Fault(where, "evidence", f"at least one, as the status is {report.status}", "none", way_out)
    yield from _words(where, "text", report.text)
    if len(report.language) > LONGEST_LANGUAGE or not _LANGUAGE.fullmatch(report.language):
        yield Fault(where, "language", "a tag of BCP 47, such as nl", "another text", "Write the tag.")
    yield from _not_later(where, "reported_on", report.reported_on, report.published_at)
    yield from _withdrawn(where, report.published_at, report.withdrawn_at)
    for number, each in enumerate(report.evidence, start=1):
        yield from _evidence(where, f"evidence.{number}", each, report.published_at)


def milestone_faults(where: str, milestone: Milestone, known: Known) -> Iterator[Fault]:
    """Everything that is wrong with a milestone.

    Args:
        where: how faults name it.
        milestone: reached or not.
        known: ids that it may name.
    """
    yield from _known(where, "commitment", milestone.commitment, known.commitments)
    yield from _words(where, "source", milestone.source)
    yield from _withdrawn(where, milestone.published_at, milestone.withdrawn_at)
    if (milestone.reached_on is None) != (milestone.reached_told_at is None):
        expected, way_out = "the day and when it was told, or neither", "Write both, or remove both."
        yield Fault(where, "reached_on", expected, "one of the two", way_out)
    elif milestone.reached_on is not None and milestone.reached_told_at is not None:
        yield from _not_later(where, "reached_on", milestone.reached_on, milestone.reached_told_at)
        if milestone.reached_told_at < milestone.published_at:
            way_out = "Correct one of the two."
            yield Fault(where, "reached_told_at", "a time after published_at", "an earlier one", way_out)


def is_uuid(text: str) -> bool:
    """Whether a text is the id of a report or a milestone, as it is written."""
    try:
        return str(UUID(text)) == text
    except ValueError:
        return False


def _known(where: str, field: str, name: str, known: Collection[str]) -> Iterator[Fault]:
    if name not in known:
        yield Fault(where, field, f"the id of one of {len(known)}", f"`{name[:60]}`", _NAME_ONE)


def _words(where: str, field: str, text: str) -> Iterator[Fault]:
    if not text.strip():
        yield Fault(where, field, "a text", "nothing", "Write it.")
    if "\0" in text:
        yield Fault(where, field, "a text", "one with a NUL in it", "Remove that character.")


def _not_later(where: str, field: str, day: date, told: datetime) -> Iterator[Fault]:
    if day > told.date():
        yield Fault(where, field, f"a day up to {told.date()}, when it is told", str(day), "Correct the day.")


def _withdrawn(where: str, published: datetime, withdrawn: datetime | None) -> Iterator[Fault]:
    if withdrawn is not None and withdrawn < published:
        way_out = "Correct one of the two."
        yield Fault(where, "withdrawn_at", "a time after published_at", "an earlier one", way_out)


def _evidence(where: str, field: str, evidence: Evidence, told: datetime) -> Iterator[Fault]:
    yield from _words(where, f"{field}.title", evidence.title)
    if not _is_address(evidence.address):
        expected, way_out = "an address that begins with https:// or http://", "Write the whole address."
        yield Fault(where, f"{field}.address", expected, "another text", way_out)
    if evidence.published_on is not None:
        yield from _not_later(where, f"{field}.published_on", evidence.published_on, told)


def _is_address(text: str) -> bool:
    try:
        parts = urlsplit(text)
        return parts.scheme in ("http", "https") and bool(parts.hostname) and not re.search(r"\s", text)
    except ValueError:
        return False
