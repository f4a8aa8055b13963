"""The pages of a release of published figures in a real browser: both languages, narrow and wide, light and dark."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.web.looks import LOOKS_AND_LANGUAGES, check_accessible_and_quiet
from tests.web.published import release
from zaragoza.model.text import Language, Text
from zaragoza.published_pipeline import documents_monitor, run_published

pytest.importorskip("playwright", reason="Playwright is not installed")
from playwright.sync_api import Page

pytestmark = pytest.mark.browser

PAGES = ("index.html", "employment_rate.html", "documents.html", "sources.html", "policies.html")


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return release(tmp_path_factory.mktemp("site") / "union")


@pytest.mark.parametrize(("view", "language"), LOOKS_AND_LANGUAGES, indirect=["view"])
def test_accessible_and_quiet(view: Page, site: Path, language: str) -> None:
    check_accessible_and_quiet(view, [(site / language / name).as_uri() for name in PAGES], rules=15)


@pytest.fixture(scope="module")
def documents(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return run_published(documents_monitor(tmp_path_factory.mktemp("documents")))


@pytest.mark.parametrize(("view", "language"), LOOKS_AND_LANGUAGES, indirect=["view"])
def test_pages_of_documents_alone(view: Page, documents: Path, language: Language) -> None:
    addresses = [
        (documents / language / f"{name}.html").as_uri() for name in ("index", "documents", "sources")
    ]
    check_accessible_and_quiet(view, addresses, rules=15)
    view.goto(addresses[0])
    name = Text("Employment", "Werk")[language]
    view.get_by_role("link", name=name, exact=True).click()
    assert view.get_by_role("heading", name=name, exact=True).is_visible()


@pytest.mark.parametrize(("language", "name"), [("en", "critical situations"), ("nl", "kritieke situatie")])
def test_a_colour_never_stands_alone(view: Page, site: Path, language: str, name: str) -> None:
    view.goto((site / language / "employment_rate.html").as_uri())
    words = view.evaluate("[...document.querySelectorAll('.tone')].map(e => e.textContent.trim())")
    assert name in words
    assert all(words)
    colours = view.evaluate(
        "Object.fromEntries([...document.querySelectorAll('.tone')]"
        ".map(e => [e.textContent.replace(/[()]/g, '').trim(), getComputedStyle(e).backgroundColor]))"
    )
    assert len(set(colours.values())) == len(colours)  # a colour for each category that there is


def test_the_overview_leads_to_the_board_of_an_indicator(view: Page, site: Path) -> None:
    view.goto((site / "en" / "index.html").as_uri())
    view.get_by_role("row").get_by_role("link", name="Employment rate").first.click()
    assert "employment_rate.html#birth-group-neu27-2020-for-level" in view.url
    board = view.get_by_role("table", name="Born outside the EU: level, 2024")
    heads = [head.strip() for head in board.get_by_role("columnheader").all_text_contents()]
    assert heads == [
        "Country", "Level", "Change", "Category", "Probability", "Rank", "Trend",
        "Distance to at least 75 % by 2020", "Distance to at least 78 % by 2030",
        "Questionnaire on policies",
    ]  # fmt: skip
    belgium = board.get_by_role("row", name="Belgium")
    # place 1 of the list: 72 + 1 + 7 * 0.3 - 14 + 1 + 7 * 1.1 = 69.8 %, less reliable, so in brackets
    assert "69.8%" in belgium.text_content()
    assert belgium.locator(".tone").text_content().startswith("(")
    assert "not reached" in belgium.text_content()


def test_the_trend_says_what_it_knows(view: Page, site: Path) -> None:
    view.goto((site / "en" / "employment_rate.html").as_uri())
    gaps = view.get_by_role("table", name="Born outside the EU: gap, 2024")
    belgium = gaps.get_by_role("row", name="Belgium").text_content()
    assert "closing" in belgium  # by 1.1 points a year
    assert "zero in" in belgium
    austria = gaps.get_by_role("row", name="Austria").text_content()
    assert "break in 2021" in austria
    assert "since 2021" in austria
    assert (
        view.get_by_role("table", name="Born outside the EU: gap, 2024")
        .get_by_role("row", name="Malta")
        .count()
        == 0
    )
