"""Suppression on random hierarchical and linked tables, against an intruder who shares nothing with it."""

from __future__ import annotations

import random
from dataclasses import replace

import numpy as np
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests.suppression import cheapest, one_attack, random_table, unprotected
from zaragoza.model.disclosure import Policy
from zaragoza.protect.attacker import Attacker, withstood
from zaragoza.protect.exact import suppress_exactly
from zaragoza.protect.levels import attacks_on_persons, merged
from zaragoza.protect.lines import Lines
from zaragoza.protect.modular import suppress_by_movements, suppress_modular
from zaragoza.protect.movements import By
from zaragoza.protect.problem import Problem, lacking
from zaragoza.protect.quantities import Quantity

FEW = settings(deadline=None, max_examples=12, suppress_health_check=list(HealthCheck), derandomize=True)
SHAPES = ((3, 3), (2, 2, 2), ((2, 2), 3), ((2, 3), 2), (4,))
DIVIDED = (((2, 3), 3), ((2, 2), 2, 2), ((3, 2), 2, 2))
MOST = 0.75  # of what is asked; small blocks of small tables leave little room
SEEDS = st.integers(0, 10**6)


def counts(seed: int, *, linked: bool = False) -> Problem:
    """Persons under a minimum count, as a release asks for them; linked: two tables with one common margin."""
    draw = random.Random(seed)  # noqa: S311 - made-up data
    minimum = draw.choice([3, 5, 10])
    cells, value, lines = random_table(draw, mean=draw.choice([4, 8]), sizes=draw.choice(SHAPES))
    if linked:
        value, lines = beside(draw, cells, value, lines)
    return persons(minimum, value, lines, draw.choice([value, np.ones(len(value)), np.log1p(value)]))


def persons(minimum: int, value: np.ndarray, lines: Lines, cost: np.ndarray) -> Problem:
    """Counts of persons of which those below a minimum are sensitive."""
    few = value < minimum
    n = Quantity(
        "n",
        value,
        np.where(few, 1.0, minimum),
        np.where(few, minimum - 1.0, np.inf),
        np.full(len(value), value.max()),
    )
    attacks = merged(attacks_on_persons(n, few, Policy(min_count=minimum)))
    return Problem(lines, attacks, few, cost, np.zeros(len(value), dtype=np.bool_))


def beside(draw: random.Random, cells: list, value: np.ndarray, lines: Lines) -> tuple[np.ndarray, Lines]:
    """Another column over the categories of the first one, whose margin is the same."""
    added, entries = [], []
    margin = [place for place, cell in enumerate(cells) if all(code == "T" for code in cell[1:])]
    for number, place in enumerate(margin):
        total = int(value[place])
        first = draw.randint(0, total)
        entries.append((place, lines.count + number, -1))
        for part in (first, total - first):
            if part:
                entries.append((len(value) + len(added), lines.count + number, 1))
                added.append(float(part))
    cell, line, side = (np.array(each) for each in zip(*entries, strict=True))
    # Only the lines to the margin are known here: the other column's own sums are not published.
    return np.append(value, added), Lines(
        np.append(lines.cell, cell),
        np.append(lines.line, line),
        np.append(lines.side, side),
        lines.count + len(margin),
    )


@FEW
@given(SEEDS, st.booleans())
def test_no_hidden_cell_is_bounded_inside_its_protection_interval(seed, linked):
    problem = counts(seed, linked=linked)
    for method in (suppress_exactly, suppress_modular):
        hidden = method(problem).hidden
        assert (hidden >= problem.hidden).all()
        assert unprotected(problem, hidden) == []


@FEW
@given(SEEDS, st.booleans())
def test_exact_never_costs_more_than_modular(seed, linked):
    problem = counts(seed, linked=linked)
    exact, modular = suppress_exactly(problem), suppress_modular(problem)
    assert exact.proven
    assert problem.loss(exact.hidden) <= problem.loss(modular.hidden) + 1e-9


@FEW
@given(SEEDS)
def test_exact_is_the_cheapest_of_all_patterns(seed):
    draw = random.Random(seed)  # noqa: S311 - made-up data
    _, value, lines = random_table(draw, mean=6, sizes=draw.choice([(2, 3), (5,), (2, 2)]))
    sensitive = np.zeros(len(value), dtype=np.bool_)
    sensitive[draw.sample(range(len(value)), min(len(value), draw.randint(1, 3)))] = True
    levels = {name: draw.choice([0.0, 0.2, 0.5]) * value for name in ("upper", "lower")}
    levels["width"] = np.where(levels["upper"] + levels["lower"] > 0, 0.0, 1.0)
    problem = one_attack(lines, value, sensitive, **levels, cost=draw.choice([value, np.ones(len(value))]))
    pattern = suppress_exactly(problem)
    assert pattern.proven
    assert abs(problem.loss(pattern.hidden) - cheapest(problem)) < 1e-6


@FEW
@given(SEEDS)
def test_an_unsafe_pattern_is_refused(seed):
    # Showing any complement of the cheapest pattern leaves a cheaper one, which therefore cannot be safe.
    problem = counts(seed)
    hidden = suppress_exactly(problem).hidden
    attackers = [Attacker(problem.lines, attack) for attack in problem.attacks]
    for attacker in attackers:
        attacker.attainable(np.ones(len(hidden), dtype=np.bool_))
    assert withstood(attackers, hidden)
    for cell in np.flatnonzero(hidden & ~problem.hidden):
        planted = hidden.copy()
        planted[cell] = False
        assert not withstood(attackers, planted)
        assert unprotected(problem, planted)


def in_blocks(seed: int) -> Problem:
    """A table whose first column is a hierarchy, by which it can be divided."""
    draw = random.Random(seed)  # noqa: S311 - made-up data
    cells, value, lines = random_table(draw, mean=draw.choice([6, 20]), sizes=draw.choice(DIVIDED))
    problem = persons(draw.choice([3, 5]), value, lines, np.log1p(value))
    first = sorted({cell[0] for cell in cells})
    piece = np.array([first.index(cell[0]) for cell in cells], dtype=np.int64)
    single = (value == 1) & draw.choice([False, True])
    return replace(problem, piece=piece, single=single)


@FEW
@given(SEEDS)
def test_what_blocks_are_said_to_protect_is_protected(seed):
    # The way of tables that are too large for one programme, on small ones; half of a table is in a block.
    problem = in_blocks(seed)
    pattern = suppress_by_movements(problem, len(problem.cost) // 2)
    assert (pattern.hidden >= problem.hidden).all()
    assert set(unprotected(problem, pattern.hidden)) <= set(np.flatnonzero(pattern.by == By.nothing).tolist())
    assert lacking(problem, pattern.hidden) == []


def test_small_blocks_leave_little_open():
    asked = settled = 0
    for seed in range(12):
        problem = in_blocks(seed)
        guarded = np.any([np.zeros(len(problem.cost), bool), *(a.guarded for a in problem.attacks)], axis=0)
        by = suppress_by_movements(problem, len(problem.cost) // 2).by[guarded]
        asked, settled = asked + len(by), settled + int((by != By.nothing).sum())
    assert settled / asked > MOST, (settled, asked)


@FEW
@given(SEEDS)
def test_one_block_protects_everything(seed):
    problem = in_blocks(seed)
    pattern = suppress_by_movements(problem, len(problem.cost))
    assert (pattern.by != By.nothing).all()
    assert unprotected(problem, pattern.hidden) == []
    assert lacking(problem, pattern.hidden) == []
    assert (pattern.hidden == suppress_by_movements(problem, len(problem.cost)).hidden).all()


@FEW
@given(SEEDS)
def test_the_same_problem_has_the_same_pattern(seed):
    problem = counts(seed)
    for method in (suppress_exactly, suppress_modular):
        assert (method(problem).hidden == method(problem).hidden).all()
