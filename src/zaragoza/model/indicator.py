"""Measures and indicators: what is estimated, as text that every engine reads alike."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import date
from functools import cached_property
from numbers import Real
from typing import Literal, get_args

from zaragoza.model.expression import Expression
from zaragoza.model.text import MAY_BE_NAME, Text

Kind = Literal[
    "share", "mean", "ratio", "total",
    "quantile", "poverty_threshold", "poverty_rate", "median_of_poor", "poverty_gap", "quintile_ratio",
    "gini",
]  # fmt: skip
Rule = Literal["school", "math", "laeken", "hf4", "hf6", "hf7", "hf8"]
QuantileInterval = Literal["t", "logit", "korn_graubard", "arcsine", "score", "replicates"]
Threshold = Literal["national", "own"]
Variant = Literal["sums", "means", "laeken", "convey"]
IndicatorKind = Literal[Kind, "panel", "two_source_ratio"]
REFERENCE = Text(
    "people born in the country, nationals, or people without a migration background, as the breakdown has it",
    "mensen die in het land geboren zijn, onderdanen, of mensen zonder migratieachtergrond, zoals de uitsplitsing zegt",
)
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


def _is_number(value: object) -> bool:
    return not isinstance(value, bool) and isinstance(value, Real) and math.isfinite(value)


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
        also: of a poverty rate, a condition that makes poor whatever the income (AROPE). Of whom it is not known, who
            has less than the threshold is poor all the same, and who has not counts as not answered.
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
    also: str | None = None
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
        if not (_is_number(self.p) and 0 < self.p < 1):
            found.append(("p", "a number between 0 and 1", "another"))
        if not (_is_number(self.fraction) and self.fraction > 0):
            found.append(("fraction", "a number above 0", "another"))
        if self.threshold not in get_args(Threshold) and not _is_number(self.threshold):
            found.append(("threshold", "national, own or a number", "another"))
        if self.variant not in _VARIANTS.get(self.kind, (None,)):
            legal = [variant for variant in _VARIANTS.get(self.kind, ()) if variant]
            found.append(("variant", "one of " + ", ".join(legal) if legal else "none", "another"))
        if self.also is not None and (self.kind != "poverty_rate" or self.threshold == "own"):
            found.append(("also", "a poverty rate with a national or a known threshold", "another measure"))
        if not isinstance(self.plausible, int) or self.plausible < 1:
            found.append(("plausible", "a number of plausible values, from 1", "another"))
        elif (self.plausible > 1) != ("{}" in self.of):
            found.append(
                ("of", "{} where the number of the plausible value belongs, if there are several", self.of)
            )
        return tuple(found)

    @property
    def expressions(self) -> tuple[tuple[str, Expression], ...]:
        """The parsed parts, each with the name of its field; raises DefinitionError where one is not allowed."""
        parts = [(name, getattr(one, name)) for one in self.each for name in ("of", "over", "among", "also")]
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
        kind: of its measure; `panel` is a share of the persons who were followed over years, `two_source_ratio` the
            persons of `of` in this period over those of `over` in the period before; both are then conditions.
        numerator_variables: of a `two_source_ratio`, what breakdowns of the numerator read in place of a variable:
            people who acquired the citizenship are shown by the one that they had.
        question: what a reader wants to know, in plain words.
        definition: numerator and denominator in words.
        population: who counts, in words.
        reference: whom groups are compared with, in words.
        of: empty where nothing that a person's record holds can give it; `needs` then says what can.
        needs: data that it needs beside standard variables of persons.
        ages: the age range in words of the field, e.g. `20-64`.
        eurostat: codes of Eurostat tables that publish the same statistic.
        oecd: numbers in OECD/EU, Settling In 2023.
        jaf: codes of the Joint Assessment Framework.
        aliases: codes under which others know it (IND- codes of policy documents).
        source: where the definition stands.
        legal_basis: the act that asks for it, or for the data.
        not_shown: what it does not show, so that nobody reads it for that.
        next_review: when somebody compares the definition with its source again.
    """

    id: str
    area: str
    kind: IndicatorKind
    title: Text
    definition: Text
    source: Text = field(metadata=MAY_BE_NAME)
    direction: Direction
    of: str = ""
    question: Text | None = None
    population: Text | None = None
    reference: Text = REFERENCE
    needs: tuple[Text, ...] = field(default_factory=tuple, metadata=MAY_BE_NAME)
    legal_basis: Text | None = field(default=None, metadata=MAY_BE_NAME)
    not_shown: Text | None = None
    next_review: date | None = None
    over: str | None = None
    numerator_variables: Mapping[str, str] = field(default_factory=dict, hash=False)
    among: str | None = None
    missing: Missing = "excluded"
    plausible: int = 1
    p: float = 0.5
    rule: Rule = "school"
    interval: QuantileInterval = "t"
    fraction: float = 0.6
    threshold: Threshold | float = "national"
    also: str | None = None
    variant: Variant | None = None
    unit: Unit = "proportion"
    ages: str | None = None
    eurostat: tuple[str, ...] = field(default_factory=tuple)
    aliases: tuple[str, ...] = field(default_factory=tuple)
    oecd: tuple[str, ...] = field(default_factory=tuple)
    jaf: tuple[str, ...] = field(default_factory=tuple)

    @property
    def computed(self) -> bool:
        """Whether records of persons give it."""
        return bool(self.of)

    @property
    def over_years(self) -> bool:
        """Whether it takes the persons of more than one period."""
        return self.kind in ("panel", "two_source_ratio")

    @property
    def sides(self) -> tuple[Measure, Measure]:
        """Of a `two_source_ratio`: how many persons its numerator has, and its denominator."""
        within = "" if self.among is None else f" AND ({self.among})"
        numerator, denominator = (
            Measure("total", "1", among=f"({of}){within}") for of in (self.of, self.over or "")
        )
        return numerator, denominator

    @property
    def additive_kind(self) -> Kind | Literal["two_source_ratio"]:
        """As what its figures add up over groups.

        A poverty rate like a share; of a `two_source_ratio` the numbers of persons on both sides; statistics of a
        distribution not at all, like a ratio, whose sums do not follow from what is published.
        """
        if self.kind == "two_source_ratio":
            return self.kind
        measured = self.measure.kind
        if measured == "poverty_rate" and self.threshold != "own":
            return "share"
        return measured if measured in LINEAR else "ratio"

    @property
    def divides(self) -> bool:
        """Whether it tells how many persons lie on either side: in a class or not, below a threshold or a quantile."""
        return self.measure.kind in ("share", "poverty_rate", "poverty_gap", "median_of_poor", "quantile")

    @property
    def counts_people(self) -> bool:
        """Whether what its figures add up is a number of persons, not a sum of amounts."""
        people = self.additive_kind == "total" and self.unit == "persons"
        return people or self.additive_kind in ("share", "two_source_ratio")

    @cached_property  # asked for with every figure
    def measure(self) -> Measure:
        """The indicator as something that `compute` estimates; of a panel the share of those who were followed."""
        values = {name: getattr(self, name) for name in Measure.__dataclass_fields__}
        kinds: dict[str, Kind] = {"panel": "share", "two_source_ratio": "ratio"}
        return Measure(**values | {"kind": kinds.get(self.kind, self.kind)})
