"""Housing of the made-up country: tenure, rooms and what they cost.

Rooms needed follow the EU definition: one for the household, one for each couple and each other adult, one for two
people of one sex aged 12-17, one for two children under 12.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.random import Generator

from zaragoza.synthetic.draws import Array, curve, expit, happens, intercepts, normal, pick, uniform
from zaragoza.synthetic.households import Households, Members
from zaragoza.synthetic.income import Income
from zaragoza.synthetic.origins import GROUP_OF, cumulative
from zaragoza.synthetic.targets import wanted

OUTRIGHT, MORTGAGE, MARKET, REDUCED, FREE = range(5)
_TENANTS: Final = {  # tenants at market rent, at reduced rent, free of rent; native-born and foreign-born head
    False: cumulative(np.array([0.66, 0.22, 0.12])),
    True: cumulative(np.array([0.70, 0.25, 0.05])),
}
_RENT_BY_DEGREE: Final = np.array([1.22, 1.0, 0.85], dtype=np.float32)
_OWNER_BY_AGE: Final = curve({20: -1.6, 30: -0.6, 40: 0.2, 55: 0.6, 75: 0.7})
_PAID_OFF_BY_AGE: Final = curve({25: 0.08, 45: 0.2, 60: 0.6, 70: 0.9})
_MOST_ROOMS: Final = 10


@dataclass
class Housing:
    """Housing of the households of one block.

    Attributes:
        tenure: OUTRIGHT ... FREE.
        needed: rooms needed.
        rooms: rooms at hand.
        cost: housing cost a month.
        allowance: housing allowance a year.
    """

    tenure: Array
    needed: Array
    rooms: Array
    cost: Array
    allowance: Array


def rooms_needed(households: int, household: Array, age: Array, woman: Array, in_couple: Array) -> Array:
    """Rooms needed by household (EU definition of overcrowding).

    Args:
        households: number of households.
        household: position of each person's household.
        age: age of each person.
        woman: whether the person is a woman.
        in_couple: whether the partner lives in the household.
    """

    def count(chosen: Array) -> Array:
        return np.bincount(household[chosen], minlength=households)

    grown, teen = age >= 18, (age >= 12) & (age < 18)
    rooms = 1 + count(grown & in_couple) // 2 + count(grown & ~in_couple)
    rooms += (count(teen & woman) + 1) // 2 + (count(teen & ~woman) + 1) // 2
    return np.asarray(rooms + (count(age < 12) + 1) // 2)


def draw_housing(
    rng: Generator, households: Households, members: Members, income: Income, degree: Array
) -> Housing:
    """Draws tenure, rooms and costs; `degree` is the degree of urbanisation of each household."""
    n, household = len(households.size), members.household
    group = GROUP_OF[households.country]
    wealth = np.log(np.maximum(income.equivalised, 3_000) / 18_000).astype(np.float32)
    age = members.age[households.first]
    owner = _owners(rng, households, wealth, age, degree)
    outright = uniform(rng, n) < _PAID_OFF_BY_AGE[age]
    tenure = np.where(owner, np.where(outright, OUTRIGHT, MORTGAGE), MARKET).astype(np.int8)
    for abroad in (False, True):
        rows = np.flatnonzero(~owner & ((group > 0) == abroad))
        tenure[rows] = MARKET + pick(rng, _TENANTS[abroad], len(rows))
    needed = rooms_needed(n, household, members.age, members.woman, members.partner >= 0)
    score = 0.9 * (tenure >= MARKET) - 0.8 * wealth + 0.35 * (degree == 0) + 0.3 * (households.size >= 4)
    rooms = _rooms(rng, households, household, needed, score.astype(np.float32))
    cost, allowance = _costs(rng, income, tenure, rooms, degree)
    return Housing(tenure, needed, rooms, cost, allowance)


def _owners(rng: Generator, households: Households, wealth: Array, age: Array, degree: Array) -> Array:
    score = 1.5 * wealth + _OWNER_BY_AGE[age]
    score += 0.45 * degree + 0.5 * households.has_couple
    shares = np.array(
        [wanted("owners", "NAT", "_T", (18, 120)), wanted("owners", "FOR", "_T", (18, 120))]
    ) - np.array([0.02, 0.06])  # owners live in larger households: fewer households than persons
    return happens(rng, score.astype(np.float32), (households.country > 0).astype(np.int8), shares)


def _rooms(rng: Generator, households: Households, household: Array, needed: Array, score: Array) -> Array:
    """As many crowded households as gives the wanted share of persons; others have room to spare."""
    abroad = (households.country > 0).astype(np.int8)
    shares = np.array(
        [wanted("overcrowded", "NAT", "_T", (0, 120)), wanted("overcrowded", "FOR", "_T", (0, 120))]
    ) + np.array([-0.004, 0.012])  # the native-born children of migrants live with them
    constant = intercepts(score[household], abroad[household], shares)
    crowded = uniform(rng, len(score)) < expit(score + constant[abroad])
    spare = rng.poisson(np.clip(1.3 - 0.5 * score, 0.2, 2.6)).astype(np.int16)
    short = 1 + (uniform(rng, len(score)) < 0.15)
    rooms = np.where(crowded, np.maximum(needed - short, 1), needed + spare)
    return np.minimum(rooms, np.maximum(_MOST_ROOMS, needed)).astype(np.int16)


def _costs(rng: Generator, income: Income, tenure: Array, rooms: Array, degree: Array) -> tuple[Array, Array]:
    n = len(tenure)
    spread = np.exp(0.28 * normal(rng, n))
    rent = (300 + 79 * rooms) * _RENT_BY_DEGREE[degree] * spread
    service = (150 + 18 * rooms) * np.sqrt(spread)
    loan = service + np.minimum(0.17 * np.maximum(income.disposable, 12_000) / 12 * spread, 1_400)
    cost = np.select([tenure == OUTRIGHT, tenure == MORTGAGE, tenure == MARKET, tenure == REDUCED],
                     [service, loan, rent, 0.72 * rent], service)  # fmt: skip
    poor = (income.equivalised < 11_500) & ((tenure == MARKET) | (tenure == REDUCED))
    helped = poor & (uniform(rng, n) < 0.6)
    allowance = np.where(helped, 12 * 0.35 * cost, 0)
    return np.rint(cost), np.rint(allowance)
