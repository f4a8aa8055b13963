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

    def level(self, key: Key) -> float:
        """What is missing until no rule fails: p%, (p, q) and (n, k)."""
        first, second, *rest = (*self.of(key), 0.0, 0.0)
        total, policy = first + second + sum(rest), self.policy
        missing = policy.dominance_share / policy.dominance_prior * first - sum(rest)
        if policy.largest_share is not None:
            top = first + (second if policy.largest_contributors == 2 else 0.0)
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
        largest_contributors=draw.choice([1, 2]),
        largest_share=largest,
    )
    blocks = [Block({"a": a, "b": b}, len(each), amounts=each) for (a, b), each in amounts.items()]
    return Made(amounts, policy, case({"x": blocks}, [("a", "b")], {"x": draw.choice(["total", "mean"])}))


def bounds(rows: list[Row], secret: list[int]) -> dict[int, tuple[float, float]]:
    """The lowest and highest sum of these hidden rows that agree with all that is shown."""
    keys = [(row["a"], row["b"]) for row in rows]
    at = {key: place for place, key in enumerate(keys)}
    equations = []
    for key in keys:
        for place in (place for place in range(2) if key[place] == TOTAL):
            inner = [k for k in keys if k[place] != TOTAL and (*k[:place], TOTAL, *k[place + 1 :]) == key]
            terms = np.zeros(len(keys))
            terms[[at[k] for k in inner]] = 1.0
            terms[at[key]] = -1.0
            equations.append(terms)
    limits = [(0.0, None) if sum_of(row) is None else (sum_of(row), sum_of(row)) for row in rows]
    found = {}
    for row in secret:
        ends = []
        for sign in (1.0, -1.0):
            goal = np.zeros(len(keys))
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
