"""Tables of the promises: what documents state, in the catalogue's form, and beside it what people add.

Rows of people point at entries by their id, and an entry is never deleted, so that they outlive every version of the
catalogue. Whatever writes does so within `revision.writing`.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, ClassVar
from uuid import uuid4

from django.db import models

from zaragoza.model import progress
from zaragoza.model.plan import STATUSES
from zaragoza.model.text import Text
from zaragoza.web.promises.check import LONGEST_ID, LONGEST_LANGUAGE

_STATUSES = [(status, status) for status in STATUSES]
_GROUNDS = [(ground, ground) for ground in progress.GROUNDS]

# Fields that rows and objects of the model have alike.
_MILESTONE = ("id", "source", "due", "reached_on", "reached_told_at", "published_at", "withdrawn_at")
_REPORT = ("id", "status", "text", "language", "reported_on", "published_at", "withdrawn_at")
_EVIDENCE = ("title", "address", "published_on", "passage")


def _same(of: object, names: Sequence[str]) -> dict[str, Any]:
    return {name: getattr(of, name) for name in names}


class Stated(models.Model):
    """An entry as it is stated now; `Version` has all that it ever said."""

    id = models.CharField(primary_key=True, max_length=LONGEST_ID)
    content: models.JSONField[Any, Any] = models.JSONField()  # without its id; of a withdrawn entry the last
    number = models.PositiveIntegerField()  # of the version
    in_catalogue = models.BooleanField()  # the catalogue is its master; else people have added it
    changed_at = models.DateTimeField()
    withdrawn_at = models.DateTimeField(null=True)  # since when it is no longer stated

    class Meta:  # noqa: D106 - Django's
        abstract = True
        ordering: ClassVar = ["id"]

    def __str__(self) -> str:
        return self.id


class Plan(Stated):
    """A document that holds promises."""


class Objective(Stated):
    """What a document wants to reach."""


class Commitment(Stated):
    """What somebody said they would do, or was asked to do."""


class Fund(Stated):
    """Money that the documents name."""


class Call(Stated):
    """An invitation to ask a fund for money."""


class Practice(Stated):
    """An example of what was done somewhere."""


class Organisation(Stated):
    """Who owns commitments, runs practices or reports."""


class Version(models.Model):
    """What an entry said from some time on; no content where it was no longer stated."""

    kind = models.CharField(max_length=20)  # of the entry: plan, commitment, ...
    entry = models.CharField(max_length=LONGEST_ID)
    number = models.PositiveIntegerField()  # from 1
    content: models.JSONField[Any, Any] = models.JSONField(null=True)
    loaded_at = models.DateTimeField()

    class Meta:  # noqa: D106 - Django's
        ordering: ClassVar = ["kind", "entry", "number"]
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["kind", "entry", "number"], name="one_version_of_a_number")
        ]

    def __str__(self) -> str:
        return f"{self.kind} {self.entry} {self.number}"


class Milestone(models.Model):
    """A step on the way to what was promised. It is never changed but for being reached, and withdrawn."""

    id = models.UUIDField(primary_key=True, default=uuid4)
    commitment = models.ForeignKey(Commitment, on_delete=models.PROTECT, related_name="milestones")
    title_en = models.TextField()
    title_nl = models.TextField()
    source = models.TextField()
    due = models.DateField(null=True)
    reached_on = models.DateField(null=True)
    reached_told_at = models.DateTimeField(null=True)
    published_at = models.DateTimeField()
    withdrawn_at = models.DateTimeField(null=True)

    class Meta:  # noqa: D106 - Django's
        ordering: ClassVar = ["published_at", "id"]

    def __str__(self) -> str:
        return f"{self.commitment_id} {self.title_en}"

    @property
    def noun(self) -> progress.Milestone:
        """The same as an object of the model."""
        title = Text(self.title_en, self.title_nl)
        return progress.Milestone(commitment=self.commitment_id, title=title, **_same(self, _MILESTONE))

    @classmethod
    def of(cls, noun: progress.Milestone) -> Milestone:
        """The row of it, which is not yet written."""
        title = {"title_en": noun.title.en, "title_nl": noun.title.nl}
        return cls(commitment_id=noun.commitment, **title, **_same(noun, _MILESTONE))


class ProgressReport(models.Model):
    """Progress of a commitment. It is never changed, only withdrawn; `people.report_progress` writes it."""

    id = models.UUIDField(primary_key=True, default=uuid4)
    commitment = models.ForeignKey(Commitment, on_delete=models.PROTECT, related_name="reports")
    organisation = models.ForeignKey(
        Organisation, on_delete=models.PROTECT, null=True, related_name="reports"
    )
    status = models.CharField(max_length=20, choices=_STATUSES)
    text = models.TextField()
    language = models.CharField(max_length=LONGEST_LANGUAGE)
    reported_on = models.DateField()
    published_at = models.DateTimeField()
    withdrawn_at = models.DateTimeField(null=True)

    class Meta:  # noqa: D106 - Django's
        ordering: ClassVar = ["-reported_on", "-published_at", "id"]

    def __str__(self) -> str:
        return f"{self.commitment_id} {self.status} {self.reported_on}"

    @property
    def noun(self) -> progress.Report:
        """The same as an object of the model, with its evidence."""
        return progress.Report(
            commitment=self.commitment_id,
            organisation=self.organisation_id,
            evidence=tuple(progress.Evidence(**_same(row, _EVIDENCE)) for row in self.evidence.all()),
            **_same(self, _REPORT),
        )

    @classmethod
    def of(cls, noun: progress.Report) -> tuple[ProgressReport, list[Evidence]]:
        """The rows of it and of its evidence, which are not yet written."""
        row = cls(commitment_id=noun.commitment, organisation_id=noun.organisation, **_same(noun, _REPORT))
        evidence = enumerate(noun.evidence)
        return row, [Evidence(report=row, place=place, **_same(each, _EVIDENCE)) for place, each in evidence]


class Evidence(models.Model):
    """What bears a report out."""

    report = models.ForeignKey(ProgressReport, on_delete=models.CASCADE, related_name="evidence")
    place = models.PositiveSmallIntegerField()  # among those of the report
    title = models.TextField()
    address = models.TextField()
    published_on = models.DateField(null=True)
    passage = models.TextField(blank=True)

    class Meta:  # noqa: D106 - Django's
        ordering: ClassVar = ["report", "place"]
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["report", "place"], name="one_evidence_in_a_place")
        ]

    def __str__(self) -> str:
        return self.title


class TakenDown(models.Model):
    """What people told and no reader is to see again. Rows stay, and outlive what they are about."""

    kind = models.CharField(max_length=20)
    thing = models.CharField(max_length=LONGEST_ID)
    ground: models.CharField[progress.Ground, progress.Ground] = models.CharField(
        max_length=20, choices=_GROUNDS
    )
    at = models.DateTimeField()

    class Meta:  # noqa: D106 - Django's
        ordering: ClassVar = ["kind", "thing"]
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["kind", "thing"], name="taken_down_once"),
            models.CheckConstraint(
                condition=models.Q(ground__in=progress.GROUNDS), name="taken_down_ground_is_known"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.kind} {self.thing}"

    @property
    def noun(self) -> progress.TakenDown:
        """The same as an object of the model."""
        return progress.TakenDown(kind=self.kind, id=self.thing, ground=self.ground, at=self.at)

    @classmethod
    def of(cls, noun: progress.TakenDown) -> TakenDown:
        """The row of it, which is not yet written."""
        return cls(kind=noun.kind, thing=noun.id, ground=noun.ground, at=noun.at)


class Revision(models.Model):
    """One row: a value that every write changes, by which whatever was kept of the promises is told stale."""

    value = models.CharField(max_length=32)

    def __str__(self) -> str:
        return self.value
