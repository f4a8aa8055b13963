"""monitor.toml of published figures: scoreboard, errors, policies; all faults at once."""

from __future__ import annotations

from pathlib import Path

import pyarrow as pa
import pytest

import zaragoza as z
from tests.web.published import MONITOR
from zaragoza.catalogue import load_catalogue
from zaragoza.catalogue.published_monitor import load_published_monitor
from zaragoza.compare.trend_table import trend_table
from zaragoza.errors import DefinitionError

HEAD = """[monitor]
id = "x"
title = { en = "X", nl = "X" }
[source]
kind = "published"
[places]
union = "EU27_2020"
"""


def written(folder: Path, text: str) -> Path:
    (folder / "monitor.toml").write_text(text, encoding="utf-8")
    return folder


def faults(folder: Path, text: str) -> dict[str, str]:
    with pytest.raises(DefinitionError) as caught:
        load_published_monitor(written(folder, HEAD + text))
    return {fault.field: fault.found for fault in caught.value.faults}


def test_everything_that_a_monitor_says(tmp_path: Path) -> None:
    monitor = load_published_monitor(written(tmp_path, MONITOR))
    assert monitor.rule == "jer"
    assert monitor.peers == {"nordic": ("DK", "FI", "SE", "EE", "LV", "LT")}
    assert monitor.errors is not None
    assert monitor.errors.groups.breakdowns == {"c_birth": "birth_group"}
    assert monitor.errors.household_size is None
    assert monitor.policies is not None
    assert (monitor.policies.levels, monitor.policies.source) == (("area",), "made up")


def test_what_is_left_out(tmp_path: Path) -> None:
    monitor = load_published_monitor(written(tmp_path, HEAD))
    assert (monitor.files, monitor.errors, monitor.policies, monitor.peers) == ((), None, None, {})


def test_all_faults_at_once(tmp_path: Path) -> None:
    found = faults(
        tmp_path,
        """[scoreboard]
rule = "jre"
peers.north = ["DK", "NO"]
[errors]
model = "guess"
household_size = 0
breakdowns = { citizen = "citizenship" }
[policies]
title = { en = "Only English" }
""",
    )
    assert set(found) == {
        "scoreboard.rule", "scoreboard.peers.north", "errors.model", "errors.household_size",
        "errors.breakdowns.citizen", "errors", "policies.files", "policies.title", "policies.source",
    }  # fmt: skip
    assert found["scoreboard.peers.north"] == "`NO`"


def series(*values: float, statistic: str = "level", breaks: tuple[str, ...] = ()) -> pa.Table:
    rows = [
        {
            "indicator": "employment_rate", "birth_group": "NEU27_2020_FOR", "statistic": statistic,
            "reference": None if statistic == "level" else "NAT", "geo": "NL", "period": str(2015 + place),
            "value": value, "standard_error": 0.001, "reason": "published", "obs_status": "A",
            "flag": "bu" if str(2015 + place) in breaks else "",
        }
        for place, value in enumerate(values)
    ]  # fmt: skip
    return pa.Table.from_pylist(rows)


def trended(table: pa.Table) -> dict:
    (row,) = trend_table(table, load_catalogue().indicators, ("birth_group",)).to_pylist()
    return row


def test_a_trend_of_a_level() -> None:
    row = trended(series(0.50, 0.52, 0.54, 0.56, 0.58))
    assert (row["first"], row["last"], row["verdict"], row["closing"]) == (2015, 2019, "improving", None)
    assert row["pace"] == pytest.approx(0.02)
    assert row["ci_low"] == pytest.approx(0.02 - 1.959964 * 0.001 * 2**0.5)


def test_a_trend_of_a_gap_closes_from_below() -> None:
    row = trended(series(-0.20, -0.171, -0.14, -0.11, -0.079, statistic="difference"))
    assert (row["verdict"], row["closing"]) == ("improving", "closing")
    assert row["year_low"] < row["year_closed"] < row["year_high"]
    assert row["year_closed"] == pytest.approx(2015 + 0.2 / 0.0303, abs=0.1)


def test_a_trend_begins_anew_at_a_break() -> None:
    row = trended(series(0.80, 0.81, 0.50, 0.52, 0.54, 0.56, breaks=("2017",)))
    assert (row["first"], row["breaks"]) == (2017, "2017")
    assert row["pace"] == pytest.approx(0.02)
    alone = trended(series(0.80, 0.81, 0.50, breaks=("2017",)))
    assert (alone["verdict"], alone["reason"], alone["pace"]) == (None, "break_in_series", None)


def test_what_documents_state_needs_no_data() -> None:
    table = z.stated_figures("nl")
    assert table.num_rows == len(load_catalogue().published_values) + len(load_catalogue().targets)
    row = next(row for row in table.to_pylist() if row["id"] == "emp_rate_5")
    assert (row["text"], row["group"]) == ("ongeveer 60 %", "onderdanen van derde landen")
    with pytest.raises(DefinitionError, match="one of en, nl"):
        z.stated_figures("fr")  # type: ignore[arg-type]  # what must fail
