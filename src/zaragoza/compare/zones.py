"""Figures of several places together, from their published figures."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from zaragoza.compare.scores import Floats

COVERAGE = 0.7  # least part of the population of the zone with a figure (methods/01 section 8)


@dataclass(frozen=True)
class Aggregate:
    """A figure of a zone.

    Attributes:
        value: NaN where too much of the zone has none.
        error: NaN where that of a place is not known.
        coverage: part of the zone's population in places with a figure.
    """

    value: float
    error: float
    coverage: float


def aggregate(values: Floats, errors: Floats, population: Floats, least: float = COVERAGE) -> Aggregate:
    """The population-weighted mean of places with a figure, as Eurostat makes EU aggregates.

    Args:
        values: of all places of the zone; NaN where there is none.
        errors: standard errors, independent between places; NaN where not known.
        population: whose weighted mean it is (persons of the denominator).
        least: part of the population below which there is no figure.

    Source: macro silc_agg_compute of Eurostat's production code (methods/01 section 8).
    """
    there = np.isfinite(values)
    coverage = float(population[there].sum() / population.sum())
    if coverage < least:
        return Aggregate(np.nan, np.nan, coverage)
    weight = population[there] / population[there].sum()
    error = float(np.sqrt(np.sum((weight * errors[there]) ** 2)))
    return Aggregate(float(weight @ values[there]), error, coverage)
