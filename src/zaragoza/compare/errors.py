"""Standard errors of published shares that come without one: models, to be named beside what is made of them."""

from __future__ import annotations

from typing import Literal, get_args

import numpy as np

from zaragoza.errors import DefinitionError, Fault

Requirement = Literal[
    "lfs_unemployment_quarter",
    "silc_poverty_or_exclusion",
    "silc_persistent_poverty",
    "silc_poverty_or_exclusion_region",
]
# a and b of f(N) = a sqrt(N) + b, N in millions: Regulation (EU) 2019/1700, annex II (methods/05 section 7)
_REQUIRED: dict[Requirement, tuple[float, float]] = {
    "lfs_unemployment_quarter": (7800, -4500),
    "silc_poverty_or_exclusion": (900, 2600),
    "silc_persistent_poverty": (350, 1000),
    "silc_poverty_or_exclusion_region": (600, 0),
}


def modelled_error(share: float, n: float, design_effect: float = 1.0) -> float:
    """The standard error that a share of n persons has, if its sample is worth n / design_effect random ones.

    Args:
        share: 0 to 1.
        n: persons behind it, unweighted.
        design_effect: variance over that of a simple random sample of the same size.

    Raises:
        DefinitionError: a number that cannot be.
    """
    if not (0 <= share <= 1 and n > 0 and design_effect > 0):
        expected = "a share from 0 to 1, and a number of persons and a design effect above 0"
        raise DefinitionError(Fault("modelled_error", "arguments", expected, "others", "Correct the call."))
    return float(np.sqrt(design_effect * share * (1 - share) / n))


def required_error(share: float, population: float, requirement: Requirement) -> float:
    """The largest standard error that European law allows a survey for this share: an upper limit, not the error.

    Args:
        share: 0 to 1.
        population: persons (lfs) or private households (silc) of the country or region, in millions.
        requirement: which one of annex II.

    Raises:
        DefinitionError: a number that cannot be, or an unknown requirement.

    Source: Regulation (EU) 2019/1700, annex II.
    """
    faults = []
    if requirement not in _REQUIRED:
        known = ", ".join(get_args(Requirement))
        faults.append(
            Fault("required_error", "requirement", f"one of {known}", "another", "Correct the call.")
        )
    a, b = _REQUIRED.get(requirement, (1.0, 0.0))
    if not (0 <= share <= 1 and population > 0 and a * np.sqrt(population) + b > 0):
        expected = "a share from 0 to 1 and a population in millions that the formula is made for"
        faults.append(Fault("required_error", "arguments", expected, "others", "Correct the call."))
    if faults:
        raise DefinitionError(faults)
    return float(np.sqrt(share * (1 - share) / (a * np.sqrt(population) + b)))
