"""What groups have more than others that lie in them, as bounds tell it: too few people, or all in one class."""

from __future__ import annotations

import numpy as np

from zaragoza.model.disclosure import Policy
from zaragoza.protect.feasible import Certificate, feasible
from zaragoza.protect.figures import ABSENT, Bools, Floats
from zaragoza.protect.relationships import COMPLEMENT, N_HAT, NUMERATOR, N
from zaragoza.protect.sums import Sums

NOT_EXACTLY = 1e-6  # of the largest number of an indicator: what must stay open of a sum that is no count
# A count this near to a number is that number: beside hundreds of millions a solution may be off by a part of it.
WHOLE = 0.1


def unsafe_differences(sums: Sums, found: Certificate, policy: Policy) -> Bools:
    """What is known of differences and may not be, by the rules of a figure: too few people, or all in one class."""
    known = found.failed & (sums.difference != ABSENT)
    count = (found.reached.low + found.reached.high) / 2
    near = _near(sums)
    few = (count > near) & (count < policy.min_count - near)
    of_class = np.isin(sums.block, (NUMERATOR, COMPLEMENT)) & sums.counted
    of_people = (sums.block == N) | ((sums.block == N_HAT) & sums.counted)
    too_few = known & few & (of_people | (policy.numerator_counts & of_class))
    nobody = _by_difference(sums, known & (sums.block == N_HAT) & (count <= near))
    one_class = known & np.isin(sums.block, (NUMERATOR, COMPLEMENT)) & (count <= near) & _divides(sums)
    return np.asarray(too_few | (one_class & ~nobody))


def perhaps_of_nobody(sums: Sums, narrow: Bools) -> Bools:
    """Of these cells, classes of differences that nobody may be in: then nothing is told of anybody.

    What one class has more than another is no class of a difference: it is these people.
    """
    of_people = _by_difference(sums, np.isin(sums.block, (N, N_HAT)))
    classes = narrow & np.isin(sums.block, (NUMERATOR, COMPLEMENT)) & of_people
    people = _by_difference(sums, classes) & np.isin(sums.block, (N, N_HAT))
    near = _near(sums)
    asked = float(near[people].min(initial=np.inf))
    least = feasible(sums.lines, sums.quantity, sums.hidden, people, asked).low
    return classes & ~_by_difference(sums, people & (least > near))


def _near(sums: Sums) -> Floats:
    """How near to a number each cell is that number."""
    return np.where(sums.counted, WHOLE, NOT_EXACTLY * sums.quantity.scale)


def _by_difference(sums: Sums, cells: Bools) -> Bools:
    """All cells of the differences of some cells."""
    return np.asarray(np.isin(sums.difference, sums.difference[cells]) & (sums.difference != ABSENT))


def _divides(sums: Sums) -> Bools:
    """Cells of differences that have a complement, so that their numerator is a class of people."""
    return _by_difference(sums, sums.block == COMPLEMENT)
