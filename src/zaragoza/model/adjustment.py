"""How a gap is adjusted: what is held equal between a group and its reference group, and by which method."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Literal, get_args

from zaragoza.model.text import Text

AdjustmentMethod = Literal[
    "standardise", "indirect", "g-computation", "entropy", "weighting", "matching", "kitagawa", "oaxaca",
    "oaxaca-threefold", "logit", "fairlie", "exact-matching", "subclassification", "ratios", "dissimilarity",
]  # fmt: skip
Verdict = Literal["proportional", "disproportional", "undetermined"]
ADJUSTMENT_METHODS: tuple[AdjustmentMethod, ...] = get_args(AdjustmentMethod)

_TARGETS = ("all", "group", "reference")
_NORMS = ("pooled", "neumark", "reference", "group")
# Methods that tell what remains of the raw gap, with an error that holds for the source: those of a release. Of each,
# its options with the words that they take, or the kind of value.
RELEASE_METHODS: Mapping[str, Mapping[str, tuple[str, ...] | type]] = {
    "standardise": {"standard": ("pooled", "reference", "group", "mean"), "least": int},
    "indirect": {"least": int},
    "g-computation": {"target": _TARGETS, "interactions": list, "target_fixed": bool},
    "entropy": {"target": _TARGETS, "weights_known": bool},
    "weighting": {"target": (*_TARGETS, "overlap"), "weights_known": bool},
    "matching": {"ratio": int, "exact": list},
    "kitagawa": {"least": int},
    "oaxaca": {"coefficients": ("pooled", "neumark", "reference", "group", "reimers", "cotton")},
    "oaxaca-threefold": {},
    "logit": {"coefficients": _NORMS},
    "fairlie": {"coefficients": _NORMS},
    "exact-matching": {"weights_known": bool},
}
MOST_SWITCHED = (
    12  # covariates of `fairlie`: with each more there are twice as many sets of them to predict with
)
# Unit of the indicators with a verdict in a release: one margin, in points, serves all of a monitor's, and is next to
# nothing for amounts.
UNIT_OF_VERDICTS = "proportion"
MARGIN = 0.02  # of shares, unless said otherwise
CAVEAT = Text(
    "What remains is a difference between comparable people. It is not a measure of discrimination: it proves none and"
    " rules none out.",
    "Wat overblijft is een verschil tussen vergelijkbare mensen. Het is geen maat voor discriminatie: het bewijst die"
    " niet en sluit die niet uit.",
)
APART = Text(
    "Reported apart: one of these characteristics is itself a result of chances in society. Holding it equal takes"
    " a part of unequal chances away from view.",
    "Apart vermeld: een van deze kenmerken is zelf een uitkomst van kansen in de samenleving. Door het gelijk te houden"
    " raakt een deel van ongelijke kansen uit beeld.",
)


@dataclass(frozen=True)
class Adjustment:
    """One set of characteristics that are held equal.

    Only characteristics that come before the outcome belong in it (age, sex, region); education is an outcome itself
    and is reported apart (methods/04 section 1). What remains is a difference between comparable people, no proof of
    discrimination.

    Attributes:
        covariates: columns, in the order in which they matter: where cells are empty the last gives way first.
        method: of adjustment.
        options: of the method, such as `standard`, `target`, `interactions` or `norm`.
        margin: a difference this small counts as none (the equivalence margin of the verdict); of a release, of shares.
        title: what people read; None: made of the titles of the covariates.
        apart: whether a covariate follows the outcome, so that its figures stand apart with a label.
        tables: of a release, tables in which groups are crossed with others and adjusted too, beside groups alone.
    """

    covariates: tuple[str, ...]
    method: AdjustmentMethod = "standardise"
    options: Mapping[str, Any] = field(default_factory=dict)
    margin: float = MARGIN
    title: Text | None = None
    apart: bool = False
    tables: tuple[tuple[str, ...], ...] = ()

    @property
    def name(self) -> str:
        """The covariates in one word: what every adjusted figure is marked with."""
        return "+".join(self.covariates)

    def adjusts(self, by: Sequence[str]) -> bool:
        """Whether the set is for a table with these columns, the groups among them; if they leave something to hold."""
        asked = len(by) == 1 or any(set(table) == set(by) for table in self.tables)
        return asked and not set(self.covariates) <= set(by)

    def verdict(self, low: float, high: float) -> Verdict:
        """Proportional where the interval lies within the margin, disproportional where it lies beyond it."""
        if -self.margin <= low and high <= self.margin:
            return "proportional"
        return "disproportional" if low > self.margin or high < -self.margin else "undetermined"
