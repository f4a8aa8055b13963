"""Living conditions and health of the made-up country.

Each lack hits its share in the population and follows income, origin, place and what a household has in common, so that
lacks come together: 5 of 13 is material and social deprivation, 7 of 13 is severe.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.random import Generator

from zaragoza.synthetic.draws import Array, curve, happens, normal, pick_by_row, uniform
from zaragoza.synthetic.education import Education
from zaragoza.synthetic.households import Households, Members
from zaragoza.synthetic.income import Income
from zaragoza.synthetic.origin import PROTECTION_REASON, Origins
from zaragoza.synthetic.origins import NON_EU, cumulative
from zaragoza.synthetic.targets import wanted
from zaragoza.synthetic.work import DISABLED, EMPLOYED, Work

# Share of persons that lack the item (assumed), items of households and of persons of 16 and over.
OF_HOUSEHOLDS: Final = {
    "lacks_unexpected_expenses": 0.320,
    "lacks_holiday": 0.290,
    "arrears": 0.112,
    "lacks_meal": 0.100,
    "lacks_warmth": 0.085,
    "lacks_car": 0.072,
    "lacks_furniture": 0.215,
}
OF_PERSONS: Final = {
    "lacks_clothes": 0.082,
    "lacks_shoes": 0.035,
    "lacks_meeting": 0.075,
    "lacks_leisure": 0.145,
    "lacks_pocket_money": 0.122,
    "lacks_internet": 0.030,
}
VERY_GOOD, GOOD, FAIR, BAD, VERY_BAD = range(5)
SEVERE, SOME, NOT_LIMITED = range(3)
_ADULT: Final = 16
_NOT_GOOD: Final = np.vstack([cumulative(np.array([0.69, 0.245, 0.065]))])
_LIMITED: Final = np.vstack(  # severely, somewhat, not limited, by health from very good to very bad
    [
        cumulative(np.array(row))
        for row in (
            [0.005, 0.03, 0.965],
            [0.015, 0.11, 0.875],
            [0.07, 0.42, 0.51],
            [0.37, 0.48, 0.15],
            [0.75, 0.20, 0.05],
        )
    ]
)
_HEALTH_BY_AGE: Final = curve({0: 2.6, 100: -2.6})
_HEALTH_BY_LEVEL: Final = np.array([-0.25, 0.0, 0.35], dtype=np.float32)
_VERY_GOOD_BY_AGE: Final = curve({16: 0.5, 40: 0.32, 70: 0.15})
_CHRONIC: Final = np.array([0.10, 0.23, 0.66, 0.92, 0.97], dtype=np.float32)


@dataclass
class Wellbeing:
    """Living conditions and health of one block.

    Attributes:
        household_lacks: for each item of OF_HOUSEHOLDS, whether the household lacks it.
        person_lacks: for each item of OF_PERSONS, whether the person lacks it.
        health: VERY_GOOD ... VERY_BAD; of those of 16 and over, as all that follow.
        chronic: long-standing illness.
        limitation: SEVERE, SOME or NOT_LIMITED.
        unmet_need: needed care and did not get it for its price, the waiting list or the distance.
    """

    household_lacks: dict[str, Array]
    person_lacks: dict[str, Array]
    health: Array
    chronic: Array
    limitation: Array
    unmet_need: Array


def draw_wellbeing(
    rng: Generator, households: Households, members: Members, origins: Origins, education: Education, work: Work,
    income: Income, advantage: Array,
) -> Wellbeing:  # fmt: skip
    """Draws lacks and health; `advantage` is how well off the household's district is."""
    household = members.household
    means = np.log(np.maximum(income.equivalised, 3_000) / 18_000)
    abroad = (households.country > 0).astype(np.float32)
    hardship = -2.6 * means + 2.1 * normal(rng, len(means)) - 0.25 * advantage + 0.35 * abroad
    hardship = hardship.astype(np.float32)
    one_cell = np.zeros(len(hardship), dtype=np.int8)
    of_households = {
        name: happens(rng, hardship, one_cell, np.array([share])) for name, share in OF_HOUSEHOLDS.items()
    }
    age = members.age
    adult = age >= _ADULT
    one_cell = np.zeros(len(age), dtype=np.int8)
    own = hardship[household] + 0.8 * normal(rng, len(age))
    of_persons = {
        name: happens(rng, own, one_cell, np.array([share]), adult) for name, share in OF_PERSONS.items()
    }
    health = _health(rng, members, origins, education, work, means[household])
    chronic = uniform(rng, len(age)) < _CHRONIC[health]
    limitation = pick_by_row(rng, _LIMITED, health)
    score = -0.9 * means[household] + 0.3 * (origins.group == NON_EU) + 0.7 * (health >= FAIR)
    share = np.array([wanted("unmet_need", "_T", "_T", (16, 120))])
    unmet = happens(rng, score.astype(np.float32), one_cell, share, adult)
    return Wellbeing(of_households, of_persons, health, chronic, limitation, unmet)


def _health(
    rng: Generator, members: Members, origins: Origins, education: Education, work: Work, means: Array
) -> Array:
    """Good health of those aged 55-64 hits its target; the odds fall with age and rise with schooling and work."""
    age = members.age
    score = _HEALTH_BY_AGE[age] + _HEALTH_BY_LEVEL[education.level] + 0.45 * means
    score += 0.35 * (work.activity == EMPLOYED) - 1.9 * (work.activity == DISABLED)
    score -= 0.3 * (origins.reason == PROTECTION_REASON) + 0.012 * (origins.birth > 0) * np.maximum(
        age - 35, 0
    )
    among = (age >= 55) & (age <= 64)
    share = np.array([wanted("good_health", "_T", "_T", (55, 64))])
    good = happens(rng, score.astype(np.float32), np.zeros(len(age), dtype=np.int8), share, among)
    very = uniform(rng, len(age)) < _VERY_GOOD_BY_AGE[age]
    poor = FAIR + pick_by_row(rng, _NOT_GOOD, np.zeros(len(age), dtype=np.int8))
    return np.where(good, np.where(very, VERY_GOOD, GOOD), poor).astype(np.int8)
