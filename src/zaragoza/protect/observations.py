"""Observations and the log: what the world sees of figures, statuses and counts of statuses."""

from __future__ import annotations

from collections.abc import Collection, Mapping

import numpy as np
import pyarrow as pa

from zaragoza.model.classification import TOTAL
from zaragoza.model.estimate import ADJUSTMENT, DETAIL, NO_INTERVAL, NO_MEMBERS, RATIO, UNCOVERED
from zaragoza.model.indicator import Indicator
from zaragoza.model.observation import (
    KEY_FIELDS,
    NUMBER_FIELDS,
    OBSERVATION_FIELDS,
    OBSTACLE,
    STATUS,
    STATUSES,
    TOLD_FIELDS,
)
from zaragoza.protect.figures import Bools, Figures, Ints, adjustments, numbers, texts

# Of these the status says enough.
_NO_OBSTACLE = (NO_MEMBERS, NO_INTERVAL)
_BY_SEVERITY = {status.severity: status for status in STATUSES}


def observe(
    estimates: pa.Table,
    figures: Figures,
    severity: Ints,
    indicators: Mapping[str, Indicator],
    source: str,
    min_count: int = 0,
) -> pa.Table:
    """The estimates as observations: the same rows, all numbers NULL where not shown (decision 16).

    A coverage tells how many persons lie beyond it; it is NULL where these are fewer than `min_count`, but somebody.
    """
    hidden = np.array([not _BY_SEVERITY[code].shown for code in severity.tolist()], dtype=np.bool_)
    statuses = [_BY_SEVERITY[code] for code in severity.tolist()]
    statistic = estimates["statistic"].to_pylist()
    units = [indicators[name].unit for name in figures.indicators]
    unit = [
        RATIO if s == RATIO else units[i] for s, i in zip(statistic, figures.indicator.tolist(), strict=True)
    ]
    found: dict[str, pa.Array] = {name: _numbers(estimates, name, hidden) for name in NUMBER_FIELDS}
    found["coverage"] = _numbers(estimates, "coverage", hidden | _few_beyond(estimates, min_count))
    told: dict[str, list[str | None]] = {
        "statistic": statistic,
        "reference": estimates["reference"].to_pylist(),
        ADJUSTMENT: adjustments(estimates),
        DETAIL: texts(estimates, DETAIL),
        OBSTACLE: _obstacles(estimates, severity),
        **{name: _told(estimates, name, hidden) for name in TOLD_FIELDS},
        "obs_status": [status.obs_status for status in statuses],
        "conf_status": [status.conf_status for status in statuses],
        "reason": [status.reason for status in statuses],
        "unit": list(unit),
        "source": [source] * len(estimates),
        "release": [None] * len(estimates),
    }
    found |= {name: pa.array(values, pa.string()) for name, values in told.items()}
    keys = {name: estimates[name].cast(pa.string()) for name in (*KEY_FIELDS, *figures.columns)}
    return pa.table({**keys, **{name: found[name] for name, _ in OBSERVATION_FIELDS}})


def _few_beyond(estimates: pa.Table, min_count: int) -> Bools:
    """Where fewer persons than the minimum count, but some, lie beyond the coverage; unknown counts as few."""
    if UNCOVERED not in estimates.column_names:
        return np.ones(len(estimates), dtype=np.bool_)
    beyond = numbers(estimates, UNCOVERED)
    few: Bools = ~((beyond == 0) | (beyond >= min_count))
    return few


def _told(estimates: pa.Table, name: str, hidden: Bools) -> list[str | None]:
    return [
        None if gone else text for text, gone in zip(texts(estimates, name), hidden.tolist(), strict=True)
    ]


def _obstacles(estimates: pa.Table, severity: Ints) -> list[str | None]:
    """Why a method gives no adjusted gap; nothing where the gap is hidden for another reason."""
    known = severity == STATUS["not_measured"].severity
    rows = zip(adjustments(estimates), texts(estimates, "reason"), known.tolist(), strict=True)
    return [why if of is not None and here and why not in _NO_OBSTACLE else None for of, why, here in rows]


def _numbers(estimates: pa.Table, name: str, hidden: Bools) -> pa.Array:
    """A column of numbers, NULL where hidden; a table without it has none."""
    absent = name not in estimates.column_names
    values = np.full(len(estimates), np.nan) if absent else numbers(estimates, name)
    missing = hidden | np.isnan(values)
    kept = pa.array(np.where(missing, 0.0, values), pa.float64(), mask=missing)
    return kept.cast(pa.type_for_alias(dict(OBSERVATION_FIELDS)[name]))


def protection_log(
    figures: Figures, severity: Ints, missed: Bools | None = None, binary: Collection[str] = ()
) -> tuple[Mapping[str, object], ...]:
    """For each indicator the number of levels and derived figures of each status.

    Where there are any, also how many hidden sums are less uncertain than the rules ask (`missed`), by table; and
    whether a mean or total was judged as a share (`binary`).
    """
    entries = []
    for number, name in enumerate(figures.indicators):
        own = figures.indicator == number
        entry: dict[str, object] = {
            "indicator": name,
            "levels": _statuses(severity[own & figures.level]),
            "derived": _statuses(severity[own & ~figures.level]),
        }
        if missed is not None and (own & missed).any():
            entry["levels_missed"] = _by_table(figures, own & missed)
        if name in binary:
            entry["binary"] = True
        entries.append(entry)
    return tuple(entries)


def _by_table(figures: Figures, rows: Bools) -> dict[str, int]:
    """How many of these rows each table has, named by its columns."""
    inner = figures.coordinates[figures.coordinate[rows], 2:] != np.array(figures.totals)
    names = [" x ".join(name for name, by in zip(figures.columns, row, strict=True) if by) for row in inner]
    return {name or TOTAL: names.count(name) for name in sorted(set(names))}


def _statuses(severity: Ints) -> dict[str, int]:
    return {status.reason: int((severity == status.severity).sum()) for status in STATUSES}
