"""Over time: an office's releases joined, each named, with breaks where they say so; published series as they are."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from typing import Any

import lxml.html
import pytest

from tests.site.conftest import Releases
from tests.site.regions import ONE, office, release, table
from tests.web.made_up import NOW
from zaragoza.model.monitor import Earlier
from zaragoza.model.text import Text
from zaragoza.web.releases.install import install

JOINED = "joined"
HOST = {"host": "localhost"}
TAB = "indicators/employment_rate/?tab=years"
WHY = Text("another questionnaire", "een andere vragenlijst")


@pytest.fixture(scope="module")
def folders(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Path]:
    """Three years and a correction of the first; the third is not comparable with the second, its office says."""
    folder = tmp_path_factory.mktemp("over-years")
    made = {
        "2020": release(folder / "a", "2020", NOW, id=JOINED),
        "2021": release(folder / "b", "2021", NOW + timedelta(days=1), add=0.02, id=JOINED),
        "2020 again": release(folder / "a", "2020", NOW + timedelta(days=2), add=-0.01, id=JOINED),
    }
    second = Earlier(monitor=office(folder / "c", "2021", id=JOINED), broken=WHY)
    made["2022"] = release(
        folder / "c", "2022", NOW + timedelta(days=3), add=0.04, earlier=(second,), id=JOINED
    )
    return made


@pytest.fixture
def joined(folders: dict[str, Path], site: Releases) -> dict[str, str]:
    """Where the pages of each stand, after the language."""
    for path in folders.values():
        install(path)
    return {name: f"releases/{JOINED}/{path.name}" for name, path in folders.items()}


def _page(client: Any, address: str, language: str = "en") -> Any:
    answer = client.get(f"/{language}/{address}", headers=HOST)
    assert answer.status_code == 200, address
    return lxml.html.fromstring(answer.content.decode())


def _rows(page: Any) -> dict[str, list[str]]:
    rows = page.xpath("//table[@class='figures']//tr[th[@scope='row']]")
    return {
        row.xpath("string(th/text())"): [*row.xpath("th/a/text()"), row.xpath("string(td[1])")]
        for row in rows
    }


def test_each_period_is_from_the_release_that_was_the_latest(client: Any, joined: dict[str, str]) -> None:
    """Levels of everybody by hand: 78.1 % in the table of the first, and what each release adds."""
    rows = _rows(_page(client, f"{joined['2022']}/{TAB}"))
    told = {period: (words[0], words[1][:5]) for period, words in rows.items()}
    assert told == {
        "2022": ("Release 2022-r1", "82.1%"),
        "2021": ("Release 2021-r1", "80.1%"),
        "2020": ("Release 2020-r2", "77.1%"),
    }


def test_a_page_stays_what_it_was_when_the_next_release_comes(client: Any, joined: dict[str, str]) -> None:
    rows = _rows(_page(client, f"{joined['2021']}/{TAB}"))
    assert {period: (words[0], words[1][:5]) for period, words in rows.items()} == {
        "2021": ("Release 2021-r1", "80.1%"),
        "2020": ("Release 2020-r1", "78.1%"),
    }


@pytest.mark.parametrize(
    ("language", "sentence", "mark"),
    [
        ("en", "2022 is not comparable with 2021: another questionnaire.", "break"),
        ("nl", "2022 is niet vergelijkbaar met 2021: een andere vragenlijst.", "breuk"),
    ],
)
def test_a_break_is_told_and_drawn(
    client: Any, joined: dict[str, str], language: str, sentence: str, mark: str
) -> None:
    page = _page(client, f"{joined['2022']}/{TAB}", language)
    assert page.xpath("//main//li[not(ancestor::nav)]/text()") == [sentence]
    (drawn,) = page.xpath("//*[local-name()='svg'][starts-with(@class, 'chart')]")
    assert mark in drawn.xpath(".//*[local-name()='text']/text()")
    bands = drawn.xpath(".//*[local-name()='path'][@fill-opacity]/@d")
    groups = len(page.xpath("//table[@class='figures']//th[@scope='col']")) - 1
    shown = groups - 1  # nothing is shown of those of whom it is not known where they were born
    assert len(bands) == shown, "2020 and 2021 of each group; 2022 stands alone"
    tips = drawn.xpath(".//*[local-name()='title']/text()")
    assert any("2021" in tip and "80" in tip for tip in tips)


def test_the_chart_says_from_where_to_where(client: Any, joined: dict[str, str]) -> None:
    """By hand: the table's 81.2 and 65.1 %, and two points more in 2021."""
    title = "string(//figcaption/strong)"
    told = _page(client, f"{joined['2021']}/{TAB}").xpath(title)
    assert (
        told
        == "Native-born: 81.2% in 2020, 83.2% in 2021. Born outside the EU: 65.1% in 2020, 67.1% in 2021."
    )
    assert "2021" not in _page(client, f"{joined['2022']}/{TAB}").xpath(title), "nothing goes across a break"


def test_the_figures_of_the_page_can_be_taken_away(client: Any, joined: dict[str, str]) -> None:
    page = _page(client, f"{joined['2022']}/{TAB}")
    (link,) = page.xpath("//a[contains(@href, 'format=csv')]/@href")
    answer = client.get(link, headers=HOST)
    lines = answer.content.decode().splitlines()
    assert answer.headers["Content-Type"].startswith("text/csv")
    assert len(lines) == 1 + table("2022").num_rows


def test_without_a_break_there_is_none(client: Any, joined: dict[str, str]) -> None:
    page = _page(client, f"{joined['2021']}/{TAB}")
    assert "not comparable" not in page.xpath("string(//main)")
    assert "break" not in page.xpath(
        "//*[local-name()='svg'][starts-with(@class, 'chart')]//*[local-name()='text']/text()"
    )


def test_another_definition_is_a_break_though_nobody_says_so(
    client: Any, joined: dict[str, str], tmp_path: Path
) -> None:
    other = (replace(ONE[0], among="age BETWEEN 15 AND 64"),)
    install(release(tmp_path / "d", "2023", NOW + timedelta(days=4), indicators=other, id=JOINED))
    words = _page(client, f"releases/{JOINED}/2023-r1/{TAB}").xpath("string(//main)")
    assert "2023 is not comparable with 2022: the definition changed." in words


def test_small_lines_stand_beside_everybody_and_each_group(client: Any, joined: dict[str, str]) -> None:
    """Only of periods that can be compared: from 2020 on seen from 2021, none where 2022 is a new beginning."""
    page = _page(client, f"{joined['2021']}/indicators/")
    lines = page.xpath("//*[local-name()='svg'][@class='spark']/@aria-label")
    assert len(lines) == 4, "everybody, native-born, born in the EU, born outside it"
    assert all(line.endswith("2020–2021") for line in lines)
    assert not _page(client, f"{joined['2022']}/indicators/").xpath("//*[local-name()='svg'][@class='spark']")
