"""The door for application servers: `gunicorn --preload zaragoza.web.wsgi`."""

from __future__ import annotations

import os

from django.core.wsgi import get_wsgi_application

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "zaragoza.web.settings")
application = get_wsgi_application()


def _warm() -> None:
    """Reads definitions and addresses once, before workers are forked: it takes seconds, and they share it."""
    from django.urls import get_resolver

    from zaragoza.web.pages.frame import catalogue

    catalogue()
    get_resolver().url_patterns  # noqa: B018 - reading it imports all pages


_warm()
