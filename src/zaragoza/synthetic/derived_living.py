"""More of what the stage `derive` adds, computed here with NumPy alone: exclusion, the dwelling, body mass, parents.

Definitions: Eurostat's of severe deprivation, very low work intensity (2030 and 2020), at risk of poverty or social
exclusion and severe housing deprivation.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any, Final

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from zaragoza.synthetic.draws import Array
from zaragoza.synthetic.wellbeing import OF_HOUSEHOLDS

DERIVED_LIVING: Final = (
    "working_age_adults",
    "low_work_intensity_strict",
    "working_age_adults_2020",
    "low_work_intensity_2020",
    "deprivation_items_2020",
    "severely_deprived",
    "deprived_or_jobless",
    "deprived_or_jobless_2020",
    "dwelling_defects",
    "substandard_home",
    "severe_housing_deprivation",
    "neighbourhood_problem",
    "housing_cost_overburden_inclusive",
    "body_mass_index",
    "mother_citizenship",
    "father_citizenship",
)
_OLD_ITEMS: Final = ("arrears", "lacks_warmth", "lacks_unexpected_expenses", "lacks_meal", "lacks_holiday", "lacks_tv",
                     "lacks_washing_machine", "lacks_car", "lacks_telephone")  # fmt: skip
_ADULT, _OLD = 16, 65
_ENOUGH, _ENOUGH_OLD = 7, 4  # items lacking that make a deprivation severe, of 13 and of 9
_OF_HOUSEHOLD: Final = 3  # of a child's, so many have to be the household's

Columns = Callable[[str], Any]


def derive_living(column: Columns, made: Mapping[str, Any], household: Array) -> dict[str, Any]:
    """The derived variables of one block's persons, who stand in order of household.

    Args:
        column: gives a standard variable of all persons as an Arrow array.
        made: the derived variables that were made before.
        household: position of each person's household.
    """
    age = column("age").to_numpy()
    items = made["deprivation_items"].to_numpy()
    of_household = sum(_true(column(name)).astype(np.int64) for name in OF_HOUSEHOLDS)
    severe = (items >= _ENOUGH) & ((age >= _ADULT) | (of_household >= _OF_HOUSEHOLD))
    old_items = sum(_true(column(name)).astype(np.int64) for name in _OLD_ITEMS)
    adults, work, _ = _work(column, household, age, _OLD)
    adults_2020, work_2020, known_2020 = _work(column, household, age, _OLD - 5)
    defects = _defects(column)
    crowded = _true(made["overcrowded"])
    return {
        "working_age_adults": pa.array(adults),
        "low_work_intensity_strict": pa.array(
            work < 0, mask=made["low_work_intensity"].is_null().to_numpy(False)
        ),
        "working_age_adults_2020": pa.array(adults_2020),
        "low_work_intensity_2020": pa.array(work_2020 <= 0, mask=~known_2020),
        "deprivation_items_2020": pa.array(old_items),
        "severely_deprived": pa.array(severe),
        "deprived_or_jobless": pa.array(severe | _true(made["low_work_intensity"])),
        "deprived_or_jobless_2020": pa.array((old_items >= _ENOUGH_OLD) | (known_2020 & (work_2020 <= 0))),
        "dwelling_defects": pa.array(defects),
        "substandard_home": pa.array(crowded | defects),
        "severe_housing_deprivation": pa.array(crowded & defects),
        "neighbourhood_problem": pa.array(
            np.any([_true(column(n)) for n in ("noise", "pollution", "crime")], axis=0)
        ),
        "housing_cost_overburden_inclusive": pa.array(_overburden(column)),
        "body_mass_index": _body_mass(column),
        "mother_citizenship": _of_parent(column, "mother"),
        "father_citizenship": _of_parent(column, "father"),
    }


def _true(answers: Any) -> Array:
    return np.asarray(answers.fill_null(False).to_numpy(zero_copy_only=False))


def _work(column: Columns, household: Array, age: Array, end: int) -> tuple[Array, Array, Array]:
    """Adults under an age who could work; months worked less a fifth of those they could; of whom that is known."""
    could = (age >= 18) & (age < end) & (column("months_workable").fill_null(0).to_numpy() > 0)
    adults = np.bincount(household, weights=could)[household].astype(np.int64)
    worked = column("months_worked").fill_null(0).to_numpy() * could
    workable = column("months_workable").fill_null(0).to_numpy() * could
    distance = 5 * np.bincount(household, weights=worked) - np.bincount(household, weights=workable)
    return adults, distance[household], (adults > 0) & (age < end)


def _defects(column: Columns) -> Array:
    unwashed = _true(column("lacks_bath")) & _true(column("lacks_toilet"))
    return np.asarray(_true(column("leaking_roof")) | _true(column("too_dark")) | unwashed)


def _overburden(column: Columns) -> Array:
    """Housing cost of 40 % of income or more, both net of housing allowances."""
    allowance = column("housing_allowance").to_numpy()
    cost = 12 * column("housing_cost").to_numpy() - allowance
    left = column("disposable_income").to_numpy() - allowance
    return np.asarray((cost > 0) & ((left <= 0) | (cost >= 0.4 * left)))


def _body_mass(column: Columns) -> Any:
    height = pc.divide(column("body_height"), 100.0)
    return pc.divide(column("body_weight"), pc.multiply(height, height))


def _of_parent(column: Columns, link: str) -> Any:
    """The citizenship on the row of a parent who lives in the household."""
    first = column("person")[0].as_py()
    return column("citizenship").take(pc.subtract(column(link), first))
