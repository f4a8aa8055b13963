"""Schooling of the made-up country beside attainment: kinds of education followed, and what parents attained.

All levels are assumed. Parents who live with their child have their own attainment; that of others is drawn from the
child's, so that attainment runs in families, and migrants' parents went to school for a shorter time.
"""

from __future__ import annotations

from typing import Any, Final

import numpy as np
import pyarrow as pa
from numpy.random import Generator

from zaragoza.synthetic.draws import Array, curve, normal, uniform
from zaragoza.synthetic.education import HIGH, LOW, MEDIUM
from zaragoza.synthetic.origins import NON_EU
from zaragoza.synthetic.registers import Block

VARIABLES: Final = (
    "in_formal_education", "in_vocational_education", "in_higher_education", "mother_education", "father_education",
)  # fmt: skip
_LEVELS: Final = ("ED0-2", "ED3_4", "ED5-8")
_FORMAL_BY_AGE: Final = curve({24: 1.0, 25: 0.75, 30: 0.45, 40: 0.25, 60: 0.1})  # of those who learn
_VOCATIONAL: Final = 0.46  # of pupils below higher education
_UNKNOWN: Final = np.array([0.03, 0.08])  # do not know what a parent attained, by birth here or abroad
_OF_AGE: Final = 15


def asked(block: Block) -> Array:
    """Everybody of 15 and over."""
    return np.flatnonzero(block.members.age >= _OF_AGE)


def draw(rng: Generator, block: Block) -> dict[str, Any]:
    """The answers of everybody of 15 and over.

    Args:
        rng: source of chance.
        block: what was drawn of the block.
    """
    education, age = block.education, block.members.age
    n = len(age)
    formal = education.learning & (uniform(rng, n) < _FORMAL_BY_AGE[age])
    higher = formal & (education.level >= MEDIUM) & (age >= 18) & (uniform(rng, n) < 0.85)
    mother, father = _parents(rng, block)
    of_low = 0.10 * (np.maximum(mother, father) == LOW) + 0.05 * block.origins.two_foreign_parents
    vocational = formal & ~higher & (uniform(rng, n) < _VOCATIONAL + of_low)
    unknown = _UNKNOWN[(block.origins.birth > 0).astype(np.int8)]
    rows = asked(block)

    def attained(level: Array) -> Any:
        numbers = pa.array(level[rows].astype(np.int8), mask=(uniform(rng, n) < unknown)[rows])
        return pa.DictionaryArray.from_arrays(numbers, pa.array(_LEVELS))

    return {
        "in_formal_education": formal[rows],
        "in_vocational_education": pa.array(vocational[rows], mask=~formal[rows]),
        "in_higher_education": higher[rows],
        "mother_education": attained(mother),
        "father_education": attained(father),
    }


def _parents(rng: Generator, block: Block) -> tuple[Array, Array]:
    """Attainment of mother and father."""
    members, level = block.members, block.education.level
    n = len(level)
    away = (block.origins.group == NON_EU) | block.origins.two_foreign_parents
    family = 0.8 * (level - MEDIUM) - 0.022 * (members.age - 20) - 0.75 * away + 0.6 * normal(rng, n)

    def of(parent: Array) -> Array:
        score = family + 0.6 * normal(rng, n)
        drawn = np.select([score < -0.7, score > 0.6], [LOW, HIGH], MEDIUM)
        return np.where(parent >= 0, level[parent], drawn)

    return of(members.mother), of(members.father)
