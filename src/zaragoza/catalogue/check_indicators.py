"""Checks of indicators: their area and codes, and whether what is written suits the kind of statistic."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator, Mapping
from typing import Any

from zaragoza.catalogue.build import build
from zaragoza.catalogue.check_expressions import Expressions
from zaragoza.catalogue.monitor_reader import suggestion
from zaragoza.errors import Fault
from zaragoza.model.indicator import Indicator, IndicatorKind, Measure, Unit

_EUROSTAT = re.compile(r"[a-z0-9_]+")
_RANGE = re.compile(r"(\d+)-(\d+)")
_RATIOS: tuple[IndicatorKind, ...] = ("ratio", "two_source_ratio")
_POVERTY: frozenset[IndicatorKind] = frozenset(
    ("poverty_threshold", "poverty_rate", "median_of_poor", "poverty_gap")
)
# Of which kinds a field says something; of another it would have no effect, and its author would not know.
_TAKEN_BY: Mapping[str, frozenset[IndicatorKind]] = {
    "p": _POVERTY | {"quantile"},
    "rule": _POVERTY | {"quantile", "quintile_ratio"},
    "interval": frozenset(("quantile",)),
    "fraction": _POVERTY,
    "threshold": _POVERTY,
}
_PROPORTIONS: frozenset[IndicatorKind] = frozenset(("share", "panel", "poverty_rate", "poverty_gap"))
# Stands for what is faulty; a fault that comes of it is not told.
_PLACEHOLDER: Mapping[str, object] = {
    "area": "",
    "title": {"en": "-", "nl": "-"},
    "definition": {"en": "-", "nl": "-"},
    "source": "-",
    "direction": "neutral",
}


def check_indicator(
    where: str, indicator: Indicator, areas: Collection[str] | None, expressions: Expressions
) -> Iterator[Fault]:
    """Faults of one indicator.

    Args:
        where: file and line.
        indicator: the definition.
        areas: the policy areas; None where not all are known.
        expressions: reads expressions on the standard variables.
    """
    name = indicator.id
    if areas is not None and indicator.area not in areas:
        way_out = suggestion(indicator.area, sorted(areas))
        yield Fault(where, f"{name}.area", "an area of areas.yaml", f"`{indicator.area}`", way_out)
    for code in indicator.eurostat:
        if not _EUROSTAT.fullmatch(code):
            expected = "codes of tables, like lfsa_ergan"
            yield Fault(where, f"{name}.eurostat", expected, f"`{code}`", "Correct it.")
    if (ages := _RANGE.fullmatch(indicator.ages or "")) and int(ages[1]) > int(ages[2]):
        expected = "the lower age first, like 20-64"
        yield Fault(where, f"{name}.ages", expected, f"`{indicator.ages}`", f"Write {ages[2]}-{ages[1]}.")
    if indicator.computed:
        yield from _suits(where, indicator)
        yield from _measure(where, indicator, expressions)
    elif not indicator.needs:
        way_out = "Write `of:`, or `needs:` with the data that would give it."
        yield Fault(where, f"{name}.of", "a definition, or the data it needs", "neither", way_out)


def remainder(fields: Mapping[str, Any], faulty: Collection[str]) -> Indicator | None:
    """An indicator of the fields that are right, so that these are checked although others are faulty.

    Args:
        fields: of the entry, its id among them.
        faulty: those that cannot be read, are missing or not known.

    Returns:
        None where its kind is not known, or what is computed cannot be read.
    """
    right = {name: value for name, value in fields.items() if name not in faulty}
    if not {"kind", "of"} <= right.keys():
        return None
    made, _ = build(Indicator, {**_PLACEHOLDER, **right}, "")
    return made


def _suits(where: str, indicator: Indicator) -> Iterator[Fault]:
    name, kind = indicator.id, indicator.kind
    if (indicator.over is not None) != (kind in _RATIOS):
        found = "none" if indicator.over is None else f"one of a {kind}"
        way_out = "Write `over:`, the denominator." if indicator.over is None else "Remove `over:`."
        yield Fault(where, f"{name}.over", "`over` of a ratio, and of nothing else", found, way_out)
    if indicator.numerator_variables and kind != "two_source_ratio":
        expected = "`numerator_variables` of two_source_ratio only"
        way_out = "Remove `numerator_variables:`."
        yield Fault(where, f"{name}.numerator_variables", expected, f"one of a {kind}", way_out)
    if indicator.over_years and indicator.plausible != 1:
        expected, found = "no plausible values where several periods count", f"{indicator.plausible}"
        yield Fault(where, f"{name}.plausible", expected, found, "Remove `plausible:`.")
    for field, kinds in _TAKEN_BY.items():
        usual = Measure.__dataclass_fields__[field].default
        if kind not in kinds and getattr(indicator, field) != usual:
            expected = f"`{field}` of {', '.join(sorted(kinds))} only"
            yield Fault(where, f"{name}.{field}", expected, f"one of a {kind}", f"Remove `{field}:`.")
    fitting: tuple[Unit, ...] = ("euro", "persons", "number")
    if kind in _PROPORTIONS:
        fitting = ("proportion",)
    elif kind != "total":
        return
    if indicator.unit not in fitting:
        expected = f"the unit {' or '.join(fitting)} of a {kind}"
        yield Fault(where, f"{name}.unit", expected, f"`{indicator.unit}`", "Correct the unit or the kind.")


def _measure(where: str, indicator: Indicator, expressions: Expressions) -> Iterator[Fault]:
    name = indicator.id
    for variable in (*indicator.numerator_variables, *indicator.numerator_variables.values()):
        yield from expressions.faults(variable, where, f"{name}.numerator_variables")
    yield from _thresholds(where, indicator, expressions)
    problems = indicator.measure.problems
    for field, expected, found in problems:
        yield Fault(where, f"{name}.{field}", expected, found, "Correct it.")
    for measure in indicator.measure.each if not problems else (indicator.measure,):
        people = indicator.kind == "two_source_ratio"
        yield from expressions.faults(
            measure.of, where, f"{name}.of", condition=people or measure.kind == "share"
        )
        if measure.over is not None:
            yield from expressions.faults(measure.over, where, f"{name}.over", condition=people)
        if measure.also is not None:
            yield from expressions.faults(measure.also, where, f"{name}.also", condition=True)
        if measure.among is not None:
            yield from expressions.faults(measure.among, where, f"{name}.among", condition=True)


def _thresholds(where: str, indicator: Indicator, expressions: Expressions) -> Iterator[Fault]:
    """Thresholds are estimated where the years are put together; elsewhere the kinds of poverty make their own."""
    for field in ("of", "over", "among", "also"):
        read = expressions.reads(getattr(indicator, field))
        for variable in sorted(expressions.thresholds & read):
            if indicator.kind != "panel" or field != "of":
                expected, way_out = (
                    "an estimated threshold in `of` of a panel only",
                    "Take a kind of poverty, or a panel.",
                )
                yield Fault(where, f"{indicator.id}.{field}", expected, f"`{variable}`", way_out)
