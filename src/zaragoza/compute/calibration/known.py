"""Known totals of a population, as the caller gives them: checked before any data is read."""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from typing import Any

from zaragoza.errors import DefinitionError, Fault
from zaragoza.model.expression import Expression

Classes = tuple[str, ...]
Given = Mapping[Any, Mapping[Any, float] | float]
_SAME = 1e-9  # sums of two margins that differ by less, as a share, are one


@dataclass(frozen=True)
class KnownMargin:
    """Sizes of the classes of a column, or of a crossing of columns.

    Attributes:
        columns: names of the columns.
        sizes: class, one code a column -> size in the population.
    """

    columns: tuple[str, ...]
    sizes: Mapping[Classes, float]

    @property
    def name(self) -> str:
        """What the margin is called in reports and errors."""
        return crossed(self.columns)


@dataclass(frozen=True)
class KnownTotals:
    """Everything that weights are to be calibrated to.

    Attributes:
        margins: sizes of classes.
        numbers: SQL expression -> total of it in the population; `1` is the number of persons.
    """

    margins: tuple[KnownMargin, ...]
    numbers: Mapping[str, float]

    @property
    def columns(self) -> tuple[str, ...]:
        """Columns that the totals speak of, each once."""
        margins = [name for margin in self.margins for name in margin.columns]
        numbers = [name for text in self.numbers for name in sorted(Expression.parse(text).variables)]
        return tuple(dict.fromkeys((*margins, *numbers)))


def crossed(names: tuple[str, ...]) -> str:
    """A crossing of columns or of codes in words."""
    return " x ".join(names)


def code(value: object) -> str:
    """The code of a class as text, so that 1, 1.0 and '1' are one class."""
    if isinstance(value, bool):
        return str(value).lower()
    if isinstance(value, float) and value.is_integer():
        return str(int(value))
    return str(value)


def read_totals(given: object) -> KnownTotals:
    """The totals of a call.

    Args:
        given: column, or tuple of columns, -> {class: size}; or SQL expression of a number -> its total.

    Raises:
        DefinitionError: all that is wrong with them.
    """
    if not isinstance(given, Mapping) or not given:
        expected = "a mapping of columns to {class: size}, or of SQL numbers to their totals"
        raise DefinitionError(_fault("totals", expected, "none" if given == {} else type(given).__name__))
    margins, numbers = [], {}
    faults: list[Fault] = []
    for key, value in given.items():
        if isinstance(value, Mapping):
            margin, wrong = _margin(key, value)
            margins.append(margin)
        else:
            wrong = list(_number_faults(key, value))
            numbers[str(key)] = 0.0 if wrong else float(value)
        faults += wrong
    known = KnownTotals(tuple(margins), numbers)
    faults = faults or list(_different_sums(known))
    if faults:
        raise DefinitionError(faults)
    return known


def _margin(key: object, given: Mapping[object, object]) -> tuple[KnownMargin, list[Fault]]:
    columns = key if isinstance(key, tuple) else (key,)
    if not columns or not all(isinstance(name, str) for name in columns):
        fault = _fault(str(key), "a column, or a tuple of columns", "something else")
        return KnownMargin((), {}), [fault]
    classes = [c if isinstance(c, tuple) else (c,) for c in given]
    sizes = {tuple(map(code, c)): size for c, size in zip(classes, given.values(), strict=True)}
    faults = []
    name = crossed(columns)
    if not sizes:
        faults.append(_fault(name, "{class: size}", "no class"))
    if len(sizes) < len(given):
        faults.append(_fault(name, "each class once", "classes that are written alike"))
    if any(len(c) != len(columns) for c in sizes):
        faults.append(_fault(name, f"a code for each of {len(columns)} columns", "classes of another length"))
    wrong = [crossed(c) for c, size in sizes.items() if not (_is_number(size) and float(str(size)) > 0)]
    if wrong:
        found = f"another one for {', '.join(wrong[:5])}{' and others' if len(wrong) > 5 else ''}"
        way_out = "Leave rows of a class that the population lacks out of the data."
        faults.append(Fault("totals", name, "sizes above 0", found, way_out))
        return KnownMargin(columns, {}), faults
    return KnownMargin(columns, {c: float(str(size)) for c, size in sizes.items()}), faults


def _number_faults(text: object, total: object) -> Iterator[Fault]:
    if not isinstance(text, str):
        yield _fault(str(text), "{class: size} for a tuple of columns", "a number")
        return
    if not _is_number(total):
        yield _fault(text, "a total, or {class: size}", "something else")
    try:
        Expression.parse(text)
    except DefinitionError as error:
        for fault in error.faults:
            yield replace(fault, where="totals")


def _is_number(value: object) -> bool:
    try:
        return not isinstance(value, str | bool) and math.isfinite(float(value))  # type: ignore[arg-type]  # tried
    except (TypeError, ValueError):
        return False


def _different_sums(known: KnownTotals) -> Iterator[Fault]:
    """Margins of one population have one sum, and `1` is it."""
    sums = {margin.name: math.fsum(margin.sizes.values()) for margin in known.margins}
    sums |= {text: total for text, total in known.numbers.items() if Expression.parse(text).text == "1"}
    if not sums:
        return
    first, expected = next(iter(sums.items()))
    for name, found in sums.items():
        if abs(found - expected) > _SAME * abs(expected):
            way_out = "Use margins of one population and date, scaled to one sum."
            yield Fault("totals", name, f"the sum of {first}, {expected:.15g}", f"{found:.15g}", way_out)


def _fault(field: str, expected: str, found: str) -> Fault:
    return Fault("totals", field, expected, found, "Correct the call.")
