"""The map of the made-up country: regions, degrees of urbanisation, municipalities and districts.

A stratum is a region by a degree of urbanisation; a district (enumeration area) is a primary sampling unit. Districts
differ: some are better off, some are where migrants settle, and the two go together, so that outcomes are alike within
a district and place explains a part of every gap.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.random import Generator

from zaragoza.synthetic.draws import Array

COUNTRY: Final = "XZ"  # user-assigned in ISO 3166-1, so never a real country
NAME: Final = "Zarland"
REGIONS: Final = {
    "XZ11": "Nördland",
    "XZ12": "Havenkust",
    "XZ21": "Mittelmark",
    "XZ22": "Côte-Verte",
    "XZ31": "Südmark",
}
# Assumed: shares of the households by region (rows) and by cities, towns and suburbs, rural areas (columns), and how
# much each region's labour market helps or hinders (log-odds of work).
SHARES: Final = np.array(
    [[0.14, 0.09, 0.05], [0.16, 0.08, 0.03], [0.06, 0.08, 0.06], [0.03, 0.07, 0.07], [0.03, 0.03, 0.02]]
)
REGION_WORK: Final = np.array([0.05, 0.18, 0.05, -0.10, -0.35], dtype=np.float32)
REGION_INCOME: Final = np.array([0.02, 0.08, 0.0, -0.03, -0.12], dtype=np.float32)
SETTLED_BY_DEGREE: Final = np.array(
    [[1.0, 1.0, 1.0], [1.35, 0.9, 0.6], [1.55, 0.75, 0.35]]
)  # native, EU, non-EU
SETTLED_BY_REGION: Final = np.array([1.1, 1.25, 0.9, 0.75, 0.8])
HOUSEHOLD_SIZE: Final = 2.2
_SMALLEST, _LARGEST = 15, 150  # expected households of a district
_DISTRICTS_WANTED = 120
_DISTRICTS_PER_MUNICIPALITY = (40, 12, 6)


@dataclass(frozen=True)
class Places:
    """The districts, one an entry, in order of stratum.

    Attributes:
        stratum: region x 3 + degree of urbanisation, from 0.
        district: number of the enumeration area, unique in the country.
        municipality: number of the municipality, unique in the country.
        size: expected share of the country's households.
        settled: relative chance that a household of each birth group (rows) lives there.
        advantage: how well off the district is, about standard normal.
        block: which part of the country is made together.
    """

    stratum: Array
    district: Array
    municipality: Array
    size: Array
    settled: Array
    advantage: Array
    block: Array

    @property
    def region(self) -> Array:
        """Number of the region."""
        return np.asarray(self.stratum // 3)

    @property
    def degree(self) -> Array:
        """Degree of urbanisation from 0 (cities) to 2 (rural areas)."""
        return np.asarray(self.stratum % 3)


def draw_places(rng: Generator, size: int, blocks: int) -> Places:
    """Lays out districts for a country of `size` persons, in `blocks` parts that each touch every stratum."""
    households = size / HOUSEHOLD_SIZE
    per_district = float(np.clip(households / _DISTRICTS_WANTED, _SMALLEST, _LARGEST))
    counts = np.maximum(2 * blocks, np.rint(SHARES.ravel() * households / per_district)).astype(np.int64)
    stratum = np.repeat(np.arange(len(counts)), counts)
    rank = np.arange(len(stratum)) - np.repeat(np.cumsum(counts) - counts, counts)
    n = len(stratum)
    settled, advantage = _character(rng, stratum)
    weight = np.exp(0.2 * rng.standard_normal(n)) * (SHARES.ravel() / counts)[stratum]
    per_municipality = np.array(_DISTRICTS_PER_MUNICIPALITY)[stratum % 3]
    return Places(
        stratum=stratum.astype(np.int16),
        district=(stratum + 1) * 1_000_000 + rank + 1,
        municipality=(stratum + 1) * 100_000 + rank // per_municipality + 1,
        size=weight / weight.sum(),
        settled=settled,
        advantage=advantage,
        block=rank % blocks,
    )


def _character(rng: Generator, stratum: Array) -> tuple[Array, Array]:
    """Where migrants settle (gamma around the stratum's mean), and how well off districts are."""
    n = len(stratum)
    place = SETTLED_BY_DEGREE[:, stratum % 3] * np.vstack(
        [np.ones(n), np.sqrt(SETTLED_BY_REGION)[stratum // 3], SETTLED_BY_REGION[stratum // 3]]
    )
    eu, non_eu = rng.gamma(6.0, 1 / 6, n), rng.gamma(2.5, 1 / 2.5, n)
    settled = place * np.vstack([np.ones(n), eu, non_eu])
    advantage = 0.85 * rng.standard_normal(n) - 0.6 * np.log(np.maximum(non_eu, 0.05)) - 0.15
    return settled, advantage.astype(np.float32)


def municipality_codes(places: Places) -> tuple[Array, list[str]]:
    """Codes such as XZ12-0203 (region, degree of urbanisation, number) and each district's position among them."""
    numbers, position = np.unique(places.municipality, return_inverse=True)
    regions = list(REGIONS)
    codes = [
        f"{regions[(number // 100_000 - 1) // 3]}-{(number // 100_000 - 1) % 3 + 1}{number % 100_000:03d}"
        for number in numbers.tolist()
    ]
    return position, codes
