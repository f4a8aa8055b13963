"""The registers of the made-up country as Arrow tables, one set for each block of the country.

Office-like columns and number codes (`codes.py`); NULL where the register does not know. A person's number is its
position in the country, a household's number that of its first member, so that links can be followed without a search.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

import numpy as np
import pyarrow as pa
from numpy.random import Generator

from zaragoza.synthetic import codes
from zaragoza.synthetic.draws import Array, uniform
from zaragoza.synthetic.education import Education
from zaragoza.synthetic.households import Households, Members
from zaragoza.synthetic.housing import Housing
from zaragoza.synthetic.income import ASSISTANCE, CHILD_BENEFIT, NO_BENEFIT, Income
from zaragoza.synthetic.origin import NONE, Origins
from zaragoza.synthetic.origins import country_codes
from zaragoza.synthetic.places import COUNTRY, Places
from zaragoza.synthetic.wellbeing import Wellbeing
from zaragoza.synthetic.work import EMPLOYED, EMPLOYEE, NOT_OF_AGE, RETIRED, STUDENT, UNEMPLOYED, Work

FIRST_PERSON: Final = 100_000_001
FIRST_HOUSEHOLD: Final = 500_000_001
_ADULT: Final = 16
_COUNTRIES: Final = country_codes(COUNTRY)
# Shares that the registers do not know (assumed): of all, or of those born here and born abroad.
UNKNOWN_BIRTH: Final = 0.003
_UNKNOWN_CITIZENSHIP = 0.001
_UNKNOWN_MOTHER: Final = np.array([0.012, 0.050])
_UNKNOWN_FATHER: Final = np.array([0.017, 0.060])
_UNKNOWN_EDUCATION: Final = np.array([0.012, 0.100])
_UNKNOWN_HEALTH, _UNKNOWN_TENURE = 0.010, 0.005

Registers = Mapping[str, pa.Table]


@dataclass
class Block:
    """Everything drawn for one part of the country; `first` is the position of its first person in the country."""

    first: int
    places: Places
    households: Households
    members: Members
    origins: Origins
    education: Education
    work: Work
    income: Income
    housing: Housing
    wellbeing: Wellbeing


def make_registers(
    rng: Generator, block: Block, municipality: Array, municipalities: Sequence[str], unknown_birth: float
) -> Registers:
    """The registers of one block.

    Args:
        rng: source of chance for what is not known.
        block: what was drawn.
        municipality: position of each district's municipality in `municipalities`.
        municipalities: codes of municipalities.
        unknown_birth: share of persons without a country of birth.
    """
    person = FIRST_PERSON + block.first + np.arange(len(block.members.age), dtype=np.int64)
    household = FIRST_HOUSEHOLD + block.first + block.households.first.astype(np.int64)
    return {
        "persons": _persons(rng, block, person, household, unknown_birth),
        "households": _households(rng, block, household, municipality, municipalities),
        "education": _education(rng, block, person),
        "labour": _labour(block, person),
        "jobs": _jobs(block, person),
        "income": pa.table({"household_nr": household, "disposable_income": block.income.disposable}),
        "benefits": _benefits(block, person),
        "residence": _residence(block, person),
        "living_households": _living_households(block, household),
        "living_persons": _living_persons(rng, block, person),
    }


def _coded(values: Array, names: Sequence[str], unknown: Array | None = None) -> Any:
    """A dictionary column from positions; unknown where flagged."""
    return pa.DictionaryArray.from_arrays(pa.array(values, mask=unknown), pa.array(names))


def _persons(rng: Generator, block: Block, person: Array, household: Array, unknown_birth: float) -> pa.Table:
    members, origins = block.members, block.origins
    n = len(person)
    abroad = (origins.birth > 0).astype(np.int8)
    no_birth = uniform(rng, n) < unknown_birth

    def link(rows: Array) -> Any:
        return pa.array(person[rows], mask=rows < 0)

    def country(values: Array, unknown: Array) -> Any:
        return _coded(values, _COUNTRIES, unknown)

    return pa.table(
        {
            "person_nr": person,
            "household_nr": household[members.household],
            "sex": np.where(members.woman, 2, 1).astype(np.int8),
            "birth_year": (codes.YEAR - members.age).astype(np.int16),
            "birth_country": country(origins.birth, no_birth),
            "citizenship": country(origins.citizen, uniform(rng, n) < _UNKNOWN_CITIZENSHIP),
            "former_citizenship": country(origins.former, origins.former == NONE),
            "mother_nr": link(members.mother),
            "father_nr": link(members.father),
            "partner_nr": link(members.partner),
            "mother_country": country(origins.mother, uniform(rng, n) < _UNKNOWN_MOTHER[abroad]),
            "father_country": country(origins.father, uniform(rng, n) < _UNKNOWN_FATHER[abroad]),
            "arrival_year": pa.array(
                (codes.YEAR - origins.years).astype(np.int16), mask=no_birth | (origins.birth == 0)
            ),
        }
    )


def _households(
    rng: Generator, block: Block, household: Array, municipality: Array, municipalities: Sequence[str]
) -> pa.Table:
    place, housing = block.households.place, block.housing
    tenure = pa.array((housing.tenure + 1).astype(np.int8), mask=uniform(rng, len(place)) < _UNKNOWN_TENURE)
    return pa.table(
        {
            "household_nr": household,
            "region": _coded(block.places.region[place].astype(np.int8), codes.REGION),
            "municipality": _coded(municipality[place].astype(np.int32), municipalities),
            "urbanisation": (block.places.degree[place] + 1).astype(np.int8),
            "area_nr": block.places.district[place].astype(np.int32),
            "tenure": tenure,
            "rooms": housing.rooms.astype(np.int8),
            "housing_cost": housing.cost.astype(np.float32),
            "housing_allowance": housing.allowance.astype(np.float32),
        }
    )


def _education(rng: Generator, block: Block, person: Array) -> pa.Table:
    education = block.education
    n = len(person)
    u = uniform(rng, n)
    isced = np.zeros(n, dtype=np.int8)
    for level, shares in codes.ISCED_SHARES.items():
        inside = education.level == level
        for code, below in reversed(shares):
            isced[inside & (u < below)] = code
    adult = block.members.age >= 15
    unknown = uniform(rng, n) < _UNKNOWN_EDUCATION[(block.origins.birth > 0).astype(np.int8)]
    left = (education.years_since > 0) & adult & ~unknown
    return pa.table(
        {
            "person_nr": person,
            "isced_level": pa.array(isced, mask=unknown | ~adult),
            "enrolled": education.learning,
            "graduation_year": pa.array((codes.YEAR - education.years_since).astype(np.int16), mask=~left),
        }
    )


def _recode(values: Array, mapping: Mapping[int, int]) -> Array:
    table = np.zeros(max(mapping) + 1, dtype=np.int8)
    table[list(mapping)] = list(mapping.values())
    return table[values]


def _labour(block: Block, person: Array) -> pa.Table:
    work = block.work
    rows = np.flatnonzero(work.activity != NOT_OF_AGE)
    status = work.activity[rows]
    return pa.table(
        {
            "person_nr": person[rows],
            "status": _recode(status, codes.STATUS_OF_ACTIVITY),
            "months_unemployed": pa.array(work.unemployed_for[rows], mask=status != UNEMPLOYED),
            "months_worked": work.months_worked[rows],
            "months_workable": np.where(_outside_work_intensity(block)[rows], 0, 12).astype(np.int8),
        }
    )


def _outside_work_intensity(block: Block) -> Array:
    """Students under 25 and the retired do not count for work intensity (EU definition)."""
    activity, age = block.work.activity, block.members.age
    return np.asarray((activity == RETIRED) | ((activity == STUDENT) & (age < 25)))


def _jobs(block: Block, person: Array) -> pa.Table:
    work = block.work
    rows = np.flatnonzero(work.activity == EMPLOYED)
    status = work.status[rows]
    return pa.table(
        {
            "person_nr": person[rows],
            "isco_major": work.occupation[rows],
            "hours": (1 + work.part_time[rows]).astype(np.int8),
            "position": _recode(status, codes.POSITION_OF_STATUS),
            "contract": pa.array((1 + work.temporary[rows]).astype(np.int8), mask=status != EMPLOYEE),
            "tenure_months": work.tenure[rows],
            "gross_pay": block.income.earnings[rows].astype(np.float32),
        }
    )


def _benefits(block: Block, person: Array) -> pa.Table:
    """One row a benefit; those of a household are paid to its head."""
    income = block.income
    own = np.flatnonzero(income.kind != NO_BENEFIT)
    heads = person[block.households.first]
    child, assisted = np.flatnonzero(income.child_benefit > 0), np.flatnonzero(income.assistance > 0)
    kinds = (income.kind[own], np.full(len(child), CHILD_BENEFIT), np.full(len(assisted), ASSISTANCE))
    amounts = (income.benefit[own], income.child_benefit[child], income.assistance[assisted])
    return pa.table(
        {
            "person_nr": np.concatenate([person[own], heads[child], heads[assisted]]),
            "kind": np.concatenate(kinds).astype(np.int8),
            "amount": np.concatenate(amounts).astype(np.float32),
        }
    )


def _residence(block: Block, person: Array) -> pa.Table:
    origins = block.origins
    rows = np.flatnonzero(origins.birth > 0)
    return pa.table(
        {
            "person_nr": person[rows],
            "reason": (origins.reason[rows] + 1).astype(np.int8),
            "since": (codes.YEAR - origins.years[rows]).astype(np.int16),
        }
    )


def _living_households(block: Block, household: Array) -> pa.Table:
    return pa.table({"household_nr": household, **block.wellbeing.household_lacks})


def _living_persons(rng: Generator, block: Block, person: Array) -> pa.Table:
    wellbeing = block.wellbeing
    rows = np.flatnonzero(block.members.age >= _ADULT)
    unknown = uniform(rng, len(rows)) < _UNKNOWN_HEALTH
    return pa.table(
        {
            "person_nr": person[rows],
            **{name: lacks[rows] for name, lacks in wellbeing.person_lacks.items()},
            "health": pa.array((wellbeing.health[rows] + 1).astype(np.int8), mask=unknown),
            "chronic_illness": pa.array(wellbeing.chronic[rows], mask=unknown),
            "limitation": pa.array((wellbeing.limitation[rows] + 1).astype(np.int8), mask=unknown),
            "unmet_medical_need": wellbeing.unmet_need[rows],
        }
    )
