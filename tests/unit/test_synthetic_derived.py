"""Derived variables of the made-up country, against their definitions and against what the stage `derive` makes."""

from __future__ import annotations

import datetime
import math

import pyarrow as pa
import pytest

from zaragoza.catalogue import load_catalogue
from zaragoza.derive import derive
from zaragoza.engine import Engine
from zaragoza.synthetic import make_country, persons_table
from zaragoza.synthetic.derived import DERIVED
from zaragoza.synthetic.wellbeing import OF_HOUSEHOLDS, OF_PERSONS


@pytest.fixture(scope="module")
def both():
    catalogue, country = load_catalogue(), make_country(6_000, 3)
    on = datetime.date(country.year, 12, 31)
    variables = [v.bind(on, country.code, catalogue.country_sets) for v in catalogue.variables.values()]
    with Engine(threads=1) as engine:
        made = derive(engine.table(persons_table(country)), variables).arrow()
    return made, persons_table(country, derived=True)


@pytest.mark.parametrize("name", DERIVED)
def test_both_ways_agree(both, name):
    made, truth = (table[name] for table in both)
    if pa.types.is_dictionary(truth.type):
        truth = truth.cast(pa.string())
    assert made.null_count < len(made)
    if pa.types.is_floating(truth.type):
        found = [None if value is None else pytest.approx(value, rel=1e-12) for value in truth.to_pylist()]
        assert made.to_pylist() == found
    else:
        assert made.to_pylist() == truth.to_pylist()


def test_they_follow_their_definitions(both):
    """Against a plain reading of the EU definitions, household by household."""
    homes: dict[int, list[dict]] = {}
    for row in both[1].to_pylist():
        homes.setdefault(row["household"], []).append(row)
    for home in homes.values():
        ages = [row["age"] for row in home]
        scale = 1 + 0.5 * (sum(age >= 14 for age in ages) - 1) + 0.3 * sum(age < 14 for age in ages)
        teens = [[r for r in home if 12 <= r["age"] < 18 and r["sex"] == sex] for sex in ("F", "M")]
        couples = sum(row["partner"] is not None for row in home) // 2
        alone = sum(row["age"] >= 18 and row["partner"] is None for row in home)
        small = sum(age < 12 for age in ages)
        needed = 1 + couples + alone + sum(math.ceil(len(t) / 2) for t in teens) + math.ceil(small / 2)
        able = [row for row in home if 18 <= row["age"] < 65 and row["months_workable"] > 0]
        months = sum(row["months_worked"] for row in able)
        for row in home:
            assert row["household_size"] == len(home)
            assert row["children_in_household"] == sum(age < 18 for age in ages)
            assert row["equivalised_income"] == pytest.approx(row["disposable_income"] / scale)
            assert row["rooms_needed"] == needed
            assert row["overcrowded"] == (row["rooms"] < needed)
            assert row["deprivation_items"] == _lacks(home, row)
            low = months <= 0.2 * 12 * len(able) if able and row["age"] < 65 else None
            assert row["low_work_intensity"] == low


def _lacks(home: list[dict], row: dict) -> int:
    """Items lacking; a child lacks a personal item when half of the adults or more do (Eurostat)."""
    adults = [one for one in home if one["age"] >= 16]
    own = 0
    for item in OF_PERSONS:
        answers = [one[item] for one in ([row] if row["age"] >= 16 else adults) if one[item] is not None]
        own += bool(answers) and sum(answers) > 0 and 2 * sum(answers) >= len(answers)
    return own + sum(bool(row[item]) for item in OF_HOUSEHOLDS)
