"""`zaragoza check`: every fault of a monitor and of its data at once; nothing is written."""

from __future__ import annotations

import tempfile
from collections.abc import Callable, Sequence
from contextlib import AbstractContextManager, nullcontext
from pathlib import Path

from zaragoza.catalogue.monitor import inspect
from zaragoza.catalogue.monitor_noise import load_noise
from zaragoza.catalogue.monitor_scope import ingredients
from zaragoza.classify import classify
from zaragoza.collect import examine
from zaragoza.compute.cells import count_cells
from zaragoza.compute.replicate_factors import make_factors
from zaragoza.compute.terms import terms
from zaragoza.compute.variance import check_lonely
from zaragoza.derive import derive
from zaragoza.engine import Engine, Table, literal, quote
from zaragoza.errors import DefinitionError, DesignError, Fault, InputError, ReleaseError, of_kind
from zaragoza.model.design import Design
from zaragoza.model.indicator import Measure
from zaragoza.model.monitor import Monitor
from zaragoza.protect import make_ptable
from zaragoza.publish import previous_release
from zaragoza.weigh import weigh

STAGES = ("definitions", "data", "design", "groups", "releases")
Stage = Callable[[str], AbstractContextManager[object]]


def all_faults(folder: Path, engine: Engine, stage: Stage = nullcontext) -> tuple[Fault, ...]:
    """Every fault of monitor.toml, of the office's own definitions, of the data and of the release to be followed.

    None holds a value of a record. Whether the reference groups have anybody in them can be told only of data that
    are otherwise right.

    Args:
        folder: holds monitor.toml.
        engine: reads the data.
        stage: called with the name of each of STAGES; what it returns is open while that is looked at.
    """
    with stage("definitions"):
        found = inspect(folder)
        faults = list(of_kind(DefinitionError, found.faults))
        if found.monitor is not None and not faults:
            faults += noise_faults(found.monitor)
    persons: Table | None = None
    with tempfile.TemporaryDirectory() as work:
        with stage("data"):
            if found.source is not None:
                data = examine(found.source, folder, found.variables, engine, Path(work))
                persons, faults = data.persons, [*faults, *data.faults]
        for earlier in found.monitor.earlier if found.monitor is not None else ():
            faults += year_faults(earlier.monitor, engine, Path(tempfile.mkdtemp(dir=work)))
        sound = not faults
        with stage("design"):
            if found.monitor is not None and persons is not None:
                faults += design_faults(found.monitor, persons, faults)
                if sound:
                    faults += calibration_faults(found.monitor, persons)
        with stage("groups"):
            if found.monitor is not None and persons is not None and sound:
                faults += reference_faults(found.monitor, persons)
    with stage("releases"):
        if found.monitor is not None:
            for year in (found.monitor, *(earlier.monitor for earlier in found.monitor.earlier)):
                faults += release_faults(year)
    return tuple(dict.fromkeys(faults))


def year_faults(year: Monitor, engine: Engine, work: Path) -> tuple[Fault, ...]:
    """What is wrong with the data, the design and the weights of an earlier year.

    Args:
        year: the monitor as it stands for that year.
        engine: reads the data.
        work: a private folder.
    """
    variables = {variable.id: variable for variable in year.variables}
    data = examine(year.source, year.folder, variables, engine, work)
    if data.persons is None:
        return data.faults
    found = (*data.faults, *design_faults(year, data.persons, data.faults))
    return found or calibration_faults(year, data.persons)


def design_faults(monitor: Monitor, persons: Table, known: Sequence[Fault]) -> tuple[Fault, ...]:
    """Strata with one sampling unit, where the monitor does not say how to treat them: as `run` will find them.

    Args:
        monitor: names the design and the treatment.
        persons: one row a person.
        known: faults found before; one of the design makes those of the frame follow.
    """
    if monitor.source.replicate_columns:
        return ()  # errors come from their spread, whatever the strata
    drawn = monitor.source.design  # a stratum is lonely by its units, whatever they weigh
    design = Design(stratum=drawn.stratum, psu=drawn.psu, population_size=drawn.population_size)
    everybody = {"everybody": terms(Measure(kind="share", of="TRUE"), design)}
    try:
        frame = count_cells(persons, everybody, (), design).frame
    except DesignError as error:
        return () if any(fault.kind is DesignError for fault in known) else error.faults
    try:
        if (made := monitor.source.replicates) is not None:
            make_factors(frame, made.method, count=made.count, seed=made.seed, rho=made.rho)
        else:
            check_lonely(frame, monitor.lonely_psu)
    except (DesignError, DefinitionError) as error:
        return error.faults
    return ()


def calibration_faults(monitor: Monitor, persons: Table) -> tuple[Fault, ...]:
    """Why weights cannot be calibrated as the monitor says.

    Args:
        monitor: without faults.
        persons: one row a person, without faults.
    """
    if monitor.calibration is None:
        return ()
    try:
        weigh(
            persons.engine.materialise(classify(derive(persons, monitor.variables), monitor.classifications)),
            monitor,
        )
    except (InputError, DesignError, DefinitionError) as error:
        return error.faults
    return ()


def reference_faults(monitor: Monitor, persons: Table) -> tuple[Fault, ...]:
    """Reference groups that nobody in the data belongs to: no gap could be made.

    Args:
        monitor: without faults.
        persons: one row a person, without faults.
    """
    references = {c.id: c.reference for c in monitor.classifications if c.reference is not None}
    if not references:
        return ()
    chosen = [c for c in monitor.classifications if c.id in references]
    variables = {variable.id: variable for variable in monitor.variables}
    needed = ingredients(frozenset().union(*(c.variables for c in chosen)), variables)
    counts = {name: f"count_if({quote(name)} = {literal(code)})" for name, code in references.items()}
    try:
        complete = derive(persons, [variables[name] for name in sorted(needed & variables.keys())])
        row = classify(complete, chosen).aggregate({}, counts).rows()[0]
    except InputError as error:
        return error.faults
    faults = [
        Fault(
            "monitor.toml",
            f"reference.{name}",
            "a reference group that people in the data belong to",
            f"nobody in `{code}`",
            "Name another group under [reference], or correct the codes of the variables behind it.",
        )
        for (name, code), count in zip(references.items(), row, strict=True)
        if not count
    ]
    return of_kind(DefinitionError, faults)


def noise_faults(monitor: Monitor) -> tuple[Fault, ...]:
    """Why the office's parameters of the cell key method give no table; none of them is told.

    Args:
        monitor: without faults.
    """
    noise = load_noise(monitor)
    try:
        if noise is not None:
            make_ptable(noise)
    except DefinitionError as error:
        return error.faults
    return ()


def release_faults(monitor: Monitor) -> tuple[Fault, ...]:
    """What was altered in the release that the next one will follow.

    Args:
        monitor: names the folder of the releases and the period.
    """
    try:
        previous_release(monitor)
    except ReleaseError as error:
        return error.faults
    return ()
