"""Propensities, matching and weighting against R (oracle file 20): MatchIt's data, and EU-SILC with survey weights."""

from __future__ import annotations

from functools import cache

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
    unweighted,
    words,
)
from tests.oracle.comparison import close
from tests.oracle.designs import rows, table
from tests.support import SHARED, needs_shared
from zaragoza.compute.adjust.diagnostics import balance_table, effective_n, standardised_differences
from zaragoza.compute.adjust.matching import match, matching, score_of
from zaragoza.compute.adjust.reweight import reweighted
from zaragoza.compute.adjust.smooth import raw_gap
from zaragoza.compute.adjust.stratify import exact_matching, subclassification
from zaragoza.compute.adjust.weighting import fit_propensity, inverse_probability_weighting

FOUND = rows("20_matching")
ITERATED = 1e-6  # propensities are fitted
EQUAL = 1e-8  # of standardised differences, whose unit is 1: theirs hold the error of R's glm
COLUMNS = {"black": "race=black", "hispan": "race=hispan"}
CUTS = {"age": (20.5, 25.5, 30.5, 40.5), "educ": (8.5, 10.5, 11.5, 12.5)}
NEAREST = {
    "nn_ps": {"distance": "propensity", "replace": False, "caliper": None},
    "nn_logit_caliper": {"distance": "logit", "replace": False, "caliper": 0.2},
    "nn_ps_replace": {"distance": "propensity", "replace": True, "caliper": None},
    "nn_ps_exact_race": {"distance": "propensity", "replace": False, "caliper": None, "exact": ["race"]},
}
WITHIN = {
    "exact": (exact_matching, {"covariates": ["race", "married", "nodegree"]}),
    "subclass6": (subclassification, {"classes": 6}),
    "cem": (exact_matching, {"covariates": ["age", "educ", "race", "married", "nodegree"], "cuts": CUTS}),
}
WEIGHTED = {"ipw_att": "group", "ipw_ate": "all", "overlap": "overlap"}


@cache
def adjusted(name: str):
    """Ours, and by person what the weight is multiplied by (dS/dY, up to a constant of the side)."""
    if name in NEAREST:
        found = matching(lalonde(), **NEAREST[name])
    elif name in WITHIN:
        method, options = WITHIN[name]
        found = method(lalonde(), **options, weights_known=True)
    else:
        found = inverse_probability_weighting(lalonde(), target=WEIGHTED[name], trim=None, weights_known=True)
    part = next(p for p in found.parts if p.statistic == "adjusted_gap")
    return part, np.abs(part.by_total)


def relative(weight: np.ndarray, group: np.ndarray) -> np.ndarray:
    """Weights that sum to 1 on either side."""
    return weight / np.where(group, weight[group].sum(), weight[~group].sum())


def of_matched(factor: np.ndarray, z: np.ndarray) -> float:
    """The error in the sample of those who were matched, which is what R was given."""
    used = factor > 0
    data, design = unweighted(int(used.sum()))
    return standard_error(data, design, z[used])


def ours(row: dict, part, factor: np.ndarray) -> tuple[float, float | None]:
    """Value and error of a row of A02 and A03."""
    sample = lalonde()
    kind, _, _ = row["statistic"].partition(":")
    if kind == "weighted_mean":
        return reweighted(sample, row["domain"] == "treat=1", factor).value, None
    if kind == "att_robust":
        return part.value, of_matched(factor, scores(part, sample.size, sample.total))
    if kind == "ess":
        return effective_n(factor[~sample.group], sample.n[~sample.group]), None
    assert kind == "smd_after"
    place = sample.names.index(COLUMNS.get(row["domain"], row["domain"]))
    return float(standardised_differences(sample, factor)[place]), None


@needs_shared
@pytest.mark.parametrize(
    ("case", "design"), [key for key in FOUND if key[0] in ("A02", "A03")], ids=lambda text: text
)
def test_matched_and_weighted_gaps_agree(case, design):
    sample = lalonde()
    part, factor = adjusted(design.split("[")[1].rstrip("]"))
    for row in FOUND[case, design]:
        value, error = ours(row, part, factor)
        alike = row["statistic"] == "smd_after" and abs(value - float(row["value"])) < EQUAL
        assert alike or close(value, row["value"], ITERATED), (row, value)
        assert not row["se"] or close(error, row["se"], ITERATED), (row, error)
        side = {"treat=1": sample.group, "treat=0": ~sample.group, "all": np.ones(614, bool)}.get(
            row["domain"]
        )
        if row["n"]:
            assert int(row["n"]) == (factor[side] > 0).sum()
    assert len(FOUND[case, design]) == 12


@needs_shared
@pytest.mark.parametrize("name", [*NEAREST, *WITHIN, *WEIGHTED])
def test_weights_agree(name):
    theirs = table("match_weights_lalonde")
    sample = lalonde()
    assert words(theirs, "id") == words(table("lalonde"), "id")
    _, factor = adjusted(name)
    expected = relative(number(theirs, f"w_{name}"), sample.group)
    np.testing.assert_allclose(relative(factor, sample.group), expected, rtol=ITERATED, atol=1e-12)


@needs_shared
def test_pairs_agree():
    sample = lalonde()
    score = score_of(sample, fit_propensity(sample), "propensity")
    found = match(score, sample.group)
    names = np.array(words(table("lalonde"), "id"))
    theirs = table_of_pairs()
    assert set(zip(names[found.member], names[found.partner], strict=True)) == theirs


def table_of_pairs() -> set[tuple[str, str]]:
    assert SHARED is not None
    lines = (SHARED / "oracle" / "data" / "match_nn_ps_pairs.csv").read_text().split()[1:]
    return {(treated, control) for treated, control in (line.split(",") for line in lines)}


def errors_as_r_has_them(x: np.ndarray, y: np.ndarray) -> np.ndarray:
    """R's summary.glm takes the information where the last step began; the fit stops at 1e-8 of the deviance."""
    mean, before = (y + 0.5) / 2, np.inf
    while True:
        weight, working = mean * (1 - mean), np.log(mean / (1 - mean)) + (y - mean) / (mean * (1 - mean))
        inverse = np.linalg.inv(x.T @ (x * weight[:, None]))
        mean = 1 / (1 + np.exp(-(x @ inverse @ (x.T @ (weight * working)))))
        deviance = -2 * np.log(np.where(y == 1, mean, 1 - mean)).sum()
        if abs(deviance - before) <= 1e-8 * (abs(deviance) + 0.1):
            return np.sqrt(np.diag(inverse))
        before = deviance


@needs_shared
def test_propensities_and_differences_before_agree():
    found = fit_propensity(lalonde("black"))
    as_in_r = errors_as_r_has_them(found.x, np.where(lalonde("black").group, 1.0, 0.0))
    before = {one.name: one.before for one in balance_table(lalonde(), np.ones(614))}
    for row in FOUND["A01", "lalonde"]:
        kind, _, name = row["statistic"].partition(":")
        if kind == "ps_coef":
            ours = {"(Intercept)": "constant"}.get(name, name.replace("race", "race="))
            place = found.names.index(ours)
            assert close(found.coefficients[place], row["value"], ITERATED)
            assert close(as_in_r[place], row["se"], 1e-9)
            assert close(
                float(np.sqrt(found.inverse[place, place])), row["se"], 1e-4
            )  # of the model, not robust
        elif kind == "smd_before":
            assert close(before[COLUMNS.get(row["domain"], row["domain"])], row["value"], 1e-9)
        else:
            assert kind == "naive_diff"
            assert close(raw_gap(lalonde()).value, row["value"], 1e-9)
    assert len(FOUND["A01", "lalonde"]) == 9 + 8 + 1


@needs_shared
def test_gaps_with_survey_weights_agree():
    data = adults()
    weight = number(data, "rb050")
    for row in FOUND["A04", "eusilc_hh 20-64"]:
        kind, _, name = row["statistic"].partition(":")
        if kind == "ps_coef":
            found = fit_propensity(adults_table("employed", crossed=False))
            place = found.names.index(r_name(name))
            assert close(found.coefficients[place], row["value"], ITERATED), row
            continue
        sample = adults_table(name, crossed=False)
        gap = inverse_probability_weighting(sample, trim=None, weights_known=True)
        parts = {part.statistic: part for part in (raw_gap(sample).part("gap"), *gap.parts)}
        part = parts[
            {"foreign=0": "adjusted_reference_level", "foreign=1": "adjusted_level"}.get(
                row["domain"], "gap" if kind == "unadjusted_gap" else "adjusted_gap"
            )
        ]
        assert close(part.value, row["value"], ITERATED), row
        error = standard_error(data, HOUSEHOLDS, scores(part, weight, number(data, name)))
        assert close(error, row["se"], ITERATED), row
        side = {"foreign=0": ~sample.group, "foreign=1": sample.group}.get(
            row["domain"], np.ones(len(data), bool)
        )
        assert int(row["n"]) == side.sum()


def r_name(name: str) -> str:
    """Our name of a column for R's: rb090female is rb090=female, ag50-64 agegrp=50-64."""
    for prefix, ours in (
        ("rb090", "rb090="),
        ("ag", "agegrp="),
        ("db040", "db040="),
        ("(Intercept)", "constant"),
    ):
        if name.startswith(prefix):
            return ours + name.removeprefix(prefix)
    return name


@needs_shared
def test_estimated_propensities_count():
    """With them the error of the gap differs from R's, which takes the weights as known."""
    data = adults()
    sample = adults_table("employed", crossed=False)
    weight, y = number(data, "rb050"), number(data, "employed")
    errors = [
        standard_error(data, HOUSEHOLDS, scores(part, weight, y))
        for known in (True, False)
        for part in inverse_probability_weighting(sample, trim=None, weights_known=known).parts
        if part.statistic == "adjusted_gap"
    ]
    assert errors[1] != errors[0]
    assert abs(errors[1] / errors[0] - 1) < 0.05


def test_every_case_is_compared():
    assert not FOUND or {case for case, _ in FOUND} == {"A01", "A02", "A03", "A04"}
