"""Ratings from the observations of a release, on real figures: gaps in employment of foreign citizens, 2024."""

from __future__ import annotations

import csv
import math
from collections import Counter
from dataclasses import replace

import pyarrow as pa
import pytest

from tests.support import SHARED, needs_shared
from zaragoza.catalogue import load_catalogue
from zaragoza.compare.ratings import Board, ratings
from zaragoza.model.indicator import Indicator
from zaragoza.model.observation import STATUS

CATALOGUE = load_catalogue()
JER = CATALOGUE.rating_rules["jer"]
EMPLOYMENT = CATALOGUE.indicators["employment_rate"]
BOARD = Board(rule=JER, aggregates=("EU27_2020",), reference="EU27_2020")


def row(geo: str, period: str, value: float | None, reason: str = "published", **more: object) -> dict:
    status = STATUS[reason]
    return {
        "indicator": "employment_rate", "citizenship": "FOR", "statistic": "difference", "reference": "NAT", "geo": geo,
        "period": period, "value": value, "standard_error": None, "reason": reason, "obs_status": status.obs_status,
        "flag": "", **more,
    }  # fmt: skip


def rated(rows: list[dict], indicator: Indicator = EMPLOYMENT) -> dict[str, dict]:
    table, known = pa.Table.from_pylist(rows), {"employment_rate": indicator}
    found = ratings(table, known, ("citizenship",), BOARD)
    return {each["geo"]: each for each in found.to_pylist()}


@needs_shared
@pytest.mark.parametrize(
    ("geo", "gap", "change", "level_score", "change_score", "label"),
    [  # methods/07 section 5: nationals minus foreign citizens, low is good; here group minus reference
        ("BG", 20.1, 3.9, 2.350, 1.166, "critical situations"),
        ("NL", 11.2, 0.4, 1.127, -0.191, "critical situations"),
        ("SE", 9.8, -0.8, 0.935, -0.656, "to watch"),
        ("SK", 1.5, 11.1, -0.206, 3.958, "to watch"),
        ("DK", 2.3, -3.3, -0.096, -1.626, "better than average"),
        ("SI", -1.8, 1.3, -0.659, 0.158, "better than average"),
        ("PL", -7.0, -1.9, -1.373, -1.083, "best performers"),
    ],
)
def test_gaps_of_foreign_citizens(
    geo: str, gap: float, change: float, level_score: float, change_score: float, label: str
) -> None:
    found = rated(european_gaps())[geo]
    assert (found["level"], found["change"]) == (pytest.approx(-gap), pytest.approx(-change))
    assert found["level_score"] == pytest.approx(level_score, abs=5e-4)
    assert found["change_score"] == pytest.approx(change_score, abs=5e-4)
    assert JER.categories[found["category"]].en == label
    assert (found["period"], found["since"], found["reason"]) == ("2024", "2023", "no_error_known")
    assert found["unreliable"] is (geo == "BG")


def european_gaps() -> list[dict]:
    assert SHARED is not None
    path = SHARED / "methods/data/eurostat_lfsa_ergan_sdmxcsv2_labels.csv"
    with path.open(newline="", encoding="utf-8") as file:
        rows = [each for each in csv.DictReader(file) if each["geo"] in CATALOGUE.country_sets["eu27_2020"]]
    figures = {
        (each["geo"], each["TIME_PERIOD"], each["citizen"]): (float(each["OBS_VALUE"]), each["OBS_FLAG"])
        for each in rows
        if each["OBS_VALUE"] and each["sex"] == "T" and each["age"] == "Y15-64"
    }
    gaps = []
    for (geo, period, citizen), (value, flag) in figures.items():
        if citizen == "FOR" and (geo, period, "NAT") in figures:
            reason = "unreliable" if "u" in flag else "published"
            gaps.append(row(geo, period, value - figures[geo, period, "NAT"][0], reason))
    return gaps


COUNTRIES = [f"C{number}" for number in range(20)]
STEADY = [row(geo, period, number / 2) for number, geo in enumerate(COUNTRIES) for period in ("2022", "2023")]


def test_the_latest_period_is_the_last_with_enough_places() -> None:
    ahead = [row(geo, "2024", 1.0) for geo in COUNTRIES[:14]]
    assert {each["period"] for each in rated(STEADY + ahead).values()} == {"2023"}
    assert {each["period"] for each in rated([*STEADY, *ahead, row("C19", "2024", 2.0)]).values()} == {"2024"}
    assert rated(STEADY[:28]) == {}  # 14 places


def test_a_change_is_from_the_period_before_that_there_is() -> None:
    rows = [each for each in STEADY if (each["geo"], each["period"]) != ("C3", "2022")]
    found = rated([*rows, row("C3", "2020", 0.5)])
    assert (found["C3"]["since"], found["C3"]["change"]) == ("2020", 1.0)
    found = rated(rows)
    assert (found["C3"]["since"], found["C3"]["category"], found["C3"]["reason"]) == (None, None, "no_change")


def test_hidden_figures_are_no_figures() -> None:
    rows = [each for each in STEADY if (each["geo"], each["period"]) != ("C3", "2023")]
    found = rated([*rows, row("C3", "2023", None, "too_few")])
    assert "C3" not in found


def test_a_break_between_the_two_periods_counts() -> None:
    broken = [replace_in(each, "C3", "2023", obs_status="B", reason="break") for each in STEADY]
    assert rated(broken)["C3"]["reason"] == "break_in_series"
    beside = [
        replace_in(each, "C3", "2023", obs_status="U", reason="unreliable", flag="bu") for each in STEADY
    ]
    assert rated(beside)["C3"]["reason"] == "break_in_series"  # the status tells one flag, the letters all
    earlier = [replace_in(each, "C3", "2022", obs_status="B", reason="break") for each in STEADY]
    assert rated(earlier)["C3"]["reason"] == "no_error_known"


def test_errors_give_probabilities_and_ranks() -> None:
    found = rated([{**each, "standard_error": 0.2} for each in STEADY])
    assert all(0 < each["probability"] <= 1 and each["reason"] is None for each in found.values())
    assert all(each["rank_low"] <= each["rank_high"] for each in found.values())
    assert {each["level_se"] for each in found.values()} == {0.2}
    assert {each["change_se"] for each in found.values()} == {math.hypot(0.2, 0.2)}
    unsure = sum(each["probability"] < 0.9 for each in found.values())
    assert {each["undecided"] for each in found.values()} == {unsure / len(COUNTRIES)}


def test_peers_are_rated_among_themselves_as_well() -> None:
    board = replace(BOARD, peers={"low": COUNTRIES[:6], "few": COUNTRIES[:4]})
    table, known = pa.Table.from_pylist(STEADY), {"employment_rate": EMPLOYMENT}
    found = ratings(table, known, ("citizenship",), board).to_pylist()
    among = {name: {e["geo"]: e for e in found if e["peers"] == name} for name in ("_T", "low", "few")}
    assert {name: len(rows) for name, rows in among.items()} == {"_T": 20, "low": 6, "few": 4}
    assert among["_T"] == rated(STEADY)
    # levels 0, 0.5, ... 2.5: mean 1.25, standard deviation over N 0.8539; more is better, so the first scores worst
    assert among["low"]["C0"]["level_score"] == pytest.approx(1.25 / 0.853913)
    assert [among["low"][geo]["rank"] for geo in COUNTRIES[:6]] == [6, 5, 4, 3, 2, 1]
    assert {e["reason"] for e in among["few"].values()} == {"too_few_places"}


def test_what_has_no_direction_is_not_rated() -> None:
    assert rated(STEADY, indicator=replace(EMPLOYMENT, direction="neutral")) == {}


def test_aggregates_are_listed_and_do_not_count() -> None:
    union = [row("EU27_2020", period, 99.0) for period in ("2022", "2023")]
    found = rated(STEADY + union)
    assert found["EU27_2020"]["category"] is None
    assert found["C4"] == rated(STEADY)["C4"]
    assert Counter(each["rank"] for each in found.values())[None] == 1


def replace_in(given: dict, geo: str, period: str, **values: object) -> dict:
    return {**given, **values} if (given["geo"], given["period"]) == (geo, period) else given
