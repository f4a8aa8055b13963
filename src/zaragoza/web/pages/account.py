"""One's own account: what the site holds about a person, to take away or to erase; and roles on the site."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from allauth.account.decorators import reauthentication_required
from django.contrib.auth import logout
from django.core.exceptions import ValidationError
from django.http import FileResponse, HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.utils.translation import gettext

from zaragoza.errors import Fault
from zaragoza.web.accounts.models import Person
from zaragoza.web.accounts.second_factor import has_one
from zaragoza.web.contributions import members, personal, text
from zaragoza.web.contributions.models import SiteRole
from zaragoza.web.contributions.refusal import UnfitError, not_allowed, unfit
from zaragoza.web.contributions.roles import OF_THE_SITE, Account, Actor, may
from zaragoza.web.pages.contributions import about
from zaragoza.web.pages.frame import page
from zaragoza.web.pages.taking_part import knows_who, takes_part, to


@takes_part
def own(request: HttpRequest, actor: Actor) -> HttpResponse:
    """What the site holds about who is logged in, and whom they may speak for."""
    person = _person(request, actor)
    if request.method == "POST":
        name = request.POST.get("step")
        if name == "join":
            members.join(person, request.POST.get("organisation", ""))
        elif name == "leave":
            members.leave(actor, person)
        else:
            raise unfit("step", gettext("a step of this page"), gettext("another one"))
        return to(request, "account")
    return page(
        request,
        "my_account",
        person=person,
        invitations=members.invitations(person),
        site_roles=[role for role in OF_THE_SITE if role in actor.roles],
        second_factor=has_one(person.pk),
        grants=may(actor, "grant"),
        **about(actor),
    )


@knows_who
def exported(request: HttpRequest, actor: Actor) -> FileResponse:
    """All of it, with the files that were added."""
    made = personal.in_one_file(actor, _person(request, actor))
    return FileResponse(made, as_attachment=True, filename="my-data.zip", content_type="application/zip")


@takes_part
@reauthentication_required  # type: ignore[untyped-decorator] # allauth brings no types
def erase(request: HttpRequest, actor: Actor) -> HttpResponse:
    """Takes the account away, once its owner has proved who they are and said so."""
    person = _person(request, actor)
    if request.method != "POST":
        return page(request, "account_erase", email=person.email)
    if request.POST.get("email", "").strip().lower() != person.email.lower():
        raise unfit("email", gettext("the address of this account"), gettext("another text"))
    personal.erase(actor, person)
    logout(request)
    return HttpResponseRedirect(reverse("contributions"))


@takes_part
def people(request: HttpRequest, actor: Actor) -> HttpResponse:
    """Who has which role on the site; administrators give and take them, and erase an account on request."""
    if not may(actor, "grant"):
        raise not_allowed("grant")
    status = 200
    faults: tuple[Fault, ...] = ()
    if request.method == "POST":
        try:
            _step(request.POST, actor)
            return to(request, "people")
        except UnfitError as error:
            faults, status = error.faults, error.status
    given = SiteRole.objects.select_related("person").order_by("person__email", "role")
    return page(request, "people", status=status, faults=faults, given=given, all_roles=OF_THE_SITE)


def _person(request: HttpRequest, actor: Actor) -> Person:
    """Who is logged in."""
    if actor.id is None or not may(actor, "export_person", Account(actor.id)):
        raise not_allowed("export_person")
    found = Person.objects.filter(pk=actor.id).first()
    if found is None:  # erased at this very moment
        raise not_allowed("export_person")
    return found


def _step(told: Mapping[str, str], actor: Actor) -> None:
    name, email = told.get("step", ""), _address(told.get("email", ""))
    person = Person.objects.filter(email=email).first()
    if name not in _STEPS:
        raise unfit("step", gettext("a step of this page"), gettext("another one"))
    if name == "erase" and personal.erase_contact(actor, email) and person is None:
        return
    if person is None:
        raise unfit("email", gettext("the address of an account"), gettext("another text"))
    _STEPS[name](actor, person, told.get("role", ""))


def _address(given_as: str) -> str:
    """As it is kept; what is none is nobody's."""
    try:
        return text.address(given_as.strip())
    except ValidationError:
        return ""


_STEPS: Mapping[str, Callable[[Actor, Person, Any], None]] = {
    "grant": members.grant,
    "revoke": members.revoke,
    "erase": lambda actor, person, _: personal.erase(actor, person),
}
