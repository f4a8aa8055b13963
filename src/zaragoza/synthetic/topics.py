"""Topics of the made-up country beyond its core registers: each a register of its own, drawn with its own chance.

A topic's stream hangs on the country's seed, the block and the topic's name alone. A new topic therefore changes no
register that was there before, and the topics do not change one another.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, Final
from zlib import crc32

import numpy as np
import pyarrow as pa
from numpy.random import Generator

from zaragoza.synthetic import (
    care,
    careers,
    dwelling,
    means,
    opinions,
    participation,
    pupils,
    schooling,
    skills,
)
from zaragoza.synthetic.draws import Array
from zaragoza.synthetic.registers import FIRST_HOUSEHOLD, FIRST_PERSON, Block, Registers


@dataclass(frozen=True)
class Topic:
    """One register, in standard variables and codes.

    Attributes:
        register: its name.
        variables: its columns beside the key; a person or household that is not asked has no answer.
        of: whether its rows are persons or households, in the order of the block.
        draw: makes the columns.
        asked: positions in the block of the only ones who have a row; all by default.
    """

    register: str
    variables: tuple[str, ...]
    of: str
    draw: Callable[[Generator, Block], dict[str, Any]]
    asked: Callable[[Block], Array] | None = None


TOPICS: Final = (
    Topic("means", means.OF_HOUSEHOLDS, "household_nr", means.draw_of_households),
    Topic("work_history", means.OF_PERSONS, "person_nr", means.draw_of_persons),
    Topic("dwellings", dwelling.OF_HOUSEHOLDS, "household_nr", dwelling.draw),
    Topic("care", care.OF_PERSONS, "person_nr", care.draw_of_persons),
    Topic("home_care", care.OF_HOUSEHOLDS, "household_nr", care.draw_of_households),
    Topic("careers", careers.VARIABLES, "person_nr", careers.draw, careers.asked),
    Topic("schooling", schooling.VARIABLES, "person_nr", schooling.draw, schooling.asked),
    Topic("childcare", pupils.CARE, "person_nr", pupils.draw_care, pupils.in_care),
    Topic("pupils", pupils.AT_SCHOOL, "person_nr", pupils.draw_pupils, pupils.tested),
    Topic("permits", participation.OF_RESIDENCE, "person_nr", participation.draw_residence),
    Topic("citizens", participation.OF_CITIZENS, "person_nr", participation.draw_citizens),
    Topic("opinions", opinions.OF_PERSONS, "person_nr", opinions.draw),
    Topic("speakers", skills.OF_SPEAKERS, "person_nr", skills.draw_speakers),
    Topic("computers", skills.OF_HOUSEHOLDS, "household_nr", skills.draw_households),
    Topic("digital_users", skills.OF_USERS, "person_nr", skills.draw_users),
)
TOPIC_OF: Final = {name: topic.register for topic in TOPICS for name in topic.variables}


def draw_topics(seed: int, number: int, block: Block) -> Registers:
    """The registers of all topics for one block of the country.

    Args:
        seed: the country's.
        number: position of the block.
        block: what was drawn before.
    """
    keys = {
        "person_nr": FIRST_PERSON + block.first + np.arange(len(block.members.age), dtype=np.int64),
        "household_nr": FIRST_HOUSEHOLD + block.first + block.households.first.astype(np.int64),
    }
    made = {}
    for topic in TOPICS:
        rng = np.random.default_rng([seed, number, crc32(topic.register.encode())])
        key = keys[topic.of] if topic.asked is None else keys[topic.of][topic.asked(block)]
        made[topic.register] = pa.table({topic.of: key, **topic.draw(rng, block)})
    return made
