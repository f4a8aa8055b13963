"""By what pages and answers that were kept are told stale: a value that every write of promises changes."""

from __future__ import annotations

import secrets
from collections.abc import Iterator
from contextlib import contextmanager

from django.db import transaction

from zaragoza.web.promises.models import Revision

_ONLY = 1  # id of the one row


def current() -> str:
    """The value now: part of the key under which a page with promises is kept, and of its ETag.

    It never returns to an earlier value, also when the database is filled anew: so nothing that was kept of another
    state of it is ever taken for this one.
    """
    found = Revision.objects.filter(pk=_ONLY).first()
    return found.value if found else ""


@contextmanager
def writing() -> Iterator[None]:
    """One transaction of one writer at a time; the revision changes with it."""
    with transaction.atomic():
        held, _ = Revision.objects.select_for_update().get_or_create(pk=_ONLY)
        yield
        held.value = secrets.token_hex(16)
        held.save(update_fields=["value"])
