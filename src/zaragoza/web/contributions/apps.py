"""The application, as Django knows it."""

from __future__ import annotations

from django.apps import AppConfig


class Contributions(AppConfig):
    """What people add, and who decides on it."""

    name = "zaragoza.web.contributions"
    label = "contributions"
    default = True
