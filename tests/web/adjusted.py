"""Adjusted gaps for the made-up observations: parts of the raw gap, so that what a page must say can be read off."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pyarrow as pa

from tests.web.definitions import EU, NON_EU
from tests.web.made_up import COLUMNS, INDICATORS, monitor, observations
from zaragoza.model.adjustment import Adjustment
from zaragoza.model.indicator import Indicator
from zaragoza.model.monitor import Monitor
from zaragoza.model.observation import NUMBER_FIELDS, STATUS, TOLD_FIELDS
from zaragoza.model.text import Text

SETS = (
    Adjustment(("sex", "urbanisation"), title=Text("sex and home", "geslacht en woonplaats"), apart=True),
    Adjustment(("sex",)),
)
# What each characteristic of a set contributes to the explained part.
CONTRIBUTES = {"sex+urbanisation": {"sex": 0.3, "urbanisation": 0.7}, "sex": {}}
# What is told beside an adjusted gap that is shown.
COVERAGE, EFFECTIVE_N = 0.9876, 1234.5
# What remains of the raw gap, by set and group: less than all, more than all (the explained part then points the other
# way), the other side of zero, and hidden to protect another figure.
REMAINS: dict[tuple[str, str], float | None] = {
    ("sex", EU): 1.25,
    ("sex", NON_EU): 0.4,
    ("sex+urbanisation", EU): None,
    ("sex+urbanisation", NON_EU): -0.05,
}
_Z, _KEPT = 1.96, 0.9  # of the raw gap's error


def adjusted_monitor(folder: Path, indicators: tuple[Indicator, ...] = INDICATORS) -> Monitor:
    """The made-up monitor with the two sets."""
    return replace(monitor(folder, indicators), adjustments=SETS)


def adjusted_observations(indicators: tuple[Indicator, ...] = INDICATORS) -> pa.Table:
    """The made-up observations with adjusted gaps and explained parts of every group by itself."""
    table = observations(indicators)
    rows = table.to_pylist()
    for row in [r for r in rows if r["statistic"] == "difference" and _alone(r)]:
        for each in SETS:
            rows += _parts(row, each.name)
    return pa.Table.from_pylist(rows, table.schema)


def infeasible(observations: pa.Table) -> pa.Table:
    """The same, but balance cannot be had in the set `sex`."""
    status = STATUS["not_measured"]
    nothing = dict.fromkeys((*NUMBER_FIELDS, *TOLD_FIELDS))
    said = {"obs_status": status.obs_status, "conf_status": status.conf_status, "reason": status.reason}
    rows = [
        {**row, **nothing, **said, "obstacle": "infeasible: sex=F"}
        if (row["adjustment"], row["statistic"]) == ("sex", "adjusted_gap")
        else row
        for row in observations.to_pylist()
        if (row["adjustment"], row["statistic"]) != ("sex", "explained")
    ]
    return pa.Table.from_pylist(rows, observations.schema)


def _alone(row: dict[str, object]) -> bool:
    groups = [row[name] for name in COLUMNS if row[name] != "_T"]
    return len(groups) == 1 and groups[0] in (EU, NON_EU)


def _parts(row: dict[str, object], name: str) -> list[dict[str, object]]:
    code = next(row[column] for column in COLUMNS if row[column] != "_T")
    part = REMAINS[name, str(code)]
    whole = None if part is None else 1 - part
    shares = {("adjusted_gap", None): part, ("explained", None): whole}
    for detail, share in CONTRIBUTES[name].items():
        shares["explained", detail] = None if whole is None else share * whole
    return [
        _part({**row, "statistic": statistic, "adjustment": name, "detail": detail}, share)
        for (statistic, detail), share in shares.items()
    ]


def _part(row: dict[str, object], share: float | None) -> dict[str, object]:
    if row["value"] is None:
        return row
    if share is None:
        status = STATUS["secondary"]
        numbers = dict.fromkeys(("value", "standard_error", "ci_low", "ci_high", "n", "n_hat"))
        return {
            **row,
            **numbers,
            "obs_status": status.obs_status,
            "conf_status": status.conf_status,
            "reason": status.reason,
        }
    value, error = float(str(row["value"])) * share, float(str(row["standard_error"])) * _KEPT
    low, high = value - _Z * error, value + _Z * error
    numbers = {"value": value, "standard_error": error, "ci_low": low, "ci_high": high}
    told = {"coverage": COVERAGE, "effective_n": EFFECTIVE_N} if row["statistic"] == "adjusted_gap" else {}
    return {**row, **numbers, **told}
