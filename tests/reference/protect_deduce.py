"""What follows of hidden figures from lines, in plain Python: part of the twin of `zaragoza.protect`.

Written from docs/methods/protection.md; shares no code with the stage.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from fractions import Fraction

from tests.reference.protect_lines import Coordinate, Line
from tests.reference.protect_status import Row

Rule = Callable[[list[Row]], bool]


class System:
    """The additive tables of one indicator, or of several that are hidden together."""

    def __init__(self, cells, lines, sensitive, rule, quantities) -> None:
        self.cells = cells
        self.lines = [line for line in lines if line]
        self.sensitive = sensitive
        self.rule = rule
        self.quantities = quantities

    def safe(self, hidden: set[Coordinate]) -> bool:
        unknown = hidden - fixed(self.lines, hidden)
        if not self.sensitive <= unknown:
            return False
        for line in self.lines:
            left = [(at, side) for at, side in line if at in unknown]
            if len({side for _, side in left}) == 1 and self.rule([self.cells[at] for at, _ in left]):
                return False
        return not any(self.pinned(unknown, *quantity) for quantity in self.quantities)

    def pinned(self, unknown: set[Coordinate], values: dict, bounds: dict) -> set[Coordinate]:
        """Sensitive cells that lie between bounds that are one number."""
        before = {
            at: bounds[at] if at in unknown or values[at] is None else (values[at], values[at])
            for at in self.cells
        }
        scale = max([1.0, *(abs(v) for v in values.values() if v is not None)])
        after, alone = tighten(self.lines, before, scale), tighten(self.lines, dict(bounds), scale)
        return {
            at
            for at in unknown & self.sensitive
            if after[at][1] - after[at][0] <= 2e-9 * scale < alone[at][1] - alone[at][0]
        }


def fixed(lines: Sequence[Line], unknown: set[Coordinate]) -> set[Coordinate]:
    """Unknowns that the equations determine: in the reduced echelon form their row has nothing else."""
    names = sorted(unknown)
    column = {at: i for i, at in enumerate(names)}
    pivots: dict[int, dict[int, Fraction]] = {}
    for line in lines:
        rest = {column[at]: Fraction(side) for at, side in line if at in column}
        for known, done in pivots.items():
            if known in rest:
                rest = plus(rest, done, -rest[known])
        if not rest:
            continue
        pivot = min(rest)
        new = {i: v / rest[pivot] for i, v in rest.items()}
        pivots = {p: plus(r, new, -r[pivot]) if pivot in r else r for p, r in pivots.items()}
        pivots[pivot] = new
    return {names[pivot] for pivot, row in pivots.items() if len(row) == 1}


def plus(row: dict[int, Fraction], other: dict[int, Fraction], times: Fraction) -> dict[int, Fraction]:
    sums = dict(row)
    for i, v in other.items():
        sums[i] = sums.get(i, Fraction(0)) + times * v
    return {i: v for i, v in sums.items() if v}


def tighten(lines: Sequence[Line], bounds: dict, scale: float) -> dict:
    """Intervals passed on along the lines, all lines at once, at most 30 times."""
    for _ in range(30):
        after = dict(bounds)
        for line in lines:
            for at, side in line:
                least = most = 0.0  # of the sum of the other terms, on the left
                for other, its_side in line:
                    if other != at:
                        low, high = bounds[other]
                        least += low if its_side > 0 else -high
                        most += high if its_side > 0 else -low
                low, high = (-most, -least) if side > 0 else (least, most)
                after[at] = (max(after[at][0], low), min(after[at][1], high))
        after = {at: gained(bounds[at], after[at], 1e-9 * scale) for at in after}
        if after == bounds:
            break
        bounds = after
    return bounds


def gained(old: tuple[float, float], new: tuple[float, float], slack: float) -> tuple[float, float]:
    """The new bounds where they gain more than rounding."""
    low = new[0] if new[0] > old[0] + slack else old[0]
    high = new[1] if new[1] < old[1] - slack else old[1]
    return ((low + high) / 2,) * 2 if low > high else (low, high)
