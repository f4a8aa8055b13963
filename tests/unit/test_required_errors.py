"""Errors modelled by what European law asks of surveys: by hand from methods/05 section 7."""

from __future__ import annotations

from math import sqrt

import pyarrow as pa
import pytest

import zaragoza as z
from zaragoza.compare.differences import differences
from zaragoza.compare.errors import effective_size, with_required_errors
from zaragoza.compare.rows import derived

SURVEYS = {"ESTAT:LFS": "lfs", "ESTAT:SILC": "silc"}
GROUPS = ("birth_group", "citizen_group", "sex")
PERSONS = pa.Table.from_pylist(
    [
        {
            "geo": "NL",
            "period": "2023",
            "birth_group": "_T",
            "citizen_group": "_T",
            "sex": "_T",
            "persons": 13e6,
        },
        {
            "geo": "NL",
            "period": "2023",
            "birth_group": "NAT",
            "citizen_group": "_T",
            "sex": "_T",
            "persons": 10e6,
        },
        {
            "geo": "NL",
            "period": "2023",
            "birth_group": "FOR",
            "citizen_group": "_T",
            "sex": "_T",
            "persons": 1e6,
        },
        {
            "geo": "MT",
            "period": "2023",
            "birth_group": "_T",
            "citizen_group": "_T",
            "sex": "_T",
            "persons": 0.3e6,
        },
    ]
)


def levels(*rows: dict) -> pa.Table:
    given = [
        {
            "indicator": "x", "period": "2023", "geo": "NL", "birth_group": "_T", "citizen_group": "_T", "sex": "_T",
            "value": 0.04, "unit": "proportion", "source": "ESTAT:LFS", "statistic": "level", "reason": "published",
            "flag": "", **row,
        }
        for row in rows
    ]  # fmt: skip
    table = pa.Table.from_pylist(given)
    keys = {name: table[name] for name in ("indicator", "period", "geo", *GROUPS)}
    said = {name: table[name] for name in ("statistic", "value", "reason", "unit", "source", "flag")}
    return derived(keys, said, len(rows))


def errors(*rows: dict, household_size: float | None = None) -> list[float | None]:
    found = with_required_errors(levels(*rows), PERSONS, SURVEYS, household_size)
    return found["standard_error"].to_pylist()


def test_of_a_whole_country() -> None:
    """Labour force survey, 13 million people, 4 %: f = 23,623.30 and the error 0.0012750."""
    assert effective_size(13, "lfs_unemployment_quarter") == pytest.approx(23623.30, abs=5e-3)
    assert errors({}) == [pytest.approx(0.0012750, abs=5e-8)]
    assert errors({}) == [pytest.approx(z.required_error(0.04, 13, "lfs_unemployment_quarter"))]


def test_of_a_group_by_its_part_of_the_population() -> None:
    size = 23623.30 / 13
    assert errors({"birth_group": "FOR", "value": 0.3}) == [pytest.approx(sqrt(0.3 * 0.7 / size), rel=1e-6)]


def test_of_incomes_by_the_number_of_households() -> None:
    """EU-SILC, 13 million people in households of 1.625: 8 million of them, f = 5,145.584."""
    row = {"source": "ESTAT:SILC", "value": 0.17}
    assert errors(row, household_size=1.625) == [pytest.approx(0.0052366, abs=5e-8)]
    assert errors(row) == [None]


def test_where_nothing_is_known_there_is_no_error() -> None:
    assert errors(
        {"birth_group": "EU27_2020_FOR"},  # no size
        {"period": "2022"},
        {"unit": "euro", "value": 20000.0},
        {"source": "ESTAT:OTHER"},
        {"geo": "MT"},  # so small a country that the law asks for nothing
        {"value": None, "reason": "too_few"},
        {"value": 0.0}, {"value": 1.0},  # certain by the formula, which no sample makes them
        {"value": 1.2}, {"value": -0.1},
    ) == [None] * 10  # fmt: skip


@pytest.mark.parametrize(("group", "whole"), [(14e6, 13e6), (-1e6, 13e6), (1e6, -13e6), (0.0, 13e6)])
def test_sizes_that_cannot_be_give_no_error(group: float, whole: float) -> None:
    sizes = PERSONS.set_column(
        PERSONS.column_names.index("persons"), "persons", pa.array([whole, 10e6, group, 0.3e6])
    )
    found = with_required_errors(levels({"birth_group": "FOR"}), sizes, SURVEYS, None)
    assert found["standard_error"].to_pylist() == [None]


def test_of_a_gap_the_errors_add_up_as_those_of_different_people() -> None:
    found = with_required_errors(
        levels({"birth_group": "NAT", "flag": "b"}, {"birth_group": "FOR", "value": 0.09, "flag": "bu"}),
        PERSONS, SURVEYS, None,
    )  # fmt: skip
    (gap,) = differences(found, {"birth_group": "NAT"}).to_pylist()
    native, group = (row["standard_error"] for row in found.to_pylist())
    assert gap["value"] == pytest.approx(0.05)
    assert gap["standard_error"] == pytest.approx(sqrt(native**2 + group**2))
    assert gap["flag"] == "bu"
