"""A made-up release of published figures with everything that its pages can show."""

from __future__ import annotations

import itertools
from datetime import UTC, datetime
from pathlib import Path

from zaragoza.catalogue.published_monitor import load_published_monitor
from zaragoza.published_pipeline import run_published

MONITOR = """[monitor]
id = "union"
title = { en = "Countries side by side", nl = "Landen naast elkaar" }
[source]
kind = "published"
files = ["rates.csv"]
[places]
union = "EU27_2020"
[weights]
files = ["people.csv"]
where = { age = "TOTAL" }
[scoreboard]
peers.nordic = ["DK", "FI", "SE", "EE", "LV", "LT"]
[errors]
model = "required"
files = ["groups.csv"]
where = { age = "TOTAL" }
breakdowns = { c_birth = "birth_group" }
[policies]
files = ["answers.csv"]
levels = ["area"]
title = { en = "Questionnaire on policies", nl = "Vragenlijst over beleid" }
source = "made up"
"""
YEARS = range(2017, 2025)


def release(folder: Path) -> Path:
    """The release of the monitor and its files."""
    files(folder)
    return run_published(load_published_monitor(folder), now=datetime(2025, 7, 1, tzinfo=UTC))


def files(folder: Path) -> None:
    """Employment rates by country of birth for all Member States, with flags, breaks and a country without a figure."""
    folder.mkdir()
    (folder / "monitor.toml").write_text(MONITOR, encoding="utf-8")
    places = load_published_monitor(folder).places
    rates, people, groups = (
        ["DATAFLOW,freq,unit,sex,age,c_birth,geo,TIME_PERIOD,OBS_VALUE,OBS_FLAG"],
        ["DATAFLOW,freq,age,geo,TIME_PERIOD,OBS_VALUE,OBS_FLAG"],
        ["DATAFLOW,freq,age,c_birth,geo,TIME_PERIOD,OBS_VALUE,OBS_FLAG"],
    )
    for (place, geo), year in itertools.product(enumerate(places), YEARS):
        people.append(f"ESTAT:DEMO_PJAN(1.0),A,TOTAL,{geo},{year},{(place + 1) * 1_000_000},")
        groups.append(f"ESTAT:MIGR_POP3CTB(1.0),A,TOTAL,NEU27_2020_FOR,{geo},{year},{(place + 1) * 100_000},")
        groups.append(f"ESTAT:MIGR_POP3CTB(1.0),A,TOTAL,NAT,{geo},{year},{(place + 1) * 850_000},")
        native = 72 + place % 9 + (year - 2017) * 0.3
        for group, value in (
            ("NAT", native),
            ("NEU27_2020_FOR", native - 14 + place % 5 + (year - 2017) * 1.1),
        ):
            flag = (
                "b" if year == 2021 and place % 4 == 0 else "u" if place % 6 == 1 and group != "NAT" else ""
            )
            if geo != "MT" or group == "NAT":
                line = f"A,PC,T,Y20-64,{group},{geo},{year},{value:.1f},{flag}"
                rates.append(f"ESTAT:LFSA_ERGACOB(1.0),{line}")
    answers = [
        "geo,area,question,score",
        *(f"{geo},labour,q{n},{50 * (n % 3)}" for geo in places for n in range(3)),
    ]
    for name, lines in (("rates", rates), ("people", people), ("groups", groups), ("answers", answers)):
        (folder / f"{name}.csv").write_text("\n".join(lines) + "\n", encoding="utf-8")
