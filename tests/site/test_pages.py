"""Pages of a running site in a real browser: looks, quiet, weight, keyboard, and the same without scripts."""

from __future__ import annotations

import gzip
import struct
from typing import TYPE_CHECKING
from urllib.parse import parse_qs, urlsplit

import lxml.html
import pytest
from django.urls import resolve
from django.utils import translation

from tests.browser import opened
from tests.site.conftest import Releases
from tests.site.pages import pages
from tests.site.serving import Site
from tests.web.looks import LOOKS_AND_LANGUAGES, check_accessible_and_quiet, named
from zaragoza.model.text import LANGUAGES

if TYPE_CHECKING:
    from playwright.sync_api import Browser, Page

_COMPRESSED, _WHOLE = (
    60 * 1024,
    300 * 1024,
)  # bytes of a page: of its answer, and with all its parts (design of the site)
_PARTS = 2  # style and script


def _pages(language: str, releases: Releases) -> list[str]:
    return pages(language, office=releases.office, union=releases.union, regions=releases.regions)


@pytest.mark.browser
@pytest.mark.parametrize(("view", "language"), LOOKS_AND_LANGUAGES, indirect=["view"])
def test_pages_are_accessible_and_quiet(view: Page, running: Site, releases: Releases, language: str) -> None:
    paths = [*_pages(language, releases), *(["/api/v1/docs"] if language == LANGUAGES[0] else [])]
    addresses = [running.address.rstrip("/") + path for path in paths]
    check_accessible_and_quiet(view, addresses, rules=15, parts=_PARTS)


@pytest.mark.parametrize("language", LANGUAGES)
def test_pages_are_light_and_in_their_language(running: Site, releases: Releases, language: str) -> None:
    for path in _pages(language, releases):
        answer = running.ask(path)
        assert answer.status == 200, path
        parts = [part for name in ("site.css", "site.js") for part in _linked(answer.body.decode(), name)]
        whole = len(answer.body) + sum(len(running.ask(part).body) for part in parts)
        assert len(parts) == _PARTS
        assert len(gzip.compress(answer.body)) <= _COMPRESSED, path
        assert whole <= _WHOLE, path
        assert f'<html lang="{language}">' in answer.body.decode()
        assert "Text(" not in answer.body.decode(), f"{path} shows an object of ours"
        assert "set-cookie" not in answer.headers


def test_every_picture_that_a_page_names_is_there(running: Site, releases: Releases) -> None:
    """All indicators of all releases: a PNG of the size that the page states, or no picture where nothing is drawn."""
    named: dict[str, tuple[int, int]] = {}
    pages_with, pages_without = 0, 0
    for start in (releases.office, releases.union, releases.regions):
        listed = lxml.html.fromstring(running.ask(f"/en/{start}/indicators/").body.decode())
        listed.make_links_absolute(running.address)
        for address in {each.partition("?")[0] for each in listed.xpath("//table//th/a/@href")}:
            page = lxml.html.fromstring(running.ask(urlsplit(address).path).body.decode())
            told = {each.get("property"): each.get("content") for each in page.xpath("//meta[@property]")}
            if "og:image" in told:
                pages_with += 1
                size = (int(told["og:image:width"]), int(told["og:image:height"]))
                named[urlsplit(told["og:image"]).path] = size
            else:
                pages_without += 1
                assert not page.xpath("//figure//svg")
    assert pages_with > 0
    for path, size in named.items():
        answer = running.ask(path)
        assert (answer.status, answer.headers["content-type"]) == (200, "image/png"), path
        assert answer.body[:8] == b"\x89PNG\r\n\x1a\n"
        assert struct.unpack(">II", answer.body[16:24]) == size, path  # of the chunk IHDR


def _linked(page: str, name: str) -> list[str]:
    return [word for word in page.split('"') if word.startswith("/assets/") and word.endswith(name)]


# Each element that gets the focus: its place in the document, and whether a reader sees that it has it.
_WATCH = """
window.reached = [];
document.addEventListener("focusin", (event) => {
  const style = getComputedStyle(event.target), box = event.target.getBoundingClientRect();
  const seen = style.outlineStyle !== "none" && parseFloat(style.outlineWidth) > 0 && box.width > 0 && box.height > 0;
  window.reached.push([[...document.querySelectorAll("*")].indexOf(event.target), seen]);
});
"""
_WANTED = """
[...document.querySelectorAll("a[href],select,button,input:not([type=hidden]),textarea,summary,[tabindex='0']")]
  .filter((each) => each.checkVisibility({visibilityProperty: true}))
  .map((each) => [...document.querySelectorAll("*")].indexOf(each))
"""


_STOPS_OF_A_DAY = 3  # of a field for a day, beside the first: month, year and calendar


def _of_each_kind(releases: Releases) -> list[str]:
    """One page of each template: of every view, with each of its tabs, of an office and of published figures."""
    found: dict[object, str] = {}
    for path in (*_pages("en", releases), "/en/nothing/"):
        parts = urlsplit(path)
        with translation.override("en"):
            match = resolve(parts.path)
        published = match.kwargs.get("series") == "union" and match.url_name in ("methods", "place")
        found.setdefault((match.url_name, published, *parse_qs(parts.query).get("tab", [])), path)
    return list(found.values())


@pytest.mark.browser
def test_the_keyboard_reaches_everything(view: Page, running: Site, releases: Releases) -> None:
    """On a page of each kind Tab goes through every link, list and button, in the order of the text, and out again."""
    view.add_init_script(_WATCH)
    for path in _of_each_kind(releases):
        view.goto(running.address.rstrip("/") + path)
        wanted = view.evaluate(_WANTED)
        days = view.locator("input[type=date]").count()
        for _ in range(len(wanted) + _STOPS_OF_A_DAY * days):
            view.keyboard.press("Tab")
        reached = view.evaluate("window.reached")
        assert [index for index, _ in reached] == wanted, path
        unseen = [index for index, seen in reached if not seen]
        assert not unseen, (
            path,
            view.evaluate(f"document.querySelectorAll('*')[{unseen[0]}].outerHTML"),
        )
        view.keyboard.press("Tab")
        last = view.evaluate("[...document.querySelectorAll('*')].indexOf(document.activeElement)")
        assert last != wanted[-1], f"the last element of {path} keeps the focus"


@pytest.mark.browser
def test_keys_do_what_they_are_for(view: Page, running: Site, releases: Releases) -> None:
    """Enter follows the link that leads past the menu; Space presses a button."""
    view.goto(f"{running.address.rstrip('/')}/en/{releases.union}/")
    view.keyboard.press("Tab")
    view.keyboard.press("Enter")
    view.locator("#main:focus").wait_for()
    view.goto(f"{running.address.rstrip('/')}/en/search/")
    view.get_by_role("searchbox").focus()
    view.keyboard.type("housing")
    view.keyboard.press("Tab")
    assert view.evaluate("document.activeElement.tagName") == "BUTTON"
    view.keyboard.press("Space")
    view.wait_for_url("**q=housing*")


@pytest.mark.browser
@pytest.mark.parametrize("scripts", [True, False], ids=["scripts", "no scripts"])
def test_a_choice_leads_to_the_same_page_with_and_without_scripts(
    browser: Browser, running: Site, releases: Releases, scripts: bool
) -> None:
    with opened(browser, java_script_enabled=scripts) as context:
        view = context.new_page()
        view.goto(f"{running.address.rstrip('/')}/en/{releases.union}/indicators/employment_rate/")
        view.get_by_label("Place").select_option("NL")
        if not scripts:
            view.get_by_role("button", name="Show").click()
        view.wait_for_url("**place=NL*")
        view.locator(".context", has_text="Netherlands, 2024").wait_for()


@pytest.mark.browser
def test_a_choice_needs_no_new_page_where_there_are_scripts(
    view: Page, running: Site, releases: Releases
) -> None:
    """One request; the list keeps the focus, what changed is told to those who cannot see it, and back leads back."""
    address = f"{running.address.rstrip('/')}/en/{releases.union}/indicators/employment_rate/"
    view.goto(address)
    view.evaluate("window.same = true")
    asked: list[str] = []
    view.on("request", lambda request: asked.append(request.url))
    view.get_by_label("Place").focus()
    view.get_by_label("Place").select_option("NL")
    view.locator(".context", has_text="Netherlands, 2024").wait_for()
    assert view.url.startswith(f"{address}?place=NL")
    assert asked == [view.url]
    assert view.evaluate("window.same") is True
    assert view.evaluate("document.activeElement.name") == "place"
    assert "Netherlands" in (view.get_by_role("status").text_content() or "")
    assert "place=NL" in (view.get_by_role("link", name="Nederlands").get_attribute("href") or "")
    view.go_back()
    view.locator(".context", has_text="European Union, 2024").wait_for()
    assert view.evaluate("window.same") is True
    assert view.get_by_label("Place").input_value() == "EU27_2020"


@pytest.mark.browser
@pytest.mark.parametrize("view", [(320, "light"), (1280, "dark")], ids=named, indirect=True)
def test_a_mark_says_what_it_stands_for(view: Page, running: Site, releases: Releases) -> None:
    """Beside it and inside the window, until Escape; without scripts the browser says the same title."""
    path = f"/en/{releases.union}/indicators/employment_rate/?tab=places"
    view.goto(running.address.rstrip("/") + path)
    mark = view.locator("svg.tiles g").first
    words = mark.locator("title").text_content()
    assert words
    mark.hover()
    tip = view.locator(".tip")
    assert tip.text_content() == words
    box = tip.bounding_box()
    assert box is not None
    assert box["x"] >= 0
    assert box["x"] + box["width"] <= view.viewport_size["width"]  # type: ignore[index]  # it has a size
    view.keyboard.press("Escape")
    assert tip.is_hidden()


def test_latest_leads_to_the_latest_release_and_keeps_what_was_chosen(
    running: Site, releases: Releases
) -> None:
    path, answer = running.follow("/nl/indicators/neet/?by=origin")
    assert path == f"/nl/{releases.office}/indicators/neet/?by=origin"
    assert answer.status == 200
    path, answer = running.follow("/en/scoreboard/")
    assert path == f"/en/{releases.union}/scoreboard/"
    assert answer.status == 200


def test_an_earlier_release_keeps_its_address_and_says_that_there_is_a_later_one(
    running: Site, releases: Releases
) -> None:
    earlier = running.ask(f"/en/{releases.office.replace(releases.second.name, releases.first.name)}/")
    later = running.ask(f"/en/{releases.office}/")
    assert earlier.status == later.status == 200
    assert "An earlier release." in earlier.body.decode()
    assert "An earlier release." not in later.body.decode()


def test_what_is_not_there_is_said_in_the_readers_language(running: Site) -> None:
    for path, words in (
        ("/en/nothing/", "There is no such page"),
        ("/nl/nothing/", "Deze pagina bestaat niet"),
    ):
        answer = running.ask(path)
        assert answer.status == 404
        assert words in answer.body.decode()


def test_the_root_speaks_the_readers_language(running: Site) -> None:
    assert running.ask("/", Accept_Language="nl-BE,nl;q=0.9").location.startswith("/nl/")
    assert running.ask("/", Accept_Language="fr").location.startswith("/en/")
