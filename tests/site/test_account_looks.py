"""Every page of an account, with faults in its forms: in both languages, all looks, and without scripts."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from tests.browser import opened
from tests.site.account_walk import Walk
from tests.site.account_words import IMPOLITE, in_english
from tests.site.conftest import Ready
from tests.site.institution import Institution, institution, settings_of
from tests.site.serving import Site, serving
from tests.web.looks import LOOKS, named
from zaragoza.model.text import LANGUAGES

if TYPE_CHECKING:
    from playwright.sync_api import Browser, Page

PAGES = 47
pytestmark = [pytest.mark.browser, pytest.mark.slow]  # each takes half a minute


@pytest.fixture(scope="module")
def ministry() -> Iterator[Institution]:
    with institution() as found:
        yield found


@pytest.fixture(scope="module")
def site(ministry: Institution, ready: Ready, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Site]:
    data = ready.copied(tmp_path_factory.mktemp("site") / "data")
    (data / "openid.toml").write_text(settings_of(ministry), encoding="utf-8")
    with serving(data, ready.release, "--workers", 1) as running:
        yield running


@pytest.fixture
def counted_anew(site: Site) -> None:
    """All who walk come from one place, and none of them too often."""
    for path in (site.data / ".attempts").glob("*"):
        path.unlink()


def walk(view: Page, site: Site, language: str, ministry: Institution) -> Walk:
    return Walk(view, site.address.rstrip("/"), Path(site.data) / "mail", language, ministry)


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("view", LOOKS, ids=named, indirect=True)
def test_they_fit_and_are_accessible(
    view: Page, site: Site, ministry: Institution, language: str, counted_anew: None
) -> None:
    from axe_playwright_python.sync_playwright import (
        Axe,  # where it is not installed, tests of pages are skipped
    )

    problems: list[str] = []
    view.on("pageerror", lambda error: problems.append(str(error)))
    seen, person = [], walk(view, site, language, ministry)
    for name in person.stops():
        seen.append(name)
        assert view.locator("html").get_attribute("lang") == language, name
        assert view.locator("main h1").count() == 1, name
        told = view.locator(".errorlist").all_inner_texts()
        assert bool(told) == name.endswith("faults"), (name, told)
        fits = view.evaluate("document.documentElement.scrollWidth <= document.documentElement.clientWidth")
        assert fits, f"{name} scrolls sideways"
        result = Axe().run(view, options={"resultTypes": ["violations"]})
        assert result.violations_count == 0, (name, result.generate_report())
        if language == "nl":
            words = view.locator("main").inner_text()
            assert not IMPOLITE.findall(words), (name, words)
            assert not in_english(words), (name, in_english(words))
    assert problems == []
    assert len(seen) == len(set(seen)) == PAGES
    if language == "nl":
        assert not IMPOLITE.findall(person.letters())
        assert not in_english(person.letters())


@pytest.mark.parametrize("language", LANGUAGES)
def test_they_work_without_scripts(
    browser: Browser, site: Site, ministry: Institution, language: str, counted_anew: None
) -> None:
    with opened(browser, java_script_enabled=False, viewport={"width": 320, "height": 800}) as context:
        stops = list(walk(context.new_page(), site, language, ministry).stops())
    assert len(stops) == PAGES
