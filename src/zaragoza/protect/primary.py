"""Primary rules: which figures, shown on their own, could reveal someone (methods/06 section 1)."""

from __future__ import annotations

import numpy as np

from zaragoza.model.disclosure import Policy
from zaragoza.protect.evidence import Evidence
from zaragoza.protect.figures import Bools, Ints


def too_few(evidence: Evidence, policy: Policy) -> Bools:
    """Figures about fewer persons than may be shown.

    With `numerator_counts` a share is a frequency table of two cells, which must both be empty or large
    enough; the numerator of two sources always must. Nobody (n = 0) is not too few: such a figure does not exist, and
    is `not_measured`.
    """
    few = _small(evidence.n, policy.min_count)
    few |= evidence.apart & _small(evidence.positive, policy.min_count)
    if policy.numerator_counts:
        others = evidence.n - evidence.positive
        few |= evidence.share & (
            _small(evidence.positive, policy.min_count) | _small(others, policy.min_count)
        )
    return few


def _small(count: Ints, min_count: int) -> Bools:
    return np.asarray((count > 0) & (count < min_count))


def dominated(evidence: Evidence, policy: Policy) -> Bools:
    """Figures from which something follows about one contributor, however many there are.

    A share: all but at most `all_but` persons are in one class, so that a coalition of that size learns the
    class of all others (Lupp & Langsrud, Handbook on SDC 5.9); not where the definition tells as much. An amount: the
    p% rule, total minus the two largest below p times the largest, so that the second largest contributor estimates
    the largest within p; or all amounts are 0.
    """
    smaller_class = np.minimum(evidence.positive, evidence.n - evidence.positive)
    one_class = evidence.share & (smaller_class <= policy.all_but) & ~evidence.defined
    rest = evidence.contributions - evidence.largest - evidence.second_largest
    p_percent = evidence.amount & (
        (rest < policy.dominance_share * evidence.largest) | (evidence.largest == 0)
    )
    return np.asarray((evidence.n > 0) & (one_class | p_percent))


def unsafe(evidence: Evidence, policy: Policy) -> Bools:
    """Figures, or pools of figures, that may not be known."""
    return too_few(evidence, policy) | dominated(evidence, policy)
