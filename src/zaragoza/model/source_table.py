"""Tables of other producers, and which of our indicators their figures are."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Literal

Survey = Literal["lfs", "silc"]
_RANGE = re.compile(r"(?P<from>\d+)-(?P<to>\d+)|(?P<least>\d+)\+")


@dataclass(frozen=True, kw_only=True)
class SourceTable:
    """How a table of another producer is read.

    Attributes:
        id: the dataset's code at the producer, in small letters.
        producer: id of the agency in its messages, e.g. ESTAT.
        breakdowns: dimension -> classification of the catalogue with the same codes.
        where: dimension -> the one code that is read.
        divide: by which the value is divided to be in our unit; 100 for percentages.
        ages: the dimension of age groups, which is read at the ages of each indicator; None: it has none.
        indicators: id -> what must hold beside, dimension -> code.
        source: where its dimensions and codes are known from.
        unverified: what is set from memory and waits for a check against the source.
        survey: that the figures are from, `lfs` or `silc`; None where their errors are not modelled.
        geo: the dimension of places.
        unread: dimensions that have one code, whichever it is.
    """

    id: str
    breakdowns: Mapping[str, str]
    where: Mapping[str, str]
    indicators: Mapping[str, Mapping[str, str]]
    source: str
    producer: str = "ESTAT"
    divide: float = 100.0
    ages: str | None = "age"
    unverified: str | None = None
    survey: Survey | None = None
    geo: str = "geo"
    unread: tuple[str, ...] = field(default=("freq",))


def age_code(ages: str) -> str:
    """Eurostat's code of an age range: `20-64` is Y20-64, `18+` Y_GE18, `0-17` Y_LT18, `0+` TOTAL.

    Raises:
        ValueError: the range is written otherwise.
    """
    match = _RANGE.fullmatch(ages)
    if match is None:
        raise ValueError(f"ages are written 20-64 or 18+, not {ages}")
    if match["least"] is not None:
        return "TOTAL" if match["least"] == "0" else f"Y_GE{match['least']}"
    return f"Y_LT{int(match['to']) + 1}" if match["from"] == "0" else f"Y{match['from']}-{match['to']}"
