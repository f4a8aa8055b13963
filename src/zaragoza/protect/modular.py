"""Modular suppression: large hierarchical and linked tables, one subtable after the other, then all together.

After HiTaS (de Wolf 2002; methods/06 section 2). A subtable is what one step down every hierarchy crosses. Subtables
are solved exactly from the top down. What one hides is hidden in all others that share the cell, and must there be
uncertain as well; so a margin that is hidden goes back up. This is repeated until nothing changes. Then all lines are
looked at together, and what is still too certain is repaired: exactly if all is small, else by movements. A table with
a subtable too large to be solved exactly is protected by movements from the start, in blocks if it is too large for one
programme.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np
from scipy.sparse import coo_array
from scipy.sparse.csgraph import connected_components

from zaragoza.protect.blocks import BLOCK_CELLS, pieces_of
from zaragoza.protect.exact import Pattern, suppress_exactly
from zaragoza.protect.figures import Bools, Ints
from zaragoza.protect.lines import LEFT, Lines
from zaragoza.protect.movements import By, Movements
from zaragoza.protect.problem import Attack, Problem, lacking

EXACT_CELLS = 400  # a problem with more cells is divided


@dataclass(frozen=True)
class Subtable:
    """Cells, and the lines between them."""

    cells: Ints
    lines: Bools


def suppress(problem: Problem) -> Pattern:
    """The cheapest pattern that can be found: of small problems exactly, of large ones subtable by subtable.

    A small problem in which the search for the proof became too long is solved both ways.
    """
    if len(problem.cost) > EXACT_CELLS:
        return suppress_modular(problem)
    exact = suppress_exactly(problem)
    if exact.proven:
        return exact
    return min(exact, suppress_modular(problem), key=lambda pattern: problem.loss(pattern.hidden))


def suppress_modular(problem: Problem) -> Pattern:
    """A pattern that withstands all attacks, by subtables; its cost may be above the least."""
    tables = subtables(problem) if problem.attacks and len(problem.cost) <= BLOCK_CELLS else ()
    if not tables or max(len(table.cells) for table in tables) > EXACT_CELLS:
        return suppress_by_movements(problem, BLOCK_CELLS)
    hidden, before = problem.hidden, None
    while before is None or (hidden != before).any():
        before = hidden
        for table in tables:
            hidden = hidden.copy()
            hidden[table.cells] |= suppress_exactly(_of(problem, table, hidden)).hidden
    if len(problem.cost) <= EXACT_CELLS:
        return Pattern(suppress_exactly(problem.hiding(hidden)).hidden, proven=False)
    return suppress_by_movements(problem.hiding(hidden), BLOCK_CELLS)


def suppress_by_movements(problem: Problem, most: int) -> Pattern:
    """A pattern in which every cell moves as far as is asked, or as far as it does when all that may be hidden is.

    Args:
        problem: what is asked.
        most: cells of a block. In a table of more it may remain open of some cells how far they move; the pattern
            tells which.
    """
    piece = np.zeros(len(problem.cost), np.int64) if problem.piece is None else problem.piece
    pieces = pieces_of(problem.lines, piece, most)
    attacks = [Movements(problem.lines, attack) for attack in problem.attacks]
    hidden, before = problem.hidden, None
    while before is None or (hidden != before).any():
        before = hidden
        for attack in attacks:
            hidden = attack.protect(problem, pieces, hidden)
        needed = _needed(problem, hidden)
        hidden = hidden | needed
        for attack in attacks:
            attack.ask(needed)
    by = np.stack([np.full(len(hidden), By.witness), *(attack.by for attack in attacks)])
    return Pattern(
        hidden, proven=False, by=np.where((by == By.nothing).any(axis=0), By.nothing, by.max(axis=0))
    )


def _needed(problem: Problem, hidden: Bools) -> Bools:
    """For singles, and for what is left of lines: the cheapest cell that each of them needs, one after the other."""
    needed = np.zeros(len(hidden), dtype=np.bool_)
    for others in lacking(problem, hidden):
        free = others[problem.hideable[others]]
        if not needed[free].any():
            needed[free[np.argmin(problem.cost[free])]] = True
    return needed


def _of(problem: Problem, table: Subtable, hidden: Bools) -> Problem:
    """A subtable in which what was hidden in others must be uncertain: by as much as is usually asked."""
    part = problem.hiding(hidden).of(table.cells, table.lines)
    added = part.hidden & ~problem.hidden[table.cells]
    attacks = [
        _also(attack, part_attack, added)
        for attack, part_attack in zip(problem.attacks, part.attacks, strict=True)
    ]
    return replace(part, attacks=tuple(attacks))


def _also(whole: Attack, part: Attack, added: Bools) -> Attack:
    levels = np.concatenate([whole.upper, whole.lower, whole.width])
    usual = float(np.median(levels[levels > 0])) if (levels > 0).any() else 0.0
    return replace(part, width=np.where(added, np.maximum(part.width, usual), part.width))


def subtables(problem: Problem) -> Sequence[Subtable]:
    """The subtables, from the top down; every line is in at least one.

    Lines that share a part cross each other, so they belong to one subtable. Its margins add up as well: lines of
    which all parts are in it are taken in. A subtable within another one is left out.
    """
    lines = problem.lines
    label = _crossing(lines)
    found = [
        _closed(lines, label == number, len(problem.cost)) for number in range(int(label.max(initial=-1)) + 1)
    ]
    largest = [problem.attacks[0].quantity.value[table.cells].max() for table in found]
    order = np.lexsort((np.arange(len(found)), -np.array(largest)))
    return [
        found[place]
        for place in order
        if not any((found[place].lines <= other.lines).all() for other in found if other is not found[place])
    ]


def _closed(lines: Lines, crossing: Bools, cells: int) -> Subtable:
    """The subtable of lines that cross, with its margins, and the margins of these, as far as they add up."""
    parts = lines.of(lines.side == LEFT)
    size = np.bincount(parts.line, minlength=lines.count)
    closed, before = crossing, -1
    inside = np.zeros(cells, dtype=np.bool_)
    while closed.sum() > before:
        before = int(closed.sum())
        inside[lines.cell[closed[lines.line]]] = True
        closed = closed | (np.bincount(parts.line, inside[parts.cell], lines.count) == size)
    return Subtable(np.flatnonzero(inside), closed)


def _crossing(lines: Lines) -> Ints:
    """A number for each line; lines that share a part have the same."""
    parts = lines.of(lines.side == LEFT)
    cells = int(lines.cell.max(initial=-1)) + 1
    pairs = (parts.line, lines.count + parts.cell)
    total = lines.count + cells
    graph = coo_array((np.ones(len(parts.line)), pairs), shape=(total, total))
    _, label = connected_components(graph, directed=False)
    _, number = np.unique(label[: lines.count], return_inverse=True)
    return number
