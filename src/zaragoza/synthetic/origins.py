"""Countries of origin of the made-up country's people: their shares and what is typical of them.

Shares among the EU-born and the non-EU-born follow the migrant stock in the 27 Member States by country of birth, 2019
(UN DESA, International migrant stock 2019, file un/un_migrant_stock_origin_destination_total.csv.gz), for the countries
kept here. Older migration, duration, protection, schooling and work are assumed.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

Array = NDArray[Any]

NATIVE: Final = 0  # code of the country itself, and the birth group of those born in it
EU: Final = 1
NON_EU: Final = 2


@dataclass(frozen=True)
class Origin:
    """A country of birth.

    Attributes:
        code: two letters (EL and UK as the EU writes them).
        group: EU or NON_EU.
        stock: thousand persons born there who lived in the 27 Member States in 2019.
        older: weight among the parents of the second generation (older migration weighs more).
        years: mean years of stay.
        protection: share that came for international protection.
        schooling: shift of the log-odds of tertiary education within the birth group.
        work: shift of the log-odds of employment within the birth group.
    """

    code: str
    group: int
    stock: float
    older: float
    years: float
    protection: float = 0.0
    schooling: float = 0.0
    work: float = 0.0


ORIGINS: Final = (
    Origin("RO", EU, 2951, 4, 10, 0.0, -0.4, 0.0),
    Origin("PL", EU, 2713, 8, 12, 0.0, 0.0, 0.1),
    Origin("DE", EU, 1598, 12, 20, 0.0, 0.4, 0.0),
    Origin("IT", EU, 1408, 20, 22, 0.0, -0.1, 0.0),
    Origin("PT", EU, 1089, 8, 18, 0.0, -0.6, 0.1),
    Origin("FR", EU, 952, 8, 16, 0.0, 0.7, 0.0),
    Origin("ES", EU, 698, 10, 15, 0.0, 0.4, 0.0),
    Origin("BG", EU, 695, 2, 8, 0.0, -0.2, -0.1),
    Origin("EL", EU, 478, 6, 18, 0.0, 0.1, 0.0),
    Origin("HR", EU, 474, 5, 20, 0.0, -0.2, 0.1),
    Origin("MA", NON_EU, 2728, 22, 19, 0.02, -0.7, -0.35),
    Origin("TR", NON_EU, 2568, 26, 21, 0.08, -0.7, -0.25),
    Origin("RU", NON_EU, 1897, 4, 14, 0.08, 0.7, 0.1),
    Origin("UK", NON_EU, 1287, 8, 17, 0.0, 0.9, 0.3),
    Origin("UA", NON_EU, 1206, 1, 5, 0.35, 0.7, 0.1),
    Origin("SY", NON_EU, 1012, 1, 5, 0.85, -0.2, -0.7),
    Origin("AL", NON_EU, 992, 2, 12, 0.02, -0.4, 0.15),
    Origin("CN", NON_EU, 878, 3, 10, 0.02, 0.6, 0.1),
    Origin("RS", NON_EU, 724, 8, 17, 0.1, -0.2, 0.15),
    Origin("BR", NON_EU, 561, 1, 9, 0.0, 0.3, 0.2),
    Origin("IN", NON_EU, 526, 3, 8, 0.01, 1.3, 0.35),
    Origin("US", NON_EU, 513, 3, 13, 0.0, 1.2, 0.2),
    Origin("IQ", NON_EU, 477, 1, 9, 0.7, -0.1, -0.5),
    Origin("AF", NON_EU, 391, 1, 6, 0.85, -0.6, -0.5),
    Origin("NG", NON_EU, 227, 1, 9, 0.2, 0.2, 0.0),
    Origin("SR", NON_EU, 223, 9, 30, 0.0, -0.1, 0.2),
    Origin("SO", NON_EU, 181, 2, 12, 0.7, -1.0, -0.7),
    Origin("ID", NON_EU, 171, 6, 40, 0.0, 0.4, 0.1),
    Origin("CW", NON_EU, 70, 3, 18, 0.0, -0.2, 0.0),
)


def _column(name: str) -> NDArray[np.float32]:
    return np.array([0.0, *(getattr(origin, name) for origin in ORIGINS)], dtype=np.float32)


GROUP_OF: Final = np.array([NATIVE, *(origin.group for origin in ORIGINS)], dtype=np.int8)
YEARS: Final = _column("years")
PROTECTION: Final = _column("protection")
SCHOOLING: Final = _column("schooling")
WORK: Final = _column("work")


def cumulative(weights: Array) -> Array:
    """Weights as cumulative shares that end in one."""
    total = np.cumsum(np.asarray(weights, dtype=np.float64))
    return np.asarray(total / total[-1])


STOCK: Final = {group: cumulative(_column("stock") * (group == GROUP_OF)) for group in (EU, NON_EU)}
STOCK_ALL: Final = cumulative(_column("stock"))
OLDER: Final = cumulative(_column("older"))


def country_codes(home: str) -> list[str]:
    """The two-letter codes by number; number 0 is the country itself."""
    return [home, *(origin.code for origin in ORIGINS)]
