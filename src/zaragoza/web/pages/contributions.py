"""Contributions: one's own, one of them with all that can be done with it now, and those that wait for review."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import datetime
from typing import Any
from uuid import UUID

from django.http import HttpRequest, HttpResponse
from django.utils import timezone
from django.utils.translation import gettext

from zaragoza.errors import Fault
from zaragoza.web.contributions import attachments, notices, queues, removal, services, states
from zaragoza.web.contributions.models import Contribution, Event
from zaragoza.web.contributions.moving import KIND
from zaragoza.web.contributions.refusal import (
    NotAllowedError,
    OutOfOrderError,
    StaleError,
    UnfitError,
    not_allowed,
    out_of_order,
    unfit,
)
from zaragoza.web.contributions.roles import Actor, may
from zaragoza.web.pages import promised
from zaragoza.web.pages.contributed import answers, asked, compared, concerned, reasons, steps
from zaragoza.web.pages.frame import language, page
from zaragoza.web.pages.taking_part import knows_who, part, takes_part, to, with_key
from zaragoza.web.promises.entries import stated


@knows_who
def own(request: HttpRequest, actor: Actor) -> HttpResponse:
    """What somebody and their organisation have contributed, and what waits for them."""
    return page(
        request,
        "contributions",
        listed=part(request, queues.own(actor)),
        asked_of=queues.to_reply(actor),
        reviews=may(actor, "see_queue"),
        **about(actor),
    )


@knows_who
def to_review(request: HttpRequest, actor: Actor) -> HttpResponse:
    """What waits for a decision, the oldest first, and why."""
    listed = part(request, queues.to_review(actor))
    now, put_back = timezone.now(), queues.put_back(listed)
    undelivered, theirs = notices.undelivered() if may(actor, "see_history") else (0, ())
    return page(
        request,
        "contributions_to_review",
        undelivered=undelivered,
        undelivered_about=[each for each in theirs if may(actor, "read", each)],
        listed=listed,
        rows=[
            (each, _age(each, now), list(reasons(each)), steps(actor, each), put_back[str(each.pk)])
            for each in listed
        ],
        now=now,
        **about(actor),
    )


@takes_part
def one(request: HttpRequest, actor: Actor, id: UUID) -> HttpResponse:
    """A contribution, for whoever may see it; every step is a form of its own."""
    if request.method != "POST":
        return _shown(request, actor, services.read(actor, id))
    name = request.POST.get("step", "")
    try:
        if name not in _STEPS:
            raise unfit("step", gettext("a step of this page"), gettext("another one"))
        _STEPS[name](request, actor, id)
    except (UnfitError, OutOfOrderError, StaleError) as error:
        found = services.read(actor, id)
        return _shown(request, actor, found, status=error.status, faults=error.faults, typed=request.POST)
    try:
        services.read(actor, id)
    except NotAllowedError:  # an owner has replied, and its part is done
        return to(request, "contributions")
    return to(request, "contribution", id)


@takes_part
def edit(request: HttpRequest, actor: Actor, id: UUID) -> HttpResponse:
    """Says something else, before it is sent in or when it was returned."""
    found = services.read(actor, id)
    if states.following(found.state, "edit") is None:
        raise out_of_order("edit", found.state)
    if not may(actor, "edit", found):
        raise not_allowed("edit")
    form, status = asked(found.kind, initial=found.content, commitment=found.commitment), 200
    faults: tuple[Fault, ...] = ()
    if request.method == "POST":
        data = request.POST.dict()
        try:
            services.edit(actor, id, data)
            return to(request, "contribution", id)
        except UnfitError as error:
            form, status = asked(found.kind, data, commitment=found.commitment), error.status
            faults = error.faults
    wrong = [form[name] for name in form.errors if name in form.fields]
    back = with_key(request, f"/{language()}/contributions/{id}/")
    return page(
        request,
        "contribution_edit",
        status=status,
        found=found,
        shown=[form],
        wrong=wrong,
        faults=() if wrong else faults,
        back=back,
    )


def about(actor: Actor) -> dict[str, Any]:
    """What the macros of contributions need."""
    found = promised.now()
    return {
        "actor": actor,
        "tracked": found.tracked,
        "owners": stated().organisations,
        "STATES": states.STATES,
        "PUBLIC": states.PUBLIC,
    }


def _shown(
    request: HttpRequest,
    actor: Actor,
    found: Contribution,
    *,
    status: int = 200,
    faults: Any = (),
    typed: Mapping[str, Any] | None = None,
) -> HttpResponse:
    can, reads = steps(actor, found), may(actor, "read_words", found)
    decisions = list(found.decisions.all())
    return page(
        request,
        "contribution",
        status=status,
        faults=faults,
        typed=typed or {},
        found=found,
        reads=reads,
        answers=answers(found) if reads else [],
        compared=compared(found) if reads else [],
        reasons=list(reasons(found)) if can & {"accept", "take", "keep"} else [],
        can=can,
        concern=concerned(actor, found),
        grounds=removal.grounds(actor, found),
        lost=actor.id is None and found.organisation is None and not may(actor, "edit", found),
        left="edit" in can and "submit" not in can and states.following(found.state, "submit") is not None,
        files=list(found.attachments.all()) if reads else [],
        most_files=attachments.MOST_FILES,
        decisions=[each for each in decisions if reads and each.outcome != "take_down"],
        replies=list(found.replies.all()) if reads else [],
        removal=next((each for each in decisions if each.outcome == "take_down"), None),
        asks_removal=removal.why_asked(actor, found),
        events=list(Event.objects.filter(kind=KIND, thing=str(found.pk))),
        with_key=lambda address: with_key(request, address),
        **about(actor),
    )


def _age(found: Contribution, now: datetime) -> int:
    """Whole days since its author sent it in, whoever has looked at it since; or since its removal is asked."""
    since = found.moved_at if found.state == "removal_asked" else found.submitted_at
    return (now - (since or found.created_at)).days


def _attach(request: HttpRequest, actor: Actor, id: UUID) -> object:
    file = request.FILES.get("file")
    if file is None:
        raise unfit("attachment", gettext("a file"), gettext("none"))
    return services.attach(actor, id, file.name or "", file.read(attachments.MOST_BYTES + 1))


def _detach(request: HttpRequest, actor: Actor, id: UUID) -> None:
    given = request.POST.get("attachment", "")
    if not (given.isascii() and given.isdecimal() and len(given) < 19):
        raise unfit("attachment", gettext("a file of this contribution"), gettext("another one"))
    services.detach(actor, id, int(given))


def _decide(request: HttpRequest, actor: Actor, id: UUID) -> object:
    told = request.POST
    outcome: Any = told.get("outcome", "")  # `decide` looks whether it is one
    return services.decide(actor, id, outcome, told.get("reason", ""), told.get("read", ""), language())


def _ask_removal(request: HttpRequest, actor: Actor, id: UUID) -> object:
    return removal.ask_removal(actor, id, request.POST.get("why", ""))


def _keep(request: HttpRequest, actor: Actor, id: UUID) -> object:
    told = request.POST
    return removal.keep(actor, id, told.get("reason", ""), language(), _round(told))


def _take_down(request: HttpRequest, actor: Actor, id: UUID) -> object:
    told = request.POST
    return removal.take_down(
        actor, id, told.get("ground", ""), told.get("reason", ""), language(), _round(told)
    )


def _round(told: Mapping[str, Any]) -> int:
    """That which the page said; what is none is never that of now."""
    given = told.get("round", "")
    return int(given) if given.isascii() and given.isdecimal() and len(given) < 6 else 0


def _reply(request: HttpRequest, actor: Actor, id: UUID) -> object:
    return services.reply(actor, id, request.POST.get("text", ""), language())


_STEPS: Mapping[str, Callable[[HttpRequest, Actor, UUID], object]] = {
    "submit": lambda request, actor, id: services.submit(actor, id),
    "confirm": lambda request, actor, id: services.confirm(actor, id),
    "withdraw": lambda request, actor, id: services.withdraw(actor, id),
    "take": lambda request, actor, id: services.take(actor, id),
    "put_back": lambda request, actor, id: services.put_back(actor, id),
    "attach": _attach,
    "detach": _detach,
    "decide": _decide,
    "reply": _reply,
    "ask_removal": _ask_removal,
    "keep": _keep,
    "take_down": _take_down,
}
