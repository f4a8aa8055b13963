"""Estimates from cells: levels of measures in domains, and gaps between groups with their covariance."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
import pyarrow as pa

from zaragoza.compute import intervals
from zaragoza.compute.cells import Cells, Totals
from zaragoza.compute.codes import Codes, Flags, Floats, add_up, compress
from zaragoza.compute.variance import Scores, check_lonely, variance
from zaragoza.model.design import Interval, LonelyPsu
from zaragoza.model.estimate import (
    ESTIMATE_FIELDS,
    EVIDENCE_FIELDS,
    GAP,
    LEVEL,
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


def estimate_level(cells: Cells, name: str, measure: Measure, options: Options) -> Level:
    """One measure in every domain."""
    value, scores = linearise(cells, name, measure.kind)
    units, domain_df = _domain_design(cells, name)
    totals = cells.totals[name]
    estimable = (units > 1) & (totals.weighted_rows > 1) & np.isfinite(value)
    entries = np.flatnonzero((cells.members[name] > 0) & np.isfinite(scores))
    everything = len(entries) == len(scores)
    of = Scores(
        unit=cells.unit if everything else cells.unit[entries],
        target=cells.domain if everything else cells.domain[entries],
        targets=len(cells.categories),
        z=scores if everything else scores[entries],
    )
    error = np.sqrt(variance(of, cells.frame, options.lonely_psu))
    error[error < _NOISE * np.abs(value)] = 0.0
    error = np.where(estimable, error, np.nan)
    return Level(measure.kind, value, scores, error, domain_df, estimable, totals)


def _domain_design(cells: Cells, name: str) -> tuple[Floats, Floats]:
    """Primary units in which each domain has members, and those units minus their strata."""
    present = cells.members[name] > 0
    domains = len(cells.categories)
    unit, domain = cells.frame.primary(cells.unit)[present], cells.domain[present]
    if len(cells.frame.stages) > 1:
        pairs, _ = compress(unit * domains + domain)
        unit, domain = pairs // domains, pairs % domains
    units = np.bincount(domain, minlength=domains).astype(np.float64)
    strata, _ = compress(cells.frame.stages[0].group[unit] * domains + domain)
    return units, units - np.bincount(strata % domains, minlength=domains)


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
        name: _level_table(cells, estimate_level(cells, name, m, options), options)
        for name, m in measures.items()
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
        n_hat=level.totals.weight, design_effect=_design_effect(level), reason=_reasons(level),
        n_domain=level.totals.members, n_numerator=level.totals.positive, numerator=level.totals.numerator,
        denominator=level.totals.denominator, largest=level.totals.largest,
        second_largest=level.totals.second_largest, contributions=level.totals.numerator,
    )  # fmt: skip


def _reasons(level: Level) -> list[str | None]:
    empty, bad = level.totals.answered == 0, ~level.estimable
    return [NO_MEMBERS if e else NOT_ESTIMABLE if b else None for e, b in zip(empty, bad, strict=True)]


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
    pairs = _pairs(cells, group, reference)
    tables = {}
    for name, measure in measures.items():
        level = estimate_level(cells, name, measure, options)
        tables[name] = pa.concat_tables(
            [_gap_table(cells, level, pairs, statistic, reference, options) for statistic in (GAP, RATIO)]
        )
    return tables


def _pairs(cells: Cells, group: str, reference: str) -> tuple[Codes, Codes]:
    """Domains of groups, and for each the domain of the reference group (-1 where nobody of it is there)."""
    place = cells.by.index(group)
    domains = {row: code for code, row in enumerate(cells.categories)}
    groups, references = [], []
    for row, code in domains.items():
        if row[place] not in (reference, "_T"):
            groups.append(code)
            references.append(domains.get((*row[:place], reference, *row[place + 1 :]), -1))
    return np.array(groups, dtype=np.int64), np.array(references, dtype=np.int64)


def _gap_table(
    cells: Cells, level: Level, pairs: tuple[Codes, Codes], statistic: str, reference: str, options: Options
) -> pa.Table:
    group, base = pairs
    there = base >= 0
    own, other = level.value[group], np.where(there, level.value[base], np.nan)
    if statistic == GAP:
        value, slope_own, slope_other = own - other, np.ones(len(group)), np.full(len(group), -1.0)
    else:
        with np.errstate(divide="ignore", invalid="ignore"):
            value = np.where(other != 0, own / other, np.nan)
            slope_own, slope_other = 1 / other, -value / other
    estimable = level.estimable[group] & there & level.estimable[base] & np.isfinite(value)
    chosen = np.flatnonzero(estimable)
    of = _contrast(cells, level.scores, group[chosen], base[chosen], slope_own[chosen], slope_other[chosen])
    error = np.full(len(group), np.nan)
    error[chosen] = np.sqrt(variance(of, cells.frame, options.lonely_psu))
    df = np.full(len(group), float(cells.frame.degrees_of_freedom))
    low, high = intervals.symmetric(value, error, df, options.confidence)
    empty = (level.totals.answered[group] == 0) | ~there | (level.totals.answered[base] == 0)
    nothing = np.full(len(group), np.nan)
    return _columns(
        [cells.categories[code] for code in group], cells.by,
        statistic=[statistic] * len(group), reference=[reference] * len(group), value=value,
        standard_error=error, degrees_of_freedom=df, domain_degrees_of_freedom=level.domain_df[group],
        ci_low=low, ci_high=high, n=level.totals.answered[group], n_hat=level.totals.weight[group],
        design_effect=nothing,
        reason=[NO_MEMBERS if e else None if ok else NOT_ESTIMABLE for e, ok in zip(empty, estimable, strict=True)],
        **{field: nothing for field, _ in EVIDENCE_FIELDS},
    )  # fmt: skip


def _contrast(
    cells: Cells, scores: Floats, group: Codes, base: Codes, slope_group: Floats, slope_base: Floats
) -> Scores:
    """Scores of the statistics slope_group * level(group) + slope_base * level(base), one for each pair."""
    order = np.argsort(cells.domain, kind="stable")
    starts = np.searchsorted(cells.domain[order], np.arange(len(cells.categories) + 1))
    domain, slope = np.concatenate([group, base]), np.concatenate([slope_group, slope_base])
    target = np.tile(np.arange(len(group)), 2)
    length = starts[domain + 1] - starts[domain]
    first = np.repeat(starts[domain] - np.concatenate([[0], np.cumsum(length)[:-1]]), length)
    cell = order[first + np.arange(int(length.sum()))]
    unit, owner = cells.unit[cell], np.repeat(target, length)
    z = scores[cell] * np.repeat(slope, length)
    pairs, entry = compress(unit * max(1, len(group)) + owner)
    return Scores(
        unit=pairs // max(1, len(group)),
        target=pairs % max(1, len(group)),
        targets=len(group),
        z=add_up(entry, z, len(pairs)),
    )


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
