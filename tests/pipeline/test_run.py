"""From a file to a release through the command line, on a small made-up country with planted canaries."""

from __future__ import annotations

import csv
import hashlib
import json
import re
import shlex
from datetime import UTC, datetime
from pathlib import Path

import pyarrow.csv as pa_csv
import pyarrow.parquet as pq
import pytest
from typer.testing import CliRunner

import zaragoza as z
from zaragoza.catalogue.monitor import load_monitor
from zaragoza.cli import app
from zaragoza.model.observation import STATUS
from zaragoza.pipeline import run
from zaragoza.synthetic import draw_survey, make_country, write_office_files

CANARY_NAME, CANARY_AMOUNT = "Kanariewicz", "73917391.25"
ANSWERS = 'country = "XZ"\nperiod = "2023"\nkind = "survey"\nsynthetic = "yes"\n'
KEPT = ("employment_rate", "unemployment_rate", "mean_equivalised_income")


@pytest.fixture(scope="module")
def office(tmp_path_factory) -> Path:
    """A folder with the survey's file, in which one person has a name and an amount that nobody else has."""
    folder = tmp_path_factory.mktemp("office")
    country = make_country(12_000, seed=3)
    write_office_files(country, draw_survey(country, 1_200, seed=3, nonresponse=0.03), folder)
    path = folder / "survey.csv"
    rows = list(csv.reader(path.read_text(encoding="latin-1").splitlines(), delimiter=";"))
    header, first = rows[0], rows[1]
    first[header.index("HY020")] = CANARY_AMOUNT
    with path.open("w", encoding="latin-1", newline="") as file:
        writer = csv.writer(file, delimiter=";")
        writer.writerow([*header, "NAAM"])
        writer.writerows([*row, CANARY_NAME if row is first else "x"] for row in rows[1:])
    (folder / "answers.toml").write_text(ANSWERS, encoding="utf-8")
    return folder


def invoke(*arguments: object):
    return CliRunner().invoke(app, [str(a) for a in arguments])


@pytest.fixture(scope="module")
def monitor(office) -> Path:
    """The proposed monitor, with few indicators and two breakdowns."""
    folder = office / "monitor"
    done = invoke("init", folder, office / "survey.csv", "--answers", office / "answers.toml")
    assert done.exit_code == 0, done.output
    text = (folder / "monitor.toml").read_text(encoding="utf-8")
    text = re.sub(r"\[\[breakdowns\]\]\nby = .*\n", "", text)
    text = re.sub(r'indicators = "all".*', f"indicators = {json.dumps(KEPT)}", text)
    text += '\n[[breakdowns]]\nby = ["birth_group", "sex"]\n\n[[breakdowns]]\nby = ["citizen_group"]\n'
    (folder / "monitor.toml").write_text(text, encoding="utf-8")
    return folder


@pytest.fixture(scope="module")
def released(monitor) -> tuple[Path, str]:
    """The release's folder and all that was printed."""
    checked = invoke("check", monitor)
    assert checked.exit_code == 0, checked.output
    done = invoke("run", monitor)
    assert done.exit_code == 0, done.output
    (release,) = (monitor / "releases").glob("2*")
    return release, checked.output + done.output


def test_the_release_has_what_was_asked(released):
    release, output = released
    observations = pq.read_table(release / "observations.parquet")
    assert set(observations["indicator"].to_pylist()) == set(KEPT)
    raw = {"level", "difference", "ratio"}
    assert set(observations["statistic"].to_pylist()) == raw | {"adjusted_gap", "explained"}
    assert "age_group+sex" in observations["adjustment"].to_pylist()
    assert release.name in output
    for name in ("observations.csv", "manifest.json", "index.html", "en/index.html", "nl/index.html"):
        assert (release / name).is_file(), name


def test_every_observation_is_shown_with_error_and_n_or_hidden_whole(released):
    for row in pq.read_table(released[0] / "observations.parquet").to_pylist():
        status = STATUS[row["reason"]]
        numbers = [row[name] for name in ("value", "standard_error", "n", "n_hat")]
        assert (row["obs_status"], row["conf_status"]) == (status.obs_status, status.conf_status)
        assert all(v is not None for v in numbers) if status.shown else all(v is None for v in numbers)


def test_published_levels_are_those_of_the_api(office, released):
    """The same figure from the file by the public API, without the pipeline: unweighted n and the share."""
    data = pa_csv.read_csv(
        office / "survey.csv",
        read_options=pa_csv.ReadOptions(encoding="latin-1"),
        parse_options=pa_csv.ParseOptions(delimiter=";"),
    )
    design = z.Design("RB050", "DB050", ("DB060", "DB062"), ("population_size", "population_size_2"))
    employed = z.share("PL032 = 1", among="RB082 BETWEEN 20 AND 64")
    expected = z.estimate(data, {"e": employed}, by="RB290", design=design, interval="logit").to_pylist()
    native = next(row for row in expected if row["RB290"] == "XZ")
    observations = pq.read_table(released[0] / "observations.parquet").to_pylist()
    (found,) = (
        row
        for row in observations
        if (row["indicator"], row["citizen_group"], row["birth_group"], row["statistic"])
        == ("employment_rate", "NAT", "_T", "level")
    )
    assert found["n"] == native["n"]
    for name in ("value", "standard_error", "ci_low", "ci_high"):
        assert found[name] == pytest.approx(native[name], rel=1e-12)


def test_no_canary_leaves(office, monitor, released):
    release, output = released
    text = (office / "survey.csv").read_text(encoding="latin-1")
    rows = list(csv.DictReader(text.splitlines(), delimiter=";"))
    forbidden = [CANARY_NAME, CANARY_AMOUNT, CANARY_AMOUNT.rstrip("0")]
    forbidden += [row["RB030"] for row in rows if len(row["RB030"]) >= 8][:50]
    for path in release.rglob("*"):
        if path.is_file():
            content = path.read_bytes()
            assert not any(text.encode() in content for text in forbidden), path.name
    assert not any(text in output for text in forbidden)
    for path in (monitor / "snapshots").glob("*.parquet"):
        table = pq.read_table(path)
        assert "NAAM" not in table.column_names
        raw = {int(row["RB030"]) for row in rows}
        assert raw.isdisjoint(table["person"].to_pylist())


def test_the_same_input_gives_the_same_bytes(monitor, released):
    now = datetime(2024, 5, 1, 12, tzinfo=UTC)
    first, second = (run(load_monitor(monitor), now=now) for _ in range(2))
    for name in ("observations.parquet", "observations.csv"):
        bytes_ = [
            (release.path / name).read_bytes().replace(release.id.encode(), b"")
            for release in (first, second)
        ]
        if name.endswith("csv"):
            assert hashlib.sha256(bytes_[0]).digest() == hashlib.sha256(bytes_[1]).digest()
    assert first.observations.drop(["release"]).equals(second.observations.drop(["release"]))
    assert (first.id, second.id) == ("2023-r2", "2023-r3")


def test_a_fault_has_an_exit_code_and_leaves_nothing_behind(monitor, tmp_path):
    broken = tmp_path / "broken"
    broken.mkdir()
    text = (monitor / "monitor.toml").read_text(encoding="utf-8").replace("employment_rate", "employment_rat")
    (broken / "monitor.toml").write_text(text, encoding="utf-8")
    done = invoke("run", broken)
    assert done.exit_code != 0
    assert sorted(p.name for p in broken.iterdir()) == ["monitor.toml"]


def test_values_that_the_mapping_does_not_know_are_refused(monitor, tmp_path):
    """A code without a meaning would leave the unemployed out of every denominator."""
    broken = tmp_path / "broken"
    broken.mkdir()
    text = (monitor / "monitor.toml").read_text(encoding="utf-8")
    text = re.sub(r'files = \["(.*?)"\]', lambda m: f'files = ["{(monitor / m[1]).resolve()}"]', text)
    text, count = re.subn(r'\n\S+ = "unemployed"[^\n]*', "", text, count=1)
    assert count == 1
    (broken / "monitor.toml").write_text(text, encoding="utf-8")
    secret = broken / "secret.key"
    secret.touch(mode=0o600)
    secret.write_text("00" * 32, encoding="ascii")
    done = invoke("run", broken)
    assert done.exit_code != 0
    assert not (broken / "releases").exists()


def test_open_questions_are_faults_and_no_crash(office, tmp_path):
    """Without an answers file nothing says which country it is; without a person, the row stands for it."""
    path = tmp_path / "few.csv"
    path.write_text("nr,age,w\n" + "".join(f"{i},{20 + i},1.5\n" for i in range(40)), encoding="utf-8")
    done = invoke("init", tmp_path / "monitor", path)
    assert done.exit_code == 3
    assert "country" in done.output
    checked = invoke("check", tmp_path / "monitor")
    assert checked.exit_code == 3, checked.output
    assert "unexpected" not in checked.output


def test_the_next_step_can_be_pasted(office):
    folder = office / "the office's monitor"
    done = invoke("init", folder, office / "survey.csv", "--answers", office / "answers.toml")
    _, found, step = done.output.partition("zaragoza check ")
    assert found
    assert shlex.split(step) == [str(folder)]


def test_the_mark_of_made_up_data_is_in_every_row(released):
    with (released[0] / "observations.csv").open(encoding="utf-8", newline="") as file:
        sources = {row["source"] for row in csv.DictReader(file)}
    assert {source.endswith(" (made-up data)") for source in sources} == {True}


def test_the_year_stands_in_a_title_once(released):
    for page in (
        "index.html",
        "en/index.html",
        "nl/index.html",
        "en/quality.html",
        "en/employment_rate.html",
    ):
        text = (released[0] / page).read_text(encoding="utf-8")
        title = re.search("<title>(.*)</title>", text)
        assert title is not None
        assert title[1].count("2023") == 1


def test_without_a_monitor():
    assert invoke("check", "nowhere").exit_code != 0
    assert invoke("run", "nowhere").exit_code != 0
