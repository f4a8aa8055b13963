"""Adds derived variables in the order in which they depend on one another."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from types import MappingProxyType

from zaragoza.derive.operators import (
    ARGUMENTS,
    HOUSEHOLD_OPERATORS,
    OWN_OPERATORS,
    from_household,
    household_aggregate,
    own_value,
    typed,
)
from zaragoza.engine import Table, quote
from zaragoza.errors import DefinitionError, Fault, InputError
from zaragoza.model.expression import Expression
from zaragoza.model.placeholders import names_in
from zaragoza.model.variable import Derivation, Variable, VariableType


@dataclass(frozen=True)
class _Derived:
    """A variable that is to be made."""

    id: str
    type: VariableType
    by: Derivation


def derive(
    persons: Table, variables: Iterable[Variable], earlier: Mapping[int, Table] = MappingProxyType({})
) -> Table:
    """Adds every derived variable that the table lacks and whose inputs it holds, or can be made to hold.

    What comes from households, parents and earlier years is computed once, when this is called; the rows are read
    when the result is used, each time anew, so materialise it where it is used more than once.

    Args:
        persons: one row per person, in standard variables.
        variables: those without a derivation are passed over, as are those whose inputs are not there.
        earlier: how many years before -> the persons of that year, with what was derived for them.

    Returns:
        The same rows in the same order, with columns of the variables' types behind those that were there.

    Raises:
        DefinitionError: a derivation lacks an argument of its operator, or has one that the operator does not
            know, or counts years up to a date that it was not bound to; all such faults are reported.
        InputError: a person occurs more than once, so that households, parents and earlier years are not known.
    """
    wanted = [_Derived(v.id, v.type, v.derive) for v in variables if v.derive and v.id not in persons.columns]
    if faults := [fault for derived in wanted for fault in _argument_faults(derived)]:
        raise DefinitionError(faults)
    persons = _with_earlier(persons, [d for d in wanted if d.by.operator == "years_before"], earlier)
    layers = list(_layers(persons.columns, wanted))
    if faults := [fault for layer in layers for derived in layer for fault in _unbound(derived)]:
        raise DefinitionError(faults)
    if all(derived.by.operator in OWN_OPERATORS for layer in layers for derived in layer):
        return _with_layers(persons, layers)
    _refuse_duplicates(persons)
    row = _free_name("row", persons.columns)
    complete = _with_layers(persons.with_columns({row: "row_number() OVER ()"}), layers).order(row)
    return complete.select([name for name in complete.columns if name != row])


def expressions(
    given: Collection[str], complete: Collection[str], variables: Iterable[Variable]
) -> dict[str, str]:
    """How `derive` made variables of others of the same person, as expressions; none of what it made in another way.

    Args:
        given: columns of the persons before.
        complete: and after.
        variables: as `derive` was given them, none of which needs itself.
    """
    found = {}
    for variable in variables:
        call, there = variable.derive, variable.id in complete and variable.id not in given
        if there and call is not None and call.operator == "value" and variable.type != "date":
            absent = dict.fromkeys(sorted(set(call.either) - set(complete)), "NULL")
            of = Expression.parse(call.of or "").made_of(absent)
            found[variable.id] = Expression.parse(typed(variable.type, of.text)).text
    return found


def _argument_faults(derived: _Derived) -> list[Fault]:
    operator = derived.by.operator
    needed, allowed = ARGUMENTS[operator]
    given = {name for name in ("of", "where", "link", "either", "date", "years") if getattr(derived.by, name)}
    where = f"variable {derived.id}"
    missing = [
        Fault(where, name, f"what {operator} needs", "nothing", f"Give `{name}`.")
        for name in sorted(needed - given)
    ]
    surplus = [
        Fault(where, name, f"only arguments of {operator}", "another one", f"Leave out `{name}`.")
        for name in sorted(given - needed - allowed)
    ]
    return missing + surplus


def _unbound(derived: _Derived) -> Iterator[Fault]:
    way_out = "Take the variables of a monitor, or bind them: `variable.bind(date, country, sets)`."
    if derived.by.operator == "completed_years" and derived.by.reference_date is None:
        yield Fault(f"variable {derived.id}", "reference_date", "the date of reference", "none", way_out)
    for name in names_in(derived.by.of or ""):
        yield Fault(f"variable {derived.id}", "of", "known countries", "{" + name + "}", way_out)


def _layers(columns: Iterable[str], wanted: Iterable[_Derived]) -> Iterator[list[_Derived]]:
    """Sets of variables, each made from the table and the sets before; ends where no more can be made."""
    have = set(columns)
    waiting = _possible(have, wanted)
    while waiting:
        possible = [derived for derived in waiting if derived.by.can_be_made(have)]
        ready = _complete(possible, {derived.id for derived in waiting})
        yield ready
        waiting = [derived for derived in waiting if derived not in ready]
        have.update(derived.id for derived in ready)


def _possible(columns: Iterable[str], wanted: Iterable[_Derived]) -> list[_Derived]:
    """What can be made of the table, directly or by way of others."""
    have, found, waiting = set(columns), list[_Derived](), list(wanted)
    while more := [derived for derived in waiting if derived.by.can_be_made(have)]:
        found += more
        have.update(derived.id for derived in more)
        waiting = [derived for derived in waiting if derived not in more]
    return found


def _complete(possible: Sequence[_Derived], coming: Collection[str]) -> list[_Derived]:
    """Without those of which another of the variables that they may be made of is still to come; all of a circle."""
    return [derived for derived in possible if not set(coming) & set(derived.by.either)] or list(possible)


def _with_layers(persons: Table, layers: Sequence[Sequence[_Derived]]) -> Table:
    for layer in layers:
        own = [derived for derived in layer if derived.by.operator in OWN_OPERATORS]
        linked = [derived for derived in layer if derived.by.operator not in OWN_OPERATORS]
        persons = _with_linked(persons, linked) if linked else persons
        persons = _with_own(persons, own)
    return persons


def _with_own(persons: Table, wanted: Sequence[_Derived]) -> Table:
    """The persons with variables from their own row; what `either` names and the table lacks is unknown."""
    named = {name for derived in wanted for name in derived.by.either}
    absent = dict.fromkeys(sorted(named - set(persons.columns)), "NULL")
    made = {d.id: typed(d.type, own_value(d.by, persons.columns)) for d in wanted}
    complete = persons.with_columns(absent).with_columns(made)
    return complete.select([name for name in complete.columns if name not in absent]) if absent else complete


def _with_linked(persons: Table, wanted: Sequence[_Derived]) -> Table:
    """The persons with variables from households and parents, by left joins on tables with unique keys."""
    results: dict[str, str] = {}
    complete = persons
    if households := [d for d in wanted if d.by.operator in HOUSEHOLD_OPERATORS]:
        complete = complete.join(_households(persons, households), {"household": _key("household")})
        results |= {d.id: typed(d.type, from_household(d.by, _of("household", d))) for d in households}
    for link in ("mother", "father"):
        if looked_up := [d for d in wanted if d.by.link == link]:
            complete = complete.join(_rows_of_persons(persons, link, looked_up), {link: _key(link)})
            results |= {d.id: quote(_of(link, d)) for d in looked_up}
    return complete.with_columns(results).select([*persons.columns, *results])


def _households(persons: Table, wanted: Sequence[_Derived]) -> Table:
    aggregates = {_of("household", d): household_aggregate(d.by) for d in wanted}
    members = persons.select(persons.columns, where=f"{quote('household')} IS NOT NULL")
    households = members.aggregate({_key("household"): quote("household")}, aggregates)
    return persons.engine.materialise(households)


def _rows_of_persons(persons: Table, link: str, wanted: Sequence[_Derived]) -> Table:
    """What the rows of the persons say, to be looked up by their identifier."""
    looked_up = {_of(link, d): typed(d.type, own_value(d.by)) for d in wanted}
    known = f"{quote('person')} IS NOT NULL"
    return persons.engine.materialise(persons.select({_key(link): quote("person"), **looked_up}, known))


def _with_earlier(persons: Table, wanted: Sequence[_Derived], earlier: Mapping[int, Table]) -> Table:
    """The persons with what the files of earlier years say of them, by left joins on tables with unique keys."""
    told = [d for d in wanted if d.by.years in earlier and "person" in persons.columns]
    told = [d for d in told if d.by.inputs <= set(earlier[d.by.years or 0].columns)]
    if not told:
        return persons
    _refuse_duplicates(persons)
    row = _free_name("row", persons.columns)
    complete = persons.with_columns({row: "row_number() OVER ()"})
    for years in sorted({d.by.years or 0 for d in told}):
        _refuse_duplicates(earlier[years], f"table of persons, years before: {years}")
        link = f"{years} years before"
        found = _rows_of_persons(earlier[years], link, [d for d in told if d.by.years == years])
        complete = complete.join(found, {"person": _key(link)})
    results = {d.id: quote(_of(f"{d.by.years} years before", d)) for d in told}
    return complete.with_columns(results).order(row).select([*persons.columns, *results])


def _of(link: str, derived: _Derived) -> str:
    """A column name that no standard variable has, so that names stay unambiguous in the join."""
    return f"{derived.id} of {link}"


def _key(link: str) -> str:
    return f"key of {link}"


def _refuse_duplicates(persons: Table, where: str = "table of persons") -> None:
    if "person" not in persons.columns:
        return
    person = quote("person")
    known = persons.select(["person"], where=f"{person} IS NOT NULL")
    times = known.aggregate({"person": person}, {"times": "COUNT(*)"})
    ((repeated,),) = times.select(["times"], where="times > 1").aggregate({}, {"n": "COUNT(*)"}).rows()
    if repeated:
        raise InputError(
            Fault(
                where,
                "person",
                "every person in one row",
                f"{repeated} persons in more than one row",
                "Give one row per person, or map `person` to the column that identifies a person.",
            )
        )


def _free_name(name: str, taken: Iterable[str]) -> str:
    lower = {column.lower() for column in taken}
    while name in lower:
        name += "_"
    return name
