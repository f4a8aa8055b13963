"""Stage `compute` (GSBPM 5.6-6.1): from a table of persons to estimates with their error."""

from zaragoza.compute.estimates import estimate_gaps, estimate_levels
from zaragoza.compute.release_estimates import compute

__all__ = ["compute", "estimate_gaps", "estimate_levels"]
