"""The application, as Django knows it."""

from __future__ import annotations

from django.apps import AppConfig


class Promises(AppConfig):
    """What was promised, and what became of it."""

    name = "zaragoza.web.promises"
    label = "promises"
    default = True
