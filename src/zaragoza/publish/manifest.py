"""The manifest: all that is needed to check, understand and quote a release, as JSON."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import fields, is_dataclass
from datetime import date, datetime
from math import isnan
from types import MappingProxyType
from typing import Any

from zaragoza.errors import DisclosureError, Fault
from zaragoza.model.adjustment import APART, CAVEAT, Adjustment
from zaragoza.model.classification import Classification
from zaragoza.model.estimate import ESTIMATE_FIELDS, EVIDENCE_FIELDS
from zaragoza.model.indicator import Indicator
from zaragoza.model.monitor import Monitor
from zaragoza.model.rating import RatingRule
from zaragoza.model.snapshot import Snapshot, SourceQuality
from zaragoza.model.text import Text
from zaragoza.model.weighting import CalibrationSummary
from zaragoza.publish.adjusted import adjustment_title
from zaragoza.publish.versions import versions
from zaragoza.publish.words import MARGIN

FORMAT = "zaragoza-release/1"
PUBLISHED = "zaragoza-published/1"  # of figures that others have published
MADE_UP = Text("made-up data", "verzonnen gegevens")
_NUMBERS = {name for name, kind in (*ESTIMATE_FIELDS, *EVIDENCE_FIELDS) if kind != "string"}


def manifest(
    *,
    release: str,
    previous: str | None,
    monitor: Monitor,
    snapshot: Snapshot,
    quality: SourceQuality,
    log: Iterable[Mapping[str, Any]],
    observations: Mapping[str, Any],
    files: Mapping[str, str],
    now: datetime,
    weights: CalibrationSummary | None = None,
    earlier: Sequence[Snapshot] = (),
    derived: Mapping[str, str] = MappingProxyType({}),
) -> dict[str, Any]:
    """The manifest of a release, with its own checksum.

    Args:
        release: its id.
        previous: the release of the same period that it follows, if there is one.
        monitor: definitions.
        snapshot: what the figures were made from.
        quality: the source's quality report, as it may be published.
        log: what protection did, checked.
        observations: columns and number of the observations.
        files: path in the release -> sha256.
        now: when it was made, in UTC.
        weights: what calibration did to the weights, where they were calibrated.
        earlier: what the earlier years were made from, in the order of the monitor.
        derived: how variables were made of others, as expressions.
    """
    content = {
        "format": FORMAT,
        "release": release,
        "follows": previous,
        "created_at": now.isoformat(timespec="seconds"),
        "period": str(monitor.period),
        "monitor": {"id": monitor.id, "title": _plain(monitor.title), "country": monitor.country},
        "synthetic": monitor.synthetic,
        "mark": _plain(MADE_UP) if monitor.synthetic else None,
        "made_with": versions(),
        "sources": [_source(snapshot) | {"kind": monitor.source.kind, "title": _plain(monitor.source.name)}],
        "design": _plain(monitor.source.design)
        | _replicates(monitor, quality)
        | {"interval": monitor.interval, "confidence": monitor.confidence, "lonely_psu": monitor.lonely_psu}
        | {"margin": _plain(MARGIN[monitor.source.kind])},
        "calibration": _calibration(monitor, weights),
        "earlier": [
            {"period": str(year.period), "break": _plain(year.broken), "source": _source(snapshot)}
            for year, snapshot in zip(monitor.earlier, earlier, strict=True)
        ],
        "adjustments": [_adjustment(each, monitor) for each in monitor.adjustments],
        "areas": _plain(monitor.areas),
        "indicators": [definition(indicator) for indicator in monitor.indicators],
        "classifications": [definition(each) for each in monitor.classifications],
        "variables": _variables(monitor),
        "derived": dict(derived),
        "breakdowns": [list(breakdown.by) for breakdown in monitor.breakdowns],
        "protection": {
            "method": monitor.policy.method,
            "rounding_base": monitor.policy.rounding_base if monitor.policy.method == "rounding" else None,
            "min_count": monitor.policy.min_count,
            "rules": list(protection_rules(monitor)),
            "reason_for_own_rules": monitor.policy_reason or None,
            "log": list(log),
        },
        "quality": _plain(quality),
        "observations": dict(observations),
        "files": dict(sorted(files.items())),
    }
    return content | {"checksum": checksum(content)}


def _source(snapshot: Snapshot) -> dict[str, Any]:
    """A snapshot without the sizes of its files: how many have a permit is how many came from abroad."""
    files = [{"name": file.name, "sha256": file.sha256} for file in snapshot.files]
    return {**_plain(snapshot), "files": files}


def _replicates(monitor: Monitor, quality: SourceQuality) -> dict[str, Any]:
    """How errors come from replicate weights, where they do; no entry a replicate but their factors."""
    replicates = monitor.source.replicates
    if replicates is None:
        return {}
    given = monitor.source.replicate_columns
    of_made = () if given or "bootstrap" not in replicates.method else ("count", "seed")
    names = ("method", "rho", "scale", "rscales", "centre", "factors", "degrees_of_freedom", *of_made)
    known = {name: _plain(getattr(replicates, name)) for name in names}
    columns = {"columns": list(given), "count": quality.replicates} if given else {"columns": None}
    return {"replicates": known | columns}


def _calibration(monitor: Monitor, summary: CalibrationSummary | None) -> dict[str, Any] | None:
    """How the weights were calibrated and what it did to them: of all rows together, of none alone."""
    plan = monitor.calibration
    if plan is None or summary is None:
        return None
    effect = {name: None if isnan(value) else value for name, value in _plain(summary).items()}
    classes = [len(sizes) for sizes in plan.sizes] or None
    return {
        "by": "run" if plan.here else "office",
        **_plain(plan.calibration),
        "classes": classes,
        "trim": plan.trim,
        "files": dict(plan.files),
        "effect": effect,
    }


def _adjustment(adjustment: Adjustment, monitor: Monitor) -> dict[str, Any]:
    """One set of characteristics that are held equal, with what may be concluded from its figures."""
    return {
        "name": adjustment.name,
        "title": _plain(adjustment_title(adjustment, monitor)),
        "covariates": list(adjustment.covariates),
        "method": adjustment.method,
        "options": _plain(adjustment.options),
        "margin": adjustment.margin,
        "variance": "abadie-imbens" if adjustment.method == "matching" else "design",
        "tables": [list(table) for table in adjustment.tables],
        "apart": _plain(APART) if adjustment.apart else None,
        "caveat": _plain(CAVEAT),
    }


def checksum(content: Mapping[str, Any]) -> str:
    """Sha256 of a manifest, over everything but the checksum itself."""
    rest = {key: value for key, value in content.items() if key != "checksum"}
    text = json.dumps(rest, sort_keys=True, ensure_ascii=False, separators=(",", ":"))
    return hashlib.sha256(text.encode()).hexdigest()


def written(content: Mapping[str, Any]) -> bytes:
    """A manifest as the bytes of its file."""
    return (json.dumps(content, indent=1, ensure_ascii=False, allow_nan=False) + "\n").encode()


def protection_rules(monitor: Monitor) -> tuple[str, ...]:
    """Names of the rules in use. That a rule is used is public, its numbers are not, but for min_count."""
    suppresses = monitor.policy.method == "suppression"
    rules = {
        "minimum_count": suppresses,
        "minimum_count_of_numerator": suppresses and monitor.policy.numerator_counts,
        "minimum_count_of_households": suppresses and monitor.policy.household_counts,
        "cell_key": monitor.policy.method == "cell_key",
        "rounding": monitor.policy.method == "rounding",
        "untouched_total": not suppresses and monitor.policy.untouched_total,
        "minimum_base": not suppresses,
        "group_disclosure": monitor.policy.all_but >= 0,
        "full_cells": suppresses and monitor.policy.full_share is not None,
        "dominance": monitor.policy.limits_amounts,
        "waivers": monitor.policy.waivers,
        "secondary_suppression": suppresses,
        "reliability": not monitor.policy.full_count,
        "missing_answers": monitor.policy.full_count,
    }
    return tuple(name for name, used in rules.items() if used)


def _plain(value: Any) -> Any:
    """The same as JSON knows it: dataclasses and mappings as objects, tuples as lists, dates as texts."""
    if is_dataclass(value) and not isinstance(value, type):
        named = fields(value)
        return {field.name: _plain(getattr(value, field.name)) for field in named if field.init}
    if isinstance(value, Mapping):
        return {_key(key): _plain(each) for key, each in value.items()}
    if isinstance(value, (list, tuple)):
        return [_plain(each) for each in value]
    if isinstance(value, date):
        return value.isoformat()
    return value


def _key(key: object) -> str:
    return " x ".join(key) if isinstance(key, tuple) else str(key)


def definition(of: Indicator | Classification | RatingRule) -> dict[str, Any]:
    """A definition as JSON knows it, without what it leaves open."""
    return {key: value for key, value in _plain(of).items() if value is not None}


def _variables(monitor: Monitor) -> dict[str, Any]:
    """The titles of what the definitions name, with those of the codes of a list."""
    named = {name for indicator in monitor.indicators for name in indicator.measure.variables}
    named |= {name for each in monitor.adjustments for name in each.covariates}
    return {
        each.id: _plain(each.title) | {"codes": {code.code: _plain(code.title) for code in each.codes}}
        for each in monitor.variables
        if each.id in named
    }


def checked_log(log: Iterable[Mapping[str, Any]]) -> list[dict[str, Any]]:
    """What protection did, as JSON knows it.

    Args:
        log: entries without values.

    Raises:
        DisclosureError: it holds a number of a figure.
    """
    entries: list[dict[str, Any]] = [_plain(entry) for entry in log]
    faults = [
        Fault(
            where=f"disclosure log, entry {number}",
            field=name,
            expected="no number of a figure",
            found="one",
            way_out="Leave it out of the log.",
        )
        for number, entry in enumerate(entries, start=1)
        for name in sorted(_NUMBERS & entry.keys())
        if entry[name] is not None
    ]
    if faults:
        raise DisclosureError(faults)
    return entries
