"""Primary rules: which figures, shown on their own, could reveal someone (methods/06 section 1)."""

from __future__ import annotations

import numpy as np

from zaragoza.model.disclosure import Policy
from zaragoza.protect.evidence import Evidence
from zaragoza.protect.figures import Bools, Floats, Ints

_ROUNDING = 1e-12  # of a sum of squares


def too_few(evidence: Evidence, policy: Policy) -> Bools:
    """Figures about fewer persons than may be shown.

    With `numerator_counts` a share is a frequency table of two cells, which must both be large enough. A class that
    nobody is in, or at most `all_but`, is too few as well: a reason of its own would tell that all others are in one
    class. The numerator of two sources may be empty.
    Nobody behind the figure (n = 0) is not too few: it does not exist, and is `not_measured`. Where households count,
    persons are too few if their households are.
    """
    few = _small(evidence.units, policy.min_count)
    few |= evidence.apart & _small(evidence.positive, policy.min_count)
    if policy.numerator_counts:
        positive, others = evidence.classes
        few |= evidence.share & (_small(positive, policy.min_count) | _small(others, policy.min_count))
    return few | one_class(evidence, policy)


def one_class(evidence: Evidence, policy: Policy) -> Bools:
    """Shares of which all persons but at most `all_but` are in one class, which their definition does not tell.

    A coalition of that size learns the class of all others (Lupp & Langsrud, Handbook on SDC 5.9).
    """
    smaller_class = np.minimum(*evidence.classes)
    there = evidence.share & ~evidence.defined & (evidence.n > 0)
    return np.asarray(there & (smaller_class <= policy.all_but))


def _small(count: Ints, min_count: int) -> Bools:
    return np.asarray((count > 0) & (count < min_count))


def dominated(evidence: Evidence, policy: Policy) -> Bools:
    """Sums of amounts from which something follows about one contributor, however many there are.

    The p% rule, total minus the two largest below p times the largest, so that the second largest contributor estimates
    the largest within p (the (p, q) rule asks for p / q; of a coalition more than the second are left out); standard
    errors, where they tell it to everybody as well; the (n, k) rule, the n largest above k of the total; or all amounts
    are 0, which their definition does not tell. Amounts count without their signs. Who waived protection is among the
    total, not among the largest.
    """
    concentrated = (evidence.contributions == 0) & ~evidence.defined
    if policy.dominance_share > 0:
        rest = evidence.contributions - largest_together(evidence, policy.dominance_coalition + 1)
        within = policy.dominance_share / policy.dominance_prior
        concentrated |= rest < within * evidence.largest[:, 0]
        concentrated |= told_by_errors(evidence, within)
    if policy.largest_share is not None:
        top = largest_together(evidence, policy.largest_contributors)
        concentrated |= top > policy.largest_share * evidence.contributions
    return np.asarray(evidence.amount & concentrated & (evidence.n > 0))


def told_by_errors(evidence: Evidence, within: float) -> Bools:
    """Where the squares that standard errors tell bound the largest amount within a part of it.

    No amount is further from the mean than the root of the sum of squares around it. It counts where the largest has
    more than half of that sum: of amounts that are nearly equal the mean tells as much.
    """
    largest, n = evidence.largest[:, 0], np.maximum(evidence.n, 1)
    mean = evidence.contributions / n
    around = np.maximum(evidence.squares - n * mean**2, _ROUNDING * evidence.squares)
    most = around < 2 * np.maximum(largest - mean, 0) ** 2
    return np.asarray(most & (mean + np.sqrt(around) < (1 + within) * largest))


def largest_together(evidence: Evidence, count: int) -> Floats:
    """The sum of the so many largest contributions."""
    return np.asarray(evidence.largest[:, :count].sum(axis=1))


def unsafe(evidence: Evidence, policy: Policy) -> Bools:
    """Figures, or pools of figures, that may not be known."""
    return too_few(evidence, policy) | dominated(evidence, policy)
