"""`python -m zaragoza.web check_history`: replays the history of contributions and compares it with the tables."""

from __future__ import annotations

from typing import Any

from django.core.management.base import BaseCommand, CommandError

from zaragoza.web.contributions.check import faults
from zaragoza.web.contributions.models import Event


class Command(BaseCommand):
    """Ends with an error where they differ."""

    help = "Replay the history of contributions, and say where the tables hold something else."

    def handle(self, *args: Any, **options: Any) -> None:
        """Replays."""
        found = list(faults())
        if found:
            raise CommandError("\n".join(found))
        self.stdout.write(f"{Event.objects.count()} events replayed: the tables hold what they tell.")
