"""Targets: what has been promised to be reached, and when."""

from __future__ import annotations

from dataclasses import dataclass

from zaragoza.model.published import StatedFigure
from zaragoza.model.text import Text


@dataclass(frozen=True, kw_only=True)
class Target(StatedFigure):
    """A figure that a policy document wants reached by the end of `year`.

    `qualifier` says from which side: `at_least`, `less_than`, `up_to`; where there is none the document names the
    figure alone, and the direction of the indicator says which side is meant.

    Attributes:
        what: of whom or what, in words; never empty.
    """

    what: Text
    year: int
