"""The demonstration: what its survey and registers show."""

from __future__ import annotations

from dataclasses import replace

import pyarrow.parquet as pq

from zaragoza.catalogue.monitor import load_monitor
from zaragoza.demo import make_demo
from zaragoza.pipeline import run

FEWEST = 40
SMALLER = 20_000  # a tenth of the inhabitants that `make demo` makes up, where less may be shown
SEED = 2023


def test_the_survey_shows_at_least_forty_indicators(tmp_path) -> None:
    survey, _ = make_demo(tmp_path / "demo", SMALLER, SEED)
    monitor = load_monitor(survey)
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
