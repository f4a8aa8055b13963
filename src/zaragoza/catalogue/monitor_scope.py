"""What a source allows: which variables can be derived from it, and which indicators measured."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from zaragoza.errors import ZaragozaError
from zaragoza.model.indicator import Indicator
from zaragoza.model.variable import Variable


def available(mapped: Iterable[str], variables: Mapping[str, Variable]) -> frozenset[str]:
    """The mapped variables and all that can be derived from them, in any number of steps."""
    have = set(mapped)
    derived = {name: v.derive for name, v in variables.items() if v.derive is not None}
    while more := {name for name, call in derived.items() if name not in have and call.can_be_made(have)}:
        have |= more
    return frozenset(have)


def ingredients(wanted: Iterable[str], variables: Mapping[str, Variable]) -> frozenset[str]:
    """The wanted variables and all that any of them is made of, in any number of steps."""
    have = set(wanted)
    derived = {name: v.derive.inputs for name, v in variables.items() if v.derive is not None}
    while more := {need for name in have & derived.keys() for need in derived[name]} - have:
        have |= more
    return frozenset(have)


def measurable(indicators: Iterable[Indicator], have: frozenset[str]) -> tuple[Indicator, ...]:
    """The indicators whose variables are all there; one that cannot be read is a fault elsewhere."""
    return tuple(indicator for indicator in indicators if not lacks(indicator, have))


def lacks(indicator: Indicator, have: frozenset[str]) -> tuple[str, ...]:
    """What a monitor with these variables lacks to measure an indicator."""
    if not indicator.computed:
        return tuple(data.en for data in indicator.needs)
    if indicator.kind == "two_source_ratio":
        return ("the persons of two dates, which a monitor does not put together yet",)
    return tuple(sorted(needs(indicator) - have))


def needs(indicator: Indicator) -> frozenset[str]:
    """The variables that an indicator reads; a name that no source holds where it cannot be read."""
    try:
        return indicator.measure.variables
    except ZaragozaError:
        return frozenset({"?"})
