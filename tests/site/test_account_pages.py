"""The pages of accounts look like the site, in both languages, and work without scripts."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from tests.site.serving import Site
from tests.web.looks import LOOKS, check_accessible_and_quiet, named
from zaragoza.model.text import LANGUAGES

if TYPE_CHECKING:
    from playwright.sync_api import Page

PAGES = ("login/", "signup/", "password/reset/", "password/reset/done/", "confirm-email/", "inactive/")


@pytest.mark.browser
@pytest.mark.parametrize("view", LOOKS, ids=named, indirect=True)
def test_they_are_accessible_and_quiet(view: Page, running: Site) -> None:
    addresses = [
        f"{running.address.rstrip('/')}/{language}/account/{page}" for language in LANGUAGES for page in PAGES
    ]
    check_accessible_and_quiet(view, addresses, rules=15, parts=2, cookies=frozenset({"form"}))


def test_they_are_in_their_language_and_kept_by_nobody(running: Site) -> None:
    for language, words in (("en", b"Log in"), ("nl", b"Aanmelden")):
        answer = running.ask(f"/{language}/account/login/")
        assert answer.status == 200
        assert words in answer.body
        assert f'<html lang="{language}">'.encode() in answer.body
        assert "no-store" in answer.headers["cache-control"]
        assert "'unsafe" not in answer.headers["content-security-policy"]
