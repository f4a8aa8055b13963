"""Scripts in a process of their own, whose threads do something at the same moment."""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Callable, Mapping
from typing import Any

from tests.site.serving import PATIENCE
from tests.support import ROOT

SETUP = """
import json, os, sys, threading
from concurrent.futures import ThreadPoolExecutor
from unittest.mock import patch
from uuid import uuid4
import django
django.setup()
from django.core.management import call_command
from django.db import connection
from tests.contributions.conftest import COMMITMENT, EVIDENCE, somebody
from tests.promises.made_up import at, commitment, plans
from zaragoza.errors import ZaragozaError
from zaragoza.web.accounts.models import Person
from zaragoza.web.contributions import attachments, check, clock, members, moving, personal, removal, services
from zaragoza.web.contributions.actors import who
from zaragoza.web.contributions.models import Attachment, Contribution, Decision, Event, Reply, SiteRole
from zaragoza.web.contributions.roles import Actor
from zaragoza.web.promises.load import load
from zaragoza.web.promises.models import ProgressReport
from zaragoza.web.promises.state import state, today

def actor(name, role="reader", organisation=None):
    found = Person.objects.filter(email=f"{name}@people.example").first()
    return who(found) if found else somebody(name, role, organisation)

def tried(step):
    try:
        return step() and "done"
    except Exception as error:
        return type(error).__name__
    finally:
        connection.close()

def while_written(first, second):
    '''What comes of both, where the second is asked for while the first is written and not yet committed.'''
    written, create, ended = threading.Event(), Event.objects.create, []

    def slowly(**row):
        create(**row)
        written.set()
        threading.Event().wait(0.5)

    def asked(step):
        try:
            return tried(step)
        finally:
            ended.append(step)

    with ThreadPoolExecutor(1) as pool, patch.object(Event.objects, "create", slowly):
        asking = pool.submit(asked, first)
        assert written.wait(30)
        Event.objects.create = create
        after = asked(second)
        return [asking.result(), after, "in turn" if ended == [first, second] else "out of turn"]
"""
# Each part with names and tables of its own.
PARTS = """
call_command("migrate", verbosity=0)
for part in sys.argv[1:]:
    exec(part, dict(globals()))
    call_command("flush", verbosity=0, interactive=False)
"""


def run(script: str, database: dict[str, str], *words: str) -> subprocess.CompletedProcess[str]:
    """It runs after what all of them begin with."""
    command = [sys.executable, "-W", "error", "-c", SETUP + script, *words]
    return subprocess.run(
        command, env=database, cwd=ROOT, check=False, capture_output=True, text=True, timeout=PATIENCE
    )


def in_parts(database: dict[str, str], parts: Mapping[str, Callable[[dict[str, Any]], None]]) -> None:
    """One after the other in one process, as each begins with a site that has nothing; and what checks each."""
    done = run(PARTS, database, *parts)
    assert done.returncode == 0, done.stderr
    for check, line in zip(parts.values(), done.stdout.splitlines(), strict=True):
        check(json.loads(line))
