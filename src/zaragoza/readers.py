"""What readers know of the people in a release beside its tables: the definitions, and a map of who lies in whom."""

from __future__ import annotations

from itertools import combinations

from zaragoza.catalogue.monitor_scope import ingredients
from zaragoza.derive import expressions
from zaragoza.engine import Table, literal, quote
from zaragoza.model.classification import UNKNOWN
from zaragoza.model.definitions import Definitions
from zaragoza.model.monitor import Monitor
from zaragoza.protect import Overlap


def definitions_of(year: Monitor, collected: Table, persons: Table) -> Definitions:
    """Of a period, with how the variables were derived that its indicators and classifications are made of.

    What a rule of a category reads and the persons lack is NULL for everybody, as in `classify`.

    Args:
        year: its monitor.
        collected: the persons as the files hold them.
        persons: the same with derived variables.
    """
    named = [each.measure.variables for each in year.indicators]
    named += [each.variables for each in year.classifications]
    variables = {variable.id: variable for variable in year.variables}
    needed = ingredients(frozenset().union(*named), variables)
    # A classification that has a variable's name takes its place, and leaves other codes out (see `classify`).
    shared = {each.id for each in year.classifications}
    names = sorted(needed & variables.keys() - shared)
    made = expressions(collected.columns, persons.columns, [variables[name] for name in names])
    read = frozenset().union(*(each.variables for each in year.classifications))
    absent = dict.fromkeys(sorted(read - shared - set(persons.columns)), "NULL")
    return Definitions(year.classifications, {**made, **absent})


def overlaps_of(persons: Table, monitor: Monitor) -> tuple[Overlap, ...]:
    """Which categories have people in common, of columns that no breakdown crosses."""
    columns = dict.fromkeys(name for breakdown in monitor.breakdowns for name in breakdown.by)
    together = [set(breakdown.by) for breakdown in monitor.breakdowns]
    found = []
    for left, right in combinations(columns, 2):
        if not any({left, right} <= by for by in together):
            keys = {name: f"coalesce({quote(name)}, {literal(UNKNOWN)})" for name in (left, right)}
            rows = persons.aggregate(keys, {"persons": "count(*)"}).rows()
            found.append(Overlap(left, right, frozenset((str(one), str(other)) for one, other, _ in rows)))
    return tuple(found)
