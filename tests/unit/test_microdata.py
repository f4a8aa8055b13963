"""Risk of recognition: the toy file of the methods paper, a plain twin, and what must never be in the output."""

from __future__ import annotations

import math
from collections import Counter

import pyarrow as pa
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import zaragoza as z
from zaragoza.errors import DefinitionError

# methods/06 section 5
TOY = pa.table(
    {
        "age": ["20-29", "20-29", "20-29", "20-29", "20-29", "30-39"],
        "sex": ["F", "F", "M", "M", "M", "F"],
        "region": ["N", "N", "N", "N", "N", "S"],
        "income": ["benefit", "benefit", "work", "benefit", "work", "work"],
    }
)
KEYS = ("age", "sex", "region")


def numbers(risk: z.MicrodataRisk) -> dict[tuple[str | None, str], float]:
    rows = risk.summary.to_pylist()
    return {(row["variable"], row["statistic"]): row["value"] for row in rows}


def test_the_toy_file():
    risk = z.microdata_risk(TOY, KEYS, sensitive="income", k=3, l=2, t=0.2, min_count=3)
    found = numbers(risk)
    assert found[None, "smallest_class"] == 1
    assert found[None, "share_below_k"] == pytest.approx(3 / 6)
    (middle,) = risk.classes.to_pylist()
    assert (middle["sex"], middle["records"]) == ("M", 3)
    assert middle["income_distinct"] == 2
    assert middle["income_entropy"] == pytest.approx(1.889882, abs=1e-6)
    assert middle["income_distance"] == pytest.approx(0.166667, abs=1e-6)
    assert risk.not_listed == 2
    assert found["income", "combinations_failing_distinct_l"] == 2
    assert found["income", "records_failing_distinct_l"] == 3
    assert found["income", "combinations_failing_entropy_l"] == 3  # 1.89 values are not 2
    assert found["income", "records_failing_t"] == 3  # both other classes lie .5 away


@pytest.mark.parametrize(("records", "expected"), [(1, 0.255843), (2, 0.082684), (3, 0.046368)])
def test_individual_risk_of_the_methods_paper(records, expected):
    # p = f / sum(w) = .1
    data = pa.table({"key": ["a"] * records, "w": [10.0] * records})
    found = numbers(z.microdata_risk(data, "key", weight="w"))
    assert found[None, "largest_risk"] == pytest.approx(expected, abs=1e-6)
    assert found[None, "file_risk"] == pytest.approx(expected, abs=1e-6)


@pytest.mark.parametrize(
    ("records", "weight"), [(1, 7.0), (4, 3.5), (9, 1.2), (28, 50.0), (29, 50.0), (31, 50.0), (300, 20.0)]
)
def test_individual_risk_is_the_mean_of_one_over_f(records, weight):
    """Summed over the negative binomial distribution of F given f itself."""
    p = 1 / weight
    expected = 0.0
    for total in range(records, records + 60_000):
        log = (
            math.lgamma(total) - math.lgamma(records) - math.lgamma(total - records + 1)
            + records * math.log(p) + (total - records) * math.log1p(-p)
        )  # fmt: skip
        expected += math.exp(log) / total
    data = pa.table({"key": ["a"] * records, "w": [weight] * records})
    assert numbers(z.microdata_risk(data, "key", weight="w"))[None, "largest_risk"] == pytest.approx(
        expected, rel=1e-9
    )


def test_a_file_that_is_the_population_has_the_risk_one_over_f():
    found = numbers(z.microdata_risk(TOY, KEYS))
    assert found[None, "file_risk"] == pytest.approx(3 / 6)  # three classes, each record 1/f
    assert found[None, "expected_reidentifications"] == pytest.approx(3)


def test_a_missing_key_is_a_category_or_fits_all():
    data = pa.table({"a": ["x", "x", None, "y"], "b": ["1", "1", "1", "2"]})
    own = numbers(z.microdata_risk(data, ("a", "b"), k=2))
    assert own[None, "unique_records"] == 2
    anything = numbers(z.microdata_risk(data, ("a", "b"), k=2, missing="wildcard"))
    assert anything[None, "unique_records"] == 1  # y, 2; the missing one could be an x
    assert anything[None, "smallest_class"] == 1
    assert anything[None, "records"] == 4


values = st.sampled_from(["p", "q", "r", None])
records = st.lists(st.tuples(values, values, st.sampled_from(["s", "t", "u"])), min_size=1, max_size=40)


@settings(max_examples=20, deadline=None)
@given(records, st.sampled_from(["category", "wildcard"]))
def test_against_counting_by_hand(rows, missing):
    data = pa.table(
        {
            name: pa.array(column, pa.string())
            for name, column in zip("abs", zip(*rows, strict=True), strict=True)
        }
    )
    found = numbers(z.microdata_risk(data, ("a", "b"), sensitive="s", missing=missing, k=3))

    def alike(one, other):
        if missing == "category":
            return one[:2] == other[:2]
        return all(x == y or x is None or y is None for x, y in zip(one[:2], other[:2], strict=True))

    held = [sum(alike(row, other) for other in rows) for row in rows]
    assert found[None, "smallest_class"] == min(held)
    assert found[None, "records_below_k"] == sum(count < 3 for count in held)
    assert found[None, "unique_records"] == sum(count == 1 for count in held)
    classes = Counter(row[:2] for row in rows)
    overall = Counter(row[2] for row in rows)
    distances, distinct = [], []
    for key, size in classes.items():
        own = Counter(row[2] for row in rows if row[:2] == key)
        distinct.append(len(own))
        distances.append(sum(abs(own[s] / size - n / len(rows)) for s, n in overall.items()) / 2)
    assert found["s", "smallest_distinct_l"] == min(distinct)
    assert found["s", "largest_t"] == pytest.approx(max(distances))


def test_no_combination_of_few_records_is_shown():
    data = pa.table({"key": ["common"] * 12 + ["CANARY"] * 9, "s": ["a"] * 20 + ["CANARY-S"]})
    risk = z.microdata_risk(data, "key", sensitive="s")
    shown = str(risk.summary.to_pylist()) + str(risk.classes.to_pylist()) + repr(risk.not_listed)
    assert "CANARY" not in shown
    assert risk.classes["key"].to_pylist() == ["common"]


def test_all_faults_of_a_call_at_once():
    with pytest.raises(DefinitionError) as error:
        z.microdata_risk(TOY, ("age", "records"), missing="other", k=0, t=2.0)
    assert len(error.value.faults) == 4
    with pytest.raises(DefinitionError, match="no such column"):
        z.microdata_risk(TOY, "postcode")
    with pytest.raises(DefinitionError, match="1 rows without"):
        z.microdata_risk(pa.table({"a": ["x", "y"], "w": [1.0, 0.0]}), "a", weight="w")
