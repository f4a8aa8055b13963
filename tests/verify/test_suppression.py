"""What modular suppression costs more than exact suppression, on tables where the exact search ends with a proof."""

from __future__ import annotations

import random
from collections.abc import Callable

import numpy as np

from tests.suppression import random_table, unprotected
from zaragoza.model.disclosure import Policy
from zaragoza.protect.exact import suppress_exactly
from zaragoza.protect.levels import attacks_on_persons, merged
from zaragoza.protect.modular import suppress_modular
from zaragoza.protect.problem import Problem
from zaragoza.protect.quantities import Quantity

SHAPES = (((3, 3), 4), ((3, 4), 3, 2), ((2, 3), 3, 3), ((3, 3), (2, 2)))
MINIMUM, TABLES_EACH = 5, 6
LARGEST_GAP = 0.10


def counts(seed: int, sizes: tuple) -> Problem:
    """A hierarchical table of persons, 8 in a cell on average, by the logarithm of persons."""
    _, value, lines = random_table(random.Random(seed), mean=8, sizes=sizes)  # noqa: S311
    few = value < MINIMUM
    low, high = np.where(few, 1.0, MINIMUM), np.where(few, MINIMUM - 1.0, np.inf)
    n = Quantity("n", value, low, high, np.full(len(value), value.max()))
    attacks = merged(attacks_on_persons(n, few, Policy(min_count=MINIMUM)))
    return Problem(lines, attacks, few, np.log1p(value), np.zeros(len(value), dtype=np.bool_))


def test_modular_against_exact(record: Callable[..., None]) -> None:
    exact_cost = modular_cost = 0.0
    proven = cells = same = 0
    for sizes in SHAPES:
        for seed in range(TABLES_EACH):
            problem = counts(seed, sizes)
            exact, modular = suppress_exactly(problem), suppress_modular(problem)
            assert unprotected(problem, modular.hidden) == []
            if not exact.proven:
                continue
            losses = problem.loss(exact.hidden), problem.loss(modular.hidden)
            assert losses[0] <= losses[1] + 1e-6
            exact_cost, modular_cost = exact_cost + losses[0], modular_cost + losses[1]
            proven, cells, same = (
                proven + 1,
                max(cells, len(problem.cost)),
                same + (losses[1] < losses[0] + 1e-6),
            )
    assert proven >= 12
    gap = modular_cost / exact_cost - 1
    assert gap <= LARGEST_GAP
    record(
        f"modular against exact suppression, {proven} hierarchical tables of at most {cells} cells",
        f"costs {gap:.1%} more; {same} of {proven} tables at the optimum",
        bar=f"{LARGEST_GAP:.0%}",
    )
