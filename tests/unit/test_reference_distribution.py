"""The twins of quantiles, poverty, inequality, replicates and change, against R (oracle files) and methods/05."""

from __future__ import annotations

import csv
import gzip
import json
import math
import re
from functools import cache

import pytest

from tests.oracle.designs import SAMPLES, rows, table
from tests.reference import incomes, inequality, poverty, quantile_intervals, quantiles, replicates, years
from tests.reference.student import t_quantile
from tests.reference.survey import Row, level
from tests.reference.survey import variance as slow_variance
from tests.support import SHARED, needs_shared

RULES = {"hf1": "math", "hf2": "school"}
INTERVALS = {"mean": "t", "beta": "korn_graubard", "xlogit": "logit", "asin": "arcsine", "score": "score"}
BY_HAND = {
    "eight_equal": [(1.0, float(v)) for v in range(1, 9)],
    "ties_zero_weight": [(1.0, 1.0), (2.0, 1.0), (0.0, 2.0), (1.0, 2.0), (3.0, 2.0), (2.0, 3.0), (1.0, 9.0)],
}
PARTS = re.compile(r"quantile\[(\w+)(?:,(\w+))?\]:(\w+)@([\d.]+)")


def close(ours: float | None, theirs: str) -> bool:
    return ours is not None and math.isclose(ours, float(theirs), rel_tol=1e-9)


@cache
def sample(design: str, variable: str) -> list[Row]:
    """The rows of an oracle design, with the variable as income."""
    if design in BY_HAND:
        return [Row(w, "", (k,), (), "", y, None) for k, (w, y) in enumerate(BY_HAND[design])]
    known = SAMPLES["apisrs_fpc" if design == "apisrs_unit" else design]
    data = table(known.data)
    count = len(data)
    plain = design == "apisrs_unit"

    def together(names):
        return list(zip(*(data[name].to_pylist() for name in names), strict=True))

    weights = [1.0] * count if plain else data[known.design.weight].to_pylist()
    strata = data[known.design.stratum].to_pylist() if known.design.stratum else [""] * count
    units = together(known.design.stages) if known.design.stages else [(k,) for k in range(count)]
    sizes = together(known.design.sizes) if known.design.sizes and not plain else [()] * count
    values = data[variable].to_pylist()
    return [
        Row(float(w), str(h), u, tuple(map(float, n)), "", None if y is None else float(y), None)
        for w, h, u, n, y in zip(weights, strata, units, sizes, values, strict=True)
    ]


@cache
def inside(design: str, domain: str) -> tuple[bool, ...]:
    """Flags of an oracle domain: conditions joined by `|`."""
    if design in BY_HAND or domain == "all":
        return (True,) * len(sample(design, "age" if design == "eusilc_hh" else "api00"))
    data = table(SAMPLES[design].data)
    flags = [True] * len(data)
    for condition in domain.split("|"):
        column, _, wanted = condition.replace(">", "=").partition("=")
        met = [
            v is not None and (v > 0 if ">" in condition else str(v) == wanted)
            for v in data[column].to_pylist()
        ]
        flags = [a and b for a, b in zip(flags, met, strict=True)]
    return tuple(flags)


def asked(row: dict[str, str]) -> tuple[str, str | None, str, float]:
    rule, interval, variable, p = PARTS.fullmatch(row["statistic"]).groups()
    return RULES.get(rule, rule), INTERVALS.get(interval), variable, float(p)


QUANTILES = rows("03_survey_quantiles")
SLOW = ("Q04", "Q05", "Q06")  # 14,827 rows: their intervals at two shares only


@needs_shared
@pytest.mark.parametrize(("case", "design"), QUANTILES)
def test_quantiles_are_those_of_r(case, design):
    for row in QUANTILES[case, design]:
        rule, _, variable, p = asked(row)
        values, weights = incomes.picked(sample(design, variable), inside(design, row["domain"]))
        assert close(quantiles.quantile(values, weights, p, rule), row["value"]), row["statistic"]


@needs_shared
@pytest.mark.parametrize(("case", "design"), QUANTILES)
def test_intervals_of_quantiles_are_those_of_r(case, design):
    for row in QUANTILES[case, design]:
        rule, interval, variable, p = asked(row)
        if not (row["ci_low"] or row["ci_high"]) or (
            case in SLOW and (p not in (0.1, 0.5) or rule != "math")
        ):
            continue
        found = quantile_intervals.quantile_interval(
            sample(design, variable), inside(design, row["domain"]), p, rule, interval
        )
        for ours, theirs in ((found.low, "ci_low"), (found.high, "ci_high"), (found.standard_error, "se")):
            assert close(ours, row[theirs]) if row[theirs] else ours is None, (row["statistic"], theirs)


@needs_shared
def test_score_of_r_is_the_inverted_test_up_to_a_neighbour_where_weights_are_equal():
    people = sample("apiclus1_fpc", "api00")
    values = sorted({row.y for row in people})
    used = [True] * len(people)
    t = t_quantile(0.975, 14)
    for p in (0.1, 0.5, 0.9):
        r = quantile_intervals.quantile_interval(people, used, p, "math", "score")
        for ours, theirs in zip(
            quantile_intervals.inverted_test(people, used, p, t), (r.low, r.high), strict=True
        ):
            assert abs(values.index(ours) - values.index(theirs)) <= 1


@needs_shared
def test_quantiles_of_replicates_have_the_errors_of_r():
    """`quantile`: the quantiles of the replicates; `mean`: Woodruff's limits with the replicates' error of F."""
    meta = json.loads((SHARED / "oracle" / "data" / "replicates.json").read_text())["apistrat_jkn"]
    with gzip.open(SHARED / "oracle" / "data" / "rep_apistrat_jkn.csv.gz", "rt") as file:
        weights = list(zip(*(map(float, row) for row in list(csv.reader(file))[1:]), strict=True))
    values, whole = incomes.picked(sample("apistrat_nofpc", "api00"), [True] * 200)
    t = t_quantile(0.975, meta["degf"])

    def error(estimate, of_weights):
        found = [of_weights(w) for w in weights]
        return math.sqrt(replicates.replicate_variance(found, estimate, meta["scale"], meta["rscales"]))

    for row in rows("05_survey_replicates")["R03", "apistrat_jkn"]:
        if row["domain"] == "all" and row["statistic"].startswith("quantile") and row["se"]:
            _, _, _, p = asked(row)
            q = quantiles.quantile(values, whole, p, "math")
            if ",quantile]" in row["statistic"]:
                reach = t * error(q, lambda w, p=p: quantiles.quantile(values, w, p, "math"))
                limits = q - reach, q + reach
            else:
                reach = t * error(share_up_to(q, values, whole), lambda w, q=q: share_up_to(q, values, w))
                share = share_up_to(q, values, whole)
                limits = [quantiles.quantile(values, whole, share + s, "math") for s in (-reach, reach)]
            assert close(q, row["value"])
            assert close(limits[0], row["ci_low"])
            assert close(limits[1], row["ci_high"])


def share_up_to(value: float, values: list[float], weights: list[float]) -> float:
    return sum(w for y, w in zip(values, weights, strict=True) if y <= value) / sum(weights)


def test_exact_hit():
    values, weights = [4.0, 1.0, 3.0, 2.0], [1.0] * 4
    found = {
        rule: quantiles.quantile(values, weights, 0.5, rule) for rule in ("math", "school", "laeken", "hf7")
    }
    assert found == {"math": 2.0, "school": 2.5, "laeken": 3.0, "hf7": 2.5}


# Poverty and inequality: laeken, convey, vardpoor and methods/05 section 8

INCOME = ("eusilc_hh", "eqIncome")


@cache
def line() -> poverty.Line:
    return poverty.poverty_threshold(sample(*INCOME), inside("eusilc_hh", "all"))


def estimate(statistic: str, domain: str, smoothing: float | None = None) -> incomes.Estimate:
    """An oracle statistic, percent as a proportion."""
    people, flags = sample(*INCOME), inside("eusilc_hh", domain)
    return {
        "arpt": lambda: (line().value, line().scores),
        "arpr": lambda: poverty.poverty_rate(people, flags, line()),
        "arpr_fixed_threshold": lambda: poverty.poverty_rate(
            people, flags, poverty.known_line(line().value, people)
        ),
        "rmpg": lambda: poverty.poverty_gap(people, flags, line(), smoothing=smoothing),
        "median_income_of_the_poor": lambda: poverty.median_of_the_poor(people, flags, line()),
        "gini": lambda: inequality.gini(people, flags),
        "gini_convey_definition": lambda: inequality.gini(people, flags, "convey"),
        "qsr": lambda: inequality.quintile_ratio(people, flags),
        "qsr_ratio_of_means": lambda: inequality.quintile_ratio(people, flags, "means"),
    }[statistic]()


PERCENT = ("arpr", "arpr_fixed_threshold", "rmpg", "gini", "gini_convey_definition")
SOME = ("all", "pb220a=EU", "db040=Burgenland", "agegrp=65+")


@needs_shared
@pytest.mark.parametrize("domain", SOME)
@pytest.mark.parametrize(
    ("file", "case", "design"),
    [
        ("11_linearised", "P07", "eusilc_hh"),
        ("11_linearised", "P08", "eusilc_hh"),
        ("12_linearised_convey", "P09", "eusilc_hh[convey]"),
    ],
)
def test_linearised_statistics_are_those_of_r(file, case, design, domain):
    for row in rows(file)[case, design]:
        if row["domain"] == domain:
            value, scores = estimate(row["statistic"], domain)
            factor = 100 if row["statistic"] in PERCENT else 1
            assert close(factor * value, row["value"]), row["statistic"]
            if row["se"]:
                error = math.sqrt(incomes.variance(sample(*INCOME), scores))
                assert close(factor * error, row["se"]), row["statistic"]


@needs_shared
@pytest.mark.parametrize("domain", ["all", "db040=Burgenland"])
def test_vardpoor_smooths_by_all_and_has_the_gini_of_convey_in_its_error(domain):
    """Its value of the Gini is laeken's, its score that of convey's definition: up to 0.2 % apart."""
    everyone = quantiles.bandwidth(*incomes.picked(sample(*INCOME), inside("eusilc_hh", "all")))
    for row in rows("13_linearised_vardpoor")["P10", "eusilc_hh[vardpoor]"]:
        if row["domain"] == domain and row["statistic"] in ("rmpg", "gini", "qsr"):
            value, scores = estimate(row["statistic"], domain, everyone)
            if row["statistic"] == "gini":
                _, scores = estimate("gini_convey_definition", domain)
            factor = 100 if row["statistic"] in PERCENT else 1
            assert close(factor * value, row["value"])
            assert close(factor * math.sqrt(incomes.variance(sample(*INCOME), scores)), row["se"])


@needs_shared
def test_groups_have_the_values_of_laeken():
    for row in rows("10_laeken")["P02", "eusilc_point"]:
        if row["domain"].startswith(("pb220a", "hsize")):
            name = "arpr_fixed_threshold" if row["statistic"] == "arpr" else row["statistic"]
            value, _ = estimate(name, row["domain"])
            factor = 100 if name in PERCENT else 1
            assert close(factor * value, row["value"]) if row["value"] else value is None, row


def test_a_group_without_poor_has_no_gap_and_one_without_people_nothing():
    people = [Row(1.0, "h", (k,), (), "", 10.0 + k, None) for k in range(4)]
    none, everyone = [False] * 4, [True] * 4
    low = poverty.known_line(5.0, people)
    assert poverty.poverty_rate(people, everyone, low) == (0.0, [0.0] * 4)
    assert poverty.poverty_gap(people, everyone, low)[0] is None
    assert poverty.poverty_threshold(people, none) is None
    for found in (
        poverty.poverty_rate(people, none, low),
        inequality.quintile_ratio(people, none),
        inequality.gini(people, none),
    ):
        assert found == (None, [0.0] * 4)


def test_line_counts_only_those_below_it():
    people = [Row(1.0, "h", (k,), (), "", y, None) for k, y in enumerate([1.0, 2.0, 2.0, 3.0])]
    assert poverty.poverty_rate(people, [True] * 4, poverty.known_line(2.0, people))[0] == 0.25


def test_quick_variance_is_the_slow_one():
    people = [
        Row(1.0, "a" if k < 8 else "b", (k // 4, k // 2), (5.0, 6.0), "", None, None) for k in range(16)
    ]
    scores = [math.sin(k) for k in range(16)]
    assert incomes.variance(people, scores) == pytest.approx(slow_variance(people, scores), rel=1e-12)


# Replicates, plausible values and change: methods/05

TINY = [
    (1, 1, 10, 1), (1, 1, 10, 0), (1, 2, 10, 1), (1, 2, 10, 1), (1, 3, 10, 0),
    (2, 4, 20, 0), (2, 4, 20, 1), (2, 5, 20, 0), (2, 5, 20, 0),
]  # fmt: skip


def test_jackknife_of_the_paper():
    factors = replicates.jkn(["1", "1", "1", "2", "2"])

    def share(column):
        top = sum(column[u - 1] * w * y for _, u, w, y in TINY)
        return top / sum(column[u - 1] * w for _, u, w, _ in TINY)

    found = [share(column) for column in factors.factors]
    assert found == pytest.approx([0.4, 0.28, 0.4642857, 0.2307692, 0.5384615], abs=5e-8)
    variance = replicates.replicate_variance(found, share([1.0] * 5), 1.0, factors.rscales, "estimate")
    assert math.sqrt(variance) == pytest.approx(0.1880273, abs=5e-8)
    people = [Row(float(w), str(h), (u,), (), "", float(y), None) for h, u, w, y in TINY]
    value, scores = level(people, "", "mean")
    assert value == pytest.approx(0.3846154, abs=5e-8)
    assert math.sqrt(incomes.variance(people, scores)) == pytest.approx(0.1883294, abs=5e-8)


def test_plausible_values_by_hand():
    """U = 4, B = 1, M = 5: T = 5.2, the missing share 1.2/5.2 and 4/(1.2/5.2)^2 degrees of freedom."""
    values = [10 + d for d in (-math.sqrt(2), 0.0, 0.0, 0.0, math.sqrt(2))]
    found = replicates.rubin(values, [3.0, 5.0, 4.0, 4.0, 4.0])
    assert (found.value, found.within, found.between) == pytest.approx((10, 4, 1))
    assert found.variance == pytest.approx(5.2)
    assert found.degrees_of_freedom == pytest.approx(4 / (1.2 / 5.2) ** 2)
    known = 20 * 21 / 23 * (1 - 1.2 / 5.2)
    expected = 1 / (1 / found.degrees_of_freedom + 1 / known)
    assert replicates.rubin(values, [4.0] * 5, 20).degrees_of_freedom == pytest.approx(expected)
    assert replicates.rubin([10.0] * 5, [4.0] * 5).degrees_of_freedom == math.inf
    assert replicates.rubin([9.0, 11.0], [0.0, 0.0], 20).degrees_of_freedom == 0


BEFORE = [
    (1, 1, 12, 60),
    (1, 2, 8, 55),
    (1, 3, 15, 70),
    (1, 4, 10, 52),
    (2, 5, 20, 80),
    (2, 6, 9, 62),
    (2, 7, 14, 75),
]
AFTER = [
    (1, 2, 9, 58),
    (1, 3, 13, 68),
    (1, 4, 12, 55),
    (1, 8, 7, 49),
    (2, 6, 10, 60),
    (2, 7, 12, 78),
    (2, 9, 18, 77),
]


def test_change_of_the_paper():
    first, second = (
        [years.Unit(str(h), str(u), float(a), float(b)) for h, u, a, b in year] for year in (BEFORE, AFTER)
    )
    found = years.ratio_change(first, second)
    assert (found.before, found.after) == pytest.approx((0.1938326, 0.1820225), abs=5e-8)
    assert (found.before_error, found.after_error) == pytest.approx((0.0161451, 0.0161898), abs=5e-8)
    assert math.hypot(found.before_error, found.after_error) == pytest.approx(0.0228642, abs=5e-8)
    assert found.standard_error == pytest.approx(0.0117505, abs=5e-8)
    assert found.correlation == pytest.approx(0.88823, abs=5e-6)
