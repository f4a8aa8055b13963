"""Attempts that may fail on data: the exception of a library may quote a record, so only its kind is kept.

`raise ... from None` hides the first exception from a printed traceback but leaves it, and the record in it, on the
second one. A fault is therefore raised after the handler has ended.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import TypeVar

from zaragoza.errors import Fault, InputError

Result = TypeVar("Result")


@dataclass(frozen=True)
class Failure:
    """What went wrong, without what the data held: the name of the exception's class."""

    kind: str


def attempt(action: Callable[[], Result], *kinds: type[Exception]) -> Result | Failure:
    """The result of an action, or the kind of exception that it ended with."""
    try:
        return action()
    except kinds as error:
        return Failure(type(error).__name__)


def faults_of(action: Callable[[], Result]) -> tuple[Result | None, tuple[Fault, ...]]:
    """The result of an action, or the faults for which it refused its input."""
    try:
        return action(), ()
    except InputError as error:
        return None, error.faults
