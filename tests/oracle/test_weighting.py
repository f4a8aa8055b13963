"""Calibrated weights against R survey and laeken (oracle files 06 and 22), and what the variance needs of them."""

from __future__ import annotations

import math
from functools import cache

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from tests.oracle.designs import rows, table
from tests.support import SHARED, needs_shared
from zaragoza.api.weighting import calibrate, effective_sample_size
from zaragoza.compute.calibration import Auxiliaries, Margin, Number, Units, choose, solve
from zaragoza.errors import DesignError
from zaragoza.model.design import Design, Replicates

CLUSTERS = Design(weight="pw", psu="dnum")
STRATA = Design(weight="pw", stratum="stype", population_size="fpc")
STYPE = {"E": 4421, "H": 755, "M": 1018}
WIDE = {"No": 1072, "Yes": 5122}
IMPROVED = {"No": 6194 - 4482, "Yes": 4482}
LEVELS = {"stype": STYPE, "api99": 3914069}
POST, RAKE = {"stype": STYPE}, {"stype": STYPE, '"sch.wide"': WIDE}

# design of file 06 -> data, design, totals, other arguments (README, Calibrated designs)
CASES = {
    "apiclus1_poststrat": ("apiclus1", CLUSTERS, POST, {}),
    "apiclus1_fpc_poststrat": ("apiclus1", Design("pw", psu="dnum", population_size="fpc"), POST, {}),
    "apiclus1_rake": ("apiclus1", CLUSTERS, RAKE, {"method": "raking"}),
    "apiclus1_greg": ("apiclus1", CLUSTERS, LEVELS, {}),
    "apiclus1_cal_raking": ("apiclus1", CLUSTERS, LEVELS, {"method": "raking"}),
    "apiclus1_cal_logit_0.5_2": ("apiclus1", CLUSTERS, LEVELS, {"method": "logit", "bounds": (0.5, 2.0)}),
    "apiclus1_cal_linear_bounded_0.5_1.9": ("apiclus1", CLUSTERS, LEVELS, {"bounds": (0.5, 1.9)}),
    "apiclus1_greg_cluster_constant": ("apiclus1", CLUSTERS, LEVELS, {"units": "dnum"}),
    "apistrat_greg": ("apistrat", STRATA, {**RAKE, "meals": 297533}, {}),
    "apistrat_rake3": ("apistrat", STRATA, {**RAKE, '"comp.imp"': IMPROVED}, {"method": "raking"}),
    "apiclus1_jk1_poststrat": ("apiclus1", Replicates("JK1", design=CLUSTERS), POST, {}),
    "apiclus1_jk1_rake": ("apiclus1", Replicates("JK1", design=CLUSTERS), RAKE, {"method": "raking"}),
}  # fmt: skip
FOUND = {design: found for (case, design), found in rows("06_survey_calibrated").items() if case != "C00"}


def unquoted(totals: dict) -> dict:
    return {key.strip('"'): value for key, value in totals.items()}


NEGATIVE = "apiclus1_greg_cluster_constant"  # three weights below 0 in R, which the API refuses


@cache
def weights(name: str) -> np.ndarray:
    data, design, totals, others = CASES[name]
    if name != NEGATIVE:
        return weights_of(calibrate(table(data), unquoted(totals), design=design, **others))
    units = codes(table(data), others["units"])
    before, known = numbers(table(data), "pw"), np.array([*STYPE.values(), LEVELS["api99"]])
    found = solve(
        before,
        auxiliaries(table(data), totals),
        known,
        choose("linear", None),
        Units(units, int(units.max()) + 1),
    )
    return before * found.factors


def weights_of(result) -> np.ndarray:
    return result.data["calibrated_weight"].to_numpy()


@needs_shared
def test_negative_weights_are_refused():
    data, design, totals, others = CASES[NEGATIVE]
    with pytest.raises(DesignError, match=r"3 rows with a negative one\. Give bounds"):
        calibrate(table(data), totals, design=design, **others)


def reference_weights(name: str, column: str) -> np.ndarray:
    assert SHARED is not None
    return pq.read_table(SHARED / "oracle" / "data" / f"calib_weights_{name}.parquet")[column].to_numpy()


@needs_shared
def test_every_design_of_the_file_is_compared():
    assert FOUND.keys() == CASES.keys()


@needs_shared
@pytest.mark.parametrize("name", CASES)
def test_sum_and_range_of_weights(name):
    found = weights(name)
    ours = {
        "sum_of_weights": found.sum(),
        "min_weight": found.min(),
        "max_weight": found.max(),
        "count": found.sum(),
    }
    compared = [row for row in FOUND[name] if row["statistic"] in ours and row["domain"] == "all"]
    assert len(compared) == 4
    for row in compared:
        assert ours[row["statistic"]] == pytest.approx(float(row["value"]), rel=1e-6), row


@needs_shared
@pytest.mark.parametrize("name", CASES)
def test_values_with_the_weights(name):
    """Means, totals and ratios of file 06, by domain."""
    data, found = table(CASES[name][0]), weights(name)
    compared = 0
    for row in FOUND[name]:
        kind, _, subject = row["statistic"].partition(":")
        if kind not in ("mean", "total", "ratio"):
            continue
        inside = found.copy()
        if row["domain"] != "all":
            column, code = row["domain"].split("=")
            inside[data[column].to_numpy(zero_copy_only=False) != code] = 0
        first, _, second = subject.partition("/")
        top = inside @ numbers(data, first)
        bottom = {"mean": inside.sum(), "total": 1.0}.get(kind) or inside @ numbers(data, second)
        assert top / bottom == pytest.approx(float(row["value"]), rel=1e-6), row
        compared += 1
    assert compared >= 5


def numbers(data: pa.Table, column: str) -> np.ndarray:
    return data[column].to_numpy().astype(float)


@needs_shared
@pytest.mark.parametrize(
    ("file", "column"),
    [(c[0], name) for name, c in CASES.items() if not isinstance(c[1], Replicates) and "_fpc_" not in name],
)
def test_weights_row_by_row(file, column):
    assert weights(column) == pytest.approx(reference_weights(file, column), rel=1e-6)


# eusilc, 14,827 persons: R laeken::calibWeights and survey::calibrate

EUSILC = {
    "rake": {"method": "raking"},
    "linear": {"method": "linear"},
    "logit_0.8_1.25": {"method": "logit", "bounds": (0.8, 1.25)},
    "hh_constant_raking": {"method": "raking", "units": "db030"},
}


def margins() -> dict[str, dict[str, float]]:
    found: dict[str, dict[str, float]] = {}
    for row in rows("22_calibration_weights")["W00", "eusilc margins"]:
        column, code = row["domain"].split("=")
        found.setdefault(column, {})[code] = float(row["value"])
    return found


@cache
def calibrated_persons(name: str):
    return calibrate(table("eusilc"), margins(), design=Design("rb050"), **EUSILC[name])


@needs_shared
@pytest.mark.parametrize("name", EUSILC)
def test_persons_row_by_row(name):
    found = weights_of(calibrated_persons(name))
    assert found == pytest.approx(reference_weights("eusilc", name), rel=1e-6)


@needs_shared
@pytest.mark.parametrize("name", EUSILC)
def test_persons_in_figures(name):
    result = calibrated_persons(name)
    data, after = result.data, weights_of(result)
    found = {
        row["statistic"]: float(row["value"])
        for (case, design), listed in rows("22_calibration_weights").items()
        for row in listed
        if design == name and case in ("W01", "W03")
    }
    income, employed = numbers(data, "eqIncome"), numbers(data, "employed")
    asked = ~np.isnan(employed)
    ours = {
        "min_g": result.summary.least_factor,
        "max_g": result.summary.greatest_factor,
        "sum_of_weights": after.sum(),
        "deff_kish": result.summary.deff_after,
        "weighted_mean:eqIncome": after @ income / after.sum(),
        "mean:eqIncome": after @ income / after.sum(),
        "weighted_mean:employed": after[asked] @ employed[asked] / after[asked].sum(),
    }
    found.pop("max_abs_margin_error", None)
    assert len(found) in (4, 6)
    for statistic, expected in found.items():
        assert ours[statistic] == pytest.approx(expected, rel=1e-6), statistic
    report = result.report
    assert report["after"].to_numpy() == pytest.approx(report["target"].to_numpy(), rel=1e-9)
    assert effective_sample_size(after) == pytest.approx(len(after) / result.summary.deff_after)


# What the variance is made of: residuals of the scores, checked by R's standard errors.


def auxiliaries(data: pa.Table, totals: dict) -> Auxiliaries:
    classes, values = [], []
    for name, known in unquoted(totals).items():
        if isinstance(known, dict):
            codes = [list(known).index(code) for code in data[name].to_pylist()]
            classes.append(Margin(np.array(codes), tuple(known)))
        else:
            values.append(Number(numbers(data, name), name))
    return Auxiliaries.build(classes, values)


def codes(data: pa.Table, column: str | None) -> np.ndarray:
    if column is None:
        return np.zeros(len(data), int)
    return np.unique(np.array(data[column].to_pylist()), return_inverse=True)[1]


def standard_error(
    residuals: np.ndarray, strata: np.ndarray, units: np.ndarray, fraction: np.ndarray
) -> float:
    """Between units within strata; one stage."""
    variance = 0.0
    for stratum in np.unique(strata):
        inside = strata == stratum
        sums = np.array([residuals[inside & (units == u)].sum() for u in np.unique(units[inside])])
        n = len(sums)
        variance += (1 - fraction[inside][0]) * n / (n - 1) * ((sums - sums.mean()) ** 2).sum()
    return math.sqrt(variance)


@needs_shared
@pytest.mark.parametrize("name", [n for n, c in CASES.items() if isinstance(c[1], Design)])
def test_residuals_give_the_standard_errors(name):
    file, design, totals, others = CASES[name]
    data, after = table(file), weights(name)
    before = numbers(data, "pw")
    x = auxiliaries(data, totals)
    strata = codes(data, design.stratum)
    units = codes(data, design.stages[0]) if design.stages else np.arange(len(data))
    fraction = np.zeros(len(data))
    if design.sizes:
        for stratum in np.unique(strata):
            drawn = len(np.unique(units[strata == stratum]))
            fraction[strata == stratum] = drawn / numbers(data, "fpc")[strata == stratum]
    compared = 0
    for row in FOUND[name]:
        kind, _, subject = row["statistic"].partition(":")
        if kind not in ("mean", "total"):
            continue
        inside = np.ones(len(data))
        if row["domain"] != "all":
            column, code = row["domain"].split("=")
            inside = (data[column].to_numpy(zero_copy_only=False) == code).astype(float)
        y = numbers(data, subject)
        whole = (after * inside).sum()
        mean = (after * inside) @ y / whole
        scores = inside * ((y - mean) / whole if kind == "mean" else y)
        if name.endswith(("rake", "rake3")):
            residuals = x.swept(scores)
        elif "units" in others:
            averaged = x.averaged(units, units.max() + 1, before)
            fitted = averaged.fitted(
                averaged.coefficients(
                    np.bincount(units, before), np.bincount(units, scores) / np.bincount(units)
                )
            )
            residuals = scores - fitted[units]
        else:
            residuals = x.residuals(before, scores)
        ours = standard_error(after * residuals, strata, units, fraction)
        assert ours == pytest.approx(float(row["se"]), rel=1e-6), row
        compared += 1
    assert compared >= 4
