"""Replicate weights against R survey (oracle file 05): weights of the data, and weights made from a design."""

from __future__ import annotations

import json
import math
from dataclasses import replace
from functools import cache

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from scipy.special import stdtrit

from tests.oracle.comparison import Pair, differences, estimated, kind_and_subject, measure_of, one_sided
from tests.oracle.designs import SAMPLES, rows, table
from tests.support import SHARED, needs_shared
from zaragoza.model.design import Design, Replicates

FOUND = {design: found for (_, design), found in rows("05_survey_replicates").items()}
TAYLOR = "nhanes2psu_taylor"
# R fits a logistic model to every replicate: the error is that of the logits, ours the share's on the logit scale.
REFITTED = "ciprop_logit"
NOT_OFFERED = "deff_replace"  # design effect against sampling with replacement (decision 11)


def of_the_domain(row: dict[str, str]) -> bool:
    """Rows whose interval value -/+ t se has the domain's degrees of freedom in R, and the whole design's in ours.

    Decision 2 keeps the domain's for intervals made from one of a share; here it is the quantile's own error.
    """
    return ",quantile]" in row["statistic"] and row["domain"] != "all" and bool(row["ci_low"])


@cache
def facts(design: str) -> dict:
    assert SHARED is not None
    known = json.loads((SHARED / "oracle" / "data" / "replicates.json").read_text())
    return known[design.removesuffix("_mse")]


@cache
def data_of(name: str) -> pa.Table:
    """A data set; nhanes without the third unit of the one stratum that has three."""
    if name == "scd":
        return table(name).append_column("one", pa.array([1.0] * 6))
    if not name.startswith("nhanes"):
        return table(name)
    found = table("nhanes")
    third = (found["SDMVSTRA"].to_numpy() == 86) & (found["SDMVPSU"].to_numpy() == 3)
    return found.filter(pa.array(~third))


def weight_of(name: str) -> str:
    return {"scd": "one", "nhanes": "WTMEC2YR"}.get(name.split(maxsplit=1)[0], "pw")


@cache
def with_weights(design: str) -> tuple[pa.Table, tuple[str, ...]]:
    """The data with the replicate weights of a design, and their columns."""
    assert SHARED is not None
    weights = pq.read_table(SHARED / "oracle" / "data" / f"rep_{design.removesuffix('_mse')}.parquet")
    data = data_of(facts(design)["data"])
    for name in weights.column_names:
        data = data.append_column(name, weights[name])
    return data, tuple(weights.column_names)


def replicates_of(design: str, *, own_factors: bool = False) -> Replicates:
    """The replicates as they are described; or with the factors that the method itself gives."""
    known, (_, names) = facts(design), with_weights(design)
    kind = "bootstrap" if "boot" in known["type"] else known["type"]
    return Replicates(
        kind,
        weight=weight_of(known["data"]),
        replicates=names,
        rho=known["rho"],
        scale=None if own_factors else known["scale"],
        rscales=None if own_factors and kind != "JKn" else tuple(map(float, known["rscales"])),
        centre="estimate" if known["mse"] or design.endswith("_mse") else "mean",
    )


@cache
def compared(design: str) -> list:
    data, _ = with_weights(design)
    return estimated(
        [row for row in FOUND[design] if not row["statistic"].startswith(REFITTED)],
        data,
        replicates_of(design),
        lambda row: measure_of(*kind_and_subject(row["statistic"]), data),
    )


GIVEN = [design for design in FOUND if design != TAYLOR]


@needs_shared
@pytest.mark.parametrize("design", GIVEN)
def test_rows_agree(design):
    pairs = compared(design)
    degrees = [(row, ours) for row, ours in pairs if row["statistic"] == "degf"]
    assert [ours["domain_degrees_of_freedom"] for _, ours in degrees] == [
        float(row["value"]) for row, _ in degrees
    ]
    assert degrees[0][1]["degrees_of_freedom"] == facts(design)["degf"]
    assert wrong_in([pair for pair in pairs if pair not in degrees]) == []


def wrong_in(pairs: list[Pair]) -> list:
    apart, others = ([pair for pair in pairs if of_the_domain(pair[0]) is flag] for flag in (True, False))
    for row, ours in apart:
        width = t_quantile(ours["domain_degrees_of_freedom"]) * ours["standard_error"]
        assert ours["value"] - width == pytest.approx(float(row["ci_low"]), rel=1e-9)
        assert ours["value"] + width == pytest.approx(float(row["ci_high"]), rel=1e-9)
    return differences(apart, 1e-9, ["value", "se"]) + differences(others, 1e-9)


@needs_shared
@pytest.mark.parametrize("design", GIVEN)
def test_refitted_logits_are_another_interval(design):
    """Their limits, from the logits of the replicates: what `ciprop_logit` is, and why it is not ours."""
    data, names = with_weights(design)
    known = facts(design)
    for row in FOUND[design]:
        kind, subject = kind_and_subject(row["statistic"])
        if kind != REFITTED:
            continue
        column, level = subject.split("=")
        yes = np.array([str(value) == level for value in data[column].to_pylist()])
        inside = np.ones(len(data), bool)
        if row["domain"] != "all":
            name, code = row["domain"].split("=")
            inside = np.array(data[name].to_pylist()) == code

        def logit(weights: np.ndarray, yes: np.ndarray = yes, inside: np.ndarray = inside) -> float:
            share = (weights * (yes & inside)).sum() / (weights * inside).sum()
            return math.log(share / (1 - share))

        whole = logit(data[weight_of(known["data"])].to_numpy())
        logits = np.array([logit(data[name].to_numpy()) for name in names])
        centre = whole if replicates_of(design).centre == "estimate" else logits.mean()
        error = math.sqrt(known["scale"] * (np.array(known["rscales"]) * (logits - centre) ** 2).sum())
        (df,) = (
            r["value"] for r in FOUND[design] if r["statistic"] == "degf" and r["domain"] == row["domain"]
        )
        for sign, limit in ((-1, "ci_low"), (1, "ci_high")):
            reached = whole + sign * t_quantile(float(df)) * error
            assert 1 / (1 + math.exp(-reached)) == pytest.approx(float(row[limit]), rel=1e-4), row


def t_quantile(df: float) -> float:
    return float(stdtrit(df, 0.975))


@needs_shared
def test_rows_of_the_file():
    """Of 373 rows 1 is not offered; of 22 limits are of refitted logits, of 8 the domain's, of 4 one alone."""
    listed = [row for found in FOUND.values() for row in found]
    assert len(listed) == 373
    kinds = [kind_and_subject(row["statistic"])[0] for row in listed]
    assert kinds.count(REFITTED) == 22  # one of them linearised, which agrees
    assert kinds.count(NOT_OFFERED) == 1
    assert sum(of_the_domain(row) for row in listed) == 8
    assert sum(one_sided(row) for row in listed) == 4


@needs_shared
def test_the_same_sample_linearised():
    design = Design(weight="WTMEC2YR", stratum="SDMVSTRA", psu="SDMVPSU")
    data = data_of("nhanes")
    listed = [r for r in FOUND[TAYLOR] if kind_and_subject(r["statistic"])[0] != NOT_OFFERED]
    effects = [row for row in listed if row["statistic"].startswith("deff")]
    others = [row for row in listed if row not in effects and row["statistic"] != "degf"]
    pairs = estimated(others, data, design, lambda row: measure_of(*kind_and_subject(row["statistic"]), data))
    close, iterated = (
        [p for p in pairs if p[0]["statistic"].startswith(REFITTED) is flag] for flag in (False, True)
    )
    assert differences(close, 1e-9) == []
    assert differences(iterated, 1e-6) == []
    assert len(effects) == 3
    for row in effects:
        (ours,) = (
            own for other, own in pairs if other["statistic"] == row["statistic"].removeprefix("deff:")
        )
        assert ours["design_effect"] == pytest.approx(float(row["value"]), rel=1e-9)


@needs_shared
@pytest.mark.parametrize(
    "design",
    ["apiclus1_jk1", "apistrat_jkn", "scd_brr", "scd_fay03", "nhanes2psu_brr", "nhanes2psu_fay05_mse"],
)
def test_the_methods_own_factors(design):
    """A scale that the user need not give: (R-1)/R, 1, 1/R, 1/(R (1-rho)^2)."""
    data, _ = with_weights(design)
    listed = [
        row for row in FOUND[design] if kind_and_subject(row["statistic"])[0] in ("mean", "total", "ratio")
    ]
    pairs = estimated(
        listed,
        data,
        replicates_of(design, own_factors=True),
        lambda row: measure_of(*kind_and_subject(row["statistic"]), data),
    )
    assert differences(pairs, 1e-9) == []


MADE = {
    "apiclus1_jk1": ("JK1", "apiclus1_nofpc"),
    "apiclus1_jk1_fpc": ("JK1", "apiclus1_fpc"),
    "apiclus1_jk1_fpc_mse": ("JK1", "apiclus1_fpc"),
    "apistrat_jkn": ("JKn", "apistrat_nofpc"),
    "apistrat_jkn_fpc": ("JKn", "apistrat_fpc"),
}


@needs_shared
@pytest.mark.parametrize("design", MADE)
def test_jackknives_made_from_the_design(design):
    method, drawn = MADE[design]
    data = table(SAMPLES[drawn].data)
    centre = "estimate" if design.endswith("_mse") else "mean"
    pairs = estimated(
        [row for row in FOUND[design] if not row["statistic"].startswith((REFITTED, "degf"))],
        data,
        Replicates(method, design=SAMPLES[drawn].design, centre=centre),
        lambda row: measure_of(*kind_and_subject(row["statistic"]), data),
    )
    assert wrong_in(pairs) == []


@needs_shared
@pytest.mark.parametrize(("design", "method", "rho"), [("scd_brr", "BRR", 0.0), ("scd_fay03", "Fay", 0.3)])
def test_half_samples_made_from_the_design(design, method, rho):
    """The halves are another choice than R's; of totals every balanced choice has the same error."""
    drawn = Design(weight="one", stratum="ESA", psu="ambulance")
    totals = [row for row in FOUND[design] if row["statistic"].startswith("total")]
    assert len(totals) == 2
    pairs = estimated(
        totals,
        data_of("scd"),
        Replicates(method, design=drawn, rho=rho, degrees_of_freedom=3),
        lambda row: measure_of(*kind_and_subject(row["statistic"]), data_of("scd")),
    )
    assert differences(pairs, 1e-9) == []


@needs_shared
def test_factors_in_place_of_weights():
    """A replicate may hold what the weight is multiplied by."""
    data, names = with_weights("apistrat_jkn")
    for name in names:
        factors = data[name].to_numpy() / data["pw"].to_numpy()
        data = data.set_column(data.column_names.index(name), name, pa.array(factors))
    listed = [row for row in FOUND["apistrat_jkn"] if row["statistic"].startswith(("mean", "total"))]
    pairs = estimated(
        listed,
        data,
        replace(replicates_of("apistrat_jkn"), factors=True),
        lambda row: measure_of(*kind_and_subject(row["statistic"]), data),
    )
    assert len(pairs) == 12
    assert differences(pairs, 1e-9) == []
