"""One column per classification, in one projection that reads no row until the table is used."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from zaragoza.engine import Table, literal
from zaragoza.errors import DefinitionError, Fault
from zaragoza.model.classification import UNKNOWN, Classification
from zaragoza.model.expression import Expression


def classify(persons: Table, classifications: Iterable[Classification]) -> Table:
    """Adds the category of every person, one VARCHAR column per classification, named by its id.

    A variable that the rules read and the table lacks counts as unknown for everyone, provided that the table
    holds what `Classification.lacking` asks for. What no rule matches is `_U`.

    A classification that has a variable's name (`sex`, `education`, `region`) shows that variable's own codes
    and leaves what is unknown NULL: definitions of indicators read the same column and leave missing answers
    out, and a NULL in a breakdown column is shown as `_U` (decision 6).

    Args:
        persons: one row per person, in standard variables.
        classifications: bound to the reporting country.

    Returns:
        The same rows in the same order.

    Raises:
        DefinitionError: variables that a classification needs are absent, or one that has a variable's name
            shows something other than its codes; all faults of all classifications are reported.
    """
    chosen = list(classifications)
    faults = [
        *(fault for c in chosen for fault in _lacking(c, persons)),
        *(fault for c in chosen if c.id in persons.columns for fault in _renamed(c)),
    ]
    if faults:
        raise DefinitionError(faults)
    wanted = frozenset().union(*(c.variables for c in chosen))
    absent = dict.fromkeys(sorted(wanted - set(persons.columns)), "NULL")
    categories = {c.id: _sql(c, persons) for c in chosen}
    complete = persons.with_columns(absent).with_columns(categories)
    return complete.select([name for name in complete.columns if name in categories or name not in absent])


def _sql(classification: Classification, persons: Table) -> str:
    category = f"CAST({classification.expression.sql()} AS VARCHAR)"
    shared = classification.id in persons.columns
    return f"NULLIF({category}, {literal(UNKNOWN)})" if shared else category


def _lacking(classification: Classification, persons: Table) -> list[Fault]:
    return [
        Fault(
            f"classification {classification.id}",
            names,
            "a column of the table of persons",
            "no such column",
            "Map a column of the source to it, or take the classification out of the breakdowns.",
        )
        for names in classification.lacking(persons.columns)
    ]


def _renamed(classification: Classification) -> Sequence[Fault]:
    """Faults of categories that would change what definitions read under the variable's name."""
    if classification.column is not None:
        own = classification.column == classification.id
        return () if own else (_other_code(classification, classification.column),)
    return [
        _other_code(classification, category.code)
        for category in classification.categories
        if Expression.parse(category.when).text
        != Expression.parse(f"{classification.id} = {literal(category.code)}").text
    ]


def _other_code(classification: Classification, code: str) -> Fault:
    return Fault(
        f"classification {classification.id}",
        code,
        f"the rule {classification.id} = {literal(code)}",
        "another rule, under the name of a variable that definitions read",
        "Give the classification an id that no variable has.",
    )
