"""Which figure is hidden where one of several must be: the less useful one."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from tests.reference.protect_data import Block, Case, case
from zaragoza.model.disclosure import Policy
from zaragoza.protect import protect
from zaragoza.protect.figures import read_figures
from zaragoza.protect.usefulness import Usefulness

POLICY = Policy(min_count=10, reliable_count=0)
AGES = {"inner": "age BETWEEN 20 AND 64", "outer": "age BETWEEN 15 AND 64"}


def with_directions(made: Case, **directions: str) -> Case:
    """The same with indicators that say whether more is better."""
    given = {
        name: replace(one, direction=directions.get(name, "neutral")) for name, one in made.indicators.items()
    }
    return replace(made, indicators=given)


def use_of(made: Case) -> tuple[dict[tuple[str, ...], int], Usefulness]:
    """Where each row stands, by indicator and categories; and how useful they are."""
    columns = [name for breakdown in made.breakdowns for name in breakdown.by]
    rows = made.estimates.to_pylist()
    n = np.array([row["n"] for row in rows])
    use = Usefulness.of(
        read_figures(made.estimates, columns), np.zeros(len(rows), np.bool_), n, made.indicators
    )
    return {(row["indicator"], *(row[c] for c in columns)): place for place, row in enumerate(rows)}, use


def test_one_column_more_and_a_neutral_indicator_each_tell_a_tenth():
    # The definition: log(1 + n), ten times as much for each column fewer by which a figure is broken down, and a tenth
    # of an indicator that is neither better nor worse; a tenth of the least for who could not be classified.
    blocks = [Block({"a": a, "b": b}, 20, 5) for a in ("A", "_U") for b in ("x", "y")]
    made = with_directions(case({"who": blocks, "how": blocks}, [("a", "b")]), how="higher_is_better")
    at, use = use_of(made)
    cost = use.cost("information")
    columns_fewer = {("_T", "_T"): 2, ("A", "_T"): 1, ("_T", "x"): 1, ("A", "x"): 0}
    for (a, b), fewer in columns_fewer.items():
        n = {"_T": 2, "A": 1, "x": 1, "y": 1}[a] * {"_T": 2, "x": 1}[b] * 20
        assert cost[at["how", a, b]] == pytest.approx(np.log(1 + n) * 10**fewer * 10)
        assert cost[at["who", a, b]] == pytest.approx(np.log(1 + n) * 10**fewer)
    for name in ("how", "who"):
        assert cost[at[name, "_U", "x"]] == pytest.approx(np.log(21) / 10)
    assert (use.cost("count") == 1).all()
    assert use.cost("value")[at["who", "A", "x"]] == use.cost("value")[at["how", "A", "x"]] == 20
    assert use.cost("log")[at["who", "A", "x"]] == pytest.approx(np.log(21))


def test_the_most_useful_comes_first():
    blocks = [Block({"a": "A"}, 30, 5), Block({"a": "B"}, 60, 5), Block({"a": "_U"}, 90, 5)]
    made = with_directions(case({"who": blocks, "how": blocks}, [("a",)]), how="lower_is_better")
    at, use = use_of(made)
    order = [key for key, _ in sorted(at.items(), key=lambda one: use.rank[one[1]])]
    by_group = [("how", "B"), ("how", "A"), ("who", "B"), ("who", "A")]
    assert order == [("how", "_T"), ("who", "_T"), *by_group, ("how", "_U"), ("who", "_U")]


@pytest.mark.parametrize("neutral", ["inner", "outer"])
def test_of_two_that_tell_a_few_people_together_who_there_is_is_hidden(neutral):
    # Of group A four people are in the outer population alone: they follow where both are shown.
    inner, outer = {"A": 40, "B": 60, "C": 80}, {"A": 44, "B": 90, "C": 120}
    blocks = {
        name: [Block({"group": group}, n, n // 2) for group, n in counts.items()]
        for name, counts in (("inner", inner), ("outer", outer))
    }
    other = {"inner": "outer", "outer": "inner"}[neutral]
    made = with_directions(case(blocks, [("group",)]), **{other: "higher_is_better"})
    indicators = {
        name: replace(one, among=AGES[name], of="employed") for name, one in made.indicators.items()
    }
    done = protect(made.estimates, POLICY, indicators, made.breakdowns)
    hidden = {
        (row["indicator"], row["group"])
        for row in done.observations.to_pylist()
        if row["statistic"] == "level" and row["value"] is None
    }
    assert (neutral, "A") in hidden
    assert {name for name, _ in hidden} == {neutral}
