"""`python -m zaragoza.web import_promises FILE`: makes the database hold what an exported file holds."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from zaragoza.errors import ZaragozaError
from zaragoza.web.promises.restore import restore


class Command(BaseCommand):
    """Imports an exported file, whole or not at all."""

    help = "Make the database hold what an exported file holds; refused with every fault where something is wrong."

    def add_arguments(self, parser: CommandParser) -> None:
        """The file, and what may be lost."""
        parser.add_argument("file", type=Path, help="that export_promises wrote")
        parser.add_argument(
            "--replace",
            action="store_true",
            help="also where people have added to the database; what the file lacks of it is lost",
        )

    def handle(self, *args: Any, **options: Any) -> None:
        """Reads and writes."""
        path: Path = options["file"]
        try:
            restore(path.read_bytes(), replace=options["replace"])
        except OSError as error:
            raise CommandError(f"{path.name}: {(error.strerror or 'cannot be read').lower()}") from None
        except ZaragozaError as error:
            raise CommandError(str(error)) from None
