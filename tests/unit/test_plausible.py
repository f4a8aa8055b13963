"""Plausible values: Rubin's rules against the twin, and calls that forget where the number belongs."""

from __future__ import annotations

import math
import random

import pyarrow as pa
import pytest

import zaragoza as z
from tests.reference import inequality, survey
from tests.reference.replicates import rubin
from tests.reference.student import t_quantile
from tests.reference.survey import Row
from zaragoza.engine import Engine
from zaragoza.errors import DefinitionError

COUNT = 5
DESIGN = z.Design("w", "h", "u")
DICE = random.Random(7)  # noqa: S311 - no secret
# Four schools in each of three strata, six pupils each, with five values drawn about each pupil's ability.
PUPILS = [
    {
        "h": stratum, "u": unit, "w": 1.0 + (3 * unit + stratum) % 4, "g": DICE.choice("ab"),
        **{f"pv{k}math": 400.0 + 20 * unit + ability + DICE.gauss(0, 30) for k in range(1, COUNT + 1)},
        **{f"pv{k}read": 450.0 + ability + DICE.gauss(0, 30) for k in range(1, COUNT + 1)},
    }
    for stratum in range(3)
    for unit in range(4)
    for ability in [DICE.gauss(0, 60) for _ in range(6)]
]  # fmt: skip
DATA = pa.Table.from_pylist(PUPILS)
DF = 12 - 3


@pytest.fixture(scope="module")
def engine():
    with Engine(threads=1) as running:
        yield running


def rows(number: int, of, over=lambda pupil, number: None) -> list[Row]:
    return [
        Row(p["w"], str(p["h"]), (p["u"],), (), p["g"], float(of(p, number)), over(p, number)) for p in PUPILS
    ]


def low(pupil: dict, number: int) -> bool:
    return pupil[f"pv{number}math"] < 420.07


def maths(pupil: dict, number: int) -> float:
    return pupil[f"pv{number}math"]


def reading(pupil: dict, number: int) -> float:
    return pupil[f"pv{number}read"]


def pooled(level) -> object:
    """Each value's estimate and error by the twins, put together; `level` gives value and scores of one number."""
    values, variances = [], []
    for number in range(1, COUNT + 1):
        sample, (value, scores) = level(number)
        values.append(value)
        variances.append(survey.variance(sample, scores))
    return rubin(values, variances, DF)


def linear(of, kind: str, domain: str, over=lambda pupil, number: None):
    def level(number: int):
        sample = rows(number, of, over)
        return sample, survey.level(sample, domain, kind)

    return level


def gini(domain: str):
    def level(number: int):
        sample = rows(number, maths)
        return sample, inequality.gini(sample, [row.domain == domain for row in sample])

    return level


def agrees(ours: dict, theirs) -> None:
    error, df = math.sqrt(theirs.variance), theirs.degrees_of_freedom
    width = t_quantile(0.975, df) * error
    for field, expected in (
        ("value", theirs.value), ("standard_error", error), ("degrees_of_freedom", df),
        ("ci_low", theirs.value - width), ("ci_high", theirs.value + width),
    ):  # fmt: skip
        assert ours[field] == pytest.approx(expected, rel=1e-9), field
    assert ours["reason"] is None


MEASURES = {
    "mean": (z.mean("pv{}math", plausible=COUNT), lambda g: linear(maths, "mean", g)),
    "low": (z.share("pv{}math < 420.07", plausible=COUNT), lambda g: linear(low, "mean", g)),
    "ratio": (z.ratio("pv{}math", "pv{}read", plausible=COUNT), lambda g: linear(maths, "ratio", g, reading)),
    "total": (z.total("pv{}math", plausible=COUNT), lambda g: linear(maths, "total", g)),
    "gini": (z.Measure("gini", "pv{}math", plausible=COUNT), gini),
}


@pytest.mark.parametrize("name", MEASURES)
def test_levels_are_pooled_by_rubins_rules(name, engine):
    measure, level = MEASURES[name]
    found = z.estimate(DATA, {name: measure}, by="g", design=DESIGN, engine=engine).to_pylist()
    assert [row["g"] for row in found] == ["a", "b"]
    for ours in found:
        agrees(ours, pooled(level(ours["g"])))


@pytest.mark.parametrize("name", ["mean", "low", "gini"])
def test_gaps_are_pooled_as_gaps(name, engine):
    """The gap of each value with its covariance, not the gap of pooled levels."""
    measure, level = MEASURES[name]
    found = z.gaps(DATA, {name: measure}, group="g", reference="a", design=DESIGN, engine=engine).to_pylist()
    gap = next(row for row in found if row["statistic"] == "gap")

    def difference(number: int):
        sample, (own, own_scores) = level("b")(number)
        _, (base, base_scores) = level("a")(number)
        return sample, (own - base, [x - y for x, y in zip(own_scores, base_scores, strict=True)])

    agrees(gap, pooled(difference))


def test_among_is_numbered_too(engine):
    measure = z.mean("pv{}math", among="pv{}read >= 450", plausible=COUNT)
    ours = z.estimate(DATA, {"m": measure}, design=DESIGN, engine=engine).to_pylist()[0]

    def level(number: int):
        sample = [
            Row(p["w"], str(p["h"]), (p["u"],), (), "in" if reading(p, number) >= 450 else "", maths(p, number), None)
            for p in PUPILS
        ]  # fmt: skip
        return sample, survey.level(sample, "in", "mean")

    agrees(ours, pooled(level))
    counts = [sum(reading(p, number) >= 450 for p in PUPILS) for number in range(1, COUNT + 1)]
    assert ours["n"] == min(counts)  # protection goes by the smallest


def test_the_error_between_values_counts(engine):
    """One plausible value alone, or the mean of them for each pupil, gives too small an error."""
    measures = {"pooled": MEASURES["mean"][0], "first": z.mean("pv1math")}
    averaged = " + ".join(f"pv{k}math" for k in range(1, COUNT + 1))
    measures["averaged"] = z.mean(f"({averaged}) / {COUNT}")
    errors = {
        row["measure"]: row for row in z.estimate(DATA, measures, design=DESIGN, engine=engine).to_pylist()
    }
    assert errors["pooled"]["value"] == pytest.approx(errors["averaged"]["value"])
    assert errors["pooled"]["standard_error"] > errors["averaged"]["standard_error"]
    assert errors["pooled"]["degrees_of_freedom"] < DF == errors["first"]["degrees_of_freedom"]


def test_values_that_agree_are_one_value(engine):
    same = DATA.select(["h", "u", "w", "g"])
    for number in range(1, COUNT + 1):
        same = same.append_column(f"v{number}", DATA["pv1math"])
    measures = {"five": z.mean("v{}", plausible=COUNT), "one": z.mean("v1")}
    five, one = z.estimate(same, measures, design=DESIGN, engine=engine).to_pylist()
    for field in ("value", "standard_error", "degrees_of_freedom", "ci_low", "ci_high"):
        assert five[field] == pytest.approx(one[field], rel=1e-12)


def test_rubins_rules_by_hand(engine):
    """Two values with means 2 and 4: B = 2, so T = U + 1.5 * 2; each has U = s^2/n = 1/3 (y = 1, 2, 3 and 3, 4, 5)."""
    data = pa.table({"v1": [1.0, 2, 3], "v2": [3.0, 4, 5]})
    row = z.estimate(data, {"m": z.mean("v{}", plausible=2)}, engine=engine).to_pylist()[0]
    assert row["value"] == 3
    assert row["standard_error"] == pytest.approx(math.sqrt(1 / 3 + 3), rel=1e-12)
    share = 3 / (1 / 3 + 3)
    observed = (2 + 1) / (2 + 3) * 2 * (1 - share)
    assert row["degrees_of_freedom"] == pytest.approx(1 / (share**2 + 1 / observed), rel=1e-12)


def test_a_domain_without_an_error_for_one_value_has_none(engine):
    data = pa.table({"u": [1, 2, 3], "v1": [1.0, 2.0, 3.0], "v2": [1.0, None, None]})
    design = z.Design(psu="u")
    row = z.estimate(data, {"m": z.mean("v{}", plausible=2)}, design=design, engine=engine).to_pylist()[0]
    assert (row["standard_error"], row["reason"], row["n"]) == (None, "not_estimable", 1)
    assert row["value"] == pytest.approx((2 + 1) / 2)


@pytest.mark.parametrize(
    ("measure", "said"),
    [
        (z.mean("pv1math", plausible=5), "{} where the number of the plausible value belongs"),
        (z.mean("pv{}math"), "{} where the number of the plausible value belongs"),
        (z.mean("pv{}math", plausible=0), "a number of plausible values, from 1"),
        (z.mean("pv{}math", plausible=2.5), "a number of plausible values, from 1"),
        (z.mean("pv{}math", plausible=7), "pv6math"),  # the data have five
        (z.share("pv{}math", plausible=5), "a condition"),
    ],
)
def test_calls_that_are_wrong(measure, said, engine):
    with pytest.raises(DefinitionError) as caught:
        z.estimate(DATA, {"m": measure}, design=DESIGN, engine=engine)
    assert said in str(caught.value)
    assert not any(str(pupil["pv1math"]) in str(caught.value) for pupil in PUPILS)
