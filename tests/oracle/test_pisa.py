"""Plausible values and replicates as PISA has them: Dutch students of 2003 by immigration background."""

from __future__ import annotations

import math
from functools import cache
from statistics import mean, variance

import numpy as np
import pyarrow as pa
import pyarrow.csv
import pytest

import zaragoza as z
from tests.support import SHARED, needs_shared

REPLICATES = tuple(f"W_FSTR{number}" for number in range(1, 81))
DESIGN = z.Replicates("Fay", weight="W_FSTUWT", replicates=REPLICATES, rho=0.5, centre="estimate")
MATHS = z.mean("PV{}MATH", plausible=5)
PUBLISHED = {"1": 551, "2": 492, "3": 472}  # native, second, first generation (OECD, PISA 2003); 538 in all


@cache
def students() -> pa.Table:
    assert SHARED is not None
    name = "pisa2003_nld_immigrant_background.csv.gz"
    return pyarrow.csv.read_csv(SHARED / "data" / "microdata" / name)


@cache
def found() -> dict[str, dict]:
    by = z.estimate(students(), {"maths": MATHS}, by="IMMIG", design=DESIGN).to_pylist()
    (whole,) = z.estimate(students(), {"maths": MATHS}, design=DESIGN).to_pylist()
    return {"all": whole, **{row["IMMIG"]: row for row in by}}


@cache
def by_the_formulas(group: str) -> tuple[float, float, float]:
    """Mean, standard error and degrees of freedom (methods/02 section 10; Barnard and Rubin 1999), step by step."""
    data = students()
    inside = np.ones(len(data), bool)
    if group != "all":
        inside = np.array([str(value) == group for value in data["IMMIG"].to_pylist()])
    values, sampling = [], []
    for number in range(1, 6):
        scores = data[f"PV{number}MATH"].to_numpy()[inside]

        def average(weight: str, scores: np.ndarray = scores) -> float:
            weights = data[weight].to_numpy()[inside]
            return float((weights * scores).sum() / weights.sum())

        whole = average("W_FSTUWT")
        values.append(whole)
        sampling.append(sum((average(name) - whole) ** 2 for name in REPLICATES) / (80 * (1 - 0.5) ** 2))
    within, between = mean(sampling), 1.2 * variance(values)
    complete = np.linalg.matrix_rank(np.stack([data[name].to_numpy() for name in REPLICATES]), rtol=1e-7) - 1
    missing = between / (within + between)
    known = (complete + 1) / (complete + 3) * complete * (1 - missing)
    return mean(values), math.sqrt(within + between), 1 / (missing**2 / 4 + 1 / known)


@needs_shared
def test_means_are_the_published_ones():
    assert {group: round(found()[group]["value"]) for group in PUBLISHED} == PUBLISHED
    assert round(found()["all"]["value"]) == 538


@needs_shared
@pytest.mark.parametrize("group", ["all", *PUBLISHED])
def test_errors_are_those_of_the_formulas(group):
    ours, (value, error, df) = found()[group], by_the_formulas(group)
    assert ours["value"] == pytest.approx(value, rel=1e-9)
    assert ours["standard_error"] == pytest.approx(error, rel=1e-9)
    assert ours["degrees_of_freedom"] == pytest.approx(df, rel=1e-9)
    assert ours["ci_low"] < value < ours["ci_high"]


@needs_shared
def test_a_gap_pools_the_gaps_of_the_plausible_values():
    gaps = z.gaps(students(), {"maths": MATHS}, group="IMMIG", reference="1", design=DESIGN).to_pylist()
    gap = next(row for row in gaps if row["IMMIG"] == "3" and row["statistic"] == "gap")
    assert round(gap["value"]) == round(found()["3"]["value"] - found()["1"]["value"])
    apart = math.hypot(found()["3"]["standard_error"], found()["1"]["standard_error"])
    assert 0 < gap["standard_error"] != pytest.approx(apart, rel=1e-9)
