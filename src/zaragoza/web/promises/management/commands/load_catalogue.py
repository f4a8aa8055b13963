"""`python -m zaragoza.web load_catalogue`: makes the database say what the catalogue says."""

from __future__ import annotations

from typing import Any

from django.core.management.base import BaseCommand, CommandError

from zaragoza.errors import ZaragozaError
from zaragoza.web.definitions import plans
from zaragoza.web.promises.load import load


class Command(BaseCommand):
    """Loads the definitions of this version, and the office's own."""

    help = "Load what documents state: of this version, and of the folder that ZARAGOZA_CATALOGUE names."

    def handle(self, *args: Any, **options: Any) -> None:
        """Loads it and tells what changed."""
        try:
            loaded = load(plans())
        except ZaragozaError as error:
            raise CommandError(str(error)) from None
        for line in loaded.lines:
            self.stdout.write(line)
