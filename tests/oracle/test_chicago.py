"""The wage gap of foreign-born Hispanic workers in Chicago against the vignette of the R package oaxaca 0.1.5.

The vignette prints natives minus foreign-born. Its bootstrap errors are left out: they hold chance of their own. A
second computation in a few lines of NumPy stands between the two.
"""

from __future__ import annotations

import re

import numpy as np
import pyarrow as pa
import pyarrow.csv
import pytest

import zaragoza as z
from tests.support import ROOT, SHARED, needs_shared

LEVELS = ("LTHS", "high.school", "some.college", "college", "advanced.degree")
THREEFOLD = {"gap": 3.015574, "endowments": 1.6165339, "coefficients": 2.8333261, "interaction": -1.4342857}
TWOFOLD = {
    "group": (1.6165339, 1.399040),
    "reference": (0.1822482, 2.833326),
    "reimers": (0.8993911, 2.116183),
    "cotton": (0.9984559, 2.017118),
    "neumark": (1.3557222, 1.659852),
    "pooled": (0.9525717, 2.063003),
}
PRINTED = {"explained": 5.1e-8, "unexplained": 5.1e-7}  # half a unit of the last digit
PAGE = ROOT / "docs" / "cases" / "chicago-wages.md"


@pytest.fixture(scope="module")
def chicago() -> pa.Table:
    """The workers who told their wage, as the file has them."""
    file = SHARED / "data" / "microdata" / "cps2013_chicago_hispanic_wages.csv.gz"
    return pyarrow.csv.read_csv(file).drop_null()


@pytest.fixture(scope="module")
def workers(chicago) -> pa.Table:
    schooling = [next(name for name in LEVELS if row[name]) for row in chicago.select(LEVELS).to_pylist()]
    return pa.table(
        {
            "born": ["abroad" if one else "here" for one in chicago["foreign.born"].to_pylist()],
            "age": chicago["age"],
            "female": chicago["female"].cast(pa.string()),
            "schooling": schooling,
            "wage": np.exp(np.asarray(chicago["ln.real.wage"])),
        }
    )


def parts(workers: pa.Table, method: str, **options: object) -> dict[str, dict]:
    rows = z.gaps(
        workers,
        {"wage": z.mean("wage")},
        group="born",
        reference="here",
        adjust_for=["age", "female", "schooling"],
        method=method,
        **options,
    ).to_pylist()
    return {row["statistic"]: row for row in rows}


@needs_shared
def test_the_workers_of_the_vignette(workers):
    wage, born = np.asarray(workers["wage"]), np.asarray(workers["born"])
    assert ((born == "here").sum(), (born == "abroad").sum()) == (287, 379)
    assert wage[born == "here"].mean() == pytest.approx(17.58282, abs=5.1e-6)
    assert wage[born == "abroad"].mean() == pytest.approx(14.56725, abs=5.1e-6)


@needs_shared
def test_the_page_tells_the_numbers_of_workers_and_the_weights(workers):
    """Of all 712, and of the 666 who told their wage; the earlier vignette took the share of the former."""
    page = " ".join(PAGE.read_text(encoding="utf-8").split())
    file = SHARED / "data" / "microdata" / "cps2013_chicago_hispanic_wages.csv.gz"
    abroad = np.asarray(pyarrow.csv.read_csv(file)["foreign.born"]) == 1
    born = np.asarray(workers["born"])
    here, away = int((born == "here").sum()), int((born == "abroad").sum())
    assert f"{len(abroad)} employed Hispanic workers" in page
    assert (
        f"{len(born)} of them told their wage: {here} born in the United States and {away} born abroad"
        in page
    )
    assert f"| {here / len(born):.7f} |" in page
    earlier = abroad.mean()
    assert f"{earlier:.7f}, is the share of the foreign-born ({abroad.sum()} of {len(abroad)}" in page
    of_natives, of_foreign = TWOFOLD["reference"], TWOFOLD["group"]
    for one, other, printed in zip(of_natives, of_foreign, ("0.7845676", "2.231007"), strict=True):
        assert earlier * one + (1 - earlier) * other == pytest.approx(float(printed), abs=1e-6)
        assert printed in page


@needs_shared
def test_three_parts_agree_with_the_published_ones(workers):
    found = parts(workers, "oaxaca-threefold")
    for name, published in THREEFOLD.items():
        printed = 5.1e-7 if name == "gap" else 5.1e-8
        assert found[name]["value"] == pytest.approx(-published, abs=printed), name


@needs_shared
@pytest.mark.parametrize("coefficients", TWOFOLD)
def test_two_parts_agree_with_the_published_ones(workers, coefficients):
    found = parts(workers, "oaxaca", coefficients=coefficients)
    for (name, printed), published in zip(PRINTED.items(), TWOFOLD[coefficients], strict=True):
        assert found[name]["value"] == pytest.approx(-published, abs=printed), name


@needs_shared
def test_three_parts_agree_with_least_squares_of_each_side(chicago, workers):
    """Computed here from the file itself, with nothing of the stage `compute`."""
    named = [name for name in ("age", "female", *LEVELS) if name != "high.school"]
    x = np.column_stack([np.ones(len(chicago)), *(np.asarray(chicago[name]) for name in named)])
    wage, abroad = np.exp(np.asarray(chicago["ln.real.wage"])), np.asarray(chicago["foreign.born"]) == 1
    (b_r, x_r), (b_g, x_g) = (
        (np.linalg.lstsq(x[side], wage[side], rcond=None)[0], x[side].mean(axis=0))
        for side in (~abroad, abroad)
    )
    own = {
        "endowments": (x_g - x_r) @ b_g,
        "coefficients": x_g @ (b_g - b_r),
        "interaction": (x_r - x_g) @ (b_g - b_r),
    }
    found = parts(workers, "oaxaca-threefold")
    assert {name: found[name]["value"] for name in own} == pytest.approx(own, rel=1e-9)


@needs_shared
def test_the_page_tells_these_figures(workers):
    page = PAGE.read_text(encoding="utf-8").replace("−", "-")
    table = [re.split(r"\s*\|\s*", line.strip("| ")) for line in page.splitlines() if line.startswith("|")]
    cells = {(row[0].split(" ")[0].strip("`"), len(row)): row for row in table}
    three = parts(workers, "oaxaca-threefold")
    for name in THREEFOLD:
        assert float(cells[name, 4][2]) == pytest.approx(three[name]["value"], abs=5.1e-7)
    for name in ("endowments", "coefficients", "interaction"):
        assert float(cells[name, 3][2]) == pytest.approx(three[name]["standard_error"], abs=5.1e-5)
    shares = []
    for name, published in TWOFOLD.items():
        two, row = parts(workers, "oaxaca", coefficients=name), cells[name, 6]
        assert (float(row[2]), float(row[4])) == published
        assert float(row[3]) == pytest.approx(two["explained"]["value"], abs=5.1e-8)
        assert float(row[5]) == pytest.approx(two["unexplained"]["value"], abs=5.1e-7)
        shares.append(two["explained"]["value"] / two["gap"]["value"])
    assert f"{min(shares):.0%} to {max(shares):.0%}" == "6% to 54%"
