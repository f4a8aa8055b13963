"""Figures that are shown and may not be, by the true numbers behind them and the whole policy."""

from __future__ import annotations

from collections.abc import Mapping

import pyarrow as pa

from zaragoza.model.definitions import NO_DEFINITIONS, Definitions
from zaragoza.model.disclosure import Policy
from zaragoza.model.estimate import LEVEL
from zaragoza.model.indicator import Indicator
from zaragoza.model.observation import KEY_FIELDS, STATUS
from zaragoza.protect.attack import Exposure
from zaragoza.protect.evidence import read_evidence
from zaragoza.protect.figures import breakdown_columns, read_figures
from zaragoza.protect.full_cells import veil
from zaragoza.protect.merge import breakdown_columns as columns_of
from zaragoza.protect.merge import cells_of
from zaragoza.protect.primary import unsafe


def breaches(
    observations: pa.Table,
    estimates: pa.Table,
    policy: Policy,
    indicators: Mapping[str, Indicator],
    definitions: Definitions = NO_DEFINITIONS,
) -> tuple[Exposure, ...]:
    """Levels shown although too few people are behind them, or one could be recognised.

    Args:
        observations: of a release.
        estimates: of the same data, with the evidence.
        policy: the custodian's.
        indicators: by id, those of the estimates.
        definitions: they tell which figures are no secret.

    Returns:
        Exposures `shown`, without numbers.
    """
    estimates, veiled = veil(estimates, policy)
    figures = read_figures(estimates, breakdown_columns(estimates))
    evidence = read_evidence(estimates, figures, indicators, definitions)
    secret = figures.level & (unsafe(evidence, policy) | veiled)
    forbidden = {
        cell
        for cell, hidden in zip(cells_of(estimates, figures.columns), secret.tolist(), strict=True)
        if hidden
    }
    columns = columns_of(observations)
    rows = zip(
        cells_of(observations, columns),
        observations["statistic"].to_pylist(),
        observations["reason"].to_pylist(),
        strict=True,
    )
    return tuple(
        Exposure(cell[0], row, "shown", _key(observations, columns, row))
        for row, (cell, statistic, reason) in enumerate(rows)
        if statistic == LEVEL and STATUS[reason].shown and cell in forbidden
    )


def _key(table: pa.Table, columns: tuple[str, ...], row: int) -> dict[str, str]:
    return {name: str(table[name][row].as_py()) for name in (*KEY_FIELDS[1:], *columns)}
