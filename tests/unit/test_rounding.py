"""Rounding: the optima and intervals of the methods paper, chances of the oracle, and its conditions."""

from __future__ import annotations

import csv
import itertools

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.support import SHARED, needs_shared
from zaragoza.errors import DisclosureError
from zaragoza.protect.lines import LEFT, RIGHT, Lines
from zaragoza.protect.rounding import intruder_interval, round_by_key, round_controlled

# methods/06 section 3: Handbook table A, and the table of section 2, test 3; both with margins
HANDBOOK = np.array([[1, 0, 1], [3, 3, 6], [12, 20, 32], [16, 23, 39]])
COUNTS = np.array([[12, 2, 7, 21], [9, 5, 1, 15], [14, 8, 6, 28], [35, 15, 14, 64]])


def lines_of(shape: tuple[int, ...]) -> Lines:
    """Every line of a table whose last category is the total in each direction."""
    numbers = np.arange(np.prod(shape)).reshape(shape)
    cell, line, side, count = [], [], [], 0
    for axis in range(len(shape)):
        for row in np.moveaxis(numbers, axis, -1).reshape(-1, shape[axis]):
            cell += row.tolist()
            line += [count] * len(row)
            side += [LEFT] * (len(row) - 1) + [RIGHT]
            count += 1
    return Lines(np.array(cell), np.array(line), np.array(side), count)


def with_margins(inner: np.ndarray) -> np.ndarray:
    for axis in range(inner.ndim):
        inner = np.concatenate([inner, inner.sum(axis=axis, keepdims=True)], axis=axis)
    return inner


def adds_up(table: np.ndarray) -> bool:
    return all(
        np.array_equal(np.delete(table, -1, axis).sum(axis=axis), np.take(table, -1, axis))
        for axis in range(table.ndim)
    )


@pytest.mark.parametrize(
    ("table", "base", "optimum"), [(HANDBOOK, 5, 18), (HANDBOOK, 3, 6), (COUNTS, 3, 12), (COUNTS, 5, 18)]
)
def test_the_optima_of_the_methods_paper(table, base, optimum):
    found = round_controlled(table.ravel(), lines_of(table.shape), base)
    assert (found.distance, found.steps) == (optimum, 0)
    values = found.values.reshape(table.shape)
    assert adds_up(values)
    assert np.all(values % base == 0)
    assert np.abs(values - table).sum() == optimum
    assert np.all((np.abs(values - table) < base) & ((table % base != 0) | (values == table)))


def test_the_published_solution_is_feasible_and_worse():
    published = np.array([[5, 0, 5], [0, 5, 5], [10, 20, 30], [15, 25, 40]])
    assert adds_up(published)
    assert np.abs(published - HANDBOOK).sum() == 22


@settings(max_examples=20, deadline=None)
@given(st.lists(st.integers(0, 12), min_size=4, max_size=4), st.sampled_from([3, 5]), st.sampled_from([1, 2]))
def test_no_other_rounded_table_is_nearer(cells, base, power):
    """All tables of two by two, by trying every one."""
    table = with_margins(np.array(cells).reshape(2, 2))
    found = round_controlled(table.ravel(), lines_of(table.shape), base, power=power)

    def options(count):
        down = count - count % base
        return (down,) if count % base == 0 else (down, down + base)

    best = np.inf
    for inner in itertools.product(*map(options, cells)):
        candidate = with_margins(np.array(inner).reshape(2, 2))
        if all(z in options(a) for z, a in zip(candidate.ravel(), table.ravel(), strict=True)):
            best = min(best, float((np.abs(candidate - table) ** power).sum()))
    if found.steps == 0:
        assert found.distance == best
    else:
        assert best == np.inf


@settings(max_examples=10, deadline=None)
@given(st.lists(st.integers(0, 9), min_size=12, max_size=12))
def test_three_dimensions_add_up_within_their_steps(cells):
    table = with_margins(np.array(cells).reshape(2, 3, 2))
    found = round_controlled(table.ravel(), lines_of(table.shape), 3)
    assert adds_up(found.values.reshape(table.shape))
    low, high = intruder_interval(found.values, 3, found.steps)
    assert np.all((low <= table.ravel()) & (table.ravel() <= high))


def test_a_table_that_needs_a_further_step():
    # a + b + c = d with a = b = c, true 1, 1, 1 and 3 (as three tables of the same people): with base 3 neither
    # 0 + 0 + 0 nor 3 + 3 + 3 is 3, so that d must leave its multiple.
    counts = np.array([1, 1, 1, 3])
    lines = Lines(
        np.array([0, 1, 2, 3, 0, 1, 1, 2]),
        np.array([0, 0, 0, 0, 1, 1, 2, 2]),
        np.array([LEFT, LEFT, LEFT, RIGHT, LEFT, RIGHT, LEFT, RIGHT]),
        3,
    )
    found = round_controlled(counts, lines, 3)
    assert found.steps == 1
    assert found.values.tolist() == [0, 0, 0, 0]


def test_a_table_that_cannot_be_rounded_is_refused():
    # A count of 0 that must equal a count of 21.
    lines = Lines(np.array([0, 1]), np.array([0, 0]), np.array([LEFT, RIGHT]), 1)
    with pytest.raises(DisclosureError, match="base 3"):
        round_controlled(np.array([0, 21]), lines, 3)


@pytest.mark.parametrize(
    ("value", "base", "steps", "expected"),
    [(15, 5, 1, (6, 24)), (0, 5, 0, (0, 4)), (15, 5, 0, (11, 19)), (0, 5, 1, (0, 9)), (5, 5, 1, (0, 14))],
)
def test_what_a_reader_knows(value, base, steps, expected):
    # methods/06 section 3: b = 5, K = 1, z = 15 -> [6, 24]
    low, high = intruder_interval(np.array([value]), base, steps)
    assert (low[0], high[0]) == expected


@needs_shared
def test_chances_of_rounding_up_are_those_of_the_oracle():
    with (SHARED / "oracle" / "31_sdc.csv").open(encoding="utf-8") as file:
        rows = [r for r in csv.DictReader(file) if r["statistic"] == "probability_round_up"]
    assert len(rows) == 13
    keys = (np.arange(1000) + 0.5) / 1000
    for row in rows:
        count = int(row["domain"].removeprefix("value="))
        rounded = round_by_key(np.full(1000, count), keys, 5)
        assert set(rounded.tolist()) <= {count - count % 5, count - count % 5 + 5}
        assert np.mean(rounded > count) == pytest.approx(float(row["value"]))


@given(st.integers(0, 1000), st.integers(2, 10))
def test_random_rounding_is_unbiased_with_variance_r_times_b_minus_r(count, base):
    keys = (np.arange(base * 50) + 0.5) / (base * 50)
    error = round_by_key(np.full(len(keys), count), keys, base) - count
    remainder = count % base
    assert error.mean() == pytest.approx(0.0, abs=1e-12)
    assert np.mean(error**2) == pytest.approx(remainder * (base - remainder))
