"""Stage `protect`, the only door (GSBPM 6.4): estimates in, observations that may be published out.

Primary rules say which figures could reveal someone, reliability rules which are too uncertain; secondary
suppression hides what would give the first away; figures derived from levels inherit their status. At the end
the stage attacks its own output, and refuses to hand over what can be broken. What is done, for users:
docs/methods/protection.md.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace

import numpy as np
import pyarrow as pa

from zaragoza.errors import DisclosureError, Fault
from zaragoza.model.classification import Breakdown
from zaragoza.model.definitions import NO_DEFINITIONS, Definitions
from zaragoza.model.disclosure import Policy, binary_in
from zaragoza.model.indicator import Indicator
from zaragoza.model.observation import STATUS
from zaragoza.protect.adjusted import tells_hidden
from zaragoza.protect.amounts import Amounts, amounts_of, true_amounts
from zaragoza.protect.attack import QUANTITIES, Attacked, Exposure, attack
from zaragoza.protect.attack_changed import attack_changed
from zaragoza.protect.breaches import breaches
from zaragoza.protect.changes import protect_changes
from zaragoza.protect.coarser import Coarser, Shown, coarser, refuse_sparse
from zaragoza.protect.defined import told_by_definitions
from zaragoza.protect.derived import Parts, check_parts, find_parts, inherit
from zaragoza.protect.evidence import Evidence, read_evidence
from zaragoza.protect.figures import (
    Bools,
    Figures,
    Ints,
    breakdown_columns,
    check_estimates,
    check_evidence,
    numbers,
    read_figures,
)
from zaragoza.protect.full_cells import veil
from zaragoza.protect.joint import Joint
from zaragoza.protect.lines import column_lines
from zaragoza.protect.links import Link, link_lines
from zaragoza.protect.merge import Published, shown_before
from zaragoza.protect.nested import Overlap
from zaragoza.protect.noise import protect_by_noise
from zaragoza.protect.observations import observe, protection_log
from zaragoza.protect.primary import dominated, too_few
from zaragoza.protect.ptable import PTable, make_ptable
from zaragoza.protect.quantities import binary_of, count_bounds, kinds_of, published_quantities
from zaragoza.protect.relations import known_relationships, relationships
from zaragoza.protect.relationships import NUMERATOR, Relationships
from zaragoza.protect.reliability import few_degrees_of_freedom, too_uncertain, unreliable, without_error
from zaragoza.protect.tables import Tables, Verdict, check_additive, levels_missed, protect_tables
from zaragoza.protect.usefulness import Usefulness

__all__ = [
    "Amounts",
    "Attacked",
    "Coarser",
    "Exposure",
    "Link",
    "Overlap",
    "PTable",
    "Protected",
    "Published",
    "Relationships",
    "Shown",
    "attack",
    "attack_changed",
    "attack_noise",
    "breaches",
    "coarser",
    "known_relationships",
    "make_ptable",
    "protect",
    "protect_changes",
    "told_by_definitions",
    "true_amounts",
    "with_changes",
]

_SEVERITY = {reason: status.severity for reason, status in STATUS.items()}
_HIDDEN_FROM = min(status.severity for status in STATUS.values() if not status.shown)

_SUMS = "lines that bound its {} too narrowly"
_FOUND = {
    **dict.fromkeys(QUANTITIES, _SUMS),
    "amount": "lines that bound its sum more narrowly than the largest contributions allow",
    "derived": "a gap, ratio or change beside a level that gives it away",
    "adjusted": "an adjusted gap that it is a part of",
    "release": "an earlier release that shows it",
    "difference": "a group that lies in it and is shown, so that the few others follow",
}
_WAY_OUT = "Use broader categories or fewer breakdowns; beside an earlier release, keep to the figures that it shows."
_MORE_NOISE = (
    "Use broader categories, fewer breakdowns, a larger rounding_base, or a larger D together with V."
)
_MOST_CHANGED = 5_000  # figures changed by noise that are attacked: of more it takes longer than all else


@dataclass(frozen=True)
class Protected:
    """What may leave.

    Attributes:
        observations: rows of the estimates, in their order, in the shape of model/observation; after them empty
            categories that may not be known to be.
        log: for each indicator, how many figures have which status, which can be counted in the observations;
            of how many hidden sums the protection level was not to be had; and whether a mean or total is binary.
    """

    observations: pa.Table
    log: tuple[Mapping[str, object], ...]

    @property
    def binary(self) -> frozenset[str]:
        """Means and totals that were judged as shares."""
        return binary_in(self.log)


def protect(
    estimates: pa.Table,
    policy: Policy,
    indicators: Mapping[str, Indicator],
    breakdowns: Iterable[Breakdown],
    source: str = "",
    *,
    definitions: Definitions = NO_DEFINITIONS,
    ptable: PTable | None = None,
    confidence: float = 0.95,
    history: Sequence[Published] = (),
    overlaps: Sequence[Overlap] = (),
) -> Protected:
    """Decides for every estimate whether it may be shown, jointly over all breakdowns and indicators.

    Where the policy perturbs, figures are made from changed counts instead, and rows about nobody are left out.

    Args:
        estimates: as `compute` makes them: all categories of every breakdown with their totals, levels beside
            the figures derived from them, with the evidence.
        policy: the custodian's.
        indicators: by id.
        breakdowns: the tables of the release.
        source: what the observations say they come from.
        definitions: of categories; they tell which figures are no secret.
        ptable: of the cell key method, where the policy uses it.
        confidence: of the intervals of perturbed figures.
        history: earlier releases about the same people, the newest first.
        overlaps: which categories of columns that no breakdown crosses have people in common.

    Returns:
        The observations and the log. `release` is NULL until the release has a name.

    Raises:
        DefinitionError: the table has not the shape of estimates, or names an unknown indicator or breakdown.
        DisclosureError: evidence, categories or levels are missing, so that protection cannot be decided; a large
            table is too sparse to be protected well; or the result could be broken.
    """
    check_estimates(estimates, indicators, breakdowns)
    if policy.method != "suppression":
        return Protected(*protect_by_noise(estimates, policy, indicators, ptable, confidence, source))
    estimates, veiled = veil(estimates, policy)
    figures = read_figures(estimates, breakdown_columns(estimates))
    binary = binary_of(estimates, figures, indicators)
    evidence = read_evidence(estimates, figures, indicators, definitions, binary)
    parts = find_parts(figures)
    check_evidence(estimates, figures, evidence.share, policy)
    check_parts(figures, parts, ~np.isnan(numbers(estimates, "value")))
    severity = np.where(veiled, _SEVERITY["dominance"], _judge(estimates, figures, evidence, policy))
    few = severity == _SEVERITY["too_few"]
    refuse_sparse(estimates, figures.columns, few, breakdowns)
    kinds = kinds_of(figures, indicators, binary)
    small_numerator = (policy.limits_classes & evidence.share) | evidence.apart
    bounds = count_bounds(few, policy, numerator_counts=small_numerator, apart=evidence.apart | veiled)
    quantities = published_quantities(estimates, figures, kinds, bounds)
    known = relationships(estimates, figures, evidence, quantities, indicators, overlaps, definitions)
    amounts = amounts_of(estimates, figures, evidence, quantities[NUMERATOR], policy)
    tables = Tables(
        figures=figures,
        evidence=evidence,
        quantities=quantities,
        kinds=(*column_lines(figures), *link_lines(figures, known.links)),
        veiled=veiled,
        use=Usefulness.of(figures, _reference(parts, len(severity)), evidence.n, indicators),
    )
    check_additive(tables)
    known_before = np.zeros(len(severity), dtype=np.bool_)
    if history:
        everything = observe(estimates, figures, np.zeros_like(severity), indicators, source)
        known_before = (
            shown_before(Published(everything, policy, indicators, binary), history) & figures.level
        )
    verdict = _verdict(figures, severity, known_before)
    joint = Joint(protect_tables(tables, verdict, policy), tables.use.cost(policy.cost), quantities)
    attacked, helping = None, np.zeros(len(severity), dtype=np.bool_)
    while True:
        final = _all_hidden(estimates, figures, parts, severity, joint.hidden, helping)
        observations = observe(estimates, figures, final, indicators, source, policy.min_count)
        newest = Published(observations, policy, indicators, binary)
        attacked = attack([newest, *history], known, attacked, amounts)
        before, helping = helping, _helping(attacked, len(severity))
        if not joint.learn(attacked) and not (helping & ~before).any():
            break
    _refuse(attacked.exposures, "a hidden figure that nobody can work out", _WAY_OUT)
    _refuse_unclear(attacked)
    missed = levels_missed(tables, verdict.sensitive, final >= _HIDDEN_FROM, policy)
    return Protected(observations, protection_log(figures, final, missed, binary))


def attack_noise(
    protected: Protected,
    policy: Policy,
    indicators: Mapping[str, Indicator],
    known: Callable[[], Relationships],
    ptable: PTable | None = None,
    history: Sequence[Published] = (),
) -> Protected:
    """Attacks figures that noise has changed, before they leave, as whoever knows how far it can change a count.

    Larger tables than of 5,000 figures are left to `zaragoza audit`: nothing is hidden in them that could follow. Their
    log says so, under `attacked`.

    Args:
        protected: by noise; figures that are not changed are attacked in `protect`.
        policy: says by which method, and what is too few.
        indicators: by id.
        known: tells what readers of the definitions know, where it is needed.
        ptable: of the cell key method.
        history: earlier releases about the same people by the same method.

    Returns:
        The same, with a log that says where it was not attacked.

    Raises:
        DisclosureError: a true count of few people, or a class that nobody or everybody is in, can be worked out.
    """
    if policy.method == "suppression":
        return protected
    if len(protected.observations) > _MOST_CHANGED:
        return replace(protected, log=tuple({**entry, "attacked": False} for entry in protected.log))
    reach = policy.rounding_base - 1  # D is secret, and the reader at his worst knows it
    if policy.method == "cell_key" and ptable is not None:
        reach = int(np.abs(ptable.change).max())
    releases = [Published(protected.observations, policy, indicators, protected.binary), *history]
    found = attack_changed(releases, reach, known())
    _refuse(found.exposures, "a true count that nobody can work out", _MORE_NOISE)
    return protected


def with_changes(protected: Protected, changes: Sequence[pa.Table]) -> Protected:
    """The observations and the log with changes from earlier years.

    Args:
        protected: of the year of the figures.
        changes: from `protect_changes`, a table an earlier year.
    """
    if not changes:
        return protected
    statuses = Counter(
        (indicator, reason)
        for table in changes
        for indicator, reason in zip(table["indicator"].to_pylist(), table["reason"].to_pylist(), strict=True)
    )
    log = tuple(
        {**entry, "changes": {reason: statuses[str(entry["indicator"]), reason] for reason in STATUS}}
        for entry in protected.log
    )
    return Protected(pa.concat_tables([protected.observations, *changes]), log)


def _judge(estimates: pa.Table, figures: Figures, evidence: Evidence, policy: Policy) -> Ints:
    """The severity of every figure on its own."""
    level = figures.level
    undefined = np.isnan(numbers(estimates, "value"))
    rules = (
        ("not_measured", np.where(level, ~evidence.somebody, undefined)),
        ("too_few", level & too_few(evidence, policy)),
        ("not_measured", level & (evidence.n == 0)),  # a numerator of two sources without a denominator
        ("dominance", level & dominated(evidence, policy)),
        (
            "too_uncertain",
            np.where(level, too_uncertain(estimates, policy), without_error(estimates, policy)),
        ),
        (
            "unreliable",
            np.where(level, unreliable(estimates, policy), few_degrees_of_freedom(estimates, policy)),
        ),
    )
    return np.select([rows for _, rows in rules], [_SEVERITY[reason] for reason, _ in rules], 0).astype(
        np.int64
    )


def _reference(parts: Parts, rows: int) -> Bools:
    """The rows of reference groups."""
    reference = np.zeros(rows, dtype=np.bool_)
    reference[parts.level[parts.base]] = True
    return reference


def _verdict(figures: Figures, severity: Ints, known: Bools) -> Verdict:
    return Verdict(
        sensitive=np.isin(severity, [_SEVERITY["too_few"], _SEVERITY["dominance"]]) & figures.level,
        hidden=figures.level & (severity >= _HIDDEN_FROM),
        known=known,
    )


def _helping(attacked: Attacked, rows: int) -> Bools:
    """Of the rows of the new release those that hide others."""
    helping = np.zeros(rows, dtype=np.bool_)
    origin = attacked.told.origin[attacked.helping]
    helping[origin[origin < rows]] = True
    return helping


def _all_hidden(
    estimates: pa.Table, figures: Figures, parts: Parts, severity: Ints, hidden: Bools, helping: Bools
) -> Ints:
    """The severity of every figure when these levels are hidden, some of which hide others."""
    secondary = hidden & (severity < _HIDDEN_FROM)
    found = np.where(secondary, _SEVERITY["secondary"], severity)
    finer = tells_hidden(estimates, figures, parts, helping | (found >= _SEVERITY["secondary"]))
    return inherit(np.where(finer, np.maximum(found, _SEVERITY["secondary"]), found), parts)


def _refuse_unclear(attacked: Attacked) -> None:
    """What lies among numbers that do not add up, or beside too large ones, was not judged: it may not leave."""
    if count := attacked.contradictions:
        expected, found = "shown numbers that add up", f"{count} hidden quantities among some that do not"
        way_out = (
            "Hand over all categories as `compute` makes them; leave out an earlier release of other data."
        )
        raise DisclosureError(Fault("release", "figures", expected, found, way_out))
    if count := attacked.rounded:
        expected = "numbers of which 15 digits tell how far hidden ones are known"
        found = f"{count} hidden quantities beside some that are too large"
        way_out = "Publish indicators of so different size apart, or the small one in broader categories."
        raise DisclosureError(Fault("release", "figures", expected, found, way_out))


def _refuse(exposures: Iterable[Exposure], expected: str, way_out: str) -> None:
    """Names the figures that can be worked out, by key and rule, never by value."""
    faults = [
        Fault(
            "release",
            f"{exposure.indicator}, {exposure.place}",
            expected,
            _FOUND[exposure.by].format(exposure.by),
            way_out,
        )
        for exposure in exposures
    ]
    if faults:
        raise DisclosureError(list(dict.fromkeys(faults)))
