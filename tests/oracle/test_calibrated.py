"""Estimates with calibrated weights and their errors against R survey (oracle files 06 and 22)."""

from __future__ import annotations

from functools import cache

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

import zaragoza as z
from tests.oracle.comparison import differences, estimated, kind_and_subject, measure_of
from tests.oracle.designs import SAMPLES, rows, table
from tests.support import SHARED, needs_shared
from zaragoza.errors import DesignError
from zaragoza.model.design import Calibration, Design, Replicates

LEVELS = {"margins": (("stype",),), "numbers": ("api99",)}  # the classes sum to the intercept
POST = {"margins": (("stype",),)}
RAKE = {"margins": (("stype",), ("sch.wide",)), "method": "raking"}

# design of file 06 -> sample, column of calibrated weights, how they were calibrated (README, Calibrated designs)
CASES = {
    "apiclus1_poststrat": ("apiclus1_nofpc", "apiclus1_poststrat", POST),
    "apiclus1_fpc_poststrat": ("apiclus1_fpc", "apiclus1_poststrat", POST),
    "apiclus1_rake": ("apiclus1_nofpc", "apiclus1_rake", RAKE | {"sweeps": True}),
    "apiclus1_greg": ("apiclus1_nofpc", "apiclus1_greg", LEVELS),
    "apiclus1_cal_raking": ("apiclus1_nofpc", "apiclus1_cal_raking", LEVELS | {"method": "raking"}),
    "apiclus1_cal_logit_0.5_2": (
        "apiclus1_nofpc", "apiclus1_cal_logit_0.5_2", LEVELS | {"method": "logit", "bounds": (0.5, 2.0)},
    ),
    "apiclus1_cal_linear_bounded_0.5_1.9": (
        "apiclus1_nofpc", "apiclus1_cal_linear_bounded_0.5_1.9", LEVELS | {"bounds": (0.5, 1.9)},
    ),
    "apistrat_greg": (
        "apistrat_fpc", "apistrat_greg", {"margins": (("stype",), ("sch.wide",)), "numbers": ("meals",)},
    ),
    "apistrat_rake3": (
        "apistrat_fpc", "apistrat_rake3",
        {"margins": (("stype",), ("sch.wide",), ("comp.imp",)), "method": "raking", "sweeps": True},
    ),
    "apiclus1_jk1_poststrat": ("apiclus1_nofpc", "apiclus1_poststrat", POST),
    "apiclus1_jk1_rake": ("apiclus1_nofpc", "apiclus1_rake", RAKE),
}  # fmt: skip
NEGATIVE = (
    "apiclus1_greg_cluster_constant"  # C07: three weights below 0, which a design may not have (decision 7)
)
FOUND = {design: found for (_, design), found in rows("06_survey_calibrated").items()}
OF_WEIGHTS = ("min_weight", "max_weight")  # of the weights themselves: test_weighting.py


def is_fitted_anew(row: dict[str, str]) -> bool:
    """R fits a logistic model to every replicate (see test_replicates.py): another interval than ours."""
    return row["case"] == "C10" and row["statistic"].startswith("ciprop_logit")


def is_fixed(row: dict[str, str]) -> bool:
    """The number of persons is what every replicate is calibrated to: its error is that of R's iteration."""
    return row["design"] == "apiclus1_jk1_rake" and row["statistic"] in ("count", "sum_of_weights")


@cache
def persons(name: str) -> pa.Table:
    """A data set with its calibrated weights."""
    assert SHARED is not None
    data = table(name)
    weights = pq.read_table(SHARED / "oracle" / "data" / f"calib_weights_{name}.parquet")
    for column in weights.column_names:
        if column not in ("row", "rb030", "base"):
            data = data.append_column(column, weights[column])
    return data


def design_of(name: str) -> Design | Replicates:
    sample, weight, known = CASES[name]
    drawn = SAMPLES[sample].design
    calibration = Calibration(base_weight=str(drawn.weight), **known)
    parts = {"weight": weight, "stratum": drawn.stratum, "psu": drawn.psu or None}
    if "_jk1_" in name:
        return Replicates("JK1", design=Design(**parts), calibration=calibration)
    return Design(**parts, population_size=drawn.population_size, calibration=calibration)


@needs_shared
@pytest.mark.parametrize("name", CASES)
def test_rows_agree(name):
    data = persons(SAMPLES[CASES[name][0]].data)
    listed = [row for row in FOUND[name] if row["statistic"] not in OF_WEIGHTS]
    assert len(FOUND[name]) - len(listed) == 2
    pairs = estimated(
        listed, data, design_of(name), lambda row: measure_of(*kind_and_subject(row["statistic"]), data)
    )
    degrees = [pair for pair in pairs if pair[0]["statistic"] == "degf"]
    for row, ours in degrees:
        assert ours["domain_degrees_of_freedom"] == float(row["value"])
    apart = [pair for pair in pairs if is_fitted_anew(pair[0]) or is_fixed(pair[0])]
    assert differences(apart, 1e-6, ["value"]) == []
    assert all(ours["standard_error"] < 1e-6 for row, ours in apart if is_fixed(row))
    assert differences([pair for pair in pairs if pair not in degrees + apart], 1e-6) == []


@needs_shared
def test_rows_of_the_file():
    """Left out: C00 is what the weights were calibrated to, C07 has negative weights; the ranges of weights."""
    assert FOUND.keys() == {*CASES, NEGATIVE, "apipop"}
    assert {name: len(FOUND[name]) for name in (NEGATIVE, "apipop")} == {NEGATIVE: 25, "apipop": 4}
    listed = [row for found in FOUND.values() for row in found]
    assert sum(map(is_fitted_anew, listed)) == 2
    assert sum(row["statistic"] in OF_WEIGHTS for row in listed) == 2 * (len(CASES) + 1)
    assert sum(map(len, FOUND.values())) == 299


@needs_shared
def test_negative_weights_are_refused():
    calibration = Calibration(base_weight="pw", units=("dnum",), **LEVELS)
    design = Design(weight=NEGATIVE, psu="dnum", calibration=calibration)
    with pytest.raises(DesignError, match="3 rows with a negative weight"):
        z.estimate(persons("apiclus1"), {"m": z.mean("api00")}, design=design)


# eusilc: households in regions, raked to regions, sexes and age groups

MARGINS = (("db040",), ("rb090",), ("agegrp",))
PERSONS = {
    ("W02", "eusilc_hh raked"): ("rake", {"sweeps": True}),
    ("W02", "eusilc_hh cal_raking"): ("rake", {}),
    ("W03", "hh_constant_raking"): ("hh_constant_raking", {"units": ("db030",)}),
}


@needs_shared
@pytest.mark.parametrize(("case", "name"), PERSONS)
def test_means_of_persons(case, name):
    weight, others = PERSONS[case, name]
    calibration = Calibration(base_weight="rb050", margins=MARGINS, method="raking", **others)
    design = Design(weight=weight, stratum="db040", psu="db030", calibration=calibration)
    data = persons("eusilc")
    listed = [
        row for row in rows("22_calibration_weights")[case, name] if row["statistic"].startswith("mean")
    ]
    assert len(listed) == {"W02": 12, "W03": 1}[case]
    pairs = estimated(listed, data, design, lambda row: measure_of(*kind_and_subject(row["statistic"]), data))
    assert differences(pairs, 1e-6) == []


@needs_shared
def test_calibration_counts():
    """Without it the error is another: calibrated variables explain part of the income."""
    design = Design(weight="rake", stratum="db040", psu="db030")
    (ours,) = z.estimate(persons("eusilc"), {"m": z.mean("eqIncome")}, design=design).to_pylist()
    row = rows("22_calibration_weights")["W02", "eusilc_hh cal_raking"][0]
    assert ours["value"] == pytest.approx(float(row["value"]), rel=1e-6)
    assert ours["standard_error"] > 1.005 * float(row["se"])
