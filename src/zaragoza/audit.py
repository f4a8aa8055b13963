"""`zaragoza audit`: what an intruder can work out from releases, and whether that is too much."""

from __future__ import annotations

import tempfile
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from enum import IntEnum
from pathlib import Path
from typing import Any

import numpy as np

from zaragoza.catalogue.monitor import load_monitor
from zaragoza.model.monitor import Monitor
from zaragoza.pipeline import Truth, truth
from zaragoza.protect import Exposure, Published, Relationships, attack, breaches, known_relationships
from zaragoza.publish import Release, other_rules, read_release


class Verdict(IntEnum):
    """What an audit says; the number is the exit code of the command."""

    safe = 0
    unsafe = 2
    unclear = 3


@dataclass(frozen=True)
class Audit:
    """What an audit found.

    Attributes:
        release: the id of the release.
        earlier: of those that an intruder has as well.
        exposures: what can be worked out that may not be.
        certified: how many hidden quantities have bounds that are wide enough, by what this was shown.
        doubts: why it cannot be told whether the release is safe.
        min_count: the rule that it was judged by.
    """

    release: str
    earlier: tuple[str, ...]
    exposures: tuple[Exposure, ...]
    certified: Mapping[str, int]
    doubts: tuple[str, ...]
    min_count: int

    @property
    def verdict(self) -> Verdict:
        """Unsafe where anything can be worked out; else unclear where there are doubts."""
        if self.exposures:
            return Verdict.unsafe
        return Verdict.unclear if self.doubts else Verdict.safe


def audit(release: Path, earlier: Sequence[Path] = (), monitor: Path | None = None) -> Audit:
    """Attacks a release, alone or together with others about the same people.

    Args:
        release: the folder of the release.
        earlier: folders of releases that an intruder has as well, of whatever time, place and breakdown.
        monitor: the folder of the monitor that made the release: it is then judged by the whole policy, and by the
            true numbers behind what is shown. None of these is returned.

    Raises:
        ReleaseError: a folder is no release, or was altered.
        ZaragozaError: the monitor, or its data, have faults.
    """
    found = read_release(release)
    others = [read_release(path) for path in earlier]
    doubts = [doubt for each in (found, *others) for doubt in _doubts(each)]
    releases: list[Published] = [
        (each.observations, each.policy, each.indicators) for each in (found, *others)
    ]
    known: Relationships | None = None
    shown: tuple[Exposure, ...] = ()
    if monitor is not None:
        behind, made_by = _behind(monitor)
        doubts += _other_data(found, behind)
        indicators = {one.id: one for one in made_by.indicators}
        releases[0] = (found.observations, made_by.policy, {**found.indicators, **indicators})
        known = known_relationships(behind.estimates, indicators, behind.overlaps)
        shown = breaches(
            found.observations, behind.estimates, made_by.policy, indicators, made_by.classifications
        )
    attacked = attack(releases, known)
    if attacked.contradictions:
        doubts.append(f"{attacked.contradictions} hidden quantities lie among numbers that do not add up")
    exact = not any(other_rules(each.manifest) for each in (found, *others))
    told = [one for one in attacked.exposures if exact or np.isnan(one.demand)]  # the others follow from sums
    return Audit(
        release=found.id,
        earlier=tuple(each.id for each in others),
        exposures=(*shown, *told),
        certified=attacked.certified,
        doubts=tuple(doubts),
        min_count=releases[0][1].min_count,
    )


def _behind(folder: Path) -> tuple[Truth, Monitor]:
    monitor = load_monitor(folder)
    with tempfile.TemporaryDirectory() as work:
        return truth(monitor, Path(work)), monitor


def _doubts(release: Release) -> list[str]:
    """What in a release keeps an attack from judging it."""
    return [
        f"release {release.id} uses the rule {rule}, under which shown numbers need not add up"
        for rule in other_rules(release.manifest)
    ]


def _other_data(release: Release, behind: Truth) -> list[str]:
    """That the monitor's data are not those of the release."""
    was = {file["name"]: file["sha256"] for source in release.manifest["sources"] for file in source["files"]}
    if was == dict(behind.files):
        return []
    return [f"the monitor's files are no longer those that release {release.id} was made from"]


def as_record(found: Audit) -> dict[str, Any]:
    """An audit as JSON knows it."""
    return {
        "release": found.release,
        "earlier": list(found.earlier),
        "verdict": found.verdict.name,
        "min_count": found.min_count,
        "certified": dict(found.certified),
        "doubts": list(found.doubts),
        "exposures": [
            {
                "indicator": one.indicator,
                **one.key,
                "by": one.by,
                "low": _number(one.low),
                "high": _number(one.high),
                "demand": _number(one.demand),
            }
            for one in found.exposures
        ],
    }


def _number(value: float) -> float | None:
    return float(value) if np.isfinite(value) else None
