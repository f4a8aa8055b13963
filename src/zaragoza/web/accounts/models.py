"""A person with an account: an address, and nothing that the site can do without."""

from __future__ import annotations

from typing import Any, ClassVar

from django.contrib.auth.base_user import AbstractBaseUser, BaseUserManager
from django.db import models
from django.utils import timezone

from zaragoza.model.text import LANGUAGES, Language


class People(BaseUserManager["Person"]):
    """Makes accounts."""

    def create_user(self, email: str, password: str | None = None, **others: Any) -> Person:
        """An account; without a password nobody can log in with one."""
        made = self.model(email=self.normalize_email(email).lower(), **others)
        made.set_password(password)
        made.save(using=self._db)
        return made


class Person(AbstractBaseUser):
    """Who logs in. What they may do is in `contributions`: roles are of the site, not of the account."""

    email = models.EmailField(unique=True)
    name = models.CharField(
        max_length=100, blank=True
    )  # as they want to be called in notices; shown to nobody else
    language: models.CharField[Language, Language] = models.CharField(
        max_length=2, choices=[(each, each) for each in LANGUAGES], default=LANGUAGES[0]
    )
    is_active = models.BooleanField(default=True)
    joined_at = models.DateTimeField(default=timezone.now)

    objects: ClassVar[People] = People()
    EMAIL_FIELD = USERNAME_FIELD = "email"

    class Meta:  # noqa: D106 - Django's
        ordering: ClassVar = ["id"]

    def __str__(self) -> str:
        return self.email
