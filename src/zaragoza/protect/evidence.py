"""What stands behind a figure: how many persons, how many of them in the numerator, the largest amounts."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass, replace

import numpy as np
import pyarrow as pa

from zaragoza.model.definitions import NO_DEFINITIONS, Definitions
from zaragoza.model.indicator import Indicator
from zaragoza.protect.defined import by_definition
from zaragoza.protect.figures import Bools, Figures, Floats, Ints, counts, numbers
from zaragoza.protect.holdings import Holdings, read_holdings


@dataclass(frozen=True)
class Evidence:
    """One entry a figure, or a pool of figures: what is left when shown ones are subtracted from a total.

    Attributes:
        n: unweighted persons that answered.
        share: whether the figure divides the persons: into a class or not, below a threshold or a quantile, into who
            counts 1 and who counts 0.
        apart: whether the numerator counts other persons than the denominator (two sources): it has no complement.
        positive: unweighted persons in the numerator of a share or of two sources, or who count 1; 0 otherwise.
        amount: whether contributions are amounts of which the largest are known.
        largest, second_largest, contributions: the two largest protected amounts and the sum of all, without
            their signs; 0 otherwise.
        defined: whether the definition tells that all persons or none are in the numerator of a share, or have amounts
            of a total that are not 0, so that this is no secret.
        holdings: households behind the figure; None where only persons count.
    """

    n: Ints
    share: Bools
    apart: Bools
    positive: Ints
    amount: Bools
    largest: Floats
    second_largest: Floats
    contributions: Floats
    defined: Bools
    holdings: Holdings | None = None

    @property
    def units(self) -> Ints:
        """How many must be enough: persons, or households, which are never more."""
        return self.n if self.holdings is None else self.holdings.everyone

    @property
    def classes(self) -> tuple[Ints, Ints]:
        """Of these, those in the numerator, and the others; a household may be in both."""
        if self.holdings is None:
            return self.positive, self.n - self.positive
        return self.holdings.positive, self.holdings.others

    @property
    def somebody(self) -> Bools:
        """Whether there are persons on either side of the figure."""
        return np.asarray((self.n > 0) | (self.positive > 0))

    def of(self, index: Ints | Bools) -> Evidence:
        """The entries at an index."""
        return Evidence(
            self.n[index],
            self.share[index],
            self.apart[index],
            self.positive[index],
            self.amount[index],
            self.largest[index],
            self.second_largest[index],
            self.contributions[index],
            self.defined[index],
            None if self.holdings is None else self.holdings.of(index),
        )

    def joined(self, other: Evidence) -> Evidence:
        """Entry by entry, the evidence of both figures together; nobody is in both."""
        second = np.maximum(
            np.minimum(self.largest, other.largest),
            np.where(self.largest >= other.largest, self.second_largest, other.second_largest),
        )
        return Evidence(
            self.n + other.n,
            self.share | other.share,
            self.apart | other.apart,
            self.positive + other.positive,
            self.amount | other.amount,
            np.maximum(self.largest, other.largest),
            second,
            self.contributions + other.contributions,
            self.defined & other.defined,
            None if self.holdings is None or other.holdings is None else self.holdings.joined(other.holdings),
        )

    def counts_only(self) -> Evidence:
        """The same with nothing but n: what all indicators of one population have in common."""
        nothing = np.zeros(len(self.n), dtype=np.bool_)
        return replace(self, share=nothing, apart=nothing, amount=nothing)


def read_evidence(
    estimates: pa.Table,
    figures: Figures,
    indicators: Mapping[str, Indicator],
    definitions: Definitions = NO_DEFINITIONS,
    binary: Collection[str] = (),
) -> Evidence:
    """The evidence of every row of the estimates.

    Args:
        estimates: as `compute` makes them.
        figures: their keys.
        indicators: by id.
        definitions: they tell which figures are no secret.
        binary: means and totals that are judged as shares.
    """
    kinds = [indicators[name] for name in figures.indicators]
    share = np.array([one.divides for one in kinds] or [False])[figures.indicator]
    apart = np.array([one.kind == "two_source_ratio" for one in kinds] or [False])[figures.indicator]
    largest = numbers(estimates, "largest")
    n = counts(estimates, "n")
    ones = np.array([name in binary for name in figures.indicators] or [False])[figures.indicator]
    positive = np.where(share | apart | ones, counts(estimates, "n_numerator"), 0)
    return Evidence(
        n=n,
        share=share | ones,
        apart=apart,
        positive=positive,
        amount=~share & ~np.isnan(largest),
        largest=np.nan_to_num(largest),
        second_largest=np.nan_to_num(numbers(estimates, "second_largest")),
        contributions=np.nan_to_num(numbers(estimates, "contributions")),
        defined=by_definition(figures, n, positive, indicators, definitions),
        holdings=read_holdings(estimates, n, positive),
    )


def pool(evidence: Evidence, group: Ints, groups: int) -> Evidence:
    """The evidence of all entries of a group together; a group without entries holds nobody."""

    def total(values: Ints | Bools) -> Ints:
        return np.bincount(group, values, groups).astype(np.int64)

    largest, second = _two_largest(evidence, group, groups)
    return Evidence(
        n=total(evidence.n),
        share=total(evidence.share) > 0,
        apart=total(evidence.apart) > 0,
        positive=total(evidence.positive),
        amount=total(evidence.amount) > 0,
        largest=largest,
        second_largest=second,
        contributions=np.bincount(group, evidence.contributions, groups).astype(np.float64),
        defined=total(~evidence.defined) == 0,
        holdings=None if evidence.holdings is None else evidence.holdings.pooled(group, groups),
    )


def _two_largest(evidence: Evidence, group: Ints, groups: int) -> tuple[Floats, Floats]:
    largest, second = np.zeros(groups), np.zeros(groups)
    if not evidence.amount.any():
        return largest, second
    owner = np.concatenate([group, group])
    value = np.concatenate([evidence.largest, evidence.second_largest])
    order = np.lexsort((-value, owner))
    owner, value = owner[order], value[order]
    start = np.searchsorted(owner, np.arange(groups))
    size = np.bincount(group, minlength=groups)
    filled = size > 0
    largest[filled] = value[start[filled]]
    second[filled] = value[start[filled] + 1]  # an entry brings two amounts, so a filled group has a second
    return largest, second
