"""Calls on distributions and replicate weights that are wrong: every fault at once, in words, without a value."""

from __future__ import annotations

import pyarrow as pa
import pytest

import zaragoza as z
from zaragoza.engine import Engine
from zaragoza.errors import DefinitionError, DesignError

CANARIES = (48213.07, 91377.61, 15926.53, 70707.17)
DATA = pa.table(
    {
        "income": list(CANARIES), "w": [1.0, 2.0, 1.0, 2.0], "h": ["a", "a", "b", "b"], "u": [1, 2, 1, 2],
        "r1": [0.0, 4.0, 1.0, 2.0], "r2": [2.0, 0.0, 1.0, 2.0], "gap": [1.0, None, 1.0, 1.0],
        "lonely": ["a", "a", "a", "b"],
    }
)  # fmt: skip
DESIGN = z.Design("w", "h", "u")
GIVEN = z.Replicates("JK1", "w", ("r1", "r2"))


@pytest.fixture(scope="module")
def engine():
    with Engine(threads=1) as running:
        yield running


def faults(engine, measures, design=DESIGN, kind=DefinitionError, **more):
    """The faults of a call; none of them shows what a record holds."""
    with pytest.raises(kind) as caught:
        z.estimate(DATA, measures, design=design, engine=engine, **more)
    assert not any(str(value) in str(caught.value) for value in CANARIES)
    return caught.value.faults


def test_every_fault_of_a_call_at_once(engine):
    measures = {
        "p": z.quantile("income", 1.5),
        "rule": z.median("income", rule="hf9"),
        "interval": z.median("income", interval="bootstrap"),
        "replicated": z.median("income", interval="replicates"),
        "threshold": z.poverty_rate("income", threshold="regional"),
        "fraction": z.poverty_threshold("income", fraction=-0.6),
        "means": z.quintile_ratio("income", variant="laeken"),
        "sums": z.gini("income", variant="sums"),
        "values": z.mean("income", plausible=5),
        "expression": z.gini("income +"),
    }
    found = {(fault.where, fault.field) for fault in faults(engine, measures, interval="wald", by="value")}
    assert found == {
        ("measure p", "p"), ("measure rule", "rule"), ("measure interval", "interval"),
        ("measure replicated", "interval"), ("measure threshold", "threshold"), ("measure fraction", "fraction"),
        ("measure means", "variant"), ("measure sums", "variant"), ("measure values", "of"),
        ("measure expression", "income +"), ("interval", "wald"), ("by", "value"),
    }  # fmt: skip


@pytest.mark.parametrize(
    ("measure", "field", "expected"),
    [
        (z.quantile("income", 0), "p", "a number between 0 and 1"),
        (z.quantile("income", 1), "p", "a number between 0 and 1"),
        (z.quantile("income", float("nan")), "p", "a number between 0 and 1"),
        (z.quantile("income", "0.5"), "p", "a number between 0 and 1"),
        (z.quantile("income", None), "p", "a number between 0 and 1"),
        (z.poverty_rate("income", p=50), "p", "a number between 0 and 1"),
        (z.poverty_rate("income", fraction=0), "fraction", "a number above 0"),
        (z.poverty_rate("income", fraction="60%"), "fraction", "a number above 0"),
        (z.poverty_rate("income", threshold=None), "threshold", "national, own or a number"),
        (z.poverty_rate("income", threshold=True), "threshold", "national, own or a number"),
        (z.poverty_gap("income", threshold=float("nan")), "threshold", "national, own or a number"),
        (z.median_of_poor("income", threshold="own "), "threshold", "national, own or a number"),
        (z.median("income", rule="school "), "rule", "one of school, math, laeken, hf4, hf6, hf7, hf8"),
        (
            z.median("income", interval="wilson"), "interval",
            "one of t, logit, korn_graubard, arcsine, score, replicates",
        ),
        (z.gini("income", variant="means"), "variant", "one of laeken, convey"),
        (z.quintile_ratio("income", variant="convey"), "variant", "one of sums, means"),
        (z.Measure("mean", "income", variant="sums"), "variant", "none"),
        (z.Measure("atkinson", "income"), "kind", "one of share, mean, ratio, total, quantile"),
    ],
)  # fmt: skip
def test_expected_and_found(measure, field, expected, engine):
    (fault,) = faults(engine, {"m": measure})
    assert (fault.where, fault.field) == ("measure m", field)
    assert fault.expected.startswith(expected)
    assert fault.found == "another"


def test_an_income_must_be_a_number(engine):
    (fault,) = faults(engine, {"m": z.gini("h")})
    assert (fault.where, fault.expected, fault.found) == ("m.of", "a number", "a VARCHAR")
    (fault,) = faults(engine, {"m": z.gini("incom")})
    assert "near it: income" in fault.found


def test_an_interval_of_replicates_needs_them(engine):
    measure = {"m": z.median("income", interval="replicates")}
    (fault,) = faults(engine, measure)
    assert fault.expected == "an interval that a design can give"
    assert z.estimate(DATA, measure, design=GIVEN, engine=engine).to_pylist()[0]["value"] > 0


@pytest.mark.parametrize(
    ("design", "fields"),
    [
        (z.Replicates("JK1", "w"), {"replicates"}),
        (z.Replicates("JK1", None, ("r1", "r2"), DESIGN), {"replicates"}),
        (z.Replicates("JK1", "w", design=DESIGN), {"weight"}),
        (z.Replicates("jackknife", "w", ("r1", "r2"), centre="median", rho=1.0), {"method", "centre", "rho"}),
        (z.Replicates("JK1", "w", ("r1",)), {"replicates"}),
        (z.Replicates("JK1", "w", "r1"), {"replicates"}),
        (z.Replicates("JK1", "w", ("r1", "r1")), {"replicates"}),
        (z.Replicates("BRR", "w", ("r1", "r2"), scale=-1.0), {"scale"}),
        (z.Replicates("JKn", "w", ("r1", "r2"), rscales=(0.5, -0.5)), {"rscales"}),
        (z.Replicates("JKn", "w", ("r1", "r2"), rscales=("a", "b")), {"rscales"}),
        (z.Replicates("JKn", "w", ("r1", "r2")), {"rscales"}),
        (z.Replicates("JK2", "w", ("r1", "r2")), {"rscales"}),
        (z.Replicates("JK1", "w", ("r1", "r2"), rscales=(1.0,)), {"rscales"}),
        (z.Replicates("JK1", "w", ("r1", "r3")), {"r3"}),
        (z.Replicates("bootstrap", design=DESIGN, count=1, seed=-1), {"count", "seed"}),
    ],
)
def test_replicates_that_are_no_design(design, fields, engine):
    assert {fault.field for fault in faults(engine, {"m": z.total()}, design)} == fields


@pytest.mark.parametrize(
    ("design", "field", "expected"),
    [
        (z.Replicates("JK1", "w", ("r1", "gap")), "replicates", "finite replicate weights"),
        (z.Replicates("JK1", design=DESIGN), "method", "one stratum for JK1"),
        (
            z.Replicates("BRR", design=z.Design("w", None, None)),
            "stratum",
            "two primary units in every stratum",
        ),
        (z.Replicates("JKn", design=z.Design("w", "lonely")), "stage 1", "at least two primary units"),
        (z.Replicates("JKn", design=z.Design("gap", "h", "u")), "gap", "a finite weight in every row"),
    ],
)
def test_replicates_that_the_data_do_not_allow(design, field, expected, engine):
    (fault,) = faults(engine, {"m": z.total()}, design, DesignError)
    assert fault.field == field
    assert fault.expected.startswith(expected)


def test_other_objects_for_a_design(engine):
    (fault,) = faults(engine, {"m": z.median("income")}, "w")
    assert (fault.field, fault.expected, fault.found) == ("design", "Design(...) or Replicates(...)", "str")


def test_gaps_refuse_alike(engine):
    with pytest.raises(DefinitionError) as caught:
        z.gaps(DATA, {"m": z.quantile("income", 7), "n": z.gini("income", variant="x")}, group="h", reference="a",
               design=DESIGN, engine=engine)  # fmt: skip
    assert {(fault.where, fault.field) for fault in caught.value.faults} == {
        ("measure m", "p"), ("measure n", "variant"),
    }  # fmt: skip


def test_columns_of_replicates_may_be_a_list(engine):
    """And stay what they are: the design is a constant, whoever holds the list."""
    listed = z.Replicates("JK1", "w", ["r1", "r2"])
    assert listed == GIVEN
    assert hash(listed) == hash(GIVEN)
