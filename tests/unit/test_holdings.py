"""Households and waivers behind figures: counted in plain Python, and the rules of methods/06 section 1 on them."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import replace
from itertools import combinations

import numpy as np
import pyarrow as pa
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests.reference.protect_data import Block, case, indicator
from zaragoza.compute import compute
from zaragoza.compute.estimates import Options
from zaragoza.engine import Engine
from zaragoza.errors import DisclosureError
from zaragoza.model.classification import Breakdown, Classification
from zaragoza.model.design import Design
from zaragoza.model.disclosure import Policy
from zaragoza.model.text import Text
from zaragoza.protect import protect
from zaragoza.protect.evidence import read_evidence
from zaragoza.protect.figures import read_figures
from zaragoza.protect.primary import dominated, too_few

FEW = settings(deadline=None, max_examples=15, suppress_health_check=list(HealthCheck), derandomize=True)
COLUMNS = ("group", "sex")
GROUPS = [Classification(id=n, title=Text(n, n), source="a test", column=n) for n in COLUMNS]
SHARE = replace(indicator("works"), of="works = 1")
MEAN = replace(indicator("income", "mean"), of="income", unit="euro")
RATIO = replace(indicator("burden", "ratio"), of="income", over="1", unit="proportion")
POOR = replace(indicator("poor", "poverty_rate"), of="income", unit="proportion")
BREAKDOWN = Breakdown(COLUMNS)


def persons(seed: int, n: int = 60) -> list[dict[str, object]]:
    """Households of one to five, some of them with people of several groups; some incomes are negative or not known."""
    draw = np.random.default_rng(seed)
    return [
        {
            "household": f"h{draw.integers(0, n // 3)}" if draw.random() < 0.95 else None,
            "group": str(draw.choice(["a", "b", "c"], p=[0.7, 0.2, 0.1])),
            "sex": str(draw.choice(["F", "M"])),
            "works": None if draw.random() < 0.1 else int(draw.integers(0, 2)),
            "income": None if draw.random() < 0.1 else float(np.round(draw.normal(50, 60))),
            "waiver": [True, False, None][draw.integers(0, 3)],
            "weight": float(draw.integers(1, 5)),
        }
        for _ in range(n)
    ]


def computed(
    rows: list[dict[str, object]],
    *,
    household: str | None = None,
    waiver: str | None = None,
    largest: int = 2,
) -> dict[tuple[str, str, str], dict[str, object]]:
    """Levels by indicator and categories."""
    with Engine(threads=1) as engine:
        table = compute(
            engine.table(pa.Table.from_pylist(rows)), (SHARE, MEAN, RATIO, POOR), GROUPS, [BREAKDOWN],
            design=Design(weight="weight"), period="2023", geo="XZ", options=Options(), household=household,
            waiver=waiver, largest=largest,
        )  # fmt: skip
    return {
        (row["indicator"], row["group"], row["sex"]): row
        for row in table.to_pylist()
        if row["statistic"] == "level"
    }


def cells(rows: list[dict[str, object]]) -> dict[tuple[str, str], list[dict[str, object]]]:
    found = defaultdict(list)
    for row in rows:
        for size in range(3):
            for by in combinations(COLUMNS, size):
                found[tuple(str(row[c]) if c in by else "_T" for c in COLUMNS)].append(row)
    return found


def top(amounts: list[float], count: int) -> list[float]:
    return sorted([*amounts, *[0.0] * count], reverse=True)[:count]


@FEW
@given(st.integers(0, 10**6))
def test_households_are_those_of_a_count_one_by_one(seed):
    rows, largest = persons(seed), 2 + seed % 4
    found = computed(rows, household="household", largest=largest)
    for (group, sex), members in cells(rows).items():
        works = [r for r in members if r["works"] is not None]
        row = found["works", group, sex]
        assert row["households"] == len({r["household"] for r in works})
        assert row["households_numerator"] == len({r["household"] for r in works if r["works"]})
        assert row["households_others"] == len({r["household"] for r in works if not r["works"]})
        known = [r for r in members if r["income"] is not None]
        sums: dict[object, float] = defaultdict(float)
        for r in known:
            sums[r["household"]] += abs(r["income"])
        for name in ("income", "burden"):
            row = found[name, group, sex]
            assert (row["households"], row["households_numerator"]) == (len(sums), None)
            assert row["largest"] == top(list(sums.values()), largest)
            assert row["contributions"] == pytest.approx(sum(abs(r["income"]) * r["weight"] for r in known))
        row, poor = found["poor", group, sex], []
        if row["n_numerator"]:
            poor = sorted(known, key=lambda r: r["income"])[: row["n_numerator"]]
        assert row["households_numerator"] == len({r["household"] for r in poor})


@FEW
@given(st.integers(0, 10**6))
def test_who_waived_protection_is_not_among_the_largest(seed):
    rows, largest = persons(seed), 2 + seed % 4
    for household in (None, "household"):
        found = computed(rows, household=household, waiver="waiver", largest=largest)
        for (group, sex), members in cells(rows).items():
            known = [r for r in members if r["income"] is not None]
            sums: dict[object, float] = defaultdict(float)
            for place, r in enumerate(known):
                if not r["waiver"]:
                    sums[r["household"] if household else place] += abs(r["income"])
            row = found["income", group, sex]
            assert row["largest"] == top(list(sums.values()), largest)
            assert row["contributions"] == pytest.approx(sum(abs(r["income"]) * r["weight"] for r in known))


def test_without_households_nothing_of_them_is_told():
    rows = computed(persons(1)).values()
    assert {r[n] for r in rows for n in ("households", "households_numerator", "households_others")} == {None}


def judged(amounts: list[float], policy: Policy, waived: tuple[int, ...] = ()) -> tuple[bool, bool]:
    """Whether a cell of these contributions has too few people, and whether it is dominated, through `compute`."""
    rows = [
        {"group": "a", "sex": "F", "income": amount, "waiver": i in waived}
        for i, amount in enumerate(amounts)
    ]
    with Engine(threads=1) as engine:
        table = compute(
            engine.table(pa.Table.from_pylist(rows)), (MEAN,), GROUPS, [Breakdown(())], design=Design(),
            period="2023", geo="XZ", options=Options(), waiver="waiver" if policy.waivers else None,
            largest=policy.contributions_known,
        )  # fmt: skip
    evidence = read_evidence(table, read_figures(table, ()), {"income": MEAN})
    return bool(too_few(evidence, policy)[0]), bool(dominated(evidence, policy)[0])


@pytest.mark.parametrize(
    ("amounts", "waived", "unsafe"),
    [
        # methods/06 section 1: X = 100,000, 50,000 and 49,000, p = 10 %: 1,000 < 5,000.
        ([50_000, 49_000, 600, 400], (), True),
        # The largest agreed: r and s are 49,000 and 600, and 50,400 are left.
        ([50_000, 49_000, 600, 400], (0,), False),
        # The smaller ones agreed: the two largest are as before.
        ([50_000, 49_000, 600, 400], (2, 3), True),
        # The two largest agreed, what is left of the others is nothing to find out: 99,000 >= 60.
        ([50_000, 49_000, 600, 400], (0, 1), False),
        ([50_000, 49_000, 600, 400], (0, 1, 2, 3), False),  # nobody is protected any more
        ([0, 0, 0, 0], (), True),  # everybody has nothing
        ([0, 0, 0, 0], (0,), True),
    ],
)
def test_p_percent_rule_with_waivers(amounts, waived, unsafe):
    policy = Policy(min_count=3, waivers=True)
    assert judged([float(a) for a in amounts], policy, waived) == (False, unsafe)


@pytest.mark.parametrize(
    ("amounts", "waived", "unsafe"),
    [
        # (3, 75): of 100 the three largest, losses among them, are 40, 30 and 10.
        ([40.0, -30.0, 10.0, -10.0, 5.0, 5.0], (), True),
        # The largest agreed: 30, 10 and 10 are not more than 75.
        ([40.0, -30.0, 10.0, -10.0, 5.0, 5.0], (0,), False),
        # (3, 75): 25, 25 and 25 are no more than 75.
        ([25.0, 25.0, -25.0, 25.0], (), False),
    ],
)
def test_the_three_largest_with_waivers_and_losses(amounts, waived, unsafe):
    rules = Policy(min_count=3, waivers=True, dominance_share=0, largest_contributors=3, largest_share=0.75)
    assert judged(amounts, rules, waived) == (False, unsafe)


@pytest.mark.parametrize(
    ("amounts", "unsafe"),
    [
        # Without signs 120, 100 and 30 are left of 250, against 12. The sum with signs, 50, would fail: 50 - 220 < 12.
        ([120.0, -100.0, 30.0], False),
        # 120, 100, 5: 5 < 12. A shifted or signed sum could hide it: 120 - 100 + 5 = 25.
        ([-120.0, 100.0, 5.0], True),
        # Losses and gains that cancel: the sum of 0 is no sum of nothing.
        ([50.0, -50.0, 40.0, -40.0], False),
    ],
)
def test_negative_amounts_count_without_their_sign(amounts, unsafe):
    assert judged(amounts, Policy(min_count=3)) == (False, unsafe)


def with_households(blocks: dict[str, tuple[int, int, int, int]], **policy: object) -> dict[str, str]:
    """The reason of a share by group, given n, numerator, households, and households in the numerator."""
    made = case({"x": [Block({"g": g}, n, positive) for g, (n, positive, *_) in blocks.items()]}, [("g",)])
    rows = made.estimates.to_pylist()
    rules = replace(
        Policy(full_count=True, min_count=10, numerator_counts=True, household_counts=True), **policy
    )
    for row in rows if rules.household_counts else ():
        of = [b for g, b in blocks.items() if row["g"] in (g, "_T")]
        row["households"], row["households_numerator"] = sum(b[2] for b in of), sum(b[3] for b in of)
        row["households_others"] = row["households"]
    table = pa.Table.from_pylist(rows, made.estimates.schema)
    found = protect(table, rules, made.indicators, made.breakdowns).observations
    return {row["g"]: row["reason"] for row in found.to_pylist()}


def test_people_of_few_households_are_too_few():
    blocks = {"A": (90, 40, 60, 30), "B": (40, 20, 9, 9), "C": (60, 30, 30, 20), "D": (80, 30, 40, 25)}
    found = with_households(blocks)
    assert found["B"] == "too_few"  # 40 persons, but of 9 households
    assert found["C"] == "secondary"  # what is left of the total without it would be B
    assert (found["A"], found["D"], found["_T"]) == ("published", "published", "published")
    assert set(with_households(blocks, household_counts=False).values()) == {"published"}


def test_households_of_a_numerator():
    blocks = {"A": (90, 40, 60, 30), "B": (40, 20, 19, 8), "C": (60, 30, 30, 20), "D": (80, 30, 40, 25)}
    assert with_households(blocks)["B"] == "too_few"
    assert with_households(blocks, numerator_counts=False)["B"] == "published"
    # Everybody outside the class is of one household, which so knows of all others.
    alone = blocks | {"B": (40, 20, 19, 1)}
    assert with_households(alone, numerator_counts=False)["B"] == "too_few"


def test_a_figure_without_a_count_of_its_households_is_refused():
    made = case({"x": [Block({"g": "A"}, 90, 40)]}, [("g",)])
    with pytest.raises(DisclosureError, match="households"):
        protect(made.estimates, Policy(household_counts=True), made.indicators, made.breakdowns)


def test_what_a_line_leaves_must_be_enough_households():
    # 9 and 9 households hidden together are 18 at most, but may be the same 9: a third is hidden.
    blocks = {"A": (90, 40, 60, 30), "B": (40, 20, 9, 9), "C": (44, 20, 9, 9), "D": (80, 30, 40, 25)}
    assert sorted(with_households(blocks).values()).count("secondary") == 1
