"""Letters: whoever has the next step is told, and whoever contributed what became of it.

A task holds the id of what it is about, never an address: that is looked up when the letter is written, so that an
account that was erased meanwhile gets none, and the queue holds nothing about a person.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import timedelta
from smtplib import SMTPRecipientsRefused

from django.conf import settings
from django.core.mail import EmailMessage, get_connection
from django.db.models import Q, QuerySet
from django.utils import timezone, translation
from django.utils.translation import gettext
from django_tasks import task

from zaragoza.model.text import LANGUAGES, Language
from zaragoza.publish import numbers
from zaragoza.web.accounts.models import Person
from zaragoza.web.contributions.actors import token
from zaragoza.web.contributions.models import (
    Contribution,
    Event,
    Invitation,
    Membership,
    Ownership,
    answering,
)
from zaragoza.web.contributions.states import Name
from zaragoza.web.promises.entries import stated

_AGAIN = timedelta(minutes=10)  # after which a letter that could not be sent is tried again
_TRIES = 100
_FOR_GOOD = 500  # replies from here on (RFC 5321, 4.2.1)


@dataclass(frozen=True)
class Recipient:
    """To whom, and in which language.

    Attributes:
        holds: whether the address of the letter has to open the contribution, as there is no account that could.
    """

    email: str
    language: Language
    holds: bool = False


def moved(contribution: Contribution) -> None:
    """Queues the letters about where a contribution is now, in the transaction that moved it there."""
    if contribution.state not in ("draft", "in_review"):
        tell.enqueue(str(contribution.pk), contribution.state, contribution.round)


def invited(organisation: str, email: str) -> None:
    """Queues the letter to somebody who may join an organisation."""
    found = Invitation.objects.get(organisation=organisation, email=email)
    invite.enqueue(found.pk)


@task()
def invite(invitation: int, tried: int = 0) -> int:
    """Sends it, in both languages, as nobody knows which one is read there; none where it was taken back."""
    found = Invitation.objects.filter(pk=invitation).first()
    if found is None:
        return 0
    words = []
    for language in LANGUAGES:
        with translation.override(language):
            subject = gettext("You may join an organisation on this site")
            words.append(
                gettext("Log in, or make an account with this address, and join: {organisation}.").format(
                    organisation=_title(found.organisation, language)
                )
            )
            words.append(f"{settings.ADDRESS}/{language}/account/login/")
    if not deliver([letter(Recipient(found.email, LANGUAGES[0]), subject, *words)]) and tried < _TRIES:
        invite.using(run_after=timezone.now() + _AGAIN).enqueue(invitation, tried + 1)
        return 0
    return 1


@task()
def tell(contribution: str, state: Name, round: int, tried: int = 0) -> int:
    """Sends the letters about a contribution that reached a state; none where it has moved on meanwhile.

    Returns:
        How many were sent.
    """
    found = Contribution.objects.filter(pk=contribution, state=state, round=round).first()
    if found is None:
        return 0
    letters = [
        _letter(found, recipient, asked)
        for asked, recipients in ((False, _author(found)), (True, _next(found)))
        for recipient in recipients
    ]
    if not deliver(letters) and tried < _TRIES:
        tell.using(run_after=timezone.now() + _AGAIN).enqueue(contribution, state, round, tried + 1)
        return 0
    return len(letters)


def deliver(letters: Iterable[EmailMessage]) -> bool:
    """Whether the server took them; why it did not is not kept, as its words hold addresses.

    Each goes by itself: an address that the server refuses for good keeps no other letter back, and is not tried again.
    """
    connection, taken = get_connection(), True
    for each in letters:
        try:
            connection.send_messages([each])
        except SMTPRecipientsRefused as refused:
            taken = taken and all(code >= _FOR_GOOD for code, _ in refused.recipients.values())
        except OSError:  # other ones of SMTP are such: the next letter would fare no better
            return False
    return taken


def letter(to: Recipient, subject: str, *paragraphs: str) -> EmailMessage:
    """A letter of plain text."""
    return EmailMessage(subject, "\n\n".join(paragraphs) + "\n", None, [to.email])


def people(found: Iterable[Person]) -> Iterator[Recipient]:
    """Those of them who can read letters."""
    for person in found:
        if person.is_active:
            yield Recipient(person.email, person.language)


def members(organisation: str) -> Iterator[Recipient]:
    """Of an organisation."""
    return people(Person.objects.filter(membership__organisation=organisation))


def with_role(*roles: str) -> Iterator[Recipient]:
    """On the whole site."""
    return people(Person.objects.filter(site_roles__role__in=roles).distinct())


def address(contribution: Contribution, to: Recipient) -> str:
    """Where it is read; for who has no account with the key to it."""
    key = f"?key={token(contribution.pk)}" if to.holds else ""
    return f"{settings.ADDRESS}/{to.language}/contributions/{contribution.pk}/{key}"


def _author(found: Contribution) -> Iterator[Recipient]:
    last = Event.objects.filter(kind="contribution", thing=str(found.pk)).last()
    if (
        last is not None and last.action == "put_back"
    ):  # for another reviewer: its author knows already that it was received
        return
    if found.author is not None:
        yield from people([found.author])
    elif found.contact:
        yield Recipient(found.contact, found.language, holds=True)


def _next(found: Contribution) -> Iterator[Recipient]:
    """Who has the next step, where that is not the author."""
    if found.state == "submitted":
        yield from people(_unconcerned(found, "reviewer", "editor"))
    elif found.state == "removal_asked":
        yield from people(_unconcerned(found, "editor"))
    elif found.state in ("waiting", "taken_down"):
        owners = answering().filter(commitment=found.commitment).values_list("organisation", flat=True)
        yield from (each for owner in owners for each in members(owner))
        if found.unowned and found.state == "waiting":
            yield from people(_unconcerned(found, "editor").exclude(pk__in=found.deciders))


def _unconcerned(found: Contribution, *roles: str) -> QuerySet[Person]:
    """Those with a role on the site whose own it is not, nor their organisation's, nor about what that has promised."""
    owners = Ownership.objects.filter(commitment=found.commitment).values("organisation")
    concerned = Q(organisation=found.organisation or "") | Q(organisation__in=owners)
    with_roles = Person.objects.filter(site_roles__role__in=roles).distinct()
    members_of = Membership.objects.filter(concerned)
    return with_roles.exclude(Q(pk=found.author_id) | Q(membership__in=members_of))


def _letter(found: Contribution, to: Recipient, asked: bool) -> EmailMessage:
    with translation.override(to.language):
        decision = found.decisions.filter(round=found.round).first()
        stays = decision is not None and decision.outcome == "keep"
        subject, words = _asked(found.state) if asked else _kept() if stays else _told(found.state)
        due = found.due_at and gettext("By {day} at the latest.").format(
            day=numbers.date(found.due_at, to.language)
        )
        reason = decision and " ".join((gettext("The reason:"), decision.reason))
        parts = [words, None if asked and due else reason, due, address(found, to)]
        return letter(to, subject, *(part for part in parts if part))


def _title(organisation: str, language: Language) -> str:
    found = stated().organisations.get(organisation)
    return found.title[language] if found else organisation


def _asked(state: Name) -> tuple[str, str]:
    """Subject and words for who has the next step."""
    if state == "waiting":
        return (
            gettext("Your reply is asked for"),
            gettext("A contribution would lower the status of a commitment. Its owner is heard first."),
        )
    if state == "removal_asked":
        return (
            gettext("Something is asked to be taken down"),
            gettext("Whoever added a contribution asks that it is public no longer. An editor decides."),
        )
    if state == "taken_down":
        return (
            gettext("A contribution about your commitment was taken down"),
            gettext("Readers are no longer shown it. The status is what the evidence that is left says."),
        )
    return gettext("A contribution waits for review"), gettext("Somebody sent in a contribution.")


def _kept() -> tuple[str, str]:
    """Subject and words for the author of what was asked to be taken down."""
    return (
        gettext("Your contribution stays published"),
        gettext("An editor does not take it down."),
    )


def _told(state: Name) -> tuple[str, str]:
    """Subject and words for the author."""
    return {
        "unconfirmed": (
            gettext("Confirm your contribution"),
            gettext("Open this address to send in your contribution. If it is not yours, do nothing."),
        ),
        "submitted": (gettext("Your contribution was received"), gettext("A reviewer will decide on it.")),
        "returned": (
            gettext("Your contribution needs changes"),
            gettext("A reviewer asks you to change it and send it in again."),
        ),
        "waiting": (
            gettext("Your contribution waits for a reply"),
            gettext("It would lower the status of a commitment. Its owner is heard first."),
        ),
        "accepted": (gettext("Your contribution was published"), gettext("Readers are shown it now.")),
        "rejected": (
            gettext("Your contribution was not accepted"),
            gettext("A reviewer decided against it."),
        ),
        "withdrawn": (gettext("Your contribution was withdrawn"), gettext("Nobody is shown it.")),
        "removal_asked": (
            gettext("Your contribution is asked to be taken down"),
            gettext("You or your organisation asked for it. Until an editor decides readers are shown it."),
        ),
        "taken_down": (
            gettext("Your contribution was taken down"),
            gettext("Readers are no longer shown it."),
        ),
    }[state]
