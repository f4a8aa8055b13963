"""Rounding of counts to multiples of a base (methods/06 section 3).

Random rounding rounds every count by itself, with a chance that changes nothing on average; the key of the cell
decides, so that the same persons are rounded alike in every table, and asking again tells nothing more. Controlled
rounding keeps a table additive: among all rounded tables that add up it takes the nearest one.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from scipy import sparse
from scipy.optimize import Bounds, LinearConstraint, milp

from zaragoza.errors import DisclosureError, Fault
from zaragoza.protect.figures import Bools, Floats, Ints
from zaragoza.protect.lines import Lines

MOST_STEPS = 3  # a table that cannot be rounded within these is too entangled to be worth rounding


@dataclass(frozen=True)
class Rounded:
    """A table of rounded counts.

    Attributes:
        values: multiples of the base that add up along every line.
        steps: further multiples that a count could move beyond its two nearest ones; 0: zero-restricted.
        distance: the sum over cells of |rounded - true|^power, the smallest that there is.
    """

    values: Ints
    steps: int
    distance: float


def round_by_key(counts: Ints, keys: Floats, base: int) -> Ints:
    """Counts rounded up where the key lies below the remainder over the base, else down.

    Keys are evenly spread, so the expected value is the count and the variance r (b - r); zero stays zero.

    Args:
        counts: not negative.
        keys: of the cells, in [0, 1).
        base: of the multiples.
    """
    remainder = counts % base
    up: Bools = keys * base < remainder
    return np.asarray(counts - remainder + base * up)


def round_controlled(counts: Ints, lines: Lines, base: int, *, power: float = 1.0) -> Rounded:
    """The rounded table nearest to the true one among those that add up.

    Zero-restricted first: multiples stay, other counts go to one of their neighbours. In three dimensions that can be
    impossible; then counts may move one multiple further, and so on.

    Args:
        counts: of every cell, margins among them; they add up along the lines.
        lines: which cells add up to which.
        base: of the multiples.
        power: p of the distance sum |z - a|^p, at least 1.

    Raises:
        DisclosureError: no table within MOST_STEPS further multiples adds up.

    Source: Cox, JASA 82 (1987); Salazar-Gonzalez, Operations Research 54 (2006).
    """
    for steps in range(MOST_STEPS + 1):
        found = _nearest(counts, lines, base, power, steps)
        if found is not None:
            distance = float(np.sum(np.abs(found - counts).astype(np.float64) ** power))
            return Rounded(found, steps, distance)
    raise DisclosureError(
        Fault(
            "rounding",
            f"base {base}",
            f"a rounded table that adds up within {MOST_STEPS} multiples more than the nearest",
            "none",
            "Round fewer tables together, or choose another base.",
        )
    )


def intruder_interval(values: Ints, base: int, steps: int = 0) -> tuple[Ints, Ints]:
    """What a reader of rounded counts knows of the true ones: the least and the most each can be.

    The bounds are strict inequalities of less than (steps + 1) bases on either side. The Handbook on SDC prints a
    smaller upper bound for small counts, which a true count can exceed (methods/06 section 3). Zero-restricted, a zero
    is less than one base.
    """
    reach = (steps + 1) * base - 1
    return np.maximum(0, values - reach), values + reach


def _nearest(counts: Ints, lines: Lines, base: int, power: float, steps: int) -> Ints | None:
    """The integer programme: each cell climbs from its lowest level, one base at a time.

    What a further base costs rises with every one, as |.|^p is convex, so that the climbs are taken in their order.
    """
    lowest, highest = _levels(counts, base, steps)
    climbs = (highest - lowest) // base
    cell = np.repeat(np.arange(len(counts)), climbs)
    if not len(cell):
        return np.asarray(lowest) if _balanced(lowest, lines) else None
    first = np.cumsum(climbs) - climbs
    before = lowest[cell] + base * (np.arange(len(cell)) - first[cell])
    cost = np.abs(before + base - counts[cell]) ** power - np.abs(before - counts[cell]) ** power
    shape = (lines.count, len(counts))
    equations = sparse.csr_matrix((lines.side.astype(np.float64), (lines.line, lines.cell)), shape)
    target = -(equations @ (lowest / base))
    found = milp(
        cost.astype(np.float64),
        integrality=np.ones(len(cell)),
        bounds=Bounds(0, 1),
        constraints=LinearConstraint(equations[:, cell], target, target) if lines.count else None,
        options={"mip_rel_gap": 0.0},
    )
    if found.x is None:
        return None
    climbed = np.bincount(cell, np.rint(found.x), len(counts)).astype(np.int64)
    return np.asarray(lowest + base * climbed)


def _levels(counts: Ints, base: int, steps: int) -> tuple[Ints, Ints]:
    """The lowest and the highest multiple that each count may become; none is negative."""
    down = counts - counts % base
    up = down + base * (counts % base > 0)
    return np.maximum(0, down - steps * base), up + steps * base


def _balanced(values: Ints, lines: Lines) -> bool:
    sums = np.bincount(lines.line, lines.side * values[lines.cell], lines.count)
    return not np.any(sums)
