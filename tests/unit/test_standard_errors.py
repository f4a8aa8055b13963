"""Standard errors of published figures from a file: read, refused, and used before those of the model."""

from __future__ import annotations

import csv
import hashlib
import json
from datetime import UTC, datetime
from math import hypot, sqrt
from pathlib import Path

import pytest
from typer.testing import CliRunner

from tests.unit.test_required_errors import GROUPS, PERSONS, SURVEYS, levels
from tests.web.published import MONITOR, files
from zaragoza.catalogue import load_catalogue
from zaragoza.catalogue.published_monitor import load_published_monitor
from zaragoza.cli import app
from zaragoza.collect.published.standard_errors import read_standard_errors
from zaragoza.compare.differences import differences
from zaragoza.compare.errors import with_published_errors, with_required_errors
from zaragoza.errors import DefinitionError, InputError
from zaragoza.published_pipeline import run_published

CATALOGUE = load_catalogue()
PLACES = ("NL", "BE", "EU27_2020")
GROUP = "NEU27_2020_FOR"
MODEL = MONITOR[MONITOR.index("[errors]") : MONITOR.index("[policies]")]
GIVEN = 'standard_errors = ["standard_errors.csv"]\n'


def written(folder: Path, *rows: str, head: str = "indicator,period,geo,birth_group,standard_error") -> Path:
    folder.joinpath("standard_errors.csv").write_text("\n".join((head, *rows)) + "\n", encoding="utf-8")
    return folder


def read(folder: Path) -> dict[tuple[str, ...], float]:
    return dict(read_standard_errors(["standard_errors.csv"], folder, CATALOGUE, PLACES).values)


def test_what_a_file_leaves_out_is_everybody(tmp_path: Path) -> None:
    written(
        tmp_path, f"employment_rate;2023;NL;{GROUP};F;0.012;told by us", "employment_rate;2023;NL;;;0.004;",
        head="indicator;period;geo;birth_group;sex;standard_error;remark",
    )  # fmt: skip
    assert read(tmp_path) == {
        ("employment_rate", "2023", "NL", GROUP, "_T", "F"): 0.012,
        ("employment_rate", "2023", "NL", "_T", "_T", "_T"): 0.004,
    }


def test_all_faults_of_all_files_at_once(tmp_path: Path) -> None:
    written(
        tmp_path,
        f"employment_rat,2023,NL,{GROUP},0.01",
        "employment_rate,soon,NL,NAT,0.01",
        "employment_rate,2023,XX,natives,0.01",
        "employment_rate,2023,NL,NAT,1.2",  # in percentage points
        "employment_rate,2023,BE,NAT,0",
        "employment_rate,2022,BE,NAT,",
        "employment_rate,2021,BE,NAT,n/a",
        "employment_rate,2021,NL,NAT,0.01",
        "employment_rate,2021,NL,NAT,0.02",
    )
    (tmp_path / "b.csv").write_text("indicator,geo,standard_error\n", encoding="utf-8")
    with pytest.raises(InputError) as caught:
        read_standard_errors(["standard_errors.csv", "b.csv", "c.csv"], tmp_path, CATALOGUE, PLACES)
    assert [(fault.where.removeprefix("standard_errors.csv, "), fault.field) for fault in caught.value.faults] == [
        ("line 2", "indicator"), ("line 3", "period"), ("line 4", "geo"), ("line 4", "birth_group"),
        ("line 5", "standard_error"), ("line 6", "standard_error"), ("line 7", "standard_error"),
        ("line 8", "standard_error"), ("line 10", "row"), ("b.csv", "columns"), ("c.csv", "file"),
    ]  # fmt: skip
    assert all(fault.way_out for fault in caught.value.faults)


def test_a_known_error_goes_before_the_model() -> None:
    """The model gives the Netherlands 0.0012750 for 4 % (test_required_errors); there is none of Malta."""
    rows = levels(
        {}, {"birth_group": "FOR", "value": 0.3}, {"geo": "MT"}, {"value": None, "reason": "too_few"}
    )
    known = {("x", "2023", "NL", "FOR", "_T", "_T"): 0.02, ("x", "2023", "NL", "_T", "FOR", "_T"): 0.5}
    found = with_required_errors(with_published_errors(rows, known, GROUPS), PERSONS, SURVEYS, None)
    assert found["standard_error"].to_pylist() == [pytest.approx(0.0012750, abs=5e-8), 0.02, None, None]
    assert found["errors_from"].to_pylist() == ["required", "published", None, None]


def test_a_hidden_figure_has_no_error() -> None:
    rows = levels({"value": None, "reason": "too_few"})
    found = with_published_errors(rows, {("x", "2023", "NL", "_T", "_T", "_T"): 0.02}, GROUPS)
    assert (found["standard_error"].to_pylist(), found["errors_from"].to_pylist()) == ([None], [None])


@pytest.mark.parametrize(
    ("native", "size_known", "error", "origin"),
    [
        (0.03, True, hypot(0.03, 0.02), "published"),
        (None, True, hypot(sqrt(0.04 * 0.96 / (23623.30 * 10 / 13)), 0.02), "published required"),
        (None, False, None, None),
    ],
)
def test_a_gap_tells_both_origins(
    native: float | None, size_known: bool, error: float | None, origin: str | None
) -> None:
    rows = levels({"birth_group": "NAT"}, {"birth_group": "FOR", "value": 0.3})
    known = {("x", "2023", "NL", "FOR", "_T", "_T"): 0.02}
    if native is not None:
        known["x", "2023", "NL", "NAT", "_T", "_T"] = native
    judged = with_published_errors(rows, known, GROUPS)
    if size_known:
        judged = with_required_errors(judged, PERSONS, SURVEYS, None)
    (gap,) = differences(judged, {"birth_group": "NAT"}).to_pylist()
    assert gap["standard_error"] == (None if error is None else pytest.approx(error, rel=1e-6))
    assert gap["errors_from"] == origin


def released(folder: Path, errors: str) -> Path:
    """Errors of six countries in two years, of one country (Austria) in the last year only."""
    files(folder)
    (folder / "monitor.toml").write_text(MONITOR.replace(MODEL, errors), encoding="utf-8")
    given = [
        f"employment_rate,{year},{geo},{GROUP},{0.01 if year == 2024 else 0.02}"
        for geo in ("AT", "BE", "BG", "CY", "CZ", "DE")
        for year in (2023, 2024)
        if (geo, year) != ("AT", 2023)
    ]
    written(folder, *given)
    return run_published(load_published_monitor(folder), now=datetime(2025, 7, 1, tzinfo=UTC))


def level_rows(release: Path, table: str = "ratings") -> dict[str, dict[str, str]]:
    with (release / f"{table}.csv").open(encoding="utf-8", newline="") as file:
        return {
            row["geo"]: row
            for row in csv.DictReader(file)
            if row["birth_group"] == GROUP and row["statistic"] == "level" and row.get("peers", "_T") == "_T"
        }


def test_without_a_model_only_those_figures_have_a_probability(tmp_path: Path) -> None:
    release = released(tmp_path / "x", "[errors]\n" + GIVEN)
    rows = level_rows(release)
    belgium, austria, france = rows["BE"], rows["AT"], rows["FR"]
    assert float(belgium["level_se"]) == 0.01
    assert float(belgium["change_se"]) == pytest.approx(hypot(0.01, 0.02))
    assert (belgium["errors_from"], belgium["reason"]) == ("published", "")
    assert 0 < float(belgium["probability"]) <= 1
    assert (austria["level_se"], austria["change_se"], austria["probability"]) == ("0.01", "", "")
    assert (france["level_se"], france["errors_from"], france["probability"]) == ("", "", "")
    assert austria["reason"] == france["reason"] == "no_error_known"
    trends = level_rows(release, "trends")
    told = {geo: (trends[geo]["errors_from"], trends[geo]["reason"]) for geo in ("BE", "AT", "FR")}
    unknown = ("", "no_error_known")
    assert told == {"BE": ("published", ""), "AT": unknown, "FR": unknown}
    manifest = json.loads((release / "manifest.json").read_text(encoding="utf-8"))
    file = (tmp_path / "x" / "standard_errors.csv").read_bytes()
    assert manifest["errors"] == {
        "standard_errors": {"standard_errors.csv": hashlib.sha256(file).hexdigest()}
    }
    page = (release / "en" / "sources.html").read_text(encoding="utf-8")
    assert "Files of errors: standard_errors.csv." in page
    assert "modelled" not in page


def test_the_model_fills_in_and_every_origin_is_told(tmp_path: Path) -> None:
    release = released(tmp_path / "x", MODEL.replace("[errors]\n", "[errors]\n" + GIVEN))
    rows = level_rows(release)
    origins = {geo: rows[geo]["errors_from"] for geo in ("BE", "AT", "FR")}
    assert origins == {"BE": "published", "AT": "published required", "FR": "required"}
    trends = level_rows(release, "trends")
    assert {geo: trends[geo]["errors_from"] for geo in origins} == origins
    assert float(rows["AT"]["change_se"]) > float(rows["AT"]["level_se"]) == 0.01
    manifest = json.loads((release / "manifest.json").read_text(encoding="utf-8"))
    assert set(manifest["errors"]) == {"standard_errors", "model", "source", "household_size"}
    for language, words in {
        "en": ("known errors", "modelled errors", "partly modelled errors"),
        "nl": ("bekende foutmarges", "gemodelleerde foutmarges", "deels gemodelleerde foutmarges"),
    }.items():
        page = (release / language / "employment_rate.html").read_text(encoding="utf-8")
        assert all(f">{word}</span>" in page for word in words)


def test_a_monitor_names_a_model_or_files_or_both(tmp_path: Path) -> None:
    def loaded(errors: str) -> tuple[tuple[str, ...], bool]:
        (tmp_path / "monitor.toml").write_text(MONITOR.replace(MODEL, errors), encoding="utf-8")
        monitor = load_published_monitor(tmp_path)
        return monitor.standard_errors, monitor.errors is not None

    both = MODEL.replace("[errors]\n", "[errors]\n" + GIVEN)
    assert loaded("[errors]\n" + GIVEN) == (("standard_errors.csv",), False)
    assert loaded(both) == (("standard_errors.csv",), True)
    assert loaded(MODEL) == ((), True)
    with pytest.raises(DefinitionError, match=r"errors\.model: expected a model, or `standard_errors`"):
        loaded("[errors]\n")
    with pytest.raises(DefinitionError, match=r"errors\.model: expected the model `required`"):
        loaded("[errors]\n" + GIVEN + "household_size = 2.2\n")


def test_check_reads_every_file_and_writes_nothing(tmp_path: Path) -> None:
    folder = tmp_path / "x"
    files(folder)
    (folder / "monitor.toml").write_text(
        MONITOR.replace("[errors]\n", "[errors]\n" + GIVEN), encoding="utf-8"
    )
    written(folder, f"employment_rate,2024,BE,{GROUP},0.01")
    assert "no faults" in CliRunner().invoke(app, ["check", str(folder)], catch_exceptions=False).output
    written(folder, f"employment_rate,2024,BE,{GROUP},1")
    (folder / "rates.csv").write_text("<html>not there</html>", encoding="utf-8")
    (folder / "people.csv").unlink()
    (folder / "answers.csv").write_text("land,question\n", encoding="utf-8")
    result = CliRunner().invoke(app, ["check", str(folder)])
    assert result.exit_code == InputError.exit_code
    for told in ("rates.csv", "people.csv", "standard_errors.csv, line 2", "answers.csv"):
        assert told in result.output
    assert "groups.csv" not in result.output
    assert not (folder / "releases").exists()
