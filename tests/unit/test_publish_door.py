"""The last look at the door: observations and logs that a release refuses, with nothing written."""

from __future__ import annotations

from datetime import datetime
from pathlib import Path

import pyarrow as pa
import pytest

from tests.web.made_up import observations
from tests.web.releases import FEW, HIDDEN, write
from zaragoza.errors import DisclosureError, ReleaseError
from zaragoza.model.observation import NUMBER_FIELDS


def changed(position: int, **values: object) -> pa.Table:
    """The made-up observations with other values in one row, counted among those whose status is hidden."""
    table = observations(FEW)
    rows = table.to_pylist()
    hidden = [number for number, row in enumerate(rows) if row["reason"] in HIDDEN]
    rows[hidden[position]] |= values
    return pa.Table.from_pylist(rows, schema=table.schema)


@pytest.mark.parametrize("name", NUMBER_FIELDS)
def test_a_hidden_number_is_refused_and_nothing_is_written(tmp_path: Path, name: str) -> None:
    with pytest.raises(DisclosureError) as caught:
        write(tmp_path, changed(0, **{name: 317}))
    assert [fault.field for fault in caught.value.faults] == [name]
    assert "317" not in str(caught.value)
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize("value", [float("nan"), float("inf"), float("-inf")])
def test_what_is_not_a_number_is_refused(tmp_path: Path, value: float) -> None:
    table = observations(FEW)
    rows = table.to_pylist()
    shown = next(number for number, row in enumerate(rows) if row["reason"] == "published")
    rows[shown]["standard_error"] = value
    with pytest.raises(DisclosureError):
        write(tmp_path, pa.Table.from_pylist(rows, schema=table.schema))
    assert list(tmp_path.iterdir()) == []


def test_all_faults_are_told_at_once(tmp_path: Path) -> None:
    with pytest.raises(DisclosureError) as caught:
        write(tmp_path, changed(0, value=0.5, n=3, reason="too_few", obs_status="A", conf_status="F"))
    assert {fault.field for fault in caught.value.faults} == {"reason, obs_status, conf_status", "value", "n"}


def test_a_status_that_is_not_in_the_table_is_refused(tmp_path: Path) -> None:
    with pytest.raises(DisclosureError):
        write(tmp_path, changed(0, reason="because"))
    with pytest.raises(DisclosureError):
        write(tmp_path, changed(0, reason=None))


def test_a_shown_row_without_a_value_is_refused(tmp_path: Path) -> None:
    with pytest.raises(DisclosureError) as caught:
        write(tmp_path, changed(0, reason="published", obs_status="A", conf_status="F"))
    assert caught.value.faults[0].field == "value"


def test_a_log_with_numbers_of_figures_is_refused(tmp_path: Path) -> None:
    with pytest.raises(DisclosureError) as caught:
        write(tmp_path, log=[{"indicator": "neet", "n": 7, "numerator": 2.0}])
    assert {fault.field for fault in caught.value.faults} == {"n", "numerator"}
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize(
    "table",
    [
        observations(FEW).drop_columns(["reason"]),
        observations(FEW).rename_columns(
            ["origin" if name == "birth_group" else name for name in observations(FEW).column_names]
        ),
        observations(FEW).slice(0, 0),
        changed(0, birth_group="Mars"),
        changed(0, indicator="not_defined"),
        pa.concat_tables([observations(FEW), observations(FEW).slice(0, 1)]),
        observations(FEW).set_column(1, "period", pa.array(["2019"] * observations(FEW).num_rows)),
    ],
    ids=[
        "column missing",
        "column unknown",
        "no rows",
        "category unknown",
        "indicator unknown",
        "row twice",
        "other period",
    ],
)
def test_observations_that_do_not_fit_the_definitions_are_refused(tmp_path: Path, table: pa.Table) -> None:
    with pytest.raises(ReleaseError) as caught:
        write(tmp_path, table)
    assert "Mars" not in str(caught.value)
    assert list(tmp_path.iterdir()) == []


def test_a_time_without_a_zone_is_refused(tmp_path: Path) -> None:
    with pytest.raises(ReleaseError):
        write(tmp_path, now=datetime(2025, 9, 29))
