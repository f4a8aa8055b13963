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
from zaragoza.protect.perturb import reach, two_digits, with_numbers
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
    confidence: float = 0.95,
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
        confidence: of the intervals of perturbed changes.

    Returns:
        The rows of `changes` in the shape of observations; all numbers NULL where they are hidden. Where the policy
        perturbs, they are differences of changed levels, and rows about nobody are left out.
    """
    columns = breakdown_columns(changes)
    if policy.method != "suppression":
        changes = _of_changed_levels(changes, columns, later, earlier, confidence)
    cells = _cells(changes, columns)
    severity = np.maximum(_own(changes, policy), _of_levels(cells, later, missing="not_measured"))
    severity = np.maximum(severity, _of_levels(cells, earlier, missing="not_measured"))
    for table in published:
        severity = np.maximum(severity, _of_levels(cells, table, missing="published"))
    return observe(changes, read_figures(changes, columns), severity, indicators, source)


def _of_changed_levels(
    changes: pa.Table, columns: Sequence[str], later: pa.Table, earlier: pa.Table, confidence: float
) -> pa.Table:
    """Later minus earlier published level, where both are there; the error, in two digits, is that of chance."""
    after, before = _levels(later), _levels(earlier)
    cells = _cells(changes, columns)
    kept = [cell in after and cell in before for cell in cells]
    table = changes.filter(pa.array(kept, pa.bool_()))
    pairs = [(after[cell], before[cell]) for cell, keep in zip(cells, kept, strict=True) if keep]
    value = np.array([_number(a["value"]) - _number(b["value"]) for a, b in pairs], dtype=np.float64)
    error = two_digits(numbers(table, "standard_error"))
    width = reach(numbers(table, "degrees_of_freedom"), confidence) * error
    made = {"value": value, "standard_error": error, "ci_low": value - width, "ci_high": value + width}
    made |= {
        name: np.array([_number(a[name]) for a, _ in pairs], dtype=np.float64) for name in ("n", "n_hat")
    }
    return with_numbers(table, made)


def _number(value: object) -> float:
    return float(value) if isinstance(value, int | float) else np.nan


def _levels(observations: pa.Table) -> dict[_Cell, dict[str, object]]:
    columns = [name for name in observations.column_names if name not in _FIXED]
    rows = observations.to_pylist()
    cells = _cells(observations, columns)
    return {cell: row for cell, row in zip(cells, rows, strict=True) if row["statistic"] == LEVEL}


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
