"""Adjusted figures that are shown follow from levels that are shown: so they tell nothing that suppression must know.

The formula is written out here: levels in the crossing, weighted by the mean of both groups' mixes (methods/04 section
2). What is hidden for people's sake is not among what it is given.
"""

from __future__ import annotations

import random
from collections.abc import Mapping
from itertools import product

import pyarrow as pa
import pytest

from tests.reference.protect_data import TOTAL, Block, Case, case
from tests.unit.attacked import REGISTER
from zaragoza.protect import attack, protect

GROUPS, SEXES, AGES = ("NAT", "EU", "NEU"), ("F", "M"), ("old", "young")
CODES = {"sex": SEXES, "age": AGES}
SETS = ("sex", "age", "age+sex")
Cell = tuple[str, str, str]
Levels = Mapping[Cell, tuple[float, float]]  # people, and the share of them in the class


def adjusted_gap(levels: Levels, cell: Cell, covariates: list[str]) -> float:
    """From the levels of group and reference group in the crossing; a KeyError where one of them is not given."""
    free = [
        CODES[name] if name in covariates else (code,) for name, code in zip(CODES, cell[1:], strict=True)
    ]
    places = list(product(*free))
    people = {g: [levels[g, *place][0] for place in places] for g in (cell[0], "NAT")}
    standard = [sum(people[g][i] / sum(people[g]) for g in people) / 2 for i in range(len(places))]
    return sum(
        s * (levels[cell[0], *place][1] - levels["NAT", *place][1])
        for s, place in zip(standard, places, strict=True)
    )


def made(seed: int) -> Case:
    """A register's share by group, sex and age, with adjusted gaps and explained parts for three sets."""
    draw = random.Random(seed)  # noqa: S311 - made-up data
    sizes = dict(zip(GROUPS, (400, 90, draw.choice([30, 60, 120])), strict=True))
    blocks = []
    for g, sex, age in product(GROUPS, SEXES, AGES):
        n = draw.randint(sizes[g] // 2, sizes[g])
        blocks.append(Block({"group": g, "sex": sex, "age": age}, n, draw.randint(n // 5, n // 2)))
    given = case({"x": blocks}, [("group", "sex", "age")], reference={"group": "NAT"})
    rows = [{**row, "adjustment": None} for row in given.estimates.to_pylist()]
    levels = {place(r): (r["n"], r["value"]) for r in rows if r["statistic"] == "level"}
    for row in [r for r in rows if r["statistic"] == "difference"]:
        for name in SETS:
            covariates = name.split("+")
            if all(row[each] == TOTAL for each in covariates):
                gap = adjusted_gap(levels, place(row), covariates)
                for statistic, value in (("adjusted_gap", gap), ("explained", row["value"] - gap)):
                    rows.append({**row, "statistic": statistic, "value": value, "adjustment": name})
    schema = given.estimates.schema.append(pa.field("adjustment", pa.string()))
    return Case(pa.Table.from_pylist(rows, schema), given.indicators, given.breakdowns)


def place(row: Mapping[str, object]) -> Cell:
    return str(row["group"]), str(row["sex"]), str(row["age"])


def outcome(seed: int) -> tuple[int, int]:
    """How many adjusted figures are shown and hidden, after each shown one was worked out from shown levels."""
    given = made(seed)
    table = protect(given.estimates, REGISTER, given.indicators, given.breakdowns).observations
    rows = table.to_pylist()
    levels = {
        place(r): (r["n"], r["value"]) for r in rows if r["statistic"] == "level" and r["value"] is not None
    }
    count = {True: 0, False: 0}
    for row in (r for r in rows if r["adjustment"]):
        count[row["value"] is not None] += 1
        if row["value"] is not None:
            gap = adjusted_gap(levels, place(row), row["adjustment"].split("+"))
            raw = levels[place(row)][1] - levels["NAT", *place(row)[1:]][1]
            expected = gap if row["statistic"] == "adjusted_gap" else raw - gap
            assert row["value"] == pytest.approx(expected, abs=1e-12)
    assert attack([(table, REGISTER, given.indicators)]).exposures == ()
    return count[True], count[False]


def test_every_adjusted_figure_that_is_shown_follows_from_shown_levels() -> None:
    shown, hidden = (sum(each) for each in zip(*map(outcome, range(10)), strict=True))
    assert shown > 20
    assert hidden > 20
