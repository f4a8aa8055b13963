"""Makes the made-up country: any size, the same for the same seed.

The country is made in blocks of some 200,000 persons, each with its own stream of chance, so that memory stays small
and both cores can work; every block touches every stratum.
"""

from __future__ import annotations

import os
from collections.abc import Mapping
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from functools import cached_property
from typing import Final

import numpy as np
import pyarrow as pa

from zaragoza.errors import DefinitionError, Fault
from zaragoza.synthetic import codes
from zaragoza.synthetic.draws import normal
from zaragoza.synthetic.education import draw_education
from zaragoza.synthetic.households import draw_households, draw_members
from zaragoza.synthetic.housing import draw_housing
from zaragoza.synthetic.income import draw_income
from zaragoza.synthetic.origin import draw_origins
from zaragoza.synthetic.places import (
    COUNTRY,
    NAME,
    REGION_INCOME,
    REGION_WORK,
    Places,
    draw_places,
    municipality_codes,
)
from zaragoza.synthetic.registers import UNKNOWN_BIRTH, Block, Registers, make_registers
from zaragoza.synthetic.topics import draw_topics
from zaragoza.synthetic.wellbeing import draw_wellbeing
from zaragoza.synthetic.work import draw_work

SMALLEST: Final = 2_000
_BLOCK: Final = 200_000
_AT_ONCE: Final = 2


@dataclass(frozen=True)
class Country:
    """A made-up country.

    Attributes:
        size: number of persons.
        seed: seed it was made with.
        blocks: registers of each part of the country, in order; all parts hold the same tables.
        code: two letters, user-assigned in ISO 3166-1.
        name: its name.
        year: reference year.
    """

    size: int
    seed: int
    blocks: tuple[Registers, ...] = field(repr=False)
    code: str = COUNTRY
    name: str = NAME
    year: int = codes.YEAR

    @cached_property
    def registers(self) -> Mapping[str, pa.Table]:
        """The registers of the whole country by name (no copy: their chunks are the blocks')."""
        return {name: pa.concat_tables([block[name] for block in self.blocks]) for name in self.blocks[0]}


def make_country(size: int, seed: int, *, unknown_birth: float = UNKNOWN_BIRTH) -> Country:
    """Makes a country of exactly `size` persons.

    Args:
        size: number of persons, 2,000 or more.
        seed: the same seed gives the same registers, bit for bit.
        unknown_birth: share of persons whose country of birth no register knows; nobody else is changed by it.

    Raises:
        DefinitionError: size or seed is out of range.
    """
    faults = [
        Fault(
            "make_country", name, f"a whole number of at least {least}", str(value), "Give a larger number."
        )
        for name, value, least in (("size", size, SMALLEST), ("seed", seed, 0))
        if value < least
    ]
    if faults:
        raise DefinitionError(faults)
    blocks = max(1, round(size / _BLOCK))
    layout, *streams = np.random.SeedSequence(seed).spawn(blocks + 1)
    places = draw_places(np.random.default_rng(layout), size, blocks)
    position, names = municipality_codes(places)
    shares = np.bincount(places.block, weights=places.size, minlength=blocks)
    ends = np.rint(np.cumsum(shares) * size).astype(np.int64)
    ends[-1] = size
    starts = np.concatenate([[0], ends[:-1]])

    def make(number: int) -> Registers:
        rng = np.random.default_rng(streams[number])
        block = _draw_block(rng, places, number, int(starts[number]), int(ends[number]))
        return {
            **make_registers(rng, block, position, names, unknown_birth),
            **draw_topics(seed, number, block),
        }

    with ThreadPoolExecutor(min(_AT_ONCE, os.cpu_count() or 1)) as threads:
        return Country(size, seed, tuple(threads.map(make, range(blocks))))


def _draw_block(rng: np.random.Generator, places: Places, number: int, start: int, end: int) -> Block:
    households = draw_households(rng, end - start, places, number)
    members = draw_members(rng, households)
    origins = draw_origins(rng, households, members)
    household = members.household
    advantage, region = places.advantage[households.place], places.region[households.place]
    education = draw_education(rng, members, origins, advantage[household])
    for_work = (REGION_WORK[region] + 0.3 * advantage)[household]
    shared = normal(rng, len(households.size))[household]
    work = draw_work(rng, members, origins, education, for_work, shared)
    for_income = (REGION_INCOME[region] + 0.06 * advantage)[household]
    income = draw_income(rng, households, members, origins, education, work, for_income)
    housing = draw_housing(rng, households, members, income, places.degree[households.place])
    wellbeing = draw_wellbeing(rng, households, members, origins, education, work, income, advantage)
    return Block(start, places, households, members, origins, education, work, income, housing, wellbeing)
