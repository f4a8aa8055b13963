"""Places of an office: the regions of its breakdown, each with a page, side by side, and on a map once it has one."""

from __future__ import annotations

import gzip
import math
import re
import shutil
import sqlite3
from collections.abc import Iterator
from contextlib import closing
from dataclasses import replace
from itertools import pairwise
from pathlib import Path
from typing import Any

import lxml.html
import pytest
from django.core.management import CommandError, call_command

from tests.site import regions
from tests.site.conftest import Releases
from tests.site.regions import REGIONS, SERIES, geojson, release, table, written
from zaragoza.model.classification import Category
from zaragoza.model.text import Text
from zaragoza.publish import numbers
from zaragoza.web.geometry import kept
from zaragoza.web.pages.prepare import prepare
from zaragoza.web.releases.edition import edition
from zaragoza.web.releases.install import install

HOST = {"host": "localhost"}
AREAS = "Made-up Survey, 2023"
PARTS = 20 * 1024  # bytes, more than style and script have together


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return release(tmp_path_factory.mktemp("regions") / "office")


@pytest.fixture
def office(folder: Path, site: Releases) -> Iterator[str]:
    """Where the pages of its release stand, after the language."""
    install(folder)
    yield f"releases/{SERIES}/{folder.name}"
    shutil.rmtree(kept.file(SERIES, "region").parent, ignore_errors=True)


def _install(file: Path, **others: str) -> None:
    call_command(
        "install_geometry",
        SERIES,
        "region",
        file,
        **{"code": "code", "source": AREAS, "verbosity": 0} | others,
    )


def _page(client: Any, address: str) -> Any:
    answer = client.get(address, headers=HOST)
    assert answer.status_code == 200, address
    return lxml.html.fromstring(answer.content.decode())


def _rows(page: Any) -> dict[str, list[str]]:
    found = page.xpath("//table[@class='figures']//tr[th[@scope='row']]")
    return {
        row.xpath("string(th)"): [" ".join(c.text_content().split()) for c in row.xpath("td")]
        for row in found
    }


TAB = "indicators/employment_rate/?tab=places"


@pytest.mark.parametrize(
    ("language", "hidden"), [("en", "not shown: too few people"), ("nl", "niet getoond: te weinig mensen")]
)
def test_without_outlines_places_are_a_table(client: Any, office: str, language: str, hidden: str) -> None:
    page = _page(client, f"/{language}/{office}/{TAB}")
    assert page.xpath("count(//*[@id='map-title'])") == 0
    rows = _rows(page)
    assert set(rows) > set(REGIONS)
    assert rows["R3"][0] == hidden
    levels = {r["region"]: r["value"] for r in table().to_pylist() if _level_of(r)}
    for code in ("R1", "R2", "R4"):
        assert rows[code][0].startswith(numbers.level(levels[code], "proportion", language))  # type: ignore[arg-type]


def _level_of(row: dict[str, Any]) -> bool:
    return (row["statistic"], row["birth_group"], row["sex"], row["citizen_group"]) == (
        "level", "NEU27_2020_FOR", "_T", "_T",
    ) and row["region"] != "_T"  # fmt: skip


def test_with_outlines_they_are_on_a_map_at_once(client: Any, office: str, tmp_path: Path) -> None:
    """The page that was rendered before is rendered anew."""
    before = _page(client, f"/en/{office}/{TAB}")
    _install(written(geojson(), tmp_path / "areas.json"), name="naam")
    page = _page(client, f"/en/{office}/{TAB}")
    assert before.xpath("count(//*[@id='map-title'])") == 0
    (drawn,) = page.xpath("//*[local-name()='svg'][.//*[@id='map-title']]")
    tips = {
        title.text.split(":")[0]: title
        for title in drawn.xpath(".//*[local-name()='path']/*[local-name()='title']")
    }
    assert set(tips) == {name for name, _ in REGIONS.values()}
    fills = {name: title.getparent().get("fill") for name, title in tips.items()}
    assert fills["Southland"] == "url(#hatched)"
    assert "too few" in tips["Southland"].text
    assert fills["Westland"] != fills["Northland"]  # 58.6 and 68.4 %, in steps of five
    assert AREAS in page.xpath("string(//figcaption)")
    told = drawn.xpath("string(*[local-name()='desc'])")
    assert all(name in told for name, _ in REGIONS.values())
    assert set(_rows(page)) > {name for name, _ in REGIONS.values()}


def test_maps_are_drawn_before_a_reader_comes(client: Any, office: str, tmp_path: Path) -> None:
    """As the charts of a release are; and the same outlines once more change nothing."""
    file = written(geojson(), tmp_path / "areas.json")
    _install(file, name="naam")
    drawn = _drawn(office)
    assert drawn
    for language in ("en", "nl"):
        _page(client, f"/{language}/{office}/{TAB}")
    assert _drawn(office) == drawn
    came = kept.file(SERIES, "region").stat().st_mtime_ns
    _install(file, name="naam")
    assert kept.file(SERIES, "region").stat().st_mtime_ns == came


def _drawn(office: str) -> int:
    """How many charts are kept beside the release."""
    file = edition(SERIES, office.rpartition("/")[2]).made / "charts.sqlite"
    with closing(sqlite3.connect(file)) as charts:
        (number,) = charts.execute("SELECT count(*) FROM drawn").fetchone()
    return int(number)


def test_a_code_may_hold_any_sign_of_an_address(
    client: Any, site: Releases, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """An office's codes are its own: the page of such a place is reached by its links, and nothing is left out."""
    code, series = "R5/6 a?b#c%20&d", "signs"
    added = Category(code, Text("Twinland", "Twinland"), "region = 'R5'")
    monkeypatch.setitem(regions.REGIONS, code, ("Twinland", 0.01))
    monkeypatch.setattr(
        regions, "REGION", replace(regions.REGION, categories=(*regions.REGION.categories, added))
    )
    path = release(tmp_path / "office", id=series)
    install(path)
    assert prepare(edition(series, path.name)) > 0
    address = f"/en/releases/{series}/{path.name}"
    (link,) = _page(client, f"{address}/{TAB}").xpath("//table//a[text()='Twinland']/@href")
    levels = [r["value"] for r in table().to_pylist() if r["region"] == code and r["statistic"] == "level"]
    assert numbers.level(levels[0], "proportion", "en") in _page(client, link).text_content()
    assert link in _page(client, f"{address}/places/").xpath("//main//a/@href")
    latest = link.replace(f"/{path.name}/", "/latest/")
    assert client.get(latest, headers=HOST).headers["Location"] == link
    (other,) = _page(client, link).xpath("//link[@hreflang='nl']/@href")
    assert other == link.replace("/en/", "/nl/", 1)


def test_a_page_of_all_municipalities_is_light(
    client: Any, site: Releases, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """As many as the Netherlands had in 2023, with borders of a hundred thousand points."""
    series = "municipalities"
    codes = {f"GM{n:04}": (f"Municipality {n}", 0.004 * (n % 60 - 30)) for n in range(342)}
    rules = (Category(code, Text(name, name), f"region = '{code}'") for code, (name, _) in codes.items())
    monkeypatch.setattr(regions, "REGIONS", codes)
    monkeypatch.setattr(regions, "REGION", replace(regions.REGION, categories=tuple(rules)))
    path = release(tmp_path / "office", id=series)
    install(path)
    features = [
        {
            "properties": {"code": code, "name": name},
            "geometry": {"type": "Polygon", "coordinates": [_ragged(number % 19, number // 19)]},
        }
        for number, (code, (name, _)) in enumerate(codes.items())
    ]
    file = written({"type": "FeatureCollection", "features": features}, tmp_path / "areas.json")
    told = {"code": "code", "name": "name", "source": AREAS, "verbosity": 0}
    call_command("install_geometry", series, "region", file, **told)
    for show in ("level", "difference"):
        answer = client.get(f"/nl/releases/{series}/{path.name}/{TAB}&show={show}", headers=HOST)
        assert answer.content.count(b"<title>Municipality") == len(codes)
        assert len(gzip.compress(answer.content)) <= 60 * 1024
        assert len(answer.content) <= 300 * 1024 - PARTS


def _ragged(column: int, row: int) -> list[list[float]]:
    """A cell of a grid whose borders wave; neighbours have the same border."""
    corners = [(column, row), (column + 1, row), (column + 1, row + 1), (column, row + 1), (column, row)]
    points = [point for pair in pairwise(corners) for point in _wave(*pair)[:-1]]
    return [[3.4 + x / 5, 50.8 + y / 8] for x, y in [*points, points[0]]]


def _wave(start: tuple[int, int], end: tuple[int, int], steps: int = 75) -> list[tuple[float, float]]:
    (x, y), (right, up) = min(start, end), max(start, end)
    sides = [
        0.12 * math.sin(n * (7 + (5 * x + 3 * y) % 11) / 9) * math.sin(math.pi * n / steps)
        for n in range(steps + 1)
    ]
    line = [
        (x + (right - x) * n / steps + (up - y) * side, y + (up - y) * n / steps + (right - x) * side)
        for n, side in enumerate(sides)
    ]
    return line if start < end else line[::-1]


def test_gaps_have_signs_on_the_map(client: Any, office: str, tmp_path: Path) -> None:
    _install(written(geojson(), tmp_path / "areas.json"))
    page = _page(client, f"/en/{office}/{TAB}&show=difference")
    (drawn,) = page.xpath("//*[local-name()='svg'][.//*[@id='map-title']]")
    words = [each.text for each in drawn.xpath(".//*[local-name()='text']") if each.text]
    assert sum(word.startswith("−") for word in words) >= 3
    assert "0" in words
    assert any(word.startswith("← ") for word in words)


@pytest.mark.parametrize("language", ["en", "nl"])
def test_pages_with_a_map_are_light(client: Any, office: str, tmp_path: Path, language: str) -> None:
    _install(written(geojson(), tmp_path / "areas.json"), name="naam")
    content = client.get(f"/{language}/{office}/{TAB}", headers=HOST).content
    assert len(content) < 200_000
    assert len(gzip.compress(content)) < 60 * 1024


def test_a_region_has_a_page_of_its_own(client: Any, office: str) -> None:
    listed = _page(client, f"/en/{office}/places/")
    links = listed.xpath("//main//a[contains(@href, 'region-R1')]/@href")
    assert links
    page = _page(client, links[0])
    levels = [r["value"] for r in table().to_pylist() if r["region"] == "R1" and r["statistic"] == "level"]
    assert numbers.level(levels[0], "proportion", "en") in page.text_content()
    chosen = _page(client, f"/en/{office}/indicators/employment_rate/?place=region-R2")
    assert "R2" in chosen.xpath("string(//p[@class='context'])")
    assert client.get(f"/en/{office}/places/region-R9/", headers=HOST).status_code == 404
    side = _page(client, f"/en/{office}/compare/?place=region-R1&place=region-R3")
    assert "not shown: too few people" in side.text_content()


def test_search_finds_a_region_by_the_name_of_its_outline(client: Any, office: str, tmp_path: Path) -> None:
    _install(written(geojson(), tmp_path / "areas.json"), name="naam")
    assert "region-R4" in client.get("/en/search/?q=isle", headers=HOST).content.decode()


def test_a_file_with_faults_changes_nothing(client: Any, office: str, tmp_path: Path) -> None:
    good, bad = written(geojson(), tmp_path / "good.json"), geojson()
    _install(good)
    before = client.get(f"/en/{office}/{TAB}", headers=HOST).content
    bad["features"] = bad["features"][1:]
    with pytest.raises(CommandError, match="none for R1"):
        _install(written(bad, tmp_path / "bad.json"))
    assert client.get(f"/en/{office}/{TAB}", headers=HOST).content == before


@pytest.mark.parametrize(
    ("series", "column", "told"),
    [
        ("nobody", "region", "Known are"),
        (SERIES, "district", "region"),
        (SERIES, "birth_group", "not of groups"),
    ],
)
def test_who_names_no_places_is_told_which_there_are(
    office: str, tmp_path: Path, series: str, column: str, told: str
) -> None:
    file = written(geojson(), tmp_path / "areas.json")
    with pytest.raises(CommandError, match=re.escape(told)):
        call_command("install_geometry", series, column, file, code="code", source=AREAS)
