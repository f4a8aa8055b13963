"""Going back to an earlier form of the tables: refused in words where that could not hold what is there."""

from __future__ import annotations

from collections.abc import Mapping
from functools import partial
from typing import Any

from django.core.management.base import CommandError
from django.db.migrations import RunPython
from django.db.models import Q

from zaragoza.errors import Fault

_WAY_OUT = "Stay with this version, or bring back the copy of the database that was made before it."


def holds_no(app: str, what: str, **rows: Q) -> RunPython:
    """The last operation of a migration, so that on the way back it looks first; forward it does nothing.

    Args:
        app: of the models.
        what: would be lost, or taken for something else, by the earlier form; as the error says it.
        rows: model -> its rows of that kind.

    Raises:
        CommandError: on the way back, where there are such rows; nothing of this migration is taken back.
    """
    return RunPython(RunPython.noop, partial(_look, app, what, rows))


def _look(app: str, what: str, rows: Mapping[str, Q], apps: Any, schema_editor: Any) -> None:
    found = sum(apps.get_model(app, model).objects.filter(where).count() for model, where in rows.items())
    if found:
        raise CommandError(str(Fault(app, "migration", f"no {what}", f"{found}", _WAY_OUT)))
