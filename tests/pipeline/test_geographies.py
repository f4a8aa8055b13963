"""Overlapping geographies and earlier releases through `zaragoza run` and `audit`, and what is secret in a policy."""

from __future__ import annotations

import json
import logging
import traceback
from pathlib import Path

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from typer.testing import CliRunner

from tests.pipeline.surveys import folder, text_of
from zaragoza.catalogue.monitor import load_monitor
from zaragoza.cli import app
from zaragoza.errors import DisclosureError
from zaragoza.model.disclosure import Policy
from zaragoza.pipeline import run

VARIABLES = ("person", "age", "sex", "activity", "citizenship", "region", "municipality")
OLD, NEW = ("region", "sex"), ("municipality", "sex")  # the borders before a change, and those after it
GUARDS = {  # numbers of a policy that methods/06 section 1 calls confidential
    "dominance_share": "0.1357913", "dominance_prior": "0.9135791", "largest_share": "0.8642864",
    "full_share": "0.9753197",
}  # fmt: skip

CONTRIBUTORS = "largest_contributors = 3\ndominance_coalition = 4\n"


def people(moved: int = 3) -> pa.Table:
    """Two towns; the last people of the first live in the second since the borders changed."""
    number = np.arange(1500)
    old = np.where(number < 900, "A", "B")
    new = np.where(number < 900 - moved, "A", "B")
    return pa.table(
        {
            "person": [f"id{i}" for i in number],
            "age": np.random.default_rng(1).integers(20, 65, 1500),
            "sex": np.where(number % 2, "F", "M"),
            "activity": np.array(["employed", "employed", "unemployed", "other_inactive", "employed"])[
                number % 5
            ],
            "citizenship": np.where(number % 9, "XZ", "MA"),
            "region": old,
            "municipality": new,
        }
    )


def monitor(where: Path, by: tuple[tuple[str, ...], ...], more: str = "", moved: int = 3) -> Path:
    text = text_of(more, files=("register.parquet",), variables=VARIABLES, by=by)
    text = text.replace('kind = "survey"', 'kind = "register"')
    return folder(where, text, {"register.parquet": people(moved)})


def invoke(*arguments: object) -> tuple[int, str]:
    done = CliRunner().invoke(app, [str(each) for each in arguments])
    return done.exit_code, done.output


def released(where: Path) -> Path:
    """The last release of a monitor that runs."""
    code, told = invoke("run", where)
    assert code == 0, told
    return sorted(where.glob("releases/2*"))[-1]


def levels(release: Path) -> list[dict[str, object]]:
    rows = pq.read_table(release / "observations.parquet").to_pylist()
    return [row for row in rows if row["statistic"] == "level"]


def test_two_releases_by_other_borders_give_away_who_moved(tmp_path):
    # Neither office knows of the other's release: each is safe, and both together tell of three people.
    before, after = (released(monitor(tmp_path / name, (by,))) for name, by in (("old", OLD), ("new", NEW)))
    assert [invoke("audit", each)[0] for each in (before, after)] == [0, 0]
    code, told = invoke("audit", after, before, "--format", "json")
    assert code == 2
    assert {each["by"] for each in json.loads(told)["exposures"]} == {"difference"}
    many = [released(monitor(tmp_path / f"{by[0]}-60", (by,), moved=60)) for by in (OLD, NEW)]
    assert invoke("audit", *many)[0] == 0


def test_one_release_by_both_borders_hides_who_moved(tmp_path):
    place = monitor(tmp_path, (OLD, NEW))
    release = released(place)
    hidden = {(r["region"], r["municipality"]) for r in levels(release) if r["reason"] == "secondary"}
    assert hidden
    assert ("_T", "_T") not in hidden
    for beside in ((), ("--monitor", place)):
        code, told = invoke("audit", release, *beside)
        assert code == 0, told


def test_a_later_release_by_other_borders_knows_the_earlier_one(tmp_path):
    place = monitor(tmp_path, (OLD,))
    first = released(place)
    monitor(tmp_path, (NEW,))
    second = released(place)
    assert {r["reason"] for r in levels(first)} == {"published"}
    assert "secondary" in {r["reason"] for r in levels(second)}
    code, told = invoke("audit", second, first)
    assert code == 0, told


def test_a_later_release_that_shows_what_an_earlier_one_hid_is_refused(tmp_path):
    # What is too few by the first rule is enough by the second.
    place = monitor(tmp_path, (("region", "citizen_group"),), "\n[protection]\nmin_count = 70\n")
    first = released(place)
    assert "too_few" in {r["reason"] for r in levels(first)}
    monitor(tmp_path, (("region", "citizen_group"),), "\n[protection]\nmin_count = 10\n")
    with pytest.raises(DisclosureError) as refused:
        run(load_monitor(place))
    assert all(fault.found == "an earlier release that shows it" for fault in refused.value.faults)
    told = str(refused.value)
    assert "citizen_group NEU27_2020_FOR" in told
    assert not any(f" {r['n']} " in told for r in levels(first) if r["n"])
    assert len(list(place.glob("releases/2*"))) == 1


def test_no_number_of_the_policy_leaves(tmp_path, caplog: pytest.LogCaptureFixture):
    caplog.set_level(logging.DEBUG)
    rules = "".join(f"{name} = {number}\n" for name, number in GUARDS.items())
    place = monitor(tmp_path, (OLD,), f"\n[protection]\n{rules}{CONTRIBUTORS}")
    told = invoke("check", place)[1]
    release = released(place)
    for beside in ((), ("--monitor", place), ("--format", "json")):
        told += invoke("audit", release, *beside)[1]
    told += invoke("compare-protection", place)[1] + caplog.text
    files = [path for path in place.rglob("*") if path.is_file() and path.name != "monitor.toml"]
    told += b"".join(path.read_bytes() for path in files).decode("utf-8", "replace")
    assert len(files) > 10
    for name, number in GUARDS.items():
        assert number not in told
        assert number.rstrip("0")[:7] not in told
        assert name not in told
    assert not any(
        name in told for name in ("largest_contributors", "dominance_coalition", "contributions_known")
    )
    assert '"dominance"' in told  # that the rule is used is public


@pytest.mark.parametrize(
    ("name", "number"),
    [
        ("dominance_share", "0.0573913"),  # lower than the default, and no reason
        ("dominance_share", "5.73913"),
        ("dominance_prior", "0.00573913"),
        ("largest_share", "75.73913"),  # in per cent
        ("full_share", "97.573913"),
        ("largest_contributors", "73913"),
        ("dominance_coalition", "73913"),
    ],
)
def test_no_fault_repeats_a_number_of_the_policy(tmp_path, name, number):
    place = monitor(tmp_path, (OLD,), f"\n[protection]\n{name} = {number}\n")
    for command in ("check", "run"):
        done = CliRunner().invoke(app, [command, str(place)])
        told = done.output + str(done.exception) + "".join(traceback.format_exception(done.exception))
        assert done.exit_code
        assert f"protection.{name}" in told
        assert "73913" not in told


def test_a_policy_that_is_printed_shows_no_number_of_its_rules_on_contributions():
    shown = repr(Policy(**{name: float(number) for name, number in GUARDS.items()}, largest_contributors=3))
    assert not any(name in shown or number.rstrip("0") in shown for name, number in GUARDS.items())
    assert "largest_contributors" not in shown
    assert "dominance_coalition" not in shown
    assert "min_count=20" in shown
