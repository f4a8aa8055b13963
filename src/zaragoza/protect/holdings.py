"""Households behind figures, where they must be enough as well as persons (holdings, methods/06 section 1)."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pyarrow as pa

from zaragoza.protect.figures import Bools, Ints, numbers


@dataclass(frozen=True)
class Holdings:
    """How many households have people in a figure, or in a pool of figures; one entry each.

    A household may have people in several figures. Of a pool it is only known that it holds at least as many households
    as the figure with most; that is what counts, on the safe side.

    Attributes:
        everyone: with people who answered.
        positive, others: with people in the numerator of a share, and with people who answered and are not in it.
    """

    everyone: Ints
    positive: Ints
    others: Ints

    def of(self, index: Ints | Bools) -> Holdings:
        """The entries at an index."""
        return Holdings(self.everyone[index], self.positive[index], self.others[index])

    def pooled(self, group: Ints, groups: int) -> Holdings:
        """What is sure of all entries of a group together."""

        def most(values: Ints) -> Ints:
            found = np.zeros(groups, dtype=np.int64)
            np.maximum.at(found, group, values)
            return found

        return Holdings(most(self.everyone), most(self.positive), most(self.others))


def read_holdings(estimates: pa.Table, n: Ints, positive: Ints) -> Holdings | None:
    """The households of every row; None where they are not counted.

    Where a measure divides the people by what is no share of persons, its persons stand for households.
    """
    everyone = numbers(estimates, "households")
    if np.isnan(everyone).all():
        return None

    def known(name: str, otherwise: Ints) -> Ints:
        found = numbers(estimates, name)
        return np.where(np.isnan(found), otherwise, np.nan_to_num(found)).astype(np.int64)

    return Holdings(
        known("households", n),
        known("households_numerator", positive),
        known("households_others", n - positive),
    )
