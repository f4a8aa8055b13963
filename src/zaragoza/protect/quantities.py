"""The additive quantities behind a published figure: what a reader can subtract from a total."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from typing import Literal

import numpy as np
import pyarrow as pa

from zaragoza.model.disclosure import Policy
from zaragoza.model.indicator import Indicator, IndicatorKind
from zaragoza.protect.figures import Bools, Figures, Floats, Ints, counts, numbers

AdditiveKind = Literal[IndicatorKind, "count"]


@dataclass(frozen=True)
class Quantity:
    """A quantity that adds up over categories, one entry a cell.

    Attributes:
        name: n, n_hat, numerator or complement (n_hat minus numerator).
        value: what a shown figure gives away; NaN where it does not.
        low, high: what is known of a hidden one.
        scale: the largest value of the system in which the cell lies; differences far below it are rounding.
    """

    name: str
    value: Floats
    low: Floats
    high: Floats
    scale: Floats

    def of(self, index: Ints) -> Quantity:
        """The entries at an index."""
        return Quantity(self.name, self.value[index], self.low[index], self.high[index], self.scale[index])


def count_bounds(
    few: Bools, policy: Policy, *, numerator_counts: Bools | bool = False, apart: Bools | bool = False
) -> tuple[Floats, Floats]:
    """What the status of a hidden figure tells of its n.

    Too few means less than the minimum count, unless the numerator may be what is small; any other reason
    means that the minimum count is reached. The rules are public, so a reader knows this as well. Where households
    count, their number may be what is small. Of two sources one side may have persons where the other has nobody.
    """
    least = np.where(np.asarray(apart), 0.0, np.where(few, 1.0, float(policy.min_count)))
    most = np.where(
        few & ~np.asarray(numerator_counts) & (not policy.household_counts), policy.min_count - 1.0, np.inf
    )
    return least, most


def binary_of(estimates: pa.Table, figures: Figures, indicators: Mapping[str, Indicator]) -> frozenset[str]:
    """Means and totals in which every person counts 1 or 0, so that they are shares in effect, as the data tell.

    `compute` gives the number of those who count 1 where there is nobody else.
    """
    there = figures.level & (counts(estimates, "n") > 0)
    size, other = len(figures.indicators), there & np.isnan(numbers(estimates, "n_numerator"))
    people, others = (np.bincount(figures.indicator[rows], minlength=size) > 0 for rows in (there, other))
    return frozenset(
        name
        for name, known in zip(figures.indicators, people & ~others, strict=True)
        if known and indicators[name].additive_kind in ("mean", "total")
    )


def kinds_of(
    figures: Figures, indicators: Mapping[str, Indicator], binary: Collection[str]
) -> list[AdditiveKind]:
    """As what the figures of each indicator add up: of a binary total `count`, of a binary mean `share`."""
    names: dict[str, AdditiveKind] = {"total": "count", "mean": "share"}
    kinds = [(name, indicators[name].additive_kind) for name in figures.indicators]
    return [names[kind] if name in binary else kind for name, kind in kinds]


def published_quantities(
    table: pa.Table, figures: Figures, kinds: Sequence[AdditiveKind], bounds: tuple[Floats, Floats]
) -> tuple[Quantity, ...]:
    """The quantities of every row of estimates or observations; those of derived rows are not there.

    The numerator of a share, a mean or two sources is value times n_hat, that of a total is the value; that of a ratio
    of two sums does not follow from what is published. The complement is who is not in a class or does not count.

    Args:
        table: with value, n and n_hat.
        figures: its keys.
        kinds: of each indicator, as `kinds_of` tells.
        bounds: what is known of a hidden n.
    """
    kind = np.array(kinds, dtype=object)[figures.indicator]
    value, n_hat, n = (
        np.where(figures.level, numbers(table, name), np.nan) for name in ("value", "n_hat", "n")
    )
    indicator = figures.indicator
    divided, total = np.isin(kind, ("share", "count")), np.isin(kind, ("total", "count"))
    numerator = np.where(total, value, np.where(kind == "ratio", np.nan, value * n_hat))
    nobody = (n_hat == 0) & (kind != "two_source_ratio")  # whose numerator counts other people
    numerator = np.where(nobody, 0.0, numerator)
    complement = np.where(divided, n_hat - numerator, np.nan)
    zero, endless = np.zeros(len(n)), np.full(len(n), np.inf)
    negative = np.unique(indicator[np.nan_to_num(numerator) < 0])
    lowest = np.where(np.isin(indicator, negative), -np.inf, 0.0)

    def quantity(name: str, values: Floats, low: Floats, high: Floats) -> Quantity:
        scale = np.ones(int(indicator.max(initial=-1)) + 1)
        np.maximum.at(scale, indicator, np.nan_to_num(np.abs(values)))
        return Quantity(name, values, low, high, scale[indicator])

    return (
        quantity("n", n, *bounds),
        quantity("n_hat", n_hat, zero, endless),
        quantity("numerator", numerator, lowest, endless),
        quantity("complement", complement, zero, endless),
    )
