"""What policy documents state: figures, with where they stand and in which unit."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal
from typing import Literal

from zaragoza.model.indicator import Unit
from zaragoza.model.text import Language, Text

StatedUnit = Literal[
    "%", "percentage points", "persons", "million persons",
    "EUR", "million EUR", "billion EUR", "number", "million",
]  # fmt: skip
Qualifier = Literal["about", "nearly", "more_than", "at_least", "less_than", "up_to"]

# How many units of ours one unit of a document is, and which. Decimals, so that 68.6 % is 0.686.
_OURS: Mapping[StatedUnit, tuple[Decimal, Unit]] = {
    "%": (Decimal("0.01"), "proportion"),
    "percentage points": (Decimal("0.01"), "proportion"),
    "persons": (Decimal(1), "persons"),
    "million persons": (Decimal(10**6), "persons"),
    "EUR": (Decimal(1), "euro"),
    "million EUR": (Decimal(10**6), "euro"),
    "billion EUR": (Decimal(10**9), "euro"),
    "number": (Decimal(1), "number"),
    "million": (Decimal(10**6), "number"),
}


@dataclass(frozen=True, kw_only=True)
class PolicyDocument:
    """A document that policy rests on.

    Attributes:
        reference: its number, or who issued it.
        read_in: the language of the words by which passages of it are found; None where none is quoted.
    """

    title: Text
    reference: str
    year: int
    read_in: Language | None = None


@dataclass(frozen=True, kw_only=True)
class DocumentIndicator:
    """An indicator that the policy documents define, use or imply, under the code of our reading of them.

    Attributes:
        area: of catalogue/areas.yaml.
        status: `defined` where a document says how it is measured, `used` where it gives a figure or names it,
            `implied` where an objective cannot be followed without it.
        not_defined: why the catalogue has no indicator for it; None where one has its code among its aliases.
    """

    id: str
    area: str
    status: Literal["defined", "used", "implied"]
    title: Text
    not_defined: Text | None = None


@dataclass(frozen=True)
class Citation:
    """Where in a document something stands."""

    document: str
    section: str
    footnote: int | None = None

    def __str__(self) -> str:
        return f"{self.document} {self.section}" + (f", n. {self.footnote}" if self.footnote else "")


@dataclass(frozen=True, kw_only=True)
class StatedFigure:
    """A figure as a document states it.

    Attributes:
        indicator: what it is a figure of: an indicator of the catalogue or one of the documents (IND-...).
        stated: the number in the unit of the document; None where it has words only, which are in `note`.
        unit: the unit of the document.
        counted: what a plain number counts.
        qualifier: how exactly the document says it.
        what: which part of the indicator it is about, in words.
        year: the year that it is about.
        period: the time that it is about, where that is not one year.
        geo: code of a country, or a term of the documents.
        note: what else a reader of the figure should know.
    """

    id: str
    indicator: str
    unit: StatedUnit
    geo: str
    source: Citation
    what: Text | None
    year: int | None
    stated: float | None = None
    counted: Text | None = None
    qualifier: Qualifier | None = None
    period: Text | None = None
    note: Text | None = None

    @property
    def value(self) -> float | None:
        """The number in our unit; percentages and percentage points as proportions (decision 1)."""
        return self._in_ours(self.stated)

    @property
    def value_unit(self) -> Unit:
        """The unit of `value`."""
        return _OURS[self.unit][1]

    def _in_ours(self, stated: float | None) -> float | None:
        return None if stated is None else float(Decimal(str(stated)) * _OURS[self.unit][0])


@dataclass(frozen=True, kw_only=True)
class PublishedValue(StatedFigure):
    """A figure of the past or present that a document gives.

    Attributes:
        group: of whom, a term of the documents.
        reference_group: with whom the document compares them.
        reference_stated: the figure of the reference group, in the same unit.
        ages: the age range, e.g. `20-64`.
        sex: `F` or `M` where it is of one sex.
    """

    group: str
    what: Text | None = None
    year: int | None = None
    reference_group: str | None = None
    reference_stated: float | None = None
    ages: str | None = None
    sex: Literal["F", "M"] | None = None

    @property
    def reference_value(self) -> float | None:
        """The figure of the reference group in our unit."""
        return self._in_ours(self.reference_stated)
