"""Groups of whom nearly everybody is in one category: to show how they divide tells the category of each of them.

A line of a table has a full cell if one of its categories holds all, all but a few, or more than a given part of the
people (methods/06 section 1, zero and full cells; Lupp and Langsrud, Handbook on SDC 5.9). What must stay open is that
the other categories hold more. So no category of such a line is shown, and those that nobody is in get a row as well,
since a category without one is known to be empty.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence

import numpy as np
import pyarrow as pa

from zaragoza.model.classification import TOTAL, UNKNOWN
from zaragoza.model.disclosure import Policy
from zaragoza.model.estimate import LEVEL, NO_MEMBERS
from zaragoza.model.observation import KEY_FIELDS
from zaragoza.protect.figures import Bools, breakdown_columns, counts

Key = tuple[str, ...]
_NOTHING: Mapping[str, object] = {
    "statistic": LEVEL, "n": 0, "n_hat": 0.0, "n_domain": 0, "n_numerator": 0, "numerator": 0.0, "denominator": 0.0,
    "households": 0, "households_numerator": 0, "households_others": 0, "reason": NO_MEMBERS,
}  # fmt: skip
_NO_GROUP = {UNKNOWN, "_Z"}  # of whom nothing is told


def veil(estimates: pa.Table, policy: Policy) -> tuple[pa.Table, Bools]:
    """The estimates with a row for each empty category that may not be known to be, and the rows that may not be shown.

    Args:
        estimates: as `compute` makes them.
        policy: says which part is too much; without a limit nothing is.

    Returns:
        The table, new rows last; and for every row whether it is a category of a line with a full cell.
    """
    if policy.full_share is None:
        return estimates, np.zeros(len(estimates), dtype=np.bool_)
    columns = breakdown_columns(estimates)
    names = (*KEY_FIELDS, *columns)
    keys: list[Key] = list(zip(*(estimates[name].to_pylist() for name in names), strict=True))
    level = [statistic == LEVEL for statistic in estimates["statistic"].to_pylist()]
    n = counts(estimates, "n").tolist()
    tables: dict[Key, dict[Key, int]] = {}
    for key, own, is_level in zip(keys, n, level, strict=True):
        if is_level:
            tables.setdefault(key[: len(KEY_FIELDS)], {})[key[len(KEY_FIELDS) :]] = own
    veiled = {(*start, *cell) for start, table in tables.items() for cell in _veiled(table, columns, policy)}
    new = sorted(veiled - {key for key, is_level in zip(keys, level, strict=True) if is_level})
    rows = [{**dict(zip(names, key, strict=True)), **_NOTHING} for key in new]
    made = pa.table(
        {f.name: pa.array([row.get(f.name) for row in rows], f.type) for f in estimates.schema},
        schema=estimates.schema,
    )
    found = [key in veiled and is_level for key, is_level in zip(keys, level, strict=True)]
    return pa.concat_tables([estimates, made]), np.array([*found, *[True] * len(new)], dtype=np.bool_)


def _veiled(table: Mapping[Key, int], columns: Sequence[str], policy: Policy) -> set[Key]:
    """Cells of lines with a full cell, also empty ones, of one indicator, time and place.

    An empty cell is veiled only if each of its margins has people or is veiled: otherwise it is known to be empty.
    Margins come first.
    """
    veiled: set[Key] = set()
    for total, place, codes in sorted(_lines(table, columns, policy), key=lambda line: _detail(line[0])):
        cells = [(*total[:place], code, *total[place + 1 :]) for code in codes]
        most = max(table.get(cell, 0) for cell in cells)
        if _full(most, table[total], policy):
            full = next(cell for cell in cells if table.get(cell, 0) == most)
            if _NO_GROUP.isdisjoint(full):
                veiled |= {
                    cell
                    for cell in cells
                    if table.get(cell, 0) or all(table.get(m, 0) or m in veiled for m in _margins(cell))
                }
    return veiled


def _lines(
    table: Mapping[Key, int], columns: Sequence[str], policy: Policy
) -> Iterator[tuple[Key, int, list[str]]]:
    """Totals with people, the column along which they are broken down, and its categories, of which there are several.

    What definitions make full tells nothing: columns of which one says what the other is.
    """
    for place, column in enumerate(columns):
        codes = sorted({cell[place] for cell, n in table.items() if n} - {TOTAL})
        settled = [i for i, other in enumerate(columns) if {column, other} in map(set, policy.by_definition)]
        broken = {cell[:place] + cell[place + 1 :] for cell in table if cell[place] != TOTAL}
        for total, n in table.items():
            rest = total[:place] + total[place + 1 :]
            by_definition = any(total[i] != TOTAL for i in settled)
            if total[place] == TOTAL and n and len(codes) > 1 and rest in broken and not by_definition:
                yield total, place, codes


def _full(most: int, total: int, policy: Policy) -> bool:
    """Whether a category holds all but so many as are allowed to be alone, or more than the given part."""
    share = 1.0 if policy.full_share is None else policy.full_share
    return total - most <= max(policy.all_but, 0) or (share < 1 and most > share * total)


def _margins(cell: Key) -> Iterator[Key]:
    for place, code in enumerate(cell):
        if code != TOTAL:
            yield (*cell[:place], TOTAL, *cell[place + 1 :])


def _detail(cell: Key) -> tuple[int, Key]:
    return sum(code != TOTAL for code in cell), cell
