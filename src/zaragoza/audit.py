"""`zaragoza audit`: what an intruder can work out from releases, or a file of records, and whether that is too much."""

from __future__ import annotations

import tempfile
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, replace
from enum import IntEnum
from functools import reduce
from pathlib import Path
from typing import Any

import numpy as np

from zaragoza.catalogue.monitor import load_monitor, load_noise
from zaragoza.errors import Fault
from zaragoza.model.disclosure import Noise
from zaragoza.model.monitor import Monitor
from zaragoza.pipeline import Truth, truth
from zaragoza.protect import (
    Amounts,
    Exposure,
    Published,
    Relationships,
    attack,
    attack_changed,
    breaches,
    known_relationships,
    told_by_definitions,
    true_amounts,
)
from zaragoza.publish import NOISE, Release, other_rules, read_release

_NAME_IT = "name the monitor (--monitor), which knows it"


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


@dataclass(frozen=True)
class FileAudit:
    """What was found of a file of records.

    Attributes:
        file: its name.
        faults: why it may not be handed out.
    """

    file: str
    faults: tuple[Fault, ...]

    @property
    def verdict(self) -> Verdict:
        """The monitor's limits leave no doubt."""
        return Verdict.unsafe if self.faults else Verdict.safe


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
    case = _Case(
        tuple(
            Published(each.observations, each.policy, each.indicators, each.binary)
            for each in (found, *others)
        )
    )
    case = (
        _by_definitions((found, *others), case)
        if monitor is None
        else _judged_by(monitor, found, others, case)
    )
    rules = [(each.id, other_rules(each.manifest)) for each in (found, *others)]
    exposures, certified, doubts = _changed(case) if _of_one_noise(case, rules) else _exact(case, rules)
    return Audit(
        release=found.id,
        earlier=tuple(each.id for each in others),
        exposures=(*case.shown, *exposures),
        certified=certified,
        doubts=(*case.doubts, *doubts),
        min_count=case.releases[0].policy.min_count,
    )


@dataclass(frozen=True)
class _Case:
    """What is attacked.

    Attributes:
        releases: the newest first.
        known: what readers of the definitions know; what that leaves open is seen in the figures.
        shown: figures that the whole policy forbids.
        amounts: how uncertain sums of amounts must stay, where a monitor tells it.
        noise: parameters of cell keys, where a monitor tells them.
        doubts: what keeps the attack from judging.
    """

    releases: tuple[Published, ...]
    known: Relationships | None = None
    shown: tuple[Exposure, ...] = ()
    amounts: Amounts | None = None
    noise: Noise | None = None
    doubts: tuple[str, ...] = ()


_Found = tuple[Sequence[Exposure], Mapping[str, int], Sequence[str]]  # exposures, certified, doubts
_Rules = Sequence[tuple[str, tuple[str, ...]]]  # by release, those under which numbers need not add up


def _judged_by(monitor: Path, found: Release, others: Sequence[Release], case: _Case) -> _Case:
    """The case with what a monitor knows of its release; of other periods each release has definitions of its own."""
    behind, made_by = _behind(monitor)
    indicators = {one.id: one for one in made_by.indicators}
    suppressed = made_by.policy.method == "suppression"
    known = {**found.indicators, **indicators}
    told, doubts = _told([each for each in others if each.period != found.period])
    newest = Published(found.observations, made_by.policy, known, found.binary)
    return replace(
        case,
        releases=(newest, *case.releases[1:]),
        known=known_relationships(behind.estimates, indicators, behind.overlaps, behind.definitions).joined(
            told
        ),
        shown=breaches(found.observations, behind.estimates, made_by.policy, indicators, behind.definitions)
        if suppressed
        else (),
        amounts=true_amounts(behind.estimates, made_by.policy, indicators, behind.definitions),
        noise=load_noise(made_by),
        doubts=(*_other_data(found, behind), *doubts),
    )


def _by_definitions(releases: Sequence[Release], case: _Case) -> _Case:
    """The case with what the definitions in manifests tell."""
    known, doubts = _told(releases)
    return replace(case, known=replace(known, of_data=False), doubts=doubts)


def _told(releases: Sequence[Release]) -> tuple[Relationships, tuple[str, ...]]:
    """What the definitions in manifests tell, each of its own release's time and place, and what they leave open."""
    told = [
        told_by_definitions(each.observations, each.indicators, each.definitions, each.binary)
        for each in releases
    ]
    known = reduce(Relationships.joined, (of_one for of_one, _ in told), Relationships())
    unclear = sum(
        count
        for each, (_, count) in zip(releases, told, strict=True)
        if each.policy.numerator_counts and each.policy.method == "suppression"
    )
    doubt = f"the manifest does not tell whether {unclear} hidden totals follow from definitions; {_NAME_IT}"
    return known, (doubt,) if unclear else ()


def _of_one_noise(case: _Case, rules: _Rules) -> bool:
    """Whether all releases are changed by one method, and by nothing that is not known."""
    methods = {(each.policy.method, each.policy.rounding_base) for each in case.releases}
    return (
        len(methods) == 1 and methods.pop()[0] != "suppression" and all(set(own) <= NOISE for _, own in rules)
    )


def _changed(case: _Case) -> _Found:
    """By what is known of how far counts can be changed."""
    policy = case.releases[0].policy
    if policy.method == "cell_key" and case.noise is None:
        return (), {}, (f"how far cell keys change a count is secret; {_NAME_IT}",)
    reach = policy.rounding_base - 1 if case.noise is None else case.noise.D
    attacked = attack_changed(case.releases, reach, case.known)
    exposures = attacked.exposures
    if policy.method == "cell_key":  # a bound beside the shown count would tell D
        exposures = tuple(replace(one, low=np.nan, high=np.nan) for one in exposures)
    return exposures, attacked.certified, _contradictions(attacked.contradictions)


def _exact(case: _Case, rules: _Rules) -> _Found:
    """By sums of shown numbers; where these need not add up, by what follows without sums."""
    attacked = attack(case.releases, case.known, amounts=case.amounts)
    doubts = [
        f"release {release} uses the rule {rule}, under which shown numbers need not add up"
        for release, own in rules
        for rule in own
    ]
    told = [
        one for one in attacked.exposures if not doubts or np.isnan(one.low)
    ]  # the others follow from sums
    doubts += _unmeasured(attacked.unmeasured, case.amounts is not None)
    doubts += _undecided(attacked.undecided)
    doubts += _contradictions(attacked.contradictions)
    return told, attacked.certified, (*doubts, *_rounded(attacked.rounded))


def _unmeasured(count: int, by_monitor: bool) -> Sequence[str]:
    """Sums of amounts: what the rules on the largest contributions ask of them is no public knowledge."""
    if not count:
        return ()
    way_out = "the monitor has no such figures" if by_monitor else _NAME_IT
    return (f"how far the bounds of {count} hidden sums of amounts must reach is secret; {way_out}",)


def _undecided(count: int) -> Sequence[str]:
    """Classes that are empty, of people of whom nobody knows whether there are any; the monitor leaves none open."""
    what = "perhaps people more than one that lies in it, all of them in one class"
    return (f"{count} groups have {what}; whether there are any cannot be seen; {_NAME_IT}",) if count else ()


def _rounded(count: int) -> Sequence[str]:
    what = "lie beside numbers so large that rounding hides how far they are known"
    return (f"{count} hidden quantities {what}",) if count else ()


def _contradictions(count: int) -> Sequence[str]:
    return (f"{count} hidden quantities lie among numbers that do not add up",) if count else ()


def _behind(folder: Path) -> tuple[Truth, Monitor]:
    monitor = load_monitor(folder)
    with tempfile.TemporaryDirectory() as work:
        return truth(monitor, Path(work)), monitor


def _other_data(release: Release, behind: Truth) -> list[str]:
    """That the monitor's data are not those of the release."""
    was = {file["name"]: file["sha256"] for source in release.manifest["sources"] for file in source["files"]}
    if was == dict(behind.files):
        return []
    return [f"the monitor's files are no longer those that release {release.id} was made from"]


def as_record(found: Audit | FileAudit) -> dict[str, Any]:
    """An audit as JSON knows it."""
    if isinstance(found, FileAudit):
        faults = [
            {name: text for name, text in asdict(one).items() if name != "kind"} for one in found.faults
        ]
        return {"file": found.file, "verdict": found.verdict.name, "faults": faults}
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
