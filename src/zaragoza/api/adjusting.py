"""What of a call for adjusted gaps can be refused before the data are read."""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping, Sequence
from typing import Any, Literal, TypeGuard, get_args, get_origin, get_type_hints

from zaragoza.api.data import fault
from zaragoza.compute.adjust.methods import METHODS, OF_SHARES, RATIOS
from zaragoza.errors import DefinitionError, Fault
from zaragoza.model.adjustment import MOST_SWITCHED, Adjustment
from zaragoza.model.classification import UNKNOWN
from zaragoza.model.design import Design, Replicates
from zaragoza.model.expression import Expression
from zaragoza.model.indicator import Measure

OF_CATEGORIES = ("standardise", "indirect", "kitagawa", "dissimilarity")
_OURS = ("table", "outcome", "return")  # what a caller has no say in


def refuse_adjustment(
    adjustment: Adjustment, measures: Mapping[str, Measure], design: Design | Replicates, by: tuple[str, ...]
) -> None:
    """Refuses a call whose adjustment cannot be made.

    Raises:
        DefinitionError: all faults.
    """
    faults = list(_faults(adjustment, measures, design, by))
    if faults:
        raise DefinitionError(faults)


def refuse_infinite(
    categories: Sequence[tuple[str, ...]], by: tuple[str, ...], numbers: Sequence[str]
) -> None:
    """Refuses covariates with infinite numbers, of which there is no mean.

    Raises:
        DefinitionError: names them.
    """
    place = {name: by.index(name) for name in numbers}
    faults = [
        fault("adjust_for", name, "finite numbers, or NULL where one is not known", "infinite ones")
        for name, at in place.items()
        if any(row[at] != UNKNOWN and not math.isfinite(float(row[at])) for row in categories)
    ]
    if faults:
        raise DefinitionError(faults)


def _faults(
    adjustment: Adjustment, measures: Mapping[str, Measure], design: Design | Replicates, by: tuple[str, ...]
) -> Iterator[Fault]:
    if not adjustment.covariates and adjustment.method != RATIOS:
        for name in adjustment.options:
            yield fault("gaps", name, "an argument of gaps", "one that adjust_for would need, or none at all")
        return
    yield from _of_method(adjustment)
    for name in adjustment.covariates:
        if name in by or adjustment.covariates.count(name) > 1:
            yield fault(
                "adjust_for", name, "columns that are named once", "one that stands elsewhere as well"
            )
    for name, measure in measures.items():
        yield from _of_measure(name, measure, adjustment)
    plain = isinstance(design, Design) and design == Design()
    if adjustment.method == "matching" and not plain:
        yield fault(
            "design", "matching", "no weights, strata or clusters", "a design; another method counts it"
        )
    if not adjustment.margin >= 0:
        yield fault("margin", "margin", "a number of 0 or more", "another")


def _of_method(adjustment: Adjustment) -> Iterator[Fault]:
    method = METHODS.get(adjustment.method)
    if method is None:
        yield fault("method", str(adjustment.method), "one of " + ", ".join(METHODS), "another")
        return
    if adjustment.method == RATIOS and adjustment.covariates:
        yield fault("adjust_for", RATIOS, "no adjust_for: levels are compared as they are", "covariates")
    if adjustment.method == "fairlie" and len(adjustment.covariates) > MOST_SWITCHED:
        found = f"{len(adjustment.covariates)}; `logit` takes more"
        yield fault("adjust_for", "fairlie", f"at most {MOST_SWITCHED} covariates", found)
    known = {name: kind for name, kind in get_type_hints(method).items() if name not in _OURS}
    for name, value in sorted(adjustment.options.items()):
        if name not in known:
            yield fault("method", name, f"an option of {adjustment.method}: {', '.join(known)}", "another")
        elif expected := _unfit(known[name], value):
            yield fault("method", name, expected, "another")


def _unfit(kind: Any, value: object) -> str | None:
    """What was expected of an option where its value is of another kind; of names and mappings the methods say so."""
    number = float(value) if _is_number(value) else None
    kinds = get_args(kind)
    if get_origin(kind) is Literal:
        return None if value in kinds else "one of " + ", ".join(map(str, kinds))
    if kind is bool:
        return None if isinstance(value, bool) else "True or False"
    if kind is int:
        return None if number is not None and number.is_integer() and number >= 1 else "a whole number from 1"
    if float in (kind, *kinds):
        fits = number is not None and number >= 0
        return None if fits or (kinds and value is None) else "a number of 0 or more"
    if tuple[float, float] in kinds:
        return (
            None
            if value is None or _is_range(value)
            else "two propensities, 0 <= lower < upper <= 1, or None"
        )
    return None


def _is_number(value: object) -> TypeGuard[float]:
    return isinstance(value, int | float) and not isinstance(value, bool) and math.isfinite(value)


def _is_range(value: object) -> bool:
    return isinstance(value, tuple) and len(value) == 2 and 0 <= value[0] < value[1] <= 1


def _of_measure(name: str, measure: Measure, adjustment: Adjustment) -> Iterator[Fault]:
    if measure.kind not in ("share", "mean") or measure.plausible != 1:
        yield fault(f"measure {name}", "kind", "a share or a mean without plausible values", measure.kind)
    elif adjustment.method in OF_SHARES and measure.kind != "share":
        yield fault(f"measure {name}", "kind", f"a share for the method {adjustment.method}", measure.kind)
    for column in sorted(Expression.parse(measure.of).variables & set(adjustment.covariates)):
        expected = "characteristics that come before the outcome"
        yield fault("adjust_for", column, expected, f"one that measure {name} is made of")
