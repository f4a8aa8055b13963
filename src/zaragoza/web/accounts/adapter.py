"""Where the site decides otherwise than django-allauth: what an account is made of, and what is kept of a person."""

from __future__ import annotations

import logging
from collections.abc import Mapping
from contextlib import suppress
from http import HTTPStatus
from typing import Any

from allauth.account.adapter import DefaultAccountAdapter
from allauth.core import ratelimit
from allauth.core.exceptions import ImmediateHttpResponse
from allauth.mfa.models import Authenticator
from allauth.mfa.signals import authenticator_added
from allauth.socialaccount.models import SocialAccount
from django.core.exceptions import ValidationError
from django.db.models.signals import pre_save
from django.dispatch import receiver
from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext

from zaragoza.errors import Fault
from zaragoza.web.accounts.models import Person
from zaragoza.web.contributions import letters, personal, text
from zaragoza.web.pages.frame import language
from zaragoza.web.pages.taking_part import refused

_log = logging.getLogger(__name__)
# Letters that anybody may ask for; what goes where there is an account and where there is none counts as one.
_ASKED: Mapping[str, letters.Asked] = {
    "account/email/email_confirmation": "account",
    "account/email/email_confirmation_signup": "account",
    "account/email/account_already_exists": "account",
    "account/email/password_reset_key": "password",
    "account/email/unknown_account": "password",
}


class Adapter(DefaultAccountAdapter):  # type: ignore[misc] # allauth brings no types
    """Accounts of the site."""

    def new_user(self, request: HttpRequest) -> Any:
        """An account, in the language of the page on which it is made."""
        return Person(language=language())

    def clean_email(self, email: str) -> str:
        """Kept as all addresses of the site are.

        Raises:
            ValidationError: it is none.
        """
        return text.address(email)

    def send_mail(self, template_prefix: str, email: str, context: dict[str, Any]) -> None:
        """Sends it at once, as what it holds is kept nowhere; where no server takes it, the page says so.

        It does not count as one that was sent, so that it may be asked for again at once. Of those that anybody may ask
        for no more than some go to one address in a day; the page is the same. Whether there is an account makes no
        difference.

        Raises:
            ImmediateHttpResponse: with that page.
        """
        asked = _ASKED.get(template_prefix)
        try:
            email = text.address(email)  # as it was written where there is no account
        except ValidationError as error:
            raise self._not_taken(email, error) from None
        if asked and not letters.may_go(asked, email):
            return
        try:
            super().send_mail(template_prefix, email, context)
        except (OSError, ValueError) as error:  # of SMTP all are of the first
            if asked:
                letters.did_not_go(asked, email)
            raise self._not_taken(email, error) from None

    def _not_taken(self, email: str, error: Exception) -> ImmediateHttpResponse:
        """The page that says so; the log names the kind of fault alone, as its words hold addresses."""
        _log.warning("a letter of an account is not taken: %s", type(error).__name__)
        ratelimit.clear(self.request, action="confirm_email", key=email.lower())
        return ImmediateHttpResponse(_page_of_not_taken(self.request))

    def send_notification_mail(self, *about: Any, **told: Any) -> None:
        """What it tells of is done, whether the letter is taken or not."""
        with suppress(ImmediateHttpResponse):
            super().send_notification_mail(*about, **told)


def _page_of_not_taken(request: HttpRequest) -> HttpResponse:
    way_out = gettext(
        "See whether the address is right, and try again in ten minutes. If you were making an account: log in, and "
        "the letter is sent again."
    )
    expected = gettext("a server that takes the letter to you")
    fault = Fault("letter", "server", expected, gettext("none that takes it now"), way_out)
    return refused(request, HTTPStatus.SERVICE_UNAVAILABLE, [fault])


@receiver(authenticator_added)
def keep_only_the_session_that_has_it(
    request: HttpRequest, user: Person, authenticator: Authenticator, **_: Any
) -> None:
    """Whoever was logged in by a password alone has shown no second factor, and must not decide by one set up later."""
    if authenticator.type == Authenticator.Type.TOTP:
        request.session.cycle_key()
        for session in personal.sessions(user):
            if session.session_key != request.session.session_key:
                session.delete()


@receiver(pre_save, sender=SocialAccount)
def keep_nothing_of_an_institution(instance: SocialAccount, **_: Any) -> None:
    """Institutions tell names, pictures and more; the site needs to know only by which id they know somebody."""
    instance.extra_data = {}
