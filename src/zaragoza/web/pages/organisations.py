"""Organisations: who speaks for each, which commitments it owns, and what it replied."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from django import forms
from django.http import Http404, HttpRequest, HttpResponse
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from zaragoza.errors import Fault, InputError
from zaragoza.model.text import Text
from zaragoza.web.accounts.models import Person
from zaragoza.web.contributions import members, queues
from zaragoza.web.contributions.forms import Line
from zaragoza.web.contributions.models import Invitation, Membership, Ownership, Reply
from zaragoza.web.contributions.refusal import UnfitError, all_unfit, not_allowed, unfit
from zaragoza.web.contributions.roles import OF_MEMBERS, Actor, Organised, may
from zaragoza.web.pages import promised
from zaragoza.web.pages.contributions import about
from zaragoza.web.pages.frame import language, page
from zaragoza.web.pages.taking_part import takes_part, to
from zaragoza.web.promises.entries import stated


class Named(forms.Form):
    """What an organisation that no document names is called, and where it is."""

    title_en = Line(label=_("Its name, in English"))
    title_nl = Line(label=_("Its name, in Dutch"))
    geo = forms.RegexField("^[A-Z]{2}$", label=_("Country (two letters)"), required=False)

    @property
    def told(self) -> tuple[Text, str | None]:
        """Of one that is valid."""
        told = self.cleaned_data
        return Text(told["title_en"], told["title_nl"]), told["geo"] or None


class Register(Named):
    """One that is entered."""

    id = forms.SlugField(label=_("Short name for addresses, such as city-of-utrecht"), max_length=60)
    field_order = ("id",)


@takes_part
def listed(request: HttpRequest, actor: Actor) -> HttpResponse:
    """Those whose members somebody may see; editors enter another one."""
    found = {name: each for name, each in stated().organisations.items() if _sees(actor, name)}
    registers = may(actor, "register")
    if not found and not registers:
        raise not_allowed("see_members")
    form, status = Register(), 200
    faults: tuple[Fault, ...] = ()
    if request.method == "POST":
        form = Register(request.POST)
        if form.is_valid():
            id = form.cleaned_data["id"]
            try:
                members.register(actor, id, *form.told)
                return to(request, "organisation", id)
            except (UnfitError, InputError) as error:
                faults = error.faults
        elif not registers:
            raise not_allowed("register")
        status = 422
    return page(
        request,
        "organisations",
        status=status,
        listed=sorted(found.values(), key=lambda each: each.title[language()]),
        shown=[form] if registers else [],
        wrong=[form[name] for name in form.errors if name in form.fields],
        faults=faults,
    )


@takes_part
def one(request: HttpRequest, actor: Actor, organisation: str) -> HttpResponse:
    """One of them, for its members and for editors."""
    if not _sees(actor, organisation):
        raise not_allowed("see_members")
    if organisation not in stated().organisations:
        raise Http404
    status = 200
    faults: tuple[Fault, ...] = ()
    if request.method == "POST":
        try:
            _step(request, actor, organisation)
            return to(request, "organisation", organisation)
        except UnfitError as error:
            faults, status = error.faults, error.status
    naming: list[Named] = []
    if members.can_rename(actor, organisation):
        naming = [
            Named(
                request.POST if request.POST.get("step") == "rename" else None, initial=_called(organisation)
            )
        ]
    wrong = [form[name] for form in naming for name in form.errors]
    return page(
        request,
        "organisation",
        status=status,
        faults=() if wrong else faults,
        wrong=wrong,
        naming=naming,
        **_told(actor, organisation),
    )


def _called(organisation: str) -> dict[str, str | None]:
    found = stated().organisations[organisation]
    return {"title_en": found.title.en, "title_nl": found.title.nl, "geo": found.geo}


def _sees(actor: Actor, organisation: str) -> bool:
    return may(actor, "see_members", Organised(organisation))


def _told(actor: Actor, organisation: str) -> dict[str, Any]:
    found = promised.now()
    owned = Ownership.objects.filter(organisation=organisation).values_list("commitment", flat=True)
    replies = (
        Reply.objects.filter(organisation=organisation).select_related("contribution").order_by("-at", "id")
    )
    owned_here = [found.tracked[each] for each in owned if each in found.tracked]
    return about(actor) | {
        "organisation": stated().organisations[organisation],
        "members": Membership.objects.filter(organisation=organisation).select_related("person"),
        "invited": Invitation.objects.filter(organisation=organisation).order_by("email"),
        "changes": may(actor, "change_members", Organised(organisation)),
        "assigns": may(actor, "assign_owner"),
        "member_roles": OF_MEMBERS,
        "owned": promised.waiting(owned_here),
        "asked_of": queues.to_reply(actor) if actor.organisation == organisation else [],
        "replies": [each for each in replies if may(actor, "read_words", each.contribution)],
        **promised.words(found),
    }


def _step(request: HttpRequest, actor: Actor, organisation: str) -> None:
    name = request.POST.get("step", "")
    if name not in _STEPS:
        raise unfit("step", gettext("a step of this page"), gettext("another one"))
    _STEPS[name](request.POST, actor, organisation)


def _invite(told: Mapping[str, str], actor: Actor, organisation: str) -> None:
    role: Any = told.get("role", "")  # `invite` looks whether it is one
    members.invite(actor, organisation, told.get("email", ""), role)


def _remove(told: Mapping[str, str], actor: Actor, organisation: str) -> None:
    given = told.get("person", "")
    known = given.isascii() and given.isdecimal() and len(given) < 19
    person = Person.objects.filter(pk=given, membership__organisation=organisation).first() if known else None
    if person is None:
        if not may(actor, "change_members", Organised(organisation)):
            raise not_allowed("change_members")
        raise unfit("person", gettext("a member of this organisation"), gettext("another one"))
    members.remove(actor, person)


def _rename(told: Mapping[str, str], actor: Actor, organisation: str) -> None:
    if not may(actor, "register"):
        raise not_allowed("register")
    form = Named(told)
    if not form.is_valid():
        raise all_unfit((name, " ".join(map(str, words))) for name, words in form.errors.items())
    members.rename(actor, organisation, *form.told)


_STEPS: Mapping[str, Callable[[Mapping[str, str], Actor, str], None]] = {
    "invite": _invite,
    "remove": _remove,
    "rename": _rename,
    "assign": lambda told, actor, name: members.assign(actor, told.get("commitment", ""), name),
    "release": lambda told, actor, name: members.release(actor, told.get("commitment", ""), name),
}
