"""Measures and indicators: what is estimated, as text that every engine reads alike."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Literal

from zaragoza.model.expression import Expression
from zaragoza.model.text import Text

Kind = Literal["share", "mean", "ratio", "total"]
Missing = Literal["excluded", "counts"]
Direction = Literal["higher_is_better", "lower_is_better", "neutral"]
Unit = Literal["proportion", "euro", "persons", "number"]


@dataclass(frozen=True)
class Measure:
    """A numerator over a denominator in a population.

    Attributes:
        kind: `share` of rows for which the condition `of` holds, weighted `mean` of `of`, `ratio` of the sums of `of`
            and `over`, or `total` of `of`.
        of: SQL expression on standard variables; a condition for a share, a number otherwise.
        over: denominator of a ratio.
        among: condition that a row must meet to belong to the measure's population.
        missing: `excluded` leaves a row without an answer out of numerator and denominator (decision 5); `counts`
            leaves it in the denominator of a share.
    """

    kind: Kind
    of: str
    over: str | None = None
    among: str | None = None
    missing: Missing = "excluded"

    @property
    def expressions(self) -> tuple[tuple[str, Expression], ...]:
        """The parsed parts, each with the name of its field; raises DefinitionError where one is not allowed."""
        parts = (("of", self.of), ("over", self.over), ("among", self.among))
        return tuple((name, Expression.parse(text)) for name, text in parts if text is not None)

    @property
    def variables(self) -> frozenset[str]:
        """All variables that the measure reads."""
        return frozenset().union(*(expression.variables for _, expression in self.expressions))


@dataclass(frozen=True, kw_only=True)
class Indicator:
    """An agreed statistic: a measure with its name, its definition in words and where it comes from.

    Attributes:
        id: snake_case, for ever: file key, SDMX code and address.
        area: policy area of catalogue/areas.yaml.
        ages: the age range in words of the field, e.g. `20-64`.
        eurostat: codes of Eurostat tables that publish the same statistic.
        aliases: codes under which others know it (IND- codes, OECD numbers).
        source: where the definition stands.
    """

    id: str
    area: str
    kind: Kind
    title: Text
    definition: Text
    of: str
    source: str
    direction: Direction
    over: str | None = None
    among: str | None = None
    missing: Missing = "excluded"
    unit: Unit = "proportion"
    ages: str | None = None
    eurostat: tuple[str, ...] = field(default_factory=tuple)
    aliases: tuple[str, ...] = field(default_factory=tuple)

    @property
    def measure(self) -> Measure:
        """The indicator as something that `compute` estimates."""
        return Measure(self.kind, self.of, self.over, self.among, self.missing)
