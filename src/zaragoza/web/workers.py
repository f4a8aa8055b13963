"""How gunicorn runs the site: `zaragoza serve` starts it with this module as its configuration."""

from __future__ import annotations

import os
import signal
import sys
from typing import Any

wsgi_app = "zaragoza.web.wsgi"
worker_class = "sync"
preload_app = (
    True  # read once, shared by all workers; none of it opens an engine, which no two processes may share
)
timeout = 30  # seconds, then a worker that hangs is replaced
graceful_timeout = 10
limit_request_line = (
    8190  # the most that gunicorn knows; zaragoza.web.limits refuses shorter ones, with a reason
)
limit_request_fields = 50
control_socket_disable = True  # it would lie in the home folder, one for all servers of a user
loglevel = "warning"


_LOOPBACK = ("127.0.0.1", "::1")


def when_ready(server: Any) -> None:
    """Reads what every page needs, before there are workers, and says where the site is."""
    from django.conf import settings

    _warm()
    signal.signal(signal.SIGINT, lambda *_: os.kill(os.getpid(), signal.SIGTERM))  # Ctrl-C lets requests end
    for listener in server.LISTENERS:
        host, port, *_ = listener.sock.getsockname()
        written = f"[{host}]" if ":" in host else host
        sys.stdout.write(f"http://{written}:{port}/ (Ctrl-C stops it)\n")
        if host not in _LOOPBACK:
            names = ", ".join(settings.ALLOWED_HOSTS)
            sys.stdout.write(f"It answers to the names {names} only; ZARAGOZA_HOSTS names others.\n")
    sys.stdout.flush()


def post_worker_init(worker: Any) -> None:
    """Ctrl-C reaches every process of a terminal; the one that started the workers ends them."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    _start_converter()
    _send_letters(worker)


def worker_exit(server: Any, worker: Any) -> None:
    """The letter in hand is finished."""
    if hasattr(worker, "letters"):
        worker.letters.end()


def _start_converter() -> None:
    """The first chart that a worker draws would otherwise wait for it; workers cannot share one."""
    from zaragoza.publish.charts.spec import convert

    convert([])


def _send_letters(worker: Any) -> None:
    """Where the tables lie in the site's own folder; elsewhere whoever runs the database runs `work` as well."""
    from django.db import connection

    from zaragoza.web.contributions.working import Beside

    if connection.vendor == "sqlite":
        worker.letters = Beside()
        worker.letters.start()


def _warm() -> None:
    """Addresses, promises and templates: the first reader would otherwise wait for them, in every worker."""
    from django.db import connection
    from django.template import engines
    from django.urls import reverse

    from zaragoza.web.pages.promised import now

    reverse("releases")
    now()
    connection.close()  # no two processes may share one
    environment = engines["jinja2"].env  # type: ignore[attr-defined] # of Jinja's engine, not of all
    for name in environment.list_templates(filter_func=lambda name: name.endswith(".html.jinja")):
        environment.get_template(name)
