"""Entropy balancing against R (oracle file 21): MatchIt's data, and EU-SILC with base weights."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from tests.oracle.adjusting import (
    HOUSEHOLDS,
    adults,
    adults_table,
    lalonde,
    number,
    scores,
    standard_error,
    words,
)
from tests.oracle.comparison import close
from tests.oracle.designs import rows, table
from tests.support import needs_shared
from zaragoza.compute.adjust.balance import balance, entropy_balance
from zaragoza.compute.adjust.diagnostics import effective_n
from zaragoza.compute.adjust.table import AdjustTable

FOUND = rows("21_entropy_balancing")
ITERATED = 1e-6
COLUMNS = {
    "black": "race=black",
    "hispan": "race=hispan",
    "age2": "age^2",
    "re74_2": "re74^2",
    "re75_2": "re75^2",
}
SILC = "eusilc_hh 20-64[ebal]"
LEFT_OUT = {"imbalance": "the size of their rounding error; ours is asked to be below 1e-12"}


def with_squares(sample: AdjustTable) -> AdjustTable:
    scale = {"age": 1.0, "re74": 1e6, "re75": 1e6}
    squares = [sample.x[:, sample.names.index(name)] ** 2 / unit for name, unit in scale.items()]
    names = tuple(f"{name}^2" for name in scale)
    return replace(
        sample,
        x=np.column_stack([sample.x, *squares]),
        names=sample.names + names,
        factor=sample.factor + names,
    )


def samples(design: str) -> AdjustTable:
    return with_squares(lalonde()) if "squares" in design else lalonde()


def balanced(sample: AdjustTable):
    """The reference group, balanced to the group's means; its weights sum to the group's."""
    own, other = sample.group, ~sample.group
    target = sample.size[own] @ sample.x[own] / sample.size[own].sum()
    found = balance(sample.x[other], sample.size[other], target, sample.names)
    return found, found.factor * sample.size[other] * sample.size[own].sum()


@needs_shared
@pytest.mark.parametrize(
    ("case", "design"), [("B01", "lalonde[means]"), ("B02", "lalonde[means_and_squares]")]
)
def test_weights_and_gaps_agree(case, design):
    sample = samples(design)
    found, weight = balanced(sample)
    parts = {part.statistic: part.value for part in entropy_balance(sample).parts}
    share = weight / weight.sum()
    ours = {
        "weighted_mean": parts["adjusted_reference_level"],
        "att": parts["adjusted_gap"],
        "ess": effective_n(weight, np.ones(len(weight))),
        "max_weight": weight.max(),
        "kl_divergence": share @ np.log(share * len(share)),
    }
    for row in FOUND[case, design]:
        kind = row["statistic"].partition(":")[0]
        if kind == "lambda":
            place = sample.names.index(COLUMNS.get(row["domain"], row["domain"]))
            assert close(found.coefficients[place], row["value"], ITERATED), row
        else:
            assert close(ours[kind], row["value"], ITERATED), row
    theirs = table("ebal_weights_lalonde")
    np.testing.assert_allclose(weight, number(theirs, f"w_{design[8:-1]}"), rtol=ITERATED)
    assert len(FOUND[case, design]) == len(sample.names) + 5


@needs_shared
def test_base_weights_and_errors_agree():
    data = adults()
    weight = number(data, "rb050")
    sample = adults_table("employed", crossed=True)
    found, made = balanced(sample)
    inside = made / weight[~sample.group]
    ours = {
        "ess": effective_n(made, np.ones(len(made))),
        "max_ratio_to_base": inside.max() * weight[~sample.group].sum() / made.sum(),
    }
    for row in FOUND["B03", SILC]:
        kind, _, name = row["statistic"].partition(":")
        if kind in LEFT_OUT:
            assert np.abs(made @ found.centred / made.sum()).max() < 1e-12
            continue
        if kind in ours:
            assert close(ours[kind], row["value"], ITERATED), row
            continue
        parts = entropy_balance(adults_table(name, crossed=True), weights_known=True).parts
        statistic = {"foreign=0": "adjusted_reference_level", "foreign=1": "adjusted_level"}.get(
            row["domain"], "adjusted_gap"
        )
        part = next(p for p in parts if p.statistic == statistic)
        error = standard_error(data, HOUSEHOLDS, scores(part, weight, number(data, name)))
        assert close(part.value, row["value"], ITERATED), row
        assert close(error, row["se"], ITERATED), row
    theirs = table("ebal_weights_eusilc")
    persons = [i for i, here in zip(words(data, "rb030"), sample.group, strict=True) if not here]
    assert words(theirs, "rb030") == persons
    np.testing.assert_allclose(made, number(theirs, "w"), rtol=ITERATED)


@needs_shared
def test_both_sides_balanced_to_all_agree():
    found = entropy_balance(lalonde(), target="all")
    parts = {part.statistic: part.value for part in found.parts}
    ours = {
        ("treat=1", "weighted_mean:re78"): parts["adjusted_level"],
        ("treat=0", "weighted_mean:re78"): parts["adjusted_reference_level"],
        ("all", "ate:re78"): parts["adjusted_gap"],
        ("treat=1", "ess"): found.diagnostics["effective_n_group"],
        ("treat=0", "ess"): found.diagnostics["effective_n_reference"],
    }
    for row in FOUND["B04", "lalonde[ate]"]:
        assert close(ours[row["domain"], row["statistic"]], row["value"], ITERATED), row
    assert len(FOUND["B04", "lalonde[ate]"]) == len(ours)


@needs_shared
def test_an_estimated_balance_counts():
    """The error with the weights as functions of the sample differs from R's, which takes them as known."""
    data = adults()
    weight, y = number(data, "rb050"), number(data, "employed")
    errors = [
        standard_error(data, HOUSEHOLDS, scores(part, weight, y))
        for known in (True, False)
        for part in entropy_balance(adults_table("employed", crossed=True), weights_known=known).parts
        if part.statistic == "adjusted_gap"
    ]
    assert errors[1] != errors[0]
    assert abs(errors[1] / errors[0] - 1) < 0.05


def test_every_case_is_compared():
    assert not FOUND or {case for case, _ in FOUND} == {"B01", "B02", "B03", "B04"}
