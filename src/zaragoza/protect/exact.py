"""Exact suppression: the cheapest pattern that withstands every attack, by capacity cuts.

Fischetti and Salazar-Gonzalez (2000). A master programme chooses the hidden cells; the intruder's programmes find
sensitive cells that the choice does not protect. By duality each gives a condition on patterns (a capacity cut), which
is added until nothing is left to add. The master is solved without integrality first, which finds most conditions.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import highspy
import numpy as np

from zaragoza.protect.attacker import Attacker, Cut, attackers_of
from zaragoza.protect.figures import ABSENT, Bools, Floats, Ints
from zaragoza.protect.problem import Problem, company, company_of_singles, lacking
from zaragoza.protect.solver import Solver

_RELAXED_ROUNDS = 60
_LITTLE = 1e-4  # by which a cut must be missed to be worth adding while the master is relaxed
_GAPS = (0.1, 0.02, 0.0)  # while cuts are still found, a good pattern finds them as well as the best
_NODES = 500  # of the tree, in each search
_SEARCHES = 200
_STEPS = 30_000  # of the simplex method in all searches together; then the best pattern found is taken


@dataclass(frozen=True)
class Pattern:
    """Hidden cells.

    Attributes:
        hidden: the cells.
        proven: whether it is proven that no pattern costs less.
        by: of each cell how it is known that the pattern protects it, where movements were used (`movements.By`).
    """

    hidden: Bools
    proven: bool
    by: Ints | None = None


def suppress_exactly(problem: Problem) -> Pattern:
    """The cheapest pattern, or, where the search would take too long, one that withstands the same attacks.

    Limits are numbers of rounds and nodes, never of seconds, so that the same input gives the same pattern.
    """
    if not (attackers := attackers_of(problem)):
        return Pattern(problem.hidden, proven=True)
    master = _Master(problem)
    master.add(_missed(problem, attackers, problem.hidden))
    for _ in range(_RELAXED_ROUNDS):
        share = master.relaxed()
        cuts = [cut for cut in _cuts(attackers, share) if cut.reached < 1 - _LITTLE]
        if not cuts:
            break
        master.add(cuts)
    best = problem.hideable
    for gap in _GAPS:
        hidden = master.whole(gap)
        while cuts := _missed(problem, attackers, hidden):
            if master.searches > _SEARCHES or master.steps > _STEPS:
                return Pattern(_cheaper(problem, best, _completed(problem, attackers, hidden)), proven=False)
            master.add([*cuts, *(_cover(cut, hidden) for cut in cuts)])
            hidden = master.whole(gap)
        best = _cheaper(problem, best, hidden)
    return Pattern(best, master.optimal)


def _cheaper(problem: Problem, best: Bools, other: Bools) -> Bools:
    return other if problem.loss(other) < problem.loss(best) else best


def _cuts(attackers: Sequence[Attacker], share: Floats) -> list[Cut]:
    return [cut for attacker in attackers for cut in attacker.cuts(share)]


def _cover(cut: Cut, hidden: Bools) -> Cut:
    """What follows for whole cells: one of the shown cells that help must be hidden (any, if rounding hid them)."""
    helps = ~hidden & (cut.weight > 0)
    return Cut((helps if helps.any() else ~hidden).astype(np.float64), 0.0)


def _completed(problem: Problem, attackers: Sequence[Attacker], hidden: Bools) -> Bools:
    """The pattern with, for every condition that it misses, the cell hidden that helps most for its cost."""
    hidden = hidden.copy()
    while cuts := _missed(problem, attackers, hidden):
        free = problem.hideable & ~hidden
        if not free.any():
            break
        for cut in cuts:
            helps = np.flatnonzero(free & ~hidden & (_cover(cut, hidden).weight > 0))
            if cut.weight @ hidden < 1 and len(helps):
                hidden[helps[np.argmin(problem.cost[helps] / np.maximum(cut.weight[helps], _LITTLE))]] = True
    return hidden


def _missed(problem: Problem, attackers: Sequence[Attacker], hidden: Bools) -> list[Cut]:
    """All conditions that a pattern of whole cells misses."""
    found = _cuts(attackers, hidden.astype(np.float64))
    for others in lacking(problem, hidden):
        weight = np.zeros(len(hidden))
        weight[others] = 1.0
        found.append(Cut(weight, 0.0))
    return found


class _Master:
    """Which cells to hide, under the conditions found so far.

    Attributes:
        searches, steps: searches so far, and steps of the simplex method in all of them.
        optimal: whether the last search ended with a proof.
    """

    def __init__(self, problem: Problem) -> None:
        self.searches, self.steps, self.optimal = 0, 0, False
        self._hidden = problem.hidden
        self._free = np.flatnonzero(~problem.hidden & np.isfinite(problem.cost))
        self._column = np.full(len(problem.cost), ABSENT, dtype=np.int64)
        self._column[self._free] = np.arange(len(self._free))
        count, empty = len(self._free), np.zeros(0, dtype=np.int32)
        self._solver = Solver()
        self._solver.setOptionValue("mip_abs_gap", 1e-9)
        self._solver.addCols(
            count, problem.cost[self._free], np.zeros(count), np.ones(count), 0, empty, empty, np.zeros(0)
        )
        for cell, others in (*company(problem), *company_of_singles(problem)):
            self._add_company(cell, others)

    def add(self, cuts: Sequence[Cut]) -> None:
        """Adds conditions; a condition that hidden cells meet already says nothing."""
        for cut in cuts:
            left = 1.0 - float(cut.weight[self._hidden].sum())
            weight = np.minimum(cut.weight[self._free], max(left, 0.0))
            places = np.flatnonzero(weight)
            if left > 0 and len(places):
                self._row(left, places, weight[places])

    def relaxed(self) -> Floats:
        """The cheapest pattern in which cells may be hidden in part."""
        self._solver.run()
        return self._share()

    def whole(self, gap: float) -> Bools:
        """A pattern that costs at most this part more than the cheapest, if the steps suffice to find it."""
        count = len(self._free)
        integer = np.ones(count, dtype=np.uint8)
        self._solver.changeColsIntegrality(count, np.arange(count, dtype=np.int32), integer)
        self._solver.setOptionValue("mip_rel_gap", gap)
        self._solver.setOptionValue("mip_max_nodes", _NODES)
        self._solver.run()
        self.searches += 1
        self.steps += max(self._solver.getInfo().simplex_iteration_count, 0)
        self.optimal = self._solver.getModelStatus() == highspy.HighsModelStatus.kOptimal
        return np.asarray(self._share() > 0.5)

    def _share(self) -> Floats:
        share = self._hidden.astype(np.float64)
        share[self._free] = np.clip(self._solver.getSolution().col_value, 0, 1)
        return share

    def _add_company(self, cell: int, others: Ints) -> None:
        places = self._column[others]
        places = places[places != ABSENT]
        if self._hidden[others].any() or not len(places):
            return
        own, weight = self._column[cell], np.ones(len(places))
        if self._hidden[cell]:
            self._row(1.0, places, weight)
        elif own != ABSENT:
            self._row(0.0, np.append(places, own), np.append(weight, -1.0))

    def _row(self, least: float, places: Ints, weight: Floats) -> None:
        self._solver.addRow(least, highspy.kHighsInf, len(places), places.astype(np.int32), weight)
