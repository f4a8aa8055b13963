"""How a gap is adjusted: what is held equal between a group and its reference group, and by which method."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Literal, get_args

AdjustmentMethod = Literal[
    "standardise", "indirect", "g-computation", "entropy", "weighting", "matching", "kitagawa", "oaxaca",
    "oaxaca-threefold", "logit", "fairlie", "exact-matching", "subclassification",
]  # fmt: skip
Verdict = Literal["proportional", "disproportional", "undetermined"]
ADJUSTMENT_METHODS: tuple[AdjustmentMethod, ...] = get_args(AdjustmentMethod)


@dataclass(frozen=True)
class Adjustment:
    """One set of characteristics that are held equal.

    Only characteristics that come before the outcome belong in it (age, sex, region); education is an outcome itself and
    is reported apart (methods/04 section 1). What remains is a difference between comparable people, no proof of
    discrimination.

    Attributes:
        covariates: columns, in the order in which they matter: where cells are empty the last gives way first.
        method: of adjustment.
        options: of the method, such as `standard`, `target`, `interactions` or `norm`.
        margin: a difference this small counts as none (the equivalence margin of the verdict).
    """

    covariates: tuple[str, ...]
    method: AdjustmentMethod = "standardise"
    options: Mapping[str, Any] = field(default_factory=dict)
    margin: float = 0.02

    @property
    def name(self) -> str:
        """The covariates in one word: what every adjusted figure is marked with."""
        return "+".join(self.covariates)

    def verdict(self, low: float, high: float) -> Verdict:
        """Proportional where the interval lies within the margin, disproportional where it lies beyond it."""
        if -self.margin <= low and high <= self.margin:
            return "proportional"
        return "disproportional" if low > self.margin or high < -self.margin else "undetermined"
