"""From evidence to the public page and the reply of the owner, in a real browser, by keyboard and without scripts."""

from __future__ import annotations

import base64
import time
from collections.abc import Iterator
from contextlib import ExitStack
from typing import TYPE_CHECKING

import pytest

from tests.browser import opened
from tests.site.conftest import Releases
from tests.site.serving import Site, manage
from tests.site.test_accounts import code
from tests.site.test_promises import COMMITMENTS
from zaragoza.model.text import LANGUAGES

if TYPE_CHECKING:
    from playwright.sync_api import Browser, Page

PASSWORD = "correct horse battery"  # noqa: S105 - of nobody
SECRET = base64.b32encode(b"12345678901234567890").decode()
RUNS = [(language, way) for language in LANGUAGES for way in ("keyboard", "no-scripts")]
ALWAYS = {
    ("en", "keyboard"),
    ("nl", "no-scripts"),
}  # both ways and both languages; the others are slow proofs
# Each run has people and a silent commitment of its own.
SILENT = [name for name, each in sorted(COMMITMENTS.items()) if each["owners"] and "deadline" not in each]
OF = {run: SILENT[number] for number, run in enumerate(RUNS)}

_PEOPLE = """
from allauth.account.models import EmailAddress
from allauth.mfa.totp.internal.auth import TOTP
from zaragoza.web.accounts.models import Person
from zaragoza.web.contributions import members
from zaragoza.web.contributions.roles import SITE, Actor
root = Actor(roles=frozenset({{"administrator"}}))
def account(name):
    made = Person.objects.create_user(name + "@people.example", {password!r})
    EmailAddress.objects.create(user=made, email=made.email, verified=True, primary=True)
    return made
def member(name, organisation):
    made = account(name)
    members.invite(root, organisation, made.email, "contributor")
    members.join(made, organisation)
members.register(root, "newcomers", __import__("zaragoza.model.text").model.text.Text("Newcomers", "Nieuwkomers"))
for name, commitment, owner in {runs!r}:
    member("contributor-" + name, "newcomers")
    member("owner-" + name, owner)
    members.assign(root, commitment, owner)
    reviewer = account("reviewer-" + name)
    TOTP.activate(reviewer, {secret!r})
    members.grant(SITE, reviewer, "reviewer")
"""


@pytest.fixture(scope="module")
def open_site(running: Site) -> Iterator[Site]:
    """The server, with people who take part; in the end its history tells what its tables hold."""
    runs = [("-".join(run), name, COMMITMENTS[name]["owners"][0]) for run, name in OF.items()]
    words = _PEOPLE.format(password=PASSWORD, runs=runs, secret=SECRET)
    done = manage(running.data, "shell", "-v0", "-c", words)
    assert done.returncode == 0, done.stderr
    yield running
    checked = manage(running.data, "check_history")
    assert checked.returncode == 0, checked.stderr


class Hands:
    """How somebody works with a page: by keyboard alone, or with a mouse where scripts are off."""

    def __init__(self, view: Page, way: str) -> None:
        self.view, self._keyboard = view, way == "keyboard"

    def press(self, selector: str) -> None:
        """A link or a button; waits for the page that it leads to."""
        with self.view.expect_navigation():
            if self._keyboard:
                self._go_to(selector)
                self.view.keyboard.press("Enter")
            else:
                self.view.locator(selector).first.click()

    def write(self, selector: str, text: str) -> None:
        if self._keyboard:
            self._go_to(selector)
            self.view.keyboard.type(text)
        else:
            self.view.locator(selector).fill(text)

    def day(self, selector: str, year: str, month: str, day: str) -> None:
        if self._keyboard:
            self.write(selector, f"{month}{day}{year}")  # part by part, in the browser's own order
        else:
            self.write(selector, f"{year}-{month}-{day}")

    def choose(self, selector: str, value: str) -> None:
        if not self._keyboard:
            self.view.locator(selector).select_option(value)
            return
        self._go_to(selector)
        for _ in range(20):
            if self.view.locator(selector).input_value() == value:
                return
            self.view.keyboard.press("ArrowDown")
        raise AssertionError(f"the keyboard does not choose {value}")

    def accessible(self) -> None:
        """No rule of accessibility is broken; what looks for that is a script itself."""
        if not self._keyboard:
            return
        from axe_playwright_python.sync_playwright import (
            Axe,  # where it is not installed, tests of pages are skipped
        )

        found = Axe().run(self.view)
        assert found.violations_count == 0, found.generate_report()

    def _go_to(self, selector: str) -> None:
        """Tab, until it has the focus, which must be seen."""
        for _ in range(250):
            self.view.keyboard.press("Tab")
            found, seen = self.view.evaluate(
                "selector => { const e = document.activeElement;"
                " return [e.matches(selector), getComputedStyle(e).outlineStyle !== 'none']; }",
                selector,
            )
            if found:
                assert seen, selector
                return
        raise AssertionError(f"the keyboard does not reach {selector}")


@pytest.mark.browser
@pytest.mark.parametrize(
    "run",
    [pytest.param(run, marks=() if run in ALWAYS else pytest.mark.slow, id="-".join(run)) for run in RUNS],
)
def test_from_evidence_to_the_reply_of_the_owner(
    browser: Browser, open_site: Site, releases: Releases, run: tuple[str, str]
) -> None:
    language, way = run
    root, commitment = f"{open_site.address}{language}/", OF[run]
    public = f"{root}{releases.union}/plan/{commitment}/"
    with ExitStack() as ends:

        def somebody(name: str = "") -> Hands:
            """A browser of their own, logged in."""
            context = ends.enter_context(
                opened(browser, java_script_enabled=way == "keyboard", locale="en-US")
            )
            hands = Hands(context.new_page(), way)
            if name:
                _log_in(
                    hands, root, f"{name}-{'-'.join(run)}@people.example", second_factor=name == "reviewer"
                )
            return hands

        path = _adds_evidence(somebody("contributor"), public, commitment)
        _accepts(somebody("reviewer"), root, path)
        since = time.monotonic()
        reader = somebody()
        reader.view.goto(public)
        shown = reader.view.locator("main").inner_text()
        assert time.monotonic() - since < 60
        assert "The first homes are built." in shown
        assert "The report says so on page 3." in shown
        reader.accessible()
        reader.press("#added ~ h3 a")
        assert reader.view.locator("#history ~ ol li").count() == 4  # begun, sent in, taken, accepted
        assert reader.view.context.cookies() == []
        _replies(somebody("owner"), public)
        reader.view.goto(public)
        assert "We build more next year." in reader.view.locator("main").inner_text()


def _adds_evidence(anna: Hands, public: str, commitment: str) -> str:
    """From the page of the commitment; where the contribution stands then."""
    anna.view.goto(public)
    anna.press(f"main a[href$='/plan/{commitment}/contribute/']")
    anna.press("main a[href$='/contribute/evidence/']")
    anna.choose("#id_status", "limited")
    anna.day("#id_reported_on", "2026", "03", "01")
    anna.write("#id_text", "The first homes are **built**.")
    anna.write("#id_source_title", "Annual report")
    anna.write("#id_source_address", "https://office.example/report.pdf")
    anna.accessible()
    anna.press("main form button")
    path = anna.view.url.partition("/contributions/")[2]
    assert path, anna.view.locator("main").inner_text()
    anna.accessible()
    anna.press("input[value='submit'] ~ button")
    return path


def _accepts(rita: Hands, root: str, path: str) -> None:
    """From the queue."""
    rita.view.goto(f"{root}contributions/review/")
    rita.accessible()
    rita.press(f"main a[href$='{path}']")
    rita.press("input[value='take'] ~ button")
    rita.write("#reason", "The report says so on page 3.")
    rita.accessible()
    rita.press("button[value='accept']")


def _replies(owner: Hands, public: str) -> None:
    """From the page of the commitment."""
    owner.view.goto(public)
    owner.press("#added ~ h3 a")
    owner.write("#text", "We build more next year.")
    owner.press("input[value='reply'] ~ button")


def _log_in(hands: Hands, root: str, email: str, *, second_factor: bool) -> None:
    hands.view.goto(f"{root}account/login/")
    hands.write("input[name='login']", email)
    hands.write("input[name='password']", PASSWORD)
    hands.press("main form button[type='submit']")
    if second_factor:
        hands.write("input[name='code']", code(SECRET))
        hands.press("main form button[type='submit']")
    assert hands.view.url == f"{root}contributions/", hands.view.locator("main").inner_text()
