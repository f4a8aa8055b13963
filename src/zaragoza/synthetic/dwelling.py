"""Dwellings of the made-up country and the streets around them.

Defects come with little income, crowding and renting; noise, dirt and crime with towns and poorer districts. A gap by
the head's birth remains when these are equal. Shares of households are assumed, near those of the European Union.
"""

from __future__ import annotations

from typing import Any, Final

import numpy as np
import pyarrow as pa
from numpy.random import Generator

from zaragoza.synthetic.draws import happens, normal
from zaragoza.synthetic.housing import MARKET
from zaragoza.synthetic.registers import Block

_DEFECTS: Final = {"leaking_roof": 0.130, "too_dark": 0.058, "lacks_bath": 0.016, "lacks_toilet": 0.018}
_SURROUNDINGS: Final = {"noise": 0.175, "pollution": 0.145, "crime": 0.110}
OF_HOUSEHOLDS: Final = (*_DEFECTS, *_SURROUNDINGS)


def draw(rng: Generator, block: Block) -> dict[str, Any]:
    """Defects of the dwelling and problems of the neighbourhood, by household."""
    households, housing = block.households, block.housing
    n = len(households.size)
    means = np.log(np.maximum(block.income.equivalised, 3_000) / 18_000)
    abroad = households.country > 0
    shared = normal(rng, n)
    bad = -0.7 * means + 0.5 * (housing.tenure >= MARKET) + 0.6 * (housing.rooms < housing.needed)
    bad += 0.25 * abroad + 0.8 * shared
    town = -0.5 * block.places.degree[households.place] - 0.6 * block.places.advantage[households.place]
    around = town + 0.2 * abroad + 0.7 * normal(rng, n)
    one_cell = np.zeros(n, dtype=np.int8)
    return {
        name: pa.array(happens(rng, score.astype(np.float32), one_cell, np.array([share])))
        for score, shares in ((bad, _DEFECTS), (around, _SURROUNDINGS))
        for name, share in shares.items()
    }
