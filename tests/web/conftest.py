"""The browser of the tests of pages."""

from __future__ import annotations

from tests.browser import browser, view

__all__ = ["browser", "view"]
