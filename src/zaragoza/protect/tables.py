"""The additive tables behind the figures of all indicators, hidden together where they tell the same."""

from __future__ import annotations

from collections.abc import Callable, Hashable, Sequence
from dataclasses import dataclass, replace

import numpy as np

from zaragoza.errors import DisclosureError, Fault
from zaragoza.model.disclosure import Policy
from zaragoza.protect.demand import Demand
from zaragoza.protect.evidence import Evidence
from zaragoza.protect.feasible import certify
from zaragoza.protect.figures import ABSENT, Bools, Figures, Ints, places_along
from zaragoza.protect.levels import attacks_on_figures, attacks_on_persons, merged, missing_amount
from zaragoza.protect.lines import Lines, joined, spread, unbalanced
from zaragoza.protect.primary import too_few, unsafe
from zaragoza.protect.problem import Attack, Problem, Remainders
from zaragoza.protect.quantities import Quantity, count_bounds
from zaragoza.protect.secondary import suppress_after
from zaragoza.protect.usefulness import Usefulness

_ROUNDING = 1e-8  # of the largest value of an indicator


@dataclass(frozen=True)
class Verdict:
    """What is known of every row before secondary suppression.

    Attributes:
        sensitive: rows that no one may work out.
        hidden: rows that are not shown, for whatever reason.
        known: rows that an earlier release shows, so that hiding them protects nothing.
    """

    sensitive: Bools
    hidden: Bools
    known: Bools


@dataclass(frozen=True)
class Tables:
    """All figures with their evidence, their lines and their use to readers.

    Attributes:
        figures, evidence, quantities, use: one entry a row of the estimates.
        kinds: lines of coordinates.
        veiled: rows of lines with a full cell, of which nobody may know how many people they hold, if any.
    """

    figures: Figures
    evidence: Evidence
    quantities: tuple[Quantity, ...]
    kinds: tuple[Lines, ...]
    veiled: Bools
    use: Usefulness


def protect_tables(tables: Tables, verdict: Verdict, policy: Policy) -> Bools:
    """Rows that are not shown: those hidden before, and those that protect sensitive ones.

    First the persons: indicators with the same n in every cell show one table of n, so cells too small by n
    are protected in all of them together, with the same complements; otherwise one indicator would show what
    another hides. Then everything else that is published, in each indicator, together with those that have the same
    numerator or its complement.
    """
    alike = _alike(tables.figures, tables.evidence, numerators=False)
    persons = replace(tables, evidence=tables.evidence.counts_only())
    few = replace(verdict, sensitive=too_few(persons.evidence, policy))
    low, high = count_bounds(
        few.sensitive & ~tables.veiled, policy, apart=tables.evidence.apart | tables.veiled
    )
    n = replace(tables.quantities[0], low=low, high=high)
    hidden = _suppress(
        persons,
        alike,
        few,
        policy,
        lambda rows: attacks_on_persons(
            n.of(rows), few.sensitive[rows], policy, persons.evidence.units[rows]
        ),
    )
    alike = _alike(tables.figures, tables.evidence, numerators=True)
    return _suppress(
        tables,
        alike,
        replace(verdict, hidden=hidden),
        policy,
        lambda rows: attacks_on_figures(
            tables.evidence.of(rows),
            [q.of(rows) for q in tables.quantities],
            verdict.sensitive[rows],
            policy,
            tables.veiled[rows],
        ),
    )


def levels_missed(tables: Tables, sensitive: Bools, hidden: Bools, policy: Policy) -> Bools:
    """Hidden sums of amounts that are less uncertain than the rules ask, as more was not to be had.

    An earlier release may show what would have to be hidden; of a large table it may not have been found. Judged by the
    contributions and the lines of their own indicator. Sums that follow from what is shown the attack judges as well.

    Args:
        tables: with the true contributions.
        sensitive: rows that no one may work out.
        hidden: rows that are not shown.
        policy: the rules.
    """
    evidence = tables.evidence
    level = np.where(sensitive & evidence.amount, missing_amount(evidence, policy), 0.0)
    missed = np.zeros(len(hidden), dtype=np.bool_)
    for row_of in tables.figures.row_of:
        rows, cell_at = _number(row_of[None, :])
        if not (asked := level[rows] > 0).any():
            continue
        value, zero = evidence.contributions[rows], np.zeros(len(rows))
        quantity = Quantity("contributions", value, zero, zero + np.inf, zero + max(value.max(), 1.0))
        reach = Demand(zero, np.maximum(value - level[rows], 0.0), value + level[rows]).where(asked)
        lines = joined([spread(kind, cell_at) for kind in tables.kinds])
        missed[rows[certify(lines, quantity, hidden[rows], reach, asked & hidden[rows]).failed]] = True
    return missed


def check_additive(tables: Tables) -> None:
    """Refuses estimates in which categories do not add up to their total: such tables cannot be protected.

    Raises:
        DisclosureError: with a fault for each indicator and breakdown column concerned.
    """
    figures = tables.figures
    faults = []
    for column, lines in zip(figures.columns, tables.kinds, strict=False):
        if not _sums_that_differ(tables, lines, figures.row_of):
            continue
        for name, rows in zip(figures.indicators, figures.row_of, strict=True):
            if differ := _sums_that_differ(tables, lines, rows[None, :]):
                faults.append(
                    Fault(
                        "estimates",
                        f"{name}, {column}",
                        "categories that add up to their total",
                        f"{differ} sums that differ",
                        "Hand over all categories, `_U` and the total included, as `compute` makes them.",
                    )
                )
    if faults:
        raise DisclosureError(faults)


def _sums_that_differ(tables: Tables, lines: Lines, row_of: Ints) -> int:
    own = spread(lines, row_of)
    return sum(int(unbalanced(own, q.value, _ROUNDING * q.scale).sum()) for q in tables.quantities)


def _number(rows: Ints) -> tuple[Ints, Ints]:
    """The rows that are there, and the table with their numbers in that list."""
    there = rows != ABSENT
    numbered = np.full(rows.shape, ABSENT, dtype=np.int64)
    numbered[there] = np.arange(int(there.sum()))
    return rows[there], numbered


def _alike(figures: Figures, evidence: Evidence, *, numerators: bool) -> list[Ints]:
    """Indicators that tell the same: equal n in every cell, of equal households, and perhaps equal numerators.

    With `numerators` these, or the numerator of one and the complement of the other, must be equal as well.

    What the definition of one gives away and that of the other does not, is a secret of the other alone. One
    with amounts stands first, as the rules on these hold beside the others.
    """
    groups: dict[Hashable, list[int]] = {}
    for number, rows in enumerate(figures.row_of):
        there = rows != ABSENT
        n = np.where(there, evidence.n[rows], 0)
        units = np.where(there, evidence.units[rows], 0)
        key: tuple[Hashable, ...] = (n.tobytes(), units.tobytes())
        if numerators:
            positive = np.where(there, evidence.positive[rows], 0)
            share = bool(evidence.share[rows[there]].any())
            both = sorted((positive.tobytes(), (n - positive).tobytes()))
            defined = there & evidence.defined[rows]
            key = (*key, *both, defined.tobytes()) if share else (*key, number)
        groups.setdefault(key, []).append(number)
    amounts = [bool(evidence.amount[rows[rows != ABSENT]].any()) for rows in figures.row_of]
    return [
        np.array(sorted(members, key=lambda number: not amounts[number]), dtype=np.int64)
        for members in groups.values()
    ]


def _suppress(
    tables: Tables,
    systems: Sequence[Ints],
    verdict: Verdict,
    policy: Policy,
    attacks: Callable[[Ints], Sequence[Attack]],
) -> Bools:
    """Suppression in every system, one after the other; rows that are hidden afterwards."""
    figures, evidence = tables.figures, tables.evidence
    there = (figures.row_of != ABSENT) & (evidence.somebody | tables.veiled)[figures.row_of]
    row_at = np.where(there, figures.row_of, ABSENT)
    rank, needed, cost = tables.use.rank, tables.use.indispensable, tables.use.cost(policy.cost)
    place = places_along(figures)
    after = verdict.hidden.copy()
    for members in systems:
        rows, cell_at = _number(row_at[members[:1]])
        cells = cell_at[0] != ABSENT
        known = (verdict.known[row_at[members]] & there[members]).any(axis=0)[cells]
        hidden = (verdict.hidden[row_at[members]] & there[members]).all(axis=0)[cells] & ~known
        problem = Problem(
            lines=joined([spread(kind, cell_at) for kind in tables.kinds]),
            attacks=merged(attacks(rows)),
            hidden=hidden,
            cost=np.where(known, np.inf, cost[rows]),
            single=policy.full_count & (evidence.units[rows] == 1),
            remainders=Remainders(evidence.of(rows), lambda e: unsafe(e, policy)),
            piece=place[cells],
        )
        first = np.flatnonzero(~hidden & needed[rows])
        found = np.zeros(cell_at.shape[1], dtype=np.bool_)
        found[cells] = suppress_after(problem, first[np.argsort(rank[rows[first]])])
        same = row_at[members][:, found]
        after[same[same != ABSENT]] = True
    return after
