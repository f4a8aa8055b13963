"""Notices: whoever has the next step is told, and whoever contributed what became of it."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Literal, get_args

from django.conf import settings
from django.core.mail import EmailMessage
from django.db import transaction
from django.db.models import Q, QuerySet
from django.utils import translation
from django.utils.translation import gettext
from django_tasks import task

from zaragoza.model.text import LANGUAGES, Language
from zaragoza.publish import numbers
from zaragoza.web.accounts.models import Person
from zaragoza.web.contributions import letters
from zaragoza.web.contributions.actors import token
from zaragoza.web.contributions.letters import Recipient, letter, members, people, send, with_role
from zaragoza.web.contributions.models import Contribution, Invitation, answering
from zaragoza.web.contributions.states import Name
from zaragoza.web.contributions.words import titled
from zaragoza.web.promises.entries import stated

_Part = Literal["author", "next"]  # why somebody is told: it is theirs, or they have the next step


def moved(contribution: Contribution) -> None:
    """Queues the letters about where a contribution is now, in the transaction that moved it there."""
    if contribution.state not in ("draft", "in_review"):
        tell.enqueue(str(contribution.pk), contribution.state, contribution.round)


def invited(organisation: str, email: str) -> None:
    """Queues the letter to somebody who may join an organisation."""
    found = Invitation.objects.get(organisation=organisation, email=email)
    invite.enqueue(found.pk)


@task()
def invite(invitation: int, tried: int = 0) -> bool:
    """Sends it, in both languages, as nobody knows which one is read there; none where it was taken back.

    Returns:
        Whether it was taken.

    Raises:
        UndeliveredError: it is given up.
    """
    found = Invitation.objects.filter(pk=invitation).first()
    if found is None:
        return False
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
    made = letter(Recipient(found.email, LANGUAGES[0]), subject, *words)
    return send(made, invite, invitation, tried=tried)


@task()
def tell(contribution: str, state: Name, round: int) -> int:
    """Queues one letter for each who is told that a contribution reached a state; none where it has moved on.

    Returns:
        How many.
    """
    found = _still(contribution, state, round)
    if found is None:
        return 0
    told = [(part, to.person) for part in get_args(_Part) for to in _told_of(found, part)]
    with transaction.atomic():
        for part, person in told:
            write.enqueue(contribution, state, round, part, person)
    return len(told)


@task()
def write(
    contribution: str, state: Name, round: int, part: _Part, person: int | None, tried: int = 0
) -> bool:
    """Sends one of them; none where the contribution has moved on, or whoever it is for has nothing to do with it.

    Returns:
        Whether it was taken.

    Raises:
        UndeliveredError: it is given up.
    """
    found = _still(contribution, state, round)
    if found is None:
        return False
    for to in _told_of(found, part):
        if to.person == person:
            made = _letter(found, to, part)
            return send(made, write, contribution, state, round, part, person, tried=tried)
    return False


def undelivered() -> tuple[int, QuerySet[Contribution]]:
    """How many letters were given up in the last thirty days, and the contributions that some of them were about."""
    found = letters.undelivered()
    about = [each.args_kwargs["args"][0] for each in found if each.task_path == write.module_path]
    return len(found), Contribution.objects.filter(pk__in=about)


def address(contribution: Contribution, to: Recipient) -> str:
    """Where it is read; for who has no account with the key to it."""
    key = "" if to.person else f"?key={token(contribution.pk)}"
    return f"{settings.ADDRESS}/{to.language}/contributions/{contribution.pk}/{key}"


def _still(contribution: str, state: Name, round: int) -> Contribution | None:
    return Contribution.objects.filter(pk=contribution, state=state, round=round).first()


def _told_of(found: Contribution, part: _Part) -> Iterator[Recipient]:
    return _author(found) if part == "author" else _next(found)


def _author(found: Contribution) -> Iterator[Recipient]:
    put_back = found.state == "submitted" and found.submitted_at != found.moved_at
    if put_back:  # for another reviewer: its author knows already that it was received
        return
    if found.author is not None:
        yield from people([found.author])
    elif found.contact:
        yield Recipient(found.contact, found.language)


def _next(found: Contribution) -> Iterator[Recipient]:
    """Who has the next step, where that is not the author."""
    if found.state == "submitted":
        own = Q(pk=found.author_id) | Q(membership__organisation=found.organisation or "")
        reviewers = Person.objects.filter(site_roles__role__in=("reviewer", "editor")).distinct()
        yield from people(reviewers.exclude(own))
    elif found.state == "waiting":
        owners = answering().filter(commitment=found.commitment).values_list("organisation", flat=True)
        yield from (each for owner in owners for each in members(owner))
        if found.unowned:
            yield from with_role("editor")


def _letter(found: Contribution, to: Recipient, part: _Part) -> EmailMessage:
    with translation.override(to.language):
        subject, words = (_asked if part == "next" else _told)(found.state)
        about = titled(found, to.language)
        due = found.due_at and gettext("By {day} at the latest.").format(
            day=numbers.date(found.due_at, to.language)
        )
        decision = found.decisions.filter(round=found.round).first()
        reason = decision and " ".join((gettext("The reason:"), decision.reason))
        parts = [about, words, reason if part == "author" else None, due, address(found, to)]
        return letter(to, f"{subject} ({about})", *(each for each in parts if each))


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
    return gettext("A contribution waits for review"), gettext("Somebody sent in a contribution.")


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
    }[state]
