"""Primary rules and reliability, each at its boundary, as defined in methods/01 section 8 and 06 section 1."""

from __future__ import annotations

import csv

import numpy as np
import pytest

from tests.reference.protect_data import indicator, table
from tests.support import SHARED, needs_shared
from zaragoza.model.disclosure import Policy
from zaragoza.model.observation import STATUS
from zaragoza.protect import protect
from zaragoza.protect.evidence import Evidence
from zaragoza.protect.primary import too_few

LEVEL = {
    "indicator": "x",
    "period": "2023",
    "geo": "NL",
    "statistic": "level",
    "value": 0.4,
    "standard_error": 0.04,
    "degrees_of_freedom": 100.0,
    "domain_degrees_of_freedom": 100.0,
    "n": 1000,
    "n_hat": 1000.0,
    "n_domain": 1000,
    "n_numerator": 400,
}


def status(policy: Policy | None = None, kind: str = "share", **changed: object) -> str:
    """The reason of a single figure that is fine but for what is changed."""
    row = LEVEL | changed
    row["n_domain"] = changed.get("n_domain", row["n"])
    if kind == "share" and "n_numerator" not in changed and row["n"] is not None:
        row["n_numerator"] = int(row["n"] * 0.4)
    found = protect(table([row], []), policy or Policy(), {"x": indicator("x", kind)}, [])
    return found.observations["reason"].to_pylist()[0]


@pytest.mark.parametrize(
    ("n", "expected"),
    [(1, "too_few"), (19, "too_few"), (20, "unreliable"), (49, "unreliable"), (50, "published")],
)
def test_eu_silc_counts(n, expected):
    # methods/01 section 9: n = 19, 20, 49, 50 give flags 2, 1, 1, 0.
    assert status(n=n) == expected


@pytest.mark.parametrize(
    ("answered", "expected"),
    [(800, "published"), (799, "unreliable"), (500, "unreliable"), (499, "too_uncertain")],
)
def test_eu_silc_item_non_response(answered, expected):
    # methods/01 section 9: 20.0, 20.1, 50 and 50.1 % missing give flags 0, 1, 1, 2.
    assert status(n=answered, n_domain=1000) == expected


def test_non_response_at_the_limit_is_not_rounded_over_it():
    # 3 of 10 in hundreds: 0.3 as a binary fraction is a little less than 3/10.
    policy = Policy(unreliable_missing=0.3)
    assert status(policy, n=700, n_domain=1000) == "published"
    assert status(policy, n=699, n_domain=1000) == "unreliable"


@pytest.mark.parametrize(
    ("error", "expected"),
    [
        (0.0, "published"),
        (0.099, "published"),
        (0.1, "unreliable"),
        (0.199, "unreliable"),
        (0.2, "too_uncertain"),
    ],
)
def test_coefficient_of_variation_of_a_level(error, expected):
    # 25 % and 50 % of 0.4.
    assert status(standard_error=error) == expected


def test_a_level_of_zero_with_an_error_has_no_finite_variation():
    assert status(kind="mean", value=0.0, standard_error=1.0) == "too_uncertain"
    assert status(kind="mean", value=-0.4, standard_error=0.04) == "published"


@pytest.mark.parametrize(
    "missing", [{"standard_error": None}, {"standard_error": float("inf")}, {"value": None}]
)
def test_no_figure_without_an_error(missing):
    assert status(**missing) == "too_uncertain"


@pytest.mark.parametrize(
    ("df", "domain_df", "expected"),
    [
        (7.0, 100.0, "unreliable"),
        (8.0, 100.0, "published"),
        (100.0, 7.0, "unreliable"),
        (None, 8.0, "published"),
        (None, 7.0, "unreliable"),
        (None, None, "published"),
    ],
)
def test_few_degrees_of_freedom(df, domain_df, expected):
    assert status(degrees_of_freedom=df, domain_degrees_of_freedom=domain_df) == expected


@pytest.mark.parametrize("n_domain", [0, 5, 500])
def test_a_figure_about_nobody_is_not_measured(n_domain):
    nobody = {"n": 0, "n_hat": 0.0, "n_numerator": 0, "value": None, "standard_error": None}
    assert status(**nobody, n_domain=n_domain) == "not_measured"


@pytest.mark.parametrize(
    ("positive", "all_but", "expected"),
    [
        (0, 1, "too_few"),
        (1, 1, "too_few"),
        (2, 1, "published"),
        (98, 1, "published"),
        (99, 1, "too_few"),
        (100, 1, "too_few"),
        (0, 0, "too_few"),
        (1, 0, "published"),
        (3, 3, "too_few"),
        (4, 3, "published"),
    ],
)
def test_all_but_a_few_in_one_class(positive, all_but, expected):
    # Lupp & Langsrud: a class c of a line p is disclosed to a coalition of k if |p| - k <= |c|.
    assert status(Policy(all_but=all_but), n=100, n_numerator=positive) == expected


@pytest.mark.parametrize(
    ("positive", "expected"),
    [
        (0, "too_few"),  # nobody: the reason may not tell that it is nobody
        (1, "too_few"),
        (9, "too_few"),
        (10, "published"),
        (90, "published"),
        (91, "too_few"),
        (100, "too_few"),
    ],
)
def test_a_register_counts_both_classes(positive, expected):
    policy = Policy(min_count=10, numerator_counts=True)
    assert status(policy, n=100, n_numerator=positive) == expected


@pytest.mark.parametrize(
    ("changed", "expected"),
    [
        ({"n": 20}, "published"),  # few, but counted
        ({"standard_error": 0.3}, "published"),
        ({"standard_error": None}, "published"),
        ({"degrees_of_freedom": 2.0, "domain_degrees_of_freedom": 1.0}, "published"),
        ({"n": 9}, "too_few"),
        ({"n": 799, "n_domain": 1000}, "unreliable"),
        ({"n": 499, "n_domain": 1000}, "too_uncertain"),
        ({"value": None}, "too_uncertain"),
    ],
)
def test_a_count_of_everybody_is_not_uncertain_by_chance(changed, expected):
    assert status(Policy(full_count=True, min_count=10), **changed) == expected


def test_too_few_is_said_before_anything_else():
    assert status(n=5, n_numerator=5, standard_error=None, n_domain=100) == "too_few"


def test_statuses_are_those_of_the_decision_table():
    # methods/00, table of statuses: OBS_STATUS, CONF_STATUS, shown; but S means a strike in SDMX (CL_OBS_STATUS 2.2).
    assert {reason: (s.obs_status, s.conf_status, s.shown) for reason, s in STATUS.items()} == {
        "published": ("A", "F", True),
        "perturbed": ("A", "F", True),
        "unreliable": ("U", "F", True),
        "break": ("B", "F", True),
        # of published figures alone: provisional and estimated by methods/00, the others after SDMX CL_OBS_STATUS
        "provisional": ("P", "F", True),
        "estimated": ("E", "F", True),
        "forecast": ("F", "F", True),
        "definition": ("D", "F", True),
        "confidential": ("Q", "C", False),
        "too_few": ("Q", "A", False),
        "dominance": ("Q", "G", False),
        "secondary": ("Q", "D", False),
        "too_uncertain": ("Q", "F", False),
        "not_measured": ("M", "F", False),
    }


@needs_shared
def test_unsafe_cells_of_a_frequency_table():
    # oracle 31_sdc.csv, X02: cells with 0 < n < 10 of region x citizenship x sex.
    with (SHARED / "oracle" / "31_sdc.csv").open() as file:
        rows = [row for row in csv.DictReader(file) if row["statistic"] == "unsafe[0<n<10]"]
    assert len(rows) > 50
    n = np.array([int(row["n"]) for row in rows])
    none = np.zeros(len(n))
    no = none > 0
    evidence = Evidence(n, no, no, none.astype(int), no, np.zeros((len(n), 2)), none, none + np.inf, no)
    expected = [row["value"] == "1" for row in rows]
    assert too_few(evidence, Policy(min_count=10)).tolist() == expected
