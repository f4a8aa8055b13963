"""Which pages take forms: those that say so. All others are for reading, and answer to nothing else."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, TypeVar

from django.http import HttpRequest, HttpResponse, HttpResponseNotAllowed
from django.http.response import HttpResponseBase
from django.utils.cache import add_never_cache_headers

Written = TypeVar("Written", bound=Callable[..., HttpResponseBase])
READS = ("GET", "HEAD")


def writes(view: Written) -> Written:
    """Marks a view that takes forms; all others are for reading."""
    view.writes = True  # type: ignore[attr-defined] # read by `reading`
    return view


def _of_accounts(view: object) -> bool:
    return getattr(view, "__module__", "").startswith("allauth.")


class reading:  # noqa: N801 - a middleware is named by what it does
    """Middleware before that against forged forms: a page that takes no forms answers to reading alone."""

    def __init__(self, answer: Callable[[HttpRequest], HttpResponseBase]) -> None:
        self._answer = answer

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        """Pages of accounts are about whoever asks: nobody on the way keeps them."""
        response = self._answer(request)
        if request.resolver_match is not None and _of_accounts(request.resolver_match.func):
            add_never_cache_headers(response)
        return response

    def process_view(self, request: HttpRequest, view: Any, values: Any, named: Any) -> HttpResponse | None:
        """Refuses; the API's door has its own answer, and the forms of accounts are allauth's."""
        if request.method in READS or hasattr(view, "writes") or _of_accounts(view):
            return None
        return HttpResponseNotAllowed(READS)
