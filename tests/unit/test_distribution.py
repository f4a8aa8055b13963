"""Quantiles, poverty and inequality from their definitions: ties, zero weights, nobody, one person, equal incomes."""

from __future__ import annotations

import math
from collections.abc import Iterator
from functools import cache

import pyarrow as pa
import pytest

import zaragoza as z
from zaragoza.engine import Engine
from zaragoza.errors import DefinitionError
from zaragoza.model.estimate import NO_MEMBERS, NOT_ESTIMABLE

RULES = ("school", "math", "laeken", "hf4", "hf6", "hf7", "hf8")


@cache
def engine() -> Engine:
    """One for all tests: to open one takes longer than most estimates here."""
    return Engine(threads=1)


@pytest.fixture(scope="module", autouse=True)
def _closed_at_the_end() -> Iterator[None]:
    yield
    engine().close()
    engine.cache_clear()


def people(incomes: list[float | None], weights: list[float] | None = None, **columns: list) -> pa.Table:
    return pa.table({"y": incomes, "w": weights or [1.0] * len(incomes), **columns})


def only(data: pa.Table, measure: z.Measure, **options: object) -> dict:
    design = z.Design(weight="w")
    (row,) = z.estimate(data, {"m": measure}, design=design, engine=engine(), **options).to_pylist()
    return row


def by(data: pa.Table, measure: z.Measure, column: str, **options: object) -> dict[str, dict]:
    design = options.pop("design", z.Design(weight="w"))
    found = z.estimate(data, {"m": measure}, by=column, design=design, engine=engine(), **options)
    return {row[column]: row for row in found.to_pylist()}


# Quantiles of tiny vectors, by hand


@pytest.mark.parametrize(
    ("rule", "expected"),
    [  # of 1, 2, 3, 4 with weight 1: shares .25, .5, .75, 1
        ("math", 2.0),  # reaches one half
        ("school", 2.5),  # meets it: mean of it and the next
        ("laeken", 3.0),  # exceeds it
        ("hf4", 2.0),  # on the line through (.25, 1), (.5, 2), ...
        ("hf6", 2.5),  # through (.2, 1), (.4, 2), (.6, 3), (.8, 4)
        ("hf7", 2.5),  # through (0, 1), (1/3, 2), (2/3, 3), (1, 4)
        ("hf8", 2.5),  # through ((k - 1/3)/(4 + 1/3), k)
    ],
)
def test_median_of_four(rule, expected):
    assert only(people([3.0, 1.0, 4.0, 2.0]), z.median("y", rule=rule))["value"] == pytest.approx(expected)


@pytest.mark.parametrize(
    ("p", "rule", "expected"),
    [  # of 10, 20 with weights 1 and 3: shares .25 and 1
        (0.2, "school", 10.0),
        (0.25, "school", 15.0),
        (0.25, "math", 10.0),
        (0.25, "laeken", 20.0),
        (0.3, "school", 20.0),
        (0.625, "hf4", 15.0),
        (0.5, "hf7", 15.0),  # points at 0 and 1: W_1/W_1
        (0.01, "hf8", 10.0),  # flat outside
    ],
)
def test_two_persons_of_unequal_weight(p, rule, expected):
    found = only(people([20.0, 10.0], [3.0, 1.0]), z.quantile("y", p, rule=rule))
    assert found["value"] == pytest.approx(expected)


@pytest.mark.parametrize("rule", RULES)
def test_one_person_is_every_quantile_without_an_error(rule):
    data = people([7.0, 1.0, 2.0], [2.0, 1.0, 1.0], g=["one", "more", "more"])
    for p in (0.01, 0.5, 0.99):
        found = by(data, z.quantile("y", p, rule=rule), "g")["one"]
        assert (found["value"], found["standard_error"], found["reason"]) == (7.0, None, NOT_ESTIMABLE)
        assert found["ci_low"] is None
        assert found["ci_high"] is None


@pytest.mark.parametrize("rule", RULES)
def test_tied_values_are_one_value(rule):
    tied = only(people([5.0, 5.0, 5.0, 9.0, 1.0]), z.median("y", rule=rule))
    assert tied["value"] == 5.0


@pytest.mark.parametrize("rule", RULES)
def test_a_weight_of_zero_has_no_say_but_counts_in_n(rule):
    without = only(people([1.0, 2.0, 3.0, 4.0, 5.0]), z.quantile("y", 0.35, rule=rule))
    there = people([1.0, -50.0, 2.0, 3.0, 4.0, 90.0, 5.0], [1.0, 0.0, 1.0, 1.0, 1.0, 0.0, 1.0])
    found = only(there, z.quantile("y", 0.35, rule=rule))
    assert found["value"] == without["value"]
    assert (found["n"], without["n"]) == (7, 5)
    assert found["n_hat"] == without["n_hat"] == 5.0


def test_weights_are_numbers_of_persons():
    counted = [("school", 4.0), ("math", 4.0), ("laeken", 4.0)]
    once = people([1.0] * 2 + [4.0] * 3 + [6.0] * 2)
    for rule, expected in counted:
        assert only(people([6.0, 1.0, 4.0], [2.0, 2.0, 3.0]), z.median("y", rule=rule))["value"] == expected
        assert only(once, z.median("y", rule=rule))["value"] == expected


@pytest.mark.parametrize("p", [0.0, 1.0, -0.1, 1.5])
def test_a_share_outside_0_to_1_is_refused(p):
    with pytest.raises(DefinitionError, match="a number between 0 and 1"):
        only(people([1.0, 2.0]), z.quantile("y", p))


def test_replicates_are_asked_for_where_an_interval_needs_them():
    with pytest.raises(DefinitionError, match="interval"):
        only(people([1.0, 2.0]), z.median("y", interval="replicates"))


@pytest.mark.parametrize("interval", ["t", "logit", "korn_graubard", "arcsine", "score"])
def test_intervals_hold_their_quantile(interval):
    data = people([float(v) for v in range(1, 101)])
    found = only(data, z.median("y", rule="math", interval=interval))
    assert found["ci_low"] < found["value"] == 50.0 < found["ci_high"]
    assert found["standard_error"] > 0


# Poverty by hand: incomes 1 ... 10, median 5.5 (school), threshold 3.3

TEN = [float(v) for v in range(1, 11)]


def test_poverty_of_ten_persons():
    data = people(TEN)
    assert only(data, z.poverty_threshold("y"))["value"] == pytest.approx(3.3)
    rate = only(data, z.poverty_rate("y"))
    assert rate["value"] == pytest.approx(0.3)
    assert rate["standard_error"] > 0
    assert only(data, z.median_of_poor("y"))["value"] == 2.0
    assert only(data, z.poverty_gap("y"))["value"] == pytest.approx(1 - 2 / 3.3)


def test_poor_is_below_the_threshold_not_at_it():
    found = only(people([6.0, 6.0, 10.0, 10.0, 10.0]), z.poverty_rate("y"))
    assert found["value"] == 0.0
    assert only(people([5.9, 6.0, 10.0, 10.0, 10.0]), z.poverty_rate("y"))["value"] == pytest.approx(0.2)


def test_thresholds_of_all_of_the_domain_and_known():
    data = people([*TEN, *(10 * y for y in TEN)], g=["a"] * 10 + ["b"] * 10)
    # of all: the median of 1..10, 10, 20, ... is 10, the threshold 6: a has 1..5 below it, b nobody
    national = by(data, z.poverty_rate("y"), "g")
    assert (national["a"]["value"], national["b"]["value"]) == (pytest.approx(0.5), 0.0)
    own = by(data, z.poverty_rate("y", threshold="own"), "g")
    assert own["a"]["value"] == own["b"]["value"] == pytest.approx(0.3)
    assert own["a"]["standard_error"] == pytest.approx(own["b"]["standard_error"])
    known = by(data, z.poverty_rate("y", threshold=31.0), "g")
    assert (known["a"]["value"], known["b"]["value"]) == (1.0, pytest.approx(0.3))


def test_a_national_threshold_is_not_moved_by_among_or_by():
    data = people([*TEN, *(10 * y for y in TEN)], g=["a"] * 10 + ["b"] * 10)
    among = only(data, z.poverty_rate("y", among="g = 'a'"))
    inside = by(data, z.poverty_rate("y"), "g")["a"]
    assert (among["value"], among["standard_error"]) == pytest.approx(
        (inside["value"], inside["standard_error"])
    )
    narrowed = only(data, z.poverty_rate("y"), population="g = 'a'")
    assert narrowed["value"] == pytest.approx(0.3)  # the population of the call makes the threshold


def test_a_known_threshold_has_the_error_of_a_share():
    data = people(TEN, [1.0, 2.0] * 5)
    found = only(data, z.poverty_rate("y", threshold=4.5))
    share = only(data, z.share("y < 4.5"))
    for field in ("value", "standard_error", "n", "n_hat"):
        assert found[field] == pytest.approx(share[field])


# Poverty or exclusion (AROPE): one known part that holds is enough (methods/02 section 4)

ONE_PERSON = [  # income, whether something else excludes, excluded; the threshold is 10
    (9.0, True, True), (9.0, False, True), (9.0, None, True),
    (10.0, True, True), (10.0, False, False), (10.0, None, None),
    (None, True, True), (None, False, None), (None, None, None),
]  # fmt: skip


def with_others(cases: list[tuple], weights: list[float] | None = None) -> pa.Table:
    incomes, also = (pa.array([case[k] for case in cases], kind) for k, kind in enumerate(("f8", pa.bool_())))
    return people(incomes, weights or [1.0] * len(cases), other=also)


@pytest.mark.parametrize(("income", "other", "excluded"), ONE_PERSON)
def test_one_known_part_that_holds_is_enough(income, other, excluded):
    twice = with_others([(income, other)] * 2)
    found = only(twice, z.poverty_rate("y", threshold=10.0, also="other"))
    expected = (None, 0) if excluded is None else (float(excluded), 2)
    assert (found["value"], found["n"]) == expected


def test_who_is_not_known_leaves_numerator_and_denominator():
    """Of nine people of weight 1 to 9 the first four and the seventh are excluded, and the fifth is not."""
    data = with_others(ONE_PERSON, [float(w) for w in range(1, 10)])
    measure = z.poverty_rate("y", threshold=10.0, also="other")
    found = only(data, measure)
    assert found["value"] == pytest.approx((1 + 2 + 3 + 4 + 7) / (1 + 2 + 3 + 4 + 5 + 7))
    assert (found["n"], found["n_hat"]) == (6, 22)
    known = [case for case in ONE_PERSON if case[2] is not None]
    flags = people([float(flag) for _, _, flag in known], [1.0, 2.0, 3.0, 4.0, 5.0, 7.0])
    share = only(flags, z.share("y = 1"))
    assert share["value"] == pytest.approx(found["value"])
    everybody = people([flag and float(flag) for _, _, flag in ONE_PERSON], [float(w) for w in range(1, 10)])
    assert found["standard_error"] == pytest.approx(only(everybody, z.share("y = 1"))["standard_error"])
    # a variant: only those of whom the other parts are known
    answered = only(data, z.poverty_rate("y", threshold=10.0, also="other", among="other IS NOT NULL"))
    assert answered["value"] == pytest.approx((1 + 2 + 4 + 7) / (1 + 2 + 4 + 5 + 7))


def test_the_threshold_moves_those_of_whom_nothing_else_is_known():
    """0.6 of the median 10 of 6.1, 10, 10, 14: with 13 instead it is 6.9, and one more counts, as excluded."""
    incomes = [(6.1, None), (10.0, False), (10.0, None), (14.0, False)]
    before = only(with_others(incomes), z.poverty_rate("y", also="other"))
    assert (before["value"], before["n"]) == (0.0, 2)
    incomes[2] = (13.0, None)
    after = only(with_others(incomes), z.poverty_rate("y", also="other"))
    assert (after["value"], after["n"]) == (pytest.approx(1 / 3), 3)


def test_nobody_of_whom_it_is_known():
    found = only(with_others([(10.0, None), (12.0, None), (None, False)]), z.poverty_rate("y", also="other"))
    assert (found["value"], found["standard_error"], found["n"]) == (None, None, 0)


def test_other_parts_count_under_replicate_weights_too():
    """One of ten is poor and two others are excluded; no replicate moves the threshold: the error of a share of 0.3."""
    cases = [(1.0, False), (10.0, True), (10.0, True)] + [(10.0, False)] * 7
    design = z.Replicates("JK1", design=z.Design(weight="w"))
    measure = {"m": z.poverty_rate("y", also="other")}
    (row,) = z.estimate(with_others(cases), measure, design=design, engine=engine()).to_pylist()
    assert row["value"] == pytest.approx(0.3)
    assert row["standard_error"] == pytest.approx(math.sqrt(0.3 * 0.7 / 9))


def test_nobody_poor():
    data = people([*TEN, *(10 * y for y in TEN)], g=["a"] * 10 + ["b"] * 10)
    for measure in (z.median_of_poor("y"), z.poverty_gap("y")):
        found = by(data, measure, "g")["b"]
        assert (found["value"], found["standard_error"], found["reason"]) == (None, None, NOT_ESTIMABLE)
    rate = by(data, z.poverty_rate("y"), "g")["b"]
    assert (rate["value"], rate["n"]) == (0.0, 10)


def test_everybody_poor():
    found = only(people(TEN), z.poverty_gap("y", threshold=20.0))
    assert found["value"] == pytest.approx(1 - 5.5 / 20)
    assert only(people(TEN), z.median_of_poor("y", threshold=20.0))["value"] == 5.5


def test_quantile_of_the_threshold_and_its_fraction():
    data = people(TEN)
    assert only(data, z.poverty_threshold("y", fraction=0.5))["value"] == pytest.approx(2.75)
    assert only(data, z.poverty_threshold("y", fraction=0.5, p=0.75))["value"] == pytest.approx(4.0)


# Inequality by hand


def test_gini_by_hand():
    """Weights 1: (2 sum i y_i - sum y_i)/(n sum y_i) - 1, convey's (2 sum i y_i - 1/n ...): a little larger."""
    n, whole = 10, 55.0
    ranked = sum(i * y for i, y in enumerate(TEN, 1))
    laeken = (2 * ranked - whole) / (n * whole) - 1
    found = only(people(TEN), z.gini("y"))
    assert found["value"] == pytest.approx(laeken)
    assert found["standard_error"] > 0
    halved = people([y for y in TEN for _ in range(2)], [0.5] * 20)
    assert only(halved, z.gini("y"))["value"] == pytest.approx(laeken)  # splitting persons changes nothing
    heavy = people(TEN, [3.0] * 10)
    convey = sum(3 * y * (2 * 3 * i - 1) for i, y in enumerate(TEN, 1)) / (30 * 165) - 1
    assert only(heavy, z.gini("y", variant="convey"))["value"] == pytest.approx(convey)
    assert convey > only(heavy, z.gini("y"))["value"] == pytest.approx(laeken)


def test_one_has_everything():
    found = only(people([0.0] * 9 + [10.0]), z.gini("y"))
    assert found["value"] == pytest.approx(0.9)  # (n - 1)/n


def test_quintiles_by_hand():
    """Of 1 ... 10 the fifths of laeken end at 3 and 9: 10 above, 1 + 2 + 3 up to it; as means 10 over 2."""
    assert only(people(TEN), z.quintile_ratio("y", rule="laeken"))["value"] == pytest.approx(10 / 6)
    means = z.quintile_ratio("y", rule="laeken", variant="means")
    assert only(people(TEN), means)["value"] == pytest.approx(10 / 2)
    assert only(people(TEN), z.quintile_ratio("y", rule="math"))["value"] == pytest.approx(19 / 3)


def test_nobody_above_the_upper_fifth_gives_an_exact_zero():
    """Half of the persons share the largest income, which is the 80 % quantile: nobody has more."""
    data = people([25746.706818181814] * 9 + [28908.315909090907] * 9, [382.0] * 9 + [475.0] * 9)
    assert only(data, z.quintile_ratio("y"))["value"] == 0.0
    assert only(data, z.quintile_ratio("y", variant="means"))["value"] is None


def test_nothing_in_the_lower_fifth():
    found = only(people([0.0] * 5 + TEN), z.quintile_ratio("y"))
    assert (found["value"], found["standard_error"], found["reason"]) == (None, None, NOT_ESTIMABLE)


def test_negative_incomes():
    data = people([-5.0, -1.0, 2.0, 4.0, 6.0, 8.0, 10.0])
    assert only(data, z.median("y"))["value"] == 4.0
    assert only(data, z.poverty_rate("y"))["value"] == pytest.approx(3 / 7)
    assert only(data, z.poverty_gap("y"))["value"] == pytest.approx(1 + 1 / 2.4)
    assert math.isfinite(only(data, z.gini("y"))["value"])
    assert only(people([-3.0, -2.0, -1.0]), z.gini("y"))["value"] is None  # of a negative sum there is none


# Where there is no error


ALL = {
    "threshold": z.poverty_threshold("y"),
    "rate": z.poverty_rate("y"),
    "own": z.poverty_rate("y", threshold="own"),
    "poor": z.median_of_poor("y"),
    "gap": z.poverty_gap("y"),
    "fifths": z.quintile_ratio("y"),
    "means": z.quintile_ratio("y", variant="means"),
    "gini": z.gini("y"),
    "median": z.median("y"),
}


@pytest.mark.parametrize("name", ["threshold", "rate", "own", "poor", "gap", "fifths", "means"])
def test_equal_incomes_have_no_density_and_no_error(name):
    """The kernel has no width: an error that needs a density does not exist, and is never 0."""
    found = only(people([100.0] * 8), ALL[name])
    assert (found["standard_error"], found["reason"]) == (None, NOT_ESTIMABLE)
    assert found["ci_low"] is None
    assert found["ci_high"] is None


def test_values_of_equal_incomes():
    found = {name: only(people([100.0] * 8), measure)["value"] for name, measure in ALL.items()}
    assert found == {
        "threshold": 60.0, "rate": 0.0, "own": 0.0, "poor": None, "gap": None, "fifths": 0.0, "means": None,
        "gini": pytest.approx(0, abs=1e-12), "median": 100.0,
    }  # fmt: skip


@pytest.mark.parametrize("name", ALL)
def test_a_domain_of_one_row_has_no_error(name):
    data = people([*TEN, 2.0], g=["many"] * 10 + ["one"])
    found = by(data, ALL[name], "g")["one"]
    assert (found["n"], found["standard_error"], found["reason"]) == (1, None, NOT_ESTIMABLE)


@pytest.mark.parametrize("name", ALL)
def test_a_domain_in_one_unit_has_no_error(name):
    data = people(TEN * 2, g=["wide"] * 10 + ["narrow"] * 10, u=[*range(10), *[99] * 10])
    found = by(data, ALL[name], "g", design=z.Design(weight="w", psu="u"))["narrow"]
    assert (found["n"], found["standard_error"], found["reason"]) == (10, None, NOT_ESTIMABLE)


@pytest.mark.parametrize("name", ALL)
def test_a_domain_without_answers_has_nothing(name):
    data = people([*TEN, None, None], g=["some"] * 10 + ["none"] * 2)
    found = by(data, ALL[name], "g")["none"]
    assert (found["value"], found["standard_error"], found["n"]) == (None, None, 0)
    assert found["reason"] == NO_MEMBERS


@pytest.mark.parametrize("name", ALL)
def test_a_domain_of_zero_weights_has_nothing_but_its_rows(name):
    data = people([*TEN, 3.0, 4.0], [1.0] * 10 + [0.0] * 2, g=["some"] * 10 + ["none"] * 2)
    found = by(data, ALL[name], "g")["none"]
    assert (found["value"], found["standard_error"], found["n"]) == (None, None, 2)
    assert found["reason"] == NOT_ESTIMABLE


@pytest.mark.parametrize("name", ALL)
def test_a_call_in_which_nobody_answers(name):
    found = only(people([None, None]).cast(pa.schema({"y": pa.float64(), "w": pa.float64()})), ALL[name])
    assert (found["value"], found["standard_error"], found["n"]) == (None, None, 0)
    assert found["reason"] == NO_MEMBERS


@pytest.mark.parametrize("name", ALL)
def test_unanswered_rows_change_no_value(name):
    data, more = people(TEN), people([*TEN, None, math.nan])
    assert only(more, ALL[name])["value"] == only(data, ALL[name])["value"]
    assert only(more, ALL[name])["n"] == 10


@pytest.mark.parametrize("name", ALL)
def test_order_of_rows_and_size_of_weights_change_nothing(name):
    incomes = [3.0, 8.0, 8.0, 1.0, 9.0, 2.0, 2.0, 14.0, 5.0, 6.0, 11.0]
    weights = [1.0, 2.0, 1.0, 3.0, 1.0, 1.0, 2.0, 1.0, 1.0, 2.0, 1.0]
    first = only(people(incomes, weights), ALL[name])
    turned = only(people(incomes[::-1], weights[::-1]), ALL[name])
    assert turned["value"] == pytest.approx(first["value"], rel=1e-12)
    assert turned["standard_error"] == pytest.approx(first["standard_error"], rel=1e-9)
    thrice = only(people([3 * y for y in incomes], weights), ALL[name])
    unit = 3.0 if name in ("threshold", "poor", "median") else 1.0
    assert thrice["value"] == pytest.approx(unit * first["value"], rel=1e-12)
    assert thrice["standard_error"] == pytest.approx(unit * first["standard_error"], rel=1e-9)


# Replicates without a value


def test_a_replicate_without_poor_makes_the_error_unknown():
    data = people([1.0, 10.0, 10.0, 11.0, 12.0, 12.0])
    made = z.Replicates("JK1", design=z.Design(weight="w"))
    (found,) = z.estimate(data, {"m": z.poverty_gap("y")}, design=made).to_pylist()
    assert found["value"] == pytest.approx(1 - 1 / 6.3)
    assert (found["standard_error"], found["reason"]) == (None, NOT_ESTIMABLE)


def test_gaps_of_distributions():
    data = people([*TEN, *(y + 1 for y in TEN)], g=["a"] * 10 + ["b"] * 10)
    design = z.Design(weight="w")
    for measure in (z.median("y"), z.poverty_rate("y"), z.gini("y"), z.median_of_poor("y")):
        levels = by(data, measure, "g")
        found = z.gaps(data, {"m": measure}, group="g", reference="a", design=design).to_pylist()
        gap = next(row for row in found if row["statistic"] == "gap")
        assert gap["value"] == pytest.approx(levels["b"]["value"] - levels["a"]["value"])
        assert gap["standard_error"] > 0
