"""Groups of whom all are in one category: what is hidden for them, and what another programme can still tell."""

from __future__ import annotations

import random
from collections.abc import Mapping
from dataclasses import replace
from itertools import product

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from scipy.optimize import linprog

from tests.reference.protect_data import TOTAL, Block, Case, case
from zaragoza.model.disclosure import Policy
from zaragoza.model.observation import STATUS
from zaragoza.protect import attack, breaches, protect
from zaragoza.protect.full_cells import veil

FEW = settings(deadline=None, max_examples=12, suppress_health_check=list(HealthCheck), derandomize=True)
RULES = Policy(full_count=True, min_count=10, all_but=1, full_share=1.0)
Cell = tuple[str, str]
TABLE = {
    ("A", "p"): 30,
    **{
        (a, b): n
        for (a, b), n in zip(product("BCD", "pqr"), (40, 35, 30, 50, 45, 60, 25, 70, 30), strict=True)
    },
}


def made(counts: Mapping[Cell, int]) -> Case:
    blocks = [Block({"a": a, "b": b}, n, n // 2) for (a, b), n in counts.items()]
    return case({"x": blocks}, [("a", "b")])


def veiled(counts: Mapping[Cell, int], policy: Policy = RULES) -> set[Cell]:
    table, found = veil(made(counts).estimates, policy)
    return {
        (row["a"], row["b"]) for row, is_veiled in zip(table.to_pylist(), found, strict=True) if is_veiled
    }


def reasons(counts: Mapping[Cell, int], policy: Policy = RULES) -> dict[Cell, str]:
    one = made(counts)
    found = protect(one.estimates, policy, one.indicators, one.breakdowns).observations
    return {(row["a"], row["b"]): row["reason"] for row in found.to_pylist()}


def test_no_category_of_a_full_line_is_shown_but_its_total_is():
    found = reasons(TABLE)
    assert {found["A", b] for b in "pqr"} == {"dominance"}  # q and r, which nobody is in, have a row as well
    assert found["A", TOTAL] == "published"
    assert all(found[TOTAL, b] == "published" for b in (*"pqr", TOTAL))
    assert "secondary" in {found[a, "q"] for a in "BCD"}  # or nobody of A would be what the others leave of q
    without = reasons(TABLE, replace(RULES, full_share=None))
    assert set(without.values()) == {"published"}
    assert ("A", "q") not in without


@pytest.mark.parametrize(
    ("cells", "policy", "full"),
    [
        # Lupp and Langsrud: |p_c| - k <= |c|, here 31 - k <= 30 or 32 - k <= 30.
        ({("A", "q"): 1}, RULES, True),
        ({("A", "q"): 2}, RULES, False),
        ({("A", "q"): 1}, replace(RULES, all_but=0), False),
        # 30 of 33 is more than 90 %, 30 of 34 is not.
        ({("A", "q"): 3}, replace(RULES, full_share=0.9), True),
        ({("A", "q"): 4}, replace(RULES, full_share=0.9), False),
        ({}, replace(RULES, by_definition=(("b", "a"),)), False),
    ],
)
def test_a_full_cell(cells, policy, full):
    assert veiled(TABLE | cells, policy) == ({("A", "p"), ("A", "q"), ("A", "r")} if full else set())


def test_what_is_empty_everywhere_is_no_secret():
    # Nobody at all is in r of A or of any other: it has no row, and gets none.
    counts = {cell: n for cell, n in TABLE.items() if cell[1] != "r"}
    assert veiled(counts) == {("A", "p"), ("A", "q")}


def test_that_nobody_could_be_classified_tells_nothing():
    assert veiled({("A", "_U") if cell == ("A", "p") else cell: n for cell, n in TABLE.items()}) == set()


def test_a_column_of_one_category_divides_nobody():
    assert veiled({cell: n for cell, n in TABLE.items() if cell[1] == "p"}) == set()


def test_an_audit_by_the_whole_policy_finds_a_full_cell_that_is_shown():
    one = made(TABLE)
    shown = protect(
        one.estimates, replace(RULES, full_share=None), one.indicators, one.breakdowns
    ).observations
    found = breaches(shown, one.estimates, RULES, one.indicators)
    assert {(e.key["a"], e.key["b"]) for e in found} == {("A", "p")}


@FEW
@given(st.integers(0, 10**6))
def test_more_than_the_exceptions_may_be_elsewhere(seed):
    # By linear programming over the shown counts, written here: of a group in one category more than `all_but` people
    # can be in others, or its size is hidden too.
    draw = random.Random(seed)  # noqa: S311 - made-up data
    counts = {cell: draw.choice([0, 12, 20, 35, 60]) for cell in product("ABCD", "pqr")}
    for b in "pqr":
        counts["A", b] = 30 if b == "p" else 0
    counts |= {("B", b): 25 for b in "qr"}
    counts = {cell: n for cell, n in counts.items() if n}
    one = made(counts)
    found = protect(one.estimates, RULES, one.indicators, one.breakdowns).observations
    assert attack([(found, RULES, one.indicators)]).exposures == ()
    shown = {(row["a"], row["b"]): row["n"] for row in found.to_pylist()}
    inner = [cell for cell in product("ABCD", "pqr") if cell in shown]
    matrix, sums = [], []
    for cell, n in shown.items():
        if n is not None:
            matrix.append([float(all(x in (y, TOTAL) for x, y in zip(cell, i, strict=True))) for i in inner])
            sums.append(float(n))
    if shown["A", TOTAL] is not None:
        others = [float(a == "A" and b != "p") for a, b in inner]
        done = linprog(-np.array(others), A_eq=matrix, b_eq=sums, bounds=(0, None), method="highs")
        assert done.status == 0
        assert -done.fun > RULES.all_but - 1e-6
    assert all(STATUS[row["reason"]].shown == (row["n"] is not None) for row in found.to_pylist())
