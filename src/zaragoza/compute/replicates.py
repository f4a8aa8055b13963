"""Estimates under replicate weights: those of the data, or those made from the design (methods/05 section 4)."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace

import numpy as np

from zaragoza.compute.calibrated import recalibrate
from zaragoza.compute.cells import Cells
from zaragoza.compute.codes import Codes, Floats
from zaragoza.compute.distribution import Distribution
from zaragoza.compute.linearise import national
from zaragoza.compute.replicate_factors import Factors, make_factors
from zaragoza.compute.rows import Rows
from zaragoza.compute.scores import Replication, Scores
from zaragoza.compute.statistics import STATISTICS, tied
from zaragoza.errors import DefinitionError, DesignError, Fault
from zaragoza.model.design import Replicates
from zaragoza.model.indicator import LINEAR, Measure

_CENTRES = {"JK2": "estimate"}  # one replicate a stratum: their mean lies off the estimate by design
_BLOCK = 1_000_000  # weights that are held at once
_NOBODY: Floats = np.zeros(0)
_EXACT = 4_000_000  # weights whose rank is computed as they stand
_RANK = 1e-7  # singular values below this part of the largest are rounding (R's qr)


@dataclass(frozen=True)
class Replicated:
    """The replicates of a sample.

    Attributes:
        design: how they are made.
        factors: by primary unit, made from the design; None: the rows hold the weights.
        scale: of the sum of squares.
        rscales: of the square of each replicate.
    """

    design: Replicates
    factors: Factors | None
    scale: float
    rscales: Floats

    def blocks(self, rows: Rows) -> Iterator[Block]:
        """The replicate weights of all rows, some replicates at a time."""
        size = max(1, _BLOCK // max(len(rows.weight), 1))
        base = rows.weight if rows.calibrated is None else rows.calibrated.before
        for block in self._blocks(rows, base, size):
            if rows.calibrated is None:
                yield block
            else:
                yield Block(recalibrate(block.at(slice(None)), rows.calibrated))

    def _blocks(self, rows: Rows, base: Floats, size: int) -> Iterator[Block]:
        if self.factors is not None:
            primary = rows.frame.primary(rows.unit)
            for factors in self.factors.blocks(size):
                yield Block(np.ascontiguousarray(factors.T), primary, base)
        elif rows.replicates is not None:
            for start in range(0, len(rows.replicates), size):
                yield Block(
                    rows.replicates[start : start + size], None, base if self.design.factors else None
                )


@dataclass(frozen=True)
class Block:
    """Some replicates of the weights: base times factor, the factor of a row or of its primary unit.

    Attributes:
        factors: replicates x rows, or replicates x primary units.
        unit: primary unit of each row, where factors are of units.
        base: weight of each row; None where the factors are whole weights.
    """

    factors: Floats
    unit: Codes | None = None
    base: Floats | None = None

    def at(self, rows: Codes | slice) -> Floats:
        """The weights of some rows (replicates x rows)."""
        if self.unit is not None:
            chosen = self.factors.take(self.unit[rows], axis=1)
            chosen *= 1.0 if self.base is None else self.base[rows]
        else:
            chosen = self.factors[:, rows] if self.base is None else self.factors[:, rows] * self.base[rows]
        return chosen


def replicated(rows: Rows, design: Replicates) -> Replicated:
    """The replicates that a design asks for.

    Raises:
        DefinitionError: a scale is lacking, or there are as many `rscales` as replicates only by name.
        DesignError: replicate weights are missing or infinite, or the design cannot be replicated so.
    """
    if design.design is not None:
        factors = make_factors(
            rows.frame, design.method, count=design.count, seed=design.seed, rho=design.rho
        )
        rscales = factors.rscales if design.rscales is None else np.array(design.rscales)
        scale = factors.scale if design.scale is None else design.scale
        return Replicated(design, factors, scale, rscales)
    count = len(design.replicates)
    faults = []
    if design.rscales is not None and len(design.rscales) != count:
        found = f"{len(design.rscales)} for {count} columns"
        faults.append(Fault("design", "rscales", "one for each replicate", found, "Correct the call."))
    if design.method in ("JKn", "JK2") and design.rscales is None and design.scale is None:
        way_out = (
            "Give the factors that came with the weights, (n_h - 1)/n_h for the stratum of each replicate."
        )
        faults.append(
            Fault("design", "rscales", f"factors of the {design.method} replicates", "none", way_out)
        )
    if faults:
        raise DefinitionError(faults)
    if rows.replicates is not None and not np.isfinite(rows.replicates).all():
        bad = int((~np.isfinite(rows.replicates)).any(axis=0).sum())
        way_out = "Give every row all replicate weights; 0 leaves it out of one."
        raise DesignError(
            Fault("design", "replicates", "finite replicate weights", f"{bad} rows without", way_out)
        )
    rscales = np.ones(count) if design.rscales is None else np.array(design.rscales, dtype=np.float64)
    return Replicated(
        design, None, _own_scale(design, count) if design.scale is None else design.scale, rscales
    )


def _own_scale(design: Replicates, count: int) -> float:
    if design.method == "JK1":
        return (count - 1) / count
    if design.method in ("BRR", "Fay"):
        return 1 / (count * (1 - design.rho) ** 2)
    return 1 / (count - 1) if "bootstrap" in design.method else 1.0


def replicate(cells: Cells, rows: Rows, measures: Mapping[str, Measure], replicates: Replicated) -> Cells:
    """The cells with every measure under every set of replicate weights, in place of scores.

    Args:
        cells: of the rows, with every measure linearised.
        rows: the persons.
        measures: each without plausible values.
        replicates: of the same rows.
    """
    count, domains = len(replicates.rscales), len(rows.categories)
    found = {name: np.empty((domains, count)) for name in measures}
    makers = {name: _maker(cells, rows, name, measure) for name, measure in measures.items()}
    done = 0
    for block in replicates.blocks(rows):
        for name, make in makers.items():
            values = make(block)
            found[name][:, done : done + values.shape[1]] = values
        done += len(block.factors)
    known = {
        name: replace(
            cells.known[name],
            scores=Scores(cells.known[name].scores.own, replicates=values),
            defined=np.isfinite(cells.known[name].value),  # replicates need no density
        )
        for name, values in found.items()
    }
    return replace(cells, known=known, replication=_replication(rows, replicates))


class _Linear:
    """Sums by domain, or their quotient."""

    def __init__(self, rows: Rows, name: str, measure: Measure) -> None:
        answers = rows.answers[name]
        self._rows = np.flatnonzero(answers.answered)
        self._domain, self._domains = rows.domain[self._rows], len(rows.categories)
        self._y = answers.value[self._rows]
        self._x = None if answers.over is None else answers.over[self._rows]
        self._total = measure.kind == "total"

    def __call__(self, block: Block) -> Floats:
        """Domains x replicates."""
        chosen = block.at(self._rows)
        top = self._sums(chosen * self._y)
        if self._total:
            return top
        bottom = self._sums(chosen if self._x is None else chosen * self._x)
        with np.errstate(divide="ignore", invalid="ignore"):
            return np.where(bottom != 0, top / bottom, np.nan)

    def _sums(self, values: Floats) -> Floats:
        return np.stack([np.bincount(self._domain, row, self._domains) for row in values], axis=1)


class _Distributed:
    """A statistic of the distribution in every domain; of a quantile, the share below it where it lies."""

    def __init__(self, cells: Cells, rows: Rows, name: str, measure: Measure) -> None:
        self._measure, self._groups, self._domains = measure, rows.groups(name), len(rows.categories)
        self._everyone = rows.everyone(name) if national(measure) else None
        below = cells.known[name].below
        pivots = below is not None and measure.interval != "replicates"
        self._limits = [tied(float(q)) for q in cells.known[name].value] if pivots else None

    def __call__(self, block: Block) -> Floats:
        """Domains x replicates."""
        ordered = block.at(self._groups.order)
        everyone = Distribution(_NOBODY, np.zeros((len(ordered), 0)))
        if self._everyone is not None:
            alike = np.array_equal(self._everyone.order, self._groups.order)
            everyone = self._everyone.distribution(0, ordered if alike else block.at(self._everyone.order))
            if alike and self._domains == 1 and self._groups.also is None:
                with np.errstate(divide="ignore", invalid="ignore"):
                    return self._of(0, everyone, everyone)[None, :]
        with np.errstate(divide="ignore", invalid="ignore"):
            groups = (self._groups.distribution(domain, ordered) for domain in range(self._domains))
            return np.stack([self._of(domain, group, everyone) for domain, group in enumerate(groups)])

    def _of(self, domain: int, group: Distribution, everyone: Distribution) -> Floats:
        if not len(group.values):
            return np.full(len(group.weights), np.nan)
        if self._limits is None:
            return STATISTICS[self._measure.kind].value(group, everyone, self._measure)
        limit = np.full(len(group.weights), self._limits[domain])
        return group.weight_below(limit, inclusive=True) / group.size


def _maker(cells: Cells, rows: Rows, name: str, measure: Measure) -> _Linear | _Distributed:
    if measure.kind in LINEAR:
        return _Linear(rows, name, measure)
    return _Distributed(cells, rows, name, measure)


def _replication(rows: Rows, replicates: Replicated) -> Replication:
    given = replicates.design.degrees_of_freedom
    domains = len(rows.categories)
    if replicates.factors is not None:
        whole = float(rows.frame.degrees_of_freedom)
        by_domain = _unit_df(rows)
    else:
        weights = np.vstack(
            [block.at(slice(None)) for block in replicates.blocks(replace(rows, calibrated=None))]
        )
        whole = _rank(weights) - 1.0
        by_domain = np.array([_rank(weights[:, rows.domain == d]) - 1.0 for d in range(domains)])
    return Replication(
        scale=replicates.scale,
        rscales=replicates.rscales,
        around_estimate="estimate" in (replicates.design.centre, _CENTRES.get(replicates.design.method)),
        degrees_of_freedom=whole if given is None else given,
        domain_df=by_domain,
    )


def _unit_df(rows: Rows) -> Floats:
    """By domain, primary units minus strata with a row of the domain that has a weight."""
    weighted = rows.weight > 0
    domain, unit = rows.domain[weighted], rows.frame.primary(rows.unit[weighted])
    domains = len(rows.categories)
    pairs = np.unique(unit * domains + domain)
    strata = np.unique(rows.frame.stages[0].group[pairs // domains] * domains + pairs % domains)
    units, groups = (np.bincount(codes % domains, minlength=domains) for codes in (pairs, strata))
    found: Floats = (units - groups).astype(np.float64)
    return found


def _rank(weights: Floats) -> int:
    """Of replicates x rows. Of many rows, that of random sums of them, which is the same but for a chance of nil."""
    count, rows = weights.shape
    if count * rows > _EXACT:
        stream = np.random.default_rng(0)
        bins = 2 * count
        target: Codes = stream.integers(0, bins, rows)
        sign = stream.choice((-1.0, 1.0), rows)
        weights = np.stack([np.bincount(target, row * sign, bins) for row in weights])
    singular = np.linalg.svd(weights, compute_uv=False)
    return int((singular > _RANK * singular.max(initial=0.0)).sum())
