"""Cell suppression problems for tests, and an intruder who shares nothing with the program (scipy's programmes)."""

from __future__ import annotations

import itertools
import random
from collections.abc import Sequence

import numpy as np
from scipy.optimize import linprog

from zaragoza.protect.lines import Lines
from zaragoza.protect.problem import Attack, Problem
from zaragoza.protect.quantities import Quantity

Cell = tuple[str, ...]


def additive(
    value: dict[Cell, float], parents: Sequence[dict[str, str]]
) -> tuple[list[Cell], np.ndarray, Lines]:
    """Cells, values and lines of a table; `parents` tells for every column to which category each adds up."""
    cells = sorted(value)
    at = {cell: place for place, cell in enumerate(cells)}
    entries: list[tuple[int, int, int]] = []
    number = 0
    for column, of in enumerate(parents):
        for cell in cells:
            children = [
                (*cell[:column], k, *cell[column + 1 :]) for k, up in of.items() if up == cell[column]
            ]
            if children := [child for child in children if child in at]:
                entries += [(at[cell], number, -1), *((at[child], number, 1) for child in children)]
                number += 1
    cell, line, side = (np.array(each, dtype=np.int64) for each in zip(*entries, strict=True))
    return cells, np.array([value[c] for c in cells], dtype=np.float64), Lines(cell, line, side, number)


def margins(inner: dict[Cell, float], parents: Sequence[dict[str, str]]) -> dict[Cell, float]:
    """The inner cells of a table with all sums above them."""

    def upwards(column: int, code: str) -> list[str]:
        found = [code]
        while found[-1] in parents[column]:
            found.append(parents[column][found[-1]])
        return found

    value: dict[Cell, float] = {}
    for cell, x in inner.items():
        for above in itertools.product(*(upwards(column, code) for column, code in enumerate(cell))):
            value[above] = value.get(above, 0.0) + x
    return value


def flat(rows: Sequence[Sequence[float]]) -> tuple[list[Cell], np.ndarray, Lines]:
    """A table of rows and columns with its margins."""
    inner = {(f"r{i}", f"c{j}"): x for i, row in enumerate(rows, 1) for j, x in enumerate(row, 1)}
    parents = [{f"{name}{i}": "T" for i in range(1, 1 + max(len(rows), len(rows[0])))} for name in "rc"]
    return additive(margins(inner, parents), parents)


def one_attack(
    lines: Lines,
    value: np.ndarray,
    sensitive: np.ndarray,
    *,
    upper: float | np.ndarray = 0.0,
    lower: float | np.ndarray = 0.0,
    width: float | np.ndarray = 0.0,
    low: float | np.ndarray = 0.0,
    high: float | np.ndarray = np.inf,
    cost: np.ndarray | None = None,
    single: np.ndarray | None = None,
) -> Problem:
    """A problem of one quantity; levels hold for the sensitive cells."""
    count = len(value)

    def at(level: float | np.ndarray) -> np.ndarray:
        return np.where(sensitive, np.broadcast_to(np.asarray(level, dtype=np.float64), count), 0.0)

    bounds = (np.broadcast_to(np.asarray(bound, dtype=np.float64), count).copy() for bound in (low, high))
    quantity = Quantity("x", value, *bounds, np.full(count, np.abs(value).max()))
    return Problem(
        lines,
        (Attack(quantity, at(upper), at(lower), at(width)),),
        sensitive.copy(),
        value.copy() if cost is None else cost,
        np.zeros(count, dtype=np.bool_) if single is None else single,
    )


def interval(lines: Lines, quantity: Quantity, hidden: np.ndarray, cell: int) -> tuple[float, float]:
    """What an intruder who knows the lines and the shown cells can know of one: its least and greatest value."""
    matrix = np.zeros((lines.count, len(hidden)))
    np.add.at(matrix, (lines.line, lines.cell), lines.side)
    low = np.where(hidden, quantity.low, quantity.value)
    high = np.where(hidden, quantity.high, quantity.value)
    found = []
    for sign in (1, -1):
        goal = np.zeros(len(hidden))
        goal[cell] = sign
        bounds = [
            (a if np.isfinite(a) else None, b if np.isfinite(b) else None)
            for a, b in zip(low, high, strict=True)
        ]
        answer = linprog(goal, A_eq=matrix, b_eq=np.zeros(lines.count), bounds=bounds)
        assert answer.status in (0, 3), answer.message
        found.append(sign * answer.fun if answer.status == 0 else -sign * np.inf)
    return found[0], found[1]


def unprotected(problem: Problem, hidden: np.ndarray) -> list[int]:
    """Cells that the intruder bounds inside their protection interval, or more than when all were hidden."""
    found = []
    everything = problem.hidden | np.isfinite(problem.cost)
    for attack in problem.attacks:
        value = attack.quantity.value
        for cell in np.flatnonzero(attack.guarded).tolist():
            low, high = interval(problem.lines, attack.quantity, hidden, cell)
            least, most = interval(problem.lines, attack.quantity, everything, cell)
            if (
                high < min(value[cell] + attack.upper[cell], most) - 1e-4
                or low > max(value[cell] - attack.lower[cell], least) + 1e-4
                or high - low < min(attack.width[cell], most - least) - 1e-4
            ):
                found.append(cell)
    return found


def cheapest(problem: Problem) -> float:
    """The cost of the best pattern, by trying all patterns in the order of their cost."""
    free = np.flatnonzero(~problem.hidden & np.isfinite(problem.cost)).tolist()
    chosen = (c for size in range(len(free) + 1) for c in itertools.combinations(free, size))
    for cells in sorted(chosen, key=lambda c: float(problem.cost[list(c)].sum())):
        hidden = problem.hidden.copy()
        hidden[list(cells)] = True
        if not _alone(problem, hidden) and not unprotected(problem, hidden):
            return problem.loss(hidden)
    raise AssertionError("hiding everything is always enough")


def _alone(problem: Problem, hidden: np.ndarray) -> bool:
    """Whether a sensitive cell is the only hidden one of a line: a look that spares most programmes."""
    lines = problem.lines
    number = np.bincount(lines.line, hidden[lines.cell], lines.count)
    guarded = np.any([attack.guarded for attack in problem.attacks], axis=0)
    return bool((guarded[lines.cell] & (number[lines.line] == 1)).any())


def random_table(draw: random.Random, *, mean: float, sizes: Sequence[int | tuple[int, int]]) -> tuple:
    """A table of counts by columns of so many categories, or of (groups, categories in each)."""
    parents: list[dict[str, str]] = []
    for size in sizes:
        if isinstance(size, tuple):
            groups, each = size
            up = {f"g{i}": "T" for i in range(groups)}
            up |= {f"g{i}.{k}": f"g{i}" for i in range(groups) for k in range(each)}
        else:
            up = {f"k{i}": "T" for i in range(size)}
        parents.append(up)
    leaves = [[code for code in up if code not in up.values()] for up in parents]
    weight = [{code: draw.lognormvariate(0, 1) for code in codes} for codes in leaves]
    inner = {}
    for cell in itertools.product(*leaves):
        expected = mean * float(np.prod([w[code] for w, code in zip(weight, cell, strict=True)]))
        if count := int(draw.expovariate(1 / expected)):
            inner[cell] = float(count)
    return (
        additive(margins(inner, parents), parents)
        if len(inner) > 1
        else random_table(draw, mean=mean, sizes=sizes)
    )
