"""Confidence intervals (methods/05 section 6; oracle README, Proportion intervals)."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt
from scipy.special import betaincinv, expit, logit, ndtri, stdtrit

from zaragoza.model.design import Interval
from zaragoza.model.indicator import QuantileInterval

Floats = npt.NDArray[np.float64]
Limits = tuple[Floats, Floats]


def symmetric(value: Floats, standard_error: Floats, df: Floats, confidence: float) -> Limits:
    """Value -/+ t(df) x standard error; no interval without degrees of freedom."""
    width = reach(df, confidence) * standard_error
    return value - width, value + width


def logarithmic(value: Floats, standard_error: Floats, df: Floats, confidence: float) -> Limits:
    """Value times or over exp(t(df) x standard error / value): of a rate that cannot be negative but may exceed 1."""
    with np.errstate(divide="ignore", invalid="ignore", over="ignore"):
        factor = np.exp(reach(df, confidence) * standard_error / value)
        low, high = value / factor, value * factor
    inside = (value > 0) & np.isfinite(high)
    return np.where(inside, low, np.nan), np.where(inside, high, np.nan)


def logit_interval(p: Floats, standard_error: Floats, df: Floats, confidence: float) -> Limits:
    """Limits expit(logit p -/+ t(df) se/(p(1-p))); none at 0 or 1 (R's svyciprop, method xlogit)."""
    with np.errstate(divide="ignore", invalid="ignore"):
        width = reach(df, confidence) * standard_error / (p * (1 - p))
        low, high = expit(logit(p) - width), expit(logit(p) + width)
    inside = (p > 0) & (p < 1) & (standard_error > 0)
    return np.where(inside, low, np.nan), np.where(inside, high, np.nan)


def wilson(p: Floats, standard_error: Floats, confidence: float) -> Limits:
    """Wilson's score interval on the effective sample size p(1-p)/V."""
    z = ndtri((1 + confidence) / 2)
    with np.errstate(divide="ignore", invalid="ignore"):
        n = p * (1 - p) / standard_error**2
        centre = (p + z * z / (2 * n)) / (1 + z * z / n)
        width = z / (1 + z * z / n) * np.sqrt(p * (1 - p) / n + z * z / (4 * n * n))
    inside = (p > 0) & (p < 1) & (standard_error > 0)
    return np.where(inside, centre - width, np.nan), np.where(inside, centre + width, np.nan)


def korn_graubard(p: Floats, standard_error: Floats, df: Floats, rows: Floats, confidence: float) -> Limits:
    """Clopper and Pearson's interval on n* = p(1-p)/V (t(rows-1)/t(df))^2, not capped at n (decision 3)."""
    tail = (1 - confidence) / 2
    with np.errstate(divide="ignore", invalid="ignore"):
        n = p * (1 - p) / standard_error**2 * (reach(rows - 1, confidence) / reach(df, confidence)) ** 2
        low = betaincinv(n * p, n * (1 - p) + 1, tail)
        high = betaincinv(n * p + 1, n * (1 - p), 1 - tail)
    inside = (p > 0) & (p < 1) & (standard_error > 0)
    return np.where(inside, low, np.nan), np.where(inside, high, np.nan)


def proportion(
    kind: Interval,
    p: Floats,
    standard_error: Floats,
    df: Floats,
    domain_df: Floats,
    rows: Floats,
    confidence: float,
) -> tuple[Limits, Floats]:
    """The interval of a share, and the degrees of freedom that it uses (decision 2; NaN for Wilson, which has none).

    Args:
        kind: which interval.
        p: the share.
        standard_error: of the share.
        df: degrees of freedom of the whole design.
        domain_df: degrees of freedom of the domain.
        rows: unweighted rows of the domain, answered or not.
        confidence: e.g. 0.95.
    """
    if kind == "t":
        return symmetric(p, standard_error, df, confidence), df
    if kind == "t_domain":
        return symmetric(p, standard_error, domain_df, confidence), domain_df
    if kind == "logit":
        return logit_interval(p, standard_error, domain_df, confidence), domain_df
    if kind == "wilson":
        return wilson(p, standard_error, confidence), np.full_like(p, np.nan)
    return korn_graubard(p, standard_error, domain_df, rows, confidence), domain_df


def arcsine(p: Floats, standard_error: Floats, df: Floats, confidence: float) -> Limits:
    """Limits sin^2(asin sqrt p -/+ t(df) se/(2 sqrt(p(1-p)))) (R's svyciprop, method asin).

    Where an angle leaves [0, pi/2] its limit would leave [0, 1] and has none; R's folds back inside.
    """
    with np.errstate(divide="ignore", invalid="ignore"):
        middle = np.arcsin(np.sqrt(np.clip(p, 0, 1)))
        width = reach(df, confidence) * standard_error / (2 * np.sqrt(p * (1 - p)))
        low, high = middle - width, middle + width
    inside = (p > 0) & (p < 1) & (standard_error > 0)
    low = np.where(inside & (low >= 0), np.sin(low) ** 2, np.nan)
    return low, np.where(inside & (high <= np.pi / 2), np.sin(high) ** 2, np.nan)


def share_limits(
    kind: QuantileInterval, p: Floats, standard_error: Floats, df: Floats, rows: Floats, confidence: float
) -> Limits:
    """Limits of the share below a quantile; none where one leaves [0, 1].

    Args:
        kind: which interval.
        p: the share.
        standard_error: of the share.
        df: degrees of freedom of the rows that answered.
        rows: their number, unweighted.
        confidence: e.g. 0.95.
    """
    if kind == "logit":
        low, high = logit_interval(p, standard_error, df, confidence)
    elif kind == "arcsine":
        low, high = arcsine(p, standard_error, df, confidence)
    elif kind == "korn_graubard":
        low, high = korn_graubard(p, standard_error, df, rows, confidence)
    else:
        low, high = symmetric(p, standard_error, df, confidence)
    return np.where(low >= 0, low, np.nan), np.where(high <= 1, high, np.nan)


def reach(df: Floats, confidence: float) -> Floats:
    """Quantile of Student's t for a two-sided interval; NaN without degrees of freedom."""
    quantile: Floats = stdtrit(np.where(df > 0, df, np.nan), (1 + confidence) / 2)
    return quantile
