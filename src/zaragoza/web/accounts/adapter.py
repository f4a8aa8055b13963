"""Where the site decides otherwise than django-allauth: what an account is made of, and what is kept of a person."""

from __future__ import annotations

from typing import Any

from allauth.account.adapter import DefaultAccountAdapter
from allauth.socialaccount.models import SocialAccount
from django.db.models.signals import pre_save
from django.dispatch import receiver
from django.http import HttpRequest

from zaragoza.web.accounts.models import Person
from zaragoza.web.pages.frame import language


class Adapter(DefaultAccountAdapter):  # type: ignore[misc] # allauth brings no types
    """Accounts of the site."""

    def new_user(self, request: HttpRequest) -> Any:
        """An account, in the language of the page on which it is made."""
        return Person(language=language())


@receiver(pre_save, sender=SocialAccount)
def keep_nothing_of_an_institution(instance: SocialAccount, **_: Any) -> None:
    """Institutions tell names, pictures and more; the site needs to know only by which id they know somebody."""
    instance.extra_data = {}
