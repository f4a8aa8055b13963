"""Organisations, who speaks for them, which commitments they own, and who has a role on the site."""

from __future__ import annotations

from collections.abc import Iterable

from allauth.account.models import EmailAddress
from django.core.exceptions import ValidationError
from django.db import transaction
from django.db.models import QuerySet
from django.utils import timezone
from django.utils.translation import gettext

from zaragoza.model.plan import Organisation
from zaragoza.model.text import Text
from zaragoza.web.accounts.models import Person
from zaragoza.web.contributions import notices, services, text
from zaragoza.web.contributions.actors import held
from zaragoza.web.contributions.history import record
from zaragoza.web.contributions.models import Invitation, Membership, Ownership, SiteRole
from zaragoza.web.contributions.moving import locked_about
from zaragoza.web.contributions.refusal import not_allowed, unfit
from zaragoza.web.contributions.roles import (
    OF_MEMBERS,
    OF_THE_SITE,
    Account,
    Action,
    Actor,
    Organised,
    Role,
    Thing,
    acting_as,
)
from zaragoza.web.promises.entries import KINDS, content_of
from zaragoza.web.promises.models import Commitment
from zaragoza.web.promises.models import Organisation as Row
from zaragoza.web.promises.people import add_entry
from zaragoza.web.promises.revision import writing

MEMBERSHIP, OWNERSHIP, ROLE, ORGANISATION = "membership", "ownership", "role", "organisation"


def register(actor: Actor, id: str, title: Text, geo: str | None = None) -> None:
    """Enters an organisation that no document names; the same form once more enters nothing.

    Raises:
        NotAllowedError: whoever asks may not.
        UnfitError: the words cannot be kept, or there is an organisation of that id.
    """
    with transaction.atomic():
        actor = held(actor, "register")
        role, meant = _role(actor, "register"), _named(id, title, geo)
        with writing():
            row = Row.objects.filter(pk=id).first()
            if row is None:
                add_entry(KINDS["organisation"], meant)
                record(actor, role, "register", ORGANISATION, id)
            elif row.in_catalogue or row.withdrawn_at or row.content != content_of(meant):
                raise unfit(
                    "id",
                    gettext("a short name that no organisation has"),
                    gettext("one that is taken"),
                    gettext("Choose another one, or say on the page of that organisation what it is called."),
                )


def rename(actor: Actor, id: str, title: Text, geo: str | None = None) -> None:
    """Says what an organisation that people entered is called from now on, and where it is.

    Raises:
        NotAllowedError: whoever asks may not.
        UnfitError: the words cannot be kept, or there is no such organisation.
    """
    with transaction.atomic():
        actor = held(actor, "register")
        role, meant = _role(actor, "register"), _named(id, title, geo)
        with writing():
            row = _entered(id).first()
            if row is None:
                raise unfit(
                    "organisation",
                    gettext("one that people entered"),
                    gettext("one that documents name, or none"),
                    gettext("What documents name is changed in the catalogue."),
                )
            if row.content != content_of(meant):
                add_entry(KINDS["organisation"], meant)
                record(actor, role, "rename", ORGANISATION, id)


def can_rename(actor: Actor, id: str) -> bool:
    """Whether somebody may, and documents do not say what it is called."""
    return acting_as(actor, "register") is not None and _entered(id).exists()


def _entered(id: str) -> QuerySet[Row]:
    return Row.objects.filter(pk=id, in_catalogue=False, withdrawn_at=None)


def _named(id: str, title: Text, geo: str | None) -> Organisation:
    """An organisation in words that can be kept."""
    try:
        words = Text(text.checked(title.en, text.LINE), text.checked(title.nl, text.LINE))
    except ValidationError as error:
        raise unfit("title", gettext("words"), " ".join(error.messages)) from None
    return Organisation(id=id, title=words, geo=geo)


def invite(actor: Actor, organisation: str, email: str, role: Role) -> None:
    """Lets whoever confirms this address join; nobody is told whether there is an account.

    Raises:
        NotAllowedError: whoever asks may not change the members of that organisation.
        UnfitError: the address or the role cannot be.
    """
    with transaction.atomic():
        actor = held(actor, "invite")
        by = _role(actor, "change_members", Organised(organisation))
        if role not in OF_MEMBERS:
            raise unfit("role", " / ".join(OF_MEMBERS), gettext("another one"))
        if not Row.objects.filter(pk=organisation, withdrawn_at=None).exists():
            raise unfit("organisation", gettext("a registered organisation"), gettext("another one"))
        try:
            invited = text.address(email)
        except ValidationError:
            raise unfit("email", gettext("an e-mail address"), gettext("another text")) from None
        Invitation.objects.update_or_create(
            email=invited, organisation=organisation, defaults={"role": role, "at": timezone.now()}
        )
        record(actor, by, "invite", MEMBERSHIP, organisation, given=role)
        notices.invited(organisation, invited)


def invitations(person: Person) -> Iterable[Invitation]:
    """Those to an address that the account has confirmed."""
    confirmed = EmailAddress.objects.filter(user=person, verified=True).values_list("email", flat=True)
    return Invitation.objects.filter(email__in=[each.lower() for each in confirmed])


def join(person: Person, organisation: str) -> None:
    """Speaks for the organisation from now on, and no longer for another one.

    Raises:
        NotAllowedError: none of the account's confirmed addresses is invited.
    """
    with transaction.atomic():
        owned = Ownership.objects.filter(organisation=organisation).values_list("commitment", flat=True)
        waiting = [] if _speaks(organisation) else services.wait_anew(owned)
        actor = held(Actor(person.pk), "join")
        invited = [each for each in invitations(person) if each.organisation == organisation]
        if not invited:
            raise not_allowed("join")
        Membership.objects.update_or_create(
            person=person, defaults={"organisation": organisation, "role": invited[0].role}
        )
        notices.asked(waiting, organisation)
        Invitation.objects.filter(pk__in=[each.pk for each in invited]).delete()
        record(
            actor,
            "reader",
            "join",
            MEMBERSHIP,
            person.pk,
            organisation=organisation,
            given=invited[0].role,
        )


def remove(actor: Actor, person: Person) -> None:
    """Somebody no longer speaks for an organisation; an invitation to it is void too.

    Raises:
        NotAllowedError: whoever asks may not change its members.
    """
    with transaction.atomic():
        actor = held(actor, "remove", person.pk)
        member = Membership.objects.filter(person=person).first()
        role = _role(actor, "change_members", Organised(member.organisation if member else None))
        if member is not None:
            _take_away(actor, role, member)


def leave(actor: Actor, person: Person) -> None:
    """Somebody speaks for no organisation any more; what they sent in stays that of the organisation.

    Raises:
        NotAllowedError: it is somebody else, or they speak for none.
    """
    with transaction.atomic():
        actor = held(actor, "leave", person.pk)
        role = _role(actor, "leave", Account(person.pk))
        _take_away(actor, role, Membership.objects.get(person=person))


def _take_away(actor: Actor, role: Role, member: Membership) -> None:
    emails = EmailAddress.objects.filter(user=member.person_id).values_list("email", flat=True)
    Invitation.objects.filter(email__in=list(emails), organisation=member.organisation).delete()
    member.delete()
    record(actor, role, "remove", MEMBERSHIP, member.person_id, organisation=member.organisation)


def assign(actor: Actor, commitment: str, organisation: str) -> None:
    """The organisation answers for a commitment on this site.

    Raises:
        NotAllowedError: whoever asks may not.
        UnfitError: there is no such commitment or organisation.
    """
    with transaction.atomic():
        locked_about(commitment)
        actor = held(actor, "assign_owner")
        role = _role(actor, "assign_owner")
        for field, model, id in (("commitment", Commitment, commitment), ("organisation", Row, organisation)):
            if not model._default_manager.filter(pk=id, withdrawn_at=None).exists():
                raise unfit(field, gettext("one of this site"), gettext("another one"))
        _, new = Ownership.objects.get_or_create(commitment=commitment, organisation=organisation)
        if new:
            if _speaks(organisation):
                notices.asked(services.wait_anew([commitment]), organisation)
            record(actor, role, "assign", OWNERSHIP, commitment, organisation=organisation)


def release(actor: Actor, commitment: str, organisation: str) -> None:
    """It no longer does."""
    with transaction.atomic():
        locked_about(commitment)
        actor = held(actor, "assign_owner")
        role = _role(actor, "assign_owner")
        gone, _ = Ownership.objects.filter(commitment=commitment, organisation=organisation).delete()
        if gone:
            record(actor, role, "release", OWNERSHIP, commitment, organisation=organisation)


def grant(actor: Actor, person: Person, role: Role) -> None:
    """Gives a role on the site; it counts from when the account has a second factor.

    Raises:
        NotAllowedError: whoever asks may not.
        UnfitError: it is no role of the site.
    """
    with transaction.atomic():
        actor = held(actor, "grant", person.pk)
        by = _role(actor, "grant")
        if role not in OF_THE_SITE:
            raise unfit("role", " / ".join(OF_THE_SITE), gettext("another one"))
        _, new = SiteRole.objects.get_or_create(person=person, role=role)
        if new:
            record(actor, by, "grant", ROLE, person.pk, given=role)


def revoke(actor: Actor, person: Person, role: Role) -> None:
    """Takes it away."""
    with transaction.atomic():
        actor = held(actor, "revoke", person.pk)
        by = _role(actor, "grant")
        gone, _ = SiteRole.objects.filter(person=person, role=role).delete()
        if gone:
            record(actor, by, "revoke", ROLE, person.pk, given=role)


def _speaks(organisation: str) -> bool:
    """Whether anybody speaks for it, so that it can be asked."""
    return Membership.objects.filter(organisation=organisation).exists()


def _role(actor: Actor, action: Action, thing: Thing = None) -> Role:
    role = acting_as(actor, action, thing)
    if role is None:
        raise not_allowed(action)
    return role
