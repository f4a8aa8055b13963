"""Where letters lie while no server takes them: each in a file of its own, since it goes with whom it names."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime
from pathlib import Path
from uuid import uuid4

from django.conf import settings
from django.core.mail import EmailMessage
from django.core.mail.backends.base import BaseEmailBackend


def folder() -> Path:
    """In the site's folder; it is made with the first letter."""
    return Path(settings.DATA) / "mail"


class Letterbox(BaseEmailBackend):
    """Lays letters there, in the form of letters (RFC 5322).

    Django's backend for folders names a file by the second and by where the connection lies in memory: two letters of
    one second may share one, and then one is taken away with the other.
    """

    def send_messages(self, email_messages: Sequence[EmailMessage]) -> int:
        """How many were laid down: all of them; raises OSError where the folder takes none."""
        place = folder()
        place.mkdir(parents=True, exist_ok=True)
        for each in email_messages:
            name = f"{datetime.now(UTC):%Y%m%dT%H%M%SZ}-{uuid4().hex}.eml"
            (place / name).write_bytes(each.message().as_bytes())
        return len(email_messages)
