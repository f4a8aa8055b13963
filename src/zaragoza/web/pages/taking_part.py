"""Pages on which people take part: who asks, how often, and what is said where something cannot be done."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from functools import wraps
from http import HTTPStatus

from django.conf import settings
from django.core.paginator import Page, Paginator
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse, HttpResponseNotAllowed, HttpResponseRedirect
from django.http.response import HttpResponseBase
from django.urls import reverse
from django.utils.http import urlencode
from django.utils.translation import gettext
from django.views.decorators.cache import never_cache

from zaragoza.errors import Fault, InputError
from zaragoza.web.api import limit
from zaragoza.web.contributions.actors import who
from zaragoza.web.contributions.models import Contribution
from zaragoza.web.contributions.refusal import ContributionError, NotAllowedError, all_unfit
from zaragoza.web.pages.frame import page
from zaragoza.web.reading import READS, writes

KEY = "key"  # of the address in a letter
_BY_LINK = ("contribution", "contribution_edit")
A_PAGE = 50  # entries of a list


View = Callable[..., HttpResponseBase]


def knows_who(view: View) -> View:
    """A page about who asks: nobody keeps a copy of it, and it says what cannot be done."""

    @never_cache
    @wraps(view)
    def answered(request: HttpRequest, **values: object) -> HttpResponseBase:
        try:
            _check_characters(request)
            return view(request, who(request.user, request.GET.get(KEY, "")), **values)
        except ContributionError as error:
            lost = _lost(request) if isinstance(error, NotAllowedError) else None
            return refused(request, error.status, error.faults, lost=lost)
        except InputError as error:
            return refused(request, HTTPStatus.UNPROCESSABLE_ENTITY, error.faults)

    return answered


def takes_part(view: View) -> View:
    """The same of a page that takes forms, so many in a minute."""
    known = knows_who(view)

    @writes
    @wraps(view)
    def answered(request: HttpRequest, **values: object) -> HttpResponseBase:
        if request.method not in (*READS, "POST"):
            return HttpResponseNotAllowed((*READS, "POST"))
        if request.method == "POST":
            seconds = limit.wait(request, settings.CONTRIBUTIONS_A_MINUTE, "contributions")
            if seconds:
                return too_often(request, seconds)
        return known(request, **values)

    return answered


def _check_characters(request: HttpRequest) -> None:
    """No keyboard makes a NUL, and PostgreSQL does not even look for one."""
    if wrong := [name for name, value in request.POST.items() if "\x00" in value]:
        raise all_unfit((name, gettext("It holds a character that cannot be kept.")) for name in wrong)


def refused(
    request: HttpRequest,
    status: HTTPStatus,
    faults: Iterable[Fault] = (),
    wait: int = 0,
    lost: object = None,
) -> HttpResponse:
    """What cannot be done, and the way out; whoever is not logged in is shown where to.

    Args:
        request: that is refused.
        status: of the answer.
        faults: why.
        wait: seconds until it can be tried again.
        lost: id of the contribution for which somebody without an account may ask for a new link.
    """
    return page(
        request,
        "refused",
        status=status,
        faults=list(faults),
        wait=wait,
        lost=lost,
        next=None if request.user.is_authenticated else urlencode({"next": request.get_full_path()}),
    )


@never_cache
def forged(request: HttpRequest, reason: str = "") -> HttpResponse:
    """A form that this browser was not given: of another site, or of before its owner logged in or out."""
    fault = Fault(
        "contribution",
        "form",
        gettext("a form that this site gave to this browser"),
        gettext("another one, or one from before you logged in or out"),
        gettext(
            "Copy what you have typed, open the page anew and send it again. Cookies of this site must be allowed."
        ),
    )
    return refused(request, HTTPStatus.FORBIDDEN, [fault])


def _lost(request: HttpRequest) -> object:
    """The contribution of a page that a link in a letter opened as long as it was not too old."""
    match = request.resolver_match
    return match.kwargs["id"] if match and match.url_name in _BY_LINK else None


def too_often(request: HttpRequest, seconds: int = 60) -> HttpResponse:
    """Says when to try again; limits of accounts are by the minute."""
    response = refused(request, HTTPStatus.TOO_MANY_REQUESTS, wait=seconds)
    response["Retry-After"] = str(seconds)
    return response


def to(request: HttpRequest, name: str, *values: object) -> HttpResponseRedirect:
    """To a page, with the key to it where there is one."""
    return HttpResponseRedirect(with_key(request, reverse(name, args=values)))


def with_key(request: HttpRequest, address: str) -> str:
    """The address as whoever came by a letter can open it."""
    key = request.GET.get(KEY, "")
    return f"{address}?{urlencode({KEY: key})}" if key else address


def part(request: HttpRequest, found: QuerySet[Contribution]) -> Page[Contribution]:
    """The page of a list that is asked for, or the nearest that there is."""
    return Paginator(found, A_PAGE).get_page(request.GET.get("page"))
