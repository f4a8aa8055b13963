"""Zaragoza monitors the integration of migrants and tracks what was promised.

The functions for notebooks are handed on from `zaragoza.api` when they are first used, so that importing the package
costs nothing.
"""

from __future__ import annotations

import importlib
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from zaragoza.api import (
        Adjusted,
        Calibrated,
        Calibration,
        Design,
        Measure,
        MicrodataRisk,
        Pooled,
        Replicates,
        adjust_nonresponse,
        aggregate,
        average,
        calibrate,
        change,
        composite,
        disproportionality,
        effective_sample_size,
        estimate,
        gaps,
        gini,
        mean,
        median,
        median_of_poor,
        microdata_risk,
        modelled_error,
        policy_index,
        pool,
        poverty_gap,
        poverty_rate,
        poverty_threshold,
        quantile,
        quintile_ratio,
        ratio,
        required_error,
        scoreboard,
        share,
        stated_figures,
        total,
        trends,
        two_source_ratio,
    )

__version__ = "0.1.0"
__all__ = [
    "Adjusted", "Calibrated", "Calibration", "Design", "Measure", "MicrodataRisk", "Pooled", "Replicates",
    "adjust_nonresponse", "aggregate", "average", "calibrate", "change", "composite", "disproportionality",
    "effective_sample_size", "estimate", "gaps", "gini", "mean", "median", "median_of_poor", "microdata_risk",
    "modelled_error", "policy_index", "pool", "poverty_gap", "poverty_rate", "poverty_threshold", "quantile",
    "quintile_ratio", "ratio", "required_error", "scoreboard", "share", "stated_figures", "total", "trends",
    "two_source_ratio",
]  # fmt: skip


def __getattr__(name: str) -> object:
    if name in __all__:
        return getattr(importlib.import_module("zaragoza.api"), name)
    raise AttributeError(f"module 'zaragoza' has no attribute {name!r}")


def __dir__() -> list[str]:
    return sorted({*globals(), *__all__})
