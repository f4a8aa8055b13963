"""What was done somewhere, and how well it is known to work."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date
from typing import Literal

from zaragoza.model.plan import Passage
from zaragoza.model.text import MAY_BE_NAME, Text

# How well an effect is known, the weakest first: told only; followed by figures; figures before and after; compared
# with people like them who had no part in it; drawn by lot.
Grade = Literal["described", "monitored", "before_after", "compared", "randomised"]
GRADES: tuple[Grade, ...] = ("described", "monitored", "before_after", "compared", "randomised")


@dataclass(frozen=True, kw_only=True)
class Practice:
    """A practice that a document, or a partner, holds up as an example.

    Attributes:
        area: of catalogue/areas.yaml.
        geo: code of the country; None where it is of several, or of the union.
        place: the region or the cities, where it is not of the whole country.
        organisation: who runs it; None where it is not stated.
        grade: how well its effect is known.
        measured: what was measured; None where nothing is stated.
        transferable: what another place needs for it; None where nothing is stated.
        groups: for whom, terms of the documents.
        indicators: what it should move, by the documents' codes (IND-...) or ours.
        commitments: that it carries out.
        source_published_on: of a source that is none of our documents; None where that is not said.
    """

    id: str
    area: str
    title: Text
    summary: Text
    grade: Grade
    source: Passage
    geo: str | None = None
    place: Text | None = field(default=None, metadata=MAY_BE_NAME)
    organisation: str | None = None
    measured: Text | None = None
    transferable: Text | None = None
    groups: tuple[str, ...] = ()
    indicators: tuple[str, ...] = ()
    commitments: tuple[str, ...] = ()
    source_published_on: date | None = None
