"""Estimation for notebooks: the code that releases use, on any table, in a few lines.

import zaragoza as z
z.estimate("persons.parquet", {"employment": z.share("activity = 'employed'")}, by="origin")
"""

from zaragoza.api.comparing import aggregate, trends
from zaragoza.api.documents import stated_figures
from zaragoza.api.estimating import disproportionality, estimate, gaps
from zaragoza.api.indices import composite, policy_index
from zaragoza.api.measures import (
    gini,
    mean,
    median,
    median_of_poor,
    poverty_gap,
    poverty_rate,
    poverty_threshold,
    quantile,
    quintile_ratio,
    ratio,
    share,
    total,
)
from zaragoza.api.microdata import microdata_risk
from zaragoza.api.scoreboards import scoreboard
from zaragoza.api.two_sources import two_source_ratio
from zaragoza.api.weighting import Adjusted, Calibrated, adjust_nonresponse, calibrate, effective_sample_size
from zaragoza.api.years import Pooled, average, change, pool
from zaragoza.compare.errors import modelled_error, required_error
from zaragoza.model.design import Calibration, Design, Replicates
from zaragoza.model.indicator import Measure
from zaragoza.protect.microdata import MicrodataRisk

__all__ = [
    "Adjusted", "Calibrated", "Calibration", "Design", "Measure", "MicrodataRisk", "Pooled", "Replicates",
    "adjust_nonresponse", "aggregate", "average", "calibrate", "change", "composite", "disproportionality",
    "effective_sample_size", "estimate", "gaps", "gini", "mean", "median", "median_of_poor", "microdata_risk",
    "modelled_error", "policy_index", "pool", "poverty_gap", "poverty_rate", "poverty_threshold", "quantile",
    "quintile_ratio", "ratio", "required_error", "scoreboard", "share", "stated_figures", "total", "trends",
    "two_source_ratio",
]  # fmt: skip
