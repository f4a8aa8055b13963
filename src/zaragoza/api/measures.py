"""Measures of the public API: what is estimated, a function a kind."""

from __future__ import annotations

from typing import Literal

from zaragoza.model.indicator import Measure, Missing, QuantileInterval, Rule, Threshold


def share(of: str, *, among: str | None = None, missing: Missing = "excluded", plausible: int = 1) -> Measure:
    """The share of rows for which a condition holds.

    Args:
        of: SQL condition, e.g. `activity = 'employed'`.
        among: condition of the rows that count at all.
        missing: `excluded` leaves rows without an answer out; `counts` keeps them in the denominator.
        plausible: number of plausible values; `of` then has `{}` where their number belongs: `pv{}math < 420.07`.
    """
    return Measure("share", of, among=among, missing=missing, plausible=plausible)


def mean(of: str, *, among: str | None = None, plausible: int = 1) -> Measure:
    """The weighted mean of a number; with `plausible=5` the pooled one of five plausible values, as in `pv{}math`."""
    return Measure("mean", of, among=among, plausible=plausible)


def ratio(of: str, over: str, *, among: str | None = None, plausible: int = 1) -> Measure:
    """The ratio of two weighted sums, over rows that have both."""
    return Measure("ratio", of, over, among, plausible=plausible)


def total(of: str = "1", *, among: str | None = None, plausible: int = 1) -> Measure:
    """The weighted sum of a number; `total()` is the estimated number of persons."""
    return Measure("total", of, among=among, plausible=plausible)


def quantile(
    of: str,
    p: float,
    *,
    rule: Rule = "school",
    interval: QuantileInterval = "t",
    among: str | None = None,
    plausible: int = 1,
) -> Measure:
    """The value of a number below which a share p of the population lies.

    Args:
        of: SQL expression of a number.
        p: between 0 and 1.
        rule: `school`: the smallest value whose cumulated weight share reaches p, on an exact hit the mean of it and
            the next (decision 9); `math`: without that mean; `laeken`: the smallest whose share exceeds p; `hf4`,
            `hf6`, `hf7`, `hf8`: Hyndman and Fan's interpolations, with weights.
        interval: of the share below the quantile, turned back (Woodruff): `t`, `logit`, `korn_graubard`, `arcsine`;
            `score` inverts the test of that share; `replicates` (with replicate weights alone) takes the error of the
            replicates' quantiles.
        among: condition of the rows that count at all.
        plausible: number of plausible values.
    """
    return Measure("quantile", of, among=among, plausible=plausible, p=p, rule=rule, interval=interval)


def median(
    of: str,
    *,
    rule: Rule = "school",
    interval: QuantileInterval = "t",
    among: str | None = None,
    plausible: int = 1,
) -> Measure:
    """The quantile at one half."""
    return quantile(of, 0.5, rule=rule, interval=interval, among=among, plausible=plausible)


def poverty_threshold(
    of: str, *, fraction: float = 0.6, p: float = 0.5, rule: Rule = "school", among: str | None = None
) -> Measure:
    """The at-risk-of-poverty threshold: a fraction of a quantile, 60 % of the median.

    Args:
        of: income, as a rule equivalised.
        fraction: of the quantile.
        p: of the quantile.
        rule: of the quantile.
        among: condition of the rows that count at all.
    """
    return Measure("poverty_threshold", of, among=among, fraction=fraction, p=p, rule=rule)


def poverty_rate(
    of: str,
    *,
    threshold: Threshold | float = "national",
    fraction: float = 0.6,
    p: float = 0.5,
    rule: Rule = "school",
    among: str | None = None,
    also: str | None = None,
) -> Measure:
    """The share of persons whose income lies below (not at) the poverty threshold.

    Args:
        of: income, as a rule equivalised.
        threshold: `national` is that of the whole population of the call, whatever `by` and `among` say; `own` that of
            each domain; a number is a known threshold, without an error of its own.
        fraction: of the quantile.
        p: of the quantile.
        rule: of the quantile.
        among: condition of the rows whose rate it is.
        also: condition that counts as poor whatever the income, as severe deprivation does in AROPE. Where it is not
            known, a row below the threshold is poor, and another counts as not answered; so does one without an
            income, unless the condition holds. To leave all out of whom it is not known, say so in `among`.
    """
    return Measure(
        "poverty_rate", of, among=among, fraction=fraction, p=p, rule=rule, threshold=threshold, also=also
    )


def median_of_poor(
    of: str,
    *,
    threshold: Threshold | float = "national",
    fraction: float = 0.6,
    p: float = 0.5,
    rule: Rule = "school",
    among: str | None = None,
) -> Measure:
    """The median income of those below the poverty threshold.

    The arguments are those of `poverty_rate`.
    """
    return Measure("median_of_poor", of, among=among, fraction=fraction, p=p, rule=rule, threshold=threshold)


def poverty_gap(
    of: str,
    *,
    threshold: Threshold | float = "national",
    fraction: float = 0.6,
    p: float = 0.5,
    rule: Rule = "school",
    among: str | None = None,
) -> Measure:
    """The relative median at-risk-of-poverty gap: how far the median income of the poor lies below the threshold.

    The arguments are those of `poverty_rate`.
    """
    return Measure("poverty_gap", of, among=among, fraction=fraction, p=p, rule=rule, threshold=threshold)


def quintile_ratio(
    of: str, *, variant: Literal["sums", "means"] = "sums", rule: Rule = "school", among: str | None = None
) -> Measure:
    """S80/S20: income of the best-off fifth over that of the worst-off fifth, each domain's own fifths.

    Args:
        of: income, as a rule equivalised.
        variant: of the `sums` of the two fifths, or of their `means` (Eurostat's programme, where the weights of the
            fifths differ).
        rule: of the two quantiles.
        among: condition of the rows that count at all.
    """
    return Measure("quintile_ratio", of, among=among, rule=rule, variant=variant)


def gini(of: str, *, variant: Literal["laeken", "convey"] = "laeken", among: str | None = None) -> Measure:
    """Gini's coefficient, from 0 to 1 where no income is negative.

    Args:
        of: income, as a rule equivalised.
        variant: Eurostat's and laeken's formula, or convey's, which is a little larger.
        among: condition of the rows that count at all.
    """
    return Measure("gini", of, among=among, variant=variant)
