"""Stage `compute` (GSBPM 5.6-6.1): from a table of persons to estimates with their error."""

from zaragoza.compute.release_adjusted import compute_adjusted
from zaragoza.compute.release_changes import Sampled, compute_changes
from zaragoza.compute.release_estimates import compute
from zaragoza.compute.release_panels import Threshold, compute_panels
from zaragoza.compute.release_ratios import compute_ratios

__all__ = [
    "Sampled",
    "Threshold",
    "compute",
    "compute_adjusted",
    "compute_changes",
    "compute_panels",
    "compute_ratios",
]
