"""`python -m zaragoza.web export_promises FILE`: writes everything that the database holds of promises."""

from __future__ import annotations

import os
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from zaragoza.web.promises.export import exported


class Command(BaseCommand):
    """Exports what is stated, every version of it, and what people added."""

    help = "Write everything that the database holds of promises into one file of JSON lines."

    def add_arguments(self, parser: CommandParser) -> None:
        """The file."""
        parser.add_argument("file", type=Path, help="to write; one of that name is replaced")

    def handle(self, *args: Any, **options: Any) -> None:
        """Writes it aside and switches, so that no half of it is ever there."""
        path: Path = options["file"]
        aside = path.with_name(f".{path.name}.new-{os.getpid()}")
        try:
            aside.write_bytes(exported())
            aside.replace(path)
        except OSError as error:
            raise CommandError(f"{path.name}: {(error.strerror or 'cannot be written').lower()}") from None
        finally:
            aside.unlink(missing_ok=True)
