"""Datasets that lie in folders, and a monitor rebuilt as it stood on an earlier day."""

from __future__ import annotations

import csv
import json
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

import pytest

from tests.connectors.fake_server import serving
from tests.connectors.test_fetch import QUICK, always
from zaragoza.catalogue.published_monitor import load_published_monitor
from zaragoza.collect.fetch import Query, fetch
from zaragoza.collect.fetch.gather import gather
from zaragoza.errors import InputError
from zaragoza.published_pipeline import run_published

HEAD = "DATAFLOW,freq,unit,sex,age,c_birth,geo,TIME_PERIOD,OBS_VALUE,OBS_FLAG\n"
MONITOR = """[monitor]
id = "x"
title = {{ en = "X", nl = "X" }}
[source]
kind = "published"
files = ["published/eurostat/lfsa_ergacob"]
{day}
[places]
union = "EU27_2020"
"""
DAYS = {"2025-01-09": "80.1", "2025-06-03": "80.4"}  # the rate of people born in the country, at each date


def rates(native: str) -> bytes:
    cells = {"NAT": native, "NEU27_2020_FOR": "64.0"}
    return (
        HEAD + "".join(f"ESTAT:LFSA_ERGACOB(1.0),A,PC,T,Y20-64,{c},NL,2023,{v},\n" for c, v in cells.items())
    ).encode()


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """Two vintages of one question, fetched on two days."""
    with serving(always(b"")) as server:
        for day, native in DAYS.items():
            server.route = always(rates(native))
            at = datetime.fromisoformat(day).replace(tzinfo=UTC)
            query = Query(source="eurostat", dataset="lfsa_ergacob")
            fetch(query, tmp_path / "published", server=server.base, patience=QUICK, clock=lambda at=at: at)
    return tmp_path


@pytest.mark.parametrize(
    ("day", "native"), [("", "80.4"), ('day = "2025-06-02"', "80.1"), ('day = "2025-06"', "80.4")]
)
def test_a_past_state_can_be_rebuilt(folder: Path, day: str, native: str) -> None:
    (folder / "monitor.toml").write_text(MONITOR.format(day=day))
    release = run_published(load_published_monitor(folder), now=datetime(2025, 7, 1, tzinfo=UTC))
    with (release / "observations.csv").open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file))
    gap = next(row for row in rows if row["statistic"] == "difference")
    assert float(gap["value"]) == pytest.approx((64.0 - float(native)) / 100)
    assert gap["reference"] == "NAT"
    (source,) = json.loads((release / "manifest.json").read_text())["sources"]
    assert source["fetched_at"][:10] == next(date for date, value in DAYS.items() if value == native)


def test_a_day_before_the_first_vintage_is_told(folder: Path) -> None:
    with pytest.raises(InputError, match="2024-12-31 or before"):
        gather(["published/eurostat/*"], folder, "2024-12-31")


def test_every_name_that_stands_for_nothing_is_told(folder: Path) -> None:
    with pytest.raises(InputError) as caught:
        gather(["a/*", "published/eurostat/*", "b.csv"], folder)
    assert [fault.where for fault in caught.value.faults] == ["a/*", "b.csv"]


def test_a_file_that_may_not_be_read_is_told(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "a.csv").write_bytes(rates("80.1"))

    def denied(_: Path) -> bytes:
        raise PermissionError

    monkeypatch.setattr(Path, "read_bytes", denied)
    with pytest.raises(InputError, match=r"a\.csv: file: expected a readable file"):
        gather(["a.csv", "b.csv"], tmp_path)


def test_a_vintage_can_be_named_itself(folder: Path) -> None:
    first, second = gather(["published/eurostat/lfsa_ergacob/2*"], folder)
    assert first.vintage
    assert second.vintage
    assert (first.vintage.fetched_at[:10], second.vintage.fetched_at[:10]) == tuple(DAYS)


def test_a_file_without_figures_is_told(tmp_path: Path) -> None:
    (tmp_path / "empty.csv").write_text(HEAD)
    (tmp_path / "full.csv").write_bytes(rates("80.1"))
    with pytest.raises(InputError) as caught:
        gather(["*.csv"], tmp_path)
    assert [(fault.where, fault.found) for fault in caught.value.faults] == [("empty.csv", "an empty table")]


def test_figures_of_other_places_alone_are_told(folder: Path) -> None:
    """The vintage has the Netherlands alone; the monitor is made to be of another country."""
    (folder / "monitor.toml").write_text(MONITOR.format(day=""))
    monitor = load_published_monitor(folder)
    with pytest.raises(InputError, match="figures of the monitor's places"):
        run_published(replace(monitor, places=("AT",)))
    assert not list(folder.glob("releases/*"))


def test_too_few_places_to_rate_are_not_told_to_be_no_figures(folder: Path) -> None:
    (folder / "monitor.toml").write_text(MONITOR.format(day=""))
    release = run_published(load_published_monitor(folder))
    page = (release / "en" / "index.html").read_text(encoding="utf-8")
    assert "enough countries to rate them" in page
    assert "../observations.csv" in page
