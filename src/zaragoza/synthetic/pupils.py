"""Children of the made-up country in care and at school: hours of care, a test at 15, and how school is for them.

Scores lie around 480 with a spread of 100, as in PISA; ten values stand for each pupil's skill. All levels and gaps are
assumed: pupils whose parents were both born abroad read less well, more so when they were born abroad themselves.
"""

from __future__ import annotations

from typing import Any, Final

import numpy as np
from numpy.random import Generator

from zaragoza.synthetic.draws import Array, expit, normal, uniform
from zaragoza.synthetic.registers import Block

CARE: Final = ("preschool_hours", "compulsory_school_hours", "centre_care_hours", "day_care_hours")
SUBJECTS: Final = ("reading", "maths", "science")
PLAUSIBLE: Final = 10
SCORES: Final = tuple(f"{subject}_{number}" for subject in SUBJECTS for number in range(1, PLAUSIBLE + 1))
AT_SCHOOL: Final = (*SCORES, "belongs_at_school", "bullied_at_school", "school_migrant_share")
_CARE_UNTIL, _SCHOOL_FROM, _PRESCHOOL_FROM = 12, 6, 3
_TESTED: Final = (15, 16)
_SCHOOL: Final = 25  # pupils of a school who are tested
_SPREAD, _KNOWN = 88.0, 0.85  # of scores within a group; share of it that the test tells
_ALIKE: Final = 0.8  # of skills in two subjects
_SORTED: Final = 1.3  # by how much pupils of migrants tend to other schools, in standard deviations


def in_care(block: Block) -> Array:
    """Children up to 12, of whom hours of care are asked."""
    return np.flatnonzero(block.members.age <= _CARE_UNTIL)


def tested(block: Block) -> Array:
    """Pupils of 15 and 16."""
    age = block.members.age
    return np.flatnonzero((age >= _TESTED[0]) & (age <= _TESTED[1]))


def draw_care(rng: Generator, block: Block) -> dict[str, Any]:
    """Hours a week of children in each kind of education and care.

    Args:
        rng: source of chance.
        block: what was drawn of the block.
    """
    rows = in_care(block)
    age, abroad = block.members.age[rows], _of_migrants(block)[rows]
    n = len(rows)
    hours = np.clip(26 + 8 * normal(rng, n), 5, 50)
    u = uniform(rng, n)
    small, pupil = age < _PRESCHOOL_FROM, age >= _SCHOOL_FROM
    day_care = small & (u < np.array([0.05, 0.38, 0.60])[np.minimum(age, 2)] - 0.12 * abroad)
    at_preschool = ~small & ~pupil & (u < 0.94 - 0.07 * abroad + 0.01 * (age == _SCHOOL_FROM - 1))
    after_school = pupil & (u < 0.28 - 0.06 * abroad)
    kinds = (at_preschool * hours, pupil * 26.0, after_school * 0.3 * hours, day_care * hours)
    named = zip(CARE, (np.rint(kind).astype(np.float64) for kind in kinds), strict=True)
    return dict(named)


def draw_pupils(rng: Generator, block: Block) -> dict[str, Any]:
    """Test and answers of pupils.

    Args:
        rng: source of chance.
        block: what was drawn of the block.
    """
    rows = tested(block)
    n = len(rows)
    of_migrants = _of_migrants(block)[rows]
    unhappy = uniform(rng, n) < expit(-1.0 + 0.35 * of_migrants)
    bullied = uniform(rng, n) < expit(-1.4 + 0.2 * of_migrants + 0.8 * unhappy)
    return {
        **_scores(rng, block, rows, of_migrants),
        "belongs_at_school": ~unhappy,
        "bullied_at_school": bullied,
        "school_migrant_share": _share_at_school(rng, block, rows, of_migrants),
    }


def _of_migrants(block: Block) -> Array:
    """Whose parents were both born abroad."""
    return (block.origins.mother > 0) & (block.origins.father > 0)


def _scores(rng: Generator, block: Block, rows: Array, of_migrants: Array) -> dict[str, Any]:
    """Ten values for each subject: what is known of a pupil's skill, and what each value adds to it by chance."""
    n = len(rows)
    members, abroad = block.members, block.origins.birth[rows] > 0
    parent = np.maximum(_level(block, members.mother[rows]), _level(block, members.father[rows]))
    place = block.places.advantage[block.households.place[members.household[rows]]]
    expected = 470.0 + 24.0 * (parent - 1) + 10.0 * place - 26.0 * of_migrants - 24.0 * (of_migrants & abroad)
    general = normal(rng, n)
    scores: dict[str, Any] = {}
    for subject in SUBJECTS:
        girls = {"reading": 22.0, "maths": -6.0, "science": 0.0}[subject] * members.woman[rows]
        skill = np.sqrt(_ALIKE) * general + np.sqrt(1 - _ALIKE) * normal(rng, n)
        for number in range(1, PLAUSIBLE + 1):
            drawn = np.sqrt(_KNOWN) * skill + np.sqrt(1 - _KNOWN) * normal(rng, n)
            scores[f"{subject}_{number}"] = (expected + girls + _SPREAD * drawn).astype(np.float32)
    return scores


def _level(block: Block, parent: Array) -> Array:
    """Attainment of parents at home; medium where there is none."""
    return np.where(parent >= 0, block.education.level[parent], 1)


def _share_at_school(rng: Generator, block: Block, rows: Array, of_migrants: Array) -> Array:
    """Share of the school's pupils whose parents were both born abroad; within a region like goes with like."""
    region = block.places.region[block.households.place[block.members.household[rows]]]
    choice = np.clip(_SORTED * of_migrants + normal(rng, len(rows)), -9, 9)
    order = np.argsort(20.0 * region + choice, kind="stable")
    school = np.empty(len(rows), dtype=np.int64)
    school[order] = np.arange(len(rows)) // _SCHOOL
    share = np.bincount(school, weights=of_migrants) / np.bincount(school)
    return np.asarray(share[school])
