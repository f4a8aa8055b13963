"""Tables of contributions. What must never happen is forbidden by the database itself, not only by the services.

People are pointed at so that the pointer becomes empty when an account is erased; entries of the promises and
organisations by their id, which never changes. Events point at nothing: they outlive what they tell of.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable
from typing import Any, ClassVar
from uuid import uuid4

from django.conf import settings
from django.db import models
from django.db.models import F, Q, Value
from django.db.models.functions import Cast, Concat, Length, StrIndex, Trim
from django.db.models.lookups import Exact, GreaterThan
from django.utils.crypto import salted_hmac

from zaragoza.model.progress import GROUNDS, Ground
from zaragoza.model.text import LANGUAGES, Language
from zaragoza.web.contributions import states
from zaragoza.web.contributions.roles import OF_MEMBERS, OF_THE_SITE
from zaragoza.web.contributions.text import mailbox

_ID = 100  # characters of an entry's id, as in the promises
KINDS = ("progress", "evidence", "correction", "practice", "call")
ABOUT_A_COMMITMENT = ("progress", "evidence", "correction")
FILE_KINDS = ("pdf", "png", "jpeg", "csv")
DECIDED = (*states.OUTCOMES, *states.REMOVALS)


def _of(names: tuple[str, ...]) -> list[tuple[str, str]]:
    return [(name, name) for name in names]


def _person(related: str = "+") -> Any:
    """A person, until the account is erased."""
    return models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.SET_NULL, null=True, blank=True, related_name=related
    )


def mark(address: str) -> str:
    """By which a mailbox is recognised but not read: a hash that only this site can make."""
    return salted_hmac("contact", mailbox(address), algorithm="sha256").hexdigest()


class Contribution(models.Model):
    """What somebody adds. Only `services` moves it."""

    id = models.UUIDField(primary_key=True, default=uuid4)
    kind = models.CharField(max_length=20, choices=_of(KINDS))
    commitment = models.CharField(max_length=_ID, null=True, blank=True)
    content: models.JSONField[Any, Any] = models.JSONField()  # by the form of its kind
    language: models.CharField[Language, Language] = models.CharField(max_length=2, choices=_of(LANGUAGES))
    base = models.CharField(
        max_length=_ID, blank=True
    )  # what was published about its commitment when it was written
    hash = models.CharField(max_length=64)  # of all that a reviewer judges
    state: models.CharField[states.Name, states.Name] = models.CharField(
        max_length=20, choices=_of(states.NAMES)
    )
    round = models.PositiveSmallIntegerField(default=0)  # how often it was sent in for a decision
    lane: models.CharField[states.Lane, states.Lane] = models.CharField(
        max_length=20, choices=_of(states.LANES)
    )
    author = _person("contributions")
    organisation = models.CharField(max_length=_ID, null=True, blank=True)
    contact = models.EmailField(blank=True)  # of who has no account; emptied when it is no longer needed
    contact_mark = models.CharField(
        max_length=64, blank=True
    )  # of one that was emptied, while others may decide
    taken_by = _person()
    created_at = models.DateTimeField()
    submitted_at = models.DateTimeField(null=True)
    moved_at = models.DateTimeField()
    due_at = models.DateTimeField(null=True)
    became = models.CharField(max_length=_ID, blank=True)  # id of the report or entry that it was applied as
    asks_removal = models.TextField(blank=True)  # why it is to be taken down; emptied when that is decided

    class Meta:  # noqa: D106 - Django's
        ordering: ClassVar = ["moved_at", "id"]
        indexes: ClassVar = [
            models.Index(fields=["state", "due_at"], name="contribution_queue"),
            models.Index(fields=["commitment", "state"], name="contribution_commitment"),
        ]
        constraints: ClassVar = [
            models.CheckConstraint(condition=Q(state__in=states.NAMES), name="contribution_state_is_known"),
            models.CheckConstraint(condition=Q(kind__in=KINDS), name="contribution_kind_is_known"),
            models.CheckConstraint(
                condition=Q(lane="organisation", organisation__isnull=False, contact="")
                | Q(lane="open", organisation__isnull=True),
                name="contribution_lane_is_true",
            ),
            models.CheckConstraint(
                condition=Q(author__isnull=True) | Q(contact=""), name="contribution_one_way_to_its_author"
            ),
            models.CheckConstraint(
                condition=~Q(kind__in=ABOUT_A_COMMITMENT) | Q(commitment__isnull=False),
                name="contribution_has_its_commitment",
            ),
            models.CheckConstraint(
                condition=Q(due_at__isnull=True, state__in=[n for n in states.NAMES if states.settled(n)])
                | Q(due_at__isnull=False, state__in=[n for n in states.NAMES if not states.settled(n)]),
                name="contribution_is_due_until_it_ends",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.kind} {self.id}"

    @property
    def judged(self) -> str:
        """The hash of all that a reviewer judges, as it stands now."""
        files = sorted(self.attachments.values_list("sha256", "name"))
        parts = [self.kind, self.commitment, self.language, self.content, files]
        return hashlib.sha256(json.dumps(parts, sort_keys=True, ensure_ascii=False).encode()).hexdigest()

    @property
    def unowned(self) -> bool:
        """Whether it is about a commitment that no organisation answers for, so that editors do.

        An organisation for which nobody speaks answers for none.
        """
        return self.commitment is not None and not answering().filter(commitment=self.commitment).exists()

    @property
    def mark(self) -> str:
        """Of the address from which it was sent in without an account; empty where there is none any more."""
        return mark(self.contact) if self.contact else self.contact_mark

    @property
    def deciders(self) -> frozenset[int]:
        """Accounts that have decided on it."""
        found = self.decisions.exclude(reviewer=None).values_list("reviewer", flat=True)
        return frozenset(found)

    @property
    def repliers(self) -> frozenset[int]:
        """Accounts that have replied to it."""
        return frozenset(each.person_id for each in self.replies.all() if each.person_id is not None)

    @property
    def settles(self) -> int:
        """The round that an editor's decision on what is public settles now; unasked it is one of its own."""
        return self.round + (self.state == "accepted")

    @property
    def asked_by(self) -> int | None:
        """The account that asks, or has asked last, in this round to take it down; None also where that has none."""
        asked = Event.objects.filter(kind="contribution", thing=str(self.pk), action="ask_removal").last()
        return asked.actor if asked is not None and asked.detail["round"] == self.round else None


def _not_among(listed: str, value: Any) -> Any:
    """Whether a list with a space around each entry does not hold it."""
    return Exact(StrIndex(F(listed), Concat(Value(" "), value, Value(" "))), 0)


def listed(values: Iterable[object]) -> str:
    """Such a list."""
    return "".join(f" {each} " for each in values)


class Decision(models.Model):
    """What was settled, of one round; whom it concerns stands here as well, so that the database can compare."""

    contribution = models.ForeignKey(Contribution, on_delete=models.PROTECT, related_name="decisions")
    round = models.PositiveSmallIntegerField()
    outcome = models.CharField(max_length=20, choices=_of(DECIDED))
    ground: models.CharField[Ground, Ground] = models.CharField(
        max_length=20, choices=_of(GROUNDS), blank=True
    )  # of what is taken down
    reason = models.TextField()
    language: models.CharField[Language, Language] = models.CharField(max_length=2, choices=_of(LANGUAGES))
    reviewed_hash = models.CharField(max_length=64)
    reviewer = _person()
    reviewer_organisation = models.CharField(max_length=_ID, null=True)
    author = _person()
    organisation = models.CharField(max_length=_ID, null=True)
    # ids of the organisations that owned its commitment, a space around each
    owners = models.TextField(blank=True)
    # accounts that had replied to it, likewise
    repliers = models.TextField(blank=True)
    decided_at = models.DateTimeField()

    class Meta:  # noqa: D106 - Django's
        ordering: ClassVar = ["contribution", "round"]
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["contribution", "round"], name="decision_once_a_round"),
            models.CheckConstraint(condition=Q(outcome__in=DECIDED), name="decision_outcome_is_known"),
            models.CheckConstraint(
                condition=Q(outcome="take_down", ground__in=GROUNDS) | ~Q(outcome="take_down") & Q(ground=""),
                name="decision_ground_where_taken_down",
            ),
            models.CheckConstraint(
                condition=Q(reviewer__isnull=True) | Q(author__isnull=True) | ~Q(reviewer=F("author")),
                name="decision_not_on_own",
            ),
            models.CheckConstraint(
                condition=Q(reviewer_organisation__isnull=True)
                | Q(organisation__isnull=True)
                | ~Q(reviewer_organisation=F("organisation")),
                name="decision_not_on_own_organisation",
            ),
            models.CheckConstraint(
                condition=Q(reviewer_organisation__isnull=True)
                | Q(_not_among("owners", F("reviewer_organisation"))),
                name="decision_not_on_own_promise",
            ),
            models.CheckConstraint(
                condition=Q(reviewer__isnull=True)
                | Q(outcome="take_down") & ~Q(ground="wrong")
                | Q(_not_among("repliers", Cast("reviewer", models.CharField()))),
                name="decision_not_after_own_reply",
            ),
            models.CheckConstraint(
                condition=GreaterThan(Length(Trim(F("reason"))), 0), name="decision_has_a_reason"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.contribution_id} {self.round} {self.outcome}"


class Reply(models.Model):
    """What the owner of a commitment says to a contribution; shown beside it."""

    contribution = models.ForeignKey(Contribution, on_delete=models.PROTECT, related_name="replies")
    person = _person("replies")
    organisation = models.CharField(max_length=_ID, null=True)
    text = models.TextField()
    language: models.CharField[Language, Language] = models.CharField(max_length=2, choices=_of(LANGUAGES))
    at = models.DateTimeField()

    class Meta:  # noqa: D106 - Django's
        ordering: ClassVar = ["at", "id"]

    def __str__(self) -> str:
        return f"{self.contribution_id} {self.organisation}"


class Attachment(models.Model):
    """A file of a contribution; its bytes lie in the site's folder under their digest."""

    contribution = models.ForeignKey(Contribution, on_delete=models.PROTECT, related_name="attachments")
    name = models.CharField(max_length=100)
    kind = models.CharField(max_length=4, choices=_of(FILE_KINDS))
    size = models.PositiveIntegerField()
    sha256 = models.CharField(max_length=64, db_index=True)
    added_at = models.DateTimeField()

    class Meta:  # noqa: D106 - Django's
        ordering: ClassVar = ["id"]
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["contribution", "sha256"], name="attachment_once"),
            models.CheckConstraint(condition=Q(kind__in=FILE_KINDS), name="attachment_kind_is_known"),
        ]

    def __str__(self) -> str:
        return self.name


class Membership(models.Model):
    """For which organisation an account speaks: one at most."""

    person = models.OneToOneField(
        settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="membership"
    )
    organisation = models.CharField(max_length=_ID, db_index=True)
    role = models.CharField(max_length=20, choices=_of(OF_MEMBERS))

    class Meta:  # noqa: D106 - Django's
        constraints: ClassVar = [
            models.CheckConstraint(condition=Q(role__in=OF_MEMBERS), name="membership_role_is_known")
        ]

    def __str__(self) -> str:
        return f"{self.organisation} {self.role}"


class SiteRole(models.Model):
    """What an account may do on the whole site."""

    person = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="site_roles")
    role = models.CharField(max_length=20, choices=_of(OF_THE_SITE))

    class Meta:  # noqa: D106 - Django's
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["person", "role"], name="site_role_once"),
            models.CheckConstraint(condition=Q(role__in=OF_THE_SITE), name="site_role_is_known"),
        ]

    def __str__(self) -> str:
        return self.role


class Invitation(models.Model):
    """Whoever has confirmed this address may join the organisation."""

    email = models.EmailField()
    organisation = models.CharField(max_length=_ID)
    role = models.CharField(max_length=20, choices=_of(OF_MEMBERS))
    at = models.DateTimeField()

    class Meta:  # noqa: D106 - Django's
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["email", "organisation"], name="invitation_once"),
            models.CheckConstraint(condition=Q(role__in=OF_MEMBERS), name="invitation_role_is_known"),
        ]

    def __str__(self) -> str:
        return f"{self.organisation} {self.role}"


class Ownership(models.Model):
    """An organisation that answers for a commitment on this site."""

    commitment = models.CharField(max_length=_ID)
    organisation = models.CharField(max_length=_ID)

    class Meta:  # noqa: D106 - Django's
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["commitment", "organisation"], name="ownership_once")
        ]
        ordering: ClassVar = ["commitment", "organisation"]

    def __str__(self) -> str:
        return f"{self.commitment} {self.organisation}"


def owners_of(commitment: str | None) -> str:
    """Ids of the organisations that own a commitment, as a decision keeps them."""
    return listed(Ownership.objects.filter(commitment=commitment).values_list("organisation", flat=True))


def answering() -> models.QuerySet[Ownership]:
    """Owners that can be asked: somebody speaks for the organisation."""
    return Ownership.objects.filter(organisation__in=Membership.objects.values("organisation"))


class Event(models.Model):
    """One line of the history: who did what, to which thing, and what it was before and after. Never changed."""

    at = models.DateTimeField()
    actor = models.BigIntegerField(null=True)  # of the account, also when that is no more
    role = models.CharField(max_length=20)
    action = models.CharField(max_length=20)
    kind = models.CharField(max_length=20)  # of the thing
    thing = models.CharField(max_length=200)
    before = models.CharField(max_length=64, blank=True)  # its hash
    after = models.CharField(max_length=64, blank=True)
    detail: models.JSONField[Any, Any] = models.JSONField(default=dict)

    class Meta:  # noqa: D106 - Django's
        ordering: ClassVar = ["id"]
        indexes: ClassVar = [models.Index(fields=["kind", "thing"], name="event_thing")]

    def __str__(self) -> str:
        return f"{self.action} {self.kind} {self.thing}"
