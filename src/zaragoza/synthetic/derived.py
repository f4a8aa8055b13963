"""What the stage `derive` adds to a table of persons, computed here with NumPy alone, as a truth to check it by.

Definitions: Eurostat's of equivalised income, overcrowding, material and social deprivation, housing cost
overburden and work intensity. Personal questions are asked from 16 on.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, Final

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from zaragoza.synthetic.derived_background import DERIVED_BACKGROUND, derive_background
from zaragoza.synthetic.derived_living import DERIVED_LIVING, derive_living
from zaragoza.synthetic.derived_work import DERIVED_WORK, derive_work
from zaragoza.synthetic.draws import Array
from zaragoza.synthetic.housing import rooms_needed
from zaragoza.synthetic.wellbeing import OF_HOUSEHOLDS, OF_PERSONS

DERIVED: Final = (
    "household_size",
    "children_in_household",
    "equivalised_income",
    "rooms_needed",
    "overcrowded",
    "deprivation_items",
    "low_work_intensity",
    "housing_cost_overburden",
    *DERIVED_LIVING,
    *DERIVED_BACKGROUND,
    *DERIVED_WORK,
)
_OVERBURDEN: Final = 0.4
_LOW_INTENSITY: Final = 0.2
_ADULT: Final = 16


def derive_block(column: Callable[[str], Any]) -> dict[str, Any]:
    """The derived variables of one block's persons, who stand in order of household.

    Args:
        column: gives a standard variable of all persons as an Arrow array.
    """
    household = _positions(column("household").to_numpy())
    size = np.bincount(household)
    age = column("age").to_numpy()
    needed = _rooms_needed(column, household, age)
    income = column("disposable_income").to_numpy()
    over_13 = np.bincount(household, weights=age >= 14)
    scale = (1 + 0.5 * (over_13 - 1) + 0.3 * (size - over_13))[household]
    made = {
        "household_size": pa.array(size[household].astype(np.int64)),
        "children_in_household": pa.array(
            np.bincount(household, weights=age < 18)[household].astype(np.int64)
        ),
        "equivalised_income": pa.array(income / scale),
        "rooms_needed": pa.array(needed.astype(np.int64)),
        "overcrowded": pa.array(column("rooms").to_numpy() < needed),
        "deprivation_items": _deprivation(column, household, age),
        "low_work_intensity": _low_work_intensity(column, household, age),
        "housing_cost_overburden": pa.array(_overburden(column, income)),
    }
    return {
        **made,
        **derive_living(column, made, household),
        **derive_background(column, household),
        **derive_work(column),
    }


def _positions(number: Array) -> Array:
    return np.asarray(np.cumsum(np.diff(number, prepend=number[:1]) != 0))


def _rooms_needed(column: Callable[[str], Any], household: Array, age: Array) -> Array:
    woman = pc.equal(column("sex"), "F").to_numpy(zero_copy_only=False)
    in_couple = column("partner").is_valid().to_numpy(zero_copy_only=False)
    return np.asarray(rooms_needed(int(household[-1]) + 1, household, age, woman, in_couple)[household])


def _deprivation(column: Callable[[str], Any], household: Array, age: Array) -> Any:
    """How many of the 13 items a person lacks; a child lacks a personal item when half of the adults do."""
    lacks = np.sum([_answered(column(name))[0] for name in OF_HOUSEHOLDS], axis=0)
    child = age < _ADULT
    for name in OF_PERSONS:
        missing, known = (answers & ~child for answers in _answered(column(name)))
        lacking, asked = (np.bincount(household, weights=one)[household] for one in (missing, known))
        lacks = lacks + np.where(child, (lacking > 0) & (2 * lacking >= asked), missing)
    return pa.array(np.asarray(lacks).astype(np.int64))


def _answered(answers: Any) -> tuple[Array, Array]:
    """Who said that it is lacking, and who answered."""
    known = answers.is_valid().to_numpy(zero_copy_only=False)
    return answers.fill_null(False).to_numpy(zero_copy_only=False), known


def _low_work_intensity(column: Callable[[str], Any], household: Array, age: Array) -> Any:
    """Of persons under 65 in households with somebody of 18-64 who could work."""
    counted = (age >= 18) & (age < 65)
    months = column("months_workable").fill_null(0).to_numpy() * counted
    worked_by = column("months_worked").fill_null(0).to_numpy() * (months > 0)
    workable = np.bincount(household, weights=months)
    worked = np.bincount(household, weights=worked_by)
    low = worked <= _LOW_INTENSITY * workable
    return pa.array(low[household], mask=(workable == 0)[household] | (age >= 65))


def _overburden(column: Callable[[str], Any], income: Array) -> Array:
    """Housing cost of more than 40 % of income, both net of housing allowances."""
    allowance = column("housing_allowance").to_numpy()
    cost = 12 * column("housing_cost").to_numpy() - allowance
    return np.asarray((cost > _OVERBURDEN * (income - allowance)) & (cost > 0))
