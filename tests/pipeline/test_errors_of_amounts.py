"""What standard errors tell of one amount far above all others, by an intruder who reads nothing but the release."""

from __future__ import annotations

import math
from pathlib import Path

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from tests.pipeline.surveys import folder, text_of
from tests.pipeline.test_amounts import OWN, VARIABLES
from tests.pipeline.test_audit import invoke

ONE = 900_000.0  # in the Union; others have about 20,000, and nationals are further apart
GROUPS = ("NAT", "EU27_2020_FOR", "NEU27_2020_FOR")
SIZES = (2000, 184, 300)
WITHIN = 0.1  # the policy's p


def monitor(where: Path, kind: str, most: float) -> Path:
    rng = np.random.default_rng(11)
    incomes = [rng.gamma(1, 20_000, SIZES[0]), *(rng.uniform(15_000, 25_000, size) for size in SIZES[1:])]
    incomes[1][0] = ONE
    people = pa.table(
        {
            "person": [f"id{i}" for i in range(sum(SIZES))],
            "disposable_income": np.minimum(np.concatenate(incomes), most).round(),
            "citizenship": np.repeat(["XZ", "DE", "MA"], SIZES),
        }
    )
    text = text_of("", files=("register.parquet",), variables=VARIABLES, by=(("citizen_group",),))
    text = text.replace('kind = "survey"', 'kind = "register"').replace(
        '["employment_rate", "unemployment_rate"]', '["income_received"]'
    )
    own = where / "catalogue" / "indicators"
    own.mkdir(parents=True)
    (own / "own.yaml").write_text(OWN.replace("kind: total", f"kind: {kind}"))
    return folder(where, text, {"register.parquet": people})


def levels(office: Path) -> dict[str, dict[str, float | str | None]]:
    """What a release of it shows of each group."""
    done = invoke("run", office)
    assert done.exit_code == 0, done.output
    (release,) = office.glob("releases/2*")
    assert invoke("audit", release, "--monitor", office).exit_code == 0
    rows = pq.read_table(release / "observations.parquet").to_pylist()
    return {row["citizen_group"]: row for row in rows if row["statistic"] == "level"}


@pytest.mark.parametrize("kind", ["mean", "total"])
def test_no_error_gives_it_alone_or_by_subtraction(tmp_path: Path, kind: str) -> None:
    found = levels(monitor(tmp_path, kind, math.inf))
    assert found["EU27_2020_FOR"]["reason"] == "dominance"
    everybody = sum(SIZES)
    n, total, squares = {}, {}, {}
    for group, row in found.items():
        if row["value"] is None:
            continue
        n[group] = row["n"]
        total[group] = row["value"] * (row["n"] if kind == "mean" else 1)
        error = row["standard_error"] * (row["n"] if kind == "mean" else 1)
        squares[group] = error**2 + total[group] ** 2 / (n[group] if kind == "mean" else everybody)
    shown = [group for group in GROUPS if group in n]
    assert len(shown) < 2  # with two of them the third would follow
    assert "_T" in n  # where it is one of many who differ, it is told to nobody
    left = {
        name: of["_T"] - sum(of[group] for group in shown)
        for name, of in (("n", n), ("x", total), ("q", squares))
    }
    around = left["q"] - left["x"] ** 2 / left["n"]
    assert left["x"] / left["n"] + math.sqrt(around) > (1 + WITHIN) * ONE


@pytest.mark.parametrize("kind", ["mean", "total"])
def test_amounts_that_are_capped_are_shown(tmp_path: Path, kind: str) -> None:
    found = levels(monitor(tmp_path, kind, 60_000.0))
    assert [found[group]["reason"] for group in GROUPS] == ["published"] * 3
