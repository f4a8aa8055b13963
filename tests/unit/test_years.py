"""Change, averages and pooled years: the values of methods/05, samples that change, and calls that are wrong."""

from __future__ import annotations

import math
import random

import pyarrow as pa
import pytest

import zaragoza as z
from tests.reference import years as twin
from zaragoza.engine import Engine
from zaragoza.errors import DefinitionError, DesignError

# methods/05 section 8, Berger and Priam: stratum, primary unit, numerator, denominator
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
DESIGN = z.Design(stratum="h", psu="u")
RATIO = {"r": z.ratio("num", "den")}


@pytest.fixture(scope="module")
def engine():
    with Engine(threads=1) as running:
        yield running


def table(units) -> pa.Table:
    return pa.table(dict(zip(("h", "u", "num", "den"), zip(*units, strict=True), strict=True)))


def only(found: pa.Table) -> dict:
    (row,) = found.to_pylist()
    return row


def as_units(units) -> list[twin.Unit]:
    return [twin.Unit(str(h), str(u), float(num), float(den)) for h, u, num, den in units]


def test_change_of_the_paper(engine):
    row = only(z.change({"2020": table(BEFORE), "2021": table(AFTER)}, RATIO, design=DESIGN, engine=engine))
    assert (row["statistic"], row["period"], row["reference"]) == ("change", "2021", "2020")
    assert row["value"] == pytest.approx(0.1820225 - 0.1938326, abs=1e-7)
    assert row["standard_error"] == pytest.approx(0.0117505, abs=5e-8)
    assert row["degrees_of_freedom"] == 7 - 2
    width = 2.570581835636314 * row["standard_error"]  # t(0.975, 5)
    assert (row["ci_low"], row["ci_high"]) == pytest.approx((row["value"] - width, row["value"] + width))
    assert (row["n"], row["reason"]) == (7, None)


def test_years_of_other_units_are_independent(engine):
    """Their variances add up (methods/05 section 5); without units nothing is known to be the same."""
    apart = [(h, u + 100, num, den) for h, u, num, den in AFTER]
    data = {"2020": table(BEFORE), "2021": table(apart)}
    levels = [only(z.estimate(one, RATIO, design=DESIGN, engine=engine)) for one in data.values()]
    expected = math.hypot(*(level["standard_error"] for level in levels))
    row = only(z.change(data, RATIO, design=DESIGN, engine=engine))
    assert row["standard_error"] == pytest.approx(expected, rel=1e-12)
    same = {"2020": table(BEFORE), "2021": table(AFTER)}
    unnamed = only(z.change(same, RATIO, design=z.Design(stratum="h"), engine=engine))
    assert unnamed["standard_error"] == pytest.approx(expected, rel=1e-12)
    average = only(z.average(data, RATIO, design=DESIGN, engine=engine))
    assert average["standard_error"] == pytest.approx(expected / 2, rel=1e-12)


def test_the_sign_of_a_sum_is_that_of_an_average(engine):
    """The variance of the sum, which a published programme gives for the change, is four times that of the average."""
    row = only(z.average({"2020": table(BEFORE), "2021": table(AFTER)}, RATIO, design=DESIGN, engine=engine))
    assert (row["statistic"], row["period"], row["reference"]) == ("average", "2020/2021", None)
    assert row["value"] == pytest.approx((0.1938326 + 0.1820225) / 2, abs=1e-7)
    assert 2 * row["standard_error"] == pytest.approx(0.0301243, abs=1e-7)


def test_a_unit_is_its_stratum_and_its_name(engine):
    """The same number in another stratum is another unit."""
    moved = [(3 - h, u, num, den) for h, u, num, den in AFTER]
    data = {"2020": table(BEFORE), "2021": table(moved)}
    levels = [only(z.estimate(one, RATIO, design=DESIGN, engine=engine)) for one in data.values()]
    row = only(z.change(data, RATIO, design=DESIGN, engine=engine))
    expected = math.hypot(*(level["standard_error"] for level in levels))
    assert row["standard_error"] == pytest.approx(expected, rel=1e-12)


def test_names_are_compared_as_they_are_written(engine):
    """A file of another year may hold the identifiers as text."""
    text = table([(str(h), str(u), num, den) for h, u, num, den in AFTER])
    row = only(z.change({"2020": table(BEFORE), "2021": text}, RATIO, design=DESIGN, engine=engine))
    assert row["standard_error"] == pytest.approx(0.0117505, abs=5e-8)


def overlapping(seed: int):
    """Two years with strata of 3 to 8 units, other sizes each year, about half of them in both."""
    dice = random.Random(seed)  # noqa: S311 - no secret
    names = [[(h, u) for h in range(3) for u in dice.sample(range(9), dice.randint(3, 8))] for _ in range(2)]
    return [[(h, u, dice.randint(0, 40), dice.randint(41, 90)) for h, u in year] for year in names]


@pytest.mark.parametrize("seed", range(12))
def test_change_is_that_of_the_twin(seed, engine):
    before, after = overlapping(seed)
    expected = twin.ratio_change(as_units(before), as_units(after))
    row = only(z.change({"a": table(before), "b": table(after)}, RATIO, design=DESIGN, engine=engine))
    assert row["value"] == pytest.approx(expected.change, rel=1e-9)
    assert row["standard_error"] == pytest.approx(expected.standard_error, rel=1e-9)


def test_a_third_year_does_not_matter(engine):
    """Rotation is that of the two years compared."""
    third = [(h, u, num + 3, den) for h, u, num, den in AFTER[:3] + AFTER[4:]]
    data = {"2020": table(BEFORE), "2021": table(AFTER), "2022": table(third)}
    three = z.change(data, RATIO, design=DESIGN, engine=engine).to_pylist()
    assert [(row["reference"], row["period"]) for row in three] == [("2020", "2021"), ("2021", "2022")]
    assert three[0]["standard_error"] == pytest.approx(0.0117505, abs=5e-8)


def test_breaks_are_told_and_the_value_given(engine):
    data = {"2019": table(AFTER), "2020": table(BEFORE), "2021": table(AFTER)}
    broken = z.change(data, RATIO, design=DESIGN, breaks=["2021"], engine=engine).to_pylist()
    plain = z.change(data, RATIO, design=DESIGN, engine=engine).to_pylist()
    assert [row["reason"] for row in broken] == [None, "break_in_series"]
    assert [row["value"] for row in broken] == [row["value"] for row in plain]
    assert [row["standard_error"] for row in broken] == [row["standard_error"] for row in plain]
    average = only(z.average(data, RATIO, design=DESIGN, breaks=["2021"], engine=engine))
    assert average["reason"] == "break_in_series"


def test_a_domain_of_one_year_alone_has_no_change(engine):
    first = table(BEFORE).append_column("g", pa.array(["a"] * 7))
    second = table(AFTER).append_column("g", pa.array(["a"] * 4 + ["b"] * 3))
    found = z.change({"1": first, "2": second}, RATIO, by="g", design=DESIGN, engine=engine).to_pylist()
    assert [(row["g"], row["value"] is None, row["reason"]) for row in found] == [
        ("a", False, None), ("b", True, "no_members"),
    ]  # fmt: skip
    assert found[1]["n"] == 3


def test_years_may_be_numbers(engine):
    row = only(
        z.change(
            {2020: table(BEFORE), 2021: table(AFTER)}, RATIO, design=DESIGN, breaks=[2021], engine=engine
        )
    )
    assert (row["reference"], row["period"], row["reason"]) == ("2020", "2021", "break_in_series")


def test_the_same_sample_has_not_changed(engine):
    """And the average of a total is the total, with its error."""
    data = {"2020": table(BEFORE), "2021": table(BEFORE)}
    measures = {"t": z.total("num"), "r": z.ratio("num", "den")}
    for row in z.change(data, measures, design=DESIGN, engine=engine).to_pylist():
        assert (row["value"], row["standard_error"]) == (0, 0)
    average = z.average(data, measures, design=DESIGN, engine=engine).to_pylist()[0]
    level = z.estimate(table(BEFORE), measures, design=DESIGN, engine=engine).to_pylist()[0]
    assert (average["value"], average["standard_error"]) == pytest.approx(
        (level["value"], level["standard_error"])
    )


# Pooled years


def test_pooled_years_are_of_the_average_population(engine):
    pooled = z.pool({"2020": table(BEFORE), "2021": table(AFTER)}, design=DESIGN, engine=engine)
    assert pooled.data["period"].to_pylist() == ["2020"] * 7 + ["2021"] * 7
    assert set(pooled.data["pooled_weight"].to_pylist()) == {0.5}
    measures = {"t": z.total("num"), "r": z.ratio("num", "den")}
    found = {
        r["measure"]: r
        for r in z.estimate(pooled.data, measures, design=pooled.design, engine=engine).to_pylist()
    }
    tops, bottoms = (sum(unit[k] for unit in BEFORE + AFTER) for k in (2, 3))
    assert found["t"]["value"] == pytest.approx(tops / 2)
    assert found["r"]["value"] == pytest.approx(tops / bottoms)
    assert found["t"]["degrees_of_freedom"] == 9 - 2  # a unit of both years is one unit


def test_pooled_panel_of_the_same_units_has_their_covariance(engine):
    """The total of a unit is the sum of its years: with equal strata the error is that of the average."""
    first, second = (
        BEFORE[:3] + BEFORE[4:],
        [(h, u, num + u, den) for h, u, num, den in BEFORE[:3] + BEFORE[4:]],
    )
    data = {"2020": table(first), "2021": table(second)}
    pooled = z.pool(data, design=DESIGN, engine=engine)
    ours = only(z.estimate(pooled.data, {"t": z.total("num")}, design=pooled.design, engine=engine))
    both = [sum(pair) / 2 for pair in zip((u[2] for u in first), (u[2] for u in second), strict=True)]
    expected = math.sqrt(sum(3 / 2 * sum((x - sum(h) / 3) ** 2 for x in h) for h in (both[:3], both[3:])))
    assert ours["standard_error"] == pytest.approx(expected, rel=1e-12)


def test_pooled_samples_drawn_anew_are_independent(engine):
    data = {"2020": table(BEFORE), "2021": table(AFTER)}
    pooled = z.pool(data, design=DESIGN, same_units=False, weight="w2", engine=engine)
    ours = only(z.estimate(pooled.data, {"t": z.total("num")}, design=pooled.design, engine=engine))
    levels = [
        only(z.estimate(one, {"t": z.total("num")}, design=DESIGN, engine=engine))["standard_error"]
        for one in data.values()
    ]
    assert ours["standard_error"] == pytest.approx(math.hypot(*levels) / 2, rel=1e-12)
    assert ours["degrees_of_freedom"] == 2 * (7 - 2)


# Calls that are wrong


def faults_of(call, *arguments, **more) -> list[tuple[str, str]]:
    with pytest.raises(DefinitionError) as caught:
        call(*arguments, **more)
    return [(fault.where, fault.field) for fault in caught.value.faults]


@pytest.mark.parametrize("call", [z.change, z.average])
def test_every_fault_of_a_call_at_once(call, engine):
    found = faults_of(
        call, {"2020": table(BEFORE)}, {"r": z.mean("v{}", plausible=5), "q": z.quantile("num", 2)},
        by="period", group="h", breaks=["1999"], confidence=2, design=z.Replicates("JK1", replicates=("u", "h")),
        engine=engine,
    )  # fmt: skip
    assert {
        ("years", "years"), ("breaks", "1999"), ("group", "reference"), ("measure r", "plausible"), ("by", "period"),
        ("design", "design"), ("measure q", "p"), ("confidence", "confidence"),
    } <= set(found)  # fmt: skip


@pytest.mark.parametrize("call", [z.change, z.average])
def test_other_kinds_of_arguments(call, engine):
    assert faults_of(call, [table(BEFORE), table(AFTER)], RATIO, engine=engine) == [("years", "years")]
    data = {"2020": table(BEFORE), "2021": table(AFTER)}
    assert ("measures", "measures") in faults_of(call, data, [z.mean("num")], engine=engine)


def test_a_reference_that_does_not_occur(engine):
    data = {"2020": table(BEFORE), "2021": table(AFTER)}
    found = faults_of(z.change, data, RATIO, group="h", reference="9", design=DESIGN, engine=engine)
    assert found == [("reference", "h")]


def test_a_lonely_stratum_of_one_year_is_refused(engine):
    alone = table([*AFTER, (3, 1, 4, 20)])
    data = {"2020": table(BEFORE), "2021": alone}
    with pytest.raises(DesignError, match="1 strata with one"):
        z.change(data, RATIO, design=DESIGN, engine=engine)
    row = only(z.change(data, RATIO, design=DESIGN, lonely_psu="remove", engine=engine))
    assert row["standard_error"] > 0


def test_pool_refuses(engine):
    assert faults_of(z.pool, {"2020": table(BEFORE)}, engine=engine) == [("years", "years")]
    taken = table(BEFORE).append_column("period", pa.array([1] * 7))
    assert faults_of(z.pool, {"a": taken, "b": taken}, engine=engine) == [("years", "period")]
    weights = z.Replicates("JK1", replicates=("h", "u"))
    data = {"a": table(BEFORE), "b": table(AFTER)}
    assert faults_of(z.pool, data, design=weights, engine=engine) == [("design", "design")]
