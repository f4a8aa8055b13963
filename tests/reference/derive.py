"""The operators of stage derive in plain Python, one person at a time: the twin of `zaragoza.derive`.

Written from decision 26 and methods/02 section 1 (equivalence scale). A condition or value is a function of a
person that gives None where it is unknown.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from datetime import date
from typing import Any

Person = Mapping[str, Any]
Value = Callable[[Person], Any]


def members(persons: Sequence[Person], person: Person) -> list[Person]:
    return [other for other in persons if other["household"] == person["household"]]


def everybody(person: Person) -> bool:
    return True


def household_sum(persons: Sequence[Person], person: Person, of: Value, where: Value = everybody) -> Any:
    if person["household"] is None:
        return None
    total = 0.0
    for member in members(persons, person):
        counts = where(member)
        if counts is None or (counts and of(member) is None):
            return None
        if counts:
            total += of(member)
    return total


def household_count(persons: Sequence[Person], person: Person, where: Value = everybody) -> int | None:
    if person["household"] is None:
        return None
    return len([member for member in members(persons, person) if where(member) is True])


def household_any(
    persons: Sequence[Person], person: Person, of: Value, where: Value = everybody
) -> bool | None:
    if person["household"] is None:
        return None
    answers = []
    for member in members(persons, person):
        both = (where(member), of(member))
        answers.append(False if False in both else None if None in both else True)
    return True if True in answers else None if None in answers else False


def per_equivalent_adult(persons: Sequence[Person], person: Person, of: Value) -> float | None:
    if person["household"] is None or of(person) is None:
        return None
    ages = [member["age"] for member in members(persons, person)]
    if None in ages:
        return None
    older = len([age for age in ages if age >= 14])
    return of(person) / (1 + 0.5 * (older - 1) + 0.3 * (len(ages) - older))


def parent(persons: Sequence[Person], person: Person, link: str, of: Value) -> Any:
    if person[link] is None:
        return None
    found = [other for other in persons if other["person"] == person[link]]
    return of(found[0]) if found else None


def completed_years(year: int | None, day: date | None, on: date) -> int | None:
    """Years that are over: the anniversaries after `day` and up to `on`, counted one by one.

    Without a day, 1 July of the year stands for it; an event of the year of `on` is 0 years ago in any case.
    """
    if day is None and year == on.year:
        return 0
    day = day if day is not None else date(year, 7, 1) if year is not None else None
    if day is None or day > on:
        return None
    monthday = (day.month, day.day)
    return len([y for y in range(day.year + 1, on.year + 1) if (y, *monthday) <= (on.year, on.month, on.day)])
