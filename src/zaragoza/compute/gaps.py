"""Gaps between groups, with the covariance of their levels."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
import pyarrow as pa

from zaragoza.compute import intervals
from zaragoza.compute.cells import Cells
from zaragoza.compute.codes import Codes, Floats, add_up, compress
from zaragoza.compute.estimates import Level, Options, estimate_each
from zaragoza.compute.result import columns, reasons
from zaragoza.compute.scores import Scores
from zaragoza.compute.variance import Spread, WholeSpread, check_lonely
from zaragoza.model.classification import TOTAL
from zaragoza.model.estimate import GAP, RATIO
from zaragoza.model.indicator import Measure


def estimate_gaps(
    cells: Cells, measures: Mapping[str, Measure], group: str, reference: str, options: Options
) -> dict[str, pa.Table]:
    """Gaps of every group to the reference group, everything else held equal: group minus reference, and ratio.

    The error counts the covariance of the two levels: the scores of the gap are z_group - z_reference, those of the
    ratio Q of the levels (z_group - Q z_reference)/reference (oracle README, Gaps).

    Returns:
        By measure a table in the estimates shape: a row `gap` and a row `ratio` for each group and combination of the
        other columns; n, n_hat and domain degrees of freedom are the group's.
    """
    if cells.replication is None:
        check_lonely(cells.frame, options.lonely_psu)
    groups, bases = _pairs(cells, group, reference)
    there = bases >= 0
    contrasts: dict[int, _Contrast] = {}
    tables = {}
    for name, level in estimate_each(cells, measures, options):
        members = cells.members[name]
        if id(members) not in contrasts:
            contrasts[id(members)] = _Contrast(cells, members, groups[there], bases[there], options)
        gap = _Gap(cells, level, groups, bases, reference)
        contrast = contrasts[id(members)]
        tables[name] = pa.concat_tables(
            [gap.table(contrast, statistic, options) for statistic in (GAP, RATIO)]
        )
    return tables


def _pairs(cells: Cells, group: str, reference: str) -> tuple[Codes, Codes]:
    """Domains of groups, and for each the domain of the reference group (-1 where nobody of it is there)."""
    place = cells.by.index(group)
    domains = {row: code for code, row in enumerate(cells.categories)}
    groups, references = [], []
    for row, code in domains.items():
        if row[place] not in (reference, TOTAL):
            groups.append(code)
            references.append(domains.get((*row[:place], reference, *row[place + 1 :]), -1))
    return np.array(groups, dtype=np.int64), np.array(references, dtype=np.int64)


@dataclass(frozen=True)
class _Gap:
    """One measure's levels, paired."""

    cells: Cells
    level: Level
    group: Codes
    base: Codes
    reference: str

    def table(self, contrast: _Contrast, statistic: str, options: Options) -> pa.Table:
        """The rows of one statistic."""
        level, group, there = self.level, self.group, self.base >= 0
        own, other = level.value[group], np.where(there, level.value[self.base], np.nan)
        with np.errstate(divide="ignore", invalid="ignore"):
            if statistic == GAP:
                value, slope_own, slope_other = own - other, np.ones(len(group)), np.full(len(group), -1.0)
            else:
                value = np.where(other != 0, own / other, np.nan)
                slope_own, slope_other = 1 / other, -value / other
        estimable = level.estimable[group] & there & level.estimable[self.base] & np.isfinite(value)
        error = np.full(len(group), np.nan)
        replication = self.cells.replication
        if replication is not None and level.scores.replicates is not None:
            made = self._replicates(statistic, level.scores.replicates)
            error[there] = replication.standard_error(made, value[there])
        else:
            error[there] = contrast.standard_error(level.scores, slope_own[there], slope_other[there])
        estimable &= np.isfinite(error)  # not of replicates of which one has no value
        error = np.where(estimable, error, np.nan)
        df = np.full(len(group), float(self.cells.degrees_of_freedom))
        low, high = intervals.symmetric(value, error, df, options.confidence)
        answered = level.totals.answered
        empty = (answered[group] == 0) | ~there | (answered[self.base] == 0)
        return columns(
            [self.cells.categories[code] for code in group], self.cells.by,
            statistic=[statistic] * len(group), reference=[self.reference] * len(group), value=value,
            standard_error=error, degrees_of_freedom=df, domain_degrees_of_freedom=level.domain_df[group],
            ci_low=low, ci_high=high, n=answered[group], n_hat=level.totals.weight[group],
            design_effect=np.full(len(group), np.nan), reason=reasons(empty, ~estimable, low),
        )  # fmt: skip

    def _replicates(self, statistic: str, replicates: Floats) -> Floats:
        """The gap or ratio of each replicate, where the reference group is there (pairs x R)."""
        there = self.base >= 0
        own, other = replicates[self.group[there]], replicates[self.base[there]]
        with np.errstate(divide="ignore", invalid="ignore"):
            made: Floats = own - other if statistic == GAP else np.where(other != 0, own / other, np.nan)
        return made


class _Contrast:
    """Statistics slope_group * level(group) + slope_base * level(base), one for each pair of domains.

    The scores of a pair are those of its group and of its reference group, added up by unit, so that their covariance
    counts; a reference group takes part in every pair that names it.
    """

    def __init__(self, cells: Cells, members: Floats, group: Codes, base: Codes, options: Options) -> None:
        order = np.argsort(cells.domain, kind="stable")
        order = order[members[order] > 0]
        starts = np.searchsorted(cells.domain[order], np.arange(len(cells.categories) + 1))
        domain, pair = np.concatenate([group, base]), np.tile(np.arange(len(group)), 2)
        length = starts[domain + 1] - starts[domain]
        shift = starts[domain] - np.concatenate([[0], np.cumsum(length)[:-1]])
        self._cell = order[np.repeat(shift, length) + np.arange(int(length.sum()))]
        self._side = np.repeat(np.arange(len(domain)), length)
        owner, count = np.repeat(pair, length), max(1, len(group))
        pairs, self._entry = compress(cells.unit[self._cell] * count + owner)
        self._entries = len(pairs)
        self._group, self._base = group, base
        self._unit, self._pair = pairs // count, pairs % count
        self._spread = Spread(cells.frame, self._unit, self._pair, count, options.lonely_psu)
        self._whole = WholeSpread(cells.frame, options.lonely_psu)

    def standard_error(self, scores: Scores, slope_group: Floats, slope_base: Floats) -> Floats:
        """By pair; meaningless where a slope is not a number."""
        slope = np.concatenate([slope_group, slope_base])
        with np.errstate(invalid="ignore"):
            z = scores.own[self._cell] * slope[self._side]
        summed = add_up(self._entry, np.where(np.isfinite(z), z, 0.0), self._entries)
        if scores.shared is None or scores.loads is None:
            variance = self._spread.variance(summed)[: len(slope_group)]
        else:
            with np.errstate(invalid="ignore"):
                loads = (
                    slope_group[:, None] * scores.loads[self._group]
                    + slope_base[:, None] * scores.loads[self._base]
                )
            loads = np.where(np.isfinite(loads), loads, 0.0)
            variance = self._whole.variance(self._unit, self._pair, summed, loads, scores.shared)
        error: Floats = np.sqrt(variance)
        return error
