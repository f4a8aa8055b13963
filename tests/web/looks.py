"""Widths and colour schemes in which pages are looked at, and what every page must be in all of them."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING

import pytest

from zaragoza.model.text import LANGUAGES

if TYPE_CHECKING:
    from playwright.sync_api import Page

LOOKS = [(width, scheme) for width in (320, 1280) for scheme in ("light", "dark")]
# Of many pages: two looks that have both widths, schemes and languages between them; the rest are slow proofs.
_ALWAYS = {((320, "light"), "en"), ((1280, "dark"), "nl")}
LOOKS_AND_LANGUAGES = [
    pytest.param(
        look,
        language,
        marks=() if (look, language) in _ALWAYS else pytest.mark.slow,
        id=f"{look[0]}-{look[1]}-{language}",
    )
    for look in LOOKS
    for language in LANGUAGES
]
_REFUSED = "Failed to load resource: the server responded with a status of 4"
# Of charts: what is written beyond their edge. A pixel is the rounding of where letters begin.
_CUT = """() => [...document.querySelectorAll("svg.chart")].flatMap(chart => {
  const edge = chart.getBoundingClientRect();
  return [...chart.querySelectorAll("text")].filter(text => {
    const box = text.getBoundingClientRect();
    return text.textContent && (box.left < edge.left - 1 || box.right > edge.right + 1 || box.bottom > edge.bottom + 1);
  }).map(text => text.textContent);
})"""
_BRIEF = {"resultTypes": ["violations"]}  # of what is right only the rules are told, not each element


def named(look: object) -> str:
    return "-".join(map(str, look)) if isinstance(look, tuple) else str(look)


def check_accessible_and_quiet(
    view: Page,
    addresses: Iterable[str],
    rules: int,
    parts: int = 0,
    cookies: frozenset[str] = frozenset(),
    refused: bool = False,
) -> None:
    """Pages fit their window, ask for nothing, say nothing, keep nothing, and break no rule of accessibility.

    Args:
        view: the browser.
        addresses: of the pages.
        rules: more than so many must have had something to look at, as a sign that they ran.
        parts: so many requests a page may make to its own server.
        cookies: names of those that they leave; pages that are only read leave none.
        refused: whether they say that something cannot be done, which the browser says as well.
    """
    from axe_playwright_python.sync_playwright import (
        Axe,  # where it is not installed, tests of pages are skipped
    )

    requests: list[str] = []
    problems: list[str] = []
    view.on("request", lambda request: None if _inside(request.url) else requests.append(request.url))
    view.on("console", lambda message: problems.append(message.text))
    view.on("pageerror", lambda error: problems.append(str(error)))
    for address in addresses:
        view.goto(address)
        fits = view.evaluate("document.documentElement.scrollWidth <= document.documentElement.clientWidth")
        assert fits, f"{address} scrolls sideways"
        cut = view.evaluate(_CUT)
        assert cut == [], (address, cut)
        assert requests[0] == address
        assert len(requests) <= 1 + parts, requests
        assert {_server(each) for each in requests} == {_server(address)}
        told = [each for each in problems if not (refused and each.startswith(_REFUSED))]
        assert told == [], (address, told)
        result = Axe().run(view, options=_BRIEF)
        assert result.violations_count == 0, result.generate_report()
        assert len(result.response["passes"]) > rules
        requests.clear()
        problems.clear()
    assert {each["name"] for each in view.context.cookies()} == cookies


def _inside(address: str) -> bool:
    """Whether it is part of the page itself."""
    return address.startswith("data:")


def _server(address: str) -> str:
    return "/".join(address.split("/")[:3])
