"""Language and digital skills of the made-up country, courses, civic orientation, the language at home, computers.

Who cannot afford a computer is as frequent by country of birth as in the EU in 2018 (COM(2020) 758, footnote 60); all
other levels are assumed. Skill in the language grows with years of stay and schooling; who came as a child is best.
"""

from __future__ import annotations

from typing import Any, Final

import numpy as np
import pyarrow as pa
from numpy.random import Generator

from zaragoza.synthetic.backgrounds import ADULT, NATIVES, SECOND, answered, backgrounds, coded
from zaragoza.synthetic.draws import Array, happens, normal, pick_by_row, uniform
from zaragoza.synthetic.origins import GROUP_OF, NON_EU, cumulative
from zaragoza.synthetic.registers import Block
from zaragoza.synthetic.targets import wanted

OF_SPEAKERS: Final = (
    "host_language_skill", "host_language_cefr", "language_course", "civic_orientation", "home_language",
)  # fmt: skip
OF_HOUSEHOLDS: Final = ("lacks_computer",)
OF_USERS: Final = ("digital_skills", "electronic_identity")
BASIC, INTERMEDIATE, ADVANCED, PROFICIENT, MOTHER_TONGUE = range(5)
_SKILLS: Final = ("basic", "intermediate", "advanced", "proficient", "mother_tongue")
_LEVELS: Final = ("BELOW_A1", "A1", "A2", "B1", "B2", "C1", "C2")
_COURSES: Final = ("none", "beginner", "intermediate", "advanced")
_ORIENTATION: Final = ("not_started", "started", "completed")
_AT_HOME: Final = ("host", "both", "other")
_DIGITAL: Final = ("none", "low", "basic", "above_basic")
_OF_AGE, _GROWN, _CHILD = 15, 18, 15
_LAST: Final = 74  # surveys of digital skills ask up to this age
_SPEAKS_FROM_BIRTH: Final = 0.10  # of those born abroad
_LEVEL_OF_SKILL: Final = np.vstack(  # levels from below A1 to C2, by skill
    [
        cumulative(np.array(row))
        for row in (
            [0.25, 0.45, 0.30, 0, 0, 0, 0], [0, 0, 0.25, 0.60, 0.15, 0, 0], [0, 0, 0, 0.20, 0.60, 0.20, 0],
            [0, 0, 0, 0, 0.15, 0.60, 0.25], [0, 0, 0, 0, 0, 0.10, 0.90],
        )
    ]
)  # fmt: skip
_TESTED: Final = 0.7
# By background: native, second generation, born in the EU, born outside it and here under ten years, or longer.
_HOST_AT_HOME: Final = np.array([3.2, 0.7, -0.4, -1.3, -0.2])
_DIGITAL_SHIFT: Final = np.array([0.0, 0.05, -0.15, -0.50, -0.35])
_IDENTITY: Final = np.array([0.78, 0.80, 0.67, 0.54, 0.66])


def draw_speakers(rng: Generator, block: Block) -> dict[str, Any]:
    """The language: skill from 15 on, level and course of those born abroad, orientation of third-country nationals."""
    age, origins, level = block.members.age, block.origins, block.education.level
    abroad, of_age = origins.birth > 0, age >= _OF_AGE
    skill = _skill(rng, block)
    known = abroad & of_age & (uniform(rng, len(age)) < _TESTED)
    course = _course(rng, skill, origins.group == NON_EU)
    third = (GROUP_OF[origins.citizen] == NON_EU) & abroad & (age >= _GROWN)
    progress = 0.25 * np.minimum(origins.years, 8) + 0.3 * (level - 1) + normal(rng, len(age))
    orientation = np.searchsorted(np.array([0.1, 1.3]), progress)
    return {
        "host_language_skill": coded(skill, _SKILLS, of_age),
        "host_language_cefr": coded(pick_by_row(rng, _LEVEL_OF_SKILL, skill), _LEVELS, known),
        "language_course": coded(course, _COURSES, abroad & of_age & (skill != MOTHER_TONGUE)),
        "civic_orientation": coded(orientation, _ORIENTATION, third),
        "home_language": coded(_home_language(rng, block), _AT_HOME, age >= ADULT),
    }


def _skill(rng: Generator, block: Block) -> Array:
    origins, n = block.origins, len(block.origins.birth)
    as_child = block.members.age - origins.years < _CHILD
    score = -0.9 + 0.09 * np.minimum(origins.years, 20) + 0.45 * (block.education.level - 1) + 1.2 * as_child
    learned = np.searchsorted(np.array([-1.0, 0.2, 1.2]), score + normal(rng, n))
    u = uniform(rng, n)
    migrant = np.where(u < _SPEAKS_FROM_BIRTH, MOTHER_TONGUE, learned)
    second = np.where(u < 0.8, MOTHER_TONGUE, PROFICIENT)
    background = backgrounds(origins)
    return np.asarray(
        np.select([background == NATIVES, background == SECOND], [MOTHER_TONGUE, second], migrant)
    )


def _course(rng: Generator, skill: Array, non_eu: Array) -> Array:
    """The highest course taken, never above what the skill allows."""
    taken = uniform(rng, len(skill)) < np.where(non_eu, 0.58, 0.40)
    reached = 1 + (uniform(rng, len(skill)) * np.minimum(skill + 1, 3)).astype(np.int8)
    return np.asarray(np.where(taken, reached, 0))


def _home_language(rng: Generator, block: Block) -> Array:
    """Members of a household mostly speak alike."""
    household = block.members.household
    shared = normal(rng, len(block.households.size))[household]
    score = _HOST_AT_HOME[backgrounds(block.origins)] + shared + 0.5 * normal(rng, len(household))
    return np.asarray(np.select([score > 0.3, score > -0.5], [0, 1], 2))


def draw_households(rng: Generator, block: Block) -> dict[str, Any]:
    """Households that cannot afford a computer, by the birth group of the head."""
    means = np.log(np.maximum(block.income.equivalised, 3_000) / 18_000)
    group = GROUP_OF[block.households.country]
    ages = (ADULT, 120)
    native, outside = (wanted("lacks_computer", name, "_T", ages) for name in ("NAT", "NEU27_2020_FOR"))
    shares = np.array([native, (native + outside) / 2, outside])
    return {"lacks_computer": pa.array(happens(rng, (-1.6 * means).astype(np.float32), group, shares))}


def draw_users(rng: Generator, block: Block) -> dict[str, Any]:
    """Digital skills up to 74, and an electronic identity."""
    age, level = block.members.age, block.education.level
    background = backgrounds(block.origins)
    adult = age >= ADULT
    score = _DIGITAL_SHIFT[background] + 0.55 * (level - 1) - 0.03 * (age - 45) + normal(rng, len(age))
    digital = np.searchsorted(np.array([-1.5, -0.1, 0.8]), score)
    holder = happens(rng, (0.6 * (digital - 1)).astype(np.float32), background, _IDENTITY, adult)
    return {
        "digital_skills": coded(digital, _DIGITAL, adult & (age <= _LAST)),
        "electronic_identity": answered(holder, adult),
    }
