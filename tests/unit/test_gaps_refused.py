"""What strange calls and data give: a fault, or no figure with a reason; never a number."""

from __future__ import annotations

import itertools

import numpy as np
import pyarrow as pa
import pytest

import zaragoza as z
from tests.unit.test_gaps_adjusted import example
from zaragoza.errors import DefinitionError
from zaragoza.model.adjustment import ADJUSTMENT_METHODS

GIVEN = {"group": "origin", "reference": "native", "adjust_for": ["age", "education"]}
WORK = {"e": z.share("works")}
OPTIONS = [
    ("g-computation", {"target": "everybody"}, "one of all, group, reference"),
    ("g-computation", {"target_fixed": 1}, "True or False"),
    ("entropy", {"target": "overlap"}, "one of all, group, reference"),
    ("weighting", {"target": "treated"}, "one of all, group, reference, overlap"),
    ("weighting", {"trim": (0.5, 0.4)}, "0 <= lower < upper <= 1"),
    ("kitagawa", {"parts": 4}, "one of 2, 3"),
    ("standardise", {"least": 0}, "a whole number from 1"),
    ("standardise", {"least_gap": -1}, "a number of 0 or more"),
    ("oaxaca", {"coefficients": "pool"}, "one of reference, group, reimers, cotton, neumark, pooled"),
    ("logit", {"coefficients": "reimers"}, "one of reference, group, neumark, pooled"),
    ("fairlie", {"coefficients": "cotton"}, "one of reference, group, neumark, pooled"),
    ("matching", {"ratio": 0}, "a whole number from 1"),
    ("matching", {"caliper": -0.1}, "a number of 0 or more"),
    ("matching", {"distance": "mahalanobis"}, "one of logit, propensity"),
    ("subclassification", {"classes": 0}, "a whole number from 1"),
    ("subclassification", {"classes": 2.5}, "a whole number from 1"),
    ("dissimilarity", {"of": "persons"}, "one of size, total"),
]  # fmt: skip


@pytest.mark.parametrize(("method", "options", "expected"), OPTIONS)
def test_an_option_of_another_value_is_a_fault(method: str, options: dict, expected: str) -> None:
    with pytest.raises(DefinitionError, match="Correct the call") as error:
        z.gaps(example(), WORK, **GIVEN, method=method, **options)
    (fault,) = error.value.faults
    assert fault.field == next(iter(options))
    assert expected in fault.expected


def test_none_is_an_option_where_nothing_is_trimmed_or_too_far() -> None:
    for method, option in (("weighting", "trim"), ("matching", "caliper")):
        rows = z.gaps(example(), WORK, **GIVEN, method=method, **{option: None}).to_pylist()
        assert all(row["value"] is not None for row in rows)


@pytest.mark.parametrize("method", ["logit", "g-computation", "entropy", "weighting", "oaxaca", "matching"])
def test_an_infinite_covariate_is_a_fault(method: str) -> None:
    far = np.arange(len(example())) / 100
    far[7] = np.inf
    data = example().append_column("distance", pa.array(far))
    with pytest.raises(DefinitionError, match="distance: expected finite numbers"):
        z.gaps(data, WORK, **{**GIVEN, "adjust_for": ["distance"]}, method=method)


def test_a_group_in_which_nobody_counts_has_no_figure() -> None:
    """Nobody of the group has a weight, or is in the population: as for raw gaps, rows say that nobody is there."""
    data = example()
    data = data.append_column("w", pa.array([float(o == "native") for o in data["origin"].to_pylist()]))
    with_weights = {"design": z.Design(weight="w")}
    methods = [m for m in ADJUSTMENT_METHODS if m not in ("matching", "ratios")]
    for method, call in itertools.product(methods, (with_weights, {"population": "origin = 'native'"})):
        rows = z.gaps(data, WORK, **GIVEN, method=method, **call).to_pylist()
        assert [(row["statistic"], row["value"], row["reason"]) for row in rows] == [
            ("gap", None, "no_members"), ("adjusted_gap", None, "no_members"),
        ]  # fmt: skip


@pytest.mark.parametrize("method", [m for m in ADJUSTMENT_METHODS if m not in ("ratios", "dissimilarity")])
def test_where_nobody_is_alike_there_is_no_adjusted_gap(method: str) -> None:
    data = example()
    apart = pa.array([f"of {origin}" for origin in data["origin"].to_pylist()])
    rows = z.gaps(
        data.append_column("apart", apart), WORK, **{**GIVEN, "adjust_for": ["apart"]}, method=method
    ).to_pylist()
    values = {row["statistic"]: row["value"] for row in rows}
    assert values.pop("gap") is not None
    assert values  # what the method would tell
    assert set(values.values()) == {None}
    assert all(row["reason"] for row in rows if row["statistic"] != "gap")


def test_a_standard_with_other_codes_gives_no_figure() -> None:
    """All of it lies outside what both sides have: the level of one joined category would be no standardised one."""
    rows = z.gaps(example(), WORK, **GIVEN, standard={("young", "low"): 1.0, ("old", "low"): 1.0}).to_pylist()
    told = [(row["value"], row["reason"]) for row in rows if row["statistic"] == "adjusted_gap"]
    assert told == [(None, "nothing_held_equal")]


def test_who_is_matched_with_many_tells_what_it_is_worth() -> None:
    """With categories alone one native stands for all migrants of a cell: an error of their number is far too small."""
    plain = z.gaps(example(), WORK, **GIVEN, method="standardise").to_pylist()
    matched = z.gaps(example(), WORK, **GIVEN, method="matching").to_pylist()
    errors = [
        next(row["standard_error"] for row in rows if row["statistic"] == "adjusted_gap") for rows in (plain, matched)
    ]  # fmt: skip
    assert errors[1] > 5 * errors[0]
