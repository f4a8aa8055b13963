"""Rules on the largest contributions to a sum, each at its boundary, as defined in methods/06 section 1."""

from __future__ import annotations

import csv
import gzip
import math
import random
import statistics
from collections import defaultdict
from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.support import SHARED, needs_shared
from tests.unit.test_protect_primary import status
from zaragoza.errors import DisclosureError
from zaragoza.model.disclosure import Policy
from zaragoza.protect.evidence import Evidence, pool
from zaragoza.protect.levels import missing_amount
from zaragoza.protect.primary import dominated

FEW = settings(deadline=None, max_examples=60, derandomize=True)


def amounts(contributions: float, *largest: float, n: int = 50, squares: float = np.inf) -> Evidence:
    return Evidence(
        n=np.array([n]),
        share=np.array([False]),
        apart=np.array([False]),
        positive=np.array([0]),
        amount=np.array([True]),
        largest=np.array([largest]),
        contributions=np.array([contributions]),
        squares=np.array([squares]),
        defined=np.array([False]),
    )


@pytest.mark.parametrize(
    ("total", "largest", "second", "unsafe"),
    [
        # methods/06 section 1, p = 10 %
        (100_000, 50_000, 49_000, True),  # 1,000 < 5,000
        (110_000, 52_000, 50_000, False),  # 8,000 >= 5,200
        (330, 300, 20, True),  # 10 < 30
        (105, 50, 50, False),  # 5 >= 5: at the limit
        (104, 50, 50, True),
        (0, 0, 0, True),  # everybody has nothing
    ],
)
def test_p_percent_rule(total, largest, second, unsafe):
    assert dominated(amounts(total, largest, second), Policy()).tolist() == [unsafe]
    expected = "dominance" if unsafe else "published"
    row = {"largest": [float(largest), float(second)], "contributions": float(total), "n_hat": 2000.0}
    for kind in ("total", "mean", "ratio"):
        assert status(kind=kind, **row) == expected


@pytest.mark.parametrize(
    ("total", "largest", "second", "rule", "unsafe"),
    [
        # methods/06 section 1; the p% rule is left aside (p = 0)
        (100_000, 50_000, 49_000, {"largest_share": 0.9}, False),  # (1, 90): 50,000 <= 90,000
        (
            110_000,
            52_000,
            50_000,
            {"largest_share": 0.909, "largest_contributors": 2},
            True,
        ),  # 102,000 > 99,990
        (330, 300, 20, {"largest_share": 0.85}, True),  # (1, 85): 300 > 280.5
        (330, 280, 20, {"largest_share": 0.85}, False),  # 280 <= 280.5
    ],
)
def test_the_largest_of_a_sum(total, largest, second, rule, unsafe):
    policy = Policy(dominance_share=0.0, **rule)
    assert dominated(amounts(total, largest, second), policy).tolist() == [unsafe]


@pytest.mark.parametrize(
    ("total", "largest", "second", "estimate", "off"),
    [(100_000, 50_000, 49_000, 51_000, 0.02), (110_000, 52_000, 50_000, 60_000, 0.154)],
)
def test_p_percent_is_how_far_the_second_largest_is_off(total, largest, second, estimate, off):
    # methods/06 section 1: who has the second largest knows the total, and takes the rest for the largest.
    assert total - second == estimate
    assert estimate / largest - 1 == pytest.approx(off, abs=5e-4)
    for share, unsafe in ((off - 0.001, False), (off + 0.001, True)):
        assert dominated(amounts(total, largest, second), Policy(dominance_share=share)).tolist() == [unsafe]


@pytest.mark.parametrize(("p", "k"), [(0.25, 0.80), (0.05263, 0.95)])
def test_p_percent_as_a_rule_on_the_two_largest(p, k):
    """methods/06 section 1: k = 100 x 100 / (100 + p). Equal where the second is nothing; else (2, k) hides more."""
    assert 1 / (1 + p) == pytest.approx(k, abs=1e-5)
    by_k = Policy(dominance_share=0.0, largest_share=1 / (1 + p), largest_contributors=2)
    by_p = Policy(dominance_share=p)
    draw = random.Random(6)  # noqa: S311 - made-up amounts
    differ = 0
    for _ in range(500):
        largest, rest = draw.uniform(1, 100), draw.uniform(0, 60)
        for second in (0.0, draw.uniform(0, largest)):
            cell = amounts(largest + second + rest, largest, second)
            (unsafe,), (over,) = dominated(cell, by_p).tolist(), dominated(cell, by_k).tolist()
            assert over >= unsafe
            assert over == unsafe or second
            differ += over != unsafe
    assert differ


@pytest.mark.parametrize(("prior", "unsafe"), [(1.0, False), (0.5, False), (0.25, True)])
def test_what_is_known_of_a_contribution_beforehand(prior, unsafe):
    # (p, q) rule, p = 10 %: 12,000 is left, against 0.1 / q of 52,000: 5,200, 10,400 and 20,800.
    policy = Policy(dominance_prior=prior)
    assert dominated(amounts(114_000, 52_000, 50_000), policy).tolist() == [unsafe]


FOUR = (40.0, 30.0, 20.0, 10.0)  # of 100


@pytest.mark.parametrize(
    ("rule", "level"),
    [
        # methods/06 section 1: the n largest are 40, 70, 90 and 100; the level is (x1 + ... + xn) / k - 100.
        ((1, 0.39), 40 / 0.39 - 100),
        ((1, 0.40), 0.0),
        ((2, 0.65), 70 / 0.65 - 100),
        ((2, 0.70), 0.0),
        ((3, 0.85), 90 / 0.85 - 100),
        ((3, 0.90), 0.0),
        ((4, 0.99), 100 / 0.99 - 100),  # whoever has so few contributors is never safe
        ((10, 0.99), 100 / 0.99 - 100),
    ],
)
def test_the_n_largest_of_a_sum(rule, level):
    policy = Policy(dominance_share=0.0, largest_contributors=rule[0], largest_share=rule[1])
    cell = amounts(100.0, *FOUR, *[0.0] * 6)
    assert dominated(cell, policy).tolist() == [level > 0]
    assert missing_amount(cell, policy).tolist() == pytest.approx([level])


@pytest.mark.parametrize(
    ("others", "p", "level"),
    [
        # methods/06 section 1: 100 less the largest and those after it is 30, 10 and 0, against p of 40.
        (1, 0.75, 0.0),
        (1, 0.80, 2.0),
        (2, 0.25, 0.0),
        (2, 0.30, 2.0),
        (3, 0.30, 12.0),
        (9, 0.05, 2.0),
    ],
)
def test_p_percent_rule_against_others_who_tell_each_other(others, p, level):
    policy = Policy(dominance_share=p, dominance_coalition=others)
    cell = amounts(100.0, *FOUR, *[0.0] * 6)
    assert dominated(cell, policy).tolist() == [level > 0]
    assert missing_amount(cell, policy).tolist() == pytest.approx([level])


def test_a_rule_that_is_not_used_hides_nothing_by_rounding():
    # The rest is 0 but for rounding, which may be less: 0.1 + 0.2 + 0.3 in another order.
    cell = amounts(0.1 + 0.2 + 0.3 - 1e-16, 0.3, 0.2, 0.1)
    policy = Policy(dominance_share=0.0, dominance_coalition=2)
    assert dominated(cell, policy).tolist() == [False]
    assert missing_amount(cell, policy).tolist() == [0.0]


def test_how_many_contributions_the_rules_look_at():
    assert Policy().contributions_known == 2
    assert Policy(largest_contributors=5).contributions_known == 2  # without a part there is no such rule
    assert Policy(largest_contributors=5, largest_share=0.9).contributions_known == 5
    assert Policy(largest_contributors=1, largest_share=0.9, dominance_coalition=3).contributions_known == 4


def test_sums_of_which_too_few_contributions_are_known_are_refused():
    row = {"largest": [300.0, 20.0], "contributions": 10_000.0, "n_hat": 2000.0}
    assert status(kind="mean", **row) == "published"
    rules = Policy(largest_contributors=3, largest_share=0.75)
    for policy in (rules, replace(rules, method="rounding")):
        with pytest.raises(DisclosureError, match="largest contributions") as refused:
            status(policy, kind="mean", key=1, **row)
        assert not any(secret in str(refused.value) for secret in ("300", "3 ", "0.75", "75"))


ONE_FAR_ABOVE = (900_000, *(15_000 + 50 * i for i in range(183)))  # a register of 184 people


def register(amounts, kind, *, p=0.1, weight=1.0):
    """The reason of their mean or total, everybody being counted; its error is that of a mean of so many."""
    n, mean = len(amounts), statistics.fmean(amounts)
    error = math.sqrt(sum((each - mean) ** 2 for each in amounts) / n / (n - 1))
    of = n if kind == "total" else 1
    row = {"n": n, "n_hat": n * weight, "n_numerator": None, "numerator": float(sum(amounts))}
    row |= {"value": mean * of, "standard_error": error * of, "contributions": float(sum(amounts))}
    row["largest"] = sorted(map(float, amounts), reverse=True)[:2]
    return status(Policy(dominance_share=p), kind=kind, **row)


@pytest.mark.parametrize("kind", ["mean", "total"])
@pytest.mark.parametrize(
    ("amounts", "changed", "expected"),
    [
        (ONE_FAR_ABOVE, {}, "dominance"),  # the mean, 24,335, and 184 times its error, 4,789, are 905,514
        (ONE_FAR_ABOVE, {"p": 0.0061}, "published"),  # that is 0.6126 % more than 900,000
        (ONE_FAR_ABOVE, {"p": 0.0062}, "dominance"),
        (ONE_FAR_ABOVE, {"weight": 2.0}, "published"),  # weighted: the error is no sum of these squares
        ((40_000, *ONE_FAR_ABOVE[1:]), {}, "published"),  # capped
        ((900_000, 850_000, *ONE_FAR_ABOVE[2:]), {}, "published"),  # the second hides the first
        ((20_000,) * 184, {}, "published"),  # of equal amounts the mean tells as much
    ],
)
def test_an_error_that_tells_the_largest_amount(kind, amounts, changed, expected):
    assert register(amounts, kind, **changed) == expected


def test_amounts_without_evidence_have_no_dominance():
    assert status(kind="mean", largest=None) == "published"


@FEW
@given(
    st.integers(1, 10),
    st.lists(st.tuples(st.integers(0, 3), st.lists(st.integers(0, 50), max_size=14)), max_size=9),
)
def test_a_pool_knows_the_largest_of_all(known, cells):
    """Against all contributions of a group put together and sorted; a group without cells holds nobody."""
    ranked = [[*sorted(map(float, each), reverse=True), *[0.0] * known][:known] for _, each in cells]
    no = np.zeros(len(cells), dtype=np.bool_)
    evidence = Evidence(
        n=np.array([len(each) for _, each in cells], dtype=np.int64),
        share=no,
        apart=no,
        positive=np.zeros(len(cells), dtype=np.int64),
        amount=~no,
        largest=np.array(ranked).reshape(len(cells), known),
        contributions=np.array([float(sum(each)) for _, each in cells]),
        squares=np.array([float(sum(a * a for a in each)) for _, each in cells]),
        defined=no,
    )
    pooled = pool(evidence, np.array([group for group, _ in cells], dtype=np.int64), 5)
    for group in range(5):
        together = [float(amount) for owner, each in cells if owner == group for amount in each]
        assert pooled.largest[group].tolist() == [*sorted(together, reverse=True), *[0.0] * known][:known]
        assert (pooled.contributions[group], pooled.n[group]) == (sum(together), len(together))
        assert pooled.squares[group] == sum(amount * amount for amount in together)


@needs_shared
def test_p_percent_rule_on_earnings_by_enterprise():
    # oracle 31_sdc.csv, X03: earnings of enterprises by activity and size, p = 10 %; the two largest from the data.
    with gzip.open(SHARED / "oracle" / "data" / "ses.csv.gz", "rt") as file:
        sums: dict[tuple[str, str], dict[str, float]] = defaultdict(lambda: defaultdict(float))
        for row in csv.DictReader(file):
            sums[row["NACE1"], row["size"]][row["IDunit"]] += float(row["earnings"])
    with (SHARED / "oracle" / "31_sdc.csv").open() as file:
        expected = {
            row["domain"]: row["value"] == "1"
            for row in csv.DictReader(file)
            if row["statistic"] == "p_percent_unsafe[p=10]"
        }
    found = {}
    for (activity, size), units in sums.items():
        top = [*sorted(units.values(), reverse=True), 0.0]
        evidence = amounts(sum(units.values()), top[0], top[1], n=len(units))
        found[f"NACE1|size={activity}|{size}"] = bool(dominated(evidence, Policy()).item())
    assert len(expected) > 40
    assert found == expected
