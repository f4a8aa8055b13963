"""Change from an earlier year: beside a published level it gives the earlier level away (decision 17).

A change is therefore shown only where the levels of both years are, each after protection of its own year with all its
tables. What follows about the earlier year is then a part of what protection lets through for that year; and so it is
with every release of that year that there is.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence

import numpy as np
import pyarrow as pa

from zaragoza.model.classification import TOTAL
from zaragoza.model.disclosure import Policy
from zaragoza.model.estimate import BREAK_IN_SERIES, LEVEL
from zaragoza.model.indicator import Indicator
from zaragoza.model.observation import KEY_FIELDS, OBSERVATION_FIELDS, STATUS
from zaragoza.protect.figures import Ints, breakdown_columns, numbers, read_figures
from zaragoza.protect.observations import observe
from zaragoza.protect.reliability import few_degrees_of_freedom, without_error

_FIXED = {*KEY_FIELDS, *(name for name, _ in OBSERVATION_FIELDS)}
_SEVERITY = {reason: status.severity for reason, status in STATUS.items()}
_Cell = tuple[str, frozenset[tuple[str, str]]]  # indicator, and category of each column that is broken down


def protect_changes(
    changes: pa.Table,
    later: pa.Table,
    earlier: pa.Table,
    policy: Policy,
    indicators: Mapping[str, Indicator],
    *,
    published: Iterable[pa.Table] = (),
    source: str = "",
) -> pa.Table:
    """Changes as observations; each takes the worst status of the two levels and its own.

    Args:
        changes: as `compute_changes` makes them, from one earlier year.
        later: protected observations of the later year.
        earlier: protected observations of the earlier year, made with the same policy.
        policy: the custodian's.
        indicators: by id.
        published: observations of releases of the earlier year; a level hidden there stays unknown.
        source: what the observations say they come from.

    Returns:
        The rows of `changes` in the shape of observations; all numbers NULL where they are hidden.
    """
    columns = breakdown_columns(changes)
    cells = _cells(changes, columns)
    severity = np.maximum(_own(changes, policy), _of_levels(cells, later, missing="not_measured"))
    severity = np.maximum(severity, _of_levels(cells, earlier, missing="not_measured"))
    for table in published:
        severity = np.maximum(severity, _of_levels(cells, table, missing="published"))
    return observe(changes, read_figures(changes, columns), severity, indicators, source)


def _own(changes: pa.Table, policy: Policy) -> Ints:
    """The severity of every change by itself."""
    broken = np.array([reason == BREAK_IN_SERIES for reason in changes["reason"].to_pylist()], dtype=np.bool_)
    rules = (
        ("not_measured", np.isnan(numbers(changes, "value"))),
        ("too_uncertain", without_error(changes, policy)),
        ("break", broken),
        ("unreliable", few_degrees_of_freedom(changes, policy)),
    )
    found = np.select([rows for _, rows in rules], [_SEVERITY[reason] for reason, _ in rules], 0)
    return found.astype(np.int64)


def _cells(table: pa.Table, columns: Sequence[str]) -> list[_Cell]:
    """Where every row lies, whatever columns a table has beside those that it is broken down by."""
    categories = zip(*(table[name].to_pylist() for name in columns), strict=True) if columns else ()
    rows = list(categories) or [()] * len(table)
    return [
        (indicator, frozenset((n, code) for n, code in zip(columns, codes, strict=True) if code != TOTAL))
        for indicator, codes in zip(table["indicator"].to_pylist(), rows, strict=True)
    ]


def _of_levels(cells: Sequence[_Cell], observations: pa.Table, *, missing: str) -> Ints:
    """The severity of the level in every cell; `missing` stands where there is none."""
    columns = [name for name in observations.column_names if name not in _FIXED]
    reasons, statistics = observations["reason"].to_pylist(), observations["statistic"].to_pylist()
    known = {
        cell: _SEVERITY[reason]
        for cell, reason, statistic in zip(_cells(observations, columns), reasons, statistics, strict=True)
        if statistic == LEVEL
    }
    return np.array([known.get(cell, _SEVERITY[missing]) for cell in cells], dtype=np.int64)
