"""By what entries of a list are chosen."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable
from dataclasses import dataclass
from typing import Any

from zaragoza.web.promises.state import State


@dataclass(frozen=True)
class Filter:
    """By what entries are chosen.

    Attributes:
        description: for the OpenAPI.
        known: all values that can be asked for.
        of: the values of an entry; it is chosen where one of them is asked for.
    """

    description: str
    known: Callable[[State], Iterable[str]]
    of: Callable[[State, Any], Collection[str | None]]
