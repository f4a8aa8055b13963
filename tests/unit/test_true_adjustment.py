"""True adjusted gaps: plain sums over everybody, and what the made-up country holds."""

from __future__ import annotations

import pyarrow as pa
import pyarrow.compute as pc
import pytest

import zaragoza as z
from tests.support import ROOT
from tests.unit.test_gaps_adjusted import example
from zaragoza.synthetic import make_country, persons_table, true_adjusted_gaps, truth

COVARIATES = ("ages", "sex", "education")
BORN_IN_EU = ("RO", "PL", "DE", "IT", "PT", "FR", "ES", "BG", "EL", "HR")
PAGE = ROOT / "docs" / "synthetic-country.md"
SUMS = {
    "standardised, both together": "pooled",
    "standardised, the reference group's mix": "reference",
    "standardised, the group's mix": "group",
    "Kitagawa, two parts": "mean",
}
MODELS = {
    "g-computation, everybody": ("g-computation", {"target": "all"}, "adjusted_gap"),
    "g-computation, the group": ("g-computation", {"target": "group"}, "adjusted_gap"),
    "g-computation, the reference group": ("g-computation", {"target": "reference"}, "adjusted_gap"),
    "entropy balancing, the group": ("entropy", {}, "adjusted_gap"),
    "weighting, the group": ("weighting", {}, "adjusted_gap"),
    "Oaxaca-Blinder, pooled coefficients": ("oaxaca", {}, "unexplained"),
    "logistic decomposition, reference": ("logit", {}, "unexplained"),
}


def true_gap(data: pa.Table) -> dict[str, object]:
    values = truth(data, "works", by=("origin", "age", "education"))
    (row,) = true_adjusted_gaps(values, "origin", "native", ("age", "education")).to_pylist()
    return row


def test_the_worked_example() -> None:
    """Signs are group minus reference; the rate of two parts is the standard `mean`."""
    row = true_gap(example())
    assert row["origin"] == "migrant"
    assert row["gap"] == pytest.approx(-0.198)
    assert row["pooled"] == pytest.approx(-0.129357, abs=5e-7)
    assert row["reference"] == pytest.approx(-0.125500)
    assert row["group"] == pytest.approx(-0.139000)
    assert row["mean"] == pytest.approx(-0.132250)
    assert row["composition"] == pytest.approx(-0.065750)
    assert row["composition"] + row["mean"] == pytest.approx(row["gap"])
    assert row["indirect"] == pytest.approx(
        230 / 285.6 * 0.773 - 0.773
    )  # observed over expected, at the natives' level


def test_a_category_that_one_side_lacks_has_no_truth() -> None:
    data = example()
    lacking = pc.and_(pc.equal(data["origin"], "migrant"), pc.equal(data["age"], "25"))
    row = true_gap(data.filter(pc.invert(lacking)))
    assert row == {"origin": "migrant", **dict.fromkeys(list(row)[1:])}


def test_other_columns_are_held_equal() -> None:
    data = example()
    twice = pa.concat_tables(
        [data.append_column("year", pa.array([year] * len(data))) for year in ("1", "2")]
    )
    values = truth(twice, "works", by=("year", "origin", "age", "education"))
    rows = true_adjusted_gaps(values, "origin", "native", ("age", "education")).to_pylist()
    assert [row["year"] for row in rows] == ["1", "2"]
    assert {row["pooled"] for row in rows} == {true_gap(data)["pooled"]}


@pytest.fixture(scope="module")
def adults() -> pa.Table:
    """Of 20 to 64 years, whose country of birth and schooling are known."""
    columns = ["age", "sex", "birth_country", "activity", "education"]
    persons = persons_table(make_country(200_000, seed=1), columns)
    born = persons["birth_country"].cast(pa.string())
    abroad = pc.if_else(pc.is_in(born, pa.array(BORN_IN_EU)), "EU", "outside")
    persons = persons.append_column("origin", pc.if_else(pc.equal(born, "XZ"), "native", abroad))
    persons = persons.append_column("ages", pc.if_else(pc.less(persons["age"], 45), "20-44", "45-64"))
    persons = persons.append_column("employed", pc.equal(persons["activity"], "employed"))
    of_age = pc.and_(pc.greater_equal(persons["age"], 20), pc.less_equal(persons["age"], 64))
    return persons.filter(
        pc.and_(of_age, pc.and_(pc.is_valid(persons["education"]), pc.is_valid(persons["origin"])))
    )


@pytest.fixture(scope="module")
def true(adults) -> dict[str, float]:
    rows = true_adjusted_gaps(
        truth(adults, "employed", by=("origin", *COVARIATES)), "origin", "native", COVARIATES
    )
    return next(row for row in rows.to_pylist() if row["origin"] == "outside")


def estimated(adults: pa.Table, method: str, statistic: str, **options: object) -> float:
    call = {"group": "origin", "reference": "native", "adjust_for": COVARIATES, "method": method, **options}
    rows = z.gaps(adults, {"employment": z.share("employed")}, **call).to_pylist()
    return next(r["value"] for r in rows if (r["origin"], r["statistic"]) == ("outside", statistic))


def test_the_gap_has_a_part_due_to_composition_and_one_that_is_not(true) -> None:
    assert true["gap"] < -0.08
    for standard in ("pooled", "reference", "group", "mean"):
        assert true["gap"] + 0.02 < true[standard] < -0.04


@pytest.mark.parametrize("standard", ["pooled", "reference", "group", "mean"])
def test_standardisation_of_everybody_is_the_truth(adults, true, standard) -> None:
    found = estimated(adults, "standardise", "adjusted_gap", standard=standard)
    assert found == pytest.approx(true[standard], abs=1e-12)


def test_composition_of_everybody_is_the_truth(adults, true) -> None:
    found = estimated(adults, "kitagawa", "composition")
    assert found == pytest.approx(true["composition"], abs=1e-12)


def test_indirect_standardisation_of_everybody_is_the_truth(adults, true) -> None:
    assert estimated(adults, "indirect", "adjusted_gap") == pytest.approx(true["indirect"], abs=1e-12)


def test_the_page_tells_these_figures(adults, true) -> None:
    page = PAGE.read_text(encoding="utf-8").replace("−", "-")
    lines = [line.strip("| ").split(" | ") for line in page.splitlines() if line.startswith("| ")]
    told = {
        row[0]: list(map(float, row[1:])) for row in lines if len(row) == 4 and row[0] in {*MODELS, *SUMS}
    }
    found = {name: true[standard] for name, standard in SUMS.items()}
    for name, (method, options, statistic) in MODELS.items():
        found[name] = estimated(adults, method, statistic, **options)
    assert told.keys() == found.keys()
    for name, left in found.items():
        figures = [100 * value for value in (true["gap"], true["gap"] - left, left)]
        assert told[name] == pytest.approx(figures, abs=0.0051), (name, figures)
