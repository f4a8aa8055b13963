"""Sums of amounts against an intruder of the tests' own: his bounds, and the levels of the rules by their formulas.

Nothing here is shared with protection or the audit: levels come from the single amounts (methods/06 section 1, a lower
level as large as the upper one), bounds from scipy's programmes over what is shown.
"""

from __future__ import annotations

import random
from dataclasses import dataclass
from itertools import product

import numpy as np
import pytest
from scipy.optimize import linprog

from tests.reference.protect_data import TOTAL, Block, Case, case
from tests.unit.attacked import published
from zaragoza.model.disclosure import Policy
from zaragoza.protect import attack, protect, true_amounts

NEAR = 1e-4
Key = tuple[str, str]
Row = dict[str, object]


@dataclass
class Made:
    """Amounts by two columns, the limits, and the case that protection is given."""

    amounts: dict[Key, tuple[float, ...]]
    policy: Policy
    given: Case

    def of(self, key: Key) -> list[float]:
        """The amounts of a cell or margin, the largest first."""
        inside = (k for k in self.amounts if all(c in (TOTAL, own) for c, own in zip(key, k, strict=True)))
        return sorted((x for k in inside for x in self.amounts[k]), reverse=True)

    def level(self, *keys: Key) -> float:
        """What is missing of cells together until no rule fails: p%, (p, q), also of a coalition, and (n, k)."""
        ranked = sorted((x for key in keys for x in self.of(key)), reverse=True)
        total, policy = sum(ranked), self.policy
        rest = sum(ranked[policy.dominance_coalition + 1 :])
        missing = policy.dominance_share / policy.dominance_prior * ranked[0] - rest
        if policy.largest_share is not None:
            top = sum(ranked[: policy.largest_contributors])
            missing = max(missing, top / policy.largest_share - total)
        return max(missing, 0.0)


def made(seed: int) -> Made:
    draw = random.Random(seed)  # noqa: S311 - made-up data
    rows, columns = draw.choice([(3, 2), (3, 3), (4, 1)])
    amounts = {}
    for key in product((f"a{i}" for i in range(rows)), (f"b{j}" for j in range(columns))):
        usual, spread = (
            draw.choice([2.0, 6.0]),
            draw.choice([0.5, 2.0]),
        )  # small cells protect large ones little
        size = draw.randint(1, 9)
        amounts[key] = tuple(float(int(draw.lognormvariate(usual, spread)) + 1) for _ in range(size))
    share, largest = draw.choice([0.05, 0.1, 0.3]), draw.choice([None, None, 0.7, 0.9])
    policy = Policy(
        full_count=True,
        min_count=3,
        dominance_share=share,
        dominance_prior=draw.choice([1.0, 0.5]),
        dominance_coalition=draw.choice([1, 1, 2]),
        largest_contributors=draw.choice([1, 2, 3]),
        largest_share=largest,
    )
    blocks = [Block({"a": a, "b": b}, len(each), amounts=each) for (a, b), each in amounts.items()]
    return Made(amounts, policy, case({"x": blocks}, [("a", "b")], {"x": draw.choice(["total", "mean"])}))


def lines_of(rows: list[Row]) -> list[list[int]]:
    """The rows of each line, its total last."""
    found = []
    for place, total in enumerate(rows):
        for column, other in (("a", "b"), ("b", "a")):
            if total[column] == TOTAL:
                own = (
                    at for at, row in enumerate(rows) if row[other] == total[other] and row[column] != TOTAL
                )
                found.append([*own, place])
    return found


def bounds(rows: list[Row], secret: list[int]) -> dict[int, tuple[float, float]]:
    """The lowest and highest sum of these hidden rows that agree with all that is shown."""
    equations = []
    for *parts, total in lines_of(rows):
        terms = np.zeros(len(rows))
        terms[parts], terms[total] = 1.0, -1.0
        equations.append(terms)
    limits = [(0.0, None) if sum_of(row) is None else (sum_of(row), sum_of(row)) for row in rows]
    found = {}
    for row in secret:
        ends = []
        for sign in (1.0, -1.0):
            goal = np.zeros(len(rows))
            goal[row] = sign
            answer = linprog(goal, A_eq=np.array(equations), b_eq=np.zeros(len(equations)), bounds=limits)
            assert answer.status in (0, 3), answer.message
            ends.append(sign * answer.fun if answer.status == 0 else np.inf)
        found[row] = (ends[0], ends[1])
    return found


def sum_of(row: Row) -> float | None:
    if row["value"] is None:
        return None
    return row["value"] if row["unit"] == "total" else row["value"] * row["n_hat"]


def levels(table: list[Row], kind: str) -> list[Row]:
    return [row | {"unit": kind} for row in table if row["statistic"] == "level"]


def too_narrow(of: Made, rows: list[Row]) -> set[Key]:
    """Figures hidden for people's sake whose bounds do not hold their protection interval, or are one number."""
    secret = [place for place, row in enumerate(rows) if row["reason"] in ("too_few", "dominance")]
    found = set()
    for place, (low, high) in bounds(rows, secret).items():
        key = (rows[place]["a"], rows[place]["b"])
        total, level = sum(of.of(key)), of.level(key)
        if high < total + level - NEAR or low > max(total - level, 0.0) + NEAR or high - low < NEAR:
            found.add(key)
    return found


@pytest.mark.parametrize("seed", range(12))
def test_no_hidden_sum_is_bounded_inside_its_protection_interval(seed: int) -> None:
    of = made(seed)
    kind = of.given.indicators["x"].kind
    found = protect(of.given.estimates, of.policy, of.given.indicators, of.given.breakdowns)
    rows = levels(found.observations.to_pylist(), kind)
    for row in rows:
        if of.level((row["a"], row["b"])) > NEAR:
            assert row["reason"] in ("too_few", "dominance")
    assert too_narrow(of, rows) == set()


@pytest.mark.parametrize("seed", range(6))
def test_no_line_leaves_a_union_whose_three_largest_are_too_much(seed: int) -> None:
    """(3, k): whoever are hidden in a line, and do not follow from others, are a sum that the intruder may know."""
    of = concentrated(seed)
    found = protect(of.given.estimates, of.policy, of.given.indicators, of.given.breakdowns)
    rows = levels(found.observations.to_pylist(), "total")
    assert too_narrow(of, rows) == set()
    hidden = [place for place, row in enumerate(rows) if row["value"] is None]
    unknown = {place for place, (low, high) in bounds(rows, hidden).items() if high - low > NEAR}
    unions = []
    for *parts, total in lines_of(rows):
        left, right = unknown.intersection(parts), unknown.intersection([total])
        if bool(left) != bool(right):
            unions.append([(rows[place]["a"], rows[place]["b"]) for place in left | right])
    assert unions
    assert max(of.level(*union) for union in unions) <= NEAR


def concentrated(seed: int) -> Made:
    """A group of four amounts and one of a large and two small ones, which would do to hide it; others are of many."""
    draw = random.Random(seed)  # noqa: S311 - made-up data
    groups = [
        [draw.uniform(5, 60) for _ in range(4)],
        [draw.uniform(20, 60), 1, 1],
        *([draw.uniform(20, 60) for _ in range(12)] for _ in range(3)),
    ]
    amounts = {(f"a{i}", "b0"): tuple(float(round(x)) for x in each) for i, each in enumerate(groups)}
    rules = Policy(
        full_count=True, min_count=3, dominance_share=0.01, largest_contributors=3, largest_share=0.7
    )
    blocks = [Block({"a": a, "b": b}, len(each), amounts=each) for (a, b), each in amounts.items()]
    return Made(amounts, rules, case({"x": blocks}, [("a", "b")], {"x": "total"}))


@pytest.mark.parametrize("seed", range(50))
def test_an_attack_finds_what_the_intruder_finds(seed: int) -> None:
    # Any figures hidden beside those that the rules forbid: now and then enough, often not.
    of, draw = made(seed), random.Random(1000 + seed)  # noqa: S311 - made-up data
    keys = [(row["a"], row["b"]) for row in levels(of.given.estimates.to_pylist(), "")]
    reasons = {}
    for key in keys:
        few, dominated = len(of.of(key)) < 3, of.level(key) > 0
        at = ("x", *(code for code in key if code != TOTAL))
        if few or dominated:
            reasons[at] = "too_few" if few else "dominance"
        elif draw.random() < 0.7:
            reasons[at] = "secondary"
    table = published(of.given, reasons)
    rows = levels(table.to_pylist(), of.given.indicators["x"].kind)
    amounts = true_amounts(of.given.estimates, of.policy, of.given.indicators)
    attacked = attack([(table, of.policy, of.given.indicators)], amounts=amounts)
    found = {(e.key["a"], e.key["b"]) for e in attacked.exposures if e.by in ("amount", "numerator")}
    assert found == too_narrow(of, rows)
    assert attacked.unmeasured == 0
