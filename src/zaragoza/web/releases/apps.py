"""The application, as Django knows it."""

from __future__ import annotations

from django.apps import AppConfig


class Releases(AppConfig):
    """The installed releases."""

    name = "zaragoza.web.releases"
    label = "releases"
    default = True
