"""Ratings by rule: boundaries, exceptions, breaks, peers, probabilities, ranks; and what is refused."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pyarrow as pa
import pytest

import zaragoza as z
from zaragoza.catalogue import load_catalogue
from zaragoza.compare.posterior import _inverse, _root
from zaragoza.compare.scores import categorise
from zaragoza.engine import Engine
from zaragoza.errors import DefinitionError

JER = load_catalogue().rating_rules["jer"]


@pytest.mark.parametrize(
    ("level", "change", "category"),
    [  # methods/07 section 4, boundary tests
        (0.5, 0.0, 0),
        (1.0, 0.0, -2),
        (2.0, -1.0, -1),
        (0.7, 1.0, -2),
        (-1.0, 0.0, 3),
        # each cell of the matrix of section 2
        (-2.0, -2.0, 3), (-2.0, 0.0, 3), (-2.0, 2.0, 1),
        (-0.7, -2.0, 2), (-0.7, 0.0, 2), (-0.7, 2.0, 1),
        (0.0, -2.0, 2), (0.0, 0.0, 0), (0.0, 2.0, -2),
        (0.7, -2.0, -1), (0.7, 0.0, -2), (0.7, 2.0, -2),
        (2.0, -2.0, -1), (2.0, 0.0, -3), (2.0, 2.0, -3),
    ],
)  # fmt: skip
def test_categories_of_the_joint_employment_report(level: float, change: float, category: int) -> None:
    assert categorise(np.array([level]), np.array([change]), JER) == [category]


def table(levels: list, changes: list, direction: str = "high", **more: list) -> pa.Table:
    n = len(levels)
    geo = [f"A{number}" for number in range(n)]
    return pa.table(
        {
            "indicator": ["x"] * n,
            "geo": geo,
            "level": levels,
            "change": changes,
            "direction": [direction] * n,
            **more,
        }
    )


def test_the_scores_by_hand() -> None:
    # mean 3, standard deviation over N: sqrt(2)
    found = z.scoreboard(table([1.0, 2.0, 3.0, 4.0, 5.0], [0.0] * 5))
    expected = [
        2 / 2**0.5,
        1 / 2**0.5,
        0.0,
        -1 / 2**0.5,
        -2 / 2**0.5,
    ]  # high is good: low levels score as worse
    assert found["level_score"].to_pylist() == pytest.approx(expected)
    assert found["change_score"].to_pylist() == [0.0] * 5  # all the same: no place differs
    assert found["label"].to_pylist() == [
        "critical situations", "to watch", "on average", "better than average", "best performers",
    ]  # fmt: skip
    assert found["rank"].to_pylist() == [5, 4, 3, 2, 1]


def test_low_is_good_turns_the_scores() -> None:
    one = z.scoreboard(table([1.0, 2.0, 6.0], [0.1, -0.4, 0.9], "low"), language="nl")
    other = z.scoreboard(table([-1.0, -2.0, -6.0], [-0.1, 0.4, -0.9], "high"), language="nl")
    assert one.select(["level_score", "change_score", "category", "label"]) == other.select(
        ["level_score", "change_score", "category", "label"]
    )


def test_a_place_that_did_not_get_worse_is_spared() -> None:
    # All improve, the first least: its change scores above 1 although it is none to the worse.
    changes = [0.0, 2.0, 2.1, 2.2, 2.0]
    found = z.scoreboard(table([3.0, 3.1, 2.9, 4.0, 2.0], changes)).to_pylist()[0]
    assert found["change_score"] > 1
    assert found["category"] == 0
    worse = z.scoreboard(table([3.0, 3.1, 2.9, 4.0, 2.0], [-0.1, *changes[1:]])).to_pylist()[0]
    assert worse["category"] == -2


def test_a_break_counts_as_no_change_and_in_no_mean() -> None:
    levels, changes = [1.0, 2.0, 3.0, 4.0, 5.0], [0.3, -0.2, 9.0, 0.1, 0.4]
    found = z.scoreboard(table(levels, changes, **{"break": [False, False, True, False, False]}))
    others = z.scoreboard(table([1.0, 2.0, 4.0, 5.0], [0.3, -0.2, 0.1, 0.4]))
    assert found["change_score"].to_pylist()[2] == 0
    assert found["reason"].to_pylist()[2] == "break_in_series"
    assert [v for i, v in enumerate(found["change_score"].to_pylist()) if i != 2] == pytest.approx(
        others["change_score"].to_pylist()
    )


def test_missing_figures_leave_the_means() -> None:
    found = z.scoreboard(table([1.0, None, 3.0], [0.1, 0.2, None])).to_pylist()
    assert [row["reason"] for row in found] == ["no_error_known", "no_level", "no_change"]
    assert [row["category"] is None for row in found] == [False, True, True]
    assert found[0]["level_score"] == pytest.approx(1.0)


def test_peers_are_compared_among_themselves() -> None:
    together = table([1.0, 2.0, 4.0, 10.0, 30.0, 20.0], [0.1, 0.2, -0.1, 1.0, 2.0, 3.0], peers=list("aaabbb"))
    mixed = together.take(pa.array([3, 0, 4, 1, 5, 2]))
    found = {row["geo"]: row for row in z.scoreboard(mixed, peers="peers").to_pylist()}
    first = z.scoreboard(together.slice(0, 3)).to_pylist()
    assert [found[row["geo"]]["category"] for row in first] == [row["category"] for row in first]
    assert [found[row["geo"]]["rank"] for row in first] == [3, 2, 1]


def test_the_european_union_is_in_no_mean_and_not_rated() -> None:
    without = table([1.0, 2.0, 4.0], [0.1, 0.2, -0.1])
    union = pa.table(
        {"indicator": ["x"], "geo": ["EU27_2020"], "level": [99.0], "change": [9.0], "direction": ["high"]}
    )
    found = z.scoreboard(pa.concat_tables([without, union])).to_pylist()
    assert [row["level_score"] for row in found[:3]] == z.scoreboard(without)["level_score"].to_pylist()
    assert (found[3]["category"], found[3]["rank"], found[3]["reason"]) == (None, None, "not_rated")


def test_fewer_places_than_asked_are_not_rated() -> None:
    found = z.scoreboard(table([1.0, 2.0, 4.0], [0.1, 0.2, -0.1]), fewest=15)
    assert found["category"].null_count == 3
    assert set(found["reason"].to_pylist()) == {"too_few_places"}


SPREAD = [60.0, 64.0, 66.0, 68.0, 70.0, 72.0, 74.0, 76.0, 78.0, 82.0]
STEADY = [0.5, 0.4, 0.6, 0.3, 0.7, 0.5, 0.4, 0.6, 0.5, 0.5]


def test_without_errors_there_is_no_probability() -> None:
    found = z.scoreboard(table(SPREAD, STEADY, level_se=[0.1] * 10))  # that of the change is not known
    assert found["probability"].null_count == 10
    assert set(found["reason"].to_pylist()) == {"no_error_known"}


def test_tiny_errors_make_sure_and_large_ones_do_not() -> None:
    sure = z.scoreboard(table(SPREAD, STEADY, level_se=[1e-6] * 10, change_se=[1e-6] * 10))
    assert sure["probability"].to_pylist() == [1.0] * 10
    assert sure["rank_low"].to_pylist() == sure["rank"].to_pylist() == sure["rank_high"].to_pylist()
    unsure = z.scoreboard(table(SPREAD, STEADY, level_se=[5.0] * 10, change_se=[0.3] * 10))
    assert np.mean(unsure["probability"].to_pylist()) < 0.8
    assert all(
        high > low
        for low, high in zip(unsure["rank_low"].to_pylist(), unsure["rank_high"].to_pylist(), strict=True)
    )


def test_the_same_seed_gives_the_same_probabilities() -> None:
    made = table(SPREAD, STEADY, level_se=[1.0] * 10, change_se=[0.3] * 10)
    assert z.scoreboard(made, seed=5) == z.scoreboard(made, seed=5)
    assert z.scoreboard(made, seed=5) != z.scoreboard(made, seed=6)


def test_correlated_errors_are_used() -> None:
    base = {"level_se": [2.0] * 10, "change_se": [0.5] * 10}
    plus = z.scoreboard(table(SPREAD, STEADY, correlation=[0.9] * 10, **base))
    minus = z.scoreboard(table(SPREAD, STEADY, correlation=[-0.9] * 10, **base))
    assert plus["probability"] != minus["probability"]


def test_probabilities_are_right_as_often_as_they_say() -> None:
    """Places drawn from a super-population that is known here (decision 24); the 2,000 draws are in tests/verify."""
    sure, true = calibration(samples=60, seed=11, draws=500)
    near = (sure >= 0.7) & (sure <= 0.9)
    assert near.sum() > 400
    assert (
        abs(true[near].mean() - sure[near].mean()) < 0.07
    )  # 4 standard errors of 400 cells near 0.8, clustered


def test_matrices_of_two_rows_are_those_of_numpy() -> None:
    random = np.random.default_rng(7)
    sides = random.normal(size=(50, 3, 2, 2))
    matrices = sides @ sides.swapaxes(-1, -2) + 1e-3 * np.eye(2)
    np.testing.assert_allclose(_inverse(matrices), np.linalg.inv(matrices), rtol=1e-9)
    np.testing.assert_allclose(_root(matrices), np.linalg.cholesky(matrices), rtol=1e-9)


def calibration(samples: int, seed: int, draws: int = 1000) -> tuple[np.ndarray, np.ndarray]:
    """Of each place of each sample the probability of its category, and whether that is the true one."""
    with Engine() as engine:
        return _calibration(samples, seed, draws, engine)


def _calibration(samples: int, seed: int, draws: int, engine: Engine) -> tuple[np.ndarray, np.ndarray]:
    random, places = np.random.default_rng(seed), 27
    sure, true = [], []
    for sample in range(samples):
        means, spread = (
            [76.0, 0.5],
            [[22.0, -1.1], [-1.1, 1.4]],
        )  # as employment rates of Member States differ
        figures = random.multivariate_normal(means, spread, places)
        now, before = random.uniform(0.3, 1.5, (2, places))
        error_now, error_before = random.normal(0, now), random.normal(0, before)
        level, change = figures[:, 0] + error_now, figures[:, 1] + error_now - error_before
        errors = {"level_se": now, "change_se": np.hypot(now, before)}
        published = z.scoreboard(
            table(list(level), list(change), **errors), seed=sample, draws=draws, engine=engine
        )
        right = z.scoreboard(table(list(figures[:, 0]), list(figures[:, 1])), engine=engine)
        sure.append(published["probability"].to_numpy())
        true.append(np.array(published["category"].to_pylist()) == np.array(right["category"].to_pylist()))
    return np.concatenate(sure), np.concatenate(true)


def test_a_rule_of_ones_own() -> None:
    lenient = replace(JER, id="lenient", level_limits=(-2, -1, 1, 2))
    found = z.scoreboard(table([1.0, 2.0, 3.0, 4.0, 5.0], [0.0] * 5), rule=lenient)
    assert found["category"].to_pylist() == [-2, 0, 0, 0, 2]
    with pytest.raises(DefinitionError, match="matrix"):
        z.scoreboard(table([1.0, 2.0], [0.0, 0.0]), rule=replace(JER, level_limits=(-1, 1)))


def test_wrong_calls_are_refused_with_all_faults() -> None:
    good = table([1.0, 2.0], [0.0, 0.1])
    with pytest.raises(DefinitionError, match="one of jer, jaf"):
        z.scoreboard(good, rule="traffic_lights")
    with pytest.raises(DefinitionError) as caught:
        z.scoreboard(good.drop_columns(["level", "direction"]).append_column("rank", pa.array([1, 2])))
    assert {fault.field for fault in caught.value.faults} == {"level", "direction", "rank"}
    with pytest.raises(DefinitionError, match="high or low"):
        z.scoreboard(table([1.0, 2.0], [0.0, 0.1], "up"))
    with pytest.raises(DefinitionError, match="every place once"):
        z.scoreboard(pa.concat_tables([good, good]))
    with pytest.raises(DefinitionError, match="numbers from 0"):
        z.scoreboard(table([1.0, 2.0], [0.0, 0.1], level_se=[0.1, -0.1]))
    with pytest.raises(DefinitionError, match="numbers"):
        z.scoreboard(table(["a", "b"], [0.0, 0.1]))
    with pytest.raises(DefinitionError, match="one direction"):
        z.scoreboard(pa.concat_tables([good.slice(0, 1), table([1.0, 2.0], [0.0, 0.1], "low").slice(1, 1)]))
    with pytest.raises(DefinitionError, match="aggregates"):
        z.scoreboard(good, rule="jaf", reference="OECD")


@pytest.mark.parametrize(
    ("more", "field"),
    [
        ({"level_se": [0.1, float("inf")]}, "level_se"),
        ({"correlation": [0.1, 1.1]}, "correlation"),
        ({"change": [0.0, float("inf")]}, "change"),
        ({"break": ["yes", "no"]}, "break"),
    ],
)
def test_numbers_that_cannot_be_are_refused(more: dict[str, list], field: str) -> None:
    given = table([1.0, 2.0], [0.0, 0.1])
    columns = {name: given[name] for name in given.column_names} | more
    with pytest.raises(DefinitionError) as caught:
        z.scoreboard(pa.table(columns))
    assert [fault.field for fault in caught.value.faults] == [field]


def test_arguments_that_cannot_be_are_refused_together() -> None:
    with pytest.raises(DefinitionError) as caught:
        z.scoreboard(table([1.0, 2.0], [0.0, 0.1]), fewest=0, draws=0, seed=-1)
    assert [fault.field for fault in caught.value.faults] == ["fewest", "draws", "seed"]


def test_one_place_equal_places_and_places_without_figures() -> None:
    assert z.scoreboard(table([1.0], [0.0]))["reason"].to_pylist() == ["too_few_places"]
    equal = z.scoreboard(table([1.0] * 3, [0.0] * 3)).to_pydict()
    assert (equal["level_score"], equal["category"], equal["rank"]) == ([0.0] * 3, [0] * 3, [2.0] * 3)
    nothing = table([1.0, 2.0, 3.0], [0.0] * 3)
    nothing = nothing.set_column(nothing.column_names.index("level"), "level", pa.nulls(3))
    found = z.scoreboard(nothing).to_pydict()
    assert (found["category"], found["reason"]) == ([None] * 3, ["no_level"] * 3)
    nan = z.scoreboard(table([1.0, float("nan"), 3.0], [0.0] * 3)).to_pydict()
    assert (nan["category"][1], nan["rank"], nan["reason"][1]) == (None, [2.0, None, 1.0], "no_level")
