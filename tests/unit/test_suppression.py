"""Exact and modular suppression on worked cases of the literature (methods/06 sections 1 and 2)."""

from __future__ import annotations

import itertools

import numpy as np
import pytest

from tests.suppression import cheapest, flat, interval, one_attack, unprotected
from zaragoza.protect.exact import suppress_exactly
from zaragoza.protect.levels import dominance_level, p_percent_level
from zaragoza.protect.modular import subtables, suppress, suppress_modular
from zaragoza.protect.problem import Problem

CLASSIC = [[20, 50, 10], [8, 19, 22], [17, 32, 12]]  # Fischetti and Salazar-Gonzalez
COUNTS = [[12, 2, 7], [9, 5, 1], [14, 8, 6]]  # methods/06 section 2, test 3


def named(cells, hidden) -> set[str]:
    return {"".join(cell) for cell, one in zip(cells, hidden, strict=True) if one}


def at(cells, *names: str) -> np.ndarray:
    return np.isin(["".join(cell) for cell in cells], names)


def classic(cost: str, level: float = 5) -> tuple[list, Problem]:
    cells, value, lines = flat(CLASSIC)
    count = np.ones(len(value)) if cost == "count" else None
    return cells, one_attack(lines, value, at(cells, "r2c3"), upper=level, lower=level, cost=count)


@pytest.mark.parametrize("level", [5, 8])  # methods/06: the same optimum
@pytest.mark.parametrize("method", [suppress_exactly, suppress_modular, suppress])
def test_the_classic_table_at_least_value(method, level):
    cells, problem = classic("value", level)
    pattern = method(problem)
    assert named(cells, pattern.hidden) == {"r2c3", "r2c1", "r3c1", "r3c3"}
    assert problem.loss(pattern.hidden) == 37
    quantity = problem.attacks[0].quantity
    bounds = {
        name: interval(problem.lines, quantity, pattern.hidden, int(np.flatnonzero(at(cells, name))[0]))
        for name in ("r2c3", "r2c1", "r3c1", "r3c3")
    }
    assert bounds == {"r2c3": (5, 30), "r2c1": (0, 25), "r3c1": (0, 25), "r3c3": (4, 29)}


def test_the_classic_table_at_least_count():
    _, problem = classic("count")
    pattern = suppress_exactly(problem)
    assert pattern.proven
    assert problem.loss(pattern.hidden) == 3
    assert not unprotected(problem, pattern.hidden)


def test_nine_patterns_hide_as_few_cells_in_the_classic_table():
    # methods/06 section 2, test 2: an intruder who tries every set of one, two and three complements.
    cells, problem = classic("count")
    free = np.flatnonzero(~problem.hidden).tolist()
    safe = {1: 0, 2: 0, 3: 0}
    for size in safe:
        for chosen in itertools.combinations(free, size):
            hidden = problem.hidden.copy()
            hidden[list(chosen)] = True
            if crosses(cells, hidden) and not unprotected(problem, hidden):
                safe[size] += 1
    assert safe == {1: 0, 2: 0, 3: 9}


def crosses(cells: list, hidden: np.ndarray) -> bool:
    """Whether no hidden cell is alone in its row or its column, where it would follow by subtraction."""
    held = [cell for cell, one in zip(cells, hidden, strict=True) if one]
    return all(sum(other[side] == cell[side] for other in held) > 1 for cell in held for side in (0, 1))


def test_a_table_of_counts():
    cells, value, lines = flat(COUNTS)
    problem = one_attack(lines, value, at(cells, "r1c2", "r2c3"), width=1)
    pattern = suppress(problem)
    assert pattern.proven
    assert named(cells, pattern.hidden) == {"r1c2", "r2c3", "r1c3", "r2c2"}
    assert problem.loss(pattern.hidden) == 12
    quantity = problem.attacks[0].quantity
    found = {
        value[cell]: interval(lines, quantity, pattern.hidden, cell)
        for cell in np.flatnonzero(pattern.hidden)
    }
    assert found == {2: (1, 7), 1: (0, 6), 7: (2, 8), 5: (0, 6)}


def test_a_cell_that_may_not_be_hidden_stays():
    cells, problem = classic("value")
    cost = np.where(at(cells, "r2c1"), np.inf, problem.cost)
    other = one_attack(
        problem.lines, problem.attacks[0].quantity.value, problem.hidden, upper=5, lower=5, cost=cost
    )
    pattern = suppress_exactly(other)
    assert "r2c1" not in named(cells, pattern.hidden)
    assert other.loss(pattern.hidden) == cheapest(other) > 37


def test_more_than_hiding_everything_leaves_is_not_asked():
    # Two persons in two cells that both exist: whatever is hidden, one is in each.
    _, value, lines = flat([[1.0, 1.0]])
    few = np.ones(len(value), dtype=np.bool_)
    problem = one_attack(lines, value, few, width=1, low=1.0, high=2.0)
    assert suppress_exactly(problem).hidden.all()


def test_two_single_contributors_alone_in_a_line_get_company():
    # Each of the two knows its own, and so the other's. A third cell of the row is hidden with them, and its column.
    cells, value, lines = flat([[1, 1, 30, 40], [50, 60, 70, 80]])
    small = at(cells, "r1c1", "r1c2")
    alone = one_attack(lines, value, small, width=1)
    assert named(cells, suppress_exactly(alone).hidden) == {"r1c1", "r1c2", "r2c1", "r2c2"}
    guarded = one_attack(lines, value, small, width=1, single=small)
    pattern = suppress_exactly(guarded)
    assert len({"r1c3", "r1c4", "r1T"} & named(cells, pattern.hidden)) >= 1


def test_a_single_contributor_and_one_complement_get_company():
    cells, value, lines = flat([[1, 20, 30], [40, 50, 60], [70, 80, 90]])
    small = at(cells, "r1c1")
    pattern = suppress_exactly(one_attack(lines, value, small, width=1, single=small))
    for line in (("r1c1", "r1c2", "r1c3", "r1T"), ("r1c1", "r2c1", "r3c1", "Tc1")):
        assert len(named(cells, pattern.hidden) & set(line)) >= 3


def test_subtables_of_a_flat_table_are_the_table():
    cells, value, lines = flat(CLASSIC)
    (whole,) = subtables(one_attack(lines, value, at(cells, "r2c3"), upper=5))
    assert whole.lines.all()
    assert len(whole.cells) == len(cells)


# methods/06 section 1, table of test values.
def test_protection_levels_of_primary_rules():
    def one(x: float) -> np.ndarray:
        return np.array([x])

    assert dominance_level(one(330.0), one(300.0), 0.85)[0] == pytest.approx(22.94, abs=0.005)
    assert dominance_level(one(100_000.0), one(50_000.0), 0.9)[0] == 0
    assert dominance_level(one(110_000.0), one(102_000.0), 0.909)[0] > 0
    assert p_percent_level(one(100_000.0), one(50_000.0), one(49_000.0), 0.1)[0] == pytest.approx(4_000)
    assert p_percent_level(one(110_000.0), one(52_000.0), one(50_000.0), 0.1)[0] == 0
    # (p, q) is the p% rule with p/q.
    left = p_percent_level(one(100_000.0), one(50_000.0), one(49_000.0), 0.1, 0.5)
    assert left[0] == p_percent_level(one(100_000.0), one(50_000.0), one(49_000.0), 0.2)[0]
