"""The functions for notebooks: what they take in, what they refuse, and what they never say."""

from __future__ import annotations

import gzip
import math

import duckdb
import pandas as pd
import polars as pl
import pyarrow as pa
import pyarrow.csv
import pyarrow.parquet as pq
import pytest

import zaragoza as z
from zaragoza.errors import DefinitionError, DesignError, InputError, ZaragozaError
from zaragoza.model.estimate import ESTIMATE_FIELDS

# methods/05 section 8, tiny data: (stratum, psu, weight, y), and the domain D
TINY = pa.table(
    {
        "h": [1, 1, 1, 1, 1, 2, 2, 2, 2],
        "psu": [1, 1, 2, 2, 3, 4, 4, 5, 5],
        "w": [10.0] * 5 + [20.0] * 4,
        "y": [1, 0, 1, 1, 0, 0, 1, 0, 0],
        "d": ["in", "out", "in", "in", "out", "in", "out", "in", "in"],
    }
)
DESIGN = z.Design(weight="w", stratum="h", psu="psu")


def only(table: pa.Table) -> dict:
    (row,) = table.to_pylist()
    return row


def test_tiny_data_of_the_paper():
    whole = only(z.estimate(TINY, {"r": z.share("y = 1")}, design=DESIGN))
    assert whole["value"] == pytest.approx(0.3846154, abs=5e-8)
    assert whole["standard_error"] == pytest.approx(0.1883294, abs=5e-8)
    assert (whole["degrees_of_freedom"], whole["n"], whole["n_hat"]) == (3, 9, 130)
    domain = only(z.estimate(TINY, {"r": z.share("y = 1")}, population="d = 'in'", design=DESIGN))
    assert domain["value"] == pytest.approx(0.3333333, abs=5e-8)
    assert domain["standard_error"] == pytest.approx(0.1481481, abs=5e-8)


def test_population_and_domain_give_the_same_error():
    by = z.estimate(TINY, {"r": z.share("y = 1")}, by="d", design=DESIGN).to_pylist()
    inside = next(row for row in by if row["d"] == "in")
    assert inside["standard_error"] == pytest.approx(0.1481481, abs=5e-8)


def test_result_has_the_shape_of_the_architecture():
    result = z.estimate(TINY, {"r": z.share("y = 1")}, by=("d", "h"), design=DESIGN)
    assert result.column_names == ["measure", "d", "h", *(name for name, _ in ESTIMATE_FIELDS)]
    for name, kind in ESTIMATE_FIELDS:
        assert result.schema.field(name).type == pa.type_for_alias(kind)


LONELY = pa.table({"h": [1, 1, 1, 2, 2, 3], "w": [10, 10, 10, 20, 20, 30], "y": [1, 2, 4, 3, 5, 7]})


@pytest.mark.parametrize(
    ("option", "error"),  # methods/05 section 8, from R survey
    [("remove", 47.95832), ("certainty", 47.95832), ("adjust", 215.4066), ("average", 58.7367)],
)
def test_lonely_strata_of_the_paper(option, error):
    design = z.Design(weight="w", stratum="h")
    row = only(z.estimate(LONELY, {"t": z.total("y")}, design=design, lonely_psu=option))
    assert row["value"] == 440
    assert row["standard_error"] == pytest.approx(error, rel=1e-6)


def test_a_lonely_stratum_is_refused_with_the_ways_out():
    with pytest.raises(DesignError, match=r"adjust.*average.*certainty") as caught:
        z.estimate(LONELY, {"t": z.total("y")}, design=z.Design(weight="w", stratum="h"))
    assert "1 strata with one" in str(caught.value)


def test_a_stratum_taken_whole_is_not_lonely():
    data = LONELY.append_column("N", pa.array([30, 30, 30, 20, 20, 1]))
    design = z.Design(weight="w", stratum="h", population_size="N")
    assert only(z.estimate(data, {"t": z.total("y")}, design=design))["standard_error"] > 0


def test_a_domain_in_one_unit_has_no_error_but_a_reason():
    data = TINY.append_column("one", pa.array(["x", "x"] + ["z"] * 7))
    row = z.estimate(data, {"r": z.share("y = 1")}, by="one", design=DESIGN).to_pylist()[0]
    assert (row["one"], row["value"], row["standard_error"], row["reason"]) == (
        "x",
        0.5,
        None,
        "not_estimable",
    )


def test_missing_answers_leave_unless_they_count():
    data = pa.table({"y": [True, False, None, True]})
    assert only(z.estimate(data, {"r": z.share("y")}))["value"] == pytest.approx(2 / 3)
    counted = only(z.estimate(data, {"r": z.share("y", missing="counts")}))
    assert (counted["value"], counted["n"]) == (0.5, 4)
    assert only(z.estimate(data, {"r": z.share("y")}))["n"] == 3


def test_missing_groups_are_unknown_and_never_the_reference():
    data = pa.table({"g": ["NAT", None, "NAT", None, "FOR", "FOR"], "y": [1, 0, 1, 1, 0, 1]})
    assert z.estimate(data, {"m": z.mean("y")}, by="g")["g"].to_pylist() == ["FOR", "NAT", "_U"]
    found = z.gaps(data, {"m": z.mean("y")}, group="g", reference="NAT").to_pylist()
    assert {(r["g"], r["statistic"], r["reference"]) for r in found} == {
        ("FOR", "gap", "NAT"), ("_U", "gap", "NAT"), ("FOR", "ratio", "NAT"), ("_U", "ratio", "NAT"),
    }  # fmt: skip


def test_zero_weights_keep_their_unit_and_count_in_n():
    data = pa.table({"w": [1.0, 1.0, 0.0, 2.0], "y": [1, 0, 1, 1]})
    row = only(z.estimate(data, {"m": z.mean("y")}, design=z.Design(weight="w")))
    assert (row["value"], row["n"], row["n_hat"], row["degrees_of_freedom"]) == (0.75, 4, 4, 2)


def test_gap_counts_the_covariance():
    """Matched pairs in one unit: y of the group is that of the reference plus 1, so the gap is 1 without error."""
    data = pa.table({"psu": [1, 1, 2, 2, 3, 3], "g": ["a", "b"] * 3, "y": [1, 2, 5, 6, 9, 10]})
    gap = z.gaps(data, {"m": z.mean("y")}, group="g", reference="a", design=z.Design(psu="psu")).to_pylist()[
        0
    ]
    assert gap["value"] == pytest.approx(1)
    assert gap["standard_error"] == pytest.approx(0, abs=1e-12)
    assert gap["ci_low"] == pytest.approx(1)


def test_gaps_hold_the_other_columns_equal():
    data = pa.table({"g": list("abab") * 3, "s": list("FFMM") * 3, "y": [1, 2, 3, 5] * 3})
    found = z.gaps(data, {"m": z.mean("y")}, group="g", reference="a", by="s").to_pylist()
    assert {(r["s"], r["value"]) for r in found if r["statistic"] == "gap"} == {("F", 1.0), ("M", 2.0)}


@pytest.mark.parametrize(
    (
        "interval",
        "low",
        "high",
    ),  # methods/05 section 8: p = .12, n = 200, design effect 1.8, 15 degrees of freedom
    [("t", 0.05429, 0.18571), ("logit", 0.06820, 0.20259), ("korn_graubard", 0.06235, 0.20271)],
)
def test_intervals_of_the_paper(interval, low, high):
    import numpy as np

    from zaragoza.compute.intervals import proportion

    p, se = np.array([0.12]), np.array([math.sqrt(1.8 * 0.12 * 0.88 / 200)])
    df, rows = np.array([15.0]), np.array([200.0])
    (found_low, found_high), _ = proportion(interval, p, se, df, df, rows, 0.95)
    assert (found_low[0], found_high[0]) == (pytest.approx(low, abs=5e-6), pytest.approx(high, abs=5e-6))


def test_wilson_of_the_paper():
    """6 of 50, simple random sampling: .05618-.23805 (methods/05 section 8)."""
    import numpy as np

    from zaragoza.compute.intervals import wilson

    low, high = wilson(np.array([0.12]), np.array([math.sqrt(0.12 * 0.88 / 50)]), 0.95)
    assert (low[0], high[0]) == (pytest.approx(0.05618, abs=5e-6), pytest.approx(0.23805, abs=5e-6))


def test_every_kind_of_data_gives_the_same(tmp_path):
    pq.write_table(TINY, tmp_path / "tiny.parquet")
    pyarrow.csv.write_csv(TINY, tmp_path / "tiny.csv")
    (tmp_path / "tiny.csv.gz").write_bytes(gzip.compress((tmp_path / "tiny.csv").read_bytes()))
    relation = duckdb.connect().from_arrow(TINY)
    kinds = [
        tmp_path / "tiny.parquet", str(tmp_path / "tiny.csv"), tmp_path / "tiny.csv.gz", relation, TINY,
        pl.from_arrow(TINY), pd.DataFrame(TINY.to_pydict()), TINY.to_reader(),
    ]  # fmt: skip
    found = [only(z.estimate(data, {"r": z.share("y = 1")}, design=DESIGN)) for data in kinds]
    assert all(row == found[0] for row in found)


def test_nan_is_no_answer():
    data = pl.DataFrame({"y": [1.0, float("nan"), 3.0]})
    assert only(z.estimate(data, {"m": z.mean("y")}))["value"] == 2


def test_all_faults_of_a_call_at_once():
    with pytest.raises(DefinitionError) as caught:
        z.estimate(
            TINY,
            {"a": z.share("abs(y) = 1"), "b": z.mean("read_csv('x')")},
            by=("n", "d", "d"),
            confidence=95,
            interval="bayes",
            lonely_psu="drop",
            population="y LIKE 'a'",
        )
    text = str(caught.value)
    for part in (
        "ABS",
        "READ_CSV",
        "confidence",
        "bayes",
        "drop",
        "LIKE",
        "one twice",
        "column of the result",
    ):
        assert part in text
    assert len(caught.value.faults) == 8


def test_unknown_columns_are_named_with_their_neighbours():
    with pytest.raises(DefinitionError) as caught:
        z.estimate(TINY, {"a": z.mean("yy")}, by="dd", design=z.Design(weight="weight", psu="psux"))
    assert {fault.field for fault in caught.value.faults} == {"yy", "dd", "weight", "psux"}
    assert "near it: psu" in str(caught.value)


@pytest.mark.parametrize(
    "measure", [z.share("y"), z.share("y + 1"), z.mean("d"), z.ratio("y", "d"), z.total("d")], ids=str
)
def test_a_measure_of_the_wrong_type_is_refused(measure):
    with pytest.raises(DefinitionError):
        z.estimate(TINY, {"m": measure})


def test_a_reference_group_that_does_not_occur():
    with pytest.raises(DefinitionError, match="does not occur"):
        z.gaps(TINY, {"m": z.mean("y")}, group="d", reference="elsewhere")


def test_columns_that_differ_only_in_case():
    data = pa.table({"y": [1, 2], "Y": [1, 2]})
    with pytest.raises(InputError, match="only in case"):
        z.estimate(data, {"m": z.mean("y")})


@pytest.mark.parametrize(
    ("column", "values", "words"),
    [
        ("w", [10.0, -1.0], "negative"), ("w", [10.0, None], "without"), ("w", [10.0, math.inf], "without"),
        ("h", ["a", None], "without"), ("psu", [1, None], "without"), ("N", [1.0, 1.0], "population"),
        ("N", [5.0, 6.0], "several sizes"), ("N", [5.0, None], "without"),
    ],
)  # fmt: skip
def test_a_design_that_does_not_fit(column, values, words):
    columns = {"w": [1.0, 1.0], "h": ["a", "a"], "psu": [1, 2], "N": [9.0, 9.0], "y": [1, 2], column: values}
    with pytest.raises(DesignError, match=words):
        z.estimate(pa.table(columns), {"m": z.mean("y")}, design=z.Design("w", "h", "psu", "N"))


def test_no_file_and_no_data():
    with pytest.raises(InputError):
        z.estimate("nothing.parquet", {"m": z.mean("y")})
    with pytest.raises(InputError):
        z.estimate(object(), {"m": z.mean("y")})
    with pytest.raises(DefinitionError, match="at least one measure"):
        z.estimate(TINY, {})


def test_an_empty_table_gives_no_rows_or_no_members():
    empty = TINY.slice(0, 0)
    assert z.estimate(empty, {"m": z.mean("y")}, by="d").num_rows == 0
    nobody = z.estimate(TINY, {"m": z.mean("y")}, population="y > 5", by="d", design=DESIGN).to_pylist()
    assert all(r["value"] is None and r["reason"] == "no_members" and r["n"] == 0 for r in nobody)


def test_no_value_of_a_record_in_any_message(tmp_path, capfd):
    canary = "kanarie-7391"
    (tmp_path / "bad.csv").write_text(f"w,y,t\n1,2,{canary}\n-1,3,{canary}\n")
    attempts = [
        ({"m": z.mean("y")}, z.Design(weight="t")),  # a text as a weight
        ({"m": z.mean("CAST(t AS VARCHAR)")}, None),
        ({"m": z.total("y")}, z.Design(weight="w")),  # a negative weight
    ]
    for measures, design in attempts:
        with pytest.raises(ZaragozaError) as caught:
            z.estimate(tmp_path / "bad.csv", measures, design=design)
        error = caught.value
        while error is not None:
            assert canary not in str(error)
            error = error.__cause__ or error.__context__
    assert canary not in "".join(capfd.readouterr())


def test_answers_in_one_unit_have_no_error_though_members_are_in_two():
    data = pa.table(
        {"p": [1, 1, 2, 2, 3, 3, 4, 4], "g": list("aaaabbbb"), "y": [1, 0, None, None, 1, 0, 1, 1]}
    )
    first, second = z.estimate(data, {"s": z.share("y = 1")}, by="g", design=z.Design(psu="p")).to_pylist()
    assert (first["value"], first["standard_error"], first["reason"]) == (0.5, None, "not_estimable")
    assert second["standard_error"] is not None


def test_null_and_the_code_of_unknown_are_one_category():
    columns = {"h": [1] * 8, "p": [1, 1, 2, 2, 3, 3, 4, 4], "y": [1.0, 5, 2, 3, 8, 1, 4, 2]}
    mixed = pa.table({**columns, "g": [None, "_U", "a", "_U", None, "_U", "a", "a"]})
    plain = pa.table({**columns, "g": ["_U", "_U", "a", "_U", "_U", "_U", "a", "a"]})
    design = z.Design(stratum="h", psu="p")
    found = [z.estimate(data, {"m": z.mean("y")}, by="g", design=design) for data in (mixed, plain)]
    assert found[0].equals(found[1])
    # by hand: sums of w (y - 3.6)/5 by unit are -1.2/5, -.6/5, 1.8/5 and 0; V = 4/3 of their squares
    unknown = found[0].to_pylist()[0]
    assert unknown["standard_error"] == pytest.approx(math.sqrt(4 / 3 * (1.2**2 + 0.6**2 + 1.8**2)) / 5)


def test_an_error_without_an_interval_says_so():
    data = pa.table({"y": [1, 1, 1, 1]})
    row = only(z.estimate(data, {"s": z.share("y = 1")}, interval="logit"))
    assert (row["standard_error"], row["ci_low"], row["reason"]) == (0, None, "no_interval")


def test_a_code_that_csv_readers_take_for_missing_is_a_code(tmp_path):
    (tmp_path / "namibia.csv").write_text("c,y\nNA,1\nNA,2\nDE,3\n,4\n")
    found = z.estimate(tmp_path / "namibia.csv", {"m": z.mean("y")}, by="c").to_pylist()
    assert [row["c"] for row in found] == ["DE", "NA", "_U"]


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        ({"measures": {"m": "y"}}, "share"), ({"measures": [z.mean("y")]}, "name"), ({"by": [1]}, "column"),
        ({"design": {"weight": "w"}}, "Design"), ({"confidence": "0.9"}, "between 0 and 1"),
        ({"measures": {"m": z.mean(None)}}, "text"), ({"by": None}, "column"), ({"population": 5}, "text"),
    ],
)  # fmt: skip
def test_arguments_of_the_wrong_kind(arguments, words):
    with pytest.raises(DefinitionError, match=words):
        z.estimate(**{"data": TINY, "measures": {"m": z.mean("y")}, **arguments})


def test_the_code_of_the_total_is_no_category():
    with pytest.raises(DefinitionError, match="_T"):
        z.estimate(pa.table({"g": ["_T", "a"], "y": [1, 2]}), {"m": z.mean("y")}, by="g")


def test_no_value_in_messages_about_frames_and_sizes(tmp_path):
    canary = "kanarie-7391"
    relation = duckdb.connect().from_arrow(pa.table({"c": [canary]})).project("cast(c AS INTEGER) AS y")
    sizes = pa.table({"y": [1, 2], "N": [canary, canary]})
    attempts = [
        (pd.DataFrame({"y": pd.Series([1.5, canary], dtype=object)}), None),
        (relation, None),
        (sizes, z.Design(population_size="N")),
    ]
    for data, design in attempts:
        with pytest.raises(ZaragozaError) as caught:
            z.estimate(data, {"m": z.mean("y")}, design=design)
        error = caught.value
        while error is not None:
            assert canary not in str(error)
            error = error.__cause__ or error.__context__
