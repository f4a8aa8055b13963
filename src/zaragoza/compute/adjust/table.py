"""What every method of adjustment reads and returns: weighted sums by cell, and values with their gradients."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

import numpy as np

from zaragoza.compute.codes import Codes, Flags, Floats

Levels = tuple[str, ...]  # the category of each categorical covariate


@dataclass(frozen=True)
class AdjustTable:
    """One group and its reference group, by cell: persons of one side with the same covariates, or one person.

    Attributes:
        group: by cell, whether it belongs to the group; else to the reference group.
        x: cells x columns: covariates as numbers, without a constant; categories as 0/1 columns, the base left out.
        names: of the columns of x.
        factor: the covariate that each column of x belongs to.
        category: by cell, its combination of categories as a row of `levels`; both sides use the same codes.
        levels: the combinations, one category for each of `covariates`; one empty row where no covariate has any.
        covariates: names of the categorical covariates; where cells must be merged the last gives way first.
        size: N, the sum of weights of a cell.
        total: Y, the sum of weights times the outcome.
        n: persons, unweighted.
    """

    group: Flags
    x: Floats
    names: tuple[str, ...]
    factor: tuple[str, ...]
    category: Codes
    levels: tuple[Levels, ...]
    covariates: tuple[str, ...]
    size: Floats
    total: Floats
    n: Floats

    @property
    def constant(self) -> Floats:
        """The columns of x behind a column of ones."""
        return np.column_stack([np.ones(len(self.size)), self.x])

    def side(self, group: bool) -> Flags:
        """The cells of the group, or of the reference group, in which anybody has a weight."""
        chosen: Flags = (self.group == group) & (self.size > 0)
        return chosen


@dataclass(frozen=True)
class Part:
    """One statistic as a smooth function of the sums by cell.

    Its design-based variance is that of the total of the scores by_total[c] * w * y + by_size[c] * w of the persons
    of each cell c, whatever the design (methods/05 section 2).

    Attributes:
        statistic: such as `adjusted_gap`; differences are group minus reference, shares are proportions.
        value: NaN where it is not defined.
        by_total, by_size: derivatives with respect to Y_c and N_c, one entry a cell.
        detail: of a contribution, the covariate or combination of categories that it belongs to.
    """

    statistic: str
    value: float
    by_total: Floats
    by_size: Floats
    detail: str | None = None


@dataclass(frozen=True)
class Adjusted:
    """What a method made of a table.

    Attributes:
        parts: in the order in which they are shown; empty where there is no result.
        diagnostics: what the reader needs to judge the result (coverage, merged cells, effective n, ...).
        reason: why there is no result; None where there is one.
    """

    parts: tuple[Part, ...]
    diagnostics: Mapping[str, float | str] = field(default_factory=dict)
    reason: str | None = None


def make_table(
    group: Sequence[bool] | Flags,
    covariates: Mapping[str, Sequence[str] | Floats],
    size: Sequence[float] | Floats,
    total: Sequence[float] | Floats,
    n: Sequence[float] | Floats | None = None,
    base: Mapping[str, str] | None = None,
) -> AdjustTable:
    """A table from columns, one entry a cell.

    Args:
        group: whether a cell belongs to the group.
        covariates: by name, in the order declared; arrays of floats are numbers, anything else is categories.
        size: sums of weights.
        total: sums of weights times the outcome.
        n: persons; None: one a cell.
        base: of a categorical covariate the category without a column; the default is the first by code.
    """
    columns: list[Floats] = []
    names: list[str] = []
    factor: list[str] = []
    categorical: dict[str, list[str]] = {}
    for name, values in covariates.items():
        if isinstance(values, np.ndarray) and np.issubdtype(values.dtype, np.floating):
            columns.append(np.asarray(values, dtype=np.float64))
            names.append(name)
            factor.append(name)
            continue
        categorical[name] = [str(value) for value in values]
        codes = sorted(set(categorical[name]))
        left_out = (base or {}).get(name, codes[0] if codes else "")
        shown = [code for code in codes if code != left_out]
        columns += [
            np.array([value == code for value in categorical[name]], dtype=np.float64) for code in shown
        ]
        names += [f"{name}={code}" for code in shown]
        factor += [name] * len(shown)
    cells = len(size)
    combinations = list(zip(*categorical.values(), strict=True)) if categorical else [()] * cells
    levels = sorted(set(combinations))
    place = {row: code for code, row in enumerate(levels)}
    return AdjustTable(
        group=np.asarray(group, dtype=bool),
        x=np.column_stack(columns) if columns else np.zeros((cells, 0)),
        names=tuple(names),
        factor=tuple(factor),
        category=np.array([place[row] for row in combinations], dtype=np.int64),
        levels=tuple(levels),
        covariates=tuple(categorical),
        size=np.asarray(size, dtype=np.float64),
        total=np.asarray(total, dtype=np.float64),
        n=np.ones(cells) if n is None else np.asarray(n, dtype=np.float64),
    )
