"""Ratios of two periods: persons of one condition now over those of another in the period before."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

import pyarrow as pa

from zaragoza.api.call import Call
from zaragoza.api.data import fault, names, opened
from zaragoza.api.estimating import stack
from zaragoza.compute.estimates import Options
from zaragoza.compute.release_ratios import ratios_of
from zaragoza.engine import Engine
from zaragoza.errors import DefinitionError
from zaragoza.model.design import Design, LonelyPsu, Replicates
from zaragoza.model.indicator import Measure


def two_source_ratio(
    now: object,
    before: object,
    ratios: Mapping[str, tuple[str, str]],
    *,
    by: str | Iterable[str] = (),
    group: str | None = None,
    reference: str | None = None,
    population: str | None = None,
    design: Design | None = None,
    confidence: float = 0.95,
    lonely_psu: LonelyPsu = "error",
    engine: Engine | None = None,
) -> pa.Table:
    """Persons of the period in one condition over those of the period before in another, as naturalisation rates are.

    Primary units with the same stratum and identifier in both periods are one unit, whose covariance the error counts;
    where no unit of one is found in the other the periods are taken as independent. A ratio may exceed 1.

    Args:
        now: data of the period (as in `estimate`).
        before: data of the period before.
        ratios: name -> SQL conditions of the persons counted above, in `now`, and below, in `before`.
        by: columns that make the domains, in both.
        group: with it gaps and ratios to the reference group instead of levels.
        reference: code of the reference group.
        population: SQL condition of the rows that count, in both.
        design: columns of the sampling design, the same in both.
        confidence: of the intervals: levels on the logarithm, gaps t.
        lonely_psu: what a stratum with one sampling unit does.
        engine: an open engine to work with.

    Returns:
        As `estimate` and `gaps`; n and n_hat are those of the denominator.

    Raises:
        DefinitionError: the call is wrong.
        DesignError: the design does not fit the data of a period.

    Source: Berger and Priam, Journal of the Royal Statistical Society A 179 (2016), for the covariance.
    """
    _refuse(ratios, group, reference, design)
    columns = names(by) if group is None else (*names(by), group)
    options = Options(confidence, "t", lonely_psu)
    sides = (
        (data, {name: Measure("total", "1", among=pair[side]) for name, pair in ratios.items()})
        for data, side in ((before, 1), (now, 0))
    )
    calls = [
        (Call(measures, columns, population, design or Design(), options), data) for data, measures in sides
    ]
    with opened(engine) as running:
        samples = [call.read(running, data, named=True) for call, data in calls]
    for sample in samples:
        sample.check_lonely(options)
    found = dict(ratios_of(samples, options))
    if group is None or reference is None:
        return stack({name: one.levels(options) for name, one in found.items()}, columns)
    if not any(row[-1] == reference for one in found.values() for row in one.domains):
        raise DefinitionError(
            fault("reference", group, "a category of the column", "a group that does not occur")
        )
    return stack({name: one.gaps(group, reference, options) for name, one in found.items()}, columns)


def _refuse(ratios: object, group: object, reference: object, design: object) -> None:
    faults = []
    if not isinstance(ratios, Mapping) or not all(map(_is_pair, ratios.values())):
        expected = "a mapping of names to two conditions, above and below"
        faults.append(fault("ratios", "ratios", expected, type(ratios).__name__))
    if (group is None) != (reference is None):
        faults.append(fault("group", "reference", "a group and its reference, or neither", "one of them"))
    if isinstance(design, Replicates):
        found = "replicate weights, which have no units to find again"
        faults.append(fault("design", "design", "Design(...)", found))
    if faults:
        raise DefinitionError(faults)


def _is_pair(value: object) -> bool:
    return isinstance(value, tuple) and len(value) == 2 and all(isinstance(one, str) for one in value)
