"""Means of the made-up country beside income: what else is lacking, social assistance, and work in the year before.

What is lacking follows income and the hardship that the other lacks show; all shares are assumed.
"""

from __future__ import annotations

from typing import Any, Final

import numpy as np
import pyarrow as pa
from numpy.random import Generator

from zaragoza.synthetic.draws import happens, uniform
from zaragoza.synthetic.registers import Block
from zaragoza.synthetic.work import EMPLOYED, NOT_OF_AGE

_LACKS: Final = {"lacks_tv": 0.004, "lacks_washing_machine": 0.007, "lacks_telephone": 0.003}
OF_HOUSEHOLDS: Final = (*_LACKS, "social_assistance")
OF_PERSONS: Final = ("worked_most_of_year",)
_SHORT_OF_A_YEAR: Final = 0.06  # of those who have worked longer than half a year in their job, assumed


def draw_of_households(rng: Generator, block: Block) -> dict[str, Any]:
    """Durables that the household cannot afford, and the social assistance that it received."""
    income, lacks = block.income, block.wellbeing.household_lacks
    score = -1.2 * np.log(np.maximum(income.equivalised, 3_000) / 18_000)
    score += 1.5 * lacks["lacks_furniture"] + 0.5 * (block.households.country > 0)
    one_cell = np.zeros(len(score), dtype=np.int8)
    drawn = {
        name: pa.array(happens(rng, score.astype(np.float32), one_cell, np.array([share])))
        for name, share in _LACKS.items()
    }
    return {**drawn, "social_assistance": pa.array(income.assistance.astype(np.float64))}


def draw_of_persons(rng: Generator, block: Block) -> dict[str, Any]:
    """Whether somebody worked for more than half of the year; nobody under 16 is asked."""
    work = block.work
    at_work = work.activity == EMPLOYED
    long_enough = (work.tenure > 6) & (uniform(rng, len(at_work)) >= _SHORT_OF_A_YEAR)
    stopped = ~at_work & (work.months_worked > 6)
    asked = (work.activity != NOT_OF_AGE) & (block.members.age >= 16)
    return {"worked_most_of_year": pa.array((at_work & long_enough) | stopped, mask=~asked)}
