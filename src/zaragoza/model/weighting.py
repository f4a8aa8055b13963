"""Calibration of a monitor's weights: what is known of the population, and what it did to the weights."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from zaragoza.model.design import Calibration

CALIBRATED_WEIGHT = "calibrated_weight"
Classes = tuple[str, ...]


@dataclass(frozen=True, kw_only=True)
class Weighting:
    """How the weights of a source were calibrated, or how a run calibrates them.

    Attributes:
        calibration: margins, numbers and method; its base weight is the weight before calibration.
        sizes: of the classes of each margin; empty where the office calibrated.
        totals: of each number; empty where the office calibrated.
        trim: largest calibrated weight as a multiple of the median.
        files: name -> sha256 of the files that the sizes come from.
    """

    calibration: Calibration
    sizes: tuple[Mapping[Classes, float], ...] = ()
    totals: tuple[float, ...] = ()
    trim: float | None = None
    files: Mapping[str, str] = field(default_factory=dict)

    @property
    def here(self) -> bool:
        """Whether the run calibrates; else the office did."""
        return bool(self.sizes or self.totals)

    @property
    def known(self) -> dict[object, Mapping[Classes, float] | float]:
        """Margin -> sizes of its classes, and number -> total."""
        margins = zip(self.calibration.margins, self.sizes, strict=True)
        return dict(margins) | dict(zip(self.calibration.numbers, self.totals, strict=True))


@dataclass(frozen=True)
class CalibrationSummary:
    """What calibration did to the weights; rows of weight 0 are left out.

    Attributes:
        n: rows with a weight above 0.
        n_eff_before, n_eff_after: Kish's effective sample size, rows.
        deff_before, deff_after: Kish's design effect of weighting, n / n_eff.
        least_factor, greatest_factor: of the weight after over the weight before.
        share_at_bounds: rows whose factor is one of the bounds, 0-1; NaN without bounds.
        trimmed_share: rows whose calibrated weight lay above the cap, 0-1; NaN without `trim`.
        iterations: steps of Newton's method; 0 where the office calibrated.
    """

    n: int
    n_eff_before: float
    n_eff_after: float
    deff_before: float
    deff_after: float
    least_factor: float
    greatest_factor: float
    share_at_bounds: float
    trimmed_share: float
    iterations: int
