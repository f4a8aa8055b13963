"""`python -m zaragoza.web install FOLDER...`: takes in releases while the site runs."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from zaragoza.errors import ZaragozaError
from zaragoza.web.releases.install import install_all


class Command(BaseCommand):
    """Takes in the releases of folders; readers see each at once."""

    help = "Take in releases; readers are shown the latest of each monitor at once."

    def add_arguments(self, parser: CommandParser) -> None:
        """The folders."""
        parser.add_argument("folders", nargs="+", type=Path, help="of releases, or that hold some")

    def handle(self, *args: Any, **options: Any) -> None:
        """Takes them in."""
        try:
            installed = install_all(options["folders"], self.stdout.write)
        except ZaragozaError as error:
            raise CommandError(str(error)) from None
        for each in installed:
            self.stdout.write(f"{each.series_id} {each.release}")
