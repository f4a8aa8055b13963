"""The pages of a release in a real browser: both languages, narrow and wide, light and dark, by keyboard."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.web.adjusted import adjusted_monitor, adjusted_observations
from tests.web.definitions import LOG, QUALITY, SNAPSHOT
from tests.web.looks import LOOKS, LOOKS_AND_LANGUAGES, check_accessible_and_quiet, named
from tests.web.made_up import INDICATORS, NOW
from zaragoza.publish import publish

pytest.importorskip("playwright", reason="Playwright is not installed")
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Page

pytestmark = pytest.mark.browser

SOME = tuple(one for one in INDICATORS if one.id in ("neet", "overqualification_rate", "equivalised_income"))
PAGES = ("index.html", "neet.html", "overqualification_rate.html", "quality.html")


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("site")
    made = publish(adjusted_observations(SOME), adjusted_monitor(folder, SOME), SNAPSHOT, QUALITY, LOG, NOW)
    return made.path


@pytest.mark.parametrize(("view", "language"), LOOKS_AND_LANGUAGES, indirect=["view"])
def test_accessible_and_quiet(view: Page, site: Path, language: str) -> None:
    check_accessible_and_quiet(view, [(site / language / name).as_uri() for name in PAGES], rules=20)


@pytest.mark.parametrize("view", LOOKS, indirect=True, ids=named)
def test_the_first_page_offers_the_languages(view: Page, site: Path) -> None:
    view.goto((site / "index.html").as_uri())
    assert Axe().run(view).violations_count == 0
    view.get_by_role("link", name="Nederlands").click()
    assert view.locator("html").get_attribute("lang") == "nl"
    view.get_by_role("link", name="English").click()
    assert view.url == (site / "en" / "index.html").as_uri()


def test_the_first_key_leads_to_a_way_past_the_header(view: Page, site: Path) -> None:
    view.goto((site / "en" / "neet.html").as_uri())
    link = view.locator(".skip")
    assert link.bounding_box()["x"] < 0  # out of sight
    view.keyboard.press("Tab")
    assert view.evaluate("document.activeElement.className") == "skip"
    assert link.bounding_box()["x"] >= 0
    view.keyboard.press("Enter")
    assert view.evaluate("document.activeElement.id") == "main"


def test_everything_that_can_be_focused_shows_it(view: Page, site: Path) -> None:
    view.goto((site / "en" / "neet.html").as_uri())
    stops = view.locator("a, [tabindex='0']").count()
    seen = set()
    for _ in range(stops):
        view.keyboard.press("Tab")
        style, width, place = view.evaluate(
            "(() => { const e = document.activeElement, s = getComputedStyle(e);"
            " return [s.outlineStyle, parseFloat(s.outlineWidth),"
            " [...document.querySelectorAll('a, [tabindex]')].indexOf(e)]; })()"
        )
        assert style == "solid"
        assert width >= 2
        seen.add(place)
    assert len(seen) == stops  # none left out, no trap


@pytest.mark.parametrize("view", [(320, "light")], indirect=True, ids=named)
def test_wide_figures_scroll_by_themselves(view: Page, site: Path) -> None:
    view.goto((site / "en" / "neet.html").as_uri())
    widths = view.evaluate("[...document.querySelectorAll('.wide')].map(e => [e.scrollWidth, e.clientWidth])")
    assert any(whole > seen for whole, seen in widths)  # tables
    charts = view.evaluate(
        "[...document.querySelectorAll('.chart')].map(e => e.getBoundingClientRect().right)"
    )
    assert charts  # of groups: seen whole
    assert max(charts) <= 320
    smallest = view.evaluate(
        "Math.min(...[...document.querySelectorAll('.chart text')].map(e => e.getBoundingClientRect().height))"
    )
    assert smallest >= 10  # words in charts stay legible


_OVERLAPS = """[...document.querySelectorAll('svg.chart')].flatMap(chart => {
  const words = [...chart.querySelectorAll('text')].map(e => [e.textContent, e.getBoundingClientRect()]);
  return words.flatMap(([a, one], i) => words.slice(i + 1)
    .filter(([b, two]) => one.left < two.right && two.left < one.right
      && one.top + 3 < two.bottom && two.top + 3 < one.bottom)
    .map(([b, two]) => a + ' / ' + b));
})"""


@pytest.mark.parametrize("language", ["en", "nl"])
def test_words_in_charts_do_not_cover_one_another(view: Page, site: Path, language: str) -> None:
    for name in ("index.html", *(f"{one.id}.html" for one in SOME)):
        view.goto((site / language / name).as_uri())
        assert view.evaluate(_OVERLAPS) == []


@pytest.mark.parametrize("view", [(1280, "dark")], indirect=True, ids=named)
def test_the_dark_scheme_reaches_the_charts(view: Page, site: Path) -> None:
    view.goto((site / "en" / "neet.html").as_uri())
    paper, reference, words = view.evaluate(
        "[getComputedStyle(document.body).backgroundColor,"
        " getComputedStyle(document.querySelector('.chart path[fill=\"#4d4d4d\"]')).fill,"
        " getComputedStyle(document.querySelector('.chart text')).fill]"
    )
    assert paper == "rgb(21, 24, 28)"
    assert reference == "rgb(208, 211, 215)"
    assert words == "rgb(232, 234, 237)"


def test_it_prints_without_navigation(view: Page, site: Path) -> None:
    view.goto((site / "en" / "neet.html").as_uri())
    view.emulate_media(media="print")
    assert not view.locator(".skip").is_visible()
    assert not view.locator(".steps").is_visible()
    assert view.locator("h1").is_visible()
    assert view.locator("svg.chart").first.is_visible()


def test_lines_of_text_are_at_most_seventy_characters(view: Page, site: Path) -> None:
    view.goto((site / "en" / "neet.html").as_uri())
    # how many average characters of the page's own words fit on a line of its text column
    fit = view.evaluate(
        """(() => {
          const longest = [...document.querySelectorAll('main p:not(.soft):not(.lead)')]
            .sort((a, b) => b.textContent.length - a.textContent.length)[0];
          const probe = document.createElement('span');
          probe.style.whiteSpace = 'nowrap';
          probe.textContent = longest.textContent;
          const width = longest.getBoundingClientRect().width;
          longest.append(probe);
          return width / (probe.getBoundingClientRect().width / probe.textContent.length);
        })()"""
    )
    assert 45 < fit <= 75  # the column is set for 70 of an average font
