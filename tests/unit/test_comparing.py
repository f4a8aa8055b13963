"""Trends, closing gaps, aggregates, modelled errors, composite and policy indices: hand-worked cases."""

from __future__ import annotations

import math

import numpy as np
import pyarrow as pa
import pytest

import zaragoza as z
from zaragoza.errors import DefinitionError


def series(values: list, **more: object) -> pa.Table:
    n = len(values)
    columns = {
        "indicator": ["x"] * n,
        "geo": ["NL"] * n,
        "period": list(range(2020, 2020 + n)),
        "value": values,
    }
    return pa.table({**columns, "direction": ["high"] * n, **more})


def test_a_change_beyond_its_interval_is_a_verdict() -> None:
    # change 3, standard error sqrt(.6^2 + .8^2) = 1: 3 +- 1.96
    (row,) = z.trends(series([70.0, 73.0], standard_error=[0.6, 0.8])).to_pylist()
    assert row["change"] == pytest.approx(3)
    assert (row["ci_low"], row["ci_high"]) == (
        pytest.approx(1.04004, abs=1e-5),
        pytest.approx(4.95996, abs=1e-5),
    )
    assert (row["verdict"], row["first"], row["last"], row["reason"]) == ("improving", 2020, 2021, None)
    assert row["pace"] is None  # two years make no line


@pytest.mark.parametrize(
    ("values", "direction", "verdict"),
    [
        ([70.0, 73.0], "low", "worsening"),
        ([70.0, 71.0], "high", "no_clear_change"),
        ([70.0, 67.0], "low", "improving"),
    ],
)
def test_verdicts_follow_the_direction(values: list, direction: str, verdict: str) -> None:
    table = series(values, standard_error=[0.6, 0.8])
    table = table.set_column(table.column_names.index("direction"), "direction", pa.array([direction] * 2))
    assert z.trends(table)["verdict"].to_pylist() == [verdict]


def test_correlated_errors_narrow_the_interval() -> None:
    # variance .36 + .64 - 2 * .5 * .48 = .52
    (row,) = z.trends(series([70.0, 71.0], standard_error=[0.6, 0.8]), correlation=0.5).to_pylist()
    assert row["ci_high"] - row["change"] == pytest.approx(1.959964 * math.sqrt(0.52), abs=1e-6)


def test_without_errors_no_verdict_and_the_reason() -> None:
    (row,) = z.trends(series([70.0, 73.0])).to_pylist()
    assert (row["change"], row["verdict"], row["reason"]) == (3.0, None, "no_error_known")


def test_nothing_is_compared_across_a_break() -> None:
    broken = [False, False, True, False]
    (row,) = z.trends(
        series([10.0, 11.0, 70.0, 73.0], standard_error=[0.1] * 4, **{"break": broken})
    ).to_pylist()
    assert (row["first"], row["change"], row["pace"]) == (2022, 3.0, None)
    (row,) = z.trends(series([10.0, 11.0, 70.0], **{"break": broken[:3]})).to_pylist()
    assert (row["first"], row["last"], row["reason"]) == (2022, 2022, "break_in_series")


def test_missing_years_are_left_out() -> None:
    (row,) = z.trends(series([1.0, None, 3.0, None], standard_error=[0.1] * 4)).to_pylist()
    assert (row["first"], row["last"], row["change"]) == (2020, 2022, 2.0)


# Slope and errors of this line by the textbook: x = -2..2, y = 10, 9, 7, 6, 4: slope -1.5, residuals -.2 .3 -.2 .3 -.2,
# their squares sum to .3, variance .1, slope variance .01; t(3; .975) = 3.182446.
CLOSING = [10.0, 9.0, 7.0, 6.0, 4.0]


def test_the_pace_of_a_gap() -> None:
    (row,) = z.trends(series(CLOSING), gaps=True).to_pylist()
    assert (row["pace"], row["closing"]) == (pytest.approx(-1.5), "closing")
    assert (row["pace_low"], row["pace_high"]) == (
        pytest.approx(-1.5 - 0.3182446, abs=1e-6),
        pytest.approx(-1.5 + 0.3182446, abs=1e-6),
    )


def test_the_year_in_which_a_gap_closes_has_the_limits_where_the_line_may_be_zero() -> None:
    """By the definition: the years in which the interval of the line's height holds 0."""
    (row,) = z.trends(series(CLOSING), gaps=True).to_pylist()
    assert row["year_closed"] == pytest.approx(2022 + 7.2 / 1.5)
    for year in (row["year_low"], row["year_high"]):
        x = year - 2022
        height, half = 7.2 - 1.5 * x, 3.182446305 * math.sqrt(0.1 / 5 + x**2 * 0.01)
        assert abs(height) == pytest.approx(half, abs=1e-6)
    assert row["year_low"] < row["year_closed"] < row["year_high"]


def test_a_negative_gap_closes_upwards_and_no_year_is_said_of_others() -> None:
    (row,) = z.trends(series([-value for value in CLOSING]), gaps=True).to_pylist()
    assert (row["closing"], row["year_closed"]) == ("closing", pytest.approx(2026.8))
    (row,) = z.trends(series(CLOSING[::-1]), gaps=True).to_pylist()
    assert (row["closing"], row["year_closed"]) == ("opening", None)
    (row,) = z.trends(series([5.0, 7.0, 4.0, 6.0, 5.5]), gaps=True).to_pylist()
    assert (row["closing"], row["year_closed"], row["year_low"]) == ("no_clear_change", None, None)


def test_a_gap_gets_better_towards_zero_from_either_side() -> None:
    (row,) = z.trends(series([-10.0, -6.0], standard_error=[0.5, 0.5]), gaps=True).to_pylist()
    assert (row["change"], row["verdict"]) == (4.0, "improving")
    (row,) = z.trends(series([6.0, 10.0], standard_error=[0.5, 0.5]), gaps=True).to_pylist()
    assert row["verdict"] == "worsening"


def test_series_given_twice_or_without_their_columns_are_refused() -> None:
    with pytest.raises(DefinitionError, match="every year once"):
        z.trends(pa.concat_tables([series([1.0]), series([2.0])]))
    with pytest.raises(DefinitionError) as caught:
        z.trends(series([1.0]).drop_columns(["value", "direction"]))
    assert {fault.field for fault in caught.value.faults} == {"value", "direction"}


def test_figures_and_arguments_that_cannot_be_are_refused() -> None:
    for values, more in (([1.0, float("inf")], {}), ([1.0, 2.0], {"standard_error": [0.1, -0.1]})):
        with pytest.raises(DefinitionError, match="numbers"):
            z.trends(series(values, **more))
    with pytest.raises(DefinitionError) as caught:
        z.trends(series([1.0, 2.0]), correlation=2, confidence=1)
    assert [fault.field for fault in caught.value.faults] == ["correlation", "confidence"]


def zone(values: list, population: list, **more: list) -> pa.Table:
    n = len(values)
    return pa.table(
        {"indicator": ["x"] * n, "period": [2023] * n, "value": values, "population": population, **more}
    )


def test_an_aggregate_weighs_by_population() -> None:
    # (10 * 80 + 30 * 16) / 40 = 32; error sqrt((.25 * 2)^2 + (.75 * 1)^2)
    (row,) = z.aggregate(zone([80.0, 16.0], [10.0, 30.0], standard_error=[2.0, 1.0])).to_pylist()
    assert (row["value"], row["coverage"], row["places"], row["reason"]) == (32.0, 1.0, 2, None)
    assert row["standard_error"] == pytest.approx(math.sqrt(0.25 + 0.5625))


@pytest.mark.parametrize(("missing", "published"), [(30.0, True), (30.1, False)])
def test_an_aggregate_needs_seventy_per_cent_of_the_population(missing: float, published: bool) -> None:
    (row,) = z.aggregate(zone([80.0, None], [100 - missing, missing])).to_pylist()
    assert (row["value"] is not None) is published
    assert row["reason"] == ("no_error_known" if published else "too_little_population")


def test_an_aggregate_needs_every_population() -> None:
    with pytest.raises(DefinitionError, match="population of every place"):
        z.aggregate(zone([80.0, 16.0], [10.0, None]))


def test_errors_by_model() -> None:
    assert z.modelled_error(0.5, 100) == pytest.approx(0.05)
    assert z.modelled_error(0.5, 100, design_effect=4) == pytest.approx(0.1)
    # methods/05 section 7
    assert z.required_error(0.04, 13, "lfs_unemployment_quarter") == pytest.approx(0.0012750, abs=5e-8)
    assert z.required_error(0.17, 8, "silc_poverty_or_exclusion") == pytest.approx(0.0052366, abs=5e-8)
    with pytest.raises(DefinitionError):
        z.modelled_error(1.2, 100)
    with pytest.raises(DefinitionError, match="one of lfs"):
        z.required_error(0.1, 1, "lfs")


# methods/08 section 5: units, three indicators, weights .4 .3 .3
UNITS = {"U1": (70, 5, 0.30), "U2": (60, 8, 0.50), "U3": (80, 3, 0.20), "U4": (50, 10, 0.90)}
WEIGHTS = {"A": 0.4, "B": 0.3, "C": 0.3}


def units(without: tuple = (), **more: object) -> pa.Table:
    rows = [
        {"geo": geo, "indicator": name, "value": None if (geo, name) in without else float(value),
         "direction": "low" if name == "B" else "high"}
        for geo, values in UNITS.items()
        for name, value in zip("ABC", values, strict=True)
    ]  # fmt: skip
    return pa.Table.from_pylist(rows)


@pytest.mark.parametrize(
    ("aggregation", "scale", "expected", "ranks"),
    [
        ("arithmetic", (0.0, 1.0), (0.523810, 0.347619, 0.7, 0.3), [2, 3, 1, 4]),
        ("arithmetic", (1.0, 100.0), (52.857143, 35.414286, 70.3, 30.7), [2, 3, 1, 4]),
        ("geometric", (1.0, 100.0), (43.769740, 34.988150, 25.118864, 3.981072), [1, 2, 3, 4]),
        ("harmonic", (1.0, 100.0), (33.372561, 34.582328, 3.257329, 1.422475), [2, 1, 3, 4]),
    ],
)
def test_composite_indices_of_the_handbook(aggregation, scale, expected, ranks) -> None:
    found = z.composite(units(), weights=WEIGHTS, aggregation=aggregation, scale=scale)
    assert found["index"].to_pylist() == pytest.approx(list(expected), abs=5e-7)
    assert found["rank"].to_pylist() == ranks


def test_z_scores_of_a_composite() -> None:
    # methods/08 section 5: z A, B, C with the standard deviation over N
    first = 0.4 * 0.447214 + 0.3 * 0.557086 + 0.3 * -0.652753
    found = z.composite(units(), weights=WEIGHTS, normalisation="z_score")
    assert found["index"].to_pylist()[0] == pytest.approx(first, abs=1e-6)


def test_goalposts_are_fixed_and_clip() -> None:
    posts = {"A": (0.0, 60.0), "B": (0.0, 10.0), "C": (0.0, 1.0)}
    found = z.composite(
        units(), weights=WEIGHTS, normalisation="goalposts", goalposts=posts, scale=(0.0, 1.0)
    )
    assert found["index"].to_pylist()[0] == pytest.approx(0.4 * 1 + 0.3 * 0.5 + 0.3 * 0.3)


def test_ranks_normalise_without_distance() -> None:
    found = z.composite(units(), weights=WEIGHTS, normalisation="rank", scale=(0.0, 1.0))
    assert found["index"].to_pylist()[0] == pytest.approx((0.4 * 2 + 0.3 * 2 + 0.3 * 1) / 3)


def test_rank_intervals_of_a_composite() -> None:
    # methods/08 section 6: mean ranks 2.000, 3.083, 1.000, 3.917 when weights vary by a quarter
    found = z.composite(units(), weights=WEIGHTS, draws=4000)
    assert found["rank_mean"].to_pylist() == pytest.approx([2.0, 3.083, 1.0, 3.917], abs=0.03)
    assert found["rank_low"].to_pylist() == [2, 3, 1, 3]
    assert found["rank_high"].to_pylist() == [2, 4, 1, 4]


def test_errors_widen_the_intervals_of_ranks() -> None:
    errors = units().append_column("standard_error", pa.array([20.0, 3.0, 0.3] * 4))
    found = z.composite(errors, weights=WEIGHTS)
    assert found["rank_high"].to_pylist()[2] > 1


def test_a_place_with_too_little_data_has_no_index() -> None:
    found = z.composite(units(without=(("U1", "A"),)), weights=WEIGHTS).to_pylist()
    assert (found[0]["index"], found[0]["rank"], found[0]["rank_high"]) == (
        None,
        None,
        None,
    )  # .6 of the weights
    found = z.composite(units(without=(("U1", "B"),)), weights=WEIGHTS, scale=(0.0, 1.0)).to_pylist()
    assert found[0]["index"] == pytest.approx((0.4 * 0.666667 + 0.3 * 0.142857) / 0.7, abs=1e-6)


def test_recipes_that_cannot_be_are_refused() -> None:
    with pytest.raises(DefinitionError) as caught:
        z.composite(
            units(), weights={"A": 1.0}, aggregation="geometric", scale=(0.0, 1.0), normalisation="goalposts"
        )
    assert {fault.field for fault in caught.value.faults} == {"weights", "scale", "goalposts"}


def answers(*rows: tuple) -> pa.Table:
    names = ("geo", "area", "dimension", "question", "score")
    return pa.Table.from_pylist([dict(zip(names, row, strict=True)) for row in rows])


# methods/08 section 7: dimension means 50, 25, 83.3333; area 52.7778 (the flat mean 55.5556 would be wrong)
QUESTIONS = {"access": (100, 50, 50, 0), "targeted": (50, 0), "rights": (100, 100, 50)}


def test_policy_indices_average_level_by_level() -> None:
    rows = [
        ("NL", "labour", dimension, f"{dimension}{number}", float(score))
        for dimension, scores in QUESTIONS.items()
        for number, score in enumerate(scores)
    ]
    found = {
        (row["area"], row["dimension"]): row["score"] for row in z.policy_index(answers(*rows)).to_pylist()
    }
    assert found["labour", "access"] == 50
    assert found["labour", "targeted"] == 25
    assert found["labour", "rights"] == pytest.approx(83.3333, abs=1e-4)
    assert found["labour", "_T"] == found["_T", "_T"] == pytest.approx(52.7778, abs=1e-4)


def test_a_dimension_that_was_hardly_answered_has_no_score() -> None:
    rows = [("NL", "a", "d", "1", 100.0), ("NL", "a", "d", "2", None), ("NL", "a", "d", "3", None),
            ("NL", "a", "e", "1", 50.0), ("NL", "a", "e", "2", None)]  # fmt: skip
    found = {
        (row["area"], row["dimension"]): row["score"] for row in z.policy_index(answers(*rows)).to_pylist()
    }
    assert found == {("a", "d"): None, ("a", "e"): 50, ("a", "_T"): 50, ("_T", "_T"): 50}


def test_answers_outside_the_scale_or_given_twice_are_refused() -> None:
    with pytest.raises(DefinitionError, match="0 to 100"):
        z.policy_index(answers(("NL", "a", "d", "1", 101.0)))
    with pytest.raises(DefinitionError, match="once a place"):
        z.policy_index(answers(("NL", "a", "d", "1", 1.0), ("NL", "a", "d", "1", 2.0)))


def test_numbers_only_where_numbers_belong() -> None:
    with pytest.raises(DefinitionError, match="numbers"):
        z.aggregate(zone(["a"], [1.0]))
    assert np.isfinite(z.aggregate(zone([1], [1]))["value"].to_numpy()).all()
