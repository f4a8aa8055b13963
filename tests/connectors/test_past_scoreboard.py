"""A scoreboard as it stood, from real vintages of the Joint Assessment Framework: employment of the non-EU born.

Each vintage is fetched on its day from a server that answers with it; a release of that day is then held against the
rule worked out in plain Python on the vintage's own figures.
"""

from __future__ import annotations

import csv
import gzip
import io
import statistics
from datetime import UTC, datetime
from pathlib import Path

import pytest

from tests.connectors.fake_server import serving
from tests.connectors.test_fetch import QUICK, always
from tests.connectors.test_gather import HEAD, MONITOR
from tests.support import SHARED, needs_shared
from zaragoza.catalogue import load_catalogue
from zaragoza.catalogue.published_monitor import load_published_monitor
from zaragoza.collect.fetch import Query, fetch
from zaragoza.published_pipeline import run_published

DAYS = ("2023-11-22", "2024-02-02", "2024-06-04", "2025-01-09", "2025-06-03")
MEMBERS = load_catalogue().country_sets["eu27_2020"]
BANDS = ((-1.0, 0), (-0.5, 1), (0.5, 2), (1.0, 3), (float("inf"), 4))
# methods/07 section 2: rows by level, columns much better, about the same, much worse
MATRIX = ((3, 3, 1), (2, 2, 1), (2, 0, -2), (-1, -2, -2), (-1, -3, -3))


def vintage(day: str) -> dict[tuple[str, str], tuple[float, str]]:
    """Country and year -> rate and flags, of one stored vintage."""
    assert SHARED is not None
    path = SHARED / "data/scoreboard/jaf_vintages" / f"jaf_integration_{day}.csv.gz"
    rows = csv.DictReader(io.StringIO(gzip.decompress(path.read_bytes()).decode(), newline=""))
    return {
        (row["geo"], row["time"]): (float(row["value"]), row["flags"].strip())
        for row in rows
        if row["JAF_KEY"] == "PA1d.C1.T" and row["value"]
    }


def message(day: str) -> bytes:
    lines = (
        f"ESTAT:LFSA_ERGACOB(1.0),A,PC,T,Y20-64,NEU27_2020_FOR,{geo},{year},{value},{flag}\n"
        for (geo, year), (value, flag) in vintage(day).items()
    )
    return (HEAD + "".join(lines)).encode()


def worked_out(day: str) -> dict[str, tuple[str, int | None]]:
    """Latest year with 15 Member States, and the category of each by the rule of the Joint Employment Report."""
    rates = {key: value for key, value in vintage(day).items() if key[0] in MEMBERS}
    years = sorted({year for _, year in rates})
    latest = [y for y in years if sum((geo, y) in rates for geo in MEMBERS) >= 15][-1]
    level = {geo: rates[geo, latest][0] for geo in MEMBERS if (geo, latest) in rates}
    change, broken = {}, set()
    for geo, rate in level.items():
        before = [year for year in years if year < latest and (geo, year) in rates]
        if before:
            change[geo] = rate - rates[geo, before[-1]][0]
            if any("b" in rates[geo, y][1] for y in years if before[-1] < y <= latest and (geo, y) in rates):
                broken.add(geo)
    compared = [value for geo, value in change.items() if geo not in broken]
    found: dict[str, tuple[str, int | None]] = {}
    for geo, rate in level.items():
        if geo not in change:
            found[geo] = (latest, None)
            continue
        one = -(rate - statistics.mean(level.values())) / statistics.pstdev(level.values())
        two = -(change[geo] - statistics.mean(compared)) / statistics.pstdev(compared)
        two = 0.0 if geo in broken else two
        row = next(band for limit, band in BANDS if one <= limit)
        category = MATRIX[row][0 if two <= -1 else 1 if two <= 1 else 2]
        if two >= 1 and change[geo] >= 0:  # others improved more, but this one did not get worse
            category = (3, 2, 0, -2, -3)[row]
        found[geo] = (latest, category)
    return found


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The vintages, each fetched on its day."""
    place = tmp_path_factory.mktemp("past")
    with serving(always(b"")) as server:
        for day in DAYS:
            server.route = always(message(day))
            at = datetime.fromisoformat(day).replace(tzinfo=UTC)
            query = Query(source="eurostat", dataset="lfsa_ergacob")
            fetch(query, place / "published", server=server.base, patience=QUICK, clock=lambda at=at: at)
    return place


@needs_shared
@pytest.mark.parametrize("day", DAYS)
def test_a_past_scoreboard_as_it_stood(folder: Path, day: str) -> None:
    (folder / "monitor.toml").write_text(MONITOR.format(day=f'day = "{day}"'))
    release = run_published(load_published_monitor(folder), now=datetime(2026, 1, 1, tzinfo=UTC))
    with (release / "ratings.csv").open(encoding="utf-8", newline="") as file:
        rows = [row for row in csv.DictReader(file) if row["geo"] != "EU27_2020"]
    found = {row["geo"]: (row["period"], int(row["category"]) if row["category"] else None) for row in rows}
    assert found == worked_out(day)
    assert len(found) >= 15


@needs_shared
def test_the_scoreboards_did_change() -> None:
    """2022 was the latest year in 2023, 2023 in 2024 and in January 2025, 2024 in June 2025."""
    assert [{year for year, _ in worked_out(day).values()} for day in DAYS] == [
        {"2022"}, {"2022"}, {"2023"}, {"2023"}, {"2024"},
    ]  # fmt: skip
