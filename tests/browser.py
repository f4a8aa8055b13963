"""The browser of the tests of pages; their conftest hands its fixtures on."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

if TYPE_CHECKING:
    from playwright.sync_api import Browser, BrowserContext, Page

# No browser window, no updates, no services of the maker.
_QUIET = (
    "--headless",
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
)
_PATIENCE = 300_000  # milliseconds until a page must be there, on a machine with other work


@pytest.fixture(scope="module")
def browser(chromium: Path) -> Iterator[Browser]:
    from playwright.sync_api import sync_playwright  # where it is not installed, tests of pages are skipped

    with sync_playwright() as playwright:
        started = playwright.chromium.launch(executable_path=chromium, args=list(_QUIET), timeout=_PATIENCE)
        yield started
        started.close()


@pytest.fixture
def view(browser: Browser, request: pytest.FixtureRequest) -> Iterator[Page]:
    """A page of a width and colour scheme; wide and light where a test does not say."""
    width, scheme = getattr(request, "param", (1280, "light"))
    with opened(browser, viewport={"width": width, "height": 800}, color_scheme=scheme) as context:
        yield context.new_page()


@contextmanager
def opened(browser: Browser, **options: Any) -> Iterator[BrowserContext]:
    """A browser of somebody's own, which waits for pages as long as all tests of a site do."""
    context = browser.new_context(**options)
    context.set_default_timeout(_PATIENCE)
    try:
        yield context
    finally:
        context.close()
