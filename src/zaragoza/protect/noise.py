"""Protection by noise: every figure from changed counts, with the status that the changed figures deserve.

Nothing is hidden for being small, since nobody can tell a small count from its neighbours; so nothing follows by
subtraction either. What is hidden is what noise makes useless, or what one contributor's amount dominates. All but the
last is judged by changed counts, so that a status tells no more than the figures do. What is done, for users:
docs/methods/perturbation.md.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from functools import partial

import numpy as np
import pyarrow as pa

from zaragoza.errors import DisclosureError, Fault
from zaragoza.model.disclosure import PERTURBED_KINDS, Policy
from zaragoza.model.indicator import Indicator
from zaragoza.model.observation import STATUS
from zaragoza.protect.derived import check_parts, find_parts, inherit
from zaragoza.protect.evidence import Evidence, read_evidence
from zaragoza.protect.figures import (
    Bools,
    Figures,
    Floats,
    Ints,
    breakdown_columns,
    check_evidence,
    counts,
    numbers,
    read_figures,
)
from zaragoza.protect.observations import observe, protection_log
from zaragoza.protect.perturb import Change, Perturbed, perturb
from zaragoza.protect.primary import dominated, one_class
from zaragoza.protect.ptable import PTable
from zaragoza.protect.reliability import few_degrees_of_freedom, too_uncertain, unreliable, without_error
from zaragoza.protect.rounding import round_by_key

_SEVERITY = {reason: status.severity for reason, status in STATUS.items()}


def protect_by_noise(
    estimates: pa.Table,
    policy: Policy,
    indicators: Mapping[str, Indicator],
    ptable: PTable | None,
    confidence: float,
    source: str,
) -> tuple[pa.Table, tuple[Mapping[str, object], ...]]:
    """Observations and log of estimates that are perturbed as the policy says.

    Args:
        estimates: with the sums of record keys.
        policy: names the method.
        indicators: by id.
        ptable: of the cell key method.
        confidence: of the intervals.
        source: what the observations say they come from.

    Raises:
        DisclosureError: an indicator of another kind, adjusted figures, or no keys.
    """
    figures = read_figures(estimates, breakdown_columns(estimates))
    parts = find_parts(figures)
    evidence = read_evidence(estimates, figures, indicators)
    check_evidence(estimates, figures, evidence.share, policy)
    check_parts(figures, parts, ~np.isnan(numbers(estimates, "value")))
    _check(estimates, figures, evidence, indicators)
    kinds = np.array([indicators[name].measure.kind for name in figures.indicators], dtype=object)
    kinds = kinds[figures.indicator]
    found = perturb(
        estimates,
        figures,
        parts,
        kinds,
        (kinds != "share") & ~_counted(figures, indicators),
        change_of(policy, ptable),
        confidence=confidence,
        untouched_total=policy.untouched_total,
    )
    severity = inherit(_judge(found, figures, policy, indicators), parts)
    kept = ~found.gone
    table = found.estimates.filter(pa.array(kept))
    figures = read_figures(table, breakdown_columns(table))
    return (
        observe(table, figures, severity[kept], indicators, source),
        protection_log(figures, severity[kept]),
    )


def change_of(policy: Policy, ptable: PTable | None) -> Change:
    """What the policy's method adds to a count with a key.

    Raises:
        DisclosureError: the cell key method without its table.
    """
    if policy.method == "cell_key":
        if ptable is None:
            raise DisclosureError(_fault("ptable", "the table of the cell key method", "none"))
        return ptable.look_up
    return partial(_rounding, policy.rounding_base)


def _rounding(base: int, persons: Ints, keys: Floats) -> Ints:
    return round_by_key(persons, keys, base) - persons


def _judge(found: Perturbed, figures: Figures, policy: Policy, indicators: Mapping[str, Indicator]) -> Ints:
    """The severity of every figure on its own."""
    table, level = found.estimates, figures.level
    evidence = _of_amounts(read_evidence(table, figures, indicators), figures, indicators)
    totals = np.array([indicators[name].measure.kind == "total" for name in figures.indicators])
    divided = level & found.changed & ~totals[figures.indicator]
    n = counts(table, "n")
    rules: tuple[tuple[str, Bools], ...] = (
        ("too_uncertain", found.impossible),
        ("dominance", level & (one_class(evidence, policy) | dominated(evidence, policy))),
        ("too_uncertain", np.where(level, too_uncertain(table, policy), without_error(table, policy))),
        ("too_uncertain", divided & (n < policy.min_count)),
        ("unreliable", np.where(level, unreliable(table, policy), few_degrees_of_freedom(table, policy))),
        ("unreliable", divided & (n < policy.reliable_count)),
        ("perturbed", found.changed),
    )
    severities = [_SEVERITY[reason] for reason, _ in rules]
    return np.select([rows for _, rows in rules], severities, _SEVERITY["published"]).astype(np.int64)


def _of_amounts(evidence: Evidence, figures: Figures, indicators: Mapping[str, Indicator]) -> Evidence:
    """Without the rule for amounts where persons are counted: a hidden count of one would tell that it is one."""
    return replace(evidence, amount=evidence.amount & ~_counted(figures, indicators))


def _counted(figures: Figures, indicators: Mapping[str, Indicator]) -> Bools:
    """Rows whose numerator is a number of persons, to which each adds 1 or nothing."""
    found = [
        indicators[name].measure.kind == "total" and indicators[name].unit == "persons"
        for name in figures.indicators
    ]
    return np.array(found or [False], dtype=np.bool_)[figures.indicator]


def _check(
    estimates: pa.Table, figures: Figures, evidence: Evidence, indicators: Mapping[str, Indicator]
) -> None:
    """Refuses what noise cannot protect; a monitor's own check says so before the work."""
    faults = [
        _fault(name, f"a {', '.join(PERTURBED_KINDS[:-1])} or {PERTURBED_KINDS[-1]}", indicators[name].kind)
        for name in figures.indicators
        if indicators[name].measure.kind not in PERTURBED_KINDS or indicators[name].plausible > 1
    ]
    bare = figures.level & (counts(estimates, "n") > 0) & np.isnan(numbers(estimates, "key"))
    if bare.any():
        faults.append(_fault("key", "the sum of record keys of every level", f"{int(bare.sum())} without"))
    more = _counted(figures, indicators) & (evidence.largest[:, 0] > 1)
    for indicator in np.unique(figures.indicator[more]):
        faults.append(_fault(figures.indicators[indicator], "1 or nothing of every person", "larger amounts"))
    statistics = set(estimates["statistic"].unique().to_pylist())
    if others := sorted(statistics - {"level", "difference", "ratio"}):
        faults.append(_fault("statistic", "levels, differences and ratios", ", ".join(others)))
    if faults:
        raise DisclosureError(faults)


def _fault(field: str, expected: str, found: str) -> Fault:
    return Fault("protection by noise", field, expected, found, "Leave it out, or protect by suppression.")
