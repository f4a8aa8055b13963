"""Revisions between vintages: by hand, by a plain twin on random and real vintages, and by the paper's example."""

from __future__ import annotations

import csv
import gzip
import itertools
import json
from pathlib import Path

import pyarrow as pa
import pytest
from hypothesis import given
from hypothesis import strategies as st
from typer.testing import CliRunner

from tests.reference.revisions import Key, Said, compared
from tests.support import SHARED, needs_shared
from zaragoza.cli import app
from zaragoza.compare.revisions import compare_vintages
from zaragoza.errors import InputError

KEYS = ("geo", "period")
JAF = SHARED / "data" / "scoreboard" / "jaf_vintages" if SHARED else Path()


def table(vintage: dict[Key, Said], keys: tuple[str, ...] = KEYS) -> pa.Table:
    columns = {
        name: pa.array([key[place] for key in vintage], pa.string()) for place, name in enumerate(keys)
    }
    columns["value"] = pa.array([value for value, _ in vintage.values()], pa.float64())
    return pa.table({**columns, "flag": pa.array([flag for _, flag in vintage.values()], pa.string())})


def found(
    earlier: dict[Key, Said], later: dict[Key, Said], keys: tuple[str, ...] = KEYS
) -> dict[Key, object]:
    changes = compare_vintages(table(earlier, keys), table(later, keys), keys).changes
    return {
        tuple(row[key] for key in keys): (row["change"], row["difference"]) for row in changes.to_pylist()
    }


def test_every_kind_of_change_by_hand() -> None:
    earlier: dict[Key, Said] = {
        ("AT", "2020"): (1.0, ""), ("BE", "2020"): (2.0, ""), ("BG", "2020"): (3.0, "b"),
        ("CY", "2020"): (None, "u"), ("CZ", "2020"): (5.0, ""), ("DE", "2020"): (6.0, "p"),
    }  # fmt: skip
    later: dict[Key, Said] = {
        ("AT", "2020"): (1.0, ""), ("BE", "2020"): (2.5, ""), ("CY", "2020"): (4.0, ""),
        ("CZ", "2020"): (None, "c"), ("DE", "2020"): (6.0, ""), ("DE", "2021"): (7.0, ""),
    }  # fmt: skip
    assert found(earlier, later) == {
        ("BE", "2020"): ("revised", 0.5),
        ("BG", "2020"): ("dropped", None),
        ("CY", "2020"): ("revised", None),
        ("CZ", "2020"): ("revised", None),
        ("DE", "2020"): ("flag", 0.0),
        ("DE", "2021"): ("new", None),
    }


def test_mean_revisions_of_the_quality_paper() -> None:
    """methods/14, A6: first (100,102,98,105), latest (101,102,97,108): MR .75, MAR 1.25, RMAR 5/408."""
    first, last = (
        {("X", str(year)): (float(value), "") for year, value in enumerate(values)}
        for values in ((100, 102, 98, 105), (101, 102, 97, 108))
    )
    revisions = compare_vintages(table(first), table(last), KEYS)
    assert (revisions.mean, revisions.mean_absolute) == (0.75, 1.25)
    assert revisions.relative == pytest.approx(5 / 408)
    assert (revisions.common, revisions.revised) == (4, 3)


figures = st.dictionaries(
    st.tuples(st.sampled_from("AB"), st.sampled_from(["2020", "2021", "2022"])),
    st.tuples(st.sampled_from([None, 1.0, 2.5]), st.sampled_from(["", "b", "u"])),
)


@given(earlier=figures, later=figures)
def test_random_vintages_against_the_plain_twin(earlier: dict[Key, Said], later: dict[Key, Said]) -> None:
    assert found(earlier, later) == compared(earlier, later)
    turned = found(later, earlier)
    swapped = {"new": "dropped", "dropped": "new"}
    assert {key: swapped.get(change, change) for key, (change, _) in turned.items()} == {
        key: change for key, (change, _) in found(earlier, later).items()
    }


def test_other_keys_or_figures_that_occur_twice_are_refused() -> None:
    one = table({("AT", "2020"): (1.0, "")})
    with pytest.raises(InputError, match="sex"):
        compare_vintages(one, one, ("geo", "sex"))
    with pytest.raises(InputError, match="1 figures with the keys of another"):
        compare_vintages(pa.concat_tables([one, one]), one, KEYS)


def jaf(day: str) -> dict[Key, Said]:
    """A real vintage of the Joint Assessment Framework."""
    with gzip.open(JAF / f"jaf_integration_{day}.csv.gz", "rt", encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file))
    keys = [name for name in rows[0] if name not in ("value", "flags")]
    assert len(keys) == 3
    return {
        (row[keys[0]], row[keys[1]], row[keys[2]]): (
            float(row["value"]) if row["value"] else None,
            row["flags"],
        )
        for row in rows
    }


@needs_shared
def test_real_vintages_against_the_plain_twin() -> None:
    days = ("2023-11-22", "2024-02-02", "2024-06-04", "2025-01-09", "2025-06-03")
    for earlier, later in itertools.pairwise(days):
        before, after = jaf(earlier), jaf(later)
        changes = found(before, after, ("key", "geo", "period"))
        assert changes == compared(before, after)
        assert changes


@needs_shared
def test_how_much_changed_within_a_year() -> None:
    """shared/data/README: 4,984 of 62,760 common cells changed between 2024-06-04 and 2025-06-03."""
    keys = ("key", "geo", "period")
    before, after = jaf("2024-06-04"), jaf("2025-06-03")
    revisions = compare_vintages(table(before, keys), table(after, keys), keys)
    assert len(before) - revisions.dropped == len(after) - revisions.new == 62_760
    rows = revisions.changes.to_pylist()
    assert sum(row["change"] == "revised" and row["difference"] is not None for row in rows) == 4_984


@needs_shared
def test_the_command_reads_the_stored_vintages() -> None:
    """The same figure from the command line."""
    files = [str(JAF / f"jaf_integration_{day}.csv.gz") for day in ("2024-06-04", "2025-06-03")]
    result = CliRunner().invoke(app, ["revisions", *files, "--format", "json"], catch_exceptions=False)
    rows = json.loads(result.output)["changes"]
    assert sum(row["change"] == "revised" and row["difference"] is not None for row in rows) == 4_984
    assert {"JAF_KEY", "geo", "period"} < set(rows[0])
