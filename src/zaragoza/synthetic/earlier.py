"""The same persons in earlier years, so that there is something to follow: incomes, work and citizenship of then.

Made from the persons of the reference year, going back. Who was not born or had not arrived is not there; who left is
in no year. The chances are assumed.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from zaragoza.synthetic import codes
from zaragoza.synthetic.draws import Array

_GROWTH: Final = 0.03  # of all incomes, a year
_SHOCK: Final = 0.22  # standard deviation of a year's change in the logarithm of a household's income
_WAS: Final[Mapping[str, tuple[tuple[str, str, float], ...]]] = {
    # variable: what somebody is now, was a year before, and how often
    "activity": (("employed", "unemployed", 0.04), ("unemployed", "employed", 0.45)),
    "contract": (("permanent", "temporary", 0.06), ("temporary", "permanent", 0.10)),
}


def persons_before(persons: pa.Table, years: int, seed: int) -> pa.Table:
    """The population as it was some years before, in the standard variables that change here.

    Args:
        persons: the whole population, one row a person, with age, years_of_stay, household and whatever of
            disposable_income, activity, contract, citizenship, former_citizenship and naturalisation_year is wanted.
        years: how many years before.
        seed: the same seed gives the same years: two years before goes on from one year before.

    Returns:
        The rows of those who were there, in their order, with the other columns as they are now.
    """
    there = np.ones(len(persons), dtype=np.bool_)
    for name in ("age", "years_of_stay"):
        there &= _numbers(persons[name], years) >= years
        persons = _set(persons, name, pc.subtract(persons[name], years))
    persons = _income(persons, years, seed)
    for number, (name, moves) in enumerate(_WAS.items()):
        if name in persons.column_names:
            persons = _set(persons, name, _moved(persons[name], moves, years, seed, number))
    return _citizenship(persons, years).filter(pa.array(there))


def _income(persons: pa.Table, years: int, seed: int) -> pa.Table:
    """A walk of the logarithm, the same for all members of a household."""
    if "disposable_income" not in persons.column_names:
        return persons
    _, household = np.unique(_numbers(persons["household"], 0), return_inverse=True)
    walk = np.zeros(int(household.max()) + 1)
    for year in range(1, years + 1):
        walk += np.random.default_rng([seed, year]).normal(-_GROWTH, _SHOCK, len(walk))
    factor = pa.array(np.exp(walk)[household])
    return _set(persons, "disposable_income", pc.round(pc.multiply(persons["disposable_income"], factor)))


def _moved(
    column: pa.ChunkedArray, moves: tuple[tuple[str, str, float], ...], years: int, seed: int, number: int
) -> Any:
    """What people were, a year at a time."""
    values = np.array(column.cast(pa.string()).to_pylist(), dtype=object)
    for year in range(1, years + 1):
        chance = np.random.default_rng([seed, year, number]).random(len(values))
        changed = [(values == now) & (chance < share) for now, _, share in moves]
        for where, (_, before, _) in zip(changed, moves, strict=True):
            values[where] = before
    return pa.array(values, pa.string())


def _citizenship(persons: pa.Table, years: int) -> pa.Table:
    """Who acquired it since then had the former one."""
    if not {"citizenship", "former_citizenship", "naturalisation_year"} <= set(persons.column_names):
        return persons
    since = pc.fill_null(pc.greater(persons["naturalisation_year"], codes.YEAR - years), fill_value=False)
    former = persons["former_citizenship"].cast(pa.string())
    nothing = pa.nulls(len(persons), pa.string())
    year = persons["naturalisation_year"]
    persons = _set(
        persons, "citizenship", pc.if_else(since, former, persons["citizenship"].cast(pa.string()))
    )
    persons = _set(persons, "former_citizenship", pc.if_else(since, nothing, former))
    return _set(persons, "naturalisation_year", pc.if_else(since, pa.nulls(len(persons), year.type), year))


def _set(persons: pa.Table, name: str, values: Any) -> pa.Table:
    return persons.set_column(persons.column_names.index(name), name, values)


def _numbers(column: pa.ChunkedArray, unknown: int) -> Array:
    return np.asarray(pc.fill_null(column, unknown))
