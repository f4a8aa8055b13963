"""Secondary suppression of one system of figures: the most useful stay, and of the rest as little as can be is hidden.

Totals and reference groups come first: each is shown if nothing sensitive follows from it and those shown before while
everything else is hidden. Then the cheapest pattern is sought that leaves them (methods/06 section 2). In a table too
large for one programme they are the costliest figures instead.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

import numpy as np

from zaragoza.protect.attacker import Attacker, attackers_of, withstood
from zaragoza.protect.blocks import BLOCK_CELLS
from zaragoza.protect.figures import Bools, Ints
from zaragoza.protect.modular import suppress
from zaragoza.protect.problem import Problem, lacking

_DEAREST = 10.0  # times the costliest figure: hidden only where nothing else protects


def suppress_after(problem: Problem, first: Ints) -> Bools:
    """Cells that stay hidden.

    Args:
        problem: the cells, what is asked, and what hiding costs.
        first: cells to be shown if they can be, the most useful first.
    """
    cost = problem.cost.copy()
    if len(cost) > BLOCK_CELLS:
        cost[first] = _DEAREST * cost[np.isfinite(cost)].max(
            initial=1.0
        )  # whether they can be shown takes programmes over everything
    elif attackers := attackers_of(problem):
        cost[[cell for cell in _spared(problem, attackers, first) if not problem.hidden[cell]]] = np.inf
    else:
        return problem.hidden
    return suppress(replace(problem, cost=cost)).hidden


def _spared(problem: Problem, attackers: Sequence[Attacker], first: Ints) -> Sequence[int]:
    """Of these cells, those that can be shown together, each tried after the ones before."""
    hidden = problem.hideable.copy()
    shown = []
    for cell in first.tolist():
        hidden[cell] = problem.hidden[cell]
        if withstood(attackers, hidden) and not lacking(problem, hidden):
            shown.append(cell)
        else:
            hidden[cell] = True
    return shown
