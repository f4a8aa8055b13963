"""A monitor protected by noise, from files to releases: nothing secret leaves, what noise cannot protect is refused."""

from __future__ import annotations

import csv
import json
import logging
from pathlib import Path

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from typer.testing import CliRunner

from tests.pipeline.surveys import faults, folder, text_of
from tests.pipeline.test_audit import altered
from zaragoza.catalogue.monitor import load_monitor
from zaragoza.cli import app
from zaragoza.errors import DefinitionError, DisclosureError
from zaragoza.pipeline import run

CANARY = {"D": "13", "V": "9.8765431", "js": "3", "pstay": "0.0234567"}
PARAMETERS = "\n".join(f"{name} = {value}" for name, value in CANARY.items())
VARIABLES = ("person", "age", "sex", "activity", "citizenship")
METHOD = '\n[protection]\nmethod = "cell_key"\ndominance_share = 0.1357913\n'


def people(n: int = 3000, seed: int = 3) -> pa.Table:
    draw = np.random.default_rng(seed)
    return pa.table(
        {
            "person": pa.array([f"id{i}" for i in range(n)]),
            "age": draw.integers(20, 65, n),
            "sex": draw.choice(["F", "M"], n),
            "activity": draw.choice(["employed", "unemployed", "other_inactive"], n, p=[0.7, 0.1, 0.2]),
            "citizenship": draw.choice(["XZ", "DE", "MA"], n, p=[0.9, 0.07, 0.03]),
        }
    )


def monitor(
    where: Path,
    more: str = METHOD,
    *,
    parameters: str | None = PARAMETERS,
    table: pa.Table | None = None,
    **changes,
) -> Path:
    text = text_of(more, files=("register.parquet",), variables=VARIABLES, **changes)
    text = text.replace('kind = "survey"', 'kind = "register"').replace(
        "synthetic = true", "synthetic = false"
    )
    place = folder(where, text, {"register.parquet": people() if table is None else table})
    if parameters is not None:
        secret = place / "noise.toml"
        secret.touch(mode=0o600)
        secret.write_text(parameters, encoding="utf-8")
    return place


@pytest.fixture(autouse=True)
def nothing_in_the_environment(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("ZARAGOZA_NOISE", raising=False)
    monkeypatch.delenv("ZARAGOZA_SECRET", raising=False)


def figures(place: Path) -> dict[object, dict[str, object]]:
    (path,) = sorted(place.glob("releases/*/observations.parquet"))[-1:]
    names = ("indicator", "statistic", "citizen_group", "sex")
    return {tuple(row.get(name, "_T") for name in names): row for row in pq.read_table(path).to_pylist()}


def test_two_releases_of_the_same_people(tmp_path, caplog):
    caplog.set_level(logging.DEBUG)
    place = monitor(tmp_path / "one")
    done = [CliRunner().invoke(app, [word, str(place)]) for word in ("check", "run")]
    assert [each.exit_code for each in done] == [0, 0], [each.output for each in done]
    first = figures(place)
    run(load_monitor(place))
    assert len(list(place.glob("releases/*/manifest.json"))) == 2
    other = monitor(  # the file in another order, another table
        tmp_path / "two",
        table=people().take(np.random.default_rng(1).permutation(3000)),
        by=(("sex",),),
    )
    run(load_monitor(other))
    second = figures(other)
    keys = [key for key in second if key in first]
    assert len(keys) > 4
    numbers = ("value", "standard_error", "n", "n_hat", "reason")
    assert all(first[key][name] == second[key][name] for key in keys for name in numbers)
    assert {row["reason"] for row in first.values()} >= {"perturbed"}
    everything = b"".join(path.read_bytes() for path in place.glob("releases/**/*") if path.is_file())
    told = everything.decode("utf-8", "replace") + "".join(each.output for each in done) + caplog.text
    for secret in (CANARY["V"], CANARY["pstay"], "pstay", "0.1357913", "dominance_share", "5f5f5f5f"):
        assert secret not in told
    assert "They do not add up" in told
    assert "tellen niet op" in told
    assert '"method": "cell_key"' in told


def test_figures_differ_from_the_exact_ones(tmp_path):
    place = monitor(tmp_path)
    run(load_monitor(place))
    exact = people()
    women = pa.compute.sum(pa.compute.equal(exact["sex"], "F")).as_py()
    row = figures(place)["employment_rate", "level", "_T", "F"]
    assert abs(row["n"] - women) <= 13
    assert any(
        row["n"] != exact.filter(pa.compute.equal(exact["sex"], sex)).num_rows
        for sex, row in (("F", row), ("M", figures(place)["employment_rate", "level", "_T", "M"]))
    )


@pytest.mark.parametrize("parameters", [None, "D = 5\nV = 3\njs = 2", ""])
def test_people_are_not_protected_by_parameters_that_anyone_can_read(tmp_path, parameters):
    place = monitor(tmp_path, parameters=parameters)
    (fault,) = faults(place)
    assert fault.kind is DisclosureError
    assert fault.field == "security.noise"
    with pytest.raises((DisclosureError, DefinitionError)):
        run(load_monitor(place))
    assert not list(place.glob("releases/*"))


def test_a_made_up_country_may_use_them(tmp_path):
    place = monitor(tmp_path, parameters=None)
    text = (place / "monitor.toml").read_text("utf-8").replace("synthetic = false", "synthetic = true")
    (place / "monitor.toml").write_text(text, encoding="utf-8")
    assert faults(place) == ()


def test_parameters_from_the_environment(tmp_path, monkeypatch):
    place = monitor(tmp_path, parameters=None)
    monkeypatch.setenv("ZARAGOZA_NOISE", "D = 7; V = 4.5; js = 2")
    assert faults(place) == ()


def test_parameters_that_others_can_read(tmp_path):
    place = monitor(tmp_path)
    (place / "noise.toml").chmod(0o644)
    (fault,) = faults(place)
    assert (fault.field, fault.way_out) == ("security.noise", "Run `chmod 600 noise.toml`.")


@pytest.mark.parametrize(
    ("parameters", "expected"),
    [
        ("D = 'x'\nV = -7.7654321\nmono = 3", 3),
        ("D = 5\nseed = 7.7654321", 1),
        ("D = = 7.7654321", 1),
        ("D = 5\nV = 0.7765432\njs = 2", 2),  # no table for two counts: blocked counts move further than that
    ],
)
def test_wrong_parameters_are_told_without_their_value(tmp_path, parameters, expected):
    found = faults(monitor(tmp_path, parameters=parameters))
    assert len(found) == expected
    assert not any("77654" in str(fault) or "7.76" in str(fault) for fault in found)


def test_what_noise_cannot_protect_is_refused_before_the_work(tmp_path):
    more = METHOD.replace("cell_key", "rounding") + "\n[[adjustments]]\ncovariates = ['sex']\n"
    text = text_of(more, files=("register.parquet",), variables=VARIABLES[1:])
    text = text.replace('"unemployment_rate"]', '"unemployment_rate", "gini_coefficient"]').replace(
        'activity = "activity"', 'activity = "activity"\nequivalised_income = "age"'
    )
    place = folder(tmp_path, text, {"register.parquet": people()})
    found = {fault.field: fault for fault in faults(place)}
    assert {"adjustments", "monitor.indicators", "source.variables.person", "protection.method"} <= set(found)
    assert "suppression" in found["adjustments"].way_out


def test_a_register_rounded_to_a_base(tmp_path):
    place = monitor(tmp_path, '\n[protection]\nmethod = "rounding"\nrounding_base = 7\n', parameters=None)
    run(load_monitor(place))
    n = [row["n"] for row in figures(place).values() if row["n"] is not None]
    assert len(n) > 5
    assert all(each % 7 == 0 for each in n)
    page = next(place.glob("releases/*/en/index.html")).read_text("utf-8")
    assert "They do not add up" in page


def test_changes_are_those_of_changed_levels(tmp_path):
    more = METHOD + '\n[[earlier]]\nperiod = "2022"\nfiles = ["before.parquet"]\n'
    place = monitor(tmp_path, more)
    pq.write_table(people(seed=8), place / "before.parquet")
    run(load_monitor(place))
    both = figures(place)
    alone = monitor(tmp_path / "before", table=people(seed=8), period=2022)
    run(load_monitor(alone))
    before = figures(alone)
    changes = [(key, row) for key, row in both.items() if key[1] == "change" and row["value"] is not None]
    assert len(changes) > 5
    for key, row in changes:
        level = (key[0], "level", *key[2:])
        assert row["value"] == pytest.approx(both[level]["value"] - before[level]["value"])
        assert row["n"] == both[level]["n"]
        assert row["reason"] in ("perturbed", "unreliable")
        assert row["ci_low"] < row["value"] < row["ci_high"]


def test_the_custodian_compares_methods(tmp_path):
    place = monitor(tmp_path, "")
    done = CliRunner().invoke(app, ["compare-protection", str(place)])
    assert done.exit_code == 0, done.output
    assert not list(place.glob("releases/*"))
    files = sorted((place / "protection").iterdir())
    assert [(path.name, path.stat().st_mode & 0o777) for path in files] == [
        ("protection.csv", 0o600),
        ("protection.html", 0o600),
    ]
    rows = list(csv.DictReader(files[0].read_text("utf-8").splitlines()))
    employed = {row["method"]: row for row in rows if row["indicator"] == "employment_rate"}
    assert set(employed) == {"suppression", "cell_key", "rounding", "controlled_rounding"}
    assert float(employed["suppression"]["largest_change"]) == 0
    assert [name for name, row in employed.items() if row["adds_up"] == "True"] == [
        "suppression",
        "controlled_rounding",
    ]
    assert float(employed["rounding"]["largest_change"]) < 5
    assert 0 < float(employed["cell_key"]["mean_change"]) <= 13
    assert employed["cell_key"]["largest_change"] == ""  # it would be D, or near it
    page = files[1].read_text("utf-8")
    assert "not for publication" in page
    assert "niet om te publiceren" in page
    assert CANARY["V"] not in page + files[0].read_text("utf-8") + done.output


def test_the_same_period_is_not_published_both_exact_and_changed(tmp_path: Path) -> None:
    """Who holds both releases would subtract one from the other."""
    place = monitor(tmp_path / "office", "\n[protection]\ndominance_share = 0.1357913\n")
    first = run(load_monitor(place))
    text = (place / "monitor.toml").read_text(encoding="utf-8")
    switched = text.replace("[protection]\n", '[protection]\nmethod = "cell_key"\n')
    (place / "monitor.toml").write_text(switched, encoding="utf-8")
    with pytest.raises(DisclosureError, match=f"suppression, which protects release {first.id}"):
        run(load_monitor(place))


ROUNDED = '\n[protection]\nmethod = "rounding"\nrounding_base = 5\n'


def audited(place: Path, *more: str) -> tuple[int, str]:
    (release,) = place.glob("releases/2*")
    done = CliRunner().invoke(app, ["audit", str(release), *more])
    return done.exit_code, done.output


def test_an_audit_of_rounded_counts_knows_the_base(tmp_path):
    place = monitor(tmp_path, ROUNDED)
    run(load_monitor(place))
    for beside in ((), ("--monitor", str(place))):
        code, told = audited(place, *beside)
        assert code == 0, told


def test_an_audit_of_cell_keys_needs_their_parameters(tmp_path):
    place = monitor(tmp_path)
    run(load_monitor(place))
    code, told = audited(place)
    assert (code, "secret" in told) == (3, True)
    code, told = audited(place, "--monitor", str(place))
    assert code == 0, told


def test_an_audit_finds_a_rounded_count_that_its_sums_tell(tmp_path):
    # Base 5 moves a count by 4 at most. Of 5 women, 1,000 men and 1,017 in all, as shown, women and men are 1,013 at
    # most and all are 1,013 at least: so there are 9 women.
    place = monitor(tmp_path, ROUNDED, by=(("sex",),))
    run(load_monitor(place))
    (release,) = place.glob("releases/2*")

    def plant(rows: list[dict[str, object]]) -> None:
        for row in rows:
            if (row["indicator"], row["statistic"]) == ("employment_rate", "level"):
                n = {"F": 5, "M": 1000, "_T": 1017}[str(row["sex"])]
                row.update(value=0.6, n=n, n_hat=float(n))

    done = CliRunner().invoke(
        app, ["audit", str(altered(release, tmp_path / "c", plant)), "--format", "json"]
    )
    assert done.exit_code == 2, done.output
    (one,) = json.loads(done.output)["exposures"]
    assert (one["sex"], one["by"], one["low"], one["high"]) == ("F", "n", 9, 9)


def test_an_audit_of_cell_keys_tells_no_bounds(tmp_path, monkeypatch):
    # Beside the shown count a bound would tell how far keys change counts. The run would refuse this release.
    monkeypatch.setattr("zaragoza.protect._MOST_CHANGED", 0)
    little = "D = 1\nV = 0.5\njs = 0\npstay = 0.1"
    place = monitor(tmp_path, table=people(60), parameters=little, by=(("citizen_group", "sex"),))
    run(load_monitor(place))
    code, told = audited(place, "--monitor", str(place), "--format", "json")
    found = json.loads(told)
    assert (code, found["verdict"]) == (2, "unsafe")
    assert {one["by"] for one in found["exposures"]} >= {"n"}
    assert all(one["low"] is one["high"] is None for one in found["exposures"])


def test_a_run_says_that_it_did_not_attack_a_large_release(tmp_path, monkeypatch):
    place = monitor(tmp_path, ROUNDED)
    told = CliRunner().invoke(app, ["run", str(place)]).output
    assert "not attacked" not in told
    monkeypatch.setattr("zaragoza.protect._MOST_CHANGED", 3)
    told = CliRunner().invoke(app, ["run", str(place)]).output
    release = max(place.glob("releases/2*"))
    assert f"zaragoza audit {release} --monitor {place}" in told
    assert "not attacked" in told
    for path, attacked in zip(sorted(place.glob("releases/2*/manifest.json")), (True, False), strict=True):
        log = json.loads(path.read_text("utf-8"))["protection"]["log"]
        assert {entry.get("attacked", True) for entry in log} == {attacked}
    done = CliRunner().invoke(app, ["audit", str(release), "--monitor", str(place)])  # as it was told
    assert done.exit_code == 0, done.output


def test_a_true_count_that_can_be_worked_out_stops_the_run(tmp_path):
    # With D = 1 whoever knows it has a count within one person; in groups of a few people sums tell which it is.
    little = "D = 1\nV = 0.5\njs = 0\npstay = 0.1"
    place = monitor(tmp_path, table=people(60), parameters=little, by=(("citizen_group", "sex"),))
    with pytest.raises(DisclosureError) as refused:
        run(load_monitor(place))
    assert not list(place.glob("releases/*/manifest.json"))
    fault = refused.value.faults[0]
    assert (fault.expected, fault.found) == (
        "a true count that nobody can work out",
        "lines that bound its n too narrowly",
    )
    assert "larger D together with V" in fault.way_out
