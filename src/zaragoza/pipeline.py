"""The whole process on one screen, and only here the order of its stages."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from contextlib import AbstractContextManager, nullcontext
from datetime import UTC, datetime
from functools import partial

import pyarrow as pa

from zaragoza.catalogue.monitor_output import load_secret
from zaragoza.classify import classify
from zaragoza.collect import collect
from zaragoza.compute import compute
from zaragoza.compute.estimates import Options
from zaragoza.culprits import Trials, classifications, derivations, naming
from zaragoza.derive import derive
from zaragoza.engine import Engine, Table
from zaragoza.errors import DefinitionError, Fault, InputError
from zaragoza.model.classification import Breakdown
from zaragoza.model.indicator import Indicator
from zaragoza.model.monitor import Monitor
from zaragoza.model.snapshot import SourceQuality
from zaragoza.protect import protect
from zaragoza.publish import Release, previous_release, publish

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
    secret = load_secret(monitor)
    previous_release(monitor)  # one that was altered is told before the work, not after it
    with Engine(threads=1) as engine:  # same input, same bits (decision 13)
        with stage("collect"):
            variables = {variable.id: variable for variable in monitor.variables}
            snapshots = monitor.folder / SNAPSHOTS
            collected = collect(monitor.source, monitor.folder, variables, secret, engine, snapshots)
            _check_values(collected.quality)
        with stage("derive"), naming(lambda: derivations(collected.table, variables)):
            persons = derive(collected.table, monitor.variables)
        with stage("classify"), naming(lambda: _made_of(collected.table, persons, monitor)):
            grouped = engine.materialise(classify(persons, monitor.classifications))
            _check_variables(monitor, grouped)
        with stage("compute"), naming(lambda: _indicators(grouped, monitor)):
            estimates = _estimate(grouped, monitor, monitor.indicators, monitor.breakdowns)
        with stage("protect"):
            indicators = {indicator.id: indicator for indicator in monitor.indicators}
            protected = protect(estimates, monitor.policy, indicators, monitor.breakdowns)
        with stage("publish"):
            return publish(
                protected.observations,
                monitor,
                collected.snapshot,
                collected.quality,
                protected.log,
                now or datetime.now(UTC),
            )


def _estimate(
    persons: Table, monitor: Monitor, indicators: Sequence[Indicator], breakdowns: Sequence[Breakdown]
) -> pa.Table:
    return compute(
        persons,
        indicators,
        monitor.classifications,
        breakdowns,
        design=monitor.source.sampling(persons.columns),
        period=str(monitor.period),
        geo=monitor.country,
        options=Options(monitor.confidence, monitor.interval, monitor.lonely_psu),
    )


def _made_of(collected: Table, persons: Table, monitor: Monitor) -> Trials:
    """What a classified table is made of; derived variables are first computed here."""
    variables = {variable.id: variable for variable in monitor.variables}
    return {**derivations(collected, variables), **classifications(persons, monitor.classifications)}


def _indicators(persons: Table, monitor: Monitor) -> Trials:
    whole = (Breakdown(()),)
    return {
        f"indicator {i.id}": partial(_estimate, persons, monitor, (i,), whole) for i in monitor.indicators
    }


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
        for variable in sorted(indicator.measure.variables - set(persons.columns))
    ]
    if faults:
        raise DefinitionError(faults)
