"""Estimates whose counts are changed a little, by cell keys or by random rounding (methods/06 sections 3 and 4).

A count of persons moves by what its own key says, so that the same persons are changed alike in every table and
release. Everything else is made from changed counts: weighted counts move in proportion, shares and means are divided
anew, gaps and ratios are taken of changed levels. So figures do not add up, and no exact one stands beside a changed
one.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace

import numpy as np
import numpy.typing as npt
import pyarrow as pa
from scipy.special import expit, logit, stdtrit

from zaragoza.model.estimate import DIFFERENCE, KEY_RANGE, RATIO
from zaragoza.protect.derived import Parts
from zaragoza.protect.figures import ABSENT, Bools, Figures, Floats, Ints, counts, numbers

Change = Callable[[Ints, Floats], Ints]

_MIX = 2654435769  # Knuth's multiplier: spreads keys so that noise of an amount is not that of its persons
_ROUNDING = 1e-9
_DIGITS = 2


@dataclass(frozen=True)
class _Numbers:
    """What is published of every row."""

    value: Floats
    standard_error: Floats
    low: Floats
    high: Floats
    n: Ints
    n_hat: Floats


@dataclass(frozen=True)
class Perturbed:
    """Estimates with changed numbers.

    Attributes:
        estimates: the same rows; `n`, `n_numerator` and all numbers that are published are changed.
        changed: rows that may differ from the exact ones.
        gone: rows about nobody by their changed count, or compared with nobody; a true zero has no row either.
        impossible: shares above 1, since numerator and denominator are changed each by itself.
    """

    estimates: pa.Table
    changed: Bools
    gone: Bools
    impossible: Bools


def perturb(
    estimates: pa.Table,
    figures: Figures,
    parts: Parts,
    kinds: npt.NDArray[np.object_],
    amounts: Bools,
    change: Change,
    *,
    confidence: float,
    untouched_total: bool = False,
) -> Perturbed:
    """Changes every count by its key and makes all other numbers from the changed counts.

    Args:
        estimates: with the sums of record keys.
        figures: their keys.
        parts: the levels of derived rows.
        kinds: of the measure of each row: share, mean or total.
        amounts: rows whose numerator is a sum of amounts, not a number of persons.
        change: what is added to counts (whole numbers) with given keys in [0, 1).
        confidence: of the intervals.
        untouched_total: whether the levels of everybody together stay as they are.
    """
    exempt = np.zeros(len(estimates), dtype=np.bool_)
    if untouched_total:
        exempt = figures.level & np.all(
            figures.coordinates[figures.coordinate, 2:] == np.array(figures.totals, dtype=np.int64), axis=1
        )
    exact = _exact(estimates)
    levels, positive = _levels(estimates, figures, kinds, amounts, change, exact, exempt)
    made = _derived(estimates, figures, parts, exact, levels)
    made = _with_intervals(made, exact, kinds, estimates, exempt, confidence)
    gone = figures.level & (made.n == 0)
    np.logical_or.at(gone, parts.derived, gone[parts.level])
    gone |= ~figures.level & np.isnan(made.value)
    impossible = figures.level & (kinds == "share") & (made.value > 1 + _ROUNDING)
    table = with_numbers(
        estimates,
        {
            "value": made.value,
            "standard_error": made.standard_error,
            "ci_low": made.low,
            "ci_high": made.high,
            "n": made.n,
            "n_hat": made.n_hat,
            "n_numerator": positive,
        },
    )
    return Perturbed(table, ~exempt, gone, impossible)


def _exact(estimates: pa.Table) -> _Numbers:
    return _Numbers(
        value=numbers(estimates, "value"),
        standard_error=numbers(estimates, "standard_error"),
        low=numbers(estimates, "ci_low"),
        high=numbers(estimates, "ci_high"),
        n=counts(estimates, "n"),
        n_hat=numbers(estimates, "n_hat"),
    )


def _levels(
    estimates: pa.Table,
    figures: Figures,
    kinds: npt.NDArray[np.object_],
    amounts: Bools,
    change: Change,
    exact: _Numbers,
    exempt: Bools,
) -> tuple[_Numbers, Ints]:
    """Changed levels, and the changed count behind each numerator.

    A weighted count moves by the change times its mean weight. The numerator of a share or of a number of persons has
    the key of its own persons; that of amounts moves by a key made from theirs, times the mean amount, so that a mean
    is not the exact one again.
    """
    moved = exact.n + change(exact.n, counts(estimates, "key") / KEY_RANGE)
    behind = counts(estimates, "contributors")
    own = counts(estimates, "key_numerator")
    keys = np.where(amounts, own * _MIX % KEY_RANGE, own) / KEY_RANGE
    positive = np.where(exempt, behind, behind + change(behind, keys))
    n = np.where(exempt | ~figures.level, exact.n, moved)
    with np.errstate(divide="ignore", invalid="ignore"):
        n_hat = exact.n_hat + np.where(exact.n > 0, (n - exact.n) * (exact.n_hat / exact.n), 0.0)
        numerator = numbers(estimates, "numerator")
        numerator = numerator + np.where(behind > 0, (positive - behind) * (numerator / behind), 0.0)
        value = np.where(kinds == "total", numerator, np.where(n_hat > 0, numerator / n_hat, np.nan))
        error = _error(kinds, exact, value, n)
    value = np.where(n == 0, np.nan, value)
    keep = exempt | ~figures.level
    made = replace(
        exact,
        value=np.where(keep, exact.value, value),
        standard_error=np.where(keep, exact.standard_error, error),
        n=n,
        n_hat=np.where(keep, exact.n_hat, n_hat),
    )
    return made, positive


def _error(kinds: npt.NDArray[np.object_], exact: _Numbers, value: Floats, n: Ints) -> Floats:
    """The standard error of chance as the changed figures have it: an exact one would give the exact count away.

    That of a share is sqrt(p (1 - p)/n) times the root of its design effect, which stays; that of a mean falls with the
    root of n, that of a total rises with it.
    """
    p, q = np.clip(exact.value, 0, 1), np.clip(value, 0, 1)
    spread = np.where(p * (1 - p) > 0, q * (1 - q) / (p * (1 - p)), 0.0)
    size = exact.n / n
    factor = np.where(kinds == "share", spread * size, np.where(kinds == "total", 1 / size, size))
    return np.asarray(exact.standard_error * np.sqrt(factor))


def _derived(
    estimates: pa.Table, figures: Figures, parts: Parts, exact: _Numbers, made: _Numbers
) -> _Numbers:
    """Differences and ratios of changed levels; errors keep the part of them that is covariance."""
    own, base = (np.full(len(made.value), ABSENT, dtype=np.int64) for _ in range(2))
    own[parts.derived[~parts.base]] = parts.level[~parts.base]
    base[parts.derived[parts.base]] = parts.level[parts.base]
    row = np.flatnonzero(~figures.level & (own != ABSENT) & (base != ABSENT))
    own, base = own[row], base[row]
    statistic = np.array(estimates["statistic"].to_pylist(), dtype=object)[row]
    n, n_hat = made.n.copy(), made.n_hat.copy()
    value, error = made.value.copy(), made.standard_error.copy()
    derived = ~figures.level
    value[derived], error[derived] = np.nan, np.nan
    value[row] = _compare(statistic, made.value[own], made.value[base])
    with np.errstate(divide="ignore", invalid="ignore"):
        covariance = exact.standard_error[row] / _independent(statistic, exact, own, base)
        error[row] = _independent(statistic, made, own, base) * np.where(
            np.isfinite(covariance), covariance, 1.0
        )
    n[row], n_hat[row] = made.n[own], made.n_hat[own]
    return replace(made, value=value, standard_error=error, n=n, n_hat=n_hat)


def _compare(statistic: npt.NDArray[np.object_], own: Floats, base: Floats) -> Floats:
    with np.errstate(divide="ignore", invalid="ignore"):
        ratio = np.where(base != 0, own / base, np.nan)
    return np.where(statistic == DIFFERENCE, own - base, np.where(statistic == RATIO, ratio, np.nan))


def _independent(statistic: npt.NDArray[np.object_], levels: _Numbers, own: Ints, base: Ints) -> Floats:
    """The error of a difference or ratio of two levels without covariance."""
    value = _compare(statistic, levels.value[own], levels.value[base])
    slope = np.where(statistic == RATIO, value, 1.0)
    scale = np.where(statistic == RATIO, levels.value[base], 1.0)
    return np.asarray(
        np.hypot(levels.standard_error[own], slope * levels.standard_error[base]) / np.abs(scale)
    )


def _with_intervals(
    made: _Numbers,
    exact: _Numbers,
    kinds: npt.NDArray[np.object_],
    estimates: pa.Table,
    exempt: Bools,
    confidence: float,
) -> _Numbers:
    """Errors in two digits, for a longer one would tell the exact count again; intervals from them.

    Shares have logit intervals (none at 0 or 1), all others t intervals.
    """
    error = np.where(exempt, exact.standard_error, two_digits(made.standard_error))
    level = np.array(estimates["reference"].is_null())
    share, p = level & (kinds == "share"), made.value
    with np.errstate(divide="ignore", invalid="ignore"):
        width = reach(numbers(estimates, "degrees_of_freedom"), confidence) * error
        inside = share & (p > 0) & (p < 1) & (error > 0)
        safe = np.where(inside, p, 0.5)
        steep = width / (safe * (1 - safe))
        low = np.where(inside, expit(logit(safe) - steep), np.where(share, np.nan, p - width))
        high = np.where(inside, expit(logit(safe) + steep), np.where(share, np.nan, p + width))
    return replace(
        made,
        standard_error=error,
        low=np.where(exempt, exact.low, low),
        high=np.where(exempt, exact.high, high),
    )


def two_digits(error: Floats) -> Floats:
    """Errors rounded to two significant digits."""
    known = np.isfinite(error) & (error > 0)
    safe = np.where(known, error, 1.0)
    unit = 10.0 ** (np.floor(np.log10(safe)) - (_DIGITS - 1))
    return np.where(known, np.rint(safe / unit) * unit, error)


def reach(df: Floats, confidence: float) -> Floats:
    """Of an interval, in standard errors: Student's t, normal where degrees of freedom are not known."""
    known = np.where(np.isnan(df) | (df <= 0), np.inf, df)
    return np.asarray(stdtrit(known, (1 + confidence) / 2))


def with_numbers(estimates: pa.Table, changed: Mapping[str, Floats | Ints]) -> pa.Table:
    """The estimates with other numbers in some columns; what is not a number is NULL."""
    table = estimates
    for name, values in changed.items():
        place, kind = table.column_names.index(name), table.schema.field(name).type
        missing = ~np.isfinite(values.astype(np.float64))
        kept = np.where(missing, 0, values)
        table = table.set_column(place, name, pa.array(kept, mask=missing).cast(kind))
    return table
