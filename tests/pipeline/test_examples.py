"""The example monitors: two real files go from `init` to a release with nothing but their answers file."""

from __future__ import annotations

import csv
import gzip
import io
from dataclasses import dataclass
from pathlib import Path

import pyarrow.parquet as pq
import pytest
from typer.testing import CliRunner

from tests.support import ROOT, SHARED, needs_shared
from zaragoza.cli import app


@dataclass(frozen=True)
class Example:
    """A file, and a share that can be read off it row by row: codes of a column among ages."""

    file: str
    indicator: str
    column: str
    codes: frozenset[str]
    ages: range


EXAMPLES = {
    "austria-2006": Example(
        "eusilc_at2006_synthetic", "employment_rate", "pl030", frozenset("12"), range(20, 65)
    ),
    "austria-2013": Example(
        "eusilc_at2013_puf_synthetic", "tertiary_attainment_rate", "pe040", frozenset("56"), range(25, 35)
    ),
}


def invoke(*arguments: object) -> str:
    done = CliRunner().invoke(app, [str(a) for a in arguments])
    assert done.exit_code == 0, done.output
    return done.output


@needs_shared
# The larger one protects for more than a minute.
@pytest.mark.parametrize("name", [pytest.param("austria-2006", marks=pytest.mark.slow), "austria-2013"])
def test_from_file_to_release(name, tmp_path):
    data = SHARED / "data" / "microdata" / f"{EXAMPLES[name].file}.csv.gz"
    folder = tmp_path / "monitor"
    output = invoke("init", folder, data, "--answers", ROOT / "examples" / name / "answers.toml")
    output += invoke("check", folder) + invoke("run", folder)
    (release,) = (folder / "releases").glob("2*")
    shown = [r for r in pq.read_table(release / "observations.parquet").to_pylist() if r["value"] is not None]
    of = {
        r["citizen_group"]: r
        for r in shown
        if (r["indicator"], r["statistic"], r["sex"], r["age_group"])
        == (EXAMPLES[name].indicator, "level", "_T", "_T")
    }
    assert set(of) >= {"NAT", "NEU27_2020_FOR", "_T"}
    share, n = read_off(data, EXAMPLES[name])
    assert of["NAT"]["value"] == pytest.approx(share, rel=1e-9)
    assert of["NAT"]["n"] == n
    assert all(r["standard_error"] is not None and r["n"] >= 20 for r in shown)
    invoke("audit", release, "--monitor", folder)


def read_off(data: Path, example: Example) -> tuple[float, int]:
    """The share among Austrian citizens and the number of answers, row by row from the file."""
    top = bottom = 0.0
    n = 0
    for row in csv.DictReader(io.StringIO(gzip.decompress(data.read_bytes()).decode())):
        if row["pb220a"] == "AT" and row[example.column] and int(float(row["age"])) in example.ages:
            weight = float(row["rb050"])
            top += weight * (row[example.column] in example.codes)
            bottom += weight
            n += 1
    return top / bottom, n
