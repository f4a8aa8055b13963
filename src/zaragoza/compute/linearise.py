"""From persons one by one to cells with scores (methods/05 sections 2 and 3)."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Literal

import numpy as np

from zaragoza.compute.cells import Cells, Totals
from zaragoza.compute.codes import Codes, Flags, Floats, add_up, compress, largest_of, reduce_shared
from zaragoza.compute.distribution import Distribution
from zaragoza.compute.households import Households, count_households, largest_households
from zaragoza.compute.keys import Keys, keys_of_rows
from zaragoza.compute.rows import Groups, Rows
from zaragoza.compute.scores import Linearised, Scores, ShareBelow
from zaragoza.compute.statistics import STATISTICS, Statistic, poverty_line, threshold_influence, tied
from zaragoza.model.indicator import LINEAR, Measure

_NONE: Floats = np.zeros(0)
_NOBODY = Distribution(_NONE, np.zeros((1, 0)))


def reduce_rows(rows: Rows, measures: Mapping[str, Measure], *, largest: int = 0) -> Cells:
    """Cells of unit and domain, with every measure linearised.

    Args:
        rows: the persons.
        measures: each without plausible values.
        largest: how many of the largest amounts are wanted (evidence for protection); 0: no amounts.
    """
    domains = len(rows.categories)
    pairs, cell = compress(rows.unit * domains + rows.domain)
    weighted = rows.weight > 0

    def gather(values: Floats) -> Floats:
        return add_up(cell, values, len(pairs))

    members = {name: rows.answers[name].member for name in measures}
    counted = {name: _counted(rows, name, measure) for name, measure in measures.items()}
    known = {name: linearise(rows, name, measure, cell, len(pairs)) for name, measure in measures.items()}
    return Cells(
        by=rows.by,
        categories=rows.categories,
        frame=rows.frame,
        unit=pairs // domains,
        domain=pairs % domains,
        numerators={},
        denominators={},
        members=reduce_shared(members, lambda flags: gather((flags & weighted).astype(np.float64))),
        answered={name: gather(rows.weight * counted[name]) for name in measures},
        totals={
            name: _totals(rows, name, measure, known[name], counted[name], largest)
            for name, measure in measures.items()
        },
        known=known,
        names=rows.names,
    )


def linearise(rows: Rows, name: str, measure: Measure, cell: Codes, cells: int) -> Linearised:
    """Values of a measure by domain, and its scores: weight times influence.

    Args:
        rows: the persons.
        name: of the measure.
        measure: what is estimated.
        cell: for each row, its pair of unit and domain.
        cells: number of pairs.
    """
    reducer = _Reducer(rows, cell, cells)
    if measure.kind in LINEAR:
        return _linear(rows, name, measure, reducer)
    with np.errstate(divide="ignore", invalid="ignore"):
        return _distribution(rows, name, measure, reducer)


@dataclass(frozen=True)
class _Reducer:
    """Adds up by unit what rows contribute; of calibrated weights, what calibration leaves of it."""

    rows: Rows
    cell: Codes
    cells: int

    def scores(self, own: Floats, loads: Floats | None = None, shared: Floats | None = None) -> Scores:
        """Scores of an influence.

        Args:
            own: of each row on its own domain.
            loads: by domain, how many times the shared influence counts.
            shared: of each row, on every domain.
        """
        rows = self.rows
        summed = add_up(self.cell, rows.weight * own, self.cells)
        columns = [] if shared is None else [shared]
        parts = [] if loads is None else [loads[:, None]]
        if rows.calibrated is None:
            return self._scores(summed, parts, [rows.weight * column for column in columns])
        calibrated = rows.calibrated
        parts.append(-calibrated.coefficients(own, rows.domain, len(rows.categories)))
        left = [rows.weight * calibrated.residuals(column) for column in columns]
        scores = self._scores(summed, [], left)
        by_unit = [s for s in (scores.shared,) if s is not None] + [
            calibrated.by_unit(rows.unit, rows.frame.units)
        ]
        return replace(scores, loads=np.hstack(parts), shared=np.hstack(by_unit))

    def _scores(self, own: Floats, loads: list[Floats], columns: list[Floats]) -> Scores:
        units = self.rows.frame.units
        shared = [add_up(self.rows.unit, column, units)[:, None] for column in columns]
        return Scores(own, np.hstack(loads) if loads else None, np.hstack(shared) if shared else None)


def _linear(rows: Rows, name: str, measure: Measure, reducer: _Reducer) -> Linearised:
    """Total: y. Share, mean and ratio R = Y/X: (y - R x)/X."""
    answers, domains = rows.answers[name], len(rows.categories)
    answered = answers.answered
    y = np.where(answered, answers.value, 0.0)
    some = np.bincount(rows.domain, answered, domains) > 0
    numerator = add_up(rows.domain, rows.weight * y, domains)
    if measure.kind == "total":
        value = np.where(some, numerator, np.nan)
        return Linearised(value, reducer.scores(y), some)
    x = answered.astype(np.float64) if answers.over is None else np.where(answered, answers.over, 0.0)
    denominator = add_up(rows.domain, rows.weight * x, domains)
    with np.errstate(divide="ignore", invalid="ignore"):
        value = np.where(denominator != 0, numerator / denominator, np.nan)
        influence = (y - value[rows.domain] * x) / denominator[rows.domain]
    defined = np.isfinite(value)
    return Linearised(value, reducer.scores(np.where(np.isfinite(influence), influence, 0.0)), defined)


def _distribution(rows: Rows, name: str, measure: Measure, reducer: _Reducer) -> Linearised:
    statistic = STATISTICS[measure.kind]
    groups, everyone = rows.groups(name), _everyone(rows, name, measure)
    distributions = _distributions(rows, groups)
    value = np.array([statistic.value(group, everyone, measure)[0] for group in distributions])
    own, loads, defined = _influences(rows, groups, distributions, everyone, statistic, measure)
    shared = _shared(rows, name, measure) if loads.any() else None
    scores = reducer.scores(own, loads if shared is not None else None, shared)
    found = Linearised(value, scores, defined & np.isfinite(value))
    if measure.kind != "quantile":
        return found

    def share_scores(limit: Floats) -> tuple[Floats, Scores]:
        """1(y <= limit) - F, over N."""
        share, influence = np.full(len(limit), np.nan), np.zeros(len(rows.weight))
        for domain, group in enumerate(distributions):
            if len(group.values):
                below = group.values <= limit[domain]
                size = float(group.size[0])
                share[domain] = float(group.weights[0] @ below) / size
                influence[groups.rows(domain)] = (below - share[domain]) / size
        return share, reducer.scores(influence)

    def inverse(share: Floats) -> Floats:
        pairs = zip(distributions, share, strict=True)
        return np.array([group.quantile(float(p), measure.rule)[0] for group, p in pairs])

    share = np.array([_share(group, q) for group, q in zip(distributions, value, strict=True)])
    points = [np.unique(group.values) if measure.interval == "score" else _NONE for group in distributions]
    return replace(found, below=ShareBelow(measure.p, share, points, inverse, share_scores))


def _distributions(rows: Rows, groups: Groups) -> list[Distribution]:
    weights = rows.weight[groups.order][None, :]
    return [groups.distribution(domain, weights) for domain in range(len(rows.categories))]


def national(measure: Measure) -> bool:
    """Whether a measure depends on the threshold of the whole population."""
    below_the_line = measure.kind in ("poverty_rate", "median_of_poor", "poverty_gap")
    return below_the_line and measure.threshold == "national"


def _everyone(rows: Rows, name: str, measure: Measure) -> Distribution:
    """The whole population, where the threshold is national; otherwise nobody is needed."""
    if not national(measure):
        return _NOBODY
    whole = rows.everyone(name)
    return whole.distribution(0, rows.weight[whole.order][None, :])


def _influences(
    rows: Rows,
    groups: Groups,
    distributions: list[Distribution],
    everyone: Distribution,
    statistic: Statistic,
    measure: Measure,
) -> tuple[Floats, Floats, Flags]:
    """By row the influence on its domain, by domain the load of the national threshold and whether both exist."""
    own, loads = np.zeros(len(rows.weight)), np.zeros(len(distributions))
    defined = np.zeros(len(distributions), dtype=bool)
    for domain, group in enumerate(distributions):
        if not len(group.values):
            continue
        influence = statistic.influence(group, everyone, measure)
        if np.isfinite(influence.own).all() and np.isfinite(influence.load):
            own[groups.rows(domain)], loads[domain], defined[domain] = influence.own, influence.load, True
    return own, loads, defined


def _shared(rows: Rows, name: str, measure: Measure) -> Floats:
    """By row the influence on the national threshold."""
    whole = rows.everyone(name)
    influence = np.zeros(len(rows.weight))
    influence[whole.order] = threshold_influence(_everyone(rows, name, measure), measure)
    return influence


def _share(group: Distribution, limit: float) -> float:
    if not len(group.values):
        return np.nan
    return float(group.weight_below(np.array([tied(limit)]), inclusive=True)[0] / group.size[0])


def _counted(rows: Rows, name: str, measure: Measure) -> Flags:
    """Members that count; of those of whom `also` is not known, those below the threshold."""
    answers = rows.answers[name]
    if answers.also is None:
        return answers.answered
    line = float(poverty_line(_NOBODY, _everyone(rows, name, measure), measure)[0])
    return answers.answered & (~np.isnan(answers.also) | (answers.value < line))


def _totals(
    rows: Rows, name: str, measure: Measure, known: Linearised, answered: Flags, largest: int
) -> Totals:
    """Counts and sums by domain; a poverty rate has those of a share."""
    answers, domains = rows.answers[name], len(rows.categories)
    nothing = np.full(domains, np.nan)

    def gather(values: Floats | Flags) -> Floats:
        return add_up(rows.domain, values.astype(np.float64, copy=False), domains)

    counts = Totals(
        members=gather(answers.member),
        answered=gather(answered),
        weighted_rows=gather(answered & (rows.weight > 0)),
        numerator=nothing,
        denominator=gather(rows.weight * answered),
        weight=gather(rows.weight * answered),
        square=nothing,
        positive=nothing,
        largest=None,
        contributions=nothing,
        households=_households(rows, name, measure, known, answered),
        keys=_keys(rows, name),
    )
    if measure.kind == "poverty_rate":
        poor = known.value * counts.weight
        return replace(counts, numerator=poor, square=poor, positive=_rows_below(rows, name, measure, known))
    if measure.kind not in LINEAR:
        return replace(counts, positive=_rows_below(rows, name, measure, known))
    y = np.where(answered, answers.value, 0.0)
    counts = replace(counts, numerator=gather(rows.weight * y))
    if answers.over is not None:
        counts = replace(counts, denominator=gather(rows.weight * np.where(answered, answers.over, 0.0)))
    else:
        counts = replace(counts, square=gather(rows.weight * y * y))
    if measure.kind == "share":
        return replace(counts, positive=gather(y))
    if not largest:
        return counts
    own = answered if rows.protected is None else answered & rows.protected
    size = np.abs(y)
    if rows.household is None:
        found = largest_of(rows.domain[own], domains, size[own], largest)
    else:
        found = largest_households(rows.household[own], rows.domain[own], domains, size[own], largest)
    return replace(counts, largest=found, contributions=gather(rows.weight * size))


def _keys(rows: Rows, name: str) -> Keys | None:
    if rows.record_keys is None:
        return None
    answers = rows.answers[name]
    contributes = answers.answered & (answers.value != 0)
    return keys_of_rows(rows.record_keys, answers.answered, contributes, rows.domain, len(rows.categories))


def _households(
    rows: Rows, name: str, measure: Measure, known: Linearised, answered: Flags
) -> Households | None:
    """Households by domain, where they are asked for."""
    if rows.household is None:
        return None
    answers, inside = rows.answers[name], None
    if measure.kind == "share":
        inside = answers.value == 1
    elif (
        divided := _limits(rows, name, measure, known, _distributions(rows, rows.groups(name)))
    ) is not None:
        limit = np.array(divided[0])[rows.domain]
        inside = answers.value < limit if divided[1] == "left" else answers.value <= limit
        inside |= False if answers.also is None else answers.also == 1
    return count_households(rows.household, rows.domain, len(rows.categories), answered, inside)


def _limits(
    rows: Rows, name: str, measure: Measure, known: Linearised, distributions: Sequence[Distribution]
) -> tuple[list[float], Literal["left", "right"]] | None:
    """By domain, below which value people are in the class, or up to which; None where none divides the group."""
    if measure.kind in ("poverty_rate", "median_of_poor", "poverty_gap"):
        everyone = _everyone(rows, name, measure)
        return [poverty_line(group, everyone, measure)[0] for group in distributions], "left"
    if measure.kind == "quantile":
        return [tied(float(value)) for value in known.value], "right"
    return None


def _rows_below(rows: Rows, name: str, measure: Measure, known: Linearised) -> Floats:
    """By domain, unweighted rows below the threshold, or up to a quantile; NaN where neither divides the group."""
    distributions = _distributions(rows, rows.groups(name))
    divided = _limits(rows, name, measure, known, distributions)
    if divided is None:
        return np.full(len(distributions), np.nan)
    limits, side = divided
    pairs = zip(distributions, limits, strict=True)
    counts = [
        np.searchsorted(group.deciding.values, limit, side) + len(group.values) - len(group.deciding.values)
        for group, limit in pairs
    ]
    return np.array(counts, dtype=np.float64)
