"""Observations and the log: what the world sees of figures, statuses and counts of statuses."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
import pyarrow as pa

from zaragoza.model.estimate import ADJUSTMENT, RATIO
from zaragoza.model.indicator import Indicator
from zaragoza.model.observation import KEY_FIELDS, NUMBER_FIELDS, OBSERVATION_FIELDS, STATUSES
from zaragoza.protect.figures import Figures, Ints, adjustments, numbers

_BY_SEVERITY = {status.severity: status for status in STATUSES}


def observe(
    estimates: pa.Table, figures: Figures, severity: Ints, indicators: Mapping[str, Indicator], source: str
) -> pa.Table:
    """The estimates as observations: the same rows, all numbers NULL where not shown (decision 16)."""
    hidden = np.array([not _BY_SEVERITY[code].shown for code in severity.tolist()], dtype=np.bool_)
    statuses = [_BY_SEVERITY[code] for code in severity.tolist()]
    statistic = estimates["statistic"].to_pylist()
    units = [indicators[name].unit for name in figures.indicators]
    unit = [
        RATIO if s == RATIO else units[i] for s, i in zip(statistic, figures.indicator.tolist(), strict=True)
    ]
    found: dict[str, pa.Array] = {name: _numbers(estimates, name, hidden) for name in NUMBER_FIELDS}
    texts: dict[str, list[str | None]] = {
        "statistic": statistic,
        "reference": estimates["reference"].to_pylist(),
        ADJUSTMENT: adjustments(estimates),
        "obs_status": [status.obs_status for status in statuses],
        "conf_status": [status.conf_status for status in statuses],
        "reason": [status.reason for status in statuses],
        "unit": list(unit),
        "source": [source] * len(estimates),
        "release": [None] * len(estimates),
    }
    found |= {name: pa.array(values, pa.string()) for name, values in texts.items()}
    keys = {name: estimates[name].cast(pa.string()) for name in (*KEY_FIELDS, *figures.columns)}
    return pa.table({**keys, **{name: found[name] for name, _ in OBSERVATION_FIELDS}})


def _numbers(estimates: pa.Table, name: str, hidden: np.ndarray[tuple[int], np.dtype[np.bool_]]) -> pa.Array:
    values = numbers(estimates, name)
    missing = hidden | np.isnan(values)
    kept = pa.array(np.where(missing, 0.0, values), pa.float64(), mask=missing)
    return kept.cast(pa.type_for_alias(dict(OBSERVATION_FIELDS)[name]))


def protection_log(figures: Figures, severity: Ints) -> tuple[Mapping[str, object], ...]:
    """For each indicator the number of levels and derived figures of each status."""
    entries = []
    for number, name in enumerate(figures.indicators):
        own = figures.indicator == number
        entries.append(
            {
                "indicator": name,
                "levels": _statuses(severity[own & figures.level]),
                "derived": _statuses(severity[own & ~figures.level]),
            }
        )
    return tuple(entries)


def _statuses(severity: Ints) -> dict[str, int]:
    return {status.reason: int((severity == status.severity).sum()) for status in STATUSES}
