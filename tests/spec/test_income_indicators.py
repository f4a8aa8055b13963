"""Indicators of the income distribution on five people, expected by hand from their definitions.

Four adults have 100, 200, 300 and 400 (the last is 66), a child 1000, all with the same weight. The median of
all is 300, the poverty threshold 180; the fifths of all end at 150 and at 700 (on an exact hit the mean of two
neighbours, decision 9).
"""

from __future__ import annotations

import pyarrow as pa
import pytest

import zaragoza as z
from zaragoza.catalogue import load_catalogue
from zaragoza.model.indicator import LINEAR

COMPUTED = {name: i for name, i in load_catalogue().indicators.items() if i.computed}
INDICATORS = {name: i for name, i in COMPUTED.items() if i.measure.kind not in LINEAR}
PEOPLE = pa.table(
    {
        "age": [30, 40, 50, 66, 10, 70],
        "equivalised_income": [100.0, 200.0, 300.0, 400.0, 1000.0, None],
        "worked_most_of_year": [True, True, False, True, None, None],
        "deprived_or_jobless": [True, False, True, False, True, None],
        "deprived_or_jobless_2020": [False, True, True, False, False, False],
    }
)
EXPECTED = {
    "median_equivalised_income": (200 + 300) / 2,
    "lowest_income_decile_share": 0.0,  # the tenth of all ends at 100, and nobody has less
    "at_risk_of_poverty_rate": 1 / 4,
    "child_at_risk_of_poverty_rate": 0.0,
    "older_at_risk_of_poverty_rate": 0.0,
    "in_work_at_risk_of_poverty_rate": 1 / 3,
    "in_work_at_risk_of_poverty_rate_18_64": 1 / 2,
    # poor is the first; the first, third and fifth are excluded for another reason
    "at_risk_of_poverty_or_exclusion_rate": 2 / 4,
    "at_risk_of_poverty_or_exclusion_rate_all_ages": 3 / 5,
    "child_at_risk_of_poverty_or_exclusion_rate": 1.0,
    "older_at_risk_of_poverty_or_exclusion_rate": 0.0,
    "at_risk_of_poverty_or_exclusion_rate_2020": 3 / 4,
    "relative_poverty_gap": 1 - 100 / 180,
    "income_quintile_ratio": 1000 / 100,
    # (2 sum y cw - sum y) / (N T) - 1, with cumulated weights 1 to 5
    "gini_coefficient": (2 * (100 + 400 + 900 + 1600 + 5000) - 2000) / (5 * 2000) - 1,
}


def test_every_indicator_of_a_distribution_is_here() -> None:
    assert set(EXPECTED) == set(INDICATORS)


@pytest.mark.parametrize("name", sorted(EXPECTED))
def test_five_people(name: str) -> None:
    [row] = z.estimate(PEOPLE, {name: INDICATORS[name].measure}).to_pylist()
    assert row["value"] == pytest.approx(EXPECTED[name], rel=1e-12)


@pytest.mark.parametrize("name", sorted(EXPECTED))
def test_who_counts(name: str) -> None:
    """People with an income, of the ages that the indicator speaks of."""
    [row] = z.estimate(PEOPLE, {name: INDICATORS[name].measure}).to_pylist()
    ages = {"18+": 4, "0-17": 1, "0+": 5, "65+": 1}
    at_work = {"in_work_at_risk_of_poverty_rate": 3, "in_work_at_risk_of_poverty_rate_18_64": 2}
    assert row["n"] == (at_work.get(name) or ages[INDICATORS[name].ages or ""])


EXCLUSION = sorted(name for name in INDICATORS if INDICATORS[name].measure.also)


def test_the_variants_of_poverty_or_exclusion() -> None:
    assert len(EXCLUSION) == 5
    assert {INDICATORS[name].measure.also for name in EXCLUSION} == {
        "deprived_or_jobless",
        "deprived_or_jobless_2020",
    }


@pytest.mark.parametrize("name", EXCLUSION)
def test_a_known_part_is_enough(name: str) -> None:
    """Missing is who has none that is known to hold, and one that is not known. The median is 400, the threshold 240.

    Excluded are the first three (poor), the fourth (deprived) and the seventh (deprived, income unknown); not the
    fifth; unknown are the sixth and the eighth.
    """
    income = [100.0, 100.0, 150.0, 300.0, 400.0, 500.0, None, None, *[400.0] * 3]
    other = [True, False, None, True, False, None, True, False, *[False] * 3]
    age = {"0-17": 10, "65+": 70}.get(INDICATORS[name].ages or "", 40)
    data = pa.table(
        {
            "age": [age] * 8 + [30] * 3,
            "equivalised_income": income,
            INDICATORS[name].measure.also or "": other,
            "counted": [True] * 8 + [False] * 3,
        }
    )
    found = z.estimate(data, {name: INDICATORS[name].measure}, by="counted").to_pylist()
    (row,) = (row for row in found if row["counted"] == "true")
    assert (row["value"], row["n"]) == (5 / 6, 6)


@pytest.mark.parametrize("name", sorted(EXPECTED))
def test_nobody_with_an_income(name: str) -> None:
    unknown = pa.array([None, None], pa.bool_())
    nobody = pa.table(
        {
            "age": [30, 10],
            "equivalised_income": pa.array([None, None], pa.float64()),
            "worked_most_of_year": unknown,
            "deprived_or_jobless": unknown,
            "deprived_or_jobless_2020": unknown,
        }
    )
    [row] = z.estimate(nobody, {name: INDICATORS[name].measure}).to_pylist()
    assert (row["value"], row["standard_error"], row["n"], row["reason"]) == (None, None, 0, "no_members")
