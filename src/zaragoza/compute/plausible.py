"""Plausible values: one estimate for each, pooled by Rubin's rules (Rubin 1987; methods/02 section 10)."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import numpy as np
import pyarrow as pa

from zaragoza.compute import intervals
from zaragoza.compute.codes import Floats
from zaragoza.compute.estimates import Options
from zaragoza.compute.result import reasons
from zaragoza.model.estimate import LEVEL, NO_MEMBERS, NOT_ESTIMABLE
from zaragoza.model.indicator import Measure

_POOLED = ("value", "numerator", "denominator", "n_hat")  # means over the plausible values
_LEAST = ("n", "n_domain", "n_numerator")  # counts differ between them: protection goes by the smallest


def parts_of(name: str, measure: Measure) -> tuple[str, ...]:
    """Names under which the plausible values of a measure are estimated; its own where it has none."""
    if measure.plausible == 1:
        return (name,)
    return tuple(f"{name} [{number}]" for number in range(1, measure.plausible + 1))


def expand(measures: Mapping[str, Measure]) -> dict[str, Measure]:
    """A measure for each plausible value."""
    return {
        part: one
        for name, measure in measures.items()
        for part, one in zip(parts_of(name, measure), measure.each, strict=True)
    }


def pool_plausible(tables: Sequence[pa.Table], measure: Measure, options: Options) -> pa.Table:
    """One table from those of the plausible values, whose rows stand in the same order.

    The variance is mean U + (1 + 1/M) B, U that of each value's estimate and B the variance between them; degrees of
    freedom are Barnard and Rubin's (1999), never more than the design's.
    """
    if len(tables) == 1:
        return tables[0]
    first = tables[0]
    found = {name: _stack(tables, name) for name in ("value", "standard_error", "degrees_of_freedom")}
    value = found["value"].mean(axis=0)
    within, between = (found["standard_error"] ** 2).mean(axis=0), found["value"].var(axis=0, ddof=1)
    count = len(tables)
    error = np.sqrt(within + (1 + 1 / count) * between)
    df = _barnard_rubin(count, within, between, found["degrees_of_freedom"].mean(axis=0))
    low, high, df = _limits(first, measure, value, error, df, options)
    replaced: dict[str, Floats | list[str | None]] = {
        **{name: _stack(tables, name).mean(axis=0) for name in _POOLED},
        **{name: _stack(tables, name).min(axis=0) for name in _LEAST},
        "standard_error": error,
        "degrees_of_freedom": df,
        "ci_low": low,
        "ci_high": high,
        "design_effect": np.full(len(first), np.nan),
        "reason": _reasons(tables, error, low),
    }
    for name, values in replaced.items():
        field = first.schema.field(name)
        column = (
            pa.array(values, field.type, from_pandas=True)
            if isinstance(values, list)
            else _array(values, field)
        )
        first = first.set_column(first.column_names.index(name), field, column)
    return first


def _stack(tables: Sequence[pa.Table], name: str) -> Floats:
    """M x rows."""
    return np.vstack([table[name].cast(pa.float64()).to_numpy() for table in tables])


def _array(values: Floats, field: pa.Field) -> pa.Array:
    missing = ~np.isfinite(values)
    return pa.array(np.where(missing, 0.0, values), pa.float64(), mask=missing).cast(field.type)


def _barnard_rubin(count: int, within: Floats, between: Floats, complete: Floats) -> Floats:
    """1/(1/nu_m + 1/nu_obs): nu_m = (M - 1)/lambda^2, nu_obs = (nu + 1)/(nu + 3) nu (1 - lambda)."""
    with np.errstate(divide="ignore", invalid="ignore"):
        share = (1 + 1 / count) * between / (within + (1 + 1 / count) * between)
        imputation = (count - 1) / share**2
        observed = (complete + 1) / (complete + 3) * complete * (1 - share)
        pooled = 1 / (1 / imputation + 1 / observed)
    return np.where(share > 0, pooled, complete)


def _limits(
    first: pa.Table, measure: Measure, value: Floats, error: Floats, df: Floats, options: Options
) -> tuple[Floats, Floats, Floats]:
    levels = np.array([statistic == LEVEL for statistic in first["statistic"].to_pylist()])
    if measure.kind == "share" and levels.all():
        rows = first["n_domain"].cast(pa.float64()).to_numpy()
        (low, high), used = intervals.proportion(
            options.interval, value, error, df, df, rows, options.confidence
        )
        return low, high, used
    low, high = intervals.symmetric(value, error, df, options.confidence)
    return low, high, df


def _reasons(tables: Sequence[pa.Table], error: Floats, low: Floats) -> list[str | None]:
    told = [set(column) for column in zip(*(table["reason"].to_pylist() for table in tables), strict=True)]
    empty = np.array([NO_MEMBERS in some for some in told], dtype=bool)
    unknown = np.array([NOT_ESTIMABLE in some for some in told], dtype=bool)
    return reasons(empty, unknown | np.isnan(error), low)
