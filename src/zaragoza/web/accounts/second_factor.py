"""Whoever decides needs a second factor: without it an account with such a role sees only the page to set it up."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from allauth.mfa.models import Authenticator
from django.conf import settings
from django.http import HttpRequest, HttpResponseRedirect
from django.http.response import HttpResponseBase
from django.urls import reverse

from zaragoza.web.contributions.models import SiteRole

SET_UP = "mfa_activate_totp"
# What is needed to get there, and away: log out, prove who one is, confirm the address, and the style of the pages.
_ALLOWED = frozenset(
    {
        SET_UP,
        "account_logout",
        "account_reauthenticate",
        "account_request_reauthentication_code",
        "account_confirm_reauthentication_code",
        "account_email",
        "account_email_verification_sent",
        "account_confirm_email",
        "account_set_password",
        "asset",
    }
)


class second_factor:  # noqa: N801 - a middleware is named by what it does
    """Middleware after that of the accounts."""

    def __init__(self, answer: Callable[[HttpRequest], HttpResponseBase]) -> None:
        self._answer = answer

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        """Nothing before the view is known."""
        return self._answer(request)

    def process_view(
        self, request: HttpRequest, view: Any, values: Any, named: Any
    ) -> HttpResponseRedirect | None:
        """Leads to the page where it is set up; readers without a session are not even looked up."""
        match = request.resolver_match
        if settings.SESSION_COOKIE_NAME not in request.COOKIES or match is None or match.url_name in _ALLOWED:
            return None
        person = request.user.pk
        if person is None or has_one(person) or not SiteRole.objects.filter(person=person).exists():
            return None
        return HttpResponseRedirect(reverse(SET_UP))


def has_one(person: int) -> bool:
    """Whether an account has a second factor; recovery codes alone are none."""
    return bool(Authenticator.objects.filter(user=person, type=Authenticator.Type.TOTP).exists())
