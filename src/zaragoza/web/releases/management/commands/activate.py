"""`python -m zaragoza.web activate MONITOR RELEASE`: shows readers another release first."""

from __future__ import annotations

from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from zaragoza.errors import ZaragozaError
from zaragoza.web.releases.install import activate


class Command(BaseCommand):
    """Switches back or forth between installed releases."""

    help = "Show readers this release of a monitor first, be it earlier or later than the one they are shown."

    def add_arguments(self, parser: CommandParser) -> None:
        """Which release."""
        parser.add_argument("monitor", help="id of the monitor")
        parser.add_argument("release", help="id of one of its installed releases")

    def handle(self, *args: Any, **options: Any) -> None:
        """Switches."""
        try:
            activate(options["monitor"], options["release"])
        except ZaragozaError as error:
            raise CommandError(str(error)) from None
