"""The tightest bounds of hidden cells, and their certification by witnesses, on published and random tables."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from scipy.optimize import linprog

from zaragoza.protect.demand import Demand
from zaragoza.protect.feasible import Means, certify, feasible
from zaragoza.protect.lines import Lines
from zaragoza.protect.quantities import Quantity

FEW = settings(deadline=None, max_examples=60, suppress_health_check=list(HealthCheck), derandomize=True)

# methods/06 section 2: rows and columns with their totals; hidden cells by row and column.
GEURTS = [[4, 3, 7], [2, 1, 3], [3, 3, 6], [9, 7, 16]]
FISCHETTI_SALAZAR = [[20, 50, 10, 80], [8, 19, 22, 49], [17, 32, 12, 61], [45, 101, 44, 190]]
COUNTS = [[12, 2, 7, 21], [9, 5, 1, 15], [14, 8, 6, 28], [35, 15, 14, 64]]


def two_way(rows: list[list[int]] | np.ndarray) -> tuple[Lines, Quantity]:
    """A table with its totals in the last row and column."""
    values = np.array(rows, dtype=np.float64)
    at = np.arange(values.size).reshape(values.shape)
    cell = np.concatenate([at.ravel(), at.T.ravel()])
    height, width = values.shape
    line = np.concatenate([np.repeat(np.arange(height), width), height + np.repeat(np.arange(width), height)])
    side = np.concatenate(
        [np.tile([1] * (width - 1) + [-1], height), np.tile([1] * (height - 1) + [-1], width)]
    )
    size = values.size
    quantity = Quantity(
        "n", values.ravel(), np.zeros(size), np.full(size, np.inf), np.full(size, values.max())
    )
    return Lines(cell, line, side, height + width), quantity


def hide(shape: tuple[int, int], *cells: tuple[int, int]) -> np.ndarray:
    found = np.zeros(shape, dtype=np.bool_)
    for cell in cells:
        found[cell] = True
    return found.ravel()


def blind(quantity: Quantity, hidden: np.ndarray) -> Quantity:
    """Without the true values: what a reader has."""
    value = np.where(hidden, np.nan, quantity.value)
    return Quantity(quantity.name, value, quantity.low, quantity.high, quantity.scale)


@pytest.mark.parametrize(
    ("rows", "cells", "intervals"),
    [
        (GEURTS, [(0, 0), (0, 1), (1, 0), (1, 1)], [(3, 6), (1, 4), (0, 3), (0, 3)]),
        (FISCHETTI_SALAZAR, [(1, 0), (1, 2), (2, 0), (2, 2)], [(0, 25), (5, 30), (0, 25), (4, 29)]),
        (COUNTS, [(0, 1), (0, 2), (1, 1), (1, 2)], [(1, 7), (2, 8), (0, 6), (0, 6)]),
    ],
)
def test_published_intervals(rows, cells, intervals):
    lines, quantity = two_way(rows)
    shape = np.array(rows).shape
    hidden = hide(shape, *cells)
    found = feasible(lines, blind(quantity, hidden), hidden, hidden)
    assert np.column_stack([found.low, found.high])[hidden] == pytest.approx(np.array(intervals))
    assert (found.low == found.high)[~hidden].all()


def test_all_lines_together_know_more_than_one_by_one():
    # Two rows by two columns without their column totals, but both rows' totals and the sum of the diagonals' ends:
    # x + y = 10, x + z = 10, y + z = 10 has the one solution 5, 5, 5; each line by itself leaves 0 to 10.
    lines = Lines(
        cell=np.array([0, 1, 3, 0, 2, 3, 1, 2, 3]),
        line=np.repeat(np.arange(3), 3),
        side=np.tile([1, 1, -1], 3),
        count=3,
    )
    hidden = np.array([True, True, True, False])
    quantity = Quantity(
        "n", np.array([np.nan] * 3 + [10.0]), np.zeros(4), np.full(4, np.inf), np.full(4, 10.0)
    )
    found = feasible(lines, quantity, hidden, hidden)
    assert found.low == pytest.approx([5, 5, 5, 10])
    assert found.high == pytest.approx([5, 5, 5, 10])


def test_without_an_upper_bound_there_is_none():
    lines = Lines(cell=np.array([0, 1, 2]), line=np.zeros(3, np.int64), side=np.array([1, 1, -1]), count=1)
    hidden = np.array([True, False, True])  # a category and its total
    quantity = Quantity("n", np.array([np.nan, 4.0, np.nan]), np.zeros(3), np.full(3, np.inf), np.ones(3))
    found = feasible(lines, quantity, hidden, hidden)
    assert (found.low[0], found.high[0]) == (0, np.inf)
    assert (found.low[2], found.high[2]) == (4, np.inf)


@st.composite
def tables(draw: st.DrawFn) -> tuple[Lines, Quantity, np.ndarray]:
    height, width = draw(st.integers(2, 4)), draw(st.integers(2, 4))
    inner = np.array(
        draw(
            st.lists(
                st.lists(st.integers(0, 9), min_size=width, max_size=width),
                min_size=height,
                max_size=height,
            )
        )
    )
    rows = np.vstack([inner, inner.sum(axis=0)])
    rows = np.hstack([rows, rows.sum(axis=1, keepdims=True)]) * draw(st.sampled_from([1, 1e6, 1e-3]))
    hidden = np.array(draw(st.lists(st.booleans(), min_size=rows.size, max_size=rows.size)))
    lines, quantity = two_way(rows)
    return lines, quantity, hidden


def by_linprog(lines: Lines, quantity: Quantity, hidden: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """The intervals by scipy, a programme for each end, over all cells at once."""
    size = len(hidden)
    equations = np.zeros((lines.count, size))
    equations[lines.line, lines.cell] = lines.side
    unit = quantity.scale.max() or 1.0
    bounds = [
        (low, None if np.isinf(high) else high) if is_hidden else (value, value)
        for value, low, high, is_hidden in zip(
            quantity.value / unit, quantity.low / unit, quantity.high / unit, hidden, strict=True
        )
    ]
    low, high = quantity.value.copy(), quantity.value.copy()
    for cell in np.flatnonzero(hidden):
        for sign, found in ((1, low), (-1, high)):
            answer = linprog(
                sign * np.eye(size)[cell], A_eq=equations, b_eq=np.zeros(lines.count), bounds=bounds
            )
            found[cell] = -sign * np.inf if answer.status == 3 else sign * answer.fun * unit
    return low, high


@FEW
@given(tables())
def test_bounds_are_those_of_another_solver(case):
    lines, quantity, hidden = case
    found = feasible(lines, blind(quantity, hidden), hidden, hidden)
    low, high = by_linprog(lines, quantity, hidden)
    near = {"rel": 1e-6, "abs": 1e-6 * quantity.scale.max()}
    assert found.low == pytest.approx(low, **near)
    assert found.high == pytest.approx(high, **near)


@FEW
@given(tables(), st.sampled_from([0.5, 1.0, 3.0, 6.0]), st.booleans())
def test_certificates_are_what_the_bounds_say(case, width, knows_truth):
    lines, quantity, hidden = case
    width *= quantity.scale.max() / 20
    asked = np.full(len(hidden), width)
    given_ = quantity if knows_truth else blind(quantity, hidden)
    found = certify(lines, given_, hidden, Demand.of_width(asked), hidden)
    low, high = by_linprog(lines, quantity, hidden)
    unit = 1e-6 * quantity.scale.max()
    clear = ~(np.abs(high - low - width) <= unit)
    assert (found.means[~hidden] == Means.none).all()
    assert (found.failed == (high - low < width))[hidden & clear].all()
    certified = hidden & ~found.failed
    assert (found.reached.low[certified] >= low[certified] - unit).all()  # witnesses agree with what is shown
    assert (found.reached.high[certified] <= high[certified] + unit).all()


@FEW
@given(tables(), st.booleans())
def test_large_parts_have_the_same_certificates(case, knows_truth):
    # The way of parts of thousands of cells, on small ones.
    lines, quantity, hidden = case
    asked = np.full(len(hidden), quantity.scale.max() / 7)
    given_ = quantity if knows_truth else blind(quantity, hidden)
    small = certify(lines, given_, hidden, Demand.of_width(asked), hidden)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("zaragoza.protect.programme._LARGE", 0)
        large = certify(lines, given_, hidden, Demand.of_width(asked), hidden)
        bounds = feasible(lines, blind(quantity, hidden), hidden, hidden)
    near = {"rel": 1e-6, "abs": 1e-6 * quantity.scale.max()}
    known = feasible(lines, blind(quantity, hidden), hidden, hidden)
    clear = np.abs(known.high - known.low - asked) > near["abs"]
    assert (large.failed == small.failed)[clear].all()
    assert bounds.low == pytest.approx(known.low, **near)
    assert bounds.high == pytest.approx(known.high, **near)
    certified = hidden & ~large.failed
    assert (large.reached.low >= known.low - near["abs"])[certified].all()
    assert (large.reached.high <= known.high + near["abs"])[certified].all()


def every_cell_twice(lines: Lines, quantity: Quantity) -> tuple[Lines, Quantity]:
    """The second copy follows the first, and a line for each pair says that they are one number."""
    size = len(quantity.value)
    at = np.arange(size)
    twice = Lines(
        np.concatenate([lines.cell, at, size + at]),
        np.concatenate([lines.line, lines.count + at, lines.count + at]),
        np.concatenate([lines.side, np.ones(size, np.int64), -np.ones(size, np.int64)]),
        lines.count + size,
    )
    tiled = (np.tile(each, 2) for each in (quantity.value, quantity.low, quantity.high, quantity.scale))
    return twice, Quantity("n", *tiled)


@FEW
@given(tables(), st.sampled_from([0.5, 2.0]), st.integers(1, 3))
def test_equal_cells_are_one_number_each_with_its_own_demand(case, factor, shown):
    # Every cell twice, as n and n_hat of who is counted; of the second another width is asked, and some are shown.
    lines, quantity, hidden = case
    size = len(hidden)
    at = np.arange(size)
    twice, both = every_cell_twice(lines, quantity)
    width = quantity.scale.max() / 7
    asked = np.full(2 * size, width)
    asked[size:] *= factor
    unseen = np.concatenate([hidden, hidden & (at % 4 != shown)])
    found = certify(twice, blind(both, unseen), unseen, Demand.of_width(asked), unseen)
    known = feasible(lines, blind(quantity, unseen[size:]), unseen[size:], unseen[size:])
    reach = np.tile(known.high - known.low, 2)
    clear = np.abs(reach - asked) > 1e-6 * quantity.scale.max()
    assert (found.failed == (reach < asked))[unseen & clear].all()
    assert (found.means[~unseen] == Means.none).all()


def test_a_number_that_stands_twice_in_a_line_counts_twice():
    # a = b and a + b = c: with c shown, a is known; without, all is open.
    lines = Lines(
        cell=np.array([0, 1, 0, 1, 2]),
        line=np.array([0, 0, 1, 1, 1]),
        side=np.array([1, -1, 1, 1, -1]),
        count=2,
    )
    quantity = Quantity("n", np.array([4.0, 4.0, 8.0]), np.zeros(3), np.full(3, np.inf), np.full(3, 8.0))
    for hidden, fails in (([True, True, False], True), ([True, True, True], False)):
        unseen = np.array(hidden)
        found = certify(lines, blind(quantity, unseen), unseen, Demand.of_width(np.ones(3)), unseen)
        assert (found.failed[unseen] == fails).all()


def test_a_few_tables_certify_many_cells():
    # 30 by 30 with half of the cells hidden: far fewer programmes than two a cell, and twice the same answer.
    rng = np.random.default_rng(6)
    inner = rng.poisson(3, (30, 30))
    rows = np.vstack([inner, inner.sum(axis=0)])
    rows = np.hstack([rows, rows.sum(axis=1, keepdims=True)])
    lines, quantity = two_way(rows)
    hidden = np.zeros(rows.shape, dtype=np.bool_)
    hidden[:-1, :-1] = rng.random((30, 30)) < 0.5
    hidden = hidden.ravel()
    asked = np.full(len(hidden), 2.0)
    found = certify(lines, blind(quantity, hidden), hidden, Demand.of_width(asked), hidden)
    assert (found.means[hidden] >= Means.programme).all()
    assert (found.means[hidden] == Means.witness).mean() > 0.9
    again = certify(lines, blind(quantity, hidden), hidden, Demand.of_width(asked), hidden)
    assert (again.means == found.means).all()
    assert (again.reached.low == found.reached.low).all()


def test_a_solver_prints_nothing(capfd):
    lines, quantity = two_way(GEURTS)
    hidden = hide((4, 3), (0, 0), (0, 1), (1, 0), (1, 1))
    feasible(lines, quantity, hidden, hidden)
    assert capfd.readouterr() == ("", "")


@pytest.mark.parametrize("largest", [1e3, 1e8])
def test_a_large_number_in_the_same_part_does_not_count_as_rounding(largest):
    # a + b = c with c shown; b + d = e, all hidden, as large as a country. Of a, half a person may be what it may.
    lines = Lines(
        cell=np.array([0, 1, 2, 1, 3, 4]),
        line=np.array([0, 0, 0, 1, 1, 1]),
        side=np.array([1, 1, -1, 1, 1, -1]),
        count=2,
    )
    hidden = np.array([True, True, False, True, True])
    low, high = np.array([0, 4.5, 0, 0.9 * largest, 0.9 * largest]), np.array([9, 9, 9, largest, largest])
    quantity = Quantity("n", np.array([np.nan, np.nan, 5.0, np.nan, np.nan]), low, high, np.full(5, 1.0))
    asked = hidden & (np.arange(5) == 0)
    found = certify(lines, quantity, hidden, Demand.of_width(np.ones(5)), asked)
    assert found.failed.tolist() == asked.tolist()
    assert (
        certify(lines, quantity, hidden, Demand.of_width(np.full(5, 0.4)), asked).failed.tolist()
        == [False] * 5
    )


@FEW
@given(tables(), st.sampled_from([0.0, 0.5, 2.0]), st.sampled_from([0.5, 1.0, 3.0]), st.booleans())
def test_bounds_must_reach_what_is_asked(case, factor, level, twins):
    # Every cell must reach as far below as above; of a twin, which is the same number, another distance is asked, down
    # to 0 at most, so that neither asks all that the other does.
    lines, quantity, hidden = case
    size, unit = len(hidden), quantity.scale.max()
    level *= unit / 20
    twice, both = every_cell_twice(lines, quantity)
    unseen, distance = np.tile(hidden, 2), np.repeat([level, factor * level], size)
    low = np.where(distance > 0, np.maximum(both.value - distance, np.repeat([-unit, 0.0], size)), np.inf)
    high = np.where(distance > 0, both.value + distance, -np.inf)
    asked = unseen if twins else unseen & (np.arange(2 * size) < size)
    found = certify(twice, blind(both, unseen), unseen, Demand(np.zeros(2 * size), low, high), asked)
    least, most = (np.tile(bound, 2) for bound in by_linprog(lines, quantity, hidden))
    near = 1e-6 * unit
    clear = (np.abs(least - low) > near) & (np.abs(most - high) > near)
    expected = (least > low) | (most < high)
    assert (found.failed == expected)[asked & clear].all()
    assert not found.failed[~asked].any()


def test_a_demand_prints_nothing_of_what_is_asked():
    demand = Demand(np.zeros(1), np.array([310.0]), np.array([350.0]))
    assert not any(secret in f"{demand!r} {demand}" for secret in ("310", "350"))


def test_bounds_that_cross_prove_nothing():
    # Two cells are 10 together by one line and 12 by another: what follows line by line would be any number.
    lines = Lines(
        np.array([0, 1, 2, 0, 1, 3]), np.array([0, 0, 0, 1, 1, 1]), np.array([1, 1, -1, 1, 1, -1]), 2
    )
    value = np.array([np.nan, np.nan, 10.0, 12.0])
    quantity = Quantity("n", value, np.zeros(4), np.full(4, np.inf), np.full(4, 12.0))
    hidden = np.isnan(value)
    found = certify(lines, quantity, hidden, Demand.of_width(np.ones(4)), hidden)
    assert found.means[hidden].tolist() == [Means.contradiction] * 2
    known = feasible(lines, quantity, hidden, hidden)
    assert known.low.tolist()[:2] == [0, 0]
