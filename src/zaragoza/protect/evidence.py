"""What stands behind a figure: how many persons, how many of them in the numerator, the largest amounts."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass, replace

import numpy as np
import numpy.typing as npt
import pyarrow as pa

from zaragoza.model.definitions import NO_DEFINITIONS, Definitions
from zaragoza.model.indicator import Indicator
from zaragoza.protect.defined import by_definition
from zaragoza.protect.figures import Bools, Figures, Floats, Ints, counts, lengths, numbers
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
        largest: as many of the largest protected amounts as the rules look at, without their signs, the largest first
            (figures x how many); 0 otherwise.
        contributions: the sum of all amounts without their signs; 0 otherwise.
        squares: the sum of the squares of all amounts, as far as standard errors tell it; infinite where they do not.
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
    contributions: Floats
    squares: Floats
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
            self.contributions[index],
            self.squares[index],
            self.defined[index],
            None if self.holdings is None else self.holdings.of(index),
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
    kind = np.array([one.kind for one in kinds], dtype=np.str_)[figures.indicator]
    apart = kind == "two_source_ratio"
    largest, known = _read_largest(estimates)
    n = counts(estimates, "n")
    ones = np.array([name in binary for name in figures.indicators] or [False])[figures.indicator]
    positive = np.where(share | apart | ones, counts(estimates, "n_numerator"), 0)
    return Evidence(
        n=n,
        share=share | ones,
        apart=apart,
        positive=positive,
        amount=~share & known,  # the rules on amounts hold of ones and zeros as well
        largest=largest,
        contributions=np.nan_to_num(numbers(estimates, "contributions")),
        squares=np.where(ones, np.inf, _squares(estimates, figures, n, kind)),
        defined=by_definition(figures, n, positive, indicators, definitions),
        holdings=read_holdings(estimates, n, positive),
    )


def pool(evidence: Evidence, group: Ints, groups: int) -> Evidence:
    """The evidence of all entries of a group together; a group without entries holds nobody."""

    def total(values: Ints | Bools) -> Ints:
        return np.bincount(group, values, groups).astype(np.int64)

    return Evidence(
        n=total(evidence.n),
        share=total(evidence.share) > 0,
        apart=total(evidence.apart) > 0,
        positive=total(evidence.positive),
        amount=total(evidence.amount) > 0,
        largest=_largest(evidence, group, groups),
        contributions=np.bincount(group, evidence.contributions, groups).astype(np.float64),
        squares=np.bincount(group, evidence.squares, groups).astype(np.float64),
        defined=total(~evidence.defined) == 0,
        holdings=None if evidence.holdings is None else evidence.holdings.pooled(group, groups),
    )


def _read_largest(estimates: pa.Table) -> tuple[Floats, Bools]:
    """The largest amounts of every row (rows x how many), and which rows have them."""
    size = lengths(estimates, "largest")
    found = np.zeros((len(size), int(size.max(initial=1))))
    values = estimates["largest"].combine_chunks().flatten()
    found[np.arange(found.shape[1]) < size[:, None]] = values.to_numpy(zero_copy_only=False)
    return found, size > 0


def _squares(estimates: pa.Table, figures: Figures, n: Ints, kind: npt.NDArray[np.str_]) -> Floats:
    """What the errors of means and totals of a register, where nobody is weighted, tell of the squares of amounts.

    The variance of a mean is the sum of squares, over households, of what each adds to the total beyond the mean,
    divided by n squared; of a total the sum of squares of its amounts less what all people together have by chance
    (docs/methods/estimation.md, each but for a factor h / (h - 1) of h households). Exact where nobody shares one.
    """
    value, error, n_hat = (numbers(estimates, name) for name in ("value", "standard_error", "n_hat"))
    everybody = np.ones(len(figures.indicators))
    np.maximum.at(everybody, figures.indicator, n)
    told = np.where(kind == "mean", (n * error) ** 2 + n * value**2, np.inf)
    told = np.where(kind == "total", error**2 + value**2 / everybody[figures.indicator], told)
    return np.where((n_hat == n) & ~np.isnan(told), told, np.inf)


def _largest(evidence: Evidence, group: Ints, groups: int) -> Floats:
    """The largest amounts of each group, which are among the largest of its entries."""
    count = evidence.largest.shape[1]
    found = np.zeros((groups, count))
    if not evidence.amount.any():
        return found
    owner, value = np.repeat(group, count), evidence.largest.ravel()
    order = np.lexsort((-value, owner))
    owner, value = owner[order], value[order]
    rank = np.arange(len(owner)) - np.searchsorted(owner, np.arange(groups))[owner]
    top = rank < count
    found[owner[top], rank[top]] = value[top]
    return found
