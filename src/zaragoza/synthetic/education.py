"""Education of the made-up country: attainment, taking part, early leaving.

Tertiary and low attainment (25-64) and early leaving (18-24) hit their target in every birth group; within the groups
they follow age, sex, place, country of birth and parents' origin.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.random import Generator

from zaragoza.synthetic.draws import Array, happens, uniform
from zaragoza.synthetic.households import Members
from zaragoza.synthetic.origin import PROTECTION_REASON, Origins
from zaragoza.synthetic.origins import EU, NATIVE, NON_EU, SCHOOLING
from zaragoza.synthetic.targets import wanted

LOW, MEDIUM, HIGH = range(3)
_YOUNG: Final = (18, 24)
_ADULT: Final = (25, 64)
# Share that took part in education or training in the last four weeks, by age: 22.7 % at 25-29, 10.6 % at 30-54 and
# 6.2 % at 55-64 (2019; JAF PA8.2.C1.Y25-29, PA8.2.C1.Y30-54, PA1c.S3.); other ages are assumed.
_LEARNING: Final = {
    0: 0.0, 3: 0.9, 4: 1.0, 15: 0.99, 16: 0.97, 17: 0.94, 18: 0.84, 19: 0.72, 20: 0.63, 21: 0.57, 22: 0.50, 23: 0.42,
    24: 0.35, 25: 0.227, 30: 0.106, 55: 0.062, 65: 0.03, 75: 0.01,
}  # fmt: skip


@dataclass
class Education:
    """Education of the persons of one block.

    Attributes:
        level: LOW, MEDIUM or HIGH; children under 15 have LOW.
        learning: in education or training in the last four weeks.
        years_since: years since the highest level was reached, 0 for those who have not left school.
    """

    level: Array
    learning: Array
    years_since: Array


def _by_age(values: dict[int, float]) -> Array:
    """A value for every age: that of the nearest listed age below."""
    table = np.zeros(121, dtype=np.float32)
    for age, value in values.items():
        table[age:] = value
    return table


_LEARNING_BY_AGE: Final = _by_age(_LEARNING)


def draw_education(rng: Generator, members: Members, origins: Origins, advantage: Array) -> Education:
    """Draws who learns, who left early, and the attainment of everybody."""
    age, group = members.age, origins.group
    background = 0.25 * advantage - 0.45 * origins.two_foreign_parents
    learning = uniform(rng, len(age)) < _LEARNING_BY_AGE[age]
    learning &= (age < 25) | (group == NATIVE) | (uniform(rng, len(age)) < 0.93)
    early = _early_leavers(rng, members, group, background)
    learning &= ~early
    level = _attainment(rng, members, origins, background)
    young = age < 25
    level[young] = _young_level(rng, age[young], learning[young], early[young])
    leaving = np.select([level == HIGH, level == MEDIUM], [23, 19], 16) + (2 * uniform(rng, len(age))).astype(
        np.int8
    )
    years = np.where(learning & young, 0, np.maximum(age - leaving, 0))
    return Education(level, learning, years.astype(np.int16))


def _early_leavers(rng: Generator, members: Members, group: Array, background: Array) -> Array:
    shares = np.array([wanted("early_leavers", name, "_T", _YOUNG) for name in GROUP_NAMES])
    rows = np.flatnonzero((members.age >= 18) & (members.age <= 24))
    early = np.zeros(len(group), dtype=np.bool_)
    score = (-background - 0.35 * members.woman)[rows]
    early[rows] = happens(rng, score.astype(np.float32), group[rows], shares)
    return early


def _attainment(rng: Generator, members: Members, origins: Origins, background: Array) -> Array:
    """Attainment of adults; younger cohorts went to school longer."""
    age, group, woman = members.age, origins.group, members.woman
    cohort = np.clip(45 - age, -45, 15).astype(np.float32)
    score = background + 0.034 * cohort + woman * (0.12 + 0.012 * cohort) + SCHOOLING[origins.birth]
    score -= 0.3 * (origins.reason == PROTECTION_REASON)
    among = (age >= _ADULT[0]) & (age <= _ADULT[1])
    high_shares = np.array([wanted("tertiary", name, "_T", _ADULT) for name in GROUP_NAMES])
    low_shares = np.array([wanted("low_education", name, "_T", _ADULT) for name in GROUP_NAMES])
    score = score.astype(np.float32)
    high = happens(rng, score, group, high_shares, among)
    low = happens(rng, -score, group, low_shares / (1 - high_shares), among & ~high)
    return np.where(high, HIGH, np.where(low, LOW, MEDIUM)).astype(np.int8)


def _young_level(rng: Generator, age: Array, learning: Array, early: Array) -> Array:
    """Attainment below 25: pupils are still on their way, early leavers stay low, the rest finished something."""
    n = len(age)
    u = uniform(rng, n)
    finished_secondary = u < np.clip((age - 17.2) / 2.2, 0, 0.97)
    finished_tertiary = (age >= 21) & (u < 0.09 * (age - 20))
    done = np.where((age >= 22) & (u < 0.1 * (age - 20)), HIGH, MEDIUM)
    on_the_way = np.where(finished_tertiary, HIGH, np.where(finished_secondary, MEDIUM, LOW))
    level = np.where(learning, on_the_way, done)
    return np.where(early | (age < 16), LOW, level).astype(np.int8)


GROUP_NAMES: Final = {NATIVE: "NAT", EU: "EU27_2020_FOR", NON_EU: "NEU27_2020_FOR"}.values()
