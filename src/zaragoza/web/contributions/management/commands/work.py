"""`python -m zaragoza.web work`: sends letters and does what time brings, until it is stopped."""

from __future__ import annotations

from typing import Any

from django_tasks_db.management.commands.db_worker import Command as Worker

from zaragoza.web.contributions.clock import take_up
from zaragoza.web.contributions.working import at_work


class Command(Worker):
    """The worker of the queue, with the clock wound up."""

    help = "Send letters and do what time brings, until it is stopped. One at a time is at work."

    def handle(self, **options: Any) -> None:
        """Waits for its turn; begins with what was left, and with what time has brought meanwhile."""
        with at_work():
            take_up()
            super().handle(**options)
