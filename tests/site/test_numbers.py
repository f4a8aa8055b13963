"""Every figure on a page is one of the release, and what is hidden stays hidden: read from the Parquet file itself."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

import lxml.html
import pyarrow.parquet as pq
import pytest

from tests.site.conftest import Releases
from tests.site.regions import REGIONS
from tests.site.serving import Site
from zaragoza.model.observation import STATUS
from zaragoza.model.text import LANGUAGES, Language
from zaragoza.publish import numbers

_NUMBER = re.compile(r"[−+]?(?:€\s?)?\d[\d.,]*%?")


def _rows(release: Path) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = pq.ParquetFile(release / "observations.parquet").read().to_pylist()
    return found


def _office(releases: Releases) -> tuple[str, list[dict[str, Any]]]:
    return releases.office, _rows(releases.second)


def _page(running: Site, path: str) -> Any:
    answer = running.ask(path)
    assert answer.status == 200, path
    return lxml.html.fromstring(answer.body.decode())


def _cells(page: Any) -> Iterator[list[str]]:
    """The texts of each row of all tables of figures."""
    for row in page.xpath("//table//tr[th[@scope='row']]"):
        yield [" ".join(cell.text_content().split()) for cell in row.xpath("th|td")]


def _written(row: Mapping[str, Any], language: Language) -> set[str]:
    """How the numbers of an observation may be written."""
    unit = row["unit"]
    values = [row[name] for name in ("value", "ci_low", "ci_high") if row[name] is not None]
    words = {
        text for value in values for text in (_plain(value, unit, language), _signed(value, unit, language))
    }
    words |= {re.sub(r"^[−+]", "", text) for text in words}
    counts = [row[name] for name in ("n", "effective_n") if row[name] is not None]
    words |= {numbers.count(value, language) for value in counts}
    if row["coverage"] is not None:
        words.add(numbers.share(row["coverage"], language))
    if row["statistic"] == "ratio":
        words |= {numbers.ratio(value, language) for value in values}
    return {token for text in words for token in _NUMBER.findall(text)}


def _plain(value: float, unit: Any, language: Language) -> str:
    return numbers.level(value, unit, language).removesuffix("%")


def _signed(value: float, unit: Any, language: Language) -> str:
    return numbers.signed(value, unit, language).removesuffix("%")


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("tab", ["", "?tab=comparable", "?by=citizenship"])
def test_every_number_of_an_offices_indicator_is_in_the_release(
    running: Site, releases: Releases, language: Language, tab: str
) -> None:
    address, rows = _office(releases)
    for indicator in {row["indicator"] for row in rows}:
        known = set().union(*(_written(row, language) for row in rows if row["indicator"] == indicator))
        found = [
            cell
            for cells in _cells(_page(running, f"/{language}/{address}/indicators/{indicator}/{tab}"))
            for cell in cells[1:]
        ]
        told = {token.removesuffix("%") for cell in found for token in _NUMBER.findall(cell)}
        assert told, "no number was found, so nothing was compared"
        assert told <= {token.removesuffix("%") for token in known}, indicator


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_number_of_places_is_in_the_release(
    running: Site, releases: Releases, language: Language
) -> None:
    rows = [row for row in _rows(releases.published) if row["indicator"] == "employment_rate"]
    known = {token.removesuffix("%") for row in rows for token in _written(row, language)}
    address = f"/{language}/{releases.union}/indicators/employment_rate/"
    for query in ("?tab=years&place=NL", "?tab=years&place=NL&show=difference", "?place=NL"):
        found = [cell for cells in _cells(_page(running, address + query)) for cell in cells[1:]]
        told = {token.removesuffix("%") for cell in found for token in _NUMBER.findall(cell)}
        assert told
        assert told <= known, query


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_number_of_regions_is_in_the_release_also_on_the_map(
    running: Site, releases: Releases, language: Language
) -> None:
    known = {
        token.removesuffix("%") for row in _rows(releases.of_regions[-1]) for token in _written(row, language)
    }
    for show in ("level", "difference"):
        address = f"/{language}/{releases.regions}/indicators/employment_rate/?tab=places&show={show}"
        page = _page(running, address)
        tips = page.xpath("//*[local-name()='path']/*[local-name()='title']/text()")
        assert {tip.partition(":")[0] for tip in tips} >= {name for name, _ in REGIONS.values()}
        cells = [cell for cells in _cells(page) for cell in cells[1:]]
        for words in (cells, [tip.partition(":")[2] for tip in tips]):
            told = {token.removesuffix("%") for text in words for token in _NUMBER.findall(text)}
            assert told
            assert told <= known, show


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_number_of_a_list_of_indicators_is_in_the_release(
    running: Site, releases: Releases, language: Language
) -> None:
    for release, address, pages in (
        (releases.second, releases.office, ("indicators/",)),
        (
            releases.published,
            releases.union,
            ("indicators/?place=NL", "places/NL/", "compare/?place=NL&place=BE"),
        ),
        (
            releases.of_regions[-1],
            releases.regions,
            ("indicators/?place=region-R2", "places/region-R1/", "compare/?place=region-R1&place=region-R3"),
        ),
    ):
        rows = _rows(release)
        for page in pages:
            found = _of_indicators(_page(running, f"/{language}/{address}/{page}"))
            assert any(found.values()), page
            for indicator, told in found.items():
                own = (row for row in rows if row["indicator"] == indicator)
                known = {token.removesuffix("%") for row in own for token in _written(row, language)}
                assert told <= known, (page, indicator)


def _of_indicators(page: Any) -> dict[str, set[str]]:
    """The numbers in the row of each indicator; those that small lines name are years."""
    found: dict[str, set[str]] = {}
    for drawn in page.xpath("//*[local-name()='svg']"):
        drawn.drop_tree()
    for row in page.xpath("//table//tr[th[@scope='row']//a[contains(@href, '/indicators/')]]"):
        indicator = row.xpath("string(th//a/@href)").partition("/indicators/")[2].partition("/")[0]
        cells = (" ".join(cell.text_content().split()) for cell in row.xpath("td"))
        told = {token.removesuffix("%") for cell in cells for token in _NUMBER.findall(cell)}
        found.setdefault(indicator, set()).update(told)
    return found


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_hidden_level_shows_its_reason_and_no_number(
    running: Site, releases: Releases, language: Language
) -> None:
    address, rows = _office(releases)
    column = "birth_group"
    names = list(rows[0])
    others = [name for name in names[names.index("geo") + 1 : names.index("statistic")] if name != column]
    hidden = [
        row
        for row in rows
        if row["statistic"] == "level" and row["value"] is None and all(row[name] == "_T" for name in others)
    ]
    assert any(row[column] not in ("_T", "_U") for row in hidden), "the made-up release hides a group"
    told = json.loads((releases.second / "manifest.json").read_bytes())["classifications"]
    (of,) = [each for each in told if each["id"] == column]
    labels = {each["code"]: each["title"][language] for each in of["categories"]}
    labels |= {
        "_T": {"en": "Total", "nl": "Totaal"}[language],
        "_U": {"en": "Unknown", "nl": "Onbekend"}[language],
    }
    for row in hidden:
        page = _page(running, f"/{language}/{address}/indicators/{row['indicator']}/?by={column}")
        (cells,) = [cells for cells in _cells(page) if cells[0] == labels[row[column]]][:1]
        assert STATUS[row["reason"]].words[language] in cells[1]
        assert not _NUMBER.search(cells[1])


def test_every_page_names_the_release_that_it_quotes(running: Site, releases: Releases) -> None:
    address, _ = _office(releases)
    for part in ("", "indicators/", "methods/", "data/"):
        foot = _page(running, f"/en/{address}/{part}").xpath("string(//footer)")
        assert releases.second.name in foot
        assert "Made-up Survey" in foot


def test_files_are_those_of_the_release(running: Site, releases: Releases) -> None:
    address, _ = _office(releases)
    for name in ("observations.parquet", "observations.csv", "manifest.json"):
        assert running.ask(f"/en/{address}/data/{name}").body == (releases.second / name).read_bytes()
