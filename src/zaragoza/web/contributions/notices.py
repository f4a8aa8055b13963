"""Notices: whoever has the next step is told, and whoever contributed what became of it."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
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
from zaragoza.web.contributions.letters import Recipient, letter, members, people, send
from zaragoza.web.contributions.models import (
    Contribution,
    Event,
    Invitation,
    Membership,
    Ownership,
    answering,
)
from zaragoza.web.contributions.states import Name
from zaragoza.web.contributions.words import titled
from zaragoza.web.promises.entries import stated

# Why somebody is told: it is theirs, they have the next step, they asked.
_Part = Literal["author", "next", "asker"]


def moved(contribution: Contribution) -> None:
    """Queues the letters about where a contribution is now, in the transaction that moved it there."""
    if contribution.state not in ("draft", "in_review"):
        tell.enqueue(str(contribution.pk), contribution.state, contribution.round)


def asked(waiting: Iterable[Contribution], organisation: str) -> None:
    """Queues the letters to an owner that can be asked for its reply from now on."""
    for found in waiting:
        for to in members(organisation):
            write.enqueue(str(found.pk), found.state, found.round, "next", to.person)


def invited(organisation: str, email: str) -> None:
    """Queues the letter to somebody who may join an organisation."""
    found = Invitation.objects.get(organisation=organisation, email=email)
    invite.enqueue(found.pk)


@task()
def invite(invitation: int, tried: int = 0) -> bool:
    """Sends it, in both languages, as nobody knows which one is read there.

    None where it was taken back, or enough invitations have gone to that address today: it holds without a letter.

    Returns:
        Whether it was taken.

    Raises:
        UndeliveredError: it is given up.
    """
    found = Invitation.objects.filter(pk=invitation).first()
    if found is None or (not tried and not letters.may_go("invitation", found.email)):
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

    One that asks for a confirmation waits for another day where enough of them have gone to its address today: anybody
    may have written that address, and whose it is may need this letter all the same.

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
            if state == "unconfirmed" and not tried and not letters.may_go("contribution", to.email):
                write.using(run_after=letters.tomorrow()).enqueue(contribution, state, round, part, person)
                return False
            made = _letter(found, to, part)
            return send(made, write, contribution, state, round, part, person, tried=tried)
    return False


@task()
def link(contribution: str, tried: int = 0) -> bool:
    """Sends a new link to whoever sent it in without an account; none where enough have gone there today.

    Args:
        contribution: its id; empty where whoever asked has written another address.
        tried: how often already.

    Returns:
        Whether it was taken.

    Raises:
        UndeliveredError: it is given up.
    """
    found = Contribution.objects.filter(pk=contribution).exclude(contact="").first() if contribution else None
    if found is None or (not tried and not letters.may_go("link", found.contact)):
        return False
    to = Recipient(found.contact, found.language)
    with translation.override(to.language):
        about, subject = titled(found, to.language), gettext("A new link to your contribution")
        words = gettext("It was asked for on this site. If you did not ask, do nothing.")
        made = letter(to, f"{subject} ({about})", about, words, address(found, to))
    return send(made, link, contribution, tried=tried)


def undelivered() -> tuple[int, QuerySet[Contribution]]:
    """How many letters were given up in the last thirty days, and the contributions that some of them were about."""
    found = letters.undelivered()
    of_one = (write.module_path, link.module_path)
    about = [each.args_kwargs["args"][0] for each in found if each.task_path in of_one]
    return len(found), Contribution.objects.filter(pk__in=about)


def address(contribution: Contribution, to: Recipient) -> str:
    """Where it is read; for who has no account with the key to it."""
    key = "" if to.person else f"?key={token(contribution.pk)}"
    return f"{settings.ADDRESS}/{to.language}/contributions/{contribution.pk}/{key}"


def _still(contribution: str, state: Name, round: int) -> Contribution | None:
    return Contribution.objects.filter(pk=contribution, state=state, round=round).first()


def _told_of(found: Contribution, part: _Part) -> Iterator[Recipient]:
    return {"author": _author, "next": _next, "asker": _asker}[part](found)


def _author(found: Contribution) -> Iterator[Recipient]:
    last = Event.objects.filter(kind="contribution", thing=str(found.pk)).last()
    if last is not None and last.action == "put_back":
        return  # for another reviewer: its author knows already that it was received
    if found.author is not None:
        yield from people([found.author])
    elif found.contact:
        yield Recipient(found.contact, found.language)


def _asker(found: Contribution) -> Iterator[Recipient]:
    """Who asked in the name of its organisation to take it down, once that is decided; the author is told anyway."""
    by = found.asked_by
    if by not in (None, found.author_id) and found.state in ("accepted", "taken_down"):
        yield from people(Person.objects.filter(pk=by, membership__organisation=found.organisation))


def _next(found: Contribution) -> Iterator[Recipient]:
    """Who has the next step, where that is not the author."""
    if found.state == "submitted":
        yield from people(_unconcerned(found, "reviewer", "editor").exclude(pk__in=found.repliers))
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


def _letter(found: Contribution, to: Recipient, part: _Part) -> EmailMessage:
    with translation.override(to.language):
        decision = found.decisions.filter(round=found.round).first()
        stays = decision is not None and decision.outcome == "keep"
        subject, words = _asked(found.state) if part == "next" else _kept() if stays else _told(found.state)
        if part == "asker":
            subject = gettext("You asked to take down a contribution")
        about = titled(found, to.language)
        due = found.due_at and gettext("By {day} at the latest.").format(
            day=numbers.date(found.due_at, to.language)
        )
        reason = decision and " ".join((gettext("The reason:"), decision.reason))
        parts = [about, words, None if part == "next" and due else reason, due, address(found, to)]
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
