"""Stage `compute` (GSBPM 5.6-6.1): from a table of persons to estimates with their error."""

from zaragoza.compute.release_adjusted import compute_adjusted
from zaragoza.compute.release_changes import Sampled, compute_changes
from zaragoza.compute.release_estimates import compute

__all__ = ["Sampled", "compute", "compute_adjusted", "compute_changes"]
