"""What a source allows: which variables can be derived from it, and which indicators measured."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass

from zaragoza.errors import ZaragozaError
from zaragoza.model.indicator import Indicator
from zaragoza.model.variable import Variable


def available(
    mapped: Iterable[str], variables: Mapping[str, Variable], earlier: Collection[int] = ()
) -> frozenset[str]:
    """The mapped variables and all that can be derived from them, in any number of steps.

    Args:
        mapped: the variables of the source.
        variables: all, by id.
        earlier: how many years before there are files, 0 for the year itself.
    """
    have = set(mapped)
    derived = {name: v.derive for name, v in variables.items() if v.derive is not None}
    while more := {n for n, call in derived.items() if n not in have and call.can_be_made(have, earlier)}:
        have |= more
    return frozenset(have)


def ingredients(wanted: Iterable[str], variables: Mapping[str, Variable]) -> frozenset[str]:
    """The wanted variables and all that any of them is made of, in any number of steps."""
    have = set(wanted)
    derived = {name: v.derive.inputs for name, v in variables.items() if v.derive is not None}
    while more := {need for name in have & derived.keys() for need in derived[name]} - have:
        have |= more
    return frozenset(have)


@dataclass(frozen=True)
class Reach:
    """What the files of a monitor tell.

    Attributes:
        here: variables of one year.
        over_years: the same and those that the files of several years give.
        missing_period: the period before, where it has no files.
        has_units: whether errors come from a design, whose units can be found again in another year.
    """

    here: frozenset[str]
    over_years: frozenset[str]
    missing_period: str | None = None
    has_units: bool = True


def measurable(indicators: Iterable[Indicator], reach: Reach) -> tuple[Indicator, ...]:
    """The indicators whose variables are all there; one that cannot be read is a fault elsewhere."""
    return tuple(indicator for indicator in indicators if not lacks(indicator, reach))


def lacks(indicator: Indicator, reach: Reach) -> tuple[str, ...]:
    """What a monitor with these files lacks to measure an indicator."""
    if not indicator.computed:
        return tuple(data.en for data in indicator.needs)
    if indicator.kind == "panel":
        units = () if reach.has_units else ("a sampling design in place of replicate weights",)
        return (*sorted(needs(indicator) - reach.over_years), *units)
    missing = tuple(sorted(needs(indicator) - reach.here))
    if indicator.kind == "two_source_ratio" and reach.missing_period is not None:
        return (*missing, f"the persons of the period before, {reach.missing_period}")
    return missing


def needs(indicator: Indicator) -> frozenset[str]:
    """The variables that an indicator reads; a name that no source holds where it cannot be read."""
    try:
        return indicator.measure.variables
    except ZaragozaError:
        return frozenset({"?"})
