"""What an accepted contribution becomes among the promises; written in the transaction of its decision."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import date
from types import MappingProxyType
from typing import Any
from uuid import UUID

from django.db.models import Exists, OuterRef, Subquery

from zaragoza.model.funding import Call
from zaragoza.model.plan import STATUSES, Passage, Status
from zaragoza.model.practice import Practice
from zaragoza.model.progress import Evidence, Report
from zaragoza.model.text import LANGUAGES, Text
from zaragoza.web.contributions.models import Contribution
from zaragoza.web.promises.entries import KINDS
from zaragoza.web.promises.models import Commitment, ProgressReport
from zaragoza.web.promises.models import Evidence as Source
from zaragoza.web.promises.people import add_entry, report_progress, told_as, withdraw_report
from zaragoza.web.promises.revision import writing
from zaragoza.web.promises.standing import bearing


def published(commitment: str | None) -> str:
    """What readers are shown about a commitment: the version of its words, and the report that its status is from."""
    own = ProgressReport.objects.filter(commitment=OuterRef("pk"), withdrawn_at=None)
    with_source = own.filter(Exists(Source.objects.filter(report=OuterRef("pk"))))
    found = Commitment.objects.filter(pk=commitment).annotate(
        latest=Subquery(with_source.order_by("-reported_on", "-published_at", "-pk").values("pk")[:1])
    )
    row = found.values_list("number", "latest").first()
    return f"{row[0]} {row[1] or '-'}" if row else ""


def lowers(contribution: Contribution) -> bool:
    """Whether readers would be shown a lower status than now, if this were accepted."""
    own = ProgressReport.objects.filter(commitment=contribution.commitment, withdrawn_at=None)
    shown = [row.noun for row in own.prefetch_related("evidence")]
    told = contribution.content
    wrong = set(told_as(UUID(told["report"]))) if told.get("report") else set()
    left = [each for each in shown if each.id not in wrong]
    return STATUSES.index(_status(left, told)) < STATUSES.index(_status(shown))


def _status(reports: Iterable[Report], told: Mapping[str, Any] = MappingProxyType({})) -> Status:
    """The status of a commitment by its reports, and by another one that is told of where there is one."""
    known = bearing(reports)
    if "status" in told and (not known or told["reported_on"] >= known[-1].reported_on.isoformat()):
        status: Status = told["status"]
        return status
    return known[-1].status if known else "no_evidence"


def apply(contribution: Contribution) -> str:
    """Publishes it. Call it within the transaction of the decision.

    Returns:
        Id of the report or entry that it became; empty where it stands by itself, as a correction of a document's words
        does: the catalogue is their master.

    Raises:
        InputError: the promises refuse it.
    """
    with writing():
        return _APPLIED[contribution.kind](contribution)


def _report(contribution: Contribution) -> str:
    told = contribution.content
    report = report_progress(
        contribution.commitment or "",
        status=told["status"],
        text=told.get("text", ""),
        language=contribution.language,
        reported_on=date.fromisoformat(told["reported_on"]),
        evidence=[
            Evidence(
                title=told["source_title"],
                address=told["source_address"],
                published_on=_day(told.get("source_published_on")),
                passage=told.get("source_passage", ""),
            )
        ],
        organisation=contribution.organisation,
    )
    return str(report.id)


def _correction(contribution: Contribution) -> str:
    """A report that is wrong is no longer shown, also where it was told again since this was written.

    Another correction may have seen to that while its owner was heard.
    """
    if not contribution.content.get("report"):
        return ""
    *_, last = told_as(UUID(contribution.content["report"]))
    if ProgressReport.objects.filter(pk=last, withdrawn_at=None).exists():
        withdraw_report(last)
    return str(last)


def _practice(contribution: Contribution) -> str:
    told = contribution.content
    practice = Practice(
        id=_id(contribution),
        area=told["area"],
        geo=told["geo"],
        title=_text(told, "title"),
        summary=_text(told, "summary"),
        grade=told["grade"],
        source=_passage(told),
        place=told.get("place"),
        organisation=contribution.organisation,
        measured=_text(told, "measured") if "measured_en" in told else None,
        transferable=_text(told, "transferable") if "transferable_en" in told else None,
        source_published_on=_day(told.get("source_published_on")),
    )
    add_entry(KINDS["practice"], practice)
    return practice.id


def _call(contribution: Contribution) -> str:
    told = contribution.content
    call = Call(
        id=_id(contribution),
        fund=told["fund"],
        title=_text(told, "title"),
        summary=_text(told, "summary"),
        source=_passage(told),
        opens_on=_day(told.get("opens_on")),
        closes_on=_day(told.get("closes_on")),
        source_published_on=_day(told.get("source_published_on")),
    )
    add_entry(KINDS["call"], call)
    return call.id


_APPLIED = {
    "progress": _report,
    "evidence": _report,
    "correction": _correction,
    "practice": _practice,
    "call": _call,
}


def _id(contribution: Contribution) -> str:
    """With its whole number: it comes with the form, so that a part of it can be made the same as another's."""
    return f"partner-{contribution.kind}-{contribution.id.hex}"


def _text(told: dict[str, Any], name: str) -> Text:
    return Text(**{language: told[f"{name}_{language}"] for language in LANGUAGES})


def _passage(told: dict[str, Any]) -> Passage:
    """The source of people: its title, its address in place of a section, and the words to find it by."""
    return Passage(
        document=told["source_title"], section=told["source_address"], find=told.get("source_passage", "")
    )


def _day(told: str | None) -> date | None:
    return date.fromisoformat(told) if told else None
