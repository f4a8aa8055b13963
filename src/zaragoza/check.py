"""`zaragoza check`: every fault of a monitor and of its data at once; nothing is written."""

from __future__ import annotations

import secrets
import tempfile
from pathlib import Path

from zaragoza.catalogue.monitor import inspect
from zaragoza.catalogue.monitor_output import SECRET_BYTES
from zaragoza.catalogue.monitor_scope import ingredients
from zaragoza.classify import classify
from zaragoza.collect import collect, data_faults
from zaragoza.derive import derive
from zaragoza.engine import Engine, literal, quote
from zaragoza.errors import Fault, InputError
from zaragoza.model.monitor import Monitor


def all_faults(folder: Path, engine: Engine) -> tuple[Fault, ...]:
    """Every fault of monitor.toml, of the office's own definitions and of the data; none holds a value of a record.

    Whether the reference groups have anybody in them can be told only of data that are otherwise right.

    Args:
        folder: holds monitor.toml.
        engine: reads the data.
    """
    found = inspect(folder)
    faults = list(found.faults)
    if found.source is not None:
        faults += data_faults(found.source, folder, found.variables, engine)
    if found.monitor is not None and not faults:
        faults += reference_faults(found.monitor, engine)
    return tuple(dict.fromkeys(faults))


def reference_faults(monitor: Monitor, engine: Engine) -> list[Fault]:
    """Reference groups that nobody in the data belongs to: no gap could be made.

    Args:
        monitor: without faults, and with data that have none.
        engine: reads the data.
    """
    references = {c.id: c.reference for c in monitor.classifications if c.reference is not None}
    if not references:
        return []
    chosen = [c for c in monitor.classifications if c.id in references]
    variables = {variable.id: variable for variable in monitor.variables}
    needed = ingredients(frozenset().union(*(c.variables for c in chosen)), variables)
    # keys of a secret that nobody keeps: nobody is looked up by them
    secret = secrets.token_bytes(SECRET_BYTES)
    with tempfile.TemporaryDirectory() as work:
        try:
            collected = collect(monitor.source, monitor.folder, variables, secret, engine, Path(work))
        except InputError as error:
            return list(error.faults)
        persons = derive(collected.table, [variables[name] for name in sorted(needed & variables.keys())])
        counts = {name: f"count_if({quote(name)} = {literal(code)})" for name, code in references.items()}
        row = classify(persons, chosen).aggregate({}, counts).rows()[0]
    return [
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
