"""A register of which the office counts households as well as persons, from files to a release that an audit judges."""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from typer.testing import CliRunner

from tests.pipeline.surveys import faults, folder, text_of
from zaragoza.cli import app

RULES = '\n[protection]\nmethod = "suppression"\nhousehold_counts = true\nwaivers = true\n'
VARIABLES = ("person", "age", "sex", "activity", "citizenship")


def people() -> pa.Table:
    """Most live alone; the 24 people of one citizenship live in six large households."""
    draw = np.random.default_rng(3)
    citizenship = np.repeat(["XZ", "DE", "MA"], [2600, 376, 24])
    number = np.arange(3000)
    return pa.table(
        {
            "person": [f"id{i}" for i in number],
            "household": [f"h{i if i < 2976 else i // 4}" for i in number],
            "waiver": draw.choice([0, 1], 3000, p=[0.99, 0.01]),
            "age": draw.integers(20, 65, 3000),
            "sex": np.where(number % 2, "F", "M"),
            "activity": np.where(number % 5 < 3, "employed", "unemployed"),
            "citizenship": citizenship,
        }
    )


def monitor(where: Path, more: str, variables: tuple[str, ...] = (*VARIABLES, "household", "waiver")) -> Path:
    text = text_of(more, files=("register.parquet",), variables=variables)
    return folder(where, text.replace('kind = "survey"', 'kind = "register"'), {"register.parquet": people()})


def small_group(place: Path) -> set[str]:
    (path,) = place.glob("releases/*/observations.parquet")
    rows = pq.read_table(path).to_pylist()
    return {
        r["reason"]
        for r in rows
        if r["citizen_group"] == "NEU27_2020_FOR" and r["sex"] == "_T" and r["statistic"] == "level"
    }


def test_people_of_few_households_are_hidden(tmp_path):
    kept, hidden = monitor(tmp_path / "persons", ""), monitor(tmp_path / "households", RULES)
    for place in (kept, hidden):
        done = CliRunner().invoke(app, ["run", str(place)])
        assert done.exit_code == 0, done.output
    assert "too_few" not in small_group(kept)
    assert small_group(hidden) == {"too_few"}
    (release,) = hidden.glob("releases/2*")
    rules = json.loads((release / "manifest.json").read_text())["protection"]["rules"]
    assert {"minimum_count_of_households", "waivers"} <= set(rules)
    for beside in ((), ("--monitor", str(hidden))):
        done = CliRunner().invoke(app, ["audit", str(release), *beside])
        assert done.exit_code == 0, done.output


def test_a_group_of_one_sex_is_not_divided_by_sex(tmp_path):
    table = people()
    men = pa.array(np.where(np.arange(3000) < 2976, table["sex"].to_pylist(), "M"))
    where = monitor(tmp_path, "\n[protection]\nfull_share = 1\n")
    pq.write_table(table.set_column(table.column_names.index("sex"), "sex", men), where / "register.parquet")
    done = CliRunner().invoke(app, ["run", str(where)])
    assert done.exit_code == 0, done.output
    (release,) = where.glob("releases/2*")
    found = {
        (row["citizen_group"], row["sex"], row["indicator"]): row["reason"]
        for row in pq.read_table(release / "observations.parquet").to_pylist()
        if row["statistic"] == "level"
    }
    group = "NEU27_2020_FOR"
    assert {found[group, sex, name] for sex in "FM" for name in ("employment_rate", "unemployment_rate")} == {
        "dominance"
    }
    assert "full_cells" in json.loads((release / "manifest.json").read_text())["protection"]["rules"]
    for beside in ((), ("--monitor", str(where))):
        done = CliRunner().invoke(app, ["audit", str(release), *beside])
        assert done.exit_code == 0, done.output


@pytest.mark.parametrize("rule", ["household_counts", "waivers"])
def test_a_rule_needs_its_variable(tmp_path, rule):
    (fault,) = faults(monitor(tmp_path, f"\n[protection]\n{rule} = true\n", VARIABLES))
    assert fault.field == f"protection.{rule}"
