"""Quantiles, poverty and inequality against the plain-Python twin on random designs, and what must not move them."""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from dataclasses import replace
from functools import partial

import pytest
from hypothesis import given
from hypothesis import strategies as st

import zaragoza as z
from tests.properties.designs import ENGINE, as_table, check, random, renamed, same, samples
from tests.reference import incomes, inequality, poverty, quantile_intervals, quantiles, survey
from tests.reference.survey import Row, Scores

STEPS = ("school", "math", "laeken")
LINES = ("hf4", "hf6", "hf7", "hf8")
FIXED = 12.5
QUANTILES = {rule: partial(z.quantile, "y", rule=rule) for rule in (*STEPS, *LINES)} | {
    interval: partial(z.quantile, "y", interval=interval)
    for interval in ("logit", "korn_graubard", "arcsine")
}
POVERTY = {
    f"{kind} {threshold} {rule}": function("y", threshold=FIXED if threshold == "fixed" else threshold, rule=rule)
    for kind, function in (("rate", z.poverty_rate), ("median", z.median_of_poor), ("gap", z.poverty_gap))
    for threshold in ("national", "own", "fixed")
    for rule in ("school", "laeken")
} | {f"threshold own {rule}": z.poverty_threshold("y", rule=rule) for rule in (*STEPS, "hf7")}  # fmt: skip
INEQUALITY = {
    f"{kind} {variant}": function("y", variant=variant)
    for kind, function, variants in (
        ("quintiles", z.quintile_ratio, ("sums", "means")), ("gini", z.gini, ("laeken", "convey")),
    )
    for variant in variants
}  # fmt: skip

Flags = list[bool]
Found = tuple[float | None, Scores | None]  # without scores there is a value but no error


def of_domain(rows: Sequence[Row], domain: str, among: Callable[[Row], bool] = lambda _: True) -> Flags:
    return [row.domain == domain and among(row) for row in rows]


def error_of(rows: Sequence[Row], scores: Scores | None) -> float | None:
    return None if scores is None else math.sqrt(max(0.0, incomes.variance(rows, scores)))


def estimates(rows: list[Row], measures: dict, **more) -> list[dict]:
    data, design = as_table(rows)
    return z.estimate(data, measures, by="g", design=design, engine=ENGINE, **more).to_pylist()


# Quantiles


def quantile_of(
    rows: list[Row], inside: Flags, p: float, name: str
) -> quantile_intervals.QuantileInterval | None:
    rule, interval = (name, "t") if name in (*STEPS, *LINES) else ("school", name)
    used = incomes.answered(rows, inside)
    values, weights = incomes.picked(rows, inside)
    value = quantiles.quantile(values, weights, p, rule)
    if value is None:
        return None
    if incomes.degrees(rows, used) < 1 or sum(used) < 2:
        return quantile_intervals.QuantileInterval(value, None, None, None)
    return quantile_intervals.quantile_interval(rows, inside, p, rule, interval)


def quantile_scores(
    rows: list[Row], inside: Flags, found: quantile_intervals.QuantileInterval
) -> Scores | None:
    """Minus those of the share up to the quantile, times the ratio of the two errors: the density of the interval."""
    if found.standard_error is None:
        return None
    limit = quantiles.tied(found.value)
    flagged = [
        replace(row, domain="in" if flag else "", y=None if row.y is None else float(row.y <= limit))
        for row, flag in zip(rows, inside, strict=True)
    ]
    _, scores = survey.level(flagged, "in", "mean")
    error = error_of(rows, scores)
    factor = found.standard_error / error if error and error > 1e-12 else 0.0
    return [-factor * score for score in scores]


@given(samples(), st.sampled_from([0.1, 0.25, 0.5, 0.8]))
@random(25)
def test_quantiles_are_those_of_the_twin(rows, p):
    for ours in estimates(rows, {name: make(p=p) for name, make in QUANTILES.items()}):
        theirs = quantile_of(rows, of_domain(rows, ours["g"]), p, ours["measure"])
        value, error = (None, None) if theirs is None else (theirs.value, theirs.standard_error)
        check(ours, value, error, rows, ours["g"])
        if ours["standard_error"] is not None:
            used = incomes.answered(rows, of_domain(rows, ours["g"]))
            assert ours["degrees_of_freedom"] == incomes.degrees(rows, used)
            assert same(ours["ci_low"], theirs.low)
            assert same(ours["ci_high"], theirs.high)
            assert same(
                ours["standard_error"],
                error_of(rows, quantile_scores(rows, of_domain(rows, ours["g"]), theirs)),
            )


# Poverty


def line_of(
    rows: list[Row], everyone: Flags, inside: Flags, threshold: str, rule: str
) -> poverty.Line | None:
    if threshold == "fixed":
        return poverty.known_line(FIXED, rows)
    return poverty.poverty_threshold(rows, everyone if threshold == "national" else inside, rule)


def poverty_of(rows: list[Row], everyone: Flags, inside: Flags, name: str) -> Found:
    """Without a spread of incomes there is no density, and so no error; a threshold of 0 has no gap."""
    kind, threshold, rule = name.split()
    if not any(incomes.picked(rows, inside)[1]):
        return None, None
    functions = {"rate": poverty.poverty_rate} | {
        name: partial(function, rule=rule)
        for name, function in (("median", poverty.median_of_the_poor), ("gap", poverty.poverty_gap))
    }
    try:
        line = line_of(rows, everyone, inside, threshold, rule)
        return (line.value, line.scores) if kind == "threshold" else functions[kind](rows, inside, line)
    except ZeroDivisionError:
        base = incomes.picked(rows, everyone if threshold == "national" else inside)
        value = FIXED if threshold == "fixed" else 0.6 * quantiles.quantile(*base, 0.5, rule)
        return poverty_value(*incomes.picked(rows, inside), kind, value, rule), None


def poverty_value(
    values: list[float], weights: list[float], kind: str, line: float, rule: str
) -> float | None:
    if kind == "threshold":
        return line
    poor = [(y, w) for y, w in zip(values, weights, strict=True) if y < line]
    if kind == "rate":
        return sum(w for _, w in poor) / sum(weights)
    middle = quantiles.quantile([y for y, _ in poor], [w for _, w in poor], 0.5, rule)
    if kind == "median" or middle is None:
        return middle
    return None if line == 0 else 1 - middle / line


@given(samples())
@random(25)
def test_poverty_is_that_of_the_twin(rows):
    """Rows outside the domain move the national threshold, and so count in its error."""
    everyone = [True] * len(rows)
    for ours in estimates(rows, POVERTY):
        value, scores = poverty_of(rows, everyone, of_domain(rows, ours["g"]), ours["measure"])
        check(ours, value, error_of(rows, scores), rows, ours["g"])


@given(samples())
@random(12)
def test_the_threshold_is_that_of_the_population_of_the_call(rows):
    """`population` bounds those whose threshold it is; `among` only those whose rate it is."""

    def counts(row: Row) -> bool:
        return row.x is not None and row.x > 5

    def meant(row: Row) -> bool:
        return counts(row) and row.x > 15

    measures = {
        name: replace(measure, among="x > 15") for name, measure in POVERTY.items() if "laeken" not in name
    }
    everyone = [counts(row) for row in rows]
    known = [replace(row, y=row.y if meant(row) else None) for row in rows]
    for ours in estimates(rows, measures, population="x > 5"):
        inside = of_domain(rows, ours["g"], meant)
        value, scores = poverty_of(rows, everyone, inside, ours["measure"])
        check(ours, value, error_of(rows, scores), known, ours["g"])


ALSO = "x > 25"


def also_of(row: Row) -> bool | None:
    return None if row.x is None else row.x > 25


def excluded_of(rows: list[Row], inside: Flags, threshold: str) -> Found:
    """Without a spread of incomes there is no error where the threshold decides about anybody, and own scores else."""
    also = [also_of(row) for row in rows]
    try:
        line = line_of(rows, [True] * len(rows), inside, threshold, "school")
        if line is not None:
            return poverty.exclusion_rate(rows, inside, line, also)
    except ZeroDivisionError:  # all incomes are the same, or all of those whom the threshold decides about
        pass
    middle = quantiles.quantile(*incomes.picked(rows, [True] * len(rows)), 0.5)
    known = poverty.known_line(FIXED if threshold == "fixed" else line_value(middle), rows)
    value, scores = poverty.exclusion_rate(rows, inside, known, also)
    decides = any(
        flag and poverty.decided_by_income(row, a) for row, a, flag in zip(rows, also, inside, strict=True)
    )
    return value, None if decides else scores


def line_value(middle: float | None) -> float:
    """Nobody is below the line where there is none."""
    return -math.inf if middle is None else 0.6 * middle


@given(samples(), st.sampled_from(["national", "fixed"]))
@random(25)
def test_poverty_or_exclusion_is_that_of_the_twin(rows, threshold):
    measure = z.poverty_rate("y", also=ALSO, threshold=FIXED if threshold == "fixed" else threshold)
    line = FIXED
    if threshold == "national":
        line = line_value(quantiles.quantile(*incomes.picked(rows, [True] * len(rows)), 0.5))
    flags = [poverty.excluded(row, also_of(row), line) for row in rows]
    known = [
        replace(row, y=None if flag is None else float(flag)) for row, flag in zip(rows, flags, strict=True)
    ]
    for ours in estimates(rows, {"arope": measure}):
        inside = of_domain(rows, ours["g"])
        value, scores = excluded_of(rows, inside, threshold)
        check(ours, value, error_of(rows, scores), known, ours["g"])
        assert ours["n"] == sum(incomes.answered(known, inside))


# Inequality


def inequality_of(rows: list[Row], inside: Flags, name: str) -> Found:
    """A fifth, or a population, that receives nothing or less than nothing has no ratio and no Gini coefficient."""
    kind, variant = name.split()
    values, weights = incomes.picked(rows, inside)
    if not any(weights):
        return None, None
    received = math.fsum(y * w for y, w in zip(values, weights, strict=True))
    low = quantiles.quantile(values, weights, 0.2, "school")
    poorest = math.fsum(y * w for y, w in zip(values, weights, strict=True) if y <= low)
    if (received if kind == "gini" else poorest) <= 0:
        return None, None
    try:
        if kind == "gini":
            return inequality.gini(rows, inside, variant)
        return inequality.quintile_ratio(rows, inside, variant, "school")
    except ZeroDivisionError:  # all incomes are the same: nobody is above the 80 % quantile
        return (0.0 if variant == "sums" else None), None


@given(samples())
@random(25)
def test_inequality_is_that_of_the_twin(rows):
    for ours in estimates(rows, INEQUALITY):
        value, scores = inequality_of(rows, of_domain(rows, ours["g"]), ours["measure"])
        check(ours, value, error_of(rows, scores), rows, ours["g"])


# Gaps


def level_of(rows: list[Row], domain: str, name: str) -> Found:
    inside = of_domain(rows, domain)
    if name in QUANTILES:
        found = quantile_of(rows, inside, 0.5, name)
        return (None, None) if found is None else (found.value, quantile_scores(rows, inside, found))
    if name in POVERTY:
        return poverty_of(rows, [True] * len(rows), inside, name)
    return inequality_of(rows, inside, name)


def gap_of(rows: list[Row], group: str, statistic: str, name: str) -> tuple[float | None, float | None]:
    """Difference of scores, and that of a quotient: the national threshold moves both groups at once."""
    (own, own_scores), (base, base_scores) = (level_of(rows, domain, name) for domain in (group, "a"))
    if own is None or base is None or (statistic == "ratio" and base == 0):
        return None, None
    value = own - base if statistic == "gap" else own / base
    if own_scores is None or base_scores is None:
        return value, None
    first, second = (1.0, -1.0) if statistic == "gap" else (1 / base, -value / base)
    scores = [first * a + second * b for a, b in zip(own_scores, base_scores, strict=True)]
    return value, error_of(rows, scores)


@given(samples())
@random(15)
def test_gaps_are_those_of_the_twin(rows):
    if "a" not in {row.domain for row in rows}:
        return
    names = ("rate national school", "rate own school", "rate fixed school", "gap national school")
    measures = {name: POVERTY[name] for name in names} | {"gini laeken": INEQUALITY["gini laeken"]}
    measures["school"] = z.median("y")
    data, design = as_table(rows)
    found = z.gaps(data, measures, group="g", reference="a", design=design, engine=ENGINE)
    for ours in found.to_pylist():
        value, error = gap_of(rows, ours["g"], ours["statistic"], ours["measure"])
        check(ours, value, error, rows, ours["g"], "a")


# What must not matter

ALL = {name: make(p=0.5) for name, make in QUANTILES.items()} | POVERTY | INEQUALITY
NUMBERS = ("value", "standard_error", "ci_low", "ci_high", "n_hat", "degrees_of_freedom")


def assert_alike(
    before: list[dict], after: list[dict], *, fields: Sequence[str] = NUMBERS, scale: float = 1.0
):
    assert [(row["measure"], row["g"]) for row in before] == [(row["measure"], row["g"]) for row in after]
    for first, second in zip(before, after, strict=True):
        for field in fields:
            expected = None if first[field] is None else first[field] * scale
            assert same(second[field], expected, scale), (first, second)
        assert first["reason"] == second["reason"]


@given(samples(), st.randoms(use_true_random=False))
@random(10)
def test_the_order_of_rows_does_not_matter(rows, dice):
    """But to interpolated quantiles, where tied values with different weights stay separate points in file order."""
    measures = {name: measure for name, measure in ALL.items() if name.split()[-1] not in LINES}
    shuffled = dice.sample(rows, len(rows))
    assert_alike(estimates(rows, measures), estimates(shuffled, measures))


@given(samples())
@random(10)
def test_names_do_not_matter(rows):
    back = dict(zip("zyx", "abc", strict=True))
    found = [row | {"g": back[row["g"]]} for row in estimates(renamed(rows), ALL)]
    found.sort(key=lambda row: (list(ALL).index(row["measure"]), row["g"]))
    assert_alike(estimates(rows, ALL), found)


@given(samples())
@random(10)
def test_two_persons_with_half_the_weight_are_one(rows):
    """In the same unit. Exceptions follow from the formulas:

    interpolated quantiles, which count the steps between values; Korn and Graubard's interval, which counts rows; the
    error of Gini's coefficient, whose influence has the person's own weight in it; convey's coefficient itself.
    """
    unlike = (*LINES, "korn_graubard", "laeken", "convey")
    measures = {
        name: measure
        for name, measure in ALL.items()
        if name in STEPS or (name in POVERTY and "hf" not in name) or name.split()[-1] not in unlike
    }
    halves = [replace(row, weight=row.weight / 2) for row in rows for _ in range(2)]
    assert_alike(estimates(rows, measures), estimates(halves, measures))
    gini = {"gini laeken": INEQUALITY["gini laeken"]}
    assert_alike(estimates(rows, gini), estimates(halves, gini), fields=("value", "n_hat"))


@given(samples(), st.sampled_from([1 / 8, 2.0, 1024.0]))
@random(10)
def test_the_unit_of_money_does_not_matter(rows, factor):
    """Amounts scale, shares stay. (A power of two, so that who is exactly at the threshold stays there.)"""
    scaled = [replace(row, y=None if row.y is None else row.y * factor) for row in rows]
    moved = {n: replace(m, threshold=FIXED * factor) if "fixed" in n else m for n, m in ALL.items()}
    for measures, fields, scale in (
        (lambda name: name in QUANTILES or name.split()[0] in ("threshold", "median"), NUMBERS[:4], factor),
        (lambda name: name.split()[0] in ("rate", "gap", "quintiles", "gini"), NUMBERS, 1.0),
    ):
        before = {name: measure for name, measure in ALL.items() if measures(name)}
        after = {name: measure for name, measure in moved.items() if measures(name)}
        assert_alike(estimates(rows, before), estimates(scaled, after), fields=fields, scale=scale)


@given(samples())
@random(10)
def test_incomes_of_persons_without_a_weight_do_not_matter(rows):
    other = [row if row.weight or row.y is None else replace(row, y=99.0) for row in rows]
    assert_alike(estimates(rows, ALL), estimates(other, ALL))


@pytest.mark.parametrize("income", [0.1, 1234.56])
def test_equal_incomes_have_no_density(income):
    """Whatever the last bits of their mean say, there is no error rather than one of a kernel of no width."""
    rows = [
        Row(weight, "h", (unit,), (), "a", income, None)
        for unit, weight in enumerate([0.1, 0.3, 0.7, 1.1, 2.3])
    ]
    rows += [replace(rows[0], units=(5,), y=None), replace(rows[0], units=(6,), domain="b", y=3 * income)]
    for name in ("threshold own school", "rate national school", "rate own school"):
        ours = estimates(rows, {name: POVERTY[name]})[0]
        assert (ours["standard_error"], ours["reason"]) == (None, "not_estimable")
