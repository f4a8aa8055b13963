"""Earnings, benefits and household income of the made-up country, in euros of a year.

The levels are assumed; they are set so that poverty and the income of foreign citizens come near their targets.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.random import Generator

from zaragoza.synthetic.draws import Array, curve, normal, uniform
from zaragoza.synthetic.education import Education
from zaragoza.synthetic.households import Households, Members
from zaragoza.synthetic.origin import Origins
from zaragoza.synthetic.origins import NATIVE, NON_EU
from zaragoza.synthetic.work import DISABLED, EMPLOYED, RETIRED, STUDENT, UNEMPLOYED, Work

NO_BENEFIT, PENSION, UNEMPLOYMENT, DISABILITY, GRANT, CHILD_BENEFIT, ASSISTANCE = range(7)
_WAGE_BY_OCCUPATION: Final = (
    np.array(  # log of the full-time yearly wage over 27 000, ISCO-08 major group 0 to 9
        [0.05, 0.42, 0.30, 0.14, -0.02, -0.20, -0.28, -0.05, -0.08, -0.34], dtype=np.float32
    )
)
_WAGE_BY_AGE: Final = curve({16: -0.45, 25: -0.2, 40: 0.06, 55: 0.1, 70: 0.0})
_WAGE_BY_LEVEL: Final = np.array([-0.06, 0.0, 0.12], dtype=np.float32)
_FREE_OF_TAX, _TAX = 9_000.0, 0.33
_CHILD: Final = 2_500.0
_FLOOR: Final = 8_600.0  # social assistance for one adult; scaled by the equivalence scale


@dataclass
class Income:
    """Income of one block.

    Attributes:
        earnings: gross earnings of persons.
        kind: kind of personal benefit, NO_BENEFIT to GRANT.
        benefit: its amount.
        child_benefit, assistance: of households.
        disposable: of households, after tax.
        scale: equivalent adults of households (1; 0.5 for others of 14 and over; 0.3 for children).
    """

    earnings: Array
    kind: Array
    benefit: Array
    child_benefit: Array
    assistance: Array
    disposable: Array
    scale: Array

    @property
    def equivalised(self) -> Array:
        """Income per equivalent adult, by household."""
        return np.asarray(self.disposable / self.scale)


def draw_income(
    rng: Generator, households: Households, members: Members, origins: Origins, education: Education, work: Work,
    place: Array,
) -> Income:  # fmt: skip
    """Draws earnings and benefits of persons and sums them up to households.

    Args:
        rng: source of chance.
        households: households of the block.
        members: their members.
        origins: their origin.
        education: their education.
        work: their work.
        place: shift of log wages by where they live.
    """
    n, household = len(households.size), members.household
    wage = _full_wage(rng, members, origins, education, work, place)
    earnings = np.rint(wage * work.months_worked / 12)
    kind, benefit = _benefits(rng, members, origins, work, wage)
    net = earnings - _TAX * np.maximum(earnings - _FREE_OF_TAX, 0)
    total = np.bincount(household, weights=net + benefit, minlength=n)
    children = np.bincount(household, weights=members.age < 18, minlength=n)
    teens = np.bincount(household, weights=members.age >= 14, minlength=n)
    scale = 1 + 0.5 * (teens - 1) + 0.3 * (households.size - teens)
    assets = np.exp(6.3 + 1.7 * normal(rng, n)) * (households.country == NATIVE)
    child_benefit = _CHILD * children
    total += child_benefit + np.minimum(assets, 90_000)
    floor = _FLOOR * scale * (0.85 + 0.3 * uniform(rng, n))
    assistance = np.rint(np.where(uniform(rng, n) < 0.90, np.maximum(floor - total, 0), 0))
    return Income(
        earnings=earnings,
        kind=kind,
        benefit=benefit,
        child_benefit=child_benefit,
        assistance=assistance,
        disposable=np.rint(total + assistance),
        scale=scale,
    )


def _full_wage(
    rng: Generator, members: Members, origins: Origins, education: Education, work: Work, place: Array
) -> Array:
    """What a full-time job of a whole year pays, or would pay."""
    log_wage = np.float32(np.log(27_000)) + place + 0.43 * normal(rng, len(place))
    log_wage += np.where(work.occupation >= 0, _WAGE_BY_OCCUPATION[work.occupation], -0.1)
    log_wage += _WAGE_BY_LEVEL[education.level]
    log_wage += _WAGE_BY_AGE[members.age]
    log_wage -= 0.11 * members.woman + 0.05 * (origins.group == NON_EU) + 0.02 * (origins.birth > 0)
    return np.exp(log_wage)


def _benefits(
    rng: Generator, members: Members, origins: Origins, work: Work, wage: Array
) -> tuple[Array, Array]:
    age = members.age
    u = uniform(rng, len(age))
    adult = age >= 18
    pensioner = (work.activity == RETIRED) | ((age >= 66) & (work.activity != EMPLOYED))
    lost = (work.activity == UNEMPLOYED) & adult & (u < 0.65)
    ill = work.activity == DISABLED
    grant = (work.activity == STUDENT) & adult & (u < 0.5)
    kind = np.select([pensioner, lost, ill, grant], [PENSION, UNEMPLOYMENT, DISABILITY, GRANT], NO_BENEFIT)
    career = np.where(origins.birth > 0, np.clip(origins.years / 30, 0.6, 1), 1) * np.where(
        members.woman, 0.87, 1
    )
    amount = np.select(
        [kind == PENSION, kind == UNEMPLOYMENT, kind == DISABILITY, kind == GRANT],
        [
            2_800 + 0.46 * wage * career,
            0.45 * np.minimum(wage, 40_000) * np.minimum(work.unemployed_for + 1, 12) / 12,
            6_500 + 0.22 * wage,
            3_000,
        ],
        0.0,
    )
    return kind.astype(np.int8), np.rint(amount)
