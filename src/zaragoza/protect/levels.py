"""Protection levels: how uncertain a sensitive cell must stay (methods/06 section 1).

The rules that make a cell sensitive say how much is missing until it would not be: that is the upper protection level.
A cell in which a further amount of that size could be might as well be safe.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

import numpy as np

from zaragoza.model.disclosure import Policy
from zaragoza.protect.evidence import Evidence
from zaragoza.protect.figures import Bools, Floats, Ints
from zaragoza.protect.primary import largest_together
from zaragoza.protect.problem import Attack
from zaragoza.protect.quantities import Quantity

_NOT_EXACTLY = 1e-6  # of the largest amount: what must stay open of an amount that no rule measures


def minimum_count_level(count: Ints, min_count: int) -> Floats:
    """What is missing to the minimum count; 0 for nobody and for enough."""
    return np.where((count > 0) & (count < min_count), float(min_count) - count, 0.0)


def dominance_level(total: Floats, largest: Floats, share: float) -> Floats:
    """The (n, k) rule: the n largest together are more than `share` (k/100) of the total.

    Args:
        total: of the cell.
        largest: sum of the n largest contributions.
        share: k/100.
    """
    return np.maximum(largest / share - total, 0.0)


def p_percent_level(total: Floats, largest: Floats, others: Floats, p: float, q: float = 1.0) -> Floats:
    """The p% rule, and with q the (p, q) rule: the rest is below p/q of the largest contribution.

    Args:
        total: of the cell.
        largest: the largest contribution.
        others: the second largest; for a coalition of m, the sum of the m after the largest.
        p: to within which part nobody may estimate a contribution.
        q: to within which part everybody can do so beforehand.
    """
    return np.maximum(p / q * largest - (total - largest - others), 0.0)


def class_level(count: Ints, policy: Policy) -> Floats:
    """What is missing until a class of a share is more than the exceptions allowed, or large enough to be counted."""
    few = np.where(count <= policy.all_but, policy.all_but + 1.0 - count, 0.0)
    return np.maximum(few, minimum_count_level(count, policy.min_count) if policy.numerator_counts else 0.0)


def attacks_on_persons(
    n: Quantity, few: Bools, policy: Policy, units: Ints | None = None
) -> tuple[Attack, ...]:
    """Attacks on n: by lines alone, and with what the statuses tell.

    By lines alone a cell with too few must be able to reach the minimum count: what is left of a total is then
    enough. Readers of the statuses know that it does not; they must not know it to within one person.

    Args:
        n: of every cell.
        few: cells with too few.
        policy: says how many are enough.
        units: households of every cell, where they must be enough; each that is missing is at least one person more.
    """
    nothing = np.zeros(len(few))
    count = n.value.astype(np.int64) if units is None else units
    unbounded = replace(n, low=nothing, high=np.full(len(few), np.inf))
    missing = np.where(few, minimum_count_level(count, policy.min_count), 0.0)
    return (
        Attack(unbounded, missing, nothing, nothing),
        Attack(n, nothing, nothing, np.where(few, 1.0, 0.0)),
    )


def attacks_on_figures(
    evidence: Evidence,
    quantities: Sequence[Quantity],
    sensitive: Bools,
    policy: Policy,
    veiled: Bools | None = None,
) -> tuple[Attack, ...]:
    """Attacks on everything behind sensitive figures: what is published, and the classes and amounts of the rules.

    Whatever is published must not be known to within one person, that is the mean weight of the cell. The classes of
    a share must be able to reach what the rules ask for, and the sum of amounts to be as much less. Nothing is asked of
    a class that nobody is in by definition: hiding figures makes no secret of it.

    Args:
        evidence: of every cell.
        quantities: n, n_hat, numerator and complement.
        sensitive: cells that no one may work out.
        policy: the rules.
        veiled: of these, cells of lines with a full cell: as many people more, or fewer, must be possible as would be
            more than the exceptions allowed.
    """
    nothing, endless = np.zeros(len(sensitive)), np.full(len(sensitive), np.inf)
    n, n_hat, *sums = quantities
    person = np.where(sensitive, np.where(n.value > 0, n_hat.value / np.maximum(n.value, 1.0), 1.0), 0.0)
    people = evidence.positive, evidence.n - evidence.positive
    open_classes = [sensitive & ~(evidence.defined & (class_ == 0)) for class_ in people]
    found = [
        Attack(n, nothing, nothing, np.where(sensitive, _persons_open(veiled, policy), 0.0)),
        Attack(n_hat, nothing, nothing, person),
    ]
    for quantity, open_class in zip(sums, open_classes, strict=True):
        open_ = np.where(evidence.share, person * open_class, _NOT_EXACTLY * quantity.scale * sensitive)
        found.append(Attack(quantity, nothing, nothing, np.where(np.isnan(quantity.value), 0.0, open_)))
    levels = [class_level(units, policy) for units in evidence.classes]
    for name, class_, open_class, level in zip(
        ("positive", "others"), people, open_classes, levels, strict=True
    ):
        quantity = Quantity(name, class_.astype(np.float64), nothing, endless, n.scale)
        found.append(Attack(quantity, np.where(evidence.share & open_class, level, 0.0), nothing, nothing))
    contributions = Quantity("contributions", evidence.contributions, nothing, endless, n.scale)
    missing = np.where(sensitive & evidence.amount, missing_amount(evidence, policy), 0.0)
    found.append(Attack(contributions, missing, np.minimum(missing, evidence.contributions), nothing))
    return merged(found)


def _persons_open(veiled: Bools | None, policy: Policy) -> Floats | float:
    """How wide the bounds of a number of people must be."""
    return 1.0 if veiled is None else np.where(veiled, max(policy.all_but, 0) + 1.0, 1.0)


def missing_amount(evidence: Evidence, policy: Policy) -> Floats:
    """What is missing until no rule on the largest contributions fails."""
    total, largest = evidence.contributions, evidence.largest
    missing = np.zeros(len(total))
    if policy.dominance_share > 0:
        coalition = largest[:, 1 : policy.dominance_coalition + 1].sum(axis=1)
        p, q = policy.dominance_share, policy.dominance_prior
        missing = p_percent_level(total, largest[:, 0], coalition, p, q)
    if policy.largest_share is not None:
        top = largest_together(evidence, policy.largest_contributors)
        missing = np.maximum(missing, dominance_level(total, top, policy.largest_share))
    return missing


def merged(attacks: Sequence[Attack]) -> tuple[Attack, ...]:
    """Attacks that ask for something, those on equal numbers as one."""
    found: list[Attack] = []
    for attack in attacks:
        if not attack.guarded.any():
            continue
        for place, other in enumerate(found):
            if _same(attack.quantity, other.quantity):
                found[place] = Attack(
                    other.quantity,
                    np.maximum(attack.upper, other.upper),
                    np.maximum(attack.lower, other.lower),
                    np.maximum(attack.width, other.width),
                )
                break
        else:
            found.append(attack)
    return tuple(found)


def _same(left: Quantity, right: Quantity) -> bool:
    pairs = ((left.value, right.value), (left.low, right.low), (left.high, right.high))
    return all(np.array_equal(a, b, equal_nan=True) for a, b in pairs)
