"""The cell key method and random rounding in plain Python: person by person, cell by cell, with whole numbers."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from fractions import Fraction

RANGE = 2**32


def cell_key(record_keys: Sequence[float]) -> Fraction:
    """The fractional part of the sum of record keys, each cut to 32 bits."""
    return Fraction(sum(math.floor(key * RANGE) for key in record_keys) % RANGE, RANGE)


def looked_up(rows: Mapping[int, Sequence[tuple[int, float]]], count: int, key: Fraction) -> int:
    """The first change whose upper bound (given with it) lies above the key."""
    row = rows[min(count, max(rows))]
    return next((change for change, upper in row if key < upper), row[-1][0])


def perturbed_share(
    rows: Mapping[int, Sequence[tuple[int, float]]], persons: Sequence[tuple[float, float, bool]]
) -> tuple[int, float, float | None]:
    """n, n_hat and value of a share.

    Args:
        rows: of the p-table.
        persons: record key, weight, and whether the person is in the numerator.
    """
    inside = [person for person in persons if person[2]]
    n = len(persons) + looked_up(rows, len(persons), cell_key([p[0] for p in persons]))
    m = len(inside) + looked_up(rows, len(inside), cell_key([p[0] for p in inside]))
    if n == 0:
        return 0, 0.0, None
    n_hat = sum(p[1] for p in persons) + (n - len(persons)) * sum(p[1] for p in persons) / len(persons)
    numerator = sum(p[1] for p in inside)
    numerator += (m - len(inside)) * numerator / len(inside) if inside else 0
    return n, n_hat, numerator / n_hat


def rounded(count: int, key: Fraction, base: int) -> int:
    remainder = count % base
    return count - remainder + (base if key * base < remainder else 0)
