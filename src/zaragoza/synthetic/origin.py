"""Where people of the made-up country come from: birth countries, parents, years of stay, citizenship, reason.

Partners are often of one origin, and children follow their parents: a child is born abroad when it is older than the
stay of the parent who leads (the mother where there is one) and no parent was born here. Shares in this file are
assumed, and set so that the country comes near the shares in `targets.py`.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.random import Generator

from zaragoza.synthetic.draws import Array, expit, pick, pick_by_row, uniform
from zaragoza.synthetic.households import CHILD, FLATMATE, HEAD, PARTNER, Households, Members
from zaragoza.synthetic.origins import (
    EU,
    GROUP_OF,
    NATIVE,
    NON_EU,
    OLDER,
    PROTECTION,
    STOCK_ALL,
    YEARS,
    cumulative,
)

WORK_REASON, FAMILY_REASON, STUDY_REASON, PROTECTION_REASON, OTHER_REASON = range(5)
NONE: Final = -1  # no country: no former citizenship, parent not known

# Second generation among native-born adults, by age: no, one, two parents born abroad.
_SECOND_GENERATION: Final = np.vstack(
    [
        cumulative(np.array([0.866, 0.064, 0.070])),  # under 35
        cumulative(np.array([0.924, 0.046, 0.030])),  # 35-54
        cumulative(np.array([0.957, 0.030, 0.013])),  # 55 and over
    ]
)
_PARTNER_OF_MIGRANT: Final = cumulative(
    np.array([0.62, 0.25, 0.13])
)  # same country, native-born, another country
_PARTNER_FROM_ABROAD: Final = 0.045  # of the native-born
_MATE_OF_SAME_COUNTRY: Final = 0.7
_MATE_FROM_ABROAD: Final = 0.25
_CHILD_OF_NATIVES_ABROAD: Final = 0.025  # of the foreign-born: both parents born here (class 2a of CBS)
_REASON_EU: Final = cumulative(np.array([0.58, 0.30, 0.06, 0.0, 0.06]))
_REASON_NON_EU: Final = cumulative(np.array([0.30, 0.52, 0.07, 0.0, 0.11]))


@dataclass
class Origins:
    """Origin of the persons of one block; countries by number, NONE where there is none.

    Attributes:
        birth, mother, father: own and parents' birth country.
        years: completed years of stay of those born abroad, else 0.
        citizen, former: citizenship, and the one that was given up.
        reason: reason of migration of those born abroad.
    """

    birth: Array
    mother: Array
    father: Array
    years: Array
    citizen: Array
    former: Array
    reason: Array

    @property
    def group(self) -> Array:
        """Birth group: NATIVE, EU or NON_EU."""
        return GROUP_OF[self.birth]

    @property
    def two_foreign_parents(self) -> Array:
        """Born here, both parents born abroad."""
        return np.asarray((self.birth == NATIVE) & (self.mother > 0) & (self.father > 0))


def draw_origins(rng: Generator, households: Households, members: Members) -> Origins:
    """Origin of everybody: adults first, then children from their parents."""
    birth = _adult_birth(rng, households, members)
    mother, father = _adult_parents(rng, birth, members.age)
    years = _years(rng, birth, members.age)
    citizen = _adult_citizenship(rng, birth, mother, father, years)
    reason = _reasons(rng, birth)
    origins = Origins(birth, mother, father, years, citizen, np.full(len(birth), NONE, np.int8), reason)
    _children_follow(rng, members, origins)
    naturalised = (origins.birth > 0) & (citizen == NATIVE) & (origins.mother != NATIVE)
    origins.former[naturalised] = origins.birth[naturalised]
    return origins


def _adult_birth(rng: Generator, households: Households, members: Members) -> Array:
    head_country = households.country[members.household]
    birth = np.where(members.role == HEAD, head_country, 0).astype(np.int8)
    partners = np.flatnonzero(members.role == PARTNER)
    head = head_country[partners]
    choice = pick(rng, _PARTNER_OF_MIGRANT, len(partners))
    other = pick(rng, STOCK_ALL, len(partners))
    of_native = np.where(uniform(rng, len(partners)) < _PARTNER_FROM_ABROAD, other, 0)
    of_migrant = np.select([choice == 0, choice == 1], [head, 0], other)
    birth[partners] = np.where(head == NATIVE, of_native, of_migrant)
    mates = np.flatnonzero(members.role == FLATMATE)
    abroad = np.where(uniform(rng, len(mates)) < _MATE_FROM_ABROAD, pick(rng, STOCK_ALL, len(mates)), 0)
    same = uniform(rng, len(mates)) < _MATE_OF_SAME_COUNTRY
    birth[mates] = np.where(same, head_country[mates], abroad)
    return birth


def _adult_parents(rng: Generator, birth: Array, age: Array) -> tuple[Array, Array]:
    n = len(birth)
    abroad = birth > 0
    age_class = np.searchsorted(np.array([35, 55]), age, side="right")
    parents_abroad = pick_by_row(rng, _SECOND_GENERATION, age_class)
    country = pick(rng, OLDER, n)
    u = uniform(rng, n)
    mixed = np.where(
        u < 0.12, pick(rng, OLDER, n), country
    )  # two foreign-born parents, now and then of two countries
    mother = np.where((parents_abroad == 2) | ((parents_abroad == 1) & (u < 0.45)), country, NATIVE)
    father = np.where(
        parents_abroad == 2, mixed, np.where((parents_abroad == 1) & (u >= 0.45), country, NATIVE)
    )
    native_parents = uniform(rng, n) < _CHILD_OF_NATIVES_ABROAD
    mother = np.where(abroad, np.where(native_parents, NATIVE, birth), mother)
    father = np.where(abroad, np.where(native_parents | (u < 0.02), NATIVE, birth), father)
    return mother.astype(np.int8), father.astype(np.int8)


def _years(rng: Generator, birth: Array, age: Array) -> Array:
    """Years of stay: gamma around the country's mean, never more than the age."""
    years = np.zeros(len(birth), dtype=np.int16)
    rows = np.flatnonzero(birth > 0)
    drawn = rng.standard_gamma(1.4, len(rows), dtype=np.float32) / 1.4 * YEARS[birth[rows]]
    years[rows] = np.minimum(drawn.astype(np.int16), age[rows])
    return years


def _adult_citizenship(rng: Generator, birth: Array, mother: Array, father: Array, years: Array) -> Array:
    """Own country at birth, then naturalisation with the years; part of the second generation stays foreign."""
    group = GROUP_OF[birth]
    score = np.where(group == EU, -3.0 + 0.08 * years, -2.5 + 0.16 * years).astype(np.float32)
    u = uniform(rng, len(birth))
    foreign = (birth > 0) & (mother != NATIVE) & (u >= expit(score))
    citizen = np.where(foreign, birth, NATIVE)
    second = (birth == NATIVE) & (mother > 0) & (father > 0)
    still = second & (u < np.where(GROUP_OF[mother] == EU, 0.20, 0.06))
    return np.where(still, mother, citizen).astype(np.int8)


def _reasons(rng: Generator, birth: Array) -> Array:
    reason = np.full(len(birth), NONE, dtype=np.int8)
    for group, shares in ((EU, _REASON_EU), (NON_EU, _REASON_NON_EU)):
        rows = np.flatnonzero(GROUP_OF[birth] == group)
        reason[rows] = pick(rng, shares, len(rows))
    protected = uniform(rng, len(birth)) < PROTECTION[birth]
    reason[protected & (birth > 0)] = PROTECTION_REASON
    return reason


def _children_follow(rng: Generator, members: Members, origins: Origins) -> None:
    """Fills in birth country, parents, stay, citizenship and reason of those who live with their parents."""
    rows = np.flatnonzero(members.role == CHILD)
    mother, father = members.mother[rows], members.father[rows]
    lead = np.where(mother >= 0, mother, father)
    of_lead = origins.birth[lead]
    absent = np.where(uniform(rng, len(rows)) < 0.8, of_lead, NATIVE)  # the parent who lives elsewhere
    mother_birth = np.where(mother >= 0, origins.birth[mother], absent).astype(np.int8)
    father_birth = np.where(father >= 0, origins.birth[father], absent).astype(np.int8)
    abroad = (mother_birth > 0) & (father_birth > 0) & (origins.years[lead] < members.age[rows])
    origins.birth[rows] = np.where(abroad, of_lead, NATIVE)
    origins.mother[rows], origins.father[rows] = mother_birth, father_birth
    origins.years[rows] = np.where(abroad, origins.years[lead], 0)
    parent_is_citizen = (
        (mother_birth == NATIVE)
        | (father_birth == NATIVE)
        | (origins.citizen[lead] == NATIVE)
        | ((father >= 0) & (origins.citizen[father] == NATIVE))
    )
    by_birth = ~abroad & (uniform(rng, len(rows)) < 0.15)
    origins.citizen[rows] = np.where(parent_is_citizen | by_birth, NATIVE, origins.citizen[lead])
    came_along = np.where(origins.reason[lead] == PROTECTION_REASON, PROTECTION_REASON, FAMILY_REASON)
    origins.reason[rows] = np.where(abroad, came_along, NONE)
