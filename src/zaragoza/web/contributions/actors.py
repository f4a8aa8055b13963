"""Who asks: an account with its roles, or somebody who opened the letter about a contribution of theirs."""

from __future__ import annotations

from dataclasses import replace
from typing import Any
from uuid import UUID

from allauth.account.models import EmailAddress
from django.core import signing

from zaragoza.web.accounts.models import Person
from zaragoza.web.accounts.second_factor import has_one
from zaragoza.web.contributions.models import Membership, Ownership, SiteRole, mark
from zaragoza.web.contributions.refusal import not_allowed
from zaragoza.web.contributions.roles import NOBODY, ROLES, Actor

_SALT = "contribution"
DAYS = 90  # for which a letter opens its contribution


def who(user: Any, token: str = "") -> Actor:
    """Who asks.

    Roles that need a second factor count only for an account that has one.

    Args:
        user: of the request.
        token: of the address in a letter; one that is forged or too old opens nothing.
    """
    if user is None or not user.is_authenticated or not user.is_active:
        return Actor(holds=_opened(token)) if token else NOBODY
    member = Membership.objects.filter(person=user.pk).first()
    organisation = member.organisation if member else None
    given = SiteRole.objects.filter(person=user.pk).values_list("role", flat=True)
    held = {"reader", *given} if given and has_one(user.pk) else {"reader"}
    if member:
        held |= {"contributor", member.role}
    roles = frozenset(role for role in ROLES if role in held)
    owns = Ownership.objects.filter(organisation=organisation).values_list("commitment", flat=True)
    confirmed = EmailAddress.objects.filter(user=user.pk, verified=True) if given else ()
    return Actor(
        id=user.pk,
        roles=roles,
        organisation=organisation,
        owns=frozenset(owns) if organisation else frozenset(),
        marks=frozenset(mark(each.email) for each in confirmed),
        holds=_opened(token) if token else None,
    )


def held(actor: Actor, action: str, *others: int) -> Actor:
    """Who asks, by what they may do now: that stays so, and nobody of these is erased, until the transaction ends.

    Call it within the transaction, after contributions are locked, and before what may be done, memberships and
    promises are: everybody locks in that order, so that nobody waits for each other.

    Args:
        actor: who asked, by what they might do then; somebody without an account, and the site, stay who they are.
        action: what is being done.
        others: ids of accounts about which something is being written.

    Raises:
        NotAllowedError: one was erased meanwhile.
    """
    meant = {*others, actor.id} - {None}
    locked = Person.objects.select_for_update(no_key=True).filter(pk__in=meant).order_by("pk")
    people = {each.pk: each for each in locked} if meant else {}
    if people.keys() != meant:
        raise not_allowed(action)
    return actor if actor.id is None else replace(who(people[actor.id]), holds=actor.holds)


def token(contribution: UUID) -> str:
    """What the address in a letter ends with: it opens this contribution for whoever has it."""
    return signing.dumps(str(contribution), salt=_SALT)


def _opened(given: str) -> UUID | None:
    try:
        return UUID(signing.loads(given, salt=_SALT, max_age=DAYS * 24 * 3600))
    except (signing.BadSignature, ValueError, TypeError):
        return None
