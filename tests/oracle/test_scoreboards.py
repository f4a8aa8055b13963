"""Published scoreboards, cell by cell: Joint Employment Report 2025, Joint Assessment Framework of May 2024."""

from __future__ import annotations

import csv
import gzip
from functools import cache

import pyarrow as pa
import pytest

import zaragoza as z
from tests.support import SHARED, needs_shared

LOW_IS_GOOD = {  # jer_scoreboard_catalogue.csv, column `sense`
    "At risk of poverty or social exclusion rate",
    "Disability employment gap",
    "Early leavers from education and training",
    "Gender employment gap",
    "Unemployment rate",
}
# Scored with population weights by a method that is published nowhere.
POPULATION_WEIGHTED = "_popweighted_score"


def _number(text: str) -> float | None:
    return float(text) if text else None


@cache
def jer() -> list[dict]:
    assert SHARED is not None
    with (SHARED / "data/scoreboard/jer2025_social_scoreboard.csv").open(newline="") as file:
        rows = list(csv.DictReader(file))
    table = pa.table(
        {
            "indicator": [f"{row['extraction']}: {row['indicator']}" for row in rows],
            "geo": [row["geo"] for row in rows],
            "level": [_number(row["level"]) for row in rows],
            "change": [_number(row["change"]) for row in rows],
            "direction": ["low" if row["indicator"] in LOW_IS_GOOD else "high" for row in rows],
        }
    )
    found = z.scoreboard(table, rule="jer").to_pylist()
    return [{**mine, "published": row["category_code"]} for mine, row in zip(found, rows, strict=True)]


@needs_shared
def test_every_category_of_the_joint_employment_report() -> None:
    states = [row for row in jer() if row["geo"] != "EU27_2020"]
    rated = [row for row in states if row["published"]]
    assert len(rated) == 536
    assert [row["category"] for row in rated] == [int(float(row["published"])) for row in rated]
    assert all(row["category"] is None for row in states if not row["published"])


@needs_shared
def test_what_is_not_rated_says_why() -> None:
    reasons = {(row["geo"], row["reason"]) for row in jer() if not row["published"]}
    assert reasons == {
        ("BG", "no_level"),
        ("RO", "no_level"),
        ("DK", "no_change"),
        ("EU27_2020", "not_rated"),
    }
    assert {row["reason"] for row in jer() if row["published"]} == {"no_error_known"}


@pytest.mark.parametrize(
    ("indicator", "geo", "level", "change"),
    [  # methods/07 section 4
        ("Employment rate", "BE", 1.018, 0.566),
        ("Employment rate", "EL", 2.026, -1.052),
        ("Employment rate", "LT", -0.354, 1.824),
        ("Employment rate", "NL", -1.426, -0.153),
        ("At risk of poverty or social exclusion rate", "BG", 2.042, -2.219),
        ("At risk of poverty or social exclusion rate", "IT", 0.488, -1.585),
        ("At risk of poverty or social exclusion rate", "SK", -0.635, 1.268),
    ],
)
@needs_shared
def test_scores_of_the_joint_employment_report(indicator: str, geo: str, level: float, change: float) -> None:
    (row,) = [row for row in jer() if row["indicator"] == f"final: {indicator}" and row["geo"] == geo]
    assert row["level_score"] == pytest.approx(level, abs=5e-4)
    assert row["change_score"] == pytest.approx(change, abs=5e-4)


@cache
def jaf() -> list[dict]:
    assert SHARED is not None
    with gzip.open(SHARED / "data/scoreboard/jaf_scores_2024-05.csv.gz", "rt", newline="") as file:
        rows = [row for row in csv.DictReader(file) if not row["JAF_KEY"].endswith(POPULATION_WEIGHTED)]
    rows = [row for row in rows if row["high_is_good"]]  # the others have neither direction nor score
    table = pa.table(
        {
            "indicator": [row["JAF_KEY"] for row in rows],
            "geo": [row["geo"] for row in rows],
            "level": [_number(row["value_latest_value"]) for row in rows],
            "change": [_number(row["value_change"]) for row in rows],
            "direction": ["high" if row["high_is_good"] == "TRUE" else "low" for row in rows],
        }
    )
    found = z.scoreboard(table, rule="jaf").to_pylist()
    return [{"mine": mine, "published": row} for mine, row in zip(found, rows, strict=True)]


@needs_shared
@pytest.mark.parametrize(
    ("mine", "theirs"), [("level_score", "score_latest_value"), ("change_score", "score_change")]
)
def test_every_score_of_the_joint_assessment_framework(mine: str, theirs: str) -> None:
    pairs = [(row["mine"][mine], _number(row["published"][theirs])) for row in jaf()]
    assert len(pairs) > 10_000
    assert all((ours is None) == (their is None) for ours, their in pairs)
    assert max(abs(ours - their) for ours, their in pairs if their is not None) < 1e-9


@needs_shared
def test_every_assessment_of_the_joint_assessment_framework() -> None:
    pairs = [(row["mine"]["category"], _number(row["published"]["QuantAssessmentNum"])) for row in jaf()]
    assert sum(their is not None for _, their in pairs) > 4_000
    assert all(ours == their for ours, their in pairs)
