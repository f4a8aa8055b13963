"""Pages of accounts are of one person: no browser and no server on the way keeps a copy."""

from __future__ import annotations

from collections.abc import Callable

from django.http import HttpRequest
from django.http.response import HttpResponseBase
from django.utils.cache import add_never_cache_headers

_OF_ACCOUNTS = ("account_", "mfa_", "socialaccount_", "openid_connect_")  # the names of their addresses


def private(answer: Callable[[HttpRequest], HttpResponseBase]) -> Callable[[HttpRequest], HttpResponseBase]:
    """Middleware: allauth says so of some of its pages only."""

    def answered(request: HttpRequest) -> HttpResponseBase:
        response, match = answer(request), request.resolver_match
        if match and (match.url_name or "").startswith(_OF_ACCOUNTS):
            add_never_cache_headers(response)
        return response

    return answered
