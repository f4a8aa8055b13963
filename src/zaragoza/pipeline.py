"""The whole process on one screen, and only here the order of its stages."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from contextlib import AbstractContextManager, nullcontext
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from functools import partial
from pathlib import Path

import pyarrow as pa

from zaragoza.catalogue.monitor_noise import load_noise, own_noise
from zaragoza.catalogue.monitor_output import load_secret
from zaragoza.classify import classify
from zaragoza.collect import Collected, collect
from zaragoza.compute import Sampled, compute, compute_adjusted, compute_changes
from zaragoza.compute.estimates import Options
from zaragoza.culprits import Trials, classifications, derivations, naming
from zaragoza.derive import derive
from zaragoza.engine import Engine, Table
from zaragoza.errors import DefinitionError, DisclosureError, Fault, InputError
from zaragoza.model.classification import Breakdown
from zaragoza.model.definitions import Definitions
from zaragoza.model.estimate import HOUSEHOLD, WAIVER
from zaragoza.model.indicator import Indicator
from zaragoza.model.monitor import Monitor
from zaragoza.model.snapshot import SourceQuality
from zaragoza.over_years import compute_over_years
from zaragoza.protect import (
    Overlap,
    Protected,
    PTable,
    Published,
    attack_noise,
    known_relationships,
    make_ptable,
    protect,
    protect_changes,
    with_changes,
)
from zaragoza.protect.utility import comparable, compare_methods
from zaragoza.publish import Release, previous_release, publish, releases_of
from zaragoza.readers import definitions_of, overlaps_of
from zaragoza.weigh import Weighted, weigh

SNAPSHOTS = "snapshots"
Stage = Callable[[str], AbstractContextManager[object]]


def run(monitor: Monitor, *, now: datetime | None = None, stage: Stage = nullcontext) -> Release:
    """From an office's files to a release.

    Args:
        monitor: definitions, checked.
        now: time of publication; by default the clock's.
        stage: called with the name of each stage; what it returns is open while the stage works.

    Returns:
        The release, written and read-only.

    Raises:
        ZaragozaError: of the kind of the stage that found the fault; nothing is then published.
    """
    secret, noise = load_secret(monitor), load_noise(monitor)
    ptable = None if noise is None else make_ptable(noise)  # one that cannot be made is told before the work
    years = _years(monitor)
    history = releases_of(monitor)  # one that was altered is told before the work
    _check_method(monitor, history)
    released = [previous_release(year) for year in years[1:]]
    with Engine(threads=1) as engine:  # same input, same bits (decision 13)
        with stage("collect"):
            collected = [_collect(year, secret, engine, year.folder / SNAPSHOTS) for year in years]
        with stage("derive"):
            persons = _derive(monitor, collected)
        known = [
            definitions_of(year, each.table, made)
            for each, made, year in zip(collected, persons, years, strict=True)
        ]
        with stage("classify"):
            grouped = [
                _classify(each.table, made, year)
                for each, made, year in zip(collected, persons, years, strict=True)
            ]
        with stage("compute"):
            weighted = [weigh(each, year) for each, year in zip(grouped, years, strict=True)]
            estimates = _estimates(monitor, weighted)
            changes = _changes(monitor, weighted)
        with stage("protect"):
            overlaps = overlaps_of(weighted[0].persons, monitor)
            protected = _protect(monitor, ptable, estimates, changes, known, history, overlaps, released)
        with stage("publish"):
            return publish(
                protected.observations,
                monitor,
                collected[0].snapshot,
                collected[0].quality,
                protected.log,
                now or datetime.now(UTC),
                weights=weighted[0].summary,
                earlier=[each.snapshot for each in collected[1:]],
                derived=known[0].derived,
            )


def _check_method(monitor: Monitor, history: Sequence[Release]) -> None:
    """The same figures are never published both exact and changed by noise: each would give the other away."""
    faults = [
        Fault(
            "monitor.toml",
            "protection.method",
            f"{method}, which protects release {release.id} of the same period",
            monitor.policy.method,
            "Keep the method within a period.",
        )
        for release in history
        if (method := release.manifest["protection"].get("method", "suppression")) != monitor.policy.method
    ]
    if faults:
        raise DisclosureError(faults)


def compare_protection(monitor: Monitor, *, stage: Stage = nullcontext) -> pa.Table:
    """What each method of protection would hide and change in the tables of a monitor; nothing is published.

    Args:
        monitor: definitions, checked; indicators that only suppression can protect are left out.
        stage: as of `run`.

    Returns:
        The table of `compare_methods`; the cell key method with the office's parameters, or those for made-up data.

    Raises:
        DefinitionError: no indicator can be compared.
        ZaragozaError: of the kind of the stage that found the fault.
    """
    chosen = tuple(indicator for indicator in monitor.indicators if comparable(indicator))
    if not chosen:
        expected, way_out = "a share, mean or total to compare methods on", "Add one to the list."
        raise DefinitionError(Fault("monitor.toml", "monitor.indicators", expected, "none", way_out))
    policy = replace(monitor.policy, method="cell_key")
    keyed = replace(monitor, indicators=chosen, adjustments=(), policy=policy)
    secret, noise, where = load_secret(monitor), own_noise(monitor), keyed.folder / SNAPSHOTS
    with Engine(threads=1) as engine:
        with stage("collect"):
            now, *before = (_collect(year, secret, engine, where) for year in _years(keyed))
        with stage("derive"):
            persons = _derive(keyed, [now, *before])[0]
        definitions = definitions_of(keyed, now.table, persons)
        with stage("classify"):
            grouped = _classify(now.table, persons, keyed)
        with stage("compute"):
            estimates = _compute(weigh(grouped, keyed), keyed)
    with stage("protect"):
        known = {indicator.id: indicator for indicator in chosen}
        return compare_methods(estimates, monitor.policy, noise, known, monitor.breakdowns, definitions)


@dataclass(frozen=True)
class Truth:
    """What a release of a monitor is protected from: never to be shown.

    Attributes:
        estimates: of the monitor's period, with the evidence.
        definitions: what they were made by.
        overlaps: which categories have people in common.
        files: name and checksum of every source file.
    """

    estimates: pa.Table
    definitions: Definitions
    overlaps: tuple[Overlap, ...]
    files: Mapping[str, str]


def truth(monitor: Monitor, work: Path) -> Truth:
    """The estimates that a release would be made of now.

    Args:
        monitor: definitions, checked.
        work: a private folder.

    Raises:
        ZaragozaError: of the kind of the stage that found the fault.
    """
    with Engine(threads=1) as engine:
        secret, years = load_secret(monitor), _years(monitor)
        now, *before = (_collect(year, secret, engine, work) for year in years)
        persons = _derive(monitor, [now, *before])[0]  # the files of earlier years say something of them
        known = definitions_of(monitor, now.table, persons)
        weighted = weigh(_classify(now.table, persons, monitor), monitor)
        files = {file.name: file.sha256 for file in now.snapshot.files}
        return Truth(_compute(weighted, monitor), known, overlaps_of(weighted.persons, monitor), files)


def _years(monitor: Monitor) -> tuple[Monitor, ...]:
    """The monitor of each period, its own first."""
    return (monitor, *(earlier.monitor for earlier in monitor.earlier))


def _collect(year: Monitor, secret: bytes, engine: Engine, snapshots: Path) -> Collected:
    variables = {variable.id: variable for variable in year.variables}
    collected = collect(year.source, year.folder, variables, secret, engine, snapshots)
    _check_values(collected.quality)
    return collected


def _derive(monitor: Monitor, collected: Sequence[Collected]) -> list[Table]:
    """The persons of the monitor's period and of its earlier ones, these first: they are looked up by person."""
    now, *before = (each.table for each in collected)
    persons = [_derive_year(table, e.monitor, {}) for table, e in zip(before, monitor.earlier, strict=True)]
    lags = [monitor.years_before(each.period) for each in monitor.earlier]
    earlier = {lag: table for lag, table in zip(lags, persons, strict=True) if lag is not None}
    return [_derive_year(now, monitor, earlier), *persons]


def _derive_year(collected: Table, year: Monitor, earlier: Mapping[int, Table]) -> Table:
    variables = {variable.id: variable for variable in year.variables}
    with naming(lambda: derivations(collected, variables)):
        return derive(collected, year.variables, earlier)


def _classify(collected: Table, persons: Table, year: Monitor) -> Table:
    with naming(lambda: _made_of(collected, persons, year)):
        grouped = persons.engine.materialise(classify(persons, year.classifications))
        _check_variables(year, grouped)
        return grouped


def _estimates(monitor: Monitor, weighted: Sequence[Weighted]) -> list[pa.Table]:
    """Of the monitor's period; and of each earlier year, where there are indicators that one period gives."""
    now, *before = weighted
    over_years = compute_over_years(monitor, weighted, _options(monitor))
    if not monitor.yearly:
        return [pa.concat_tables(over_years)]
    earlier = [_compute(each, e.monitor) for each, e in zip(before, monitor.earlier, strict=True)]
    return [pa.concat_tables([_compute(now, monitor), *over_years]), *earlier]


def _compute(weighted: Weighted, year: Monitor) -> pa.Table:
    with naming(lambda: _indicators(weighted, year)):
        levels = _estimate(weighted, year, year.yearly, year.breakdowns)
        adjusted = _adjusted(weighted, year)
    return levels if adjusted is None else pa.concat_tables([levels, adjusted])


def _changes(monitor: Monitor, weighted: Sequence[Weighted]) -> list[pa.Table]:
    """Change from each earlier year of what one period gives."""
    if not monitor.yearly:
        return []
    later, *others = (
        Sampled(str(year.period), each.persons, each.design)
        for year, each in zip((monitor, *(e.monitor for e in monitor.earlier)), weighted, strict=True)
    )
    return [
        compute_changes(
            before,
            later,
            monitor.yearly,
            monitor.breakdowns,
            geo=monitor.country,
            options=_options(monitor),
            broken=earlier.broken is not None,
        )
        for earlier, before in zip(monitor.earlier, others, strict=True)
    ]


def _protect(
    monitor: Monitor,
    ptable: PTable | None,
    estimates: Sequence[pa.Table],
    changes: Sequence[pa.Table],
    definitions: Sequence[Definitions],
    history: Sequence[Release],
    overlaps: Sequence[Overlap],
    released: Sequence[Release | None],
) -> Protected:
    """The figures of the monitor's period, and each change beside what may be known of its earlier year."""
    indicators = {indicator.id: indicator for indicator in monitor.indicators}
    protected = partial(
        protect,
        policy=monitor.policy,
        indicators=indicators,
        breakdowns=monitor.breakdowns,
        ptable=ptable,
        confidence=monitor.confidence,
    )
    earlier = [Published(each.observations, each.policy, each.indicators, each.binary) for each in history]
    here = protected(estimates[0], history=earlier, overlaps=overlaps, definitions=definitions[0])
    known = partial(known_relationships, estimates[0], indicators, overlaps, definitions[0])
    here = attack_noise(here, monitor.policy, indicators, known, ptable, earlier)
    others = [
        protected(made, definitions=known)
        for made, known in zip(estimates[1:], definitions[1:], strict=False)
    ]
    changed = [
        protect_changes(
            change,
            here.observations,
            before.observations,
            monitor.policy,
            indicators,
            published=[] if release is None else [release.observations],
            confidence=monitor.confidence,
        )
        for change, before, release in zip(changes, others, released, strict=bool(changes))
    ]
    return with_changes(here, changed)


def _options(monitor: Monitor) -> Options:
    return Options(monitor.confidence, monitor.interval, monitor.lonely_psu)


def _estimate(
    weighted: Weighted, monitor: Monitor, indicators: Sequence[Indicator], breakdowns: Sequence[Breakdown]
) -> pa.Table:
    return compute(
        weighted.persons,
        indicators,
        monitor.classifications,
        breakdowns,
        design=weighted.design,
        period=str(monitor.period),
        geo=monitor.country,
        options=_options(monitor),
        largest=monitor.policy.contributions_known,
        record_keys=monitor.policy.method != "suppression",
        household=HOUSEHOLD if monitor.policy.household_counts else None,
        waiver=WAIVER if monitor.policy.waivers else None,
    )


def _adjusted(weighted: Weighted, monitor: Monitor) -> pa.Table | None:
    if not monitor.adjustments:
        return None
    return compute_adjusted(
        weighted.persons,
        monitor.yearly,
        monitor.classifications,
        monitor.breakdowns,
        monitor.adjustments,
        design=weighted.design,
        period=str(monitor.period),
        geo=monitor.country,
        options=_options(monitor),
    )


def _made_of(collected: Table, persons: Table, monitor: Monitor) -> Trials:
    """What a classified table is made of; derived variables are first computed here."""
    variables = {variable.id: variable for variable in monitor.variables}
    return {**derivations(collected, variables), **classifications(persons, monitor.classifications)}


def _indicators(weighted: Weighted, monitor: Monitor) -> Trials:
    whole = (Breakdown(()),)
    return {f"indicator {i.id}": partial(_estimate, weighted, monitor, (i,), whole) for i in monitor.yearly}


def _check_values(quality: SourceQuality) -> None:
    """Values that the mapping cannot read would silently leave numerators and denominators: nothing is guessed."""
    faults = [
        Fault(
            f"source {quality.source}",
            item.variable,
            "values that the mapping knows and that lie in the variable's range",
            f"others on {item.out_of_list} rows",
            "`zaragoza check` says which: map each under `codes`, or list it under `missing`.",
        )
        for item in quality.items
        if item.out_of_list
    ]
    if faults:
        raise InputError(faults)


def _read(indicator: Indicator, year: Monitor) -> frozenset[str]:
    """What an indicator reads of the persons: not the thresholds that are estimated."""
    estimated = {v.id for v in year.variables if v.derive and v.derive.operator == "poverty_threshold"}
    return indicator.measure.variables - estimated


def _check_variables(monitor: Monitor, persons: Table) -> None:
    """Every indicator finds its variables."""
    faults = [
        Fault(
            f"indicator {indicator.id}",
            variable,
            "a variable of the source, or one that can be derived from it",
            "none",
            "Map a column to it, or take the indicator off the list.",
        )
        for indicator in monitor.indicators
        for variable in sorted(_read(indicator, monitor) - set(persons.columns))
    ]
    if faults:
        raise DefinitionError(faults)
