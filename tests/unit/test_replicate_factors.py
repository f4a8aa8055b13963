"""Replicate factors: against their twins, R survey's replicate weights, and the textbook's variance of a total."""

from __future__ import annotations

import gzip
import json
import math

import numpy as np
import pytest

from tests.oracle.designs import rows as oracle_rows
from tests.oracle.designs import table
from tests.reference import replicates as twin
from tests.reference import survey
from tests.support import SHARED, needs_shared
from zaragoza.compute.frame import build_frame
from zaragoza.compute.replicate_factors import hadamard, make_factors, order_above
from zaragoza.errors import DefinitionError, DesignError

FIVE = ["a", "a", "b", "b", "b"]  # two strata, five units
PAIRS = ["a", "b", "a", "c", "b", "c"]
TOTALS = [3.0, 8.0, 4.5, -1.0, 6.0, 2.0]


def frame_of(strata, sizes=None, later=None):
    """The frame of units in the given strata; `sizes` by stratum, `later` as so many units in each at stage two."""
    repeat = later or 1
    names = sorted(set(strata))
    code = np.repeat([names.index(h) for h in strata], repeat)
    units = np.repeat(np.arange(len(strata)), repeat)
    stages = [units] if later is None else [units, np.arange(len(units))]
    given = [] if sizes is None else [np.repeat([float(sizes[h]) for h in strata], repeat)]
    return build_frame(code, stages, given, np.ones(len(units), bool))[0]


def fractions_of(strata, sizes):
    return {h: strata.count(h) / sizes[h] for h in set(strata)} if sizes else {}


def textbook(strata, sizes, totals) -> float:
    rows = [
        survey.Row(1.0, h, (k,), (float(sizes[h]),) if sizes else (), "", z, None)
        for k, (h, z) in enumerate(zip(strata, totals, strict=True))
    ]
    return survey.variance(rows, totals[: len(strata)])


def variance_of(made, totals, centre="mean") -> float:
    replicates = np.asarray(totals) @ made.factors
    return twin.replicate_variance(
        list(replicates), math.fsum(totals), made.scale, list(made.rscales), centre
    )


def same(made, expected: twin.Replicated) -> bool:
    return (
        np.allclose(made.factors.T, expected.factors, rtol=1e-12, atol=0)
        and math.isclose(made.scale, expected.scale)
        and np.allclose(made.rscales, expected.rscales, rtol=1e-12)
    )


@pytest.mark.parametrize("sizes", [None, {"a": 10, "b": 12, "c": 4}])
class TestFactors:
    def test_jackknives_are_those_of_their_twins(self, sizes):
        fractions = fractions_of(FIVE, sizes)
        assert same(make_factors(frame_of(FIVE, sizes), "JKn"), twin.jkn(FIVE, fractions))
        whole = fractions_of(["a"] * 4, sizes)
        assert same(make_factors(frame_of(["a"] * 4, sizes), "JK1"), twin.jk1(4, whole.get("a", 0.0)))
        paired = fractions_of(PAIRS, sizes)
        assert same(make_factors(frame_of(PAIRS, sizes), "JK2"), twin.jk2(PAIRS, paired))

    @pytest.mark.parametrize(("method", "rho"), [("BRR", 0.0), ("Fay", 0.3)])
    def test_half_samples_are_those_of_their_twin(self, sizes, method, rho):
        made = make_factors(frame_of(PAIRS, sizes), method, rho=rho)
        first = {h: PAIRS.index(h) for h in PAIRS}
        signs = [{h: int(np.sign(column[k] - 1)) for h, k in first.items()} for column in made.factors.T]
        assert same(made, twin.half_samples(PAIRS, signs, rho, fractions_of(PAIRS, sizes)))

    def test_bootstrap_is_that_of_its_twin(self, sizes):
        made = make_factors(frame_of(FIVE, sizes), "bootstrap", count=20)
        fractions = fractions_of(FIVE, sizes)
        drawn = []
        for column in made.factors.T:
            reach = [math.sqrt(1 - fractions.get(h, 0.0)) for h in FIVE]
            n = [FIVE.count(h) for h in FIVE]
            times = [(f - 1 + c) / (c * k / (k - 1)) for f, c, k in zip(column, reach, n, strict=True)]
            drawn.append([round(r) for r in times])
            assert np.allclose(times, drawn[-1], atol=1e-12)
        assert all(sum(times[:2]) == 1 and sum(times[2:]) == 2 for times in drawn)
        assert same(made, twin.rao_wu(FIVE, drawn, fractions))

    @pytest.mark.parametrize("method", ["JKn", "JK2", "BRR", "Fay"])
    def test_variance_of_a_total_is_the_textbooks(self, sizes, method):
        made = make_factors(frame_of(PAIRS, sizes), method, rho=0.5)
        expected = textbook(PAIRS, sizes, TOTALS)
        assert variance_of(made, TOTALS, "estimate") == pytest.approx(expected, rel=1e-12)
        if method != "JK2":  # whose replicates stand all on one side of the estimate
            assert variance_of(made, TOTALS, "mean") == pytest.approx(expected, rel=1e-12)

    def test_bootstrap_has_mean_one_and_the_textbooks_variance(self, sizes):
        count = 4000
        made = make_factors(frame_of(FIVE, sizes), "bootstrap", count=count, seed=20240401)
        error = made.factors.std(axis=1) / math.sqrt(count)
        assert (np.abs(made.factors.mean(axis=1) - 1) < 4 * error).all()
        assert (made.factors >= 0).all()
        ratio = variance_of(made, TOTALS[:5]) / textbook(FIVE, sizes, TOTALS[:5])
        assert abs(ratio - 1) < 4 * math.sqrt(2 / count)


def test_naive_bootstrap_is_too_small_by_one_unit():
    count = 4000
    made = make_factors(frame_of(["a"] * 5), "naive_bootstrap", count=count, seed=7)
    assert np.array_equal(made.factors.sum(axis=0), np.full(count, 5.0))
    ratio = variance_of(made, TOTALS[:5]) / textbook(["a"] * 5, None, TOTALS[:5])
    assert abs(ratio - 4 / 5) < 4 * math.sqrt(2 / count)


def test_half_samples_are_balanced():
    strata = [f"h{k // 2:02}" for k in range(46)]
    made = make_factors(frame_of(strata), "BRR")
    signs = made.factors[::2] - 1
    assert set(np.unique(made.factors)) == {0.0, 2.0}
    assert np.array_equal(signs @ signs.T, 24 * np.eye(23))
    assert np.array_equal(signs.sum(axis=1), np.zeros(23))


@pytest.mark.parametrize("order", [4, 8, 12, 20, 28, 36, 40, 56, 76, 136])
def test_hadamard_matrices_are_orthogonal(order):
    matrix = hadamard(order).astype(int)
    assert np.array_equal(matrix @ matrix.T, order * np.eye(order))
    assert (matrix[:, 0] == 1).all()


def test_order_is_the_smallest_that_can_be_made():
    assert [order_above(strata) for strata in (0, 3, 4, 11, 12, 35, 48, 91)] == [4, 4, 8, 12, 16, 36, 56, 96]


def test_blocks_do_not_depend_on_their_size():
    for method in ("JKn", "BRR", "bootstrap", "naive_bootstrap"):
        made = make_factors(frame_of(PAIRS), method, count=11, seed=3)
        for size in (1, 2, 5, 100):
            assert np.array_equal(np.hstack(list(made.blocks(size))), made.factors)


def test_seed_decides():
    frame = frame_of(FIVE)
    first, again, other = (make_factors(frame, "bootstrap", count=8, seed=s).factors for s in (5, 5, 6))
    assert np.array_equal(first, again)
    assert not np.array_equal(first, other)
    longer = make_factors(frame, "bootstrap", count=12, seed=5).factors
    assert np.array_equal(longer[:, :8], first)


@pytest.mark.parametrize("method", ["JKn", "bootstrap", "naive_bootstrap"])
def test_stratum_taken_whole_does_not_vary(method):
    made = make_factors(frame_of(["a", "a", "b", "c", "c"], {"a": 9, "b": 1, "c": 2}), method, count=6)
    assert (made.factors[2:] == 1).all()
    if method == "JKn":
        assert made.replicates == 2


def test_sample_taken_whole_has_no_replicates():
    made = make_factors(frame_of(["a", "a"], {"a": 2}), "JK1")
    assert (made.scale, made.replicates, made.factors.shape) == (0.0, 0, (2, 0))


def test_strata_taken_whole_do_not_hinder_half_samples():
    made = make_factors(frame_of(["a", "a", "b", "c", "c", "c"], {"a": 9, "b": 1, "c": 3}), "BRR")
    assert (made.factors[2:] == 1).all()


@pytest.mark.parametrize("method", ["JKn", "JK2", "BRR", "Fay", "bootstrap", "naive_bootstrap"])
def test_lonely_strata_are_refused(method):
    with pytest.raises(DesignError, match="2 strata") as raised:
        make_factors(frame_of(["a", "a", "b", "c"]), method)
    assert "Put each with" in str(raised.value) or "pair the units" in str(raised.value)


@pytest.mark.parametrize("method", ["JK2", "BRR", "Fay"])
def test_pairs_are_asked_for(method):
    with pytest.raises(DesignError, match=f"two primary units in every stratum for {method}; found 1 strata"):
        make_factors(frame_of(FIVE), method)


def test_jk1_has_one_stratum():
    with pytest.raises(DesignError, match="one stratum for JK1; found 2 strata"):
        make_factors(frame_of(FIVE), "JK1")
    with pytest.raises(DesignError, match="1 strata with one"):
        make_factors(frame_of(["a"]), "JK1")


def test_fractions_and_later_stages_do_not_go_together():
    with pytest.raises(DesignError, match="1 later stages"):
        make_factors(frame_of(FIVE, {"a": 9, "b": 9}, later=2), "JKn")
    assert make_factors(frame_of(FIVE, later=2), "JKn").factors.shape == (5, 5)


def test_numbers_out_of_range_are_refused():
    with pytest.raises(DefinitionError, match=r"(?s)count.*seed"):
        make_factors(frame_of(FIVE), "bootstrap", count=1, seed=-1)
    with pytest.raises(DefinitionError, match="rho"):
        make_factors(frame_of(PAIRS), "Fay", rho=1.0)


# R survey 4.1.1: the weights of oracle files rep_*.csv.gz


def weights_of(name: str) -> np.ndarray:
    with gzip.open(SHARED / "oracle" / "data" / f"rep_{name}.csv.gz", "rt") as file:
        return np.loadtxt(file, delimiter=",", skiprows=1, ndmin=2)


def meta_of(name: str) -> dict:
    return json.loads((SHARED / "oracle" / "data" / "replicates.json").read_text())[name]


def oracle_frame(data, stratum, unit, size=None):
    code = (
        np.unique(data[stratum].to_pylist(), return_inverse=True)[1] if stratum else np.zeros(len(data), int)
    )
    units = np.unique(data[unit].to_numpy(), return_inverse=True)[1] if unit else np.arange(len(data))
    sizes = [data[size].to_numpy().astype(float)] if size else []
    return build_frame(code, [units], sizes, np.ones(len(data), bool))


@needs_shared
@pytest.mark.parametrize(
    ("name", "data", "method", "stratum", "unit", "size"),
    [
        ("apiclus1_jk1", "apiclus1", "JK1", None, "dnum", None),
        ("apiclus1_jk1_fpc", "apiclus1", "JK1", None, "dnum", "fpc"),
        ("apistrat_jkn", "apistrat", "JKn", "stype", None, None),
        ("apistrat_jkn_fpc", "apistrat", "JKn", "stype", None, "fpc"),
    ],
)
def test_jackknife_weights_are_those_of_r(name, data, method, stratum, unit, size):
    data, meta, theirs = table(data), meta_of(name), weights_of(name)
    frame, units = oracle_frame(data, stratum, unit, size)
    made = make_factors(frame, method)
    ours = made.factors[units] * data["pw"].to_numpy()[:, None]
    left_out = [
        int(units[np.flatnonzero(column == 0)[0]]) for column in theirs.T
    ]  # R numbers units by the file
    assert sorted(left_out) == list(range(made.replicates))
    assert np.allclose(ours[:, left_out], theirs, rtol=1e-9)
    assert made.scale == pytest.approx(meta["scale"], rel=1e-12)
    assert np.allclose(made.rscales[left_out], meta["rscales"], rtol=1e-12)


@needs_shared
@pytest.mark.parametrize(("name", "method", "rho"), [("scd_brr", "BRR", 0.0), ("scd_fay03", "Fay", 0.3)])
def test_half_sample_weights_are_those_of_r_but_for_the_matrix(name, method, rho):
    theirs, meta = weights_of(name), meta_of(name)
    made = make_factors(oracle_frame(table("scd"), "ESA", "ambulance")[0], method, rho=rho)
    assert made.factors.shape == theirs.shape
    assert np.allclose(np.sort(made.factors, axis=None), np.sort(theirs, axis=None), rtol=1e-12)
    assert made.scale == pytest.approx(meta["scale"], rel=1e-12)


@needs_shared
@pytest.mark.parametrize(
    ("design", "method", "rho"), [("nhanes2psu_brr", "BRR", 0.0), ("nhanes2psu_fay05_mse", "Fay", 0.5)]
)
def test_total_of_nhanes_has_the_error_of_r(design, method, rho):
    data = table("nhanes")
    stratum, unit = data["SDMVSTRA"].to_numpy(), data["SDMVPSU"].to_numpy()
    kept = ~((stratum == 86) & (unit == 3))
    weight = data["WTMEC2YR"].to_numpy()[kept]
    y = np.array([math.nan if v is None else float(v) for v in data["HI_CHOL"].to_pylist()])[kept]
    code = np.unique(stratum[kept], return_inverse=True)[1]
    frame, units = build_frame(code, [unit[kept].astype(np.int64)], [], np.ones(len(y), bool))
    made = make_factors(frame, method, rho=rho)
    totals = np.bincount(units, np.nan_to_num(weight * y), frame.units)
    row = next(
        r for r in oracle_rows("05_survey_replicates")["R06", design] if r["statistic"] == "total:HI_CHOL"
    )
    assert math.sqrt(variance_of(made, totals)) == pytest.approx(float(row["se"]), rel=1e-9)
    assert made.replicates == meta_of(design.removesuffix("_mse"))["replicates"]
