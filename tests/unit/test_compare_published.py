"""Differences, aggregates and distances of published figures, by hand and by a plain twin."""

from __future__ import annotations

import pyarrow as pa
import pytest
from hypothesis import given
from hypothesis import strategies as st

from zaragoza.catalogue import load_catalogue
from zaragoza.compare.aggregates import aggregates
from zaragoza.compare.differences import differences
from zaragoza.compare.rows import derived
from zaragoza.compare.targets import distances
from zaragoza.model.observation import STATUS, STATUSES

REFERENCES = {"birth_group": "NAT", "citizen_group": "NAT"}


def observed(
    *rows: tuple[str, str, str, str, float | None, str], indicator: str = "employment_rate"
) -> pa.Table:
    """Rows of geo, period, birth group, citizenship group, value and reason."""
    geo, period, birth, citizen, value, reason = (pa.array(column) for column in zip(*rows, strict=True))
    count = len(rows)
    keys = {
        "indicator": pa.array([indicator] * count), "period": period, "geo": geo,
        "birth_group": birth, "citizen_group": citizen, "sex": pa.array(["_T"] * count),
    }  # fmt: skip
    said = {"statistic": pa.array(["level"] * count), "value": value.cast(pa.float64()), "reason": reason,
            "unit": pa.array(["proportion"] * count), "source": pa.array(["ESTAT:X"] * count)}  # fmt: skip
    return derived(keys, said, count)


def test_a_group_minus_its_reference_group() -> None:
    """LFSA_ERGAN 2024 in methods/01: NL 83.2 and 72.0; the sign is group minus reference."""
    table = observed(
        ("NL", "2024", "_T", "NAT", 0.832, "published"), ("NL", "2024", "_T", "FOR", 0.720, "published"),
        ("NL", "2024", "_T", "_T", 0.823, "published"), ("BG", "2024", "_T", "NAT", 0.710, "break"),
        ("BG", "2024", "_T", "FOR", 0.509, "unreliable"), ("DE", "2024", "_T", "FOR", 0.66, "published"),
        ("AT", "2024", "_T", "NAT", 0.75, "published"), ("AT", "2024", "_T", "FOR", None, "too_uncertain"),
    )  # fmt: skip
    rows = differences(table, REFERENCES).to_pylist()
    found = {row["geo"]: (row["value"], row["reason"], row["obs_status"]) for row in rows}
    assert found == {
        "NL": (pytest.approx(-0.112), "published", "A"),
        "BG": (pytest.approx(-0.201), "break", "B"),
        "AT": (None, "too_uncertain", "Q"),
    }
    assert {
        (row["statistic"], row["reference"], row["citizen_group"], row["birth_group"]) for row in rows
    } == {("difference", "NAT", "FOR", "_T")}
    assert all(row["standard_error"] is None for row in rows)


reasons = st.sampled_from([status.reason for status in STATUSES])


@given(
    st.dictionaries(
        st.tuples(
            st.sampled_from(["NL", "DE"]),
            st.sampled_from(["2020", "2021"]),
            st.sampled_from(["NAT", "FOR", "_T"]),
        ),
        st.tuples(st.sampled_from([0.5, 0.7]), reasons),
        min_size=1,
    )
)
def test_differences_against_the_plain_twin(figures: dict[tuple[str, str, str], tuple[float, str]]) -> None:
    table = observed(
        *[(geo, period, group, "_T", value if STATUS[reason].shown else None, reason)
          for (geo, period, group), (value, reason) in figures.items()]
    )  # fmt: skip
    found = {
        (r["geo"], r["period"]): (r["value"], r["reason"]) for r in differences(table, REFERENCES).to_pylist()
    }
    expected = {}
    for (geo, period, group), (value, reason) in figures.items():
        if group == "FOR" and (geo, period, "NAT") in figures:
            other, reason_other = figures[geo, period, "NAT"]
            worse = max(reason, reason_other, key=lambda one: STATUS[one].severity)
            expected[geo, period] = (pytest.approx(value - other) if STATUS[worse].shown else None, worse)
    assert found == expected


WEIGHTS = pa.table({
    "geo": ["A", "B", "C", "A", "B"], "period": ["2020", "2020", "2020", "2021", "2021"],
    "weight": [40.0, 30.0, 30.0, 40.0, 30.0],
})  # fmt: skip


def union(*rows: tuple[str, str, str, str, float | None, str]) -> list[dict[str, object]]:
    return aggregates(observed(*rows), WEIGHTS, ["A", "B", "C"], "U").to_pylist()


def test_a_mean_of_members_with_exactly_seventy_per_cent() -> None:
    """A and B have 70 of 100: (40 x .6 + 30 x .5) / 70."""
    (row,) = union(("A", "2020", "NAT", "_T", 0.6, "published"), ("B", "2020", "NAT", "_T", 0.5, "break"))
    assert row["value"] == pytest.approx((40 * 0.6 + 30 * 0.5) / 70)
    assert (row["geo"], row["reason"], row["obs_status"]) == ("U", "estimated", "E")


def test_too_few_members_give_no_figure_and_say_so() -> None:
    (row,) = union(
        ("A", "2020", "NAT", "_T", 0.6, "published"), ("B", "2020", "NAT", "_T", None, "too_uncertain")
    )  # fmt: skip
    assert (row["value"], row["reason"]) == (None, "not_measured")


def test_a_figure_that_the_union_has_is_not_made_again() -> None:
    assert (
        union(("A", "2020", "NAT", "_T", 0.6, "published"), ("U", "2020", "NAT", "_T", 0.7, "published"))
        == []
    )


def test_a_year_in_which_a_member_has_no_population_is_left_out() -> None:
    assert (
        union(("A", "2021", "NAT", "_T", 0.6, "published"), ("B", "2021", "NAT", "_T", 0.5, "published"))
        == []
    )


def test_distance_to_the_employment_target_of_2020() -> None:
    """Europe 2020: at least 75 %; nationals of the EU in 2019 had 73.8, other EU citizens 75.5."""
    catalogue = load_catalogue()
    target = catalogue.targets["emp_rate_target"]
    table = observed(
        ("EU27_2020", "2019", "_T", "NAT", 0.738, "published"),
        ("EU27_2020", "2019", "_T", "EU27_2020_FOR", 0.755, "published"),
        ("NL", "2019", "_T", "NAT", None, "confidential"),
    )
    rows = distances(
        table, [(target, ["employment_rate"])], {"employment_rate": "higher_is_better"}
    ).to_pylist()
    assert {row["citizen_group"]: (row["distance"], row["reached"]) for row in rows} == {
        "NAT": (pytest.approx(-0.012), False), "EU27_2020_FOR": (pytest.approx(0.005), True),
    }  # fmt: skip
    assert {(row["target"], row["year"], row["target_value"], row["geo_of_target"]) for row in rows} == {
        ("emp_rate_target", 2020, 0.75, "EU")
    }


def test_a_target_that_is_to_be_stayed_below() -> None:
    catalogue = load_catalogue()
    target = catalogue.targets["edu_esl_target"]  # less than 10 %
    table = observed(
        ("EU", "2019", "_T", "NAT", 0.09, "published"),
        ("EU", "2019", "_T", "FOR", 0.2, "published"),
        indicator="e",
    )
    rows = distances(table, [(target, ["e"])], {}).to_pylist()
    assert {row["citizen_group"]: row["reached"] for row in rows} == {"NAT": True, "FOR": False}


def test_without_targets_there_are_no_distances() -> None:
    table = observed(("EU", "2019", "_T", "NAT", 0.09, "published"))
    assert distances(table, [], {}).num_rows == 0
