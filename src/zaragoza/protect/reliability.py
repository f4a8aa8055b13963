"""Reliability: which levels are too uncertain to show, and which carry a warning (methods/01 section 8).

A register counts everybody. The error shown for it is a margin of chance, that of a model, and casts no doubt on the
count; so only answers that are missing do.
"""

from __future__ import annotations

import numpy as np
import pyarrow as pa

from zaragoza.model.disclosure import Policy
from zaragoza.protect.figures import Bools, counts, numbers

_ROUNDING = 1e-9  # of a person: 0.3 * 10 is 3 whatever the binary fraction says


def too_uncertain(estimates: pa.Table, policy: Policy) -> Bools:
    """Levels without a known error, with a large one, or for which too many did not answer.

    The coefficient of variation is that of the level itself, also for a share (a share near 0 is as uncertain
    as its own size says; its complement is another figure).
    """
    missing = _missing_beyond(estimates, policy.hidden_missing)
    large = _from_a_sample(policy) & (_variation(estimates) >= policy.hidden_cv)
    return without_error(estimates, policy) | large | missing


def unreliable(estimates: pa.Table, policy: Policy) -> Bools:
    """Levels to be shown with a warning."""
    missing = _missing_beyond(estimates, policy.unreliable_missing)
    few = counts(estimates, "n") < policy.reliable_count
    large = _variation(estimates) >= policy.unreliable_cv
    return missing | few_degrees_of_freedom(estimates, policy) | (_from_a_sample(policy) & (few | large))


def without_error(estimates: pa.Table, policy: Policy) -> Bools:
    """Figures whose value, or in a sample standard error, is not known; a true standard error of 0 is known."""
    no_error = np.isnan(numbers(estimates, "standard_error"))
    return np.isnan(numbers(estimates, "value")) | (_from_a_sample(policy) & no_error)


def few_degrees_of_freedom(estimates: pa.Table, policy: Policy) -> Bools:
    """Figures whose error rests on few units, in the design or in their domain (methods/05 section 6)."""
    fewest = np.fmin(
        numbers(estimates, "degrees_of_freedom"), numbers(estimates, "domain_degrees_of_freedom")
    )
    return _from_a_sample(policy) & (fewest < policy.reliable_degrees_of_freedom)


def _from_a_sample(policy: Policy) -> np.bool_:
    return np.bool_(not policy.full_count)


def _variation(estimates: pa.Table) -> np.ndarray[tuple[int], np.dtype[np.float64]]:
    """Coefficient of variation: infinite for a level of 0 with an error, 0 without an error or if unknown."""
    value, error = np.abs(numbers(estimates, "value")), np.nan_to_num(numbers(estimates, "standard_error"))
    with np.errstate(divide="ignore", invalid="ignore"):
        return np.where(error > 0, error / value, 0.0)


def _missing_beyond(estimates: pa.Table, limit: float) -> Bools:
    domain, answered = counts(estimates, "n_domain"), counts(estimates, "n")
    return domain - answered > limit * domain + _ROUNDING
