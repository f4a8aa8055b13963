"""The known truth: figures of the whole population, by plain group sums.

Nothing of the stage `compute` is used, so that its estimates can be checked against these values.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, Final

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from zaragoza.synthetic.draws import Array

UNKNOWN: Final = "_U"


def truth(
    persons: pa.Table,
    of: Any,
    *,
    among: Any = None,
    by: Sequence[str] = (),
    over: Any = None,
) -> pa.Table:
    """Share, mean, ratio and total of the population in each group.

    A person for whom `of`, `over` or `among` is not known is left out; not known in a column of `by` is the group `_U`.

    Args:
        persons: the whole population, one row a person.
        of: numerator: a column's name or values; true counts as 1.
        among: condition on the persons that count; all by default.
        by: columns whose combinations are the groups.
        over: denominator of a ratio; by default the number of persons that count.

    Returns:
        The columns of `by`, n (persons counted), total (sum of the numerator) and value (total / n, or total over
        the sum of `over`; NULL where that is zero), in order of the groups.
    """
    numerator, known = _numbers(persons, of)
    denominator, also = (np.ones(persons.num_rows), known) if over is None else _numbers(persons, over)
    counted = known & also
    if among is not None:
        condition, sure = _numbers(persons, among)
        counted &= sure & (condition != 0)
    group, labels = _groups(persons, by)
    group = group[counted]
    size = len(labels[0]) if labels else 1
    n = np.bincount(group, minlength=size)
    total = np.bincount(group, weights=numerator[counted], minlength=size)
    base = np.bincount(group, weights=denominator[counted], minlength=size)
    with np.errstate(invalid="ignore", divide="ignore"):
        value = pa.array(total / base, mask=base == 0)
    found = pa.array(n > 0)
    columns = {name: pa.array(label) for name, label in zip(by, labels, strict=True)}
    return pa.table({**columns, "n": n.astype(np.int64), "total": total, "value": value}).filter(found)


def true_gaps(values: pa.Table, along: str, reference: str) -> pa.Table:
    """Difference to the reference group (group minus reference) and ratio, other columns held equal.

    Args:
        values: what `truth` returned.
        along: the column that holds the groups.
        reference: the reference group in that column.

    Returns:
        The rows of the other groups, with the columns difference and ratio; NULL where the reference is absent.
    """
    others = [name for name in values.column_names if name not in {along, "n", "total", "value"}]
    rows = values.to_pylist()
    base = {tuple(row[name] for name in others): row["value"] for row in rows if row[along] == reference}
    gaps = []
    for row in rows:
        level = base.get(tuple(row[name] for name in others))
        comparable = level is not None and row["value"] is not None
        if row[along] != reference:
            difference = row["value"] - level if comparable else None
            ratio = row["value"] / level if comparable and level else None
            gaps.append({**row, "difference": difference, "ratio": ratio})
    return pa.Table.from_pylist(gaps) if gaps else values.slice(0, 0)


def true_adjusted_gaps(values: pa.Table, along: str, reference: str, adjust_for: Sequence[str]) -> pa.Table:
    """Gaps of the whole population between people of the same categories, and the part that goes with the mix.

    With w the share of a category in its side, p its level and R that of the side, of group g and reference group r:
    the adjusted gap of a standard s is sum s (p_g - p_r), Kitagawa's composition sum (w_g - w_r)(p_g + p_r)/2. His rate
    of two parts is the standard `mean`; of three parts composition is gap - `group`, rate `reference`, interaction the
    rest. Indirectly standardised, the group's level is R_r R_g / sum w_g p_r, and its gap that minus R_r.

    Args:
        values: what `truth` returned by the groups and the categories of `adjust_for`.
        along: the column that holds the groups.
        reference: the reference group in that column.
        adjust_for: the columns in which the two are made comparable.

    Returns:
        A row for each other group, and each combination of the other columns: gap, the adjusted gaps of the standards
        pooled, reference, group and mean, composition, and the adjusted gap of the indirect way. Those are NULL where a
        side has nobody in a category of the other one.
    """
    others = [n for n in values.column_names if n not in {along, "n", "total", "value", *adjust_for}]
    sides: dict[tuple[str, ...], dict[str, _Sums]] = {}
    for row in values.to_pylist():
        domain, category = (tuple(row[name] for name in names) for names in (others, adjust_for))
        sides.setdefault(domain, {}).setdefault(row[along], {})[category] = (row["n"], row["total"])
    rows = []
    for domain, by_group in sides.items():
        base = by_group.pop(reference, {})
        for group, sums in by_group.items():
            named = {**dict(zip(others, domain, strict=True)), along: group}
            rows.append({**named, **_adjusted(sums, base)})
    return pa.Table.from_pylist(rows)


_Sums = dict[tuple[str, ...], tuple[int, float]]  # by category: persons, and the sum of the numerator


def _adjusted(group: _Sums, reference: _Sums) -> dict[str, float | None]:
    """Gap, adjusted gaps and composition of one group."""
    names = ("gap", "pooled", "reference", "group", "mean", "composition", "indirect")
    if not group or group.keys() != reference.keys():
        return dict.fromkeys(names)
    order = sorted(group)
    (n_g, y_g), (n_r, y_r) = (
        np.array([side[c] for c in order], dtype=float).T for side in (group, reference)
    )
    w_g, w_r, p_g, p_r = n_g / n_g.sum(), n_r / n_r.sum(), y_g / n_g, y_r / n_r
    standards = ((n_g + n_r) / (n_g + n_r).sum(), w_r, w_g, (w_g + w_r) / 2)
    level, base = y_g.sum() / n_g.sum(), y_r.sum() / n_r.sum()
    composition, indirect = (w_g - w_r) @ (p_g + p_r) / 2, base * level / (w_g @ p_r) - base
    found = (level - base, *(share @ (p_g - p_r) for share in standards), composition, indirect)
    return {name: float(number) for name, number in zip(names, found, strict=True)}


def _numbers(persons: pa.Table, values: Any) -> tuple[Array, Array]:
    """Values as numbers, and where they are known."""
    column = persons[values] if isinstance(values, str) else values
    if not isinstance(column, pa.Array | pa.ChunkedArray):
        column = pa.array(np.asarray(column))
    known = np.asarray(pc.is_valid(column))
    zero = False if pa.types.is_boolean(column.type) else 0
    numbers = np.asarray(pc.fill_null(column, zero)).astype(np.float64)
    return numbers, known & ~np.isnan(numbers)


def _groups(persons: pa.Table, by: Sequence[str]) -> tuple[Array, list[list[str]]]:
    """Number of each person's group, and the labels of the groups by column."""
    group: Array = np.zeros(persons.num_rows, dtype=np.int64)
    labels: list[list[str]] = []
    for name in by:
        words = pc.fill_null(persons[name].cast(pa.string()), UNKNOWN).combine_chunks().dictionary_encode()
        names = sorted(words.dictionary.to_pylist())
        rank = np.array([names.index(word) for word in words.dictionary.to_pylist()], dtype=np.int64)
        position = rank[words.indices.to_numpy()]
        labels = [[label for label in column for _ in names] for column in labels]
        repeats = len(labels[0]) // len(names) if labels else 1
        labels.append(names * repeats)
        group = group * len(names) + position
    return group, labels
