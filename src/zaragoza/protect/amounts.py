"""How uncertain hidden sums of amounts must stay: by the protection levels of the rules on largest contributions.

A level comes from the largest contributions and from secret parameters. So it is kept apart from everything that is
written or shown, and nothing prints it.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

import numpy as np
import pyarrow as pa

from zaragoza.model.definitions import NO_DEFINITIONS, Definitions
from zaragoza.model.disclosure import Policy
from zaragoza.model.indicator import Indicator
from zaragoza.protect.evidence import Evidence, read_evidence
from zaragoza.protect.figures import Bools, Figures, Floats, breakdown_columns, read_figures
from zaragoza.protect.levels import missing_amount
from zaragoza.protect.merge import Cell, cells_of
from zaragoza.protect.quantities import Quantity, binary_of, kinds_of, published_quantities
from zaragoza.protect.relationships import NUMERATOR

_NOTHING = (np.inf, -np.inf)


@dataclass(frozen=True)
class Amounts:
    """The lowest and the highest sum that must remain possible of every cell, if it is hidden for people's sake.

    Attributes:
        reach: by cell; the first is above the second where no rule fails.
    """

    reach: Mapping[Cell, tuple[float, float]] = field(repr=False)

    def of(self, table: pa.Table, columns: tuple[str, ...], wanted: Bools) -> tuple[Floats, Floats, Bools]:
        """Of each row what must remain possible, and of which wanted rows that is known."""
        low, high = (np.full(len(table), bound) for bound in _NOTHING)
        known, rows = np.zeros(len(table), dtype=np.bool_), np.flatnonzero(wanted)
        for row, cell in zip(rows.tolist(), cells_of(table.take(pa.array(rows)), columns), strict=True):
            if cell in self.reach:
                known[row] = True
                low[row], high[row] = self.reach[cell]
        return low, high, known


def amounts_of(
    estimates: pa.Table, figures: Figures, evidence: Evidence, numerator: Quantity, policy: Policy
) -> Amounts:
    """The amounts behind estimates.

    The upper protection level is what is missing until no rule fails, the lower one as much (methods/06 section 1), but
    no more than anybody knows it to be.

    Args:
        estimates: with the evidence.
        figures: their keys.
        evidence: of every row.
        numerator: the true sum of every row.
        policy: with the rules.
    """
    wanted = figures.level & evidence.amount & ~np.isnan(numerator.value)
    level, value = missing_amount(evidence, policy), numerator.value
    low = np.where(level > 0, np.maximum(value - level, numerator.low), np.inf)
    high = np.where(level > 0, value + level, -np.inf)
    rows = np.flatnonzero(wanted)
    cells = cells_of(estimates.take(pa.array(rows)), figures.columns)
    return Amounts(dict(zip(cells, zip(low[rows].tolist(), high[rows].tolist(), strict=True), strict=True)))


def true_amounts(
    estimates: pa.Table,
    policy: Policy,
    indicators: Mapping[str, Indicator],
    definitions: Definitions = NO_DEFINITIONS,
) -> Amounts:
    """The amounts behind estimates, for whoever has nothing else of them yet; the arguments as of `breaches`."""
    figures = read_figures(estimates, breakdown_columns(estimates))
    binary = binary_of(estimates, figures, indicators)
    evidence = read_evidence(estimates, figures, indicators, definitions, binary)
    kinds = kinds_of(figures, indicators, binary)
    nothing = np.zeros(len(estimates))
    numerator = published_quantities(estimates, figures, kinds, (nothing, nothing))[NUMERATOR]
    return amounts_of(estimates, figures, evidence, numerator, policy)
