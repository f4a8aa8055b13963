"""Which definition it was: the engine tells that a statement failed, not which of its hundred expressions.

Only after a failure is each definition tried by itself, so that a run that goes well pays nothing.
"""

from __future__ import annotations

import contextlib
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import replace
from functools import partial

from zaragoza.catalogue.monitor_scope import available, ingredients
from zaragoza.classify import classify
from zaragoza.derive import derive
from zaragoza.engine import MEMORY, Table, quote
from zaragoza.errors import InputError
from zaragoza.model.classification import Classification
from zaragoza.model.variable import Variable

Trials = Mapping[str, Callable[[], object]]


@contextlib.contextmanager
def naming(trials: Callable[[], Trials]) -> Iterator[None]:
    """Says of a failure of the engine which of the definitions failed.

    Args:
        trials: makes definition -> what computes it alone.

    Raises:
        InputError: the faults of the failure, once for each definition that fails alone; as they were where none does,
            and where memory was short.
    """
    try:
        yield
    except InputError as error:
        faults = error.faults
    else:
        return
    if all(fault.where == "engine" and fault.field != MEMORY for fault in faults):
        failing = [name for name, trial in trials().items() if _fails(trial)]
        faults = tuple(replace(fault, where=name) for name in failing for fault in faults) or faults
    raise InputError(faults)


def _fails(trial: Callable[[], object]) -> bool:
    try:
        trial()
    except InputError:
        return True
    return False


def derivations(persons: Table, variables: Mapping[str, Variable]) -> Trials:
    """Each variable that can be derived from the persons.

    Args:
        persons: before anything is derived.
        variables: standard variables by id.
    """
    made = available(persons.columns, variables) - set(persons.columns)
    return {f"variable {name}": partial(_derive, persons, name, variables) for name in sorted(made)}


def _derive(persons: Table, name: str, variables: Mapping[str, Variable]) -> None:
    needed = ingredients({name}, variables) & variables.keys()
    _compute(derive(persons, [variables[each] for each in sorted(needed)]), name)


def classifications(persons: Table, chosen: Sequence[Classification]) -> Trials:
    """Each classification of the persons.

    Args:
        persons: with derived variables.
        chosen: those of the monitor.
    """
    return {f"classification {c.id}": partial(_classify, persons, c) for c in chosen}


def _classify(persons: Table, classification: Classification) -> None:
    _compute(classify(persons, [classification]), classification.id)


def _compute(table: Table, column: str) -> None:
    table.aggregate({}, {"computed": f"count({quote(column)})"}).rows()
