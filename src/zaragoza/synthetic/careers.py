"""What people of the made-up country say about their job, and about the work they would like to have.

Underemployment, and being available or looking without being unemployed, hit their shares of the extended labour force
(EU 2023; Eurostat, labour market slack); all other levels in this file are assumed. Migrants are more often in each.
"""

from __future__ import annotations

from typing import Any, Final

import numpy as np
import pyarrow as pa
from numpy.random import Generator

from zaragoza.synthetic.draws import Array, happens, normal, pick_by_row, uniform
from zaragoza.synthetic.education import HIGH
from zaragoza.synthetic.origins import EU, NON_EU, cumulative
from zaragoza.synthetic.registers import Block
from zaragoza.synthetic.work import EMPLOYED, NOT_OF_AGE, RETIRED, SELF_EMPLOYED, UNEMPLOYED

VARIABLES: Final = (
    "usual_hours", "part_time_involuntary", "wants_more_hours", "available_for_work", "seeking_work", "wants_work",
    "self_employed_type", "industry", "feels_over_qualified",
)  # fmt: skip
_UNDEREMPLOYED, _AVAILABLE, _SEEKING = 0.025, 0.028, 0.009  # of the extended labour force
_INVOLUNTARY: Final = 0.24  # of part-time workers
_OVER_QUALIFIED: Final = np.array([0.16, 0.21, 0.27])  # say so themselves, by attainment
_WITH_EMPLOYEES: Final = 0.29  # of the self-employed
_INDUSTRIES: Final = tuple("ABCDEFGHIJKLMNOPQRSTU")
# Shares of the sections of NACE by attainment; of the low and medium educated from outside the EU in the last row.
_INDUSTRY: Final = np.vstack(
    [
        cumulative(np.array(row))
        for row in (
            [9, 0.4, 18, 0.5, 1.3, 12, 14, 7, 8, 0.6, 0.8, 0.7, 1.5, 7, 3, 2, 7, 1, 2, 3.2, 0.01],
            [4, 0.4, 18, 0.9, 1, 8, 17, 7, 5, 2, 2.5, 0.7, 3, 4, 7, 3, 11, 1.5, 2.8, 1, 0.01],
            [1, 0.2, 11, 0.8, 0.4, 3, 9, 3, 2, 7, 5, 0.9, 12, 2.5, 11, 17, 13, 2.2, 2, 0.1, 0.2],
            [4, 0.2, 15, 0.2, 1.2, 12, 13, 9, 14, 1, 0.6, 0.5, 1.5, 13, 1, 1.2, 7, 0.8, 2, 5, 0.01],
        )
    ]
)
_FROM_OUTSIDE: Final = 3


def asked(block: Block) -> Array:
    """Everybody of 15 and over."""
    return np.flatnonzero(block.work.activity != NOT_OF_AGE)


def draw(rng: Generator, block: Block) -> dict[str, Any]:
    """The answers of everybody of 15 and over.

    Args:
        rng: source of chance.
        block: what was drawn of the block.
    """
    work, n = block.work, len(block.members.age)
    employed = work.activity == EMPLOYED
    part_time = employed & work.part_time
    score = _hardship(block).astype(np.float32)
    more, available, seeking, wants = _slack(rng, block, score, part_time)
    outside = ~employed & (work.activity != UNEMPLOYED)
    one_cell = np.zeros(n, dtype=np.int8)
    involuntary = happens(rng, score, one_cell, np.array([_INVOLUNTARY]), part_time)
    over = uniform(rng, n) < _OVER_QUALIFIED[block.education.level] + 0.06 * (block.origins.birth > 0)
    own = employed & (work.status == SELF_EMPLOYED)
    rows = asked(block)

    def known(values: Array, where: Array) -> Any:
        return pa.array(values[rows], mask=~where[rows])

    def coded(values: Array, names: tuple[str, ...], where: Array) -> Any:
        return pa.DictionaryArray.from_arrays(known(values.astype(np.int8), where), pa.array(names))

    return {
        "usual_hours": known(_hours(rng, block), employed),
        "part_time_involuntary": known(involuntary, part_time),
        "wants_more_hours": known(more, employed),
        "available_for_work": known(available, ~employed | part_time),
        "seeking_work": known(seeking, ~employed),
        "wants_work": known(wants, outside),
        "self_employed_type": coded(
            uniform(rng, n) > _WITH_EMPLOYEES - 0.08 * (block.origins.birth > 0),
            ("with_employees", "without_employees"),
            own,
        ),
        "industry": coded(_industry(rng, block), _INDUSTRIES, employed),
        "feels_over_qualified": known(over, employed),
    }


def _hardship(block: Block) -> Array:
    """Log-odds of wanting more work than one has."""
    group = block.origins.group
    away = 0.35 * (group == EU) + 0.75 * (group == NON_EU) + 0.3 * block.origins.two_foreign_parents
    return np.asarray(away - 0.3 * (block.education.level == HIGH) - 0.02 * np.abs(block.members.age - 30))


def _slack(rng: Generator, block: Block, score: Array, part_time: Array) -> tuple[Array, Array, Array, Array]:
    """Who wants more hours, is available, looks for work, wants work.

    Each group of the slack has its share of the extended labour force: the labour force and the two groups outside it.
    """
    activity, age = block.work.activity, block.members.age
    active = (age >= 15) & (age < 75)
    unemployed = activity == UNEMPLOYED
    outside = active & (activity != EMPLOYED) & ~unemployed
    in_force = active & ((activity == EMPLOYED) | unemployed)
    force = int(in_force.sum()) / (1 - _AVAILABLE - _SEEKING)
    cell = np.zeros(len(age), dtype=np.int8)

    def some(of: float, among: Array, odds: Array) -> Array:
        share = np.clip([of * force / max(int(among.sum()), 1)], 0.001, 0.9)
        return happens(rng, odds.astype(np.float32), cell, share, among) & among

    more = some(_UNDEREMPLOYED, part_time & active, score)
    nearly_done = score - 2.5 * (activity == RETIRED) - 0.06 * np.maximum(age - 50, 0)
    waiting = some(_AVAILABLE, outside, nearly_done)
    looking = some(_SEEKING, outside & ~waiting, nearly_done)
    u = uniform(rng, len(age))
    wants = waiting | looking | (outside & (u < np.where(activity == RETIRED, 0.01, 0.08)))
    available = unemployed | waiting | more | (part_time & (u < 0.15))
    wishes = more | ((activity == EMPLOYED) & ~part_time & (u < 0.02))
    return wishes, available, unemployed | looking, wants


def _hours(rng: Generator, block: Block) -> Array:
    """Usual hours a week: around 40, more of those with a business, about half of part-time workers."""
    work = block.work
    own = work.status == SELF_EMPLOYED
    spread = normal(rng, len(own))
    full = np.clip(39.5 + 8.0 * own + (3.5 + 6.5 * own) * spread, 35, 80)
    part = np.clip(22 + 6 * spread, 4, 34)
    return np.asarray(np.rint(np.where(work.part_time, part, full)).astype(np.float64))


def _industry(rng: Generator, block: Block) -> Array:
    level = block.education.level
    outside = (block.origins.group == NON_EU) & (level < HIGH)
    return pick_by_row(rng, _INDUSTRY, np.where(outside, _FROM_OUTSIDE, level).astype(np.int8))
