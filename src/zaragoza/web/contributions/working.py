"""Whoever does what waits in the queue: sends letters, and does what time brings. One at a time in a site's folder."""

from __future__ import annotations

import logging
from contextlib import AbstractContextManager
from threading import Event, Thread

from django.conf import settings
from django.db import DatabaseError, connection
from django.utils.crypto import get_random_string
from django_tasks import DEFAULT_TASK_BACKEND_ALIAS, DEFAULT_TASK_QUEUE_NAME
from django_tasks_db.management.commands.db_worker import Worker

from zaragoza.folders import alone
from zaragoza.web.contributions.clock import take_up

_EACH = 1  # seconds between two looks into the queue
_AGAIN = 10  # seconds after which a database that did not answer is asked again
_TO_END = 5  # seconds for the letter in hand
_log = logging.getLogger(__name__)


def at_work() -> AbstractContextManager[None]:
    """Waits until nobody else is at work; a process that ends, however it does, no longer is."""
    return alone(settings.DATA, ".at-work")


class Beside(Thread):
    """Does it beside what a process is for. Begun in every process of a site, it is at work in one of them."""

    def __init__(self) -> None:
        super().__init__(name="letters", daemon=True)  # a process that ends does not wait for its turn
        self._ends = Event()
        self._worker = Worker(
            queue_names=[DEFAULT_TASK_QUEUE_NAME],
            interval=_EACH,
            batch=False,
            backend_name=DEFAULT_TASK_BACKEND_ALIAS,
            startup_delay=False,
            max_tasks=None,
            worker_id=get_random_string(32),
            excluded_queue_names=[],
        )

    def run(self) -> None:
        """Begins with what was left, as `python -m zaragoza.web work` does."""
        with at_work():
            while not self._ends.is_set():
                try:
                    take_up()
                    self._worker.run()
                except DatabaseError as error:
                    _log.warning("letters wait, as the database does not answer: %s", type(error).__name__)
                    self._ends.wait(_AGAIN)
                finally:
                    connection.close()

    def end(self) -> None:
        """Lets it finish what it has in hand; what it had not is begun again by whoever is at work next."""
        self._ends.set()
        self._worker.running = False
        if self.is_alive():
            self.join(_TO_END)
