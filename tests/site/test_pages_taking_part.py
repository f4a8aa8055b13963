"""Pages on which people take part, in a real browser: looks, quiet and weight, as whoever may see them."""

from __future__ import annotations

import gzip
import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING
from urllib.parse import urlencode

import pytest

from tests.site.scene import GUESTS
from tests.site.serving import Site, manage
from tests.site.test_promises import COMMITMENTS
from tests.web.looks import LOOKS_AND_LANGUAGES, check_accessible_and_quiet
from zaragoza.model.text import LANGUAGES
from zaragoza.web.contributions.models import ABOUT_A_COMMITMENT
from zaragoza.web.contributions.states import NAMES

if TYPE_CHECKING:
    from playwright.sync_api import Page

COMPRESSED = 60 * 1024  # bytes of a page (design of the site)
# One that no other test looks at.
COMMITMENT = sorted(name for name, each in COMMITMENTS.items() if each["owners"])[-1]
OWNER = COMMITMENTS[COMMITMENT]["owners"][0]
NOBODY = ""
# Whoever sees a contribution in each state with the most that can be done about it.
SEEN_BY = {
    "draft": "anna",
    "unconfirmed": NOBODY,  # by the address in the letter
    "submitted": "rita",
    "in_review": "rita",
    "returned": "anna",
    "waiting": "olga",
    "accepted": "olga",
    "rejected": "anna",
    "withdrawn": "anna",
    "removal_asked": "edda",
    "taken_down": NOBODY,
}


@dataclass(frozen=True)
class Scene:
    """Who takes part, and in what.

    Attributes:
        sessions: the cookie of each who is logged in.
        contributions: name of a state -> id.
        key: of the address in the letter about the one that is not confirmed.
    """

    sessions: Mapping[str, str]
    contributions: Mapping[str, str]
    key: str


@pytest.fixture(scope="module")
def people(running: Site) -> Scene:
    words = f"from tests.site.scene import made; made({COMMITMENT!r}, {OWNER!r})"
    done = manage(running.data, "shell", "-v0", "-c", words)
    assert done.returncode == 0, done.stderr
    return Scene(**json.loads(done.stdout.splitlines()[-1]))


def _pages(found: Scene) -> Iterator[tuple[str, str]]:
    """Who asks, and for what, after the language."""
    for path in (
        "contributions/",
        "contributions/sent/",
        f"contributions/{found.contributions['submitted']}/link/",
        "contributions/link/sent/",
        f"plan/{COMMITMENT}/contribute/",
    ):
        yield NOBODY, path
    for kind in ABOUT_A_COMMITMENT:
        yield NOBODY, f"plan/{COMMITMENT}/contribute/{kind}/"
    yield NOBODY, "practices/contribute/"
    yield "anna", "funds/contribute/"
    for state, id in found.contributions.items():
        key = f"?{urlencode({'key': found.key})}" if state == "unconfirmed" else ""
        yield SEEN_BY[state], f"contributions/{id}/{key}"
    yield "anna", f"contributions/{found.contributions['returned']}/edit/"
    yield "anna", "contributions/"
    yield "rita", "contributions/review/"
    yield "mara", f"organisations/{GUESTS}/"
    for organisation in (OWNER, GUESTS):
        yield "adam", f"organisations/{organisation}/"
    for path in ("organisations/", "account/roles/", "account/second-factor/"):
        yield "adam", path
    for path in ("", "email/", "reauthenticate/code/", "logout/", "erase/"):
        yield "mara", f"account/{path}"
    yield "nina", "account/second-factor/totp/activate/"
    for path in (
        "login/",
        "signup/",
        "password/reset/",
        "password/reset/done/",
        "confirm-email/",
        "inactive/",
    ):
        yield NOBODY, f"account/{path}"


def _refusals(found: Scene) -> Iterator[tuple[str, str]]:
    """Pages that say why something cannot be done."""
    yield NOBODY, "contributions/review/"
    yield NOBODY, f"contributions/{found.contributions['submitted']}/?key=of-long-ago"
    yield "anna", f"contributions/{found.contributions['accepted']}/edit/"
    yield "olga", f"organisations/{GUESTS}/"


def test_every_state_is_looked_at(people: Scene) -> None:
    assert set(people.contributions) == set(SEEN_BY) == set(NAMES)


@pytest.mark.browser
@pytest.mark.parametrize(("view", "language"), LOOKS_AND_LANGUAGES, indirect=["view"])
def test_they_are_accessible_and_quiet(view: Page, running: Site, people: Scene, language: str) -> None:
    for pages, refused in ((_pages, False), (_refusals, True)):
        for asks in (NOBODY, *people.sessions):
            view.context.clear_cookies()
            if asks:
                session = {"name": "session", "value": people.sessions[asks], "url": running.address}
                view.context.add_cookies([session])  # type: ignore[list-item] # a dictionary of these
            addresses = [f"{running.address}{language}/{path}" for who, path in pages(people) if who == asks]
            view.goto("about:blank")
            left = {*(("session",) if asks else ()), *(() if refused else ("form",))}
            check_accessible_and_quiet(
                view, addresses, rules=12, parts=2, cookies=frozenset(left), refused=refused
            )


@pytest.mark.parametrize("language", LANGUAGES)
def test_they_are_light_in_their_language_and_kept_by_nobody(
    running: Site, people: Scene, language: str
) -> None:
    for asks, path in _pages(people):
        cookie = {"Cookie": f"session={people.sessions[asks]}"} if asks else {}
        answer = running.ask(f"/{language}/{path}", **cookie)
        assert answer.status == 200, (asks, path)
        assert len(gzip.compress(answer.body)) <= COMPRESSED, path
        assert f'<html lang="{language}">' in answer.body.decode()
        assert "no-store" in answer.headers["cache-control"], path
        assert "'unsafe" not in answer.headers["content-security-policy"], path
