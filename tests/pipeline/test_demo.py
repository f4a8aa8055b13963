"""The demonstration: what its survey and registers show."""

from __future__ import annotations

import csv
import json
import re
import shutil
from dataclasses import asdict, replace
from inspect import signature
from pathlib import Path

import pyarrow.parquet as pq
import pytest
from typer.testing import CliRunner

from zaragoza import cli, demo
from zaragoza.catalogue.monitor import load_monitor
from zaragoza.demo import demo_areas, make_demo
from zaragoza.errors import DefinitionError
from zaragoza.pipeline import run
from zaragoza.web.server import take_in_areas

FEWEST = 40
SMALLER = 20_000  # a tenth of the inhabitants that `make demo` makes up, where less may be shown
SEED = 2023


@pytest.fixture(scope="module")
def monitors(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, ...]:
    return make_demo(tmp_path_factory.mktemp("made") / "demo", SMALLER, SEED)


def test_the_survey_shows_at_least_forty_indicators(monitors) -> None:
    monitor = load_monitor(monitors[0])
    assert len(monitor.indicators) >= FEWEST
    quick = replace(monitor, adjustments=(), breakdowns=monitor.breakdowns[:1])
    rows = pq.read_table(run(quick).path / "observations.parquet").to_pylist()
    shown = {
        row["indicator"]
        for row in rows
        if row["statistic"] == "level" and row["birth_group"] == "_T" and row["value"] is not None
    }
    assert len(shown) >= FEWEST
    areas = {indicator.area for indicator in monitor.indicators}
    zaragoza = {"employment", "education", "inclusion", "citizenship"}
    assert areas >= zaragoza | {"housing", "health", "language", "digital", "welcome", "population"}


def test_the_demonstration_brings_a_map_of_the_regions_that_it_shows(monitors) -> None:
    """As the site takes it in: for a breakdown of the monitor, with the codes that its survey holds."""
    folder = monitors[0].parent
    areas = demo_areas(folder)
    assert areas is not None
    assert demo_areas(folder / "registers") is None
    assert signature(take_in_areas).parameters.keys() == asdict(areas).keys()
    monitor = load_monitor(monitors[0])
    assert (areas.series, ("born_abroad", areas.column)) in {
        (monitor.id, each.by) for each in monitor.breakdowns
    }
    with (folder / "data" / "survey.csv").open(encoding="latin-1", newline="") as file:
        held = {row["DB040"] for row in csv.DictReader(file, delimiter=";")}
    features = json.loads(areas.path.read_text(encoding="utf-8"))["features"]
    assert {each["properties"][areas.code] for each in features} == held


def test_the_command_runs_both_monitors_and_offers_the_site(monitors, tmp_path: Path, monkeypatch) -> None:
    """The registers beside the survey, in a process of their own; what they say comes after what the survey says.

    With one indicator each, as their releases are tested elsewhere.
    """
    folder = tmp_path / "made up"
    shutil.copytree(monitors[0].parent, folder, ignore=shutil.ignore_patterns("releases", "snapshots"))
    made = (folder / "monitor", folder / "registers" / "monitor")
    for each in made:
        text = (each / "monitor.toml").read_text(encoding="utf-8").partition("[[adjustments]]")[0]
        text, number = re.subn(r"(?ms)^indicators = \[.*?\]$", 'indicators = ["employment_rate"]', text)
        assert number == 1
        (each / "monitor.toml").write_text(text, encoding="utf-8")
    monkeypatch.setattr(demo, "make_demo", lambda *_: made)
    done = CliRunner().invoke(cli.app, ["demo", str(folder)])
    assert done.exit_code == 0, done.output
    told = done.stdout.replace("\n", " ")
    found = [told.index(str(path)) for each in made for path in (each / "releases").glob("2*")]
    assert len(found) == len(made)
    assert found == sorted(found)
    assert told.rstrip().endswith(f"serve '{folder}'")


def test_a_fault_of_the_registers_is_that_of_the_command(tmp_path: Path, monkeypatch) -> None:
    monkeypatch.setattr(demo, "make_demo", lambda *_: (tmp_path, tmp_path / "nothing"))
    monkeypatch.setattr(cli, "_run", lambda _: None)
    done = CliRunner().invoke(cli.app, ["demo", str(tmp_path)])
    assert done.exit_code == DefinitionError.exit_code
    assert "monitor.toml" in done.stderr
    assert "Look at it" not in done.stdout


def test_a_set_tells_what_each_characteristic_contributes(monitors) -> None:
    """With education equal as well, in both monitors; contributions add up to the explained part of a release."""
    for folder in monitors:
        first, apart = load_monitor(folder).adjustments
        assert (first.method, first.apart) == ("standardise", False)
        assert (apart.method, apart.apart, apart.covariates[-1]) == ("oaxaca", True, "education")
    survey = load_monitor(monitors[0])
    work = [each for each in survey.indicators if each.id == "employment_rate"]
    quick = replace(survey, indicators=tuple(work), breakdowns=survey.breakdowns[-1:])
    rows = pq.read_table(run(quick).path / "observations.parquet").to_pylist()
    whole: dict[str, float] = {}
    parts: dict[str, dict[str, float]] = {}
    for row in rows:
        if row["statistic"] == "explained" and row["adjustment"] == apart.name and row["value"] is not None:
            place = row["migration_status"]
            if row["detail"] is None:
                whole[place] = row["value"]
            else:
                parts.setdefault(place, {})[row["detail"]] = row["value"]
    assert parts
    for place, found in parts.items():
        assert set(found) == set(apart.covariates)
        assert abs(sum(found.values()) - whole[place]) < 1e-9
