"""Estimates from cells: levels of measures in domains, and gaps between groups with their covariance."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

import numpy as np
import pyarrow as pa

from zaragoza.compute import intervals
from zaragoza.compute.cells import Cells, Totals
from zaragoza.compute.codes import Codes, Flags, Floats, add_up, compress
from zaragoza.compute.variance import Spread, check_lonely
from zaragoza.model.classification import TOTAL
from zaragoza.model.design import Interval, LonelyPsu
from zaragoza.model.estimate import (
    ESTIMATE_FIELDS,
    EVIDENCE_FIELDS,
    GAP,
    LEVEL,
    NO_INTERVAL,
    NO_MEMBERS,
    NOT_ESTIMABLE,
    RATIO,
)
from zaragoza.model.indicator import Kind, Measure

_NOISE = (
    1e-12  # a standard error below this part of its value is rounding, as of a share that the design fixes
)


@dataclass(frozen=True)
class Options:
    """How errors and intervals are made."""

    confidence: float = 0.95
    interval: Interval = "t"
    lonely_psu: LonelyPsu = "error"


@dataclass(frozen=True)
class Level:
    """A measure in every domain: its value, and its linearised value in every cell."""

    kind: Kind
    value: Floats
    scores: Floats
    standard_error: Floats
    domain_df: Floats
    estimable: Flags
    totals: Totals


def linearise(cells: Cells, name: str, kind: Kind) -> tuple[Floats, Floats]:
    """Values of a measure by domain and the scores of its cells (methods/05 section 2).

    Total: z = w y. Share, mean and ratio R = Y/X: z = w (y - R x)/X.
    """
    totals, numerator = cells.totals[name], cells.numerators[name]
    if kind == "total":
        return np.where(totals.answered > 0, totals.numerator, np.nan), numerator
    with np.errstate(divide="ignore", invalid="ignore"):
        value = np.where(totals.denominator != 0, totals.numerator / totals.denominator, np.nan)
        scores = (numerator - value[cells.domain] * cells.denominators[name]) / totals.denominator[
            cells.domain
        ]
    return value, scores


def estimate_each(
    cells: Cells, measures: Mapping[str, Measure], options: Options
) -> Iterator[tuple[str, Level]]:
    """Every measure in every domain, one at a time; what measures of the same members share is made once."""
    shared: dict[int, _Membership] = {}
    units: dict[int, Floats] = {}
    for name, measure in measures.items():
        members, answered, totals = cells.members[name], cells.answered[name], cells.totals[name]
        if id(members) not in shared:
            shared[id(members)] = _Membership(cells, members, options)
        if id(answered) not in units:
            units[id(answered)] = _primary_units(cells, answered > 0)[0]
        membership = shared[id(members)]
        value, scores = linearise(cells, name, measure.kind)
        error = membership.standard_error(scores)
        error[error < _NOISE * np.abs(value)] = 0.0
        estimable = (units[id(answered)] > 1) & (totals.weighted_rows > 1)
        estimable &= np.isfinite(value) & np.isfinite(error)
        error = np.where(estimable, error, np.nan)
        yield name, Level(measure.kind, value, scores, error, membership.domain_df, estimable, totals)


def _primary_units(cells: Cells, present: Flags) -> tuple[Floats, Floats]:
    """By domain, the primary units of the cells that are present, and their strata."""
    unit, domain, domains = cells.unit[present], cells.domain[present], len(cells.categories)
    if len(cells.frame.stages) > 1:
        pairs, _ = compress(cells.frame.primary(unit) * domains + domain)
        unit, domain = pairs // domains, pairs % domains
    strata, _ = compress(cells.frame.stages[0].group[unit] * domains + domain)
    counts = (np.bincount(codes, minlength=domains) for codes in (domain, strata % domains))
    units, groups = (count.astype(np.float64) for count in counts)
    return units, groups


class _Membership:
    """The cells in which a population has members, and what the design says of them.

    Attributes:
        domain_df: by domain, the primary units in which it has members minus their strata.
    """

    def __init__(self, cells: Cells, members: Floats, options: Options) -> None:
        present = members > 0
        self._entries = slice(None) if present.all() else np.flatnonzero(present)
        unit, domain, domains = cells.unit[self._entries], cells.domain[self._entries], len(cells.categories)
        self._spread = Spread(cells.frame, unit, domain, domains, options.lonely_psu)
        units, strata = _primary_units(cells, present)
        self.domain_df = units - strata

    def standard_error(self, scores: Floats) -> Floats:
        """By domain; a score that is not a number belongs to a domain without a value."""
        z = scores[self._entries]
        error: Floats = np.sqrt(self._spread.variance(np.where(np.isfinite(z), z, 0.0)))
        return error


def _design_effect(level: Level) -> Floats:
    """V / V_srs with V_srs = S^2/n (1 - n/N), for a total times N^2 (oracle README, Design effects)."""
    n, weight, sums = level.totals.weighted_rows, level.totals.weight, level.totals
    with np.errstate(divide="ignore", invalid="ignore"):
        spread = (sums.square - sums.numerator**2 / weight) / weight * n / (n - 1)
        simple = spread / n * (1 - n / weight) * (weight**2 if level.kind == "total" else 1.0)
        effect = level.standard_error**2 / simple
        varies = spread > 1e-15 * sums.square / weight
    return np.where((simple > 0) & varies, effect, np.nan)


def estimate_levels(cells: Cells, measures: Mapping[str, Measure], options: Options) -> dict[str, pa.Table]:
    """Levels of every measure, one row a domain.

    Returns:
        By measure a table with the breakdown columns, ESTIMATE_FIELDS and EVIDENCE_FIELDS.

    Raises:
        DesignError: a stratum has one unit and `lonely_psu` is `error`.
    """
    check_lonely(cells.frame, options.lonely_psu)
    return {
        name: _level_table(cells, level, options) for name, level in estimate_each(cells, measures, options)
    }


def _level_table(cells: Cells, level: Level, options: Options) -> pa.Table:
    domains = len(cells.categories)
    df = np.full(domains, float(cells.frame.degrees_of_freedom))
    if level.kind == "share":
        (low, high), used = intervals.proportion(
            options.interval, level.value, level.standard_error, df, level.domain_df, level.totals.members,
            options.confidence,
        )  # fmt: skip
    else:
        low, high = intervals.symmetric(level.value, level.standard_error, df, options.confidence)
        used = df
    return _columns(
        cells.categories, cells.by,
        statistic=[LEVEL] * domains, reference=[None] * domains, value=level.value,
        standard_error=level.standard_error, degrees_of_freedom=used,
        domain_degrees_of_freedom=level.domain_df, ci_low=low, ci_high=high, n=level.totals.answered,
        n_hat=level.totals.weight, design_effect=_design_effect(level),
        reason=_why(level.totals.answered == 0, ~level.estimable, low),
        n_domain=level.totals.members, n_numerator=level.totals.positive, numerator=level.totals.numerator,
        denominator=level.totals.denominator, largest=level.totals.largest,
        second_largest=level.totals.second_largest, contributions=level.totals.numerator,
    )  # fmt: skip


def _why(empty: Flags, unestimable: Flags, limit: Floats) -> list[str | None]:
    def reason(nobody: bool, none: bool, endless: bool) -> str | None:
        if nobody:
            return NO_MEMBERS
        return NOT_ESTIMABLE if none else NO_INTERVAL if endless else None

    return [reason(*flags) for flags in zip(empty, unestimable, np.isnan(limit), strict=True)]


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
        error[there] = contrast.standard_error(level.scores, slope_own[there], slope_other[there])
        error = np.where(estimable, error, np.nan)
        df = np.full(len(group), float(self.cells.frame.degrees_of_freedom))
        low, high = intervals.symmetric(value, error, df, options.confidence)
        answered = level.totals.answered
        empty = (answered[group] == 0) | ~there | (answered[self.base] == 0)
        nothing = np.full(len(group), np.nan)
        return _columns(
            [self.cells.categories[code] for code in group], self.cells.by,
            statistic=[statistic] * len(group), reference=[self.reference] * len(group), value=value,
            standard_error=error, degrees_of_freedom=df, domain_degrees_of_freedom=level.domain_df[group],
            ci_low=low, ci_high=high, n=answered[group], n_hat=level.totals.weight[group],
            design_effect=nothing, reason=_why(empty, ~estimable, low),
            **{field: nothing for field, _ in EVIDENCE_FIELDS},
        )  # fmt: skip


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
        self._spread = Spread(cells.frame, pairs // count, pairs % count, count, options.lonely_psu)

    def standard_error(self, scores: Floats, slope_group: Floats, slope_base: Floats) -> Floats:
        """By pair; meaningless where a slope is not a number."""
        slope = np.concatenate([slope_group, slope_base])
        with np.errstate(invalid="ignore"):
            z = scores[self._cell] * slope[self._side]
        summed = add_up(self._entry, np.where(np.isfinite(z), z, 0.0), self._entries)
        error: Floats = np.sqrt(self._spread.variance(summed))
        return error[: len(slope_group)]


def _columns(categories: Sequence[tuple[str, ...]], by: Sequence[str], **fields: object) -> pa.Table:
    columns: dict[str, pa.Array] = {
        name: pa.array([row[i] for row in categories], pa.string()) for i, name in enumerate(by)
    }
    for name, kind in (*ESTIMATE_FIELDS, *EVIDENCE_FIELDS):
        values = fields[name]
        if isinstance(values, np.ndarray):
            numbers = np.where(np.isfinite(values), values, 0.0)
            missing = ~np.isfinite(values)
            columns[name] = pa.array(numbers, pa.float64(), mask=missing).cast(pa.type_for_alias(kind))
        else:
            columns[name] = pa.array(values, pa.type_for_alias(kind))
    return pa.table(columns)
