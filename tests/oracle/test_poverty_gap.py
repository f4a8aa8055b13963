"""The page on the Austrian poverty gap: every figure in its words is computed here, so that none can drift.

The poverty rate itself is laeken's published 14.44 %.
"""

from __future__ import annotations

import numpy as np
import pyarrow as pa
import pyarrow.csv
import pytest

import zaragoza as z
from tests.support import ROOT, SHARED

pytestmark = pytest.mark.skipif(SHARED is None, reason="reference data (../shared) is absent")
PAGE = ROOT / "docs" / "cases" / "austria-poverty.md"
DESIGN = z.Design("weight", None, ("household_id",))
POOR = {"poor": z.share("poor")}
SETS = {
    "ages+sex": ["ages", "sex"],
    "household+ages+sex": ["household", "ages", "sex"],
    "work+household+ages+sex": ["work", "household", "ages", "sex"],
}
WORK = {"1": "full time", "2": "part time", "3": "unemployed", "5": "retired", "7": "at home"}


@pytest.fixture(scope="module")
def everybody() -> dict[str, np.ndarray]:
    file = SHARED / "data" / "microdata" / "eusilc_at2006_synthetic.csv.gz"
    table = pyarrow.csv.read_csv(file, convert_options=pyarrow.csv.ConvertOptions(strings_can_be_null=True))
    return {name: np.array(table[name].to_pylist(), dtype=object) for name in table.column_names}


@pytest.fixture(scope="module")
def line(everybody) -> float:
    """Sixty percent of the median income of all persons."""
    income, weight = (everybody[name].astype(float) for name in ("eqIncome", "rb050"))
    order = np.argsort(income)
    reached = np.cumsum(weight[order])
    return 0.6 * income[order][np.searchsorted(reached, reached[-1] / 2)]


@pytest.fixture(scope="module")
def adults(everybody, line) -> pa.Table:
    """Those whose citizenship was asked: from 16 years on."""
    asked = np.array([one is not None for one in everybody["pb220a"]])
    of = {name: values[asked] for name, values in everybody.items()}
    age = of["age"].astype(int)
    return pa.table(
        {
            "citizenship": list(of["pb220a"]),
            "poor": of["eqIncome"].astype(float) < line,
            "ages": np.array(["16-29", "30-49", "50-64", "65+"])[np.digitize(age, [30, 50, 65])],
            "sex": list(of["rb090"]),
            "household": np.minimum(of["hsize"].astype(int), 5).astype(str),
            "work": [WORK.get(str(code), "other") for code in of["pl030"]],
            "weight": of["rb050"].astype(float),
            "household_id": of["db030"].astype(int),
        }
    )


@pytest.fixture(scope="module")
def page() -> str:
    return " ".join(PAGE.read_text(encoding="utf-8").replace("−", "-").split())


@pytest.fixture(scope="module")
def gaps(adults) -> dict[tuple[str, str, str], dict]:
    """By adjustment, citizenship and statistic."""
    call = {"group": "citizenship", "reference": "AT", "method": "standardise", "standard": "group"}
    found = {}
    for covariates in SETS.values():
        for row in z.gaps(adults, POOR, adjust_for=covariates, design=DESIGN, **call).to_pylist():
            found[row["adjustment"], row["citizenship"], row["statistic"]] = row
    return found


def of_100(share: float) -> str:
    return f"{100 * share:.1f}"


def among(adults: pa.Table, **where: str) -> dict[str, float]:
    """Weighted share of each citizenship that is in a category."""
    ((column, category),) = where.items()
    weight, citizens = np.asarray(adults["weight"]), np.asarray(adults["citizenship"])
    inside = np.asarray(adults[column]) == category
    return {
        one: weight[inside & (citizens == one)].sum() / weight[citizens == one].sum()
        for one in ("AT", "Other")
    }


def test_the_poverty_line_and_rate(everybody, line, page):
    poor, weight = everybody["eqIncome"].astype(float) < line, everybody["rb050"].astype(float)
    rate = weight[poor].sum() / weight.sum()
    assert round(100 * rate, 2) == 14.44
    assert f"below {line:,.0f} euro a year" in page
    assert f"{of_100(rate)} of 100 inhabitants" in page
    assert f"{len(poor):,} persons" in page


def test_levels_and_raw_gap(adults, gaps, page):
    levels = z.estimate(adults, POOR, by="citizenship", design=DESIGN).to_pylist()
    level = {row["citizenship"]: row for row in levels}
    assert f"Of 100 Austrian citizens {of_100(level['AT']['value'])} are poor" in page
    assert f"citizens of countries outside the EU {of_100(level['Other']['value'])}" in page
    assert f"({level['Other']['n']} of them in the survey)" in page
    raw = gaps["ages+sex", "Other", "gap"]
    assert f"a gap of {of_100(raw['value'])}" in page
    assert f"between {of_100(raw['ci_low'])} and {of_100(raw['ci_high'])}" in page


def test_the_table_of_comparisons(gaps, page):
    for adjustment in SETS:
        level, left = (
            gaps[adjustment, "Other", name] for name in ("adjusted_reference_level", "adjusted_gap")
        )
        cells = [level["value"], left["value"], left["ci_low"], left["ci_high"]]
        expected = "| {} | **{}** | {} to {} |".format(*map(of_100, cells))
        assert expected in page, (adjustment, expected)
        assert left["verdict"] == "disproportional"
        assert left["coverage"] > 0.99


def test_what_the_words_say(adults, gaps, page):
    alone, jobless = among(adults, household="1"), among(adults, work="unemployed")
    levels = z.estimate(adults, POOR, by="household", design=DESIGN).to_pylist()
    poor = {row["household"]: row["value"] for row in levels}
    assert max(poor, key=poor.__getitem__) == "1"
    assert f"of 100 adults who live alone {of_100(poor['1'])} are poor" in page
    assert f"{of_100(alone['AT'])} of 100 Austrians live alone, but {of_100(alone['Other'])} of 100" in page
    assert f"{of_100(jobless['Other'])} of 100 are unemployed, against {of_100(jobless['AT'])}" in page
    wide = gaps["household+ages+sex", "Other", "adjusted_gap"]
    assert wide["value"] > gaps["household+ages+sex", "Other", "gap"]["value"]


def test_the_citizens_of_other_member_states(gaps, page):
    raw, left = (gaps["household+ages+sex", "EU", name] for name in ("gap", "adjusted_gap"))
    assert left["verdict"] == "undetermined"
    assert f"only {raw['n']} in the survey" in page
    assert left["ci_low"] < 0
    assert f"{of_100(left['value'])} more of every 100 are poor" in page
    assert f"from {of_100(-left['ci_low'])} fewer to {of_100(left['ci_high'])} more" in page
