"""The release attacked as a reader would: with published observations, the public rules and subtraction."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
import pyarrow as pa

from zaragoza.model.disclosure import Policy
from zaragoza.model.indicator import Indicator
from zaragoza.model.observation import KEY_FIELDS, OBSERVATION_FIELDS, STATUS
from zaragoza.protect.adjusted import told
from zaragoza.protect.deduce import determined, pinned_down
from zaragoza.protect.derived import find_parts
from zaragoza.protect.figures import ABSENT, Bools, Figures, Ints, read_figures
from zaragoza.protect.lines import Lines, column_lines, joined, spread
from zaragoza.protect.links import Link, link_lines
from zaragoza.protect.quantities import count_bounds, published_quantities

_FIXED = (*KEY_FIELDS, *(name for name, _ in OBSERVATION_FIELDS))
_SENSITIVE = ("too_few", "dominance")


@dataclass(frozen=True)
class Exposure:
    """A figure hidden for the sake of people that a reader can work out.

    Attributes:
        indicator: its id.
        row: its row in the observations.
        by: `lines` where lines that add up fix it; n, n_hat, numerator or complement where that quantity is
            pinned between bounds; `derived` where a shown gap or ratio gives it away; `adjusted` where it is a part of
            an adjusted gap that is shown.
    """

    indicator: str
    row: int
    by: str


def attack(
    observations: pa.Table,
    policy: Policy,
    indicators: Mapping[str, Indicator],
    links: Sequence[Link] = (),
) -> tuple[Exposure, ...]:
    """Works out what follows from observations about the figures hidden for too few people or dominance.

    Four means: lines that add up, in every combination; bounds (no quantity but a sum of amounts is negative, and a
    status tells whether n reaches the minimum count), passed on along the lines; gaps beside a shown level; and
    adjusted gaps, which are sums over the levels along what they hold equal. The exact bounds of the lines taken
    together, by linear programming, are stricter than passing them on line by line.

    Args:
        observations: as `protect` makes them.
        policy: of which the minimum count, and whether numerators count, are public.
        indicators: by id.
        links: categories of different columns that are the same people, which readers of the definitions
            know.

    Returns:
        What can be worked out; nothing, if the observations are safe from these means.
    """
    columns = [name for name in observations.column_names if name not in _FIXED]
    if not len(observations):
        return ()
    figures = read_figures(observations, columns)
    reasons = np.array(observations["reason"].to_pylist(), dtype=object)
    hidden = np.array([not STATUS[reason].shown for reason in reasons], dtype=np.bool_)
    sensitive = np.isin(reasons, _SENSITIVE)
    kinds = [indicators[name].additive_kind for name in figures.indicators]
    apart = np.array([kind == "two_source_ratio" for kind in kinds])[figures.indicator]
    shares = np.array([policy.numerator_counts and kind == "share" for kind in kinds])[figures.indicator]
    bounds = count_bounds(reasons == "too_few", policy, numerator_counts=shares | apart, apart=apart)
    quantities = published_quantities(observations, figures, kinds, bounds)
    nobody = (reasons == "not_measured") & ~apart  # of two sources one side may have persons
    lines = _lines(figures, nobody, links)
    found = {"lines": determined(lines, hidden), "derived": _by_derived(figures, hidden)}
    found["adjusted"] = told(observations, figures, find_parts(figures), ~hidden)
    found |= {quantity.name: pinned_down(lines, quantity, hidden) for quantity in quantities}
    return tuple(
        Exposure(figures.indicators[figures.indicator[row]], int(row), by)
        for by, rows in found.items()
        for row in np.flatnonzero(rows & hidden & sensitive & figures.level)
    )


def _lines(figures: Figures, nobody: Bools, links: Sequence[Link]) -> Lines:
    """All lines, without the cells in which nobody is."""
    row_at = np.where((figures.row_of != ABSENT) & ~nobody[figures.row_of], figures.row_of, ABSENT)
    kinds = (*column_lines(figures), *link_lines(figures, links))
    return joined([spread(kind, row_at) for kind in kinds])


def _by_derived(figures: Figures, hidden: Bools) -> Bools:
    """Levels beside which a figure derived from them is shown, although they are hidden."""
    parts = find_parts(figures)
    exposed = np.zeros(len(hidden), dtype=np.bool_)
    shown: Ints = parts.level[~hidden[parts.derived]]
    exposed[shown] = hidden[shown]
    return exposed
