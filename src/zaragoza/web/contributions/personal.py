"""What the site holds about a person: given to them when they ask, and taken away."""

from __future__ import annotations

import json
from collections.abc import Collection, Iterator
from contextlib import suppress
from datetime import datetime
from functools import partial
from tempfile import SpooledTemporaryFile
from typing import IO, Any
from uuid import UUID
from zipfile import ZIP_DEFLATED, ZipFile

from allauth.account.models import EmailAddress
from allauth.mfa.models import Authenticator
from allauth.socialaccount.models import SocialAccount
from django.contrib.auth import SESSION_KEY
from django.contrib.sessions.models import Session
from django.db import transaction
from django.db.models import Q, QuerySet, Value
from django.db.models.functions import Replace

from zaragoza.web.accounts.models import Person
from zaragoza.web.contributions import attachments, letters
from zaragoza.web.contributions.actors import held
from zaragoza.web.contributions.history import record
from zaragoza.web.contributions.models import (
    Attachment,
    Contribution,
    Decision,
    Event,
    Invitation,
    Membership,
    Reply,
    SiteRole,
    listed,
    mark,
)
from zaragoza.web.contributions.refusal import not_allowed
from zaragoza.web.contributions.roles import Account, Actor, acting_as
from zaragoza.web.contributions.services import by_itself
from zaragoza.web.contributions.states import NAMES, PUBLIC, STATES, Name, settled

KIND = "person"
_OF_PEOPLE = ("join", "remove", "grant", "revoke")  # what is done with an account
_IN_MEMORY = 1024**2  # bytes of an export; a larger one lies on disk until it is sent
_UNSENT = [name for name, state in STATES.items() if state.owner == "author"]
_UNDECIDED = [name for name in NAMES if not settled(name) and name not in PUBLIC]


def exported(actor: Actor, person: Person) -> dict[str, Any]:
    """All that the site holds about an account, for its owner.

    Raises:
        NotAllowedError: it is another's.
    """
    if acting_as(actor, "export_person", Account(person.pk)) is None:
        raise not_allowed("export_person")
    member = Membership.objects.filter(person=person).first()
    return {
        "account": {
            "email": person.email,
            "name": person.name,
            "language": person.language,
            "joined_at": person.joined_at.isoformat(),
            "last_login": _time(person.last_login),
        },
        "addresses": [
            {"email": each.email, "confirmed": each.verified, "letters_go_there": each.primary}
            for each in EmailAddress.objects.filter(user=person)
        ],
        "second_factors": [
            {"type": each.type, "since": _time(each.created_at), "last_used": _time(each.last_used_at)}
            for each in Authenticator.objects.filter(user=person)
        ],
        "institutions": [
            {
                "institution": each.provider,
                "its_id_of_you": each.uid,
                "since": _time(each.date_joined),
                "last_login": _time(each.last_login),
            }
            for each in SocialAccount.objects.filter(user=person)
        ],
        "organisation": member and {"id": member.organisation, "role": member.role},
        "invitations": [
            {"organisation": each.organisation, "role": each.role, "at": _time(each.at)}
            for each in Invitation.objects.filter(email__in=_emails(person))
        ],
        "roles": sorted(SiteRole.objects.filter(person=person).values_list("role", flat=True)),
        "contributions": [
            _told(each) for each in _contributed(person).prefetch_related("attachments", "decisions")
        ],
        "asks_removal": [
            {"contribution": str(each.pk), "why": each.asks_removal} for each in _asked_to_take_down(person)
        ],
        "decisions": [
            {
                "contribution": str(each.contribution_id),
                "for": each.reviewer_organisation,
                **_decided(each),
            }
            for each in Decision.objects.filter(reviewer=person)
        ],
        "replies": [
            {
                "contribution": str(each.contribution_id),
                "for": each.organisation,
                "text": each.text,
                "language": each.language,
                "at": _time(each.at),
            }
            for each in Reply.objects.filter(person=person)
        ],
        "in_hand": [str(each.pk) for each in Contribution.objects.filter(taken_by=person)],
        "events": [
            {
                "at": _time(each.at),
                "by_you": each.actor == person.pk,
                "action": each.action,
                "kind": each.kind,
                "thing": each.thing,
                "detail": each.detail,
            }
            for each in Event.objects.filter(
                Q(actor=person.pk) | Q(action__in=_OF_PEOPLE, thing=str(person.pk))
            )
        ],
    }


def in_one_file(actor: Actor, person: Person) -> IO[bytes]:
    """The same as a ZIP of `my-data.json` and the files of the person's contributions; on disk once it is large.

    Raises:
        NotAllowedError: it is another's.
    """
    told = exported(actor, person)
    made = SpooledTemporaryFile(_IN_MEMORY)  # noqa: SIM115 - whoever sends it closes it
    with ZipFile(made, "w", ZIP_DEFLATED) as packed:
        packed.writestr("my-data.json", json.dumps(told, indent=2, ensure_ascii=False))
        for each in _contributed(person).prefetch_related("attachments"):
            for file in each.attachments.all():
                with suppress(FileNotFoundError):
                    packed.write(attachments.path(file.sha256), _place(file))
    made.seek(0)
    return made


def erase(actor: Actor, person: Person) -> None:
    """Takes the person away: contributions and decisions stay, those of nobody; what was not sent in is withdrawn.

    So do contributions that were sent in without an account from an address that this one has confirmed.

    Raises:
        NotAllowedError: whoever asks may not, or it was erased meanwhile.
    """
    while not _erased(actor, person):
        pass  # at this very moment something else came to point at them


def _erased(actor: Actor, person: Person) -> bool:
    """Does it, unless something points at them by now that is not locked; who waits for it would wait for ever."""
    with transaction.atomic():
        # First all that points at them: a decision that is being written would bring back who was taken away. Then the
        # account, which whoever writes about it holds as well; what it may do changes no more then.
        known = _ids(_pointing(person).select_for_update())
        _ids(Person.objects.select_for_update().filter(pk__in={person.pk, actor.id} - {None}))
        actor = held(actor, "erase_person", person.pk)
        role = acting_as(actor, "erase_person", Account(person.pk))
        if role is None:
            raise not_allowed("erase_person")
        if _ids(_pointing(person)) != known:
            return False
        for each in Contribution.objects.filter(author=person, state__in=_UNSENT):
            by_itself(each.pk, "lapse")
        for each in Contribution.objects.filter(taken_by=person, state="in_review"):
            by_itself(each.pk, "put_back")
        _take_away(_ids(_sent_from(_confirmed(person))))
        # One that comes at this very moment is nobody's, and may be in another's hands.
        invited = Invitation.objects.filter(email__in=_emails(person))
        Invitation.objects.filter(pk__in=_ids(invited.select_for_update())).delete()
        for session in _sessions(person):
            session.delete()
        transaction.on_commit(partial(letters.take_away, _emails(person)))
        _forget_replies(person)
        record(actor, role, "erase", KIND, person.pk)
        person.delete()
    return True


def _pointing(person: Person) -> QuerySet[Contribution]:
    """Contributions that are theirs, that they have in hand, have decided on or replied to."""
    replied = Q(pk__in=Reply.objects.filter(person=person).values("contribution"))
    decided = Q(pk__in=Decision.objects.filter(reviewer=person).values("contribution"))
    named = Contribution.objects.filter(Q(author=person) | Q(taken_by=person) | replied | decided)
    return named | _sent_from(_confirmed(person))


def _ids(found: QuerySet[Any]) -> list[Any]:
    """Of rows that others may be writing as well, in the order in which everybody locks them."""
    return list(found.order_by("pk").values_list("pk", flat=True))


def erase_contact(actor: Actor, email: str) -> int:
    """Takes the address of somebody without an account away from their contributions; those not sent in are withdrawn.

    Returns:
        How many they are.

    Raises:
        NotAllowedError: whoever asks may not.
    """
    with transaction.atomic():
        sent = _ids(_sent_from([email.lower()]).select_for_update())
        actor = held(actor, "erase_person")
        role = acting_as(actor, "erase_person", Account(None))
        if role is None:
            raise not_allowed("erase_person")
        _take_away(sent)
        transaction.on_commit(partial(letters.take_away, [email]))
        if sent:
            record(actor, role, "erase", KIND, "")
    return len(sent)


def _forget_replies(person: Person) -> None:
    """Decisions no longer name the account as one that had replied; its replies stay, those of nobody."""
    own = Value(listed([person.pk]))
    found = Decision.objects.filter(repliers__contains=own.value)
    found.update(repliers=Replace("repliers", own, Value("")))


def _contributed(person: Person) -> QuerySet[Contribution]:
    """What they wrote, also what came without an account from an address that theirs has confirmed."""
    return Contribution.objects.filter(author=person) | _sent_from(_confirmed(person))


def _asked_to_take_down(person: Person) -> Iterator[Contribution]:
    """What they ask to take down, in words of their own; whoever asked without an account is its author."""
    own = set(_contributed(person).values_list("pk", flat=True))
    for each in Contribution.objects.filter(state="removal_asked"):
        asked_by = each.asked_by
        if asked_by == person.pk or (asked_by is None and each.pk in own):
            yield each


def _take_away(ids: list[UUID]) -> None:
    """The address from contributions that are locked."""
    for each in Contribution.objects.filter(pk__in=ids, state__in=_UNSENT):
        by_itself(each.pk, "lapse")
    forget_contacts(Contribution.objects.filter(pk__in=ids), while_in=_UNDECIDED)


def _sent_from(contacts: list[str]) -> QuerySet[Contribution]:
    """What was sent in without an account from one of these addresses, also where only its mark is left."""
    known = Q(contact__in=contacts) | Q(contact_mark__in=[mark(each) for each in contacts])
    return Contribution.objects.filter(known).exclude(
        contact="", contact_mark=""
    )  # what has none is nobody's


def forget_contacts(found: QuerySet[Contribution], while_in: Collection[Name]) -> None:
    """Takes addresses away; a mark is left in some states, so that nobody decides on what is their own.

    Args:
        found: the contributions of which nobody needs the address any more.
        while_in: states in which a decision may follow that its author must not take.
    """
    for each in found.exclude(contact="", contact_mark=""):
        left = each.mark if each.state in while_in else ""
        same = Contribution.objects.filter(pk=each.pk, state=each.state, contact=each.contact)
        same.update(contact="", contact_mark=left)


def _confirmed(person: Person) -> list[str]:
    """Addresses that are theirs: others may stand beside an account until somebody confirms them."""
    known = EmailAddress.objects.filter(user=person, verified=True).values_list("email", flat=True)
    return [each.lower() for each in known]


def _emails(person: Person) -> list[str]:
    """Those, and the one of the account, also before it is confirmed."""
    return sorted({person.email.lower(), *_confirmed(person)})


def _sessions(person: Person) -> Iterator[Session]:
    """Those in which the person is logged in, or was about to be: each may hold the address."""
    own = _emails(person)
    for session in Session.objects.all().iterator():
        held = session.get_decoded()
        words = json.dumps(held, ensure_ascii=False).lower()
        if held.get(SESSION_KEY) == str(person.pk) or any(email in words for email in own):
            yield session


def _told(contribution: Contribution) -> dict[str, Any]:
    return {
        "id": str(contribution.pk),
        "kind": contribution.kind,
        "commitment": contribution.commitment,
        "content": contribution.content,
        "language": contribution.language,
        "for": contribution.organisation,
        "contact": contribution.contact,
        "state": contribution.state,
        "times_sent_in": contribution.round,
        "created_at": _time(contribution.created_at),
        "submitted_at": _time(contribution.submitted_at),
        "moved_at": _time(contribution.moved_at),
        "due_at": _time(contribution.due_at),
        "published_as": contribution.became,
        "decisions": [_decided(each) for each in contribution.decisions.all()],
        "attachments": [
            {"name": each.name, "sha256": each.sha256, "file": _place(each)}
            for each in contribution.attachments.all()
        ],
    }


def _decided(decision: Decision) -> dict[str, Any]:
    """What, why and when; never by whom."""
    return {
        "round": decision.round,
        "outcome": decision.outcome,
        "ground": decision.ground,
        "reason": decision.reason,
        "language": decision.language,
        "at": _time(decision.decided_at),
    }


def _time(at: datetime | None) -> str | None:
    return at.isoformat() if at else None


def _place(attachment: Attachment) -> str:
    """Where a file lies in what is given away; two of a contribution may have the same name."""
    return f"files/{attachment.contribution_id}/{attachment.pk}-{attachment.name}"
