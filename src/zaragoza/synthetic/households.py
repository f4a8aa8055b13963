"""Households of the made-up country: their types, who lives in them, ages and links.

All shares in this file are assumed; they give about 18 % children under 15, 61 % aged 15-64 and 21 % aged 65 and over,
and households of 2.2 persons.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.random import Generator

from zaragoza.synthetic.draws import Array, from_quantiles, normal, pick, pick_by_row, uniform
from zaragoza.synthetic.origins import EU, NATIVE, NON_EU, STOCK, cumulative
from zaragoza.synthetic.places import Places

SINGLE, SINGLE_OLD, COUPLE, COUPLE_OLD, FAMILY, LONE, SHARED = range(7)
HEAD, PARTNER, CHILD, FLATMATE = range(4)

_HEADS: Final = cumulative(np.array([0.875, 0.040, 0.085]))  # native-born, EU-born, non-EU-born
_TYPES: Final = np.vstack(  # by birth group of the head
    [
        cumulative(np.array([0.180, 0.165, 0.140, 0.150, 0.275, 0.065, 0.025])),
        cumulative(np.array([0.210, 0.095, 0.145, 0.100, 0.330, 0.060, 0.060])),
        cumulative(np.array([0.180, 0.080, 0.110, 0.085, 0.400, 0.100, 0.045])),
    ]
)
_CHILDREN: Final = np.vstack(  # 1 to 5 children in a family, by birth group
    [
        cumulative(np.array([0.45, 0.40, 0.12, 0.02, 0.01])),
        cumulative(np.array([0.46, 0.39, 0.11, 0.03, 0.01])),
        cumulative(np.array([0.34, 0.35, 0.20, 0.08, 0.03])),
    ]
)
_CHILDREN_LONE: Final = cumulative(np.array([0.60, 0.30, 0.10]))
_FLATMATES: Final = cumulative(np.array([0.65, 0.25, 0.10]))
_FIRST_BIRTH: Final = np.array([28.5, 28.0, 26.5], dtype=np.float32)  # mean age of mothers, by birth group
_AGE_SINGLE: Final = {18.0: 0.0, 25.0: 0.13, 35.0: 0.36, 50.0: 0.62, 65.0: 1.0}
_AGE_SINGLE_OLD: Final = {65.0: 0.0, 72.0: 0.28, 80.0: 0.62, 88.0: 0.90, 100.0: 1.0}
_AGE_COUPLE: Final = {20.0: 0.0, 30.0: 0.22, 40.0: 0.33, 52.0: 0.50, 60.0: 0.80, 66.0: 1.0}
_AGE_COUPLE_OLD: Final = {65.0: 0.0, 71.0: 0.40, 78.0: 0.75, 85.0: 0.93, 96.0: 1.0}
_AGE_OLDEST_CHILD: Final = {0.0: 0.0, 6.0: 0.22, 12.0: 0.43, 18.0: 0.66, 24.0: 0.86, 31.0: 1.0}
_AGE_SHARED: Final = {18.0: 0.0, 23.0: 0.45, 29.0: 0.80, 42.0: 1.0}
_YOUNGEST_PARENT, _OLDEST_MOTHER = 18, 47


@dataclass
class Households:
    """Households of one block, one an entry, in order of district.

    Attributes:
        kind: SINGLE ... SHARED.
        country: birth country of the head, by number; 0 is native-born.
        size: number of persons.
        place: position of the district among the country's districts.
        woman, man: ages of the adults of couples and families (only the head's counts for others).
        oldest: age of the oldest child.
        head_is_woman, same_sex: of singles, lone parents and couples.
    """

    kind: Array
    country: Array
    size: Array
    place: Array
    woman: Array
    man: Array
    oldest: Array
    head_is_woman: Array
    same_sex: Array

    @property
    def first(self) -> Array:
        """Row of the head among the block's persons."""
        return np.asarray(np.cumsum(self.size) - self.size)

    @property
    def has_couple(self) -> Array:
        """Whether two partners live in the household."""
        return np.isin(self.kind, (COUPLE, COUPLE_OLD, FAMILY))


@dataclass
class Members:
    """Persons of one block, in order of household.

    Attributes:
        household: position of the household in the block.
        role: HEAD, PARTNER, CHILD or FLATMATE.
        woman: whether the person is a woman.
        age: in completed years at the end of the year.
        mother, father, partner: row in the block of those who live in the same household, -1 where none does.
    """

    household: Array
    role: Array
    woman: Array
    age: Array
    mother: Array
    father: Array
    partner: Array


def draw_households(rng: Generator, persons: int, places: Places, block: int) -> Households:
    """Draws households until exactly `persons` persons live in them; the remainder live alone."""
    tries = int(persons / 1.7) + 60
    group = pick(rng, _HEADS, tries)
    kind = pick_by_row(rng, _TYPES, group)
    size = _sizes(rng, kind, group)
    kept = int(np.searchsorted(np.cumsum(size), persons, side="right"))
    rest = persons - int(size[:kept].sum())
    group = np.append(group[:kept], np.full(rest, NATIVE, dtype=np.int8))
    kind = np.append(kind[:kept], np.full(rest, SINGLE, dtype=np.int8))
    size = np.append(size[:kept], np.ones(rest, dtype=np.int8))
    place = _settle(rng, group, places, block)
    order = np.argsort(place, kind="stable")
    group, kind, size = group[order], kind[order], size[order]
    return _with_adults(rng, kind, group, size, place[order])


def _sizes(rng: Generator, kind: Array, group: Array) -> Array:
    size = np.ones(len(kind), dtype=np.int8)
    size[np.isin(kind, (COUPLE, COUPLE_OLD))] = 2
    family, lone, shared = (np.flatnonzero(kind == one) for one in (FAMILY, LONE, SHARED))
    size[family] = 3 + pick_by_row(rng, _CHILDREN, group[family])
    size[lone] = 2 + pick(rng, _CHILDREN_LONE, len(lone))
    size[shared] = 2 + pick(rng, _FLATMATES, len(shared))
    return size


def _settle(rng: Generator, group: Array, places: Places, block: int) -> Array:
    """Each household's district, drawn with the chance that its birth group lives there."""
    here = np.flatnonzero(places.block == block)
    place = np.zeros(len(group), dtype=np.int32)
    u = rng.random(len(group))
    for one in (NATIVE, EU, NON_EU):
        rows = np.flatnonzero(group == one)
        shares = cumulative(places.size[here] * places.settled[one, here])
        place[rows] = here[np.minimum(np.searchsorted(shares, u[rows], side="right"), len(here) - 1)]
    return place


def _with_adults(rng: Generator, kind: Array, group: Array, size: Array, place: Array) -> Households:
    n = len(kind)
    oldest = from_quantiles(rng, _AGE_OLDEST_CHILD, n).astype(np.int16)
    first_birth = np.clip(_FIRST_BIRTH[group] + 4.8 * normal(rng, n), _YOUNGEST_PARENT, 41).astype(np.int16)
    with_children = (kind == FAMILY) | (kind == LONE)
    alone = _adult_ages(rng, kind)
    woman = np.where(with_children, oldest + first_birth, alone)
    man = woman + np.clip(2.5 + 3.5 * normal(rng, n), -6, 15).astype(np.int16)
    man = np.maximum(man, np.where(with_children, oldest + _YOUNGEST_PARENT, 18))
    u = uniform(rng, n)
    female_share = np.array([0.46, 0.70, 0.5, 0.5, 0.5, 0.83, 0.5], dtype=np.float32)[kind]
    childless_couple = (kind == COUPLE) | (kind == COUPLE_OLD)
    return Households(
        kind=kind,
        country=_countries(rng, group),
        size=size,
        place=place,
        woman=woman,
        man=man,
        oldest=oldest,
        head_is_woman=u < female_share,
        same_sex=childless_couple & (uniform(rng, n) < 0.02),
    )


def _adult_ages(rng: Generator, kind: Array) -> Array:
    """Age of the head of households without children."""
    age = np.zeros(len(kind), dtype=np.int16)
    by_kind = {
        SINGLE: _AGE_SINGLE,
        SINGLE_OLD: _AGE_SINGLE_OLD,
        COUPLE: _AGE_COUPLE,
        COUPLE_OLD: _AGE_COUPLE_OLD,
        SHARED: _AGE_SHARED,
    }
    for one, points in by_kind.items():
        rows = np.flatnonzero(kind == one)
        age[rows] = from_quantiles(rng, points, len(rows)).astype(np.int16)
    return age


def _countries(rng: Generator, group: Array) -> Array:
    country = np.zeros(len(group), dtype=np.int8)
    for one in (EU, NON_EU):
        rows = np.flatnonzero(group == one)
        country[rows] = pick(rng, STOCK[one], len(rows))
    return country


def draw_members(rng: Generator, households: Households) -> Members:
    """Everybody who lives in the households: role, sex, age and links."""
    size, first = households.size, households.first
    household = np.repeat(np.arange(len(size), dtype=np.int32), size)
    n = len(household)
    slot = np.arange(n, dtype=np.int32) - first[household].astype(np.int32)
    kind = households.kind[household]
    couple = households.has_couple[household]
    role = np.where(slot == 0, HEAD, np.where(kind == SHARED, FLATMATE, CHILD)).astype(np.int8)
    role[(slot == 1) & couple] = PARTNER
    head_woman = households.head_is_woman[household]
    woman = uniform(rng, n) < 0.49
    woman = np.where(role == HEAD, head_woman, woman)
    woman = np.where(role == PARTNER, head_woman == households.same_sex[household], woman)
    age = _ages(rng, households, household, role, woman, slot)
    mother, father, partner = _links(households, household, role, slot)
    return Members(household, role, woman, age, mother, father, partner)


def _ages(
    rng: Generator, households: Households, household: Array, role: Array, woman: Array, slot: Array
) -> Array:
    kind = households.kind[household]
    n = len(household)
    mother_age, oldest = households.woman[household], households.oldest[household]
    in_pair = np.isin(kind, (COUPLE, COUPLE_OLD, FAMILY, LONE))
    age = np.where(in_pair & ~woman, households.man[household], mother_age)
    first_child = slot == np.where(kind == FAMILY, 2, 1)
    younger = np.maximum((oldest * np.sqrt(uniform(rng, n))).astype(np.int16), mother_age - _OLDEST_MOTHER)
    age = np.where(role == CHILD, np.where(first_child, oldest, younger), age)
    mates = np.flatnonzero(role == FLATMATE)
    age[mates] = from_quantiles(rng, _AGE_SHARED, len(mates)).astype(np.int16)
    return np.clip(age, 0, 104).astype(np.int16)


def _links(households: Households, household: Array, role: Array, slot: Array) -> tuple[Array, Array, Array]:
    """Rows of mother, father and partner; couples with children are a woman and a man."""
    head = np.arange(len(household), dtype=np.int32) - slot
    second = head + 1
    none = np.int32(-1)
    child = role == CHILD
    couple = households.has_couple[household]
    head_woman = households.head_is_woman[household]
    mother = np.where(child & head_woman, head, np.where(child & couple, second, none))
    father = np.where(child & ~head_woman, head, np.where(child & couple, second, none))
    partner = np.where(couple & (role == HEAD), second, np.where(role == PARTNER, head, none))
    return mother, father, partner
