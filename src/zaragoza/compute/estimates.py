"""Levels of measures in domains, from cells."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

import numpy as np
import pyarrow as pa

from zaragoza.compute import intervals
from zaragoza.compute.cells import Cells, Totals
from zaragoza.compute.codes import Flags, Floats, compress
from zaragoza.compute.result import columns, reasons
from zaragoza.compute.scores import Linearised, Scores
from zaragoza.compute.variance import Spread, WholeSpread, check_lonely
from zaragoza.compute.woodruff import woodruff
from zaragoza.model.design import Interval, LonelyPsu
from zaragoza.model.estimate import LEVEL
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
    """A measure in every domain: its value, its error and what the error was made from.

    Attributes:
        limits: of a quantile, its interval.
        interval_df: of a quantile, the degrees of freedom that its interval uses (decision 2).
    """

    kind: Kind
    value: Floats
    scores: Scores
    standard_error: Floats
    domain_df: Floats
    estimable: Flags
    totals: Totals
    limits: intervals.Limits | None = None
    interval_df: Floats | None = None


def linearise(cells: Cells, name: str, kind: Kind) -> Linearised:
    """Values of a measure by domain and the scores of its cells (methods/05 section 2).

    Total: z = w y. Share, mean and ratio R = Y/X: z = w (y - R x)/X.
    """
    if name in cells.known:
        return cells.known[name]
    totals, numerator = cells.totals[name], cells.numerators[name]
    if kind == "total":
        value = np.where(totals.answered > 0, totals.numerator, np.nan)
        return Linearised(value, Scores(numerator), np.isfinite(value))
    with np.errstate(divide="ignore", invalid="ignore"):
        value = np.where(totals.denominator != 0, totals.numerator / totals.denominator, np.nan)
        scores = (numerator - value[cells.domain] * cells.denominators[name]) / totals.denominator[
            cells.domain
        ]
    return Linearised(value, Scores(scores), np.isfinite(value))


def estimate_each(
    cells: Cells, measures: Mapping[str, Measure], options: Options
) -> Iterator[tuple[str, Level]]:
    """Every measure in every domain, one at a time; what measures of the same members share is made once."""
    shared: dict[int, Membership] = {}
    units: dict[int, tuple[Floats, Floats]] = {}
    for name, measure in measures.items():
        members, answered = cells.members[name], cells.answered[name]
        if id(members) not in shared:
            shared[id(members)] = Membership(cells, members, options)
        if id(answered) not in units:
            units[id(answered)] = _primary_units(cells, answered > 0)
        yield name, _level(cells, name, measure, shared[id(members)], units[id(answered)], options)


def _level(
    cells: Cells,
    name: str,
    measure: Measure,
    membership: Membership,
    answered: tuple[Floats, Floats],
    options: Options,
) -> Level:
    """One measure; `answered` are by domain the primary units with an answer, and their strata."""
    units, strata = answered
    totals, found = cells.totals[name], linearise(cells, name, measure.kind)
    value, scores, limits, df = found.value, found.scores, None, None
    if found.below is not None and measure.interval != "replicates":
        df = units - strata if cells.replication is None else membership.domain_df
        made = woodruff(
            found, found.below, measure.interval, membership, df, totals.answered, cells.domain,
            options.confidence,
        )  # fmt: skip
        error, scores, limits = made.standard_error, made.scores, made.limits
    else:
        error = membership.standard_error(scores, value)
    error[error < _NOISE * np.abs(value)] = 0.0
    estimable = (units > 1) & (totals.weighted_rows > 1) & found.defined
    estimable &= np.isfinite(value) & np.isfinite(error)
    error = np.where(estimable, error, np.nan)
    return Level(measure.kind, value, scores, error, membership.domain_df, estimable, totals, limits, df)


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


class Membership:
    """The cells in which a population has members, and what the design says of them.

    Attributes:
        domain_df: by domain, the primary units in which it has members minus their strata.
    """

    def __init__(self, cells: Cells, members: Floats, options: Options) -> None:
        self._cells, self._replication = cells, cells.replication
        present = members > 0
        self._entries = slice(None) if present.all() else np.flatnonzero(present)
        unit, domain, domains = cells.unit[self._entries], cells.domain[self._entries], len(cells.categories)
        self._spread = Spread(cells.frame, unit, domain, domains, options.lonely_psu)
        self._whole = WholeSpread(cells.frame, options.lonely_psu)
        if self._replication is None:
            units, strata = _primary_units(cells, present)
            self.domain_df = units - strata
        else:
            self.domain_df = self._replication.domain_df

    def standard_error(self, scores: Scores, value: Floats) -> Floats:
        """By domain; a score that is not a number belongs to a domain without a value."""
        if self._replication is not None and scores.replicates is not None:
            return self._replication.standard_error(scores.replicates, value)
        own = np.where(np.isfinite(scores.own), scores.own, 0.0)
        if scores.shared is None or scores.loads is None:
            variance = self._spread.variance(own[self._entries])
        else:
            variance = self._whole.variance(
                self._cells.unit, self._cells.domain, own, scores.loads, scores.shared
            )
        error: Floats = np.sqrt(variance)
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
    if cells.replication is None:
        check_lonely(cells.frame, options.lonely_psu)
    return {
        name: _level_table(cells, level, options) for name, level in estimate_each(cells, measures, options)
    }


def _level_table(cells: Cells, level: Level, options: Options) -> pa.Table:
    domains, keys, households = len(cells.categories), level.totals.keys, level.totals.households
    nothing = np.full(domains, np.nan)
    used = np.full(domains, float(cells.degrees_of_freedom))
    if level.limits is not None and level.interval_df is not None:
        used = level.interval_df
        low, high = (np.where(level.estimable, limit, np.nan) for limit in level.limits)
    elif level.kind == "share":
        (low, high), used = intervals.proportion(
            options.interval, level.value, level.standard_error, used, level.domain_df, level.totals.members,
            options.confidence,
        )  # fmt: skip
    else:
        low, high = intervals.symmetric(level.value, level.standard_error, used, options.confidence)
    return columns(
        cells.categories, cells.by,
        statistic=[LEVEL] * domains, reference=[None] * domains, value=level.value,
        standard_error=level.standard_error, degrees_of_freedom=used,
        domain_degrees_of_freedom=level.domain_df, ci_low=low, ci_high=high, n=level.totals.answered,
        n_hat=level.totals.weight, design_effect=_design_effect(level),
        reason=reasons(level.totals.answered == 0, ~level.estimable, low),
        n_domain=level.totals.members, n_numerator=level.totals.positive, numerator=level.totals.numerator,
        denominator=level.totals.denominator, largest=level.totals.largest,
        contributions=level.totals.contributions,
        households=nothing if households is None else households.everyone,
        households_numerator=nothing if households is None else households.numerator,
        households_others=nothing if households is None else households.others,
        key=nothing if keys is None else keys.everyone, key_numerator=nothing if keys is None else keys.numerator,
        contributors=nothing if keys is None else keys.contributors,
    )  # fmt: skip
