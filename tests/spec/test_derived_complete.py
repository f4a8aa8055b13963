"""Every derived variable has enough cases, counted in all files of their definitions."""

from __future__ import annotations

from collections import Counter

from tests.spec import test_background_definitions as background
from tests.spec import test_background_parts as background_parts
from tests.spec import test_household_parts as household_parts
from tests.spec import test_living_definitions as living
from tests.spec import test_living_parts as living_parts
from tests.spec import test_work_definitions as work
from tests.spec import test_work_parts as work_parts
from tests.spec.people import read
from tests.spec.test_derived_definitions import CATALOGUE

ENOUGH = 8  # cases of each variable
# Those with their cases in a test of their own, of eight or more.
APART = {
    "birth_year", "arrival_year", "naturalisation_year",  # test_background_parts.py
    "age",  # tests/unit/test_completed_years.py
    "deprivation_items", "low_work_intensity", "housing_cost_overburden",  # test_derived_definitions.py
    "mother_education", "father_education",  # test_work_definitions.py
    "activity_year_before", "contract_year_before",  # tests/unit/test_years_before.py, as all below
    "equivalised_income_year_before", "equivalised_income_two_years_before", "equivalised_income_three_years_before",
    "poverty_threshold", "poverty_threshold_year_before", "poverty_threshold_two_years_before",
    "poverty_threshold_three_years_before",
}  # fmt: skip


def test_every_derived_variable_has_enough_cases() -> None:
    cases: Counter[str] = Counter()
    tables = [*background_parts.TABLES, *household_parts.TABLES, *living_parts.TABLES, *work_parts.TABLES]
    tables += [household_parts.ROOM_PARTS, household_parts.ROOMS_NEEDED, *living.TABLES, living.HOUSING]
    tables += [work.SLACK, work.PARENTS, work.CARE, background.BIRTH, *background.OTHERS]
    for text in tables:
        names, rows = read(text)
        cases.update(dict.fromkeys(names, len(rows)))
    for item in living_parts.ITEMS:
        rows = read(living_parts.ITEM)[1]
        cases.update({f"adults_lacking_{item}": len(rows), f"adults_having_{item}": len(rows)})
    derived = {name for name, variable in CATALOGUE.variables.items() if variable.derive}
    assert sorted(name for name in derived - APART if cases[name] < ENOUGH) == []
    assert derived >= APART
