"""Adding what one knows: with an account as a draft, without one by a letter that asks to confirm it."""

from __future__ import annotations

from typing import Any
from uuid import UUID, uuid4

from django import forms
from django.http import Http404, HttpRequest, HttpResponse
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from zaragoza.web.contributions import letters, links, services, states
from zaragoza.web.contributions.actors import DAYS
from zaragoza.web.contributions.forms import FORMS
from zaragoza.web.contributions.models import ABOUT_A_COMMITMENT
from zaragoza.web.contributions.refusal import UnfitError, unfit
from zaragoza.web.contributions.roles import Actor
from zaragoza.web.contributions.text import MAIL
from zaragoza.web.pages import promised
from zaragoza.web.pages.contributed import asked
from zaragoza.web.pages.frame import language, page
from zaragoza.web.pages.taking_part import knows_who, takes_part, to

_PREFILLED = ("part", "report", "status")  # what a link to a form may have chosen already


class Contact(forms.Form):
    """How somebody without an account is reached."""

    contact = forms.EmailField(
        max_length=MAIL,
        label=_("Your e-mail address"),
        help_text=_(
            "For letters about this contribution alone. Nobody is shown it, and it is erased thirty days after the "
            "contribution has ended."
        ),
        widget=forms.EmailInput(attrs={"autocomplete": "email"}),
    )


class Lost(forms.Form):
    """Where the new link goes to."""

    contact = forms.EmailField(
        max_length=MAIL,
        label=_("The e-mail address from which you sent it in"),
        widget=forms.EmailInput(attrs={"autocomplete": "email"}),
    )


@knows_who
def choose(request: HttpRequest, actor: Actor, commitment: str) -> HttpResponse:
    """What can be added to a commitment."""
    return page(
        request, "contribute", kinds=ABOUT_A_COMMITMENT, tracked=_tracked(commitment), **_what_follows(actor)
    )


@takes_part
def fill_in(request: HttpRequest, actor: Actor, kind: str, commitment: str = "") -> HttpResponse:
    """The form of one kind; sent twice it makes one contribution."""
    if kind not in FORMS or (kind in ABOUT_A_COMMITMENT) != bool(commitment):
        raise Http404
    tracked = _tracked(commitment) if commitment else None
    if request.method != "POST":
        chosen = {name: request.GET[name] for name in _PREFILLED if name in request.GET}
        return _form(
            request,
            actor,
            kind,
            tracked,
            asked(kind, initial=chosen, commitment=commitment),
            Contact(),
            uuid4(),
        )
    data = request.POST.dict()
    id = _id(request.POST.get("id", ""))
    try:
        made = services.draft(
            actor,
            kind,
            data,
            language=language(),
            commitment=commitment or None,
            contact=request.POST.get("contact", ""),
            id=id,
        )
    except UnfitError as error:
        forms_again = asked(kind, data, commitment=commitment), Contact(data)
        return _form(request, actor, kind, tracked, *forms_again, id, refused=error)
    return to(request, "contribution", made.pk) if actor.id is not None else to(request, "contribution_sent")


@knows_who
def sent(request: HttpRequest, actor: Actor) -> HttpResponse:
    """A letter is on its way."""
    return page(
        request, "contribution_sent", days=states.STATES["unconfirmed"].days["open"], most=letters.A_DAY
    )


@takes_part
def link(request: HttpRequest, actor: Actor, id: UUID) -> HttpResponse:
    """A new link to what was sent in without an account; the same answer whether it was sent in from there or not."""
    form, refused = Lost(request.POST if request.method == "POST" else None), None
    if form.is_valid():
        try:
            links.ask(id, form.cleaned_data["contact"])
            return to(request, "contribution_link_sent")
        except UnfitError as error:
            refused = error
    return page(
        request,
        "contribution_link",
        status=422 if form.is_bound else 200,
        shown=[form],
        wrong=[form[name] for name in form.errors],
        faults=refused.faults if refused else (),
        days=DAYS,
    )


@knows_who
def link_sent(request: HttpRequest, actor: Actor) -> HttpResponse:
    """If it was asked for from the right address it is on its way."""
    return page(request, "contribution_link_sent", days=DAYS, most=letters.A_DAY)


def _form(
    request: HttpRequest,
    actor: Actor,
    kind: str,
    tracked: Any,
    form: forms.Form,
    contact: forms.Form,
    id: UUID,
    refused: UnfitError | None = None,
) -> HttpResponse:
    shown = [form] if actor.id is not None else [form, contact]
    wrong = [each[name] for each in shown for name in each.errors if name in each.fields]
    return page(
        request,
        "contribute_form",
        status=refused.status if refused else 200,
        kind=kind,
        tracked=tracked,
        shown=shown,
        id=id,
        wrong=wrong,
        faults=refused.faults if refused and not wrong else (),
        **_what_follows(actor),
    )


def _what_follows(actor: Actor) -> dict[str, Any]:
    """Whose step is next, and within how many days, in the lane of whoever asks."""
    lane: states.Lane = "organisation" if actor.organisation else "open"
    return {
        "account": actor.id is not None,
        "organisation": actor.organisation,
        "days": {name: state.days[lane] for name, state in states.STATES.items() if state.days},
    }


def _tracked(commitment: str) -> Any:
    found = promised.now().tracked.get(commitment)
    if found is None:
        raise Http404
    return found


def _id(given: str) -> UUID:
    try:
        return UUID(given)
    except ValueError:
        raise unfit("id", gettext("the form of this page"), gettext("another one")) from None
