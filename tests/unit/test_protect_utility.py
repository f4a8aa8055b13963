"""The comparison of methods, on a table worked by hand."""

from __future__ import annotations

import math

import numpy as np
import pyarrow as pa
import pytest

from tests.reference.protect_data import Block, case
from zaragoza.errors import DisclosureError, Fault
from zaragoza.model.disclosure import Noise, Policy
from zaragoza.protect.lines import LEFT, RIGHT, Lines
from zaragoza.protect.utility import COLUMNS, _width_of_hidden, compare_methods

COUNTS = {"a": 4, "b": 30, "c": 33, "d": 21}
KEYS = {"a": 0.5, "b": 0.9, "c": 0.1, "d": 0.3}


def estimates():
    blocks = [Block({"g": code}, n=n, positive=n // 2) for code, n in COUNTS.items()]
    given = case({"x": blocks}, [("g",)])
    sums = [{"_T": 0.8}.get(code, KEYS.get(code, 0)) for code in given.estimates["g"].to_pylist()]
    table = given.estimates
    for name in ("key", "key_numerator"):
        column = pa.array([int(key * 2**32) for key in sums], pa.int64())
        table = table.set_column(table.column_names.index(name), name, column)
    behind = table["n_numerator"].cast(pa.int64())
    table = table.set_column(table.column_names.index("contributors"), "contributors", behind)
    return table, given


def rows():
    table, given = estimates()
    policy = Policy(full_count=True, min_count=10, all_but=-1)
    found = compare_methods(table, policy, Noise(D=3, V=2, js=1), given.indicators, given.breakdowns)
    assert found.column_names == list(COLUMNS)
    return {row["method"]: row for row in found.to_pylist()}


def test_suppression():
    """4 is too few and takes one more with it: two hidden cells whose sum is known."""
    row = rows()["suppression"]
    assert (row["levels"], row["hidden_too_few"], row["hidden_secondary"]) == (5, 1, 1)
    assert row["levels_kept"] == pytest.approx(3 / 5)
    assert (row["mean_change"], row["largest_change"], row["hellinger"]) == (0, 0, 0)
    assert row["interval_width"] in (4 + 21, 4 + 30, 4 + 33)  # from 0 to the sum of the two
    assert row["adds_up"]


def test_a_method_that_refuses_the_tables_has_no_row(monkeypatch: pytest.MonkeyPatch):
    # A large table that is too sparse is just where a custodian looks for another method.
    monkeypatch.setattr("zaragoza.protect.refuse_sparse", _refuse)
    assert set(rows()) == {"cell_key", "rounding", "controlled_rounding"}


def _refuse(*_: object) -> None:
    raise DisclosureError(Fault("monitor", "breakdowns", "fewer", "too sparse", "Use broader categories."))


def test_controlled_rounding():
    """4, 30, 33, 21 | 88 to base 5: 5 or 0, 30, 30 or 35, 20 or 25 | 85 or 90, nearest 5 30 35 20 | 90."""
    row = rows()["controlled_rounding"]
    assert row["mean_change"] == pytest.approx((1 + 0 + 2 + 1 + 2) / 5)
    assert row["largest_change"] == 2
    true, rounded = [4, 30, 33, 21, 88], [5, 30, 35, 20, 90]
    distance = sum((math.sqrt(a) - math.sqrt(z)) ** 2 for a, z in zip(true, rounded, strict=True)) / 2
    assert row["hellinger"] == pytest.approx(math.sqrt(distance / sum(true)))
    assert row["interval_width"] == 8
    assert row["adds_up"]


def test_rounding_by_key():
    """Up where key x 5 is below the remainder: 4 (2.5 < 4) up, 30 stays, 33 (.5 < 3) up, 21 (1.5) down; 88 (4) down.

    The share over 5 people is hidden, since fewer than 10 are behind it.
    """
    row = rows()["rounding"]
    assert row["hidden_too_uncertain"] == 1
    assert row["mean_change"] == pytest.approx((0 + 2 + 1 + 3) / 4)
    assert row["largest_change"] == 3
    assert row["persons_kept"] == pytest.approx((30 + 33 + 21 + 88) / (4 + 30 + 33 + 21 + 88))
    assert not row["adds_up"]


def test_cell_keys_tell_no_bound():
    row = rows()["cell_key"]
    assert row["interval_width"] is None
    assert row["largest_change"] is None  # D is secret
    assert 0 < row["mean_change"] <= 3


def test_bounds_of_hidden_cells_are_those_of_geurts():
    # methods/06 section 2, test 1: X11 in [3, 6], X12 [1, 4], X21 [0, 3], X22 [0, 3]: every width is 3.
    cells = np.array([[5, 2, 7], [1, 2, 3], [3, 3, 6], [9, 7, 16]])
    numbers = np.arange(12).reshape(4, 3)
    cell, line, side = [], [], []
    for number, row in enumerate([*numbers, *numbers.T]):
        cell += row.tolist()
        line += [number] * len(row)
        side += [LEFT] * (len(row) - 1) + [RIGHT]
    lines = Lines(np.array(cell), np.array(line), np.array(side), 7)
    hidden = np.zeros(12, dtype=bool)
    hidden[[0, 1, 3, 4]] = True
    assert _width_of_hidden(cells.ravel(), lines, hidden) == pytest.approx(3)
