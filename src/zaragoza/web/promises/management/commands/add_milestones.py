"""`python -m zaragoza.web add_milestones FILE`: takes in milestones from a table."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from zaragoza.errors import ZaragozaError
from zaragoza.web.promises.milestones import COLUMNS, take_in


class Command(BaseCommand):
    """Takes in a table of milestones, whole or not at all."""

    help = "Add milestones from a CSV table, and tell which were reached; twice changes nothing."

    def add_arguments(self, parser: CommandParser) -> None:
        """The table."""
        parser.add_argument("file", type=Path, help=f"CSV in UTF-8 with the columns {', '.join(COLUMNS)}")

    def handle(self, *args: Any, **options: Any) -> None:
        """Reads and writes."""
        path: Path = options["file"]
        try:
            done = take_in(path.read_bytes())
        except OSError as error:
            raise CommandError(f"{path.name}: {(error.strerror or 'cannot be read').lower()}") from None
        except ZaragozaError as error:
            raise CommandError(str(error)) from None
        self.stdout.write(f"{done.added} added, {done.reached} reached, {done.unchanged} unchanged")
