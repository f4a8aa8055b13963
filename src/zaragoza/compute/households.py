"""Households behind figures, where they count as well as persons (holdings, methods/06 section 1)."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from zaragoza.compute.codes import Codes, Flags, Floats, add_up, compress, largest_of


@dataclass(frozen=True)
class Households:
    """Of one measure, how many households there are by domain.

    Attributes:
        everyone: with people who count.
        numerator, others: with people in the numerator of a share, and with people who count and are not in it; NaN for
            measures that do not divide the people.
    """

    everyone: Floats
    numerator: Floats
    others: Floats


def count_households(
    household: Codes, domain: Codes, domains: int, answered: Flags, inside: Flags | None
) -> Households:
    """Households by domain; one that has people on both sides of a share counts on both.

    Args:
        household: of every row.
        domain: of every row.
        domains: how many there are.
        answered: rows that count.
        inside: of these, rows in the numerator; None for measures that do not divide the people.
    """

    def count(rows: Flags) -> Floats:
        pairs, _ = compress(_pairs(household[rows], domain[rows], domains))
        return add_up(pairs % domains, np.ones(len(pairs)), domains)

    nothing = np.full(domains, np.nan)
    if inside is None:
        return Households(count(answered), nothing, nothing)
    return Households(count(answered), count(answered & inside), count(answered & ~inside))


def largest_households(household: Codes, domain: Codes, domains: int, amounts: Floats, count: int) -> Floats:
    """By domain the so many largest sums of the amounts of one household; amounts are not negative."""
    pairs, place = compress(_pairs(household, domain, domains))
    return largest_of(pairs % domains, domains, add_up(place, amounts, len(pairs)), count)


def _pairs(household: Codes, domain: Codes, domains: int) -> Codes:
    return household * domains + domain
