"""Poverty or exclusion (AROPE): one known part that holds is enough (methods/02 section 4)."""

from __future__ import annotations

import math

import pyarrow as pa
import pytest

import zaragoza as z
from tests.unit.incomes import closed_at_the_end, engine, only, people

__all__ = ["closed_at_the_end"]
ONE_PERSON = [  # income, whether something else excludes, excluded; the threshold is 10
    (9.0, True, True), (9.0, False, True), (9.0, None, True),
    (10.0, True, True), (10.0, False, False), (10.0, None, None),
    (None, True, True), (None, False, None), (None, None, None),
]  # fmt: skip


def with_others(cases: list[tuple], weights: list[float] | None = None) -> pa.Table:
    incomes, also = (pa.array([case[k] for case in cases], kind) for k, kind in enumerate(("f8", pa.bool_())))
    return people(incomes, weights or [1.0] * len(cases), other=also)


@pytest.mark.parametrize(("income", "other", "excluded"), ONE_PERSON)
def test_one_known_part_that_holds_is_enough(income, other, excluded):
    twice = with_others([(income, other)] * 2)
    found = only(twice, z.poverty_rate("y", threshold=10.0, also="other"))
    expected = (None, 0) if excluded is None else (float(excluded), 2)
    assert (found["value"], found["n"]) == expected


def test_who_is_not_known_leaves_numerator_and_denominator():
    """Of nine people of weight 1 to 9 the first four and the seventh are excluded, and the fifth is not."""
    data = with_others(ONE_PERSON, [float(w) for w in range(1, 10)])
    measure = z.poverty_rate("y", threshold=10.0, also="other")
    found = only(data, measure)
    assert found["value"] == pytest.approx((1 + 2 + 3 + 4 + 7) / (1 + 2 + 3 + 4 + 5 + 7))
    assert (found["n"], found["n_hat"]) == (6, 22)
    known = [case for case in ONE_PERSON if case[2] is not None]
    flags = people([float(flag) for _, _, flag in known], [1.0, 2.0, 3.0, 4.0, 5.0, 7.0])
    share = only(flags, z.share("y = 1"))
    assert share["value"] == pytest.approx(found["value"])
    everybody = people([flag and float(flag) for _, _, flag in ONE_PERSON], [float(w) for w in range(1, 10)])
    assert found["standard_error"] == pytest.approx(only(everybody, z.share("y = 1"))["standard_error"])
    # a variant: only those of whom the other parts are known
    answered = only(data, z.poverty_rate("y", threshold=10.0, also="other", among="other IS NOT NULL"))
    assert answered["value"] == pytest.approx((1 + 2 + 4 + 7) / (1 + 2 + 4 + 5 + 7))


def test_the_threshold_moves_those_of_whom_nothing_else_is_known():
    """0.6 of the median 10 of 6.1, 10, 10, 14: with 13 instead it is 6.9, and one more counts, as excluded."""
    incomes = [(6.1, None), (10.0, False), (10.0, None), (14.0, False)]
    before = only(with_others(incomes), z.poverty_rate("y", also="other"))
    assert (before["value"], before["n"]) == (0.0, 2)
    incomes[2] = (13.0, None)
    after = only(with_others(incomes), z.poverty_rate("y", also="other"))
    assert (after["value"], after["n"]) == (pytest.approx(1 / 3), 3)


def test_nobody_of_whom_it_is_known():
    found = only(with_others([(10.0, None), (12.0, None), (None, False)]), z.poverty_rate("y", also="other"))
    assert (found["value"], found["standard_error"], found["n"]) == (None, None, 0)


def test_other_parts_count_under_replicate_weights_too():
    """One of ten is poor and two others are excluded; no replicate moves the threshold: the error of a share of 0.3."""
    cases = [(1.0, False), (10.0, True), (10.0, True)] + [(10.0, False)] * 7
    design = z.Replicates("JK1", design=z.Design(weight="w"))
    measure = {"m": z.poverty_rate("y", also="other")}
    (row,) = z.estimate(with_others(cases), measure, design=design, engine=engine()).to_pylist()
    assert row["value"] == pytest.approx(0.3)
    assert row["standard_error"] == pytest.approx(math.sqrt(0.3 * 0.7 / 9))
