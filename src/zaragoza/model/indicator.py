"""Measures and indicators: what is estimated, as text that every engine reads alike."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import Literal, get_args

from zaragoza.model.expression import Expression
from zaragoza.model.text import Text

Kind = Literal[
    "share", "mean", "ratio", "total",
    "quantile", "poverty_threshold", "poverty_rate", "median_of_poor", "poverty_gap", "quintile_ratio",
    "gini",
]  # fmt: skip
Rule = Literal["school", "math", "laeken", "hf4", "hf6", "hf7", "hf8"]
QuantileInterval = Literal["t", "logit", "korn_graubard", "arcsine", "score", "replicates"]
Threshold = Literal["national", "own"]
Variant = Literal["sums", "means", "laeken", "convey"]
LINEAR: frozenset[Kind] = frozenset(("share", "mean", "ratio", "total"))
Missing = Literal["excluded", "counts"]
Direction = Literal["higher_is_better", "lower_is_better", "neutral"]
Unit = Literal["proportion", "euro", "persons", "number"]

_LEGAL: Mapping[str, tuple[str, ...]] = {
    "kind": get_args(Kind),
    "missing": get_args(Missing),
    "rule": get_args(Rule),
    "interval": get_args(QuantileInterval),
}
_VARIANTS: Mapping[str, tuple[Variant | None, ...]] = {
    "quintile_ratio": (None, "sums", "means"),
    "gini": (None, "laeken", "convey"),
}


@dataclass(frozen=True)
class Measure:
    """A statistic of a population.

    Attributes:
        kind: `share` of rows for which the condition `of` holds, weighted `mean` of `of`, `ratio` of the sums of `of`
            and `over`, `total` of `of`; or a statistic of the distribution of `of` (LINEAR names the others).
        of: SQL expression on standard variables; a condition for a share, a number otherwise.
        over: denominator of a ratio.
        among: condition that a row must meet to belong to the measure's population. A national poverty threshold is
            that of the rows with or without it.
        missing: `excluded` leaves a row without an answer out of numerator and denominator (decision 5); `counts`
            leaves it in the denominator of a share.
        plausible: how many plausible values stand for each answer; with more than one the expressions have `{}` where
            their number 1, 2, ... belongs.
        p: the share of the population below a quantile; of the threshold, the quantile it is a fraction of.
        rule: which value a quantile is where none or several divide the population so (decision 9).
        interval: how the interval of a quantile is made, from that of the share below it.
        fraction: of the quantile, that makes the poverty threshold.
        threshold: `national` of the whole population, `own` of the domain, or a fixed amount.
        variant: of `quintile_ratio` (sums, means) and `gini` (laeken, convey), which packages define in two ways.
    """

    kind: Kind
    of: str
    over: str | None = None
    among: str | None = None
    missing: Missing = "excluded"
    plausible: int = 1
    p: float = 0.5
    rule: Rule = "school"
    interval: QuantileInterval = "t"
    fraction: float = 0.6
    threshold: Threshold | float = "national"
    variant: Variant | None = None

    @property
    def each(self) -> tuple[Measure, ...]:
        """One measure for each plausible value; the measure itself where there are none."""
        if self.plausible == 1:
            return (self,)

        def numbered(text: str | None, number: int) -> str | None:
            return None if text is None else text.replace("{}", str(number))

        return tuple(
            replace(
                self,
                of=self.of.replace("{}", str(number)),
                over=numbered(self.over, number),
                among=numbered(self.among, number),
                plausible=1,
            )
            for number in range(1, self.plausible + 1)
        )

    @property
    def problems(self) -> tuple[tuple[str, str, str], ...]:
        """What is wrong with it beside its expressions: field, expected, found."""
        known = _LEGAL.items()
        found = [
            (name, "one of " + ", ".join(legal), "another")
            for name, legal in known
            if getattr(self, name) not in legal
        ]
        if not 0 < self.p < 1:
            found.append(("p", "a number between 0 and 1", "another"))
        if not self.fraction > 0:
            found.append(("fraction", "a number above 0", "another"))
        if isinstance(self.threshold, str) and self.threshold not in get_args(Threshold):
            found.append(("threshold", "national, own or a number", "another"))
        if self.variant not in _VARIANTS.get(self.kind, (None,)):
            legal = [variant for variant in _VARIANTS.get(self.kind, ()) if variant]
            found.append(("variant", "one of " + ", ".join(legal) if legal else "none", "another"))
        if self.plausible < 1:
            found.append(("plausible", "a number of plausible values, from 1", "another"))
        elif (self.plausible > 1) != ("{}" in self.of):
            found.append(
                ("of", "{} where the number of the plausible value belongs, if there are several", self.of)
            )
        return tuple(found)

    @property
    def expressions(self) -> tuple[tuple[str, Expression], ...]:
        """The parsed parts, each with the name of its field; raises DefinitionError where one is not allowed."""
        parts = [(name, getattr(one, name)) for one in self.each for name in ("of", "over", "among")]
        return tuple((name, Expression.parse(text)) for name, text in parts if text is not None)

    @property
    def variables(self) -> frozenset[str]:
        """All variables that the measure reads."""
        return frozenset().union(*(expression.variables for _, expression in self.expressions))


@dataclass(frozen=True, kw_only=True)
class Indicator:
    """An agreed statistic: a measure with its name, its definition in words and where it comes from.

    Fields that a measure has mean what they mean there.

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
    plausible: int = 1
    p: float = 0.5
    rule: Rule = "school"
    interval: QuantileInterval = "t"
    fraction: float = 0.6
    threshold: Threshold | float = "national"
    variant: Variant | None = None
    unit: Unit = "proportion"
    ages: str | None = None
    eurostat: tuple[str, ...] = field(default_factory=tuple)
    aliases: tuple[str, ...] = field(default_factory=tuple)

    @property
    def additive_kind(self) -> Kind:
        """As what its figures add up over groups.

        A poverty rate like a share; statistics of a distribution not at all, like a ratio, whose sums do not follow
        from what is published.
        """
        if self.kind == "poverty_rate" and self.threshold != "own":
            return "share"
        return self.kind if self.kind in LINEAR else "ratio"

    @property
    def divides(self) -> bool:
        """Whether it tells how many persons lie on either side: in a class or not, below a threshold or a quantile."""
        return self.kind in ("share", "poverty_rate", "poverty_gap", "median_of_poor", "quantile")

    @property
    def measure(self) -> Measure:
        """The indicator as something that `compute` estimates."""
        return Measure(**{name: getattr(self, name) for name in Measure.__dataclass_fields__})
