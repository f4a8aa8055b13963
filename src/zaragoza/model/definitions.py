"""What readers of a release know of who its people are: the definitions."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from zaragoza.model.classification import Classification


@dataclass(frozen=True)
class Definitions:
    """The rules of categories, and what the variables are made of that rules and conditions read.

    Attributes:
        classifications: behind the breakdown columns, bound.
        derived: how variables were made of others of the same person, as expressions; one that the source holds
            itself, or that was made in another way, has none. One that rules of categories read and nobody has is NULL.
    """

    classifications: tuple[Classification, ...] = ()
    derived: Mapping[str, str] = field(default_factory=dict, hash=False)


NO_DEFINITIONS = Definitions()  # of whoever knows none
