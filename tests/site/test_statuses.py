"""Every status in every form that a figure leaves in: files, the API and pages, in both languages."""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Mapping
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import lxml.html
import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from django.test import Client

from tests.site.conftest import Releases
from tests.site.test_api_jsonstat import cells
from tests.site.test_api_rows import ask
from tests.web.made_up import monitor, observations
from tests.web.published import files
from tests.web.releases import FEW, write
from zaragoza.catalogue.published_monitor import load_published_monitor
from zaragoza.model.observation import NUMBER_FIELDS, STATUS, STATUSES, Status
from zaragoza.model.text import LANGUAGES, Language
from zaragoza.publish import Release
from zaragoza.publish.numbers import country
from zaragoza.published_pipeline import run_published
from zaragoza.web.releases.install import install

(INDICATOR,) = FEW
SERIES = "statuses"
REFERENCE = {"en": "reference group", "nl": "referentiegroep"}
Cell = tuple[str, str]  # birth group and sex


def told() -> list[tuple[dict[str, Any], Status]]:
    """A level of each status, one a cell of the table by birth group and sex."""
    levels = [
        row
        for row in observations(FEW).to_pylist()
        if row["statistic"] == "level" and row["citizen_group"] == row["urbanisation"] == "_T"
    ]
    assert len(levels) >= len(STATUSES)
    number = dict.fromkeys(NUMBER_FIELDS[:6], 0.5) | {"ci_low": 0.4, "ci_high": 0.6, "n": 500}
    return [
        (
            row
            | dict.fromkeys(NUMBER_FIELDS)
            | (number if status.shown else {})
            | {"reason": status.reason, "obs_status": status.obs_status, "conf_status": status.conf_status},
            status,
        )
        for row, status in zip(levels, STATUSES, strict=False)
    ]


@pytest.fixture(scope="module")
def expected() -> Mapping[Cell, Status]:
    return {_cell(row): status for row, status in told()}


@pytest.fixture(scope="module")
def release(tmp_path_factory: pytest.TempPathFactory) -> Release:
    """A release with a level of each status."""
    folder = tmp_path_factory.mktemp("statuses")
    table = pa.Table.from_pylist([row for row, _ in told()], observations(FEW).schema)
    return write(folder, table, monitor=replace(monitor(folder, FEW), id=SERIES))


@pytest.fixture
def shown(site: Releases, release: Release) -> str:
    """The series, on the site."""
    install(release.path)
    return SERIES


def _cell(row: Mapping[str, Any]) -> Cell:
    return row["birth_group"], row["sex"]


def _found(rows: list[dict[str, Any]]) -> dict[Cell, Status]:
    """What each row says; a row without a number says that none is shown."""
    for row in rows:
        assert (row["value"] in (None, "")) != STATUS[row["reason"]].shown
    codes = {_cell(row): (row["reason"], row["obs_status"], row["conf_status"]) for row in rows}
    assert {(one.reason, one.obs_status, one.conf_status) for one in STATUSES} == set(codes.values())
    return {cell: STATUS[reason] for cell, (reason, _, _) in codes.items()}


def test_files_of_a_release(release: Release, expected: Mapping[Cell, Status]) -> None:
    parquet = pq.ParquetFile(release.path / "observations.parquet").read().to_pylist()
    with (release.path / "observations.csv").open(encoding="utf-8", newline="") as file:
        text = list(csv.DictReader(file))
    assert _found(parquet) == _found(text) == expected


@pytest.mark.parametrize("form", ["json", "csv", "parquet"])
def test_rows_of_the_api(client: Client, shown: str, expected: Mapping[Cell, Status], form: str) -> None:
    answer = ask(client, series=shown, format=form, limit=1000).content
    if form == "json":
        rows = json.loads(answer)["observations"]
    elif form == "csv":
        rows = list(csv.DictReader(io.StringIO(answer.decode())))
    else:
        rows = pq.read_table(io.BytesIO(answer)).to_pylist()
    assert _found(rows) == expected


@pytest.mark.parametrize("language", LANGUAGES)
def test_json_stat(client: Client, shown: str, expected: Mapping[Cell, Status], language: Language) -> None:
    cube = ask(client, series=shown, format="jsonstat", limit=1000, lang=language).json()
    found = {_cell(place): reason for place, _, reason in cells(cube)}
    assert {cell: STATUS[reason] for cell, reason in found.items()} == expected
    assert cube["extension"]["status"] == {
        each.reason: {
            "obs_status": each.obs_status,
            "conf_status": each.conf_status,
            "label": each.words[language],
        }
        for each in STATUSES
    }


def _said(page: str) -> list[str]:
    """The texts of all rows of tables of figures."""
    return [row.text_content() for row in lxml.html.fromstring(page).xpath("//table//tr[th[@scope='row']]")]


def _is_said(page: str, language: Language, seen: list[Status]) -> None:
    """Each status that stands beside a figure stands in its row; that figures are changed is told once a page."""
    rows = _said(page)
    for status in seen:
        words = status.words[language]
        if not status.shown or status.doubtful:
            assert any(words in row for row in rows), words


@pytest.mark.parametrize("language", LANGUAGES)
def test_pages_of_a_release(release: Release, expected: Mapping[Cell, Status], language: Language) -> None:
    folder = release.path / language
    one = (folder / f"{INDICATOR.id}.html").read_text(encoding="utf-8")
    _is_said(one, language, list(expected.values()))
    first = (folder / "index.html").read_text(encoding="utf-8")
    _is_said(first, language, [status for (_, sex), status in expected.items() if sex == "_T"])


@pytest.mark.parametrize("language", LANGUAGES)
def test_pages_of_the_site(
    client: Client, shown: str, release: Release, expected: Mapping[Cell, Status], language: Language
) -> None:
    here = f"/{language}/releases/{shown}/{Path(release.path).name}"
    seen = set()
    for sex in ("", "?sex=F", "?sex=M", "?within=sex", "?by=birth_group.sex"):
        page = client.get(f"{here}/indicators/{INDICATOR.id}/{sex}").content.decode()
        seen |= {s for s in STATUSES if any(s.words[language] in row for row in _said(page))}
    assert seen == {s for s in STATUSES if not s.shown or s.doubtful}


@pytest.mark.parametrize("reason", [each.reason for each in STATUSES if each.shown and each.doubtful])
def test_a_total_and_a_reference_group_in_doubt(
    tmp_path: Path, site: Releases, client: Client, reason: str
) -> None:
    """They have no gap, which would tell it, and often no row of their own."""
    status, series = STATUS[reason], f"all_{reason}"
    said = {"reason": reason, "obs_status": status.obs_status, "conf_status": status.conf_status}
    rows = [row | said for row in observations(FEW).to_pylist() if row["value"] is not None]
    table = pa.Table.from_pylist(rows, observations(FEW).schema)
    release = write(tmp_path, table, monitor=replace(monitor(tmp_path, FEW), id=series))
    install(release.path)
    for language in LANGUAGES:
        first = (release.path / language / "index.html").read_text(encoding="utf-8")
        (reference,) = [row for row in _said(first) if REFERENCE[language] in row]
        assert status.words[language] in reference
        page = client.get(f"/{language}/releases/{series}/{release.id}/indicators/").content.decode()
        (total,) = lxml.html.fromstring(page).xpath("//table[@class='overview']//td[@class='number']")
        assert status.words[language] in total.text_content()


FLAGS = {  # of Eurostat and SDMX: beside a figure, or in its place
    "published": ("70.0", "", ""), "provisional": ("70.0", "p", ""), "estimated": ("70.0", "e", ""),
    "forecast": ("70.0", "f", ""), "unreliable": ("70.0", "u", ""), "definition": ("70.0", "d", ""),
    "break": ("70.0", "b", ""), "not_measured": ("", "m", ""), "too_uncertain": ("", "u", ""),
    "secondary": ("", "", "D"), "dominance": ("", "", "G"), "too_few": ("", "", "A"), "confidential": ("", "c", ""),
}  # fmt: skip


@pytest.fixture(scope="module")
def of_others(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, Mapping[str, Status]]:
    """A release of published figures of which each status is that of a country in the latest year, and that status."""
    folder = tmp_path_factory.mktemp("others") / "union"
    files(folder)
    places = load_published_monitor(folder).places
    said = dict(zip(places, FLAGS, strict=False))
    lines = (folder / "rates.csv").read_text(encoding="utf-8").splitlines()
    changed = [lines[0] + ",CONF_STATUS"]
    for line in lines[1:]:
        *key, geo, year, value, flag = line.split(",")
        told = FLAGS[said.get(geo, "published")] if year == "2024" and key[-1] == "NAT" else (value, flag, "")
        changed.append(",".join([*key, geo, year, *told]))
    (folder / "rates.csv").write_text("\n".join(changed) + "\n", encoding="utf-8")
    release = run_published(load_published_monitor(folder), now=datetime(2025, 7, 1, tzinfo=UTC))
    return release, {geo: STATUS[reason] for geo, reason in said.items()}


def test_files_of_published_figures(of_others: tuple[Path, Mapping[str, Status]]) -> None:
    release, expected = of_others
    assert {one.reason for one in STATUSES} == {
        *FLAGS,
        "perturbed",
    }  # nobody else's figures are changed by us
    with (release / "observations.csv").open(encoding="utf-8", newline="") as file:
        text = list(csv.DictReader(file))
    for rows in (pq.ParquetFile(release / "observations.parquet").read().to_pylist(), text):
        latest = [
            row
            for row in rows
            if (row["statistic"], row["birth_group"], row["period"]) == ("level", "NAT", "2024")
        ]
        for row in latest:
            status = expected.get(row["geo"], STATUS["published"])
            if row["geo"] in expected:
                told = tuple(row[name] for name in ("reason", "obs_status", "conf_status"))
                assert told == (status.reason, status.obs_status, status.conf_status)
                assert (row["value"] in (None, "")) != status.shown
        assert set(expected) <= {row["geo"] for row in latest}


@pytest.mark.parametrize("language", LANGUAGES)
def test_pages_of_published_figures(of_others: tuple[Path, Mapping[str, Status]], language: Language) -> None:
    release, expected = of_others
    page = lxml.html.fromstring((release / language / "employment_rate.html").read_text(encoding="utf-8"))
    (board,) = page.xpath("//h2[@id='birth-group-nat-level']")
    (table,) = board.xpath("following-sibling::div[1]")
    below = board.xpath("following-sibling::p[preceding-sibling::h2[1][@id='birth-group-nat-level']]")
    rows = [row.text_content() for row in table.xpath(".//tr")]
    rows += below[-1].text_content().split("; ")
    for geo, status in expected.items():
        said = [row for row in rows if row.startswith(country(geo, language))]
        assert said, geo
        if status.reason != "published":
            assert any(status.words[language].lower() in row.lower() for row in said), (geo, status)
