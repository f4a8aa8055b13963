"""Work in the made-up country: activity status, jobs and months worked.

Employment, unemployment, NEET and over-qualification hit their targets by birth group and sex; within these cells they
follow age, education, children, place, stay, citizenship and the household, so that composition explains part of a gap.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.random import Generator

from zaragoza.synthetic.draws import Array, cell_counts, curve, happens, pick_by_row, uniform
from zaragoza.synthetic.education import GROUP_NAMES, HIGH, Education
from zaragoza.synthetic.households import Members
from zaragoza.synthetic.origin import PROTECTION_REASON, Origins
from zaragoza.synthetic.origins import NATIVE, NON_EU, WORK, cumulative
from zaragoza.synthetic.targets import wanted

EMPLOYED, UNEMPLOYED, STUDENT, RETIRED, DISABLED, DOMESTIC, OTHER, NOT_OF_AGE = range(8)
EMPLOYEE, SELF_EMPLOYED, FAMILY_WORKER = range(3)
_CELLS: Final = [(group, sex) for group in GROUP_NAMES for sex in ("M", "F")]  # cell = 2 x group + woman
_WORKING: Final = (20, 64)
_ACTIVE: Final = (15, 74)
_STUDENTS_AT_WORK: Final = 0.24  # of those aged 18-24 who learn; assumed
# Effects on log-odds and shares by age or by years of stay (assumed).
_WORK_BY_AGE: Final = curve({15: -1.6, 20: -0.6, 25: 0.0, 30: 0.35, 52: 0.35, 57: -0.35, 60: -1.1, 64: -2.3})
_WORK_BY_STAY: Final = curve({0: -1.1, 2: -0.8, 5: -0.35, 10: -0.1, 20: 0.0})
_LOOKING_BY_AGE: Final = curve({15: 0.4, 25: 0.6, 50: 0.3, 58: -0.4, 62: -2, 65: -4, 74: -6})
_RETIRED_BY_AGE: Final = curve({49: 0.0, 55: 0.08, 58: 0.22, 60: 0.45, 62: 0.68, 64: 0.86, 65: 1.0})
_ILL_BY_AGE: Final = curve({18: 0.05, 30: 0.13, 50: 0.24, 64: 0.10})
_TEMPORARY_BY_AGE: Final = curve({15: 2.2, 20: 1.6, 30: 0.4, 40: -0.3, 64: -0.6})
_OWN_BUSINESS_BY_AGE: Final = curve({15: -1.8, 25: -0.8, 45: 0.15, 64: 0.4, 70: 1.5})
_WORK_BY_LEVEL: Final = np.array([-0.85, 0.0, 0.75], dtype=np.float32)
# Major groups of ISCO-08, 1 to 9, by attainment (assumed); tertiary educated at 1-3 and at 4-9 apart.
_OCCUPATION: Final = np.vstack(
    [
        cumulative(np.array([0.02, 0.02, 0.05, 0.06, 0.26, 0.07, 0.18, 0.13, 0.21])),
        cumulative(np.array([0.05, 0.06, 0.17, 0.13, 0.24, 0.04, 0.16, 0.09, 0.06])),
        cumulative(np.array([0.13, 0.62, 0.25, 0.0, 0.0, 0.0, 0.0, 0.0, 0.0])),
        cumulative(np.array([0.0, 0.0, 0.0, 0.40, 0.34, 0.03, 0.09, 0.06, 0.08])),
    ]
)


@dataclass
class Work:
    """Work of the persons of one block.

    Attributes:
        activity: EMPLOYED ... OTHER; NOT_OF_AGE under 15.
        occupation: ISCO-08 major group of the employed, else -1.
        part_time, temporary: of the employed (temporary: of employees).
        status: EMPLOYEE, SELF_EMPLOYED or FAMILY_WORKER.
        tenure: months in the present job.
        unemployed_for: months without work, of the unemployed.
        months_worked: months of the year worked, full-time equivalents, from 16 on.
    """

    activity: Array
    occupation: Array
    part_time: Array
    temporary: Array
    status: Array
    tenure: Array
    unemployed_for: Array
    months_worked: Array


def draw_work(
    rng: Generator, members: Members, origins: Origins, education: Education, place: Array, shared: Array
) -> Work:
    """Draws status and job of everybody.

    Args:
        rng: source of chance.
        members: persons of the block.
        origins: their origin.
        education: their education.
        place: shift of the log-odds of work by where they live.
        shared: what the members of a household have in common, standard normal.
    """
    cell = 2 * origins.group + members.woman
    score = _work_score(members, origins, education) + place + 0.45 * shared
    score = score.astype(np.float32)
    employed = _employed(rng, members, education, cell, score)
    unemployed = _unemployed(rng, members, education, cell, score, employed)
    activity = _status(rng, members, education, employed, unemployed)
    return _with_jobs(rng, members, origins, education, cell, activity)


def _work_score(members: Members, origins: Origins, education: Education) -> Array:
    age, woman = members.age, members.woman
    score = _WORK_BY_AGE[age] + _WORK_BY_LEVEL[education.level]
    score -= 1.1 * (education.learning & (age < 30))
    score += WORK[origins.birth] - 0.35 * origins.two_foreign_parents
    foreign_born = origins.birth > 0
    score += foreign_born * _WORK_BY_STAY[origins.years]
    score -= 0.4 * (origins.reason == PROTECTION_REASON) + 0.3 * (
        (origins.group == NON_EU) & (origins.citizen > 0)
    )
    score -= 0.75 * (woman & _has_young_child(members))
    return np.asarray(score)


def _has_young_child(members: Members) -> Array:
    """Mothers and fathers who live with a child under six."""
    young = members.age < 6
    found = np.zeros(len(members.age), dtype=np.bool_)
    for parent in (members.mother, members.father):
        rows = parent[young]
        found[rows[rows >= 0]] = True
    return found


def _employed(rng: Generator, members: Members, education: Education, cell: Array, score: Array) -> Array:
    age, learning = members.age, education.learning
    employed = np.zeros(len(age), dtype=np.bool_)
    u = uniform(rng, len(age))
    employed |= ((age >= 15) & (age < 18) & (u < 0.06)) | ((age >= 65) & (age < 70) & (u < 0.12))
    employed |= (age >= 70) & (age < 75) & (u < 0.05)
    young = (age >= 18) & (age < 25)
    employed |= young & learning & (u < _STUDENTS_AT_WORK)
    out = np.flatnonzero(young & ~learning)
    neet = np.array([wanted("neet", group, sex, (18, 24)) for group, sex in _CELLS])
    of_out = neet * cell_counts(cell, 6, young) / np.maximum(cell_counts(cell, 6, young & ~learning), 1)
    employed[out] = happens(rng, score[out], cell[out], np.clip(1 - of_out, 0.02, 0.98))
    rates = np.array([wanted("employment_rate", group, sex, _WORKING) for group, sex in _CELLS])
    among = (age >= _WORKING[0]) & (age <= _WORKING[1])
    rest = np.flatnonzero((age >= 25) & (age <= 64))
    needed = rates * cell_counts(cell, 6, among) - cell_counts(cell, 6, among & (age < 25) & employed)
    shares = needed / np.maximum(cell_counts(cell[rest], 6, np.ones(len(rest), np.bool_)), 1)
    employed[rest] = happens(rng, score[rest], cell[rest], np.clip(shares, 0.02, 0.98))
    return employed


def _unemployed(
    rng: Generator, members: Members, education: Education, cell: Array, score: Array, employed: Array
) -> Array:
    """As many unemployed as the rate asks: U = rate x E / (1 - rate)."""
    age = members.age
    active = (age >= _ACTIVE[0]) & (age <= _ACTIVE[1])
    out = np.flatnonzero(active & ~employed)
    rates = np.array([wanted("unemployment_rate", group, sex, _ACTIVE) for group, sex in _CELLS])
    needed = rates / (1 - rates) * cell_counts(cell, 6, active & employed)
    shares = needed / np.maximum(cell_counts(cell[out], 6, np.ones(len(out), np.bool_)), 1)
    looking = 0.35 * score[out] + _LOOKING_BY_AGE[age[out]]
    looking -= 1.6 * (education.learning[out] & (age[out] < 30)) + 2.0 * (age[out] < 18)
    unemployed = np.zeros(len(age), dtype=np.bool_)
    unemployed[out] = happens(rng, looking.astype(np.float32), cell[out], np.clip(shares, 0.005, 0.95))
    return unemployed


def _status(
    rng: Generator, members: Members, education: Education, employed: Array, unemployed: Array
) -> Array:
    age, woman = members.age, members.woman
    u = uniform(rng, len(age))
    retired = u < _RETIRED_BY_AGE[age]
    ill = u > 1 - _ILL_BY_AGE[age]
    home = uniform(rng, len(age)) < np.where(woman, 0.72, 0.16)
    return np.select(
        [age < 15, employed, unemployed, education.learning & (age < 30), retired, ill, home],
        [NOT_OF_AGE, EMPLOYED, UNEMPLOYED, STUDENT, RETIRED, DISABLED, DOMESTIC],
        OTHER,
    ).astype(np.int8)


def _with_jobs(
    rng: Generator, members: Members, origins: Origins, education: Education, cell: Array, activity: Array
) -> Work:
    n = len(activity)
    rows = np.flatnonzero(activity == EMPLOYED)
    age, woman, level = members.age[rows], members.woman[rows], education.level[rows]
    abroad = origins.birth[rows] > 0
    occupation = np.full(n, -1, dtype=np.int8)
    occupation[rows] = _occupations(rng, origins, level, cell[rows], rows)
    part_time, temporary = np.zeros(n, dtype=np.bool_), np.zeros(n, dtype=np.bool_)
    score = 0.5 * (age < 25) - 0.3 * level + 0.1 * abroad + 0.9 * (woman & _has_young_child(members)[rows])
    shares = np.array([wanted("part_time", "_T", "M", (15, 64)), wanted("part_time", "_T", "F", (15, 64))])
    part_time[rows] = happens(rng, score.astype(np.float32), woman.astype(np.int8), shares)
    status = np.full(n, EMPLOYEE, dtype=np.int8)
    status[rows] = _statuses(rng, age, woman)
    score = _TEMPORARY_BY_AGE[age] + 0.45 * abroad - 0.2 * level
    share = np.array([wanted("temporary", "_T", "_T", (15, 64))])
    one_cell = np.zeros(len(rows), dtype=np.int8)
    temporary[rows] = happens(rng, score.astype(np.float32), one_cell, share, status[rows] == EMPLOYEE)
    temporary &= status == EMPLOYEE
    tenure = np.zeros(n, dtype=np.int16)
    tenure[rows] = _tenures(rng, age, temporary[rows], origins, rows)
    lost = np.flatnonzero(activity == UNEMPLOYED)
    unemployed_for = np.zeros(n, dtype=np.int16)
    unemployed_for[lost] = np.minimum(rng.standard_exponential(len(lost), np.float32) * 12.85, 119).astype(
        np.int16
    )
    months = _months(rng, activity, part_time, tenure, unemployed_for)
    return Work(activity, occupation, part_time, temporary, status, tenure, unemployed_for, months)


def _occupations(rng: Generator, origins: Origins, level: Array, cell: Array, rows: Array) -> Array:
    """ISCO-08 major groups; the tertiary educated are over-qualified as often as their cell asks."""
    high = np.flatnonzero(level == HIGH)
    shares = np.array([wanted("over_qualification", group, sex, _WORKING) for group, sex in _CELLS])
    origin = origins.birth[rows[high]]
    score = -0.5 * WORK[origin] - 0.02 * np.minimum(origins.years[rows[high]], 20)
    over = happens(rng, score.astype(np.float32), cell[high], shares)
    kind = level.copy()
    kind[high] = np.where(over, 3, HIGH)
    abroad = origins.birth[rows] > 0
    occupation = 1 + pick_by_row(rng, _OCCUPATION, kind)
    lower = (kind < HIGH) & abroad & (occupation < 7) & (uniform(rng, len(rows)) < 0.22)
    occupation = np.where(lower, 9, occupation)
    soldier = (kind < HIGH) & (origins.birth[rows] == NATIVE) & (uniform(rng, len(rows)) < 0.005)
    return np.where(soldier, 0, occupation).astype(np.int8)


def _statuses(rng: Generator, age: Array, woman: Array) -> Array:
    score = _OWN_BUSINESS_BY_AGE[age] - 0.55 * woman
    share = np.array([wanted("self_employed", "_T", "_T", (15, 64))])
    own = happens(rng, score.astype(np.float32), np.zeros(len(age), dtype=np.int8), share)
    family = ~own & (uniform(rng, len(age)) < 0.008)
    return np.where(own, SELF_EMPLOYED, np.where(family, FAMILY_WORKER, EMPLOYEE)).astype(np.int8)


def _tenures(rng: Generator, age: Array, temporary: Array, origins: Origins, rows: Array) -> Array:
    """Months in the job: exponential, not before the age of 16, nor before arrival."""
    mean = np.clip(6.0 * (age - 17), 10, 230) * np.where(temporary, 0.24, 1.25)
    drawn = rng.standard_exponential(len(rows), np.float32) * mean
    longest = 12 * np.maximum(age - 15, 1)
    stay = np.where(origins.birth[rows] > 0, 12 * origins.years[rows] + 8, longest)
    shortest = np.minimum(np.minimum(drawn, longest), np.minimum(stay, 600))
    return np.asarray(shortest.astype(np.int16))


def _months(rng: Generator, activity: Array, part_time: Array, tenure: Array, unemployed_for: Array) -> Array:
    """Full-time equivalent months worked in the year: all months of old jobs, part of them around a change."""
    u = uniform(rng, len(activity))
    full = np.where(tenure >= 12, 12, np.maximum(tenure, 12 * u))
    before = np.maximum(11 - unemployed_for, 0) * (u < 0.7)
    months = np.where(activity == EMPLOYED, full * np.where(part_time, 0.55, 1.0), 0)
    return np.asarray(np.where(activity == UNEMPLOYED, before, months).astype(np.float32))
