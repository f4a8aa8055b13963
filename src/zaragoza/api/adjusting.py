"""What of a call for adjusted gaps can be refused before the data are read."""

from __future__ import annotations

import inspect
from collections.abc import Iterator, Mapping

from zaragoza.api.data import fault
from zaragoza.compute.adjust.methods import METHODS, OF_SHARES, RATIOS
from zaragoza.errors import DefinitionError, Fault
from zaragoza.model.adjustment import MOST_SWITCHED, Adjustment
from zaragoza.model.design import Design, Replicates
from zaragoza.model.expression import Expression
from zaragoza.model.indicator import Measure

OF_CATEGORIES = ("standardise", "indirect", "kitagawa", "dissimilarity")
_OURS = ("table", "outcome")  # arguments that a caller has no say in


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
    known = [name for name in inspect.signature(method).parameters if name not in _OURS]
    for name in sorted(set(adjustment.options) - set(known)):
        yield fault("method", name, f"an option of {adjustment.method}: {', '.join(known)}", "another")


def _of_measure(name: str, measure: Measure, adjustment: Adjustment) -> Iterator[Fault]:
    if measure.kind not in ("share", "mean") or measure.plausible != 1:
        yield fault(f"measure {name}", "kind", "a share or a mean without plausible values", measure.kind)
    elif adjustment.method in OF_SHARES and measure.kind != "share":
        yield fault(f"measure {name}", "kind", f"a share for the method {adjustment.method}", measure.kind)
    for column in sorted(Expression.parse(measure.of).variables & set(adjustment.covariates)):
        expected = "characteristics that come before the outcome"
        yield fault("adjust_for", column, expected, f"one that measure {name} is made of")
