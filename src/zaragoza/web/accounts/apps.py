"""The application, as Django knows it."""

from __future__ import annotations

from django.apps import AppConfig


class Accounts(AppConfig):
    """Who may log in."""

    name = "zaragoza.web.accounts"
    label = "accounts"
    default = True
