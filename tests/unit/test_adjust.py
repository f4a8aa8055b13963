"""Standardisation, decompositions and indices: the worked numbers of methods/04 section 8, and what is refused.

The errors there are those of simple random samples of each group, without n/(n - 1), the standard taken as known
(decision 10); `textbook` makes them, and the engine's own errors stand beside them.
"""

from __future__ import annotations

import csv
import importlib.util
import math
from collections.abc import Mapping, Sequence
from dataclasses import replace
from functools import partial
from pathlib import Path

import numpy as np
import pyarrow as pa
import pytest

import zaragoza as z
from zaragoza.compute.adjust.crossing import cross
from zaragoza.compute.adjust.fairlie import fairlie
from zaragoza.compute.adjust.indices import compare_levels, disproportionality, dissimilarity
from zaragoza.compute.adjust.kitagawa import kitagawa
from zaragoza.compute.adjust.nonlinear import decompose_logit
from zaragoza.compute.adjust.oaxaca import oaxaca, oaxaca_threefold
from zaragoza.compute.adjust.smooth import level_of, raw_gap
from zaragoza.compute.adjust.standardise import gamma_interval, standardise, standardise_indirectly
from zaragoza.compute.adjust.table import Adjusted, AdjustTable, Part, make_table
from zaragoza.errors import DefinitionError

# 25-44 low, 25-44 high, 45-64 low, 45-64 high: natives, then migrants
PERSONS = [200, 400, 250, 150, 180, 70, 120, 30]
EMPLOYED = [140, 360, 150, 123, 99, 56, 54, 21]
AGE = ["25-44", "25-44", "45-64", "45-64"] * 2
EDUCATION = ["low", "high"] * 4
MIGRANT = [False] * 4 + [True] * 4
POOLED = {("25-44", "low"): 380, ("25-44", "high"): 470, ("45-64", "low"): 370, ("45-64", "high"): 180}

close = partial(pytest.approx, abs=5e-7)  # six decimals


@pytest.fixture
def cells() -> AdjustTable:
    base = {"age": "25-44", "education": "low"}
    return make_table(MIGRANT, {"age": AGE, "education": EDUCATION}, PERSONS, EMPLOYED, PERSONS, base)


def values(adjusted: Adjusted) -> dict:
    assert adjusted.reason is None
    return {p.statistic if p.detail is None else (p.statistic, p.detail): p.value for p in adjusted.parts}


def part(adjusted: Adjusted, statistic: str) -> Part:
    return next(p for p in adjusted.parts if p.statistic == statistic and p.detail is None)


def textbook(cells: AdjustTable, shares: Sequence[float]) -> float:
    """Var = sum_c s_c^2 p_gc (1 - p_gc)/n_gc of both sides, the shares s known (methods/04 section 2)."""
    p = cells.total / cells.size
    return math.sqrt(float((np.tile(shares, 2) ** 2 * p * (1 - p) / cells.size).sum()))


def engine_error(found: Part) -> float:
    """Of a simple random sample of all 1,400, by the engine."""
    cell = np.repeat(np.arange(8), PERSONS)
    employed = np.concatenate([np.arange(n) < y for n, y in zip(PERSONS, EMPLOYED, strict=True)])
    scores = found.by_total[cell] * employed + found.by_size[cell]
    data = pa.table({"w": np.ones(len(scores)), "score": scores})
    return z.estimate(data, {"t": z.total("score")}, design=z.Design(weight="w")).to_pylist()[0][
        "standard_error"
    ]


# methods/04 section 8


def test_levels(cells):
    assert level_of(cells, False).value == close(0.773)
    assert level_of(cells, True).value == close(0.575)
    assert raw_gap(cells).value == close(-0.198)
    apart = math.sqrt(0.773 * 0.227 / 1000 + 0.575 * 0.425 / 400)
    assert 100 * apart == pytest.approx(2.8043, abs=5e-5)


@pytest.mark.parametrize(
    ("standard", "reference", "group", "gap", "error"),
    [
        ("reference", 0.773000, 0.647500, -0.125500, 0.029449),
        ("group", 0.714000, 0.575000, -0.139000, 0.029747),
        ("pooled", 0.756143, 0.626786, -0.129357, 0.028368),
        ("mean", 0.743500, 0.611250, -0.132250, 0.028165),
    ],
)
def test_direct_standardisation(cells, standard, reference, group, gap, error):
    adjusted = standardise(cells, standard)
    found = values(adjusted)
    assert found["adjusted_reference_level"] == close(reference)
    assert found["adjusted_level"] == close(group)
    assert found["adjusted_gap"] == close(gap)
    assert found["explained"] == close(-0.198 - gap)
    assert found["share_explained"] == pytest.approx(
        1 - gap / -0.198, abs=5e-6
    )  # the paper's six decimals, divided
    native, migrant = np.array(PERSONS[:4]) / 1000, np.array(PERSONS[4:]) / 400
    pooled = np.array([*POOLED.values()]) / 1400
    shares = {"reference": native, "group": migrant, "mean": (native + migrant) / 2, "pooled": pooled}
    assert textbook(cells, shares[standard]) == close(error)
    persons = np.array(PERSONS).reshape(2, 4)
    assert adjusted.diagnostics == {
        "coverage": 1.0, "cells": 4.0, "empty_cells": 0.0, "uncovered": 0.0,
        "effective_n": pytest.approx(min(1 / (shares[standard] ** 2 / side).sum() for side in persons)),
    }  # fmt: skip


def test_the_engine_counts_an_estimated_standard_as_estimated(cells):
    fixed, estimated = (
        part(standardise(cells, POOLED), "adjusted_gap"),
        part(standardise(cells), "adjusted_gap"),
    )
    assert fixed.value == pytest.approx(estimated.value, abs=1e-12)
    assert engine_error(fixed) == close(0.028378)  # the textbook's times the root of 1400/1399
    assert engine_error(estimated) == close(0.028384)


def test_kitagawa(cells):
    assert values(kitagawa(cells)) == close({"composition": -0.065750, "rate": -0.132250})
    three = {"composition": -0.059000, "rate": -0.125500, "interaction": -0.013500}
    assert values(kitagawa(cells, 3)) == close(three)


def test_indirect_standardisation(cells):
    found = values(standardise_indirectly(cells))
    assert found["expected"] == pytest.approx(285.6, abs=1e-9)
    assert found["observed"] == 230
    assert found["observed_to_expected"] == close(0.805322)
    assert found["indirectly_standardised_level"] == close(0.805322 * 0.773)
    assert found["adjusted_gap"] == close(0.805322 * 0.773 - 0.773)
    assert found["explained"] == close(-0.198 - (0.805322 * 0.773 - 0.773))


def test_logit_decomposition(cells):
    """The paper's signs are reference minus group."""
    found = values(decompose_logit(cells, detail=True))
    assert found["explained"] == close(-0.056676)
    assert found["unexplained"] == close(-0.141324)
    assert found["explained", "age"] == close(0.002075)
    assert found["explained", "education"] == close(-0.058751)
    assert found["unexplained", "constant"] == close(-0.143571)
    assert found["unexplained", "age"] == close(0.007850)
    assert found["unexplained", "education"] == close(-0.005603)


def test_ratios(cells):
    found = values(compare_levels(cells))
    expected = {
        "ratio": 0.743855, "odds_ratio": 0.397306, "relative_gap": -0.256145, "representation_quotient": 0.802592,
    }  # fmt: skip
    assert found == close(expected)
    spread = math.sqrt((1 - 0.575) / 230 + (1 - 0.773) / 773)  # section 7: independent simple random samples
    limits = [math.exp(math.log(found["ratio"]) + sign * 1.959963984540054 * spread) for sign in (-1, 1)]
    assert limits == close([0.679357, 0.814477])


def test_indices(cells):
    assert values(dissimilarity(cells, "total")) == close({"dissimilarity": 0.290056})
    groups = make_table([False] * 4, {"group": [*"abcd"]}, [0.70, 0.08, 0.05, 0.17], [0.78, 0.06, 0.03, 0.13])
    found = values(disproportionality(groups))
    assert found["loosemore_hanby"] == close(0.08)
    assert found["gallagher"] == close(0.066332)
    assert found["representation_quotient", "a"] == close(0.78 / 0.70)


def credit() -> AdjustTable:
    """The data `ccard` of statsmodels, which cannot lie here: its author retains all rights."""
    spec = importlib.util.find_spec("statsmodels")
    if spec is None or spec.origin is None:
        pytest.skip("statsmodels, which ships the data, is not installed")
    with (Path(spec.origin).parent / "datasets" / "ccard" / "ccard.csv").open() as file:
        rows = [{name: float(value) for name, value in row.items()} for row in csv.DictReader(file)]
    names = ("AGE", "INCOME", "INCOMESQ")
    covariates = {name: np.array([row[name] for row in rows]) for name in names}
    spent = [row["AVGEXP"] for row in rows]
    return make_table([row["OWNRENT"] == 0 for row in rows], covariates, np.ones(len(rows)), spent)


CREDIT: Mapping[str, tuple[float, float]] = {
    "reference": (83.296735, 75.453710), "group": (321.748245, -162.997800), "reimers": (202.522490, -43.772045),
    "cotton": (232.328928, -73.578484), "neumark": (139.225774, 19.524670), "pooled": (130.809536, 27.940908),
}  # fmt: skip


def test_oaxaca_of_credit_cards():
    """The paper's signs are reference minus group; its reference owns a home."""
    table = credit()
    assert table.group.sum() == 45
    assert -raw_gap(table).value == close(158.750444)
    assert level_of(table, False).value == close(361.751111)
    assert level_of(table, True).value == close(203.000667)
    for coefficients, (explained, unexplained) in CREDIT.items():
        found = values(oaxaca(table, coefficients))
        assert (-found["explained"], -found["unexplained"]) == close((explained, unexplained))
    three = {"endowments": -321.748245, "coefficients": -75.453710, "interaction": 238.451510}
    assert values(oaxaca_threefold(table)) == close(three)


# Empty cells


def thin(sizes: Sequence[float], combinations: Sequence[tuple[str, str]]) -> AdjustTable:
    """The same combinations on both sides, natives first, of whom half have the outcome; of migrants a quarter."""
    half = len(sizes) // 2
    levels = [0.5] * half + [0.25] * half
    covariates = {name: [c[i] for c in combinations] * 2 for i, name in enumerate(("age", "region"))}
    totals = [size * level for size, level in zip(sizes, levels, strict=True)]
    return make_table([False] * half + [True] * half, covariates, sizes, totals)


COMBINATIONS = [("young", "north"), ("young", "south"), ("old", "north"), ("old", "south")]


def test_an_empty_cell_gives_up_its_last_distinction():
    crossing = cross(thin([4, 4, 4, 4, 0, 4, 4, 4], COMBINATIONS))
    assert set(crossing.labels) == {"young | *", "old | north", "old | south"}
    standard = crossing.fine.sum(axis=0) / crossing.fine.sum()
    assert crossing.diagnostics(standard) == {
        "coverage": pytest.approx(6 / 7), "cells": 3.0, "empty_cells": 1.0, "uncovered": 1.0,
    }  # fmt: skip
    merged = crossing.labels.index("young | *")
    assert crossing.size[:, merged].tolist() == [8, 4]


def test_coverage_is_of_the_standard_that_was_asked_for():
    table = thin([2, 4, 4, 6, 0, 4, 4, 4], COMBINATIONS)
    assert standardise(table, "reference").diagnostics["coverage"] == pytest.approx(14 / 16)
    assert standardise(table, "group").diagnostics["coverage"] == pytest.approx(1.0)
    assert standardise(table, "mean").diagnostics["coverage"] == pytest.approx(15 / 16)


def test_persons_beyond_the_coverage_are_those_of_the_standard() -> None:
    table = replace(
        thin([2, 4, 4, 6, 0, 4, 4, 4], COMBINATIONS), n=np.array([20.0, 40, 40, 60, 0, 40, 40, 40])
    )
    beyond = {
        name: standardise(table, name).diagnostics["uncovered"] for name in ("reference", "group", "pooled")
    }
    assert beyond == {"reference": 20, "group": 0, "pooled": 20}
    given = dict.fromkeys(COMBINATIONS, 1.0)
    assert standardise(table, given).diagnostics["uncovered"] == 0  # its shares are public


def test_effective_persons_after_standardisation() -> None:
    """By hand: weights s_c/n_c of the persons of a side, (sum w)^2 / sum w^2 = 1 / sum s_c^2/n_c."""
    table = replace(
        thin([10, 30, 30, 30, 20, 20, 20, 20], COMBINATIONS), n=np.array([10.0, 30, 30, 30, *[20.0] * 4])
    )
    weights = {  # a quarter each
        "reference": np.repeat([0.25 / 10, 0.25 / 30, 0.25 / 30, 0.25 / 30], [10, 30, 30, 30]),
        "group": np.repeat([0.25 / 20] * 4, 20),
    }
    kish = {side: w.sum() ** 2 / (w**2).sum() for side, w in weights.items()}
    assert kish["group"] == pytest.approx(80)
    assert standardise(table, "group").diagnostics["effective_n"] == pytest.approx(kish["group"])
    assert kish["reference"] == pytest.approx(80)
    more = replace(table, n=np.array([1.0, 39, 30, 30, *[20.0] * 4]))
    by_hand = np.repeat([0.25 / 1, 0.25 / 39, 0.25 / 30, 0.25 / 30], [1, 39, 30, 30])
    assert standardise(more, "group").diagnostics["effective_n"] == pytest.approx(1 / (by_hand**2).sum())


def test_categories_of_the_first_covariate_join_the_one_before(cells):
    """Nobody of 65 or over among the migrants, and nobody of unknown age among the natives."""
    ages, group = ["young", "middle", "old", "_U"], [False] * 3 + [True] * 3
    names = {"young": "1", "middle": "2", "old": "3", "_U": "_U"}
    table = make_table(
        group, {"age": [names[a] for a in (*ages[:3], "young", "middle", "_U")]},
        [40, 40, 20, 50, 30, 20], [30, 20, 5, 30, 12, 8], [40, 40, 20, 50, 30, 20],
    )  # fmt: skip
    crossing = cross(table)
    assert crossing.labels == ("1", "2+3+_U")
    assert crossing.size.tolist() == [[40, 60], [50, 50]]
    pooled = (90 * (30 / 50 - 30 / 40) + 110 * (20 / 50 - 25 / 60)) / 200
    found = standardise(table)
    assert values(found)["adjusted_gap"] == pytest.approx(pooled)
    assert found.diagnostics["coverage"] == pytest.approx(160 / 200)


def test_the_first_category_joins_the_next():
    table = make_table([False, False, True, True], {"age": ["b", "c", "a", "c"]}, [10] * 4, [5, 6, 7, 8])
    assert cross(table).labels == ("a+b", "c")


def test_where_nothing_is_left_to_hold_equal_there_is_no_result():
    """Put together until both sides are there, all are one: what is left is the raw gap, and no adjusted one."""
    table = thin([4, 4, 4, 4, 0, 0, 4, 4], COMBINATIONS)
    for method in (standardise, standardise_indirectly, kitagawa):
        adjusted = method(table)
        assert (adjusted.parts, adjusted.reason) == ((), "nothing_held_equal")
    alike = make_table([False, True], {"sex": ["F", "F"]}, [10, 10], [5, 6])  # all are equal to begin with
    assert values(standardise(alike))["adjusted_gap"] == pytest.approx(0.1)


def test_small_cells_are_merged_where_asked(cells):
    assert len(cross(cells, least=30).labels) == 4
    assert set(cross(cells, least=31).labels) == {"25-44 | low", "25-44 | high", "45-64 | *"}


def test_a_standard_may_hold_categories_that_nobody_here_has(cells):
    found = standardise(cells, {("25-44", "low"): 1.0, ("65+", "low"): 1.0})
    assert found.diagnostics["coverage"] == pytest.approx(0.5)
    assert cross(cells, [("65+", "low")]).labels[-1] == "45-64+65+ | *"  # nobody is 65 or over
    low, older = 99 / 180 - 140 / 200, (54 + 21) / 150 - (150 + 123) / 400
    assert values(found)["adjusted_gap"] == pytest.approx((low + older) / 2)


def test_a_side_without_anybody_has_no_result(cells):
    alone = replace(cells, group=np.zeros(8, dtype=bool))
    methods = (standardise, standardise_indirectly, kitagawa, oaxaca, oaxaca_threefold, decompose_logit, fairlie,
               compare_levels, dissimilarity)  # fmt: skip
    for method in methods:
        adjusted = method(alone)
        assert (adjusted.parts, adjusted.reason) == ((), "no_members")


def test_cells_without_weight_take_no_part(cells):
    more = make_table(
        [*MIGRANT, True, False], {"age": [*AGE, "65+", "65+"], "education": [*EDUCATION, "low", "low"]},
        [*PERSONS, 0, 0], [*EMPLOYED, 0, 0],
    )  # fmt: skip
    assert values(standardise(more)) == close(values(standardise(cells)))
    assert values(oaxaca(more)) == close(values(oaxaca(cells)))


# Standards and shares


@pytest.mark.parametrize("standard", ["everyone", {"25-44": 1.0}, {("25-44", "low"): -1.0}, {}])
def test_a_standard_that_does_not_fit_is_refused(cells, standard):
    with pytest.raises(DefinitionError, match=r"standard"):
        standardise(cells, standard)


def test_the_standard_of_one_covariate_may_name_categories_alone():
    table = make_table(MIGRANT, {"age": AGE}, PERSONS, EMPLOYED)
    alone, tuples = ({key(a): s for a, s in (("25-44", 3), ("45-64", 1))} for key in (str, lambda a: (a,)))
    assert values(standardise(table, alone)) == values(standardise(table, tuples))


def test_a_small_gap_has_no_share_explained(cells):
    level = cells.size / cells.size
    same = replace(cells, total=0.5 * cells.size + 0.004 * level * cells.size * cells.group)
    found = standardise(same)
    assert math.isnan(values(found)["share_explained"])
    assert values(found)["explained"] == pytest.approx(0.0)
    assert not math.isnan(values(standardise(same, least_gap=0.001))["share_explained"])


def test_gamma_interval_without_events():
    low, high = gamma_interval(0.0, 0.0, 0.01)
    assert low == 0
    assert high == pytest.approx(0.01 * -math.log(0.025))  # Poisson: 3.69 events


# Regressions


def test_coefficients_that_the_cells_do_not_tell(cells):
    """The group has nobody with high education: its coefficient is unknown, and so is all that needs it."""
    kept = ~(cells.group & (np.array(EDUCATION) == "high"))
    table = replace(cells, size=cells.size * kept, total=cells.total * kept)
    threefold = oaxaca_threefold(table)
    assert math.isnan(values(threefold)["endowments"])
    assert np.isnan(part(threefold, "endowments").by_total).all()
    assert threefold.diagnostics["not_estimable"] == "education=high"
    assert (
        threefold.diagnostics["uncovered"] == 400 + 150
    )  # members of the reference group with high education
    assert threefold.diagnostics["coverage"] == pytest.approx(1 - 550 / (1000 + 300))
    found = values(oaxaca(table, "pooled"))
    assert found["explained"] + found["unexplained"] == pytest.approx(raw_gap(table).value)
    assert math.isnan(values(oaxaca(table, "group"))["explained"])


def test_a_covariate_that_settles_the_outcome_is_named(cells):
    settled = replace(cells, total=cells.size * (np.array(EDUCATION) == "high"))
    reason = decompose_logit(settled).reason or ""
    assert reason.startswith("separated: ")
    assert "education=high" in reason


def test_normalised_contributions_add_up(cells):
    plain, normalised = (values(oaxaca(cells, detail=True, normalise=n)) for n in (False, True))
    assert normalised["explained"] == pytest.approx(plain["explained"])
    for statistic in ("explained", "unexplained"):
        by_covariate = [normalised[statistic, name] for name in ("constant", "age", "education")]
        assert math.fsum(by_covariate) == pytest.approx(plain[statistic])
    assert normalised["unexplained", "age"] != pytest.approx(plain["unexplained", "age"])
