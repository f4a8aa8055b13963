"""What people add: progress with its evidence, and milestones. Each is written whole, or refused with every fault."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace
from datetime import date, datetime
from typing import Any
from uuid import UUID, uuid4, uuid5

from django.utils import timezone

from zaragoza.errors import Fault, InputError
from zaragoza.model.plan import Status
from zaragoza.model.progress import Evidence, Milestone, Report
from zaragoza.model.text import Text
from zaragoza.web.promises import models
from zaragoza.web.promises.check import Known, milestone_faults, report_faults
from zaragoza.web.promises.entries import KINDS, Kind, content_of, dangling
from zaragoza.web.promises.load import Step, write
from zaragoza.web.promises.revision import writing

_REPORT, _MILESTONE = "report", "milestone"


def report_progress(
    commitment: str,
    *,
    status: Status,
    text: str,
    language: str,
    reported_on: date,
    evidence: Sequence[Evidence] = (),
    organisation: str | None = None,
    at: datetime | None = None,
) -> Report:
    """Publishes a report and its evidence together.

    Args:
        commitment: id of what it is about.
        status: anything but `no_evidence` needs evidence.
        text: what was done.
        language: of the text, as a tag of BCP 47.
        reported_on: the day that it is about.
        evidence: what bears it out.
        organisation: id of who reports.
        at: when it is published; None stands for now.

    Returns:
        The report as it was written.

    Raises:
        InputError: with everything that is wrong with it; nothing was written.
    """
    report = Report(
        id=uuid4(),
        commitment=commitment,
        status=status,
        text=text,
        language=language,
        reported_on=reported_on,
        published_at=at or timezone.now(),
        organisation=organisation,
        evidence=tuple(evidence),
    )
    with writing():
        _refuse(report_faults(_REPORT, report, known()))
        row, own = models.ProgressReport.of(report)
        row.save(force_insert=True)
        models.Evidence.objects.bulk_create(own)
    return report


def add_milestone(
    commitment: str, *, title: Text, source: str, due: date | None = None, at: datetime | None = None
) -> Milestone:
    """Publishes a step on the way to a commitment.

    Args:
        commitment: id of it.
        title: what is to be done.
        source: who says so, and where.
        due: by when.
        at: when it is published; None stands for now.

    Raises:
        InputError: with everything that is wrong with it; nothing was written.
    """
    milestone = Milestone(
        id=uuid4(),
        commitment=commitment,
        title=title,
        source=source,
        due=due,
        published_at=at or timezone.now(),
    )
    with writing():
        _refuse(milestone_faults(_MILESTONE, milestone, known()))
        models.Milestone.of(milestone).save(force_insert=True)
    return milestone


def reach_milestone(milestone: UUID, *, on: date, at: datetime | None = None) -> Milestone:
    """Tells that a milestone was reached.

    Args:
        milestone: id of it.
        on: the day on which it was.
        at: when that is told; None stands for now.

    Raises:
        InputError: it does not exist, was withdrawn or reached before, or the day is to come.
    """
    with writing():
        row = _open(models.Milestone, _MILESTONE, milestone)
        reached: Milestone = replace(row.noun, reached_on=on, reached_told_at=at or timezone.now())
        if row.reached_on is not None:
            way_out = "Withdraw it and add another, where the day was wrong."
            raise InputError(Fault(_MILESTONE, "id", "one that is not reached", "one that is", way_out))
        _refuse(milestone_faults(_MILESTONE, reached, known()))
        row.reached_on, row.reached_told_at = reached.reached_on, reached.reached_told_at
        row.save(update_fields=["reached_on", "reached_told_at"])
    return reached


def withdraw_report(report: UUID, at: datetime | None = None) -> None:
    """Readers are no longer shown it, nor its status; past days keep it.

    Args:
        report: id of it.
        at: from when on; None stands for now.

    Raises:
        InputError: it does not exist, or was withdrawn before.
    """
    _withdraw(models.ProgressReport, _REPORT, report, at)


def told_again_as(report: UUID) -> UUID:
    """The id under which a report that was withdrawn is told again."""
    return uuid5(report, "told again")


def told_as(report: UUID) -> Iterator[UUID]:
    """A report under each id under which it was told: its first one, and again after a correction that was wrong."""
    yield report
    again = told_again_as(report)
    if models.ProgressReport.objects.filter(pk=again).exists():
        yield from told_as(again)


def tell_again(report: UUID, at: datetime | None = None) -> None:
    """Readers are shown a withdrawn report anew, from now on; the days between keep that it was not shown.

    Args:
        report: id of it.
        at: from when on; None stands for now.
    """
    with writing():
        was = models.ProgressReport.objects.get(pk=report).noun
        again = replace(was, id=told_again_as(report), published_at=at or timezone.now(), withdrawn_at=None)
        row, own = models.ProgressReport.of(again)
        row.save(force_insert=True)
        models.Evidence.objects.bulk_create(own)


def withdraw_milestone(milestone: UUID, at: datetime | None = None) -> None:
    """The same for a milestone."""
    _withdraw(models.Milestone, _MILESTONE, milestone, at)


def add_entry(kind: Kind, entry: Any, at: datetime | None = None) -> None:
    """States a practice, a call or an organisation that the catalogue does not have.

    Args:
        kind: of the entry.
        entry: the object of the model; one of people with the same id is replaced by it.
        at: when; None stands for now.

    Raises:
        InputError: the catalogue has an entry of that id, or it names something that does not exist.
    """
    with writing():
        row = kind.model._default_manager.filter(pk=entry.id).first()
        _refuse(_entry_faults(kind, entry, row))
        step = Step(kind, entry.id, content_of(entry), row)
        write((step,), in_catalogue=False, at=at or timezone.now())


def known() -> Known:
    """Ids that reports and milestones may name: also of withdrawn entries, which are still there."""
    return Known(_ids("commitment"), _ids("organisation"))


def _withdraw(
    model: type[models.ProgressReport] | type[models.Milestone], where: str, id: UUID, at: datetime | None
) -> None:
    with writing():
        row = _open(model, where, id)
        row.withdrawn_at = at or timezone.now()
        row.save(update_fields=["withdrawn_at"])


def _open(model: Any, where: str, id: UUID) -> Any:
    row = model.objects.filter(pk=id).first()
    if row is None or row.withdrawn_at is not None:
        found = "none" if row is None else "one that was withdrawn before"
        raise InputError(Fault(where, "id", "that of one that is shown", found, "Name another."))
    return row


def _entry_faults(kind: Kind, entry: Any, row: models.Stated | None) -> Iterator[Fault]:
    where = f"{kind.name} {entry.id}"
    if row is not None and row.in_catalogue:
        yield Fault(where, "id", "one that the catalogue does not have", "one of its", "Choose another id.")
    yield from dangling(where, kind, entry, _ids)


def _ids(kind: str) -> frozenset[str]:
    return frozenset(KINDS[kind].model._default_manager.values_list("pk", flat=True))


def _refuse(faults: Iterable[Fault]) -> None:
    told = list(faults)
    if told:
        raise InputError(told)
